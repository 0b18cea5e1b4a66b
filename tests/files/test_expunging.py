"""Permanent deletion: what goes, what stays, and what happens when something fails meanwhile."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from service.domain.errors import (
    FileGoneError,
    FileNotFoundInOrganizationError,
    FileStatusConflictError,
    UnavailableError,
)
from service.domain.files import FileChanges
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.files.direct import FileHeader
from service.objects.keys import fresh_key, planned_key
from service.objects.store import ObjectStore
from service.postgres import processing
from service.postgres.database import Database
from service.postgres.file_lists import FileFilters
from service.postgres.processing import SupersededError
from tests.files.conftest import Files
from tests.files.test_direct import stream
from tests.system.support import until
from tests.world import World


async def given_file(files: Files, scope: Scope, content: bytes = b"evidence") -> UUID:
    [file] = await files.direct.upload(scope, stream(FileHeader("bill.pdf"), content))
    return file.id


async def given_thumbnail(files: Files, scope: Scope, world: World, source: UUID) -> UUID:
    thumbnail = new_id()
    key = planned_key(scope.organization_id, thumbnail)
    await files.store.put_bytes(key, b"picture", "image/webp")
    return world.file(scope, id=thumbnail, type="THUMBNAIL", source_file_id=source, object_key=key, size_bytes=7)


async def objects_of(files: Files, scope: Scope) -> list[str]:
    found = [await files.store.list_objects(f"{kind}/{scope.organization_id}/") for kind in ("files", "incoming")]
    return [stored.key for some in found for stored in some]


async def test_bytes_derived_files_and_what_was_read_are_gone_and_a_tombstone_stays(
    files: Files, scope: Scope, world: World
) -> None:
    file_id = await given_file(files, scope)
    thumbnail = await given_thumbnail(files, scope, world, file_id)
    await files.store.put_bytes(fresh_key(scope.organization_id, file_id), b"an older try", "text/plain")
    reading = world.reading(
        scope, file_id, "water", [{"quantity": 1}], person_items='[{"quantity": 2}]', evidence='[{"page": 1}]'
    )
    world.insert(
        "processing_runs",
        {"organization_id": scope.organization_id, "file_id": file_id, "stage": "text", "checkpoint": '{"text": "x"}'},
    )

    tombstone = await files.library.expunge(scope, file_id)

    assert (tombstone.status, tombstone.file_name, tombstone.target_file_ids) == ("deleted", "bill.pdf", [])
    assert tombstone.expunged_at is not None
    assert tombstone.updated_by == scope.user_id
    assert await objects_of(files, scope) == []
    with pytest.raises(FileNotFoundInOrganizationError):
        await files.library.get(scope, thumbnail)
    assert world.rows("SELECT FROM processing_runs WHERE file_id = %s", file_id) == []
    columns = "machine_items::text, person_items::text, evidence::text, checks::text, category_confidence"
    row = world.row(f"SELECT {columns} FROM readings WHERE id = %s", reading)
    assert row == ("[]", None, "[]", "[]", None)
    for call in (files.library.open_download, files.library.download_url):
        with pytest.raises(FileGoneError):
            await call(scope, file_id)
    assert world.row("SELECT type FROM events WHERE file_id = %s ORDER BY sequence DESC", file_id) == ("file.expunged",)


@pytest.mark.parametrize("status", ["pending", "error", "deleted", "uploaded"])
async def test_a_file_of_any_status_can_be_expunged_once(files: Files, scope: Scope, world: World, status: str) -> None:
    file_id = world.file(scope, status=status)
    assert (await files.library.expunge(scope, file_id)).status == "deleted"
    for call in (files.library.expunge, files.library.recover):
        with pytest.raises(FileStatusConflictError, match="for good"):
            await call(scope, file_id)
    assert (await files.library.delete(scope, file_id)).expunged_at is not None
    with pytest.raises(FileStatusConflictError):
        await files.library.update(scope, file_id, FileChanges(is_active=False))


async def test_only_one_of_several_at_once_expunges(files: Files, scope: Scope) -> None:
    file_id = await given_file(files, scope)
    outcomes = await asyncio.gather(*(files.library.expunge(scope, file_id) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(outcome, FileStatusConflictError) for outcome in outcomes) == 4


async def test_url_that_is_still_good_brings_nothing_back(files: Files, scope: Scope) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"x")
    await files.presigned.confirm(scope, [prepared.file_id])
    await files.library.expunge(scope, prepared.file_id)
    assert await files.put(prepared, b"again") == 200
    with pytest.raises(FileStatusConflictError):
        await files.presigned.confirm(scope, [prepared.file_id])
    assert (await files.library.get(scope, prepared.file_id)).expunged_at is not None


async def test_file_that_is_expunged_while_it_is_confirmed_keeps_no_bytes(
    files: Files, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = await files.prepare(scope)
    await files.put(prepared, b"x")
    copy = ObjectStore.copy

    async def expunge_meanwhile(store: ObjectStore, source: str, target: str, **how: str) -> str:
        etag = await copy(store, source, target, **how)
        await files.library.expunge(scope, prepared.file_id)
        await copy_again(store, target)
        return etag

    async def copy_again(store: ObjectStore, target: str) -> None:
        await store.put_bytes(target, b"x", "application/pdf")

    monkeypatch.setattr(ObjectStore, "copy", expunge_meanwhile)
    [(file, _)] = await files.presigned.confirm(scope, [prepared.file_id])
    assert file.expunged_at is not None

    async def gone() -> bool:
        return not await objects_of(files, scope)

    await until(gone, what="the end of its bytes")


async def test_parts_of_an_upload_that_never_ended_go_too(files: Files, scope: Scope) -> None:
    prepared, other = await files.prepare(scope), await files.prepare(scope)
    begun = []
    for upload in (prepared, other):
        file = await files.library.get(scope, upload.file_id)
        assert file.incoming_key is not None
        upload_id = await files.store.begin_parts(file.incoming_key, "application/pdf")
        begun.append((file.incoming_key, upload_id))
    await files.library.expunge(scope, prepared.file_id)
    with pytest.raises(UnavailableError):
        await files.store.put_part(*begun[0], 1, b"part")
    assert await files.store.put_part(*begun[1], 1, b"part")


async def test_deleting_and_recovering_at_once_wait_for_each_other(files: Files, scope: Scope, world: World) -> None:
    source = world.file(scope)
    for _ in range(3):
        world.file(scope, type="THUMBNAIL", source_file_id=source)
    calls = [call(scope, source) for _ in range(10) for call in (files.library.delete, files.library.recover)]
    await asyncio.gather(*calls)
    assert len(world.rows("SELECT DISTINCT status FROM files")) == 1


async def test_run_that_is_under_way_leaves_nothing(
    files: Files, scope: Scope, database: Database, world: World
) -> None:
    file_id = await given_file(files, scope)
    async with database.transaction(scope) as tx:
        assert await processing.lock_source(tx, file_id)
        await processing.begin_run(tx, file_id, "begun", {"job": 1, "token": "t"})
    await files.library.expunge(scope, file_id)
    with pytest.raises(SupersededError):
        async with database.transaction(scope) as tx:
            await processing.save_checkpoint(tx, file_id, "t", "text", {"text": {"pages": ["secret"]}})
    async with database.transaction(scope) as tx:
        assert await processing.lock_source(tx, file_id) is None
    assert world.rows("SELECT FROM processing_runs") == []


async def test_bytes_go_later_when_the_store_is_away(
    files: Files, scope: Scope, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = await given_file(files, scope)
    await given_thumbnail(files, scope, world, file_id)

    async def away(*_: object) -> None:
        raise UnavailableError("the object store can't be reached just now")

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "delete", away)
        assert (await files.library.expunge(scope, file_id)).expunged_at is not None
    assert len(await objects_of(files, scope)) == 2
    assert await files.sweeps.erase_tombstones() == 1
    assert await objects_of(files, scope) == []
    assert world.row("SELECT count(*), count(bytes_erased_at) FROM files") == (1, 1)
    assert await files.sweeps.erase_tombstones() == 0


async def test_records_that_people_made_stay(files: Files, scope: Scope, world: World) -> None:
    file_id = await given_file(files, scope)
    reading = world.reading(scope, file_id, "gas", [{"quantity": 1}])
    facility = world.named(scope, "facilities", "F", country="PT")
    invoice = new_id()
    world.insert(
        "invoices",
        {
            "id": invoice,
            "organization_id": scope.organization_id,
            "reading_id": reading,
            "file_id": file_id,
            "item": 0,
            "facility_id": facility,
            "percentage": 1,
            "quantity": 12,
            "type": "combustion",
        },
    )
    await files.library.expunge(scope, file_id)
    assert world.row("SELECT quantity, file_id FROM invoices WHERE id = %s", invoice) == (12, file_id)


async def test_derived_files_are_deleted_and_recovered_with_their_source(
    files: Files, scope: Scope, world: World
) -> None:
    source = world.file(scope)
    thumbnail, deleted_before = (world.file(scope, type="THUMBNAIL", source_file_id=source) for _ in range(2))
    await files.library.delete(scope, deleted_before)
    await files.library.delete(scope, source)
    assert (await files.library.get(scope, thumbnail)).status == "deleted"
    recovered = await files.library.recover(scope, source)
    assert recovered.target_file_ids == [thumbnail]
    assert (await files.library.get(scope, thumbnail)).status == "uploaded"
    assert (await files.library.get(scope, deleted_before)).status == "deleted"


async def test_tombstones_are_listed_as_deleted_and_counted(files: Files, scope: Scope) -> None:
    file_id = await given_file(files, scope)
    await files.library.expunge(scope, file_id)
    for status, total in (("deleted", 1), (None, 0)):
        page = await files.library.list_files(scope, FileFilters(status=status), page=None, size=None, cursor=None)
        assert (len(page.items), page.total) == (total, total)
