"""Files by the library: sent and fetched, listed, deleted, read."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from muniment_client import (
    AsyncClient,
    ConflictError,
    DeadlineExceededError,
    FileLinkRole,
    FileStatus,
    MunimentError,
    NotFoundError,
    ProcessingStatus,
    ProcessingTrack,
    Progress,
    SourceError,
    TargetError,
    UploadError,
    UploadItem,
    UploadMode,
    ValidationError,
)
from tests.system.support import REPOSITORY

WATER_BILL = REPOSITORY / "docs/samples/water-bill.pdf"
CONTENT = b"some bytes that are no document"
SHA256 = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
MANUAL = ProcessingTrack.MANUAL


async def as_chunks() -> AsyncIterator[bytes]:
    yield CONTENT[:10]
    yield CONTENT[10:]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("mode", list(UploadMode))
async def test_upload_keeps_bytes_name_and_what_was_said(client: AsyncClient, tmp_path: Path, mode: UploadMode) -> None:
    folder = await client.folders.create("Bills")
    project = await client.projects.create("Audit")
    path = tmp_path / "factura nº 1.två.pdf"
    path.write_bytes(CONTENT)
    file = await client.files.upload(
        path, folder_id=folder.id, project_id=project.id, track=MANUAL, external_file_id="x1", mode=mode
    )
    assert (file.status, file.file_name, file.mime_type) == (FileStatus.UPLOADED, path.name, "application/pdf")
    assert (file.size_bytes, file.checksum_sha256) == (len(CONTENT), SHA256)
    assert (file.folder_id, file.project_ids, file.external_file_id) == (folder.id, (project.id,), "x1")
    assert file.processing_track is MANUAL
    assert file.channel == "muniment-client"
    assert file.created_at.utcoffset() is not None
    assert await client.files.read(file.id) == CONTENT
    assert await client.files.get(file.id) == file or (await client.files.get(file.id)).status == FileStatus.UPLOADED


async def test_bytes_streams_and_open_files_are_sent(client: AsyncClient, tmp_path: Path) -> None:
    path = tmp_path / "opened.pdf"
    path.write_bytes(CONTENT)
    with path.open("rb") as opened:
        named = await client.files.upload(opened, track=MANUAL)
    assert named.file_name == "opened.pdf"
    for source in (CONTENT, BytesIO(CONTENT), as_chunks(), iter([CONTENT[:3], CONTENT[3:]])):
        file = await client.files.upload(source, file_name="a.pdf", track=MANUAL)
        assert (file.checksum_sha256, file.file_name) == (SHA256, "a.pdf")


@pytest.mark.parametrize("name", ["noextension", ".env", "archive.tar_gz", "v1.0 (final)"])
async def test_names_of_any_form_are_kept(client: AsyncClient, name: str) -> None:
    file = await client.files.upload(CONTENT, file_name=name, track=MANUAL)
    assert (file.file_name, file.status, file.checksum_sha256) == (name, FileStatus.UPLOADED, SHA256)


@pytest.mark.parametrize("mode", list(UploadMode))
async def test_progress_reaches_the_whole(client: AsyncClient, mode: UploadMode) -> None:
    seen: list[Progress] = []
    content = bytes(1_000_000)
    await client.files.upload(content, file_name="a.bin", track=MANUAL, mode=mode, progress=seen.append)
    assert [at.done for at in seen] == sorted(at.done for at in seen)
    assert seen[-1] == Progress(len(content), len(content))
    assert seen[-1].fraction == 1
    assert len(seen) >= 4


async def test_sources_that_cannot_be_sent_are_refused_before_anything_is(client: AsyncClient, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent\.pdf can't be read: No such file"):
        await client.files.upload(tmp_path / "absent.pdf")
    with pytest.raises(SourceError, match="give file_name"):
        await client.files.upload(CONTENT)
    with pytest.raises(UploadError, match="is empty") as empty:
        await client.files.upload(b"", file_name="a.pdf")
    assert empty.value.reason == "UPLOAD_EMPTY"
    assert (await client.files.list().page()).total == 0


async def test_store_refuses_bytes_that_changed(client: AsyncClient, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    (prepared,) = await client.files.prepare([UploadItem(path)])
    path.write_bytes(CONTENT[::-1])
    with pytest.raises(UploadError) as changed:
        await client.files.put(prepared)
    assert changed.value.reason == "UPLOAD_CHECKSUM_MISMATCH"
    path.write_bytes(CONTENT + b"!")
    with pytest.raises(UploadError) as longer:
        await client.files.put(prepared)
    assert longer.value.reason == "UPLOAD_SIZE_MISMATCH"
    (unconfirmed,) = await client.files.confirm([prepared.file_id])
    assert unconfirmed.error is not None
    assert unconfirmed.error.code == "UPLOAD_MISSING"
    (failed,) = await client.files.fail([prepared.file_id])
    assert failed.status == FileStatus.ERROR


async def test_prepared_uploads_are_put_and_confirmed(client: AsyncClient) -> None:
    items = [UploadItem(f"content {n}".encode(), file_name=f"{n}.pdf", track=MANUAL) for n in range(3)]
    prepared = await client.files.prepare(items)
    assert "signature" not in repr(prepared).lower()
    for upload in prepared:
        await client.files.put(upload)
    files = await client.files.confirm([upload.file_id for upload in prepared])
    assert [(file.file_name, file.status, file.error) for file in files] == [
        (f"{n}.pdf", FileStatus.UPLOADED, None) for n in range(3)
    ]


async def test_many_documents_go_in_one_call(client: AsyncClient, tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.pdf" for n in range(30)]
    for n, path in enumerate(paths):
        path.write_bytes(f"content {n}".encode())
    files = await client.files.send([UploadItem(path) for path in paths], track=MANUAL)
    assert [file.file_name for file in files] == [path.name for path in paths]
    assert len({file.checksum_sha256 for file in files}) == 30
    with pytest.raises(MunimentError):
        await client.files.send([UploadItem(paths[0]), UploadItem(paths[1], folder_id=None)], folder_id="no uuid")
    assert (await client.files.list().page()).total == 30


async def test_lists_go_over_all_pages(client: AsyncClient) -> None:
    items = [UploadItem(f"{n}".encode(), file_name=f"{n:02}.pdf") for n in range(25)]
    sent = await client.files.send(items, track=MANUAL)
    listed = client.files.list(page_size=10, order_by="name")
    assert [file.file_name async for file in listed] == [f"{n:02}.pdf" for n in range(25)]
    assert [len(page.items) async for page in listed.pages()] == [10, 10, 5]
    first = await listed.page()
    assert (first.total, len(first.items)) == (25, 10)
    assert first.next_cursor is not None
    second = await listed.page(first.next_cursor)
    assert second.items[0].file_name == "10.pdf"
    some = [file.id for file in sent[3:5]]
    assert {file.id async for file in client.files.list(file_ids=some)} == set(some)
    checksum = sent[7].checksum_sha256
    assert checksum is not None
    assert [file.id async for file in client.files.list(checksum_sha256=[checksum])] == [sent[7].id]
    assert [file async for file in client.files.list(created_before=sent[0].created_at, name="pdf")] == []


async def test_deleted_files_come_back(client: AsyncClient) -> None:
    file = await client.files.upload(CONTENT, file_name="a.pdf", track=MANUAL)
    deleted = await client.files.delete(file.id)
    assert deleted.status == FileStatus.DELETED
    assert deleted.deleted_at is not None
    assert [each async for each in client.files.list()] == []
    assert [each.id async for each in client.files.list(status=FileStatus.DELETED)] == [file.id]
    with pytest.raises(ConflictError):
        await client.files.process(file.id)
    assert (await client.files.recover(file.id)).status == FileStatus.UPLOADED
    await client.files.process(file.id)


async def test_downloads_go_to_paths_folders_and_open_files(client: AsyncClient, tmp_path: Path) -> None:
    file = await client.files.upload(CONTENT, file_name="año 1.pdf", track=MANUAL)
    seen: list[Progress] = []
    info = await client.files.download(file.id, tmp_path / "named.pdf", progress=seen.append)
    assert (info.file_name, info.size_bytes, info.mime_type) == ("año 1.pdf", len(CONTENT), "application/pdf")
    assert (tmp_path / "named.pdf").read_bytes() == CONTENT
    assert seen[-1].fraction == 1
    await client.files.download(file.id, tmp_path)
    assert (tmp_path / "año 1.pdf").read_bytes() == CONTENT
    assert names_in(tmp_path) == ["año 1.pdf", "named.pdf"]
    target = BytesIO()
    await client.files.download(file.id, target)
    assert target.getvalue() == CONTENT
    with pytest.raises(TargetError, match="exists already"):
        await client.files.download(file.id, tmp_path / "named.pdf")
    await client.files.download(file.id, tmp_path / "named.pdf", overwrite=True)
    part = b"".join([chunk async for chunk in client.files.stream(file.id, offset=5, length=4)])
    assert part == CONTENT[5:9]
    assert b"".join([chunk async for chunk in client.files.stream(file.id, offset=-4)]) == CONTENT[-4:]
    with pytest.raises(DeadlineExceededError):
        await client.files.get(file.id, timeout=0)
    url = await client.files.download_url(file.id)
    assert url.url.startswith("http")
    assert url.expires_at > file.created_at


async def test_pending_files_have_no_content(client: AsyncClient, tmp_path: Path) -> None:
    (prepared,) = await client.files.prepare([UploadItem(CONTENT, file_name="a.pdf")])
    with pytest.raises(ConflictError) as refused:
        await client.files.download(prepared.file_id, tmp_path / "a.pdf")
    assert refused.value.reason == "FILE_HAS_NO_CONTENT"
    assert names_in(tmp_path) == []


async def test_files_are_followed_until_they_are_read(client: AsyncClient) -> None:
    water = await client.files.upload(WATER_BILL)
    broken = await client.files.upload(b"%PDF-1.7 broken", file_name="broken.pdf")
    seen = [file async for file in client.files.follow([water.id, broken.id], interval=0.05)]
    last = {file.id: file for file in seen}
    assert last[water.id].processing_status == ProcessingStatus.COMPLETED
    assert last[water.id].category == "water"
    assert last[broken.id].processing_status == ProcessingStatus.FAILED
    assert last[broken.id].error is not None
    assert (await client.files.wait(water.id)).category == "water"


async def test_unknown_files_are_not_found_however_they_are_asked_for(client: AsyncClient, tmp_path: Path) -> None:
    absent = "0190a000-0000-7000-8000-000000000000"
    for call in (
        client.files.get(absent),
        client.files.delete(absent),
        client.files.read(absent),
        client.files.download(absent, tmp_path / "a"),
        client.files.wait(absent),
        client.files.confirm([absent]),
    ):
        with pytest.raises(NotFoundError) as missing:
            await call
        assert missing.value.reason == "FILE_NOT_FOUND"
        assert missing.value.request_id
        assert absent in str(missing.value)
    with pytest.raises(ValidationError):
        await client.files.get("no uuid")


async def test_wait_says_when_it_took_too_long(client: AsyncClient) -> None:
    (prepared,) = await client.files.prepare([UploadItem(CONTENT, file_name="a.pdf")])
    with pytest.raises(MunimentError) as late:
        await client.files.wait(prepared.file_id, timeout=0.3)
    assert late.value.reason == "DEADLINE_EXCEEDED"


async def test_what_is_said_of_a_file_is_changed_and_emptied(client: AsyncClient) -> None:
    file = await client.files.upload(CONTENT, file_name="said.txt", track=MANUAL)
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    said = await client.files.update(file.id, {"purpose": "audit", "expires_at": ends, "resource_info": {"a": 1}})
    assert (said.purpose, said.expires_at, said.resource_info) == ("audit", ends, {"a": 1})
    emptied = await client.files.update(file.id, {"purpose": None, "expires_at": None})
    assert (emptied.purpose, emptied.expires_at, emptied.resource_info) == (None, None, {"a": 1})
    with pytest.raises(ValidationError) as unknown:
        await client.files.update(file.id, {"purposes": "audit"})
    assert [each.field for each in unknown.value.fields] == ["purposes"]


async def test_file_is_linked_and_unlinked(client: AsyncClient) -> None:
    file = await client.files.upload(CONTENT, file_name="linked.txt", track=MANUAL)
    linked = await client.files.link(file.id, "order", "A-1", role=FileLinkRole.ATTACHMENT)
    assert [(link.type, link.id, link.role) for link in linked.links] == [("order", "A-1", FileLinkRole.ATTACHMENT)]
    assert (await client.files.unlink(file.id, "order", "A-1")).links == ()


async def test_expunged_file_leaves_its_tombstone(client: AsyncClient) -> None:
    file = await client.files.upload(CONTENT, file_name="gone.txt", track=MANUAL)
    tombstone = await client.files.expunge(file.id)
    assert (tombstone.status, tombstone.expunged_at is not None) == (FileStatus.DELETED, True)
    with pytest.raises(ConflictError):
        await client.files.expunge(file.id)
