"""Stage 6: the named rules, held against every item."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal

from service.domain.checks import CheckResult, Outcome
from service.domain.identifiers import (
    is_cups,
    is_french_company_number,
    is_iban,
    is_operation,
    is_waste_code,
    waste_codes,
)
from service.domain.items import Item
from service.processing.reader.tax_ids import is_valid_tax_id

#: Fields that were looked at, verdict (None: not applicable), and what to say when it fails.
_Verdict = tuple[tuple[str, ...], bool | None, str]
_CENT = Decimal("0.02")
#: By unit, what a large site takes in a day, generously: a steelworks' electricity, a town's water, a tanker's fuel.
_MOST_A_DAY = {
    "kilowatt_hour_(kwh)": Decimal(5_000_000),
    "cubic_metre_(m3)": Decimal(500_000),
    "litre_(l)": Decimal(1_000_000),
    "kilogram_(kg)": Decimal(10_000_000),
    "tonne_(t)": Decimal(10_000),
}


def check(items: Sequence[Item], misordered: tuple[str, str] | None = None) -> list[CheckResult]:
    """Every rule's outcome on every item. `misordered` is the document's period, if it is printed the wrong way round:
    an item can't have it.
    """
    results = []
    for index, item in enumerate(items):
        for name, version, rule in _RULES:
            fields, verdict, message = rule(item)
            if misordered and rule is _period_length and verdict is None:
                verdict, message = False, f"the period is printed as {misordered[0]} to {misordered[1]}"
            outcome = Outcome.NOT_APPLICABLE if verdict is None else Outcome.PASS if verdict else Outcome.FAIL
            said = message if outcome is Outcome.FAIL else ""
            results.append(CheckResult(name, version, index, outcome, fields, said))
    return results


def _form(field: str, valid: Callable[[str], bool], message: str) -> Callable[[Item], _Verdict]:
    def rule(item: Item) -> _Verdict:
        value = item.get(field)
        return (field,), valid(value) if isinstance(value, str) else None, message

    return rule


def _sum_of_taxes(item: Item) -> _Verdict:
    fields: tuple[str, ...] = ("net_amount", "tax_amount", "total_amount")
    net, tax, total = (item.get(name) for name in fields)
    if net is None or tax is None or total is None:
        return fields, None, ""
    withheld = item.get("withheld_amount", Decimal(0))
    said = f"{net} + {tax} - {withheld} is not {total}" if withheld else f"{net} + {tax} is not {total}"
    fields = (*fields, "withheld_amount") if withheld else fields
    return fields, abs(net + tax - withheld - total) <= _CENT, said


def _sum_of_lines(item: Item) -> _Verdict:
    fields = ("lines", "net_amount", "total_amount")
    amounts = [line["amount"] for line in item.get("lines", ()) if "amount" in line]
    targets = [item[name] for name in fields[1:] if name in item]
    if not amounts or not targets:
        return fields, None, ""
    whole = item.get("charge_amount", Decimal(0)) - item.get("allowance_amount", Decimal(0))
    total = sum(amounts, Decimal(0)) + whole
    return (
        fields,
        any(abs(total - target) <= _CENT * len(amounts) for target in targets),
        f"the lines add up to {total}",
    )


def _sum_of_periods(item: Item) -> _Verdict:
    fields = ("tariff_periods", "quantity")
    parts = [row["quantity"] for row in item.get("tariff_periods", ()) if "quantity" in row]
    if len(parts) < 2 or "quantity" not in item:
        return fields, None, ""
    total = sum(parts, Decimal(0))
    return fields, abs(total - item["quantity"]) <= len(parts), f"the tariff periods add up to {total}"


def _sum_of_transactions(item: Item) -> _Verdict:
    fields = ("opening_balance", "transactions", "closing_balance")
    opening, closing = item.get("opening_balance"), item.get("closing_balance")
    if opening is None or closing is None:
        return fields, None, ""
    moved = sum((row["amount"] for row in item.get("transactions", ())), Decimal(0))
    # Statements of credit cards tell what is owed as a positive balance, which purchases raise.
    fits = closing in (opening + moved, opening - moved)
    return fields, fits, f"the transactions lead to {opening + moved}, not to {closing}"


def _meter_difference(item: Item) -> _Verdict:
    fields = ("previous_reading", "current_reading", "quantity")
    previous, current, quantity = (item.get(name) for name in fields)
    if previous is None or current is None or quantity is None or item.get("conversion_factor") is not None:
        return fields, None, ""
    difference = current - previous
    return fields, abs(difference - quantity) <= 1, f"the meter moved by {difference}, not by {quantity}"


def _sum_of_tax_rows(item: Item) -> _Verdict:
    fields = ("taxes", "net_amount", "tax_amount")
    rows = item.get("taxes", ())
    targets = {"base": item.get("net_amount"), "amount": item.get("tax_amount")}
    sums = [
        (sum((row[cell] for row in rows), Decimal(0)), target)
        for cell, target in targets.items()
        if target is not None and rows and all(cell in row for row in rows)
    ]
    wrong = [f"{total} is not {target}" for total, target in sums if abs(total - target) > _CENT * len(rows)]
    return fields, not wrong if sums else None, f"the taxes add up otherwise: {', '.join(wrong)}"


def _rate_of_taxes(item: Item) -> _Verdict:
    rows = [row for row in item.get("taxes", ()) if {"rate", "base", "amount"} <= row.keys()]
    wrong = [row for row in rows if abs(row["base"] * row["rate"] / 100 - row["amount"]) > _CENT]
    said = "; ".join(f"{row['rate']} % of {row['base']} is not {row['amount']}" for row in wrong[:3])
    return ("taxes",), not wrong if rows else None, said


def _hazard(item: Item) -> _Verdict:
    fields = ("low_code", "hazardous")
    listed, said = waste_codes().get(str(item.get("low_code"))), item.get("hazardous")
    if listed is None or said is None:
        return fields, None, ""
    return fields, said == listed, f"the list of waste says {'hazardous' if listed else 'not hazardous'}"


def _delivery_in_period(item: Item) -> _Verdict:
    fields = ("delivery_date", "start_date", "end_date")
    day, start, end = (item.get(name) for name in fields)
    if not day or not start or not end:
        return fields, None, ""
    return fields, start <= day <= end, f"{day} is not in the period"


def _is_company_number(text: str) -> bool:
    """Whether a number is a taxpayer's, or a company's as waste documents have it."""
    return is_valid_tax_id(text) or is_french_company_number(text)


def _size_of_quantity(item: Item) -> _Verdict:
    """Nobody's single meter, tank or skip counts more in a day; a credit note alone goes below zero."""
    fields = ("quantity", "unit", "start_date", "end_date")
    quantity, most = item.get("quantity"), _MOST_A_DAY.get(item.get("unit", ""))
    if quantity is None or most is None:
        return fields, None, ""
    if quantity < 0:
        taken_back = (
            item.get("document_type") in ("credit_note", "corrected_invoice") or item.get("total_amount", 0) < 0
        )
        return (*fields, "document_type"), taken_back, f"{quantity} is less than nothing"
    start, end = item.get("start_date"), item.get("end_date")
    days = 1
    if start and end:
        days = (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days + 1
    return fields, quantity <= most * max(days, 1), f"{quantity} in {days} days is not plausible"


def _period_length(item: Item) -> _Verdict:
    fields = ("start_date", "end_date")
    start, end = item.get("start_date"), item.get("end_date")
    if not start or not end:
        return fields, None, ""
    days = (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days
    return fields, 0 <= days <= 400, f"the period has {days} days"


def _magnitude(item: Item) -> _Verdict:
    fields = ("quantity", "unit", "total_amount")
    quantity, unit, total = (item.get(name) for name in fields)
    if quantity is None or unit is None or not total or quantity == 0:
        return fields, None, ""
    price = abs(total / quantity)
    low, high = {
        "kilowatt_hour_(kwh)": (Decimal("0.01"), Decimal(5)),
        "cubic_metre_(m3)": (Decimal("0.05"), Decimal(60)),
        "litre_(l)": (Decimal("0.1"), Decimal(20)),
    }.get(unit, (Decimal(0), Decimal("1e12")))
    return fields, low <= price <= high, f"{price:.4f} a unit is not plausible"


_RULES: tuple[tuple[str, str, Callable[[Item], _Verdict]], ...] = (
    ("cups_control_letters", "1", _form("cups", is_cups, "the control letters of the CUPS do not fit")),
    ("supplier_tax_id_check_digits", "1", _form("supplier_tax_id", is_valid_tax_id, "no known tax number fits")),
    ("customer_tax_id_check_digits", "1", _form("customer_tax_id", is_valid_tax_id, "no known tax number fits")),
    ("producer_tax_id_check_digits", "2", _form("producer_tax_id", _is_company_number, "no known tax number fits")),
    ("carrier_tax_id_check_digits", "2", _form("carrier_tax_id", _is_company_number, "no known tax number fits")),
    ("iban_check_digits", "1", _form("iban", is_iban, "the checksum of the IBAN does not fit")),
    ("waste_code_exists", "1", _form("low_code", is_waste_code, "the code is not in the European list of waste")),
    ("waste_code_says_hazardous", "1", _hazard),
    ("operation_exists", "1", _form("rd_code", is_operation, "no operation of recovery or disposal has this code")),
    ("delivery_in_period", "1", _delivery_in_period),
    ("net_plus_tax_is_total", "3", _sum_of_taxes),
    ("lines_add_up", "2", _sum_of_lines),
    ("taxes_add_up", "1", _sum_of_tax_rows),
    ("tax_is_rate_of_base", "1", _rate_of_taxes),
    ("transactions_add_up", "1", _sum_of_transactions),
    ("tariff_periods_add_up", "1", _sum_of_periods),
    ("meter_difference_is_consumption", "1", _meter_difference),
    ("period_order_and_length", "2", _period_length),
    ("plausible_price", "1", _magnitude),
    ("plausible_quantity", "2", _size_of_quantity),
)
