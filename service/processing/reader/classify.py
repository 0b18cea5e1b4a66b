"""Stage 4: which category a document belongs to.

A trained model and the vocabulary's terms, weighed together, give each category a calibrated probability; where none is
likely enough the document is unknown, unless it proves itself an invoice or a statement. Structured parts, and tables
that are statements, say by themselves what they are.
"""

from collections.abc import Sequence

from service.domain.category import Category
from service.processing.reader.category_model import PRODUCER, shipped
from service.processing.reader.category_terms import term_scores
from service.processing.reader.content import Content
from service.processing.reader.document_titles import find_document_type, other_title
from service.processing.reader.invoice_proof import proves_invoice
from service.processing.reader.layout import fold
from service.processing.reader.model import Classification, Page
from service.processing.reader.statement_proof import proves_statement
from service.processing.reader.statement_table import is_statement
from service.processing.reader.text_features import features

_MAX_CHARACTERS = 60_000
_STATEMENT_TABLE = 0.97
#: The labels that speak for an invoice, and how much; slips and bills have some of them too.
_LABELS_OF_INVOICES = {
    "invoice_number": 2.0,
    "due_date": 2.0,
    "customer_name": 1.0,
    "customer_tax_id": 1.0,
    "withheld_amount": 2.0,
    "net_amount": 1.0,
    "tax_amount": 0.5,
    "total_amount": 0.5,
    "issue_date": 0.5,
}
#: What was paid at the till has no day by which it is due.
_LABELS_ON_A_SLIP = {"due_date": 4.0}
#: The title of a paper that asks for no payment: what is left of an invoice's and a receipt's score, and how much it
#: speaks for another document. Papers that go with goods may be of a category of their own.
_TITLED = {"other": (0.2, 18.0), "delivery": (0.2, 12.0)}
#: How surely a document whose words say too little is what its sums prove: papers nobody thought of have sums too.
_PROVEN = 0.8


def classify(pages: Sequence[Page], content: Content | None = None) -> Classification:
    """The category of a document with its probability; UNKNOWN when none is likely enough.

    The probability of UNKNOWN is that of the best guess being wrong; the guess is the first of the alternatives.
    """
    content = content or Content(pages)
    part = next((page.structured for page in pages if page.structured), None)
    if part is not None:
        return Classification(part.category, part.probability, (), part.language or content.language)
    if is_statement(pages):
        return Classification(Category.BANK_STATEMENT, _STATEMENT_TABLE, (), content.language)
    model = shipped()
    if not len(features(content.text)[0]):
        return Classification(Category.UNKNOWN, 1.0, (), content.language, PRODUCER, model.version)
    found = model.probabilities(content.text, terms_of(content))
    ranked = sorted(((round(share, 4), category) for category, share in found.items()), reverse=True)
    proven = _proven_category(ranked[0], model.threshold, content)
    if proven is not None:
        return _proven(proven, ranked, content, model.version)
    if ranked[0][0] < model.threshold:
        ranked.insert(0, (round(1 - ranked[0][0], 4), Category.UNKNOWN))
    probability, category = ranked[0]
    alternatives = tuple((other, share) for share, other in ranked[1:4] if share > 0.01)
    return Classification(category, probability, alternatives, content.language, PRODUCER, model.version)


def _proven_category(likeliest: tuple[float, Category], threshold: float, content: Content) -> Category | None:
    """What a page proves to be where nothing is likely enough, or where its words say otherwise than its title or term.

    What is to be paid until a day has not been paid: it is no receipt.
    """
    share, category = likeliest
    if share < threshold and proves_statement(content):
        return Category.BANK_STATEMENT
    titled = category is Category.OTHER and find_document_type(content) is not None
    unpaid = category is Category.RECEIPT and not content.is_slip and any(content.labelled("due_date"))
    asked = share < threshold or titled or unpaid
    return Category.INVOICE if asked and proves_invoice(content) else None


def _proven(proven: Category, ranked: list[tuple[float, Category]], content: Content, version: str) -> Classification:
    """A category by the page's own proof; what the model held likelier shares the rest."""
    others = [(category, share) for share, category in ranked if category is not proven]
    rest = sum(share for _, share in others) or 1.0
    shared = ((category, round(share / rest * (1 - _PROVEN), 4)) for category, share in others[:3])
    alternatives = tuple((category, share) for category, share in shared if share > 0.01)
    return Classification(proven, _PROVEN, alternatives, content.language, PRODUCER, version)


def terms_of(content: Content) -> dict[Category, float]:
    """What the vocabulary's terms say of a document, and the labels of an invoice's fields, in whatever language."""
    scores = term_scores(fold(content.text[:_MAX_CHARACTERS]), slip=content.is_slip)
    labels = _LABELS_ON_A_SLIP if content.is_slip else _LABELS_OF_INVOICES
    labelled = {label.field for _, label in content.labelled(*labels)}
    scores[Category.INVOICE] += sum(labels[field] for field in labelled)
    title = other_title(content)
    if title is not None:
        left, more = _TITLED[title]
        for category in (Category.INVOICE, Category.RECEIPT):
            scores[category] *= left
        scores[Category.OTHER] += more
    return scores
