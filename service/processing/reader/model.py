"""What the stages hand to each other. Everything here crosses a process boundary and is stored: it is all JSON-able."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from service.domain.category import Category
from service.domain.evidence import Box
from service.domain.reading import Reading
from service.processing.reader.geometry import PlaneMap, turned
from service.processing.reader.structured.part import StructuredPart


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one document. Sizes in bytes, times in seconds, pixels per page or image."""

    max_bytes: int = 512 * 1024 * 1024
    max_text_bytes: int = 64 * 1024 * 1024
    max_pages: int = 500
    max_ocr_pages: int = 30
    max_pixels: int = 120_000_000
    max_words_per_page: int = 20_000
    max_cells: int = 500_000
    max_unpacked_bytes: int = 256 * 1024 * 1024
    max_unpack_ratio: int = 200
    memory_bytes: int = 3 * 1024 * 1024 * 1024
    cpu_seconds: int = 300
    wall_seconds: float = 180.0

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(**data)


#: Noted on a page whose columns are parted by semicolons.
SEMICOLON_NOTE = "columns parted by semicolons"


class DocumentKind(StrEnum):
    """How a document is opened."""

    PDF = "pdf"
    IMAGE = "image"
    CSV = "csv"
    XLSX = "xlsx"
    TEXT = "text"
    STRUCTURED = "structured"


class TextSource(StrEnum):
    """How the words of a page were found."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    TABLE = "table"
    PLAIN = "plain"
    STRUCTURED = "structured"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is. `sha256` is hexadecimal; `mime_type` was sniffed from the bytes; `declared_type` was told."""

    kind: DocumentKind
    mime_type: str
    size: int
    sha256: str
    page_count: int
    declared_type: str | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {**asdict(self), "kind": self.kind.value, "notes": list(self.notes)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        values = dict(data) | {"kind": DocumentKind(data["kind"]), "notes": tuple(data.get("notes", ()))}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Derivative:
    """A file made from the document. `name` is its role, such as `thumbnail`; sizes in pixels."""

    name: str
    mime_type: str
    content: bytes
    width: int
    height: int

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes; the content is base64."""
        return {**asdict(self), "content": base64.b64encode(self.content).decode("ascii")}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(**(dict(data) | {"content": base64.b64decode(data["content"])}))


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a space. `confidence` is 1 for a text layer."""

    text: str
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page or sheet: `number` counts from 1, sizes in points (cells for a table), words in the order found.

    `rows` has the cells of a table as text; it is empty for anything else. `structured` is what the structured part of
    the document says; the first page has it.

    A page that is shown on its side, askew or as the photograph of a sheet has its words where they are once it is
    upright and straight: `rotation` is the turn, anticlockwise, that made it upright; before that, the homography
    `straightened` (row by row; empty for none) leads from the straight page to the page as it is shown.
    """

    number: int
    width: float
    height: float
    source: TextSource
    words: tuple[Word, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    rotation: int = 0
    notes: tuple[str, ...] = ()
    structured: StructuredPart | None = None
    straightened: tuple[float, ...] = ()

    def shown(self, box: Box) -> Box:
        """Where a box among the words lies on the page as it is shown."""
        # What was turned anticlockwise to be read is turned on to a whole circle to go back.
        before = turned(box, (360 - self.rotation) % 360, self.width, self.height)
        return PlaneMap(self.straightened).box(before) if self.straightened else before

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {
            "number": self.number,
            "width": self.width,
            "height": self.height,
            "source": self.source.value,
            "words": [[word.text, *word.box.to_list(), round(word.confidence, 4)] for word in self.words],
            "rows": [list(row) for row in self.rows],
            "rotation": self.rotation,
            "notes": list(self.notes),
            "structured": self.structured.to_dict() if self.structured else None,
            "straightened": list(self.straightened),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(
            number=int(data["number"]),
            width=float(data["width"]),
            height=float(data["height"]),
            source=TextSource(data["source"]),
            words=tuple(Word(text, Box(x0, y0, x1, y1), sure) for text, x0, y0, x1, y1, sure in data["words"]),
            rows=tuple(tuple(row) for row in data.get("rows", ())),
            rotation=int(data.get("rotation", 0)),
            notes=tuple(data.get("notes", ())),
            structured=StructuredPart.from_dict(part) if (part := data.get("structured")) else None,
            straightened=tuple(data.get("straightened", ())),
        )


@dataclass(frozen=True, slots=True)
class Classification:
    """The category with its probability (0 to 1); `alternatives` are the next likely ones, best first.

    `producer` is what told the category: the model with its version, or else the form of the document itself.
    """

    category: Category
    probability: float
    alternatives: tuple[tuple[Category, float], ...] = ()
    language: str | None = None
    producer: str = "document-form"
    producer_version: str = "1"

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {
            "category": self.category.value,
            "probability": self.probability,
            "alternatives": [[category.value, probability] for category, probability in self.alternatives],
            "language": self.language,
            "producer": self.producer,
            "producer_version": self.producer_version,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(
            category=Category(data["category"]),
            probability=float(data["probability"]),
            alternatives=tuple((Category(name), float(value)) for name, value in data.get("alternatives", ())),
            language=data.get("language"),
            producer=data.get("producer", "document-form"),
            producer_version=data.get("producer_version", "1"),
        )


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """All that came out of one document. `reading` is None on the MANUAL track."""

    inspection: Inspection
    derivatives: tuple[Derivative, ...]
    pages: tuple[Page, ...]
    classification: Classification | None
    reading: Reading | None

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {
            "inspection": self.inspection.to_dict(),
            "derivatives": [derivative.to_dict() for derivative in self.derivatives],
            "pages": pages_to_json(self.pages),
            "classification": self.classification.to_dict() if self.classification else None,
            "reading": self.reading.to_dict() if self.reading else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        classification, reading = data.get("classification"), data.get("reading")
        return cls(
            inspection=Inspection.from_dict(data["inspection"]),
            derivatives=tuple(Derivative.from_dict(entry) for entry in data["derivatives"]),
            pages=pages_from_json(data["pages"]),
            classification=Classification.from_dict(classification) if classification else None,
            reading=Reading.from_dict(reading) if reading else None,
        )


def pages_to_json(pages: Sequence[Page]) -> list[dict[str, Any]]:
    """The pages as `json.dumps` takes them."""
    return [page.to_dict() for page in pages]


def pages_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Page, ...]:
    """The inverse of `pages_to_json`."""
    return tuple(Page.from_dict(entry) for entry in data)
