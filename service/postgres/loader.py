"""Fetching single rows for many callers at once.

Calls that ask for rows of the same organization while a query is under way are answered together by the next one. A
call is only ever answered by a query that began after it came, so each sees all that was committed before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from service.domain.scope import Scope

_QUERIES_IN_FLIGHT = 8
_ROWS_IN_QUERY = 100


K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


class _Waiting(Generic[K, R]):
    __slots__ = ("calls", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.calls: list[tuple[K, asyncio.Future[R | None]]] = []


class RowLoader(Generic[K, R]):
    """Fetches rows by a unique key, one batch at a time for each organization."""

    def __init__(self, fetch: Callable[[Scope, list[K]], Awaitable[Sequence[R]]], key_of: Callable[[R], K]) -> None:
        self._fetch = fetch
        self._key_of = key_of
        self._waiting: dict[UUID, _Waiting[K, R]] = {}
        self._gate = asyncio.Semaphore(_QUERIES_IN_FLIGHT)
        self._runners: set[asyncio.Task[None]] = set()

    async def load(self, scope: Scope, key: K) -> R | None:
        """Fetch one row; None when the organization has none of this key."""
        future: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(scope.organization_id)
        if waiting is None:
            waiting = _Waiting(scope)
            self._waiting[scope.organization_id] = waiting
            runner = asyncio.create_task(self._run(scope.organization_id, waiting))
            self._runners.add(runner)
            runner.add_done_callback(self._runners.discard)
        waiting.calls.append((key, future))
        return await future

    async def _run(self, organization_id: UUID, waiting: _Waiting[K, R]) -> None:
        """Answer the calls of an organization, batch by batch, until there are none."""
        while waiting.calls:
            async with self._gate:
                calls, waiting.calls = waiting.calls[:_ROWS_IN_QUERY], waiting.calls[_ROWS_IN_QUERY:]
                await self._answer(waiting.scope, calls)
        del self._waiting[organization_id]

    async def _answer(self, scope: Scope, calls: list[tuple[K, asyncio.Future[R | None]]]) -> None:
        try:
            rows = await self._fetch(scope, list({key for key, _ in calls}))
        except Exception as error:  # every caller hears of it
            for _, future in calls:
                if not future.done():
                    future.set_exception(error)
            return
        found = {self._key_of(row): row for row in rows}
        for key, future in calls:
            if not future.done():
                future.set_result(found.get(key))
