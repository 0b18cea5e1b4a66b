"""Tax numbers of the parties of a document: by their labels and their forms, and whose they are by their places."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stdnum import get_cc_module
from stdnum.ca import bn
from stdnum.in_ import gstin
from stdnum.jp import cn
from stdnum.mx import rfc

from service.domain.identifiers import compact, has_vat_form, is_portuguese_tax_id, is_spanish_tax_id
from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Cell, Line
from service.processing.reader.misread import mended
from service.processing.reader.party_names import COMPANY

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
    r"|\d{2}[A-Z]{5}\d{4}[A-Z][A-Z\d]Z[A-Z\d]|T\d{13}|\d{9}[ ]?RT[ ]?\d{4}|[A-ZÑ&]{3,4}[ -]?\d{6}[ -]?[A-Z\d]{3}"
    r")(?![A-Z0-9])"
)
#: Beyond Europe: GSTIN of India, the number of Japan's qualified invoices, GST/HST of Canada, RFC of Mexico.
_ABROAD: tuple[Callable[[str], bool], ...] = (
    gstin.is_valid,
    lambda code: code.startswith("T") and bool(cn.is_valid(code[1:])),
    lambda code: code[9:11] == "RT" and bool(bn.is_valid(code)),
    lambda code: len(code) > 11 and bool(rfc.is_valid(code, validate_check_digits=True)),
)
_LABELLED_ID = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:[A-Z]{2}[ -]?)?[A-Z0-9]?\d[\d .-]{5,16}[A-Z0-9]?|\d{2,3}/\d{3,4}/\d{4,5})"
    r"(?![A-Za-z0-9]|\.[A-Z])"
)
#: A number that is kept private.
_MASKED = re.compile(r"[\s:.]*[\dA-Z./-]*[*•]{2}")
#: A number that recognition glued to its label.
_GLUED_ID = re.compile(r"(?<![A-Za-z0-9])(?:NIF|CIF|NIPC|VAT|PIVA|IVA)[.:]?(\d{9,11})(?!\d)")
#: What only the issuer's own imprint says: register, capital, seat.
_IMPRINT = re.compile(
    r"(?<!\w)r\.\s?m\.|\b(?:registro mercantil|inscrita|capital|rcs|hrb|hra|amtsgericht|registered (?:in|office)"
    r"|domicilio social|siege social|sede (?:social|legale)|rea|geschaftsfuhrer\w*|conservatoria)\b"
)
_SWISS = re.compile(r"CHE\d{9}")
#: The digits of a number in groups.
_DIGITS = re.compile(r"\d(?:[\d ]|[-/](?=\d))*\d")
#: Registers of companies, whose numbers aren't those of taxpayers: good enough where no VAT number is printed.
_REGISTERS = re.compile(r"(?:siret|siren|kvk|ico|regon|org|foretaksreg|y.tunnus|ly.tunnus|st\W*n|steuern|reg)")
_FOOTER, _LONG_PAGE = 0.85, 15
_REGISTER_SCORE, _REACH = 0.48, 9
#: Points between a party's label and a number of the same block; the next block of a line begins farther off.
_BESIDE = 250
#: Scores of numbers that right check digits prove, alone and under the name of a tax.
_BY_CHECK_DIGITS = (0.8, 0.85)
PARTY_LABELS = ("customer_name", "supplier_name")
#: Characters behind a label that its number may begin in.
_REACH_OF_LABEL = 40
_BARE = ("PT", "GB", "DE", "IT", "FR", "BE", "NL", "PL", "HR", "EL")


@dataclass(frozen=True)
class TaxId:
    """A tax number with its place, whose it seems to be (`supplier_tax_id`, `customer_tax_id` or ``), and its score."""

    value: str
    spot: Spot
    owner: str
    score: float


def find_tax_ids(content: Content) -> Iterator[TaxId]:
    """The tax numbers of a document in reading order, each place once: told by a label, by a tax, or by their form."""
    seen: set[tuple[int, int, int]] = set()
    for line in content.lines:
        for tax_id in (*_labelled_ids(content, line), *_ids_of_taxed(content, line), *_ids_of_form(content, line)):
            place = (tax_id.spot.line.page, tax_id.spot.line.index, tax_id.spot.start)
            if place not in seen:
                seen.add(place)
                yield tax_id


def _labelled_ids(content: Content, line: Line) -> Iterator[TaxId]:
    for label in content.labels_of(line):
        if label.field not in ("supplier_tax_id", "customer_tax_id", "-tax_id"):
            continue
        match = _formed_id(line, label.end) or _labelled_id(line, label.end)
        beside = Spot(line, match.start(), match.end()) if match is not None else None
        if beside is None and _MASKED.match(line.text, label.end):
            continue
        spot = beside or _id_below(content, line, label.start, label.end)
        if spot is None:
            continue
        owner = label.field if label.field != "-tax_id" else owner_by_place(content, spot)
        if _REGISTERS.match(line.folded[label.start : label.end]):
            yield _of_register(spot, owner)
            continue
        value = _as_printed(compact(spot.text))
        # A number that names its country and has not its form is another number, or was misread.
        formless = re.match(r"[A-Z]{2}\d", value) is not None and not has_vat_form(value)
        told = 0.97 if label.field == owner else 0.95
        yield TaxId(value, spot, owner, 0.45 if formless else told)


def _of_register(spot: Spot, owner: str) -> TaxId:
    """The number of a register, without what stands behind it."""
    digits = _DIGITS.match(spot.text)
    spot = Spot(spot.line, spot.start, spot.start + digits.end()) if digits else spot
    return TaxId(compact(spot.text), spot, owner, _REGISTER_SCORE)


def _ids_of_form(content: Content, line: Line) -> Iterator[TaxId]:
    """Numbers without a label that have a country's form."""
    for match in _TAX_ID.finditer(line.text):
        score = _score_of_form(line, match)
        if score:
            spot = Spot(line, match.start(), match.end())
            yield TaxId(compact(match.group()), spot, owner_by_place(content, spot), score)


def _score_of_form(line: Line, match: re.Match[str]) -> float:
    """How surely a number without a label is a tax number, by its check digits or its form; 0 for none."""
    if is_valid_tax_id(match.group()):
        return _BY_CHECK_DIGITS[0]
    code = compact(match.group())
    if has_vat_form(code) or _SWISS.fullmatch(code):
        return 0.55
    return 0.45 if _is_alone(line, match) and re.match(r"[AB]\d{8}$", code) else 0.0


def _as_printed(code: str) -> str:
    """A labelled tax number as its check digits prove that it was printed; else as it was read."""
    return code if is_valid_tax_id(code) else mended(code, _is_told_right) or code


def _is_told_right(code: str) -> bool:
    """Whether a number says of which country it is, by its form or its first letters, and has right check digits."""
    return is_spanish_tax_id(code) or (has_vat_form(code) and _has_check_digits(code))


def _ids_of_taxed(content: Content, line: Line) -> Iterator[TaxId]:
    """Tax numbers under the name of the tax alone, as in `VAT: 663758203`: with right check digits and no cents."""
    taxed = [label for label in content.labels_of(line) if label.field == "tax_amount"]
    beside = (_LABELLED_ID.match(line.text, _after_colon(line, label.end)) for label in taxed)
    found = [match.span() for match in beside if match is not None]
    for start, end in (*found, *(match.span(1) for match in _GLUED_ID.finditer(line.text))):
        if is_valid_tax_id(line.text[start:end]):
            spot = Spot(line, start, end)
            yield TaxId(compact(spot.text), spot, owner_by_place(content, spot), _BY_CHECK_DIGITS[1])


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
    if any(is_valid(code) for is_valid in _ABROAD):
        return True
    # Bills often print a number without its country.
    return any(has_vat_form(country + code) and _has_check_digits(country + code) for country in _BARE)


def _has_check_digits(code: str) -> bool:
    module = get_cc_module(code[:2].lower(), "vat")
    return module is None or bool(module.is_valid(code))


def is_imprint(line: Line, cell: Cell) -> bool:
    """Whether a cell is the issuer's own imprint: a company with its tax number or with its entry in a register."""
    text = line.text[cell.start : cell.end]
    company = COMPANY.search(line.folded[cell.start : cell.end])
    if company is None or company.end() > 110:
        return False
    return _IMPRINT.search(line.folded[cell.start : cell.end], company.end()) is not None or any(
        is_valid_tax_id(match.group()) for match in _TAX_ID.finditer(text, company.end())
    )


def owner_by_place(content: Content, spot: Spot) -> str:
    """Whose block a place is in: the nearest party label before it on its line, or above it in its column."""
    here = spot.line.box_between(spot.start, spot.end).x0
    before = [
        label
        for label in content.labels_of(spot.line)
        if label.start < spot.start
        and label.field in PARTY_LABELS
        and here - spot.line.box_between(label.start, label.end).x1 < _BESIDE
    ]
    if before:
        return before[-1].field.replace("name", "tax_id")
    cell = spot.line.cell_at(spot.start)
    if is_imprint(spot.line, cell) and _IMPRINT.search(spot.line.folded[cell.start : cell.end]):
        return "supplier_tax_id"
    box = spot.line.box_between(spot.start, spot.end)
    if box.y0 > _FOOTER * content.page_size(spot.line.page)[1] and len(content.lines) > _LONG_PAGE:
        return "supplier_tax_id"  # what stands at the foot of a letter is the sender's
    for line in content.above(spot.line, _REACH):
        for label in reversed(content.labels_of(line)):
            if label.field in PARTY_LABELS and label.weight >= 0.8:
                there = line.box_between(label.start, label.end)
                if abs(there.x0 - box.x0) < 120 or there.x0 <= box.x0 <= there.x1 + 120:
                    return label.field.replace("name", "tax_id")
        if box.y0 - line.box.y1 > 140:
            break
    return ""


def owners_of(ids: Sequence[TaxId]) -> dict[str, TaxId]:
    """The tax numbers of issuer and customer: those told to be theirs, then the others in their order.

    Numbers of registers are the issuer's at most, and that only when it has no other.
    """
    found: dict[str, TaxId] = {}
    sure = sorted((tax_id for tax_id in ids if tax_id.score > _REGISTER_SCORE), key=_sureness)
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


def _sureness(tax_id: TaxId) -> float:
    """What sorts numbers from the surest on; those that check digits prove are equally sure, whatever names them."""
    return -_BY_CHECK_DIGITS[0] if _BY_CHECK_DIGITS[0] <= tax_id.score <= _BY_CHECK_DIGITS[1] else -tax_id.score


def is_footer(content: Content, line: Line) -> bool:
    return line.box.y0 > _FOOTER * content.page_size(line.page)[1] and len(content.lines) > _LONG_PAGE
