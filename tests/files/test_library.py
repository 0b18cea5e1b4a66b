"""Listing, deleting, recovering, downloading, sending events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.errors import (
    FileHasNoContentError,
    FileNotFoundInOrganizationError,
    FileNotUploadedError,
    InvalidCursorError,
    RangeNotSatisfiableError,
    UnknownEventTypeError,
)
from service.domain.files import File
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.file_lists import FileFilters
from service.postgres.paging import Page
from tests.files.conftest import Files
from tests.world import World


async def listed(files: Files, scope: Scope, **filters: object) -> Page[File]:
    return await files.library.list_files(scope, FileFilters(**filters), page=None, size=None, cursor=None)  # type: ignore[arg-type]


async def test_file_of_other_organization_is_not_found(files: Files, scope: Scope, world: World) -> None:
    foreign = world.file(world.organization())
    for file_id in (foreign, new_id()):
        for call in (files.library.get, files.library.delete, files.library.recover, files.library.download_url):
            with pytest.raises(FileNotFoundInOrganizationError, match=str(file_id)):
                await call(scope, file_id)
    assert (await listed(files, scope)).items == []


async def test_cursor_walks_every_file_once_newest_first(files: Files, scope: Scope, world: World) -> None:
    made = [world.file(scope) for _ in range(25)]
    seen, cursor = [], None
    while True:
        page = await files.library.list_files(scope, FileFilters(), page=None, size=10, cursor=cursor)
        seen += [file.id for file in page.items]
        assert (page.total, page.pages) == (25, 3)
        if (cursor := page.next_cursor) is None:
            break
    assert seen == made[::-1]


async def test_numbered_pages_hold_the_same_files(files: Files, scope: Scope, world: World) -> None:
    made = [world.file(scope) for _ in range(25)]
    pages = [await files.library.list_files(scope, FileFilters(), page=n, size=10, cursor=None) for n in (1, 2, 3, 4)]
    assert [file.id for page in pages for file in page.items] == made[::-1]
    assert [len(page.items) for page in pages] == [10, 10, 5, 0]


async def test_cursor_of_other_filters_is_refused(files: Files, scope: Scope, world: World) -> None:
    for _ in range(3):
        world.file(scope)
    page = await files.library.list_files(scope, FileFilters(), page=None, size=2, cursor=None)
    with pytest.raises(InvalidCursorError):
        await files.library.list_files(scope, FileFilters(name="x"), page=None, size=2, cursor=page.next_cursor)


@pytest.mark.parametrize(
    ("name", "search", "found"),
    [
        ("Factura_100%.pdf", "a_1", True),
        ("Factura_100%.pdf", "0%.P", True),
        ("Factura 100.pdf", "a_1", False),
        ("Cafe\u0301.pdf", "CAFÉ", True),
        ("STRASSE.pdf", "straße", True),
    ],
)
async def test_name_search_is_literal_and_ignores_case_and_composition(
    files: Files, scope: Scope, world: World, name: str, search: str, found: bool
) -> None:
    from service.domain.names import search_form

    world.file(scope, file_name=name, search_name=search_form(name))
    assert (await listed(files, scope, name=search)).total == int(found)


async def test_filters_narrow_items_and_total_alike(files: Files, scope: Scope, world: World) -> None:
    folder = new_id()
    world.insert("folders", {"id": folder, "organization_id": scope.organization_id, "name": "F", "search_name": "f"})
    inside = world.file(scope, folder_id=folder)
    tagged = world.file(scope, category="water", tags=["invoice::water"])
    pending = world.file(scope, status="pending")
    deleted = world.file(scope, status="deleted")
    thumbnail = world.file(scope, type="THUMBNAIL", source_file_id=inside)
    expected = {
        "folder_id": (folder, [inside]),
        "category": ("water", [tagged]),
        "tag": ("invoice::water", [tagged]),
        "status": ("deleted", [deleted]),
    }
    for name, (value, ids) in expected.items():
        page = await listed(files, scope, **{name: value})
        assert ([file.id for file in page.items], page.total) == (ids, len(ids)), name
    everything = await listed(files, scope)
    assert [file.id for file in everything.items] == [pending, tagged, inside]
    assert everything.items[-1].target_file_ids == [thumbnail]


async def test_created_after_is_inclusive_and_before_exclusive(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    at = (await files.library.get(scope, prepared.file_id)).created_at
    microsecond = timedelta(microseconds=1)
    assert (await listed(files, scope, created_after=at)).total == 1
    assert (await listed(files, scope, created_after=at + microsecond)).total == 0
    assert (await listed(files, scope, created_before=at)).total == 0
    assert (await listed(files, scope, created_before=at + microsecond)).total == 1


async def test_recovered_file_has_the_status_that_it_had(files: Files, scope: Scope, world: World) -> None:
    for status in ("pending", "uploaded", "error"):
        file_id = world.file(scope, status=status)
        assert (await files.library.recover(scope, file_id)).status == status
        for _ in range(2):
            deleted = await files.library.delete(scope, file_id)
            assert (deleted.status, deleted.deleted_at is None) == ("deleted", False)
        for _ in range(2):
            recovered = await files.library.recover(scope, file_id)
            assert (recovered.status, recovered.deleted_at) == (status, None)


async def test_totals_follow_every_change(files: Files, scope: Scope, world: World) -> None:
    ids = [world.file(scope) for _ in range(5)]
    await files.library.delete(scope, ids[0])
    assert (await listed(files, scope)).total == 4
    assert (await listed(files, scope, status="deleted")).total == 1
    await files.library.recover(scope, ids[0])
    assert (await listed(files, scope)).total == 5
    counted = world.row("SELECT sum(count) FROM file_counts WHERE organization_id = %s", scope.organization_id)
    assert counted == (5,)


async def test_file_without_bytes_has_no_download(files: Files, scope: Scope, world: World) -> None:
    for status in ("pending", "error", "deleted"):
        file_id = world.file(scope, status=status)
        with pytest.raises(FileHasNoContentError, match=status):
            await files.library.open_download(scope, file_id)


@pytest.mark.parametrize(
    ("offset", "limit", "expected"),
    [(0, None, b"0123456789"), (3, 4, b"3456"), (-3, None, b"789"), (-30, 2, b"01"), (9, 100, b"9")],
)
async def test_download_range(files: Files, scope: Scope, offset: int, limit: int | None, expected: bytes) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"0123456789")
    await files.presigned.confirm(scope, [prepared.file_id])
    download = await files.library.open_download(scope, prepared.file_id, offset=offset, limit=limit)
    assert b"".join([chunk async for chunk in files.library.stream(download)]) == expected
    with pytest.raises(RangeNotSatisfiableError):
        await files.library.open_download(scope, prepared.file_id, offset=10)


async def test_event_is_logged_and_queued(files: Files, scope: Scope, world: World) -> None:
    file_id = world.file(scope)
    await files.library.send_event(scope, "PROCESS_DOCUMENT", file_id)
    assert world.row("SELECT type FROM events WHERE file_id = %s", file_id) == ("PROCESS_DOCUMENT",)
    assert world.row("SELECT count(*) FROM procrastinate_jobs WHERE lock = %s", str(file_id)) == (1,)


async def test_event_that_is_unknown_or_too_early_is_refused(files: Files, scope: Scope, world: World) -> None:
    with pytest.raises(UnknownEventTypeError, match="PROCESS_DOCUMENT"):
        await files.library.send_event(scope, "EXPLODE", world.file(scope))
    with pytest.raises(FileNotUploadedError):
        await files.library.send_event(scope, "PROCESS_DOCUMENT", world.file(scope, status="pending"))
