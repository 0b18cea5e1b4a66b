"""Fitting the model that makes the reader's confidence the share of values that were right, and judging it fairly."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy
import numpy.typing

from evaluation.corpus import Document, Part
from evaluation.matching import Verdict, matches
from evaluation.reading import pages_of, prepared
from evaluation.scores import calibration_error
from service.domain.reading import ReadingFailedError, Track
from service.processing.reader.calibration import FILE, Calibration, Features, features_of
from service.processing.reader.classify import classify
from service.processing.reader.document import read_uncalibrated
from service.processing.reader.sandbox import ReaderPool

#: How strongly weights are drawn to nothing (ridge); those of a feature that few documents have stay small.
_RIDGE = 2.0
_STEPS = 60
#: What may only raise the confidence, and what may only lower it, whatever a few documents say.
_RAISING = ("own", "own is high", "check pass", "printed again", "category")
_LOWERING = ("own is low", "check fail", "check not_applicable", "other checks fail", "recognised")
#: The documents of the development part were looked at while the reader was made, and what was wrong on them was put
#: right. On others its values are expected to be wrong so many times as often (as odds).
_TIMES_AS_OFTEN_WRONG = 2.0

Numbers = numpy.typing.NDArray[numpy.float64]


@dataclass(frozen=True, slots=True)
class Observation:
    """A value that was read from a document with known answers, with what is known of it without them."""

    document: str
    kind: str
    features: Features
    right: bool

    @property
    def source(self) -> str:
        """Where the document came from; documents of one source look alike."""
        return self.document.split("/", 1)[0]


async def observations(chosen: Iterable[Document], kept_text: Path) -> list[Observation]:
    """The values read from the words and tables of documents of the development part; others are left out."""
    seen: list[Observation] = []
    async with ReaderPool(processes=1) as pool:
        for document in chosen:
            if document.part is not Part.DEVELOPMENT:
                continue
            try:
                with prepared(document) as path:
                    pages = await pages_of(path, pool, kept_text)
            except ReadingFailedError:
                continue
            if any(page.structured for page in pages):
                continue
            reading = read_uncalibrated(classify(pages), pages, Track.DEFAULT)
            known = dict(zip(map(id, reading.evidence), features_of(reading, pages), strict=True))
            for match in matches(document.truth.items, reading, document.truth.doubted):
                features = known.get(id(match.entry))
                if features is not None and match.verdict is not Verdict.MISSING:
                    right = match.verdict is Verdict.EXACT
                    seen.append(Observation(document.name, document.kind, features, right))
    return seen


def fitted(seen: Sequence[Observation]) -> dict[str, Any]:
    """The model of some observations (logistic regression with a ridge, by Newton's method), as its file has it.

    A document counts as the square root of its values: they are right and wrong together, but not wholly. Weights that
    would go against sense, such as that a value is surer when a check fails, are left at nothing. In the end all values
    are taken for wrong more often than they were, since the reader was made with these documents in sight. The version
    is a digest of the weights.
    """
    names = sorted({name for entry in seen for name in entry.features})
    table = numpy.array([[1.0, *(entry.features.get(name, 0.0) for name in names)] for entry in seen])
    right = numpy.array([float(entry.right) for entry in seen])
    values = Counter(entry.document for entry in seen)
    worth = numpy.array([values[entry.document] ** -0.5 for entry in seen])
    kept = numpy.ones(table.shape[1], bool)
    while True:
        weights = numpy.zeros(table.shape[1])
        weights[kept] = _newton(table[:, kept], right, worth)
        absurd = numpy.array([False, *(_goes_against_sense(name, weight) for name, weight in _pairs(names, weights))])
        if not (absurd & kept).any():
            break
        kept &= ~absurd
    said = {name: round(float(weight), 3) for name, weight in _pairs(names, weights)}
    bias = round(float(weights[0]) - math.log(_TIMES_AS_OFTEN_WRONG), 3)
    version = sha256(json.dumps([bias, said]).encode()).hexdigest()[:8]
    return {"version": f"calibration.{version}", "bias": bias, "weights": said, "values": len(seen)}


def _pairs(names: Sequence[str], weights: Numbers) -> Iterator[tuple[str, float]]:
    return zip(names, weights[1:].tolist(), strict=True)


def _goes_against_sense(name: str, weight: float) -> bool:
    return (name in _RAISING and weight < 0) or (name in _LOWERING and weight > 0)


def _newton(table: Numbers, right: Numbers, worth: Numbers) -> Numbers:
    """The weights that make the observations likeliest; the first, of what all have, is drawn to nothing by little."""
    ridge = numpy.full(table.shape[1], _RIDGE)
    ridge[0] = 0.01
    weights = numpy.zeros(table.shape[1])
    for _ in range(_STEPS):
        share = 1 / (1 + numpy.exp(-numpy.clip(table @ weights, -30, 30)))
        slope = table.T @ (worth * (share - right)) + ridge * weights
        bend = (table * (worth * share * (1 - share))[:, None]).T @ table + numpy.diag(ridge)
        step = numpy.linalg.solve(bend, slope)
        weights -= step
        if float(numpy.abs(step).max()) < 1e-9:
            break
    return weights


def judged(seen: Sequence[Observation]) -> Iterator[str]:
    """How far confidence is from the share of right values, for sources that the model which tells it has not seen."""
    told: list[tuple[str, float, bool]] = []
    for source in sorted({entry.source for entry in seen}):
        model = Calibration.from_dict(fitted([entry for entry in seen if entry.source != source]))
        told += [
            (entry.kind, model.confidence(entry.features), entry.right) for entry in seen if entry.source == source
        ]
    yield f"{'each source left out in turn':44}{'values':>8}{'right':>8}{'conf.':>8}{'ECE':>8}{'Brier':>8}"
    for kind in [*sorted({kind for kind, _, _ in told}), "all"]:
        pairs = [(sure, right) for where, sure, right in told if kind in (where, "all")]
        share, mean = sum(right for _, right in pairs) / len(pairs), sum(sure for sure, _ in pairs) / len(pairs)
        brier = sum((sure - right) ** 2 for sure, right in pairs) / len(pairs)
        error = calibration_error(pairs)
        yield f"{kind[:44]:44}{len(pairs):8}{share:8.3f}{mean:8.3f}{error:8.3f}{brier:8.3f}"


def write(model: dict[str, Any]) -> Path:
    """Write the model that the package ships."""
    place = Path(str(FILE))
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    return place
