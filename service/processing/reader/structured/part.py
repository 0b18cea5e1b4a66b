"""What a structured part says: items whose values are taken as they are, each with the path of its element."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from service.domain.category import Category
from service.domain.evidence import Evidence
from service.domain.item_fields import ITEM_SCHEMAS
from service.domain.items import MAX_ROWS, MAX_TEXT, Item, items_to_json
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.structured.node import Node

STRUCTURED_READER_VERSION = "1"
#: A value that stands in an element of its own is what the issuer wrote; what is left is a fault of the issuer's.
SURE = 0.99
_MOST_DIGITS, _LONGEST_NUMBER = 20, 60
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d(?!\d))", re.ASCII)


@dataclass(frozen=True, slots=True)
class StructuredPart:
    """A structured document, or the part of a document that is structured.

    `format` is such as `ubl`; `name` that of the embedded file, None when the document itself is structured.
    """

    format: str
    category: Category
    probability: float
    items: tuple[Item, ...]
    evidence: tuple[Evidence, ...]
    name: str | None = None
    language: str | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes; decimals are their exact text."""
        return {
            "format": self.format,
            "category": self.category.value,
            "probability": self.probability,
            "items": items_to_json(self.items),
            "evidence": [entry.to_dict() for entry in self.evidence],
            "name": self.name,
            "language": self.language,
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; decimals stay text until the items are validated."""
        return cls(
            format=str(data["format"]),
            category=Category(data["category"]),
            probability=float(data["probability"]),
            items=tuple(data["items"]),
            evidence=tuple(Evidence.from_dict(entry) for entry in data["evidence"]),
            name=data.get("name"),
            language=data.get("language"),
            notes=tuple(data.get("notes", ())),
        )


@dataclass(slots=True)
class RowBuilder:
    """One row under construction: values, and the node that each came from."""

    values: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)

    def put(self, name: str, value: object, node: Node | None) -> None:
        """Set a cell unless the value is None."""
        if value is not None and node is not None and value != "":
            self.values[name] = _shortened(value)
            self.nodes[name] = node


class StructuredItem:
    """One item under construction. Values that cannot be read are left out and noted, never guessed."""

    def __init__(self, producer: str, index: int) -> None:
        self.producer = producer
        self.index = index
        self.values: Item = {}
        self.evidence: list[Evidence] = []
        self.notes: list[str] = []

    def text(self, name: str, node: Node | None) -> None:
        """A text field from an element."""
        if node is not None and node.text:
            self.put(name, node.text, node)

    def number(self, name: str, node: Node | None) -> None:
        """A decimal field from an element."""
        self._read(name, node, decimal_of)

    def day(self, name: str, node: Node | None) -> None:
        """A date field from an element."""
        self._read(name, node, day_of)

    def put(self, name: str, value: object, node: Node | None, confidence: float = SURE) -> None:
        """A field with a value that follows from one element alone; the first value of a field stays."""
        if value is None or value == "" or node is None or name in self.values:
            return
        self.values[name] = _shortened(value)
        self.evidence.append(self._evidence(name, node, confidence))

    def derive(self, name: str, value: object, sources: Sequence[str], confidence: float = SURE) -> None:
        """A field that follows from others; `sources` names them."""
        if value is None or value == "" or name in self.values:
            return
        self.values[name] = value
        self.evidence.append(
            Evidence(
                item=self.index,
                field=name,
                producer=self.producer,
                producer_version=STRUCTURED_READER_VERSION,
                confidence=confidence,
                derived_from=tuple(sources),
            )
        )

    def rows(self, name: str, rows: Sequence[RowBuilder]) -> None:
        """A field of rows; empty rows are left out. Raises ReadingFailedError when there are too many."""
        kept = [row for row in rows if row.values]
        if len(kept) > MAX_ROWS:
            raise ReadingFailedError(
                FailureReason.DOCUMENT_TOO_COMPLEX,
                f"the document has {len(kept)} {name}; at most {MAX_ROWS} are read, so split it",
            )
        if not kept or name in self.values:
            return
        self.values[name] = [row.values for row in kept]
        for number, row in enumerate(kept):
            for cell, node in row.nodes.items():
                self.evidence.append(self._evidence(f"{name}[{number}].{cell}", node, SURE))

    def _read(self, name: str, node: Node | None, convert: Callable[[Node | None], object]) -> None:
        if node is None:
            return
        value = convert(node)
        if value is None:
            self.notes.append(f"{name}: {node.path} cannot be read")
        self.put(name, value, node)

    def _evidence(self, name: str, node: Node, confidence: float) -> Evidence:
        return Evidence(
            item=self.index,
            field=name,
            producer=self.producer,
            producer_version=STRUCTURED_READER_VERSION,
            confidence=confidence,
            raw_text=node.text[:MAX_TEXT],
            path=node.path,
        )


def make_part(
    form: str,
    category: Category,
    items: Sequence[StructuredItem],
    *,
    probability: float = 1.0,
    language: str | None = None,
    notes: Sequence[str] = (),
) -> StructuredPart:
    """A part of some items; fields that the category does not have are left out."""
    allowed = {entry.name for entry in ITEM_SCHEMAS[category]}
    evidence = [entry for item in items for entry in item.evidence if entry.field.split("[")[0] in allowed]
    return StructuredPart(
        format=form,
        category=category,
        probability=probability,
        items=tuple({name: value for name, value in item.values.items() if name in allowed} for item in items),
        evidence=tuple(evidence),
        language=language,
        notes=(*notes, *(note for item in items for note in item.notes)),
    )


def decimal_of(node: Node | None) -> Decimal | None:
    """The decimal that an element has, with a point as XML Schema and the formats here write it; None for none."""
    return decimal_in(node.text) if node is not None else None


def decimal_in(text: str) -> Decimal | None:
    """The decimal that a text is; None when it is none, or has more digits than sums of it could keep exactly."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    exact = isinstance(exponent, int) and abs(exponent) <= _MOST_DIGITS and len(digits) <= _MOST_DIGITS
    return number if exact else None


def day_of(node: Node | None) -> str | None:
    """The day that an element names as `2024-03-31` or `20240331`, a time behind it left out; None for none."""
    return day_in(node.text) if node is not None else None


def day_in(text: str) -> str | None:
    """The day that a text begins with; None when it begins with none that exists."""
    match = _DAY.match(text)
    if match is None:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


def _shortened(value: object) -> object:
    return value[:MAX_TEXT] if isinstance(value, str) else value
