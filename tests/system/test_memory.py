"""Large files stream: a server in a process of its own doesn't grow with what goes through it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from service.embedded import EmbeddedSeaweedFS
from tests.conftest import PostgresServer
from tests.system.conftest import clients_of, settings_on
from tests.system.processes import Process
from tests.system.support import Tenant

pytestmark = pytest.mark.long

MEGABYTE = 1024 * 1024
SIZE = 300 * MEGABYTE
EXTRA = 100 * MEGABYTE
PIECE = bytes(range(256)) * 4096


@pytest.fixture(scope="module")
async def serving(
    postgres_server: PostgresServer, seaweedfs: EmbeddedSeaweedFS, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Process, Tenant]]:
    urls = postgres_server.clone()
    settings = settings_on(urls, seaweedfs, "memory").model_copy(update={"max_file_bytes": 2 * SIZE})
    directory: Path = tmp_path_factory.mktemp("memory")
    server = Process("serve", settings, directory)
    server.start()
    await asyncio.to_thread(server.wait_until_ready)
    async with clients_of(settings, urls) as clients:
        yield server, await clients.tenant()
    assert server.stop() == 0
    postgres_server.drop(urls.name)


@asynccontextmanager
async def watched(server: Process) -> AsyncIterator[list[int]]:
    """Bytes of resident memory beyond those at the beginning, the most first."""
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    extra = [0]

    async def watch() -> None:
        while True:
            extra[0] = max(extra[0], process.memory_info().rss - before)
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    try:
        yield extra
    finally:
        watching.cancel()


async def form() -> AsyncIterator[bytes]:
    yield b'--B\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
    for _ in range(SIZE // len(PIECE)):
        yield PIECE
    yield b"\r\n--B--\r\n"


async def test_large_upload_and_download_take_little_memory(serving: tuple[Process, Tenant]) -> None:
    server, tenant = serving
    rest = tenant.rest
    await rest.upload(PIECE[:1000], "warm.bin")
    async with watched(server) as extra:
        headers = {"content-type": "multipart/form-data; boundary=B"}
        (file,) = await rest.ok("POST", "/v1/files/upload", data=form(), headers=headers)
    assert file["size_bytes"] == SIZE
    assert extra[0] < EXTRA, f"the upload took {extra[0] // MEGABYTE} MB"

    whole, received = hashlib.sha256(), hashlib.sha256()
    for _ in range(SIZE // len(PIECE)):
        whole.update(PIECE)
    async with watched(server) as extra:
        url = f"{rest.base}/v1/files/{file['id']}/download"
        async with rest.session.get(url, headers=rest.headers) as response:
            assert response.status == 200
            async for part in response.content.iter_chunked(MEGABYTE):
                received.update(part)
    assert received.digest() == whole.digest()
    assert extra[0] < EXTRA, f"the download took {extra[0] // MEGABYTE} MB"


async def test_download_that_nobody_reads_takes_little_memory(serving: tuple[Process, Tenant]) -> None:
    server, tenant = serving
    rest = tenant.rest
    headers = {"content-type": "multipart/form-data; boundary=B"}
    files = (await rest.get("/v1/files", name="large"))["items"]
    file = files[0] if files else (await rest.ok("POST", "/v1/files/upload", data=form(), headers=headers))[0]
    async with watched(server) as extra:
        url = f"{rest.base}/v1/files/{file['id']}/download"
        async with rest.session.get(url, headers=rest.headers) as response:
            await response.content.readexactly(1000)
            await asyncio.sleep(1)
    assert extra[0] < EXTRA, f"the download took {extra[0] // MEGABYTE} MB"
    assert (await rest("GET", f"/v1/files/{file['id']}")).status == 200
