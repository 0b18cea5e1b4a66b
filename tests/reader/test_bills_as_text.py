"""Bills whose columns or labels were lost on the way to text: contracts, holders, periods and places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.domain.category import Category
from service.processing.reader.content import Content
from service.processing.reader.extract import extract
from service.processing.reader.labels import find_labels
from service.processing.reader.model import Limits
from service.processing.reader.period import find_period
from service.processing.reader.supply_points import UTILITY_WORDS
from service.processing.reader.tables import read_text


def _content(text: str, folder: Path) -> Content:
    path = folder / "bill.txt"
    path.write_text(text, encoding="utf-8")
    return Content(read_text(path, Limits()))


def _item(text: str, folder: Path, category: Category = Category.ELECTRICITY) -> dict[str, Any]:
    (item,) = extract(category, _content(text, folder).pages).items
    return item


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Kundennummer: 7710023\nVertragskonto: 2001774553\n", "2001774553"),
        ("Customer number: 300112   Account number: 7700441209\n", "7700441209"),
        ("Referencia del contrato: 4001277\nReferencia del contrato de acceso: 300412345678\n", "4001277"),
        ("Nº contrato: ATR-88120-C\n", "ATR-88120-C"),
        ("Numéro de compte : 299 001 445 713\n", "299 001 445 713"),
        ("Référence client : 6 002 114 785 14 RUE DES TANNEURS\n", "6 002 114 785"),
        ("Consumer No.: 170023456789   Bill No.: 42118\n", "170023456789"),
        ("CPF: ***.333.***-05 4001122334\n", "4001122334"),
    ],
)
def test_contract_goes_before_account_and_account_before_customer(text: str, number: str, tmp_path: Path) -> None:
    assert _item(text, tmp_path)["contract_number"] == number


@pytest.mark.parametrize(
    "text",
    [
        "CNPJ 02.016.440/0001-62 Inscrição Estadual 1240305939\nConsumo 120 kWh\n",
        "Contrato de acceso: 300412345678\nConsumo 120 kWh\n",
        "Fin de contrato: 12/09/2024\nConsumo 120 kWh\n",
        "Contrato: ES91 2100 0418 4502 0005 1332\nConsumo 120 kWh\n",
    ],
)
def test_number_of_something_else_is_no_contract(text: str, tmp_path: Path) -> None:
    assert "contract_number" not in _item(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "16/05/2023 14/04/2023 32\n",
        "29\n15/04/2023\n14/05/2023\n",
        "Leitura: Anterior 15/04/2023 Atual 14/05/2023 Dias 29 Próxima 14/06/2023\n",
        "Previous reading 15/04/2023: 1200   Present reading 14/05/2023: 1400\n",
    ],
)
def test_days_of_readings_with_their_count_are_the_period(text: str, tmp_path: Path) -> None:
    period = find_period(_content(text, tmp_path))
    assert period is not None
    assert (period.start.value[:7], period.end.value[:7]) == ("2023-04", "2023-05")


def test_days_of_payment_are_no_period_of_supply(tmp_path: Path) -> None:
    text = "Invoice date: 01/03/2024\nDue date: 31/03/2024\nTerms: 30 days\n"
    assert find_period(_content(text, tmp_path)) is None


@pytest.mark.parametrize("number", ["10 123 456 789", "R3902 700 081"])
def test_evidence_of_a_number_in_groups_is_all_of_it(number: str, tmp_path: Path) -> None:
    text = f"Contract number: {number}\nConsumption 85 kWh\n"
    (entry,) = [
        entry
        for entry in extract(Category.ELECTRICITY, _content(text, tmp_path).pages).evidence
        if entry.field == "contract_number"
    ]
    assert entry.raw_text == number


def test_day_of_a_date_counts_no_days(tmp_path: Path) -> None:
    """Between 22 March and 12 April are 21 days, as the 22 of the first date and the amount seem to say."""
    text = "BILLING DATE  DUE DATE\nMAR 22 2019 APR 12 2019  241.58\nFEB 05 2019 to MAR 04 2019\n"
    period = find_period(_content(text, tmp_path))
    assert period is not None
    assert (period.start.value, period.end.value) == ("2019-02-05", "2019-03-04")


def test_name_beside_another_columns_value_ends_where_that_begins(tmp_path: Path) -> None:
    item = _item("Abonné : SCI LES GLYCINES N° d'abonné : A-44812\nConsommation 85 kWh\n", tmp_path)
    assert (item["customer_name"], item["contract_number"]) == ("SCI LES GLYCINES", "A-44812")


def test_head_of_the_issuer_is_no_part_of_the_address_under_it(tmp_path: Path) -> None:
    text = (
        "Elektrizitätswerk Talgrund AG\nCHE-116.281.710 MWST\nSchreinerei Brunner\nDorfstrasse 12\n8708 Männedorf\n"
        "Rechnung Nr. 2024-00771\nVerbrauch 1335 kWh\n"
    )
    item = _item(text, tmp_path)
    assert (item["customer_name"], item["supplier_name"]) == ("Schreinerei Brunner", "Elektrizitätswerk Talgrund AG")


def test_who_lives_where_the_bill_supplies_is_its_customer(tmp_path: Path) -> None:
    text = (
        "Compañía Eléctrica del Litoral S.A.\nRosa Elena Muñoz\nAv. Providencia 1208, Providencia\n"
        "Dirección suministro: Av. Providencia 1208, Providencia\nConsumo 222 kWh\n"
    )
    assert _item(text, tmp_path)["customer_name"] == "Rosa Elena Muñoz"


def test_address_ends_where_a_date_begins_and_word_of_a_sentence_is_no_label(tmp_path: Path) -> None:
    text = "SERVICE ADDRESS DUE DATE\n455 ELM ST 04/20/2024\nSee the address on the back of this bill\n120 kWh\n"
    assert _item(text, tmp_path)["supply_address"] == "455 ELM ST"


def test_label_does_not_go_on_behind_a_colon(tmp_path: Path) -> None:
    (line,) = _content("Contrato: acceso 4512\n", tmp_path).lines
    assert [label.field for label in find_labels(line, UTILITY_WORDS)] == ["contract_number"]


def test_new_meter_begins_at_zero(tmp_path: Path) -> None:
    item = _item("12345678 Energia Ativa-kWh único 0 152 152\n", tmp_path)
    assert (item["previous_reading"], item["current_reading"], item["quantity"]) == (0, 152, 152)


def test_units_of_electricity_are_kilowatt_hours(tmp_path: Path) -> None:
    item = _item("Present Reading 11205   Previous Reading 10740   Units 465\n", tmp_path)
    assert (item["quantity"], item["unit"]) == (465, "kilowatt_hour_(kwh)")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("ABN 51 824 753 556\nTotal $45.10\n", "AUD"),
        ("Amount due: $45.10 CAD\nTotal $45.10\n", "CAD"),
        ("RFC: CSS160330CP7\nTotal $487.00\n", "MXN"),
        ("Total $45.10 USD\nABN 51 824 753 556\n", "USD"),
        ("Net amount payable: Rs. 2,412.78\n", "INR"),
    ],
)
def test_dollars_are_those_of_the_place_or_of_the_code_beside_them(text: str, currency: str, tmp_path: Path) -> None:
    found = _content(text, tmp_path).currency
    assert found is not None
    assert found[0] == currency


def test_number_behind_a_day_without_year_is_no_year(tmp_path: Path) -> None:
    text = "12th Apr 10,220.4 smart meter\nBilling period 12th Apr 2024 - 11th May 2024\n"
    period = find_period(_content(text, tmp_path))
    assert period is not None
    assert period.start.value == "2024-04-12"


def test_code_under_the_name_is_no_address(tmp_path: Path) -> None:
    text = "Cliente: Talleres Ejemplo, S.L.\nNIF: B64717838\nConsumo 127 kWh\n"
    assert "supply_address" not in _item(text, tmp_path)


def test_what_stands_under_a_heading_is_its_value_and_not_the_next_heading(tmp_path: Path) -> None:
    item = _item(
        "CUSTOMER NAME        PRICING METHOD     ACCOUNT NUMBER\n"
        "Ryan Field           TIME OF USE        R3902 700 081\n"
        "( ELECTRONIC BILL VERIFICATION CODE = 5A24B994 )\n152 LOUISA ST KITCHENER N2H 5M5\n",
        tmp_path,
    )
    assert (item["customer_name"], item["contract_number"]) == ("Ryan Field", "R3902 700 081")
    assert "invoice_number" not in item


@pytest.mark.parametrize("code", ["KITCHENER ON N2H 5M5", "LEEDS LS1 4AP", "HST 12201 6769 RT0001"])
def test_codes_of_places_and_registers_number_no_bill(code: str, tmp_path: Path) -> None:
    assert "invoice_number" not in _item(f"Bill number\n{code}\nConsumption 85 kWh\n", tmp_path)
