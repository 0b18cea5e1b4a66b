"""Rows that many callers ask for at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest

from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.loader import RowLoader


@dataclass
class Row:
    id: UUID
    version: int


class Table:
    """Rows of one version, whose queries end when they may."""

    def __init__(self) -> None:
        self.version = 1
        self.queries: list[tuple[UUID, int]] = []
        self.running = self.most_running = 0
        self.may_end = asyncio.Event()
        self.error: Exception | None = None
        self.loader = RowLoader(self.fetch, lambda row: row.id)

    async def fetch(self, scope: Scope, ids: list[UUID]) -> Sequence[Row]:
        seen = self.version
        self.queries.append((scope.organization_id, len(ids)))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await self.may_end.wait()
        self.running -= 1
        if self.error is not None:
            raise self.error
        return [Row(row_id, seen) for row_id in ids]

    async def begin(self, scope: Scope, row_id: UUID) -> asyncio.Task[Row | None]:
        task = asyncio.create_task(self.loader.load(scope, row_id))
        # Turns of the loop, and not a time: nothing here waits for anything else.
        for _ in range(20):
            await asyncio.sleep(0)
        return task


async def test_call_sees_what_was_committed_before_it_though_a_query_is_under_way() -> None:
    table, scope, row_id = Table(), Scope.of_service(new_id()), new_id()
    early = await table.begin(scope, row_id)
    table.version = 2
    late = [await table.begin(scope, row_id), await table.begin(scope, new_id())]
    table.may_end.set()
    assert await early == Row(row_id, 1)
    assert [row.version for row in await asyncio.gather(*late) if row is not None] == [2, 2]
    assert table.queries == [(scope.organization_id, 1), (scope.organization_id, 2)]


async def test_query_is_of_one_organization_and_eight_run_at_most() -> None:
    table = Table()
    scopes = [Scope.of_service(new_id()) for _ in range(12)]
    tasks = [await table.begin(scope, new_id()) for scope in scopes]
    table.may_end.set()
    await asyncio.gather(*tasks)
    assert table.queries == [(scope.organization_id, 1) for scope in scopes]
    assert table.most_running == 8


async def test_caller_that_leaves_takes_nothing_from_the_others_and_all_hear_of_a_failure() -> None:
    table, scope = Table(), Scope.of_service(new_id())
    first, gone, *others = [await table.begin(scope, new_id()) for _ in range(4)]
    gone.cancel()
    table.error = ConnectionError("away")
    table.may_end.set()
    for task in (first, *others):
        with pytest.raises(ConnectionError):
            await task
    table.error = None
    assert await table.loader.load(scope, row_id := new_id()) == Row(row_id, 1)
