"""The named rules: what each passes, fails and leaves alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain.bills import seen_before
from service.domain.category import Category
from service.domain.checks import Outcome
from service.domain.evidence import Box
from service.domain.items import Item
from service.domain.reading import Track
from service.processing.reader.checking import check
from service.processing.reader.document import read_items
from service.processing.reader.model import Classification, Page, TextSource, Word
from service.processing.reader.structured import compare
from service.processing.reader.suggestions import CHECK_NAME

API = Path(__file__).parents[2] / "docs" / "api.md"
PASS, FAIL, NOT_APPLICABLE = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE


def item_of(**values: Any) -> Item:
    """Numbers as decimals, in rows too."""

    def exact(value: Any) -> Any:
        if isinstance(value, list):
            return [{name: exact(inner) for name, inner in row.items()} for row in value]
        return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value

    return {name: exact(value) for name, value in values.items()}


MARCH = {"start_date": "2024-03-01", "end_date": "2024-03-31"}
KWH, M3 = "kilowatt_hour_(kwh)", "cubic_metre_(m3)"


@pytest.mark.parametrize(
    ("rule", "item", "outcome"),
    [
        ("cups_control_letters", {"cups": "ES0021000000000001RK0F"}, PASS),
        ("cups_control_letters", {"cups": "ES0021000000000001ZZ0F"}, FAIL),
        ("supplier_tax_id_check_digits", {"supplier_tax_id": "A58818501"}, PASS),
        ("supplier_tax_id_check_digits", {"supplier_tax_id": "A58818502"}, FAIL),
        ("producer_tax_id_check_digits", {"producer_tax_id": "B64717838"}, PASS),
        ("producer_tax_id_check_digits", {"producer_tax_id": "B64717839"}, FAIL),
        ("carrier_tax_id_check_digits", {"carrier_tax_id": "A28015865"}, PASS),
        ("producer_tax_id_check_digits", {"producer_tax_id": "73282932000074"}, PASS),
        ("producer_tax_id_check_digits", {"producer_tax_id": "73282932000075"}, FAIL),
        ("carrier_tax_id_check_digits", {"carrier_tax_id": "732829320"}, PASS),
        ("carrier_tax_id_check_digits", {"carrier_tax_id": "35600000049837"}, PASS),
        ("carrier_tax_id_check_digits", {}, NOT_APPLICABLE),
        ("iban_check_digits", {"iban": "ES9121000418450200051332"}, PASS),
        ("iban_check_digits", {"iban": "ES9121000418450200051333"}, FAIL),
        ("waste_code_exists", {"low_code": "200301"}, PASS),
        ("waste_code_exists", {"low_code": "209999"}, FAIL),
        ("waste_code_says_hazardous", {"low_code": "130205", "hazardous": True}, PASS),
        ("waste_code_says_hazardous", {"low_code": "130205", "hazardous": False}, FAIL),
        ("waste_code_says_hazardous", {"low_code": "209999", "hazardous": False}, NOT_APPLICABLE),
        ("operation_exists", {"rd_code": "D15"}, PASS),
        ("operation_exists", {"rd_code": "R1201"}, PASS),
        ("operation_exists", {"rd_code": "R14"}, FAIL),
        ("delivery_in_period", {"delivery_date": "2024-03-04", **MARCH}, PASS),
        ("delivery_in_period", {"delivery_date": "2024-04-01", **MARCH}, FAIL),
        ("delivery_in_period", {"delivery_date": "2024-03-04"}, NOT_APPLICABLE),
        ("net_plus_tax_is_total", {"net_amount": 100, "tax_amount": 21, "total_amount": 121}, PASS),
        ("net_plus_tax_is_total", {"net_amount": 100, "tax_amount": 21, "total_amount": 120}, FAIL),
        ("lines_add_up", {"lines": [{"amount": 60}, {"amount": 40}], "net_amount": 100}, PASS),
        ("lines_add_up", {"lines": [{"amount": 60}, {"amount": 41}], "net_amount": 100}, FAIL),
        ("taxes_add_up", {"taxes": [{"base": 60, "amount": 6}, {"base": 40, "amount": 4}], "net_amount": 100}, PASS),
        ("taxes_add_up", {"taxes": [{"base": 60, "amount": 6}], "net_amount": 100, "tax_amount": 6}, FAIL),
        ("taxes_add_up", {"taxes": [{"base": 60}, {"amount": 6}], "net_amount": 60, "tax_amount": 6}, NOT_APPLICABLE),
        ("tax_is_rate_of_base", {"taxes": [{"rate": 10, "base": 60, "amount": 6}]}, PASS),
        ("tax_is_rate_of_base", {"taxes": [{"rate": 21, "base": 60, "amount": 6}]}, FAIL),
        ("tax_is_rate_of_base", {"taxes": [{"rate": 21, "base": 60}]}, NOT_APPLICABLE),
        ("tariff_periods_add_up", {"tariff_periods": [{"quantity": 40}, {"quantity": 60}], "quantity": 100}, PASS),
        ("tariff_periods_add_up", {"tariff_periods": [{"quantity": 40}, {"quantity": 70}], "quantity": 100}, FAIL),
        ("meter_difference_is_consumption", {"previous_reading": 4, "current_reading": 36, "quantity": 32}, PASS),
        ("meter_difference_is_consumption", {"previous_reading": 4, "current_reading": 36, "quantity": 3}, FAIL),
        ("period_order_and_length", MARCH, PASS),
        ("period_order_and_length", {"start_date": "2022-03-01", "end_date": "2024-03-31"}, FAIL),
        ("plausible_price", {"quantity": 100, "unit": KWH, "total_amount": 20}, PASS),
        ("plausible_price", {"quantity": 0.1, "unit": KWH, "total_amount": 20}, FAIL),
        ("plausible_quantity", {"quantity": 100, "unit": KWH}, PASS),
        ("plausible_quantity", {"quantity": 600_000, "unit": M3}, FAIL),
        ("plausible_quantity", {"quantity": 600_000, "unit": M3, **MARCH}, PASS),
        ("plausible_quantity", {"quantity": 14_260, "unit": "tonne_(t)"}, FAIL),
        ("plausible_quantity", {"quantity": -5, "unit": M3}, FAIL),
        ("plausible_quantity", {"quantity": -5, "unit": M3, "document_type": "credit_note"}, PASS),
        ("plausible_quantity", {"quantity": 5}, NOT_APPLICABLE),
    ],
)  # fmt: skip
def test_rule_says(rule: str, item: dict[str, Any], outcome: Outcome) -> None:
    (result,) = (result for result in check([item_of(**item)]) if result.name == rule)
    assert result.outcome is outcome
    assert result.version
    assert set(result.looked_at) >= (set(item) - {"net_amount", "total_amount"} if outcome is FAIL else set())
    assert bool(result.message) == (outcome is FAIL)


def _page_of(lines: list[str]) -> Page:
    words = []
    for row, line in enumerate(lines):
        left = 40.0
        for text in line.split():
            words.append(Word(text, Box(left, 40 + 14 * row, left + 6 * len(text), 50 + 14 * row)))
            left += 6 * len(text) + 6
    return Page(1, 595, 842, TextSource.TEXT_LAYER, tuple(words))


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("Periodo de facturación: 30/04/2025 - 01/04/2025", "the period is printed as 2025-04-30 to 2025-04-01"),
        ("Periodo de facturación: 01/04/2025 - 30/04/2025", ""),
        # The year before, and either order of day and month: neither says that the period is wrong.
        ("Consumo anterior 30/04/2024 - 01/04/2024", ""),
        ("Billing period: 05/04/2025 - 04/05/2025", ""),
    ],
)
def test_period_that_is_printed_the_wrong_way_round_is_left_out_and_said(printed: str, message: str) -> None:
    lines = ["Voltea Energía, S.L.U.", "CIF B64717838", "Factura VE25-1", printed, "Consumo 600 kWh"]
    reading = read_items(Classification(Category.ELECTRICITY, 1.0), [_page_of(lines)], Track.DEFAULT)
    (result,) = (result for result in reading.checks if result.name == "period_order_and_length")
    assert result.message == message
    assert ("start_date" in reading.items[0]) == (result.outcome is PASS)


def test_every_rule_is_on_the_page_of_the_contract() -> None:
    names = {result.name for result in check([{}])} | {CHECK_NAME, compare.CHECK_NAME}
    names |= {seen_before(0, known=False, where=None).name}
    page = API.read_text()
    assert {name for name in names if f"| `{name}` |" not in page} == set()
