"""Uploading, as other programs see it: lines, JSON, CSV, exit codes."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import pytest

from tests.client.cli.conftest import Installation
from tests.client.cli.files import SAMPLES, make, names_there, sha256, some_bytes, there
from tests.client.cli.program import Program
from tests.system.support import Tenant

pytestmark = pytest.mark.long

MANUAL = ("--track", "MANUAL")
WAYS = [(), ("--mode", "presigned"), ("--mode", "multipart")]


@pytest.fixture(params=["grpc", "http"])
def program(request: pytest.FixtureRequest, muniment: Program, over_http: Program) -> Program:
    return muniment if request.param == "grpc" else over_http


@pytest.mark.parametrize("way", WAYS, ids=["by size", "presigned", "multipart"])
async def test_folder_is_uploaded_with_small_and_large_files(
    program: Program, ours: Tenant, way: tuple[str, ...]
) -> None:
    make(program.folder / "bills", 23)
    (program.folder / "bills" / "large.bin").write_bytes(some_bytes(3_000_000))
    make(program.folder / "bills" / "old", 2, seed=7)
    done = await program.ok("file", "upload", "bills", *way, *MANUAL)
    assert [words[0] for words in done.lines] == ["uploaded"] * 24
    files = {file["file_name"]: file for file in await there(ours)}
    assert sorted(files) == [*(f"f{number:03}.bin" for number in range(23)), "large.bin"]
    assert {words[1] for words in done.lines} == {file["id"] for file in files.values()}
    for name, file in files.items():
        content = (program.folder / "bills" / name).read_bytes()
        assert (file["size_bytes"], file["checksum_sha256"]) == (len(content), sha256(content))
    assert await there(ours, "pending") == []


async def test_answer_in_json_has_the_documented_shape(muniment: Program, ours: Tenant) -> None:
    make(muniment.folder, 2)
    (muniment.folder / "empty.bin").touch()
    done = await muniment("file", "upload", ".", "--json", *MANUAL)
    assert done.code == 1
    answer = done.json
    assert answer.keys() == {"files", "uploaded", "skipped", "failed"}
    assert (answer["uploaded"], answer["skipped"], answer["failed"]) == (2, 0, 1)
    by_path = {entry["path"]: entry for entry in answer["files"]}
    assert list(by_path) == ["empty.bin", "f000.bin", "f001.bin"]
    assert all(
        entry.keys() == {"path", "outcome", "reason", "message", "file", "reading", "confidence"}
        for entry in by_path.values()
    )
    assert (by_path["empty.bin"]["outcome"], by_path["empty.bin"]["reason"]) == ("failed", "EMPTY")
    listed = {file["id"]: file for file in await there(ours)}
    sent = by_path["f000.bin"]["file"]
    assert sent.keys() == listed[sent["id"]].keys()
    assert sent["file_name"] == "f000.bin"


async def test_answer_in_csv_has_a_row_for_each_file(muniment: Program) -> None:
    files = make(muniment.folder, 2)
    done = await muniment.ok("file", "upload", *(file.name for file in files), "--csv", *MANUAL)
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["path"], row["outcome"]) for row in rows] == [("f000.bin", "uploaded"), ("f001.bin", "uploaded")]
    assert rows[0]["file_checksum_sha256"] == sha256(files[0].read_bytes())


async def test_what_the_service_has_is_said_and_skipped(muniment: Program, ours: Tenant) -> None:
    make(muniment.folder / "a", 3)
    make(muniment.folder / "b", 1)
    done = await muniment.ok("file", "upload", "a", "b", *MANUAL)
    assert [words[0] for words in done.lines].count("uploaded") == 3
    assert "the same bytes as a/f000.bin" in next(line for line in done.out.splitlines() if "b/f000" in line)
    (muniment.folder / "a" / "f002.bin").rename(muniment.folder / "renamed.bin")
    again = await muniment.ok("file", "upload", "a", "renamed.bin", *MANUAL)
    assert [words[0] for words in again.lines] == ["skipped"] * 3
    assert "the service has it as f002.bin" in again.out
    assert "--force" in again.out
    assert len(await there(ours)) == 3


@pytest.mark.parametrize("way", WAYS, ids=["by size", "presigned", "multipart"])
async def test_force_sends_again(muniment: Program, ours: Tenant, way: tuple[str, ...]) -> None:
    make(muniment.folder / "a", 2)
    await muniment.ok("file", "upload", "a", *MANUAL)
    done = await muniment.ok("file", "upload", "a", "--force", *way, *MANUAL)
    assert [words[0] for words in done.lines] == ["uploaded"] * 2
    assert await names_there(ours) == ["f000.bin", "f000.bin", "f001.bin", "f001.bin"]


async def test_file_that_was_deleted_there_is_sent_again(muniment: Program, ours: Tenant) -> None:
    make(muniment.folder, 1)
    await muniment.ok("file", "upload", "f000.bin", *MANUAL)
    (file,) = await there(ours)
    await ours.rest.ok("DELETE", f"/v1/files/{file['id']}")
    done = await muniment.ok("file", "upload", "f000.bin", *MANUAL)
    assert done.lines[0][0] == "uploaded"


async def test_file_that_changed_is_sent_again(muniment: Program, ours: Tenant) -> None:
    make(muniment.folder, 1)
    await muniment.ok("file", "upload", "f000.bin", *MANUAL)
    (muniment.folder / "f000.bin").write_bytes(b"something else")
    done = await muniment.ok("file", "upload", "f000.bin", *MANUAL)
    assert done.lines[0][0] == "uploaded"
    assert len(await there(ours)) == 2


@pytest.mark.parametrize("way", WAYS, ids=["by size", "presigned", "multipart"])
async def test_folder_project_and_track_are_handed_on(muniment: Program, ours: Tenant, way: tuple[str, ...]) -> None:
    folder = (await muniment.json("folder", "create", "2026"))["id"]
    project = (await muniment.json("project", "create", "Footprint"))["id"]
    make(muniment.folder / "a", 1)
    (muniment.folder / "a" / "large.bin").write_bytes(some_bytes(2_000_000))
    placed = ("--folder-id", folder, "--project-id", project, "--track", "MANUAL")
    await muniment.ok("file", "upload", "a", *placed, *way)
    for file in await there(ours):
        assert (file["folder_id"], file["project_ids"], file["processing_track"]) == (folder, [project], "MANUAL")


async def test_folder_that_is_not_there_fails_each_file_by_name(muniment: Program, ours: Tenant) -> None:
    make(muniment.folder, 3)
    done = await muniment("file", "upload", ".", "--folder-id", str(uuid4()))
    assert done.code == 1
    for number in range(3):
        assert f"f00{number}.bin" in done.err
    assert await there(ours) == []


async def test_path_that_is_not_there_is_wrong_usage_and_nothing_is_sent(muniment: Program, ours: Tenant) -> None:
    make(muniment.folder, 1)
    done = await muniment("file", "upload", "f000.bin", "missing.pdf")
    assert done.code == 2
    assert "missing.pdf" in done.err
    assert await there(ours) == []


@pytest.mark.parametrize("way", WAYS, ids=["by size", "presigned", "multipart"])
async def test_one_bad_name_does_not_keep_the_others_back(
    muniment: Program, ours: Tenant, way: tuple[str, ...]
) -> None:
    make(muniment.folder, 4)
    (muniment.folder / "bad\nname.bin").write_bytes(b"x")
    done = await muniment("file", "upload", ".", *way, *MANUAL)
    assert done.code == 1
    assert "failed" in done.err
    assert "name.bin" in done.err
    assert await names_there(ours) == ["f000.bin", "f001.bin", "f002.bin", "f003.bin"]


async def test_key_that_may_only_read_is_exit_code_4(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    made = await ours.rest.ok("POST", "/v1/api-keys", {"name": "reader", "scopes": ["files:read"]}, status=201)
    make(muniment.folder, 2)
    done = await muniment.with_(MUNIMENT_API_KEY=made["secret"])("file", "upload", ".")
    assert done.code == 4
    assert made["secret"] not in done.out + done.err
    assert await there(ours) == []


async def test_bytes_that_change_on_the_way_are_refused_by_the_store(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    (muniment.folder / "bill.bin").write_bytes(b"GENUINE" + some_bytes(100_000))
    installation.store.replace = (b"GENUINE", b"FORGERY")
    done = await muniment("file", "upload", "bill.bin", "--mode", "presigned")
    assert done.code == 1
    assert "bill.bin" in done.err
    assert await there(ours) == []
    assert await there(ours, "pending") == []
    installation.store.replace = None
    await muniment.ok("file", "upload", "bill.bin", "--mode", "presigned", *MANUAL)
    assert await names_there(ours) == ["bill.bin"]


async def test_waiting_ends_with_what_was_read(muniment: Program) -> None:
    paths = [str(SAMPLES / "water-bill.pdf"), str(SAMPLES / "electricity-bill.pdf")]
    done = await muniment.ok("file", "upload", *paths, "--wait")
    rows = done.out.splitlines()
    assert [words.split()[0] for words in rows[:2]] == ["uploaded"] * 2
    head = next(index for index, row in enumerate(rows) if row.startswith("FILE "))
    water, electricity = sorted(rows[head + 1 :], key=lambda row: "electricity" in row)
    assert "water " in water
    assert "completed" in water
    assert "127 m3" in water
    assert "252.07 EUR" in water
    assert water.endswith("%")
    assert "electricity " in electricity


async def test_waiting_answers_readings_in_json(muniment: Program) -> None:
    answer = await muniment.json("file", "upload", str(SAMPLES / "water-bill.pdf"), "--wait")
    (entry,) = answer["files"]
    assert entry["file"]["processing_status"] == "completed"
    assert entry["reading"]["category"] == "water"
    assert entry["reading"]["content"]["items"][0]["quantity"] == 127
    assert 0 < entry["confidence"] <= 1


async def test_waiting_says_which_file_can_not_be_read(muniment: Program) -> None:
    (muniment.folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing that is one")
    done = await muniment("file", "upload", "broken.pdf", str(SAMPLES / "water-bill.pdf"), "--wait")
    assert done.code == 1
    row = next(line for line in done.out.splitlines() if line.startswith("broken.pdf"))
    assert "failed" in row
    assert "127 m3" in done.out


async def test_waiting_gives_up_when_nobody_reads(muniment: Program, ours: Tenant, installation: Installation) -> None:
    make(muniment.folder, 1)
    with installation.system.jobs_held():
        done = await muniment("file", "upload", "f000.bin", "--wait", "--timeout", "1")
    assert done.code == 1
    assert "not read within 1 s" in done.out
