"""A reading: what was read from a document, and what that rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from service.domain.category import Category
from service.domain.checks import CheckResult
from service.domain.evidence import Evidence
from service.domain.items import Item, items_to_json, validate_items


class Track(StrEnum):
    """How much of the pipeline runs on a file.

    MANUAL stops after thumbnails and text; FASTTRACK uses the trained classifier and structured parsers alone;
    DEFAULT adds the general reader.
    """

    DEFAULT = "DEFAULT"
    MANUAL = "MANUAL"
    FASTTRACK = "FASTTRACK"


class FailureReason(StrEnum):
    """Why a document could not be read."""

    ENCRYPTED_PDF = "ENCRYPTED_PDF"
    CORRUPT_DOCUMENT = "CORRUPT_DOCUMENT"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    DOCUMENT_TOO_LARGE = "DOCUMENT_TOO_LARGE"
    DOCUMENT_TOO_COMPLEX = "DOCUMENT_TOO_COMPLEX"
    PROCESSING_TIMEOUT = "PROCESSING_TIMEOUT"
    EMPTY_DOCUMENT = "EMPTY_DOCUMENT"
    READER_CRASHED = "READER_CRASHED"


class ReadingFailedError(Exception):
    """A document could not be read. `detail` is safe to show: it never quotes the document."""

    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Reading:
    """Category with its probability (0 to 1), items as `validate_items` returns them, and what they rest on.

    `ambiguous` are evidences whose raw text has more than one meaning; their `alternatives` say which.
    """

    category: Category
    probability: float
    items: tuple[Item, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    page_count: int = 0
    language: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def ambiguous(self) -> tuple[Evidence, ...]:
        """The evidences whose raw text has more than one meaning."""
        return tuple(evidence for evidence in self.evidence if evidence.alternatives)

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes; decimals are their exact text."""
        return {
            "category": self.category.value,
            "probability": self.probability,
            "items": items_to_json(self.items),
            "evidence": [evidence.to_dict() for evidence in self.evidence],
            "checks": [check.to_dict() for check in self.checks],
            "page_count": self.page_count,
            "language": self.language,
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`. Raises ItemsInvalidError when the items do not fit the category."""
        category = Category(data["category"])
        return cls(
            category=category,
            probability=float(data["probability"]),
            items=tuple(validate_items(category, data["items"])),
            evidence=tuple(Evidence.from_dict(entry) for entry in data.get("evidence", ())),
            checks=tuple(CheckResult.from_dict(entry) for entry in data.get("checks", ())),
            page_count=int(data.get("page_count", 0)),
            language=data.get("language"),
            notes=tuple(data.get("notes", ())),
        )
