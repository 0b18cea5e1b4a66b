"""What the documents of a corpus should be read as: known answers, told in the names of the item's fields."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from evaluation.answers import Fields, OneOf, common_fields, day, not_understood, number
from evaluation.bank_files import account, answers_in
from service.domain.category import Category


@dataclass(frozen=True, slots=True)
class Truth:
    """What a document should be read as: any of the `categories`; `items` has one entry for each item that is known."""

    categories: frozenset[Category]
    items: tuple[Fields, ...] = ()
    #: Fields that the corpus tells wrongly, with the reason; they are not counted.
    doubted: Mapping[str, str] = field(default_factory=dict)
    #: Names of answers that the evaluation knows no field for; they are said, and not counted.
    not_understood: frozenset[str] = frozenset()


_NO_BILL = (Category.OTHER, Category.UNKNOWN)
#: What the type of a document has in it, and the categories that are right for it; the first that fits counts.
_CATEGORIES: tuple[tuple[str, tuple[Category, ...]], ...] = (
    (r"negative|other", _NO_BILL),
    (r"bank|statement", (Category.BANK_STATEMENT,)),
    (r"waste", (Category.WASTES,)),
    (r"recharge|refrigerant|f-gas", (Category.RECHARGES,)),
    (r"gas (usage|bill|invoice)|\bgas\b.*bill", (Category.GAS,)),
    (r"water", (Category.WATER,)),
    (r"utility bill|electricity", (Category.ELECTRICITY,)),
    (r"fuel (receipt|ticket)", (Category.RECEIPT, Category.FUEL_DELIVERY)),
    (r"fuel/car-hire", (Category.INVOICE,)),
    (r"fuel", (Category.FUEL_DELIVERY, Category.INVOICE)),
    (r"receipt|ticket", (Category.RECEIPT,)),
    (r"invoice|credit note", (Category.INVOICE,)),
    (r"\border\b|contract|letter|\bcv\b|brochure|form|report", _NO_BILL),
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


def truth_of(entry: Mapping[str, Any], folder: Path) -> Truth:
    """The known answers of a document of the manifest; no items when its category alone is known."""
    told = entry.get("truth") or {}
    try:
        return _truth(told, entry, folder)
    except (AttributeError, KeyError, TypeError, ValueError):
        # Answers of a form that is not known; the category may still be.
        return Truth(frozenset(_categories({}, entry)), not_understood=frozenset(["the form of the answers"]))


def _truth(told: Mapping[str, Any], entry: Mapping[str, Any], folder: Path) -> Truth:
    doubted = dict(next((why for name, why in _DOUBTED.items() if entry["file"].endswith(name)), {}))
    items = [item for item in _items(told, entry, folder) if item]
    for item in items:
        if told.get("syntax") == "UBL" and _REMARK_OR_LOCAL.fullmatch(str(item.get("supplier_tax_id", "0"))):
            doubted["supplier_tax_id"] = _LOCAL
    categories = _UNTOLD_SERVICE if _UNIT_LESS in doubted.values() else _categories(told, entry)
    return Truth(frozenset(categories), tuple(items), doubted, not_understood(told))


def _categories(told: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[Category, ...]:
    named = str(entry.get("category") or told.get("category") or "").lower()
    if named in (category.value for category in Category):
        return (Category(named),)
    doc_type = entry["doc_type"].lower()
    found = next((found for mark, found in _CATEGORIES if re.search(mark, doc_type)), (Category.INVOICE,))
    if any(line.get("unit") == "KWH" for line in told.get("energy_lines", ())):
        found = (*found, Category.ELECTRICITY)
    return found


def _items(told: Mapping[str, Any], entry: Mapping[str, Any], folder: Path) -> list[Fields]:
    """The items that the form of the answers tells of, whatever the source."""
    path = folder / entry["source"] / entry["file"]
    if "statements" in told:
        return [_statement(statement) for statement in told["statements"]]
    if "expected" in told:
        return [_statement_of_pages(told["expected"])]
    if entry["source"] == "greenbutton":
        return _green_button(folder / entry["source"] / "expected" / (path.name.removesuffix(".xml") + ".txt"))
    if not told and "bank statement" in entry["doc_type"]:
        return answers_in(path, kind) if (kind := bank_file_kind(path.name)) else []
    fields = common_fields(told) | _rows(told, entry)
    if "low_code" in fields and "invoice_number" in fields:
        fields["identification_name"] = fields.pop("invoice_number")
    if entry["source"] == "softmatic-receipts":
        # Names come from the file's name, as a shop's nickname.
        fields.pop("supplier_name", None)
    return [fields]


_BANK_FILES = {"ofx": "OFX", "qfx": "OFX", "qbo": "OFX", "n43": "Norma 43", "q43": "Norma 43", "cfo": "CFONB 120"}


def bank_file_kind(name: str) -> str | None:
    """The kind of a bank's file by the end of its name; None for another."""
    return _BANK_FILES.get(name.rsplit(".", 1)[-1].lower())


def of_the_page(truth: Truth, entry: Mapping[str, Any]) -> Truth:
    """What the page of an electronic invoice prints, where that is not what its structured part says."""
    items = []
    for fields in truth.items:
        printed = dict(fields)
        if printed.get("document_type") == "invoice":
            # What is nothing special need not be printed.
            printed.pop("document_type")
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
    transactions = [
        {"date": row["date"], "amount": Decimal(row["amount"]), "description": row["description"]} for row in rows
    ]
    return Truth(frozenset([Category.BANK_STATEMENT]), ({"transactions": transactions},))


def _rows(told: Mapping[str, Any], entry: Mapping[str, Any]) -> Fields:
    """What answers tell in lists: the number of lines, taxes by rate, tariff periods, and the right one of several."""
    fields: Fields = {}
    for entry_of_tax in sorted(told.get("supplier_tax_ids", ()), key=lambda said: not said.startswith("VA:")):
        fields.setdefault("supplier_tax_id", entry_of_tax.split(":", 1)[-1])
    if told.get("lines_n") is not None and entry.get("format") in ("xml", "pdf+xml"):
        fields["lines"] = Decimal(int(told["lines_n"]))
    lines = told.get("line_items") or [line for line in told.get("lines", ()) if "line_note" not in line]
    if lines:
        fields["lines"] = Decimal(len(lines))
    taxes = _taxes(told)
    if taxes:
        fields["taxes"] = taxes
    periods = [{"quantity": number(row["kwh"])} for row in told.get("active_energy", ()) if "kwh" in row]
    if len(periods) > 1:
        fields["tariff_periods"] = periods
    days = tuple(found for name in ("taken_over", "received", "processed") if (found := day(told.get(name))))
    if days:
        fields["delivery_date"] = OneOf(days)
    return fields


def _taxes(told: Mapping[str, Any]) -> list[Fields]:
    told_rows = told.get("taxes") or told.get("sums") or []
    rows = [
        {
            "rate": number(row.get("rate")),
            "base": number(row.get("base", row.get("net"))),
            "amount": number(row.get("tax", row.get("vat", row.get("amount")))),
        }
        for row in told_rows
    ]
    if not rows and isinstance(told.get("tax_rate"), int | float) and told["tax_rate"]:
        rows = [{"rate": number(told["tax_rate"]), "amount": number(told.get("tax"))}]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


_BALANCES = {
    **dict.fromkeys(("OPBD", "PRCD", "previous", "opening"), "opening_balance"),
    **dict.fromkeys(("CLBD", "closing", "new", "ending"), "closing_balance"),
}


def _statement(told: Mapping[str, Any]) -> Fields:
    """One statement of a bank's report."""
    fields: Fields = {**account(told.get("iban") or told.get("account")), **_balances(told.get("balances", ()))}
    if told.get("id"):
        fields["invoice_number"] = str(told["id"])
    entries = told.get("entries", ())
    if entries:
        fields["transactions"] = [{"date": day(row.get("booking")), "amount": _signed(row)} for row in entries]
        fields["currency"] = entries[0].get("currency")
    return {name: value for name, value in fields.items() if value is not None}


def _statement_of_pages(told: Mapping[str, Any]) -> Fields:
    rows: Sequence[Mapping[str, Any]] = told.get("transactions", ())
    fields: Fields = {
        "start_date": told.get("period_start"),
        "end_date": told.get("period_end"),
        **_balances(told.get("balances", ())),
    }
    for name, known in (("currency", "currency"), ("account_number", "account")):
        values = {row.get(known) for row in rows} - {None, ""}
        if len(values) == 1:
            fields[name] = values.pop()
    if rows:
        fields["transactions"] = [
            {
                "date": row.get("posting_date") or row["transaction_date"],
                "amount": number(row["amount"]),
                "description": row.get("description"),
                "balance": number(row.get("balance")),
            }
            for row in rows
        ]
    return {name: value for name, value in fields.items() if value}


def _balances(told: Sequence[Mapping[str, Any]]) -> Fields:
    named = {_BALANCES.get(str(balance.get("type"))): _signed(balance) for balance in told}
    return {name: value for name, value in named.items() if name and value is not None}


def _signed(row: Mapping[str, Any]) -> Decimal | None:
    amount = number(row.get("amount"))
    return -amount if amount is not None and row.get("sign") == "DBIT" else amount


_READING = re.compile(
    r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\+00:00, (?:(\d+) days?, )?\d+:\d\d:\d\d: ([\d.]+) (\w+)(?:\(\$([\d.]+)\))?"
)


def _green_button(listed: Path) -> list[Fields]:
    """The readings that another program lists: months are items, shorter intervals one item with their sum."""
    if not listed.is_file():
        return []
    found = _READING.findall(listed.read_text(encoding="utf-8"))
    scale = {"Wh": Decimal("0.001")}
    amounts = [Decimal(amount) * scale.get(unit, Decimal(1)) for _, _, _, amount, unit, _ in found]
    if all(days and int(days) > 25 for _, _, days, _, _, _ in found):
        costs = [number(cost) if cost else None for *_, cost in found]
        return [
            {"quantity": amount} | ({"total_amount": cost} if cost is not None else {})
            for amount, cost in zip(amounts, costs, strict=True)
        ]
    return [{"quantity": sum(amounts, Decimal(0)), "intervals": Decimal(len(found))}]
