"""What the lines and balances of account statements prove, and what they don't."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from service.domain.reading import Track
from service.processing.reader.document import read_document
from service.processing.reader.model import Limits


def _item(text: str, folder: Path) -> dict[str, Any]:
    path = folder / "statement.txt"
    path.write_text(text, encoding="utf-8")
    reading = read_document(path, file_name=path.name, declared_type=None, track=Track.DEFAULT, limits=Limits()).reading
    assert reading is not None
    return reading.items[0]


def _moved(item: dict[str, Any]) -> list[tuple[str, Decimal]]:
    return [(row["date"], row["amount"]) for row in item["transactions"]]


def test_amounts_over_their_days_belong_to_the_lines_under_them(tmp_path: Path) -> None:
    lines = [
        "Musterbank AG Kontoauszug 2/2024",
        "IBAN DE89 3704 0044 0532 0130 00",
        "Datum Erlaeuterung Betrag Soll EUR Betrag Haben EUR",
        "1.000,00",
        "Kontostand am 04.01.2024, Auszug Nr. 1",
        "-45,10",
        "08.01.2024 Kartenzahlung",
        "Buchhandlung Nord",
        "-4,90",
        "15.01.2024 Entgelt",
        "100,00",
        "01.02.2024 Zahlungseingang",
        "1.050,00",
        "Kontostand am 02.02.2024 um 18:05 Uhr",
    ]
    item = _item("\n".join(lines), tmp_path)
    assert _moved(item) == [
        ("2024-01-08", Decimal("-45.10")),
        ("2024-01-15", Decimal("-4.90")),
        ("2024-02-01", Decimal("100.00")),
    ]
    assert (item["opening_balance"], item["closing_balance"]) == (Decimal("1000.00"), Decimal("1050.00"))


def test_equal_balances_do_not_prove_that_nothing_moved(tmp_path: Path) -> None:
    text = """Musterbank AG Kontoauszug Mai 2023
Alter Saldo 0,00 Euro
Neuer Saldo 0,00 Euro
Buchung Verwendungszweck Betrag (EUR)
03.05.2023 Entgelt -0,99
"""
    item = _item(text, tmp_path)
    assert _moved(item) == [("2023-05-03", Decimal("-0.99"))]


def test_balance_behind_the_first_transaction_is_not_the_opening_one(tmp_path: Path) -> None:
    text = """Musterbank AG Kontoauszug 6
Datum 12.08.2020
Datum Verwendungszweck Wert Soll Haben
10.08. Ueberweisung 10.08. 15.000,00+
*** Kontostand zum 10.08. *** 15.523,37+
11.08. Kauf Fonds 12.08. 4.116,20-
*** Kontostand zum 12.08. *** 11.407,17+
"""
    item = _item(text, tmp_path)
    assert [row["amount"] for row in item["transactions"]] == [Decimal("15000.00"), Decimal("-4116.20")]
    assert item.get("opening_balance") in (None, Decimal("523.37"))


def test_plus_and_minus_of_a_card_are_taken_as_printed(tmp_path: Path) -> None:
    text = """Example Card
Kreditkartenabrechnung vom 10.01.2024
Datum Beschreibung Betrag EUR
04.01.2024 Buchhandlung 4,00-
05.01.2024 Baeckerei 1,00-
06.01.2024 Lastschrift dankend erhalten 671,99+
07.01.2024 Erstattung 1,00+
"""
    item = _item(text, tmp_path)
    assert [row["amount"] for row in item["transactions"]] == [
        Decimal("-4.00"),
        Decimal("-1.00"),
        Decimal("671.99"),
        Decimal("1.00"),
    ]


def test_minus_in_the_column_of_credits_is_money_that_went_out(tmp_path: Path) -> None:
    text = """Musterbank AG Kontoauszug 3/2025 vom 04.03.2025
Datum        Erlaeuterung              Betrag Soll EUR    Betrag Haben EUR
06.02.2025   Kartenzahlung                                         -460,00
17.02.2025   Zahlungseingang                                        500,00
"""
    item = _item(text, tmp_path)
    assert [row["amount"] for row in item["transactions"]] == [Decimal("-460.00"), Decimal("500.00")]
