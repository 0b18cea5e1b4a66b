"""What is always true, also when processes are killed at any moment and the database and the store go away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from service.embedded import EmbeddedPostgres, EmbeddedSeaweedFS
from service.objects.store import ObjectStore
from service.postgres.jobs import MAINTENANCE_QUEUE, job_app
from service.postgres.migrate import migrate
from service.settings import Settings
from service.wiring import make_store
from tests.conftest import SERVICE_PASSWORD, SERVICE_USER, DatabaseUrls
from tests.processing.papers import WATER_BILL, pdf_of
from tests.system.conftest import clients_of, settings_on
from tests.system.processes import Process, ready_status
from tests.system.support import PATIENCE_SECONDS, Reply, Rest, Tenant, failure_of, until

pytestmark = pytest.mark.long

ITEM = {"name": "bill", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
BILL = pdf_of()
FILES_AT_ONCE = 4


@dataclass
class Site:
    """A service that runs in processes of its own, on servers of its own."""

    settings: Settings
    urls: DatabaseUrls
    postgres: EmbeddedPostgres
    s3: EmbeddedSeaweedFS
    server: Process
    worker: Process
    store: ObjectStore
    tenant: Tenant
    confirmed: set[str] = field(default_factory=set)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.urls.owner) as connection:
            return connection.execute(sql.encode(), values).fetchall()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedPostgres, EmbeddedSeaweedFS]]:
    settings = {"shared_buffers": "64MB"}
    postgres = EmbeddedPostgres(tmp_path_factory.mktemp("crash-postgres"), fsync=False, settings=settings)
    s3 = EmbeddedSeaweedFS(tmp_path_factory.mktemp("crash-s3"))
    with postgres, s3:
        yield postgres, s3


@pytest.fixture(scope="module")
async def site(servers: tuple[EmbeddedPostgres, EmbeddedSeaweedFS], tmp_path_factory: Any) -> AsyncIterator[Site]:
    postgres, s3 = servers
    with psycopg.connect(postgres.dsn(tcp=True), autocommit=True) as connection:
        connection.execute("CREATE DATABASE muniment")
    service = postgres.dsn("muniment", user=SERVICE_USER, password=SERVICE_PASSWORD, tcp=True)
    urls = DatabaseUrls("muniment", postgres.dsn("muniment", tcp=True), service)
    await asyncio.to_thread(migrate, urls.owner, urls.service)
    set_here = {"worker_stalled_seconds": 4.0, "database_pool_size": 5, "max_file_bytes": 64 * 1024 * 1024}
    settings = settings_on(urls, s3).model_copy(update=set_here)
    directory: Path = tmp_path_factory.mktemp("crash")
    server, worker = Process("serve", settings, directory), Process("work", settings, directory)
    store = make_store(settings)
    await store.open()
    server.start()
    worker.start()
    await asyncio.to_thread(server.wait_until_ready)
    async with clients_of(settings, urls) as clients:
        yield Site(settings, urls, postgres, s3, server, worker, store, await clients.tenant())
    server.kill()
    worker.kill()
    await store.close()


async def persistently(call: Callable[[], Awaitable[Any]]) -> Any:
    """As a good client does: try again for as long as nobody answers, or the answer is that nobody can."""

    async def attempt() -> Any:
        try:
            answer = await call()
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            return None
        status = answer.status if isinstance(answer, Reply) else answer
        return None if status >= 500 else answer

    return await until(attempt, every=0.1, what="an answer")


async def send_one(site: Site) -> str:
    """One document on its whole way, however often it takes; answers the file."""
    rest = site.tenant.rest
    reply = await persistently(lambda: rest("POST", "/v1/files/presigned-urls", [ITEM]))
    (made,) = reply.json

    async def put() -> int:
        async with rest.session.put(made["presigned_url"], data=BILL, headers=made["headers"]) as response:
            return response.status

    assert await persistently(put) == 200
    body = {"file_ids": [made["id"]], "status": "uploaded"}
    reply = await persistently(lambda: rest("PATCH", "/v1/files/batch-update", body))
    assert reply.status == 200, reply.body
    assert reply.json[0]["status"] == "uploaded"
    site.confirmed.add(made["id"])
    return str(made["id"])


async def send_many(site: Site, count: int) -> None:
    """Several clients, until so many documents have been confirmed."""
    rounds = [count // FILES_AT_ONCE] * FILES_AT_ONCE

    async def client(documents: int) -> None:
        for _ in range(documents):
            await send_one(site)

    await asyncio.gather(*map(client, rounds))


async def settled(site: Site) -> None:
    """Wait until there is no work left."""

    async def look() -> bool:
        jobs = await asyncio.to_thread(
            site.rows, "SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name = 'documents'"
        )
        assert site.worker.is_running, f"the worker ended: {site.worker.log.read_text()[-2000:]}"
        return not jobs

    await until(look, seconds=2 * PATIENCE_SECONDS, every=0.2, what="the end of all work")


async def check(site: Site) -> None:
    """The invariants, on everything that there is."""
    files = site.rows(
        "SELECT id::text, object_key, size_bytes, processing_status, error_code FROM files"
        " WHERE status = 'uploaded' AND type = 'FILE'"
    )
    assert site.confirmed <= {row[0] for row in files}, "an acknowledged file isn't there"
    counts = dict(
        site.rows(
            "SELECT file_id::text, count(*) FROM events WHERE type = 'CLASSIFY_DOCUMENT'"
            " AND file_id NOT IN (SELECT id FROM files WHERE expunged_at IS NOT NULL) GROUP BY file_id"
        )
    )
    readings = dict(site.rows("SELECT file_id::text, status FROM readings"))
    for file_id, key, size, processing, error in files:
        info = await site.store.head(key)
        assert info is not None, "an uploaded file has no bytes"
        assert info.size == size
        assert counts.pop(file_id) == 1
        assert (processing, error) in {("completed", None)} or (processing == "failed" and error), (processing, error)
        assert readings[file_id] in {"success", "error"}
    assert counts == {}, "an event of a file that isn't uploaded"
    failed = site.rows("SELECT id FROM procrastinate_jobs WHERE status = 'failed' AND queue_name = 'documents'")
    dead = site.rows("SELECT id FROM files WHERE processing_status = 'failed' AND error_code IS NOT NULL")
    assert len(failed) <= len(dead)


async def test_server_is_killed_while_clients_send(site: Site) -> None:
    rng = random.Random(7)
    sending = asyncio.create_task(send_many(site, 16))
    for _ in range(2):
        await asyncio.sleep(rng.uniform(0.05, 0.8))
        site.server.kill()
        site.server.start()
        await asyncio.to_thread(site.server.wait_until_ready)
    await sending
    await settled(site)
    await check(site)


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.04])
async def test_server_is_killed_while_it_confirms(site: Site, delay: float) -> None:
    rest = site.tenant.rest
    made = await rest.ok("POST", "/v1/files/presigned-urls", [ITEM] * 4)
    for entry in made:
        async with rest.session.put(entry["presigned_url"], data=BILL, headers=entry["headers"]) as response:
            assert response.status == 200
    body = {"file_ids": [entry["id"] for entry in made], "status": "uploaded"}
    confirming = asyncio.create_task(rest("PATCH", "/v1/files/batch-update", body))
    await asyncio.sleep(delay)
    site.server.kill()
    await asyncio.gather(confirming, return_exceptions=True)
    site.server.start()
    await asyncio.to_thread(site.server.wait_until_ready)
    reply = await persistently(lambda: rest("PATCH", "/v1/files/batch-update", body))
    assert {file["status"] for file in reply.json} == {"uploaded"}
    site.confirmed |= set(body["file_ids"])
    await settled(site)
    await check(site)


async def test_server_is_killed_during_an_upload_by_form(site: Site) -> None:
    total = len(site.rows("SELECT id FROM files"))
    under_way = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'--B\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        for _ in range(150):
            yield b"x" * 65_536
        under_way.set()
        # It never ends: the server does.
        await asyncio.Event().wait()

    headers = {"content-type": "multipart/form-data; boundary=B"}
    sending = asyncio.create_task(site.tenant.rest("POST", "/v1/files/upload", data=body(), headers=headers))
    await asyncio.wait_for(under_way.wait(), PATIENCE_SECONDS)
    site.server.kill()
    (outcome,) = await asyncio.gather(sending, return_exceptions=True)
    assert isinstance(outcome, (aiohttp.ClientError, ConnectionError))
    site.server.start()
    await asyncio.to_thread(site.server.wait_until_ready)
    assert len(site.rows("SELECT id FROM files")) == total
    await check(site)


async def test_worker_is_killed_while_it_reads(site: Site) -> None:
    rng = random.Random(11)
    corrected = await send_one(site)
    await settled(site)
    correction = await correct(site.tenant.rest, corrected)
    await send_many(site, 12)
    body = {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": corrected}}
    await site.tenant.rest.ok("POST", "/v1/files/send-event", body)

    async def reading() -> str:
        if await asyncio.to_thread(site.rows, "SELECT 1 FROM files WHERE processing_status = 'processing'"):
            return "reading"
        left = "SELECT 1 FROM procrastinate_jobs WHERE queue_name = 'documents'"
        return "" if await asyncio.to_thread(site.rows, left) else "done"

    for _ in range(3):
        if await until(reading, every=0.005, what="a document that is being read") == "done":
            break
        await asyncio.sleep(rng.uniform(0, 0.1))
        site.worker.kill()
        site.worker.start()
    await settled(site)
    await check(site)
    (entry,) = (await site.tenant.rest.get("/v1/files/readings", file_id=corrected))["items"]
    assert entry["reading"]["content"] == correction["content"]
    assert entry["reading"]["corrected_at"] == correction["corrected_at"]
    done = site.rows("SELECT count(*) FROM files WHERE processing_status = 'completed' AND type = 'FILE'")
    assert done == [(len(site.confirmed),)]
    derived = site.rows("SELECT count(*) FROM files WHERE type = 'THUMBNAIL' GROUP BY source_file_id")
    assert set(derived) == {(1,)}


async def correct(rest: Rest, file_id: str) -> Any:
    (entry,) = (await rest.get("/v1/files/readings", file_id=file_id))["items"]
    assert len(entry["reading"]["content"]["items"]) == 1, WATER_BILL
    body = {"content": {"items": [{"quantity": 7, "invoice_number": "mine"}]}}
    return await rest.ok("PUT", f"/v1/files/readings/{entry['reading']['id']}", body)


async def test_postgres_is_restarted_in_mid_work(site: Site) -> None:
    await send_one(site)
    sending = asyncio.create_task(send_many(site, 12))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(site.postgres.stop)
    await unavailable(site, f"/v1/files/{next(iter(site.confirmed))}", "/v1/files", "/v1/whoami")
    await asyncio.to_thread(site.postgres.start)
    await asyncio.to_thread(site.server.wait_until_ready)
    await sending
    await settled(site)
    await check(site)


async def test_store_is_killed_and_restarted(site: Site) -> None:
    file = await send_one(site)
    await settled(site)
    await asyncio.to_thread(site.s3.stop)
    try:
        await refuse_without_store(site, file)
    finally:
        await asyncio.to_thread(site.s3.start)
    await asyncio.to_thread(site.server.wait_until_ready)
    assert (await site.tenant.rest("GET", f"/v1/files/{file}/download")).body == BILL
    await send_one(site)
    await settled(site)
    await check(site)


async def refuse_without_store(site: Site, file: str) -> None:
    await unavailable(site, f"/v1/files/{file}/download")
    assert (await site.tenant.rest.get(f"/v1/files/{file}"))["status"] == "uploaded"
    form = aiohttp.FormData()
    form.add_field("file", BILL, filename="a.pdf", content_type="application/pdf")
    reply = await site.tenant.rest("POST", "/v1/files/upload", data=form)
    assert reply.error() == (503, "UNAVAILABLE")
    (made,) = await site.tenant.rest.ok("POST", "/v1/files/presigned-urls", [ITEM])
    body = {"file_ids": [made["id"]], "status": "uploaded"}
    assert (await site.tenant.rest("PATCH", "/v1/files/batch-update", body)).error() == (503, "UNAVAILABLE")
    assert (await site.tenant.rest.get(f"/v1/files/{made['id']}"))["status"] == "pending"
    event = {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": file}}
    await site.tenant.rest.ok("POST", "/v1/files/send-event", event)
    # A worker takes it meanwhile, and fails.
    await asyncio.sleep(1)


async def unavailable(site: Site, *paths: str) -> None:
    """Nothing can be done: it says so, in the shape of all errors, over both transports."""
    replies = await asyncio.gather(*(site.tenant.rest("GET", path) for path in paths))
    assert {reply.error() for reply in replies} == {(503, "UNAVAILABLE")}
    assert await asyncio.to_thread(ready_status, site.settings) == 503
    assert (await site.tenant.rest("GET", "/healthz")).status == 200
    health: Any = health_pb2_grpc.HealthStub(site.tenant.grpc.channel)

    async def not_serving() -> bool:
        answer = await health.Check(health_pb2.HealthCheckRequest())
        return bool(answer.status == health_pb2.HealthCheckResponse.NOT_SERVING)

    await until(not_serving, what="NOT_SERVING")
    file_id = next(iter(site.confirmed))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await site.tenant.grpc("DownloadFile", file_id=file_id)
    assert failure_of(caught.value).reason == "UNAVAILABLE"
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("delay", [0.01, 0.05])
async def test_server_and_worker_are_killed_while_files_are_deleted_for_good(site: Site, delay: float) -> None:
    rest = site.tenant.rest
    files = [await send_one(site) for _ in range(4)]
    expunging = [asyncio.create_task(rest("POST", f"/v1/files/{file}/expunge")) for file in files]
    await asyncio.sleep(delay)
    site.server.kill()
    site.worker.kill()
    await asyncio.gather(*expunging, return_exceptions=True)
    site.server.start()
    site.worker.start()
    await asyncio.to_thread(site.server.wait_until_ready)
    for file in files:
        reply = await persistently(partial(rest, "POST", f"/v1/files/{file}/expunge"))
        assert reply.status in {200, 409}
    site.confirmed -= set(files)
    await erased(site, files)
    await settled(site)
    await check(site)


async def erased(site: Site, files: list[str]) -> None:
    """Nothing is left of these files but tombstones, once the sweep has been."""
    app = job_app(site.urls.service, connections=1)
    async with app.open_async():
        await app.configure_task("muniment.sweep_files", queue=MAINTENANCE_QUEUE).defer_async(timestamp=0)

    async def look() -> bool:
        left = "SELECT 1 FROM files WHERE id = ANY(%s::uuid[]) AND bytes_erased_at IS NULL"
        return not await asyncio.to_thread(site.rows, left, files)

    await until(look, every=0.2, what="the sweep")
    for file in files:
        for kind in ("files", "incoming"):
            assert await site.store.list_objects(f"{kind}/{site.tenant.organization_id}/{file}/") == []
    assert site.rows("SELECT 1 FROM files WHERE source_file_id = ANY(%s::uuid[])", files) == []
    assert site.rows("SELECT 1 FROM processing_runs WHERE file_id = ANY(%s::uuid[])", files) == []
    read = "SELECT 1 FROM readings WHERE file_id = ANY(%s::uuid[]) AND (machine_items, evidence) <> ('[]', '[]')"
    assert site.rows(read, files) == []


async def test_stop_is_graceful(site: Site) -> None:
    assert site.server.stop() == 0
    assert site.worker.stop() == 0
