"""What was read of one document, held against its known answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from evaluation.truth import Fields
from service.domain.evidence import Box, Evidence
from service.domain.identifiers import compact
from service.domain.reading import Reading
from service.processing.reader.layout import fold
from service.processing.reader.model import Page

#: Letters that a name must have before one that contains it counts as the same.
_LEAST_NAME = 5
_CENT = Decimal("0.005")


class Verdict(StrEnum):
    """How a known value was read."""

    EXACT = "exact"
    WRONG = "wrong"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on one known value. `confidence` is that of what was read; `evidence` whether its place is right.

    `entry` is the evidence itself, of a value that was read.
    """

    field: str
    verdict: Verdict
    confidence: float | None = None
    evidence: bool = False
    wanted: str = ""
    read: str = ""
    entry: Evidence | None = None


def matches(
    known: Sequence[Fields], reading: Reading | None, pages: Sequence[Page], skip: Mapping[str, str]
) -> list[Match]:
    """A match for every known value; items are held against each other in their order."""
    found: list[Match] = []
    for index, fields in enumerate(known):
        item = reading.items[index] if reading is not None and index < len(reading.items) else {}
        said = [entry for entry in reading.evidence if entry.item == index] if reading is not None else []
        for name, wanted in fields.items():
            if name not in skip:
                found.extend(_field(name, wanted, item, said, pages))
    return found


def _field(
    name: str, wanted: Any, item: Mapping[str, Any], said: Sequence[Evidence], pages: Sequence[Page]
) -> Iterator[Match]:
    if name == "transactions":
        yield from _transactions(wanted, item.get(name, ()), said, pages)
        return
    value = item.get(name)
    if isinstance(value, list):
        value = Decimal(len(value))
    entry = next((entry for entry in said if entry.field == name or entry.field.startswith(f"{name}[")), None)
    yield _match(name, wanted, value, entry, pages)


def _match(name: str, wanted: Any, value: Any, entry: Evidence | None, pages: Sequence[Page]) -> Match:
    confidence = entry.confidence if entry is not None else None
    if value is None:
        return Match(name, Verdict.MISSING, wanted=str(wanted))
    if same(name, wanted, value):
        return Match(name, Verdict.EXACT, confidence, _is_evident(entry, pages), str(wanted), str(value), entry)
    ambiguous = entry is not None and any(same(name, wanted, other) for other in entry.alternatives)
    verdict = Verdict.AMBIGUOUS if ambiguous else Verdict.WRONG
    return Match(name, verdict, confidence, wanted=str(wanted), read=str(value), entry=entry)


def _transactions(
    wanted: Sequence[tuple[str, Decimal]],
    rows: Sequence[Mapping[str, Any]],
    said: Sequence[Evidence],
    pages: Sequence[Page],
) -> Iterator[Match]:
    """Amount and date of each transaction, in their order; rows that are too many count as wrong."""
    for number in range(max(len(wanted), len(rows))):
        row = rows[number] if number < len(rows) else {}
        day, amount = wanted[number] if number < len(wanted) else (None, None)
        for cell, known in (("date", day), ("amount", amount)):
            entry = next((entry for entry in said if entry.field == f"transactions[{number}].{cell}"), None)
            yield _match(f"transactions.{cell}", known, row.get(cell), entry, pages)


def same(name: str, wanted: Any, value: Any) -> bool:
    """Whether a value is the known one: amounts by value, names by their letters, identifiers without blanks."""
    if wanted is None:
        return False
    if isinstance(wanted, Decimal):
        try:
            return abs(Decimal(str(value)) - wanted) < _CENT
        except ArithmeticError:
            return False
    if name.endswith("_name") or name in ("product", "destination"):
        return _same_name(_letters(str(wanted)), _letters(str(value)))
    return compact(str(wanted)) == compact(str(value))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _same_name(wanted: str, value: str) -> bool:
    short, long = sorted((wanted, value), key=len)
    return wanted == value or (len(short) >= _LEAST_NAME and short in long)


def _is_evident(entry: Evidence | None, pages: Sequence[Page]) -> bool:
    """Whether evidence leads to the value: its path or sources, or a box whose words are the raw text."""
    if entry is None:
        return False
    if entry.path or entry.derived_from:
        return True
    page = next((page for page in pages if page.number == entry.page), None)
    if page is None or entry.box is None or not entry.raw_text:
        return False
    if page.rows:
        return True
    inside = _plain("".join(word.text for word in page.words if _holds(entry.box, page.shown(word.box))))
    raw = _plain(entry.raw_text)
    return bool(inside) and (raw in inside or inside in raw)


def _holds(box: Box, word: Box) -> bool:
    """Whether at least part of a word's middle line lies in a box."""
    middle = (word.y0 + word.y1) / 2
    return box.y0 - 1 <= middle <= box.y1 + 1 and word.x1 > box.x0 + 0.5 and word.x0 < box.x1 - 0.5


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).lower()
