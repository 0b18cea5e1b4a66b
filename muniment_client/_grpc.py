"""Calls over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

import grpc
import grpc.aio
from google.protobuf import struct_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from muniment_client._calls import Try, too_late, unreachable
from muniment_client._wire import struct_value
from muniment_client.errors import FieldError, MunimentError, class_of

M = TypeVar("M", bound=Message)

_STATUS_DETAILS = "grpc-status-details-bin"
_REQUEST_ID = "x-request-id"
_OPTIONS = [
    # The retries of this package are the published ones; gRPC's own would multiply them.
    ("grpc.enable_retries", 0),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    # A connection that died without a word is noticed within 30 s; the service allows a ping every 10 s.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
]
# The service says more with every failure of its own. Without that, gRPC tells of a connection that couldn't be made or
# that broke: "Stream removed" is UNKNOWN, and a message that couldn't be written any more is INTERNAL.
_BROKEN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL)
# google/rpc/code.proto says which HTTP status each code maps to.
_HTTP_STATUS = {
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.UNAVAILABLE: 503,
}


class GrpcTransport:
    """A channel to the service. `certificates` (PEM) are trusted in place of the system's; `tls` is for TLS at all."""

    def __init__(self, target: str, *, tls: bool, certificates: bytes | None) -> None:
        self._target = target
        self._tls = tls
        self._certificates = certificates
        self._channel: grpc.aio.Channel | None = None
        self._stubs: dict[str, Any] = {}

    async def unary(self, attempt: Try, request: Message, answer: type[M]) -> M:
        """See `Transport`."""
        return await self._await(self._stub("unary_unary", attempt, answer)(request, **_options(attempt)), answer)

    async def send(self, attempt: Try, requests: AsyncIterator[Message], answer: type[M]) -> M:
        """See `Transport`."""
        # The call is fed here: gRPC would swallow what goes wrong while the requests are made.
        call = self._stub("stream_unary", attempt, answer)(**_options(attempt))
        try:
            async for request in requests:
                await call.write(request)
            await call.done_writing()
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            # The service has answered before it had everything: the answer says why.
            pass
        except BaseException:
            call.cancel()
            raise
        return await self._await(call, answer)

    async def receive(self, attempt: Try, request: Message, answer: type[M]) -> AsyncIterator[M]:
        """See `Transport`."""
        call = self._stub("unary_stream", attempt, answer)(request, **_options(attempt))
        try:
            async for message in call:
                yield message
        except grpc.aio.AioRpcError as error:
            raise self._error(error) from None
        finally:
            call.cancel()

    async def close(self) -> None:
        """See `Transport`."""
        if self._channel is not None:
            await self._channel.close()

    async def _await(self, call: Any, answer: type[M]) -> M:
        try:
            message = await call
        except grpc.aio.AioRpcError as error:
            raise self._error(error) from None
        assert isinstance(message, answer)
        return message

    def _stub(self, kind: str, attempt: Try, answer: type[Message]) -> Any:
        path = _path(attempt.method)
        if path not in self._stubs:
            self._stubs[path] = getattr(self._open(), kind)(
                path,
                request_serializer=lambda message: message.SerializeToString(),
                response_deserializer=answer.FromString,
            )
        return self._stubs[path]

    def _open(self) -> grpc.aio.Channel:
        # Made in the loop that uses it.
        if self._channel is None:
            if self._tls:
                credentials = grpc.ssl_channel_credentials(self._certificates)
                self._channel = grpc.aio.secure_channel(self._target, credentials, options=_OPTIONS)
            else:
                self._channel = grpc.aio.insecure_channel(self._target, options=_OPTIONS)
        return self._channel

    def _error(self, error: grpc.aio.AioRpcError) -> MunimentError:
        trailing = {str(key): value for key, value in error.trailing_metadata() or ()}
        details = trailing.get(_STATUS_DETAILS)
        message = error.details() or error.code().name
        if details is None and error.code() in _BROKEN:
            return unreachable(self._target, message)
        found = _read_details(details) if isinstance(details, bytes) else {}
        reason = found.pop("reason", error.code().name)
        request_id = trailing.get(_REQUEST_ID)
        return class_of(reason, _HTTP_STATUS.get(error.code(), 500))(
            message,
            reason=reason,
            request_id=str(request_id) if request_id else None,
            code=error.code().name,
            **found,
        )


def _path(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"


def _options(attempt: Try) -> Mapping[str, Any]:
    remaining = attempt.deadline.remaining
    if remaining == 0:
        # gRPC would take it for no deadline.
        raise too_late(attempt.method)
    return {"metadata": tuple(attempt.metadata.items()), "timeout": remaining}


def _read_details(content: bytes) -> dict[str, Any]:
    """What a `google.rpc.Status` says, as arguments of an error."""
    found: dict[str, Any] = {}
    for packed in status_pb2.Status.FromString(content).details:
        match packed.type_url.rpartition("/")[2]:
            case "google.rpc.ErrorInfo":
                reason = error_details_pb2.ErrorInfo.FromString(packed.value).reason
                found["reason"] = reason.removeprefix("ERROR_REASON_")
            case "google.rpc.BadRequest":
                violations = error_details_pb2.BadRequest.FromString(packed.value).field_violations
                found["fields"] = [FieldError(each.field, each.description) for each in violations]
            case "google.rpc.RetryInfo":
                delay = error_details_pb2.RetryInfo.FromString(packed.value).retry_delay
                found["retry_after"] = delay.seconds + delay.nanos / 1e9
            case "google.protobuf.Struct":
                found["details"] = struct_value(struct_pb2.Struct.FromString(packed.value))
    return found
