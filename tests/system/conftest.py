"""The whole service with a worker, in the loop of the tests, on a real PostgreSQL and a real S3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import grpc.aio
import psycopg
import pytest
from pydantic import SecretStr

from service.embedded import EmbeddedSeaweedFS
from service.embedded.ports import choose
from service.organizations.administration import Administration
from service.postgres.database import Database
from service.settings import Settings
from service.wiring import Service, WorkerProcess, prove_parts
from tests.conftest import DatabaseUrls, PostgresServer
from tests.system.support import System, Tenant

# Small, so that tests reach it.
MAX_FILE_BYTES = 8 * 1024 * 1024


def settings_on(urls: DatabaseUrls, s3: EmbeddedSeaweedFS, bucket: str = "system") -> Settings:
    http_port = choose(None)
    return Settings(
        database_url=SecretStr(urls.service),
        owner_database_url=SecretStr(urls.owner),
        s3_endpoint_url=s3.endpoint_url,
        s3_access_key=SecretStr(s3.access_key),
        s3_secret_key=SecretStr(s3.secret_key),
        s3_region=s3.region,
        s3_bucket=bucket,
        http_host="127.0.0.1",
        http_port=http_port,
        grpc_host="127.0.0.1",
        grpc_port=choose(None, avoid=[http_port]),
        cors_origins=("https://app.example",),
        max_file_bytes=MAX_FILE_BYTES,
        invaro_rate_limit_per_minute=1_000_000,
        # The longest that there is: on a busy machine a document takes its time.
        invaro_classify_seconds=30,
        shutdown_seconds=2,
        worker_concurrency=2,
    )


@asynccontextmanager
async def clients_of(settings: Settings, urls: DatabaseUrls) -> AsyncIterator[System]:
    """The clients of a service, which may run anywhere."""
    owner = Database(urls.owner, max_size=2)
    await owner.open()
    http_url, target = f"http://127.0.0.1:{settings.http_port}", f"127.0.0.1:{settings.grpc_port}"
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        async with aiohttp.ClientSession() as session, grpc.aio.insecure_channel(target) as channel:
            administration = Administration(owner)
            yield System(settings, urls, http_url, target, administration, connection, session, channel)
    await owner.close()


@pytest.fixture(scope="session")
async def system(postgres_server: PostgresServer, seaweedfs: EmbeddedSeaweedFS) -> AsyncIterator[System]:
    """The running service."""
    urls = postgres_server.clone()
    settings = settings_on(urls, seaweedfs)
    await prove_parts(settings)
    service, worker = Service(settings), WorkerProcess(settings)
    await service.start()
    working = asyncio.create_task(worker.run())
    async with clients_of(settings, urls) as clients:
        yield clients
    await asyncio.gather(worker.stop(), service.stop())
    await working
    postgres_server.drop(urls.name)


@pytest.fixture
async def ours(system: System) -> Tenant:
    """A new organization, with nothing in it."""
    return await system.tenant("Acme")


@pytest.fixture
async def theirs(system: System) -> Tenant:
    """Another one."""
    return await system.tenant("Other")
