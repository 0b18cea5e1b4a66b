"""Tables of wastes: a row for each waste under a header that names the columns, over several pages if need be."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.domain.evidence import Box
from service.domain.units import Unit
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, Found, find_date, find_identifier, numbers_in
from service.processing.reader.forms import FormContent, is_table_header, trimmed
from service.processing.reader.layout import Line
from service.processing.reader.quantity import Quantity
from service.processing.reader.vocabulary import any_of
from service.processing.reader.waste_codes import FoundCode, find_operation
from service.processing.reader.waste_quantity import LABELS, settled, unit_after, unit_of

_UNIT_IN_HEADER = re.compile(
    r"(?<![^\W_])(kg|t|tn|tm|mg|l|m3|m³|tonnes?|toneladas?|tonnen|litros?|litres?)(?![^\W_])", re.IGNORECASE
)
_CODE_IN_TEXT = re.compile(
    rf"[\s(–-]*(?:\b{any_of('forms', 'codes', 'before')}\b[\s.:]*)*\b\d\d[ .]?\d\d[ .]?\d\d\b\s?\*?\)?"
)
_DATES = ("collected", "received", "issued", "processed")
#: The columns that codes stand in: their own, else in the text of bills for wastes.
_CODED = ("low_code", "description")
_MOST_ROW_LINES = 3


@dataclass(frozen=True)
class Column:
    """A column of a table: what it has, its stretch across the page, and the unit that its header names."""

    field: str
    x0: float
    x1: float
    unit: Unit | None = None
    unit_spot: Spot | None = None


@dataclass(frozen=True)
class Row:
    """One waste of a table: its code, and what the row says of it."""

    code: FoundCode
    quantity: Quantity | None
    values: tuple[Candidate, ...]


def waste_rows(content: FormContent, codes: Sequence[FoundCode]) -> list[Row]:
    """The rows of the document's tables, one for each code; none where there is no table of wastes.

    A waste whose code stands in several rows with a quantity each is as many rows: each is one delivery.
    """
    tables = list(_tables(content))
    rows: list[Row] = []
    for code, following in zip(codes, [*codes[1:], None], strict=False):
        line = code.spot.line
        columns = _columns_over(tables, line)
        if not columns or not _in_column(code, columns):
            continue
        band = _band(content, line, following.spot.line if following else None)
        rows.append(_row(content, code, columns, band))
    measured = {row.code.value for row in rows if row.quantity is not None}
    kept, seen = [], set()
    for row in rows:
        if row.quantity is None and (row.code.value in measured or row.code.value in seen):
            continue
        seen.add(row.code.value)
        kept.append(row)
    return kept


def _tables(content: FormContent) -> Iterator[tuple[int, float, list[Column]]]:
    """Each header of a table with a column of codes: page, its foot, its columns."""
    for line in content.lines:
        if not is_table_header(content, line):
            continue
        height = line.box.y1 - line.box.y0
        near = [*content.above(line, 1), *content.below(line, 1)]
        rows = [line, *(other for other in near if _goes_on(line, other, 0.5 * height))]
        columns = [column for row in rows for column in _columns(content, row)]
        if any(column.field in _CODED for column in columns):
            yield line.page, line.box.y1, _with_units(columns)


def _goes_on(line: Line, other: Line, most: float) -> bool:
    """Whether a header goes on in another line: close to it, and neither a row nor a label with its value."""
    apart = max(other.box.y0 - line.box.y1, line.box.y0 - other.box.y1)
    return apart < most and ":" not in other.text and not any(map(str.isdigit, other.text.replace("m3", "")))


def _columns(content: FormContent, line: Line) -> Iterator[Column]:
    for cell in line.cells:
        inside = [label for label in content.labels_of(line) if cell.start <= label.start < cell.end]
        match = _UNIT_IN_HEADER.search(line.text, cell.start, cell.end)
        unit = unit_of(match[1]) if match else None
        spot = Spot(line, match.start(1), match.end(1)) if match and unit else None
        field = inside[0].field if inside else "unit" if unit else ""
        yield Column(field, cell.box.x0, cell.box.x1, unit, spot)


def _with_units(columns: list[Column]) -> list[Column]:
    """Columns with the unit that stands alone over or under their header."""
    units = [column for column in columns if column.field == "unit"]
    kept = []
    for column in columns:
        over = [unit for unit in units if min(unit.x1, column.x1) > max(unit.x0, column.x0)]
        lacks = column.field in LABELS and column.unit is None and over
        kept.append(replace(column, unit=over[0].unit, unit_spot=over[0].unit_spot) if lacks else column)
    if not any(column.field in LABELS for column in kept):
        # A header that is only a unit heads a column of quantities.
        kept = [replace(column, field="quantity") if column.field == "unit" else column for column in kept]
    return kept


def _columns_over(tables: list[tuple[int, float, list[Column]]], line: Line) -> list[Column]:
    """The columns of the nearest header over a line, else of the last one of an earlier page."""
    before = [table for table in tables if (table[0], table[1]) <= (line.page, line.box.y0 + 2)]
    return before[-1][2] if before else []


def _in_column(code: FoundCode, columns: list[Column]) -> bool:
    box = code.spot.line.box_between(code.spot.start, code.spot.end)
    return any(
        column.field == "low_code" and min(column.x1, box.x1) > max(column.x0, box.x0) - 25 for column in columns
    ) or (
        all(column.field != "low_code" for column in columns)
        and _home(code.spot.line.cell_at(code.spot.start).box, columns).field == "description"
    )


def _band(content: Content, line: Line, following: Line | None) -> list[Line]:
    """The lines of a row: its own and those under it that belong to it."""
    height = line.box.y1 - line.box.y0
    band = [line]
    for other in content.below(line, _MOST_ROW_LINES):
        if other is following or other.box.y0 - band[-1].box.y1 > 0.6 * height:
            break
        if re.match(r"(?:sub)?total|suma|summe|gesamt|razem|totaal", other.folded) or _is_labels(content, other):
            break
        band.append(other)
    return band


def _is_labels(content: Content, line: Line) -> bool:
    """Whether every cell of a line begins with a label: the next row of boxes, not more of this one."""
    starts = {label.start for label in content.labels_of(line)}
    return all(cell.start in starts for cell in line.cells)


def _row(content: FormContent, code: FoundCode, columns: list[Column], band: list[Line]) -> Row:
    values: list[Candidate] = []
    quantities: list[Quantity] = []
    for column in columns:
        for spot in _cells_of(band[0], column, columns):
            values += _cell_values(content, column, spot)
            quantities += _cell_quantities(content, column, spot)
    if not any(value.field == "description" for value in values):
        values += _description_beside(code, columns)
    if not any(value.field == "rd_code" for value in values):
        found = find_operation(content, band[0], 0, len(band[0].text))
        values += [_candidate("rd_code", band[0], found, 0.7)] if found else []
    values = [_whole_text(value, band) if value.field == "description" else value for value in values]
    best = max(quantities, key=lambda quantity: quantity.score, default=None) or _with_unit(content, band[0])
    return Row(code, settled(best, content.language, load=False) if best else None, tuple(values))


def _cells_of(line: Line, column: Column, columns: list[Column]) -> Iterator[Spot]:
    """What stands in a column: whole cells, and of a cell that reaches over several columns its words there."""
    for cell in line.cells:
        over = [other for other in columns if min(other.x1, cell.box.x1) - max(other.x0, cell.box.x0) > 0]
        if len(over) < 2:
            if _home(cell.box, columns) is column:
                yield Spot(line, cell.start, cell.end)
            continue
        words = [
            (start, start + len(word.text))
            for word, start in zip(line.words, line.starts, strict=True)
            if cell.start <= start < cell.end and _home(word.box, columns) is column
        ]
        if words:
            yield Spot(line, words[0][0], words[-1][1])


def _home(box: Box, columns: list[Column]) -> Column:
    """The column that a box belongs to: the one that it overlaps most, else the nearest."""

    def nearness(column: Column) -> tuple[float, float]:
        overlap = min(column.x1, box.x1) - max(column.x0, box.x0)
        return (max(overlap, 0.0), min(overlap, 0.0))

    return max(columns, key=nearness)


def _candidate(field: str, line: Line, found: Found, score: float) -> Candidate:
    return Candidate(field, found[0], Spot(line, found[1], found[2]), score, found[3])


def _cell_values(content: FormContent, column: Column, spot: Spot) -> Iterator[Candidate]:
    line, start, end = spot.line, spot.start, spot.end
    if column.field in _DATES:
        found = find_date(content, line, start, end)
        field = column.field
    elif column.field in ("rd_code", "operation_done"):
        found, field = find_operation(content, line, start, end), "rd_code"
    elif column.field == "identification_name":
        found, field = find_identifier(content, line, start, end), column.field
    elif column.field in ("description", "destination", "carrier", "producer"):
        piece = _without_code(trimmed(line, start, end))
        letters = sum(map(str.isalpha, piece.text)) if piece else 0
        found = (piece.text, piece.start, piece.end, ()) if piece and letters >= 3 else None
        field = {"carrier": "carrier_name", "producer": "producer_name"}.get(column.field, column.field)
    else:
        return
    if found is not None:
        yield _candidate(field, line, found, 0.85)


def _without_code(piece: Spot | None) -> Spot | None:
    """A text without the waste code before or behind it."""
    if piece is None:
        return None
    match = _CODE_IN_TEXT.search(piece.line.folded, piece.start, piece.end)
    if match is None:
        return piece
    behind = trimmed(piece.line, match.end(), piece.end)
    if behind is not None and sum(map(str.isalpha, behind.text)) >= 4:
        return behind
    return trimmed(piece.line, piece.start, match.start())


def _cell_quantities(content: FormContent, column: Column, spot: Spot) -> Iterator[Quantity]:
    if column.field not in LABELS:
        return
    for value, start, end, others in numbers_in(content, spot.line, spot.start, spot.end):
        number = Candidate("quantity", value, Spot(spot.line, start, end), LABELS[column.field], others)
        unit = unit_after(spot.line, end) or ((column.unit, column.unit_spot) if column.unit else None)
        unit = unit or _unit_beside(spot.line)
        if unit is not None:
            yield Quantity(number, *unit)
        return


def _unit_beside(line: Line) -> tuple[Unit, Spot] | None:
    """The unit of a column of units."""
    for cell in line.cells:
        unit = unit_of(line.text[cell.start : cell.end].strip())
        if unit is not None:
            return unit, Spot(line, cell.start, cell.end)
    return None


def _with_unit(content: FormContent, line: Line) -> Quantity | None:
    for value, start, end, others in numbers_in(content, line, 0, len(line.text)):
        unit = unit_after(line, end)
        if unit is not None:
            return Quantity(Candidate("quantity", value, Spot(line, start, end), 0.6, others), *unit)
    return None


def _description_beside(code: FoundCode, columns: list[Column]) -> Iterator[Candidate]:
    """The words behind or before a code in its own cell, else in one under a header that nobody knows."""
    line = code.spot.line
    cell = line.cell_at(code.spot.start)
    unknown = [(other.start, other.end) for other in line.cells if not _home(other.box, columns).field]
    for start, end in ((code.spot.end, cell.end), (cell.start, code.spot.start), *unknown):
        piece = trimmed(line, start, end)
        if piece is not None and sum(map(str.isalpha, piece.text)) >= 4:
            yield Candidate("description", piece.text, piece, 0.75)
            return


def _whole_text(value: Candidate, band: list[Line]) -> Candidate:
    """A description with the lines that go on under it."""
    box = value.spot.line.box_between(value.spot.start, value.spot.end)
    text = str(value.value)
    for line in band[1:]:
        for cell in line.cells:
            if min(cell.box.x1, box.x1) - max(cell.box.x0, box.x0) > 0 and abs(cell.box.x0 - box.x0) < 12:
                piece = trimmed(line, cell.start, cell.end)
                if piece is not None and not any(map(str.isdigit, piece.text)):
                    text = f"{text} {piece.text}"
    return replace(value, value=text)
