"""What depends on settings: how long an upload waits for its type, and how many calls a key has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from service.embedded import EmbeddedSeaweedFS
from service.wiring import Service, WorkerProcess, prove_parts
from tests.conftest import PostgresServer
from tests.dialects.invaro.client import InvaroClient, Part
from tests.processing.papers import pdf_of, picture
from tests.system.conftest import clients_of, settings_on
from tests.system.support import System, Tenant, read

PDF = pdf_of()
CALLS = 12
SECONDS = 0.5
TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.fixture(scope="module")
async def without_worker(postgres_server: PostgresServer, seaweedfs: EmbeddedSeaweedFS) -> AsyncIterator[System]:
    """A service whose documents nobody reads."""
    urls = postgres_server.clone()
    settings = settings_on(urls, seaweedfs, "unread").model_copy(
        update={
            "invaro_rate_limit_per_minute": CALLS,
            "invaro_classify_seconds": SECONDS,
            "max_file_bytes": 2 * TEN_MEGABYTES,
        }
    )
    await prove_parts(settings)
    service = Service(settings)
    await service.start()
    async with clients_of(settings, urls) as clients:
        yield clients
    await service.stop()
    postgres_server.drop(urls.name)


@pytest.fixture
async def tenant(without_worker: System) -> Tenant:
    return await without_worker.tenant("Unread")


@pytest.fixture
def client(without_worker: System, tenant: Tenant) -> InvaroClient:
    return InvaroClient(without_worker.session, without_worker.http_url, tenant.api_key)


async def test_upload_waits_no_longer_than_it_may_and_the_pipeline_finishes(
    client: InvaroClient, without_worker: System, tenant: Tenant
) -> None:
    started = time.monotonic()
    [file] = await client.upload(Part("bill.pdf", PDF))
    assert time.monotonic() - started >= SECONDS
    assert file["type"] == "unknown"
    assert file["validation"] == {"page_count": 1, "file_size": len(PDF), "format": "PDF"}
    assert (await client.get(file["doc_id"]))["status"] == "pending"
    worker = WorkerProcess(without_worker.settings)
    working = asyncio.create_task(worker.run())
    await read(tenant.rest, file["doc_id"])
    await worker.stop()
    await working
    shown = await client.get(file["doc_id"])
    assert (shown["type"], shown["status"]) == ("invoice", "completed")


async def test_ten_megabytes_are_taken(client: InvaroClient) -> None:
    content = picture("JPEG").ljust(TEN_MEGABYTES, b"\0")
    [file] = await client.upload(Part("large.jpg", content))
    assert file["validation"] == {"page_count": 1, "file_size": TEN_MEGABYTES, "format": "JPEG"}
    assert (await client.download(file["doc_id"])).content == content


async def test_every_call_is_counted_for_its_key(client: InvaroClient, tenant: Tenant) -> None:
    async with client.session.get(
        f"{client.base}/api/v1/files", headers={"Authorization": f"Bearer {client.api_key}"}
    ) as first:
        assert first.headers["X-RateLimit-Limit"] == str(CALLS)
        assert first.headers["X-RateLimit-Remaining"] == str(CALLS - 1)
    for _ in range(CALLS - 1):
        await client.page()
    failure = await client.failure("GET", "")
    assert (failure.status, failure.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert 1 <= int(failure.headers["Retry-After"]) <= 60
    assert failure.headers["X-RateLimit-Remaining"] == "0"
    # Another dialect's calls aren't counted with them.
    assert (await tenant.rest.get("/v1/files"))["total"] == 0


async def test_call_that_is_none_is_counted_too(client: InvaroClient) -> None:
    for left, (method, path, status) in enumerate(
        [("GET", "/no/such/path", 404), ("PATCH", "", 405), ("POST", "/upload", 415)], start=1
    ):
        failure = await client.failure(method, path)
        assert failure.status == status
        assert failure.headers["X-RateLimit-Remaining"] == str(CALLS - left)
    nobody = await replace(client, api_key=None).failure("GET", "/no/such/path")
    assert (nobody.status, nobody.headers["X-RateLimit-Limit"]) == (401, str(CALLS))


async def test_limit_is_each_keys_own(client: InvaroClient, tenant: Tenant) -> None:
    for _ in range(CALLS):
        await client.page()
    other = await tenant.rest.ok("POST", "/v1/api-keys", {"name": "another"}, status=201)
    await InvaroClient(client.session, client.base, other["secret"]).page()


@pytest.mark.parametrize(("files", "left"), [(1, CALLS - 2), (4, CALLS - 5)])
async def test_every_file_of_a_batch_counts_as_one(client: InvaroClient, files: int, left: int) -> None:
    await client.upload(*[Part(f"{number}.pdf", PDF) for number in range(files)])
    async with client.session.get(
        f"{client.base}/api/v1/files", headers={"Authorization": f"Bearer {client.api_key}"}
    ) as answer:
        assert answer.headers["X-RateLimit-Remaining"] == str(left)


async def test_batch_beyond_the_limit_stores_nothing(client: InvaroClient, tenant: Tenant) -> None:
    failure = await client.refused(*[Part(f"{number}.png", picture("PNG")) for number in range(CALLS + 1)])
    assert (failure.status, failure.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert (await tenant.rest.get("/v1/files"))["total"] == 0
