"""Counts, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from evaluation.matching import Match, Verdict

_BINS = 10


@dataclass(slots=True)
class Counts:
    """How often known values of one field were read how."""

    exact: int = 0
    wrong: int = 0
    missing: int = 0
    ambiguous: int = 0
    evident: int = 0

    def add(self, match: Match) -> None:
        """Count a match."""
        setattr(self, match.verdict.value, getattr(self, match.verdict.value) + 1)
        self.evident += match.evidence

    def plus(self, other: Counts) -> Counts:
        """The sum of two counts."""
        return Counts(
            self.exact + other.exact,
            self.wrong + other.wrong,
            self.missing + other.missing,
            self.ambiguous + other.ambiguous,
            self.evident + other.evident,
        )

    @property
    def precision(self) -> float:
        """Right among what was read."""
        read = self.exact + self.wrong + self.ambiguous
        return self.exact / read if read else 0.0

    @property
    def recall(self) -> float:
        """Right among what is known."""
        known = self.exact + self.wrong + self.missing + self.ambiguous
        return self.exact / known if known else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def evidence(self) -> float:
        """The share of right values whose evidence leads to them."""
        return self.evident / self.exact if self.exact else 0.0


@dataclass(slots=True)
class Kind:
    """What is known of one kind of document in one part. Times in seconds."""

    documents: int = 0
    failed: int = 0
    right_category: int = 0
    pages: int = 0
    seconds: float = 0.0
    fields: dict[str, Counts] = field(default_factory=dict)
    sure: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, found: Iterable[Match]) -> None:
        """Count the matches of a document."""
        for match in found:
            self.fields.setdefault(match.field, Counts()).add(match)
            if match.confidence is not None and match.verdict is not Verdict.MISSING:
                self.sure.append((match.confidence, match.verdict is Verdict.EXACT))

    @property
    def total(self) -> Counts:
        """The counts of all fields together."""
        total = Counts()
        for counts in self.fields.values():
            total = total.plus(counts)
        return total

    def to_dict(self) -> dict[str, Any]:
        """Numbers and names alone, for the result file."""
        total = self.total
        return {
            "documents": self.documents,
            "failed": self.failed,
            "classification": round(self.right_category / self.documents, 4) if self.documents else 0.0,
            "precision": round(total.precision, 4),
            "recall": round(total.recall, 4),
            "f1": round(total.f1, 4),
            "evidence": round(total.evidence, 4),
            "ece": round(calibration_error(self.sure), 4),
            "fields": {
                name: [counts.exact, counts.wrong, counts.missing, counts.ambiguous]
                for name, counts in sorted(self.fields.items())
            },
        }


def calibration_error(sure: Iterable[tuple[float, bool]]) -> float:
    """The expected calibration error over ten bins: how far confidence is from how often it was right."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    count = 0
    for confidence, right in sure:
        bins[min(_BINS - 1, int(confidence * _BINS))].append((confidence, right))
        count += 1
    error = 0.0
    for entries in bins:
        if entries:
            confidence = sum(entry[0] for entry in entries) / len(entries)
            accuracy = sum(entry[1] for entry in entries) / len(entries)
            error += abs(confidence - accuracy) * len(entries) / count
    return error
