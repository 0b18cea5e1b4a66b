"""CSV and XLSX exports."""

import csv
import datetime
import io
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from tests.documents.bills import money, numeric
from tests.documents.truth import Made


def as_csv(rows: Sequence[Sequence[Any]], delimiter: str, encoding: str) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]], title: str = "Datos") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _months(rng: random.Random, count: int) -> list[tuple[datetime.date, datetime.date, Decimal]]:
    found = []
    for month in range(1, count + 1):
        first = datetime.date(2024, month, 1)
        last = datetime.date(2024, month + 1, 1) - datetime.timedelta(days=1)
        found.append((first, last, Decimal(rng.randint(1000, 99999)) / 10))
    return found


def spanish_electricity_csv(seed: int) -> Made:
    rng = random.Random(seed)
    rows: list[list[str]] = [
        ["Nº Factura", "CUPS", "Fecha inicio", "Fecha fin", "Consumo (kWh)", "Importe (€)", "Comercializadora"]
    ]
    items = []
    for index, (first, last, used) in enumerate(_months(rng, 5)):
        number = f"E24{index:04}"
        rows.append(
            [
                number,
                "ES0021000000000001JN0F",
                numeric(first, "es"),
                numeric(last, "es"),
                money(used, "es", 1),
                money(used / 5, "es"),
                "Voltea Energía S.L.U.",
            ]
        )
        items.append(
            {
                "invoice_number": number,
                "quantity": str(used),
                "unit": "kilowatt_hour_(kwh)",
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
                "supplier_name": "Voltea Energía S.L.U.",
            }
        )
    return Made(f"es-electricity-{seed}", ".csv", as_csv(rows, ";", "cp1252"), "electricity", tuple(items), "es")


def english_water_csv(seed: int) -> Made:
    rng = random.Random(seed)
    rows: list[list[str]] = [["invoice_number", "quantity", "unit", "start_date", "end_date", "supplier"]]
    items = []
    for index, (first, last, used) in enumerate(_months(rng, 4)):
        rows.append([f"WTR-2024-{index:02}", str(used), "m3", first.isoformat(), last.isoformat(), "Vale Water Ltd"])
        items.append(
            {
                "invoice_number": f"WTR-2024-{index:02}",
                "quantity": str(used),
                "unit": "cubic_metre_(m3)",
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
            }
        )
    return Made(f"en-water-{seed}", ".csv", as_csv(rows, ",", "utf-8"), "water", tuple(items), "en")


def english_gas_xlsx(seed: int) -> Made:
    rng = random.Random(seed)
    rows: list[list[Any]] = [
        ["Gas consumption report"],
        [],
        ["Invoice No", "Meter", "Period from", "Period to", "Usage kWh", "Cost (GBP)"],
    ]
    items = []
    for index, (first, last, used) in enumerate(_months(rng, 6)):
        rows.append([f"G-{index:05}", "G4A0012", first, last, float(used), float(used / 10)])
        items.append(
            {
                "invoice_number": f"G-{index:05}",
                "quantity": str(used),
                "unit": "kilowatt_hour_(kwh)",
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
            }
        )
    rows.append(["Total", None, None, None, 123456.0, None])
    return Made(f"en-gas-{seed}", ".xlsx", as_xlsx(rows), "gas", tuple(items), "en")


def spanish_fuel_xlsx(seed: int) -> Made:
    rng = random.Random(seed)
    rows: list[list[Any]] = [["Fecha", "Matrícula", "Producto", "Litros", "Precio/litro", "Importe", "Nº ticket"]]
    items = []
    for index, (first, _, used) in enumerate(_months(rng, 5)):
        litres = (used / 100).quantize(Decimal("0.01"))
        rows.append(
            [
                datetime.datetime(first.year, first.month, 7),
                "1234 BCD",
                "Gasóleo A",
                float(litres),
                1.479,
                float(round(litres * Decimal("1.479"), 2)),
                f"T{index:06}",
            ]
        )
        items.append(
            {
                "invoice_number": f"T{index:06}",
                "quantity": str(litres),
                "unit": "litre_(l)",
                "product": "Gasóleo A",
                "start_date": f"{first:%Y-%m}-07",
            }
        )
    return Made(f"es-fuel-{seed}", ".xlsx", as_xlsx(rows, "Repostajes"), "fuel_delivery", tuple(items), "es")


def spanish_wastes_xlsx(seed: int) -> Made:
    rng = random.Random(seed)
    rows: list[list[Any]] = [
        ["Código LER", "Residuo", "Cantidad", "Unidad", "Fecha recogida", "Gestor destino", "Operación R/D", "Km"]
    ]
    items = []
    for code, what, operation in (
        ("200101", "Papel y cartón", "R3"),
        ("150102", "Envases de plástico", "R12"),
        ("130205*", "Aceites usados", "R9"),
    ):
        kilos = rng.randint(10, 900)
        rows.append([code, what, kilos, "kg", datetime.datetime(2024, 5, 14), "Recicla Sur, S.A.", operation, 23.5])
        items.append(
            {
                "low_code": code.rstrip("*"),
                "description": what,
                "quantity": str(kilos),
                "unit": "kilogram_(kg)",
                "start_date": "2024-05-14",
                "destination": "Recicla Sur, S.A.",
                "rd_code": operation,
                "total_km_to_waste_center": "23.5",
            }
        )
    return Made(f"es-wastes-{seed}", ".xlsx", as_xlsx(rows), "wastes", tuple(items), "es")


def english_recharges_csv(seed: int) -> Made:
    rng = random.Random(seed)
    rows: list[list[str]] = [["Date", "Equipment", "Refrigerant", "Quantity added (kg)", "Contractor", "Job sheet"]]
    items = []
    for index, gas in enumerate(("R410A", "R32", "R134a")):
        kilos = Decimal(rng.randint(5, 90)) / 10
        rows.append([f"2024-0{index + 2}-11", f"Unit {index}", gas, str(kilos), "PolarAir Ltd", f"JS{index:03}"])
        items.append(
            {
                "quantity": str(kilos),
                "unit": "kilogram_(kg)",
                "product": gas,
                "start_date": f"2024-0{index + 2}-11",
                "supplier_name": "PolarAir Ltd",
            }
        )
    return Made(f"en-recharges-{seed}", ".csv", as_csv(rows, ",", "utf-8-sig"), "recharges", tuple(items), "en")


def sheets(seed: int) -> list[Made]:
    """One export of each kind."""
    makers = (
        spanish_electricity_csv,
        english_water_csv,
        english_gas_xlsx,
        spanish_fuel_xlsx,
        spanish_wastes_xlsx,
        english_recharges_csv,
    )
    return [make(seed) for make in makers]
