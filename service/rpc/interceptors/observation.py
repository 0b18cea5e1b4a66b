"""One log line and three metrics for every call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import lru_cache
from time import perf_counter
from typing import Any
from uuid import UUID

import grpc
import structlog
from google.protobuf.message import Message
from grpc_interceptor.server import AsyncServerInterceptor
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_OURS = frozenset({grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN})

log = structlog.get_logger("muniment.calls")


class ObservationInterceptor(AsyncServerInterceptor):
    """Counts and times calls, and logs who called what and how it ended: never what was in it, nor any credential."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._calls = Counter("muniment_calls", "Calls that ended.", ("method", "code"), registry=registry)
        self._seconds = Histogram(
            "muniment_call_seconds", "How long calls took.", ("method",), buckets=_BUCKETS, registry=registry
        )
        self._in_flight = Gauge("muniment_calls_in_flight", "Calls that run now.", registry=registry)
        self._running = 0
        self._in_flight.set_function(lambda: self._running)
        self._counters: dict[tuple[str, grpc.StatusCode], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        start = perf_counter()
        self._running += 1
        streaming = False
        try:
            answer = await method(request_or_iterator, context)
            streaming = not isinstance(answer, Message)
        except BaseException as error:
            _note(error, context)
            raise
        finally:
            if not streaming:
                self._ended(context, method_name, start)
        return self._stream(answer, context, method_name, start) if streaming else answer

    async def _stream(self, answers: Any, context: Any, method_name: str, start: float) -> AsyncIterator[Any]:
        try:
            async with aclosing(answers):
                async for answer in answers:
                    yield answer
        except BaseException as error:
            _note(error, context)
            raise
        finally:
            self._ended(context, method_name, start)

    def _ended(self, context: Any, method_name: str, start: float) -> None:
        seconds = perf_counter() - start
        self._running -= 1
        code = context.outcome
        counter = self._counters.get((method_name, code))
        if counter is None:
            counter = self._counters[method_name, code] = self._calls.labels(method_name, code.name)
        counter.inc()
        timer = self._timers.get(method_name)
        if timer is None:
            timer = self._timers[method_name] = self._seconds.labels(method_name)
        timer.observe(seconds)
        _write(context, method_name, code, seconds)


def _note(error: BaseException, context: Any) -> None:
    """Keep how a call ended when no interceptor further in has said it."""
    if context.outcome is not grpc.StatusCode.OK:
        return
    if isinstance(error, (asyncio.CancelledError, GeneratorExit)):
        context.outcome = grpc.StatusCode.CANCELLED
    else:
        # The gateway ends a call whose HTTP body breaks off or makes no sense, and says in `problem` with what.
        code = getattr(getattr(error, "problem", None), "code", None)
        context.outcome = code if isinstance(code, grpc.StatusCode) else grpc.StatusCode.INTERNAL


def _write(context: Any, method_name: str, code: grpc.StatusCode, seconds: float) -> None:
    level = logging.WARNING if code in _OURS else logging.INFO
    if not log.is_enabled_for(level):
        return
    principal = context.principal
    scope = context.scope
    log.log(
        level,
        "call",
        method=method_name,
        code=code.name,
        reason=context.reason or None,
        milliseconds=round(seconds * 1000, 2),
        request_id=context.request_id,
        user_id=_text(principal.user_id) if principal else None,
        organization_id=_text(scope.organization_id) if scope else None,
        api_key_id=_text(principal.api_key_id) if principal and principal.api_key_id else None,
    )


@lru_cache(maxsize=4096)
def _text(identifier: UUID) -> str:
    return str(identifier)
