"""Account statements on pages and in tables become one item with signed transactions."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain.category import Category
from service.domain.checks import Outcome
from service.domain.reading import Reading, Track
from service.processing.reader.content import Content
from service.processing.reader.document import read_document
from service.processing.reader.model import Limits
from service.processing.reader.statement_proof import proves_statement
from service.processing.reader.tables import read_text

_ACCOUNT = """Banco Norte, S.A.
Statement of account                                   Period: 01 Dec 2023 to 10 Jan 2024
IBAN ES91 2100 0418 4502 0005 1332

Date      Description                      Withdrawals      Deposits       Balance
          Balance brought forward                                         1,000.00
30 Dec    CARD PAYMENT                         45.10                       954.90
          WATERWORKS NORTH
02 Jan    SALARY                                            2,000.00     2,954.90
05 Jan    TRANSFER OUT                        954.90                     2,000.00
Total                                       1,000.00        2,000.00
Closing balance                                                          2,000.00
"""

_CARD = """Example Card
Credit card statement           Statement Date: 20 Feb 2024
Minimum payment 50.00

Post date   Trans date   Description                     Amount (GBP)
            Previous balance                                   120.00
05 Feb      03 Feb       BOOKSHOP                               25.50
07 Feb      06 Feb       PAYMENT - THANK YOU                120.00 CR
                         New balance                            25.50
"""

_SIGNED = """Big Bank                                   Account statement
for June 24, 2023 to July 25, 2023       Statement of account in USD $
Beginning balance on June 24, 2023              $900.00
Date        Description                          Amount
06/28/23    Payroll deposit                      2,450.00
07/03/23    Transfer to savings                  -125.50
Ending balance on July 25, 2023               $3,224.50
"""

_GERMAN = """Musterbank AG                       Kontoauszug Nr. 3/2024
IBAN DE89 3704 0044 0532 0130 00
Kontostand am 01.03.2024, Auszug Nr. 2                     1.000,00 EUR +
Buchungstag  Valuta      Verwendungszweck                  Betrag
05.03.2024   05.03.2024  Lastschrift Wasserwerke Nord      45,10-
06.03.2024   07.03.2024  Gehalt Maerz                     100,00+
28.03.2024   31.03.2024  Entgelt                           10,00 S
Kontostand am 31.03.2024                                   1.044,90 EUR +
"""

_FRENCH = """Banque Exemple                    RELEVE DE COMPTE
du 01/03/2024 au 31/03/2024
Date      Nature de l'operation            Valeur       Debit        Credit
          SOLDE AU 29/02/2024                                       1 000,00
05/03     PRLV SEPA EAUX DU NORD           06/03         45,10
          VIR SEPA CLIENT                  05/03                      100,00
          TOTAL DES MOUVEMENTS                           45,10        100,00
          SOLDE AU 31/03/2024                                       1 054,90
"""

_SPANISH = """BANCO EJEMPLO, S.A.                         EXTRACTO DE CUENTA
Periodo: del 01/03/2024 al 31/03/2024
F. Oper.    F. Valor    Concepto                         Importe        Saldo
05/03       06/03       RECIBO AGUAS DEL NORTE           -45,10         954,90
29/03       29/03       COMISION MANTENIMIENTO           -10,00         944,90
"""


def _read(text: str, folder: Path, name: str, track: Track = Track.DEFAULT) -> Reading:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    reading = read_document(path, file_name=name, declared_type=None, track=track, limits=Limits()).reading
    assert reading is not None and reading.category is Category.BANK_STATEMENT
    return reading


def _moved(item: dict[str, Any]) -> list[tuple[str, Decimal]]:
    return [(row["date"], row["amount"]) for row in item["transactions"]]


def _adds_up(reading: Reading) -> Outcome:
    return next(check.outcome for check in reading.checks if check.name == "transactions_add_up")


def test_columns_and_running_balance_sign_the_amounts(tmp_path: Path) -> None:
    reading = _read(_ACCOUNT, tmp_path, "account.txt")
    (item,) = reading.items
    assert _moved(item) == [
        ("2023-12-30", Decimal("-45.10")),
        ("2024-01-02", Decimal("2000.00")),
        ("2024-01-05", Decimal("-954.90")),
    ]
    assert item["transactions"][0]["description"] == "CARD PAYMENT WATERWORKS NORTH"
    assert item["transactions"][1]["balance"] == Decimal("2954.90")
    assert item["iban"] == "ES9121000418450200051332"
    assert _adds_up(reading) is Outcome.PASS


def test_each_cell_leads_back_to_its_place_on_the_page(tmp_path: Path) -> None:
    reading = _read(_ACCOUNT, tmp_path, "account.txt")
    places = {entry.field: entry for entry in reading.evidence}
    amount, balance = places["transactions[0].amount"], places["transactions[0].balance"]
    assert (amount.raw_text, balance.raw_text) == ("45.10", "954.90")
    assert amount.box is not None and balance.box is not None and amount.box.x1 < balance.box.x0


def test_purchases_by_card_are_negative_and_payments_positive(tmp_path: Path) -> None:
    reading = _read(_CARD, tmp_path, "card.txt")
    (item,) = reading.items
    assert _moved(item) == [("2024-02-05", Decimal("-25.50")), ("2024-02-07", Decimal("120.00"))]
    assert item["end_date"] == "2024-02-20"
    assert _adds_up(reading) is Outcome.PASS


def test_printed_signs_are_kept_and_american_dates_read_as_such(tmp_path: Path) -> None:
    reading = _read(_SIGNED, tmp_path, "signed.txt")
    assert _moved(reading.items[0]) == [("2023-06-28", Decimal("2450.00")), ("2023-07-03", Decimal("-125.50"))]
    assert _adds_up(reading) is Outcome.PASS


def test_german_signs_behind_amounts_and_balances_on_a_day(tmp_path: Path) -> None:
    reading = _read(_GERMAN, tmp_path, "auszug.txt")
    (item,) = reading.items
    assert [(row["date"], row["value_date"], row["amount"]) for row in item["transactions"]] == [
        ("2024-03-05", "2024-03-05", Decimal("-45.10")),
        ("2024-03-06", "2024-03-07", Decimal("100.00")),
        ("2024-03-28", "2024-03-31", Decimal("-10.00")),
    ]
    assert (item["opening_balance"], item["closing_balance"]) == (Decimal("1000.00"), Decimal("1044.90"))
    assert _adds_up(reading) is Outcome.PASS


def test_value_date_behind_the_text_and_day_of_the_line_before(tmp_path: Path) -> None:
    reading = _read(_FRENCH, tmp_path, "releve.txt")
    first, second = reading.items[0]["transactions"]
    assert first == {
        "date": "2024-03-05",
        "value_date": "2024-03-06",
        "description": "PRLV SEPA EAUX DU NORD",
        "amount": Decimal("-45.10"),
    }
    assert (second["date"], second["amount"]) == ("2024-03-05", Decimal("100.00"))
    assert _adds_up(reading) is Outcome.PASS


def test_booking_and_value_date_stand_under_their_headings(tmp_path: Path) -> None:
    reading = _read(_SPANISH, tmp_path, "extracto.txt")
    (item,) = reading.items
    assert [(row["date"], row["value_date"]) for row in item["transactions"]] == [
        ("2024-03-05", "2024-03-06"),
        ("2024-03-29", "2024-03-29"),
    ]
    assert (item["opening_balance"], item["closing_balance"]) == (Decimal("1000.00"), Decimal("944.90"))


def test_lines_of_sums_are_no_transactions(tmp_path: Path) -> None:
    (item,) = _read(_ACCOUNT + "31 Jan 2024   15 Feb 2024   500.00   10.00\n", tmp_path, "account.txt").items
    assert len(item["transactions"]) == 3


@pytest.mark.parametrize(
    "table",
    [
        "Date,Description,Amount,Balance\n2024-03-05,Water,-45.10,954.90\n2024-03-06,Salary,100.00,1054.90\n",
        "Fecha;Fecha valor;Concepto;Importe;Saldo\n06/03/2024;07/03/2024;Nómina;100,00;1.054,90\n"
        "05/03/2024;05/03/2024;Agua;-45,10;954,90\n",
        "Buchungstag;Verwendungszweck;Soll;Haben;Kontostand\n05.03.2024;Wasser;45,10;;954,90\n"
        "06.03.2024;Gehalt;;100,00;1.054,90\n",
    ],
)
def test_table_of_any_bank_becomes_one_item(table: str, tmp_path: Path) -> None:
    reading = _read(table, tmp_path, "movements.csv", Track.FASTTRACK)
    (item,) = reading.items
    assert sorted(_moved(item)) == [("2024-03-05", Decimal("-45.10")), ("2024-03-06", Decimal("100.00"))]
    assert (item["opening_balance"], item["closing_balance"]) == (Decimal("1000.00"), Decimal("1054.90"))
    assert (item["start_date"], item["end_date"]) == ("2024-03-05", "2024-03-06")
    assert _adds_up(reading) is Outcome.PASS


def test_table_names_its_account_over_the_header(tmp_path: Path) -> None:
    table = "Cuenta,ES91 2100 0418 4502 0005 1332,,\n,,,\nFecha,Concepto,Importe,Divisa\n05/03/2024,Agua,-45.10,EUR\n"
    (item,) = _read(table, tmp_path, "m.csv").items
    assert item["iban"] == "ES9121000418450200051332"
    assert item["transactions"] == [{"date": "2024-03-05", "description": "Agua", "amount": Decimal("-45.10")}]


def test_row_that_names_a_balance_is_no_transaction(tmp_path: Path) -> None:
    table = (
        "Date,Description,Amount\n2024-03-01,Opening balance,1000.00\n2024-03-05,Water,-45.10\n"
        "2024-03-31,Closing balance,954.90\n"
    )
    reading = _read(table, tmp_path, "m.csv")
    (item,) = reading.items
    assert _moved(item) == [("2024-03-05", Decimal("-45.10"))]
    assert (item["opening_balance"], item["closing_balance"]) == (Decimal("1000.00"), Decimal("954.90"))
    assert {entry.raw_text for entry in reading.evidence if entry.field == "closing_balance"} == {"954.90"}
    assert _adds_up(reading) is Outcome.PASS


@pytest.mark.parametrize(
    "table",
    [
        "Date,LER,Description,Quantity kg,Amount\n2024-03-05,200301,Mixed municipal waste,120,45.10\n",
        "Fecha;Concepto;Litros;Importe\n05/03/2024;Gasoleo A;40,00;60,00\n",
        "Date,CUPS,Description,kWh,Amount\n2024-03-05,ES0021000000000001JN0F,Energy,120,45.10\n",
    ],
)
def test_table_of_quantities_is_no_statement(table: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(table, encoding="utf-8")
    document = read_document(path, file_name="table.csv", declared_type=None, track=Track.DEFAULT, limits=Limits())
    assert document.reading is not None and document.reading.category is not Category.BANK_STATEMENT


_DAY_ONCE = """Example Bank                        Your account statement
From May 24, 2024 to June 24, 2024
Account number: 01234-5012345
Date      Description                          Withdrawals ($)    Deposits ($)    Balance ($)
          Opening Balance                                                           1,254.10
29 May    e-Transfer sent
          Interac 20240529                          150.00
          Monthly fee                                 4.00                          1,100.10
3 Jun     Payroll Deposit
          NORTHERN FOODS INC                                        2,310.55
          Contactless purchase 3321                  23.40                          3,387.25
          Closing Balance                                                           3,387.25
"""
_MOVED_ONCE = [
    ("2024-05-29", Decimal("-150.00")),
    ("2024-05-29", Decimal("-4.00")),
    ("2024-06-03", Decimal("2310.55")),
    ("2024-06-03", Decimal("-23.40")),
]


@pytest.mark.parametrize("layout", [_DAY_ONCE, re.sub(r" +", " ", _DAY_ONCE)], ids=["columns", "single spaces"])
def test_day_is_printed_once_and_balance_at_its_end(layout: str, tmp_path: Path) -> None:
    reading = _read(layout, tmp_path, "account.txt")
    (item,) = reading.items
    assert _moved(item) == _MOVED_ONCE
    assert (item["start_date"], item["end_date"]) == ("2024-05-24", "2024-06-24")
    assert _adds_up(reading) is Outcome.PASS


def test_balances_sign_amounts_whose_columns_are_lost(tmp_path: Path) -> None:
    reading = _read(
        "Banque Exemple RELEVE DE COMPTE du 30/12/2023 au 30/01/2024\nDate Nature des operations Debit Credit\n"
        "SOLDE AU 30/12/2023 1 543,20\n02/01 PRLV TELECOM 35,90\n05/01 VIREMENT ACME 2 150,00\n10/01 PRET 612,34\n"
        "SOLDE AU 30/01/2024 3 044,96\n",
        tmp_path,
        "releve.txt",
    )
    assert [amount for _, amount in _moved(reading.items[0])] == [
        Decimal("-35.90"),
        Decimal("2150.00"),
        Decimal("-612.34"),
    ]
    assert _adds_up(reading) is Outcome.PASS


def test_sign_that_two_ways_fit_is_said_to_be_open(tmp_path: Path) -> None:
    reading = _read(
        "Musterbank Kontoauszug 01.03.2024 - 31.03.2024\nDatum Verwendungszweck Soll Haben\nAlter Saldo 100,00\n"
        "05.03.2024 Umbuchung A 25,00\n06.03.2024 Umbuchung B 25,00\nNeuer Saldo 100,00\n",
        tmp_path,
        "auszug.txt",
    )
    amounts = [entry for entry in reading.evidence if entry.field.endswith(".amount")]
    assert [entry.alternatives for entry in amounts] == [
        (str(-row["amount"]),) for row in reading.items[0]["transactions"]
    ]
    assert all(entry.confidence <= 0.5 for entry in amounts)


def test_headings_over_transactions_sign_them(tmp_path: Path) -> None:
    reading = _read(
        "Example Bank, N.A. Checking statement\nMarch 30, 2024 through April 30, 2024\n"
        "Beginning Balance                   $1,000.00\nEnding Balance                      $3,457.83\n"
        "DEPOSITS AND ADDITIONS\nDATE     DESCRIPTION                    AMOUNT\n"
        "04/01    Acme Payroll              $2,500.00\n"
        "Total Deposits and Additions       $2,500.00\nATM & DEBIT CARD WITHDRAWALS\n"
        "DATE     DESCRIPTION                    AMOUNT\n04/03    Market 55 Austin             $42.17\n",
        tmp_path,
        "checking.txt",
    )
    assert _moved(reading.items[0]) == [("2024-04-01", Decimal("2500.00")), ("2024-04-03", Decimal("-42.17"))]
    assert _adds_up(reading) is Outcome.PASS


def test_balances_of_a_card_are_what_its_holder_has(tmp_path: Path) -> None:
    (item,) = _read(_CARD, tmp_path, "card.txt").items
    assert (item["opening_balance"], item["closing_balance"]) == (Decimal("-120.00"), Decimal("-25.50"))


def test_each_account_of_a_statement_is_an_item(tmp_path: Path) -> None:
    head = "Date      Description              Amount      Balance\n"
    reading = _read(
        "Credit Union Example        Statement Period 06/01/2024 to 06/30/2024\nChecking Account 1234567-01\n"
        f"{head}06/01     Beginning Balance                      500.00\n"
        "06/05     Transfer to savings     -100.00       400.00\n"
        "06/30     Ending Balance                         400.00\nSavings Account 1234567-02\n"
        f"{head}06/01     Beginning Balance                    2,000.00\n"
        "06/05     Transfer                 100.00     2,100.00\n"
        "06/30     Ending Balance                       2,100.00\n",
        tmp_path,
        "union.txt",
    )
    assert [(item["account_number"], item["opening_balance"], _moved(item)) for item in reading.items] == [
        ("1234567-01", Decimal("500.00"), [("2024-06-05", Decimal("-100.00"))]),
        ("1234567-02", Decimal("2000.00"), [("2024-06-05", Decimal("100.00"))]),
    ]


@pytest.mark.parametrize(
    "table",
    [
        '"Datum","Naam / Omschrijving","Af Bij","Bedrag (EUR)","Saldo na mutatie"\n'
        '"20240306","Salaris","Bij","100,00","1054,90"\n"20240305","Water","Af","45,10","954,90"\n',
        '"2024-03-06","100.00","*","Salary","1054.90"\n"2024-03-05","-45.10","*","Water","954.90"\n',
    ],
    ids=["a column says which way", "no header"],
)
def test_table_without_signs_or_header_is_read(table: str, tmp_path: Path) -> None:
    (item,) = _read(table, tmp_path, "m.csv").items
    assert _moved(item) == [("2024-03-06", Decimal("100.00")), ("2024-03-05", Decimal("-45.10"))]
    assert (item["opening_balance"], item["closing_balance"]) == (Decimal("1000.00"), Decimal("1054.90"))


def test_lines_over_a_table_tell_balance_and_period(tmp_path: Path) -> None:
    (item,) = _read(
        "Opérations du compte entre le 01/02/2024 et le 29/02/2024;\nSolde au 29/02/2024 116,72 €;\n\n"
        "Date;Libellé;Débit euros;Crédit euros\n12/02/2024;VIREMENT;;310,00\n01/02/2024;RETRAIT;1 050,00;\n",
        tmp_path,
        "m.csv",
    ).items
    assert (item["start_date"], item["end_date"]) == ("2024-02-01", "2024-02-29")
    assert (item["closing_balance"], item["currency"]) == (Decimal("116.72"), "EUR")
    assert [amount for _, amount in _moved(item)] == [Decimal("310.00"), Decimal("-1050.00")]


def test_line_that_the_balances_do_not_need_is_no_transaction(tmp_path: Path) -> None:
    plan = "05 Jan   PHONE PLAN 0% 12 MONTHS        1,200.00\n"
    (item,) = _read(_CARD + "Plans of instalments\n" + plan, tmp_path, "card.txt").items
    assert _moved(item) == [("2024-02-05", Decimal("-25.50")), ("2024-02-07", Decimal("120.00"))]


_HEAD = "Example Bank            Account statement\nStatement period 01 Mar 2024 to 31 Mar 2024\n\n"


def _amounts(item: dict[str, Any]) -> list[Decimal]:
    return [row["amount"] for row in item["transactions"]]


def test_checks_beside_each_other_are_each_a_transaction(tmp_path: Path) -> None:
    text = """Beginning balance                                        $1,000.00

Checks
Date     Check #     Amount     Date     Check #     Amount     Date     Check #     Amount
03/04    2310         85.25     03/05    2311        214.50     03/07    2313*        10.00
03/11    2314         40.00
Daily balances
Date        Balance     Date        Balance
03/04        914.75     03/05        700.25
Ending balance                                             $650.25
"""
    (item,) = _read(_HEAD + text, tmp_path, "checks.txt").items
    assert _moved(item) == [
        ("2024-03-04", Decimal("-85.25")),
        ("2024-03-05", Decimal("-214.50")),
        ("2024-03-07", Decimal("-10.00")),
        ("2024-03-11", Decimal("-40.00")),
    ]
    assert [(row["description"], row["reference"]) for row in item["transactions"]][2] == ("Check 2313", "2313")


def test_columns_without_known_headings_are_told_by_their_edges(tmp_path: Path) -> None:
    text = """Opening balance                                                         1,000.00
Zuq         Wxyz                             Blorp         Frob          Grault
04 Mar      WATERWORKS NORTH                 45.10                       954.90
06 Mar      CUSTOMER ACME                                  100.00      1,054.90
11 Mar      OFFICE RENT                     700.00                       354.90
15 Mar      CUSTOMER EMCA                                  250.00        604.90
"""
    (item,) = _read(_HEAD + text, tmp_path, "unknown.txt").items
    assert _amounts(item) == [Decimal(amount) for amount in ("-45.10", "100.00", "-700.00", "250.00")]
    assert item["transactions"][-1]["balance"] == Decimal("604.90")


@pytest.mark.parametrize(
    ("currency", "amounts"),
    [
        ("JPY", ("31,474", "1,218,526", "70,000", "1,288,526", "900", "1,287,626")),
        ("KWD", ("31.474", "1,218.526", "70.000", "1,288.526", "0.900", "1,287.626")),
    ],
)
def test_amounts_have_as_many_decimals_as_their_currency(
    currency: str, amounts: tuple[str, ...], tmp_path: Path
) -> None:
    spent, left, paid, more, fee, last = amounts
    text = f"""Currency: {currency}
Date          Description               Withdrawals      Deposits        Balance
2024/03/04    Gas company               {spent:>11}                  {left:>11}
2024/03/07    Customer                                 {paid:>11}    {more:>11}
2024/03/11    Service fee               {fee:>11}                  {last:>11}
"""
    (item,) = _read(_HEAD + text, tmp_path, f"{currency}.txt").items
    assert _amounts(item) == [Decimal(told.replace(",", "")) for told in (f"-{spent}", paid, f"-{fee}")]
    assert item["closing_balance"] == Decimal(last.replace(",", ""))
    assert item["currency"] == currency


def test_day_on_a_line_of_its_own_is_that_of_the_transactions_under_it(tmp_path: Path) -> None:
    text = """Opening balance 100.00    Closing balance 104.50

Monday 4 March 2024
   Coffee house                                      -4.50
   Refund shoe shop                                 +20.00

Tuesday 12 March 2024
   Underground                                      -11.00
"""
    (item,) = _read(_HEAD + text, tmp_path, "days.txt").items
    assert _moved(item) == [
        ("2024-03-04", Decimal("-4.50")),
        ("2024-03-04", Decimal("20.00")),
        ("2024-03-12", Decimal("-11.00")),
    ]


def test_letter_in_a_column_of_its_own_tells_the_way(tmp_path: Path) -> None:
    text = """Datum         Omschrijving              Bedrag (EUR)    Af/Bij
04-03-2024    Waterbedrijf Noord               45,10    Af
06-03-2024    Klant Voorbeeld                 100,00    Bij
"""
    (item,) = _read("Rekeningafschrift\n" + text, tmp_path, "afbij.txt").items
    assert _amounts(item) == [Decimal("-45.10"), Decimal("100.00")]


def test_sum_behind_the_balance_is_not_the_balance(tmp_path: Path) -> None:
    text = """Opening balance 1,000.00
Date      Description               Amount       Balance     Accrued charges
04 Mar    WATERWORKS NORTH           45.10        954.90                1.50
06 Mar    CUSTOMER ACME           100.00Cr      1,054.90
"""
    (item,) = _read(_HEAD + text, tmp_path, "accrued.txt").items
    assert [(row["amount"], row["balance"]) for row in item["transactions"]] == [
        (Decimal("-45.10"), Decimal("954.90")),
        (Decimal("100.00"), Decimal("1054.90")),
    ]


def test_balances_of_days_prove_signs_that_nothing_else_tells(tmp_path: Path) -> None:
    text = """Date Narrative Debit Credit Balance
Opening balance 1,000.00
04/03/2024 Settlement North 45.10
Total for 04/03/2024 0.00 45.10 1,045.10
06/03/2024 Payroll run 100.00
07/03/2024 Settlement South 30.00
Total for 07/03/2024 100.00 30.00 975.10
Closing balance 975.10
"""
    (item,) = _read(_HEAD + text, tmp_path, "totals.txt").items
    assert _amounts(item) == [Decimal("45.10"), Decimal("-100.00"), Decimal("30.00")]


def test_currency_of_an_account_is_that_of_its_headings_or_its_land(tmp_path: Path) -> None:
    rows = "04 Mar    HOTEL PARIS 20.00 EUR              45.10        954.90\n"
    headed = _HEAD + "Opening balance 1,000.00\nDate      Details              Payments (£)   Balance (£)\n" + rows
    assert _read(headed, tmp_path, "headed.txt").items[0]["currency"] == "GBP"
    bare = _HEAD + "IBAN SE45 5000 0000 0583 9825 7466\nDate      Details              Payments       Balance\n"
    reading = _read(bare + rows.replace("20.00 EUR", "         "), tmp_path, "bare.txt")
    assert reading.items[0]["currency"] == "SEK"
    assert next(entry.derived_from for entry in reading.evidence if entry.field == "currency") == ("iban",)


def test_running_balance_proves_a_statement_of_unknown_words(tmp_path: Path) -> None:
    def is_proven(*rows: str) -> bool:
        path = tmp_path / "rows.txt"
        path.write_text("\n".join(rows), encoding="utf-8")
        return proves_statement(Content(read_text(path, Limits())))

    steps = ("04/03/2024  Wxyz  45.10  954.90", "05/03/2024  Frob  4.90  950.00", "06/03/2024  Blorp  50.00  1,000.00")
    assert is_proven(*steps, "07/03/2024  Grault  100.00  900.00")
    assert not is_proven(*steps, "07/03/2024  Grault  100.00  700.00")
    assert not is_proven(*steps)


def test_account_that_pays_a_card_is_no_card(tmp_path: Path) -> None:
    text = """Opening balance 1,000.00
Date Details Balance
04/03/2024 CREDIT CARD PAYMENT 45.10 954.90
06/03/2024 CUSTOMER ACME 100.00 1,054.90
11/03/2024 CUSTOMER EMCA 250.00 1,304.90
Closing balance 1,304.90
"""
    (item,) = _read(_HEAD + text, tmp_path, "pays-a-card.txt").items
    assert _amounts(item) == [Decimal("-45.10"), Decimal("100.00"), Decimal("250.00")]
    assert item["closing_balance"] == Decimal("1304.90")
