"""The list of RPCs that the transports serve."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from muniment.options.v1.options_pb2 import MethodRules

Refuse = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Rpc:
    """One RPC with its interceptors composed in.

    `handler` is called as `await handler(request, context)` (unary), `await handler(async_iterator, context)`
    (client-streaming) or `async for message in handler(request, context)` (server-streaming).
    """

    method: MethodDescriptor
    path: str
    rules: MethodRules
    request_class: type[Message]
    response_class: type[Message]
    handler: Callable[..., Any]
    refuse: Refuse | None = None
    """Refuses a request that a transport can't make sense of: `await refuse(error, context)` raises. Callers who aren't
    let in learn of that alone. None where there is no chain."""
