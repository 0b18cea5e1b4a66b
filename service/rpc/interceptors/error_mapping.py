"""Errors become statuses here and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
import grpc.aio
import structlog
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_interceptor.server import AsyncServerInterceptor

from service.domain.errors import DomainError, UnavailableError
from service.rpc.errors import CODE_OF_NUMBER, INTERNAL_MESSAGE, make_status, reason_of, status_of, within

log = structlog.get_logger("muniment.calls")


class StatusError(Exception):
    """A failure that is written down already: that of an earlier call whose answer is given again."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status


class ErrorMappingInterceptor(AsyncServerInterceptor):
    """Says domain errors as they are; logs anything else whole, and tells the caller a constant text.

    Cancellation passes through. Why a part of the service is away is logged too: the caller isn't told.
    """

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        try:
            answer = await method(request_or_iterator, context)
        except Exception as error:
            await _fail(error, context, method_name)
        return answer if isinstance(answer, Message) else _stream(answer, context, method_name)


async def _stream(answers: Any, context: Any, method_name: str) -> AsyncIterator[Any]:
    try:
        async with aclosing(answers):
            async for answer in answers:
                yield answer
    except Exception as error:
        await _fail(error, context, method_name)


async def _fail(error: Exception, context: Any, method_name: str) -> NoReturn:
    match error:
        case grpc.aio.AbortError():
            raise error
        case StatusError():
            status = error.status
        case DomainError():
            if isinstance(error, UnavailableError):
                log.warning("unavailable", method=method_name, request_id=context.request_id, cause=_cause_of(error))
            status = status_of(error)
        case _:
            log.error("call failed", method=method_name, request_id=context.request_id, exc_info=error)
            status = make_status(grpc.StatusCode.INTERNAL, "INTERNAL", INTERNAL_MESSAGE)
    reason = reason_of(status)
    if context.detail_limit is not None:
        status = within(status, context.detail_limit)
    await context.fail(status, CODE_OF_NUMBER[status.code], reason)
    raise AssertionError("a context's abort always raises")


def _cause_of(error: BaseException) -> str:
    """What an error was made of, from the outside in."""
    causes = []
    cause = error.__cause__
    while cause is not None:
        causes.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return "; ".join(causes) or str(error)
