"""Utility bills are read by what their meters prove, and each supply point is an item."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain.category import Category
from service.processing.reader.extract import extract
from service.processing.reader.model import Limits
from service.processing.reader.tables import read_text

_CUPS = ("ES0031300112233445", "ES0031300112299887")


def _items(text: str, category: Category, folder: Path) -> tuple[dict[str, Any], ...]:
    path = folder / "bill.txt"
    path.write_text(text, encoding="utf-8")
    return extract(category, read_text(path, Limits())).items


def _one(text: str, category: Category, folder: Path) -> dict[str, Any]:
    (item,) = _items(text, category, folder)
    return item


@pytest.mark.parametrize(
    ("row", "previous", "current"),
    [
        ("ND117734   51203   51320   117   40     4680", "51203", "51320"),
        ("ND117734   51320   51203   117   40     4680", "51203", "51320"),
    ],
    ids=["earlier first", "later first"],
)
def test_multiplied_difference_of_readings_is_the_consumption(
    row: str, previous: str, current: str, tmp_path: Path
) -> None:
    bill = f"Meter      Previous  Current  Diff  Multiplier  kWh\n{row}\nAverage per day 156 kWh. Last year: 4920 kWh\n"
    item = _one(bill, Category.ELECTRICITY, tmp_path)
    assert (item["previous_reading"], item["current_reading"]) == (Decimal(previous), Decimal(current))
    assert (item["quantity"], item["unit"]) == (Decimal(4680), "kilowatt_hour_(kwh)")
    assert item["meter_number"] == "ND117734"


def test_dated_readings_below_each_other_are_ordered_by_their_values(tmp_path: Path) -> None:
    bill = (
        "Reading on 2 April 2024 (company read)      2231\n"
        "Reading on 3 October 2023 (company read)    2044\n"
        "Water used                                  187 m3\n"
        "You used 174 m3 in the last bill\n"
    )
    item = _one(bill, Category.WATER, tmp_path)
    assert (item["previous_reading"], item["current_reading"], item["quantity"]) == (2044, 2231, 187)


def test_limits_of_blocks_are_no_readings(tmp_path: Path) -> None:
    bill = (
        "Contador        Leit. anterior   Leit. atual   Consumo (m3)\n"
        "I15TA123987     532              543           11\n\n"
        "Água 1º escalão (0-5 m3)    5    0,51    2,55\n"
        "Água 2º escalão (6-15 m3)   6    0,98    5,88\n"
    )
    item = _one(bill, Category.WATER, tmp_path)
    assert (item["quantity"], item["previous_reading"], item["current_reading"]) == (11, 532, 543)


def test_columns_of_tariff_periods_are_told_by_the_difference_of_their_rows(tmp_path: Path) -> None:
    bill = (
        "                            P1        P2        P3        Guztira\n"
        "Aurreko irakurketa          1204      998       2050\n"
        "Oraingo irakurketa          1444      1213      2440\n"
        "Kontsumoa (kWh)             240       215       390       845\n"
        "Kontratatutako potentzia kW 4,6       4,6       5,75\n"
    )
    item = _one(bill, Category.ELECTRICITY, tmp_path)
    rows = {row["period"]: (row["quantity"], row["contracted_power"]) for row in item["tariff_periods"]}
    assert rows == {"P1": (240, Decimal("4.6")), "P2": (215, Decimal("4.6")), "P3": (390, Decimal("5.75"))}
    assert item["quantity"] == 845
    assert "contracted_power" not in item


def test_prices_in_pence_are_given_in_the_currency(tmp_path: Path) -> None:
    bill = (
        "Register  Previous   Latest     kWh       Rate p    Cost\n"
        "Day       48,112.3   49,862.5   1,750.2   27.10     £474.30\n"
        "Night     15,301.0   15,865.4   564.4     15.61     £88.10\n"
        "Total                           2,314.6             £562.40\n"
    )
    item = _one(bill, Category.ELECTRICITY, tmp_path)
    prices = {row["period"]: (row["unit_price"], row["amount"]) for row in item["tariff_periods"]}
    assert prices == {"Day": (Decimal("0.271"), Decimal("474.30")), "Night": (Decimal("0.1561"), Decimal("88.10"))}
    assert item["quantity"] == Decimal("2314.6")


def test_blocks_of_one_charge_are_summed_where_the_sum_is_printed(tmp_path: Path) -> None:
    bill = (
        "Consumo Uso Sistema kWh 29,0000   0,43754000   13,30\n"
        "Consumo Uso Sistema kWh 12,0000   0,43754000    5,50\n"
        "Consumo Uso Sistema kWh 152,0000  0,43754000   69,66\n"
        "DEZ 22   193   33\n"
    )
    assert _one(bill, Category.ELECTRICITY, tmp_path)["quantity"] == 193


def test_meters_side_by_side_are_items_and_a_replaced_meter_is_none(tmp_path: Path) -> None:
    header = "Compteur    Ancien index              Nouvel index             Consommation m3\n"
    beside = "C11AA001    120                       175                      55\nC11AA002    900    1130    230\n"
    items = _items("Facture no RE-24-7712\n" + header + beside + "Total 285 m3\n", Category.WATER, tmp_path)
    assert [(item["meter_number"], item["quantity"]) for item in items] == [("C11AA001", 55), ("C11AA002", 230)]
    assert {item["invoice_number"] for item in items} == {"RE-24-7712"}
    replaced = (
        "C11AA001    120 (01/01/2024)    175 (31/03/2024)    55\n"
        "C11AA002    0   (31/03/2024)    230 (30/06/2024)    230\n"
    )
    assert _one(header + replaced + "Total 285 m3\n", Category.WATER, tmp_path)["quantity"] == 285


def test_blocks_of_supply_points_have_their_own_totals(tmp_path: Path) -> None:
    block = "Site {0}: Mill Road\nMPRN {1}    Meter serial no. K0123{0}\nGas consumption {2} kWh\nSite total £{3}\n\n"
    bill = (
        "Albion Gas Ltd   Invoice number: AG/0077121\n"
        "Period 01/02/2024 to 29/02/2024\n\n"
        + block.format(1, "1122334455", "12,890", "914.70")
        + block.format(2, "5566778899", "4,471", "325.37")
        + "VAT 20% £248.01\nTotal amount due £1,488.08\n"
    )
    items = _items(bill, Category.GAS, tmp_path)
    assert [(item["supply_point"], item["quantity"]) for item in items] == [("1122334455", 12890), ("5566778899", 4471)]
    assert [item["total_amount"] for item in items] == [Decimal("914.70"), Decimal("325.37")]
    assert all(item["end_date"] == "2024-02-29" and item["invoice_number"] == "AG/0077121" for item in items)


def test_rows_of_supply_points_are_items(tmp_path: Path) -> None:
    bill = (
        "Factura no LP-2024-06   Periodo 01/06/2024 - 30/06/2024\n\n"
        "CUPS                        Consumo kWh     Importe\n"
        f"{_CUPS[0]}WM        1.210           290,53\n"
        f"{_CUPS[1]}WG        844             205,97\n"
    )
    items = _items(bill, Category.ELECTRICITY, tmp_path)
    assert [(item["cups"][:18], item["quantity"]) for item in items] == [(_CUPS[0], 1210), (_CUPS[1], 844)]


def test_volume_and_calorific_value_are_those_that_make_the_energy(tmp_path: Path) -> None:
    bill = (
        "Zähler-Nr.      Stand alt   Stand neu   Verbrauch m³   Z-Zahl   Brennwert   Verbrauch kWh\n"
        "7GMT0012340098  10.882      12.650      1.768          0,9801   11,486      19.903\n"
        "Arbeitspreis 19.903 kWh zu 8,90 ct/kWh. Im Vorjahr 21.450 kWh\n"
    )
    item = _one(bill, Category.GAS, tmp_path)
    assert (item["quantity"], item["unit"]) == (19903, "kilowatt_hour_(kwh)")
    assert (item["volume_m3"], item["conversion_factor"]) == (1768, Decimal("11.486"))


def test_full_supply_number_is_told_by_its_core(tmp_path: Path) -> None:
    bill = "MPAN: S 03 801 111 22 1234 5678 901\nElectricity used 268 kWh\n"
    assert _one(bill, Category.ELECTRICITY, tmp_path)["supply_point"] == "2212345678901"


def test_delivery_note_tells_what_was_delivered_not_what_was_ordered(tmp_path: Path) -> None:
    note = (
        "Ridgeway Fuels Ltd     DELIVERY TICKET\n"
        "Ticket no. DT-553201   Date 02/11/2023\n"
        "Product      Ordered (litres)    Delivered (litres)\n"
        "Gas Oil      2,000               1,802\n"
    )
    item = _one(note, Category.FUEL_DELIVERY, tmp_path)
    assert (item["quantity"], item["unit"], item["delivery_date"]) == (1802, "litre_(l)", "2023-11-02")


def test_printed_sum_of_priced_lines_is_the_quantity(tmp_path: Path) -> None:
    invoice = (
        "Factura no RV2024-55   Fecha factura 30/06/2024\n"
        "Fecha        Producto     Litros     Precio     Importe\n"
        "03/06/2024   Diesel e+    210,50     1,434      301,86\n"
        "11/06/2024   Diesel e+    190,40     1,439      273,99\n"
        "Total                     400,90                575,85\n"
    )
    assert _one(invoice, Category.FUEL_DELIVERY, tmp_path)["quantity"] == Decimal("400.90")


def test_recharge_is_what_was_added_not_what_the_system_holds(tmp_path: Path) -> None:
    report = (
        "F-GAS SERVICE RECORD\nReport No: SR-10422\nService date: 21 August 2024\nRefrigerant type: R410A\n"
        "System charge: 16.80 kg\nRefrigerant recovered: 0.00 kg\nRefrigerant added: 2.40 kg\nTotal tCO2e: 5.01\n"
    )
    item = _one(report, Category.RECHARGES, tmp_path)
    assert (item["quantity"], item["unit"], item["product"]) == (Decimal("2.40"), "kilogram_(kg)", "R410A")
