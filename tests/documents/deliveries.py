"""Fuel deliveries, refrigerant recharges and waste documents in several layouts."""

import random
from datetime import date, timedelta
from decimal import Decimal

from tests.documents.bills import CENT, money, numeric, written
from tests.documents.canvas import Sheet
from tests.documents.truth import Made

_LITRE, _KG, _TONNE = "litre_(l)", "kilogram_(kg)", "tonne_(t)"


def _day(rng: random.Random) -> date:
    return date(rng.randint(2021, 2025), rng.randint(1, 12), rng.randint(1, 28))


def spanish_fuel(seed: int) -> Made:
    rng = random.Random(seed)
    day, litres = _day(rng), Decimal(rng.randint(500, 4000))
    price = Decimal(rng.randint(8900, 13900)) / 10000
    net = (litres * price).quantize(CENT)
    tax = (net * Decimal("0.21")).quantize(CENT)
    number = f"A{day.year % 100}/{rng.randint(100, 9999)}"
    sheet = Sheet()
    sheet.text(40, 50, "COMBUSTIBLES DEL EBRO, S.L.", 14, bold=True)
    sheet.text(40, 64, "CIF B64717838 - Ctra. Logroño km 4, 50011 Zaragoza", 8)
    sheet.text(380, 50, "FACTURA", 16, bold=True)
    sheet.pairs(
        380,
        75,
        [("Número:", number), ("Fecha:", numeric(day + timedelta(days=2), "es")), ("Cliente nº:", "004312")],
        gap=70,
    )
    sheet.text(40, 110, "Facturar a:", 8)
    sheet.text(40, 122, "Talleres Ejemplo, S.L.", bold=True)
    sheet.text(40, 134, "A58818501")
    rows = [
        ["Albarán", "Fecha entrega", "Artículo", "Litros", "Precio", "Importe"],
        [
            str(rng.randint(10000, 99999)),
            numeric(day, "es"),
            "Gasóleo C calefacción",
            money(litres, "es"),
            money(price, "es", 4),
            money(net, "es"),
        ],
    ]
    y = sheet.table(40, 170, rows, (60, 80, 140, 70, 60, 70))
    sheet.table(
        300,
        y + 30,
        [
            ["Base", "IVA %", "Cuota", "TOTAL"],
            [money(net, "es"), "21", money(tax, "es"), money(net + tax, "es") + " €"],
        ],
        (60, 40, 60, 70),
    )
    item = {
        "invoice_number": number,
        "quantity": str(litres),
        "unit": _LITRE,
        "delivery_date": day.isoformat(),
        "supplier_name": "COMBUSTIBLES DEL EBRO, S.L.",
        "supplier_tax_id": "B64717838",
        "total_amount": str(net + tax),
        "currency": "EUR",
        "start_date": day.isoformat(),
        "end_date": day.isoformat(),
    }
    return Made(f"es-fuel-{seed}", ".pdf", sheet.finish(), "fuel_delivery", (item,), "es")


def english_fuel(seed: int) -> Made:
    rng = random.Random(seed)
    day, litres = _day(rng), Decimal(rng.randint(500, 2500))
    price = Decimal(rng.randint(620, 980)) / 1000
    net = (litres * price).quantize(CENT)
    tax = (net * Decimal("0.05")).quantize(CENT)
    number = f"DN{rng.randint(100000, 999999)}"
    sheet = Sheet()
    sheet.text(200, 50, "Moorland Fuels Limited", 15, bold=True)
    sheet.text(200, 64, "Heating oil, kerosene and red diesel · VAT No. GB 980 7806 84", 8)
    sheet.pairs(
        40,
        100,
        [
            ("Invoice No.", number),
            ("Invoice date", written(day, "en")),
            ("Delivery date", written(day, "en")),
            ("Account", "HL0042"),
        ],
    )
    sheet.stacked(330, 100, [("Deliver to", "Example Workshops Ltd")])
    sheet.text(40, 190, "Product", bold=True)
    sheet.text(40, 204, "Kerosene (28 sec heating oil)")
    sheet.text(260, 190, "Quantity delivered", bold=True)
    sheet.text(260, 204, f"{money(litres, 'en', 0)} litres")
    sheet.text(380, 190, "Price per litre", bold=True)
    sheet.text(380, 204, f"{price * 100:.2f}p")
    sheet.pairs(
        330,
        250,
        [
            ("Net", "£" + money(net, "en")),
            ("VAT @ 5%", "£" + money(tax, "en")),
            ("Invoice total", "£" + money(net + tax, "en")),
        ],
        gap=90,
    )
    item = {
        "invoice_number": number,
        "quantity": str(litres),
        "unit": _LITRE,
        "delivery_date": day.isoformat(),
        "supplier_name": "Moorland Fuels Limited",
        "supplier_tax_id": "GB980780684",
        "total_amount": str(net + tax),
        "currency": "GBP",
    }
    return Made(f"en-fuel-{seed}", ".pdf", sheet.finish(), "fuel_delivery", (item,), "en")


def spanish_recharge(seed: int) -> Made:
    rng = random.Random(seed)
    day, kilos = _day(rng), Decimal(rng.randint(5, 120)) / 10
    number = f"PT-{day.year}-{rng.randint(100, 999)}"
    gas = rng.choice(("R-410A", "R-32", "R-134a", "R-449A"))
    sheet = Sheet()
    sheet.text(40, 50, "Frío y Clima Mediterráneo, S.L.", 13, bold=True)
    sheet.text(40, 63, "NIF: B64717838 · Empresa habilitada RITE 12345", 8)
    sheet.text(300, 50, "PARTE DE TRABAJO - RECARGA DE GAS REFRIGERANTE", 9, bold=True)
    sheet.pairs(
        40,
        100,
        [
            ("Nº de parte:", number),
            ("Fecha de intervención:", numeric(day, "es")),
            ("Cliente:", "Talleres Ejemplo, S.L."),
            ("Equipo:", "Enfriadora cubierta norte"),
        ],
        gap=140,
    )
    rows = [
        ["Tipo de refrigerante", "Carga nominal (kg)", "Cantidad recuperada (kg)", "Cantidad añadida (kg)"],
        [gas, "18,00", "0,00", money(kilos, "es")],
    ]
    sheet.table(40, 190, rows, (120, 120, 130, 120))
    sheet.text(
        40,
        260,
        "Se detecta fuga en válvula de servicio; se repara y se controlan fugas según Reglamento (UE) 517/2014.",
        8,
    )
    item = {
        "invoice_number": number,
        "quantity": str(kilos),
        "unit": _KG,
        "product": gas,
        "supplier_name": "Frío y Clima Mediterráneo, S.L.",
        "supplier_tax_id": "B64717838",
        "delivery_date": day.isoformat(),
        "start_date": day.isoformat(),
    }
    return Made(f"es-recharge-{seed}", ".pdf", sheet.finish(), "recharges", (item,), "es")


def english_recharge(seed: int) -> Made:
    rng = random.Random(seed)
    day, kilos = _day(rng), Decimal(rng.randint(5, 120)) / 10
    number = f"SR{rng.randint(10000, 99999)}"
    gas = rng.choice(("R410A", "R32", "R404A", "R134a"))
    net = (kilos * 62 + 180).quantize(CENT)
    tax = (net * Decimal("0.2")).quantize(CENT)
    sheet = Sheet()
    sheet.text(40, 50, "PolarAir Refrigeration Ltd", 14, bold=True)
    sheet.text(40, 64, "VAT registration GB980780684", 8)
    sheet.text(350, 50, "INVOICE", 14, bold=True)
    sheet.pairs(350, 80, [("Invoice number:", number), ("Date:", numeric(day, "en"))], gap=95)
    sheet.text(40, 100, "Customer: Example Workshops Ltd")
    rows = [
        ["Description", "Qty", "Unit", "Unit price", "Amount"],
        [
            f"Supply and charge refrigerant {gas} to split unit, ground floor",
            str(kilos),
            "kg",
            "62.00",
            money(kilos * 62, "en"),
        ],
        ["Labour: leak test and repair", "4", "h", "45.00", "180.00"],
    ]
    y = sheet.table(40, 140, rows, (250, 40, 40, 70, 70))
    sheet.pairs(
        330,
        y + 25,
        [
            ("Subtotal", "£" + money(net, "en")),
            ("VAT 20%", "£" + money(tax, "en")),
            ("Total", "£" + money(net + tax, "en")),
        ],
        gap=80,
    )
    item = {
        "invoice_number": number,
        "quantity": str(kilos),
        "unit": _KG,
        "product": gas,
        "supplier_name": "PolarAir Refrigeration Ltd",
        "issue_date": day.isoformat(),
        "total_amount": str(net + tax),
    }
    return Made(f"en-recharge-{seed}", ".pdf", sheet.finish(), "recharges", (item,), "en")


def spanish_waste(seed: int) -> Made:
    rng = random.Random(seed)
    day, kilos = _day(rng), Decimal(rng.randint(20, 9000))
    code, what, operation = rng.choice(
        (
            ("20 01 01", "Papel y cartón", "R03"),
            ("13 02 05*", "Aceites minerales no clorados de motor", "R13"),
            ("15 01 02", "Envases de plástico", "R12"),
            ("17 04 05", "Hierro y acero", "R04"),
        )
    )
    document = f"DI30{day.year}{rng.randint(100000, 999999)}"
    sheet = Sheet()
    sheet.text(40, 45, "DOCUMENTO DE IDENTIFICACIÓN DE RESIDUOS", 13, bold=True)
    sheet.text(40, 60, "Real Decreto 553/2020, traslado de residuos en el interior del territorio del Estado", 7)
    sheet.pairs(
        40, 85, [("Nº documento de identificación:", document), ("Fecha inicio traslado:", numeric(day, "es"))], gap=180
    )
    sheet.text(40, 125, "1. PRODUCTOR / ORIGEN DEL TRASLADO", bold=True)
    sheet.pairs(40, 140, [("Razón social:", "Talleres Ejemplo, S.L."), ("NIF:", "A58818501"), ("NIMA:", "0800012345")])
    sheet.text(40, 195, "2. RESIDUO", bold=True)
    sheet.pairs(
        40,
        210,
        [
            ("Código LER:", code),
            ("Descripción:", what),
            ("Cantidad (kg):", money(kilos, "es", 0)),
            ("Operación de tratamiento:", operation),
        ],
        gap=150,
    )
    sheet.text(40, 285, "3. DESTINO", bold=True)
    sheet.pairs(
        40,
        300,
        [("Gestor de destino:", "Planta de Tratamiento Sur, S.A."), ("NIMA:", "4600098765"), ("Distancia:", "42 km")],
        gap=150,
    )
    sheet.text(40, 360, "4. TRANSPORTISTA", bold=True)
    sheet.pairs(40, 375, [("Transportista:", "Transportes Verdes, S.A."), ("Matrícula:", "1234 BCD")], gap=150)
    item = {
        "low_code": code.replace(" ", "").rstrip("*"),
        "quantity": str(kilos),
        "unit": _KG,
        "rd_code": operation[0] + str(int(operation[1:])),
        "description": what,
        "destination": "Planta de Tratamiento Sur, S.A.",
        "total_km_to_waste_center": "42",
        "start_date": day.isoformat(),
        "identification_name": document,
    }
    return Made(f"es-waste-{seed}", ".pdf", sheet.finish(), "wastes", (item,), "es")


def english_wastes(seed: int) -> Made:
    rng = random.Random(seed)
    day = _day(rng)
    number = f"WTN-{rng.randint(10000, 99999)}"
    picked = rng.sample(
        (
            ("20 03 01", "Mixed municipal waste", "D1"),
            ("15 01 01", "Paper and cardboard packaging", "R3"),
            ("17 09 04", "Mixed construction waste", "R5"),
        ),
        2,
    )
    sheet = Sheet()
    sheet.text(40, 45, "WASTE TRANSFER NOTE", 14, bold=True)
    sheet.pairs(
        40,
        75,
        [
            ("Transfer note number", number),
            ("Date of transfer", written(day, "en")),
            ("Waste producer", "Example Workshops Ltd"),
            ("Waste carrier", "Green Haul Ltd"),
            ("Destination", "Eastgate Recycling Centre"),
        ],
        gap=140,
    )
    rows = [["EWC code", "Description of waste", "Quantity (tonnes)", "R/D code"]]
    items = []
    for code, what, operation in picked:
        tonnes = Decimal(rng.randint(10, 1500)) / 100
        rows.append([code, what, str(tonnes), operation])
        items.append(
            {
                "low_code": code.replace(" ", ""),
                "description": what,
                "quantity": str(tonnes),
                "unit": _TONNE,
                "rd_code": operation,
                "start_date": day.isoformat(),
                "destination": "Eastgate Recycling Centre",
            }
        )
    sheet.table(40, 160, rows, (70, 180, 100, 70))
    return Made(f"en-wastes-{seed}", ".pdf", sheet.finish(), "wastes", tuple(items), "en")


def french_waste(seed: int) -> Made:
    rng = random.Random(seed)
    day, tonnes = _day(rng), Decimal(rng.randint(5, 400)) / 10
    number = f"BSD-{day.year}{rng.randint(1000, 9999)}"
    sheet = Sheet()
    sheet.text(40, 45, "BORDEREAU DE SUIVI DE DÉCHETS", 14, bold=True)
    sheet.pairs(
        40,
        80,
        [
            ("Bordereau n°", number),
            ("Producteur", "Ateliers Exemple SARL"),
            ("Code déchet", "16 01 03"),
            ("Désignation du déchet", "Pneus hors d'usage"),
            ("Quantité réelle", f"{money(tonnes, 'fr')} tonnes"),
            ("Opération prévue", "R 3"),
            ("Installation de destination", "Centre de Tri du Rhône"),
            ("Date d'enlèvement", numeric(day, "fr")),
        ],
        gap=150,
    )
    item = {
        "low_code": "160103",
        "quantity": str(tonnes),
        "unit": _TONNE,
        "rd_code": "R3",
        "description": "Pneus hors d'usage",
        "destination": "Centre de Tri du Rhône",
        "start_date": day.isoformat(),
    }
    return Made(f"fr-waste-{seed}", ".pdf", sheet.finish(), "wastes", (item,), "fr")


def deliveries(seed: int) -> list[Made]:
    """One document of each layout."""
    makers = (
        spanish_fuel,
        english_fuel,
        spanish_recharge,
        english_recharge,
        spanish_waste,
        english_wastes,
        french_waste,
    )
    return [make(seed * 10 + index) for index, make in enumerate(makers)]
