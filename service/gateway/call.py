"""One HTTP exchange: what came in, and the way back."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from functools import lru_cache
from os import urandom
from time import perf_counter
from typing import Any

from service.gateway.context import HttpContext
from service.gateway.problems import Refused, malformed, refuse
from service.gateway.settings import GatewaySettings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
# Compressing more than this would hold the event loop up; zlib lets go of the interpreter's lock.
_GZIP_ON_LOOP_BYTES = 96 * 1024
CLIENT_CLOSED_REQUEST = 499


class ClientGone(Exception):
    """The client closed the connection before it had its answer."""


class Call:
    """One HTTP exchange. Observers read `method`, `path`, `label`, `status`, `seconds` and `request_id`."""

    __slots__ = (
        "_send",
        "context",
        "cors",
        "headers",
        "label",
        "method",
        "path",
        "query",
        "receive",
        "request_id",
        "scope",
        "segments",
        "settings",
        "started",
        "status",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, settings: GatewaySettings) -> None:
        self.scope = scope
        self.receive = receive
        self._send = send
        self.settings = settings
        self.started = perf_counter()
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"]
        self.path = path_of_scope(scope)
        self.query: bytes = scope["query_string"]
        self.request_id = request_id_of(self.headers.get(b"x-request-id"))
        self.segments: list[str] = []
        self.label = "unknown"
        self.status = 0
        self.context: HttpContext | None = None
        self.cors: Headers = []

    @property
    def seconds(self) -> float:
        """Since the request's head was read."""
        return perf_counter() - self.started

    @property
    def head_only(self) -> bool:
        return self.method == "HEAD"

    def make_context(self, seconds: float | None) -> HttpContext:
        """The context for the handler; `seconds` until its deadline, None for no deadline."""
        deadline = None if seconds is None else asyncio.get_running_loop().time() + seconds
        self.context = HttpContext(self.scope, self.request_id, deadline)
        return self.context

    async def start(self, status: int, headers: Headers) -> None:
        """Send the head. `x-request-id`, CORS and the servicer's own headers are added."""
        self.status = status
        headers.append((b"x-request-id", self.request_id.encode()))
        if self.cors:
            headers += self.cors
        if self.context is not None:
            headers += self.context.http_headers()
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, body: bytes, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def answer(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Send a whole answer; a HEAD request gets the head that a GET would."""
        if status not in (204, 304):
            headers.append((b"content-length", str(len(body)).encode()))
        await self.start(status, headers)
        await self.write(b"" if self.head_only else body, False)

    async def answer_json(self, status: int, body: bytes, extra: Headers | None = None) -> None:
        """Send JSON, compressed if that is worth it and the client takes it."""
        headers = [(b"content-type", b"application/json"), (b"vary", b"accept-encoding")]
        if extra:
            headers += extra
        if len(body) >= self.settings.gzip_min_bytes and accepts_gzip(self.headers.get(b"accept-encoding")):
            body = await self._gzip(body)
            headers.append((b"content-encoding", b"gzip"))
        await self.answer(status, headers, body)

    async def _gzip(self, body: bytes) -> bytes:
        level = self.settings.gzip_level
        if len(body) <= _GZIP_ON_LOOP_BYTES:
            return gzip(body, level)
        return await asyncio.to_thread(gzip, body, level)

    async def body(self, limit: int) -> bytes:
        """Read the whole body. Raises `Refused` (413) beyond `limit` bytes, also when the length wasn't announced."""
        declared = self.headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            raise too_large(limit)
        parts: list[bytes] = []
        size = 0
        async for part in self.stream():
            size += len(part)
            if size > limit:
                raise too_large(limit)
            parts.append(part)
        return b"".join(parts) if len(parts) != 1 else parts[0]

    async def stream(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises `ClientGone`."""
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part = message.get("body", b"")
            if part:
                yield part
            more = message.get("more_body", False)

    def check_not_encoded(self) -> None:
        """Raises `Refused` (415) for a compressed body: what it unpacks to isn't known before it is in memory."""
        encoding = self.headers.get(b"content-encoding", b"identity").strip().lower()
        if encoding not in (b"", b"identity"):
            name = encoding.decode("latin-1")
            raise refuse("UNSUPPORTED_MEDIA_TYPE", f"The body has the Content-Encoding {name}; send it as it is.")

    def check_json_accepted(self) -> None:
        """Raises `Refused` (406) when the client takes no JSON."""
        accept = self.headers.get(b"accept")
        if accept is not None and not accepts_json(accept):
            raise refuse("NOT_ACCEPTABLE", "The answer is application/json, which Accept leaves out.")


def path_of_scope(scope: Scope) -> str:
    """The path as it was sent, percent-encoded: a decoded one can't tell `%2F` from a slash."""
    raw = scope.get("raw_path")
    path: str = raw.decode("latin-1") if raw else scope["path"]
    return path


def request_id_of(sent: bytes | None) -> str:
    """The caller's own id if it is sane, else a new one."""
    if sent is not None and _REQUEST_ID.fullmatch(sent):
        return sent.decode()
    return urandom(16).hex()


def too_large(limit: int) -> Refused:
    return refuse("PAYLOAD_TOO_LARGE", f"The body is larger than {limit} bytes.")


def gzip(body: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


@lru_cache(maxsize=512)
def preferences(header: bytes) -> dict[str, float]:
    """What an Accept or Accept-Encoding header weighs, by name (RFC 9110, 12.4.2)."""
    found: dict[str, float] = {}
    for item in header.decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            found[name] = float(quality)
        except ValueError:
            found[name] = 0.0
    return found


def accepts_gzip(header: bytes | None) -> bool:
    if not header:
        return False
    weights = preferences(header)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def accepts_json(header: bytes) -> bool:
    weights = preferences(header)
    for name in ("application/json", "application/*", "*/*"):
        if name in weights:
            return weights[name] > 0
    return not header.strip()


@lru_cache(maxsize=512)
def is_json(content_type: bytes) -> bool:
    """`application/json`, with no charset or UTF-8."""
    name, *parameters = (part.strip().lower() for part in content_type.decode("latin-1").split(";"))
    charset = next((p[8:].strip('"') for p in parameters if p.startswith("charset=")), "utf-8")
    return name == "application/json" and charset in ("utf-8", "utf8", "us-ascii")


def check_json_body(content_type: bytes | None) -> None:
    """Raises `Refused` (415) for a body that says it is something else than JSON."""
    if content_type and not is_json(content_type):
        name = content_type.decode("latin-1")
        raise refuse("UNSUPPORTED_MEDIA_TYPE", f"The body must be application/json in UTF-8, not {name}.")


def missing_body() -> Refused:
    return malformed("The body is empty; the call takes a JSON body.")
