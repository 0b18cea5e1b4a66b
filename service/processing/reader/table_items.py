"""Items from tables (CSV, XLSX): a header row names the columns, each row under it becomes an item."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

from service.domain.category import Category
from service.domain.evidence import Box, Evidence
from service.domain.identifiers import compact, is_cups, waste_codes
from service.domain.item_fields import FIELDS, ITEM_SCHEMAS, Kind
from service.domain.items import MAX_ITEMS
from service.domain.reading import FailureReason, ReadingFailedError
from service.domain.units import Unit, find_unit
from service.processing.reader.content import Content
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.layout import fold
from service.processing.reader.model import Page
from service.processing.reader.printed_units import unit_in
from service.processing.reader.values import Number, find_dates, find_month, parse_number
from service.processing.reader.vocabulary import load

_PRODUCER = "table-reader"
_VERSION = "1"
_HEADER_SEARCH = 40
_NUMBER_WORDS = frozenset(["n", "no", "nr", "num", "numero", "number", "numer", "nummer", "nbr"])
_TOTAL_ROW = re.compile(r"^(?:total|totales|suma|sum|summe|subtotal|totals|gesamt|totale)\b")


@dataclass(frozen=True)
class _Column:
    index: int
    field: str
    header: str
    unit: Unit | None


def extract_tables(category: Category, pages: Sequence[Page], content: Content) -> list[ItemBuilder]:
    """The items of every sheet, in order; a sheet without a header row is read as label and value pairs."""
    builders: list[ItemBuilder] = []
    for page in pages:
        header = _find_header(category, page)
        if header is not None:
            builders.extend(_rows(category, page, *header, content))
        else:
            builders.extend(_pairs(category, page, content))
        if len(builders) > MAX_ITEMS:
            # Part of a table would pass for the whole of it.
            raise ReadingFailedError(
                FailureReason.DOCUMENT_TOO_COMPLEX,
                f"the table has {len(builders)} rows; at most {MAX_ITEMS} are read, so split it",
            )
    return builders


def _normal(text: str) -> str:
    """A header word by word, with every spelling of "number" as `no`."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"\bn\W{0,2}o\b", "no", fold(text)))
    return " ".join("no" if word in _NUMBER_WORDS else word for word in words)


@cache
def _field_by_header() -> dict[str, str]:
    """The field that each known header names; the first field wins where two claim one."""
    fields: dict[str, str] = {}
    for field, headers in load("columns").items():
        for header in headers:
            fields.setdefault(_normal(header), field)
    return fields


def _field_of(header: str, allowed: Mapping[str, Any]) -> str | None:
    """The field that a header names: exactly, without its brackets, or by its most telling words."""
    bare = _normal(re.sub(r"[(\[].*?[)\]]", " ", header.replace("_", " ")))
    if bare.replace(" ", "_") in allowed:
        return bare.replace(" ", "_")
    for text in (bare, _normal(header.replace("_", " "))):
        field = _field_by_header().get(text)
        if field in allowed:
            return field
    words = [
        word for word in bare.split() if word not in ("de", "del", "la", "el", "of", "the", "du", "da", "do", "total")
    ]
    trimmed = " ".join(word for word in words if find_unit(word) is None or len(word) > 3)
    field = _field_by_header().get(" ".join(words)) or _field_by_header().get(trimmed)
    if field in allowed:
        return field
    # `Ticket no` and `No ticket` are one.
    field = _field_by_words().get(tuple(sorted(words)))
    return field if field in allowed else None


@cache
def _field_by_words() -> dict[tuple[str, ...], str]:
    """The field of each known header of several words, whatever their order."""
    fields: dict[tuple[str, ...], str] = {}
    for header, field in _field_by_header().items():
        if len(words := header.split()) > 1:
            fields.setdefault(tuple(sorted(words)), field)
    return fields


def _columns(category: Category, row: Sequence[str]) -> list[_Column]:
    allowed = {field.name: field for field in ITEM_SCHEMAS[category] if field.kind is not Kind.ROWS}
    columns: list[_Column] = []
    taken: set[str] = set()
    for index, header in enumerate(row):
        if not header or len(header) > 80:
            continue
        field = _field_of(header, allowed)
        if field is None or field in taken:
            continue
        taken.add(field)
        columns.append(_Column(index, field, header, unit_in(header) if field == "quantity" else None))
    if "quantity" not in taken and "quantity" in allowed:
        columns += _unit_column(row, {column.index for column in columns})
    return columns


def _unit_column(row: Sequence[str], used: set[int]) -> list[_Column]:
    """A column whose header is or contains only a unit, such as `kWh` or `Litros`."""
    for index, header in enumerate(row):
        if index in used or not header or "/" in header or "€" in header:
            continue
        unit = find_unit(header) or unit_in(header)
        if unit is not None:
            return [_Column(index, "quantity", header, unit)]
    return []


def _find_header(category: Category, page: Page) -> tuple[int, list[_Column]] | None:
    best: tuple[int, list[_Column]] | None = None
    for index, row in enumerate(page.rows[:_HEADER_SEARCH]):
        columns = _columns(category, row)
        if len(columns) >= 2 and (best is None or len(columns) > len(best[1])):
            best = index, columns
    if best is None or len(page.rows) <= best[0] + 1:
        return None
    # A sheet of label-value pairs has labels below each other, not beside each other.
    if (
        len(best[1]) == 2
        and sum(len([cell for cell in row if cell]) == 2 for row in page.rows) > 0.8 * len(page.rows) > 3
    ):
        below = [row[0] for row in page.rows[best[0] + 1 :] if row]
        if sum(_field_of(text, FIELDS) is not None for text in below) > len(below) / 2:
            return None
    return best[0], _by_values(category, page, *best)


def _by_values(category: Category, page: Page, header: int, columns: list[_Column]) -> list[_Column]:
    """The columns, with the one whose values are all supply point codes as such, whatever its header says."""
    if "cups" not in {field.name for field in ITEM_SCHEMAS[category]} or any(c.field == "cups" for c in columns):
        return columns
    rows = page.rows[header + 1 : header + 101]
    for index, name in enumerate(page.rows[header]):
        values = [row[index] for row in rows if index < len(row) and row[index]]
        if values and all(is_cups(value) for value in values):
            return [*(column for column in columns if column.index != index), _Column(index, "cups", name, None)]
    return columns


def _rows(
    category: Category, page: Page, header: int, columns: list[_Column], content: Content
) -> Iterator[ItemBuilder]:
    shared = _pairs(category, page, content, stop=header)
    for number in range(header + 1, len(page.rows)):
        row = page.rows[number]
        first = next((cell for cell in row if cell), "")
        if not first or _TOTAL_ROW.match(fold(first)):
            continue
        builder = ItemBuilder(category)
        for column in columns:
            if column.index < len(row) and row[column.index]:
                _take_cell(builder, column, page, number, content)
        if not builder.values or (len(builder.values) == 1 and len(columns) > 2):
            continue
        for common in shared:
            for evidence in common.evidence:
                builder.add(evidence, common.values[evidence.field])
        _complete(builder, page, number, columns)
        yield builder


def _take_cell(builder: ItemBuilder, column: _Column, page: Page, number: int, content: Content) -> None:
    raw = page.rows[number][column.index]
    value, alternatives = _read(column.field, raw, content)
    if value is None:
        return
    evidence = _evidence(column.field, page, (column.index, number), raw, alternatives)
    builder.add(evidence, value)
    if column.field == "quantity":
        inside = unit_in(re.sub(r"^[-\d.,\s]+", "", raw))
        unit = inside or column.unit
        if unit is not None:
            place = number if inside else _header_row(page, column)
            text = raw if inside else column.header
            builder.add(_evidence("unit", page, (column.index, place), text, ()), unit.name)


def _header_row(page: Page, column: _Column) -> int:
    for index, row in enumerate(page.rows[:_HEADER_SEARCH]):
        if column.index < len(row) and row[column.index] == column.header:
            return index
    return 0


def _read(field: str, raw: str, content: Content) -> tuple[Any, tuple[str, ...]]:
    kind = FIELDS[field].kind
    if kind is Kind.DECIMAL:
        number = _plain_number(raw) or parse_number(raw, content.convention)
        if number is None:
            return None, ()
        return number.value, tuple(format(value, "f") for value in number.alternatives)
    if kind is Kind.DATE:
        return _date(field, raw, content)
    if kind is Kind.CHOICE:
        unit = find_unit(raw) or unit_in(raw)
        return (unit.name if unit else None), ()
    if kind is Kind.BOOLEAN:
        return {"true": True, "si": True, "yes": True, "false": False, "no": False}.get(fold(raw)), ()
    return _text(field, raw), ()


def _date(field: str, raw: str, content: Content) -> tuple[str | None, tuple[str, ...]]:
    """A day, or the first or last day of a named month."""
    dates = find_dates(raw, content.convention)
    if dates:
        return dates[0].value, (dates[0].alternative,) if dates[0].alternative else ()
    month = find_month(raw)
    if month is None:
        return None, ()
    return (month[3] if field == "end_date" else month[2]), ()


def _plain_number(raw: str) -> Any:
    """A cell that a workbook stored as a number has a point and no grouping."""
    if re.fullmatch(r"-?\d+\.\d{4,}", raw):
        return Number(Decimal(raw[:-1] if raw.endswith("0") else raw))
    return None


def _text(field: str, raw: str) -> str | None:
    if field == "low_code":
        code = re.sub(r"\D", "", raw)
        code = code.zfill(6) if len(code) == 5 else code
        return code if len(code) == 6 else None
    if field == "rd_code":
        match = re.search(r"[RD]\s?-?(?:1[0-5]|[1-9])(?:\d{2})?(?!\d)", raw.upper())
        return re.sub(r"[\s-]", "", match.group()) if match else None
    if field == "currency":
        code = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "$": "USD"}.get(raw.upper(), raw.upper())
        return code if re.fullmatch(r"[A-Z]{3}", code) else None
    if field in ("cups", "iban", "supplier_tax_id", "customer_tax_id"):
        return compact(raw)
    return raw[:2000]


def _evidence(field: str, page: Page, cell: tuple[int, int], raw: str, alternatives: tuple[str, ...]) -> Evidence:
    column, row = cell
    box = Box(float(column), float(row), float(column + 1), float(row + 1))
    sure = 0.5 if alternatives else 0.95
    return Evidence(0, field, _PRODUCER, _VERSION, sure, page.number, box, raw[:500], (), alternatives)


def _complete(builder: ItemBuilder, page: Page, number: int, columns: list[_Column]) -> None:
    """What follows from the other cells: the end of a month, the day of a delivery, whether a waste is hazardous."""
    values = builder.values
    start = next((column for column in columns if column.field == "start_date"), None)
    if start is not None and "end_date" not in values and "start_date" in values:
        month = find_month(page.rows[number][start.index])
        dates = re.findall(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", page.rows[number][start.index])
        if month is not None and not dates:
            builder.derive("end_date", month[3], ("start_date",), 0.9)
    for source in ("delivery_date", "start_date", "issue_date"):
        date = values.get(source)
        if (isinstance(date, str) and source != "issue_date") or (isinstance(date, str) and "unit" in values):
            builder.derive("start_date", date, (source,), 0.7)
            builder.derive("end_date", date, (source,), 0.7)
            break
    code = values.get("low_code")
    if isinstance(code, str) and code in waste_codes():
        builder.derive("hazardous", waste_codes()[code], ("low_code",), 0.95)


def _pairs(category: Category, page: Page, content: Content, stop: int | None = None) -> list[ItemBuilder]:
    """Label in one cell, value in the next: `Supplier | Acme Ltd`."""
    allowed = {field.name: field for field in ITEM_SCHEMAS[category] if field.kind is not Kind.ROWS}
    builder = ItemBuilder(category)
    for number, row in enumerate(page.rows[:stop] if stop is not None else page.rows[:200]):
        filled = [(index, cell) for index, cell in enumerate(row) if cell]
        for (index, label), (place, _) in pairwise(filled):
            field = _field_of(label.rstrip(":"), allowed)
            if field is None or place != index + 1:
                continue
            _take_cell(builder, _Column(place, field, label, unit_in(label)), page, number, content)
    return [builder] if builder.values else []
