"""`@llamaindex/llama-cloud` from npm: one script calls all of its methods, and this looks at what came back."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.llamacloud.flaky import Proxy, dropped, proxy_before, unavailable
from tests.system.support import REPOSITORY, System, Tenant

SOURCES = Path(__file__).parent / "node"
INSTALLED = REPOSITORY / ".cache" / "npm" / "llamacloud"
_OLDEST_NODE = 20


async def run(*command: str, seconds: float = 120) -> tuple[int, bytes, bytes]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=INSTALLED, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return -1, b"", b"it took too long"
    assert process.returncode is not None
    return process.returncode, out, err


@pytest.fixture(scope="module")
async def node() -> str:
    """Node with the client that the lock file names; skips where there is no Node, or nowhere to get the client."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if not found or not npm:
        pytest.skip("there is no Node with npm")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    _, version, _ = await run(found, "-p", "process.versions.node.split('.')[0]")
    if int(version) < _OLDEST_NODE:
        pytest.skip(f"Node is older than {_OLDEST_NODE}")
    stamp, lock = INSTALLED / "installed.lock", (SOURCES / "package-lock.json").read_bytes()
    for source in SOURCES.iterdir():
        shutil.copyfile(source, INSTALLED / source.name)
    if not stamp.exists() or stamp.read_bytes() != lock:
        code, _, err = await run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        if code != 0:
            pytest.skip(f"npm can't install the client: {err.decode()[-300:]}")
        stamp.write_bytes(lock)
    return found


@pytest.fixture
async def proxy(system: System) -> AsyncIterator[Proxy]:
    async with proxy_before(system.http_url) as made:
        made.failures = [unavailable, dropped, unavailable]
        yield made


def check_uploads(told: Any, ours: Tenant) -> None:
    first, last, blob = told["created"]
    assert [file["name"] for file in told["created"]] == ["first.pdf", "streamed.pdf", "Grüße – ñ.pdf"]
    assert [file["purpose"] for file in told["created"]] == ["parse", "extract", "user_data"]
    assert [file["external_file_id"] for file in (first, last, blob)] == [None, "E-1", None]
    assert {file["project_id"] for file in told["created"]} == {str(ours.project_id)}
    # The pipeline changes the file meanwhile.
    assert told["retrieved"] | {"updated_at": None} == first | {"updated_at": None}
    assert told["contents"] == [True, True]
    assert "X-Amz-Expires=60&" in told["presigned"]["url"]


def check_lists(told: Any) -> None:
    newest_first = ["Grüße – ñ.pdf", "streamed.pdf", "first.pdf"]
    assert told["all"] == newest_first
    assert told["by_name"] == sorted(newest_first)
    assert told["by_ids"] == ["Grüße – ñ.pdf", "first.pdf"]
    assert told["by_external_id"] == ["streamed.pdf"]
    assert told["empty"] == []
    assert [file["name"] for file in told["queried"]["items"]] == ["streamed.pdf", "first.pdf"]
    assert (told["queried"]["next_page_token"], told["queried"]["total_size"]) == (None, 2)


async def test_every_method_of_the_client(
    node: str, system: System, ours: Tenant, theirs: Tenant, proxy: Proxy
) -> None:
    given = {
        "base_url": system.http_url,
        "flaky_url": proxy.url,
        "api_key": ours.api_key,
        "their_project": str(theirs.project_id),
    }
    code, out, err = await run(node, "files.mjs", json.dumps(given))
    assert code == 0, err.decode()
    told = json.loads(out)
    check_uploads(told, ours)
    check_lists(told)
    assert {name: (f["class"], f["status"]) for name, f in told["failures"].items()} == {
        "key": ("AuthenticationError", 401),
        "project": ("PermissionDeniedError", 403),
        "absent": ("NotFoundError", 404),
        "order": ("UnprocessableEntityError", 422),
        "token": ("BadRequestError", 400),
        "unavailable": ("InternalServerError", 503),
        "deleted": ("NotFoundError", 404),
    }
    assert all(f["keys"] == ["detail"] for name, f in told["failures"].items() if name != "unavailable")
    assert told["repeated_files"] == ["repeated.pdf"]
    assert told["deleted"] is None
    assert proxy.retry_counts == ["0", "0", "1", "2"]
