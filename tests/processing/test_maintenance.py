"""Sweeps delete what nothing needs, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.domain.ids import new_id
from service.domain.scope import Scope
from service.objects.store import ObjectStore
from service.postgres.database import Database
from service.postgres.jobs import emit
from service.processing.maintenance import Maintenance, SweepSettings
from tests.world import World

LATER = timedelta(hours=25)
MUCH_LATER = timedelta(hours=30)


@pytest.fixture
def maintenance(database: Database, store: ObjectStore) -> Maintenance:
    return Maintenance(database, store, SweepSettings(lost_for=timedelta(seconds=60)))


async def _object(store: ObjectStore, prefix: str, scope: Scope, file_id: UUID) -> str:
    key = f"{prefix}/{scope.organization_id}/{file_id}/{new_id()}"
    await store.put_bytes(key, b"bytes", "text/plain")
    return key


async def _left(store: ObjectStore, keys: list[str]) -> list[str]:
    return [key for key in keys if await store.head(key) is not None]


async def test_objects_that_no_file_points_to_go_after_their_grace_and_no_others(
    maintenance: Maintenance, store: ObjectStore, world: World
) -> None:
    scope, file_id, deleted_id = world.organization(), new_id(), new_id()
    pointed_to = await _object(store, "files", scope, file_id)
    of_deleted = await _object(store, "files", scope, deleted_id)
    replaced = await _object(store, "files", scope, file_id)
    orphan = await _object(store, "files", scope, new_id())
    homeless = f"files/{new_id()}/{new_id()}/x"
    strange = "somebody-else/thing"
    for key in (homeless, strange):
        await store.put_bytes(key, b"bytes", "text/plain")
    world.file(scope, id=file_id, object_key=pointed_to)
    world.file(scope, id=deleted_id, object_key=of_deleted, status="deleted")
    everything = [pointed_to, of_deleted, replaced, orphan, homeless, strange]

    await maintenance.sweep_objects()
    assert await _left(store, everything) == everything

    # Those of earlier tests, whose databases are gone, go too.
    assert await maintenance.sweep_objects(datetime.now(UTC) + LATER) >= 3
    assert await _left(store, everything) == [pointed_to, of_deleted, strange]


async def test_incoming_bytes_stay_until_they_are_confirmed_and_their_url_has_expired(
    maintenance: Maintenance, store: ObjectStore, world: World
) -> None:
    scope, pending, confirmed = world.organization(), new_id(), new_id()
    keys = [await _object(store, "incoming", scope, file_id) for file_id in (pending, confirmed)]
    world.file(scope, id=pending, incoming_key=keys[0], status="pending")
    world.file(scope, id=confirmed, incoming_key=keys[1], confirmed_at=datetime.now(UTC))

    await maintenance.sweep_objects(datetime.now(UTC) + timedelta(hours=24, minutes=30))
    assert await _left(store, keys) == keys
    await maintenance.sweep_objects(datetime.now(UTC) + MUCH_LATER)
    assert await _left(store, keys) == keys[:1]


async def test_objects_of_files_that_were_deleted_for_good_go_at_once(
    maintenance: Maintenance, store: ObjectStore, world: World
) -> None:
    scope, gone, deleted = world.organization(), new_id(), new_id()
    late = [await _object(store, prefix, scope, gone) for prefix in ("files", "incoming")]
    kept = await _object(store, "files", scope, deleted)
    world.file(scope, id=gone, object_key=late[0], status="deleted", expunged_at=datetime.now(UTC))
    world.file(scope, id=deleted, object_key=kept, status="deleted")
    await maintenance.sweep_objects()
    assert await _left(store, [*late, kept]) == [kept]


async def test_confirmed_file_whose_job_vanished_is_queued_again(
    maintenance: Maintenance, database: Database, world: World
) -> None:
    scope = world.organization()
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    lost, queued, done = (
        world.file(scope, updated_at=long_ago, processing_status=status)
        for status in ("processing", "pending", "completed")
    )
    fresh = world.file(scope)
    never_confirmed = world.file(scope, updated_at=long_ago)
    async with database.transaction(scope) as tx:
        await emit(tx, "CLASSIFY_DOCUMENT", [lost, queued, done, fresh], confirmation=True)
    world.connection.execute("DELETE FROM procrastinate_jobs WHERE lock <> %s", [str(queued)])

    assert await maintenance.queue_lost() == 1
    assert await maintenance.queue_lost() == 0

    assert {row[0] for row in world.rows("SELECT lock FROM procrastinate_jobs")} == {str(queued), str(lost)}
    assert world.row("SELECT count(*) FROM events") == (4,)
    assert never_confirmed


async def test_idempotency_keys_go_after_a_day(maintenance: Maintenance, world: World) -> None:
    scope = world.organization()
    for key, hours in (("old", 25), ("young", 23)):
        world.insert(
            "idempotency_keys",
            {
                "organization_id": scope.organization_id,
                "user_id": scope.user_id,
                "key": key,
                "method": "m",
                "created_at": datetime.now(UTC) - timedelta(hours=hours),
            },
        )
    assert await maintenance.forget_idempotency_keys() == 1
    assert world.rows("SELECT key FROM idempotency_keys") == [("young",)]


async def test_jobs_that_failed_long_ago_are_forgotten(
    maintenance: Maintenance, database: Database, world: World
) -> None:
    scope = world.organization()
    async with database.transaction(scope) as tx:
        await emit(tx, "CLASSIFY_DOCUMENT", [new_id(), new_id(), new_id()])
    old, young, waiting = (row[0] for row in world.rows("SELECT id FROM procrastinate_jobs ORDER BY id"))
    world.connection.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id IN (%s, %s)", [old, young])
    world.connection.execute(
        "UPDATE procrastinate_events SET at = now() - interval '31 days' WHERE job_id IN (%s, %s)", [old, waiting]
    )
    assert await maintenance.forget_failed_jobs() == 1
    assert {row[0] for row in world.rows("SELECT id FROM procrastinate_jobs")} == {young, waiting}
