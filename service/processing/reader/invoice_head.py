"""What the head of an invoice says: its number and its dates."""

import re
from collections.abc import Iterator
from dataclasses import replace

from service.domain.identifiers import is_cups, is_iban
from service.processing.reader.content import Content, Spot
from service.processing.reader.document_titles import is_invoice_title
from service.processing.reader.find import Candidate, best, candidates, find_date, find_identifier
from service.processing.reader.labels import leads
from service.processing.reader.layout import Line
from service.processing.reader.period import find_day
from service.processing.reader.values import find_dates

#: A number that looks like a date, as in `Faktura numer 17/06/2024`.
_DATE_LIKE = re.compile(r"[\s:.#]*(\d{1,4}[/-]\d{1,2}[/-]\d{2,4})(?=\s|$)")
_NUMBER_WORD = re.compile(r"(?:n\W{0,2}[oº°]?|num\w*|n[ur]m?\w*|zk|zenbakia|cislo)\W*$")
#: What makes a number the hour of a time.
_MINUTES = re.compile(r":\d\d")
#: Codes that number no document: Canadian and British postcodes, an account of a Canadian business number.
_OTHER_CODE = re.compile(
    r"(?<!\w)(?:[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{5} ?\d{4} ?R[CMPTZ] ?\d{4})(?!\w)"
)
#: Words that ask for payment, and words that say until when, in the order that sentences have them.
_PAY = (
    r"(?:pay|paid|settle|transfer|remit|zahl|uberweis|begleich|pago|pagar|pague|abon|ingres|pagament|pagare|saldar"
    r"|bonific|paiement|regl|virement|betal|voldoen|overmak|zaplat|platn|splat|uhrad|indbetal|plata|achit|maks|ordain)"
)
_UNTIL = (
    r"(?:bis(?: spatestens)?(?: zum| am)?|by|before|no later than|until|antes del?|hasta el|avant le|jusqu'?au"
    r"|au plus tard le|entro(?: e non oltre)?(?: il)?|abans del?|ate(?: ao dia| a)?|uiterlijk|voor|do(?: dnia)?"
    r"|senest(?: den)?|senast(?: den)?|viimeistaan|pana la)"
)
_DUE_SENTENCE = re.compile(rf"\b{_PAY}\w*\b.{{0,90}}?\b{_UNTIL}:?\s+(?:dem |den |le |el |il |the )?$")
#: Words behind the day on which the issuer takes the money.
_COLLECTED = re.compile(
    r"eingezogen|abgebucht|\b(?:collected|debited|preleve|addebitat|adeudar|cargar|incass|belastet)\w*"
)


def find_invoice_number(content: Content) -> Candidate | None:
    """The number of the document: after its label, or right behind its title."""
    found = [*_date_like(content)]
    for candidate in candidates(content, ("invoice_number",), find_identifier):
        value, line = str(candidate.value), candidate.spot.line
        if is_cups(value) or is_iban(value) or _MINUTES.match(line.text, candidate.spot.end) or _is_other(candidate):
            continue
        score = candidate.score - (0.15 if len(value) < 3 else 0.0)
        if re.search(r"[-/]|[A-Z]", value) or len(value) >= 5:
            score += 0.05
        if _is_behind_title(content, candidate.spot):
            score += 0.15
        found.append(replace(candidate, score=score - 0.0005 * line.index - 0.02 * (line.page - 1)))
    return best(found)


def _is_other(candidate: Candidate) -> bool:
    """Whether a value is, or is a part of, a code that numbers no document."""
    spot = candidate.spot
    return any(code.start() < spot.end and spot.start < code.end() for code in _OTHER_CODE.finditer(spot.line.text))


def _is_behind_title(content: Content, spot: Spot) -> bool:
    """Whether a value follows straight on a label that begins its cell, as in `Factuur VF24-00931`."""
    before = [label for label in content.labels_of(spot.line) if label.end <= spot.start]
    if not before or before[-1].field != "invoice_number" or not leads(spot.line, before[-1].start):
        return False
    between = spot.line.text[before[-1].end : spot.start]
    titled = is_invoice_title(spot.line, before[-1].start, before[-1].end)
    return titled and not re.search(r"[\w(\t]", between)


def _date_like(content: Content) -> Iterator[Candidate]:
    """Numbers of the form of a date, where the label asks for a number and nothing stands between."""
    for line, label in content.labelled("invoice_number"):
        if label.weight < 1.0 or not _NUMBER_WORD.search(line.folded[label.start : label.end]):
            continue
        match = _DATE_LIKE.match(line.text, label.end)
        if match:
            yield Candidate("invoice_number", match[1], Spot(line, match.start(1), match.end(1)), 0.8)


def find_issue_date(content: Content) -> Candidate | None:
    """The day of the document: after its label, else the first day that stands alone."""
    found = [
        replace(candidate, score=candidate.score - 0.0005 * candidate.spot.line.index)
        for candidate in candidates(content, ("issue_date",), find_date)
    ]
    return best(found) or next(_lone_dates(content), None)


def _lone_dates(content: Content) -> Iterator[Candidate]:
    for line in content.lines:
        found = find_date(content, line, 0, len(line.text))
        if found is None or len(find_dates(line.text, content.convention)) > 1 or _is_due(line, found[1]):
            continue
        cell = line.cell_at(found[1])
        before = [label.field for label in content.labels_of(line) if cell.start <= label.start < found[1]]
        if all(field in ("issue_date", "invoice_number") for field in before):
            value, start, end, others = found
            yield Candidate("issue_date", value, Spot(line, start, end), 0.45, others)


def find_due_date(content: Content) -> Candidate | None:
    """The day to pay by: after its label, else in a sentence that asks to pay until then."""
    labelled = find_day(content, "due_date")
    return labelled if labelled is not None else next(_due_sentences(content), None)


def _due_sentences(content: Content) -> Iterator[Candidate]:
    for line in content.lines:
        for date in find_dates(line.text, content.convention):
            if _is_due(line, date.start) or _COLLECTED.search(line.folded, date.end):
                others = (date.alternative,) if date.alternative else ()
                yield Candidate("due_date", date.value, Spot(line, date.start, date.end), 0.8, others)


def _is_due(line: Line, start: int) -> bool:
    return _DUE_SENTENCE.search(line.folded[:start]) is not None
