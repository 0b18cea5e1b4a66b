"""Confidence is the share of values that were right, and what a check fails for has little of it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from evaluation.calibrating import LEVELS, Observation, counted, fitted, isotonic, observations
from evaluation.corpus import documents
from service.domain.category import Category
from service.domain.checks import CheckResult, Outcome
from service.domain.evidence import Evidence
from service.domain.reading import Reading, Track
from service.processing.reader.calibration import FILE, Calibration, calibrated, shipped
from service.processing.reader.document import read_items
from service.processing.reader.model import Classification, Page, TextSource
from service.processing.reader.structured.part import StructuredPart
from tests.reader.support import CORPUS, needs_corpus

#: Where `make train` keeps the text of documents that are slow to recognise.
_KEPT_TEXT = Path(__file__).parents[2] / ".cache" / "training-texts"
_PAGE = Page(1, 595.0, 842.0, TextSource.OCR, ())
_GROUP = "general-reader/ocr/not_applicable"


def _shipped_file() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def _reading(*evidence: Evidence, checks: tuple[CheckResult, ...] = ()) -> Reading:
    item = {"total_amount": Decimal(1), "net_amount": Decimal(1)}
    return Reading(Category.INVOICE, 1.0, (item,), evidence, checks)


def _entry(confidence: float, producer: str = "general-reader", field: str = "total_amount") -> Evidence:
    return Evidence(0, field, producer, "1", confidence, page=1)


def _check(outcome: Outcome, field: str = "total_amount") -> CheckResult:
    return CheckResult("a_check", "1", 0, outcome, (field,))


def test_shipped_confidence_never_falls_with_the_readers_own_nor_is_certain() -> None:
    table = shipped()
    assert table.confidences
    for group in table.confidences:
        row = [table.confidence(group, own / 100) or 0.0 for own in range(101)]
        assert row == sorted(row) and all(0 < value <= 0.99 for value in row), group


def test_shipped_table_is_what_its_own_counts_give() -> None:
    file = _shipped_file()
    counts = {name: (group["documents"], group["right"]) for name, group in file["groups"].items()}
    assert fitted(counts) == file


def test_value_that_passes_a_check_is_surer_than_one_that_none_looked_at() -> None:
    table = shipped()
    for source in ("ocr", "text_layer", "plain"):
        for own in LEVELS:
            held_up, bare = (
                table.confidence(f"general-reader/{source}/{said}", own) or 0.0 for said in ("pass", "not_applicable")
            )
            assert held_up >= bare, (source, own)


@pytest.mark.parametrize("producer", ["general-reader", "table-reader", "xml", "learned", "language-model"])
@pytest.mark.parametrize("field", ["total_amount", "total_amount[2].amount"])
def test_value_that_fails_a_check_is_not_confident_whoever_read_it(producer: str, field: str) -> None:
    for source in TextSource:
        failing = _reading(_entry(0.99, producer, field), checks=(_check(Outcome.PASS), _check(Outcome.FAIL)))
        (entry,) = calibrated(failing, [replace(_PAGE, source=source)]).evidence
        assert entry.confidence < 0.5, source


def test_check_that_fails_for_one_field_leaves_the_others_as_sure_as_they_were() -> None:
    failing = _check(Outcome.FAIL, "net_amount")
    alone = calibrated(_reading(_entry(0.9)), [_PAGE])
    beside = calibrated(_reading(_entry(0.9), checks=(failing,)), [_PAGE])
    assert beside.evidence == alone.evidence


def test_value_of_a_structured_part_stays_as_certain_as_it_is() -> None:
    said = Evidence(0, "total_amount", "xml", "1", 0.99, path="/Invoice/Total", raw_text="1")
    part = StructuredPart("ubl", Category.INVOICE, 1.0, ({"total_amount": Decimal(1)},), (said,))
    page = replace(_PAGE, source=TextSource.STRUCTURED, structured=part)
    assert read_items(Classification(Category.INVOICE, 1.0), [page], Track.DEFAULT).evidence == (said,)


def test_measured_confidence_names_its_table_and_what_was_not_measured_does_not() -> None:
    table = Calibration("calibration.7", (0.0, 0.5), {_GROUP: (0.3, 0.8)})
    entries = _reading(_entry(0.6), _entry(0.6, "learned"), replace(_entry(0.4), alternatives=("2",)))
    known, learned, ambiguous = calibrated(entries, [_PAGE], table).evidence
    assert (known.confidence, known.producer_version) == (0.8, "1+calibration.7")
    assert (learned.confidence, learned.producer_version) == (0.6, "1")
    assert (ambiguous.confidence, ambiguous.producer_version) == (0.4, "1")


def test_few_observations_make_no_certainty() -> None:
    usual = [Observation(f"d{number}", _GROUP, 0.9, number % 2 == 0) for number in range(100)]
    few = [Observation("only", "general-reader/ocr/pass", 0.9, right=True)] * 50
    table = Calibration.from_dict(fitted(counted([*usual, *few])))
    assert 0.5 < (table.confidence("general-reader/ocr/pass", 0.9) or 0) < 0.7
    assert table.confidence(_GROUP, 0.9) == pytest.approx(0.5, abs=0.02)


def test_levels_that_fall_are_pooled_by_their_weight() -> None:
    assert isotonic([0.2, 0.9, 0.6, 0.95], [1, 1, 3, 1]) == pytest.approx([0.2, 0.675, 0.675, 0.95])
    assert isotonic([0.1, 0.2, 0.3], [1, 1, 1]) == [0.1, 0.2, 0.3]


@needs_corpus
@pytest.mark.skipif(not _KEPT_TEXT.is_dir(), reason="the text of the corpus isn't kept; `make train` keeps it")
async def test_shipped_table_is_near_what_the_command_makes_today(tmp_path: Path) -> None:
    kept = shutil.copytree(_KEPT_TEXT, tmp_path / "texts")
    of_words = [document for document in documents(CORPUS) if document.files[0].suffix != ".xml"]
    today = Calibration.from_dict(fitted(counted(await observations(of_words, kept))))
    assert today.levels == shipped().levels
    assert today.confidences.keys() == shipped().confidences.keys()
    for group, row in shipped().confidences.items():
        # The reader may have changed a little since; a table that is further off has to be fitted again.
        assert today.confidences[group] == pytest.approx(row, abs=0.1), group
