"""More utility bills: grids, several pages, several supply points, credit notes."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.documents.bills import CENT, Bill, make_bill, money, numeric, spanish_cups, truth, written
from tests.documents.canvas import Sheet
from tests.documents.truth import Made

_KWH, _M3 = "kilowatt_hour_(kwh)", "cubic_metre_(m3)"


def english_grid(bill: Bill) -> bytes:
    """Values under their captions, totals in a side box."""
    sheet = Sheet()
    sheet.right(560, 50, bill.supplier, 13, bold=True)
    sheet.right(560, 63, f"VAT Registration Number {bill.tax_id}", 7)
    sheet.text(40, 50, "ELECTRICITY STATEMENT", 15, bold=True)
    rows = [
        ["Customer reference", "Bill number", "Bill date", "Supply period"],
        [
            bill.contract,
            bill.number,
            written(bill.issued, "en"),
            f"{numeric(bill.start, 'en')} - {numeric(bill.end, 'en')}",
        ],
    ]
    sheet.table(40, 90, rows, (110, 110, 110, 160))
    sheet.text(40, 160, bill.customer, bold=True)
    sheet.text(40, 172, "7 Mill Lane, York YO1 1AA")
    half = (bill.quantity / 2).quantize(Decimal(1))
    rest = bill.quantity - half
    rows = [
        ["", "Start read", "End read", "kWh used", "p/kWh", "Amount £"],
        [
            "Day",
            "10,000",
            money(10000 + half, "en", 0),
            money(half, "en", 0),
            "28.10",
            money(half * Decimal("0.281"), "en"),
        ],
        [
            "Night",
            "5,000",
            money(5000 + rest, "en", 0),
            money(rest, "en", 0),
            "12.90",
            money(rest * Decimal("0.129"), "en"),
        ],
        ["Total", "", "", money(bill.quantity, "en", 0), "", ""],
    ]
    y = sheet.table(40, 220, rows, (60, 80, 80, 80, 60, 80))
    y = sheet.pairs(
        340,
        y + 30,
        [
            ("Sub-total", "£" + money(bill.net, "en")),
            ("VAT @ 20.0%", "£" + money(bill.tax, "en")),
            ("Total charges", "£" + money(bill.total, "en")),
        ],
        gap=110,
    )
    sheet.text(
        340,
        y + 10,
        f"Please pay £{money(bill.total, 'en')} by {written(bill.issued + timedelta(days=21), 'en')}",
        9,
        bold=True,
    )
    return sheet.finish()


def spanish_two_pages(bill: Bill) -> bytes:
    """The summary on the first page, consumption on the second."""
    sheet = Sheet()
    sheet.text(40, 45, bill.supplier, 15, bold=True)
    sheet.text(40, 90, "Hola, esta es tu factura de la luz", 12)
    sheet.text(40, 120, f"Del {written(bill.start, 'es')} al {written(bill.end, 'es')}", 10)
    sheet.text(40, 150, "A pagar", 10)
    sheet.text(40, 175, money(bill.total, "es") + " €", 22, bold=True)
    sheet.text(300, 120, "Datos de la factura", 10, bold=True)
    sheet.pairs(
        300,
        138,
        [
            ("Nº de factura", bill.number),
            ("Fecha de factura", numeric(bill.issued, "es")),
            ("Fecha de cobro", numeric(bill.issued + timedelta(days=6), "es")),
        ],
        gap=110,
    )
    sheet.text(40, 230, "¿Qué estoy pagando?", 11, bold=True)
    y = 250.0
    for label, value in (
        ("Por potencia contratada", bill.net / 4),
        ("Por energía consumida", bill.net * 3 / 4),
        ("IVA (21%)", bill.tax),
    ):
        sheet.text(40, y, label)
        sheet.right(260, y, money(value.quantize(CENT), "es") + " €")
        y += 14
    sheet.text(40, y, "Total", bold=True)
    sheet.right(260, y, money(bill.total, "es") + " €", bold=True)
    sheet.text(40, 810, f"{bill.supplier} - Domicilio social: Calle Alcalá 1, 28014 Madrid - CIF: {bill.tax_id}", 6)
    sheet.next_page()
    sheet.text(40, 50, "Datos del suministro", 11, bold=True)
    sheet.pairs(
        40,
        70,
        [
            ("Titular", bill.customer),
            ("NIF", bill.customer_id),
            ("Dirección de suministro", "Avda. Libertad 4, 41001 Sevilla"),
            ("CUPS", bill.cups),
            ("Tarifa", "2.0TD"),
        ],
        gap=140,
    )
    sheet.text(40, 160, "Tu consumo", 11, bold=True)
    sheet.text(40, 176, f"En este periodo has consumido {money(bill.quantity, 'es', 0)} kWh.")
    rows = [["Periodo", "Lectura anterior", "Lectura actual", "Consumo"]]
    for name, part in zip(("Punta", "Llano", "Valle"), bill.parts, strict=True):
        rows.append([name, "1.000", money(1000 + part, "es", 0), money(part, "es", 0) + " kWh"])
    sheet.table(40, 190, rows, (80, 110, 110, 100))
    sheet.text(40, 300, "Emisiones de CO2: 0,12 kg/kWh. Energía renovable: 45,3 %.", 8)
    return sheet.finish()


def credit_note(bill: Bill) -> bytes:
    """A negative water bill."""
    sheet = Sheet()
    sheet.text(40, 50, bill.supplier, 13, bold=True)
    sheet.text(40, 63, f"VAT No: {bill.tax_id}", 8)
    sheet.text(380, 50, "CREDIT NOTE", 14, bold=True)
    sheet.pairs(380, 80, [("Credit note no:", bill.number), ("Date:", numeric(bill.issued, "en"))], gap=90)
    sheet.text(40, 120, f"Customer: {bill.customer}")
    sheet.text(
        40, 150, f"Water supply and sewerage, billing period {numeric(bill.start, 'en')} to {numeric(bill.end, 'en')}"
    )
    sheet.text(40, 170, f"Water consumption: -{bill.quantity} m3")
    sheet.pairs(
        40,
        200,
        [
            ("Net total", f"-£{money(bill.net, 'en')}"),
            ("VAT 20%", f"-£{money(bill.tax, 'en')}"),
            ("Invoice total", f"-£{money(bill.total, 'en')}"),
        ],
        gap=100,
    )
    return sheet.finish()


LAYOUTS: tuple[tuple[str, str, str, str, Callable[[Bill], bytes]], ...] = (
    ("en-grid", "electricity", "en", _KWH, english_grid),
    ("es-two-pages", "electricity", "es", _KWH, spanish_two_pages),
)


def supply_points(seed: int) -> Made:
    """One invoice with a page for each of three supply points."""
    rng = random.Random(seed)
    bill = make_bill("electricity", "es", rng)
    sheet = Sheet()
    items = []
    for number in range(3):
        part = replace(bill, cups=spanish_cups(rng), quantity=Decimal(rng.randint(100, 9000)))
        sheet.text(40, 40, bill.supplier, 12, bold=True)
        sheet.text(
            40,
            54,
            f"CIF {bill.tax_id}    Factura de electricidad nº {bill.number}   Fecha {numeric(bill.issued, 'es')}",
            8,
        )
        sheet.pairs(
            40,
            90,
            [
                ("CUPS", part.cups),
                ("Periodo de facturación", f"{numeric(bill.start, 'es')} - {numeric(bill.end, 'es')}"),
                ("Consumo total", f"{money(part.quantity, 'es', 0)} kWh"),
            ],
            gap=140,
        )
        items.append(
            {
                "cups": part.cups,
                "quantity": str(part.quantity),
                "unit": _KWH,
                "invoice_number": bill.number,
                "start_date": bill.start.isoformat(),
                "end_date": bill.end.isoformat(),
                "supplier_name": bill.supplier,
            }
        )
        if number < 2:
            sheet.next_page()
    return Made(f"es-supply-points-{seed}", ".pdf", sheet.finish(), "electricity", tuple(items), "es")


def more_utility_bills(seed: int) -> list[Made]:
    """One document of each layout."""
    rng = random.Random(seed)
    made = []
    for name, category, language, unit, draw in LAYOUTS:
        bill = make_bill(category, language, rng)
        made.append(
            Made(f"{name}-{seed}", ".pdf", draw(bill), category, (truth(category, language, bill, unit),), language)
        )
    bill = make_bill("water", "en", rng)
    item = truth("water", "en", bill, _M3) | {"quantity": f"-{bill.quantity}", "total_amount": f"-{bill.total}"}
    made.append(Made(f"en-credit-{seed}", ".pdf", credit_note(bill), "water", (item,), "en"))
    return [*made, supply_points(seed)]
