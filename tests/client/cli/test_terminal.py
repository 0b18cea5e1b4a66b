"""What people see: bars, tables, colours, and the live view."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.client.cli.conftest import Installation
from tests.client.cli.files import SAMPLES, make, there
from tests.client.cli.program import Program
from tests.system.support import Tenant

pytestmark = pytest.mark.long

MANUAL = ("--track", "MANUAL")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")


async def test_uploading_shows_a_bar_for_each_file_and_one_over_all(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    files = make(muniment.folder / "bills", 4, 1_500_000)
    installation.store.hold_after = 1_000_000
    terminal = await muniment.terminal("file", "upload", "bills", *MANUAL)
    await terminal.expect(r"of 4 files")
    for file in files:
        await terminal.expect(rf"{file.name} .*━.*/1\.4 MiB")
    await terminal.expect(r"files .*━.*/5\.7 MiB")
    installation.store.hold_after = None
    assert await terminal.end() == 0
    assert "4 uploaded in" in terminal.text
    assert COLOUR.search(terminal.raw)
    ids = [file["id"] for file in await there(ours)]
    assert all(file_id in terminal.text for file_id in ids)


async def test_small_files_have_bars_too(muniment: Program, installation: Installation) -> None:
    make(muniment.folder / "bills", 12, 60_000)
    # In the middle of the first ten, then in the middle of the rest.
    installation.grpc.hold_after = 300_000
    terminal = await muniment.terminal("file", "upload", "bills", "--parallel", "1", *MANUAL)
    await terminal.expect(r"f00\d\.bin .*━")
    installation.grpc.hold_after = 650_000
    await terminal.expect(r"10 of 12 files")
    installation.grpc.hold_after = None
    assert await terminal.end() == 0


async def test_waiting_shows_a_live_view_that_ends_in_a_table(muniment: Program) -> None:
    (muniment.folder / "empty.pdf").touch()
    for name in ("water-bill.pdf", "electricity-bill.pdf"):
        shutil.copy(SAMPLES / name, muniment.folder)
    paths = ["water-bill.pdf", "electricity-bill.pdf", "empty.pdf"]
    terminal = await muniment.terminal("file", "upload", *paths, "--wait", columns=200)
    await terminal.expect(r"Reading: \d of 2 files")
    assert await terminal.end() == 1
    table = terminal.text[terminal.text.rindex("Key values") :]
    assert "water" in table
    assert "127 m3" in table
    assert "252.07 EUR" in table
    assert "electricity" in table
    assert re.search(r"\d+%", table)
    assert re.search(r"empty\.pdf .*failed .*is empty", table)


async def test_list_is_a_table_in_colour(muniment: Program) -> None:
    make(muniment.folder / "bills", 2)
    await muniment.ok("file", "upload", "bills", *MANUAL)
    terminal = await muniment.terminal("file", "list")
    assert await terminal.end() == 0
    assert re.search(r"Id +Name +Size +Status", terminal.text)
    assert "─" in terminal.text
    assert COLOUR.search(terminal.raw)


async def test_names_can_not_rewrite_the_terminal(muniment: Program) -> None:
    evil = "bill\x1b[2J\x1b]0;owned\x07.pdf"
    (muniment.folder / evil).write_bytes(b"x")
    terminal = await muniment.terminal("file", "upload", evil)
    assert await terminal.end() == 1
    assert "\x1b[2J" not in terminal.raw
    assert "\x1b]0;owned" not in terminal.raw


async def test_deleting_asks_on_a_terminal_and_needs_yes_elsewhere(muniment: Program, ours: Tenant) -> None:
    make(muniment.folder, 1)
    await muniment.ok("file", "upload", "f000.bin", *MANUAL)
    (file,) = await there(ours)
    assert (await muniment("file", "delete", file["id"])).code == 2
    terminal = await muniment.terminal("file", "delete", file["id"])
    await terminal.expect("Delete 1 file")
    terminal.type("n\n")
    assert await terminal.end() == 1
    assert len(await there(ours)) == 1
    terminal = await muniment.terminal("file", "delete", file["id"])
    await terminal.expect("Delete 1 file")
    terminal.type("y\n")
    assert await terminal.end() == 0
    assert await there(ours) == []


async def test_colours_can_be_switched_off(muniment: Program) -> None:
    terminal = await muniment.with_(NO_COLOR="1").terminal("whoami")
    assert await terminal.end() == 0
    assert not COLOUR.search(terminal.raw)
