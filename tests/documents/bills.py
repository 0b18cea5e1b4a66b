"""What bills say: parties, days, amounts and codes that fit together, and how each language writes them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from stdnum.es import cups as cups_numbers

CENT = Decimal("0.01")
MONTHS = {
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "pt": [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "it": [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
}


def money(value: Decimal, language: str, places: int = 2) -> str:
    text = f"{value:,.{places}f}"
    if language == "en":
        return text
    if language == "fr":
        return text.replace(",", "\u00a0").replace(".", ",")
    return text.replace(",", "_").replace(".", ",").replace("_", ".")


def numeric(day: date, language: str) -> str:
    mark = {"de": ".", "en": "/", "fr": "/", "pt": "-"}.get(language, "/")
    if language == "pt":
        return day.strftime("%Y-%m-%d") if day.day % 2 else day.strftime("%d/%m/%Y")
    return day.strftime(f"%d{mark}%m{mark}%Y")


def written(day: date, language: str) -> str:
    month = MONTHS[language][day.month - 1]
    return {
        "es": f"{day.day} de {month} de {day.year}",
        "pt": f"{day.day} de {month} de {day.year}",
        "en": f"{day.day} {month} {day.year}",
        "fr": f"{day.day} {month} {day.year}",
        "de": f"{day.day}. {month} {day.year}",
        "it": f"{day.day} {month} {day.year}",
    }[language]


def spanish_cups(rng: random.Random) -> str:
    body = "ES" + "".join(str(rng.randint(0, 9)) for _ in range(16))
    return body + cups_numbers.calc_check_digits(body) + rng.choice(("", "0F", "1P"))


@dataclass(frozen=True)
class Bill:
    """What a bill says."""

    number: str
    supplier: str
    tax_id: str
    customer: str
    customer_id: str
    issued: date
    start: date
    end: date
    quantity: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    cups: str
    contract: str
    parts: tuple[Decimal, ...]


SUPPLIERS = {
    ("electricity", "es"): (
        ("Lumen Comercializadora de Energía, S.A.", "A58818501"),
        ("Voltea Energía S.L.U.", "B64717838"),
    ),
    ("electricity", "en"): (("Northwind Power Ltd", "GB980780684"), ("Brightwire Energy plc", "GB980780684")),
    ("electricity", "pt"): (("Luz do Tejo Comercial, S.A.", "PT501964843"),),
    ("electricity", "fr"): (("Lumière Énergies SAS", "FR40303265045"),),
    ("electricity", "de"): (("Stadtwerke Musterfeld GmbH", "DE136695976"),),
    ("electricity", "it"): (("Luce Chiara S.p.A.", "IT00743110157"),),
    ("water", "es"): (("Aguas del Norte, S.A.", "A28015865"), ("Canal de Levante Aguas S.L.", "B64717838")),
    ("water", "en"): (("Vale Water Services Ltd", "GB980780684"),),
    ("water", "fr"): (("Eaux de la Vallée SA", "FR40303265045"),),
    ("water", "pt"): (("Águas do Mondego, E.M.", "PT501964843"),),
    ("gas", "es"): (("Gas Meseta Comercializadora, S.A.", "A58818501"),),
    ("gas", "en"): (("Harbour Gas Supply Ltd", "GB980780684"),),
    ("gas", "de"): (("Gasversorgung Mittelland GmbH", "DE136695976"),),
}
CUSTOMERS = {
    "es": ("Talleres Ejemplo, S.L.", "B64717838"),
    "en": ("Example Workshops Ltd", "GB123456782"),
    "pt": ("Oficinas Exemplo, Lda", "PT501442600"),
    "fr": ("Ateliers Exemple SARL", "FR83404833048"),
    "de": ("Beispiel Werkstatt GmbH", "DE129273398"),
    "it": ("Officine Esempio S.r.l.", "IT07643520567"),
}


def make_bill(category: str, language: str, rng: random.Random) -> Bill:
    supplier, tax_id = rng.choice(SUPPLIERS[(category, language)])
    customer, customer_id = CUSTOMERS[language]
    if customer_id == tax_id:
        customer_id = "A28015865"
    start = date(rng.randint(2021, 2025), rng.randint(1, 11), rng.choice((1, 1, 5, 14)))
    end = start + timedelta(days=rng.randint(27, 62))
    issued = end + timedelta(days=rng.randint(1, 9))
    high = {"electricity": 9000, "water": 400, "gas": 12000}[category]
    parts = tuple(Decimal(rng.randint(10, high)) for _ in range(3))
    quantity = sum(parts, Decimal(0)) if category == "electricity" else parts[0]
    net = (quantity * Decimal(rng.randint(8, 29)) / 100 + Decimal(rng.randint(900, 4000)) / 100).quantize(CENT)
    tax = (net * Decimal({"es": 21, "en": 20, "pt": 23, "fr": 20, "de": 19, "it": 22}[language]) / 100).quantize(CENT)
    number = rng.choice(("FE{y}-{n:06}", "{y}/{n:05}", "{n:010}", "INV-{n:07}", "P{y}N{n:08}")).format(
        y=issued.year, n=rng.randint(1000, 99999)
    )
    return Bill(
        number, supplier, tax_id, customer, customer_id, issued, start, end, quantity, net, tax, net + tax,
        spanish_cups(rng), str(rng.randint(10**8, 10**9 - 1)), parts,
    )  # fmt: skip


def truth(category: str, language: str, bill: Bill, unit: str) -> dict[str, str]:
    item = {
        "invoice_number": bill.number,
        "quantity": str(bill.quantity),
        "unit": unit,
        "start_date": bill.start.isoformat(),
        "end_date": bill.end.isoformat(),
        "supplier_name": bill.supplier,
        "supplier_tax_id": bill.tax_id,
        "total_amount": str(bill.total),
        "currency": "GBP" if language == "en" else "EUR",
    }
    if language == "es" and category != "water":
        item["cups"] = bill.cups
    return item
