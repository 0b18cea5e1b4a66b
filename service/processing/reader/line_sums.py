"""The lines of invoices found by arithmetic: a column of amounts whose sum the document tells.

No heading has to be known, so it works in any language. Numbers that stand under each other are a column. The column
of amounts is one of which consecutive rows add up to the net amount (or another sum that is told); the columns of
quantity and price are those whose product is the amount. Headings only tell apart what arithmetic can't.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations
from typing import Any

from service.domain.evidence import Box
from service.processing.reader.amounts import rates_in
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import numbers_in
from service.processing.reader.layout import Cell, Line

#: The cells of a line, and where each stands.
Row = tuple[dict[str, Any], dict[str, Spot]]
#: Tells the fields that the headings over a place name.
Headings = Callable[[Line, Box], Sequence[str]]

_CENT = Decimal("0.02")
_CENTS = re.compile(r"\d[.,]\d{2}$")
_UNIT = re.compile(r"[^\W\d_][\w()./²³%]{0,7}\.?")
_UNIT_BEHIND = re.compile(r"\s?([^\W\d_][\w()./²³]{0,11})")
_EDGE = 3.5
_MOST_COLUMNS, _MOST_NUMBERS, _LINES_OF_TEXT = 9, 600, 3
#: Labels of what stands under the lines, as sums do.
_SUM_FIELDS = frozenset(
    ["net_amount", "tax_amount", "total_amount", "amount_due", "withheld_amount", "-other_tax", "-other_total"]
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its place; `position` is that of its line in the document."""

    value: Decimal
    spot: Spot
    box: Box
    position: int


@dataclass(slots=True)
class _Column:
    """Numbers under each other, from top to bottom."""

    numbers: list[_Number] = field(default_factory=list)

    def apart(self, box: Box) -> float:
        """How far a number is from standing under the last one, in points: right-aligned, else left or centred."""
        last = self.numbers[-1].box
        if box.x0 >= last.x1 or last.x0 >= box.x1:
            return math.inf
        right, left = abs(box.x1 - last.x1), abs(box.x0 - last.x0)
        middle = abs(box.x0 + box.x1 - last.x0 - last.x1) / 2
        return min(right, _EDGE / 2 + left, _EDGE / 2 + middle)

    def at(self, position: int) -> _Number | None:
        return next((number for number in self.numbers if number.position == position), None)


def find_summed_lines(
    content: Content, targets: Sequence[Decimal], subtotals: Sequence[Decimal], headings: Headings
) -> list[Row]:
    """The rows whose amounts add up to a target, a subtotal or a sum right under them; empty when none do.

    Rows that are all of one form are lines; longer runs may go on with discounts and taxes.
    """
    columns = _columns(content)
    runs = [
        (column, run)
        for column, amounts in zip(columns, _amounts(columns), strict=True)
        for run in _runs(content, amounts, targets, subtotals)
    ]
    found = [_rows(content, columns, column, run, headings) for column, run in runs]
    told = [rows for rows in found if all("description" in values for values, _ in rows)]
    return max(told, key=lambda rows: _likeness(rows, targets), default=[])


def _likeness(rows: Sequence[Row], targets: Sequence[Decimal]) -> tuple[bool, bool, int, int]:
    """How much rows look like the lines: all of one form, with the foremost sum, many, and with many cells."""
    forms = {frozenset(values) & {"quantity", "unit_price", "tax_rate"} for values, _ in rows}
    total = sum((values["amount"] for values, _ in rows), Decimal(0))
    first = bool(targets) and abs(total - targets[0]) <= _CENT
    return len(forms) == 1, first, len(rows), sum(len(values) for values, _ in rows)


def _columns(content: Content) -> list[_Column]:
    columns: list[_Column] = []
    count = 0
    for position, line in enumerate(content.lines):
        for value, start, end, _ in numbers_in(content, line, 0, len(line.text)):
            count += 1
            if count > _MOST_NUMBERS:
                return columns
            number = _Number(value, Spot(line, start, end), _with_unit(line, start, end), position)
            home = min(columns, key=lambda column: column.apart(number.box), default=None)
            if home is None or home.apart(number.box) > _EDGE:
                columns.append(_Column([number]))
            elif home.numbers[-1].position != position:
                home.numbers.append(number)
    return columns


def _with_unit(line: Line, start: int, end: int) -> Box:
    """The box of a number with what ends its cell, as a unit or a currency: that is what is aligned."""
    cell = line.cell_at(start)
    behind = line.text[end : cell.end]
    return line.box_between(start, cell.end if re.fullmatch(r"[^\d]{0,12}", behind) else end)


def _runs(
    content: Content, amounts: Sequence[_Number], targets: Sequence[Decimal], subtotals: Sequence[Decimal]
) -> Iterator[list[_Number]]:
    """Consecutive amounts that make a target; several may make a subtotal or the next amount as well.

    Sums carried from page to page are stepped over.
    """
    items = [number for number in amounts if not _is_sum(content, number)]
    under = dict(zip((number.position for number in amounts), amounts[1:], strict=False))
    seen: set[tuple[int, int]] = set()
    for first in range(len(items)):
        total, run = Decimal(0), list[_Number]()
        for number in items[first:]:
            if len(run) > 1 and number.value == total:
                continue
            run.append(number)
            total += number.value
            below = under.get(number.position)
            sums = targets if len(run) == 1 else [*targets, *subtotals, *([below.value] if below else [])]
            told = any(target and abs(total - target) <= _CENT for target in sums)
            if told and (number.position, len(run)) not in seen and _stands_over(content, run):
                seen.add((number.position, len(run)))
                yield list(run)


def _stands_over(content: Content, run: Sequence[_Number]) -> bool:
    """Whether rows are more than one, or the one has a heading over it: any amount is its own sum."""
    if len(run) > 1:
        return True
    line, box = run[0].spot.line, run[0].box
    for other in content.above(line, 4):
        for cell in other.cells:
            if min(cell.box.x1, box.x1 + 30) > max(cell.box.x0, box.x0 - 30):
                return len(other.cells) > 1 and not any(map(str.isdigit, other.text))
    return False


def _amounts(columns: Sequence[_Column]) -> list[list[_Number]]:
    """The amounts of each column: numbers with cents, or any where nothing has cents, as in forint and yen."""
    with_cents = [[number for number in column.numbers if _has_cents(number)] for column in columns]
    return with_cents if any(with_cents) else [column.numbers for column in columns]


def _has_cents(number: _Number) -> bool:
    return _CENTS.search(number.spot.text.rstrip(") -−")) is not None


def _is_sum(content: Content, number: _Number) -> bool:
    """Whether the line of a number begins with a whole cell that is the label of a sum."""
    line = number.spot.line
    said = [cell for cell in line.cells if any(map(str.isalpha, line.text[cell.start : cell.end]))]
    if not said:
        return True
    labels = [label for label in content.labels_of(line) if label.field in _SUM_FIELDS]
    # The nearest words to the left of the number tell what it is.
    near = [cell for cell in said if cell.start < number.spot.start]
    if not near:
        return False
    taxed = any(True for _ in rates_in(line.text[near[-1].start : near[-1].end]))
    return any(
        label.start == near[-1].start
        or (len(near) < 3 and label.start == near[0].start)
        or (taxed and label.field == "tax_amount" and near[-1].start < label.start < near[-1].end)
        for label in labels
    )


def _rows(
    content: Content, columns: Sequence[_Column], amounts: _Column, run: Sequence[_Number], headings: Headings
) -> list[Row]:
    factors = _factors(columns, amounts, run, headings)
    rows: list[Row] = []
    for index, amount in enumerate(run):
        cells = {"amount": amount}
        for name, column in factors.items():
            number = column.at(amount.position)
            if number is not None:
                cells[name] = number
        until = run[index + 1].position if index + 1 < len(run) else amount.position + _LINES_OF_TEXT + 1
        rows.append(_row(content, cells, until, headings))
    return rows


def _factors(
    columns: Sequence[_Column], amounts: _Column, run: Sequence[_Number], headings: Headings
) -> dict[str, _Column]:
    """The columns of quantity, price and rate: the product of the first two is the amount, less a discount."""
    others = [column for column in columns if column is not amounts and any(column.at(n.position) for n in run)]
    others = others[:_MOST_COLUMNS]
    found: dict[str, _Column] = {}
    best = 0
    for left, right in permutations(others, 2):
        if left.numbers[0].box.x0 > right.numbers[0].box.x0:
            continue
        agreeing = _agreeing(left, right, others, run)
        if agreeing > best:
            best = agreeing
            swapped = _named(left, run, headings, "unit_price") or _named(right, run, headings, "quantity")
            found = {"quantity": right, "unit_price": left} if swapped else {"quantity": left, "unit_price": right}
    rest = [column for column in others if column not in found.values()]
    rates = next((column for column in rest if _named(column, run, headings, "tax_rate")), None)
    if rates is not None:
        found["tax_rate"] = rates
    if best == 0:
        for name in ("quantity", "unit_price"):
            named = next((column for column in rest if _named(column, run, headings, name)), None)
            if named is not None and named is not rates:
                found[name] = named
    return found


def _agreeing(left: _Column, right: _Column, others: Sequence[_Column], run: Sequence[_Number]) -> int:
    """In how many rows the product of two columns is the amount; none when it is another in any row."""
    agreeing = 0
    for amount in run:
        factors = left.at(amount.position), right.at(amount.position)
        if factors[0] is None or factors[1] is None:
            continue
        whole = factors[0].value * factors[1].value
        slack = _CENT + abs(factors[0].value) / 200
        reduced = [whole] + [
            whole * (100 - discount.value) / 100
            for column in others
            if (discount := column.at(amount.position)) and 0 < discount.value < 100
        ]
        if not any(abs(abs(value) - abs(amount.value)) <= slack for value in reduced):
            return 0
        agreeing += 1
    return agreeing if agreeing * 2 >= len(run) else 0


def _named(column: _Column, run: Sequence[_Number], headings: Headings, name: str) -> bool:
    first = next((number for amount in run if (number := column.at(amount.position))), None)
    return first is not None and name in headings(first.spot.line, first.box)


def _row(content: Content, cells: dict[str, _Number], until: int, headings: Headings) -> Row:
    values: dict[str, Any] = {name: number.value for name, number in cells.items()}
    spots = {name: number.spot for name, number in cells.items()}
    unit = _unit(cells["quantity"]) if "quantity" in cells else None
    if unit is not None:
        values["unit_name"], spots["unit_name"] = unit.text, unit
    taken = list(spots.values())
    text = _description(content, cells["amount"], taken, until, headings)
    if text is not None:
        values["description"], spots["description"] = text.text, text
    return values, spots


def _unit(quantity: _Number) -> Spot | None:
    """The unit behind a quantity: in its cell, or alone in the next one."""
    line, end = quantity.spot.line, quantity.spot.end
    cell = line.cell_at(quantity.spot.start)
    behind = _UNIT_BEHIND.match(line.text, end, cell.end)
    if behind:
        return Spot(line, behind.start(1), behind.end(1))
    following = next((other for other in line.cells if other.start >= end), None)
    if following and _UNIT.fullmatch(line.text[following.start : following.end]):
        return Spot(line, following.start, following.end)
    return None


def _description(
    content: Content, amount: _Number, taken: Sequence[Spot], until: int, headings: Headings
) -> Spot | None:
    """The text of a row: that under its heading, else the longest; of a row of codes alone that of the next line."""
    line = amount.spot.line
    texts = [spot for cell in line.cells if (spot := _free(line, cell, taken)) is not None]
    named = [spot for spot in texts if "description" in headings(line, line.box_between(spot.start, spot.end))]
    best = max(named or texts, key=lambda spot: len(spot.text), default=None)
    if best is not None and _says(best.text):
        return best
    for other in content.lines[amount.position + 1 : until]:
        if other.page != line.page:
            break
        below = [Spot(other, cell.start, cell.end) for cell in other.cells if cell.box.x0 < amount.box.x0]
        for spot in below:
            if _says(spot.text) and not any(label.field in _SUM_FIELDS for label in content.labels_of(other)):
                return spot
    return best


def _says(text: str) -> bool:
    """Whether a text has a word that is no part of a code."""
    return re.search(r"(?<![\w-])[^\W\d_]{3,}(?![\w-]*\d)", text) is not None


def _free(line: Line, cell: Cell, taken: Sequence[Spot]) -> Spot | None:
    """What a cell has of text before the numbers of the row that stand in it."""
    end = min([spot.start for spot in taken if cell.start <= spot.start < cell.end] or [cell.end])
    if len(re.findall(r"[^\W\d_]{3,}", line.text[end : cell.end])) > 1:
        end = cell.end  # the text goes on behind the number: `12 hours of cleaning at 20 an hour`
    text = line.text[cell.start : end].rstrip()
    if sum(map(str.isalpha, text)) < 2 or any(spot.start == cell.start for spot in taken):
        return None
    return Spot(line, cell.start, cell.start + len(text))
