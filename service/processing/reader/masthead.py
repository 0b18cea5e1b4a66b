"""Who a till slip is from: the name at its head, or the company that says of itself where it sits.

A slip begins with what the shop is called, then its address and its tax number; what was bought follows. A company's
name elsewhere is the issuer's own only when it is told as such, or with its seat: slips also name brands, banks and
programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate
from service.processing.reader.layout import Line, fold
from service.processing.reader.misread import names_mended
from service.processing.reader.party_names import is_prose
from service.processing.reader.vocabulary import load

_MOST_HEAD_LINES = 12
_MOST_NAME_WORDS, _LEAST_LETTERS = 6, 5
_MOST_LINES_TO_TAX = 5
#: Letters of a word that is known also with the next one glued to it.
_LEAST_GLUED = 7
_SURE = 0.7
_MONEY = re.compile(r"\d[.,]\d{2}(?!\d|[.,/]\d)")
#: A company's legal form, or what stands for one in a name.
_FORM = re.compile(
    r"^(?:sasu?|sarl|eurl|snc|scop)\b"
    r"|(?<=[\s,])(?:s\.?\s?a\.?\s?u?\.?|s\.?\s?l\.?\s?u?\.?|s\.?\s?l\.?\s?l\.?|s\.?\s?c\.?\s?p\.?|c\.\s?b\.?"
    r"|s\. ?coop\.?|ltd\.?|limited|plc|llp|llc|inc\.?|corp\.?|gmbh|ag|kg|ohg|e\.?\s?k\.?|s\.?a\.?s\.?|s\.?a\.?r\.?l\.?"
    r"|eurl|lda\.?|s\.?p\.?a\.?|s\.?r\.?l\.?s?|s\.?n\.?c\.?|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|mbh|unipessoal|sdn\.?\s?[b8]hd|bhd|s/b"
    r"|pte\.?|enterprise|trading|sp\.? z ?o\.? ?o|s\.?r\.?o\.?|oy|ab|a/s|aps)[.,]?(?=$|[\s,;)\t–-])"
)
#: A street's name that ends with its kind, and a house number.
_STREET = re.compile(r"(?:strasse|str\.?|weg|platz|allee|gasse|straat|laan|plein|ring)\W+\d+ ?[a-z]?(?:\W|$)")
#: A postal code with a town, an American state with its code, a British postcode at the end.
_TOWN = re.compile(
    r"(?:^|\W)(?:[a-z]{1,2}-)?\d{4,5}(?:-\d{3})?\s*[^\W\d_]{3}|\b[a-z]{2}\W{1,2}\d{5}(?:-\d{4})?$"
    r"|\b[a-z]{1,2}\d{1,2}[a-z]? ?\d[a-z]{2}$"
)
#: A number in a register of companies, alone on its line.
_REGISTER = re.compile(r"^\W*(?:co\.?\s?(?:reg|no)\W*)?\d{4,}\W*[a-z]?\W*$")
_SEAT = re.compile(r"(?<!\w)r\.\s?m\.|\b(?:registro mercantil|inscrita|rcs|hrb|hra|amtsgericht|registered)\b")
_TAX_LABEL = re.compile(r"\b(?:c\.?i\.?f|n\.?i\.?f|vat|ust|p\.? ?iva|tva|nipc)\b")
_TOLD = re.compile(r"^\W*(?:emite|emisor|emitido por|emitente|issued by|issuer|vendedor|seller|merchant)\s*:?\s+(?=\w)")
#: A tax number, a register's or a telephone behind a name.
_AFTER_NAME = re.compile(
    r"(?:\s+|[(\[{])\W*(?:c\.?\s?i\.?\s?f|n\.?\s?i\.?\s?f|nipc|vat|ust|tva|p\.?\s?iva|gst|tel|tlf|reg\.? no"
    r"|co\.? (?:reg|no)|siret|uid|\d{5,}-?[a-z]?\)|[0-9a-z]-?\d{7}-?[0-9a-z])\b.*$"
)
#: What a document is, behind the name.
_KIND_OF_DOCUMENT = re.compile(
    r"\s+(?:(?:payment |sales |cash )?receipt|(?:tax )?invoice|factura(?: simplificada)?|ticket|rechnung|quittung)$"
)


@dataclass(frozen=True, slots=True)
class _Name:
    spot: Spot
    score: float


def find_issuer(content: Content, tax_place: Spot | None) -> Candidate | None:
    """The likeliest name of the one who issued a slip; `tax_place` is where the issuer's tax number stands."""
    head = _head(content)
    found = [*_head_names(head, tax_place), *_told_names(content, head)]
    found = found or list(_names_by_tax_number(content, head, tax_place))
    best = max(found, key=lambda name: name.score, default=None)
    if best is None:
        return None
    return Candidate("supplier_name", names_mended(best.spot.text), best.spot, min(best.score, 0.95))


def _head(content: Content) -> list[Line]:
    """The first lines of a slip, down to the first thing that was bought."""
    head: list[Line] = []
    for line in content.lines[:_MOST_HEAD_LINES]:
        if line.page != content.lines[0].page or (head and _MONEY.search(line.text)):
            break
        head.append(line)
    return head


def _head_names(head: Sequence[Line], tax_place: Spot | None) -> Iterator[_Name]:
    tallest = max((line.box.y1 - line.box.y0 for line in head), default=1.0)
    rank = 0
    for order, line in enumerate(head):
        spot = _name_in(line)
        if spot is None or (order and _asks(head[order - 1])):
            continue
        score = 0.6 - 0.08 * rank - 0.02 * order + 0.12 * (line.box.y1 - line.box.y0) / max(tallest, 1.0)
        form = _FORM.search(fold(spot.text)) is not None
        score += 0.3 * form
        if tax_place is not None and line.page == tax_place.line.page:
            apart = tax_place.line.index - line.index
            score += 0.1 * form * (0 <= apart <= 3)
        score -= (
            0.25 * (_confidence(spot) < _SURE)
            + 0.3 * _is_logo(spot.text)
            + 0.25 * _is_remark(spot.text)
            + 0.2 * (len(spot.text.split()) > _MOST_NAME_WORDS)
        )
        rank += 1
        yield _Name(spot, score)


def _asks(line: Line) -> bool:
    """Whether a line is a label whose value stands under it: `Owned by:`."""
    return line.text.rstrip().endswith(":") and _begins_otherwise(line.folded)


def _is_logo(text: str) -> bool:
    """Whether a name is a brand's few letters alone, under which the one who runs the shop is named."""
    return sum(map(str.isalpha, text)) < _LEAST_LETTERS


def _is_remark(text: str) -> bool:
    """Whether several words have no capital: a slogan, or what somebody wrote on the slip."""
    return " " in text and text.islower()


def _names_by_tax_number(content: Content, head: Sequence[Line], tax_place: Spot | None) -> Iterator[_Name]:
    """What stands over the issuer's tax number where the head names nobody: best what says its kind, as `Museo`."""
    if tax_place is None:
        return
    for apart, line in enumerate(content.above(tax_place.line, _MOST_LINES_TO_TAX)):
        spot = _name_in(line) if line not in head and not _MONEY.search(line.text) else None
        if spot is not None:
            kind = bool({(word,) for word in re.findall(r"[a-z]+", line.folded)} & _words_of("kind"))
            yield _Name(spot, 0.4 - 0.02 * apart + 0.2 * kind)


def _told_names(content: Content, head: Sequence[Line]) -> Iterator[_Name]:
    """Names under the head: told to be the issuer's, or a company's with its seat beside it."""
    for line in content.lines:
        told = _TOLD.match(line.folded)
        if told:
            spot = _trimmed(line, told.end(), line.cell_at(told.end()).end)
            if spot is not None:
                yield _Name(spot, 0.93)
        elif line not in head and _has_seat(content, line):
            for cell in line.cells:
                spot = _trimmed(line, cell.start, cell.end)
                form = _FORM.search(fold(spot.text)) if spot is not None else None
                if spot is not None and form is not None and form.end() <= 60 and form.start() > 3:
                    yield _Name(Spot(line, spot.start, spot.start + form.end()), 0.72)


def _has_seat(content: Content, line: Line) -> bool:
    """Whether a line, or the line under it, has an address or an entry in a register beside a tax number."""
    text = " ".join(other.folded for other in (line, *content.below(line, 2)))
    return _SEAT.search(text) is not None or (
        _TAX_LABEL.search(text) is not None
        and any(_is_address(other.folded) for other in (line, *content.below(line, 1)))
    )


def _name_in(line: Line) -> Spot | None:
    """The name that a line of the head may be, without a greeting before it and numbers after it."""
    start = _after_greeting(line)
    for cell in line.cells:
        if cell.end > start:
            spot = _trimmed(line, max(cell.start, start), cell.end)
            if spot is not None:
                return spot
    return None


def _after_greeting(line: Line) -> int:
    words = tuple(token for token, _, _ in line.tokens)
    for greeting in _words_of("greeting"):
        if words[: len(greeting)] == greeting:
            return line.tokens[len(greeting) - 1][2] + 1
    return 0


@cache
def _words_of(name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in load("mastheads")[name])


def _trimmed(line: Line, start: int, end: int) -> Spot | None:
    text = line.text[start:end]
    folded = fold(text)
    after = _AFTER_NAME.search(folded) or _KIND_OF_DOCUMENT.search(folded)
    if after and after.start() > 2:
        text = text[: after.start()]
    name = text.strip(" :;,-–|·•*_#\"'=~.")
    if name.endswith((" S.A", " S.L", "S.L.U", "S.A.U", " S.R.L", "F.G.V", "SDN BHD", "SDN. BHD")) or re.search(
        r"\w\.\w$", name
    ):
        name = text[text.find(name) :][: len(name) + 1].rstrip()
    if not _is_name(name):
        return None
    first = start + line.text[start:end].find(name)
    return Spot(line, first, first + len(name))


def _is_name(name: str) -> bool:
    folded = fold(name)
    letters = sum(char.isalpha() for char in name)
    return (
        3 <= len(name) <= 70
        and letters >= 3
        and 2 * letters >= len(name.replace(" ", ""))
        and not _begins_otherwise(folded)
        and not _REGISTER.match(folded)
        and not {"@", ":"} & set(name)
        and not name[:3].isdigit()
        and "www." not in folded
        and not is_prose(name)
        and (not _is_address(folded) or _FORM.search(folded) is not None)
    )


def _begins_otherwise(folded: str) -> bool:
    """Whether a text begins as no name does: `Factura`, `Tel.`, `Served by`."""
    words = tuple(re.findall(r"[a-z0-9]+", folded))
    if any(words[:length] in _words_of("not_a_name") for length in (1, 2, 3) if length <= len(words)):
        return True
    # Recognition often loses the blanks behind the first word.
    return any(
        (word[:length],) in _words_of("not_a_name") for word in words[:1] for length in range(_LEAST_GLUED, len(word))
    )


def _is_address(folded: str) -> bool:
    """Whether a text is a line of an address: a street with a number, or a town with its code."""
    words = re.findall(r"[^\W_]+", folded)
    streets = [position for position, word in enumerate(words) if (word,) in _words_of("street")]
    numbered = any(any(char.isdigit() for char in word) for word in words)
    return bool(streets and numbered) or _STREET.search(folded) is not None or _TOWN.search(folded) is not None


def _confidence(spot: Spot) -> float:
    return spot.line.confidence_between(spot.start, spot.end)
