"""Unary gRPC over one HTTP/2 connection (RFC 9113, RFC 7541): headers indexed as real clients do, frames counted.

A client from grpcio costs as much as the server under test does; this one costs a few microseconds for a call.
"""

import asyncio
import struct
import time
from typing import cast

from bench.load.counter import Counter

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
ACK = END_STREAM = 0x1
END_HEADERS = 0x4
HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE = 1, 4
MAX_WINDOW = 2**31 - 1
WINDOW_REFILL = 2**29
FIRST_DYNAMIC_INDEX = 62
"""RFC 7541 section 2.3.3."""
REFUSED_BYTES = 5
"""A gRPC message has a prefix of five bytes; an answer without a message is an error."""


class GrpcConnection(asyncio.Protocol):
    """``streams`` calls at a time on one connection. An answer with a message is a success."""

    def __init__(self, counter: Counter, authority: str, path: str, metadata: dict[str, str], streams: int) -> None:
        self._counter = counter
        headers = {":path": path, ":authority": authority, "te": "trailers", "content-type": "application/grpc"}
        self._fields = {**headers, "user-agent": "bench", **metadata}
        self._streams = streams
        self._transport: asyncio.Transport
        self._buffer = b""
        self._next_stream = 1
        self._open: dict[int, tuple[int, int]] = {}
        self._taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none by inheritance.
        self._transport = cast(asyncio.Transport, transport)
        settings = struct.pack(">HIHI", HEADER_TABLE_SIZE, 0, INITIAL_WINDOW_SIZE, MAX_WINDOW)
        self._transport.write(
            PREFACE
            + _frame(SETTINGS, 0, 0, settings)
            + _frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", MAX_WINDOW - 65535))
        )
        first = b"\x83\x86" + b"".join(_indexed_literal(name, value) for name, value in self._fields.items())
        count = len(self._fields)
        self._block = b"\x83\x86" + bytes(0x80 | (FIRST_DYNAMIC_INDEX + count - 1 - i) for i in range(count))
        self._send(first)
        for _ in range(self._streams - 1):
            self._send(self._block)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._counter.stopping:
            self._counter.fail(f"connection lost: {exc}")

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        at, end = 0, len(buffer)
        while end - at >= 9:
            length = int.from_bytes(buffer[at : at + 3], "big")
            stop = at + 9 + length
            if stop > end:
                break
            kind, flags = buffer[at + 3], buffer[at + 4]
            stream = int.from_bytes(buffer[at + 5 : at + 9], "big")
            self._frame_received(kind, flags, stream, length, buffer[at + 9 : stop])
            at = stop
        self._buffer = buffer[at:]

    def _frame_received(self, kind: int, flags: int, stream: int, length: int, payload: bytes) -> None:
        if kind == DATA:
            sent_ns, size = self._open[stream]
            self._open[stream] = (sent_ns, size + length)
            self._taken += length
            if self._taken > WINDOW_REFILL:
                self._transport.write(_frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", self._taken)))
                self._taken = 0
        elif kind == HEADERS and flags & END_STREAM:
            self._finish(stream, payload)
        elif kind == SETTINGS and not flags & ACK:
            self._transport.write(_frame(SETTINGS, ACK, 0, b""))
        elif kind == PING and not flags & ACK:
            self._transport.write(_frame(PING, ACK, 0, payload))
        elif kind in {GOAWAY, RST_STREAM}:
            self._counter.fail(f"frame of type {kind}: {payload!r}")
            self._transport.abort()

    def _finish(self, stream: int, trailers: bytes) -> None:
        sent_ns, size = self._open.pop(stream)
        if size < REFUSED_BYTES:
            self._counter.fail(f"no message; trailers {trailers!r}")
            self._transport.abort()
            return
        self._counter.succeed(sent_ns)
        if self._counter.stopping:
            self._transport.abort()
        else:
            self._send(self._block)

    def _send(self, block: bytes) -> None:
        stream = self._next_stream
        self._next_stream += 2
        message = self._counter.next_request()
        body = b"\x00" + len(message).to_bytes(4, "big") + message
        self._open[stream] = (time.perf_counter_ns(), 0)
        self._transport.write(_frame(HEADERS, END_HEADERS, stream, block) + _frame(DATA, END_STREAM, stream, body))


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def _indexed_literal(name: str, value: str) -> bytes:
    # Literal header field with incremental indexing, new name, no Huffman code (RFC 7541 section 6.2.1).
    return b"\x40" + _string(name.encode()) + _string(value.encode())


def _string(text: bytes) -> bytes:
    # Integers with a prefix of 7 bits (RFC 7541 section 5.1).
    if len(text) < 127:
        return bytes((len(text),)) + text
    rest, octets = len(text) - 127, [127]
    while rest >= 128:
        octets.append(rest % 128 + 128)
        rest //= 128
    return bytes((*octets, rest)) + text
