"""Connections and their limits, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from service.domain.errors import InvalidRequestError, UnavailableError
from service.domain.scope import Scope
from service.postgres.database import Database, Query
from tests.world import World


class Row:
    def __init__(self, *values: object) -> None:
        self.values = values


async def test_connections_have_limits(database: Database, world: World) -> None:
    limits = Query(
        "SELECT current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')", {}
    )
    [row] = await database.read(world.organization(), limits, Row)
    assert row.values == ("20s", "20s")


async def test_statement_that_takes_too_long_is_unavailable(database: Database, world: World) -> None:
    slow = Query("SELECT set_config('statement_timeout', '10ms', true); SELECT pg_sleep(5)", {})
    with pytest.raises(UnavailableError, match="busy"):
        await database.read(world.organization(), slow, Row)


async def test_deadlock_is_unavailable(database: Database, world: World) -> None:
    scope = world.organization()
    files = [world.file(scope), world.file(scope)]
    lock = Query("SELECT id FROM files WHERE id = %(id)s FOR UPDATE", {})
    both_have_one = asyncio.Barrier(2)

    async def take(order: list[int]) -> None:
        async with database.transaction(scope) as tx:
            await tx.rows(lock, id=files[order[0]])
            await both_have_one.wait()
            await tx.rows(lock, id=files[order[1]])

    outcomes = await asyncio.gather(take([0, 1]), take([1, 0]), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [UnavailableError]


async def test_scope_ends_with_the_statement(database: Database, world: World) -> None:
    world.file(world.organization())
    count = Query("SELECT count(*) FROM files", {})
    seen = Query("SELECT current_setting('muniment.organization_id', true)", {})
    for _ in range(20):
        assert [row.values for row in await database.read(world.organization(), count, Row)] == [(0,)]
    async with database.connection() as connection:
        assert (await (await connection.execute(seen.sql.encode())).fetchone()) in {("",), (None,)}


async def test_text_that_postgresql_cannot_hold_is_an_invalid_request(database: Database) -> None:
    echo = Query("SELECT %(text)s::text", {})
    scope = Scope.of_service(uuid4())
    with pytest.raises(InvalidRequestError, match="U\\+0000"):
        await database.read(scope, echo, Row, text="a\x00b")
