"""HTTP/1.1 over one kept connection: preformatted requests out, the least parsing in."""

import asyncio
import time
from typing import cast

from bench.load.counter import Counter

HEAD_LIMIT = 64 * 1024


class HttpConnection(asyncio.Protocol):
    """One request at a time. An answer is a success when its status is 2xx and its body is whole."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._transport: asyncio.Transport
        self._sent_ns = 0
        self._head = b""
        self._remaining = -1
        self._chunked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none by inheritance.
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._remaining < 0 and not self._chunked:
            self._read_head(self._head + data)
        elif self._chunked:
            self._read_chunks(data)
        else:
            self._take(len(data))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._counter.stopping:
            self._counter.fail(f"connection lost: {exc}")

    def _read_head(self, data: bytes) -> None:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._head = data
            if len(data) > HEAD_LIMIT:
                self._counter.fail("no end of the head")
                self._transport.abort()
            return
        self._head = b""
        head = data[:end].lower()
        if head[9:10] != b"2":
            self._counter.fail(data[: end + 300].decode("latin-1"))
            self._transport.abort()
            return
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            stop = head.find(b"\r\n", at + 17)
            self._remaining = int(head[at + 17 : stop if stop >= 0 else end])
            self._take(len(data) - end - 4)
        else:
            self._chunked = True
            self._read_chunks(data[end + 4 :])

    def _take(self, size: int) -> None:
        self._remaining -= size
        if self._remaining == 0:
            self._finish()

    def _read_chunks(self, data: bytes) -> None:
        # The last chunk may come apart; its end is recognized in what is kept of the data before.
        self._head = (self._head + data)[-5:]
        if self._head == b"0\r\n\r\n":
            self._head = b""
            self._finish()

    def _finish(self) -> None:
        self._counter.succeed(self._sent_ns)
        self._remaining = -1
        self._chunked = False
        self._send()

    def _send(self) -> None:
        if self._counter.stopping:
            self._transport.abort()
            return
        self._sent_ns = time.perf_counter_ns()
        self._transport.write(self._counter.next_request())


def http_request(method: str, path: str, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request."""
    if body or method not in {"GET", "HEAD"}:
        headers = headers | {"Content-Length": str(len(body))}
    return http_head(method, path, host, headers) + body


def http_head(method: str, path: str, host: str, headers: dict[str, str]) -> bytes:
    """The bytes of a request without its body."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()
