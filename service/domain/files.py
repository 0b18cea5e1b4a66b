"""Files: what is known of one, and the rules of its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

KILOBYTE = 1024
MAX_NAME_LENGTH = 255


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
    project_ids: list[UUID]
    target_file_ids: list[UUID]

    @property
    def is_confirmed(self) -> bool:
        return self.status == FileStatus.UPLOADED

    @property
    def problem(self) -> FileProblem | None:
        return FileProblem(self.error_code, self.error_message or "") if self.error_code else None


def split_name(file_name: str) -> tuple[str, str]:
    """Split an original name into stem and extension: what precedes, and what follows, the last dot.

    A name that begins with its only dot (`.env`) is all stem.
    """
    stem, dot, extension = file_name.rpartition(".")
    return (stem, extension) if dot and stem else (file_name, "")


def join_name(name: str, extension: str) -> str:
    """Make an original name of a stem and an extension, with which a leading dot is forgiven."""
    return f"{name}.{extension.removeprefix('.')}"


def kilobytes(size_bytes: int) -> int:
    """Give a size in kilobytes of 1,024 bytes, rounded up."""
    return -(-size_bytes // KILOBYTE)
