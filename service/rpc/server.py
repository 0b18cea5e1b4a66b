"""The gRPC server: our services behind the chain, health and reflection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import structlog
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_interceptor.server import AsyncServerInterceptor
from grpc_reflection.v1alpha import reflection

from service.rpc.errors import make_status
from service.rpc.policy import PUBLIC_SERVICES
from service.rpc.registry import Rpc

log = structlog.get_logger("muniment.grpc")

DETAIL_LIMIT = 4096
"""How many bytes of details an error has at most: gRPC clients refuse headers of more than 8 KiB by default."""

_REFUSED = make_status(grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED", "nobody may call this")


@dataclass(frozen=True, slots=True)
class GrpcSettings:
    """How the server listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""
    max_message_bytes: int = 16 * 1024 * 1024
    reuse_port: bool = False
    """Several processes listen on one port."""
    certificate_file: Path | None = None
    key_file: Path | None = None
    readiness_seconds: float = 2.0
    """How often readiness is asked for, to answer health checks with."""


class ChainInterceptor(AsyncServerInterceptor):
    """Gives grpc.aio the composed handlers, and refuses whatever would come past the chain."""

    def __init__(self, rpcs: Sequence[Rpc]) -> None:
        self._handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]] = {rpc.path: handler_of(rpc) for rpc in rpcs}

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        path = handler_call_details.method
        handler = self._handlers.get(path)
        if handler is not None:
            return handler
        if path.split("/")[1] in PUBLIC_SERVICES:
            return await continuation(handler_call_details)
        return await super().intercept_service(continuation, handler_call_details)  # type: ignore[no-untyped-call]

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:  # noqa: ARG002  # the contract has it
        await context.abort(grpc.StatusCode.PERMISSION_DENIED, _REFUSED.message)


def handler_of(rpc: Rpc) -> grpc.RpcMethodHandler[Any, Any]:
    """Make a grpc handler of a composed RPC."""
    composed = rpc.handler
    streams = (rpc.method.client_streaming, rpc.method.server_streaming)
    make: Any = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[streams]

    async def single(request: Any, context: Any) -> Any:
        return await composed(request, context, DETAIL_LIMIT)

    async def streaming(request: Any, context: Any) -> Any:
        async for answer in composed(request, context, DETAIL_LIMIT):
            yield answer

    handler: grpc.RpcMethodHandler[Any, Any] = make(
        streaming if rpc.method.server_streaming else single,
        request_deserializer=rpc.request_class.FromString,
        response_serializer=rpc.response_class.SerializeToString,
    )
    return handler


class GrpcServer:
    """A gRPC server. `port` is valid after `start`."""

    def __init__(
        self,
        rpcs: Sequence[Rpc],
        settings: GrpcSettings,
        ready: Callable[[], Awaitable[bool]],
    ) -> None:
        self._settings = settings
        self._ready = ready
        self._services = sorted({rpc.method.containing_service.full_name for rpc in rpcs})
        self._server = grpc.aio.server(interceptors=[ChainInterceptor(rpcs)], options=_options(settings))
        self._health = HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*self._services, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name)
        pool: Any = _ReflectedPool()
        reflection.enable_server_reflection((*names, reflection.SERVICE_NAME), self._server, pool=pool)
        self._watch: asyncio.Task[None] | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the address is taken, or a certificate can't be read.
        """
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"{host}:{settings.port}"
        credentials = _credentials(settings)
        try:
            if credentials is None:
                self.port = self._server.add_insecure_port(address)
            else:
                self.port = self._server.add_secure_port(address, credentials)
        except RuntimeError as error:
            raise OSError(f"can't listen on {address}: {error}") from error
        await self._publish(await self._is_ready())
        await self._server.start()
        self._watch = asyncio.create_task(self._watch_readiness(), name="grpc-health")

    async def stop(self, grace_seconds: float) -> None:
        """Say that it's going, take no more calls, and give those that run `grace_seconds` to end."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_seconds)

    async def _watch_readiness(self) -> None:
        while True:
            await asyncio.sleep(self._settings.readiness_seconds)
            await self._publish(await self._is_ready())

    async def _is_ready(self) -> bool:
        try:
            return await self._ready()
        except Exception:
            log.exception("readiness can't be told")
            return False

    async def _publish(self, ready: bool) -> None:
        states = health_pb2.HealthCheckResponse
        state = states.SERVING if ready else states.NOT_SERVING
        for service in ("", *self._services):
            await self._health.set(service, state)


class _ReflectedPool:
    """All descriptors, as the reflection service asks for them.

    It asks for RPCs too (`<package>.<service>.<method>`), which protobuf's own pool doesn't find.
    https://github.com/grpc/grpc/blob/master/src/proto/grpc/reflection/v1alpha/reflection.proto
    """

    def __init__(self) -> None:
        self._pool = descriptor_pool.Default()

    def FindFileContainingSymbol(self, symbol: str) -> FileDescriptor:
        try:
            return self._pool.FindFileContainingSymbol(symbol)
        except KeyError:
            service = self._pool.FindServiceByName(symbol.rpartition(".")[0])
            return service.methods_by_name[symbol.rpartition(".")[2]].containing_service.file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)


def _options(settings: GrpcSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.so_reuseport", int(settings.reuse_port)),
        # A client that died without a word is noticed within 80 s; clients may ask as often as every 10 s themselves.
        # https://github.com/grpc/grpc/blob/master/doc/keepalive.md
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.http2.max_ping_strikes", 5),
    ]


def _credentials(settings: GrpcSettings) -> grpc.ServerCredentials | None:
    if settings.certificate_file is None or settings.key_file is None:
        return None
    return grpc.ssl_server_credentials([(settings.key_file.read_bytes(), settings.certificate_file.read_bytes())])
