"""The table that is printed, and the result file that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.corpus import Part
from evaluation.scores import Counts, Kind, calibration_error

RESULTS = Path(__file__).parent / "results.json"
Kinds = dict[tuple[Part, str], Kind]
_COLUMNS = (
    "docs",
    "exact",
    "wrong",
    "miss.",
    "amb.",
    "prec.",
    "recall",
    "F1",
    "evid.",
    "ECE",
    "class.",
    "p/min",
    "ΔF1",
)
_HEAD = f"{'kind and field':44}" + "".join(f"{column:>7}" for column in _COLUMNS)


def earlier() -> dict[str, Any]:
    """The results that were kept last; empty when there are none."""
    return dict(json.loads(RESULTS.read_text(encoding="utf-8"))) if RESULTS.is_file() else {}


def keep(kinds: Kinds, before: Mapping[str, Any]) -> None:
    """Write the result file: numbers and names of kinds and fields; kinds that were not read stay as they were."""
    results: dict[str, Any] = {part.value: dict(before.get(part.value, {})) for part in Part}
    for (part, name), kind in kinds.items():
        results[part.value][name] = kind.to_dict()
    parts = []
    for part in Part:
        rows = [f"  {json.dumps(name)}: {json.dumps(kind)}" for name, kind in sorted(results[part.value].items())]
        parts.append(f" {json.dumps(part.value)}: {{\n" + ",\n".join(rows) + "\n }")
    RESULTS.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def table(kinds: Kinds, before: Mapping[str, Any], *, fields: bool) -> Iterable[str]:
    """The lines of the table: each kind in each part, its fields below it, and the sum of each part."""
    for part in Part:
        chosen = {name: kind for (where, name), kind in sorted(kinds.items()) if where is part}
        if not chosen:
            continue
        yield f"\n{part.value} part"
        yield _HEAD
        for name, kind in chosen.items():
            yield _line(name, kind, before.get(part.value, {}).get(name))
            if fields:
                kept = before.get(part.value, {}).get(name, {}).get("fields", {})
                for field, counts in sorted(kind.fields.items()):
                    yield _counts(f"  {field}", counts) + " " * 21 + _difference(counts.f1, kept.get(field))
        yield _line("all", _sum(chosen.values()), _kept_of_all(chosen, before.get(part.value, {})))


def _kept_of_all(chosen: Iterable[str], before: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What was kept of some kinds together; None when one of them is new."""
    total = Counts()
    for name in chosen:
        if name not in before:
            return None
        for counts in before[name]["fields"].values():
            total = total.plus(Counts(*counts))
    return {"f1": total.f1}


def _difference(now: float, counts: Sequence[int] | None) -> str:
    return f"{round(now - Counts(*counts).f1, 3) + 0.0:+7.3f}" if counts else f"{'new':>7}"


def _sum(kinds: Iterable[Kind]) -> Kind:
    total = Kind()
    for kind in kinds:
        total.documents += kind.documents
        total.failed += kind.failed
        total.right_category += kind.right_category
        total.pages += kind.pages
        total.seconds += kind.seconds
        total.sure += kind.sure
        for name, counts in kind.fields.items():
            total.fields[name] = total.fields.get(name, Counts()).plus(counts)
    return total


def _line(name: str, kind: Kind, before: Mapping[str, Any] | None) -> str:
    total = kind.total
    difference = f"{round(total.f1 - before['f1'], 3) + 0.0:+7.3f}" if before else f"{'new':>7}"
    speed = 60 * kind.pages / kind.seconds if kind.seconds else 0.0
    classified = kind.right_category / kind.documents if kind.documents else 0.0
    failed = f"  ({kind.failed} failed)" if kind.failed else ""
    measured = f"{calibration_error(kind.sure):7.3f}{classified:7.3f}{speed:7.0f}{difference}{failed}"
    return _counts(name, total, str(kind.documents)) + measured


def _counts(name: str, counts: Counts, documents: str = "") -> str:
    whole = f"{name[:44]:44}{documents:>7}{counts.exact:7}{counts.wrong:7}{counts.missing:7}{counts.ambiguous:7}"
    return whole + f"{counts.precision:7.3f}{counts.recall:7.3f}{counts.f1:7.3f}{counts.evidence:7.3f}"
