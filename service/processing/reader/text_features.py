"""What the category model sees of a text: counts of its words, pairs of words and runs of letters, hashed."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from service.domain.identifiers import is_cups, is_waste_code
from service.processing.reader.layout import fold

DIMENSIONS = 1 << 15
_MAX_CHARACTERS = 12_000
_RUN_LENGTH = 4
_SHORT_LINE, _LONG_LINE = 4, 11
#: The features (words, pairs and runs) of a text that says half as much as a long one: about five words.
_FEW = np.float32(40)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CUPS = re.compile(r"es\s?\d{4}\s?\d{4}\s?\d{4}\s?\d{4}\s?[a-z]{2}")
_WASTE_CODE = re.compile(r"(?<!\d)\d{2} \d{2} \d{2}(?=\*|\D|$)")
_REFRIGERANT = re.compile(r"\br[ -]?\d{2,3}[a-z]{0,2}\b")
#: Multipliers of the polynomial that hashes a run of letters; odd, so that no bit is lost.
_BASE, _MIX = 0x01000193, 0x9E3779B1

Indices = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]


def features(text: str) -> tuple[Indices, Weights]:
    """The hashed features of a text and their weights; none for a text without words.

    The squares of the weights add up to nearly 1, and to the less the fewer words there are: a few words say little.
    Only the beginning and the end of a long text are looked at.
    """
    folded = fold(_ends(text))
    words = [word if not word.isdigit() else "0" * min(len(word), 3) for word in _WORD.findall(folded)]
    if not any(word[0] != "0" for word in words):
        return np.empty(0, np.int32), np.empty(0, np.float32)
    hashed = [_word_hashes(words), _run_hashes(words), _marks(folded)]
    indices, counts = np.unique(np.concatenate(hashed), return_counts=True)
    weights = np.sqrt(1 + np.log(counts.astype(np.float32))).astype(np.float32)
    return indices.astype(np.int32), weights / np.float32(np.sqrt(_FEW + np.sum(weights * weights)))


def _ends(text: str) -> str:
    if len(text) <= _MAX_CHARACTERS:
        return text
    return f"{text[: _MAX_CHARACTERS * 2 // 3]}\n{text[-_MAX_CHARACTERS // 3 :]}"


def _word_hashes(words: list[str]) -> npt.NDArray[np.uint32]:
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    spoken = Counter([*words, *pairs])
    return np.repeat(
        np.array([zlib.crc32(term.encode()) % DIMENSIONS for term in spoken], np.uint32), list(spoken.values())
    )


def _run_hashes(words: list[str]) -> npt.NDArray[np.uint32]:
    """Hashes of each run of four characters: half a word is still known when a letter was misread."""
    letters = np.frombuffer(f" {' '.join(words)} ".encode("utf-32-le"), np.uint32)
    if len(letters) < _RUN_LENGTH:
        return np.empty(0, np.uint32)
    hashed = np.zeros(len(letters) - _RUN_LENGTH + 1, np.uint32)
    for offset in range(_RUN_LENGTH):
        hashed = hashed * np.uint32(_BASE) + letters[offset : offset + len(hashed)]
    hashed = (hashed ^ (hashed >> np.uint32(15))) * np.uint32(_MIX)
    return hashed >> np.uint32(32 - DIMENSIONS.bit_length() + 1)


def _marks(folded: str) -> npt.NDArray[np.uint32]:
    """What words don't say: valid identifiers, and whether lines are short as on a till slip or long as in prose."""
    return np.array([zlib.crc32(f"\0{mark}".encode()) % DIMENSIONS for mark in _marks_of(folded)], np.uint32)


def _marks_of(folded: str) -> Iterator[str]:
    if any(is_cups(match) for match in _CUPS.findall(folded)):
        yield from ("cups", "cups again")
    if any(is_waste_code(match) for match in _WASTE_CODE.findall(folded)):
        yield from ("waste code", "waste code again")
    if _REFRIGERANT.search(folded):
        yield "refrigerant"
    lengths = sorted(len(line.split()) for line in folded.splitlines() if line.strip())
    middle = lengths[len(lengths) // 2] if lengths else 0
    yield "short lines" if middle <= _SHORT_LINE else "long lines" if middle >= _LONG_LINE else "lines"
