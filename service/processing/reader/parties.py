"""Who issued the document and who it is addressed to: names and tax numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from stdnum import get_cc_module

from service.domain.identifiers import compact, has_vat_form, is_portuguese_tax_id, is_spanish_tax_id
from service.processing.reader.address_blocks import (
    AddressBlock,
    address_blocks,
    is_aside,
    is_place,
    named_line,
    sender_lines,
)
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_phrase
from service.processing.reader.layout import CELL_GAP, Cell, Line, fold
from service.processing.reader.masthead import find_issuer
from service.processing.reader.misread import mended
from service.processing.reader.party_names import (
    COMPANY,
    LONGEST_NAME,
    NO_NAME,
    clean_name,
    company_part,
    goes_on,
    is_company,
    is_name,
    is_street,
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
_TAX_ID = re.compile(
    r"(?:(?<![A-Z0-9])|(?<=[CN]IF))(?:"
    r"(?:ES[ -]?)?[ABCDEFGHJNPQRSUVW][ .-]?\d{2}[ .]?\d{3}[ .]?\d{2}[ .-]?[0-9A-J]"
    r"|(?:ES[ -]?)?[ABCDEFGHJNPQRSUVW][ .-]?\d{7}[ .-]?[0-9A-J]"
    r"|(?:ES[ -]?)?\d{2}\.?\d{3}\.?\d{3}[ .-]?[A-Z]"
    r"|(?:ES[ -]?)?[XYZ][ .-]?\d{7}[ .-]?[A-Z]"
    r"|PT[ ]?\d{9}|DE[ ]?\d{9}|DE[ ]?\d{3}[ ]\d{3}[ ]\d{3}|GB[ ]?\d{3}[ ]?\d{4}[ ]?\d{2}"
    r"|FR[ ]?[0-9A-Z]{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}|IT[ ]?\d{11}"
    r"|CHE[ -]?\d{3}\.?\d{3}\.?\d{3}"
    r"|(?:AT[ ]?U|BE[ ]?[01]|NL|PL[ ]?|CHE-?|DK|SE|FI|LU|IE|CZ|SK|HU|RO|EL)[0-9]{6,12}(?:B\d{2}|[A-W]{1,2})?"
    r"|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}"
    r")(?![A-Z0-9])"
)
_LABELLED_ID = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:[A-Z]{2}[ -]?)?[A-Z0-9]?\d[\d .-]{5,16}[A-Z0-9]?|\d{2,3}/\d{3,4}/\d{4,5})"
    r"(?![A-Za-z0-9]|\.[A-Z])"
)
#: A number that recognition glued to its label.
_GLUED_ID = re.compile(r"(?<![A-Za-z0-9])(?:NIF|CIF|NIPC|VAT|PIVA|IVA)[.:]?(\d{9,11})(?!\d)")
#: What only the issuer's own imprint says: register, capital, seat.
_IMPRINT = re.compile(
    r"(?<!\w)r\.\s?m\.|\b(?:registro mercantil|inscrita|capital|rcs|hrb|hra|amtsgericht|registered (?:in|office)"
    r"|domicilio social|siege social|sede (?:social|legale)|rea|geschaftsfuhrer\w*|conservatoria)\b"
)
_NAME_LABEL = re.compile(r"^(?:name|firma|nombre|razon social|nom|raison sociale|company|denominazione|nome)\s*:\s*")
#: Headings of addresses that are neither party's.
_OTHER_PLACES = ("supply_address", "supplier_name")
#: Registers of companies, whose numbers aren't those of taxpayers: good enough where no VAT number is printed.
_REGISTERS = re.compile(r"(?:siret|siren|kvk|ico|regon|org|foretaksreg|y.tunnus|ly.tunnus|st\W*n|steuern|reg)")
_FOOTER, _LETTERHEAD_LINES = 0.85, 2
#: Labels whose words stand in names.
_AMONG_NAMES = ("supplier_name", "product", "-other", "-tax_id")
_HEAD_LINES, _EDGE = 8, 8.0
_REGISTER_SCORE, _OF_SENDER, _LONG_PAGE = 0.48, 0.75, 15
_PARTY_LABELS = ("customer_name", "supplier_name")
_REACH = 9
#: Characters behind a label that its number may begin in.
_REACH_OF_LABEL = 40
_BARE = ("PT", "GB", "DE", "IT", "FR", "BE", "NL", "PL")


@dataclass(frozen=True)
class TaxId:
    """A tax number with its place, whose it seems to be (`supplier_tax_id`, `customer_tax_id` or ``), and its score."""

    value: str
    spot: Spot
    owner: str
    score: float


def find_parties(content: Content, *, slip: bool = False) -> list[Candidate]:
    """The best candidates for the names and tax numbers of issuer and addressee; a slip has its issuer at its head."""
    ids = list(_tax_ids(content))
    found = _owners(ids)
    if slip:
        return _parties_of_slip(content, found)
    customer = best([*_labelled_names(content, "customer_name"), *_names_in_blocks(content, "customer_name")])
    if customer is None:
        likely = _supplier_name(content, found.get("supplier_tax_id"), None)
        addressee = _addressee(content, found.get("supplier_tax_id"), str(likely.value) if likely else "")
        if addressee is not None:
            customer, block = addressee
            found = _owners([_of_block(tax_id, block) for tax_id in ids])
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


def _tax_ids(content: Content) -> Iterator[TaxId]:
    seen: set[tuple[int, int, int]] = set()
    for line in content.lines:
        yield from _labelled_ids(content, line, seen)
        yield from _ids_of_taxed(content, line, seen)
        for match in _TAX_ID.finditer(line.text):
            spot = Spot(line, match.start(), match.end())
            score = _score_of_form(line, match)
            if _is_new(spot, seen) and score:
                yield TaxId(compact(match.group()), spot, _owner_by_place(content, spot), score)


def _labelled_ids(content: Content, line: Line, seen: set[tuple[int, int, int]]) -> Iterator[TaxId]:
    for label in content.labels_of(line):
        if label.field not in ("supplier_tax_id", "customer_tax_id", "-tax_id"):
            continue
        match = _formed_id(line, label.end) or _labelled_id(line, label.end)
        beside = Spot(line, match.start(), match.end()) if match is not None else None
        spot = beside or _id_below(content, line, label.start, label.end)
        if spot is None or not _is_new(spot, seen):
            continue
        owner = label.field if label.field != "-tax_id" else _owner_by_place(content, spot)
        if _REGISTERS.match(line.folded[label.start : label.end]):
            digits = re.match(r"\d[\d ]*\d", spot.text)
            spot = Spot(spot.line, spot.start, spot.start + len(digits.group())) if digits else spot
            yield TaxId(compact(spot.text), spot, owner, _REGISTER_SCORE)
            continue
        value = _as_printed(compact(spot.text))
        # A number that names its country and has not its form is another number, or was misread.
        formless = re.match(r"[A-Z]{2}\d", value) is not None and not has_vat_form(value)
        told = 0.97 if label.field == owner else 0.95
        yield TaxId(value, spot, owner, 0.45 if formless else told)


def _is_new(spot: Spot, seen: set[tuple[int, int, int]]) -> bool:
    key = (spot.line.page, spot.line.index, spot.start)
    if key in seen:
        return False
    seen.add(key)
    return True


def _score_of_form(line: Line, match: re.Match[str]) -> float:
    """How surely a number without a label is a tax number, by its check digits or its form; 0 for none."""
    if is_valid_tax_id(match.group()):
        return 0.8
    code = compact(match.group())
    if has_vat_form(code):
        return 0.55
    return 0.45 if _is_alone(line, match) and re.match(r"[AB]\d{8}$", code) else 0.0


def _as_printed(code: str) -> str:
    """A labelled tax number as its check digits prove that it was printed; else as it was read."""
    return code if is_valid_tax_id(code) else mended(code, _is_told_right) or code


def _is_told_right(code: str) -> bool:
    """Whether a number says of which country it is, by its form or its first letters, and has right check digits."""
    return is_spanish_tax_id(code) or (has_vat_form(code) and _has_check_digits(code))


def _ids_of_taxed(content: Content, line: Line, seen: set[tuple[int, int, int]]) -> Iterator[TaxId]:
    """Tax numbers under the name of the tax alone, as in `VAT: 663758203`: with right check digits and no cents."""
    for label in content.labels_of(line):
        match = _LABELLED_ID.match(line.text, _after_colon(line, label.end)) if label.field == "tax_amount" else None
        if match is not None and is_valid_tax_id(match.group()) and (line.page, line.index, match.start()) not in seen:
            spot = Spot(line, match.start(), match.end())
            seen.add((line.page, line.index, match.start()))
            yield TaxId(compact(spot.text), spot, _owner_by_place(content, spot), 0.85)

    for match in _GLUED_ID.finditer(line.text):
        if is_valid_tax_id(match[1]) and (line.page, line.index, match.start(1)) not in seen:
            spot = Spot(line, match.start(1), match.end(1))
            seen.add((line.page, line.index, match.start(1)))
            yield TaxId(match[1], spot, _owner_by_place(content, spot), 0.85)


def _after_colon(line: Line, position: int) -> int:
    """Where the value of a label that ends here begins."""
    while position < len(line.text) and line.text[position] in ":：.# \t":
        position += 1
    return position


def _is_alone(line: Line, match: re.Match[str]) -> bool:
    """Whether a match fills its cell."""
    cell = line.cell_at(match.start())
    return cell.start == match.start() and match.end() == cell.end


def _formed_id(line: Line, start: int) -> re.Match[str] | None:
    """The number with the form of a country's that begins soon behind a label."""
    match = _TAX_ID.search(line.text, start)
    return match if match is not None and match.start() < start + _REACH_OF_LABEL else None


def _labelled_id(line: Line, start: int) -> re.Match[str] | None:
    # A dash between blanks parts two numbers.
    dash = line.text.find(" - ", start)
    match = _LABELLED_ID.search(line.text, start, min(start + 40, dash if dash > start else start + 40))
    if (
        match
        and len(re.sub(r"\D", "", match.group())) >= 7
        and not re.search(r"[^\W\d_]{3,}", line.text[start : match.start()])
    ):
        return match
    return None


def _id_below(content: Content, line: Line, start: int, end: int) -> Spot | None:
    box = line.box_between(start, end)
    for other in content.below(line, 2):
        alone = (match for cell in other.cells if (match := _LABELLED_ID.fullmatch(other.text, cell.start, cell.end)))
        for match in (*_TAX_ID.finditer(other.text), *alone):
            here = other.box_between(match.start(), match.end())
            if min(here.x1, box.x1) - max(here.x0, box.x0) > 0 or abs(here.x0 - box.x0) < 8:
                return Spot(other, match.start(), match.end())
    return None


def is_valid_tax_id(text: str) -> bool:
    """Whether a tax number of a country that we know has right check digits."""
    code = compact(text)
    if is_spanish_tax_id(code) or (code.startswith("PT") and is_portuguese_tax_id(code)):
        return True
    if has_vat_form(code):
        return _has_check_digits(code)
    # Bills often print a number without its country.
    return any(has_vat_form(country + code) and _has_check_digits(country + code) for country in _BARE)


def _has_check_digits(code: str) -> bool:
    module = get_cc_module(code[:2].lower(), "vat")
    return module is None or bool(module.is_valid(code))


def _is_imprint(line: Line, cell: Cell) -> bool:
    """Whether a cell is the issuer's own imprint: a company with its tax number or with its entry in a register."""
    text = line.text[cell.start : cell.end]
    company = COMPANY.search(line.folded[cell.start : cell.end])
    if company is None or company.end() > 110:
        return False
    return _IMPRINT.search(line.folded[cell.start : cell.end], company.end()) is not None or any(
        is_valid_tax_id(match.group()) for match in _TAX_ID.finditer(text, company.end())
    )


def _owner_by_place(content: Content, spot: Spot) -> str:
    """Whose block a place is in: the nearest party label before it on its line, or above it in its column."""
    before = [
        label for label in content.labels_of(spot.line) if label.start < spot.start and label.field in _PARTY_LABELS
    ]
    if before:
        return before[-1].field.replace("name", "tax_id")
    cell = spot.line.cell_at(spot.start)
    if _is_imprint(spot.line, cell) and _IMPRINT.search(spot.line.folded[cell.start : cell.end]):
        return "supplier_tax_id"
    box = spot.line.box_between(spot.start, spot.end)
    if box.y0 > _FOOTER * content.page_size(spot.line.page)[1] and len(content.lines) > _LONG_PAGE:
        return "supplier_tax_id"  # what stands at the foot of a letter is the sender's
    for line in content.above(spot.line, _REACH):
        for label in reversed(content.labels_of(line)):
            if label.field in _PARTY_LABELS and label.weight >= 0.8:
                there = line.box_between(label.start, label.end)
                if abs(there.x0 - box.x0) < 120 or there.x0 <= box.x0 <= there.x1 + 120:
                    return label.field.replace("name", "tax_id")
        if box.y0 - line.box.y1 > 140:
            break
    return ""


def _owners(ids: Sequence[TaxId]) -> dict[str, TaxId]:
    """The tax numbers of issuer and customer: those told to be theirs, then the others in their order.

    Numbers of registers are the issuer's at most, and that only when it has no other.
    """
    found: dict[str, TaxId] = {}
    sure = sorted((tax_id for tax_id in ids if tax_id.score > _REGISTER_SCORE), key=lambda tax_id: -tax_id.score)
    for tax_id in sure:
        if tax_id.owner:
            found.setdefault(tax_id.owner, tax_id)
    for field in ("supplier_tax_id", "customer_tax_id"):
        taken = {tax_id.value for tax_id in found.values()}
        loose = (tax_id for tax_id in sure if not tax_id.owner and tax_id.value not in taken)
        if field not in found and (first := next(loose, None)) is not None:
            found[field] = first
    for tax_id in ids:
        found.setdefault(tax_id.owner or "supplier_tax_id", tax_id)
    return found


def _labelled_names(content: Content, field: str) -> Iterator[Candidate]:
    for candidate in candidates(content, (field,), find_phrase):
        name = clean_name(str(candidate.value))
        if not is_name(name) or is_street(name) or _has_label_inside(content, candidate.spot, field):
            continue
        bonus = 0.1 if COMPANY.search(fold(name)) else 0.0
        end = candidate.spot.start + candidate.spot.line.text[candidate.spot.start :].find(name) + len(name)
        spot = Spot(candidate.spot.line, candidate.spot.start, max(candidate.spot.start + 1, end))
        yield Candidate(field, name, spot, candidate.score + bonus)


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
            if not match and any(label.field in _PARTY_LABELS for label in labels):
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
            start = line.text.find(text, cell.start)
            spot = Spot(line, start, start + len(text))
            score = _likeness(content, cell, spot, order) - _doubt(content, cell, spot)
            if tax_id is not None and _near(cell.box.y0, cell.box.x0, line.page, tax_id.spot):
                score += 0.25
            if any(block.holds(spot) for block in others):
                score -= 0.35
            if score > 0.3:
                yield Candidate("supplier_name", text, spot, min(score, 0.95))


def _name_in(line: Line, cell: Cell) -> str:
    """What may be a name in a cell: a company's without the address or the register behind it."""
    text = clean_name(line.text[cell.start : cell.end])
    company = COMPANY.search(line.folded[cell.start : cell.end])
    if company and (_is_imprint(line, cell) or company.end() < LONGEST_NAME) and goes_on(text, company):
        return company_part(line.text[cell.start : cell.end], company)
    return text


def _likeness(content: Content, cell: Cell, spot: Spot, order: int) -> float:
    """How much a cell looks like the issuer's name: its legal form, its place at the head or foot, and its height."""
    line, folded = spot.line, fold(spot.text)
    imprint = _is_imprint(line, cell)
    form = COMPANY.search(folded) or _PUBLIC_BODY.match(folded)
    legal = form is not None and (len(folded) < LONGEST_NAME or imprint)
    score = 0.45 if legal else 0.0
    _, height = content.page_size(line.page)
    if line.page == content.lines[0].page and cell.box.y0 < height * 0.2 and order < _HEAD_LINES:
        tallest = max(line.box.y1 - line.box.y0 for line in content.lines[:12])
        score += 0.25 - 0.02 * order + 0.15 * (line.box.y1 - line.box.y0) / max(tallest, 1.0)
    if legal and (imprint or _is_footer(content, line)):
        score += 0.4
    if _SUPPLIER_WORDS.search(folded) and (legal or order < _HEAD_LINES):
        score += 0.1
    return score


def _doubt(content: Content, cell: Cell, spot: Spot) -> float:
    """What speaks against the issuer's name: the customer's block, or labels in the cell."""
    inside = [label for label in content.labels_of(spot.line) if cell.start <= label.start < cell.end]
    if any(label.field == "customer_name" and label.start == cell.start for label in inside):
        return 1.0
    doubt = 0.4 if _owner_by_place(content, spot) == "customer_tax_id" else 0.0
    others = [label for label in inside if label.field not in _AMONG_NAMES and label.weight > 0.8]
    if others:
        doubt += 0.1 if is_company(spot.text) else 0.3
    return doubt


def _is_footer(content: Content, line: Line) -> bool:
    return line.box.y0 > _FOOTER * content.page_size(line.page)[1] and len(content.lines) > _LONG_PAGE


def _near(y: float, x: float, page: int, spot: Spot) -> bool:
    box = spot.line.box_between(spot.start, spot.end)
    return page == spot.line.page and -50 < box.y0 - y < 60 and abs(box.x0 - x) < 300
