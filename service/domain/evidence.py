"""Where one value of a reading came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: PDF points (1/72 inch), origin at the top left corner, y downwards.

    On a page of a table (CSV, XLSX) one point is one cell: x counts columns and y rows, both from 0.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def union(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def to_list(self) -> list[float]:
        """`[x0, y0, x1, y1]`, rounded to a hundredth of a point."""
        return [round(value, 2) for value in (self.x0, self.y0, self.x1, self.y1)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The origin of one value.

    `item` counts from 0, `page` from 1. `field` may name a cell of a row, as `tariff_periods[1].quantity`.
    `page`, `box` and `raw_text` are None for a derived value; `derived_from` then names the fields it was made of.
    `path` says where the value stands in a structured part, such as `/Invoice/LegalMonetaryTotal/PayableAmount`.
    `confidence` is between 0 and 1. `alternatives` are other values that the raw text could mean.
    """

    item: int
    field: str
    producer: str
    producer_version: str
    confidence: float
    page: int | None = None
    box: Box | None = None
    raw_text: str | None = None
    derived_from: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    path: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {
            "item": self.item,
            "field": self.field,
            "producer": self.producer,
            "producer_version": self.producer_version,
            "confidence": self.confidence,
            "page": self.page,
            "box": self.box.to_list() if self.box else None,
            "raw_text": self.raw_text,
            "derived_from": list(self.derived_from),
            "alternatives": list(self.alternatives),
            "path": self.path,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        box = data.get("box")
        return cls(
            item=int(data["item"]),
            field=str(data["field"]),
            producer=str(data["producer"]),
            producer_version=str(data["producer_version"]),
            confidence=float(data["confidence"]),
            page=data.get("page"),
            box=Box(*box) if box else None,
            raw_text=data.get("raw_text"),
            derived_from=tuple(data.get("derived_from", ())),
            alternatives=tuple(data.get("alternatives", ())),
            path=data.get("path"),
        )
