"""The whole service with a worker, and the program in front of it; proxies stand between them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from service.embedded import EmbeddedSeaweedFS
from service.settings import PREFIX
from service.wiring import Service, WorkerProcess, prove_parts
from tests.client.cli.nursery import Nursery
from tests.client.cli.program import ROOT, Program
from tests.client.cli.proxy import Proxy, proxy_to
from tests.conftest import PostgresServer
from tests.system.conftest import clients_of, settings_on
from tests.system.support import System, Tenant

MAX_FILE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Installation:
    """A running service, and the proxies in front of it."""

    system: System
    store: Proxy
    """In front of the object store: presigned URLs lead through it."""
    grpc: Proxy
    http: Proxy


@pytest.fixture(scope="session")
async def running(postgres_server: PostgresServer, seaweedfs: EmbeddedSeaweedFS) -> AsyncIterator[Installation]:
    """The running service, behind proxies."""
    urls = postgres_server.clone()
    async with AsyncExitStack() as stack:
        there = urlsplit(seaweedfs.endpoint_url)
        assert there.hostname is not None
        assert there.port is not None
        store = await stack.enter_async_context(proxy_to(there.hostname, there.port))
        settings = settings_on(urls, seaweedfs, bucket="cli").model_copy(
            update={
                "s3_public_endpoint_url": f"http://127.0.0.1:{store.port}",
                "max_file_bytes": MAX_FILE_BYTES,
            }
        )
        await prove_parts(settings)
        service, worker = Service(settings), WorkerProcess(settings)
        await service.start()
        working = asyncio.create_task(worker.run())
        grpc = await stack.enter_async_context(proxy_to("127.0.0.1", settings.grpc_port))
        http = await stack.enter_async_context(proxy_to("127.0.0.1", settings.http_port))
        async with clients_of(settings, urls) as clients:
            yield Installation(clients, store, grpc, http)
        await asyncio.gather(worker.stop(), service.stop())
        await working
    postgres_server.drop(urls.name)


@pytest.fixture
def installation(running: Installation) -> Installation:
    """The running service; its proxies let everything through again."""
    for proxy in (running.store, running.grpc, running.http):
        proxy.let_through()
    return running


@pytest.fixture
async def ours(installation: Installation) -> Tenant:
    """A new organization, with nothing in it."""
    return await installation.system.tenant("Acme")


def environment_of_users() -> dict[str, str]:
    """The variables of a user who has set none for the program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "XDG_"))}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "gen")])
    return {**kept, "PYTHONPATH": paths, "PYTHONWARNINGS": "error", "COLUMNS": "140"}


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where the program's runs come from."""
    opened = Nursery(environment_of_users(), ROOT)
    yield opened
    opened.close()


@pytest.fixture
def nobody(tmp_path: Path, nursery: Nursery) -> Program:
    """The program of a user who never logged in, with a home of their own."""
    home = tmp_path / "home"
    home.mkdir()
    folder = tmp_path / "work"
    folder.mkdir()
    return Program({**environment_of_users(), "HOME": str(home)}, folder, nursery)


@pytest.fixture
def muniment(nobody: Program, ours: Tenant, installation: Installation) -> Program:
    """The program of a user of the new organization, over gRPC."""
    return nobody.with_(
        MUNIMENT_ADDRESS=f"grpc://127.0.0.1:{installation.grpc.port}",
        MUNIMENT_ORGANIZATION=str(ours.organization_id),
        MUNIMENT_API_KEY=ours.api_key,
    )


@pytest.fixture
def over_http(muniment: Program, installation: Installation) -> Program:
    """The same user, where only HTTP gets through."""
    return muniment.with_(MUNIMENT_ADDRESS=f"http://127.0.0.1:{installation.http.port}")
