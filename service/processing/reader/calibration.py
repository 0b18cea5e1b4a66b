"""Confidence that means something: the share of values like this one that were right.

The table is fitted by `python -m evaluation --fit-confidence` on documents with known answers, and says for each group
of values (who read them, from what kind of page, and whether a check holds them up) how often they were right at each
level of the reader's own confidence.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Self

from service.domain.checks import CheckResult, Outcome
from service.domain.evidence import Evidence
from service.domain.reading import Reading
from service.processing.reader.model import Page

#: The most that a value whose check fails can have, whoever read it: more likely wrong than right.
FAILED_CONFIDENCE = 0.49
#: The most that a value from a page can have: what a structured part says itself.
HIGHEST_CONFIDENCE = 0.99

FILE = files("service.processing.reader") / "models" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """For each group the confidence at each level; level i begins at `levels[i]` of the reader's own confidence."""

    version: str
    levels: tuple[float, ...]
    confidences: Mapping[str, tuple[float, ...]]

    def confidence(self, group: str, own: float) -> float | None:
        """The share of right values in a group at the reader's own confidence; None for a group never seen."""
        shares = self.confidences.get(group)
        return shares[level_of(own, self.levels)] if shares else None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Of the JSON that the fitting command writes."""
        groups = {name: tuple(map(float, group["confidence"])) for name, group in data["groups"].items()}
        return cls(str(data["version"]), tuple(map(float, data["levels"])), groups)


@cache
def shipped() -> Calibration:
    """The table that is part of the package."""
    return Calibration.from_dict(json.loads(FILE.read_text(encoding="utf-8")))


def level_of(own: float, levels: Sequence[float]) -> int:
    """The level that a reader's own confidence is on."""
    return max(0, bisect_right(levels, own) - 1)


def groups_of(reading: Reading, pages: Sequence[Page]) -> tuple[str, ...]:
    """The group of each evidence: its producer, the source of its page's text, and what checks say of its field.

    A derived value has no page; it counts as being of the first one.
    """
    sources = {page.number: page.source.value for page in pages}
    first = pages[0].source.value if pages else ""
    outcomes = _outcomes(reading.checks)
    return tuple(
        f"{entry.producer}/{sources.get(entry.page or 0, first)}/{outcomes.get(_place(entry), Outcome.NOT_APPLICABLE)}"
        for entry in reading.evidence
    )


def calibrated(reading: Reading, pages: Sequence[Page], table: Calibration | None = None) -> Reading:
    """The reading with confidences that were measured; `producer_version` then names the table beside the producer.

    What no observation is about stays as its reader said: structured parts, lessons, language models. So do ambiguous
    values, which are at best a coin toss. Whatever a check fails for is not confident.
    """
    table = table or shipped()
    outcomes = _outcomes(reading.checks)
    evidence = []
    for entry, group in zip(reading.evidence, groups_of(reading, pages), strict=True):
        measured = None if entry.alternatives else table.confidence(group, entry.confidence)
        sure = entry.confidence if measured is None else measured
        version = entry.producer_version if measured is None else f"{entry.producer_version}+{table.version}"
        if outcomes.get(_place(entry)) is Outcome.FAIL:
            sure = min(sure, FAILED_CONFIDENCE)
        evidence.append(replace(entry, confidence=sure, producer_version=version))
    return replace(reading, evidence=tuple(evidence))


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
