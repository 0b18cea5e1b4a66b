"""The handshake: prepare, PUT, confirm."""

from __future__ import annotations

import asyncio
import base64
import hashlib

import pytest

from service.domain.errors import (
    FileNotFoundInOrganizationError,
    FileStatusConflictError,
    FolderNotFoundError,
    InvalidRequestError,
    ProjectNotFoundError,
)
from service.domain.files import UploadMethod
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.files.presigned import UploadRequest
from service.postgres.file_lists import FileFilters
from tests.files.conftest import Files
from tests.world import World

CONFIRMATIONS = "SELECT payload FROM events WHERE file_id = %s AND type = 'CLASSIFY_DOCUMENT'"


async def test_confirmed_upload_is_uploaded_and_classified_once(files: Files, scope: Scope, world: World) -> None:
    prepared = await files.prepare(scope)
    assert await files.put(prepared, b"%PDF-") == 200
    for _ in range(2):
        [(file, problem)] = await files.presigned.confirm(scope, [prepared.file_id, prepared.file_id])
        assert (file.status, file.size_bytes, file.size_kb, problem) == ("uploaded", 5, 1, None)
    assert world.rows(CONFIRMATIONS, prepared.file_id) == [
        (
            {
                "resource": "POST",
                "method": "/classify-document",
                "file_id": str(prepared.file_id),
                "user_id": str(scope.user_id),
                "organization_id": str(scope.organization_id),
            },
        )
    ]


async def test_confirmations_at_once_emit_one_event(files: Files, scope: Scope, world: World) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"%PDF-")
    answers = await asyncio.gather(*(files.presigned.confirm(scope, [prepared.file_id]) for _ in range(8)))
    assert {answer[0][0].status for answer in answers} == {"uploaded"}
    assert len(world.rows(CONFIRMATIONS, prepared.file_id)) == 1
    assert await files.content(scope, prepared) == b"%PDF-"


async def test_put_after_confirm_changes_nothing(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"evidence")
    [(confirmed, _)] = await files.presigned.confirm(scope, [prepared.file_id])
    assert await files.put(prepared, b"forgery!") == 200
    await files.presigned.confirm(scope, [prepared.file_id])
    assert await files.content(scope, prepared) == b"evidence"
    assert (await files.library.get(scope, prepared.file_id)).etag == confirmed.etag


async def test_url_of_prepared_upload_is_kept_with_the_file(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"x")
    [(file, _)] = await files.presigned.confirm(scope, [prepared.file_id])
    assert files.library.url_of(file) == prepared.url


@pytest.mark.parametrize(
    ("data", "declared", "code"),
    [(None, None, "UPLOAD_MISSING"), (b"", None, "UPLOAD_EMPTY"), (b"12345", 4, "UPLOAD_SIZE_MISMATCH")],
)
async def test_upload_that_is_not_as_declared_stays_pending(
    files: Files, scope: Scope, data: bytes | None, declared: int | None, code: str
) -> None:
    good = await files.prepare(scope)
    await files.put(good, b"x")
    bad = await files.prepare(scope, size_bytes=declared)
    if data is not None:
        await files.put(bad, data)
    answers = await files.presigned.confirm(scope, [bad.file_id, good.file_id])
    assert [file.status for file, _ in answers] == ["pending", "uploaded"]
    assert answers[0][1] is not None
    assert answers[0][1].code == code
    assert answers[1][1] is None


async def test_failed_confirmation_can_be_repeated_after_sending_again(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    await files.presigned.confirm(scope, [prepared.file_id])
    await files.put(prepared, b"late")
    [(file, problem)] = await files.presigned.confirm(scope, [prepared.file_id])
    assert (file.status, problem) == ("uploaded", None)
    assert await files.content(scope, prepared) == b"late"


async def test_declared_checksum_is_checked_by_the_store(files: Files, scope: Scope) -> None:
    checksum = base64.b64encode(hashlib.sha256(b"right").digest()).decode()
    prepared = await files.prepare(scope, checksum_sha256=checksum)
    assert await files.put(prepared, b"wrong") == 400
    assert await files.put(prepared, b"right") == 200


async def test_unknown_id_fails_the_whole_call(files: Files, scope: Scope, world: World) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"x")
    foreign = world.file(world.organization(), status="pending")
    for stranger in (new_id(), foreign):
        with pytest.raises(FileNotFoundInOrganizationError):
            await files.presigned.confirm(scope, [prepared.file_id, stranger])
    assert (await files.library.get(scope, prepared.file_id)).status == "pending"


async def test_error_becomes_uploaded_when_the_bytes_are_there(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    [(failed, _)] = await files.presigned.fail(scope, [prepared.file_id])
    assert failed.status == "error"
    await files.put(prepared, b"x")
    [(file, _)] = await files.presigned.confirm(scope, [prepared.file_id])
    assert file.status == "uploaded"


async def test_uploaded_never_becomes_error(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"x")
    await files.presigned.confirm(scope, [prepared.file_id])
    with pytest.raises(FileStatusConflictError):
        await files.presigned.fail(scope, [prepared.file_id])


async def test_deleted_file_is_a_conflict(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    await files.library.delete(scope, prepared.file_id)
    for update in (files.presigned.confirm, files.presigned.fail):
        with pytest.raises(FileStatusConflictError):
            await update(scope, [prepared.file_id])


async def test_project_links_are_made_once(files: Files, scope: Scope, world: World) -> None:
    project = new_id()
    world.insert("projects", {"id": project, "organization_id": scope.organization_id, "name": "P", "search_name": "p"})
    prepared = await files.prepare(scope)
    await files.put(prepared, b"x")
    for _ in range(2):
        [(file, _)] = await files.presigned.confirm(scope, [prepared.file_id], project)
        assert file.project_ids == [project]
    with pytest.raises(ProjectNotFoundError):
        await files.presigned.confirm(scope, [prepared.file_id], new_id())


async def test_batch_is_all_or_nothing(files: Files, scope: Scope) -> None:
    good = UploadRequest("a", "pdf", "application/pdf", 1)
    with pytest.raises(FolderNotFoundError):
        await files.presigned.prepare(
            scope, [good, UploadRequest("b", "pdf", "application/pdf", 1, folder_id=new_id())]
        )
    with pytest.raises(InvalidRequestError):
        await files.presigned.prepare(scope, [good, UploadRequest("b", "pdf", "application/pdf", 10**9)])
    page = await files.library.list_files(scope, FileFilters(), page=None, size=None, cursor=None)
    assert page.total == 0


async def test_thousand_uploads_keep_their_order(files: Files, scope: Scope) -> None:
    names = [f"file {n}" for n in range(1000)]
    prepared = await files.presigned.prepare(scope, [UploadRequest(n, "pdf", "application/pdf", 1) for n in names])
    found = await files.queries.get_many(scope, [p.file_id for p in prepared])
    assert [found[p.file_id].file_name for p in prepared] == [f"{name}.pdf" for name in names]
    page = await files.library.list_files(scope, FileFilters(), page=None, size=None, cursor=None)
    assert page.total == 1000


async def test_checksum_with_a_form_post_is_refused(files: Files, scope: Scope) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        await files.prepare(scope, method=UploadMethod.POST, checksum_sha256="x")
    assert refused.value.violations[0].field == "uploads[0].checksum_sha256"
