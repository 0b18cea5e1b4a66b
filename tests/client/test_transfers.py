"""Transfers over connections that break: what has arrived isn't sent again, and nothing is left half done."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from muniment_client import (
    AsyncClient,
    ConnectionFailedError,
    FileStatus,
    PartialUpload,
    ProcessingTrack,
    Progress,
    UnavailableError,
    UploadMode,
    _parts,
    _uploads,
)
from tests.client.cli.conftest import Installation
from tests.client.cli.proxy import Proxy
from tests.system.support import REPOSITORY, Tenant, until

MANUAL = ProcessingTrack.MANUAL
MIB = 1024 * 1024
# Three parts of 16 MiB, the last one shorter.
LARGE = random.Random(7).randbytes(40 * MIB)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files from 20 MiB on are sent in parts."""
    monkeypatch.setattr(_uploads, "PARTS_FROM_BYTES", 20 * MIB)
    yield


async def statuses(client: AsyncClient) -> list[FileStatus]:
    return [file.status async for file in client.files.list()]


async def test_presigned_upload_goes_on_after_a_cut(client: AsyncClient, installation: Installation) -> None:
    seen: list[Progress] = []
    installation.store.cut_after = 2 * MIB
    content = LARGE[: 5 * MIB]
    file = await client.files.upload(content, file_name="a.bin", track=MANUAL, progress=seen.append)
    assert installation.store.cuts == 1
    assert await client.files.read(file.id) == content
    assert seen[-1].done == len(content)
    assert any(later.done < earlier.done for earlier, later in pairwise(seen))


async def test_upload_through_the_service_is_stored_once_despite_cuts(client: AsyncClient, way: Proxy) -> None:
    way.cut_after = 2 * MIB
    content = LARGE[: 5 * MIB]
    file = await client.files.upload(content, file_name="a.bin", track=MANUAL, mode=UploadMode.MULTIPART)
    assert way.cuts == 1
    assert await client.files.read(file.id) == content
    # The answer is lost, and given again.
    way.cut_after_received = 1
    again = await client.files.upload(b"small", file_name="b.bin", track=MANUAL, mode=UploadMode.MULTIPART)
    assert way.cuts == 2
    assert {each.id async for each in client.files.list()} == {file.id, again.id}


@pytest.mark.usefixtures("in_parts")
async def test_only_the_part_that_was_cut_is_sent_again(client: AsyncClient, installation: Installation) -> None:
    installation.store.cut_after = 30 * MIB
    file = await client.files.upload(LARGE, file_name="a.bin", track=MANUAL)
    assert installation.store.cuts == 1
    assert file.size_bytes == len(LARGE)
    assert await client.files.read(file.id) == LARGE


@pytest.mark.usefixtures("in_parts")
async def test_interrupted_parts_are_gone_on_with(
    client: AsyncClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_parts, "PARTS_AT_ONCE", 1)
    begun: list[PartialUpload] = []
    installation.store.hold_after = 20 * MIB
    sending = asyncio.create_task(client.files.upload(LARGE, file_name="a.bin", track=MANUAL, on_started=begun.append))

    async def held() -> bool:
        return installation.store.sent > 20 * MIB

    await until(held)
    installation.store.cut_all()
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    installation.store.hold_after = None
    assert await statuses(client) == [FileStatus.PENDING]
    (partial,) = begun
    kept = PartialUpload(**asdict(partial))
    installation.store.sent = 0
    file = await client.files.upload(LARGE, file_name="a.bin", resume=kept)
    assert file.id == partial.file_id
    assert 24 * MIB < installation.store.sent < 25 * MIB
    assert await client.files.read(file.id) == LARGE
    # All of it had arrived: nothing is sent, and the file is the same.
    installation.store.sent = 0
    assert (await client.files.upload(LARGE, file_name="a.bin", resume=kept)).id == file.id
    assert installation.store.sent == 0


@pytest.mark.usefixtures("in_parts")
async def test_another_document_is_not_mixed_into_an_interrupted_upload(
    client: AsyncClient, installation: Installation
) -> None:
    begun: list[PartialUpload] = []
    installation.store.refusing = True
    with pytest.raises((ConnectionFailedError, UnavailableError)):
        await client.files.upload(LARGE, file_name="a.bin", on_started=begun.append)
    installation.store.refusing = False
    other = LARGE[::-1]
    file = await client.files.upload(other, file_name="a.bin", track=MANUAL, resume=begun[0])
    assert file.id != begun[0].file_id
    assert await client.files.read(file.id) == other
    assert (await client.files.get(begun[0].file_id)).status == FileStatus.ERROR


async def test_small_upload_whose_confirmation_was_lost_is_confirmed(client: AsyncClient) -> None:
    begun: list[PartialUpload] = []
    first = await client.files.upload(b"small", file_name="a.bin", track=MANUAL, on_started=begun.append)
    again = await client.files.upload(b"small", file_name="a.bin", resume=begun[0])
    assert again.id == first.id
    assert begun[0].upload_id is None


async def test_small_upload_of_which_nothing_arrived_begins_anew(
    client: AsyncClient, installation: Installation
) -> None:
    begun: list[PartialUpload] = []
    installation.store.refusing = True
    with pytest.raises(ConnectionFailedError):
        await client.files.upload(b"small", file_name="a.bin", on_started=begun.append)
    assert await statuses(client) == [FileStatus.PENDING]
    installation.store.refusing = False
    file = await client.files.upload(b"small", file_name="a.bin", track=MANUAL, resume=begun[0])
    assert file.id != begun[0].file_id
    assert sorted(await statuses(client)) == [FileStatus.ERROR, FileStatus.UPLOADED]


async def test_failed_upload_is_undone(client: AsyncClient, installation: Installation) -> None:
    installation.store.refusing = True
    with pytest.raises(ConnectionFailedError, match="object store"):
        await client.files.upload(b"content", file_name="a.bin")
    assert await statuses(client) == [FileStatus.ERROR]


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("size", [3 * MIB, 40 * MIB])
async def test_cancelled_upload_is_undone(client: AsyncClient, installation: Installation, size: int) -> None:
    installation.store.pause_seconds = 0.02
    started = asyncio.Event()
    sending = asyncio.create_task(
        client.files.upload(LARGE[:size], file_name="a.bin", progress=lambda _: started.set())
    )
    await started.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await statuses(client) == [FileStatus.ERROR]


async def test_download_goes_on_where_it_was_cut(client: AsyncClient, way: Proxy, tmp_path: Path) -> None:
    content = LARGE[: 8 * MIB]
    file = await client.files.upload(content, file_name="a.bin", track=MANUAL)
    way.cut_after_received = 3 * MIB
    seen: list[Progress] = []
    target = BytesIO()
    await client.files.download(file.id, target, progress=seen.append)
    assert way.cuts == 1
    assert target.getvalue() == content
    assert [at.done for at in seen] == sorted(at.done for at in seen)


async def test_download_goes_on_in_another_run(client: AsyncClient, way: Proxy, tmp_path: Path) -> None:
    content = LARGE[: 8 * MIB]
    file = await client.files.upload(content, file_name="a.bin", track=MANUAL)
    enough = asyncio.Event()

    def notice(at: Progress) -> None:
        if at.done > 4 * MIB:
            enough.set()

    loading = asyncio.create_task(client.files.download(file.id, tmp_path / "a.bin", progress=notice))
    await enough.wait()
    loading.cancel()
    with suppress(asyncio.CancelledError):
        await loading
    assert not (tmp_path / "a.bin").exists()
    seen: list[Progress] = []
    await client.files.download(file.id, tmp_path / "a.bin", progress=seen.append)
    assert seen[0].done > 4 * MIB
    assert (tmp_path / "a.bin").read_bytes() == content


async def test_ctrl_c_ends_an_upload_and_undoes_it(
    client: AsyncClient, installation: Installation, address: str, ours: Tenant
) -> None:
    installation.store.pause_seconds = 0.02
    program = (
        "import sys; from muniment_client import Client\n"
        "with Client() as client:\n"
        "    say = lambda at: print(at.done, flush=True)\n"
        "    client.files.upload(bytes(8 << 20), file_name='a.bin', progress=say)\n"
    )
    environment = {
        **os.environ,
        "MUNIMENT_ADDRESS": address,
        "MUNIMENT_ORGANIZATION": str(ours.organization_id),
        "MUNIMENT_API_KEY": ours.api_key,
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'gen'}",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(process.communicate(), 120)
    assert b"KeyboardInterrupt" in said
    assert ours.api_key.encode() not in said
    assert await statuses(client) == [FileStatus.ERROR]
