"""Known answers in the words of many manifests, told in the names of the item's fields."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

#: A field's known value: text, a date as ISO text, a decimal, `OneOf` several; rows as a list of dictionaries of such.
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of these is right."""

    values: tuple[Any, ...]


def number(value: object) -> Decimal | None:
    """A known number; prices such as `R$ 1.234,50` are told as their source prints them."""
    if isinstance(value, bool) or value is None:
        return None
    text = re.sub(r"[^\d.,\-]", "", str(value))
    if "," in text:
        text = text.replace(".", "").replace(",", ".") if text.rfind(",") > text.rfind(".") else text.replace(",", "")
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def day(value: object) -> str | None:
    """A known date as ISO text: `2024-03-31`, `20240331…`, `31/03/2024`, `31-03-24`."""
    text = str(value)
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


def _digits(value: object) -> str | None:
    return re.sub(r"\D", "", str(value)) or None


def _truth_value(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None


_DOCUMENT_TYPES = {
    "380": "invoice", "381": "credit_note", "383": "debit_note", "384": "corrected_invoice", "326": "partial_invoice",
    "386": "prepayment_invoice", "389": "self_billed_invoice", "TD01": "invoice", "TD04": "credit_note",
    "TD05": "debit_note",
}  # fmt: skip


def _document_type(value: object) -> str | None:
    return _DOCUMENT_TYPES.get(str(value))


_Convert = Callable[[object], Any]

#: Field, the answer's name with the names that lead to it, and how it is told; the first that is there counts.
_NAMES: tuple[tuple[str, tuple[str, ...], _Convert], ...] = (
    ("invoice_number", ("invoice_number", "number", "invoice_no", "document_number"), str),
    ("issue_date", ("issue_date", "invoice_date", "date"), day),
    ("due_date", ("due_date", "date_due"), day),
    ("start_date", ("period_start", "start_date", "date_start", "dates.previousReadingDate"), day),
    ("end_date", ("period_end", "end_date", "date_end", "dates.actualReadingDate"), day),
    ("supplier_name", ("supplier_name", "supplier", "merchant", "company", "issuer", "seller"), str),
    ("supplier_tax_id", ("supplier_tax_id", "supplier_vat", "tax_id", "vat", "nif"), str),
    ("customer_name", ("customer_name", "customer", "buyer", "client.name"), str),
    ("customer_tax_id", ("customer_tax_id", "customer_vat"), str),
    ("currency", ("currency",), str),
    ("net_amount", ("net_amount", "net", "amount_untaxed"), number),
    ("tax_amount", ("tax_amount", "tax"), number),
    ("total_amount", ("total_amount", "total", "amount", "price"), number),
    ("amount_due", ("amount_due",), number),
    ("document_type", ("type_code",), _document_type),
    ("payment_method", ("payment_method",), str),
    ("cups", ("cups",), str),
    ("meter_number", ("meter_number", "meter"), str),
    ("contract_number", ("contract_number", "contract", "installationCode", "client_id"), str),
    ("contracted_power", ("contracted_power", "contracted_power_kw"), number),
    ("quantity", ("quantity", "consumption", "consumption_kwh", "consumption_m3", "debits.te.kWhAmount"), number),
    ("previous_reading", ("previous_reading", "powers.active.previousReading"), number),
    ("current_reading", ("current_reading", "powers.active.actualReading"), number),
    ("supply_address", ("supply_address", "client.address.street"), str),
    ("product", ("product", "fuel.product", "refrigerant"), str),
    ("quantity", ("litres", "fuel.litres", "fuel.us_gallons"), number),
    ("unit_price", ("unit_price", "fuel.price_per_litre", "fuel.price_per_gallon"), number),
    ("delivery_date", ("delivery_date",), day),
    ("low_code", ("low_code", "waste_code", "ewc_code", "ler_code"), _digits),
    ("rd_code", ("rd_code", "operation_done", "planned_operation"), str),
    ("hazardous", ("hazardous",), _truth_value),
    ("description", ("waste_name",), str),
    ("producer_name", ("producer_name", "producer"), str),
    ("producer_tax_id", ("producer_tax_id", "producer_siret"), str),
    ("carrier_name", ("carrier_name", "carrier"), str),
    ("carrier_tax_id", ("carrier_tax_id", "carrier_siren"), str),
    ("destination", ("destination",), str),
    ("quantity", ("quantity_received_t", "quantity_estimated_t"), number),
    ("iban", ("iban",), str),
    ("account_number", ("account_number",), str),
    ("opening_balance", ("opening_balance",), number),
    ("closing_balance", ("closing_balance",), number),
)

#: Names of answers that are not compared, by the reason.
_NOT_COMPARED: Mapping[str, tuple[str, ...]] = {
    "a remark, or what a program that reads says about its own reading": (
        "syntax doc form kind note desc narration version process embedded_xml transactions_csv truth_note days",
        "energy_lines expected supplier_country country_code accepted temporary_storage multimodal",
    ),
    "no field of the item is for it": (
        "address partner_coc partner_name partner_zip partner_city partner_street bic siren line_number prepaid",
        "hotel_details date_check_in date_check_out amount_rooms booking_id gstin cin distributor_ree retailer_ree",
        "client.address client.establishment dates.nextReadingDate dates.date solarGeneration debits powers",
        "physical_state destination_siret destination_address carrier_receipt other_number carriers items",
    ),
    "told in the words of another register than the page": ("tariff",),
    "compared as rows, or as one of several": (
        "active_energy supplier_tax_ids lines line_items lines_n sums tax_rate taxes taken_over received processed",
        "statements entries_n",
    ),
}


def flat(told: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every answer with the names that lead to it, joined by points; lists stay whole."""
    for name, value in told.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def common_fields(told: Mapping[str, Any]) -> Fields:
    """The fields that answers tell one by one."""
    answers = dict(flat(told))
    fields: Fields = {}
    for name, known, convert in _NAMES:
        values = [convert(answers[path]) for path in known if answers.get(path) not in (None, "", [])]
        if values and values[0] is not None:
            fields.setdefault(name, values[0])
    return fields


def not_understood(told: Mapping[str, Any]) -> frozenset[str]:
    """The names of answers that are neither compared nor left out on purpose."""
    compared = {path for _, known, _ in _NAMES for path in known}
    left_out = {name for lines in _NOT_COMPARED.values() for line in lines for name in line.split()}
    return frozenset(
        path
        for path, _ in flat(told)
        if path not in compared and not any(path == name or path.startswith(f"{name}.") for name in left_out)
    )
