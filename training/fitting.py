"""Fitting the linear model and its calibration: plain NumPy without BLAS, so that a seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from service.domain.category import Category
from service.processing.reader.category_model import CategoryModel, Scores
from service.processing.reader.text_features import DIMENSIONS, Indices, Weights, features

CATEGORIES = tuple(category for category in Category if category is not Category.UNKNOWN)
_EPOCHS = 30
_BATCH = 96
_RATE = 0.05
_DECAY = 1e-5
_LEFT_OUT = 0.4
_SMOOTHING = 0.02
#: Below this a guess is as often wrong as right, and `unknown` says more.
_THRESHOLD = 0.5
_OWN_WEIGHTS = [0.0, *(round(0.1 * 1.2**step, 3) for step in range(24))]
_TERM_WEIGHTS = [0.0, *(round(0.02 * 1.2**step, 3) for step in range(20))]
_FIRST_MOMENT, _SECOND_MOMENT, _TINY = 0.9, 0.99, 1e-8

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """The features of a text, and the category it should get: None for a text that should be as likely to be any."""

    indices: Indices
    weights: Weights
    category: Category | None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A document that the model which scored it was not trained on, and the categories that are right for it."""

    known: bool
    model_scores: Scores
    term_scores: Scores
    right: frozenset[Category]
    importance: float


def example(text: str, category: Category | None) -> Example:
    """An example of a text."""
    return Example(*features(text), category)


def fit(examples: Sequence[Example], seed: int, version: str) -> CategoryModel:
    """A model of these examples, not yet calibrated (Adam on the cross-entropy, with smoothed targets).

    It learns by itself, without the vocabulary's terms: what it would learn to add to them is what made documents have
    too little or too much of, and it would then take real ones for something else.
    """
    rng = np.random.default_rng(seed)
    size = len(CATEGORIES)
    weights = np.zeros((DIMENSIONS, size), np.float32)
    bias = np.zeros(size, np.float32)
    targets = np.stack([_target(entry.category) for entry in examples])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    step = 0
    for epoch in range(_EPOCHS):
        order = rng.permutation(len(examples))
        rate = _RATE * (1 - epoch / _EPOCHS)
        for start in range(0, len(order), _BATCH):
            step += 1
            chosen = order[start : start + _BATCH]
            batch = [_thinned(examples[index], rng) for index in chosen]
            gradient, residue = _gradient(batch, targets[chosen], weights, bias)
            gradient += np.float32(_DECAY) * weights
            first += np.float32(1 - _FIRST_MOMENT) * (gradient - first)
            second += np.float32(1 - _SECOND_MOMENT) * (gradient * gradient - second)
            slow = np.float32(rate / (1 - _FIRST_MOMENT**step))
            weights -= slow * first / (np.sqrt(second / np.float32(1 - _SECOND_MOMENT**step)) + np.float32(_TINY))
            bias -= np.float32(rate) * residue
    return _rounded(weights, bias, version)


def _thinned(entry: Example, rng: np.random.Generator) -> Example:
    """An example without some of its features, so that no few of them decide alone."""
    kept = rng.random(len(entry.indices)) > _LEFT_OUT
    return replace(entry, indices=entry.indices[kept], weights=entry.weights[kept])


def _target(category: Category | None) -> Floats:
    size = len(CATEGORIES)
    target = np.full(size, 1 / size, np.float32)
    if category is not None:
        target *= np.float32(_SMOOTHING)
        target[CATEGORIES.index(category)] += np.float32(1 - _SMOOTHING)
    return target


def _gradient(batch: Sequence[Example], targets: Floats, weights: Floats, bias: Floats) -> tuple[Floats, Floats]:
    indices = np.concatenate([entry.indices for entry in batch])
    values = np.concatenate([entry.weights for entry in batch])
    rows = np.repeat(np.arange(len(batch)), [len(entry.indices) for entry in batch])
    columns = [np.bincount(rows, weights[indices, column] * values, len(batch)) for column in range(len(bias))]
    scores = np.stack(columns, axis=1).astype(np.float64) + bias
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    errors = ((raised / raised.sum(axis=1, keepdims=True)) - targets).astype(np.float32) / np.float32(len(batch))
    gradient = np.stack(
        [np.bincount(indices, errors[rows, column] * values, DIMENSIONS) for column in range(len(bias))], axis=1
    )
    return gradient.astype(np.float32), errors.sum(axis=0)


def _rounded(weights: Floats, bias: Floats, version: str) -> CategoryModel:
    """The weights in bytes: the largest of each category becomes 127."""
    scales = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-6)) / np.float32(127)
    return CategoryModel(
        version=version,
        categories=CATEGORIES,
        weights=np.rint(weights / scales).astype(np.int8),
        scales=scales.astype(np.float32),
        bias=bias,
        model_weight=1.0,
        term_weight=0.0,
        threshold=0.0,
    )


def calibrated(model: CategoryModel, held_out: Sequence[HeldOut]) -> CategoryModel:
    """The model with the weights, of itself and of the vocabulary's terms, that make held-out documents likeliest.

    Only weights are allowed with which no fewer documents are right than by the terms alone, known and made ones apart:
    two witnesses together must not be worse than one.
    """
    groups = [_Scored.of([entry for entry in held_out if entry.known is known]) for known in (True, False)]
    groups = [group for group in groups if len(group.importance)]
    alone = [max(group.right_with(0.0, terms) for terms in _TERM_WEIGHTS) for group in groups]
    allowed = [
        (own, terms)
        for own in _OWN_WEIGHTS
        for terms in _TERM_WEIGHTS
        if all(group.right_with(own, terms) >= least for group, least in zip(groups, alone, strict=True))
    ]
    best = min(allowed, key=lambda pair: sum(group.loss(*pair) for group in groups))
    return replace(model, model_weight=best[0], term_weight=best[1], threshold=_THRESHOLD)


@dataclass(frozen=True, slots=True)
class _Scored:
    """Held-out documents as arrays, a row for each."""

    model_scores: Scores
    term_scores: Scores
    right: npt.NDArray[np.bool_]
    unknown_is_right: npt.NDArray[np.bool_]
    importance: Scores

    @classmethod
    def of(cls, held_out: Sequence[HeldOut]) -> Self:
        size = len(CATEGORIES)
        return cls(
            np.array([entry.model_scores for entry in held_out]).reshape(-1, size),
            np.array([entry.term_scores for entry in held_out]).reshape(-1, size),
            np.array([[category in entry.right for category in CATEGORIES] for entry in held_out]).reshape(-1, size),
            np.array([Category.UNKNOWN in entry.right for entry in held_out], bool),
            np.array([entry.importance for entry in held_out]),
        )

    def loss(self, own: float, terms: float) -> float:
        likely = (self._shares(own, terms) * self.right).sum(axis=1)
        return float(-(self.importance * np.log(np.maximum(likely, 1e-6))).sum())

    def right_with(self, own: float, terms: float) -> int:
        """How many documents get the right category, or are unknown where that is right."""
        found = self._shares(own, terms)
        rows, best = np.arange(len(found)), found.argmax(axis=1)
        sure = found[rows, best] >= _THRESHOLD
        return int(np.where(sure, self.right[rows, best], self.unknown_is_right).sum())

    def _shares(self, own: float, terms: float) -> Scores:
        raised = own * self.model_scores + terms * self.term_scores
        raised = np.exp(raised - raised.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)
