"""What was read of one document, held against its known answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from evaluation.answers import Fields, OneOf
from service.domain.evidence import Evidence
from service.domain.identifiers import compact
from service.domain.reading import Reading
from service.processing.reader.layout import fold

#: Letters that a name must have before one that contains it counts as the same.
_LEAST_NAME = 5
_CENT = Decimal("0.005")
_LEAST_DIGITS = 4
_SAID_IN_WORDS = ("product", "destination", "description", "supply_address", "payment_method")


class Verdict(StrEnum):
    """How a known value was read."""

    EXACT = "exact"
    WRONG = "wrong"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


#: Whether evidence leads to its value, of an item.
Leads = Callable[[Mapping[str, Any], Evidence], bool]
Here = Callable[[Evidence], bool]


def _nowhere(_: Mapping[str, Any], __: Evidence) -> bool:
    return False


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
    known: Sequence[Fields], reading: Reading | None, skip: Mapping[str, str], leads: Leads = _nowhere
) -> list[Match]:
    """A match for every known value; items are held against each other in their order.

    `leads` says whether the evidence of a right value leads to it; it is asked of no other.
    """
    found: list[Match] = []
    if reading is not None and len(known) == 1 and "transactions" in known[0] and len(reading.items) > 1:
        reading = _as_one_statement(reading)
    for index, fields in enumerate(known):
        item = reading.items[index] if reading is not None and index < len(reading.items) else {}
        said = [entry for entry in reading.evidence if entry.item == index] if reading is not None else []
        for name, wanted in fields.items():
            if name not in skip:
                found.extend(_field(name, wanted, item, said, partial(leads, item)))
    return found


def _as_one_statement(reading: Reading) -> Reading:
    """A statement of several accounts, told as one list of transactions: those of all items, in their order."""
    rows: list[Any] = []
    said: list[Evidence] = []
    for index, item in enumerate(reading.items):
        for entry in reading.evidence:
            if entry.item == index and entry.field.startswith("transactions["):
                number, rest = entry.field.removeprefix("transactions[").split("]", 1)
                said.append(replace(entry, item=0, field=f"transactions[{int(number) + len(rows)}]{rest}"))
            elif entry.item == index == 0:
                said.append(entry)
        rows.extend(item.get("transactions", ()))
    return replace(reading, items=({**reading.items[0], "transactions": rows},), evidence=tuple(said))


def _field(name: str, wanted: Any, item: Mapping[str, Any], said: Sequence[Evidence], leads: Here) -> Iterator[Match]:
    if isinstance(wanted, list):
        rows = item.get(name, [])
        # Transactions and tariff periods are told in their order, all of them; taxes are found by their rate.
        if name == "taxes":
            yield from _taxes(wanted, rows, said, leads)
        else:
            yield from _rows(name, wanted, rows, said, leads)
        return
    value = item.get(name)
    if isinstance(value, list):
        value = Decimal(len(value))
    entry = next((entry for entry in said if entry.field == name or entry.field.startswith(f"{name}[")), None)
    yield _match(name, wanted, value, entry, leads)


def _rows(
    name: str,
    wanted: Sequence[Fields],
    rows: Sequence[Mapping[str, Any]],
    said: Sequence[Evidence],
    leads: Here,
) -> Iterator[Match]:
    """What is known of each row, in their order; of rows that are too many, what is known of others is wrong."""
    cells = dict.fromkeys(cell for known in wanted for cell in known if known[cell] is not None)
    for number in range(max(len(wanted), len(rows))):
        row = rows[number] if number < len(rows) else {}
        known = wanted[number] if number < len(wanted) else dict.fromkeys(cells)
        for cell in cells:
            if known.get(cell) is None and number < len(wanted):
                continue
            entry = next((entry for entry in said if entry.field == f"{name}[{number}].{cell}"), None)
            if number < len(wanted) or row.get(cell) is not None:
                yield _match(f"{name}.{cell}", known.get(cell), row.get(cell), entry, leads)


def _taxes(
    wanted: Sequence[Fields], rows: Sequence[Mapping[str, Any]], said: Sequence[Evidence], leads: Here
) -> Iterator[Match]:
    left = dict(enumerate(rows))
    for known in wanted:
        number = next(
            (
                index
                for cell in ("rate", "amount")
                for index, row in left.items()
                if cell in known and row.get(cell) is not None and same(cell, known[cell], row[cell])
            ),
            None,
        )
        row = left.pop(number) if number is not None else {}
        for cell, value in known.items():
            entry = next((entry for entry in said if entry.field == f"taxes[{number}].{cell}"), None)
            yield _match(f"taxes.{cell}", value, row.get(cell), entry, leads)


def _match(name: str, wanted: Any, value: Any, entry: Evidence | None, leads: Here) -> Match:
    confidence = entry.confidence if entry is not None else None
    if value is None:
        return Match(name, Verdict.MISSING, wanted=str(wanted))
    if same(name, wanted, value):
        return Match(
            name, Verdict.EXACT, confidence, entry is not None and leads(entry), str(wanted), str(value), entry
        )
    ambiguous = entry is not None and any(same(name, wanted, other) for other in entry.alternatives)
    verdict = Verdict.AMBIGUOUS if ambiguous else Verdict.WRONG
    return Match(name, verdict, confidence, wanted=str(wanted), read=str(value), entry=entry)


def same(name: str, wanted: Any, value: Any) -> bool:
    """Whether a value is the known one: amounts by value, names by their letters, identifiers without blanks."""
    if wanted is None:
        return False
    if isinstance(wanted, OneOf):
        return any(same(name, one, value) for one in wanted.values)
    if isinstance(wanted, Decimal):
        try:
            return abs(Decimal(str(value)) - wanted) < _CENT
        except ArithmeticError:
            return False
    cell = name.rsplit(".", 1)[-1]
    if cell.endswith("_name") or cell in _SAID_IN_WORDS:
        return _same_name(_letters(str(wanted)), _letters(str(value)))
    told, read = compact(str(wanted)).casefold(), compact(str(value)).casefold()
    # Of cards and accounts the last digits are often all that is told.
    return told == read or (cell == "account_number" and len(told) >= _LEAST_DIGITS and read.endswith(told))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _same_name(wanted: str, value: str) -> bool:
    short, long = sorted((wanted, value), key=len)
    return wanted == value or (len(short) >= _LEAST_NAME and short in long)
