"""Whether a page proves by itself that it is an invoice, in whatever words: a number, a day, and sums that agree."""

from decimal import Decimal

from service.processing.reader.amounts import find_amounts
from service.processing.reader.content import Content
from service.processing.reader.document_titles import is_invoice_title, other_title
from service.processing.reader.find import Candidate, candidates, find_date, find_identifier, of_label
from service.processing.reader.invoice_lines import find_lines

_CENT = Decimal("0.02")
#: A label of this weight means the number of an invoice, not of a delivery or a visit.
_SURE_NUMBER = 1.0
#: Of a labelled total; the greatest amount with a currency sign has less.
_LABELLED = 0.5


def proves_invoice(content: Content) -> bool:
    """Whether a document has an invoice's number and day, and net + tax = total or lines that make a labelled total.

    Offers and orders have all of it as well: a document that calls itself one proves nothing.
    """
    if other_title(content) is not None:
        return False
    if not _is_numbered(content) or not any(candidates(content, ("issue_date",), find_date)):
        return False
    found = {candidate.field: candidate for candidate in find_amounts(content)}
    return _is_summed(found) or _has_lines_of_total(content, found.get("total_amount"))


def _is_numbered(content: Content) -> bool:
    """Whether a number has a label that means an invoice's, or stands behind the title of one."""
    return any(
        label.weight >= _SURE_NUMBER or is_invoice_title(line, label.start, label.end)
        for line, label in content.labelled("invoice_number")
        if any(of_label(content, line, label, find_identifier))
    )


def _is_summed(found: dict[str, Candidate]) -> bool:
    net, tax, total = (found.get(field) for field in ("net_amount", "tax_amount", "total_amount"))
    if net is None or tax is None or total is None or not tax.value or total.score < _LABELLED:
        return False
    return bool(abs(net.value + tax.value - total.value) <= _CENT)


def _has_lines_of_total(content: Content, total: Candidate | None) -> bool:
    if total is None or total.score < _LABELLED or not total.value:
        return False
    lines = find_lines(content, {"total_amount": total.value})
    amounts = [values["amount"] for values, _, _ in lines]
    return len(amounts) > 1 and abs(sum(amounts, Decimal(0)) - total.value) <= _CENT
