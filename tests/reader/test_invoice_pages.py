"""Invoices in many languages and layouts: amounts and lines by arithmetic, names by blocks of addresses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain.category import Category
from service.processing.reader.extract import extract
from service.processing.reader.model import Limits
from service.processing.reader.tables import read_text


def _item(text: str, folder: Path) -> dict[str, Any]:
    path = folder / "d.txt"
    path.write_text(text, encoding="utf-8")
    (item,) = extract(Category.INVOICE, read_text(path, Limits())).items
    return item


_UNKNOWN_LANGUAGE = """Számla 2024/118

Megnevezés              Mennyiség        Egységár          Érték
Asztal                          4          125,00         500,00
Szék                           16           32,50         520,00
Hordozás                        1           80,00          80,00
Nettó                                                   1 100,00
Áfa 27 %                                                  297,00
Fizetendő                                               1 397,00
"""


def test_amounts_and_lines_prove_themselves_in_a_language_without_vocabulary(tmp_path: Path) -> None:
    item = _item(_UNKNOWN_LANGUAGE, tmp_path)
    assert [item[name] for name in ("net_amount", "tax_amount", "total_amount")] == [1100, 297, 1397]
    assert [(row["quantity"], row["unit_price"], row["amount"]) for row in item["lines"]] == [
        (4, 125, 500),
        (16, Decimal("32.50"), 520),
        (1, 80, 80),
    ]


_ROWS_WITH_TAX = """Faktura VAT nr FV/128/03/2024

Nazwa              Ilość   Cena netto   Wartość netto   VAT    Kwota VAT   Wartość brutto
Stół                   4      1250,00         5000,00   23%      1150,00          6150,00
Montaż                 1       600,00          600,00    8%        48,00           648,00
Razem                                         5600,00            1198,00          6798,00
Do zapłaty: 6798,00 PLN
"""


def test_rows_of_several_rates_count_when_they_make_the_greatest_total(tmp_path: Path) -> None:
    item = _item(_ROWS_WITH_TAX, tmp_path)
    assert (item["net_amount"], item["tax_amount"], item["total_amount"]) == (5600, 1198, 6798)
    assert {(row["rate"], row["base"]) for row in item["taxes"]} == {(23, 5000), (8, 600)}
    assert item["invoice_number"] == "FV/128/03/2024"


_CARRIED = """Rechnung 24-55

Pos  Bezeichnung          Menge     Preis      Betrag
1    Welle                    2     50,00      100,00
2    Lager                    4     25,00      100,00
     Übertrag                                  200,00
     Übertrag                                  200,00
3    Dichtung                10      3,00       30,00
     Summe netto                               230,00
     19 % MwSt.                                 43,70
     Rechnungsbetrag                           273,70
"""


def test_sums_that_are_carried_to_the_next_page_are_no_lines(tmp_path: Path) -> None:
    assert [row["description"] for row in _item(_CARRIED, tmp_path)["lines"]] == ["Welle", "Lager", "Dichtung"]


_DISCOUNTED = """Facture 2024-0391

Article                  Quantité   Prix unitaire   Remise    Total HT
Chateau                        60           14,50     10 %      783,00
Coffret                        10           22,90      5 %      217,55
Sous-total HT                                                 1 000,55
Remise fidélité 2 %                                             -20,01
Total HT                                                        980,54
TVA 20 %                                                        196,11
Total TTC                                                     1 176,65
"""


def test_discounts_under_the_lines_are_no_lines(tmp_path: Path) -> None:
    item = _item(_DISCOUNTED, tmp_path)
    assert [(row["quantity"], row["amount"]) for row in item["lines"]] == [
        (60, Decimal("783.00")),
        (10, Decimal("217.55")),
    ]
    assert item["net_amount"] == Decimal("980.54")


_WITHHELD = """FACTURA Nº 2024-011

Dirección de obra                                    1.800,00
Base imponible                                       1.800,00
IVA (21%)                                              378,00
Retención IRPF (15%)                                  -270,00
TOTAL A PAGAR                                        1.908,00
"""


def test_what_is_withheld_is_told_and_makes_the_sum_right(tmp_path: Path) -> None:
    item = _item(_WITHHELD, tmp_path)
    assert (item["withheld_amount"], item["net_amount"], item["total_amount"]) == (270, 1800, 1908)


_PREPAID = """Schlussrechnung S-2024-114

Nettosumme                                3.456,60
19,00 % Mehrwertsteuer                      656,75
Gesamtsumme                               4.113,35
abzgl. Abschlagszahlung                  -2.000,00
Noch zu zahlen                            2.113,35
"""


def test_what_is_left_after_a_prepayment_is_the_amount_due(tmp_path: Path) -> None:
    item = _item(_PREPAID, tmp_path)
    assert (item["total_amount"], item["amount_due"]) == (Decimal("4113.35"), Decimal("2113.35"))


_LETTER = """webwerk kiel GmbH | Holtenauer Str. 60 | 24105 Kiel

Nordlicht Physiotherapie
Frau Dr. Anke Petersen
Schlossallee 4
24103 Kiel

Rechnung Nr. RE1187
Datum: 05.04.2024
Betrag 100,00 EUR
Bitte überweisen Sie den Rechnungsbetrag unter Angabe der Nummer bis zum 19.04.2024.
"""


def test_a_sentence_that_asks_to_pay_until_a_day_tells_the_due_date(tmp_path: Path) -> None:
    item = _item(_LETTER, tmp_path)
    assert (item["issue_date"], item["due_date"]) == ("2024-04-05", "2024-04-19")


_BLOCKS = """Brightwater Supplies
Unit 4 Quayside
Bristol BS1 6XN

                                    Attn: Ms Jones
                                    Thistle & Crown Catering Ltd
                                    23 Rose Street
                                    Edinburgh EH2 2PR

Invoice INV/2024/00187

Item                         Amount
Standing desk                825.00
Task chair                   516.00
Total                      1,341.00 GBP

Please use the number of the invoice
for your payment.

Thank you.
"""


def test_of_two_addresses_the_one_at_the_head_is_the_issuers(tmp_path: Path) -> None:
    item = _item(_BLOCKS, tmp_path)
    assert (item["supplier_name"], item["customer_name"]) == ("Brightwater Supplies", "Thistle & Crown Catering Ltd")
    assert item["invoice_number"] == "INV/2024/00187"


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Factura 2024/1", "invoice"),
        ("Gutschrift Nr. 7", "credit_note"),
        ("AVOIR N° AV-2024-3", "credit_note"),
        ("FACTURA RECTIFICATIVA R24/19", "corrected_invoice"),
        ("Rechnungskorrektur (384) Nr. 21012345", "corrected_invoice"),
        ("Abschlagsrechnung 2024-5", "partial_invoice"),
    ],
)
def test_a_title_tells_what_the_document_is(title: str, wanted: str, tmp_path: Path) -> None:
    assert _item(f"{title}\nTotal 10,00 EUR\n", tmp_path)["document_type"] == wanted


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("Factuurdatum: 7 maart 2024", "2024-03-07"),
        ("Data wystawienia: 19 stycznia 2024", "2024-01-19"),
        ("Datum vystavení: 3. ledna 2024", "2024-01-03"),
        ("Laskun päiväys: 12. helmikuuta 2024", "2024-02-12"),
        ("Fakturaren data: 2024ko otsailaren 15a", "2024-02-15"),
        ("Data de emisión: 11 de xaneiro de 2024", "2024-01-11"),
        ("Fakturadato: 7. maj 2024", "2024-05-07"),
    ],
)
def test_days_in_words_are_read_in_many_languages(printed: str, wanted: str, tmp_path: Path) -> None:
    assert _item(f"{printed}\n", tmp_path)["issue_date"] == wanted


def test_a_company_under_a_person_is_the_customer(tmp_path: Path) -> None:
    text = "Lumen Inc.\nInvoice no 17\n\nBill to\nAinhoa Garay\nEstudio Kresala SL\nCalle Mayor 4\n20003 Donostia\n"
    assert _item(text, tmp_path)["customer_name"] == "Estudio Kresala SL"


def test_an_address_without_a_name_over_it_is_nobodys(tmp_path: Path) -> None:
    text = "De Graaf Staalbouw B.V.\n\nHavenkade 40\n3011 AB Rotterdam\n\nFactuurnummer 20240577\nTe betalen 60,00\n"
    item = _item(text, tmp_path)
    assert item["supplier_name"] == "De Graaf Staalbouw B.V."
    assert "customer_name" not in item


_WITHOUT_CENTS = """Számla sorszáma: BB-24/321

Olaszrizling               120        1 850        222 000
Kékfrankos                  60        2 100        126 000
Nettó összesen                                     348 000
ÁFA 27 %                                            93 960
Fizetendő összesen                                 441 960
"""


def test_amounts_of_a_currency_without_cents_prove_themselves(tmp_path: Path) -> None:
    item = _item(_WITHOUT_CENTS, tmp_path)
    assert [item[name] for name in ("net_amount", "tax_amount", "total_amount")] == [348000, 93960, 441960]
    assert [(row["quantity"], row["amount"]) for row in item["lines"]] == [(120, 222000), (60, 126000)]


_RATE_OF_LINES = """Fatura No: YLD-318

Makine                8        1.450,00   %20     2.320,00      11.600,00
Servis                1        3.200,00   %20       640,00       3.200,00
Toplam Tutar                                                    14.800,00
Hesaplanan KDV(%20)                                              2.960,00
Genel Toplam                                                    17.760,00
"""


def test_the_tax_of_one_line_is_not_the_table_of_taxes(tmp_path: Path) -> None:
    (row,) = _item(_RATE_OF_LINES, tmp_path)["taxes"]
    assert (row["rate"], row["base"], row["amount"]) == (20, 14800, 2960)


def test_the_other_company_over_an_address_without_a_postal_code_is_the_customer(tmp_path: Path) -> None:
    text = (
        "Glenmore Joinery Limited\nUnit 6, Kilbarry Centre, Cork\nVAT Reg: IE6388047V\n\nOakfield Home Ltd\n"
        "Model Farm Road\nCork\n\nInvoice no GJ/24/71\nAmount due 20.00\n"
    )
    item = _item(text, tmp_path)
    assert (item["supplier_name"], item["customer_name"]) == ("Glenmore Joinery Limited", "Oakfield Home Ltd")


def test_of_two_other_companies_none_is_taken_for_the_customer(tmp_path: Path) -> None:
    text = (
        "Glenmore Joinery Limited\nUnit 6, Kilbarry Centre, Cork\n\nOakfield Home Ltd\nModel Farm Road\nCork\n\n"
        "Finbarr Bank plc\nSouth Mall\nCork\n\nInvoice no GJ/24/71\nAmount due 20.00\n" + 20 * "\n" + "Thank you\n"
    )
    assert "customer_name" not in _item(text, tmp_path)


def test_the_hour_under_the_title_is_no_number_of_the_invoice(tmp_path: Path) -> None:
    assert _item("TAX INVOICE\n14/12/2024 18:22 Rcpt 004417\nTotal 51.50\n", tmp_path)["invoice_number"] == "004417"


def test_a_label_is_no_name(tmp_path: Path) -> None:
    assert (
        _item("Reference\nCobalt Joinery\nInvoice no 17\nTotal 51.50\n", tmp_path).get("supplier_name") != "Reference"
    )


def test_taxes_of_several_rates_without_their_bases_make_the_tax(tmp_path: Path) -> None:
    text = (
        "Factura nº F-24/55\n\nSemilla          12     42,00    504,00\nBandeja          50      1,90     95,00\n"
        "Base imponible                       599,00\nIVA 10%                               50,40\n"
        "IVA 21%                               19,95\nTotal                                669,35\n"
    )
    item = _item(text, tmp_path)
    assert (item["net_amount"], item["tax_amount"]) == (Decimal("599.00"), Decimal("70.35"))


def test_what_stands_under_the_code_of_a_customer_is_no_name(tmp_path: Path) -> None:
    text = "Rechnung RE24-77\n\nDatum      04.11.2024\nKunde      K-207\nVorhaben   Webseite\n\nGesamt brutto  20,00\n"
    assert "customer_name" not in _item(text, tmp_path)
