"""The chain of interceptors, composed once for each RPC, and the RPCs that result.

gRPC and the HTTP gateway call the same composed handlers.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, NoReturn

import grpc.aio
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpc_interceptor.server import AsyncServerInterceptor

from service.rpc.context import ScopedContext
from service.rpc.policy import Policy, PolicyError, path_of, rules_of
from service.rpc.registry import Refuse, Rpc

Method = Callable[[Any, Any], Awaitable[Any]]


class Chain:
    """Interceptors in their order, the outermost first, and the policy that they go by.

    `admitting` are those that a call goes through whatever it asks for, `inner` those that look at what it asks for.

    Inside the chain every method is awaited with `(request or iterator, ScopedContext)` and answers a message, or an
    asynchronous iterator of messages when the RPC streams its answer.
    """

    def __init__(
        self,
        admitting: Sequence[AsyncServerInterceptor],
        inner: Sequence[AsyncServerInterceptor],
        policy: Policy,
        finish: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.policy = policy
        self._admitting = tuple(admitting)
        self._interceptors = (*admitting, *inner)
        self._finish = finish

    async def finish(self) -> None:
        """Wait for what goes on after its caller went away. For the end of the process, before the database closes."""
        if self._finish is not None:
            await self._finish()

    def compose(self, method: MethodDescriptor, servicer_method: Callable[..., Any]) -> Callable[..., Any]:
        """Put the chain around a servicer's method.

        The result takes `(request or iterator, context, detail_limit=None)`, where `detail_limit` is how many bytes of
        error details the transport can carry; it is a coroutine function, or an asynchronous generator function when
        the RPC streams its answer.

        Raises:
            PolicyError: the RPC has no rules.
        """
        self.policy.add(method)
        path = path_of(method)
        inner: Method = _opened(servicer_method) if method.server_streaming else servicer_method
        for interceptor in reversed(self._interceptors):
            inner = partial(interceptor.intercept, inner, method_name=path)
        return _streaming(inner) if method.server_streaming else _single(inner)

    def compose_refusal(self, method: MethodDescriptor) -> Refuse:
        """Put the admitting part of the chain around a transport's own refusal of a request.

        The result takes the error, which the transport's `abort` would raise, and the context. It raises that error; or
        another one, for a caller who isn't let in at all.
        """

        async def refuse(error: grpc.aio.AbortError, _: Any) -> NoReturn:
            raise error

        inner: Method = refuse
        for interceptor in reversed(self._admitting):
            inner = partial(interceptor.intercept, inner, method_name=path_of(method))
        return _single(inner)


def _opened(servicer_method: Callable[..., Any]) -> Method:
    async def open_stream(request: Any, context: Any) -> Any:
        return servicer_method(request, context)

    return open_stream


def _single(inner: Method) -> Callable[..., Any]:
    async def handle(request: Any, context: grpc.aio.ServicerContext[Any, Any], detail_limit: int | None = None) -> Any:
        return await inner(request, ScopedContext(context, detail_limit))

    return handle


def _streaming(inner: Method) -> Callable[..., Any]:
    async def handle(
        request: Any, context: grpc.aio.ServicerContext[Any, Any], detail_limit: int | None = None
    ) -> AsyncIterator[Any]:
        async with aclosing(await inner(request, ScopedContext(context, detail_limit))) as answers:
            async for answer in answers:
                yield answer

    return handle


def build_rpcs(servicers: Iterable[object], chain: Chain) -> list[Rpc]:
    """Compose all RPCs of the servicers.

    Raises:
        PolicyError: an RPC has no rules, or its servicer doesn't implement it.
    """
    rpcs = []
    for servicer in servicers:
        base, service = _contract_of(servicer)
        for method in service.methods:
            implementation = getattr(servicer, method.name)
            if getattr(type(servicer), method.name) is getattr(base, method.name):
                raise PolicyError(f"{type(servicer).__name__} doesn't implement {method.full_name}")
            rpcs.append(_rpc(method, chain.compose(method, implementation), chain.compose_refusal(method)))
    return rpcs


def _rpc(method: MethodDescriptor, handler: Callable[..., Any], refuse: Refuse) -> Rpc:
    return Rpc(
        method=method,
        path=path_of(method),
        rules=rules_of(method),
        request_class=GetMessageClass(method.input_type),
        response_class=GetMessageClass(method.output_type),
        handler=handler,
        refuse=refuse,
    )


def _contract_of(servicer: object) -> tuple[type, ServiceDescriptor]:
    """Find the generated base class of a servicer, and the service that it stands for."""
    for base in type(servicer).__mro__:
        module, is_generated, _ = base.__module__.partition("_pb2_grpc")
        if is_generated and base.__name__.endswith("Servicer"):
            descriptors = sys.modules[f"{module}_pb2"].DESCRIPTOR.services_by_name
            return base, descriptors[base.__name__.removesuffix("Servicer")]
    raise PolicyError(f"{type(servicer).__name__} is derived from no servicer of the contract")
