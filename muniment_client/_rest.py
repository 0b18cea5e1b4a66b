"""The same calls over REST, by the `google.api.http` rules of the contract, where only HTTP gets through."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlencode
from urllib.request import getproxies, proxy_bypass

import aiohttp
import yarl
from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from muniment.options.v1 import options_pb2

from muniment_client._calls import Try, too_late, unreachable
from muniment_client._json import dumps, loads
from muniment_client._wire import fill, plain_of, plain_value
from muniment_client.errors import ConnectionFailedError, FieldError, MunimentError, ValidationError, class_of

M = TypeVar("M", bound=Message)

_CHUNK_BYTES = 256 * 1024
_IDLE_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
_HTTP_ERROR = 400
_PARTIAL_CONTENT = 206
# What something else answers that doesn't know the path or the method; the service says its reasons in JSON.
_NOT_OURS = (400, 404, 405, 501)
_CODES = {429: "RESOURCE_EXHAUSTED", 502: "UNAVAILABLE", 503: "UNAVAILABLE"}
# RFC 6266: the name as it is; the plain `filename` beside it may be simplified.
_EXACT_NAME = re.compile(r"filename\*=UTF-8''([^;]+)", re.IGNORECASE)
_VARIABLE = re.compile(r"\{([a-z0-9_.]+)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """How a method is called over HTTP."""

    verb: str
    templates: tuple[str, ...]
    """Of the path; the first whose variables a request has is that request's."""
    body: str
    response_body: str
    file_part: str

    @property
    def template(self) -> str:
        """The path of a method that has one."""
        return self.templates[0]


class RestTransport:
    """HTTP to the gateway at `base` (`https://host`). `certificates` (PEM) are trusted in place of the system's."""

    def __init__(self, base: str, *, certificates: bytes | None) -> None:
        self._base = base.rstrip("/")
        self._certificates = certificates
        self._session: aiohttp.ClientSession | None = None

    async def unary(self, attempt: Try, request: Message, answer: type[M]) -> M:
        """See `Transport`."""
        rule = rule_of(attempt.method)
        target, body = bind(rule, request)
        headers = dict(attempt.metadata)
        if body is not None:
            headers["content-type"] = "application/json"
        async with self._request(attempt, rule.verb, target, headers, body) as response:
            return read_answer(rule, await response.read(), answer)

    async def send(self, attempt: Try, requests: AsyncIterator[Message], answer: type[M]) -> M:
        """See `Transport`. The stream becomes a multipart form."""
        rule = rule_of(attempt.method)
        boundary = secrets.token_hex(16)
        headers = {**attempt.metadata, "content-type": f"multipart/form-data; boundary={boundary}"}
        form = Form(requests, boundary, rule.file_part)
        try:
            async with self._request(attempt, rule.verb, rule.template, headers, form.content()) as response:
                return read_answer(rule, await response.read(), answer)
        except MunimentError:
            # What went wrong while the form was made is the cause of whatever became of the call.
            if form.failure is not None:
                raise form.failure from None
            raise

    async def receive(self, attempt: Try, request: Message, answer: type[M]) -> AsyncIterator[M]:
        """See `Transport`. The first answer is made of the headers."""
        asked: Any = request
        rule = rule_of(attempt.method)
        target, _ = bind(rule, without_range(request))
        headers = {**attempt.metadata, "accept-encoding": "identity"}
        if asked.read_offset or asked.HasField("read_limit"):
            headers["range"] = range_of(asked)
        if asked.info_only:
            # A HEAD would be answered without the reason of a failure.
            headers["range"] = "bytes=0-0"
        make: Any = answer
        async with self._request(attempt, rule.verb, target, headers, None) as response:
            info = download_info(response)
            if asked.info_only:
                yield make(info={**info, "length": info["size_bytes"]})
                return
            yield make(info=info)
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                yield make(chunk=chunk)

    async def close(self) -> None:
        """See `Transport`."""
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def _request(
        self,
        attempt: Try,
        verb: str,
        target: str,
        headers: Mapping[str, str],
        body: Any,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        url = yarl.URL(self._base + target, encoded=True)
        patience = aiohttp.ClientTimeout(
            total=attempt.deadline.remaining, sock_connect=_CONNECT_SECONDS, sock_read=_IDLE_SECONDS
        )
        if attempt.deadline.remaining == 0:
            raise too_late(attempt.method)
        try:
            async with self._open().request(
                verb,
                url,
                headers=headers,
                data=body,
                timeout=patience,
                allow_redirects=False,
                proxy=proxy_of(url),
            ) as response:
                if response.status >= _HTTP_ERROR:
                    raise read_error(response, await response.read())
                yield response
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            if attempt.deadline.remaining == 0:
                raise too_late(attempt.method) from None
            raise unreachable(self._base, str(error) or "it is silent") from error

    def _open(self) -> aiohttp.ClientSession:
        # Made in the loop that uses it.
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=connector(self._certificates))
        return self._session


def connector(certificates: bytes | None) -> aiohttp.TCPConnector:
    """Connections that trust these certificates (PEM), or the system's."""
    if certificates is None:
        return aiohttp.TCPConnector(limit=0)
    return aiohttp.TCPConnector(limit=0, ssl=ssl.create_default_context(cadata=certificates.decode("ascii", "ignore")))


def proxy_of(url: yarl.URL) -> str | None:
    """The proxy that the environment names for an address (`https_proxy`, `no_proxy` and so on).

    aiohttp's own `trust_env` would look for passwords in `.netrc` as well, with each request.
    """
    host = url.host or ""
    return None if proxy_bypass(f"{host}:{url.port}") else getproxies().get(url.scheme)


@cache
def rule_of(method: MethodDescriptor) -> Rule:
    """The HTTP rule of a method."""
    options: Any = method.GetOptions()
    http = options.Extensions[annotations_pb2.http]
    verb = http.WhichOneof("pattern")
    ways = (http, *http.additional_bindings)
    templates = tuple(getattr(way, way.WhichOneof("pattern")) for way in ways)
    parts = options.Extensions[options_pb2.rules].multipart_file_parts
    return Rule(verb.upper(), templates, http.body, http.response_body, parts[0] if parts else "")


def bind(rule: Rule, request: Message) -> tuple[str, bytes | None]:
    """The path with its query, and the JSON body of a request."""
    values = plain_of(request)
    fitting = (each for each in rule.templates if values.keys() >= set(_VARIABLE.findall(each)))
    template = next(fitting, rule.template)
    missing = set(_VARIABLE.findall(template)) - values.keys()
    if missing:
        fields = [FieldError(name, "is required") for name in sorted(missing)]
        raise ValidationError(f"{fields[0].field}: is required", reason="VALIDATION_ERROR", fields=fields)
    path = _VARIABLE.sub(lambda match: quote(str(values.pop(match[1])), safe=""), template)
    body = None
    if rule.body == "*":
        return path, dumps(values).encode()
    if rule.body:
        descriptor: Any = request.DESCRIPTOR
        values.pop(rule.body, None)
        # A list that is the whole body is sent although it is empty.
        body = dumps(plain_value(descriptor.fields_by_name[rule.body], getattr(request, rule.body))).encode()
    query = urlencode(list(query_of(values)), quote_via=quote)
    return f"{path}?{query}" if query else path, body


def range_of(asked: Any) -> str:
    """The part of a file that is asked for, as in RFC 9110, 14.1.2; an offset below 0 counts from the end."""
    if asked.read_offset < 0:
        return f"bytes={asked.read_offset}"
    last = asked.read_offset + asked.read_limit - 1 if asked.HasField("read_limit") else ""
    return f"bytes={asked.read_offset}-{last}"


def without_range(request: Message) -> Message:
    """The request of a download without what HTTP says by headers."""
    copy = type(request)()
    copy.CopyFrom(request)
    for name in ("read_offset", "read_limit", "info_only"):
        copy.ClearField(name)
    return copy


def query_of(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values as text, a repeated name for each item of a list."""
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, json.dumps(item) if isinstance(item, bool) else str(item)


def read_answer(rule: Rule, content: bytes, answer: type[M]) -> M:
    """The message of a JSON answer."""
    message = answer()
    try:
        value = loads(content)
    except ValueError:
        raise class_of("", 502)(
            "The answer isn't JSON: something else than the service may have given it.", code="UNAVAILABLE"
        ) from None
    fill(message, {rule.response_body: value} if rule.response_body else value)
    return message


def read_error(response: aiohttp.ClientResponse, content: bytes) -> MunimentError:
    """The error of an HTTP answer: the service's own, or that of something before it."""
    try:
        said = loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        what = f"HTTP {response.status} {response.reason} from {response.url.origin()}"
        if response.status in _NOT_OURS:
            return ConnectionFailedError(f"{what}, which isn't how the service answers.", reason="UNAVAILABLE")
        said = {"message": f"{what}."}
    details = said.get("details")
    reason = str(said.get("code") or "")
    fields = [
        FieldError(str(each.get("field")), str(each.get("message"))) for each in details or () if isinstance(each, dict)
    ]
    after = response.headers.get("retry-after", "")
    return class_of(reason, response.status)(
        str(said.get("message") or response.reason),
        reason=reason,
        fields=fields if isinstance(details, list) else (),
        details=details if isinstance(details, dict) else None,
        request_id=said.get("request_id") or response.headers.get("x-request-id"),
        retry_after=float(after) if after.isdigit() else None,
        code=_CODES.get(response.status, ""),
    )


def download_info(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """What the headers of a download say, as the fields of `DownloadInfo`."""
    exact = _EXACT_NAME.search(response.headers.get("content-disposition", ""))
    length = int(response.headers.get("content-length", "0"))
    offset, size = 0, length
    if response.status == _PARTIAL_CONTENT:
        span, _, whole = response.headers["content-range"].removeprefix("bytes ").partition("/")
        offset, size = int(span.partition("-")[0]), int(whole)
    return {
        "file_name": unquote(exact[1]) if exact else "",
        "mime_type": response.headers.get("content-type", ""),
        "size_bytes": size,
        "etag": response.headers.get("etag", ""),
        "offset": offset,
        "length": length,
        "last_modified": _moment(response.headers.get("last-modified")),
    }


def _moment(header: str | None) -> Timestamp | None:
    """An HTTP date."""
    if header is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(parsedate_to_datetime(header))
    return stamp


class Form:
    """A stream of `options`, `header` and `chunk` messages as a multipart form (RFC 7578)."""

    def __init__(self, requests: AsyncIterator[Message], boundary: str, file_part: str) -> None:
        self.failure: Exception | None = None
        self._requests = requests
        self._boundary = boundary
        self._file_part = file_part
        self._between = ""

    async def content(self) -> AsyncIterator[bytes]:
        """The body. What goes wrong with the stream is kept in `failure`."""
        try:
            async for request in self._requests:
                for part in self._write(request):
                    yield part
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self.failure = error
            raise
        yield f"{self._between}--{self._boundary}--\r\n".encode()

    def _write(self, request: Any) -> list[bytes]:
        match request.WhichOneof("payload"):
            case "chunk":
                return [request.chunk]
            case "header":
                name = quote_name(request.header.file_name)
                kind = request.header.mime_type or "application/octet-stream"
                return [self._head(f'name="{self._file_part}"; filename="{name}"', f"Content-Type: {kind}\r\n")]
            case _:
                fields = plain_of(request.options).items()
                return [self._head(f'name="{name}"') + str(value).encode() for name, value in fields]

    def _head(self, disposition: str, more: str = "") -> bytes:
        between, self._between = self._between, "\r\n"
        return f"{between}--{self._boundary}\r\nContent-Disposition: form-data; {disposition}\r\n{more}\r\n".encode()


def quote_name(name: str) -> str:
    """A file name in a form, as browsers write it: https://html.spec.whatwg.org/#multipart-form-data."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
