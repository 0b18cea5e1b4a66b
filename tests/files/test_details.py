"""What callers say of their files: at upload, and later."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from service.domain.errors import (
    FileNotFoundInOrganizationError,
    FileStatusConflictError,
    InvalidRequestError,
    ProjectNotFoundError,
)
from service.domain.files import File, FileChanges, FileLink, UploadMethod
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.files.direct import FileHeader, UploadOptions
from service.postgres.file_lists import FileFilters
from tests.files.conftest import SETTINGS, Files
from tests.files.test_direct import stream
from tests.world import World

SOON = datetime(2126, 1, 1, tzinfo=UTC)
SAID: dict[str, Any] = {
    "purpose": "extract",
    "data_source_id": "mailbox",
    "last_modified_at": datetime(2020, 2, 29, 12, tzinfo=UTC),
    "expires_at": SOON,
    "resource_info": {"path": "/a/b", "size": 12.5, "tags": ["x", None, True]},
    "permission_info": {"users": ["ana"]},
}


def said_of(file: File) -> dict[str, Any]:
    return {name: getattr(file, name) for name in SAID}


async def test_both_ways_of_uploading_keep_what_is_said(files: Files, scope: Scope, world: World) -> None:
    project = world.named(scope, "projects", "P")
    prepared = await files.prepare(scope, **SAID, project_id=project, confirm_on_arrival=True)
    pending = await files.library.get(scope, prepared.file_id)
    assert (pending.confirm_on_arrival, pending.project_ids) == (True, [project])
    [uploaded] = await files.direct.upload(scope, stream(FileHeader("a.pdf"), b"x", UploadOptions(**SAID)))
    for file in (pending, uploaded, await files.library.get(scope, uploaded.id)):
        assert said_of(file) == SAID
        assert (file.is_active, file.links, file.updated_by) == (True, [], None)
    [plain] = await files.direct.upload(scope, stream(FileHeader("a.pdf"), b"x"))
    assert set(said_of(plain).values()) == {None}


async def test_prepared_upload_for_an_unknown_project_makes_nothing(files: Files, scope: Scope, world: World) -> None:
    with pytest.raises(ProjectNotFoundError):
        await files.prepare(scope, project_id=new_id())
    assert world.rows("SELECT FROM files") == []


async def test_ephemeral_files_expire_after_the_configured_time(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope, ephemeral=True)
    [uploaded] = await files.direct.upload(scope, stream(FileHeader("a"), b"x", UploadOptions(ephemeral=True)))
    for file in (await files.library.get(scope, prepared.file_id), uploaded):
        assert file.expires_at is not None
        assert abs(file.expires_at - file.created_at - SETTINGS.ephemeral_lifetime) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "expires_at"),
        ({"expires_at": SOON, "ephemeral": True}, "ephemeral"),
        ({"resource_info": {"x": "y" * 17_000}}, "resource_info"),
        ({"permission_info": {"x": "y" * 17_000}}, "permission_info"),
    ],
)
async def test_what_can_not_be_said_keeps_nothing(
    files: Files, scope: Scope, world: World, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        await files.prepare(scope, **wrong)
    assert [violation.field for violation in refused.value.violations] == [f"uploads[0].{field}"]
    with pytest.raises(InvalidRequestError) as refused:
        await files.direct.upload(scope, stream(FileHeader("a.pdf"), b"x", UploadOptions(**wrong)))
    assert [violation.field for violation in refused.value.violations] == [f"options.{field}"]
    assert world.rows("SELECT FROM files") == []
    assert await files.store.list_objects(f"files/{scope.organization_id}/") == []


async def test_options_name_a_file_that_came_without_a_name(files: Files, scope: Scope) -> None:
    options = UploadOptions(file_name="rechnung.pdf", mime_type="application/x-own")
    [file] = await files.direct.upload(scope, stream(FileHeader(""), b"%PDF-1.7", options))
    assert (file.file_name, file.mime_type) == ("rechnung.pdf", "application/x-own")
    [sniffed] = await files.direct.upload(
        scope, stream(UploadOptions(file_name="x.bin"), FileHeader("", "application/octet-stream"), b"%PDF", b"-1.7")
    )
    assert sniffed.mime_type == "application/pdf"
    for parts in ((FileHeader(""), b"x"), (FileHeader("a"), b"x", FileHeader("b"), b"y", options)):
        with pytest.raises(InvalidRequestError, match=r"options\.file_name"):
            await files.direct.upload(scope, stream(*parts))


async def test_prepared_upload_of_unknown_size_takes_what_fits_the_limit(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope, file_name="two.dots.x", size_kb=None, method=UploadMethod.POST)
    async with aiohttp.ClientSession() as session:
        for size, status in ((SETTINGS.max_size_bytes + 1, 400), (100_000, 204)):
            form = aiohttp.FormData(dict(prepared.presigned.form_fields))
            form.add_field("file", io.BytesIO(bytes(size)), filename="f", content_type="application/pdf")
            async with session.post(prepared.presigned.url, data=form) as response:
                assert response.status in {status, 403} if status == 400 else response.status == status
    [(file, problem)] = await files.presigned.confirm(scope, [prepared.file_id])
    assert (file.file_name, file.size_bytes, problem) == ("two.dots.x", 100_000, None)


async def test_what_is_said_can_be_changed_and_emptied(files: Files, scope: Scope, world: World) -> None:
    file_id = world.file(scope)
    changed = await files.library.update(scope, file_id, FileChanges(**SAID, external_file_id="x-1"))
    assert said_of(changed) == SAID
    assert (changed.external_file_id, changed.updated_by) == ("x-1", scope.user_id)
    part = await files.library.update(scope, file_id, FileChanges(purpose=None, resource_info=None))
    assert said_of(part) == SAID | {"purpose": None, "resource_info": None}
    assert world.rows("SELECT type, payload -> 'fields' FROM events ORDER BY sequence")[1] == (
        "file.updated",
        ["purpose", "resource_info"],
    )


async def test_deleted_and_foreign_files_are_not_changed(files: Files, scope: Scope, world: World) -> None:
    deleted, foreign = world.file(scope, status="deleted"), world.file(world.organization())
    link = FileLink("entry", "1")
    for file_id, error in ((deleted, FileStatusConflictError), (foreign, FileNotFoundInOrganizationError)):
        with pytest.raises(error):
            await files.library.update(scope, file_id, FileChanges(is_active=False))
        with pytest.raises(error):
            await files.library.put_links(scope, file_id, [link])
        with pytest.raises(error):
            await files.library.delete_link(scope, file_id, "entry", "1")
    with pytest.raises(InvalidRequestError):
        await files.library.update(scope, deleted, FileChanges(expires_at=datetime(2020, 1, 1, tzinfo=UTC)))


async def test_links_are_made_changed_listed_and_taken_away(files: Files, scope: Scope, world: World) -> None:
    file_id, other = world.file(scope), world.file(scope)
    first, second = FileLink("entry", "1"), FileLink("order", "A/7", "ATTACHMENT")
    for _ in range(2):
        linked = await files.library.put_links(scope, file_id, [first, second])
        assert linked.links == [first, second]
    assert linked.updated_by == scope.user_id
    await files.library.put_links(scope, other, [FileLink("entry", "2")])
    changed = await files.library.put_links(scope, file_id, [second, FileLink("entry", "1", "ATTACHMENT")])
    assert changed.links == [FileLink("entry", "1", "ATTACHMENT"), second]
    for filters, ids in (
        (FileFilters(link_type="entry"), [other, file_id]),
        (FileFilters(link_type="entry", link_id="2"), [other]),
        (FileFilters(link_id="A/7"), [file_id]),
        (FileFilters(link_type="order", link_id="1"), []),
    ):
        page = await files.library.list_files(scope, filters, page=None, size=None, cursor=None)
        assert ([file.id for file in page.items], page.total) == (ids, len(ids)), filters
    for _ in range(2):
        assert (await files.library.delete_link(scope, file_id, "entry", "1")).links == [second]


async def test_links_to_records_are_not_for_callers(files: Files, scope: Scope, world: World) -> None:
    file_id = world.file(scope)
    for link_type in ("invoice", "waste"):
        with pytest.raises(InvalidRequestError, match="only the service"):
            await files.library.put_links(scope, file_id, [FileLink(link_type, "1")])
        with pytest.raises(InvalidRequestError, match="only the service"):
            await files.library.delete_link(scope, file_id, link_type, "1")
