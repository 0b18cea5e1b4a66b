"""OASIS UBL 2 invoices and credit notes: Peppol BIS Billing, XRechnung, e-FFF, national variants. Elements after
EN 16931-3-2."""

from __future__ import annotations

from service.processing.reader.structured.einvoice import (
    DOCUMENT_TYPE_BY_CODE,
    PAYMENT_MEANS,
    Invoice,
    InvoiceLine,
    cups_in,
    invoices_part,
    joined,
    line_period,
    tax_id,
    unit_price,
)
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import RowBuilder, StructuredItem, StructuredPart, decimal_of


def read_ubl(root: Node) -> StructuredPart:
    """The one invoice or credit note of a document."""
    item = StructuredItem("xml", 0)
    item.text("invoice_number", root.first("ID"))
    code = root.first("InvoiceTypeCode|CreditNoteTypeCode")
    if code is not None:
        item.put("document_type", DOCUMENT_TYPE_BY_CODE.get(code.text), code)
    item.put("document_type", "credit_note" if root.name == "CreditNote" else "invoice", root.first("ID"))
    item.day("issue_date", root.first("IssueDate"))
    item.day("due_date", root.first("DueDate", "PaymentMeans/PaymentDueDate"))
    item.day("start_date", root.first("InvoicePeriod/StartDate"))
    item.day("end_date", root.first("InvoicePeriod/EndDate"))
    _party(item, "supplier", root.first("AccountingSupplierParty/Party"))
    _party(item, "customer", root.first("AccountingCustomerParty/Party"))
    item.text("contract_number", root.first("ContractDocumentReference/ID"))
    address = root.first("Delivery/DeliveryLocation/Address")
    joined(item, "supply_address", address, ("StreetName", "AdditionalStreetName", "PostalZone", "CityName"))
    item.day("delivery_date", root.first("Delivery/ActualDeliveryDate"))
    _amounts(item, root)
    cups_in(item, root)
    lines = [_line(node) for node in root.all("InvoiceLine|CreditNoteLine")]
    remarks = " ".join(node.text for node in root.all("Note"))
    return invoices_part("ubl", [Invoice(item, lines, f"{remarks} {item.values.get('supplier_name', '')}")])


def _party(item: StructuredItem, role: str, party: Node | None) -> None:
    if party is None:
        return
    item.text(f"{role}_name", party.first("PartyName/Name", "PartyLegalEntity/RegistrationName"))
    registrations = list(party.all("PartyTaxScheme"))
    registrations.sort(key=lambda node: node.value("TaxScheme/ID") not in ("VAT", None))
    for registration in registrations:
        number = registration.first("CompanyID")
        if number is not None and any(char.isdigit() for char in number.text):
            tax_id(item, f"{role}_tax_id", number)


def _amounts(item: StructuredItem, root: Node) -> None:
    currency = root.first("DocumentCurrencyCode", "LegalMonetaryTotal/PayableAmount")
    if currency is not None:
        item.put("currency", currency.attributes.get("currencyID", currency.text), currency)
    code = item.values.get("currency")
    totals = root.first("LegalMonetaryTotal") or root
    item.number("net_amount", totals.first("TaxExclusiveAmount"))
    tax_totals = [node for node in root.all("TaxTotal") if _is_in(node.first("TaxAmount"), code)]
    if tax_totals:
        item.number("tax_amount", tax_totals[0].first("TaxAmount"))
    due = totals.first("PayableAmount")
    # UBL before EN 16931 leaves the total out where it is what is to be paid.
    item.number("total_amount", totals.first("TaxInclusiveAmount") or due)
    item.number("amount_due", due)
    item.number("allowance_amount", totals.first("AllowanceTotalAmount"))
    item.number("charge_amount", totals.first("ChargeTotalAmount"))
    withheld = root.first("WithholdingTaxTotal/TaxAmount")
    item.number("withheld_amount", withheld)
    means = root.first("PaymentMeans/PaymentMeansCode")
    item.put("payment_method", PAYMENT_MEANS.get(means.text) if means is not None else None, means)
    item.rows("taxes", [_tax(node) for total in tax_totals for node in total.all("TaxSubtotal")])


def _is_in(amount: Node | None, currency: str | None) -> bool:
    return amount is not None and amount.attributes.get("currencyID") in (None, currency)


def _tax(node: Node) -> RowBuilder:
    row = RowBuilder()
    name = node.first("TaxCategory/TaxScheme/ID", "TaxCategory/TaxScheme/Name")
    row.put("name", name.text if name else None, name)
    for cell, paths in (
        ("rate", ("TaxCategory/Percent", "Percent")),
        ("base", ("TaxableAmount",)),
        ("amount", ("TaxAmount",)),
    ):
        found = node.first(*paths)
        row.put(cell, decimal_of(found), found)
    return row


def _line(node: Node) -> InvoiceLine:
    line = InvoiceLine()
    name = node.first("Item/Name", "Item/Description", "Note")
    line.put("description", name.text if name else None, name)
    code = node.first("Item/SellersItemIdentification/ID", "Item/StandardItemIdentification/ID")
    line.put("code", code.text if code else None, code)
    quantity = node.first("InvoicedQuantity|CreditedQuantity")
    line.put("quantity", decimal_of(quantity), quantity)
    if quantity is not None:
        line.unit_code = quantity.attributes.get("unitCode", "")
        line.put("unit_name", line.unit_code, quantity)
    unit_price(line, node.first("Price/PriceAmount"), node.first("Price/BaseQuantity"))
    rate = node.first("Item/ClassifiedTaxCategory/Percent", "TaxTotal/TaxSubtotal/TaxCategory/Percent")
    line.put("tax_rate", decimal_of(rate), rate)
    amount = node.first("LineExtensionAmount")
    line.put("amount", decimal_of(amount), amount)
    line_period(line, node.first("InvoicePeriod/StartDate"), node.first("InvoicePeriod/EndDate"))
    return line
