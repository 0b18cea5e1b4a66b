"""FatturaPA 1.1 and 1.2, the Italian electronic invoice. Elements after the Agenzia delle Entrate's technical rules."""

from __future__ import annotations

from decimal import Decimal

from service.processing.reader.structured.einvoice import Invoice, InvoiceLine, cups_in, invoices_part, line_period
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import RowBuilder, StructuredItem, StructuredPart, decimal_of

_TYPES = {
    "TD01": "invoice",
    "TD02": "prepayment_invoice",
    "TD03": "prepayment_invoice",
    "TD04": "credit_note",
    "TD05": "debit_note",
    "TD06": "invoice",
    "TD24": "invoice",
    "TD25": "invoice",
}
_PAYMENTS = {"MP01": "cash", "MP02": "cheque", "MP05": "credit transfer", "MP08": "bank card", "MP09": "direct debit"}


def read_fatturapa(root: Node) -> StructuredPart:
    """Every invoice of a lot, an item each."""
    header = root.first("FatturaElettronicaHeader") or root
    invoices = []
    for index, body in enumerate(root.all("FatturaElettronicaBody")):
        item = StructuredItem("xml", index)
        general = body.first("DatiGenerali/DatiGeneraliDocumento") or body
        item.text("invoice_number", general.first("Numero"))
        kind = general.first("TipoDocumento")
        item.put("document_type", _TYPES.get(kind.text) if kind is not None else None, kind)
        item.day("issue_date", general.first("Data"))
        item.text("currency", general.first("Divisa"))
        item.text("contract_number", body.first("DatiGenerali/DatiContratto/IdDocumento"))
        _party(item, "supplier", header.first("CedentePrestatore/DatiAnagrafici"))
        _party(item, "customer", header.first("CessionarioCommittente/DatiAnagrafici"))
        lines = [_line(node) for node in body.all("DatiBeniServizi/DettaglioLinee")]
        _amounts(item, body, general)
        cups_in(item, body)
        remarks = " ".join(node.text for node in general.all("Causale"))
        invoices.append(Invoice(item, lines, f"{remarks} {item.values.get('supplier_name', '')}"))
    return invoices_part("fatturapa", invoices, language="it")


def _party(item: StructuredItem, role: str, party: Node | None) -> None:
    if party is None:
        return
    item.text(f"{role}_name", party.first("Anagrafica/Denominazione"))
    person = party.first("Anagrafica")
    if person is not None and person.first("Cognome") is not None:
        names = [person.value("Nome"), person.value("Cognome")]
        item.put(f"{role}_name", " ".join(name for name in names if name), person.first("Cognome"))
    number = party.first("IdFiscaleIVA/IdCodice")
    if number is not None:
        country = party.value("IdFiscaleIVA/IdPaese") or ""
        item.put(f"{role}_tax_id", country + number.text.removeprefix(country), number)
    item.text(f"{role}_tax_id", party.first("CodiceFiscale"))


def _amounts(item: StructuredItem, body: Node, general: Node) -> None:
    taxes = [_tax(node) for node in body.all("DatiBeniServizi/DatiRiepilogo")]
    item.rows("taxes", taxes)
    for name, cell in (("net_amount", "base"), ("tax_amount", "amount")):
        found = [row for row in taxes if cell in row.values]
        if len(found) == 1:
            item.put(name, found[0].values[cell], found[0].nodes[cell])
        elif found:
            total = sum((row.values[cell] for row in found), Decimal(0))
            item.derive(name, total, [f"taxes[{number}].{cell}" for number in range(len(found))])
    item.number("total_amount", general.first("ImportoTotaleDocumento"))
    item.number("withheld_amount", general.first("DatiRitenuta/ImportoRitenuta"))
    payments = list(body.all("DatiPagamento/DettaglioPagamento"))
    if len(payments) == 1:
        item.number("amount_due", payments[0].first("ImportoPagamento"))
    if payments:
        item.day("due_date", payments[0].first("DataScadenzaPagamento"))
        means = payments[0].first("ModalitaPagamento")
        item.put("payment_method", _PAYMENTS.get(means.text) if means is not None else None, means)
    net, tax = item.values.get("net_amount"), item.values.get("tax_amount")
    if net is not None and tax is not None:
        item.derive("total_amount", net + tax, ("net_amount", "tax_amount"), 0.9)


def _tax(node: Node) -> RowBuilder:
    row = RowBuilder()
    rate = node.first("AliquotaIVA")
    row.put("name", "IVA", rate)
    for name, path in (("rate", "AliquotaIVA"), ("base", "ImponibileImporto"), ("amount", "Imposta")):
        row.put(name, decimal_of(node.first(path)), node.first(path))
    return row


def _line(node: Node) -> InvoiceLine:
    line = InvoiceLine()
    for name, path in (
        ("description", "Descrizione"),
        ("code", "CodiceArticolo/CodiceValore"),
        ("unit_name", "UnitaMisura"),
    ):
        found = node.first(path)
        line.put(name, found.text if found is not None else None, found)
    for name, path in (
        ("quantity", "Quantita"),
        ("unit_price", "PrezzoUnitario"),
        ("tax_rate", "AliquotaIVA"),
        ("amount", "PrezzoTotale"),
    ):
        line.put(name, decimal_of(node.first(path)), node.first(path))
    unit = str(line.values.get("unit_name", "")).lower().rstrip(".")
    line.unit_code = {"kwh": "KWH", "mwh": "MWH", "smc": "MTQ", "mc": "MTQ", "m3": "MTQ", "l": "LTR", "lt": "LTR"}.get(
        unit, ""
    )
    line_period(line, node.first("DataInizioPeriodo"), node.first("DataFinePeriodo"))
    return line
