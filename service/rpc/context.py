"""The context that servicers see: the transport's own, and who calls for which organization."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NoReturn

import grpc
import grpc.aio
from google.rpc import status_pb2
from grpc_status import rpc_status

from service.domain.scope import Principal, Scope


class ScopedContext:
    """A `grpc.aio.ServicerContext` with the call's request id, principal and scope.

    It delegates everything else. It is an object that is handed down, and no ContextVar: a server-streaming handler
    runs after the interceptors have returned, and would find a variable that was set there gone.
    """

    __slots__ = (
        "_trailing",
        "charge",
        "context",
        "detail_limit",
        "metadata",
        "outcome",
        "principal",
        "reason",
        "request_id",
        "scope",
    )

    def __init__(self, context: grpc.aio.ServicerContext[Any, Any], detail_limit: int | None = None) -> None:
        self.context = context
        self.detail_limit = detail_limit
        """How many bytes of error details the transport can carry; None when any number."""
        self.request_id = ""
        self.outcome: grpc.StatusCode = grpc.StatusCode.OK
        """What the call ended with, as far as it has."""
        self.reason = ""
        """Of the failure that the call ended with; empty after a success."""
        self.principal: Principal | None = None
        self.scope: Scope | None = None
        self.charge: Callable[[int], Awaitable[None]] | None = None
        """Counts more calls against the caller's limit; None where nothing is limited."""
        self.metadata: Mapping[str, Any] = _by_name(context.invocation_metadata())
        """The call's metadata by name; of a name that comes more than once, the first. Those named -bin are bytes."""
        self._trailing: list[tuple[str, str | bytes]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    def add_trailing_metadata(self, key: str, value: str | bytes) -> None:
        """Add to what is sent with the end of the call; what others added stays."""
        self._trailing.append((key, value))
        self.context.set_trailing_metadata(tuple(self._trailing))

    def replace_trailing_metadata(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Add to what is sent with the end of the call, in place of what was added under the same keys."""
        keys = {key for key, _ in pairs}
        self._trailing = [pair for pair in self._trailing if pair[0] not in keys]
        self._trailing.extend(pairs)
        self.context.set_trailing_metadata(tuple(self._trailing))

    async def fail(self, status: status_pb2.Status, code: grpc.StatusCode, reason: str) -> NoReturn:
        """End the call with a status, its details and what was added to the trailing metadata."""
        self.outcome = code
        self.reason = reason
        written = rpc_status.to_status(status)
        # Handed over once: the transports differ in whether abort replaces what was set before, or adds to it.
        self.context.set_trailing_metadata(())
        await self.context.abort(code, written.details, (*self._trailing, *written.trailing_metadata))

    def set_trailing_metadata(self, trailing_metadata: Any) -> None:
        """As of grpc.aio, but what the interceptors added stays."""
        self._trailing.extend(trailing_metadata)
        self.context.set_trailing_metadata(tuple(self._trailing))

    def trailing_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        return tuple(self._trailing)


def _by_name(pairs: Any) -> Mapping[str, Any]:
    found = dict(pairs or ())
    if pairs and len(found) < len(pairs):
        for key, value in reversed(pairs):
            found[key] = value
    return found


def scope_of(context: Any) -> Scope:
    """Give the scope of a call; fails for a call that has none."""
    scope = context.scope
    if not isinstance(scope, Scope):
        raise TypeError("the call has no scope: its rules ask for no organization, or the chain was left out")
    return scope


def principal_of(context: Any) -> Principal:
    """Give the principal of a call; fails for a call that has none."""
    principal = context.principal
    if not isinstance(principal, Principal):
        raise TypeError("the call has no principal: its rules ask for no credential, or the chain was left out")
    return principal
