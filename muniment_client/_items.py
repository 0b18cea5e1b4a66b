"""What is said of uploads, by their users and to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from muniment.files.v1 import file_pb2
from muniment.models import ProcessingTrack

from muniment_client._sources import Progress, Source, StoredSource
from muniment_client._wire import enum_number

OnProgress = Callable[[Progress], None]


class UploadMode(StrEnum):
    """How bytes travel."""

    PRESIGNED = "presigned"
    """Straight to the object store; large files in parts."""
    MULTIPART = "multipart"
    """Through the service, where the store can't be reached."""


@dataclass(frozen=True, slots=True)
class UploadItem:
    """One of several documents to upload."""

    source: StoredSource
    """A path, or bytes."""
    file_name: str | None = None
    """The name to keep; a path's own when absent."""
    mime_type: str | None = None
    """The media type; told by the name when absent."""
    folder_id: str | None = None
    track: ProcessingTrack | None = None
    external_file_id: str | None = None
    checksum_sha256: str | None = None
    """The SHA-256 in base64, when it is known already."""
    resume: PartialUpload | None = None
    """An upload of this document that was interrupted."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is said of a document before its bytes."""

    item: UploadItem
    file_name: str
    mime_type: str
    size: int
    checksum_sha256: str

    @classmethod
    async def of(cls, item: UploadItem, source: Source) -> Document:
        """Describe an opened document. Reads all of it, unless its checksum is known."""
        checksum = item.checksum_sha256 or await source.sha256()
        return cls(item, source.file_name, source.mime_type, source.size, checksum)


@dataclass(frozen=True, slots=True)
class PreparedUpload:
    """A pending file, and where its bytes go."""

    file_id: str
    item: UploadItem
    url: str = field(repr=False)
    """The presigned URL. Whoever has it can write the file's bytes until it expires."""
    headers: dict[str, str]
    expires_at: datetime
    size_bytes: int
    checksum_sha256: str


@dataclass(frozen=True, slots=True)
class PartialUpload:
    """What is needed to go on with an upload that was interrupted, also in another process."""

    file_id: str
    upload_id: str | None
    """None for an upload that isn't in parts: it arrived whole or not at all."""
    part_size_bytes: int
    size_bytes: int
    checksum_sha256: str


OnStarted = Callable[[PartialUpload], None]


def track_number(track: ProcessingTrack | None) -> Any:
    """The contract's number of a track."""
    return enum_number(file_pb2.ProcessingTrack.DESCRIPTOR, track)
