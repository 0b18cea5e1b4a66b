"""Electricity, water and gas bills in several layouts and languages."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from tests.documents.bills import CENT, Bill, make_bill, money, numeric, truth, written
from tests.documents.canvas import Sheet
from tests.documents.truth import Made


def spanish_light_summary(bill: Bill) -> bytes:
    sheet = Sheet()
    sheet.text(40, 50, bill.supplier.split()[0].upper(), 22, bold=True)
    sheet.text(40, 66, f"{bill.supplier} · CIF {bill.tax_id} · C/ Gran Vía 20, 28013 Madrid", 7)
    sheet.text(330, 50, "FACTURA DE ELECTRICIDAD", 12, bold=True)
    sheet.pairs(
        330,
        80,
        [
            ("Nº factura:", bill.number),
            ("Fecha emisión:", numeric(bill.issued, "es")),
            ("Periodo facturación:", f"{numeric(bill.start, 'es')} - {numeric(bill.end, 'es')}"),
            ("Contrato nº:", bill.contract),
        ],
        gap=110,
    )
    sheet.text(40, 110, bill.customer)
    sheet.text(40, 122, "Polígono Industrial Sur, nave 4")
    sheet.text(40, 134, "08001 Barcelona")
    sheet.text(40, 170, "RESUMEN DE LA FACTURA", 11, bold=True)
    energy = (bill.net * Decimal("0.7")).quantize(CENT)
    y = 190.0
    for label, value in (
        ("Potencia", bill.net - energy),
        ("Energía", energy),
        ("Impuesto eléctrico incluido", Decimal(0)),
        ("IVA 21%", bill.tax),
    ):
        sheet.text(40, y, label)
        sheet.right(280, y, money(value, "es") + " €")
        y += 14
    sheet.text(40, y + 4, "TOTAL IMPORTE FACTURA", 10, bold=True)
    sheet.right(280, y + 4, money(bill.total, "es") + " €", 10, bold=True)
    sheet.text(40, y + 40, "INFORMACIÓN DEL CONSUMO ELÉCTRICO", 11, bold=True)
    rows = [["", "Punta", "Llano", "Valle"], ["Consumo (kWh)", *(money(part, "es", 0) for part in bill.parts)]]
    y = sheet.table(40, y + 50, rows, (120, 80, 80, 80))
    sheet.text(40, y + 16, f"Consumo total de esta factura: {money(bill.quantity, 'es', 0)} kWh")
    sheet.text(40, y + 30, f"Su consumo medio diario en el periodo facturado ha sido de {money(bill.net / 31, 'es')} €")
    sheet.text(40, y + 44, f"Consumo acumulado del último año: {money(bill.quantity * 11 + 7, 'es', 0)} kWh")
    sheet.bars(330, y, [("ene", 300), ("feb", 250), ("mar", 410)])
    y = sheet.pairs(
        40,
        y + 80,
        [
            ("Titular del contrato:", bill.customer),
            ("NIF titular:", bill.customer_id),
            ("CUPS:", bill.cups),
            ("Peaje de acceso:", "3.0TD"),
            ("Potencia contratada punta:", "15,5 kW"),
            ("Forma de pago:", "Domiciliación bancaria"),
        ],
        gap=150,
    )
    sheet.text(
        40,
        800,
        f"{bill.supplier}. Inscrita en el Registro Mercantil de Madrid, Tomo 1234, Folio 56. NIF {bill.tax_id}",
        6,
    )
    return sheet.finish()


def spanish_light_detail(bill: Bill) -> bytes:
    sheet = Sheet("Courier")
    sheet.text(40, 40, bill.supplier, 12, bold=True)
    sheet.text(40, 54, f"N.I.F.: {bill.tax_id[0]}-{bill.tax_id[1:]}", 8)
    sheet.stacked(
        40,
        90,
        [
            ("NÚMERO DE FACTURA", bill.number),
            ("FECHA DE FACTURA", written(bill.issued, "es")),
            ("IMPORTE TOTAL", money(bill.total, "es") + " EUR"),
        ],
    )
    sheet.stacked(300, 90, [("CLIENTE", bill.customer), ("NIF/CIF", bill.customer_id), ("CUPS", bill.cups)])
    sheet.text(40, 200, f"Periodo de facturación: del {written(bill.start, 'es')} al {written(bill.end, 'es')}", 8)
    rows = [["Concepto", "Consumo", "Precio", "Importe"]]
    price = Decimal("0.142310")
    for name, part in zip(("P1", "P2", "P3"), bill.parts, strict=True):
        rows.append(
            [
                f"Energía activa {name}",
                f"{money(part, 'es', 0)} kWh",
                f"{money(price, 'es', 6)} €/kWh",
                money((part * price).quantize(CENT), "es"),
            ]
        )
    rows.append(["Total energía", f"{money(bill.quantity, 'es', 0)} kWh", "", ""])
    y = sheet.table(40, 215, rows, (170, 90, 110, 80), grid=False)
    y = sheet.table(
        40,
        y + 20,
        [
            ["Base imponible", "% IVA", "Cuota IVA", "Total factura"],
            [money(bill.net, "es"), "21,00", money(bill.tax, "es"), money(bill.total, "es") + " €"],
        ],
        (110, 60, 90, 110),
    )
    sheet.text(
        40,
        y + 30,
        "Lecturas del contador nº 0123456789: lectura anterior 10.200 kWh (real), lectura actual 98.000 kWh",
        7,
    )
    return sheet.finish()


def english_bill(category: str, bill: Bill, unit_text: str) -> bytes:
    sheet = Sheet()
    title = {"electricity": "Electricity", "water": "Water", "gas": "Gas"}[category]
    sheet.text(40, 45, bill.supplier, 16, bold=True)
    sheet.text(40, 60, "1 Quay Street, Bristol BS1 4XX", 8)
    sheet.text(360, 45, f"Your {title.lower()} bill", 14, bold=True)
    sheet.pairs(
        360,
        75,
        [
            ("Invoice number", bill.number),
            ("Invoice date", written(bill.issued, "en")),
            ("Account number", bill.contract),
            ("VAT reg no", bill.tax_id),
        ],
        gap=95,
    )
    sheet.text(40, 90, "Bill to:", bold=True)
    sheet.text(40, 103, bill.customer)
    sheet.text(40, 116, "Unit 4, Trading Estate, Leeds LS1 1AA")
    sheet.text(40, 160, f"Billing period: {written(bill.start, 'en')} to {written(bill.end, 'en')}", 10, bold=True)
    before = Decimal(48210)
    rows = [
        ["Meter number", "Previous reading", "Current reading", f"{title} used"],
        [
            "M17K00231",
            money(before, "en", 0),
            money(before + bill.quantity, "en", 0),
            f"{money(bill.quantity, 'en', 0)} {unit_text}",
        ],
    ]
    y = sheet.table(40, 180, rows, (110, 110, 110, 120))
    y += 30
    standing = Decimal("12.40")
    for label, value in (
        (f"{title} charges: {money(bill.quantity, 'en', 0)} {unit_text}", bill.net - standing),
        ("Standing charge 31 days @ 40.00p", standing),
        ("Total excluding VAT", bill.net),
        ("VAT at 20%", bill.tax),
    ):
        sheet.text(40, y, label)
        sheet.right(400, y, "£" + money(value, "en"))
        y += 14
    sheet.text(40, y + 6, "Total amount due", 11, bold=True)
    sheet.right(400, y + 6, "£" + money(bill.total, "en"), 11, bold=True)
    sheet.text(
        40,
        y + 40,
        f"Same period last year you used {money(bill.quantity + 321, 'en', 0)} {unit_text}. "
        f"Estimated annual consumption: {money(bill.quantity * 9, 'en', 0)} {unit_text}.",
        8,
    )
    sheet.text(40, y + 54, f"Payment due by {written(bill.issued + timedelta(days=14), 'en')} by Direct Debit.", 8)
    sheet.text(40, 800, f"{bill.supplier}. Registered in England No. 01234567.", 6)
    return sheet.finish()


def spanish_water(bill: Bill) -> bytes:
    sheet = Sheet()
    sheet.text(40, 45, bill.supplier, 14, bold=True)
    sheet.text(40, 58, f"CIF: {bill.tax_id}  Avda. del Puerto 3, 46021 Valencia  Tel. 900 123 123", 7)
    sheet.text(40, 90, "FACTURA DEL SERVICIO DE AGUA", 12, bold=True)
    rows = [
        ["Núm. factura", "Fecha factura", "Póliza", "Periodo"],
        [
            bill.number,
            numeric(bill.issued, "es"),
            bill.contract,
            f"{numeric(bill.start, 'es')} a {numeric(bill.end, 'es')}",
        ],
    ]
    sheet.table(40, 105, rows, (110, 90, 90, 150))
    sheet.text(320, 170, bill.customer, bold=True)
    sheet.text(320, 182, f"NIF: {bill.customer_id}")
    sheet.text(320, 194, "C/ Molino 12, 46021 Valencia")
    rows = [
        ["Nº contador", "Calibre", "Lectura anterior", "Lectura actual", "Consumo m3"],
        ["C18-99871", "15 mm", "1.204", money(Decimal(1204) + bill.quantity, "es", 0), money(bill.quantity, "es", 0)],
    ]
    y = sheet.table(40, 220, rows, (90, 60, 100, 100, 90))
    part = (bill.net / 4).quantize(CENT)
    rows = [
        ["Concepto", "Cantidad", "Precio", "Importe"],
        ["Abastecimiento: cuota de servicio", "2 meses", money(part / 2, "es", 4), money(part, "es")],
        ["Abastecimiento: consumo", f"{bill.quantity} m3", "0,7612", money(part, "es")],
        ["Alcantarillado", f"{bill.quantity} m3", "0,2000", money(part, "es")],
        ["Canon de saneamiento", f"{bill.quantity} m3", "0,4500", money(bill.net - 3 * part, "es")],
    ]
    y = sheet.table(40, y + 20, rows, (200, 80, 80, 80), grid=False)
    y = sheet.pairs(
        300,
        y + 25,
        [
            ("Base imponible", money(bill.net, "es") + " €"),
            ("IVA", money(bill.tax, "es") + " €"),
            ("TOTAL A PAGAR", money(bill.total, "es") + " €"),
        ],
        gap=110,
    )
    sheet.text(40, y + 20, "Histórico de consumos (m3):", 8)
    sheet.bars(60, y + 80, [("1T", 31), ("2T", 44), ("3T", 52), ("4T", 29)])
    return sheet.finish()


def spanish_gas(bill: Bill) -> bytes:
    sheet = Sheet()
    sheet.text(330, 45, bill.supplier, 11, bold=True)
    sheet.text(330, 58, f"NIF {bill.tax_id}", 8)
    sheet.text(40, 45, "Factura de gas natural", 16, bold=True)
    sheet.pairs(
        40,
        80,
        [
            ("Factura nº", bill.number),
            ("Fecha de emisión", numeric(bill.issued, "es")),
            ("Fecha de cargo", numeric(bill.issued + timedelta(days=7), "es")),
            ("Importe total", money(bill.total, "es") + " €"),
        ],
    )
    sheet.text(330, 100, "Datos del cliente", bold=True)
    sheet.text(330, 113, bill.customer)
    sheet.text(330, 126, f"NIF: {bill.customer_id}")
    sheet.pairs(
        40,
        170,
        [
            ("CUPS", bill.cups),
            ("Tarifa de acceso", "RL.4"),
            ("Fecha inicio", numeric(bill.start, "es")),
            ("Fecha fin", numeric(bill.end, "es")),
        ],
    )
    volume = (bill.quantity / Decimal("11.63")).quantize(Decimal(1))
    rows = [
        ["Consumo m³", "Factor de conversión", "Consumo kWh"],
        [money(volume, "es", 0), "11,630 kWh/m³", money(bill.quantity, "es", 0)],
    ]
    y = sheet.table(40, 245, rows, (100, 140, 100))
    for label, value in (
        ("Término fijo 60 días x 0,21 €/día", Decimal("12.60")),
        (f"Término variable {money(bill.quantity, 'es', 0)} kWh x 0,0712 €/kWh", bill.net - Decimal("12.60")),
        ("Base imponible", bill.net),
        ("IVA 21% s/ " + money(bill.net, "es"), bill.tax),
        ("Total factura", bill.total),
    ):
        y += 16
        sheet.text(40, y, label)
        sheet.right(380, y, money(value, "es") + " €")
    return sheet.finish()


_WORDS = {
    "pt": {
        "title": "FATURA DE {x}",
        "electricity": "ELETRICIDADE",
        "water": "ÁGUA",
        "number": "Fatura n.º",
        "date": "Data de emissão",
        "period": "Período de faturação",
        "join": "a",
        "tax": "NIF",
        "client": "Cliente",
        "used": "Consumo total",
        "net": "Total sem IVA",
        "vat": "IVA (23%)",
        "total": "Total a pagar",
        "due": "Data limite de pagamento",
        "account": "N.º contrato",
    },
    "fr": {
        "title": "Votre facture {x}",
        "electricity": "d'électricité",
        "water": "d'eau",
        "number": "Facture n°",
        "date": "Date de facture",
        "period": "Période de facturation : du",
        "join": "au",
        "tax": "N° TVA",
        "client": "Titulaire du contrat",
        "used": "Consommation facturée",
        "net": "Total HT",
        "vat": "TVA 20 %",
        "total": "Total TTC à payer",
        "due": "Date limite de paiement",
        "account": "Référence client",
    },
    "de": {
        "title": "{x}rechnung",
        "electricity": "Strom",
        "gas": "Erdgas",
        "number": "Rechnungsnummer",
        "date": "Rechnungsdatum",
        "period": "Abrechnungszeitraum",
        "join": "bis",
        "tax": "USt-IdNr.",
        "client": "Kunde",
        "used": "Ihr Verbrauch",
        "net": "Nettobetrag",
        "vat": "Umsatzsteuer 19 %",
        "total": "Rechnungsbetrag brutto",
        "due": "Fällig am",
        "account": "Vertragskonto",
    },
    "it": {
        "title": "Bolletta {x}",
        "electricity": "energia elettrica",
        "number": "Fattura n.",
        "date": "Data emissione",
        "period": "Periodo di fornitura: dal",
        "join": "al",
        "tax": "P.IVA",
        "client": "Intestatario",
        "used": "Totale consumi fatturati",
        "net": "Totale imponibile",
        "vat": "IVA 22%",
        "total": "Totale da pagare",
        "due": "Scadenza",
        "account": "Codice cliente",
    },
}


def european(category: str, language: str, bill: Bill, unit_text: str) -> bytes:
    words = _WORDS[language]
    sheet = Sheet()
    sheet.text(40, 50, bill.supplier, 14, bold=True)
    sheet.text(40, 64, f"{words['tax']} {bill.tax_id}", 8)
    sheet.text(330, 50, words["title"].format(x=words[category]), 13, bold=True)
    sheet.pairs(
        330,
        90,
        [
            (words["number"], bill.number),
            (words["date"], numeric(bill.issued, language)),
            (words["account"], bill.contract),
            (words["due"], numeric(bill.issued + timedelta(days=15), language)),
        ],
        gap=125,
    )
    sheet.text(40, 100, words["client"], 7)
    sheet.text(40, 112, bill.customer, bold=True)
    sheet.text(40, 126, f"{words['tax']} {bill.customer_id}", 8)
    sheet.text(
        40, 180, f"{words['period']} {numeric(bill.start, language)} {words['join']} {numeric(bill.end, language)}"
    )
    sheet.text(40, 196, f"{words['used']}: {money(bill.quantity, language, 0)} {unit_text}")
    y = 230.0
    for label, value in ((words["net"], bill.net), (words["vat"], bill.tax), (words["total"], bill.total)):
        sheet.text(40, y, label, 10)
        sheet.right(300, y, money(value, language) + " €", 10)
        y += 16
    return sheet.finish()


_KWH, _M3 = "kilowatt_hour_(kwh)", "cubic_metre_(m3)"
LAYOUTS: tuple[tuple[str, str, str, str, Callable[[Bill], bytes]], ...] = (
    ("es-light-summary", "electricity", "es", _KWH, spanish_light_summary),
    ("es-light-detail", "electricity", "es", _KWH, spanish_light_detail),
    ("es-water", "water", "es", _M3, spanish_water),
    ("es-gas", "gas", "es", _KWH, spanish_gas),
    ("en-electricity", "electricity", "en", _KWH, lambda bill: english_bill("electricity", bill, "kWh")),
    ("en-water", "water", "en", _M3, lambda bill: english_bill("water", bill, "m³")),
    ("en-gas", "gas", "en", _KWH, lambda bill: english_bill("gas", bill, "kWh")),
    ("pt-electricity", "electricity", "pt", _KWH, lambda bill: european("electricity", "pt", bill, "kWh")),
    ("pt-water", "water", "pt", _M3, lambda bill: european("water", "pt", bill, "m3")),
    ("fr-electricity", "electricity", "fr", _KWH, lambda bill: european("electricity", "fr", bill, "kWh")),
    ("fr-water", "water", "fr", _M3, lambda bill: european("water", "fr", bill, "m³")),
    ("de-electricity", "electricity", "de", _KWH, lambda bill: european("electricity", "de", bill, "kWh")),
    ("de-gas", "gas", "de", _KWH, lambda bill: european("gas", "de", bill, "kWh")),
    ("it-electricity", "electricity", "it", _KWH, lambda bill: european("electricity", "it", bill, "kWh")),
)


def utility_bills(seed: int) -> list[Made]:
    """One bill of each layout."""
    rng = random.Random(seed)
    made = []
    for name, category, language, unit, draw in LAYOUTS:
        bill = make_bill(category, language, rng)
        item = truth(category, language, bill, unit)
        made.append(Made(f"{name}-{seed}", ".pdf", draw(bill), category, (item,), language))
    return made
