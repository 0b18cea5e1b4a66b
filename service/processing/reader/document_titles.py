"""What a document calls itself in its title: a kind of invoice, or a paper of trade that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate
from service.processing.reader.layout import Cell, Line, fold
from service.processing.reader.vocabulary import load

#: What invoices call themselves, from the title that says most to the one that says least.
_INVOICES = {
    "self_billed_invoice": r"gutschrift .?selbst|self.?bill\w*|autofattura|autofactura\w*|autofacturation",
    "corrected_invoice": (
        r"rechnungs.?korrektur|korrektur.?rechnung|correct(?:ed|ive) invoice|fact?ur[ae] rectificat\w*"
        r"|faktura korygujaca|fatura retificativa|opravny danovy doklad"
    ),
    "credit_note": (
        r"credit (?:note|memo)|gutschrift|avoir\b|facture d'avoir|not[ae] (?:de |di )?credito?\b|abono\b"
        r"|factura (?:de )?abon\w*|credit.?nota|credit.?factuur|kredit.?t?nota|kredit.?faktura|hyvityslasku|dobropis"
    ),
    "debit_note": r"debit note|not[ae] (?:de |di )?debito?\b",
    "prepayment_invoice": r"prepayment invoice|(?:an|voraus)zahlungsrechnung|fact?ur[ae] d'acompte|fattura d'acconto",
    "partial_invoice": r"(?:abschlags|teil)rechnung|partial invoice|facture de situation",
    "invoice": (
        r"(?:tax |vat |commercial )?invoice\b|factura\b|facture\b|(?:schluss|handels)?rechnung\b|fattura\b|fatura\b"
        r"|factuur\b|faktura\b|lasku\b|e-?fatura\b|szamla\b|racun\b|timologio\b|parcella\b|minuta\b"
    ),
}
_INVOICE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _INVOICES.items()))
#: What may follow the title of another paper: its number, its day.
_NUMBER = (
    r"(?:\W+(?:n[or]?|num\w*|nr|no|cislo|br|sz|c)\b)?[\W_]*(?:[\w/.-]*\d[\w/.\- ]*)?"
    r"(?:\W+(?:of|from|vom|du|del?|z|az)\b.*)?"
)
_LONGEST, _TITLE_PART = 90, 0.6
#: How much taller than the middle line a title is at least, or how near to the top it stands.
_TALL, _FIRST_LINES = 1.15, 6


@dataclass(frozen=True, slots=True)
class _Title:
    kind: str
    spot: Spot
    height: float


def is_invoice_title(line: Line, start: int, end: int) -> bool:
    """Whether a piece of a line begins as an invoice's title does."""
    return _INVOICE.match(line.folded, start, end) is not None


def find_document_type(content: Content) -> Candidate | None:
    """What the document calls itself in its title; of several titles the one that says most."""
    names = list(_INVOICES)
    found = min(_invoice_titles(content), key=lambda title: names.index(title.kind), default=None)
    return Candidate("document_type", found.kind, found.spot, 0.85) if found else None


def other_title(content: Content) -> str | None:
    """`other` or `delivery` where the document calls itself a paper of trade that is no invoice.

    Invoices name the order, the offer and the delivery that they are of: the other title must be the tallest of all, or
    stand among the first lines with nothing beside it, where nothing names an invoice.
    """
    invoices = [title.height for title in _invoice_titles(content)]
    others = list(_other_titles(content))
    tallest = max(others, key=lambda title: title.height, default=None)
    if tallest is None:
        return None
    if invoices:
        return tallest.kind if tallest.height > _TALL * max(invoices) else None
    heights = sorted(line.box.y1 - line.box.y0 for line in content.upper_lines(_TITLE_PART))
    tall = tallest.height > _TALL * heights[len(heights) // 2]
    alone = (title for title in others if len(title.spot.line.cells) == 1)
    first = next((title for title in alone if title.spot.line.index < _FIRST_LINES), None)
    return tallest.kind if tall else first.kind if first else None


def _invoice_titles(content: Content) -> Iterator[_Title]:
    for line in content.upper_lines(_TITLE_PART):
        for cell in line.cells:
            match = _INVOICE.match(line.folded, cell.start, cell.end)
            if match is None or cell.end - cell.start > _LONGEST or _is_reference(content, line, match.start()):
                continue
            if _other_kind(line, cell) is not None:
                continue  # as `Factura proforma`
            yield _Title(str(match.lastgroup), Spot(line, match.start(), match.end()), cell.box.y1 - cell.box.y0)


def _other_titles(content: Content) -> Iterator[_Title]:
    for line in content.upper_lines(_TITLE_PART):
        for cell in line.cells:
            kind = _other_kind(line, cell)
            if kind is not None:
                yield _Title(kind, Spot(line, cell.start, cell.end), cell.box.y1 - cell.box.y0)


def _other_kind(line: Line, cell: Cell) -> str | None:
    matching = (kind for kind, pattern in _others().items() if pattern.fullmatch(line.folded, cell.start, cell.end))
    return next(matching, None)


@cache
def _others() -> dict[str, re.Pattern[str]]:
    def any_of(titles: Sequence[str]) -> str:
        return "|".join(re.escape(fold(title)) for title in sorted(titles, key=len, reverse=True))

    return {kind: re.compile(rf"(?:{any_of(titles)})(?![^\W_]){_NUMBER}\W*") for kind, titles in load("titles").items()}


def _is_reference(content: Content, line: Line, start: int) -> bool:
    """Whether a title begins the label of something else, such as `Invoice address` or `Credit note date`."""
    return any(label.start == start and label.field != "invoice_number" for label in content.labels_of(line))
