"""The `grpc.aio.ServicerContext` that interceptors and servicers see when a call came over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

import grpc
import grpc.aio

from service.gateway.problems import STATUS_DETAILS_KEY, Problem, Refused, problem_from_status

Pairs = Iterable[tuple[str, str | bytes]]

# These describe the HTTP connection or body, or are reserved by gRPC.
_NOT_METADATA = frozenset(
    b"connection content-length content-type te transfer-encoding upgrade keep-alive x-request-id host accept-encoding "
    b"idempotency-key".split()
)
_WITH_IDEMPOTENCY_KEY = frozenset(("POST", "PUT", "PATCH"))
_HTTP_HEADER = "x-http-"


class RpcAborted(grpc.aio.AbortError):
    """Raised by `abort` and `abort_with_status`; carries what the caller is told."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class HttpContext(grpc.aio.ServicerContext[Any, Any]):
    """A call that came over HTTP. Metadata are its headers, names in lower case."""

    def __init__(self, scope: Mapping[str, Any], request_id: str, deadline: float | None) -> None:
        self._scope = scope
        self._request_id = request_id
        self._deadline = deadline
        self._metadata: tuple[tuple[str, str], ...] | None = None
        self._trailing: tuple[tuple[str, str | bytes], ...] = ()
        self._initial: tuple[tuple[str, str | bytes], ...] = ()
        self._code: grpc.StatusCode | None = None
        self._details = ""
        self._callbacks: list[Callable[[Any], None]] = []
        self._done = False

    @property
    def request_id(self) -> str:
        return self._request_id

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        if self._metadata is None:
            self._metadata = metadata_of(self._scope, self._request_id)
        return self._metadata

    def peer(self) -> str:
        """The caller's address as grpc writes it: `ipv4:192.0.2.1:5000`, `ipv6:[2001:db8::1]:5000`."""
        client = self._scope.get("client")
        if not client:
            return "unix:"
        host, port = client
        return f"ipv6:[{host}]:{port}" if ":" in host else f"ipv4:{host}:{port}"

    def peer_identities(self) -> None:
        return None

    def peer_identity_key(self) -> None:
        return None

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        return {}

    def time_remaining(self) -> float:
        """Seconds until the request's timeout; infinite for uploads and downloads."""
        if self._deadline is None:
            return float("inf")
        return max(0.0, self._deadline - asyncio.get_running_loop().time())

    async def abort(
        self, code: grpc.StatusCode, details: str = "", trailing_metadata: Pairs | Sequence[Any] = ()
    ) -> NoReturn:
        pairs = tuple(trailing_metadata)
        packed = next((value for key, value in pairs if key == STATUS_DETAILS_KEY), None)
        self._trailing += tuple(pair for pair in pairs if pair[0] != STATUS_DETAILS_KEY)
        raise RpcAborted(problem_from_status(code, details, packed if isinstance(packed, bytes) else None))

    async def abort_with_status(self, status: grpc.Status) -> NoReturn:
        await self.abort(status.code, status.details, status.trailing_metadata or ())

    def set_trailing_metadata(self, trailing_metadata: Pairs) -> None:
        self._trailing = tuple(trailing_metadata)

    def trailing_metadata(self) -> tuple[tuple[str, str | bytes], ...]:  # type: ignore[override]
        return self._trailing

    async def send_initial_metadata(self, initial_metadata: Pairs) -> None:
        self._initial = tuple(initial_metadata)

    def set_code(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode | None:  # type: ignore[override]
        return self._code

    def set_details(self, details: str) -> None:
        self._details = details

    def details(self) -> str:
        return self._details

    def set_compression(self, compression: grpc.Compression) -> None:
        """Ignored: the gateway compresses by what the HTTP client accepts."""

    def disable_next_message_compression(self) -> None:
        """Ignored: the gateway compresses by what the HTTP client accepts."""

    async def read(self) -> NoReturn:
        raise NotImplementedError("handlers get their requests as an iterator")

    async def write(self, message: Any) -> NoReturn:
        raise NotImplementedError("handlers yield their responses")

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        self._callbacks.append(callback)

    def cancelled(self) -> bool:
        return False

    def done(self) -> bool:
        return self._done

    def finish(self) -> None:
        """Mark the call as over and run the callbacks."""
        self._done = True
        for callback in self._callbacks:
            callback(self)

    def raise_if_failed(self) -> None:
        """A handler may fail by `set_code` too, and return."""
        if self._code is not None and self._code is not grpc.StatusCode.OK:
            raise Refused(problem_from_status(self._code, self._details, None))

    def http_headers(self) -> list[tuple[bytes, bytes]]:
        """The response headers that the servicer asked for by metadata `x-http-<name>`."""
        if not self._trailing and not self._initial:
            return []
        pairs = self._initial + self._trailing
        return [
            (key.removeprefix(_HTTP_HEADER).encode(), header_value(value))
            for key, value in pairs
            if key.startswith(_HTTP_HEADER)
        ]


def metadata_of(scope: Mapping[str, Any], request_id: str) -> tuple[tuple[str, str], ...]:
    """The headers as metadata. `idempotency-key` only where the method isn't idempotent by itself."""
    pairs = [("x-request-id", request_id)]
    for name, value in scope["headers"]:
        if name not in _NOT_METADATA:
            if name.startswith(b"grpc-") or name.endswith(b"-bin"):
                continue
            pairs.append((name.decode("latin-1"), value.decode() if value.isascii() else text_of_header(value)))
        elif name == b"idempotency-key" and scope["method"] in _WITH_IDEMPOTENCY_KEY:
            pairs.append(("idempotency-key", text_of_header(value)))
    return tuple(pairs)


def text_of_header(value: bytes) -> str:
    """Clients send UTF-8 although HTTP says Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def header_value(value: str | bytes) -> bytes:
    """A header's value without the line breaks that would begin another header."""
    raw = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    return raw.replace(b"\r", b" ").replace(b"\n", b" ")
