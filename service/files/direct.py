"""Uploads through the service, for clients that don't speak to the store."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from service.domain.errors import (
    DomainError,
    InvalidRequestError,
    PayloadTooLargeError,
    UnavailableError,
    UploadChecksumMismatchError,
    UploadEmptyError,
    UploadSizeMismatchError,
    Violation,
)
from service.domain.files import MAX_NAME_LENGTH, File, FileStatus, kilobytes
from service.domain.ids import new_id, time_of
from service.domain.names import search_form
from service.domain.reading import Track
from service.domain.scope import Scope
from service.files.settings import FileSettings
from service.objects.keys import planned_key
from service.objects.store import ObjectStore
from service.objects.writer import ObjectWriter
from service.postgres.files import FileQueries, NewFile

log = structlog.get_logger(__name__)

_UNKNOWN_TYPE = "application/octet-stream"
MAX_FILES = 1000


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What is said of a file before its bytes."""

    file_name: str
    mime_type: str | None = None
    size_bytes: int | None = None
    checksum_sha256: str | None = None
    """In base64."""


@dataclass(frozen=True, slots=True)
class UploadOptions:
    """What applies to all files of an upload."""

    folder_id: UUID | None = None
    project_id: UUID | None = None
    processing_track: str = Track.DEFAULT.value
    external_file_id: str | None = None


UploadPart = FileHeader | UploadOptions | bytes


class DirectUploads:
    """Takes files whose bytes come with the call."""

    def __init__(self, files: FileQueries, store: ObjectStore, settings: FileSettings) -> None:
        self._files = files
        self._store = store
        self._settings = settings

    async def upload(self, scope: Scope, parts: AsyncIterator[UploadPart]) -> list[File]:
        """Store files as they stream in; the rows are made when all have come. All or nothing.

        Raises:
            InvalidRequestError: no file, or bytes before the first header.
            UploadEmptyError, UploadSizeMismatchError, UploadChecksumMismatchError, PayloadTooLargeError: the bytes
                aren't what they should be; nothing is kept.
            FolderNotFoundError, ProjectNotFoundError: the organization doesn't have it; nothing is kept.
        """
        stored: list[NewFile] = []
        try:
            options = await self._store_all(scope, parts, stored)
            placed = [_placed(file, options) for file in stored]
            return await self._files.insert_uploaded(scope, placed, options.project_id)
        except UnavailableError:
            # The commit may have come through although its answer didn't, and then the rows need their bytes; if it
            # didn't, the sweep deletes them.
            raise
        except DomainError:
            await self._discard(stored)
            raise

    async def _discard(self, stored: Sequence[NewFile]) -> None:
        try:
            await self._store.delete([file.object_key for file in stored])
        except UnavailableError:
            log.info("objects_left_to_sweep", count=len(stored))

    async def _store_all(self, scope: Scope, parts: AsyncIterator[UploadPart], stored: list[NewFile]) -> UploadOptions:
        options = UploadOptions()
        current: _Incoming | None = None
        async with AsyncExitStack() as stack:
            async for part in parts:
                if isinstance(part, bytes):
                    if current is None:
                        raise InvalidRequestError([Violation("header", "must come before the bytes of a file")])
                    await current.write(part)
                elif isinstance(part, UploadOptions):
                    options = part
                else:
                    if current is not None:
                        stored.append(await current.finish())
                    if len(stored) == MAX_FILES:
                        raise InvalidRequestError([Violation("file", f"must be at most {MAX_FILES} files in one call")])
                    current = _Incoming(scope, part, self._store, self._settings)
                    await stack.enter_async_context(current.writer)
            if current is None:
                raise InvalidRequestError([Violation("file", "is required: send at least one file")])
            stored.append(await current.finish())
        return options


class _Incoming:
    """A file that is streaming in."""

    def __init__(self, scope: Scope, header: FileHeader, store: ObjectStore, settings: FileSettings) -> None:
        self._scope = scope
        self._header = header
        self._settings = settings
        self._id = new_id()
        self._key = planned_key(scope.organization_id, self._id)
        self._mime_type = _type_of(header)
        if len(header.file_name) > MAX_NAME_LENGTH:
            problem = f"must have at most {MAX_NAME_LENGTH} characters"
            raise InvalidRequestError([Violation("header.file_name", problem)])
        self.writer = ObjectWriter(store, self._key, self._mime_type)

    async def write(self, chunk: bytes) -> None:
        limit = self._settings.max_size_bytes
        if self.writer.size + len(chunk) > limit:
            raise PayloadTooLargeError(f"{self._header.file_name} is too large: a file may have {limit} bytes at most")
        await self.writer.write(chunk)

    async def finish(self) -> NewFile:
        header, size = self._header, self.writer.size
        if size == 0:
            raise UploadEmptyError(f"{header.file_name} is empty: send the file's bytes")
        if header.size_bytes is not None and header.size_bytes != size:
            raise UploadSizeMismatchError(
                f"{header.file_name} has {size} bytes, but {header.size_bytes} were declared: send the whole file again"
            )
        if header.checksum_sha256 and base64.b64decode(header.checksum_sha256) != self.writer.sha256:
            raise UploadChecksumMismatchError(
                f"the bytes of {header.file_name} have another SHA-256 than was declared: send the file again"
            )
        etag = await self.writer.finish()
        created_at = time_of(self._id)
        return NewFile(
            id=self._id,
            file_name=header.file_name,
            search_name=search_form(header.file_name),
            mime_type=self._mime_type,
            size_kb=kilobytes(size),
            size_bytes=size,
            status=FileStatus.UPLOADED.value,
            object_key=self._key,
            incoming_key=None,
            folder_id=None,
            checksum_sha256=self.writer.sha256,
            etag=etag,
            external_file_id=None,
            processing_track=Track.DEFAULT.value,
            channel=self._scope.channel,
            created_by=self._scope.user_id,
            created_at=created_at,
            confirmed_at=created_at,
        )


def _type_of(header: FileHeader) -> str:
    if header.mime_type and header.mime_type != _UNKNOWN_TYPE:
        return header.mime_type
    return mimetypes.guess_type(header.file_name)[0] or _UNKNOWN_TYPE


def _placed(file: NewFile, options: UploadOptions) -> NewFile:
    return replace(
        file,
        folder_id=options.folder_id,
        processing_track=options.processing_track,
        external_file_id=options.external_file_id,
    )
