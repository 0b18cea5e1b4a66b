"""The lines of invoices and receipts, found under their headings or on a till slip.

They are told only when they prove themselves: the amounts add up to the net or the total amount, or every line's
quantity times price is its amount. Half of a list of lines would pass for the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from service.domain.evidence import Box
from service.domain.items import Item
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import candidates, find_amount
from service.processing.reader.layout import CELL_GAP, Line
from service.processing.reader.line_sums import find_summed_lines
from service.processing.reader.slip_lines import find_slip_lines
from service.processing.reader.values import NUMBER, parse_number
from service.processing.reader.vocabulary import load

FoundLine = tuple[dict[str, Any], dict[str, Spot], float]

_NUMERIC = ("quantity", "unit_price", "tax_rate", "amount")
_STOP = re.compile(
    r"^\W*(?:(?:sub ?|zwischen)?total\w*|summe|zwischensumme|gesamt\w*|net\w*|base|neto|importe total|montant|imponible"
    r"|rechnungsbetrag|zu zahlen|amount due|balance|a pagar|iva|vat|tax|mwst|ust|tva|umsatzsteuer\w*|belegsummen"
    r"|zahlung\w*|payment|pago|forma de pago|cash|efectivo|visa|mastercard|tarjeta|card|bar|cambio|change|taxe)\b"
)
_CENTS = re.compile(r"\d[.,]\d{2}$")
_MOST_HEADING_WORDS = 6
_CENT, _MOST_ROWS = Decimal("0.02"), 500
_PROVEN, _LIKELY = 0.95, 0.8
_SURE_LABEL, _REACH = 0.8, 60


@dataclass(frozen=True, slots=True)
class _Column:
    field: str
    box: Box


@cache
def _headings() -> dict[tuple[str, ...], str]:
    return {tuple(heading.split()): field for field, names in load("lines").items() for heading in names}


def find_lines(content: Content, item: Item) -> list[FoundLine]:
    """The lines with the place of each cell and their confidence; empty when none prove themselves."""
    targets = [item[name] for name in ("net_amount", "total_amount") if isinstance(item.get(name), Decimal)]
    found = _under_headings(content)
    summed = find_summed_lines(content, targets, _subtotals(content), _headings_over(content))
    if content.is_slip:
        summed = max(summed, find_slip_lines(content, targets), key=_cells)
    if summed and (not _adds_up(found, targets[:1]) or (len(summed) == len(found) and _cells(summed) >= _cells(found))):
        return [(values, spots, _PROVEN) for values, spots in summed]
    if found and _adds_up(found, targets):
        return [(values, spots, _PROVEN) for values, spots in found]
    if found and all(_multiplies(values) for values, _ in found):
        return [(values, spots, _LIKELY) for values, spots in found]
    return [(values, spots, _PROVEN) for values, spots in find_slip_lines(content, targets)]


def _cells(rows: Sequence[tuple[Mapping[str, Any], Any]]) -> int:
    return sum(len(values) for values, _ in rows)


def _subtotals(content: Content) -> list[Decimal]:
    """Sums that are told before discounts and charges on the whole document."""
    found = candidates(content, ("net_amount",), find_amount)
    return [entry.value for entry in found if entry.score > _SURE_LABEL]


def _headings_over(content: Content) -> Callable[[Line, Box], Sequence[str]]:
    """Tells what the nearest headings over a place name."""
    headed = {(line.page, line.index): columns for line in content.lines if (columns := _headed(line))}

    def over(line: Line, box: Box) -> list[str]:
        named: list[str] = []
        for other in content.above(line, _REACH):
            for column in headed.get((other.page, other.index), ()):
                if min(column.box.x1, box.x1) > max(column.box.x0, box.x0):
                    named.append(column.field)
            if named:
                break
        return named

    return over


def _adds_up(found: Sequence[tuple[Mapping[str, Any], Any]], targets: Sequence[Decimal]) -> bool:
    total = sum((values["amount"] for values, _ in found), Decimal(0))
    return any(abs(total - target) <= _CENT for target in targets)


def _multiplies(values: Mapping[str, Any]) -> bool:
    quantity, price = values.get("quantity"), values.get("unit_price")
    if quantity is None or price is None:
        return False
    return bool(abs(abs(quantity * price) - abs(values["amount"])) <= _CENT)


def _under_headings(content: Content) -> list[tuple[dict[str, Any], dict[str, Spot]]]:
    columns: list[_Column] = []
    found: list[tuple[dict[str, Any], dict[str, Spot]]] = []
    for position, line in enumerate(content.lines):
        heading = _columns(line)
        below = content.lines[position + 1] if position + 1 < len(content.lines) else None
        if heading:
            above = content.lines[position - 1] if position else None
            columns = _with_neighbours(heading, line, (above, below))
        elif columns and _STOP.match(line.folded) and _last_amount(line) is not None:
            columns = []
        elif columns and len(found) < _MOST_ROWS:
            row = _row(line, below, columns, content)
            if row is not None:
                found.append(row)
    return found


def _columns(line: Line) -> list[_Column]:
    """The columns that a heading names; empty for a line that is no heading of lines."""
    columns = _headed(line)
    fields = {column.field for column in columns}
    if not fields & {"amount", "unit_price"} or not fields & {"description", "quantity"} or len(fields) < 3:
        return []
    return _distinct(columns)


def _with_neighbours(heading: list[_Column], line: Line, neighbours: Sequence[Line | None]) -> list[_Column]:
    """The heading with the columns whose words stand over two or three lines, as `Prix` over `unitaire`."""
    known = {column.field for column in heading}
    height = max(line.box.y1 - line.box.y0, 1.0)
    more = [
        column
        for other in neighbours
        if other is not None and other.page == line.page and abs(other.box.y0 - line.box.y0) < 2.5 * height
        for column in _headed(other)
        if column.field not in known and len(other.words) <= _MOST_HEADING_WORDS
    ]
    return sorted([*heading, *_distinct(more)], key=lambda column: column.box.x0)


def _headed(line: Line) -> list[_Column]:
    """Every word of a line that is a heading; none for a line with amounts."""
    if any(_CENTS.search(word.text) for word in line.words):
        return []
    tokens = [(token, start, end) for token, start, end in line.tokens if not token.isdigit()]
    columns: list[_Column] = []
    position = 0
    while position < len(tokens):
        for length in (3, 2, 1):
            words = tuple(token for token, _, _ in tokens[position : position + length])
            field = _headings().get(words) if len(words) == length else None
            if field is not None:
                box = line.box_between(tokens[position][1], tokens[position + length - 1][2])
                columns.append(_Column(field, box))
                position += length
                break
        else:
            position += 1
    return columns


def _distinct(columns: list[_Column]) -> list[_Column]:
    """One column of each field: of two with one name the last is the amount, as in `Price … Price`."""
    kept: dict[str, _Column] = {}
    for column in columns:
        kept[column.field] = column
    return sorted(kept.values(), key=lambda column: column.box.x0)


def _numbers(line: Line, columns: list[_Column], content: Content) -> dict[str, tuple[Decimal, Spot]]:
    """The number of each column, from right to left: texts to the left have numbers of their own."""
    cells: dict[str, tuple[Decimal, Spot]] = {}
    numeric = [column for column in columns if column.field in _NUMERIC]
    for match in reversed(list(NUMBER.finditer(line.text))):
        percent = line.text[match.end() : match.end() + 2].strip().startswith("%")
        fitting = [column for column in numeric if not percent or column.field == "tax_rate"]
        column = _nearest(line.box_between(match.start("digits"), match.end("digits")), fitting)
        number = parse_number(match.group(), content.convention)
        if column is not None and number is not None and column.field not in cells:
            cells[column.field] = (number.value, Spot(line, match.start(), match.end()))
    return cells


def _row(
    line: Line, below: Line | None, columns: list[_Column], content: Content
) -> tuple[dict[str, Any], dict[str, Spot]] | None:
    """The cells of a line; None for one without an amount. Cells of several lines push the amount to the next one."""
    cells = _numbers(line, columns, content)
    first = min((spot.start for _, spot in cells.values()), default=len(line.text))
    if "amount" not in cells and {"quantity", "unit_price"} <= cells.keys() and below is not None:
        further = _numbers(below, columns, content)
        if "amount" in further and not further.keys() & {"quantity", "unit_price"}:
            cells["amount"] = further["amount"]
    amount = cells.get("amount")
    if amount is None or not _CENTS.search(re.sub(r"[-)\s]+$", "", amount[1].text)) or len(cells) < 2:
        return None
    values: dict[str, Any] = {}
    spots: dict[str, Spot] = {}
    text = _text(line, columns, first)
    if text is not None:
        values["description"], spots["description"] = text.text, text
    for field, (value, spot) in cells.items():
        values[field], spots[field] = value, spot
    unit = (
        re.match(r"\s?([^\W\d_][\w()./²³]{0,11})", line.text[cells["quantity"][1].end :])
        if "quantity" in cells
        else None
    )
    if unit and CELL_GAP not in unit.group():
        end = cells["quantity"][1].end + unit.end()
        values["unit_name"], spots["unit_name"] = unit[1], Spot(line, end - len(unit[1]), end)
    return values, spots


def _nearest(box: Box, columns: Sequence[_Column]) -> _Column | None:
    """The column over a number: the one that it overlaps most, else the one whose edges are nearest."""

    def apart(column: _Column) -> float:
        overlap = min(box.x1, column.box.x1) - max(box.x0, column.box.x0)
        if overlap > 0:
            return -overlap
        return min(abs(box.x1 - column.box.x1), abs(box.x0 - column.box.x0))

    best = min(columns, key=apart, default=None)
    return best if best is not None and apart(best) < 40 else None


def _text(line: Line, columns: Sequence[_Column], first: int) -> Spot | None:
    """The description: what stands under its heading, else the longest text before the first number."""
    column = next((column for column in columns if column.field == "description"), None)
    best: Spot | None = None
    for cell in line.cells:
        spot = Spot(line, cell.start, cell.end)
        if sum(char.isalpha() for char in spot.text) < 2:
            continue
        under = column is not None and min(cell.box.x1, column.box.x1) > max(cell.box.x0, column.box.x0) - 2
        if under:
            return spot
        if cell.start < first and (best is None or len(spot.text) > len(best.text)):
            best = spot
    return best


def _last_amount(line: Line) -> re.Match[str] | None:
    """The amount that a line ends with; a letter behind it tells the tax rate on slips."""
    found = [match for match in NUMBER.finditer(line.text) if _CENTS.search(match["digits"])]
    if not found or len(re.sub(r"[€£$\s*%]|EUR", "", line.text[found[-1].end() :])) > 1:
        return None
    return found[-1]
