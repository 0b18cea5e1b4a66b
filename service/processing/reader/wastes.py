"""Waste documents: one item for each waste, with its quantity, its treatment and the parties that hand it on."""

import re
from dataclasses import replace

from service.domain.category import Category
from service.domain.identifiers import waste_codes
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import (
    Candidate,
    best,
    candidates,
    find_date,
    find_identifier,
    find_number,
    find_phrase,
)
from service.processing.reader.forms import ROLES, Form, Section, trimmed
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.model import Page
from service.processing.reader.period import find_period
from service.processing.reader.quantity import Quantity
from service.processing.reader.vocabulary import any_of
from service.processing.reader.waste_codes import FoundCode, find_codes, operation_in
from service.processing.reader.waste_parties import find_waste_parties
from service.processing.reader.waste_quantity import find_waste_quantity
from service.processing.reader.waste_rows import Row, waste_rows

#: What a date is of, by the box that it stands in, where its own label says no more than `Date`.
_DATE_OF_ROLE = {"producer": "collected", "carrier": "collected", "destination": "received"}
_NUMBER_OF_SOMETHING = re.compile(
    r"\b(?:n[o.]{1,2}|num(?:ber|ero|er)?|nr|nummer)\s?[.:]{1,2}\s*(?=[a-z]{0,4}[ -]?\S*\d)"
)
#: `… 2.480 kg de envases de vidrio (LER 15 01 07)`: what a letter says that it took.
_TOLD = re.compile(
    r"\d\s?(?:kg|t|tn|l|m3|toneladas|tonnes|litros|litres)\s+(?:de|d'|of|di|von)\s+(.{3,60}?)"
    rf"[\s(,]*{any_of('forms', 'codes', 'before')}?[\s.:]*$"
)
_DAYS = ("collected", "received", "processed", "issued")
_TRADING = ("supplier_name", "supplier_tax_id", "customer_name", "customer_tax_id", "currency")


def extract_wastes(content: Content, common: ItemBuilder) -> list[ItemBuilder]:
    """One builder for each waste (a document without a code gives one item); several documents one after another."""
    documents = _documents(content)
    # What was read of several documents together is of the first of them at best.
    shared = common if len(documents) == 1 else ItemBuilder(Category.WASTES)
    builders: list[ItemBuilder] = []
    for document in documents:
        builders += _wastes_of(Form(document), shared, len(builders))
    return builders


def _documents(content: Content) -> list[Content]:
    """The pages of each document: another begins where another number and a code stand on one page."""
    if len(content.pages) < 2:
        return [content]
    groups: list[list[Page]] = []
    current = ""
    for page in content.pages:
        alone = Form(Content([page])).content
        alone.__dict__.update(language=content.language, convention=content.convention)
        number = best(_numbers(alone))
        value = str(number.value) if number is not None and number.score > 0.7 else ""
        if not groups or (value and current and value != current and find_codes(alone) and _has_party(alone)):
            groups.append([page])
        else:
            groups[-1].append(page)
        current = value or current
    if len(groups) < 2:
        return [content]
    parts = [Content(pages) for pages in groups]
    for part in parts:
        part.__dict__.update(language=content.language, currency=content.currency, convention=content.convention)
    return parts


def _has_party(content: Content) -> bool:
    return bool(find_waste_parties(Form(content)))


def _numbers(content: Content) -> list[Candidate]:
    return [
        replace(candidate, score=candidate.score - 0.0005 * candidate.spot.line.index)
        for candidate in candidates(content, ("identification_name",), find_identifier)
        if len(str(candidate.value)) >= 3
    ]


def _titled_numbers(form: Form) -> list[Candidate]:
    """Numbers that the head of a page calls no more than a number, such as `Form number: C-123`."""
    found = []
    for section in form.sections:
        for line in section.content.lines if section.heading is None else ():
            for match in _NUMBER_OF_SOMETHING.finditer(line.folded):
                known = any(label.start <= match.start() < label.end for label in section.content.labels_of(line))
                value = find_identifier(section.content, line, match.end(), len(line.text))
                if value is not None and not known and len(value[0]) >= 4:
                    spot = Spot(line, value[1], value[2])
                    found.append(Candidate("identification_name", value[0], spot, 0.5 - 0.001 * line.index))
    return found


def _wastes_of(form: Form, common: ItemBuilder, first: int) -> list[ItemBuilder]:
    codes = find_codes(form.content)
    if codes:
        # The list of waste is European, and all of Europe writes the day first.
        form.settle_day_order()
    whole = _whole_document(form, common)
    rows = waste_rows(form.content, codes)
    if not rows:
        rows = [Row(code, None, ()) for code in _distinct(codes)]
    if not rows:
        builder = ItemBuilder(Category.WASTES, first)
        _single(builder, form)
        _share(whole, builder)
        return [builder]
    builders: list[ItemBuilder] = []
    for row in rows:
        builder = ItemBuilder(Category.WASTES, first + len(builders))
        _take_code(builder, row.code)
        _take_row(builder, row)
        if len(rows) == 1:
            _single(builder, form)
        elif row.quantity is None:
            _beside_code(builder, form, row.code)
        if "description" not in builder.values:
            _description_beside(builder, form, row.code.spot)
        _share(whole, builder)
        builders.append(builder)
    return builders


def _distinct(codes: list[FoundCode]) -> list[FoundCode]:
    """Each code once, at its surest place; codes that are merely mentioned don't count beside labelled ones."""
    chosen: dict[str, FoundCode] = {}
    for code in codes:
        if code.value not in chosen or chosen[code.value].score < code.score:
            chosen[code.value] = code
    labelled = [code for code in chosen.values() if code.labelled]
    return labelled or list(chosen.values())


def _take_code(builder: ItemBuilder, code: FoundCode) -> None:
    builder.take(code.candidate)
    if code.starred:
        builder.set("hazardous", True, code.spot, 0.95)
    else:
        builder.derive("hazardous", waste_codes()[code.value], ("low_code",), 0.95)


def _take_row(builder: ItemBuilder, row: Row) -> None:
    _take_quantity(builder, row.quantity)
    for value in row.values:
        if value.field not in _DAYS:
            builder.take(value)
    days = {value.field: value for value in row.values}
    day = next((days[name] for name in ("received", "collected", "issued", "processed") if name in days), None)
    for name in ("delivery_date", "start_date", "end_date"):
        builder.take(day, name)


def _single(builder: ItemBuilder, form: Form) -> None:
    """What a document says of its only waste."""
    if "quantity" not in builder.values:
        _take_quantity(builder, find_waste_quantity(form))
    builder.take(operation_in(form))
    builder.take(_description(form))


def _beside_code(builder: ItemBuilder, form: Form, code: FoundCode) -> None:
    """The quantity and the operation of the box, or the line, that a code stands in."""
    line = code.spot.line
    page = next(page for page in form.content.pages if page.number == line.page)
    own = Form(form.content.part([replace(page, words=line.words)]))
    own.content.__dict__.update(language=form.content.language, convention=form.content.convention)
    _take_quantity(builder, find_waste_quantity(own))
    builder.take(operation_in(own))


def _take_quantity(builder: ItemBuilder, quantity: Quantity | None) -> None:
    if quantity is None or quantity.score < 0.2 or not builder.take(quantity.number):
        return
    if quantity.unit_spot is not None:
        builder.set("unit", quantity.unit.name, quantity.unit_spot, min(quantity.score, 0.95))
    else:
        builder.derive("unit", quantity.unit.name, ("quantity",), 0.6)


def _description(form: Form) -> Candidate | None:
    found = []
    for section in form.sections:
        if section.role == "-role" or (not section.role and _is_about(section, ("rd_code", "operation_done"))):
            continue
        fields = ("description",) if section.role in ROLES else ("description", "name")
        for candidate in candidates(section.content, fields, find_phrase):
            text = re.sub(r"^\W*\d{2}[ .]?\d{2}[ .]?\d{2}\s?\*?[\s:–-]*", "", str(candidate.value))
            if sum(map(str.isalpha, text)) >= 2 and not _is_label(section.content, candidate.spot):
                start = candidate.spot.end - len(text)
                spot = Spot(candidate.spot.line, start, candidate.spot.end)
                score = candidate.score - (0.0 if candidate.field == "description" else 0.4)
                found.append(Candidate("description", text, spot, score))
    return best(found)


def _is_about(section: Section, fields: tuple[str, ...]) -> bool:
    """Whether the heading of a box names one of these fields."""
    lines = section.content.lines[:1] if section.heading else ()
    return any(label.field in fields for line in lines for label in section.content.labels_of(line))


def _is_label(content: Content, spot: Spot) -> bool:
    """Whether a piece of text is a label itself, alone or with a colon."""
    for label in content.labels_of(spot.line):
        if label.start == spot.start and re.fullmatch(r"[\W_]*(?::.*)?", spot.line.text[label.end : spot.end]):
            return True
    return False


def _description_beside(builder: ItemBuilder, form: Form, spot: Spot) -> None:
    """What stands beside a code and is no label: behind it, before it, or in another cell."""
    line, cell = spot.line, spot.line.cell_at(spot.start)
    told = _TOLD.search(line.folded[: spot.start])
    if told is not None:
        builder.set("description", line.text[told.start(1) : told.end(1)], Spot(line, told.start(1), told.end(1)), 0.7)
        return
    labels = form.content.labels_of(line)
    for other in line.cells:
        start, end = (spot.end, cell.end) if other is cell else (other.start, other.end)
        piece = trimmed(line, start, end)
        if piece is None or any(other.start <= label.start < other.end and label.end != spot.start for label in labels):
            continue
        if sum(map(str.isalpha, piece.text)) >= 5 and piece.text[0].isalnum():
            builder.set("description", piece.text, piece, 0.7)
            return


def _share(whole: ItemBuilder, builder: ItemBuilder) -> None:
    """Give a waste what holds for all of its document and isn't told otherwise for it alone."""
    for evidence in whole.evidence:
        builder.add(evidence, whole.values[evidence.field])


def _whole_document(form: Form, common: ItemBuilder) -> ItemBuilder:
    """What holds for every waste of the document."""
    builder = ItemBuilder(Category.WASTES)
    for field, candidate in find_waste_parties(form).items():
        builder.take(candidate, field)
    numbers = [number for section in form.sections for number in _numbers(section.content)]
    builder.take(best(numbers or _titled_numbers(form)))
    builder.take(best(list(form.candidates(("total_km_to_waste_center",), find_number))))
    _take_days(builder, form)
    # A form has no issuer and no addressee besides its parties; a bill for wastes has.
    bill = "total_amount" in common.values or "producer_name" not in builder.values
    for evidence in common.evidence:
        if bill or evidence.field not in _TRADING:
            builder.add(evidence, common.values.get(evidence.field))
    if "identification_name" not in builder.values:
        builder.take(best(list(candidates(form.content, ("invoice_number",), find_identifier))), "identification_name")
    issued = builder.values.get("issue_date")
    if isinstance(issued, str):
        # Nothing else tells when: the day of the document is the best guess.
        builder.derive("start_date", issued, ("issue_date",), 0.7)
        builder.derive("end_date", issued, ("issue_date",), 0.7)
    return builder


def _take_days(builder: ItemBuilder, form: Form) -> None:
    """The waste is handed over on the first day of its period and delivered on the last."""
    days = _days(form)
    handed, delivered = days.get("collected"), days.get("received")
    if handed is not None and delivered is not None and handed.value > delivered.value:
        handed = None  # one of them is misread, and the plant weighs what it takes
    builder.take(days.get("issued"), "issue_date")
    builder.take(delivered or handed, "delivery_date")
    builder.take(handed or delivered, "start_date")
    builder.take(delivered or handed, "end_date")
    if "delivery_date" in builder.values:
        return
    period = find_period(form.content)
    if period is not None and period.score >= 0.5:
        builder.take(period.start)
        builder.take(period.end)


def _days(form: Form) -> dict[str, Candidate]:
    """The day of each step, by the labels of the dates and by the boxes that they stand in."""
    found: dict[str, Candidate] = {}
    for section in form.sections:
        for candidate in candidates(section.content, ("collected", "received", "processed", "issued"), find_date):
            step = candidate.field
            if step == "issued" and candidate.score < 0.7:
                step = _DATE_OF_ROLE.get(section.role, step)
            if section.role == "-role" and step == "issued":
                continue
            if step not in found or found[step].score < candidate.score:
                found[step] = candidate
    return found
