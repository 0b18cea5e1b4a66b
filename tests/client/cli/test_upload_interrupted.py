"""Uploading while the network goes away, the program is killed, or somebody presses Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest

from service.wiring import make_store
from tests.client.cli.conftest import Installation
from tests.client.cli.files import make, names_there, some_bytes, there
from tests.client.cli.program import Program
from tests.client.cli.proxy import Proxy
from tests.system.support import System, Tenant, until

pytestmark = pytest.mark.long

MANUAL = ("--track", "MANUAL")
SIZE = 40_000
MIB = 1024 * 1024


async def when(reached: Callable[[], bool], what: str = "the moment to interrupt") -> None:
    async def look() -> bool:
        return reached()

    await until(look, every=0.005, what=what)


async def handed_on(line: Proxy) -> None:
    """Wait until all has come that a program which is no more had handed to the system."""
    line.hold_after, line.pause_seconds = None, 0.0
    await when(lambda: line.connected == 0, "the end of its connections")


@pytest.mark.parametrize("mode", ["presigned", "multipart"])
async def test_killed_run_goes_on_without_sending_again_what_arrived(
    muniment: Program, ours: Tenant, installation: Installation, mode: str
) -> None:
    files = make(muniment.folder / "bills", 60, SIZE)
    line = installation.store if mode == "presigned" else installation.grpc
    line.hold_after = 45 * SIZE
    process = await muniment.start("file", "upload", "bills", "--mode", mode, "--parallel", "4", *MANUAL)
    await when(lambda: line.sent > 45 * SIZE)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    await handed_on(line)
    before = line.sent
    arrived = len(await there(ours))
    assert mode == "presigned" or arrived > 0

    done = await muniment.ok("file", "upload", "bills", "--mode", mode, *MANUAL)
    assert len(done.lines) == len(files)
    assert await names_there(ours) == [file.name for file in files]
    assert await there(ours, "pending") == []
    if mode == "multipart":
        assert line.sent - before <= (len(files) - arrived) * SIZE + 100_000
    else:
        # All PUTs that had come to their end count, confirmed or not; the four that hadn't are sent again.
        assert line.sent - before <= (len(files) * SIZE - before) + 4 * SIZE + 100_000


@pytest.mark.parametrize("mode", ["presigned", "multipart"])
async def test_connections_that_are_cut_are_made_again(
    muniment: Program, ours: Tenant, installation: Installation, mode: str
) -> None:
    files = make(muniment.folder / "bills", 40, SIZE)
    line = installation.store if mode == "presigned" else installation.grpc
    line.cut_after = 12 * SIZE
    done = await muniment.ok("file", "upload", "bills", "--mode", mode, *MANUAL)
    assert line.cuts == 1
    assert [words[0] for words in done.lines] == ["uploaded"] * 40
    assert await names_there(ours) == [file.name for file in files]


async def test_service_that_stays_away_is_exit_code_3_and_the_next_run_sends_the_rest(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    files = make(muniment.folder / "bills", 60, SIZE)
    installation.grpc.hold_after = 25 * SIZE
    process = await muniment.start("file", "upload", "bills", "--parallel", "2", *MANUAL)
    await when(lambda: installation.grpc.sent > 25 * SIZE)
    installation.grpc.refusing = True
    installation.grpc.cut_all()
    _, err = await process.communicate()
    assert process.returncode == 3, err
    assert b"the same command again" in err
    arrived = len(await there(ours))
    assert arrived < len(files)

    installation.grpc.refusing, installation.grpc.hold_after = False, None
    done = await muniment.ok("file", "upload", "bills", *MANUAL)
    outcomes = [words[0] for words in done.lines]
    assert (outcomes.count("skipped"), outcomes.count("uploaded")) == (arrived, len(files) - arrived)
    assert await names_there(ours) == [file.name for file in files]


async def test_large_file_goes_on_where_the_killed_run_stopped(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    size = 100 * 1024 * 1024
    (muniment.folder / "large.bin").write_bytes(some_bytes(size))
    # Four parts of 16 MiB are on their way at once.
    installation.store.hold_after = 80 * MIB
    process = await muniment.start("file", "upload", "large.bin", *MANUAL)
    await when(lambda: installation.store.sent > 80 * MIB)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    await handed_on(installation.store)
    before, kept = installation.store.sent, await bytes_of_parts(installation.system)
    assert kept >= 16 * MIB
    assert await there(ours) == []

    await muniment.ok("file", "upload", "large.bin", *MANUAL)
    (file,) = await there(ours)
    assert file["size_bytes"] == size
    assert installation.store.sent - before <= size - kept + 100_000


async def bytes_of_parts(system: System) -> int:
    """How much of the only upload that is under way the store has in whole parts."""
    store = make_store(system.settings)
    await store.open()

    def parts(client: Any) -> int:
        bucket = {"Bucket": system.settings.s3_bucket}
        (upload,) = client.list_multipart_uploads(**bucket)["Uploads"]
        listed = client.list_parts(**bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        return sum(part["Size"] for part in listed.get("Parts", ()))

    try:
        return await store.with_client(parts)
    finally:
        await store.close()


async def test_part_of_a_large_file_is_tried_again_alone(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    size = 100 * 1024 * 1024
    (muniment.folder / "large.bin").write_bytes(some_bytes(size))
    installation.store.cut_after = size // 2
    await muniment.ok("file", "upload", "large.bin", *MANUAL)
    assert installation.store.cuts == 1
    assert len(await there(ours)) == 1
    assert installation.store.sent < 1.9 * size


@pytest.mark.parametrize("mode", ["presigned", "multipart"])
async def test_ctrl_c_is_quiet_and_leaves_nothing_half_done(
    muniment: Program, ours: Tenant, installation: Installation, mode: str
) -> None:
    files = make(muniment.folder / "bills", 60, SIZE)
    line = installation.store if mode == "presigned" else installation.grpc
    line.hold_after = 45 * SIZE
    terminal = await muniment.terminal("file", "upload", "bills", "--mode", mode, "--parallel", "4", *MANUAL)
    await when(lambda: line.sent > 45 * SIZE)
    terminal.interrupt()
    assert await terminal.end() == 130
    assert "Traceback" not in terminal.text
    assert "Interrupted" in terminal.text
    assert "goes on from here" in terminal.text
    await handed_on(line)
    assert await there(ours, "pending") == []
    arrived = await names_there(ours)
    assert 0 < len(arrived) < len(files)

    await muniment.ok("file", "upload", "bills", "--mode", mode, *MANUAL)
    assert await names_there(ours) == [file.name for file in files]


async def test_ctrl_c_before_anything_is_quiet(muniment: Program, installation: Installation) -> None:
    installation.grpc.refusing = True
    terminal = await muniment.terminal("file", "list")
    await when(lambda: installation.grpc.connections > 0)
    terminal.interrupt()
    assert await terminal.end() == 130
    assert terminal.text.replace("^C", "").strip() == ""
