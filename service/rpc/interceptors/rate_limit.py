"""How many calls a caller may make in a minute."""

from __future__ import annotations

import math
from typing import Any

from grpc_interceptor.server import AsyncServerInterceptor

from service.domain.errors import InvalidCredentialsError, RateLimitedError, UnauthenticatedError
from service.rpc.context import ScopedContext, principal_of
from service.rpc.limits import RateLimits, Standing
from service.rpc.policy import Policy


class RateLimitInterceptor(AsyncServerInterceptor):
    """Counts the calls of each API key, or of each user with a token, by groups of RPCs.

    Every answer of a limited group says how its caller stands, errors too: `x-ratelimit-limit`, `-remaining` and
    `-reset` (seconds since 1970). Public RPCs aren't counted: they have no caller.
    """

    def __init__(self, limits: RateLimits, policy: Policy) -> None:
        self._limits = limits
        self._policy = policy

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        policy = self._policy.of(method_name)
        if not policy.public and self._limits.limit_of(policy.call_group):
            context.charge = _Charge(self._limits, policy.call_group, context)
            await context.charge(1)
        return await method(request_or_iterator, context)


class StrangersInterceptor(AsyncServerInterceptor):
    """Tells callers whom authentication refuses what the limit is, so that every answer of a limited group does."""

    def __init__(self, limits: RateLimits, policy: Policy) -> None:
        self._limits = limits
        self._policy = policy

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        try:
            return await method(request_or_iterator, context)
        except (UnauthenticatedError, InvalidCredentialsError):
            group = self._policy.of(method_name).call_group
            if self._limits.limit_of(group):
                _tell(context, self._limits.untouched(group))
            raise


class _Charge:
    """Counts calls of one caller, and tells the caller."""

    def __init__(self, limits: RateLimits, group: str, context: ScopedContext) -> None:
        self._limits = limits
        self._group = group
        self._context = context

    async def __call__(self, calls: int) -> None:
        standing = await self._limits.charge(principal_of(self._context), self._group, calls)
        _tell(self._context, standing)
        if not standing.granted:
            raise RateLimitedError(_refusal(standing, calls), retry_after_seconds=standing.seconds_left)


async def charge(context: Any, calls: int) -> None:
    """Count so many more calls for the call that runs. For servicers, where one call does the work of several.

    Raises:
        RateLimitedError: there aren't as many left of this minute; none is counted.
    """
    if calls > 0 and context.charge is not None:
        await context.charge(calls)


def _tell(context: ScopedContext, standing: Standing) -> None:
    context.replace_trailing_metadata(
        (
            ("x-http-x-ratelimit-limit", str(standing.limit)),
            ("x-http-x-ratelimit-remaining", str(standing.remaining)),
            ("x-http-x-ratelimit-reset", str(math.ceil(standing.ends_at))),
        )
    )


def _refusal(standing: Standing, calls: int) -> str:
    if calls > standing.limit:
        return f"this counts as {calls} calls, and {standing.limit} a minute are allowed: send less at once"
    wait = max(1, math.ceil(standing.seconds_left))
    return f"{standing.limit} calls a minute are allowed: try again in {wait} s"
