"""Lists, single things, and the event log: for people, and for programs."""

from __future__ import annotations

import csv
import io
import json
from uuid import uuid4

import pytest

from tests.client.cli.conftest import Installation
from tests.client.cli.files import make, some_bytes, there
from tests.client.cli.program import Program
from tests.system.given import facility, given
from tests.system.support import REPOSITORY, Tenant, settled

pytestmark = pytest.mark.long

MANUAL = ("--track", "MANUAL")


@pytest.fixture(params=["grpc", "http"])
def program(request: pytest.FixtureRequest, muniment: Program, over_http: Program) -> Program:
    return muniment if request.param == "grpc" else over_http


async def send(program: Program, count: int, **options: int) -> None:
    make(program.folder / "sent", count, **options)
    await program.ok("file", "upload", "sent", *MANUAL)


async def test_list_of_files_is_what_rest_answers(program: Program, ours: Tenant) -> None:
    await send(program, 3)
    await settled(ours.rest)
    listed = await program.json("file", "list")
    rest = await ours.rest.get("/v1/files")
    assert (listed["items"], listed["total"]) == (rest["items"], rest["total"])


async def test_all_reads_every_page(muniment: Program, ours: Tenant) -> None:
    await send(muniment, 230, size=100)
    listed = await muniment.json("file", "list", "--all")
    assert (len(listed["items"]), listed["total"]) == (230, 230)
    assert len({item["id"] for item in listed["items"]}) == 230
    some = await muniment.ok("file", "list", "--limit", "120", "--json")
    assert [item["id"] for item in some.json["items"]] == [item["id"] for item in listed["items"][:120]]
    text = await muniment.ok("file", "list")
    assert len(text.lines) == 51
    assert "50 of 230" in text.err
    rows = list(csv.DictReader(io.StringIO((await muniment.ok("file", "list", "--all", "--csv")).out)))
    assert [row["id"] for row in rows] == [item["id"] for item in listed["items"]]


async def test_filters_of_files(muniment: Program) -> None:
    await send(muniment, 3)
    assert (await muniment.json("file", "list", "--name", "F001"))["total"] == 1
    assert (await muniment.json("file", "list", "--status", "pending"))["total"] == 0
    assert (await muniment.json("file", "list", "--category", "water"))["total"] == 0
    assert (await muniment.json("file", "list", "--created-after", "2001-01-01"))["total"] == 3
    assert (await muniment.json("file", "list", "--created-before", "2001-01-01"))["total"] == 0
    done = await muniment.ok("file", "list", "--status", "deleted")
    assert done.out == ""
    assert "Nothing found" in done.err


async def test_json_and_csv_exclude_each_other(muniment: Program) -> None:
    assert (await muniment("file", "list", "--json", "--csv")).code == 2


async def test_reader_that_goes_away_is_no_error(muniment: Program) -> None:
    await send(muniment, 120, size=100)
    process = await muniment.start("file", "list", "--all", "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    await process.stdout.read(10)
    process.stdout._transport.close()  # type: ignore[attr-defined]
    assert await process.stderr.read() == b""
    await process.wait()


async def test_file_is_shown_deleted_and_recovered(program: Program, ours: Tenant) -> None:
    await send(program, 1)
    await settled(ours.rest)
    (file,) = await there(ours)
    assert await program.json("file", "show", file["id"]) == await ours.rest.get(f"/v1/files/{file['id']}")
    text = (await program.ok("file", "show", file["id"])).out
    assert file["checksum_sha256"] in text
    (deleted,) = (await program.json("file", "delete", file["id"], "--yes"))["files"]
    assert deleted["status"] == "deleted"
    (recovered,) = (await program.json("file", "recover", file["id"]))["files"]
    assert recovered["status"] == "uploaded"


async def test_each_file_that_fails_is_named_and_the_others_proceed(muniment: Program, ours: Tenant) -> None:
    await send(muniment, 2)
    files, absent = [file["id"] for file in await there(ours)], str(uuid4())
    done = await muniment("file", "delete", files[0], absent, files[1], "--yes")
    assert done.code == 1
    assert absent in done.err
    assert await there(ours) == []


async def test_process_queues_the_file_again(program: Program, ours: Tenant) -> None:
    await send(program, 1)
    (file,) = await there(ours)
    await program.ok("file", "process", file["id"])
    events = (await ours.rest.get("/v1/events", file_id=file["id"]))["items"]
    assert "PROCESS_DOCUMENT" in [event["type"] for event in events]
    refused = await program("file", "process", file["id"], "--event", "EAT_DOCUMENT")
    assert refused.code == 1
    assert "PROCESS_DOCUMENT" in refused.err


async def test_picture_of_a_page_is_written_under_the_name_of_the_file(program: Program, ours: Tenant) -> None:
    await program.ok("file", "upload", str(REPOSITORY / "docs/samples/water-bill.pdf"), *MANUAL)
    (file,) = await there(ours)
    done = await program.ok("file", "page", file["id"], "--evidence")
    assert done.out == "water-bill-1.png\n"
    assert (program.folder / "water-bill-1.png").read_bytes().startswith(b"\x89PNG")
    refused = await program("file", "page", file["id"])
    assert (refused.code, "--force" in refused.err) == (1, True)
    beyond = await program("file", "page", file["id"], "2")
    assert (beyond.code, "no page 2" in beyond.err) == (1, True)


async def test_download_writes_the_file_under_its_name(program: Program, ours: Tenant) -> None:
    content = some_bytes(700_000)
    (program.folder / "sent").mkdir()
    (program.folder / "sent" / "bill.bin").write_bytes(content)
    await program.ok("file", "upload", "sent", *MANUAL)
    (file,) = await there(ours)
    done = await program.ok("file", "download", file["id"])
    assert done.out == "bill.bin\n"
    assert (program.folder / "bill.bin").read_bytes() == content
    refused = await program("file", "download", file["id"])
    assert refused.code == 1
    assert "--force" in refused.err
    await program.ok("file", "download", file["id"], "--force")
    (program.folder / "there").mkdir()
    await program.ok("file", "download", file["id"], "--output", "there")
    assert (program.folder / "there" / "bill.bin").read_bytes() == content
    piped = await program.start("file", "download", file["id"], "--output", "-")
    out, _ = await piped.communicate()
    assert out == content


async def test_download_goes_on_after_a_cut_connection(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    content = some_bytes(6_000_000)
    (muniment.folder / "bill.bin").write_bytes(content)
    await muniment.ok("file", "upload", "bill.bin", *MANUAL)
    (file,) = await there(ours)
    installation.grpc.cut_after_received = 2_000_000
    await muniment.ok("file", "download", file["id"], "--output", "copy.bin")
    assert installation.grpc.cuts == 1
    assert (muniment.folder / "copy.bin").read_bytes() == content


async def test_facilities_folders_projects_and_suppliers(muniment: Program, ours: Tenant) -> None:
    made = await muniment.json("facility", "create", "Sevilla Plant", "--country", "ES", "--address", "Calle Feria 1")
    assert (await muniment.json("facility", "list"))["items"] == [made]
    assert (await muniment.json("facility", "list", "--name", "madrid"))["items"] == []
    outer = await muniment.json("folder", "create", "2026")
    inner = await muniment.json("folder", "create", "May", "--parent-id", outer["id"])
    assert (await muniment.json("folder", "list", "--parent-id", outer["id"]))["items"] == [inner]
    again = await muniment("folder", "create", "2026")
    assert again.code == 1
    await muniment.json("project", "create", "Footprint")
    assert "Footprint" in (await muniment.ok("project", "list", "--csv")).out
    await muniment.json("supplier", "create", "Iberdrola", "--tax-id", "A95758389", "--country", "ES")
    assert "A95758389" in (await muniment.ok("supplier", "list")).out
    wrong = await muniment("facility", "create", "X", "--country", "Spain")
    assert wrong.code == 1
    assert "ISO 3166" in wrong.err


async def test_invoices_and_wastes_are_listed(muniment: Program, ours: Tenant, installation: Installation) -> None:
    file, reading = given(installation.system, ours)
    waste = {"quantity": 900, "unit": "kilogram_(kg)", "low_code": "200301"}
    _, wasted = given(installation.system, ours, "wastes", [waste])
    plant = await facility(ours)
    for each in (reading, wasted):
        await muniment.ok("file", "reading", "create-records", each, "--facility", f"{plant}=1")
    (invoice,) = (await muniment.json("invoice", "list", "--file-id", file, "--type", "water"))["items"]
    assert invoice == (await ours.rest.get("/v1/invoices"))["items"][0]
    assert (await muniment.json("invoice", "list", "--type", "electricity"))["items"] == []
    (row,) = csv.DictReader(io.StringIO((await muniment.ok("waste", "list", "--csv")).out))
    assert (row["low_code"], row["facility_id"]) == ("200301", plant)
    assert "200301" in (await muniment.ok("waste", "list")).out


async def test_event_log_is_followed(muniment: Program, ours: Tenant) -> None:
    await send(muniment, 1)
    (file,) = await there(ours)
    terminal = await muniment.terminal("event", "tail", "--after", "0")
    await terminal.expect(rf"CLASSIFY_DOCUMENT +{file['id']}")
    await muniment.ok("file", "delete", file["id"], "--yes")
    await terminal.expect(rf"file\.deleted +{file['id']}")
    terminal.interrupt()
    assert await terminal.end() == 130
    assert "Traceback" not in terminal.text


async def test_event_log_as_lines_of_json(program: Program, ours: Tenant) -> None:
    await send(program, 2)
    await settled(ours.rest)
    done = await program.ok("event", "tail", "--after", "0", "--no-follow", "--json")
    events = [json.loads(line) for line in done.out.splitlines()]
    assert events == (await ours.rest.get("/v1/events"))["items"]
