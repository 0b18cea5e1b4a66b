"""Files: what is known of one, and the rules of its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from service.domain.errors import InvalidRequestError, RangeNotSatisfiableError, Violation

KILOBYTE = 1024
MAX_NAME_LENGTH = 3000
"""Of a whole name, in characters. Dialects ask for less."""


class FileStatus(StrEnum):
    PENDING = "pending"
    UPLOADED = "uploaded"
    ERROR = "error"
    DELETED = "deleted"


class ProcessingStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class FileType(StrEnum):
    FILE = "FILE"
    THUMBNAIL = "THUMBNAIL"
    OPTIMIZED = "OPTIMIZED"


class LinkRole(StrEnum):
    DOCUMENT = "DOCUMENT"
    ATTACHMENT = "ATTACHMENT"


RECORD_LINKS = frozenset({"invoice", "waste"})
"""Types of links that the service makes itself, to its records."""


class FileLink(NamedTuple):
    """What a file belongs to."""

    type: str
    id: str
    role: str = LinkRole.DOCUMENT.value


class UploadMethod(StrEnum):
    PUT = "PUT"
    POST = "POST"


CONFIRMABLE = frozenset({FileStatus.PENDING, FileStatus.ERROR})
"""From these a confirmation makes `uploaded`; from `error` it is a retry."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why confirming or processing a file failed."""

    code: str
    message: str


@dataclass(slots=True)
class File:
    """A document of an organization. The fields are in the order of the columns that are fetched."""

    id: UUID
    number: int
    file_name: str
    mime_type: str
    size_kb: int
    size_bytes: int | None
    status: str
    type: str
    folder_id: UUID | None
    source_file_id: UUID | None
    object_key: str
    incoming_key: str | None
    etag: str | None
    checksum_sha256: bytes | None
    page_count: int | None
    category: str | None
    tags: list[str]
    linked: bool
    processing_status: str
    processing_track: str
    error_code: str | None
    error_message: str | None
    channel: str | None
    external_file_id: str | None
    metadata: Mapping[str, Any] | None
    """None when there is none."""
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    confirmed_at: datetime | None
    deleted_at: datetime | None
    updated_by: UUID | None
    is_active: bool
    purpose: str | None
    data_source_id: str | None
    last_modified_at: datetime | None
    """When the document last changed in the caller's own system."""
    confirm_on_arrival: bool
    processed_at: datetime | None
    expires_at: datetime | None
    expunged_at: datetime | None
    """When the file was deleted for good: what is left is a tombstone."""
    resource_info: Mapping[str, Any] | None
    permission_info: Mapping[str, Any] | None
    project_ids: list[UUID]
    target_file_ids: list[UUID]
    links: list[FileLink]
    """Oldest first."""

    def __post_init__(self) -> None:
        if self.links:
            # PostgreSQL hands out arrays of texts.
            self.links = [FileLink(*link) for link in self.links]

    @property
    def is_confirmed(self) -> bool:
        return self.status == FileStatus.UPLOADED

    @property
    def problem(self) -> FileProblem | None:
        return FileProblem(self.error_code, self.error_message or "") if self.error_code else None


class Unset(Enum):
    """Stands for what isn't given, where None is a value."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class FileChanges:
    """What to change of a file; UNSET leaves a field as it is, None empties it."""

    is_active: bool | Unset = UNSET
    processing_track: str | Unset = UNSET
    """Counts from the next run on."""
    purpose: str | Unset | None = UNSET
    external_file_id: str | Unset | None = UNSET
    data_source_id: str | Unset | None = UNSET
    last_modified_at: datetime | Unset | None = UNSET
    expires_at: datetime | Unset | None = UNSET
    resource_info: Mapping[str, Any] | Unset | None = UNSET
    permission_info: Mapping[str, Any] | Unset | None = UNSET

    def given(self) -> dict[str, Any]:
        """The fields that are to change."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not UNSET}


@dataclass(frozen=True, slots=True)
class FileOrder:
    """The order of a list: by name or not, then by id, which is the order of creation."""

    name_descending: bool | None
    """None when names don't matter."""
    id_descending: bool

    @classmethod
    def parse(cls, text: str) -> FileOrder:
        """Read `name`, `created_at desc`, `name, id desc` …

        Raises:
            InvalidRequestError: it has another field, or another word after one. The field is `order_by`.
        """
        name_descending: bool | None = None
        for part in text.split(","):
            field_name, *direction = part.split()[:3] or [""]
            if field_name not in ("name", "created_at", "id") or direction not in ([], ["asc"], ["desc"]):
                known = "name, created_at or id, each with asc or desc if need be, by commas"
                raise InvalidRequestError([Violation("order_by", f"must be {known}")])
            descending = direction == ["desc"]
            if field_name != "name":
                # Ids are unique: what follows makes no difference.
                return cls(name_descending, descending)
            if name_descending is None:
                name_descending = descending
        return cls(name_descending, bool(name_descending))


NEWEST_FIRST: Final = FileOrder(None, True)


def split_name(file_name: str) -> tuple[str, str]:
    """Split an original name into stem and extension: what precedes, and what follows, the last dot.

    A name that begins with its only dot (`.env`) is all stem.
    """
    stem, dot, extension = file_name.rpartition(".")
    return (stem, extension) if dot and stem else (file_name, "")


def join_name(name: str, extension: str) -> str:
    """Make an original name of a stem and an extension, if it has one; a leading dot of it is forgiven."""
    return f"{name}.{extension.removeprefix('.')}" if extension else name


def byte_range(size: int, *, offset: int = 0, limit: int | None = None) -> range:
    """Give the bytes of `size` that are asked for: `limit` at most, from `offset` (from the end if negative).

    Raises:
        RangeNotSatisfiableError: none of them is there.
    """
    start = max(size + offset, 0) if offset < 0 else offset
    if start >= size:
        raise RangeNotSatisfiableError(f"the file has {size} bytes", details={"size_bytes": size})
    return range(start, size if limit is None else min(start + limit, size))


def kilobytes(size_bytes: int) -> int:
    """Give a size in kilobytes of 1,024 bytes, rounded up."""
    return -(-size_bytes // KILOBYTE)
