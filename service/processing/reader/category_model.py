"""The trained model that tells categories apart: one weight for each hashed feature and category."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from service.domain.category import Category
from service.processing.reader.text_features import DIMENSIONS, features

PRODUCER = "category-model"
Scores = npt.NDArray[np.float64]
_MAX_TERM_SCORE = 60.0


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """A linear model over `text_features`, in whole numbers from -127 to 127 with a scale for each category.

    `weights` has a row for each feature and a column for each category. A category's score is the model's times
    `model_weight` and that of the vocabulary's terms times `term_weight`: both were chosen so that probabilities are as
    often right as they say. What is less likely than `threshold` is unknown.
    """

    version: str
    categories: tuple[Category, ...]
    weights: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    model_weight: float
    term_weight: float
    threshold: float

    def scores(self, text: str) -> Scores:
        """A score for each category, before probabilities are made of them."""
        indices, weights = features(text)
        summed = (self.weights[indices].astype(np.float32) * weights[:, None]).sum(axis=0)
        scores: Scores = (summed * self.scales + self.bias).astype(np.float64)
        return scores

    def probabilities(self, text: str, terms: Mapping[Category, float]) -> dict[Category, float]:
        """The calibrated probability of each category; they add up to 1. `terms` is what `term_scores` gives."""
        found = shares(
            self.model_weight * self.scores(text) + self.term_weight * scores_in_order(terms, self.categories)
        )
        return {category: float(share) for category, share in zip(self.categories, found, strict=True)}

    def to_bytes(self) -> tuple[bytes, dict[str, Any]]:
        """The weights as a compressed NumPy archive, and what JSON says of them."""
        archive = BytesIO()
        np.savez_compressed(archive, weights=self.weights, scales=self.scales, bias=self.bias)
        said = {
            "version": self.version,
            "categories": [category.value for category in self.categories],
            "model_weight": self.model_weight,
            "term_weight": self.term_weight,
            "threshold": self.threshold,
        }
        return archive.getvalue(), said

    @classmethod
    def from_bytes(cls, archive: bytes, said: dict[str, Any]) -> Self:
        """The inverse of `to_bytes`. Raises ValueError when the two don't fit together."""
        with np.load(BytesIO(archive), allow_pickle=False) as arrays:
            weights, scales, bias = arrays["weights"], arrays["scales"], arrays["bias"]
        categories = tuple(Category(name) for name in said["categories"])
        if weights.shape != (DIMENSIONS, len(categories)) or len(scales) != len(bias) != len(categories):
            raise ValueError(f"the weights are {weights.shape}; {DIMENSIONS} × {len(categories)} are expected")
        return cls(
            version=str(said["version"]),
            categories=categories,
            weights=weights,
            scales=scales,
            bias=bias,
            model_weight=float(said["model_weight"]),
            term_weight=float(said["term_weight"]),
            threshold=float(said["threshold"]),
        )


def scores_in_order(terms: Mapping[Category, float], categories: Sequence[Category]) -> Scores:
    """The scores of terms in the order of the categories."""
    return np.array([min(terms.get(category, 0.0), _MAX_TERM_SCORE) for category in categories])


def shares(scores: Scores) -> Scores:
    """Probabilities of scores (softmax)."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), np.float64)


@cache
def shipped() -> CategoryModel:
    """The model that is part of the package; `python -m training --write` makes it."""
    folder = files("service.processing.reader") / "models"
    said = json.loads((folder / "categories.json").read_text(encoding="utf-8"))
    return CategoryModel.from_bytes((folder / "categories.npz").read_bytes(), said)
