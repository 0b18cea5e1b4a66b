"""UN/CEFACT Cross Industry Invoice: Factur-X and ZUGFeRD in every profile and version, XRechnung, Order-X.

Elements after EN 16931-3-3 and the ZUGFeRD 1.0 schema, which names some of them otherwise.
"""

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

_DOCUMENT = "ExchangedDocument|HeaderExchangedDocument"
_TRANSACTION = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
_AGREEMENT = "ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_DELIVERY = "ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
_SETTLEMENT = "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMS = "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
_TERMS = "SpecifiedTradePaymentTerms"
_PERIOD = "BillingSpecifiedPeriod"
_DAY = "DateTimeString|DateString"
_RATE = "RateApplicablePercent|ApplicablePercent"
_ORDERS = {"220", "230", "231", "325"}


def read_cii(root: Node) -> StructuredPart:
    """The one invoice of a document; an order is of the category `other`."""
    document = root.first(_DOCUMENT) or root
    transaction = root.first(_TRANSACTION) or root
    agreement = transaction.first(_AGREEMENT) or transaction
    delivery = transaction.first(_DELIVERY) or transaction
    settlement = transaction.first(_SETTLEMENT) or transaction
    item = StructuredItem("xml", 0)
    code = document.value("TypeCode") or ""
    item.text("invoice_number", document.first("ID"))
    item.put("document_type", DOCUMENT_TYPE_BY_CODE.get(code), document.first("TypeCode"))
    item.day("issue_date", document.first(f"IssueDateTime/{_DAY}", "IssueDateTime"))
    _parties(item, agreement)
    item.text("contract_number", agreement.first("ContractReferencedDocument/IssuerAssignedID|ID"))
    address = delivery.first("ShipToTradeParty/PostalTradeAddress")
    joined(item, "supply_address", address, ("LineOne", "LineTwo", "PostcodeCode", "CityName"))
    item.day("delivery_date", delivery.first(f"ActualDeliverySupplyChainEvent/OccurrenceDateTime/{_DAY}"))
    _settlement(item, settlement)
    cups_in(item, agreement)
    lines = [_line(node) for node in transaction.all("IncludedSupplyChainTradeLineItem") if _is_charged(node)]
    # In the extended profile of ZUGFeRD 1.0 a line may be a remark without anything that is charged.
    lines = [line for line in lines if "amount" in line.values or "quantity" in line.values]
    remarks = " ".join(node.text for node in document.all("IncludedNote/Content"))
    name = document.value("Name") or ""
    invoice = Invoice(item, lines, f"{name} {remarks} {item.values.get('supplier_name', '')}", code not in _ORDERS)
    form = "order-x" if "Order" in root.name or "SCRDM" in root.name else "cii"
    return invoices_part(form, [invoice])


def _parties(item: StructuredItem, agreement: Node) -> None:
    for role, party in (("supplier", "SellerTradeParty"), ("customer", "BuyerTradeParty")):
        node = agreement.first(party)
        if node is None:
            continue
        item.text(f"{role}_name", node.first("Name", "SpecifiedLegalOrganization/TradingBusinessName"))
        numbers = list(node.all("SpecifiedTaxRegistration/ID"))
        # VA is the VAT number, FC the local tax number (UNTDID 1153).
        for scheme in ("VA", "FC", None):
            for number in numbers:
                if scheme in (None, number.attributes.get("schemeID")):
                    tax_id(item, f"{role}_tax_id", number)


def _settlement(item: StructuredItem, settlement: Node) -> None:
    currency = settlement.first("InvoiceCurrencyCode", "OrderCurrencyCode")
    item.text("currency", currency)
    code = currency.text if currency is not None else None
    sums = settlement.first(_SUMS, "SpecifiedTradeSettlementHeaderMonetarySummation") or settlement
    item.number("net_amount", _in_currency(sums, "TaxBasisTotalAmount", code))
    item.number("tax_amount", _in_currency(sums, "TaxTotalAmount", code))
    item.number("total_amount", _in_currency(sums, "GrandTotalAmount", code))
    item.number("amount_due", sums.first("DuePayableAmount"))
    item.number("allowance_amount", sums.first("AllowanceTotalAmount"))
    item.number("charge_amount", sums.first("ChargeTotalAmount"))
    item.day("due_date", settlement.first(f"{_TERMS}/DueDateDateTime/{_DAY}", f"{_TERMS}/DueDateDateTime"))
    item.day("start_date", settlement.first(f"{_PERIOD}/StartDateTime/{_DAY}"))
    item.day("end_date", settlement.first(f"{_PERIOD}/EndDateTime/{_DAY}"))
    means = settlement.first("SpecifiedTradeSettlementPaymentMeans/TypeCode")
    item.put("payment_method", PAYMENT_MEANS.get(means.text) if means is not None else None, means)
    item.rows("taxes", [_tax(node) for node in settlement.all("ApplicableTradeTax")])


def _in_currency(sums: Node, name: str, currency: str | None) -> Node | None:
    """The amount in the invoice's own currency: the tax may be told in the accounting currency as well."""
    found = [node for node in sums.all(name) if node.text]
    own = [node for node in found if node.attributes.get("currencyID") in (None, currency)]
    return next(iter(own or found), None)


def _tax(node: Node) -> RowBuilder:
    row = RowBuilder()
    row.put("name", node.value("TypeCode"), node.first("TypeCode"))
    for name, path in (("rate", _RATE), ("base", "BasisAmount"), ("amount", "CalculatedAmount")):
        row.put(name, decimal_of(node.first(path)), node.first(path))
    return row


def _is_charged(node: Node) -> bool:
    """Whether a line counts: in the extended profile some only sum up others or tell something (BT-X-8)."""
    return node.value("AssociatedDocumentLineDocument/LineStatusReasonCode") not in ("GROUP", "INFORMATION")


def _line(node: Node) -> InvoiceLine:
    line = InvoiceLine()
    product = node.first("SpecifiedTradeProduct") or node
    agreement = node.first("SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement") or node
    delivery = node.first("SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery") or node
    settlement = node.first("SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement") or node
    name = product.first("Name", "Description")
    note = node.first("AssociatedDocumentLineDocument/IncludedNote/Content")
    line.put("description", (name or note or node).text, name or note)
    code = product.first("SellerAssignedID", "GlobalID", "BuyerAssignedID")
    line.put("code", code.text if code else None, code)
    quantity = delivery.first("BilledQuantity|RequestedQuantity")
    line.put("quantity", decimal_of(quantity), quantity)
    if quantity is not None:
        line.unit_code = quantity.attributes.get("unitCode", "")
        line.put("unit_name", line.unit_code, quantity)
    price = agreement.first("NetPriceProductTradePrice", "GrossPriceProductTradePrice")
    if price is not None:
        unit_price(line, price.first("ChargeAmount"), price.first("BasisQuantity"))
    rate = settlement.first(f"ApplicableTradeTax/{_RATE}")
    line.put("tax_rate", decimal_of(rate), rate)
    sums = "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
    amount = settlement.first(f"{sums}/LineTotalAmount")
    line.put("amount", decimal_of(amount), amount)
    line_period(
        line, settlement.first(f"{_PERIOD}/StartDateTime/{_DAY}"), settlement.first(f"{_PERIOD}/EndDateTime/{_DAY}")
    )
    return line
