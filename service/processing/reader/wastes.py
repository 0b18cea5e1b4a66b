"""Waste documents: one item for each waste code with its quantity, treatment and parties."""

import re
from collections.abc import Iterator

from service.domain.category import Category
from service.domain.identifiers import is_waste_code, waste_codes
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import (
    Candidate,
    best,
    candidates,
    find_identifier,
    find_number,
    find_phrase,
    under_headers,
)
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.layout import Line
from service.processing.reader.period import find_day, find_period
from service.processing.reader.quantity import Quantity, find_quantity, labelled_quantity, unit_column

_CODE = re.compile(r"(?<![\d.,/-])(\d{2})[ .\-]?(\d{2})[ .\-]?(\d{2})(?![\d/.,]\d|\d)(\s?\*)?")
_OPERATION = re.compile(r"(?<![A-Za-z0-9])([RD])[ -]?0?(1[0-5]|[1-9])(\d{2})?(?![A-Za-z0-9])")


def operation_of(match: re.Match[str]) -> str:
    """`R 03` as `R3`, `R1201` as it is."""
    return f"{match[1]}{match[2]}{match[3] or ''}"


def extract_wastes(content: Content, common: ItemBuilder) -> list[ItemBuilder]:
    """One builder for each distinct waste code (a document without a code gives one item)."""
    codes = list(_codes(content))
    if len(codes) < 2:
        return [_single(content, common, codes[0] if codes else None)]
    builders: list[ItemBuilder] = []
    for code in codes:
        builder = ItemBuilder(Category.WASTES, len(builders))
        _take_code(builder, code)
        _row_values(builder, content, code.spot.line)
        _whole_document(builder, content, common)
        builders.append(builder)
    return builders


def _codes(content: Content) -> Iterator[Candidate]:
    """Codes of the European list: beside a label in any form, elsewhere only in three pairs or starred."""
    best_by_value: dict[str, Candidate] = {}
    for line in content.lines:
        has_label = any(label.field == "low_code" for label in content.labels_of(line)) or any(
            label.field == "low_code" for above in content.above(line, 6) for label in content.labels_of(above)
        )
        for match in _CODE.finditer(line.text):
            value = match[1] + match[2] + match[3]
            spaced = len(match.group().strip(" *")) == 8
            if not is_waste_code(value) or not (has_label or spaced or match[4]):
                continue
            if re.match(r"\s?(?:€|kg|t\b|l\b|m3|kwh)", line.text[match.end() :], re.IGNORECASE):
                continue
            score = 0.6 + (0.3 if has_label else 0.0) + (0.05 if spaced else 0.0)
            candidate = Candidate("low_code", value, Spot(line, match.start(), match.end()), score)
            if value not in best_by_value or best_by_value[value].score < score:
                best_by_value[value] = candidate
    strong = [candidate for candidate in best_by_value.values() if candidate.score >= 0.9]
    yield from strong or best_by_value.values()


def _take_code(builder: ItemBuilder, code: Candidate) -> None:
    builder.take(code)
    builder.derive("hazardous", waste_codes()[str(code.value)], ("low_code",), 0.95)


def _single(content: Content, common: ItemBuilder, code: Candidate | None) -> ItemBuilder:
    builder = ItemBuilder(Category.WASTES)
    if code is not None:
        _take_code(builder, code)
    _take_quantity(builder, find_quantity(content, Category.WASTES))
    builder.take(_operation(content))
    _whole_document(builder, content, common)
    if code is not None and "description" not in builder.values:
        _description_beside(builder, code.spot.line, code.spot)
    return builder


def _take_quantity(builder: ItemBuilder, quantity: Quantity | None) -> None:
    if quantity is None or quantity.score < 0.2:
        return
    builder.take(quantity.number)
    if quantity.unit_spot is not None:
        builder.set("unit", quantity.unit.name, quantity.unit_spot, min(quantity.score, 0.95))
    else:
        builder.derive("unit", quantity.unit.name, ("quantity",), 0.6)


def _row_values(builder: ItemBuilder, content: Content, line: Line) -> None:
    """The values that stand in the same row as a code."""
    row = _RowContent(content, line)
    _take_quantity(builder, _column_quantity(content, line) or find_quantity(row, Category.WASTES))
    match = _OPERATION.search(line.text)
    if match:
        builder.set("rd_code", operation_of(match), Spot(line, match.start(), match.end()), 0.85)
    code = _CODE.search(line.text)
    if code:
        _description_beside(builder, line, Spot(line, code.start(), code.end()))


class _RowContent(Content):
    """One row of a document, with the document's conventions and the lines above it as context."""

    def __init__(self, content: Content, line: Line) -> None:
        super().__init__(content.pages)
        self._whole = content
        self.__dict__.update(
            lines=(line,),
            labels=content.labels,
            convention=content.convention,
            language=content.language,
            text=content.text,
        )

    def above(self, line: Line, count: int) -> list[Line]:
        """The lines above in the whole document."""
        return self._whole.above(line, count)

    def below(self, line: Line, count: int) -> list[Line]:  # noqa: ARG002  (the signature of Content)
        """A row has nothing below it."""
        return []


def _column_quantity(content: Content, line: Line) -> Quantity | None:
    """The number of the row that stands under a quantity header, with the unit of the header."""
    labelled = best(under_headers(content, line, ("quantity",), find_number))
    found = labelled or unit_column(content, line, Category.WASTES)
    return labelled_quantity(content, found, Category.WASTES)


def _description_beside(builder: ItemBuilder, line: Line, spot: Spot) -> None:
    for cell in line.cells:
        text = line.text[cell.start : cell.end].strip(" -–:*")
        if cell.start <= spot.start < cell.end:
            text = line.text[spot.end : cell.end].strip(" -–:*")
        if sum(char.isalpha() for char in text) >= 5:
            start = line.text.find(text, cell.start)
            builder.set("description", text, Spot(line, start, start + len(text)), 0.7)
            return


def _operation(content: Content) -> Candidate | None:
    found = []
    for line, label in content.labelled("rd_code"):
        for position, (target, start) in enumerate(
            [(line, label.end), *((other, 0) for other in content.below(line, 3))]
        ):
            match = _OPERATION.search(target.text, start)
            if match:
                value = operation_of(match)
                found.append(
                    Candidate("rd_code", value, Spot(target, match.start(), match.end()), 0.9 - 0.1 * position)
                )
                break
    for line in content.lines:
        match = _OPERATION.search(line.text)
        if match and not found:
            value = operation_of(match)
            found.append(Candidate("rd_code", value, Spot(line, match.start(), match.end()), 0.4))
    return best(found)


def _whole_document(builder: ItemBuilder, content: Content, common: ItemBuilder) -> None:
    """What holds for every waste of the document."""
    for evidence in common.evidence:
        builder.add(evidence, common.values.get(evidence.field))
    for name in ("description", "destination", "producer_name", "carrier_name"):
        builder.take(best(list(candidates(content, (name,), find_phrase))))
    builder.take(best(list(candidates(content, ("identification_name",), find_identifier))))
    if "identification_name" not in builder.values:
        builder.take(best(list(candidates(content, ("invoice_number",), find_identifier))), "identification_name")
    builder.take(best(list(candidates(content, ("total_km_to_waste_center",), find_number))))
    day = find_day(content, "delivery_date")
    builder.take(day)
    period = find_period(content)
    if period is not None and period.score >= 0.5:
        builder.take(period.start)
        builder.take(period.end)
    source = "delivery_date" if day is not None else "start_date" if "start_date" in builder.values else "issue_date"
    date = builder.values.get(source)
    if isinstance(date, str):
        builder.derive("start_date", date, (source,), 0.7)
        builder.derive("end_date", date, (source,), 0.7)
