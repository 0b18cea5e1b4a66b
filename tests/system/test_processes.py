"""Several serving processes that share the ports, and starts that can't be."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest

from service.embedded import EmbeddedSeaweedFS
from service.settings import Settings
from service.wiring import Service, StartError, prove_parts
from tests.conftest import DatabaseUrls, PostgresServer
from tests.system.conftest import clients_of, settings_on
from tests.system.processes import Process
from tests.system.support import PATIENCE_SECONDS, System, until

pytestmark = pytest.mark.long

STOP_SECONDS = PATIENCE_SECONDS
TAKEN = "a port that another program listens on"
NOTHING = Path("/dev/null")


@pytest.fixture
def settings(postgres_server: PostgresServer, database_urls: DatabaseUrls, seaweedfs: EmbeddedSeaweedFS) -> Settings:
    return settings_on(database_urls, seaweedfs, "processes")


@pytest.fixture
async def serving(
    settings: Settings, database_urls: DatabaseUrls, tmp_path: Path
) -> AsyncIterator[tuple[Process, System]]:
    server = Process("serve", settings, tmp_path, "--workers", "2")
    server.start()
    await asyncio.to_thread(server.wait_until_ready)
    async with clients_of(settings, database_urls) as clients:
        yield server, clients
    server.kill()


def children_of(server: Process) -> list[psutil.Process]:
    return [child for child in psutil.Process(server.pid).children() if child.is_running()]


async def test_processes_share_the_ports_and_one_that_dies_is_replaced(serving: tuple[Process, System]) -> None:
    server, clients = serving
    tenant = await clients.tenant()
    first, second = children_of(server)
    os.kill(first.pid, signal.SIGKILL)

    async def replaced() -> bool:
        alive = {child.pid for child in children_of(server) if child.status() != psutil.STATUS_ZOMBIE}
        return len(alive) == 2 and first.pid not in alive and second.pid in alive

    await until(replaced, what="another process")
    for _ in range(20):
        # New connections, so that both processes get some.
        assert (await tenant.rest.with_(connection="close")("GET", "/v1/files")).status == 200
    children = children_of(server)
    assert server.stop() == 0
    _, left = psutil.wait_procs(children, STOP_SECONDS)
    assert left == []


async def test_nothing_outlives_a_killed_parent(serving: tuple[Process, System]) -> None:
    server, _ = serving
    children = children_of(server)
    assert len(children) == 2
    server.kill()
    _, left = psutil.wait_procs(children, STOP_SECONDS)
    assert left == []


IMPOSSIBLE: list[tuple[dict[str, object], list[str]]] = [
    ({"http_port": TAKEN}, ["HTTP", "MUNIMENT_HTTP_PORT"]),
    ({"grpc_port": TAKEN}, ["gRPC"]),
    ({"tls_cert_file": NOTHING, "tls_key_file": NOTHING}, ["MUNIMENT_TLS_CERT_FILE"]),
    ({"jwt_key_file": NOTHING, "jwt_issuer": "i", "jwt_audience": "a"}, ["MUNIMENT_JWT_KEY_FILE", str(NOTHING)]),
    ({"s3_endpoint_url": "http://127.0.0.1:9"}, ["MUNIMENT_S3_ENDPOINT_URL"]),
    ({"s3_public_endpoint_url": "http://127.0.0.1:9"}, ["MUNIMENT_S3_PUBLIC_ENDPOINT_URL"]),
]


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_several_that_can_not_listen_say_why_and_end(settings: Settings, taken_port: int, tmp_path: Path) -> None:
    server = Process("serve", settings.model_copy(update={"http_port": taken_port}), tmp_path, "--workers", "2")
    server.start()
    try:
        assert server.wait(seconds=2 * PATIENCE_SECONDS) == 1
        assert "HTTP can't listen" in server.log.read_text()
    finally:
        server.kill()


async def test_start_that_can_not_be_says_why(settings: Settings, taken_port: int) -> None:
    for change, words in IMPOSSIBLE:
        values = {name: taken_port if value == TAKEN else value for name, value in change.items()}
        changed = settings.model_copy(update=values)
        with pytest.raises(StartError) as caught:
            await prove_parts(changed)
            await Service(changed).start()
        assert all(word in str(caught.value) for word in words), caught.value


def test_start_that_can_not_be_ends(settings: Settings, taken_port: int, tmp_path: Path) -> None:
    server = Process("serve", settings.model_copy(update={"http_port": taken_port}), tmp_path)
    server.start()
    try:
        assert server.wait(seconds=2 * PATIENCE_SECONDS) == 1
        log = server.log.read_text()
        assert "HTTP can't listen" in log
        assert "Traceback" not in log
    finally:
        server.kill()
