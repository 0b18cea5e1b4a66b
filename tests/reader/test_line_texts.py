"""What the recogniser says of the steps of a line becomes words with places."""

from __future__ import annotations

import numpy
import pytest

from service.processing.reader.line_texts import LineReader

_CHARACTERS = ("", *"0123456789,.abc", "木", " ")
_READER = LineReader(None, _CHARACTERS)


def _likely(steps: str, seconds: dict[int, str] | None = None) -> numpy.ndarray:
    """A line that says at each step the character of `steps`, none at a dash; `seconds` come next at their steps."""
    likely = numpy.full((len(steps), len(_CHARACTERS)), 0.001)
    for step, char in enumerate(steps):
        likely[step, _CHARACTERS.index(char) if char != "-" else 0] = 0.8
    for step, char in (seconds or {}).items():
        likely[step, _CHARACTERS.index(char)] = 0.15
    return likely


def test_letter_that_lasts_is_one_and_after_a_pause_is_two() -> None:
    (word,) = _READER.decoded(_likely("-11-1-22-")).words
    assert word.text == "112"


def test_words_stand_where_their_letters_are() -> None:
    first, second = _READER.decoded(_likely("-a-b-c- ----------------1-2-3-")).words
    assert (first.text, second.text) == ("abc", "123")
    assert [first.start, first.end] == pytest.approx([0.0, 6 / 30], abs=0.05)
    assert [second.start, second.end] == pytest.approx([23 / 30, 1.0], abs=0.05)


def test_figures_of_two_columns_are_two_words_without_a_space() -> None:
    words = _READER.decoded(_likely("-8-,-9-0------------1-0-,-0-0-")).words
    assert [word.text for word in words] == ["8,90", "10,00"]


def test_smudge_in_a_line_of_letters_is_no_ideograph() -> None:
    (word,) = _READER.decoded(_likely("-1-木-3-,-5-", {3: "2"})).words
    assert word.text == "123,5"
    (foreign,) = _READER.decoded(_likely("-木-木-1-", {1: "2", 3: "2"})).words
    assert foreign.text == "木木1"


def test_word_is_as_sure_as_its_own_letters() -> None:
    likely = _likely("-a-b- -1-2-")
    likely[1, _CHARACTERS.index("a")] = 0.4
    unsure, sure = _READER.decoded(likely).words
    assert [unsure.score, sure.score] == pytest.approx([0.6, 0.8])


def test_empty_line_has_no_words() -> None:
    assert _READER.decoded(_likely("-----")).words == ()
