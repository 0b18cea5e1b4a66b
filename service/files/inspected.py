"""Uploads whose documents are opened before they are kept: what can't be read isn't taken."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from service.domain.documents import Inspected
from service.domain.errors import (
    DomainError,
    InvalidRequestError,
    PayloadTooLargeError,
    UnsupportedTypeError,
    UploadEmptyError,
    Violation,
)
from service.domain.files import File
from service.domain.scope import Scope
from service.files.direct import DirectUploads, FileHeader, UploadOptions, UploadPart

Inspect = Callable[[Path, str, str | None], Awaitable[Inspected]]
"""Opens a document: takes its path, its name and the media type that was declared."""

_CHUNK_BYTES = 1024 * 1024
# As the worker names its own: it removes those that a killed process left behind.
_PREFIX = "muniment-document-"


@dataclass(frozen=True, slots=True)
class AcceptedDocuments:
    """What an upload may bring."""

    formats: frozenset[str]
    """As in `Inspected.format`."""
    max_files: int
    max_size_bytes: int
    """Of one file."""


class InspectedUploads:
    """`DirectUploads`, in which each file is held back on disk until its content was found to be acceptable."""

    def __init__(self, uploads: DirectUploads, inspect: Inspect) -> None:
        self._uploads = uploads
        self._inspect = inspect

    async def upload(
        self, scope: Scope, parts: AsyncIterator[UploadPart], accepted: AcceptedDocuments
    ) -> list[tuple[File, Inspected]]:
        """Store files as `DirectUploads.upload` does; each gets the media type that its content has.

        Raises:
            UploadEmptyError, PayloadTooLargeError, UnsupportedTypeError, CorruptDocumentError, EncryptedDocumentError,
            DocumentTooComplexError: a file isn't what is accepted; `details` has its name as `file`. Nothing is kept.
            InvalidRequestError: no file, or more than are accepted; nothing is kept.
        """
        found: list[Inspected] = []
        with tempfile.NamedTemporaryFile(prefix=_PREFIX) as disk:
            async with aclosing(self._checked(parts, accepted, disk, found)) as checked:
                files = await self._uploads.upload(scope, checked)
        return list(zip(files, found, strict=True))

    async def _checked(
        self, parts: AsyncIterator[UploadPart], accepted: AcceptedDocuments, disk: IO[bytes], found: list[Inspected]
    ) -> AsyncGenerator[UploadPart, None]:
        """Hand on what came, each file once all of it was looked at."""
        held: _Held | None = None
        async for part in parts:
            if isinstance(part, UploadOptions):
                yield part
            elif isinstance(part, bytes):
                if held is None:
                    raise InvalidRequestError([Violation("header", "must come before the bytes of a file")])
                await held.write(part, accepted.max_size_bytes)
            else:
                if held is not None:
                    async for checked in self._replayed(held, accepted, found):
                        yield checked
                if len(found) == accepted.max_files:
                    most = f"must be at most {accepted.max_files} files in one call: send the others with another call"
                    raise InvalidRequestError([Violation("files", most)])
                held = _Held(part, disk)
        if held is not None:
            async for checked in self._replayed(held, accepted, found):
                yield checked

    async def _replayed(
        self, held: _Held, accepted: AcceptedDocuments, found: list[Inspected]
    ) -> AsyncIterator[UploadPart]:
        inspected = await self._inspected(held, accepted)
        found.append(inspected)
        yield replace(held.header, mime_type=inspected.mime_type)
        async for chunk in held.chunks():
            yield chunk

    async def _inspected(self, held: _Held, accepted: AcceptedDocuments) -> Inspected:
        name = held.header.file_name
        if held.size == 0:
            raise UploadEmptyError(f"{name} is empty: send the file's bytes", details={"file": name})
        try:
            inspected = await self._inspect(held.path, name, held.header.mime_type)
        except DomainError as error:
            raise type(error)(f"{name}: {error.message}", details={"file": name}) from error
        if inspected.format not in accepted.formats:
            known = ", ".join(sorted(accepted.formats))
            message = f"{name} is {inspected.mime_type} by its content, which isn't taken: send one of {known}"
            raise UnsupportedTypeError(message, details={"file": name})
        return inspected


class _Held:
    """A file on disk that isn't handed on yet. It takes the place of the one before."""

    def __init__(self, header: FileHeader, disk: IO[bytes]) -> None:
        self.header = header
        self.path = Path(disk.name)
        self.size = 0
        self._disk = disk
        self._whole = b""
        """Of a file that came in one piece, which needn't be read back."""
        disk.seek(0)
        disk.truncate()

    async def write(self, chunk: bytes, limit: int) -> None:
        self.size += len(chunk)
        if self.size > limit:
            name = self.header.file_name
            message = f"{name} is too large: a file may have {limit} bytes at most"
            raise PayloadTooLargeError(message, details={"file": name})
        self._whole = chunk if self.size == len(chunk) else b""
        await asyncio.to_thread(self._write, chunk)

    def _write(self, chunk: bytes) -> None:
        self._disk.write(chunk)
        self._disk.flush()

    async def chunks(self) -> AsyncIterator[bytes]:
        if self._whole:
            yield self._whole
            return
        self._disk.seek(0)
        for _ in range(0, self.size, _CHUNK_BYTES):
            yield await asyncio.to_thread(self._disk.read, _CHUNK_BYTES)
