"""Downloads: a server stream whose first message is `info`, as an HTTP answer with ranges and conditions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import grpc
import structlog
from google.protobuf.message import Message

from service.domain.disposition import attachment
from service.gateway.binding import HttpRule, RequestBinder
from service.gateway.call import Call, Headers
from service.gateway.context import RpcAborted, header_value
from service.gateway.problems import Problem, Refused
from service.gateway.ranges import ByteRange, Validators, http_date, parse_range, precondition_status, range_applies
from service.gateway.unary import refusal
from service.rpc.registry import Rpc

RANGE_REASON = "RANGE_NOT_SATISFIABLE"
# HTTP says these by headers and by HEAD.
_NOT_IN_QUERY = frozenset(("read_offset", "read_limit", "info_only"))
_CONDITIONS = frozenset((b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since", b"if-range"))
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Opened:
    """A stream whose `info` was read."""

    info: Any
    chunks: AsyncIterator[Any]


class DownloadEndpoint:
    """One binding of an RPC that streams a file."""

    def __init__(self, rpc: Rpc, rule: HttpRule) -> None:
        self.label = rule.template.text
        self._rpc = rpc
        self._handler = rpc.handler
        self._binder = RequestBinder(rpc.request_class, rule, without=_NOT_IN_QUERY)

    async def serve(self, call: Call) -> None:
        """Answer 200, 206, 304, 412 or 416. Raises `Refused` or `RpcAborted` before the head is sent."""
        try:
            request, _ = await self._binder.bind(call)
        except Refused as error:
            raise await refusal(self._rpc, call, error) from None
        wanted = wanted_range(call)
        try:
            await self._serve(call, request, wanted)
        except RpcAborted as error:
            problem = self._binder.rewrite(error.problem, False)
            if wanted is None or problem.reason != RANGE_REASON:
                raise Refused(problem) from None
            await self._without_range(call, request, problem)

    async def _serve(self, call: Call, request: Message, wanted: ByteRange | None) -> None:
        if call.head_only:
            request.info_only = True  # type: ignore[attr-defined]
        if wanted is not None:
            if wanted.empty:
                raise RpcAborted(range_problem())
            request.read_offset = wanted.offset  # type: ignore[attr-defined]
            if wanted.limit is not None:
                request.read_limit = wanted.limit  # type: ignore[attr-defined]
        async with aclosing(self._stream(call, request)) as stream:
            opened = await open_stream(stream)
            validators = validators_of(opened.info)
            if wanted is not None and not range_applies(call.headers.get(b"if-range"), validators):
                outcome = "whole"
            else:
                outcome = await answer(call, opened, partial=wanted is not None)
        if outcome == "whole":
            await self._serve(call, whole(request), None)

    async def _without_range(self, call: Call, request: Message, problem: Problem) -> None:
        """No byte lies in the range. Conditions still come first, and a 416 tells the size (RFC 9110, 15.5.17)."""
        size_bytes = (problem.details or {}).get("size_bytes")
        if size_bytes is not None and _CONDITIONS.isdisjoint(call.headers):
            raise outside(problem, size_bytes)
        look = whole(request)
        look.info_only = True  # type: ignore[attr-defined]
        async with aclosing(self._stream(call, look)) as stream:
            info = (await open_stream(stream)).info
        validators = validators_of(info)
        if precondition_status(call.headers, validators) is not None:
            await refuse_by_condition(call, validators)
        elif not range_applies(call.headers.get(b"if-range"), validators):
            await self._serve(call, whole(request), None)
        else:
            raise outside(problem, info.size_bytes)

    async def _stream(self, call: Call, request: Message) -> AsyncGenerator[Any, None]:
        """The handler's messages; it is closed when this generator is."""
        context = call.make_context(None)
        stream = self._handler(request, context)
        try:
            async for message in stream:
                yield message
        finally:
            if hasattr(stream, "aclose"):
                await stream.aclose()
            context.finish()


async def open_stream(stream: AsyncIterator[Any]) -> Opened:
    first = await anext(stream, None)
    if first is None or first.WhichOneof("payload") != "info":
        raise RuntimeError("the stream of a download began without info")
    return Opened(first.info, stream)


def wanted_range(call: Call) -> ByteRange | None:
    """Ranges are for GET alone (RFC 9110, 14.2)."""
    header = call.headers.get(b"range")
    return parse_range(header.decode("latin-1")) if header is not None and not call.head_only else None


def whole(request: Message) -> Message:
    """The request without its range."""
    copy = type(request)()
    copy.CopyFrom(request)
    copy.ClearField("read_offset")
    copy.ClearField("read_limit")
    return copy


def range_problem() -> Problem:
    message = "The range lies outside the file."
    return Problem(grpc.StatusCode.OUT_OF_RANGE, RANGE_REASON, message)


def outside(problem: Problem, size_bytes: int) -> Refused:
    return Refused(problem.with_headers((b"content-range", f"bytes */{size_bytes}".encode())))


async def answer(call: Call, opened: Opened, *, partial: bool) -> str:
    info = opened.info
    validators = validators_of(info)
    if precondition_status(call.headers, validators) is not None:
        await refuse_by_condition(call, validators)
        return "refused"
    headers = [*file_headers(info), *validator_headers(validators)]
    length = info.length if partial else info.size_bytes
    headers.append((b"content-length", str(length).encode()))
    if partial:
        last = info.offset + info.length - 1
        headers.append((b"content-range", f"bytes {info.offset}-{last}/{info.size_bytes}".encode()))
    status = 206 if partial else 200
    if call.head_only:
        await call.start(status, headers)
        await call.write(b"", False)
    else:
        # Read before the head goes out: as long as it hasn't, a store that is away can be told with a status.
        first = await anext(opened.chunks, None)
        await call.start(status, headers)
        await send_chunks(call, first, opened.chunks, length)
    return "sent"


async def send_chunks(call: Call, first: Any, following: AsyncIterator[Any], length: int) -> None:
    """Send the bytes as they come, the `first` of which is here; the server's flow control holds the stream back.

    When it fails in the middle, or the client takes nothing for too long, the answer is left incomplete: the server
    then closes the connection, and the client sees that bytes are missing.
    """
    gone = asyncio.ensure_future(wait_until_gone(call))
    sent = 0
    message = first
    try:
        while message is not None:
            if gone.done():
                return
            sent += len(message.chunk)
            async with asyncio.timeout(call.settings.idle_seconds) as patience:
                await call.write(message.chunk, True)
            message = await anext(following, None)
    except Exception as error:
        if isinstance(error, TimeoutError) and patience.expired():
            _log.info("download stood still", request_id=call.request_id, sent_bytes=sent, length=length)
            return
        _log.exception("download broke off", request_id=call.request_id, sent_bytes=sent, length=length)
        return
    finally:
        gone.cancel()
    if sent == length:
        await call.write(b"", False)
    else:
        _log.error("download has another length than it said", request_id=call.request_id, sent=sent, length=length)


async def wait_until_gone(call: Call) -> None:
    while (await call.receive())["type"] != "http.disconnect":
        pass


async def refuse_by_condition(call: Call, validators: Validators) -> None:
    status = precondition_status(call.headers, validators)
    if status == 304:
        await call.answer(304, [*validator_headers(validators), CACHE])
        return
    message = "The file's bytes are not the ones that the condition names."
    raise Refused(Problem(grpc.StatusCode.FAILED_PRECONDITION, "PRECONDITION_FAILED", message))


CACHE = (b"cache-control", b"private, no-cache")


def file_headers(info: Any) -> Headers:
    return [
        (b"content-type", header_value(info.mime_type or "application/octet-stream")),
        (b"content-disposition", attachment(info.file_name).encode()),
        (b"accept-ranges", b"bytes"),
        (b"x-content-type-options", b"nosniff"),
        CACHE,
    ]


def validator_headers(validators: Validators) -> Headers:
    headers = []
    if validators.etag:
        headers.append((b"etag", header_value(validators.etag)))
    if validators.last_modified is not None:
        headers.append((b"last-modified", http_date(validators.last_modified).encode()))
    return headers


def validators_of(info: Any) -> Validators:
    modified = datetime.fromtimestamp(info.last_modified.seconds, UTC) if info.HasField("last_modified") else None
    return Validators(info.etag, modified)
