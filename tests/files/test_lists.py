"""What lists can be narrowed down to, and the orders that they come in."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import psycopg
import pytest

from service.domain.errors import FileNotFoundInOrganizationError, InvalidCursorError, InvalidRequestError
from service.domain.files import NEWEST_FIRST, File, FileChanges, FileOrder
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.file_lists import FileFilters, filter_values, listing
from service.postgres.files import FILE_COLUMNS
from service.postgres.paging import Page
from tests.files.conftest import Files
from tests.world import World, sha256


async def listed(files: Files, scope: Scope, **filters: Any) -> Page[File]:
    return await files.library.list_files(scope, FileFilters(**filters), page=None, size=None, cursor=None)


def ids_of(page: Page[File]) -> set[UUID]:
    assert page.total == len(page.items)
    return {file.id for file in page.items}


async def test_each_filter_narrows_items_and_total_alike(files: Files, scope: Scope, world: World) -> None:
    plain = world.file(scope)
    named = world.file(scope, file_name="Ünder 100%.pdf", checksum_sha256=sha256(b"x"))
    external = world.file(scope, external_file_id="x-1", data_source_id="mail", purpose="extract")
    waiting = world.file(scope, processing_status="completed", category="water")
    thumbnail = world.file(scope, type="THUMBNAIL", source_file_id=plain)
    world.file(world.organization(), external_file_id="x-1", file_name="Ünder 100%.pdf", checksum_sha256=sha256(b"x"))
    [(number,)] = world.rows("SELECT number FROM files WHERE id = %s", plain)
    everything = {plain, named, external, waiting}
    expected: list[tuple[dict[str, Any], set[UUID]]] = [
        ({}, everything),
        ({"type": "THUMBNAIL"}, {thumbnail}),
        ({"file_ids": (plain, named, new_id())}, {plain, named}),
        ({"file_ids": ()}, set()),
        ({"file_name": "Ünder 100%.pdf"}, {named}),
        ({"file_name": "ünder 100%.pdf"}, set()),
        ({"external_file_id": "x-1"}, {external}),
        ({"purpose": "extract"}, {external}),
        ({"data_source_id": "mail"}, {external}),
        ({"has_data_source": True}, {external}),
        ({"has_data_source": False}, everything - {external}),
        ({"processing_statuses": ("completed", "failed")}, {waiting}),
        ({"categories": ("water", "gas")}, {waiting}),
        ({"categories": (None,)}, everything - {waiting}),
        ({"categories": (None, "water")}, everything),
        ({"number": number}, {plain}),
        ({"checksums": (sha256(b"x"), sha256(b"y"))}, {named}),
        ({"purpose": "extract", "has_data_source": False}, set()),
    ]
    for filters, ids in expected:
        assert ids_of(await listed(files, scope, **filters)) == ids, filters


async def test_life_of_files_narrows_items_and_total_alike(files: Files, scope: Scope, world: World) -> None:
    pending, error, deleted = (world.file(scope, status=status) for status in ("pending", "error", "deleted"))
    queued = world.file(scope)
    failed = world.file(scope, processing_status="failed")
    expected: list[tuple[dict[str, Any], set[UUID]]] = [
        ({}, {pending, error, queued, failed}),
        ({"with_bytes": True}, {queued, failed}),
        ({"with_bytes": True, "status": "pending"}, set()),
        ({"statuses": ("pending", "deleted")}, {pending, deleted}),
        ({"statuses": ("pending", "deleted"), "with_bytes": True}, set()),
        ({"states": (("pending", None), ("uploaded", "pending"))}, {pending, queued}),
        ({"states": (("error", None), ("uploaded", "failed"))}, {error, failed}),
        ({"states": (("deleted", None),)}, {deleted}),
        ({"states": (("uploaded", None), ("deleted", None))}, {queued, failed, deleted}),
    ]
    for filters, ids in expected:
        assert ids_of(await listed(files, scope, **filters)) == ids, filters


async def test_inactive_files_are_listed_and_counted_apart(files: Files, scope: Scope, world: World) -> None:
    active, hidden = world.file(scope), world.file(scope)
    await files.library.update(scope, hidden, FileChanges(is_active=False))
    assert ids_of(await listed(files, scope)) == {active}
    assert ids_of(await listed(files, scope, is_active=True)) == {active}
    assert ids_of(await listed(files, scope, is_active=False)) == {hidden}
    assert (await files.library.get(scope, hidden)).is_active is False
    await files.library.delete(scope, hidden)
    assert ids_of(await listed(files, scope, is_active=False)) == set()
    assert ids_of(await listed(files, scope, is_active=False, status="deleted")) == {hidden}
    await files.library.recover(scope, hidden)
    await files.library.update(scope, hidden, FileChanges(is_active=True))
    assert ids_of(await listed(files, scope)) == {active, hidden}


async def test_files_of_a_project_or_of_none(files: Files, scope: Scope, world: World) -> None:
    ours, other = (world.named(scope, "projects", name) for name in ("ours", "other"))
    free, linked, elsewhere, both = (world.file(scope) for _ in range(4))
    for file_id, project in ((linked, ours), (elsewhere, other), (both, other), (both, ours)):
        row = {"organization_id": scope.organization_id, "file_id": file_id, "project_id": project}
        world.insert("file_projects", row)
    assert ids_of(await listed(files, scope, project_or_none=ours)) == {free, linked, both}
    for number, file_id in enumerate((elsewhere, both, free)):
        await files.library.delete(scope, file_id)
        page = await listed(files, scope, project_or_none=ours)
        assert page.total == len(page.items) == 3 - number
    deleted = await listed(files, scope, project_or_none=ours, status="deleted")
    assert (ids_of(deleted), deleted.total) == ({both, free}, 2)
    named = await listed(files, scope, project_or_none=ours, file_name="nothing")
    assert (named.items, named.total) == ([], 0)


async def walk(files: Files, scope: Scope, order: FileOrder, size: int) -> list[UUID]:
    seen: list[UUID] = []
    cursor = None
    while True:
        page = await files.library.list_files(scope, FileFilters(), page=None, size=size, cursor=cursor, order=order)
        seen += [file.id for file in page.items]
        if (cursor := page.next_cursor) is None:
            return seen


@pytest.mark.parametrize(
    "text", ["name", "name desc", "name, id desc", "name desc, created_at", "id", "created_at desc"]
)
async def test_cursor_walks_every_file_once_in_each_order(files: Files, scope: Scope, world: World, text: str) -> None:
    names = ["b", "a", "B", "é", "a", "a", "z" * 300, "z" * 300 + "a", "z" * 300, "Ωmega", "🙂"]
    made = [(name, world.file(scope, file_name=name)) for name in names]
    order = FileOrder.parse(text)
    expected = sorted(made, key=lambda row: row[1], reverse=order.id_descending)
    if order.name_descending is not None:
        # Code points order as their UTF-8 does.
        expected.sort(key=lambda row: row[0], reverse=order.name_descending)
    for size in (2, 3, 100):
        assert await walk(files, scope, order, size) == [file_id for _, file_id in expected]


def test_orders_are_read() -> None:
    assert FileOrder.parse("created_at desc") == FileOrder.parse("id desc, name") == NEWEST_FIRST
    assert FileOrder.parse("name") == FileOrder(name_descending=False, id_descending=False)
    assert FileOrder.parse(" name desc , id asc") == FileOrder(name_descending=True, id_descending=False)
    for wrong in ("size", "name up", "name desc please", "", "name,,id"):
        with pytest.raises(InvalidRequestError):
            FileOrder.parse(wrong)


async def test_cursor_of_another_order_is_refused(files: Files, scope: Scope, world: World) -> None:
    for _ in range(3):
        world.file(scope)
    page = await files.library.list_files(scope, FileFilters(), page=None, size=2, cursor=None)
    with pytest.raises(InvalidCursorError):
        await files.library.list_files(
            scope, FileFilters(), page=None, size=2, cursor=page.next_cursor, order=FileOrder.parse("name")
        )


async def test_pages_can_be_larger_where_a_caller_has_it_so(files: Files, scope: Scope, world: World) -> None:
    for _ in range(101):
        world.file(scope)
    for maximum, size in ((100, 100), (1000, 101)):
        page = await files.library.list_files(scope, FileFilters(), page=None, size=500, cursor=None, maximum=maximum)
        assert len(page.items) == size


INDEX_OF: list[tuple[dict[str, Any], str, str]] = [
    ({}, "created_at desc", "files_listing_idx"),
    ({"with_bytes": True}, "created_at desc", "files_listing_idx|files_status_idx"),
    ({}, "name", "files_name_idx"),
    ({"with_bytes": True}, "name desc", "files_name_idx"),
    ({"external_file_id": "x"}, "created_at desc", "files_external_idx"),
    ({"purpose": "extract"}, "created_at desc", "files_purpose_idx"),
    ({"file_name": "2000.pdf"}, "created_at desc", "files_name_idx"),
    ({"checksums": (sha256(b"2000"),)}, "created_at desc", "files_checksum_idx"),
    ({"link_type": "entry", "link_id": "2000"}, "created_at desc", "file_links_target_idx"),
]


def test_lists_read_their_index(lists_of_many: tuple[World, Scope]) -> None:
    world, scope = lists_of_many
    for filters, order, index in INDEX_OF:
        for after in (False, True):
            plan = explained(world, scope, FileFilters(**filters), FileOrder.parse(order), after=after)
            assert re.search(f"Index.* using ({index})|Index Scan on ({index})", plan), plan
            assert "Seq Scan on files" not in plan, plan
            if ("name" in order and after) or "file_name" in filters:
                assert re.search(r"Index Cond: .*\(file_name\)::name", plan), plan


def explained(world: World, scope: Scope, filters: FileFilters, order: FileOrder, *, after: bool) -> str:
    query = listing(FILE_COLUMNS, filters, order, after=after)
    values = dict(query.constants) | filter_values(filters) | {"organization_id": scope.organization_id}
    values |= {"limit": 51, "offset": 0, "after": world.row("SELECT id FROM files ORDER BY id OFFSET 2000 LIMIT 1")[0]}
    # As the service's role: row-level security keeps some conditions from indexes.
    with psycopg.connect(world.urls.service) as connection:
        connection.execute("SELECT set_config('muniment.organization_id', %s, true)", [str(scope.organization_id)])
        rows = connection.execute("EXPLAIN " + query.sql, values).fetchall()
    return "\n".join(row[0] for row in rows)


@pytest.fixture
def lists_of_many(world: World) -> tuple[World, Scope]:
    """Four thousand files of an organization, among those of another."""
    scope, other = world.organization(), world.organization()
    for owner in (other, scope):
        world.connection.execute(
            """
            INSERT INTO files (id, organization_id, file_name, search_name, mime_type, size_kb, status, object_key,
                checksum_sha256, external_file_id, purpose)
            SELECT gen_random_uuid(), %s, n || '.pdf', n || '.pdf', 'application/pdf', 1, 'uploaded', 'k',
                sha256(n::text::bytea), CASE WHEN n %% 10 = 0 THEN n::text END, CASE WHEN n %% 10 = 0 THEN 'extract' END
            FROM generate_series(1, 4000) AS n
            """,
            [owner.organization_id],
        )
    world.connection.execute(
        "INSERT INTO file_links (organization_id, file_id, type, id, role)"
        " SELECT organization_id, id, 'entry', split_part(file_name, '.', 1), 'DOCUMENT' FROM files"
    )
    world.connection.execute("ANALYZE files; ANALYZE file_links")
    return world, scope


async def test_file_of_a_number_of_another_organization_is_not_found(files: Files, scope: Scope, world: World) -> None:
    mine, theirs = world.file(scope), world.file(world.organization())
    numbers = dict(world.rows("SELECT id, number FROM files"))
    assert (await files.library.get_by_number(scope, numbers[mine])).id == mine
    for number in (numbers[theirs], 0):
        with pytest.raises(FileNotFoundInOrganizationError):
            await files.library.get_by_number(scope, number)
