"""Requests are checked against the rules of the contract before a servicer sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from google.protobuf.message import Message
from grpc_interceptor.server import AsyncServerInterceptor
from protovalidate import Validator

from service.domain.errors import InvalidRequestError
from service.rpc.violations import violation_of

_MOST = 1000


class ValidationInterceptor(AsyncServerInterceptor):
    """Refuses requests that break a rule; of a stream, each message when its turn comes."""

    def __init__(self) -> None:
        self._validator = Validator()

    async def intercept(
        self,
        method: Any,
        request_or_iterator: Any,
        context: Any,
        method_name: str,  # noqa: ARG002  # the interface has it
    ) -> Any:
        if isinstance(request_or_iterator, Message):
            self.check(request_or_iterator)
            return await method(request_or_iterator, context)
        return await method(self._checked(request_or_iterator), context)

    def check(self, request: Message) -> None:
        """Check one message.

        Raises:
            InvalidRequestError: it breaks rules; each is named.
        """
        found = self._validator.collect_violations(request)
        if found:
            raise InvalidRequestError([violation_of(violation, request.DESCRIPTOR) for violation in found[:_MOST]])

    async def _checked(self, requests: Any) -> AsyncIterator[Message]:
        async for request in requests:
            self.check(request)
            yield request
