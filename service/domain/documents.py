"""What a document is, before anything in it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from service.domain.evidence import Box


@dataclass(frozen=True, slots=True)
class Inspected:
    """What opening a document told. `mime_type` is that of its bytes, whatever was declared."""

    mime_type: str
    page_count: int
    """Pages of a PDF or TIFF; 1 for anything else."""
    format: str
    """A short name in capitals: `PDF`, `JPEG`, `PNG`, `WEBP`, `TIFF`, `GIF`, `BMP`, `HEIC`, `XLSX`, `CSV`, `XML`,
    `OFX`, `TXT`."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page that is to be drawn: `number` counts from 1; each box has the producer of its evidence."""

    number: int
    boxes: tuple[tuple[str, Box], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {"number": self.number, "boxes": [[producer, box.to_list()] for producer, box in self.boxes]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(int(data["number"]), tuple((producer, Box(*box)) for producer, box in data["boxes"]))
