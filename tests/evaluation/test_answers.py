"""Known answers of any manifest of the same form are understood, and what isn't understood is said."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from evaluation.__main__ import main
from evaluation.answers import OneOf, common_fields, not_understood
from evaluation.bank_files import answers_in
from evaluation.corpus import documents, left_out
from evaluation.truth import truth_of
from service.domain.category import Category

_OFX = b"""OFXHEADER:100\r\n\r\n<OFX><CURDEF>EUR<STMTRS><CURDEF>EUR<ACCTID>1234<BANKTRANLIST>
<STMTTRN><DTPOSTED>20240305120000<TRNAMT>-1.234,50</STMTTRN><STMTTRN><DTPOSTED>20240306<TRNAMT>+ 2.00</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>10.00<DTASOF>20240306</LEDGERBAL></STMTRS></OFX>"""


def _entry(doc_type: str, **truth: object) -> dict[str, object]:
    return {"source": "held-back", "file": "a.pdf", "doc_type": doc_type, "truth": truth}


def test_answers_are_told_in_the_names_of_fields_however_deep_they_lie() -> None:
    told = {"number": "A-1", "date": "31/03/2024", "price": "R$ 1.234,50", "fuel": {"litres": 31.3}, "vat": None}
    assert common_fields(told) == {
        "invoice_number": "A-1",
        "issue_date": "2024-03-31",
        "total_amount": Decimal("1234.50"),
        "quantity": Decimal("31.3"),
    }


def test_answer_that_no_field_is_known_for_is_named() -> None:
    told = {"total": 1, "client": {"address": {"city": "X"}, "shoe_size": 44}, "note": "", "colour": "red"}
    assert not_understood(told) == {"client.shoe_size", "colour"}


def test_waste_form_tells_any_of_its_days_and_the_number_of_the_waste() -> None:
    told = {"number": "T-1", "waste_code": "06 05 02*", "taken_over": "2024-03-05", "received": "2024-03-06"}
    (item,) = truth_of(_entry("waste tracking form", **told), Path()).items
    assert item == {
        "identification_name": "T-1",
        "low_code": "060502",
        "delivery_date": OneOf(("2024-03-05", "2024-03-06")),
    }


@pytest.mark.parametrize("truth", [["a", "b"], "text", {"taxes": "21%"}, {"statements": 3}, {"lines": 7}])
def test_answers_of_another_form_are_said_and_stop_nothing(truth: object) -> None:
    found = truth_of({"source": "x", "file": "a.pdf", "doc_type": "water bill", "truth": truth}, Path())
    assert found.not_understood == {"the form of the answers"}
    assert found.categories == {Category.WATER}


@pytest.mark.parametrize(
    ("doc_type", "category"),
    [
        ("water bill", Category.WATER),
        ("gas bill", Category.GAS),
        ("utility bill: electricity", Category.ELECTRICITY),
        ("refrigerant recharge report", Category.RECHARGES),
        ("credit card statement", Category.BANK_STATEMENT),
        ("waste transfer note", Category.WASTES),
        ("fuel delivery note", Category.FUEL_DELIVERY),
        ("other (negative class)", Category.OTHER),
        ("letter", Category.UNKNOWN),
        ("telecom invoice", Category.INVOICE),
    ],
)
def test_category_follows_from_the_type_of_the_document(doc_type: str, category: Category) -> None:
    assert category in truth_of(_entry(doc_type), Path()).categories


def test_bank_file_without_answers_is_read_a_second_time(tmp_path: Path) -> None:
    (tmp_path / "a.ofx").write_bytes(_OFX)
    assert answers_in(tmp_path / "a.ofx", "OFX") == [
        {
            "account_number": "1234",
            "currency": "EUR",
            "transactions": [
                {"date": "2024-03-05", "amount": Decimal("-1234.50")},
                {"date": "2024-03-06", "amount": Decimal("2.00")},
            ],
            "closing_balance": Decimal("10.00"),
        }
    ]


def test_entry_that_is_not_read_is_counted_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "a.zip").write_bytes(b"PK")
    entries = [{"source": "s", "file": "a.zip", "doc_type": "invoice"}, {"source": "s", "file": "absent.pdf"}]
    (tmp_path / "manifest.json").write_text(json.dumps({"documents": entries}), encoding="utf-8")
    assert list(documents(tmp_path)) == []
    assert left_out(tmp_path) == {"invoice (zip)": 1, "the file is missing": 1}


def test_manifest_of_another_form_is_refused_with_what_would_be_right(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"files": []}', encoding="utf-8")
    with pytest.raises(ValueError, match="needs `documents`: a list of objects"):
        list(documents(tmp_path))


def test_absent_corpus_is_said_with_the_form_that_one_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["evaluation", "--corpus", str(tmp_path)])
    assert main() == 2
    assert "make eval ARGS=" in capsys.readouterr().err
