"""Facturae 3.0 to 3.2.2, the Spanish public administration's invoice, signed (.xsig) or not.

Elements after the schema that Orden HAP/1650/2015 refers to. The signature is not verified.
"""

from __future__ import annotations

from decimal import Decimal

from service.processing.reader.structured.einvoice import (
    Invoice,
    InvoiceLine,
    cups_in,
    invoices_part,
    line_period,
    tax_id,
)
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import RowBuilder, StructuredItem, StructuredPart, decimal_of

# The schema's code lists, as far as a name or a code of UN/ECE recommendation 20 belongs to it.
_TAXES = {"01": "IVA", "02": "IPSI", "03": "IGIC", "04": "IRPF", "05": "otro", "07": "IE", "08": "Ra", "09": "IGTECM"}
_UNITS = {"01": "C62", "02": "HUR", "03": "KGM", "04": "LTR", "21": "GRM", "33": "MTQ", "36": "KWH"}
_PAYMENTS = {"01": "cash", "02": "direct debit", "04": "credit transfer", "14": "bank card", "19": "bank card"}
_CLASSES = {"OO": "invoice", "OR": "corrected_invoice", "OC": "invoice", "CO": "invoice", "CR": "corrected_invoice"}


def read_facturae(root: Node) -> StructuredPart:
    """Every invoice of a batch, an item each."""
    parties = root.first("Parties") or root
    currency = root.first("FileHeader/Batch/InvoiceCurrencyCode")
    invoices, language = [], None
    for index, node in enumerate(root.all("Invoices/Invoice")):
        item = StructuredItem("xml", index)
        _header(item, node, currency)
        _party(item, "supplier", parties.first("SellerParty"))
        _party(item, "customer", parties.first("BuyerParty"))
        _amounts(item, node)
        cups_in(item, node)
        language = language or node.value("InvoiceIssueData/LanguageName")
        remarks = " ".join(entry.text for entry in node.walk() if entry.name == "InvoiceAdditionalInformation")
        lines = [_line(entry) for entry in node.all("Items/InvoiceLine")]
        invoices.append(Invoice(item, lines, f"{remarks} {item.values.get('supplier_name', '')}"))
    return invoices_part("facturae", invoices, language=language)


def _header(item: StructuredItem, node: Node, currency: Node | None) -> None:
    item.text("invoice_number", node.first("InvoiceHeader/InvoiceNumber"))
    kind = node.first("InvoiceHeader/InvoiceClass")
    item.put("document_type", _CLASSES.get(kind.text) if kind is not None else None, kind)
    item.day("issue_date", node.first("InvoiceIssueData/IssueDate"))
    item.day("start_date", node.first("InvoiceIssueData/InvoicingPeriod/StartDate"))
    item.day("end_date", node.first("InvoiceIssueData/InvoicingPeriod/EndDate"))
    item.text("currency", node.first("InvoiceIssueData/InvoiceCurrencyCode") or currency)
    item.day("due_date", node.first("PaymentDetails/Installment/InstallmentDueDate"))
    means = node.first("PaymentDetails/Installment/PaymentMeans")
    item.put("payment_method", _PAYMENTS.get(means.text) if means is not None else None, means)
    item.text("contract_number", node.first("Items/InvoiceLine/ReceiverContractReference"))


def _party(item: StructuredItem, role: str, party: Node | None) -> None:
    if party is None:
        return
    tax_id(item, f"{role}_tax_id", party.first("TaxIdentification/TaxIdentificationNumber"))
    item.text(f"{role}_name", party.first("LegalEntity/CorporateName"))
    person = party.first("Individual")
    if person is not None:
        names = [person.value(name) for name in ("Name", "FirstSurname", "SecondSurname")]
        item.put(f"{role}_name", " ".join(name for name in names if name), person.first("Name"))


def _amounts(item: StructuredItem, node: Node) -> None:
    totals = node.first("InvoiceTotals") or node
    item.number("net_amount", totals.first("TotalGrossAmountBeforeTaxes"))
    item.number("tax_amount", totals.first("TotalTaxOutputs"))
    item.number("total_amount", totals.first("InvoiceTotal"))
    item.number("amount_due", totals.first("TotalExecutableAmount", "TotalOutstandingAmount"))
    for name, path in (
        ("withheld_amount", "TotalTaxesWithheld"),
        ("allowance_amount", "TotalGeneralDiscounts"),
        ("charge_amount", "TotalGeneralSurcharges"),
    ):
        found = totals.first(path)
        if decimal_of(found):
            item.number(name, found)
    item.rows(
        "taxes",
        [_tax(tax, 1) for tax in node.all("TaxesOutputs/Tax")]
        + [_tax(tax, -1) for tax in node.all("TaxesWithheld/Tax")],
    )


def _tax(node: Node, sign: int) -> RowBuilder:
    row = RowBuilder()
    code = node.first("TaxTypeCode")
    row.put("name", _TAXES.get(code.text, code.text) if code is not None else None, code)
    row.put("rate", decimal_of(node.first("TaxRate")), node.first("TaxRate"))
    for name, path in (("base", "TaxableBase/TotalAmount"), ("amount", "TaxAmount/TotalAmount")):
        amount = decimal_of(node.first(path))
        signed = amount * sign if amount is not None and name == "amount" else amount
        row.put(name, signed, node.first(path))
    return row


def _line(node: Node) -> InvoiceLine:
    line = InvoiceLine()
    for name, path in (("description", "ItemDescription"), ("code", "ArticleCode")):
        found = node.first(path)
        line.put(name, found.text if found is not None else None, found)
    unit = node.first("UnitOfMeasure")
    if unit is not None:
        line.unit_code = _UNITS.get(unit.text, "")
        line.put("unit_name", line.unit_code, unit)
    for name, path in (
        ("quantity", "Quantity"),
        ("unit_price", "UnitPriceWithoutTax"),
        ("tax_rate", "TaxesOutputs/Tax/TaxRate"),
        ("amount", "GrossAmount"),
    ):
        line.put(name, decimal_of(node.first(path)), node.first(path))
    if line.values.get("amount") is None:
        line.put("amount", decimal_of(node.first("TotalCost")) or Decimal(0), node.first("TotalCost"))
    line_period(line, node.first("LineItemPeriod/StartDate"), node.first("LineItemPeriod/EndDate"))
    return line
