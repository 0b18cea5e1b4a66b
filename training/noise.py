"""What scanning, recognising and cutting do to the text of a page."""

from __future__ import annotations

import random
import unicodedata

_MISREAD = {
    "0": "O", "O": "0", "1": "l", "l": "1", "I": "l", "5": "S", "S": "5", "8": "B", "B": "8", "m": "rn", "e": "c",
    "c": "e", "i": "í", "u": "ü", "n": "ri", "a": "o", "é": "e", "ñ": "n", "ü": "u", ".": ",", ",": ".", ":": "",
}  # fmt: skip


def noisy(text: str, rng: random.Random) -> str:
    """The text as another way of reading the page may give it; often unchanged."""
    if rng.random() < 0.12:
        text = _piece(text, rng)
    if rng.random() < 0.25:
        text = _without_accents(text)
    if rng.random() < 0.4:
        text = _misread(text, rng, rng.choice([0.005, 0.015, 0.04]))
    if rng.random() < 0.1:
        text = text.upper()
    if rng.random() < 0.15:
        text = _glued(text, rng)
    return text


def _piece(text: str, rng: random.Random) -> str:
    """Some lines in a row: one page of several, or a torn one."""
    lines = text.splitlines()
    kept = max(6, int(len(lines) * rng.uniform(0.4, 0.8)))
    first = rng.randrange(max(1, len(lines) - kept))
    return "\n".join(lines[first : first + kept])


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _misread(text: str, rng: random.Random, rate: float) -> str:
    return "".join(_MISREAD.get(char, "") if rng.random() < rate and char not in " \n" else char for char in text)


def _glued(text: str, rng: random.Random) -> str:
    """Words whose space was lost."""
    return "".join("" if char == " " and rng.random() < 0.1 else char for char in text)
