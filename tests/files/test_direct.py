"""Uploads through the service."""

from __future__ import annotations

import base64
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from service.domain.errors import (
    DomainError,
    FolderNotFoundError,
    InvalidRequestError,
    PayloadTooLargeError,
    UnavailableError,
    UploadChecksumMismatchError,
    UploadEmptyError,
    UploadSizeMismatchError,
)
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.files.direct import FileHeader, UploadOptions, UploadPart
from tests.files.conftest import SETTINGS, Files
from tests.world import World

WRONG_CHECKSUM = base64.b64encode(bytes(32)).decode()


async def stream(*parts: UploadPart) -> AsyncIterator[UploadPart]:
    for part in parts:
        yield part


async def test_several_files_keep_names_and_bytes(files: Files, scope: Scope) -> None:
    names = ["noextension", "two.dots.pdf", 'naïve "名前" 🙂.pdf', ".env"]
    parts: list[UploadPart] = []
    for name in names:
        parts += [FileHeader(name, "application/pdf"), name.encode(), b"!"]
    uploaded = await files.direct.upload(scope, stream(*parts))
    assert [file.file_name for file in uploaded] == names
    for file in uploaded:
        download = await files.library.open_download(scope, file.id)
        data = b"".join([chunk async for chunk in files.library.stream(download)])
        assert data == file.file_name.encode() + b"!"
        assert file.checksum_sha256 == hashlib.sha256(data).digest()
        assert (file.status, file.size_bytes) == ("uploaded", len(data))


async def test_options_may_come_last(files: Files, scope: Scope) -> None:
    options = UploadOptions(processing_track="MANUAL", external_file_id="x-1")
    [file] = await files.direct.upload(scope, stream(FileHeader("a.pdf"), b"%PDF-1.7", options))
    assert (file.processing_track, file.external_file_id, file.mime_type) == ("MANUAL", "x-1", "application/pdf")


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ((), InvalidRequestError),
        ((b"x",), InvalidRequestError),
        ((FileHeader("a.pdf"),), UploadEmptyError),
        ((FileHeader("a.pdf", size_bytes=2), b"x"), UploadSizeMismatchError),
        (
            (FileHeader("a.pdf", checksum_sha256=WRONG_CHECKSUM), b"x"),
            UploadChecksumMismatchError,
        ),
        ((FileHeader("a.pdf"), b"x", UploadOptions(folder_id=new_id())), FolderNotFoundError),
        ((FileHeader("a.pdf"), bytes(SETTINGS.max_size_bytes + 1)), PayloadTooLargeError),
        ((FileHeader("a" * 2997 + ".pdf"), b"x"), InvalidRequestError),
    ],
)
async def test_bad_upload_keeps_nothing(
    files: Files, scope: Scope, world: World, parts: tuple[UploadPart, ...], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        await files.direct.upload(scope, stream(*parts))
    assert world.rows("SELECT id FROM files WHERE organization_id = %s", scope.organization_id) == []
    assert await files.store.list_objects(f"files/{scope.organization_id}/") == []


async def test_one_bad_file_of_several_keeps_none(files: Files, scope: Scope, world: World) -> None:
    with pytest.raises(UploadEmptyError):
        await files.direct.upload(scope, stream(FileHeader("a.pdf"), b"x", FileHeader("b.pdf")))
    assert await files.store.list_objects(f"files/{scope.organization_id}/") == []
    assert world.rows("SELECT id FROM files WHERE organization_id = %s", scope.organization_id) == []


async def test_bytes_stay_when_nobody_knows_whether_the_rows_were_committed(
    files: Files, scope: Scope, world: World
) -> None:
    world.connection.execute(
        """
        CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON files DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION break_off()
        """
    )
    with pytest.raises(UnavailableError):
        await files.direct.upload(scope, stream(FileHeader("a.pdf"), b"x"))
    assert len(await files.store.list_objects(f"files/{scope.organization_id}/")) == 1


async def test_memory_does_not_grow_with_the_number_of_files(files: Files, scope: Scope) -> None:
    parts: list[UploadPart] = []
    block = os.urandom(256 * 1024)
    for number in range(12):
        parts += [FileHeader(f"{number}.bin"), *[block] * 16]
    tracemalloc.start()
    try:
        await files.direct.upload(scope, stream(*parts))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 * 4 * 1024 * 1024, "the files before the one that comes are held"


async def test_large_upload_keeps_every_byte(files: Files, scope: Scope) -> None:
    data = os.urandom(18 * 1024 * 1024)
    chunks = [data[start : start + 262_144] for start in range(0, len(data), 262_144)]
    [file] = await files.direct.upload(scope, stream(FileHeader("big.bin"), *chunks))
    assert file.checksum_sha256 == hashlib.sha256(data).digest()
    download = await files.library.open_download(scope, file.id, offset=-10)
    assert b"".join([chunk async for chunk in files.library.stream(download)]) == data[-10:]
