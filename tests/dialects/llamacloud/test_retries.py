"""The client tries again when an answer is lost, uploads too, and sends no idempotency key: one file remains."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial

import aiohttp
import pytest
from llama_cloud import APIConnectionError, InternalServerError, NotFoundError

from service.embedded.ports import choose
from tests.dialects.llamacloud.client import PDF, Files, steady
from tests.dialects.llamacloud.flaky import Failure, Proxy, dropped, proxy_before, unavailable
from tests.system.support import System, Tenant, classified, read, until

UPLOAD = "/api/v1/beta/files"


@pytest.fixture
async def proxy(system: System) -> AsyncIterator[Proxy]:
    async with proxy_before(system.http_url) as made:
        yield made


@pytest.mark.parametrize("failure", [unavailable, dropped])
async def test_upload_whose_answer_is_lost_leaves_one_file(
    files: Files, ours: Tenant, proxy: Proxy, failure: Failure
) -> None:
    proxy.failures = [failure, failure]
    persistent = files.another(base_url=proxy.url, max_retries=5)
    made = await persistent.call("create", file=("bill.pdf", PDF), purpose="parse", external_file_id="E-1")
    assert proxy.retry_counts == ["0", "1", "2"]
    (only,) = await files.all()
    assert steady(only) == steady(made)
    await read(ours.rest, made.id)
    assert len(await classified(ours.rest, made.id)) == 1


async def test_other_bytes_names_and_keys_are_other_files(system: System, ours: Tenant) -> None:
    other_key = (await ours.rest.ok("POST", "/v1/api-keys", {"name": "second"}, status=201))["secret"]
    sent = [
        ("a.pdf", b"one", ours.api_key),
        ("a.pdf", b"two", ours.api_key),
        ("b.pdf", b"one", ours.api_key),
        ("a.pdf", b"one", other_key),
    ]
    ids = set()
    for name, content, key in [*sent, *sent]:
        form = aiohttp.FormData()
        form.add_field("purpose", "parse")
        form.add_field("file", content, filename=name)
        headers = {"authorization": f"Bearer {key}", "x-stainless-retry-count": "1"}
        async with system.session.post(system.http_url + UPLOAD, data=form, headers=headers) as response:
            assert response.status == 200, await response.text()
            ids.add((await response.json())["id"])
    assert len(ids) == len(sent)


async def in_flight(system: System, calls: int) -> bool:
    """Whether the service is at work on so many calls, as it says itself."""
    async with system.session.get(f"{system.http_url}/metrics") as response:
        (found,) = re.findall(r"^muniment_calls_in_flight ([0-9.]+)$", await response.text(), re.MULTILINE)
    return float(found) >= calls


@pytest.mark.parametrize("begun", [(0, 1), (1, 0)])
async def test_retry_that_overtakes_the_first_call_leaves_one_file(
    system: System, ours: Tenant, begun: tuple[int, int]
) -> None:
    """The client gives up waiting for the first call, which still runs, and ends after the retry."""
    head = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nparse\r\n'
    head += b'--b\r\nContent-Disposition: form-data; name="file"; filename="slow.pdf"\r\n\r\n'
    may_end = {count: asyncio.Event() for count in begun}

    async def slowly(count: int) -> AsyncIterator[bytes]:
        yield head + PDF
        await may_end[count].wait()
        yield b"\r\n--b--\r\n"

    async def send(count: int) -> str:
        headers = {
            "authorization": f"Bearer {ours.api_key}",
            "content-type": "multipart/form-data; boundary=b",
            "x-stainless-retry-count": str(count),
        }
        async with system.session.post(system.http_url + UPLOAD, data=slowly(count), headers=headers) as response:
            assert response.status == 200, await response.text()
            return str((await response.json())["id"])

    calls = {}
    for count in begun:
        calls[count] = asyncio.create_task(send(count))
        await until(partial(in_flight, system, len(calls)), what="the beginning of the call")
        await asyncio.sleep(0.2)
    made = []
    for count in (1, 0):
        may_end[count].set()
        made.append(await calls[count])
    assert made[0] == made[1]
    assert (await ours.rest.get(UPLOAD))["total_size"] == 1


async def test_same_upload_that_is_no_retry_is_a_second_file(files: Files) -> None:
    first, second = [await files.call("create", file=("a.pdf", PDF), purpose="parse") for _ in range(2)]
    assert first.id != second.id


async def test_retry_of_a_deleted_upload_is_a_new_file(files: Files, system: System, ours: Tenant) -> None:
    made = await files.call("create", file=("a.pdf", PDF), purpose="parse")
    await files.call("delete", made.id)
    again = await files.call(
        "create", file=("a.pdf", PDF), purpose="parse", extra_headers={"x-stainless-retry-count": "1"}
    )
    assert again.id != made.id
    with pytest.raises(NotFoundError):
        await files.call("retrieve", made.id)


async def test_reading_calls_are_tried_again(files: Files, proxy: Proxy) -> None:
    made = await files.call("create", file=("a.pdf", PDF), purpose="parse")
    persistent = files.another(base_url=proxy.url, max_retries=2)
    for method, positional in (("retrieve", (made.id,)), ("list", ()), ("query", ()), ("content", (made.id,))):
        proxy.failures = [unavailable]
        await persistent.call(method, *positional)
        assert proxy.failures == []


async def test_answer_that_never_comes_is_an_error_of_its_own(files: Files, proxy: Proxy) -> None:
    hopeless = files.another(base_url=proxy.url, max_retries=0)
    proxy.failures = [unavailable, dropped]
    with pytest.raises(InternalServerError):
        await hopeless.call("list")
    with pytest.raises(APIConnectionError):
        await hopeless.call("list")
    with pytest.raises(APIConnectionError):
        await files.another(base_url=f"http://127.0.0.1:{choose(None)}", max_retries=0).call("list")
