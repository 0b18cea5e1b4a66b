"""Uploads through the service, for clients that don't speak to the store."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from service.domain.content_type import HEAD_BYTES, UNKNOWN_TYPE, content_type_of, declared_type
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
from service.files.classification import wait_classified
from service.files.details import details_violations
from service.files.settings import FileSettings
from service.objects.keys import planned_key
from service.objects.store import ObjectStore
from service.objects.writer import ObjectWriter
from service.postgres.files import NO_EXTRAS, FileExtras, FileQueries, NewFile

log = structlog.get_logger(__name__)

MAX_FILES = 1000


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What is said of a file before its bytes."""

    file_name: str
    """Empty when the options say it."""
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
    purpose: str | None = None
    data_source_id: str | None = None
    last_modified_at: datetime | None = None
    expires_at: datetime | None = None
    ephemeral: bool = False
    """Expires after the configured time."""
    resource_info: Mapping[str, Any] | None = None
    permission_info: Mapping[str, Any] | None = None
    file_name: str | None = None
    """In place of the header's; for one file."""
    mime_type: str | None = None
    """In place of the header's; for one file."""
    repeatable: bool = False
    """The client repeats a call by itself when it hears nothing: this one gives way to a repeat that came first."""
    repeated: bool = False
    """The call repeats one that may have succeeded: the file that one made is the answer."""
    classify_seconds: float = 0.0
    """How long the answer may wait until it can say what the documents are."""


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
            InvalidRequestError: no file, bytes before the first header, no name, or options that can't be.
            UploadEmptyError, UploadSizeMismatchError, UploadChecksumMismatchError, PayloadTooLargeError: the bytes
                aren't what they should be; nothing is kept.
            FolderNotFoundError, ProjectNotFoundError: the organization doesn't have it; nothing is kept.
        """
        stored: list[_Stored] = []
        try:
            options = await self._store_all(scope, parts, stored)
            files = await self._insert(scope, stored, options)
        except UnavailableError:
            # The commit may have come through although its answer didn't, and then the rows need their bytes; if it
            # didn't, the sweep deletes them.
            raise
        except DomainError:
            await self._discard(stored)
            raise
        if not options.classify_seconds:
            return files
        return await wait_classified(self._files, scope, [file.id for file in files], options.classify_seconds)

    async def _insert(self, scope: Scope, stored: Sequence[_Stored], options: UploadOptions) -> list[File]:
        extras = self._extras(options)
        if len(stored) > 1 and (options.file_name or options.mime_type):
            named = "file_name" if options.file_name else "mime_type"
            raise InvalidRequestError([Violation(f"options.{named}", "can be given for one file alone")])
        new_files = [_new_file(scope, file, options, extras) for file in stored]
        if not (options.repeatable or options.repeated):
            return await self._files.insert_uploaded(scope, new_files, options.project_id)
        files = await self._files.insert_uploaded_once(scope, new_files, options.project_id)
        kept = {file.id for file in files}
        await self._discard([file for file in stored if file.id not in kept])
        return files

    def _extras(self, options: UploadOptions) -> FileExtras | None:
        if violations := details_violations(options, "options."):
            raise InvalidRequestError(violations)
        expires_at = options.expires_at
        if options.ephemeral:
            expires_at = datetime.now(UTC) + self._settings.ephemeral_lifetime
        extras = FileExtras(
            purpose=options.purpose,
            data_source_id=options.data_source_id,
            last_modified_at=options.last_modified_at,
            expires_at=expires_at,
            resource_info=options.resource_info,
            permission_info=options.permission_info,
            repeated=options.repeated,
        )
        return None if extras == NO_EXTRAS else extras

    async def _discard(self, stored: Sequence[_Stored]) -> None:
        try:
            await self._store.delete([file.object_key for file in stored])
        except UnavailableError:
            log.info("objects_left_to_sweep", count=len(stored))

    async def _store_all(self, scope: Scope, parts: AsyncIterator[UploadPart], stored: list[_Stored]) -> UploadOptions:
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


@dataclass(frozen=True, slots=True)
class _Stored:
    """A file whose bytes are in the store."""

    id: UUID
    header: FileHeader
    object_key: str
    size: int
    sha256: bytes
    etag: str
    head: bytes
    """How the bytes begin."""


class _Incoming:
    """A file that is streaming in."""

    def __init__(self, scope: Scope, header: FileHeader, store: ObjectStore, settings: FileSettings) -> None:
        self._header = header
        self._settings = settings
        self._id = new_id()
        self._key = planned_key(scope.organization_id, self._id)
        self._head = b""
        # The type is settled when all is known, and given out with every download: what the store has doesn't matter.
        self.writer = ObjectWriter(store, self._key, declared_type(header.mime_type) or UNKNOWN_TYPE)

    @property
    def _name(self) -> str:
        return self._header.file_name or "the file"

    async def write(self, chunk: bytes) -> None:
        limit = self._settings.max_size_bytes
        if self.writer.size + len(chunk) > limit:
            raise PayloadTooLargeError(f"{self._name} is too large: a file may have {limit} bytes at most")
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        await self.writer.write(chunk)

    async def finish(self) -> _Stored:
        header, size, name = self._header, self.writer.size, self._name
        if size == 0:
            raise UploadEmptyError(f"{name} is empty: send the file's bytes")
        if header.size_bytes is not None and header.size_bytes != size:
            raise UploadSizeMismatchError(
                f"{name} has {size} bytes, but {header.size_bytes} were declared: send the whole file again"
            )
        if header.checksum_sha256 and base64.b64decode(header.checksum_sha256) != self.writer.sha256:
            raise UploadChecksumMismatchError(
                f"the bytes of {name} have another SHA-256 than was declared: send the file again"
            )
        etag = await self.writer.finish()
        return _Stored(self._id, header, self._key, size, self.writer.sha256, etag, self._head)


def _new_file(scope: Scope, stored: _Stored, options: UploadOptions, extras: FileExtras | None) -> NewFile:
    file_name = options.file_name or stored.header.file_name
    if not file_name:
        raise InvalidRequestError([Violation("options.file_name", "is required: say what the file is called")])
    if len(file_name) > MAX_NAME_LENGTH:
        raise InvalidRequestError([Violation("header.file_name", f"must have at most {MAX_NAME_LENGTH} characters")])
    created_at = time_of(stored.id)
    return NewFile(
        id=stored.id,
        file_name=file_name,
        search_name=search_form(file_name),
        mime_type=content_type_of(options.mime_type or stored.header.mime_type, stored.head, file_name),
        size_kb=kilobytes(stored.size),
        size_bytes=stored.size,
        status=FileStatus.UPLOADED.value,
        object_key=stored.object_key,
        incoming_key=None,
        folder_id=options.folder_id,
        checksum_sha256=stored.sha256,
        etag=stored.etag,
        external_file_id=options.external_file_id,
        processing_track=options.processing_track,
        channel=scope.channel,
        created_by=scope.user_id,
        created_at=created_at,
        confirmed_at=datetime.now(UTC),
        extras=extras,
    )
