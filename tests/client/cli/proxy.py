"""A TCP proxy between the program and what it speaks to: it counts, it cuts, it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_CHUNK = 16 * 1024


@dataclass
class Proxy:
    """Hands bytes on to `target`."""

    target: tuple[str, int]
    port: int = 0
    connections: int = 0
    """How many were asked for."""
    sent: int = 0
    """Bytes from the program's side, so far."""
    cut_after: int | None = None
    """Cut all connections, once, when so many more bytes were sent."""
    cut_after_received: int | None = None
    """Cut all connections, once, when so many more bytes came back."""
    cuts: int = 0
    refusing: bool = False
    """Whether new connections are closed at once."""
    hold_after: int | None = None
    """Hold back all that comes after so many bytes were sent, until this is None again."""
    pause_seconds: float = 0.0
    """How long each chunk takes."""
    received: int = 0
    """Bytes from the other side, so far."""
    replace: tuple[bytes, bytes] | None = None
    """Other bytes, of the same length, in place of some that the program sends."""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def connected(self) -> int:
        """How many connections there are."""
        return len(self._writers) // 2

    def let_through(self) -> None:
        """Hand everything on again, and count anew."""
        self.cut_after = self.cut_after_received = self.hold_after = self.replace = None
        self.refusing, self.pause_seconds = False, 0.0
        self.sent = self.received = self.cuts = self.connections = 0

    def cut_all(self) -> None:
        """Cut every connection, as a network that goes away does."""
        self.cuts += 1
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.refusing:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._hand_on(reader, back, count=True), self._hand_on(there, writer, count=False))
        finally:
            for each in (writer, back):
                self._writers.discard(each)
                each.close()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, count: bool) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if not count:
                    self._count_received(len(chunk))
                else:
                    self._count(len(chunk))
                    await self._wait()
                    chunk = self._changed(chunk)
                writer.write(chunk)
                await writer.drain()
        with suppress(OSError, RuntimeError):
            writer.write_eof()

    async def _wait(self) -> None:
        if self.pause_seconds:
            await asyncio.sleep(self.pause_seconds)
        while self.hold_after is not None and self.sent > self.hold_after:  # noqa: ASYNC110  # set as a plain value
            await asyncio.sleep(0.005)

    def _count_received(self, size: int) -> None:
        self.received += size
        if self.cut_after_received is not None:
            self.cut_after_received -= size
            if self.cut_after_received <= 0:
                self.cut_after_received = None
                self.cut_all()

    def _changed(self, chunk: bytes) -> bytes:
        return chunk if self.replace is None else chunk.replace(*self.replace)

    def _count(self, size: int) -> None:
        self.sent += size
        if self.cut_after is not None:
            self.cut_after -= size
            if self.cut_after <= 0:
                self.cut_after = None
                self.cut_all()


@asynccontextmanager
async def proxy_to(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy on a free port."""
    proxy = Proxy((host, port))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut_all()
