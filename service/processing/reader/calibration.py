"""Confidence that means something: the share of values like this one that were right.

A logistic model, fitted by `python -m evaluation --fit-confidence` on documents with known answers, weighs what is
known of a value: the reader's own confidence, whether its page had to be recognised, the kind of its field, what the
checks say of it and of the rest of its item, and whether the document prints it again.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Self

from service.domain.checks import CheckResult, Outcome
from service.domain.evidence import Evidence
from service.domain.item_fields import FIELDS, Kind
from service.domain.reading import Reading
from service.processing.reader.model import Page, TextSource

#: The most that a value whose check fails can have, whoever read it: more likely wrong than right.
FAILED_CONFIDENCE = 0.49
#: The most that a value from a page can have: what a structured part says itself.
HIGHEST_CONFIDENCE = 0.99

FILE = files("service.processing.reader") / "models" / "confidence.json"
#: Who reads values by rules; structured parts, lessons and language models say for themselves how sure they are.
_MEASURED = ("general-reader", "table-reader")

#: What is known of a value, each from 0 to 1.
Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A weight for each feature; a feature without one counts for nothing. `bias` is that of a value with none."""

    version: str
    bias: float
    weights: Mapping[str, float]

    def confidence(self, features: Features) -> float:
        """The share of right values among those with these features; never certain, either way."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        share = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
        return round(max(1 - HIGHEST_CONFIDENCE, min(HIGHEST_CONFIDENCE, share)), 3)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Of the JSON that the fitting command writes."""
        weights = {str(name): float(weight) for name, weight in data["weights"].items()}
        return cls(str(data["version"]), float(data["bias"]), weights)


@cache
def shipped() -> Calibration:
    """The model that is part of the package."""
    return Calibration.from_dict(json.loads(FILE.read_text(encoding="utf-8")))


def features_of(reading: Reading, pages: Sequence[Page]) -> tuple[Features | None, ...]:
    """What is known of each evidence; None for what is not measured: ambiguous values, and who speaks for himself.

    A derived value has no page; it counts as being of the first one.
    """
    sources = {page.number: page.source for page in pages}
    first = pages[0].source if pages else TextSource.NONE
    outcomes = _outcomes(reading.checks)
    failures = Counter(item for (item, _), outcome in outcomes.items() if outcome is Outcome.FAIL)
    printed = Counter(_squeezed(word.text) for page in pages for word in page.words)
    return tuple(
        None
        if entry.producer not in _MEASURED or entry.alternatives
        else {
            "own": entry.confidence,
            "own is high": float(entry.confidence >= 0.9),
            "own is low": float(entry.confidence < 0.6),
            "recognised": float(sources.get(entry.page or 0, first) is TextSource.OCR),
            "table": float(sources.get(entry.page or 0, first) is TextSource.TABLE),
            f"kind {_kind_of(entry.field)}": 1.0,
            f"check {outcomes.get(_place(entry), Outcome.NOT_APPLICABLE).value}": 1.0,
            "other checks fail": min(1.0, failures[entry.item] / 4),
            "derived": float(bool(entry.derived_from)),
            "printed again": float(_is_printed_again(entry, printed)),
            "category": reading.probability,
        }
        for entry in reading.evidence
    )


def calibrated(reading: Reading, pages: Sequence[Page], table: Calibration | None = None) -> Reading:
    """The reading with confidences that were measured; `producer_version` then names the model beside the producer.

    Ambiguous values stay as their reader said: they are at best a coin toss. Whatever a check fails for is not
    confident.
    """
    table = table or shipped()
    outcomes = _outcomes(reading.checks)
    evidence = []
    for entry, features in zip(reading.evidence, features_of(reading, pages), strict=True):
        sure = entry.confidence if features is None else table.confidence(features)
        version = entry.producer_version if features is None else f"{entry.producer_version}+{table.version}"
        if outcomes.get(_place(entry)) is Outcome.FAIL:
            sure = min(sure, FAILED_CONFIDENCE)
        evidence.append(replace(entry, confidence=sure, producer_version=version))
    return replace(reading, evidence=tuple(evidence))


def _kind_of(field: str) -> str:
    """Values of one kind are read alike: names of parties, tax numbers, days, amounts, cells of rows, other text."""
    if "[" in field:
        return "row"
    if field.endswith("_name") or field == "destination":
        return "party"
    known = FIELDS.get(field)
    if known is None or known.kind is Kind.TEXT:
        return "currency" if field == "currency" else "tax id" if field.endswith("_tax_id") else "text"
    return known.kind.value


def _is_printed_again(entry: Evidence, printed: Mapping[str, int]) -> bool:
    words = [_squeezed(word) for word in (entry.raw_text or "").split()]
    return bool(words) and all(printed.get(word, 0) > 1 for word in words)


def _squeezed(word: str) -> str:
    return word.strip(".,:;()€$£").casefold()


def _outcomes(checks: Sequence[CheckResult]) -> dict[tuple[int | None, str], Outcome]:
    """What the checks of each field come to: one that fails outweighs those that pass."""
    found: dict[tuple[int | None, str], Outcome] = {}
    for result in checks:
        for name in result.looked_at:
            if result.outcome is Outcome.FAIL or (
                result.outcome is Outcome.PASS and found.get((result.item, name)) is not Outcome.FAIL
            ):
                found[result.item, name] = result.outcome
    return found


def _place(entry: Evidence) -> tuple[int | None, str]:
    return entry.item, entry.field.split("[")[0]
