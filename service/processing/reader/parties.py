"""Who issued the document and who it is addressed to: the names beside, over and under what tells whose they are."""

import re
from collections.abc import Iterator
from dataclasses import replace

from service.processing.reader.address_blocks import (
    AddressBlock,
    address_blocks,
    is_aside,
    is_place,
    named_line,
    sender_lines,
)
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, find_phrase, of_label
from service.processing.reader.layout import CELL_GAP, Cell, Line, fold
from service.processing.reader.masthead import find_issuer
from service.processing.reader.party_names import (
    COMPANY,
    HOUSE_NUMBER,
    LONGEST_NAME,
    NO_NAME,
    clean_name,
    company_part,
    goes_on,
    is_company,
    is_name,
    is_street,
)
from service.processing.reader.tax_ids import (
    PARTY_LABELS,
    TaxId,
    find_tax_ids,
    is_footer,
    is_imprint,
    owner_by_place,
    owners_of,
)

_SUPPLIER_WORDS = re.compile(
    r"\b(?:energ\w*|electric\w*|power|utilit\w*|water|gas|aguas?|aigues|eau|wasser\w*|stadtwerke"
    r"|petrol\w*|oil|fuels?|combustibles"
    r"|carburantes|gasoleos?|residuos|waste|recycling|recicla\w*|ambiental\w*|environmental|clima\w*"
    r"|refrigera\w*|cooling|hvac|frio|froid|hotel|restaurante?|bank|banco|banca|caixa)\b"
)
_PUBLIC_BODY = re.compile(
    r"(?:excmo\.? )?(?:ayuntamiento|ajuntament|concello|mancomunidad|consorcio|consorci|diputacion|comune|mairie"
    r"|commune|city|town|county|municipality|gemeinde|stadt|camara municipal|municipio|prefeitura)"
    r" (?:de|di|of|d|do|da)?\W?\s?\w"
)
_NAME_LABEL = re.compile(r"^(?:name|firma|nombre|razon social|nom|raison sociale|company|denominazione|nome)\s*:\s*")
_CODE = re.compile(r"(?=.*\d)[A-Z\d][A-Z\d./-]{1,14}")
#: Headings of addresses that are neither party's.
_OTHER_PLACES = ("supply_address", "supplier_name")
_LETTERHEAD_LINES = 2
#: Labels whose words stand in names.
_AMONG_NAMES = ("supplier_name", "product", "-other", "-tax_id")
_HEAD_LINES, _EDGE = 8, 8.0
_OF_SENDER, _OF_OTHER = 0.75, 0.5
_UPPER_PART, _LINES_OF_ADDRESS = 0.4, 2
_REACH = 9


def find_parties(content: Content, *, slip: bool = False) -> list[Candidate]:
    """The best candidates for the names and tax numbers of issuer and addressee; a slip has its issuer at its head."""
    ids = list(find_tax_ids(content))
    found = owners_of(ids)
    if slip:
        return _parties_of_slip(content, found)
    customer = best([*_labelled_names(content, "customer_name"), *_names_in_blocks(content, "customer_name")])
    if customer is None:
        likely = _supplier_name(content, found.get("supplier_tax_id"), None)
        addressee = _addressee(content, found.get("supplier_tax_id"), str(likely.value) if likely else "")
        if addressee is not None:
            customer, block = addressee
            found = owners_of([_of_block(tax_id, block) for tax_id in ids])
        elif likely is not None:
            customer = _other_company(content, likely)
    supplier = _supplier_name(content, found.get("supplier_tax_id"), customer)
    chosen = [candidate for candidate in (supplier, customer) if candidate is not None]
    for field, tax_id in found.items():
        chosen.append(Candidate(field, tax_id.value, tax_id.spot, tax_id.score))
    return chosen


def _parties_of_slip(content: Content, ids: dict[str, TaxId]) -> list[Candidate]:
    """Issuer and, where the slip names one, customer: what stands at its head without a label is the issuer's."""
    tax_id = ids.get("supplier_tax_id")
    customer = best([*_labelled_names(content, "customer_name"), *_names_in_blocks(content, "customer_name")])
    supplier = find_issuer(content, tax_id.spot if tax_id else None)
    names = [candidate for candidate in (supplier, customer) if candidate is not None]
    return names + [Candidate(field, tax_id.value, tax_id.spot, tax_id.score) for field, tax_id in ids.items()]


def _of_block(tax_id: TaxId, block: AddressBlock) -> TaxId:
    """A tax number without an owner is the addressee's when it stands in the address or right under it."""
    if tax_id.owner or not block.holds(tax_id.spot, below=40):
        return tax_id
    return replace(tax_id, owner="customer_tax_id")


def _labelled_names(content: Content, field: str) -> Iterator[Candidate]:
    for candidate in _told(content, field):
        name = clean_name(str(candidate.value))
        if (
            not is_name(name)
            or is_street(name)
            or is_place(fold(name))
            or _has_label_inside(content, candidate.spot, field)
        ):
            continue
        company = _company_of_person(content, candidate.spot) if not is_company(name) else None
        if company is not None:
            yield Candidate(field, company.text, company, candidate.score + 0.1)
            continue
        bonus = 0.1 if COMPANY.search(fold(name)) else 0.0
        end = candidate.spot.start + candidate.spot.line.text[candidate.spot.start :].find(name) + len(name)
        spot = Spot(candidate.spot.line, candidate.spot.start, max(candidate.spot.start + 1, end))
        yield Candidate(field, name, spot, candidate.score + bonus)


def _told(content: Content, field: str) -> Iterator[Candidate]:
    """What stands beside and under a party's label; nothing under it where its code is beside it: `Kunde K-207`."""
    for line, label in content.labelled(field):
        for candidate in of_label(content, line, label, find_phrase):
            yield candidate
            if _CODE.fullmatch(str(candidate.value)):
                break


def _company_of_person(content: Content, person: Spot) -> Spot | None:
    """The company whose name stands straight under a person's, where an address goes on under it."""
    box = person.line.box_between(person.start, person.end)
    height = max(box.y1 - box.y0, 4.0)
    for other in content.below(person.line, 2):
        cell = next((cell for cell in other.cells if abs(cell.box.x0 - box.x0) < _EDGE), None)
        if cell is not None and cell.box.y0 - box.y1 < height:
            text = clean_name(other.text[cell.start : cell.end])
            alone = not any(map(str.isdigit, person.text + text)) and ":" not in text
            start = other.text.find(text, cell.start)
            return Spot(other, start, start + len(text)) if alone and is_company(text) and is_name(text) else None
    return None


def _names_in_blocks(content: Content, field: str) -> Iterator[Candidate]:
    """Names that a block under a party's heading labels itself: `Seller`, below it `Name: …`."""
    for line, heading in content.labelled(field):
        over = line.cell_at(heading.start)
        if heading.start > over.start:
            continue
        for other in content.below(line, _REACH):
            cell = next((cell for cell in other.cells if abs(cell.box.x0 - over.box.x0) < _EDGE), None)
            if cell is None:
                continue
            match = _NAME_LABEL.match(other.folded[cell.start :].replace(CELL_GAP, " "))
            labels = [label for label in content.labels_of(other) if label.start == cell.start]
            if not match and any(label.field in PARTY_LABELS for label in labels):
                break
            if match is None:
                continue
            text = clean_name(other.text[cell.start + match.end() :])
            start = other.text.find(text, cell.start + match.end())
            if is_name(text) and start >= 0:
                yield Candidate(field, text, Spot(other, start, start + len(text)), 0.97)
                break


def _addressee(content: Content, supplier: TaxId | None, issuer: str) -> tuple[Candidate, AddressBlock] | None:
    """The name over an address without a label that isn't the issuer's: below the letterhead, where there are two."""
    found = []
    for block in address_blocks(content):
        spot = named_line(block, COMPANY)
        name = clean_name(spot.text)
        if spot.text[:1].isdigit():
            continue
        titled = NO_NAME.match(fold(name)) is not None and not is_company(name)
        if not is_name(name) or is_street(name) or titled or block.heading in _OTHER_PLACES:
            continue
        if issuer and (fold(name) in fold(issuer) or fold(issuer) in fold(name)):
            continue
        if supplier is not None and block.holds(supplier.spot, below=60):
            continue
        start = spot.line.text.find(name, spot.start)
        at_top = block.lines[0].line.index < _LETTERHEAD_LINES
        spot = Spot(spot.line, start, start + len(name))
        found.append((Candidate("customer_name", name, spot, 0.45 if at_top else 0.55), block))
    return max(found, key=lambda entry: entry[0].score, default=None)


def _other_company(content: Content, issuer: Candidate) -> Candidate | None:
    """The one other company in the upper part of the first page over lines of text, as those of an address."""
    found: dict[str, Spot] = {}
    for line in content.upper_lines(_UPPER_PART):
        for cell in line.cells:
            spot = Spot(line, cell.start, cell.end)
            named = is_company(spot.text) and clean_name(spot.text) == spot.text and is_name(spot.text)
            if named and _heads_lines(content, spot):
                found.setdefault(fold(spot.text), spot)
    others = [spot for name, spot in found.items() if name not in fold(str(issuer.value)) and spot.line.index > 0]
    return Candidate("customer_name", others[0].text, others[0], _OF_OTHER) if len(others) == 1 else None


def _heads_lines(content: Content, spot: Spot) -> bool:
    """Whether two lines of text without labels and amounts follow straight under a place, at its edge."""
    box = spot.line.box_between(spot.start, spot.end)
    under = 0
    for other in content.below(spot.line, 3):
        cell = next((cell for cell in other.cells if abs(cell.box.x0 - box.x0) < _EDGE), None)
        if cell is None or cell.box.y0 - box.y1 > box.y1 - box.y0:
            return False
        text = other.text[cell.start : cell.end]
        labelled = any(cell.start <= label.start < cell.end for label in content.labels_of(other))
        if labelled or ":" in text or not text[:1].isalnum():
            return False
        under, box = under + 1, cell.box
        if under == _LINES_OF_ADDRESS:
            return True
    return False


def _has_label_inside(content: Content, spot: Spot, field: str) -> bool:
    """Whether a value is itself a label: it ends with a colon, or a label of another field begins it."""
    if spot.line.text[spot.end : spot.end + 2].lstrip().startswith(":"):
        return True
    return any(
        label.start == spot.start and label.field != field and (label.weight >= 1.0 or label.end >= spot.end)
        for label in content.labels_of(spot.line)
    )


def _supplier_name(content: Content, tax_id: TaxId | None, customer: Candidate | None) -> Candidate | None:
    found = [*_labelled_names(content, "supplier_name"), *_names_in_blocks(content, "supplier_name")]
    customer_name = str(customer.value).lower() if customer else ""
    senders = [spot for spot in sender_lines(content) if is_name(spot.text)]
    found += [Candidate("supplier_name", spot.text, spot, _OF_SENDER) for spot in senders]
    found += list(_company_lines(content, tax_id, customer_name))
    found = [candidate for candidate in found if str(candidate.value).lower() != customer_name]
    return best(found)


def _addressed(content: Content, tax_id: TaxId | None) -> list[AddressBlock]:
    """The addresses that seem to be others' than the issuer's: under the head of the page, without its tax number."""
    return [
        block
        for block in address_blocks(content)
        if block.lines[0].line.index >= _LETTERHEAD_LINES
        and block.heading != "supplier_name"
        and (tax_id is None or not block.holds(tax_id.spot, below=60))
    ]


def _company_lines(content: Content, tax_id: TaxId | None, customer_name: str) -> Iterator[Candidate]:
    """Cells that look like the issuer's name."""
    others = [] if customer_name else _addressed(content, tax_id)
    for order, line in enumerate(content.lines):
        for cell in line.cells:
            text = _name_in(line, cell)
            if not is_name(text) or NO_NAME.match(fold(text)) or text.lower() == customer_name:
                continue
            if is_street(text) or is_place(fold(text)) or is_aside(fold(text)):
                continue
            if (HOUSE_NUMBER.search(text) and not is_company(text)) or _is_label(content, line, cell):
                continue
            start = line.text.find(text, cell.start)
            spot = Spot(line, start, start + len(text))
            score = _likeness(content, cell, spot, order) - _doubt(content, cell, spot)
            if tax_id is not None and _near(cell.box.y0, cell.box.x0, line.page, tax_id.spot):
                score += 0.25
            if any(block.holds(spot) for block in others):
                score -= 0.35
            if score > 0.3:
                yield Candidate("supplier_name", text, spot, min(score, 0.95))


def _is_label(content: Content, line: Line, cell: Cell) -> bool:
    """Whether a cell is a label and nothing more, whose value stands beside or under it."""
    return any(label.start == cell.start and label.end == cell.end for label in content.labels_of(line))


def _name_in(line: Line, cell: Cell) -> str:
    """What may be a name in a cell: a company's without the address or the register behind it."""
    text = clean_name(line.text[cell.start : cell.end])
    company = COMPANY.search(line.folded[cell.start : cell.end])
    if company and (is_imprint(line, cell) or company.end() < LONGEST_NAME) and goes_on(text, company):
        return company_part(line.text[cell.start : cell.end], company)
    return text


def _likeness(content: Content, cell: Cell, spot: Spot, order: int) -> float:
    """How much a cell looks like the issuer's name: its legal form, its place at the head or foot, and its height."""
    line, folded = spot.line, fold(spot.text)
    imprint = is_imprint(line, cell)
    form = COMPANY.search(folded) or _PUBLIC_BODY.match(folded)
    legal = form is not None and (len(folded) < LONGEST_NAME or imprint)
    score = 0.45 if legal else 0.0
    _, height = content.page_size(line.page)
    if line.page == content.lines[0].page and cell.box.y0 < height * 0.2 and order < _HEAD_LINES:
        tallest = max(line.box.y1 - line.box.y0 for line in content.lines[:12])
        score += 0.25 - 0.02 * order + 0.15 * (cell.box.y1 - cell.box.y0) / max(tallest, 1.0)
    if legal and (imprint or is_footer(content, line)):
        score += 0.4
    if _SUPPLIER_WORDS.search(folded) and (legal or order < _HEAD_LINES):
        score += 0.1
    return score


def _doubt(content: Content, cell: Cell, spot: Spot) -> float:
    """What speaks against the issuer's name: the customer's block, or labels in the cell."""
    inside = [label for label in content.labels_of(spot.line) if cell.start <= label.start < cell.end]
    if any(label.field == "customer_name" and label.start == cell.start for label in inside):
        return 1.0
    doubt = 0.4 if owner_by_place(content, spot) == "customer_tax_id" else 0.0
    others = [label for label in inside if label.field not in _AMONG_NAMES and label.weight > 0.8]
    if others:
        doubt += 0.1 if is_company(spot.text) else 0.3
    return doubt


def _near(y: float, x: float, page: int, spot: Spot) -> bool:
    box = spot.line.box_between(spot.start, spot.end)
    return page == spot.line.page and -50 < box.y0 - y < 60 and abs(box.x0 - x) < 300
