"""What a correction teaches, and reading the next document of the same supplier and layout with it.

A lesson says for each field that a person corrected where the right value stood: after which words, under which words,
at which place of the page. It holds no value of the document, save names, units and currencies that aren't printed.

Of a document with several items, a field that is the same in all of them is learnt as one of the document; another only
where each item's value stands after (or under) the same words, in the order of the items. Rows are never learnt.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.domain.bills import name_key, tax_key
from service.domain.category import Category
from service.domain.evidence import Evidence
from service.domain.identifiers import compact
from service.domain.items import ITEM_SCHEMAS, Field, Item, ItemsInvalidError, Kind, validate_items
from service.processing.reader.anchors import Anchor, anchors_of, value_at, values_at
from service.processing.reader.content import Content, Spot
from service.processing.reader.locate import places_of
from service.processing.reader.model import Page, TextSource
from service.processing.reader.parties import find_parties
from service.processing.reader.tax_ids import is_valid_tax_id

LEARNED = "learned"
LEARNED_VERSION = "1"
_VERSION = 1
_ALIKE = 0.5
_MIN_WORDS = 5
_MAX_WORDS = 400
_MAX_SPOTS = 10
_MAX_ANCHORS = 3
_CONSTANTS = frozenset({"supplier_name", "unit", "currency", "product"})
"""What all documents of a supplier and layout may have in common without printing it."""
_OF_THE_DOCUMENT = frozenset(
    {"supplier_name", "supplier_tax_id", "customer_name", "customer_tax_id", "invoice_number", "issue_date", "currency"}
)
"""What a document has once, however many items it has."""
_SURE, _SINGLE, _CONSTANT = 0.9, 0.8, 0.7
_UNSURE = 0.6
_REPLACEABLE_KINDS = frozenset({Kind.TEXT, Kind.DECIMAL, Kind.DATE, Kind.INTEGER, Kind.CHOICE})


def suppliers_on(pages: Sequence[Page]) -> list[str]:
    """The keys of all who could have issued a document: by every valid tax number, and by the supplier's name."""
    content = Content(pages)
    numbers = (compact(word.text.strip(".,:;()")) for line in content.lines for word in line.words)
    keys = [tax_key(text) for text in numbers if 8 <= len(text) <= 14 and is_valid_tax_id(text)]
    for party in find_parties(content):
        if party.field == "supplier_tax_id":
            keys.append(tax_key(str(party.value)))
        elif party.field == "supplier_name":
            keys.append(name_key(str(party.value)))
    return list(dict.fromkeys(keys))[:100]


def learn(category: Category, pages: Sequence[Page], machine: Sequence[Item], person: Sequence[Item]) -> dict[str, Any]:
    """What a correction teaches; nothing when items were added or taken away, or the document is structured or a table.

    `missed` says of a field that the machine had no value for it.
    """
    before = machine or [{}]
    if len(person) != len(before) or not _has_words(pages):
        return {}
    content = Content(pages)
    learnt: dict[str, Any] = {}
    for schema in ITEM_SCHEMAS[category]:
        values, machines = ([item.get(schema.name) for item in items] for items in (person, before))
        if None in values or schema.kind not in _REPLACEABLE_KINDS or values == machines:
            continue
        rule = _rule(category, content, schema, values)
        if rule:
            learnt[schema.name] = rule | {"missed": all(value is None for value in machines)}
    return {"version": _VERSION, "layout": _layout(content), "fields": learnt} if learnt else {}


def _rule(category: Category, content: Content, schema: Field, values: Sequence[Any]) -> dict[str, Any]:
    """How values are found again, one of each item; empty when nothing leads to them."""
    if any(value != values[0] for value in values):
        anchors = _proven_in_order(category, content, schema, values)
        return {"anchors": [anchor.to_dict() for anchor in anchors], "each": True} if anchors else {}
    shared = len(values) > 1 or schema.name in _OF_THE_DOCUMENT
    anchors = _proven(category, content, schema, values[0])
    if anchors:
        return {"anchors": [anchor.to_dict() for anchor in anchors], "shared": shared}
    return {"constant": values[0], "shared": shared} if schema.name in _CONSTANTS else {}


def _proven_in_order(category: Category, content: Content, schema: Field, values: Sequence[Any]) -> list[Anchor]:
    """The anchors that find every item's value on the document that they were taken from, and nothing else."""
    return [
        anchor
        for spot in places_of(content, schema, values[0])[:_MAX_SPOTS]
        for anchor in anchors_of(content, schema, values[0], spot)
        if [_normal(category, schema, value) for value, _ in _in_order(content, schema, anchor)] == list(values)
    ][:_MAX_ANCHORS]


def _in_order(content: Content, schema: Field, anchor: Anchor) -> list[tuple[Any, Spot]]:
    return list(values_at(content, schema, anchor)) if anchor.how == "after" else []


def _proven(category: Category, content: Content, schema: Field, value: Any) -> list[Anchor]:
    """The anchors, one of each kind, by which the value is found again on the document that they were taken from."""
    found: dict[str, Anchor] = {}
    for spot in places_of(content, schema, value)[:_MAX_SPOTS]:
        for anchor in anchors_of(content, schema, value, spot):
            hit = None if anchor.how in found else value_at(content, schema, anchor)
            if hit is not None and _same(_normal(category, schema, hit[0]), value):
                found[anchor.how] = anchor
    return [found[how] for how in ("after", "under", "place") if how in found]


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one; punctuation at the ends of a text is nobody's concern."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip(" .,:;") == other.strip(" .,:;")
    return bool(one == other)


def apply(
    category: Category,
    items: Sequence[Item],
    evidence: Sequence[Evidence],
    pages: Sequence[Page],
    lessons: Sequence[Any],
) -> tuple[list[Item], list[Evidence]]:
    """Read the fields that lessons are about where they say, in place of what other readers made of them.

    `lessons` are of documents of the same supplier and category, the newest first; those of other layouts don't count.
    """
    kept, said = [dict(item) for item in items] or [{}], list(evidence)
    if not _has_words(pages):
        return [dict(item) for item in items], said
    content = Content(pages)
    layout = _layout(content)
    sure = {entry.field for entry in evidence if entry.confidence > _UNSURE}
    taught: dict[str, list[tuple[Any, Evidence]]] = {}
    for lesson in lessons:
        if not isinstance(lesson, Mapping) or lesson.get("version") != _VERSION or not _alike(lesson["layout"], layout):
            continue
        for schema in ITEM_SCHEMAS[category]:
            rule = lesson["fields"].get(schema.name)
            if not rule or schema.name in taught or (rule["missed"] and schema.name in sure):
                # Of what other readers missed on one page, and now see, they know as much as the lesson.
                continue
            found = _for_each(category, content, schema, rule, kept)
            if found:
                taught[schema.name] = found
    for name, found in taught.items():
        for item, (value, _) in zip(kept, found, strict=True):
            item[name] = value
    said = [entry for entry in said if entry.field not in taught]
    said += [replace(entry, item=at) for found in taught.values() for at, (_, entry) in enumerate(found)]
    return (kept if items or taught else []), said


def _for_each(
    category: Category, content: Content, schema: Field, rule: Mapping[str, Any], items: Sequence[Item]
) -> list[tuple[Any, Evidence]]:
    """A value for each item, with its evidence; none where the lesson does not say which item has which."""
    if rule.get("each"):
        for anchor in map(Anchor.from_dict, rule["anchors"]):
            hits = _in_order(content, schema, anchor)
            values = [_normal(category, schema, value) for value, _ in hits]
            if len(hits) == len(items) and None not in values:
                return [(value, _told(spot, schema, _SINGLE)) for value, (_, spot) in zip(values, hits, strict=True)]
        return []
    alike = all(item.get(schema.name) == items[0].get(schema.name) for item in items)
    if len(items) > 1 and not (rule.get("shared") and alike):
        return []
    found = _read(category, content, schema, rule)
    return [found] * len(items) if found else []


def _told(spot: Spot, schema: Field, sure: float) -> Evidence:
    return replace(spot.evidence(schema.name, sure), producer=LEARNED, producer_version=LEARNED_VERSION)


def _read(category: Category, content: Content, schema: Field, rule: Mapping[str, Any]) -> tuple[Any, Evidence] | None:
    """The value by the surest anchor that finds one; another anchor that finds the same makes it surer."""
    if "constant" in rule:
        made = Evidence(0, schema.name, LEARNED, LEARNED_VERSION, _CONSTANT, derived_from=("supplier_tax_id",))
        return rule["constant"], made
    hits: list[tuple[Any, Spot]] = []
    for anchor in map(Anchor.from_dict, rule["anchors"]):
        hit = value_at(content, schema, anchor)
        value = None if hit is None else _normal(category, schema, hit[0])
        if hit is not None and value is not None:
            hits.append((value, hit[1]))
    if not hits:
        return None
    value, spot = hits[0]
    agreed = sum(other == value for other, _ in hits) > 1
    return value, _told(spot, schema, _SURE if agreed else _SINGLE)


def _normal(category: Category, schema: Field, value: Any) -> Any:
    """A value in the form that its field has (codes without spaces, texts as printed); None when it can't be one."""
    if isinstance(value, str) and (schema.pattern or schema.name == "cups" or "tax_id" in schema.name):
        value = compact(value)
    try:
        (item,) = validate_items(category, [{schema.name: value}])
    except ItemsInvalidError:
        return None
    return item.get(schema.name)


def _has_words(pages: Sequence[Page]) -> bool:
    return not any(page.structured or page.source is TextSource.TABLE for page in pages)


def _layout(content: Content) -> list[str]:
    """The fingerprint of a layout: the words of the first page that stay from bill to bill, hashed."""
    words = dict.fromkeys(word for line in content.lines if line.page == 1 for word in _words(line.folded))
    return [hashlib.blake2b(word.encode(), digest_size=4).hexdigest() for word in list(words)[:_MAX_WORDS]]


def _words(text: str) -> Iterator[str]:
    yield from re.findall(r"(?<![a-z0-9])[a-z]{4,}(?![a-z0-9])", text)


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    common, either = len(set(one) & set(other)), len(set(one) | set(other))
    return common >= _MIN_WORDS and common >= _ALIKE * either
