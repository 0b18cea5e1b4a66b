"""What makes two requests the same request."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

from google.protobuf.message import Message

# The field of a streamed message that carries the next bytes of a file.
_CHUNK = "chunk"
_BREATH_SECONDS = 0.001


def fingerprint_of(request: Message) -> bytes:
    """Digest a request: equal requests have equal digests, within one version of the contract."""
    return hashlib.sha256(request.SerializeToString(deterministic=True)).digest()


class HashedStream:
    """A stream of requests that is digested while it is read.

    How a file was cut into chunks doesn't matter: a client that sends it again may cut it elsewhere.
    """

    def __init__(self, requests: AsyncIterator[Any]) -> None:
        self._requests = aiter(requests)
        self._whole = hashlib.sha256()
        self._chunks = hashlib.sha256()
        self._chunk_bytes = 0
        self.ended = False
        """Whether all of the stream has come."""

    def __aiter__(self) -> HashedStream:
        return self

    async def __anext__(self) -> Any:
        try:
            request = await anext(self._requests)
        except StopAsyncIteration:
            # grpc.aio ends a stream that was cancelled as one that is whole, and cancels the call in the same breath.
            await asyncio.sleep(_BREATH_SECONDS)
            self.ended = True
            raise
        if _CHUNK in request.DESCRIPTOR.fields_by_name and request.HasField(_CHUNK):
            self._chunks.update(request.chunk)
            self._chunk_bytes += len(request.chunk)
        else:
            self._close_chunks()
            content = request.SerializeToString(deterministic=True)
            self._whole.update(b"m" + len(content).to_bytes(8) + content)
        return request

    async def drain(self) -> bytes:
        """Read what is left, and give the digest of all."""
        async for _ in self:
            pass
        fingerprint = self.fingerprint
        assert fingerprint is not None
        return fingerprint

    @property
    def fingerprint(self) -> bytes | None:
        """The digest of the stream; None while it hasn't ended."""
        if not self.ended:
            return None
        self._close_chunks()
        return self._whole.digest()

    def _close_chunks(self) -> None:
        if self._chunk_bytes:
            self._whole.update(b"c" + self._chunk_bytes.to_bytes(8) + self._chunks.digest())
            self._chunks = hashlib.sha256()
            self._chunk_bytes = 0
