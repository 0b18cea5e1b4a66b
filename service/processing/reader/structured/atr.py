"""F1 messages of the Spanish electricity market: the distributor's access invoice (CNMC/MITECO, format F1).

Powers stand in watts and are read as kilowatts, as bills print them; access tariffs are told by the names of table 17
of the market's code lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from service.domain.category import Category
from service.processing.reader.structured.einvoice import joined
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import (
    SURE,
    RowBuilder,
    StructuredItem,
    StructuredPart,
    decimal_of,
    make_part,
)

_TARIFFS = {
    "001": "2.0A",
    "003": "3.0A",
    "004": "2.0DHA",
    "005": "2.1A",
    "006": "2.1DHA",
    "007": "2.0DHS",
    "008": "2.1DHS",
    "011": "3.1A",
    "012": "6.1",
    "013": "6.2",
    "014": "6.3",
    "015": "6.4",
    "016": "6.5",
    "017": "6.1B",
    "018": "2.0TD",
    "019": "3.0TD",
    "020": "6.1TD",
    "021": "6.2TD",
    "022": "6.3TD",
    "023": "6.4TD",
    "024": "3.0TDVE",
    "025": "6.1TDVE",
}
_CURRENCIES = {"01": "ESP", "02": "EUR"}
_TYPES = {"N": "invoice", "R": "corrected_invoice", "S": "corrected_invoice", "A": "credit_note", "B": "credit_note"}
_ADDRESS = ("TipoVia", "Calle", "NumeroFinca", "Portal", "Escalera", "Piso", "Puerta", "CodPostal", "Municipio")
_KWH = "kilowatt_hour_(kwh)"


def read_atr(root: Node) -> StructuredPart:
    """Every invoice of a message, an item each: of access (FacturaATR) and of other things."""
    invoices = list(root.all("Facturas/FacturaATR|OtrasFacturas|OtraFactura"))
    due = root.first("Facturas/RegistroFin/FechaLimitePago")
    items = []
    for index, invoice in enumerate(invoices):
        item = StructuredItem("xml", index)
        item.text("cups", root.first("Cabecera/CUPS"))
        general = invoice.first("DatosGeneralesFacturaATR|DatosGeneralesOtrasFacturas") or invoice
        _header(item, general)
        item.day("due_date", due)
        _access(item, general.first("DatosFacturaATR"))
        _energy(item, invoice)
        _meter(item, invoice)
        _taxes(item, invoice)
        items.append(item)
    return make_part("atr-f1", Category.ELECTRICITY, items, language="es")


def _header(item: StructuredItem, general: Node) -> None:
    facts = general.first("DatosGeneralesFactura") or general
    item.text("invoice_number", facts.first("CodigoFiscalFactura|NumeroFactura"))
    item.day("issue_date", facts.first("FechaFactura"))
    item.text("supplier_tax_id", facts.first("IdentificadorEmisora|CIFEmisora"))
    item.number("total_amount", facts.first("ImporteTotalFactura"))
    currency = facts.first("TipoMoneda")
    item.put("currency", _CURRENCIES.get(currency.text) if currency is not None else None, currency)
    kind = facts.first("TipoFactura|IndicativoFacturaRectificadora")
    item.put("document_type", _TYPES.get(kind.text) if kind is not None else None, kind)
    item.text("contract_number", general.first("CodContrato"))
    item.text("customer_tax_id", general.first("Cliente/Identificador"))
    joined(item, "supply_address", general.first("DireccionSuministro"), _ADDRESS)


def _access(item: StructuredItem, access: Node | None) -> None:
    if access is None:
        return
    tariff = access.first("TarifaATRFact")
    if tariff is not None:
        item.put("tariff", _TARIFFS.get(tariff.text, tariff.text), tariff)
    item.day("start_date", access.first("Periodo/FechaDesdeFactura"))
    item.day("end_date", access.first("Periodo/FechaHastaFactura"))


def _energy(item: StructuredItem, invoice: Node) -> None:
    """Consumption and power by tariff period. A message has the periods in their order, without names.

    Prices that change within the invoice make several terms, each with every period: their energies add up.
    """
    terms = list(invoice.all("EnergiaActiva/TerminoEnergiaActiva"))
    columns = _columns([list(term.all("Periodo")) for term in terms])
    powers = [list(term.all("Periodo")) for term in invoice.all("Potencia/TerminoPotencia")]
    latest = powers[-1] if powers else []
    rows = []
    for number in range(max(len(columns), len(latest))):
        row = RowBuilder()
        column = columns[number] if number < len(columns) else []
        values = [(node, decimal_of(node)) for period in column for node in period.all("ValorEnergiaActiva")]
        known = [(node, value) for node, value in values if value is not None]
        if known:
            row.put("quantity", sum((value for _, value in known), Decimal(0)), known[0][0])
        if len(column) == 1:
            row.put("unit_price", decimal_of(column[0].first("PrecioEnergia")), column[0].first("PrecioEnergia"))
        power = latest[number].first("PotenciaContratada") if number < len(latest) else None
        row.put("contracted_power", _kilowatts(power), power)
        if row.values:
            row.put("period", f"P{number + 1}", next(iter(row.nodes.values())))
            rows.append(row)
    quantities = [(n, row) for n, row in enumerate(rows) if "quantity" in row.values]
    if quantities:
        total = sum((row.values["quantity"] for _, row in quantities), Decimal(0))
        sources = [f"tariff_periods[{number}].quantity" for number, _ in quantities]
        if len(quantities) == 1 and len(terms) == 1:
            item.put("quantity", total, quantities[0][1].nodes["quantity"])
        else:
            item.derive("quantity", total, sources)
        item.put("unit", _KWH, quantities[0][1].nodes["quantity"])
    item.rows("tariff_periods", rows)
    contracted = {row.values["contracted_power"] for row in rows if "contracted_power" in row.values}
    if len(contracted) == 1:
        row = next(row for row in rows if "contracted_power" in row.values)
        item.put("contracted_power", contracted.pop(), row.nodes["contracted_power"])


def _columns(terms: Sequence[list[Node]]) -> list[list[Node]]:
    return [
        [term[number] for term in terms if number < len(term)]
        for number in range(max((len(term) for term in terms), default=0))
    ]


def _kilowatts(power: Node | None) -> Decimal | None:
    watts = decimal_of(power)
    return watts / 1000 if watts is not None else None


def _meter(item: StructuredItem, invoice: Node) -> None:
    """The meter; its readings when one register alone counted the active energy, without a factor."""
    for device in invoice.all("Medidas/ModeloAparato|Aparato"):
        item.text("meter_number", device.first("NumeroSerie"))
    registers = [
        register
        for register in invoice.all("Medidas/ModeloAparato|Aparato/Integrador")
        if register.value("Magnitud") == "AE"
    ]
    if len(registers) == 1 and decimal_of(registers[0].first("ConstanteMultiplicadora")) in (None, 1):
        item.number("previous_reading", registers[0].first("LecturaDesde/Lectura"))
        item.number("current_reading", registers[0].first("LecturaHasta/Lectura"))


def _taxes(item: StructuredItem, invoice: Node) -> None:
    rows = []
    for name, path in (("IVA", "IVA|IVAReducido"), ("IGIC", "IGIC"), ("IE", "ImpuestoElectrico")):
        for node in invoice.all(path):
            row = RowBuilder()
            row.put("name", name, node.first("Porcentaje"))
            for cell, element in (("rate", "Porcentaje"), ("base", "BaseImponible"), ("amount", "Importe")):
                row.put(cell, decimal_of(node.first(element)), node.first(element))
            if row.values.get("amount") or name == "IVA":
                rows.append(row)
    item.rows("taxes", rows)
    added = [(n, row) for n, row in enumerate(rows) if row.values.get("name") in ("IVA", "IGIC")]
    for field, cell in (("net_amount", "base"), ("tax_amount", "amount")):
        found = [(number, row) for number, row in added if cell in row.values]
        if len(found) == 1:
            item.put(field, found[0][1].values[cell], found[0][1].nodes[cell], SURE)
        elif found:
            total = sum((row.values[cell] for _, row in found), Decimal(0))
            item.derive(field, total, [f"taxes[{number}].{cell}" for number, _ in found])
