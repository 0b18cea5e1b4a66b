"""Drives the gateway as an ASGI server would, with handlers that a test gives for RPCs of the real contract."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status
from muniment.options.v1 import options_pb2
from prometheus_client import CollectorRegistry

from service.gateway.application import Gateway
from service.gateway.fields import extension
from service.gateway.settings import GatewaySettings
from service.rpc.registry import Rpc

MODULES = (
    "muniment.files.v1.file_service_pb2",
    "muniment.readings.v1.reading_service_pb2",
    "muniment.records.v1.record_service_pb2",
    "muniment.events.v1.event_service_pb2",
    *(
        f"muniment.organizations.v1.{name}_service_pb2"
        for name in ("api_key", "facility", "folder", "member", "organization", "project", "supplier")
    ),
)
Handlers = Mapping[str, Callable[..., Any]]


def all_methods() -> list[MethodDescriptor]:
    found: list[MethodDescriptor] = []
    for module in MODULES:
        services: Iterable[ServiceDescriptor] = importlib.import_module(module).DESCRIPTOR.services_by_name.values()
        for service in services:
            found += service.methods
    return found


async def unexpected(request: Any, context: Any) -> Any:
    raise AssertionError("this RPC was not meant to be called")


def all_rpcs(handlers: Handlers) -> list[Rpc]:
    """Every RPC of the contract; those that the test has no handler for fail when they are called."""
    return [rpc_of(method, handlers.get(method.name, unexpected)) for method in all_methods()]


def rpc_of(method: MethodDescriptor, handler: Callable[..., Any]) -> Rpc:
    return Rpc(
        method=method,
        path=f"/{method.containing_service.full_name}/{method.name}",
        rules=extension(method.GetOptions(), options_pb2.rules),
        request_class=message_factory.GetMessageClass(method.input_type),
        response_class=message_factory.GetMessageClass(method.output_type),
        handler=handler,
    )


async def ready() -> Mapping[str, str]:
    return {"postgres": "ok", "objects": "ok"}


def gateway(settings: GatewaySettings | None = None, **handlers: Callable[..., Any]) -> Gateway:
    return Gateway(
        all_rpcs(handlers),
        settings or GatewaySettings(),
        ready=ready,
        reason_codes={"FILE_NOT_FOUND": grpc.StatusCode.NOT_FOUND},
        registry=CollectorRegistry(),
    )


@dataclass
class Answer:
    """What the gateway sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def request(
    app: Gateway,
    method: str,
    target: str,
    body: bytes | list[bytes] = b"",
    headers: Mapping[str, str | bytes] | None = None,
    *,
    disconnect_after_body: bool = False,
) -> Answer:
    """One exchange. A list of bytes is a body that comes in pieces, without an announced length."""
    path, _, query = target.partition("?")
    pieces = body if isinstance(body, list) else [body]
    sent = {name.lower().encode(): raw(value) for name, value in (headers or {}).items()}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": list(sent.items()),
        "client": ("127.0.0.1", 5000),
    }
    queue = [
        {"type": "http.request", "body": piece, "more_body": disconnect_after_body or index + 1 < len(pieces)}
        for index, piece in enumerate(pieces)
    ]
    answer = Answer()

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        if queue:
            return queue.pop(0)
        if disconnect_after_body:
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        await asyncio.sleep(0)
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            answer.body += message["body"]
            answer.complete = not message["more_body"]

    await app(scope, receive, send)
    return answer


def raw(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


async def abort(context: Any, code: int, reason: str, message: str, *details: Any, **metadata: str) -> None:
    """Fail as servicers do."""
    status = status_pb2.Status(code=code, message=message)
    info = error_details_pb2.ErrorInfo(reason=reason, domain="muniment", metadata=metadata)
    for detail in (info, *details):
        status.details.add().Pack(detail)
    await context.abort_with_status(rpc_status.to_status(status))


def bad_request(**fields: str) -> error_details_pb2.BadRequest:
    violations = [
        error_details_pb2.BadRequest.FieldViolation(field=name, description=text) for name, text in fields.items()
    ]
    return error_details_pb2.BadRequest(field_violations=violations)


INVALID_ARGUMENT = code_pb2.INVALID_ARGUMENT
NOT_FOUND = code_pb2.NOT_FOUND


async def collect(stream: AsyncIterator[Any]) -> list[Any]:
    return [message async for message in stream]
