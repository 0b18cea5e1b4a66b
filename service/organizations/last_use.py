"""When API keys were last used: written in the background, at most once a minute for a key."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

import structlog

from service.domain.errors import DomainError
from service.domain.scope import Principal
from service.postgres.access import AccessQueries

_EVERY_SECONDS = 10.0
_ONCE_IN_SECONDS = 60.0

log = structlog.get_logger("muniment.access")


class LastUse:
    """Gathers uses of keys, and writes them from time to time."""

    def __init__(self, queries: AccessQueries) -> None:
        self._queries = queries
        self._written: dict[UUID, float] = {}
        self._used: dict[UUID, tuple[UUID, datetime]] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, principal: Principal) -> None:
        """Note that a key is in use."""
        key = principal.api_key_id
        if key is None or principal.organization_id is None or key in self._used:
            return
        if self._written.get(key, float("-inf")) + _ONCE_IN_SECONDS <= monotonic():
            self._used[key] = (principal.organization_id, datetime.now(UTC))

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="last-use")

    async def stop(self) -> None:
        """Write what is left, and stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.write()

    async def write(self) -> None:
        """Write what was gathered. A failure loses it: the next use is noted again."""
        used, self._used = self._used, {}
        now = monotonic()
        self._written = {key: at for key, at in self._written.items() if at + _ONCE_IN_SECONDS > now}
        by_organization: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
        for key, (organization, moment) in used.items():
            by_organization[organization][key] = moment
        try:
            for organization, moments in by_organization.items():
                await self._queries.used(organization, moments)
                self._written |= dict.fromkeys(moments, now)
        except DomainError as error:
            log.warning("couldn't write when keys were last used", error=str(error))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self.write()
