"""Confidence is the share of values that were right, and what a check fails for has little of it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from evaluation.calibrating import Observation, fitted, judged
from service.domain.category import Category
from service.domain.checks import CheckResult, Outcome
from service.domain.evidence import Box, Evidence
from service.domain.reading import Reading, Track
from service.processing.reader.calibration import Calibration, calibrated, features_of, shipped
from service.processing.reader.document import read_items
from service.processing.reader.model import Classification, Page, TextSource, Word
from service.processing.reader.structured.part import StructuredPart

_PAGE = Page(1, 595.0, 842.0, TextSource.OCR, ())


def _reading(*evidence: Evidence, checks: tuple[CheckResult, ...] = ()) -> Reading:
    item = {"total_amount": Decimal(1), "net_amount": Decimal(1)}
    return Reading(Category.INVOICE, 1.0, (item,), evidence, checks)


def _entry(confidence: float, producer: str = "general-reader", field: str = "total_amount") -> Evidence:
    return Evidence(0, field, producer, "1", confidence, page=1)


def _check(outcome: Outcome, field: str = "total_amount") -> CheckResult:
    return CheckResult("a_check", "1", 0, outcome, (field,))


def _sure(own: float, *checks: CheckResult, page: Page = _PAGE) -> float:
    (entry,) = calibrated(_reading(_entry(own), checks=checks), [page]).evidence
    return entry.confidence


def test_shipped_confidence_never_falls_with_the_readers_own_nor_is_certain() -> None:
    for source in TextSource:
        row = [_sure(own / 100, page=replace(_PAGE, source=source)) for own in range(101)]
        assert row == sorted(row) and all(0 < value <= 0.99 for value in row), source


def test_value_that_passes_a_check_is_no_less_sure_than_one_that_none_looked_at() -> None:
    for own in (0.3, 0.7, 0.95):
        assert _sure(own, _check(Outcome.PASS)) >= _sure(own) > _sure(own, _check(Outcome.FAIL))


@pytest.mark.parametrize("producer", ["general-reader", "table-reader", "xml", "learned", "language-model"])
@pytest.mark.parametrize("field", ["total_amount", "total_amount[2].amount"])
def test_value_that_fails_a_check_is_not_confident_whoever_read_it(producer: str, field: str) -> None:
    for source in TextSource:
        failing = _reading(_entry(0.99, producer, field), checks=(_check(Outcome.PASS), _check(Outcome.FAIL)))
        (entry,) = calibrated(failing, [replace(_PAGE, source=source)]).evidence
        assert entry.confidence < 0.5, source


def test_check_that_fails_for_one_field_makes_the_others_no_surer() -> None:
    assert 0.5 < _sure(0.9, _check(Outcome.FAIL, "net_amount")) <= _sure(0.9)


def test_value_that_is_printed_again_is_known_as_such() -> None:
    words = (Word("121,00", Box(0, 0, 9, 9)), Word("€121,00", Box(0, 20, 9, 29)), Word("21,00", Box(0, 40, 9, 49)))
    twice = replace(_entry(0.9), raw_text="121,00 €")
    known = features_of(_reading(twice, replace(twice, raw_text="21,00")), [replace(_PAGE, words=words)])
    assert [features and features["printed again"] for features in known] == [0.0, 0.0]
    known = features_of(_reading(replace(twice, raw_text="121,00")), [replace(_PAGE, words=words)])
    assert [features and features["printed again"] for features in known] == [1.0]


def test_value_of_a_structured_part_stays_as_certain_as_it_is() -> None:
    said = Evidence(0, "total_amount", "xml", "1", 0.99, path="/Invoice/Total", raw_text="1")
    part = StructuredPart("ubl", Category.INVOICE, 1.0, ({"total_amount": Decimal(1)},), (said,))
    page = replace(_PAGE, source=TextSource.STRUCTURED, structured=part)
    assert read_items(Classification(Category.INVOICE, 1.0), [page], Track.DEFAULT).evidence == (said,)


def test_measured_confidence_names_its_model_and_what_was_not_measured_does_not() -> None:
    table = Calibration("calibration.7", 0.0, {"own": 2.0, "recognised": -1.2})
    entries = _reading(_entry(0.6), _entry(0.6, "learned"), replace(_entry(0.4), alternatives=("2",)))
    known, learned, ambiguous = calibrated(entries, [_PAGE], table).evidence
    assert (known.confidence, known.producer_version) == (0.5, "1+calibration.7")
    assert (learned.confidence, learned.producer_version) == (0.6, "1")
    assert (ambiguous.confidence, ambiguous.producer_version) == (0.4, "1")


def _observed(document: str, right: bool, **features: float) -> Observation:
    return Observation(document, "receipt", features, right)


def _half_right() -> list[Observation]:
    return [_observed(f"s{number % 4}/{number}", number % 2 == 0, own=0.9) for number in range(200)]


def test_few_observations_make_no_certainty() -> None:
    model = Calibration.from_dict(fitted([*_half_right(), *[_observed("s9/only", True, own=0.9, rare=1.0)] * 50]))
    assert model.confidence({"own": 0.9, "rare": 1.0}) < 0.75


def test_values_are_taken_for_wrong_more_often_than_where_the_reader_was_made() -> None:
    model = Calibration.from_dict(fitted(_half_right()))
    assert model.confidence({"own": 0.9}) == pytest.approx(1 / 3, abs=0.02)


def test_weights_against_sense_are_left_out() -> None:
    absurd = [
        _observed(f"s{number % 4}/{number}", number % 2 == 0, **{"check fail": 1.0 - number % 2})
        for number in range(40)
    ]
    assert fitted(absurd)["weights"]["check fail"] == 0


def test_shipped_model_is_named_by_its_weights() -> None:
    assert shipped().version.startswith("calibration.")
    assert fitted(_half_right())["version"] != fitted(_half_right()[:100] + _half_right()[:1])["version"]
    assert json.dumps(fitted(_half_right())) == json.dumps(fitted(_half_right()))


def test_each_source_is_judged_by_a_model_that_has_not_seen_it() -> None:
    seen = [
        _observed(f"{source}/{number}", source != "new", own=0.9) for source in ("a", "b", "new") for number in range(9)
    ]
    *_, last = judged(seen)
    assert last.startswith("all") and float(last.split()[-2]) > 0.3
