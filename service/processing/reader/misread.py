"""Characters that recognition takes for others, put right where check digits prove it."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations, product

#: What a character that was read may have been on the paper.
_MISTAKEN = {
    "0": "ODQ", "O": "0", "D": "0", "Q": "0", "1": "IL", "I": "1", "L": "1", "2": "Z", "Z": "2", "5": "S", "S": "5",
    "6": "G", "G": "6", "8": "B", "B": "8", "E": "6",
}  # fmt: skip
_MOST_MISTAKES = 1
_LETTER_L = re.compile(r"(?<=[^\W\d_]{2})1(?!\d)")
_CAPITAL_O = re.compile(r"(?:(?<=[A-Z])|\b)0(?=[A-Z]{2}|[A-Z]\b)")
_SMALL_L = re.compile(r"(?<=[a-z]{2})1(?!\w)")
_LETTER_O = re.compile(r"(?<=[^\W\d_]{2})0(?!\d)")


def mended(code: str, is_right: Callable[[str], bool]) -> str | None:
    """The code with the fewest characters put right that `is_right` accepts; None when there is none, or more than one.

    A code that is right as it was read is given back as it is.
    """
    for mistakes in range(_MOST_MISTAKES + 1):
        found = {other for other in _with_mistakes(code, mistakes) if is_right(other)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def words_mended(text: str) -> str:
    """A text of the same length with the digits that stand for letters in its words: `Diese1`, `GASOLE0`."""
    return _LETTER_O.sub("o", _LETTER_L.sub("l", text))


def names_mended(text: str) -> str:
    """A name with digits as the letters that they stand for: `ALB0RADA`, `0HG`, `Shel1`."""
    return _CAPITAL_O.sub("O", _SMALL_L.sub("l", text))


def _with_mistakes(code: str, count: int) -> Iterator[str]:
    doubtful = [place for place, char in enumerate(code) if char in _MISTAKEN]
    for places in combinations(doubtful, count):
        for chars in product(*(_MISTAKEN[code[place]] for place in places)):
            other = list(code)
            for place, char in zip(places, chars, strict=True):
                other[place] = char
            yield "".join(other)
