"""A small cache of what was looked up: for seconds, bounded, and forgotten whole when something changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ExpiringCache(Generic[K, V]):
    """Keeps what `load` found for `ttl_seconds`; what it didn't find (None) is not kept.

    Whoever asks for a key that is being loaded waits for that load. `forget` drops everything, loads that are under way
    included: they began before the change that `forget` is about.
    """

    def __init__(self, load: Callable[..., Awaitable[V | None]], *, ttl_seconds: float, capacity: int) -> None:
        self._load = load
        self._ttl = ttl_seconds
        self._capacity = capacity
        self._kept: dict[K, tuple[float, V]] = {}
        self._loading: dict[K, asyncio.Task[V | None]] = {}

    def kept(self, key: K) -> V | None:
        """Give what is kept and still good; None when that's nothing."""
        entry = self._kept.get(key)
        if entry is None or entry[0] < monotonic():
            return None
        return entry[1]

    async def get(self, key: K, *more: Any) -> V | None:
        """Give what is kept, else what `load(key, *more)` finds."""
        entry = self._kept.get(key)
        if entry is not None and entry[0] >= monotonic():
            return entry[1]
        task = self._loading.get(key)
        if task is None:
            task = asyncio.create_task(self._load_and_keep(key, more))
            self._loading[key] = task
            task.add_done_callback(lambda done: self._loaded(key, done))
        # A caller who goes away leaves the load to the others who wait for it.
        return await asyncio.shield(task)

    def forget(self) -> None:
        """Drop everything."""
        self._kept.clear()
        self._loading.clear()

    async def _load_and_keep(self, key: K, more: tuple[Any, ...]) -> V | None:
        task = asyncio.current_task()
        found = await self._load(key, *more)
        if found is not None and self._loading.get(key) is task:
            while len(self._kept) >= self._capacity:
                del self._kept[next(iter(self._kept))]
            self._kept.pop(key, None)
            self._kept[key] = (monotonic() + self._ttl, found)
        return found

    def _loaded(self, key: K, task: asyncio.Task[V | None]) -> None:
        if self._loading.get(key) is task:
            del self._loading[key]
        if not task.cancelled():
            # Marks it as seen when all who waited went away.
            task.exception()
