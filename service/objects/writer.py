"""Writing an object whose size isn't known beforehand, in bounded memory."""

from __future__ import annotations

import asyncio
import hashlib
from types import TracebackType

import structlog

from service.domain.errors import UnavailableError
from service.objects.store import ObjectStore

log = structlog.get_logger(__name__)

PART_BYTES = 8 * 1024 * 1024
PARTS_IN_FLIGHT = 2
# hashlib lets other threads run from 2 KiB on; below this many bytes (about 0.1 ms) a thread costs more than it saves.
_HASH_INLINE_BYTES = 128 * 1024


class ObjectWriter:
    """Writes one object: small ones in one PUT, larger ones in parts of 8 MiB, two of them under way at once.

    Used as an asynchronous context manager: what isn't finished is thrown away.
    """

    def __init__(self, store: ObjectStore, key: str, content_type: str) -> None:
        self._store = store
        self._key = key
        self._content_type = content_type
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self._upload_id: str | None = None
        self._parts: list[asyncio.Task[str]] = []
        self._free = asyncio.Semaphore(PARTS_IN_FLIGHT)
        self._finished = False
        self.size = 0

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes. Waits while too many are on their way."""
        self.size += len(chunk)
        if len(chunk) > _HASH_INLINE_BYTES:
            await asyncio.to_thread(self._digest.update, chunk)
        else:
            self._digest.update(chunk)
        self._buffer += chunk
        if len(self._buffer) >= PART_BYTES:
            await self._send_part()

    async def finish(self) -> str:
        """Complete the object. Answers its ETag."""
        if self._upload_id is None:
            etag = await self._store.put_bytes(self._key, self._buffer, self._content_type, sha256=self.sha256)
        else:
            if self._buffer:
                await self._send_part()
            etags = list(await asyncio.gather(*self._parts))
            etag = await self._store.finish_parts(self._key, self._upload_id, etags)
        self._finished = True
        # A call with a thousand files keeps a thousand writers until its end.
        self._buffer = bytearray()
        return etag

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of all bytes so far."""
        return self._digest.digest()

    async def __aenter__(self) -> ObjectWriter:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._finished:
            await self._abandon()

    async def _send_part(self) -> None:
        if self._upload_id is None:
            self._upload_id = await self._store.begin_parts(self._key, self._content_type)
        await self._free.acquire()
        self._raise_failed()
        part, self._buffer = self._buffer, bytearray()
        self._parts.append(asyncio.create_task(self._put(len(self._parts) + 1, part)))

    async def _put(self, number: int, part: bytearray) -> str:
        assert self._upload_id is not None
        try:
            return await self._store.put_part(self._key, self._upload_id, number, part)
        finally:
            self._free.release()

    def _raise_failed(self) -> None:
        for part in self._parts:
            if part.done():
                part.result()

    async def _abandon(self) -> None:
        for part in self._parts:
            part.cancel()
        await asyncio.gather(*self._parts, return_exceptions=True)
        if self._upload_id is not None:
            try:
                await self._store.abandon_parts(self._key, self._upload_id)
            except UnavailableError:
                # What made us give up matters more; a sweep throws old parts away.
                log.info("parts_left_to_sweep", key=self._key)
