"""Calls that carry an `idempotency-key` are carried out once in 24 hours, however often they come."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from grpc import StatusCode
from grpc_interceptor.server import AsyncServerInterceptor

from service.domain.errors import DomainError, IdempotencyKeyReusedError, InvalidRequestError, Violation
from service.domain.scope import Scope
from service.postgres.idempotency import LEASE, FirstCall, IdempotencyKeys, Lease
from service.rpc.errors import status_of
from service.rpc.fingerprints import HashedStream, fingerprint_of
from service.rpc.interceptors.error_mapping import StatusError

KEY = "idempotency-key"
REPLAYED = "x-http-idempotency-replayed"

_KEY_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_SHORTEST_WAIT = 0.02
_LONGEST_WAIT = 0.5
# These pass: the same call may succeed the next time.
_NOT_KEPT = frozenset({StatusCode.UNAVAILABLE.value[0], StatusCode.RESOURCE_EXHAUSTED.value[0]})
# A key is shown once: it is not written down so that it could be shown again.
_SHOWN_ONCE = "secret"

log = structlog.get_logger("muniment.calls")


class IdempotencyInterceptor(AsyncServerInterceptor):
    """Answers a repeated call with the first one's answer; calls at the same time wait for the first.

    A call whose request has come whole is carried through even when its caller goes away, for the caller will come back
    and ask. What fails on the service's side is not kept, and can be tried again with the same key.
    """

    def __init__(self, keys: IdempotencyKeys) -> None:
        self._keys = keys
        self._running: set[asyncio.Task[Any]] = set()

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        key = context.metadata.get(KEY)
        if key is None or context.scope is None:
            return await method(request_or_iterator, context)
        if not _KEY_FORM.fullmatch(key):
            raise InvalidRequestError([Violation(KEY, "must be 1 to 255 visible ASCII characters")])
        call = _Call(self._keys, context.scope, key, method_name)
        if isinstance(request_or_iterator, Message):
            fingerprint = fingerprint_of(request_or_iterator)
            return await self._once(call, fingerprint, lambda: method(request_or_iterator, context), None, context)
        stream = HashedStream(request_or_iterator)
        return await self._once(call, None, lambda: method(stream, context), stream, context)

    async def finish(self) -> None:
        """Wait for the calls that go on without their callers."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _once(
        self,
        call: _Call,
        fingerprint: bytes | None,
        run: Callable[[], Awaitable[Any]],
        stream: HashedStream | None,
        context: Any,
    ) -> Any:
        taken = await call.take(fingerprint)
        if isinstance(taken, FirstCall):
            asked = fingerprint if stream is None else await stream.drain()
            answer = call.answer_of(taken, asked)
            context.add_trailing_metadata(REPLAYED, "true")
            return answer()
        task = asyncio.create_task(call.run(taken, run, fingerprint, stream))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if stream is not None and not stream.ended:
                task.cancel()
            task.add_done_callback(_tell_of_failure)
            raise


class _Call:
    """One call with a key."""

    def __init__(self, keys: IdempotencyKeys, scope: Scope, key: str, method_name: str) -> None:
        self._keys = keys
        self._scope = scope
        self._key = key
        self._method = method_name

    async def take(self, fingerprint: bytes | None) -> Lease | FirstCall:
        """Take the key, or wait for the answer of the call that has it.

        Raises:
            IdempotencyKeyReusedError: it was used for another request.
        """
        wait = _SHORTEST_WAIT
        while True:
            taken = await self._keys.take(self._scope, self._key, self._method, fingerprint)
            if isinstance(taken, Lease):
                return taken
            self._check(taken, fingerprint)
            if taken.answer is not None:
                return taken
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, _LONGEST_WAIT)

    def answer_of(self, first: FirstCall, fingerprint: bytes | None) -> Callable[[], Message]:
        """Check that the first call was the same, and give what gives or raises its answer again."""
        self._check(first, fingerprint)
        content = first.answer or b""
        return (lambda: _raise(content)) if first.failed else (lambda: _message(self._method, content))

    async def run(
        self,
        lease: Lease,
        run: Callable[[], Awaitable[Any]],
        fingerprint: bytes | None,
        stream: HashedStream | None,
    ) -> Any:
        """Carry the call out under the lease, and keep its answer."""
        holder = _Holder(self._keys, self._scope, lease)
        try:
            answer = await run()
        except DomainError as error:
            status = status_of(error)
            known = fingerprint if stream is None else stream.fingerprint
            if status.code in _NOT_KEPT or known is None:
                await holder.release()
            else:
                await holder.keep(known, status.SerializeToString(), failed=True)
            raise
        except BaseException:
            await holder.release()
            raise
        known = fingerprint if stream is None else await stream.drain()
        assert known is not None
        await holder.keep(known, _without_secret(answer).SerializeToString(), failed=False)
        return answer

    def _check(self, first: FirstCall, fingerprint: bytes | None) -> None:
        both_known = first.fingerprint is not None and fingerprint is not None
        if first.method != self._method or (both_known and first.fingerprint != fingerprint):
            raise IdempotencyKeyReusedError(
                "the idempotency key was used for another request in the last 24 hours: take a new one"
            )


class _Holder:
    """Holds a lease for as long as the call runs."""

    def __init__(self, keys: IdempotencyKeys, scope: Scope, lease: Lease) -> None:
        self._keys = keys
        self._scope = scope
        self._lease: Lease | None = lease
        self._over = asyncio.Event()
        self._renewing = asyncio.create_task(self._renew())

    async def keep(self, fingerprint: bytes, answer: bytes, *, failed: bool) -> None:
        lease = await self._end()
        if lease is not None:
            await self._tell(self._keys.keep(self._scope, lease, fingerprint, answer, failed=failed))

    async def release(self) -> None:
        lease = await self._end()
        if lease is not None:
            await asyncio.shield(asyncio.ensure_future(self._tell(self._keys.release(self._scope, lease))))

    async def _renew(self) -> None:
        while self._lease is not None:
            try:
                await asyncio.wait_for(self._over.wait(), LEASE.total_seconds() / 3)
                return
            except TimeoutError:
                pass
            try:
                self._lease = await self._keys.renew(self._scope, self._lease)
            except DomainError as error:
                log.warning("the lease of an idempotency key couldn't be renewed", error=str(error))

    async def _end(self) -> Lease | None:
        # Not cancelled: a renewal that is under way says until when the lease is.
        self._over.set()
        await self._renewing
        return self._lease

    async def _tell(self, told: Awaitable[None]) -> None:
        """The call is done: that the key couldn't be written down doesn't undo it. The lease runs out by itself."""
        try:
            await told
        except DomainError as error:
            log.warning("an idempotency key couldn't be written down", error=str(error))


def _tell_of_failure(task: asyncio.Task[Any]) -> None:
    """Nobody waits for the call any more, so nobody else logs what went wrong in it."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, DomainError):
        log.error("call failed after its caller went away", exc_info=error)


def _raise(content: bytes) -> Message:
    raise StatusError(status_pb2.Status.FromString(content))


def _message(method_name: str, content: bytes) -> Message:
    method = descriptor_pool.Default().FindMethodByName(method_name.lstrip("/").replace("/", "."))
    answer: Message = GetMessageClass(method.output_type).FromString(content)
    return answer


def _without_secret(answer: Message) -> Message:
    if _SHOWN_ONCE not in answer.DESCRIPTOR.fields_by_name:
        return answer
    kept = type(answer)()
    kept.CopyFrom(answer)
    kept.ClearField(_SHOWN_ONCE)
    return kept
