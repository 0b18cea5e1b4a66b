"""Fetching single rows for many callers at once.

Calls that ask for rows of the same organization while a query is under way are answered together by the next one. A
call is only ever answered by a query that began after it came, so each sees all that was committed before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from service.domain.scope import Scope

_QUERIES_IN_FLIGHT = 2
_ROWS_IN_QUERY = 100


class Identified(Protocol):
    id: UUID


R = TypeVar("R", bound=Identified)


class _Waiting(Generic[R]):
    __slots__ = ("calls", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.calls: list[tuple[UUID, asyncio.Future[R | None]]] = []


class RowLoader(Generic[R]):
    """Fetches rows by id, a batch for each organization."""

    def __init__(self, fetch: Callable[[Scope, list[UUID]], Awaitable[Sequence[R]]]) -> None:
        self._fetch = fetch
        self._waiting: dict[UUID, _Waiting[R]] = {}
        self._runners: set[asyncio.Task[None]] = set()

    async def load(self, scope: Scope, row_id: UUID) -> R | None:
        """Fetch one row; None when the organization has none of this id."""
        future: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(scope.organization_id)
        if waiting is None:
            waiting = self._waiting[scope.organization_id] = _Waiting(scope)
        waiting.calls.append((row_id, future))
        if len(self._runners) < _QUERIES_IN_FLIGHT:
            runner = asyncio.create_task(self._run())
            self._runners.add(runner)
            runner.add_done_callback(self._runners.discard)
        return await future

    async def _run(self) -> None:
        while self._waiting:
            # The organization that has waited longest is first; one with many calls doesn't hold up the others.
            organization_id = next(iter(self._waiting))
            waiting = self._waiting.pop(organization_id)
            calls, rest = waiting.calls[:_ROWS_IN_QUERY], waiting.calls[_ROWS_IN_QUERY:]
            if rest:
                waiting.calls = rest
                self._waiting[organization_id] = waiting
            await self._answer(waiting.scope, calls)

    async def _answer(self, scope: Scope, calls: list[tuple[UUID, asyncio.Future[R | None]]]) -> None:
        try:
            rows = await self._fetch(scope, list({row_id for row_id, _ in calls}))
        except Exception as error:  # every caller hears of it
            for _, future in calls:
                if not future.done():
                    future.set_exception(error)
            return
        found = {row.id: row for row in rows}
        for row_id, future in calls:
            if not future.done():
                future.set_result(found.get(row_id))
