"""How right a model is, and how far its probabilities are from how often it is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.category import Category
from service.processing.reader.category_model import CategoryModel, shares
from training.fitting import CATEGORIES, HeldOut

_BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """Of `documents`: the share whose category is right, the share left unknown, and the expected calibration error."""

    documents: int
    accuracy: float
    unknown: float
    calibration_error: float

    def to_dict(self) -> dict[str, float]:
        """What JSON keeps of it."""
        return {
            "documents": self.documents,
            "accuracy": round(self.accuracy, 4),
            "unknown": round(self.unknown, 4),
            "calibration_error": round(self.calibration_error, 4),
        }


def judged(model: CategoryModel, held_out: Sequence[HeldOut]) -> Judged:
    """How right the model's weights make the scores of held-out documents; `unknown` is wrong unless it is right."""
    answers = []
    for entry in held_out:
        found = shares(model.model_weight * entry.model_scores + model.term_weight * entry.term_scores)
        best = int(found.argmax())
        answers.append((float(found[best]), CATEGORIES[best], entry.right))
    return _judged(answers, model.threshold)


def _judged(answers: Iterable[tuple[float, Category, frozenset[Category]]], threshold: float) -> Judged:
    told = [(share, category, right) for share, category, right in answers]
    total = max(1, len(told))
    unknown = [right for share, _, right in told if share < threshold]
    exact = sum(category in right for share, category, right in told if share >= threshold)
    exact += sum(Category.UNKNOWN in right for right in unknown)
    bins: dict[int, list[tuple[float, bool]]] = {}
    for share, category, right in told:
        bins.setdefault(min(int(share * _BINS), _BINS - 1), []).append((share, category in right))
    error = sum(abs(sum(share for share, _ in pairs) - sum(hit for _, hit in pairs)) for pairs in bins.values())
    return Judged(len(told), exact / total, len(unknown) / total, error / total)
