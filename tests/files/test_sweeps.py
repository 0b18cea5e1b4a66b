"""Every minute: files expire, what arrived is confirmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.ids import lowest_at
from service.domain.scope import Scope
from service.files.direct import FileHeader
from service.files.library import Library
from tests.files.conftest import Files
from tests.files.test_direct import stream
from tests.world import World

PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2126, 1, 1, tzinfo=UTC)


async def test_files_go_for_good_when_their_time_has_come(files: Files, scope: Scope, world: World) -> None:
    [due] = await files.direct.upload(scope, stream(FileHeader("a"), b"x"))
    other = world.organization()
    thumbnail = world.file(scope, type="THUMBNAIL", source_file_id=due.id)
    world.connection.execute("UPDATE files SET expires_at = %s WHERE id = %s", [PAST, due.id])
    also_due = world.file(other, expires_at=PAST, status="deleted")
    kept = [world.file(scope, expires_at=FUTURE), world.file(scope)]

    assert await files.sweeps.expunge_expired() == 2
    assert await files.sweeps.expunge_expired() == 0

    gone = {row[0] for row in world.rows("SELECT id FROM files WHERE expunged_at IS NOT NULL")}
    assert gone == {due.id, also_due}
    assert {row[0] for row in world.rows("SELECT id FROM files WHERE expunged_at IS NULL")} == set(kept)
    assert thumbnail not in gone
    assert await files.store.head(due.object_key) is None


async def test_trouble_of_one_organization_is_no_other_s(
    files: Files, scope: Scope, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in (scope, world.organization()):
        world.file(owner, expires_at=PAST)
    expunge = Library.expunge

    async def fails_for_one(library: Library, caller: Scope, file_id: object) -> object:
        if caller.organization_id == scope.organization_id:
            raise RuntimeError("trouble")
        return await expunge(library, caller, file_id)  # type: ignore[arg-type]

    monkeypatch.setattr(Library, "expunge", fails_for_one)
    assert await files.sweeps.expunge_expired() == 1


async def test_uploads_that_arrived_are_confirmed_and_others_wait(files: Files, scope: Scope, world: World) -> None:
    arrived = await files.prepare(scope, confirm_on_arrival=True)
    await files.prepare(scope, confirm_on_arrival=True)
    by_hand = await files.prepare(scope)
    for prepared in (arrived, by_hand):
        await files.put(prepared, b"x")

    assert await files.sweeps.confirm_arrived() == 1
    assert await files.sweeps.confirm_arrived() == 0

    assert (await files.library.get(scope, arrived.file_id)).status == "uploaded"
    assert world.rows("SELECT DISTINCT status, error_code FROM files WHERE id <> %s", arrived.file_id) == [
        ("pending", None)
    ]
    assert world.row("SELECT file_id, user_id FROM events WHERE confirmation") == (arrived.file_id, scope.user_id)


async def test_uploads_that_can_not_arrive_any_more_are_not_waited_for(
    files: Files, scope: Scope, world: World
) -> None:
    long_ago = lowest_at(datetime.now(UTC) - timedelta(hours=3))
    world.file(scope, id=long_ago, status="pending", confirm_on_arrival=True, incoming_key="incoming/x")
    assert await files.sweeps.confirm_arrived() == 0
    assert world.row("SELECT confirm_on_arrival, status FROM files") == (False, "pending")


async def test_one_run_does_it_all(files: Files, scope: Scope, world: World) -> None:
    world.file(scope, expires_at=PAST)
    prepared = await files.prepare(scope, confirm_on_arrival=True)
    await files.put(prepared, b"x")
    await files.sweeps.run()
    rows = world.rows("SELECT status, expunged_at IS NULL, bytes_erased_at IS NULL FROM files ORDER BY id")
    assert rows == [("deleted", False, False), ("uploaded", True, True)]
