"""Events are logged in order, and their jobs are taken fairly."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import psycopg
import pytest

from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.database import Database
from service.postgres.jobs import DOCUMENTS_QUEUE, emit, take_back_stalled
from tests.world import World


async def _emit(database: Database, scope: Scope, files: list[UUID], event: str = "CLASSIFY_DOCUMENT") -> list[int]:
    async with database.transaction(scope) as tx:
        return await emit(tx, event, files)


def _take(world: World, worker: int | None = None) -> tuple[str, int]:
    job_id, args = world.row("SELECT id, args FROM procrastinate_fetch_job_v2(%s, %s)", [DOCUMENTS_QUEUE], worker)
    return str(args["organization_id"]), int(job_id)


async def test_emit_logs_the_documented_payload_and_queues_one_job(database: Database, world: World) -> None:
    scope = world.organization()
    file_id = world.file(scope)

    sequences = await _emit(database, scope, [file_id])

    assert sequences == [1]
    expected = {
        "resource": "POST",
        "method": "/classify-document",
        "file_id": str(file_id),
        "user_id": str(scope.user_id),
        "organization_id": str(scope.organization_id),
    }
    assert world.rows("SELECT type, file_id, payload FROM events") == [("CLASSIFY_DOCUMENT", file_id, expected)]
    assert world.rows("SELECT lock, status FROM procrastinate_jobs") == [(str(file_id), "todo")]


async def test_emit_in_a_rolled_back_transaction_leaves_neither_event_nor_job(database: Database, world: World) -> None:
    scope = world.organization()
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(scope) as tx:
            await emit(tx, "CLASSIFY_DOCUMENT", [world.file(scope)])
            raise ZeroDivisionError
    assert world.row("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM procrastinate_jobs)") == (0, 0)


async def test_confirmation_event_of_a_file_is_refused_a_second_time(database: Database, world: World) -> None:
    scope = world.organization()
    file_id = world.file(scope)
    async with database.transaction(scope) as tx:
        await emit(tx, "CLASSIFY_DOCUMENT", [file_id], confirmation=True)
    with pytest.raises(psycopg.errors.UniqueViolation):
        async with database.transaction(scope) as tx:
            await emit(tx, "CLASSIFY_DOCUMENT", [file_id], confirmation=True)
    await _emit(database, scope, [file_id])
    assert world.row("SELECT count(*) FROM events") == (2,)


async def test_concurrent_writers_never_let_a_reader_miss_an_event(database: Database, world: World) -> None:
    scope = world.organization()
    seen: list[int] = []

    async def write() -> None:
        for _ in range(10):
            await _emit(database, scope, [new_id()])

    async def read(until: int) -> None:
        while len(seen) < until:
            after = seen[-1] if seen else 0
            seen.extend(row[0] for row in world.rows("SELECT sequence FROM events WHERE sequence > %s", after))
            await asyncio.sleep(0)

    async with asyncio.timeout(120):
        await asyncio.gather(*(write() for _ in range(4)), read(40))
    assert seen == list(range(1, 41))


def _blocks_to_take_one(world: World) -> int:
    fetch = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM procrastinate_fetch_job_v2(%s, NULL)"
    ((plan,),) = world.row(fetch, [DOCUMENTS_QUEUE])
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


async def test_first_documents_of_one_organization_pass_ten_thousand_of_another(
    database: Database, world: World
) -> None:
    many, few = world.organization(), world.organization()
    for _ in range(10):
        await _emit(database, many, [new_id() for _ in range(1000)])
    world.connection.execute("ANALYZE procrastinate_jobs")
    for _ in range(50):
        assert _take(world)[0] == str(many.organization_id)
    await _emit(database, few, [new_id() for _ in range(100)])

    taken = Counter(_take(world)[0] for _ in range(200))

    # From now on they take turns: neither waits for the other.
    assert taken == {str(many.organization_id): 100, str(few.organization_id): 100}
    # And whoever takes one needn't look at all the others, nor, once they are cleared away, at what was taken.
    world.connection.execute("VACUUM ANALYZE procrastinate_jobs")
    (jobs,) = world.row("SELECT pg_relation_size('procrastinate_jobs') / current_setting('block_size')::int")
    assert _blocks_to_take_one(world) < jobs


async def test_job_of_a_dead_worker_is_taken_back_once_and_of_a_living_one_is_not(
    database: Database, world: World
) -> None:
    scope = world.organization()
    await _emit(database, scope, [new_id(), new_id()])
    (dead,) = world.row(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
    )
    (living,) = world.row("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
    lost, kept = _take(world, dead)[1], _take(world, living)[1]

    async def look() -> int:
        async with database.connection() as connection:
            return await take_back_stalled(connection, seconds=10)

    counts = await asyncio.gather(look(), look())

    assert sorted(counts) == [0, 1]
    rows: list[Any] = world.rows("SELECT id, status, attempts FROM procrastinate_jobs ORDER BY id")
    assert rows == [(lost, "todo", 1), (kept, "doing", 0)]


async def test_sweep_of_a_dead_worker_holds_up_nothing(database: Database, world: World) -> None:
    scope = world.organization()
    await _emit(database, scope, [new_id()])
    (dead,) = world.row(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
    )
    lost = _take(world, dead)[1]
    for status, worker in (("doing", dead), ("todo", None)):
        world.connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)"
            " VALUES ('maintenance', 'sweep', 'sweep', 'sweep', %s, %s)",
            [status, worker],
        )
    async with database.connection() as connection:
        assert await take_back_stalled(connection, seconds=10) == 1
    assert world.rows("SELECT id, status FROM procrastinate_jobs WHERE queue_name = 'documents'") == [(lost, "todo")]
    assert world.rows("SELECT status FROM procrastinate_jobs WHERE queue_name = 'maintenance'") == [("todo",)]
