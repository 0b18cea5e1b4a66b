"""What documents of trade call themselves, and pages that prove to be invoices in words that nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.domain.category import Category
from service.processing.reader.classify import classify
from service.processing.reader.content import Content
from service.processing.reader.document_titles import other_title
from service.processing.reader.invoice_proof import proves_invoice
from service.processing.reader.model import Limits
from service.processing.reader.tables import read_text


def _content(text: str, folder: Path) -> Content:
    path = folder / "d.txt"
    path.write_text(text, encoding="utf-8")
    return Content(read_text(path, Limits()))


_TRADE = """{title}

Kern & Co
Number: A-2291
Date: 12/03/2024

Description              Quantity        Price         Amount
Oak shelf                       4       120.00         480.00
Fitting                         2        60.00         120.00
Subtotal                                               600.00
VAT 20%                                                120.00
Total                                                  720.00
"""


@pytest.mark.parametrize(
    "title",
    [
        *(
            "QUOTATION",
            "PRESUPUESTO",
            "Angebot",
            "DEVIS N° D2024-77",
            "PREVENTIVO N. 45",
            "Offerte",
            "Cenová nabídka č. 118",
        ),
        *(
            "PURCHASE ORDER",
            "Auftragsbestätigung",
            "PROFORMA INVOICE",
            "Factura proforma nº 7",
            "Mahnung",
            "REMITTANCE ADVICE",
            "ΠΡΟΣΦΟΡΑ",
        ),
        *("Lieferschein Nr. 80011", "ALBARÁN DE ENTREGA", "Packing list", "FİYAT TEKLİFİ"),
    ],
)
def test_papers_of_trade_that_ask_for_no_payment_are_no_invoices(title: str, tmp_path: Path) -> None:
    content = _content(_TRADE.format(title=title), tmp_path)
    assert classify(content.pages, content).category not in (Category.INVOICE, Category.RECEIPT)
    assert not proves_invoice(content)


@pytest.mark.parametrize(
    "head",
    [
        "INVOICE\nPurchase order   PO-118",
        "Factura 24/118\nPedido nº: 3301",
        "Rechnung\nLieferschein   80011\nAuftrag   4711",
        "Kern & Co\nBestellung   4711   Rechnung   RE-1",
    ],
)
def test_invoices_name_the_papers_that_they_are_of(head: str, tmp_path: Path) -> None:
    assert other_title(_content(_TRADE.format(title=head), tmp_path)) is None


_STRANGE = """Zlatni Rog

{number}
{day}

Stol hrastov                   4       120,00         480,00
Montaza                        2        60,00         120,00
Osnovica                                               600,00
PDV 25%                                                150,00
Za platiti                                             {total}
"""


def test_a_page_with_number_day_and_sums_that_agree_proves_to_be_an_invoice(tmp_path: Path) -> None:
    text = _STRANGE.format(number="Racun br. 214/1", day="Datum izdavanja: 03.07.2024.", total="750,00")
    assert proves_invoice(_content(text, tmp_path))


@pytest.mark.parametrize(
    ("number", "day", "total"),
    [
        ("", "Datum izdavanja: 03.07.2024.", "750,00"),
        ("Racun br. 214/1", "", "750,00"),
        ("Racun br. 214/1", "Datum izdavanja: 03.07.2024.", "790,00"),
    ],
)
def test_a_page_without_one_of_them_proves_nothing(number: str, day: str, total: str, tmp_path: Path) -> None:
    assert not proves_invoice(_content(_STRANGE.format(number=number, day=day, total=total), tmp_path))


_LEGAL = """Harbour Legal

{number}: 24-0117                                      Date: 12/07/2024

Drafting of a lease between landlord and tenant                   420.00
Review of a contract of employment                                180.00
Subtotal                                                          600.00
VAT 20 %                                                          120.00
Total                                                             720.00
"""


def test_a_proven_invoice_with_the_words_of_a_contract_is_an_invoice_of_modest_probability(tmp_path: Path) -> None:
    content = _content(_LEGAL.format(number="Invoice no"), tmp_path)
    told = classify(content.pages, content)
    assert told.category is Category.INVOICE
    assert told.probability < 0.9
    assert told.alternatives[0][0] is Category.OTHER


def test_a_paper_with_sums_that_does_not_call_itself_an_invoice_is_none(tmp_path: Path) -> None:
    content = _content(_LEGAL.format(number="Document no"), tmp_path)
    assert classify(content.pages, content).category is Category.OTHER


_UNPAID = """Lesarstvo Kranjc

Racun st. 24-0091                             Datum izdaje: 12.04.2024
                                              Rok placila: 12.05.2024

Miza hrast 200x90               6       380,00               2.280,00
Stol                           24        95,00               2.280,00
Osnova za DDV                                                4.560,00
DDV 22 %                                                     1.003,20
Skupaj za placilo EUR                                        5.563,20
"""


def test_what_has_a_day_to_pay_by_is_no_receipt(tmp_path: Path) -> None:
    content = _content(_UNPAID, tmp_path)
    assert classify(content.pages, content).category is Category.INVOICE


@pytest.mark.parametrize("title", ["WORK ORDER 5521", "Orden de trabajo nº 5521", "Delivery note 8841"])
def test_papers_that_go_with_work_stay_of_their_own_kind(title: str, tmp_path: Path) -> None:
    work = "Air conditioning unit 4, leak test passed\nRefrigerant R32 added 1.2 kg\nEngineer T. Hall\n"
    content = _content(f"{title}\nCoolwell Services\n\n{work}", tmp_path)
    assert classify(content.pages, content).category is Category.RECHARGES


def test_the_number_of_a_report_proves_no_invoice(tmp_path: Path) -> None:
    head = "Valuation\n\nReport no: 2291\nDate: 12 March 2024\n\n"
    sums = "Land           120.00\nHouse          240.00\nTotal value    360.00\n"
    assert not proves_invoice(_content(head + sums, tmp_path))
