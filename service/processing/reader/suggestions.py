"""What a language model says of a document: asked for here, and believed only where the page bears it out.

The answer is hostile data: a document can tell a model what to say. A value counts when it follows the schema, is
printed on a page, and contradicts neither the structured parts nor the rules that readings are held against.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from service.domain.category import Category
from service.domain.checks import CheckResult, Outcome
from service.domain.evidence import Evidence
from service.domain.items import ITEM_SCHEMAS, Field, Item, ItemsInvalidError, Kind, json_schema, validate_items
from service.processing.reader.checking import check
from service.processing.reader.content import Content, Spot
from service.processing.reader.locate import places_of
from service.processing.reader.model import Page, TextSource

LANGUAGE_MODEL = "language-model"
LANGUAGE_MODEL_VERSION = "1"
CHECK_NAME: Final = "language_model_answer"
_CHECK_VERSION = "1"
_MAX_TEXT = 30_000
_MAX_ITEMS = 50
_MAX_ROWS = 200
_MAX_NOTES = 10
_CONFIDENCE = 0.75
_ROWS_CONFIDENCE = 0.7
_UNSURE = 0.6
"""Up to here a value of the built-in reader makes way for the model's."""


def question_for(category: Category, pages: Sequence[Page]) -> dict[str, Any] | None:
    """What to ask of a document: its category, the schema of its items, its text. None where a model isn't needed:
    the document is structured or a table, or its category has no items.
    """
    asked = not any(page.structured or page.source is TextSource.TABLE for page in pages)
    if not asked or category in (Category.UNKNOWN, Category.OTHER):
        return None
    text = "\n".join(line.text for line in Content(pages).lines)[:_MAX_TEXT]
    return {"category": category.value, "schema": json_schema(category)["items"], "text": text} if text else None


@dataclass
class Merged:
    """The items of the built-in reader with what the model added, and what is to be said of its answer."""

    items: list[Item]
    evidence: list[Evidence]
    refused: list[str] = field(default_factory=list)
    taken: set[tuple[int, str]] = field(default_factory=set)

    def check(self) -> CheckResult:
        """The answer as a check on the whole document: it fails when something of it was refused."""
        outcome = Outcome.FAIL if self.refused else Outcome.PASS if self.taken else Outcome.NOT_APPLICABLE
        looked_at = tuple(sorted({name for _, name in self.taken}))
        return CheckResult(CHECK_NAME, _CHECK_VERSION, None, outcome, looked_at, "; ".join(self.refused[:_MAX_NOTES]))


def merge(
    category: Category, items: Sequence[Item], evidence: Sequence[Evidence], answer: Mapping[str, Any], content: Content
) -> Merged:
    """Add a model's values to what the built-in reader found. `answer` has its `text`, or the `error` in its place."""
    merged = Merged([dict(item) for item in items], list(evidence))
    if answer.get("error"):
        merged.refused.append(str(answer["error"])[:300])
        return merged
    said = _items_in(str(answer.get("text") or ""))
    if said is None:
        merged.refused.append("the answer is no JSON object with a list of items")
        return merged
    if items and len(said) != len(items):
        merged.refused.append(f"the answer has {len(said)} items, the document {len(items)}")
        return merged
    for index, values in enumerate(said):
        _merge_item(merged, category, index, values, content)
    _take_back_contradictions(merged, items, evidence)
    return merged


def _items_in(text: str) -> list[Mapping[str, Any]] | None:
    start, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return None
    items = found.get("items") if isinstance(found, Mapping) else None
    if not isinstance(items, list) or len(items) > _MAX_ITEMS or not all(isinstance(item, Mapping) for item in items):
        return None
    return items


def _merge_item(merged: Merged, category: Category, index: int, values: Mapping[str, Any], content: Content) -> None:
    if index == len(merged.items):
        merged.items.append({})
    item = merged.items[index]
    sure = {entry.field: entry.confidence for entry in merged.evidence if entry.item == index}
    for schema in ITEM_SCHEMAS[category]:
        value = values.get(schema.name)
        if value is None or (schema.name in item and sure.get(schema.name, 1.0) > _UNSURE):
            continue
        normal = _normal(category, schema, value)
        if normal is None:
            merged.refused.append(f"{schema.name} of item {index} doesn't follow the schema")
        elif schema.kind is Kind.ROWS:
            if schema.name not in item:
                _take_rows(merged, index, schema, normal, content)
        elif normal != item.get(schema.name):
            _take(merged, index, schema, normal, content)


def _normal(category: Category, schema: Field, value: Any) -> Any:
    try:
        (item,) = validate_items(category, [{schema.name: value}])
    except (ItemsInvalidError, RecursionError, ValueError):
        return None
    return item.get(schema.name)


def _take(merged: Merged, index: int, schema: Field, value: Any, content: Content) -> None:
    spots = places_of(content, schema, value)
    if not spots:
        merged.refused.append(f"{schema.name} of item {index} isn't printed on any page")
        return
    former = merged.items[index].get(schema.name)
    merged.items[index][schema.name] = value
    merged.evidence = [e for e in merged.evidence if (e.item, e.field) != (index, schema.name)]
    found = _evidence(spots[0], schema.name, index, _CONFIDENCE)
    if former is not None:
        # Two readers differ, and neither is sure.
        found = replace(found, alternatives=(str(former),), confidence=min(found.confidence, 0.5))
    merged.evidence.append(found)
    merged.taken.add((index, schema.name))


def _take_rows(merged: Merged, index: int, schema: Field, rows: list[Item], content: Content) -> None:
    """The cells of rows that are printed; a row without one, or without one that it must have, is left out."""
    kinds = {inner.name: inner for inner in schema.row}
    required = {inner.name for inner in schema.row if inner.required}
    kept: list[tuple[Item, dict[str, Spot]]] = []
    for row in rows[:_MAX_ROWS]:
        spots = {name: spot for name in row if (spot := _nearest(content, kinds[name], row[name], kept)) is not None}
        if spots and required <= spots.keys():
            kept.append(({name: row[name] for name in row if name in spots}, spots))
    if len(kept) < len(rows):
        merged.refused.append(
            f"{len(rows) - len(kept)} of the {schema.name} of item {index} aren't printed on any page"
        )
    if not kept:
        return
    merged.items[index][schema.name] = [row for row, _ in kept]
    merged.taken.add((index, schema.name))
    for number, (_, spots) in enumerate(kept):
        merged.evidence += [
            _evidence(spot, f"{schema.name}[{number}].{name}", index, _ROWS_CONFIDENCE) for name, spot in spots.items()
        ]


def _nearest(
    content: Content, schema: Field, value: Any, before: Sequence[tuple[Item, dict[str, Spot]]]
) -> Spot | None:
    """The first place after the row before, since rows are printed in their order; else the first of all."""
    spots = places_of(content, schema, value)
    last = max(((s.line.page, s.line.index) for s in before[-1][1].values()), default=(0, -1)) if before else (0, -1)
    return next((spot for spot in spots if (spot.line.page, spot.line.index) > last), spots[0] if spots else None)


def _evidence(spot: Spot, name: str, index: int, confidence: float) -> Evidence:
    made = spot.evidence(name, confidence, index)
    return replace(made, producer=LANGUAGE_MODEL, producer_version=LANGUAGE_MODEL_VERSION)


def _take_back_contradictions(merged: Merged, before: Sequence[Item], evidence: Sequence[Evidence]) -> None:
    """A rule that fails because of the model's values takes them away, and what they replaced comes back."""
    for result in check(merged.items):
        taken = [(result.item, name) for name in result.looked_at if (result.item, name) in merged.taken]
        if result.outcome is not Outcome.FAIL or not taken:
            continue
        merged.refused.append(f"{', '.join(name for _, name in taken)} of item {result.item} fail {result.name}")
        for index, name in taken:
            assert index is not None
            merged.taken.discard((index, name))
            merged.items[index].pop(name, None)
            merged.evidence = [e for e in merged.evidence if e.item != index or e.field.split("[")[0] != name]
            if index < len(before) and name in before[index]:
                merged.items[index][name] = before[index][name]
                merged.evidence += [e for e in evidence if (e.item, e.field) == (index, name)]
