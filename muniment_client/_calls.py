"""Calls to the service: which method, how long, how often; the same over both transports."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, TypeVar

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from muniment_client._policy import RetryPolicy, policy_of
from muniment_client.errors import ConnectionFailedError, DeadlineExceededError, MunimentError

M = TypeVar("M", bound=Message)
T = TypeVar("T")

# As OpenSSL and BoringSSL name what is wrong.
_TLS_HINTS = {
    "WRONG_VERSION_NUMBER": " It answers without TLS, for which addresses begin with grpc:// or http://.",
    "CERTIFICATE_VERIFY_FAILED": " Its certificate isn't trusted here: a file of certificates (PEM) can be named.",
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when something may take."""

    at: float | None
    """By `time.monotonic`; None for no deadline."""

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """A deadline so many seconds from now."""
        return cls(None if seconds is None else time.monotonic() + seconds)

    @property
    def remaining(self) -> float | None:
        """How many seconds are left, 0 at least; None for no deadline."""
        return None if self.at is None else max(0.0, self.at - time.monotonic())

    def allows(self, pause: float) -> bool:
        """Whether there is time for a pause, and something after it."""
        return self.at is None or time.monotonic() + pause < self.at


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a call, as a transport gets it."""

    method: MethodDescriptor
    metadata: Mapping[str, str]
    """Names in lower case."""
    deadline: Deadline


class Transport(Protocol):
    """Carries calls to the service. What goes wrong is raised as `MunimentError`."""

    async def unary(self, attempt: Try, request: Message, answer: type[M]) -> M:
        """One request, one answer."""
        ...

    async def send(self, attempt: Try, requests: AsyncIterator[Message], answer: type[M]) -> M:
        """A stream of requests, one answer."""
        ...

    def receive(self, attempt: Try, request: Message, answer: type[M]) -> AsyncIterator[M]:
        """One request, a stream of answers."""
        ...

    async def close(self) -> None:
        """Give up all connections."""
        ...


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes calls as one caller in one organization."""

    transport: Transport
    metadata: Mapping[str, str] = field(repr=False)
    timeout: float | None = None
    """The deadline of every call in seconds, in place of the published ones."""

    async def unary(self, request: Message, answer: type[M], seconds: float | None = None) -> M:
        """Make the call that the request belongs to, with the published deadline and retries.

        Raises:
            MunimentError: what the service answered, or why it couldn't be reached.
        """
        method = method_of(request)
        return await self._repeat(method, seconds, lambda attempt: self.transport.unary(attempt, request, answer))

    async def send(
        self,
        first: type[Message],
        requests: Callable[[], AsyncIterator[Message]],
        answer: type[M],
        seconds: float | None,
    ) -> M:
        """Make a call that streams requests of the type `first`. `requests` begins the stream anew for each try.

        Raises:
            MunimentError: what the service answered, or why it couldn't be reached.
        """
        method = _method_taking(first.DESCRIPTOR)
        return await self._repeat(method, seconds, lambda attempt: self.transport.send(attempt, requests(), answer))

    def receive(self, request: Message, answer: type[M], deadline: Deadline) -> AsyncIterator[M]:
        """Make a call that streams answers, once: the caller knows where to go on."""
        return self.transport.receive(Try(method_of(request), self.metadata, deadline), request, answer)

    async def _repeat(self, method: MethodDescriptor, seconds: float | None, make: Callable[[Try], Awaitable[M]]) -> M:
        policy = policy_of(method)
        wanted = (each for each in (seconds, self.timeout, policy.timeout) if each is not None)
        deadline = Deadline.after(next(wanted, None))
        key = {"idempotency-key": secrets.token_hex(16)} if policy.needs_key else {}
        attempt = Try(method, {**self.metadata, **key}, deadline)
        return await repeat(lambda: make(attempt), policy.retries, deadline)


async def repeat(make: Callable[[], Awaitable[T]], policy: RetryPolicy, deadline: Deadline) -> T:
    """Try something until it succeeds, fails for good, or has used up its tries or its time."""
    number = 1
    while True:
        try:
            return await make()
        except MunimentError as error:
            await pause_or_raise(error, number, policy, deadline)
        number += 1


async def pause_or_raise(error: MunimentError, number: int, policy: RetryPolicy, deadline: Deadline) -> None:
    """Wait until the next try is due, after the `number`th one failed with `error`; raise it when there is none."""
    pause = max(policy.pause(number), error.retry_after or 0.0)
    if error.code not in policy.codes or number >= policy.max_attempts or not deadline.allows(pause):
        raise error
    await asyncio.sleep(pause)


def method_of(request: Message) -> MethodDescriptor:
    """The method that takes this request: each has a request message of its own."""
    return _method_taking(request.DESCRIPTOR)


@cache
def _method_taking(descriptor: Any) -> MethodDescriptor:
    methods = (method for service in descriptor.file.services_by_name.values() for method in service.methods)
    found: MethodDescriptor = next(method for method in methods if method.input_type is descriptor)
    return found


def unreachable(where: str, why: str) -> ConnectionFailedError:
    """The error of something that can't be reached, and what TLS has to do with it."""
    hint = next((hint for sign, hint in _TLS_HINTS.items() if sign in why), "")
    return ConnectionFailedError(
        f"{where} can't be reached: {why.rstrip('.')}.{hint}", reason="UNAVAILABLE", code="UNAVAILABLE"
    )


def too_late(method: MethodDescriptor) -> DeadlineExceededError:
    """The error of a call that took too long, as the caller's own clock says."""
    return DeadlineExceededError(
        f"{method.name} took longer than its deadline.", reason="DEADLINE_EXCEEDED", code="DEADLINE_EXCEEDED"
    )
