"""The evaluation counts what it should, and the structured documents of the corpus are read without a mistake."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from evaluation import report
from evaluation.__main__ import _evaluate
from evaluation.answers import OneOf
from evaluation.corpus import Document, Part, documents, part_of
from evaluation.matching import Match, Verdict, matches, same
from evaluation.scores import Counts, Kind, calibration_error
from service.domain.category import Category
from service.domain.evidence import Evidence
from service.domain.reading import Reading
from tests.documents import structured
from tests.reader.support import CORPUS, needs_corpus

_STRUCTURED = (
    "CII",
    "UBL",
    "e-invoice in PDF",
    "Facturae",
    "FatturaPA",
    "ATR F1",
    "Green Button",
    "camt",
    "OFX",
    "Norma 43",
    "CFONB 120",
)


def _folder(tmp_path: Path, entries: list[dict[str, object]]) -> Path:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "a.xml").write_bytes(structured.ubl())
    (tmp_path / "s" / "b.xml").write_bytes(structured.cii())
    (tmp_path / "manifest.json").write_text(json.dumps({"documents": entries}), encoding="utf-8")
    return tmp_path


def _entry(file: str, syntax: str, **truth: object) -> dict[str, object]:
    told = {"syntax": syntax, **truth}
    return {"source": "s", "file": file, "doc_type": "e-invoice", "format": "xml", "group": file, "truth": told}


async def test_documents_of_a_folder_are_read_and_counted_by_kind(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        [
            _entry("a.xml", "UBL", number="U-2024-7", total=121.0, date="2024-03-30", tariff="x", cups="ES1"),
            _entry("b.xml", "CII", number="C-2024-9", net=100, supplier="Papelera del Norte"),
            {"source": "s", "file": "a.xml", "doc_type": "truth", "format": "json"},
        ],
    )
    kinds = await _evaluate(list(documents(folder)), None, mistakes=False)
    by_name = {name: kind for (_, name), kind in kinds.items()}
    assert by_name["UBL"].fields["invoice_number"] == Counts(exact=1, evident=1)
    assert by_name["UBL"].fields["issue_date"] == Counts(wrong=1)
    assert by_name["UBL"].fields["cups"] == Counts(missing=1)
    assert by_name["CII"].total == Counts(exact=3, evident=3)
    assert by_name["CII"].right_category == by_name["CII"].documents == 1


async def test_text_that_is_kept_gives_the_same_result(tmp_path: Path) -> None:
    folder = _folder(tmp_path, [_entry("a.xml", "UBL", number="U-2024-7", total=121.0)])
    chosen = list(documents(folder))
    (first,) = (await _evaluate(chosen, None, mistakes=False)).values()
    (second,) = (await _evaluate(chosen, tmp_path / "kept", mistakes=False)).values()
    assert first.to_dict() == second.to_dict()


def test_part_of_a_group_never_changes() -> None:
    assert [part_of(name) for name in ("01.01a", "2_Teilrechnung", "V3RGE_1", "084")] == [
        part_of(name) for name in ("01.01a", "2_Teilrechnung", "V3RGE_1", "084")
    ]
    parts = [part_of(str(number)) for number in range(1000)]
    assert 250 < parts.count(Part.TEST) < 350
    assert part_of("document") is Part.DEVELOPMENT and part_of("another") is Part.DEVELOPMENT


def test_value_is_ambiguous_when_the_right_one_was_named_beside_it() -> None:
    evidence = Evidence(0, "issue_date", "general-reader", "1", 0.5, alternatives=("2024-05-03",))
    reading = Reading(Category.INVOICE, 1.0, ({"issue_date": "2024-03-05"},), (evidence,))
    (found,) = matches([{"issue_date": "2024-05-03"}], reading, {})
    assert found.verdict is Verdict.AMBIGUOUS


def test_transactions_are_compared_one_by_one() -> None:
    rows = [{"date": "2024-03-05", "amount": Decimal("-1.00")}, {"date": "2024-03-06", "amount": Decimal("2.00")}]
    reading = Reading(Category.BANK_STATEMENT, 1.0, ({"transactions": rows},))
    wanted = [{"date": "2024-03-05", "amount": Decimal("-1.00")}]
    verdicts = [(match.field, match.verdict) for match in matches([{"transactions": wanted}], reading, {})]
    assert verdicts == [
        ("transactions.date", Verdict.EXACT),
        ("transactions.amount", Verdict.EXACT),
        ("transactions.date", Verdict.WRONG),
        ("transactions.amount", Verdict.WRONG),
    ]


def test_accounts_of_one_statement_are_held_against_one_list() -> None:
    items = ({"transactions": [{"amount": Decimal(1)}]}, {"transactions": [{"amount": Decimal(2)}]})
    said = tuple(Evidence(item, "transactions[0].amount", "x", "1", 0.5 + item / 10) for item in (0, 1))
    reading = Reading(Category.BANK_STATEMENT, 1.0, items, said)
    wanted = {"transactions": [{"amount": Decimal(1)}, {"amount": Decimal(2)}]}
    found = matches([wanted], reading, {})
    assert [(match.verdict, match.confidence) for match in found] == [(Verdict.EXACT, 0.5), (Verdict.EXACT, 0.6)]


def test_taxes_are_found_by_their_rate() -> None:
    rows = [{"rate": Decimal(10), "amount": Decimal("0.43")}, {"rate": Decimal("5.5"), "amount": Decimal("0.10")}]
    reading = Reading(Category.RECEIPT, 1.0, ({"taxes": rows},))
    wanted = [{"rate": Decimal("5.50"), "amount": Decimal("0.09")}, {"rate": Decimal(21), "amount": Decimal(2)}]
    verdicts = [(match.field, match.verdict) for match in matches([{"taxes": wanted}], reading, {})]
    assert verdicts == [
        ("taxes.rate", Verdict.EXACT),
        ("taxes.amount", Verdict.WRONG),
        ("taxes.rate", Verdict.MISSING),
        ("taxes.amount", Verdict.MISSING),
    ]


@pytest.mark.parametrize(
    ("name", "wanted", "value", "equal"),
    [
        ("total_amount", Decimal("121"), Decimal("121.00"), True),
        ("total_amount", Decimal("121"), Decimal("12.10"), False),
        ("supplier_name", "Aguas del Norte", "AGUAS DEL NORTE, S.A.", True),
        ("supplier_name", "Aguas del Norte", "Aguas del Sur", False),
        ("supplier_name", "ab", "abcdefgh", False),
        ("supplier_tax_id", "DE 123 456 789", "DE123456789", True),
        ("issue_date", "2024-03-05", "2024-05-03", False),
        ("delivery_date", OneOf(("2024-03-05", "2024-03-06")), "2024-03-06", True),
        ("delivery_date", OneOf(("2024-03-05", "2024-03-06")), "2024-03-07", False),
        ("account_number", "6677", "1234-XXXX-XXXX-6677", True),
        ("account_number", "6677", "6677-1234", False),
        ("transactions.description", "COFFEE HAVEN SG", "Coffee Haven, SG", True),
    ],
)
def test_values_are_the_same_by_meaning(name: str, wanted: object, value: object, *, equal: bool) -> None:
    assert same(name, wanted, value) is equal


def test_precision_recall_and_calibration_follow_from_the_counts() -> None:
    counts = Counts(exact=6, wrong=2, missing=4, ambiguous=0, evident=3)
    assert (counts.precision, counts.recall, counts.evidence) == (0.75, 0.5, 0.5)
    assert counts.f1 == pytest.approx(0.6)
    assert calibration_error([(0.95, True)] * 19 + [(0.95, False)]) == pytest.approx(0.0)
    assert calibration_error([(0.95, False), (0.15, True)]) == pytest.approx(0.9)


def test_table_says_the_difference_from_the_results_kept_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    better, worse = Kind(documents=1), Kind(documents=1)
    better.add([Match("total_amount", Verdict.EXACT, 0.9)])
    worse.add([Match("total_amount", Verdict.WRONG, 0.9)])
    report.keep({(Part.TEST, "receipt"): worse}, report.earlier())
    lines = list(report.table({(Part.TEST, "receipt"): better}, report.earlier(), fields=True))
    assert any(line.startswith("receipt") and "+1.000" in line for line in lines)
    report.keep({(Part.TEST, "invoice"): better}, report.earlier())
    assert set(report.earlier()["test"]) == {"receipt", "invoice"}


def test_kept_results_have_numbers_and_names_of_kinds_alone() -> None:
    results = report.earlier()
    assert set(results) == {"development", "test"}
    for kinds in results.values():
        for kind in kinds.values():
            fields = kind.pop("fields")
            assert all(isinstance(value, int | float) for value in kind.values())
            assert all(isinstance(count, int) for counts in fields.values() for count in counts)


@needs_corpus
async def test_structured_documents_of_the_corpus_are_read_without_a_mistake() -> None:
    chosen: list[Document] = [document for document in documents(CORPUS) if document.kind in _STRUCTURED]
    kinds = await _evaluate(chosen, None, mistakes=False)
    for (part, name), kind in kinds.items():
        total = kind.total
        assert (total.wrong, total.missing, total.ambiguous, kind.failed) == (0, 0, 0, 0), (part, name)
        assert total.evident == total.exact, (part, name)
        assert kind.right_category == kind.documents, (part, name)
