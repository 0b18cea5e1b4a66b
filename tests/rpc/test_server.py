"""Health, reflection, TLS and the guard against what isn't in the contract."""

from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from service.rpc.server import ChainInterceptor, GrpcServer, GrpcSettings
from tests.certificates import certificate
from tests.rpc.conftest import Client, Service
from tests.system.support import until


async def test_health_follows_readiness(service: Service) -> None:
    health: Any = health_pb2_grpc.HealthStub(service.channel)

    async def becomes(name: str, status: int) -> None:
        async def look() -> bool:
            answer = await health.Check(health_pb2.HealthCheckRequest(service=name))
            return bool(answer.status == status)

        await until(look, every=0.02, what=f"the state {status} of {name!r}")

    states = health_pb2.HealthCheckResponse
    for name in ("", "muniment.organizations.v1.FolderService"):
        service.ready[0] = True
        await becomes(name, states.SERVING)
        service.ready[0] = False
        await becomes(name, states.NOT_SERVING)


async def test_reflection_lists_and_describes_every_service(service: Service) -> None:
    channel: Any = service.channel
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    request: Any = reflection_pb2.ServerReflectionRequest
    asked = [request(list_services=""), request(file_containing_symbol="muniment.organizations.v1.FolderService")]
    answers = [answer async for answer in stub.ServerReflectionInfo(iter(asked))]
    names = {entry.name for entry in answers[0].list_services_response.service}
    assert {rpc.method.containing_service.full_name for rpc in service.rpcs} < names
    assert "grpc.health.v1.Health" in names
    assert len(answers[1].file_descriptor_response.file_descriptor_proto) > 3


async def test_unknown_method_is_unimplemented(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        call: Any = client.channel.unary_unary("/muniment.files.v1.FileService/Nonsense")
        await call(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_handler_past_the_chain_is_refused() -> None:
    async def secret(request: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
        return b"secret"

    server = grpc.aio.server(interceptors=[ChainInterceptor([])])
    handlers: Any = {"Get": grpc.unary_unary_rpc_method_handler(secret)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("back.Door", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            call: Any = channel.unary_unary("/back.Door/Get")
            await call(b"")
    await server.stop(None)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_tls_by_certificate_files(service: Service, tmp_path: Path) -> None:
    public, private = certificate(tmp_path)

    async def ready() -> bool:
        return True

    server = GrpcServer(service.rpcs, GrpcSettings(certificate_file=public, key_file=private), ready)
    await server.start()
    credentials = grpc.ssl_channel_credentials(public.read_bytes())
    async with grpc.aio.secure_channel(f"localhost:{server.port}", credentials) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    await server.stop(0)


async def test_taken_port_is_an_error(service: Service) -> None:
    async def ready() -> bool:
        return True

    server = GrpcServer(service.rpcs, GrpcSettings(port=service.server.port), ready)
    with pytest.raises(OSError, match="can't listen on"):
        await server.start()
    await server.stop(0)
