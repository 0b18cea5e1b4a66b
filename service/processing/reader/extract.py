"""Stage 5: the items of a document, read by the general reader from words and their places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from service.domain.category import Category
from service.domain.evidence import Evidence
from service.domain.identifiers import has_vat_form, is_spanish_tax_id
from service.domain.items import Item
from service.processing.reader.amounts import (
    TaxRow,
    find_amounts,
    find_tax_rows,
    has_taxes_of_rates,
    printed_rates,
)
from service.processing.reader.content import Content
from service.processing.reader.contracts import find_contract
from service.processing.reader.deliveries import delivery_item
from service.processing.reader.document_titles import find_document_type
from service.processing.reader.find import (
    best,
    candidates,
    find_amount,
    find_phrase,
)
from service.processing.reader.invoice_head import (
    find_due_date,
    find_invoice_number,
    find_issue_date,
)
from service.processing.reader.invoice_lines import find_lines
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.model import Page, TextSource
from service.processing.reader.parties import find_parties
from service.processing.reader.period import find_period
from service.processing.reader.receipts import take_amounts, take_fill
from service.processing.reader.splitting import split
from service.processing.reader.statement_items import read_statement_pages
from service.processing.reader.statement_table import is_statement, read_statement_tables
from service.processing.reader.table_items import extract_tables
from service.processing.reader.utilities import utility_items
from service.processing.reader.wastes import extract_wastes

_EURO_COUNTRIES = re.compile(r"AT|BE|CY|DE|EE|EL|ES|FI|FR|HR|IE|IT|LT|LU|LV|MT|NL|PT|SI|SK")
_CURRENCIES = {"GB": "GBP", "CH": "CHF", "DK": "DKK", "SE": "SEK", "NO": "NOK", "PL": "PLN", "CZ": "CZK", "RO": "RON"}
#: A tax that is rounded line by line may be some cents off that of the sum.
_ROUNDING = Decimal("0.03")
_CENTS = Decimal("0.02")
#: Two days of a paper may be its period; on a slip, which is of one moment, only those that a label says to be.
_LIKELY_PERIOD, _SURE_PERIOD = 0.5, 0.85


@dataclass(frozen=True)
class Extraction:
    """Items in their order, with evidence for each value."""

    items: tuple[Item, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()


def extract(category: Category, pages: Sequence[Page], content: Content | None = None) -> Extraction:
    """The items of a document of this category."""
    content = content or Content(pages)
    if category is Category.BANK_STATEMENT and is_statement(pages):
        return _built(read_statement_tables(pages, content))
    if any(page.source is TextSource.TABLE for page in pages):
        return _built(extract_tables(category, pages, content))
    if category in (Category.UNKNOWN, Category.OTHER) or not content.lines:
        return Extraction()
    if category is Category.WASTES:
        return _built(extract_wastes(content, _common(content, category)))
    if category is Category.BANK_STATEMENT:
        return _built(read_statement_pages(content, find_issue_date(content)))
    documents = split(content, lambda part: _common(part, category).values)
    found = _built([builder for document in documents for builder in _items(document, category)])
    return found if len(documents) == 1 else replace(found, notes=(f"{len(documents)} documents in one file",))


def _built(builders: list[ItemBuilder]) -> Extraction:
    kept = [builder for builder in builders if builder.values]
    evidence = [replace(entry, item=index) for index, builder in enumerate(kept) for entry in builder.evidence]
    return Extraction(tuple(builder.values for builder in kept), tuple(evidence))


def _items(content: Content, category: Category) -> list[ItemBuilder]:
    """The items of one document: several where a utility bill has several supply points."""
    if category in (Category.ELECTRICITY, Category.GAS, Category.WATER):
        return utility_items(content, category, _taxed)
    if category in (Category.FUEL_DELIVERY, Category.RECHARGES):
        return [delivery_item(content, category, _taxed)]
    builder = _taxed(content, category)
    _period(builder, content)
    if category is Category.RECEIPT:
        take_fill(builder, content)
    builder.add_spotted_rows("lines", find_lines(content, builder.values))
    if category is Category.INVOICE:
        builder.take(find_document_type(content))
    return [builder]


def _taxed(content: Content, category: Category) -> ItemBuilder:
    """What every commercial document has, with its taxes by rate."""
    builder = _common(content, category)
    _taxes(builder, content)
    return builder


def _common(content: Content, category: Category) -> ItemBuilder:
    """What every commercial document has: number, dates, parties, amounts, currency."""
    builder = ItemBuilder(category)
    builder.take(find_invoice_number(content))
    builder.take(find_issue_date(content))
    builder.take(find_due_date(content))
    slip = category is Category.RECEIPT or (category is Category.FUEL_DELIVERY and content.is_slip)
    for party in find_parties(content, slip=slip):
        builder.take(party)
    if not take_amounts(builder, content, is_slip=slip):
        for amount in find_amounts(content):
            builder.take(amount)
    builder.take(best(list(candidates(content, ("amount_due",), find_amount))))
    if content.currency is not None:
        code, spot = content.currency
        if spot is not None:
            builder.set("currency", code, spot, 0.95)
    elif content.local_currency is not None:
        builder.set("currency", *content.local_currency, 0.75)
    elif (local := _currency_of(str(builder.values.get("supplier_tax_id", "")))) is not None:
        builder.derive("currency", local, ("supplier_tax_id",), 0.7)
    builder.take(find_contract(content))
    builder.take(best(list(candidates(content, ("payment_method",), find_phrase))))
    return builder


def _currency_of(tax_id: str) -> str | None:
    """The currency of the country whose tax number this is."""
    if is_spanish_tax_id(tax_id):
        return "EUR"
    euro = _EURO_COUNTRIES.match(tax_id) is not None and has_vat_form(tax_id)
    return _CURRENCIES.get(tax_id[:2], "EUR" if euro else None)


def _taxes(builder: ItemBuilder, content: Content) -> None:
    """The taxes by rate; net and tax follow from them when they add up to the total."""
    rows = find_tax_rows(content)
    if (not rows or _are_parts(rows, builder.values)) and _single_rate(builder, content):
        return
    builder.add_rows("taxes", rows, 0.8)
    _taxes_without_bases(builder, content)
    if not rows or "total_amount" not in builder.values:
        return
    tax = sum((row["amount"] for row, _ in rows), start=Decimal(0))
    bases = [row["base"] for row, _ in rows]
    # Rows of several rates have a base each; several taxes on one net amount have it in common.
    for net in (sum(bases, start=Decimal(0)), bases[0]):
        if abs(net + tax - builder.values["total_amount"]) <= _CENTS:
            builder.derive("net_amount", net, tuple(f"taxes[{number}].base" for number in range(len(rows))), 0.8)
            builder.derive("tax_amount", tax, tuple(f"taxes[{number}].amount" for number in range(len(rows))), 0.8)
            return


def _taxes_without_bases(builder: ItemBuilder, content: Content) -> None:
    """Derive the tax from total and net amount where taxes of several rates, printed without bases, add up to it."""
    net, tax, total = (builder.values.get(name) for name in ("net_amount", "tax_amount", "total_amount"))
    if tax is None and net is not None and total is not None and has_taxes_of_rates(content, total - net):
        builder.derive("tax_amount", total - net, ("total_amount", "net_amount"), 0.85)


def _are_parts(rows: Sequence[TaxRow], values: Item) -> bool:
    """Whether rows are those of lines: their taxes aren't the whole tax of a document whose sums are right."""
    net, tax, total = (values.get(name) for name in ("net_amount", "tax_amount", "total_amount"))
    if net is None or tax is None or total is None or abs(net + tax - total) > _CENTS:
        return False
    return bool(abs(sum((row["amount"] for row, _ in rows), start=Decimal(0)) - tax) > _ROUNDING)


def _single_rate(builder: ItemBuilder, content: Content) -> bool:
    """Set the one row of a document whose printed rate makes its tax of its net amount; False where none does."""
    net, tax = builder.values.get("net_amount"), builder.values.get("tax_amount")
    if not isinstance(net, Decimal) or not isinstance(tax, Decimal) or not net or not tax:
        return False
    for rate, spot in sorted(printed_rates(content), key=lambda printed: abs(net * printed[0] / 100 - tax)):
        if rate and abs(net * rate / 100 - tax) <= max(_ROUNDING, abs(net) / 1000):
            row = {"rate": rate, "base": net, "amount": tax}
            builder.add_spotted_rows("taxes", [(row, {"rate": spot}, 0.9)])
            builder.derive_cell("taxes[0].base", ("net_amount",), 0.9)
            builder.derive_cell("taxes[0].amount", ("tax_amount",), 0.9)
            return True
    return False


def _period(builder: ItemBuilder, content: Content) -> None:
    period = find_period(content)
    if period is None or period.score < (_SURE_PERIOD if content.is_slip else _LIKELY_PERIOD):
        return
    if [period.start.value, period.end.value] == [builder.values.get(name) for name in ("issue_date", "due_date")]:
        return  # two days beside each other that are told already
    builder.take(period.start)
    builder.take(period.end)
