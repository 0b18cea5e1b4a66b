"""Fitting the table that makes the reader's confidence the share of values that were right."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from evaluation.corpus import Document, Part
from evaluation.matching import Verdict, matches
from evaluation.reading import pages_of, prepared
from service.domain.reading import ReadingFailedError, Track
from service.processing.reader.calibration import FILE, HIGHEST_CONFIDENCE, groups_of, level_of
from service.processing.reader.classify import classify
from service.processing.reader.document import read_uncalibrated
from service.processing.reader.sandbox import ReaderPool

LEVELS = (0.0, 0.5, 0.7, 0.85, 0.95)
#: So many documents' worth of what is usual are added to what was seen, that a few right values make no certainty.
_USUAL = 5.0


@dataclass(frozen=True, slots=True)
class Observation:
    """A value that was read from a document with known answers. `own` is the reader's own confidence."""

    document: str
    group: str
    own: float
    right: bool


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
            groups = {
                id(entry): group for entry, group in zip(reading.evidence, groups_of(reading, pages), strict=True)
            }
            seen.extend(
                Observation(
                    document.name, groups[id(match.entry)], match.entry.confidence, match.verdict is Verdict.EXACT
                )
                for match in matches(document.truth.items, reading, document.truth.doubted)
                if match.entry is not None and match.verdict is not Verdict.MISSING and not match.entry.alternatives
            )
    return seen


def counted(seen: Sequence[Observation]) -> dict[str, tuple[list[float], list[float]]]:
    """For each group and level, of how many documents there are values, and of how many they are right.

    A document counts once, in shares, however many values it has there: they are right and wrong together.
    """
    values = Counter((entry.document, entry.group, level_of(entry.own, LEVELS)) for entry in seen)
    counts: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([0.0] * len(LEVELS), [0.0] * len(LEVELS)))
    for entry in seen:
        level = level_of(entry.own, LEVELS)
        share = 1 / values[entry.document, entry.group, level]
        known, right = counts[entry.group]
        known[level] += share
        right[level] += share * entry.right
    return {
        group: ([round(count, 3) for count in known], [round(count, 3) for count in right])
        for group, (known, right) in sorted(counts.items())
    }


def fitted(counts: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> dict[str, Any]:
    """The table of some counts: shares that never fall with the reader's own confidence.

    Each level leans on its group, and each group on all. The version is a digest of what the table says.
    """
    known_of_all = sum(sum(known) for known, _ in counts.values())
    usual = sum(sum(right) for _, right in counts.values()) / known_of_all
    groups = {}
    for group, (known, right) in sorted(counts.items()):
        mean = (sum(right) + _USUAL * usual) / (sum(known) + _USUAL)
        weights = [count + _USUAL for count in known]
        shares = [(good + _USUAL * mean) / weight for good, weight in zip(right, weights, strict=True)]
        confidence = [min(HIGHEST_CONFIDENCE, round(share, 3)) for share in isotonic(shares, weights)]
        groups[group] = {"documents": list(known), "right": list(right), "confidence": confidence}
    version = sha256(json.dumps([LEVELS, groups]).encode()).hexdigest()[:8]
    return {"version": f"calibration.{version}", "levels": list(LEVELS), "groups": groups}


def isotonic(shares: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The nearest row of numbers that never falls (pool adjacent violators, by weighted least squares)."""
    pools: list[tuple[float, float, int]] = []
    for share, weight in zip(shares, weights, strict=True):
        pools.append((share, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            high, low = pools.pop(), pools.pop()
            weight_of_both = high[1] + low[1]
            mean = (high[0] * high[1] + low[0] * low[1]) / weight_of_both
            pools.append((mean, weight_of_both, high[2] + low[2]))
    return [share for share, _, levels in pools for _ in range(levels)]


def write(table: Mapping[str, Any]) -> Path:
    """Write the table that the package ships, a line for each group."""
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(group)}" for name, group in table["groups"].items())
    head = f' "version": {json.dumps(table["version"])},\n "levels": {json.dumps(table["levels"])},\n'
    place = Path(str(FILE))
    place.parent.mkdir(exist_ok=True)
    place.write_text(f'{{\n{head} "groups": {{\n{rows}\n }}\n}}\n', encoding="utf-8")
    return place
