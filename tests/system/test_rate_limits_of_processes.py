"""Limits on calls, with two serving processes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from service.embedded import EmbeddedSeaweedFS
from service.embedded.ports import choose
from service.settings import Settings
from tests.conftest import DatabaseUrls
from tests.system.conftest import clients_of, settings_on
from tests.system.processes import Process
from tests.system.support import Tenant

LIMIT = 40


@pytest.fixture
async def two(
    database_urls: DatabaseUrls, seaweedfs: EmbeddedSeaweedFS, tmp_path: Path
) -> AsyncIterator[tuple[Tenant, list[str]]]:
    """A tenant, and the addresses of two processes on one database."""
    first = settings_on(database_urls, seaweedfs, "limits").model_copy(update={"rate_limit_per_minute": LIMIT})
    http_port = choose(None, avoid=[first.http_port, first.grpc_port])
    grpc_port = choose(None, avoid=[first.http_port, first.grpc_port, http_port])
    second = first.model_copy(update={"http_port": http_port, "grpc_port": grpc_port})
    processes = []
    for number, settings in enumerate((first, second)):
        directory = tmp_path / str(number)
        directory.mkdir()
        processes.append(Process("serve", settings, directory))
        processes[-1].start()
    try:
        for process in processes:
            await asyncio.to_thread(process.wait_until_ready)
        async with clients_of(first, database_urls) as clients:
            yield await clients.tenant(), [url_of(first), url_of(second)]
    finally:
        for process in processes:
            process.kill()


def url_of(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.http_port}/v1/files"


async def test_two_processes_grant_exactly_the_limit(two: tuple[Tenant, list[str]]) -> None:
    tenant, urls = two
    headers = {"x-api-key": tenant.api_key, "x-organization-id": str(tenant.organization_id)}
    remaining: list[int] = []

    async def call(session: aiohttp.ClientSession, url: str) -> int:
        async with session.get(url, headers=headers) as answer:
            assert answer.headers["x-ratelimit-limit"] == str(LIMIT)
            if answer.status == 200:
                remaining.append(int(answer.headers["x-ratelimit-remaining"]))
            else:
                assert re.fullmatch(r"[1-9]\d?", answer.headers["retry-after"])
                assert (await answer.json())["code"] == "RATE_LIMITED"
            return answer.status

    async with aiohttp.ClientSession() as session:
        statuses = await asyncio.gather(*(call(session, urls[number % 2]) for number in range(LIMIT * 2)))
    assert sorted(remaining) == list(range(LIMIT))
    assert statuses.count(200) == statuses.count(429) == LIMIT
