"""Limits on calls: how many a caller may make in a minute, in all processes together.

What is granted is counted in PostgreSQL, so that the limit is one limit however many processes serve. Calls that come
while a count is under way are counted together by the next one, and of a large limit some calls are taken in advance:
neither ever grants more than the limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, time
from uuid import UUID

from service.domain.scope import Principal
from service.postgres.rate_limits import Count, RateLimitCounts

GENERAL = ""
"""The group of the RPCs whose rules name none."""

# Of a limit, so much is taken in advance; nothing of one below a thousand, which is counted call by call.
_IN_ADVANCE = 1000
_MOST_COUNTERS = 10_000
_MINUTE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands after a call."""

    granted: bool
    limit: int
    remaining: int
    ends_at: float
    """When the minute is over, in seconds since 1970."""
    seconds_left: float


class RateLimits:
    """The limits of all groups. A limit of 0 is none, and a group that isn't named has the general one."""

    def __init__(self, counts: RateLimitCounts, per_minute: Mapping[str, int]) -> None:
        self._counts = counts
        self._per_minute = dict(per_minute)
        self._counters: dict[tuple[UUID, str], _Counter] = {}

    @property
    def any(self) -> bool:
        """Whether anything is limited."""
        return any(self._per_minute.values())

    def limit_of(self, group: str) -> int:
        return self._per_minute.get(group, self._per_minute.get(GENERAL, 0))

    def untouched(self, group: str) -> Standing:
        """How somebody stands whose minute hasn't begun."""
        limit = self.limit_of(group)
        return Standing(False, limit, limit, time() + _MINUTE_SECONDS, _MINUTE_SECONDS)

    async def charge(self, principal: Principal, group: str, calls: int) -> Standing:
        """Count so many calls, all or none of them.

        Raises:
            UnavailableError: PostgreSQL is away: nobody is let through uncounted.
        """
        subject = principal.api_key_id or principal.user_id
        counter = self._counters.get((subject, group))
        if counter is None:
            if len(self._counters) >= _MOST_COUNTERS:
                self._forget()
            counter = _Counter(self._counts, subject, group, self.limit_of(group))
            self._counters[subject, group] = counter
        return counter.charge_now(calls) or await counter.charge(calls)

    def _forget(self) -> None:
        """Drop the counters of minutes that are over, or of all: a count may be asked for anew at any time."""
        running = {key: counter for key, counter in self._counters.items() if counter.running}
        self._counters = running if len(running) < _MOST_COUNTERS else {}


class _Counter:
    """The calls of one caller in one group, as this process knows them."""

    def __init__(self, counts: RateLimitCounts, subject: UUID, group: str, limit: int) -> None:
        self._counts = counts
        self._subject = subject
        self._group = group
        self._limit = limit
        self._in_advance = limit // _IN_ADVANCE
        self._used = 0
        self._ends_at = 0.0
        self._ends = 0.0
        """When the minute is over by this process's own clock."""
        self._granted = 0
        """Calls that are granted to this process, and not made yet."""
        self._waiting: list[tuple[int, asyncio.Future[Standing]]] = []
        self._asking: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return bool(self._waiting) or monotonic() < self._ends

    def charge_now(self, calls: int) -> Standing | None:
        """Charge what can be told without asking; None when it can't."""
        left = self._ends - monotonic()
        if left <= 0 or self._waiting:
            return None
        if self._granted >= calls:
            self._granted -= calls
            return self._standing(True, left)
        return self._standing(False, left) if self._used >= self._limit else None

    async def charge(self, calls: int) -> Standing:
        """Ask for the calls, together with all who ask just now."""
        answer: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()
        self._waiting.append((calls, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_for_all(), name="rate-limit")
        return await answer

    async def _ask_for_all(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                try:
                    await self._ask(asked)
                except Exception as error:
                    for _, answer in asked:
                        if not answer.done():
                            answer.set_exception(error)
        finally:
            self._asking = None

    async def _ask(self, asked: list[tuple[int, asyncio.Future[Standing]]]) -> None:
        """Take for all in one go; when the minute hasn't as many left, for one after the other."""
        calls = sum(calls for calls, _ in asked)
        for wanted in sorted({calls + self._in_advance, calls}, reverse=True):
            if await self._take(wanted):
                break
        for calls, answer in asked:
            granted = self._granted >= calls or await self._take(calls)
            if granted:
                self._granted -= calls
            if not answer.done():
                answer.set_result(self._standing(granted, self._ends - monotonic()))

    async def _take(self, calls: int) -> bool:
        left = self._limit - (self._used if monotonic() < self._ends else 0)
        if calls > left:
            return False
        asked = monotonic()
        count = await self._counts.take(self._subject, self._group, calls, self._limit)
        self._note(count, asked)
        if count.granted:
            self._granted += calls
        return count.granted

    def _note(self, count: Count, asked: float) -> None:
        if count.ends_at != self._ends_at:
            self._granted = 0
        self._ends_at = count.ends_at
        # From when we asked, so that nothing is granted out of a minute that is over.
        self._ends = asked + count.seconds_left
        self._used = count.used

    def _standing(self, granted: bool, left: float) -> Standing:
        remaining = max(0, self._limit - self._used + self._granted)
        return Standing(granted, self._limit, remaining, self._ends_at or time(), max(left, 0.0))
