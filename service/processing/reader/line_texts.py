"""Reading of single lines, cut out upright, by PP-OCRv6's recogniser: their words, and where in the line each stands.

The network looks at a line in steps of an eighth of its height or so, and says for each how likely each character is,
or none (connectionist temporal classification, Graves et al. 2006). So a letter's step tells where the letter is.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

import cv2
import numpy

from service.processing.reader.networks import loaded
from service.processing.reader.sheets import Pixels

_MODEL = "PP-OCRv6_rec_small.onnx"
_THREADS = 2
#: Pixels that the network wants a line to be high, and at least to be long.
_HEIGHT, _MIN_LENGTH = 48, 64
#: Empty pixels behind a line: without them the last letter, often the last digit of an amount, is misread.
_MARGIN = 16
_NONE = 0
#: Steps by which an outline reaches beyond its writing at either end.
_OUTLINE_STEPS = 1.5
#: Letters that stand so many times further apart than is usual in their line belong to different columns.
_COLUMN_GAP = 3.0
#: What is printed wide for the sake of ideographs, as everybody else writes it.
_NARROW = str.maketrans(
    "\uff01\uff04\uff05\uff08\uff09\uff0b\uff0c\uff0d\uff0e\uff0f\uff1a\uff1b\uff1d\uff1f\u3001\u3002",
    "!$%()+,-./:;=?,.",
)


@dataclass(frozen=True, slots=True)
class LineWord:
    """A word; `start` and `end` are shares of the line's length, `score` is how sure the network is of its letters."""

    text: str
    start: float
    end: float
    score: float


@dataclass(frozen=True, slots=True)
class LineText:
    """The words of a line from left to right, and how sure the network is of all its letters."""

    words: tuple[LineWord, ...] = ()
    score: float = 0.0

    @property
    def legibility(self) -> float:
        """Grows with the number of letters and steeply with their certainty."""
        return float(self.score**4 * sum(len(word.text) for word in self.words))


@cache
def line_reader() -> "LineReader":
    """The reader of lines, loaded once in a process."""
    network = loaded(_MODEL, threads=1)
    letters = network.get_modelmeta().custom_metadata_map["character"].splitlines()
    return LineReader(network, ("", *letters, " "))


@dataclass(frozen=True)
class LineReader:
    """The network, and the characters that its answers number; number 0 is none."""

    network: Any
    characters: tuple[str, ...]

    def read(self, lines: Sequence[Pixels]) -> list[LineText]:
        """The texts of lines in BGR, in their order."""
        # The longest first, one at a time: that leaves no thread without work, and pads no line to another's length.
        order = sorted(range(len(lines)), key=lambda index: -lines[index].shape[1] / lines[index].shape[0])
        with ThreadPoolExecutor(_THREADS) as threads:
            found = threads.map(self._read_one, [lines[index] for index in order])
            texts = dict(zip(order, found, strict=True))
        return [texts[index] for index in range(len(lines))]

    def _read_one(self, line: Pixels) -> LineText:
        height, width = line.shape[:2]
        length = max(1, round(_HEIGHT * width / height))
        scaled = cv2.resize(line, (length, _HEIGHT)).astype(numpy.float32).transpose(2, 0, 1)
        asked = numpy.zeros((1, 3, _HEIGHT, max(length + _MARGIN, _MIN_LENGTH)), numpy.float32)
        asked[0, :, :, :length] = scaled / 127.5 - 1.0
        (likely,) = self.network.run(None, {"x": asked})
        return self.decoded(likely[0], length / asked.shape[3])

    def decoded(self, likely: Pixels, filled: float = 1.0) -> LineText:
        """The text of probabilities (steps x characters), of whose steps the share `filled` shows the line."""
        letters = _letters(likely)
        if not letters:
            return LineText()
        strange = sum(map(self._ideographs.__getitem__, (number for number, _, _ in letters)))
        if 0 < strange <= len(letters) / 2:
            # A smudge in a line of letters is taken for the ideograph that it looks like.
            letters = _letters(numpy.where(self._ideographs, 0.0, likely))
        score = float(numpy.mean([sure for _, _, sure in letters]))
        steps = max(1.0, filled * len(likely))
        placed = [(self.characters[number].translate(_NARROW), place / steps, sure) for number, place, sure in letters]
        return LineText(tuple(_words(placed, _OUTLINE_STEPS / steps)), score)

    @cached_property
    def _ideographs(self) -> Any:
        return numpy.array([any("\u2e80" <= char <= "\uffef" for char in text[:1]) for text in self.characters])


def _letters(likely: Pixels) -> list[tuple[int, float, float]]:
    """Number, middle in steps, and certainty of each letter: a run of steps that say the same is one letter."""
    best = likely.argmax(axis=1)
    begins = numpy.flatnonzero(numpy.diff(best, prepend=-1))
    ends = numpy.append(begins[1:], len(best))
    return [
        (int(best[begin]), (begin + end - 1) / 2, float(likely[begin, best[begin]]))
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        if best[begin] != _NONE
    ]


def _words(letters: Sequence[tuple[str, float, float]], edge: float) -> list[LineWord]:
    """Letters with their places and certainties, parted where there is a space or the gap between two columns.

    The writing begins and ends at most `edge` from the ends of its line.
    """
    apart = [
        place - before
        for (left, before, _), (right, place, _) in pairwise(letters)
        if not left.isspace() and not right.isspace()
    ]
    pitch = float(numpy.median(apart)) if apart else 1.0 / max(1, len(letters))
    words: list[list[tuple[str, float, float]]] = [[]]
    for letter in letters:
        if letter[0].isspace():
            words.append([])
            continue
        if words[-1] and letter[1] - words[-1][-1][1] > _COLUMN_GAP * pitch:
            words.append([])
        words[-1].append(letter)
    found = [_word(word, pitch / 2) for word in words if word]
    if found:
        found[0] = replace(found[0], start=min(found[0].start, edge))
        found[-1] = replace(found[-1], end=max(found[-1].end, 1.0 - edge))
    return found


def _word(letters: Sequence[tuple[str, float, float]], half: float) -> LineWord:
    text = "".join(letter for letter, _, _ in letters)
    start, end = max(0.0, letters[0][1] - half), min(1.0, letters[-1][1] + half)
    return LineWord(text, start, max(start, end), float(numpy.mean([sure for _, _, sure in letters])))
