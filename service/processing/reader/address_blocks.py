"""Addresses as blocks of lines: the name on top, the postal code with the town at the end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Cell, Line
from service.processing.reader.party_names import HOUSE_NUMBER

#: A postal code with its town: 28001 Madrid, D-70565 Stuttgart, 3000-018 Coimbra; 754 50 Uppsala; 05-120 Legionowo;
#: 2165 AB Lisserbroek; York YO1 8AS; Oakland, CA 94607; Ottawa ON K1A 0B1; Madrid 28001.
_POSTAL = re.compile(
    r"(?:^|, ?)(?:[a-z]{1,2}[ -])?\d{4,5}(?:-\d{3})?\s+[^\W\d_]{2}"
    r"|^(?:[a-z]{1,2}[ -])?\d{3} \d{2}\s+[^\W\d_]{2}"
    r"|^\d{2}-\d{3}\s+[^\W\d_]{2}"
    r"|^\d{4} ?[a-z]{2}\s+[^\W\d_]{2}"
    r"|(?:^|[\s,])[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}(?:,|$)|(?:^|[\s,])[a-z]\d[\dw] ?[a-z\d]{4}$|^co\.? [a-z]+$"
    r"|,? [a-z]{2} \d{5}(?:-\d{4})?$|^\D+ (?:nsw|vic|qld|wa|sa|tas|act|nt) \d{4}$"
    r"|\b[a-z]\d[a-z] \d[a-z]\d$"
    r"|^[^\W\d_]{3,},? \d{5}$|^\(\d{4,5}\)\s+[^\W\d_]{2}"
)
#: A whole address in one line, as the sender's over the window of an envelope.
_IN_ONE_LINE = re.compile(
    r"\S.{4,}(?:[,;·•|*]|\s[-–—])\s*(?:[a-z]{1,2}[ -])?(?:\d{4,5}|\d{3} \d{2}|\d{2}-\d{3})\s+[^\W\d_]{2}"
)
_PIECES = re.compile(r"\s*[·•|;*]\s*|\s[-–—]\s|,\s")
_SALUTATION = re.compile(
    r"(?:familie|firma|herrn?|frau|an|to|a la atencion|att?n?\.?|messrs|sres?\.?|srs\.?|d\.|dna\.|m\.|mme|monsieur"
    r"|madame|exmos?\.? senhor(?:es)?|spett\.? ?le|spettabile|egr\.? ?sig\.?|gentile|de heer|mevrouw|t\.a\.v\.?"
    r"|z\.? ?hd\.?)(?: und frau| e frau)?\W*"
)
#: What the paper is, which may stand right over an address.
_TITLE = re.compile(
    r"\b(?:invoice|bill|statement|account|factura|facture|fatura|fattura|bolletta|rechnung|factuur|faktura)\b"
)
#: A person at a company, who stands above or below its name.
_PERSON = re.compile(
    r"^(?:mrs?|ms|miss|dr|prof|herrn?|frau|sr|sra|d|dna|don|dona|m|mme|mlle|sig|sig\.ra|de heer|mevr|mevrouw|t\.a\.v"
    r"|z\. ?hd|att?n?|attention|c/o|a la atencion de|a l'attention de|zu handen)\b[.:]*\s"
)
#: Labels whose words stand in addresses too, such as `Unit 4`.
_IN_ADDRESSES = ("equipment", "product", "-tariff_period", "description")
#: A date, a tax number or a document's number: over a whole address it belongs to somebody else's head.
_LONG_NUMBER = re.compile(r"(?:\d[ ./-]?){6}")
_UPPER_PART = 0.5
_LINES_ABOVE, _EDGE = 6, 8.0


@dataclass(frozen=True, slots=True)
class AddressBlock:
    """The lines of an address over its postal code, from the top, and the heading over them, if there is one."""

    lines: tuple[Spot, ...]
    last: Cell
    page: int
    heading: str = ""

    @property
    def top(self) -> float:
        """Where the block begins, in points from the top of the page."""
        return self.lines[0].line.box_between(self.lines[0].start, self.lines[0].end).y0

    def holds(self, spot: Spot, below: float = 0.0) -> bool:
        """Whether a place lies in the block's column, from its top to so many points under it."""
        box = spot.line.box_between(spot.start, spot.end)
        cell = spot.line.cell_at(spot.start).box
        beside = min(abs(box.x0 - self.last.box.x0), abs(cell.x0 - self.last.box.x0)) < 60
        return spot.line.page == self.page and beside and self.top - 4 <= box.y0 <= self.last.box.y1 + below


def address_blocks(content: Content) -> Iterator[AddressBlock]:
    """The addresses in the upper part of the first page, from the top."""
    for line in content.upper_lines(_UPPER_PART):
        for cell in line.cells:
            folded = line.folded[cell.start : cell.end]
            if ":" not in folded and _POSTAL.search(folded):
                lines, heading = _above(content, line, cell)
                kept = [spot for spot in lines if not _SALUTATION.fullmatch(_folded(spot))]
                if kept and not (len(kept) == 1 and HOUSE_NUMBER.search(kept[0].text)):
                    yield AddressBlock(tuple(kept), cell, line.page, heading)


def is_place(text: str) -> bool:
    """Whether a folded text is a postal code with its town."""
    return _POSTAL.match(text) is not None


def is_aside(text: str) -> bool:
    """Whether a folded line of an address tells whom to turn to, as in `Attn: Accounts`."""
    return _PERSON.match(text) is not None and ":" in text


def named_line(block: AddressBlock, is_company: re.Pattern[str]) -> Spot:
    """The line with the name: a company's, else the first over the street, rather of an office than of a person."""
    companies = [spot for spot in block.lines if is_company.search(_folded(spot))]
    over_street = list(takewhile(lambda spot: not any(map(str.isdigit, spot.text)), block.lines)) or list(block.lines)
    over_street = [spot for spot in over_street if not _TITLE.search(_folded(spot))] or over_street
    others = [spot for spot in over_street if not _PERSON.match(_folded(spot))]
    return (companies or others or over_street)[0]


def sender_lines(content: Content) -> Iterator[Spot]:
    """The names of those who print their address in one line over the addressee's."""
    for line in content.upper_lines(_UPPER_PART):
        for cell in line.cells:
            text = line.text[cell.start : cell.end]
            if ":" in text or not _IN_ONE_LINE.search(line.folded[cell.start : cell.end]):
                continue
            end = _PIECES.search(text)
            street = end is not None and HOUSE_NUMBER.search(text[: end.start()])
            if end and end.start() > 3 and not street and _follows(content, line, cell):
                yield Spot(line, cell.start, cell.start + end.start())


def _follows(content: Content, line: Line, cell: Cell) -> bool:
    """Whether lines of an address begin under a cell, at its edge."""
    height = max(cell.box.y1 - cell.box.y0, 6.0)
    for other in content.below(line, 3):
        for here in other.cells:
            if abs(here.box.x0 - cell.box.x0) < _EDGE and here.box.y0 - cell.box.y1 < 5 * height:
                return here.box.y1 - here.box.y0 > 1.1 * (cell.box.y1 - cell.box.y0)
    return False


def _above(content: Content, line: Line, cell: Cell) -> tuple[list[Spot], str]:
    """The lines straight over a cell, from the top, as far as they stand close at the same edge; and their heading."""
    block: list[Spot] = []
    heading = ""
    box = cell.box
    for other in content.above(line, _LINES_ABOVE):
        here = next((entry for entry in other.cells if abs(entry.box.x0 - cell.box.x0) < _EDGE), None)
        gap = box.y0 - (here.box.y1 if here is not None else other.box.y1)
        # Letters leave a line between the street and the town.
        if gap > (1.2 if block else 2.2) * (box.y1 - box.y0):
            break
        if here is None:
            continue
        text = other.folded[here.start : here.end]
        label = next((label for label in content.labels_of(other) if label.start == here.start), None)
        if label is not None and label.field in _IN_ADDRESSES:
            label = None
        if _LONG_NUMBER.search(text) and _has_name_and_street(block):
            break
        if is_aside(text) or (label is not None and label.field.endswith("tax_id")):
            box = here.box
            continue
        if ":" in text or label is not None or _IN_ONE_LINE.search(text):
            heading = label.field if label is not None else ""
            break
        block.append(Spot(other, here.start, here.end))
        box = here.box
    return block[::-1], heading


def _has_name_and_street(block: list[Spot]) -> bool:
    """Whether lines may be a whole address: one has a number, another none."""
    return len({any(map(str.isdigit, spot.text)) for spot in block}) > 1


def _folded(spot: Spot) -> str:
    return spot.line.folded[spot.start : spot.end]
