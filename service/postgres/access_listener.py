"""Hears from PostgreSQL that keys or memberships have changed, in any process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog

from service.postgres.database import CONNECTION

CHANNEL = "muniment_access"
_RETRY_SECONDS = 2.0

log = structlog.get_logger("muniment.access")


class AccessListener:
    """Calls `changed` whenever something changed, and after every time when it couldn't listen."""

    def __init__(self, url: str, changed: Callable[[], None]) -> None:
        self._url = url
        self._changed = changed
        self._task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()
        """Set while it listens."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="access-listener")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                log.warning("not listening for changes of access; what is cached ends by its age", error=str(error))
            finally:
                self.listening.clear()
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, application_name="muniment access", **CONNECTION
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._changed()
            self.listening.set()
            async for _ in connection.notifies():
                self._changed()
