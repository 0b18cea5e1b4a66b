"""What is uploaded: bytes that can be read more than once, wherever they come from."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import mimetypes
import os
import tempfile
import threading
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO

from muniment_client.errors import SourceError, UploadError

CHUNK_BYTES = 256 * 1024
_HASHED_AT_ONCE = 1024 * 1024
# About 0.1 ms; a thread costs more.
_HASHED_INLINE = 128 * 1024
# A stream up to this size stays in memory.
_SPOOLED_BYTES = 16 * 1024 * 1024
_UNKNOWN_TYPE = "application/octet-stream"

StoredSource = str | os.PathLike[str] | bytes | bytearray | memoryview
"""What can be read again: a path or bytes."""
AnySource = StoredSource | BinaryIO | AsyncIterable[bytes] | Iterable[bytes]
"""What can be uploaded."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a transfer is, in bytes."""

    done: int
    total: int | None

    @property
    def fraction(self) -> float | None:
        """From 0 to 1; None when the total isn't known."""
        return self.done / self.total if self.total else None


class Meter:
    """Counts the bytes of one transfer for its callback."""

    def __init__(self, total: int | None, callback: Callable[[Progress], None] | None, done: int = 0) -> None:
        self._total = total
        self._callback = callback
        self._done = done

    def add(self, count: int) -> None:
        """Count bytes; a negative count takes those back that have to be sent again."""
        self._done += count
        if self._callback is not None and count:
            self._callback(Progress(self._done, self._total))


class Source:
    """A document's bytes, its name and its media type."""

    def __init__(self, file: IO[bytes], size: int, file_name: str, mime_type: str) -> None:
        self.size = size
        self.file_name = file_name
        self.mime_type = mime_type
        self._file = file
        self._in_memory = isinstance(file, BytesIO)
        self._lock = threading.Lock()

    async def read(self, offset: int, length: int) -> bytes:
        """Read a part.

        Raises:
            SourceError, UploadError: it can't be read, or has become shorter.
        """
        if self._in_memory:
            return self._read(offset, length)
        return await asyncio.to_thread(self._read, offset, length)

    async def chunks(self, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Read a part, or all, in chunks."""
        end = self.size if length is None else offset + length
        while offset < end:
            chunk = await self.read(offset, min(CHUNK_BYTES, end - offset))
            offset += len(chunk)
            yield chunk

    async def sha256(self, offset: int = 0, length: int | None = None) -> str:
        """The SHA-256 of a part, or of all bytes, in base64."""
        end = self.size if length is None else offset + length
        if self._in_memory and end - offset <= _HASHED_INLINE:
            return self._sha256(offset, end)
        return await asyncio.to_thread(self._sha256, offset, end)

    def _read(self, offset: int, length: int) -> bytes:
        try:
            with self._lock:
                self._file.seek(offset)
                content = self._file.read(length)
        except OSError as error:
            raise SourceError(f"{self.file_name} can't be read: {error.strerror}.") from error
        if len(content) != length:
            raise UploadError(f"{self.file_name} has become shorter while it was sent.", reason="UPLOAD_SIZE_MISMATCH")
        return content

    def _sha256(self, start: int, end: int) -> str:
        digest = hashlib.sha256()
        for offset in range(start, end, _HASHED_AT_ONCE):
            digest.update(self._read(offset, min(_HASHED_AT_ONCE, end - offset)))
        return base64.b64encode(digest.digest()).decode()


@asynccontextmanager
async def opened(source: AnySource, file_name: str | None, mime_type: str | None) -> AsyncIterator[Source]:
    """Open what is to be uploaded. A stream is written to a temporary file first: its checksum comes before its bytes.

    Raises:
        SourceError: it can't be read, or has no name.
        UploadError: it is empty.
    """
    name = file_name or _name_of(source)
    if not _is_text(name):
        raise SourceError(f"The name {name!r} isn't UTF-8: give another file_name.")
    try:
        if isinstance(source, (bytes, bytearray, memoryview)):
            file: IO[bytes] = BytesIO(source)
        elif isinstance(source, (str, os.PathLike)):
            file = await asyncio.to_thread(_open, Path(source))
        else:
            file = await _spooled(source)
    except OSError as error:
        raise SourceError(f"{name} can't be read: {error.strerror or error}.") from error
    with file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            raise UploadError(f"{name} is empty.", reason="UPLOAD_EMPTY")
        yield Source(file, size, name, mime_type or mimetypes.guess_type(name)[0] or _UNKNOWN_TYPE)


def _open(path: Path) -> IO[bytes]:
    """Open a file; a small one is read at once, which spares a way to another thread for each look at it."""
    file = path.open("rb")
    if os.fstat(file.fileno()).st_size > CHUNK_BYTES:
        return file
    with file:
        return BytesIO(file.read())


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


async def _spooled(source: Any) -> IO[bytes]:
    spool = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115  # its user closes it
    try:
        async for chunk in _stream(source):
            if not isinstance(chunk, (bytes, bytearray, memoryview)):
                raise SourceError(f"It gives {type(chunk).__name__} and not bytes: open a file in binary mode.")
            await asyncio.to_thread(spool.write, chunk)
    except BaseException:
        spool.close()
        raise
    return spool


async def _stream(source: Any) -> AsyncIterator[bytes]:
    if hasattr(source, "read"):
        while chunk := await asyncio.to_thread(source.read, CHUNK_BYTES):
            yield chunk
    elif isinstance(source, AsyncIterable):
        async for chunk in source:
            yield chunk
    else:
        chunks, end = iter(source), object()
        while (chunk := await asyncio.to_thread(next, chunks, end)) is not end:
            yield chunk


def _name_of(source: AnySource) -> str:
    if isinstance(source, (str, os.PathLike)):
        return Path(source).name
    # A file that was opened by its path knows it.
    name = getattr(source, "name", None)
    if isinstance(name, str) and name:
        return Path(name).name
    raise SourceError("The document has no name: give file_name.")
