"""Known answers of many sources, told in the names of the item's fields."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from service.domain.category import Category

#: A field's known value: text, a date as ISO text, or a decimal; rows as a list of such values.
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a document should be read as: any of the `categories`; `items` has one entry for each item that is known."""

    categories: frozenset[Category]
    items: tuple[Fields, ...] = ()
    #: Fields that the corpus tells wrongly, with the reason; they are not counted.
    doubted: Mapping[str, str] = field(default_factory=dict)


_CATEGORIES: tuple[tuple[str, tuple[Category, ...]], ...] = (
    ("utility bill", (Category.ELECTRICITY,)),
    ("electricity", (Category.ELECTRICITY,)),
    ("gas usage", (Category.GAS,)),
    ("fuel receipt", (Category.RECEIPT, Category.FUEL_DELIVERY)),
    ("fuel/car-hire", (Category.INVOICE,)),
    ("fuel", (Category.FUEL_DELIVERY, Category.INVOICE)),
    ("waste", (Category.WASTES,)),
    ("receipt", (Category.RECEIPT,)),
    ("ticket", (Category.RECEIPT,)),
    ("bank statement", (Category.BANK_STATEMENT,)),
    ("credit card statement", (Category.BANK_STATEMENT,)),
    ("order", (Category.OTHER, Category.UNKNOWN)),
    ("other", (Category.OTHER, Category.UNKNOWN)),
)

_TWO_INVOICES = "two invoices in one lot: the sums of both are given as one"
_LOCAL = "a remark, or a local tax number, that stands before the VAT number; the answer has the first alone"
_UNIT_LESS = "the feed's ReadingType is empty: it tells neither unit nor multiplier; the answer is a program's default"
#: File names (their ends) and fields whose answers are wrong, each with the reason.
_DOUBTED: Mapping[str, Mapping[str, str]] = {
    "IT01234567890_FPR03.xml": {"net_amount": _TWO_INVOICES, "tax_amount": _TWO_INVOICES},
    "IT01234567890_FPA03.xml": {"net_amount": _TWO_INVOICES, "tax_amount": _TWO_INVOICES},
    "zugferd-extended.xml": {
        "start_date": "the document has the day 20139102, which does not exist",
        "lines": "the sixth line is a remark",
    },
    "gas_containerized.xml": {"quantity": _UNIT_LESS},
    "ngma_gas_provider_2024-07-16.xml": {"quantity": _UNIT_LESS},
    "Orlen.txt": {"invoice_number": "the answer is the letter F", "issue_date": "the answer is the first of the year"},
}
_NOT_PRINTED = "the page prints another value than the structured part has"
_SIGN = "the page prints the amounts of the credit note with a minus"
#: Parts of file names whose pages say otherwise than their structured parts.
_PRINTED_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "20150613_503": dict.fromkeys(("net_amount", "tax_amount", "total_amount", "amount_due"), _NOT_PRINTED),
    "20151008_504": dict.fromkeys(("issue_date", "due_date"), _NOT_PRINTED),
    "Avoir_FR_type381": dict.fromkeys(("net_amount", "tax_amount", "total_amount", "amount_due"), _SIGN),
}
_REMARK_OR_LOCAL = re.compile(r"\D*|\d+/\d+/\d+")
_UNTOLD_SERVICE = (Category.GAS, Category.OTHER, Category.UNKNOWN)


def truth_of(entry: Mapping[str, Any], folder: Path) -> Truth | None:
    """The known answers of a document of the manifest; None when nothing is known of it."""
    doc_type = entry["doc_type"]
    categories = next((found for mark, found in _CATEGORIES if mark in doc_type), (Category.INVOICE,))
    told = entry.get("truth") or {}
    doubted = dict(next((why for name, why in _DOUBTED.items() if entry["file"].endswith(name)), {}))
    if _UNIT_LESS in doubted.values():
        categories = _UNTOLD_SERVICE
    if any(line.get("unit") == "KWH" for line in told.get("energy_lines", ())):
        categories = (*categories, Category.ELECTRICITY)
    maker = _MAKERS.get(entry["source"], _invoice)
    items = maker(told, entry, folder)
    for item in items:
        if told.get("syntax") == "UBL" and _REMARK_OR_LOCAL.fullmatch(str(item.get("supplier_tax_id", "0"))):
            doubted["supplier_tax_id"] = _LOCAL
    return Truth(frozenset(categories), tuple(item for item in items if item), doubted)


def of_the_page(truth: Truth, entry: Mapping[str, Any]) -> Truth:
    """What the page of an electronic invoice prints, where that is not what its structured part says."""
    items = []
    for fields in truth.items:
        printed = dict(fields)
        if printed.get("amount_due") == printed.get("total_amount"):
            # Pages seldom print both.
            printed.pop("amount_due", None)
        items.append(printed)
    doubted = next((why for name, why in _PRINTED_OTHERWISE.items() if name in entry["file"]), {})
    return Truth(truth.categories, tuple(items), {**truth.doubted, **doubted})


def transactions_in(table: Path) -> Truth:
    """The rows of a CSV of `date`, `description` and `amount`, which is its own truth; a balance is no transaction."""
    with table.open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if "balance" not in row["description"].lower()]
    transactions = [(row["date"], Decimal(row["amount"])) for row in rows]
    return Truth(frozenset([Category.BANK_STATEMENT]), ({"transactions": transactions},))


def _number(value: object) -> Decimal | None:
    """A known number; prices such as `R$ 1.234,50` are told as their source prints them."""
    text = re.sub(r"[^\d.,\-]", "", str(value or "") if value != 0 else "0")
    if "," in text:
        text = text.replace(".", "").replace(",", ".") if text.rfind(",") > text.rfind(".") else text.replace(",", "")
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _day(value: object) -> str | None:
    """A known date as ISO text: `2024-03-31`, `20240331…`, `31/03/2024`, `31-03-24`."""
    text = str(value or "")
    if re.fullmatch(r"\d{12,14}|\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    match = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2}|\d{4})", text)
    if match:
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        text = f"{year}-{int(match[2]):02}-{int(match[1]):02}"
    try:
        return datetime.date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


_NAMES: tuple[tuple[str, str, Callable[[object], object]], ...] = (
    ("invoice_number", "number", str),
    ("invoice_number", "invoice_number", str),
    ("issue_date", "date", _day),
    ("due_date", "due_date", _day),
    ("due_date", "date_due", _day),
    ("start_date", "period_start", _day),
    ("start_date", "date_start", _day),
    ("end_date", "period_end", _day),
    ("end_date", "date_end", _day),
    ("supplier_name", "supplier", str),
    ("supplier_name", "merchant", str),
    ("supplier_name", "company", str),
    ("supplier_name", "issuer", str),
    ("supplier_tax_id", "supplier_tax_id", str),
    ("supplier_tax_id", "tax_id", str),
    ("supplier_tax_id", "vat", str),
    ("customer_name", "customer", str),
    ("customer_tax_id", "customer_tax_id", str),
    ("currency", "currency", str),
    ("net_amount", "net", _number),
    ("net_amount", "amount_untaxed", _number),
    ("tax_amount", "tax", _number),
    ("total_amount", "total", _number),
    ("total_amount", "amount", _number),
    ("amount_due", "amount_due", _number),
    ("cups", "cups", str),
    ("quantity", "consumption_kwh", _number),
)


def _invoice(told: Mapping[str, Any], entry: Mapping[str, Any], _: Path) -> list[Fields]:
    fields: Fields = {}
    for name, known, convert in _NAMES:
        value = told.get(known)
        converted = None if value in (None, "") else convert(value)
        if converted is not None:
            fields.setdefault(name, converted)
    numbers = [number.split(":", 1) for number in told.get("supplier_tax_ids", ())]
    for scheme, number in sorted(numbers, key=lambda pair: pair[0] != "VA"):
        fields.setdefault("supplier_tax_id", number)
        del scheme
    if told.get("lines_n") is not None and entry.get("format") in ("xml", "pdf+xml"):
        fields["lines"] = Decimal(int(told["lines_n"]))
    fuel = told.get("fuel")
    if fuel:
        told_of_fuel = {
            "product": fuel.get("product"),
            "quantity": _number(fuel.get("litres")),
            "unit_price": _number(fuel.get("price_per_litre")),
        }
        fields |= {name: value for name, value in told_of_fuel.items() if value is not None}
    return [fields]


def _photographed(told: Mapping[str, Any], entry: Mapping[str, Any], folder: Path) -> list[Fields]:
    """Names come from the file's name, as a shop's nickname; only the rest is compared."""
    (fields,) = _invoice(told, entry, folder)
    fields.pop("supplier_name", None)
    return [fields]


def _waste(told: Mapping[str, Any], _: Mapping[str, Any], __: Path) -> list[Fields]:
    if not told:
        return []
    fields: Fields = {
        "identification_name": told.get("number"),
        "producer_name": told.get("producer"),
        "low_code": re.sub(r"\D", "", told.get("waste_code", "")),
        "rd_code": told.get("operation_done") or told.get("planned_operation"),
        "destination": told.get("destination"),
        "carrier_name": told.get("carrier"),
    }
    if told.get("quantity_received_t") or told.get("quantity_estimated_t"):
        fields["quantity"] = _number(told.get("quantity_received_t") or told.get("quantity_estimated_t"))
    return [{name: value for name, value in fields.items() if value}]


def _brazilian(told: Mapping[str, Any], _: Mapping[str, Any], __: Path) -> list[Fields]:
    dates, debits = told.get("dates", {}), told.get("debits", {})
    fields: Fields = {
        "start_date": _day(dates.get("previousReadingDate")),
        "end_date": _day(dates.get("actualReadingDate")),
        "customer_name": (told.get("client") or {}).get("name"),
        "total_amount": _number(told.get("price")),
        "quantity": _number((debits.get("te") or {}).get("kWhAmount")),
        "meter_number": None,
    }
    return [{name: value for name, value in fields.items() if value is not None}]


def _statement(told: Mapping[str, Any], _: Mapping[str, Any], __: Path) -> list[Fields]:
    expected = told.get("expected")
    if not expected:
        return []
    fields: Fields = {
        "start_date": expected.get("period_start"),
        "end_date": expected.get("period_end"),
        "transactions": [
            (row.get("posting_date") or row["transaction_date"], Decimal(str(row["amount"])))
            for row in expected["transactions"]
        ],
    }
    return [{name: value for name, value in fields.items() if value}]


def _report(told: Mapping[str, Any], _: Mapping[str, Any], __: Path) -> list[Fields]:
    items = []
    for statement in told.get("statements", ()):
        fields: Fields = {"invoice_number": statement["id"]}
        iban = statement.get("iban")
        if iban:
            fields["iban" if re.match(r"[A-Z]{2}\d\d", iban) else "account_number"] = iban
        for balance in statement["balances"]:
            name = {"OPBD": "opening_balance", "PRCD": "opening_balance", "CLBD": "closing_balance"}.get(
                balance["type"]
            )
            if name:
                fields[name] = _signed(balance)
        if statement["entries"]:
            fields["currency"] = statement["entries"][0]["currency"]
            fields["transactions"] = [(row["booking"], _signed(row)) for row in statement["entries"]]
        items.append(fields)
    return items


def _signed(row: Mapping[str, Any]) -> Decimal:
    amount = Decimal(str(row["amount"]))
    return -amount if row["sign"] == "DBIT" else amount


_READING = re.compile(
    r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\+00:00, (?:(\d+) days?, )?\d+:\d\d:\d\d: ([\d.]+) (\w+)(?:\(\$([\d.]+)\))?"
)


def _green_button(_: Mapping[str, Any], entry: Mapping[str, Any], folder: Path) -> list[Fields]:
    """The readings that another program lists: months are items, shorter intervals one item with their sum."""
    path = folder / entry["source"] / "expected" / (entry["file"].removesuffix(".xml") + ".txt")
    if not path.is_file():
        return []
    found = _READING.findall(path.read_text(encoding="utf-8"))
    scale = {"Wh": Decimal("0.001")}
    amounts = [Decimal(amount) * scale.get(unit, Decimal(1)) for _, _, _, amount, unit, _ in found]
    if all(days and int(days) > 25 for _, _, days, _, _, _ in found):
        costs = [_number(cost) for *_, cost in found]
        return [
            {"quantity": amount} | ({"total_amount": cost} if cost is not None else {})
            for amount, cost in zip(amounts, costs, strict=True)
        ]
    return [{"quantity": sum(amounts, Decimal(0)), "intervals": Decimal(len(found))}]


_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], Path], list[Fields]]] = {
    "softmatic-receipts": _photographed,
    "trackdechets-bsd": _waste,
    "nystron-rge": _brazilian,
    "monopoly-statements": _statement,
    "bank-formats": _report,
    "greenbutton": _green_button,
}
