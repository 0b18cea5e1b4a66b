"""Structured documents are read as they say it: each value exact, with the path of its element."""

from __future__ import annotations

import base64
import random
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain.category import Category
from service.domain.checks import Outcome
from service.domain.reading import FailureReason, Reading, ReadingFailedError, Track
from service.processing.reader.document import read_document
from service.processing.reader.model import DocumentKind, DocumentReading, Limits, Page
from service.processing.reader.sandbox import ReaderPool
from service.processing.reader.structured.formats import format_of
from tests.documents import structured

_PAGE = (
    "Papelera del Norte, S.A.",
    "Invoice C-2024-9",
    "Date: 31/03/2024",
    "Net 100,00",
    "VAT 21% 21,00",
    "Total 121,00 EUR",
)


def _document(content: bytes, folder: Path, name: str = "d.xml", track: Track = Track.FASTTRACK) -> DocumentReading:
    path = folder / name
    path.write_bytes(content)
    return read_document(path, file_name=name, declared_type=None, track=track, limits=Limits())


def _read(content: bytes, folder: Path, name: str = "d.xml", track: Track = Track.FASTTRACK) -> Reading:
    reading = _document(content, folder, name, track).reading
    assert reading is not None
    return reading


def _outcome(reading: Reading, name: str, item: int = 0) -> Outcome:
    return next(check.outcome for check in reading.checks if check.name == name and check.item == item)


def _has(item: dict[str, Any], **wanted: Any) -> None:
    assert {name: item.get(name) for name in wanted} == wanted


def test_ubl_invoice_is_read_with_lines_and_taxes(tmp_path: Path) -> None:
    reading = _read(structured.ubl(), tmp_path)
    assert reading.category is Category.INVOICE
    (item,) = reading.items
    _has(
        item,
        invoice_number="U-2024-7",
        issue_date="2024-03-31",
        due_date="2024-04-30",
        document_type="invoice",
        supplier_name="Papelera del Norte, S.A.",
        supplier_tax_id="ESA58818501",
        customer_name="Talleres & Ejemplo, S.L.",
        currency="EUR",
        net_amount=Decimal("100.00"),
        tax_amount=Decimal("21.00"),
        total_amount=Decimal("121.00"),
        amount_due=Decimal("71.00"),
        payment_method="SEPA direct debit",
    )
    assert item["taxes"] == [
        {"name": "VAT", "rate": Decimal(21), "base": Decimal("100.00"), "amount": Decimal("21.00")}
    ]
    _has(item["lines"][0], description="Paper", quantity=Decimal(4), unit_price=Decimal(30), amount=Decimal("120.00"))
    assert _outcome(reading, "lines_add_up") is Outcome.PASS


def test_every_value_has_the_path_of_its_element_and_its_raw_text(tmp_path: Path) -> None:
    reading = _read(structured.ubl(), tmp_path)
    found = {entry.field: entry for entry in reading.evidence}
    total = found["total_amount"]
    assert (total.path, total.raw_text, total.producer) == (
        "/Invoice/LegalMonetaryTotal/TaxInclusiveAmount",
        "121.00",
        "xml",
    )
    assert found["tax_amount"].path == "/Invoice/TaxTotal[2]/TaxAmount"
    assert found["lines[0].quantity"].raw_text == "4"
    for name in reading.items[0]:
        assert name in found or any(field.startswith(f"{name}[") for field in found), name
    assert all(entry.path or entry.derived_from for entry in reading.evidence)


@pytest.mark.parametrize(
    ("unit", "name", "note", "category"),
    [
        ("KWH", "Energía consumida", "", Category.ELECTRICITY),
        ("KWH", "Erdgas Arbeitspreis", "", Category.GAS),
        ("KWH", "Consumption", "Natural gas supply", Category.GAS),
        ("MTQ", "Suministro de agua", "", Category.WATER),
        ("LTR", "Diesel", "", Category.FUEL_DELIVERY),
        ("LTR", "Paint, white", "", Category.INVOICE),
        ("MTQ", "Concrete C25", "", Category.INVOICE),
    ],
)
def test_invoice_over_consumption_is_of_its_kind(
    unit: str, name: str, note: str, category: Category, tmp_path: Path
) -> None:
    reading = _read(structured.ubl(unit=unit, name=name, note=note, quantity="1204.5"), tmp_path)
    assert reading.category is category
    if category is not Category.INVOICE:
        _has(reading.items[0], quantity=Decimal("1204.5"), start_date="2024-03-01", end_date="2024-03-31")


def test_cross_industry_invoice_is_found_behind_a_long_comment(tmp_path: Path) -> None:
    (item,) = _read(structured.cii(), tmp_path).items
    _has(item, invoice_number="C-2024-9", issue_date="2024-03-31", supplier_tax_id="ESA58818501")
    _has(item, net_amount=Decimal("100.00"), tax_amount=Decimal("21.00"), total_amount=Decimal("121.00"))


def test_credit_note_and_order_are_what_their_code_says(tmp_path: Path) -> None:
    assert _read(structured.cii(code="381"), tmp_path).items[0]["document_type"] == "credit_note"
    assert _read(structured.cii(code="220"), tmp_path).category is Category.OTHER


def test_line_that_only_sums_up_others_is_not_charged_again(tmp_path: Path) -> None:
    lines = "".join(
        f"""<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID>
        <ram:LineStatusReasonCode>{status}</ram:LineStatusReasonCode></ram:AssociatedDocumentLineDocument>
        <ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation>
        <ram:LineTotalAmount>{amount}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>
        </ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"""
        for status, amount in (("GROUP", 100), ("DETAIL", 60), ("DETAIL", 40), ("INFORMATION", 7))
    )
    start = b"<rsm:SupplyChainTradeTransaction>"
    reading = _read(structured.cii().replace(start, start + lines.encode()), tmp_path)
    assert [line["amount"] for line in reading.items[0]["lines"]] == [60, 40]
    assert ("lines_add_up", Outcome.PASS) in [(check.name, check.outcome) for check in reading.checks]


def test_facturae_batch_gives_an_item_for_each_invoice(tmp_path: Path) -> None:
    reading = _read(structured.facturae(), tmp_path, "f.xsig")
    assert reading.language == "es"
    first, second = reading.items
    _has(first, invoice_number="7", supplier_name="Ana García López", supplier_tax_id="12345678Z")
    _has(first, total_amount=Decimal("106.00"), withheld_amount=Decimal("15.00"), net_amount=Decimal("100.00"))
    _has(second, invoice_number="8", total_amount=Decimal("121.00"))
    assert "withheld_amount" not in second
    assert [_outcome(reading, "net_plus_tax_is_total", index) for index in (0, 1)] == [Outcome.PASS, Outcome.PASS]


def test_fatturapa_sums_are_derived_from_its_rates(tmp_path: Path) -> None:
    reading = _read(structured.fatturapa(), tmp_path)
    (item,) = reading.items
    _has(item, invoice_number="12/A", document_type="credit_note", supplier_tax_id="IT00743110157")
    _has(item, net_amount=Decimal("15.00"), tax_amount=Decimal("2.40"), total_amount=Decimal("17.40"))
    derived = next(entry for entry in reading.evidence if entry.field == "net_amount")
    assert derived.derived_from == ("taxes[0].base", "taxes[1].base")


def test_atr_message_is_read_by_tariff_period(tmp_path: Path) -> None:
    reading = _read(structured.atr(), tmp_path)
    assert reading.category is Category.ELECTRICITY
    (item,) = reading.items
    _has(item, cups="ES0021000000000001JN0F", tariff="2.0TD", invoice_number="F-9", currency="EUR")
    _has(item, start_date="2024-02-29", end_date="2024-03-31", quantity=Decimal("170.75"), unit="kilowatt_hour_(kwh)")
    assert "contracted_power" not in item
    assert item["tariff_periods"] == [
        {"period": "P1", "quantity": Decimal("120.75"), "contracted_power": Decimal("4.6")},
        {"period": "P2", "quantity": Decimal("50"), "contracted_power": Decimal("3.45")},
    ]
    assert _outcome(reading, "tariff_periods_add_up") is Outcome.PASS


def test_load_curve_is_one_item_with_its_intervals(tmp_path: Path) -> None:
    (item,) = _read(structured.espi(), tmp_path).items
    _has(item, quantity=Decimal("0.88"), total_amount=Decimal("0.2469"), currency="EUR", supply_address="1 Main St")
    _has(item, start_date="2024-03-01", end_date="2024-03-01")
    assert item["intervals"][1] == {
        "start": "2024-03-01T09:00:00+00:00",
        "end": "2024-03-01T10:00:00+00:00",
        "quantity": Decimal("0.43"),
        "amount": Decimal("0.12345"),
    }


def test_billing_periods_of_a_feed_are_items_of_their_own(tmp_path: Path) -> None:
    reading = _read(structured.espi(duration=30 * 86_400, values=(412_000, 398_000)), tmp_path)
    assert [item["quantity"] for item in reading.items] == [Decimal(412), Decimal(398)]
    assert [(item["start_date"], item["end_date"]) for item in reading.items] == [
        ("2024-03-01", "2024-03-30"),
        ("2024-03-31", "2024-04-29"),
    ]


def test_usage_summary_stands_in_for_readings(tmp_path: Path) -> None:
    reading = _read(structured.espi_summary(), tmp_path)
    assert reading.category is Category.GAS
    (item,) = reading.items
    _has(item, quantity=Decimal("21.5"), unit="therm_(thm)", total_amount=Decimal(42), currency="USD")
    _has(item, start_date="2024-03-01", end_date="2024-03-30", supply_address="1 Main St")


def test_camt_statements_are_read_with_signs_and_parties(tmp_path: Path) -> None:
    reading = _read(structured.camt(), tmp_path)
    assert reading.category is Category.BANK_STATEMENT
    first, second = reading.items
    _has(first, iban="ES9121000418450200051332", bic="CAIXESBBXXX", invoice_number="S1", currency="EUR")
    _has(first, opening_balance=Decimal("-10.00"), closing_balance=Decimal("29.90"))
    debit, returned = first["transactions"]
    _has(debit, amount=Decimal("-45.10"), date="2024-03-05", value_date="2024-03-06", reference="B77")
    _has(debit, description="Recibo de agua", counterparty="Aguas del Norte")
    _has(returned, amount=Decimal("85.00"), description="Returned")
    _has(second, account_number="99-1", opening_balance=Decimal(5), closing_balance=Decimal(5))
    assert [_outcome(reading, "transactions_add_up", index) for index in (0, 1)] == [Outcome.PASS, Outcome.PASS]


def test_mt940_is_read_with_structured_texts(tmp_path: Path) -> None:
    reading = _read(structured.mt940(), tmp_path, "umsatz.sta")
    (item,) = reading.items
    _has(item, iban="DE89370400440532013000", invoice_number="00001/001", currency="EUR")
    _has(item, opening_balance=Decimal(1000), closing_balance=Decimal("964.90"))
    debit, back = item["transactions"]
    _has(debit, amount=Decimal("-45.10"), value_date="2023-12-30", date="2024-01-02", reference="R-77")
    _has(debit, description="Wasser Dezember", counterparty="Wasserwerke AG")
    _has(debit, counterparty_account="DE02500105170137075030")
    _has(back, amount=Decimal("10.00"), description="Rückgabe Lastschrift")
    assert _outcome(reading, "transactions_add_up") is Outcome.PASS


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [("-45.10", "-45.10"), ("-2000,00", "-2000.00"), ("+ 1.006,60", "1006.60"), ("1,234.5", "1234.5")],
)
def test_ofx_statement_is_read_however_its_bank_writes_amounts(amount: str, wanted: str, tmp_path: Path) -> None:
    reading = _read(structured.ofx(amount=amount), tmp_path, "s.ofx")
    (item,) = reading.items
    _has(item, account_number="0200051332", supplier_name="Banco Norte", closing_balance=Decimal("954.90"))
    _has(item, start_date="2024-03-01", end_date="2024-03-31", issue_date="2024-03-31")
    assert item["transactions"] == [
        {"date": "2024-03-05", "description": "Agua & Gas", "reference": "T1", "amount": Decimal(wanted)}
    ]
    assert reading.language == "es"


def test_ofx_date_that_does_not_exist_is_left_out(tmp_path: Path) -> None:
    (item,) = _read(structured.ofx(posted="00000000"), tmp_path, "s.qfx").items
    assert "date" not in item["transactions"][0]


def test_norma43_is_read_by_columns(tmp_path: Path) -> None:
    reading = _read(structured.norma43(), tmp_path, "extracto.n43")
    (item,) = reading.items
    _has(item, account_number="210004180200051332", customer_name="TALLERES EJEMPLO", currency="EUR")
    _has(item, opening_balance=Decimal("1000.00"), closing_balance=Decimal("954.90"))
    _has(item["transactions"][0], amount=Decimal("-45.10"), date="2024-03-05", value_date="2024-03-06")
    _has(item["transactions"][0], description="RECIBO AGUA MARZO CALLE PEÑA", reference="REF000000077")
    assert _outcome(reading, "transactions_add_up") is Outcome.PASS


def test_cfonb_is_read_by_columns_without_line_ends(tmp_path: Path) -> None:
    reading = _read(structured.cfonb(), tmp_path, "releve.cfo")
    (item,) = reading.items
    _has(item, account_number="300030123401234567890", start_date="2024-03-01", end_date="2024-03-31", currency="EUR")
    _has(item, opening_balance=Decimal("1000.00"), closing_balance=Decimal("954.90"))
    (row,) = item["transactions"]
    _has(row, amount=Decimal("-45.10"), date="2024-03-05", value_date="2024-03-06", description="PRLV EAU")
    _has(row, reference="REF77", counterparty="EAUX DU NORD")
    assert _outcome(reading, "transactions_add_up") is Outcome.PASS


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (":86:020~00VE02\n~20faktura 1/2014~32Jan Kowalski~33ul. Polna", ("faktura 1/2014", "Jan Kowalski ul. Polna")),
        (":86:/EREF/X1//NAME/J. de Vries/REMI/Huur januari/ISDT/2014-01-12", ("Huur januari", "J. de Vries")),
        ("STADIUM AB", ("STADIUM AB", None)),
    ],
    ids=["pieces with another mark", "pieces with codes", "second line of the movement"],
)
def test_mt940_texts_are_read_in_the_manner_of_each_bank(
    text: str, wanted: tuple[str, str | None], tmp_path: Path
) -> None:
    message = (
        f":20:X\n:25:10070000/002222222EUR\n:60F:C240101EUR1,\n:61:2401020102D1,00NTRFEREF\n{text}\n:62F:C240102EUR0,\n"
    )
    (item,) = _read(message.encode(), tmp_path, "s.sta").items
    (row,) = item["transactions"]
    assert item["account_number"] == "10070000/002222222"
    assert (row["description"], row.get("counterparty"), row["amount"]) == (*wanted, Decimal("-1.00"))


def test_coda_counts_what_is_booked_as_one_once(tmp_path: Path) -> None:
    reading = _read(structured.coda(), tmp_path, "statement.cod")
    (item,) = reading.items
    _has(item, iban="BE71096123456769", customer_name="ATELIER EXEMPLE", bic="KREDBEBB", currency="EUR")
    _has(item, opening_balance=Decimal("1000.00"), closing_balance=Decimal("1075.90"), end_date="2024-03-15")
    paid, charged = item["transactions"]
    _has(paid, amount=Decimal("121.00"), reference="+++123/4567/89002+++", counterparty="CLIENT NORD")
    _has(charged, amount=Decimal("-45.10"), description="CHARGES OF MARCH", date="2024-03-15")
    assert _outcome(reading, "transactions_add_up") is Outcome.PASS


@pytest.mark.parametrize("pieces", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize("written", [bytes, base64.encodebytes], ids=["bytes", "base64"])
def test_signed_invoice_is_read_from_its_envelope(
    written: Callable[[bytes], bytes], pieces: bool, tmp_path: Path
) -> None:
    envelope = written(structured.signed(structured.fatturapa(), pieces=pieces))
    (item,) = _read(envelope, tmp_path, "f.xml.p7m").items
    _has(item, invoice_number="12/A", total_amount=Decimal("17.40"))


def test_envelope_that_is_cut_off_ends_as_a_typed_failure(tmp_path: Path) -> None:
    with pytest.raises(ReadingFailedError) as caught:
        _read(structured.signed(structured.fatturapa())[:-40], tmp_path, "f.xml.p7m")
    assert caught.value.reason is FailureReason.CORRUPT_DOCUMENT


def test_archive_of_reports_gives_the_items_of_all(tmp_path: Path) -> None:
    path = tmp_path / "reports.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("b.xml", "a.xml"):
            archive.writestr(name, structured.camt().replace(b"S1", name.encode()))
    reading = _read(path.read_bytes(), tmp_path, "reports.zip")
    assert [item["invoice_number"] for item in reading.items] == ["a.xml", "S2", "b.xml", "S2"]
    assert {entry.item for entry in reading.evidence} == {0, 1, 2, 3}


def test_archive_with_anything_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mixed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", structured.camt())
        archive.writestr("readme.txt", "what these are")
    with pytest.raises(ReadingFailedError) as caught:
        _read(path.read_bytes(), tmp_path, "mixed.zip")
    assert caught.value.reason is FailureReason.UNSUPPORTED_TYPE


@pytest.mark.parametrize("track", [Track.DEFAULT, Track.FASTTRACK])
async def test_stages_in_the_sandbox_hand_the_part_on(track: Track, tmp_path: Path) -> None:
    path = tmp_path / "d.pdf"
    path.write_bytes(structured.pdf_with(("factur-x.xml", structured.cii()), lines=_PAGE))
    async with ReaderPool(processes=1) as pool:
        inspection = await pool.inspect(path, file_name="d.pdf")
        pages = await pool.extract_text(path, inspection)
        classification = await pool.classify(pages)
        reading = await pool.read_items(classification, pages, track)
    assert reading.items[0]["total_amount"] == Decimal("121.00")
    assert {entry.path for entry in reading.evidence if entry.field == "invoice_number"} == {
        "/CrossIndustryInvoice/ExchangedDocument/ID"
    }
    assert _outcome(reading, "structured_part_matches_page") is Outcome.PASS


def test_embedded_part_wins_over_the_page_and_agrees_with_it(tmp_path: Path) -> None:
    content = structured.pdf_with(("notes.txt", b"hello"), ("factur-x.xml", structured.cii()), lines=_PAGE)
    document = _document(content, tmp_path, "d.pdf", Track.DEFAULT)
    assert document.inspection.kind is DocumentKind.PDF and document.reading is not None
    reading = document.reading
    assert reading.items[0]["total_amount"] == Decimal("121.00")
    assert all(entry.producer == "xml" for entry in reading.evidence)
    assert _outcome(reading, "structured_part_matches_page") is Outcome.PASS


def test_disagreement_of_page_and_part_is_said_and_costs_confidence(tmp_path: Path) -> None:
    part = structured.cii(net="200.00", tax="42.00", total="242.00")
    content = structured.pdf_with(("factur-x.xml", part), lines=_PAGE)
    reading = _read(content, tmp_path, "d.pdf", Track.DEFAULT)
    check = next(check for check in reading.checks if check.name == "structured_part_matches_page")
    assert check.outcome is Outcome.FAIL
    assert "total_amount: the structured part says 242.00, the page 121.00" in check.message
    total = next(entry for entry in reading.evidence if entry.field == "total_amount")
    assert reading.items[0]["total_amount"] == Decimal("242.00") and total.confidence < 0.5


def test_part_with_a_bomb_leaves_the_page_to_the_general_reader(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]><CrossIndustryInvoice>&b;</CrossIndustryInvoice>'
    content = structured.pdf_with(("factur-x.xml", bomb), lines=_PAGE)
    reading = _read(content, tmp_path, "d.pdf", Track.DEFAULT)
    assert any("declares entities" in note for note in reading.notes)
    assert all(entry.producer != "xml" for entry in reading.evidence)


def test_page_with_a_structured_part_survives_the_checkpoint(tmp_path: Path) -> None:
    (page,) = _document(structured.ubl(), tmp_path).pages
    again = Page.from_dict(page.to_dict())
    assert again.structured is not None and page.structured is not None
    assert again.structured.to_dict() == page.structured.to_dict()


def test_manual_track_reads_nothing(tmp_path: Path) -> None:
    assert _document(structured.ubl(), tmp_path, track=Track.MANUAL).reading is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<!DOCTYPE b [<!ENTITY a "1"><!ENTITY c "&a;&a;">]><Facturae>&c;</Facturae>', "DOCUMENT_TOO_COMPLEX"),
        (b'<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><Facturae>&a;</Facturae>', "DOCUMENT_TOO_COMPLEX"),
        (b'<!DOCTYPE b [<!ENTITY % p SYSTEM "http://localhost/x.dtd"> %p;]><Facturae/>', "DOCUMENT_TOO_COMPLEX"),
        (b"<Facturae>" + b"<a>" * 200 + b"</a>" * 200 + b"</Facturae>", "DOCUMENT_TOO_COMPLEX"),
        (b"<Facturae><Invoices></Facturae>", "CORRUPT_DOCUMENT"),
        (b"<?xml version='1.0'?><unheard-of/>", "UNSUPPORTED_TYPE"),
        (b"<Invoice xmlns='urn:other'/>", "UNSUPPORTED_TYPE"),
    ],
)
async def test_hostile_and_unknown_xml_ends_as_a_typed_failure(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes(content)
    async with ReaderPool(processes=1) as pool:
        with pytest.raises(ReadingFailedError) as caught:
            await pool.read_document(path, file_name="d.xml")
    assert caught.value.reason is FailureReason(reason)


async def test_more_elements_than_allowed_are_refused_within_the_memory_limit(tmp_path: Path) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes(b"<Facturae>" + b"<a/>" * 1_000_001 + b"</Facturae>")
    async with ReaderPool(processes=1) as pool:
        with pytest.raises(ReadingFailedError) as caught:
            await pool.read_document(path, file_name="d.xml")
    assert caught.value.reason is FailureReason.DOCUMENT_TOO_COMPLEX


@pytest.mark.parametrize("content", [b"plain text", b":20: is no statement\n", b"11 rows of numbers\n", b"", b"<"])
def test_other_text_is_of_no_structured_format(content: bytes) -> None:
    assert format_of(content) is None


_MAKERS = (
    structured.ubl,
    structured.cii,
    structured.facturae,
    structured.fatturapa,
    structured.atr,
    structured.espi,
    structured.espi_summary,
    structured.camt,
    structured.mt940,
    structured.ofx,
    structured.norma43,
    structured.cfonb,
    structured.coda,
)
_STRANGE = ("", "-", "NaN", "1e99", "9" * 40, "2024-13-45", "00000000", "-0", "١٢٣", "1,2.3,4", "Infinity", "x" * 3000)


def _damaged(content: bytes, chance: random.Random) -> bytes:
    """The document with a value replaced, a piece cut out, or an element repeated."""
    text = content.decode("latin-1")
    for _ in range(chance.choice((1, 2, 6))):
        numbers = list(re.finditer(r"\d[\d.,-]*|(?<=>)[^<>]+(?=<)", text))
        place = chance.choice(numbers) if numbers else None
        match chance.randrange(3):
            case 0 if place is not None:
                text = text[: place.start()] + chance.choice(_STRANGE) + text[place.end() :]
            case 1:
                start = chance.randrange(len(text))
                text = text[:start] + text[start + chance.randrange(1, 60) :]
            case _:
                start = chance.randrange(len(text))
                text = text[:start] + text[start : start + 200] + text[start:]
    return text.encode("utf-8")


@pytest.mark.parametrize("make", _MAKERS)
def test_damaged_document_ends_as_a_reading_or_a_typed_failure(make: Callable[[], bytes], tmp_path: Path) -> None:
    chance = random.Random(make.__name__)
    outcomes = set()
    for _ in range(10):
        try:
            outcomes.add(_document(_damaged(make(), chance), tmp_path, "d.bin").reading is not None)
        except ReadingFailedError as failure:
            outcomes.add(failure.reason is not FailureReason.READER_CRASHED)
    assert outcomes == {True}


@pytest.mark.parametrize("amount", ["9" * 40, "1e99", "12,34", "NaN", "١٢"])
def test_amount_that_is_no_exact_number_is_left_out_and_noted(amount: str, tmp_path: Path) -> None:
    content = structured.cii().replace(b"<ram:GrandTotalAmount>121.00", f"<ram:GrandTotalAmount>{amount}".encode())
    reading = _read(content, tmp_path)
    assert "total_amount" not in reading.items[0]
    assert any("GrandTotalAmount cannot be read" in note for note in reading.notes)
