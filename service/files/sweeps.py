"""What has to be done with files every minute, whoever asked for it: expiring, erasing, confirming what has arrived.

Each organization is visited in a scope of its own. Every sweep may run at any time, on several machines, and again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from service.domain.errors import FileStatusConflictError
from service.domain.ids import lowest_at
from service.domain.scope import Scope
from service.files.erasing import Eraser
from service.files.library import Library
from service.files.presigned import PresignedUploads
from service.postgres import file_sweeps as rows
from service.postgres.database import Database

log = structlog.get_logger(__name__)

_AT_ONCE = 100
# After its URL has expired, an upload that was under way may still end.
_LATE = timedelta(hours=1)


class FileSweeps:
    """The sweeps over files."""

    def __init__(
        self,
        database: Database,
        library: Library,
        presigned: PresignedUploads,
        eraser: Eraser,
        *,
        upload_lifetime: timedelta,
    ) -> None:
        """`upload_lifetime` is how long a presigned upload can be written to."""
        self._database = database
        self._library = library
        self._presigned = presigned
        self._eraser = eraser
        self._upload_lifetime = upload_lifetime

    async def run(self) -> None:
        """Run all of them, one after the other."""
        await self.expunge_expired()
        await self.erase_tombstones()
        await self.confirm_arrived()

    async def expunge_expired(self) -> int:
        """Delete files for good whose time has come; answer how many."""
        return await self._visit("files_expired", self._expunge_expired)

    async def erase_tombstones(self) -> int:
        """Erase bytes that were to go and didn't, because the store was away or a process ended; answer of how many."""
        return await self._visit("tombstones_erased", self._eraser.erase)

    async def confirm_arrived(self) -> int:
        """Confirm uploads whose bytes are there and that nobody else confirms; answer how many."""
        return await self._visit("uploads_confirmed", self._confirm_arrived)

    async def _visit(self, event: str, sweep: Callable[[Scope], Awaitable[int]]) -> int:
        count = 0
        for organization_id in await rows.organizations_with_due_files(self._database):
            try:
                count += await sweep(Scope.of_service(organization_id))
            except Exception:  # one organization's trouble is no other's
                log.exception("sweep_failed", sweep=event, organization_id=str(organization_id))
        if count:
            log.info(event, count=count)
        return count

    async def _expunge_expired(self, scope: Scope) -> int:
        count = 0
        while ids := await rows.expired(self._database, scope, limit=_AT_ONCE):
            for file_id in ids:
                try:
                    await self._library.expunge(scope, file_id)
                except FileStatusConflictError:
                    # Somebody else was quicker.
                    continue
                count += 1
        return count

    async def _confirm_arrived(self, scope: Scope) -> int:
        since = lowest_at(datetime.now(UTC) - self._upload_lifetime - _LATE)
        await rows.stop_waiting(self._database, scope, before=since)
        by_creator: dict[UUID | None, list[UUID]] = defaultdict(list)
        for waiting in await rows.arriving(self._database, scope):
            by_creator[waiting.created_by].append(waiting.id)
        count = 0
        for user_id, ids in by_creator.items():
            count += await self._presigned.confirm_arrived(Scope.of_service(scope.organization_id, user_id), ids)
        return count
