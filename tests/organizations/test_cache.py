"""What was looked up is kept for a while."""

import asyncio

import pytest

from service.organizations.cache import ExpiringCache


class Lookups:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.found: str | None = "found"

    async def __call__(self, key: str) -> str | None:
        self.asked.append(key)
        found = self.found
        await self.gate.wait()
        if found == "broken":
            raise RuntimeError(found)
        return found


async def turns() -> None:
    """Let all come as far as it can: nothing here waits for a time."""
    for _ in range(20):
        await asyncio.sleep(0)


def cache_of(lookups: Lookups, ttl: float = 60, capacity: int = 10) -> ExpiringCache[str, str]:
    return ExpiringCache(lookups, ttl_seconds=ttl, capacity=capacity)


async def test_found_is_kept_and_not_found_is_not() -> None:
    cache = cache_of(lookups := Lookups())
    assert [await cache.get("a"), await cache.get("a"), cache.kept("a")] == ["found"] * 3
    lookups.found = None
    assert [await cache.get("b"), await cache.get("b"), cache.kept("b")] == [None] * 3
    assert lookups.asked == ["a", "b", "b"]


async def test_kept_ends() -> None:
    cache = cache_of(lookups := Lookups(), ttl=0.01)
    await cache.get("a")
    await asyncio.sleep(0.02)
    assert cache.kept("a") is None
    await cache.get("a")
    assert len(lookups.asked) == 2


async def test_oldest_make_room() -> None:
    cache = cache_of(Lookups(), capacity=2)
    for key in "abc":
        await cache.get(key)
    assert [cache.kept(key) for key in "abc"] == [None, "found", "found"]


async def test_those_who_ask_together_wait_for_one_lookup() -> None:
    cache = cache_of(lookups := Lookups())
    lookups.gate.clear()
    asking = [asyncio.create_task(cache.get("a")) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.sleep(0)
    lookups.gate.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == ["found"] * 4
    assert lookups.asked == ["a"]


async def test_failed_lookup_is_not_kept() -> None:
    cache = cache_of(lookups := Lookups())
    lookups.found = "broken"
    with pytest.raises(RuntimeError):
        await cache.get("a")
    lookups.found = "found"
    assert await cache.get("a") == "found"


async def test_what_was_looked_up_before_a_change_is_not_kept_after_it() -> None:
    cache = cache_of(lookups := Lookups())
    lookups.found = "old"
    lookups.gate.clear()
    early = asyncio.create_task(cache.get("a"))
    await turns()
    cache.forget()
    lookups.found = "new"
    late = asyncio.create_task(cache.get("a"))
    await turns()
    lookups.gate.set()
    assert tuple(await asyncio.gather(early, late)) == ("old", "new")
    assert await cache.get("a") == "new"
