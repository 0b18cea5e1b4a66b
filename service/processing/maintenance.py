"""What has to be done now and then: deleting what nothing needs any more, and finding what was lost.

Each organization is visited in a scope of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from service.domain.events import CLASSIFY_DOCUMENT
from service.domain.ids import lowest_at
from service.domain.scope import Scope
from service.objects.store import ObjectStore, StoredObject
from service.postgres import processing as rows
from service.postgres.database import Database
from service.postgres.jobs import enqueue, forget_old_failures
from service.postgres.processing import Pointers

log = structlog.get_logger(__name__)

_KEY_PARTS = 4
_FILES, _INCOMING = "files", "incoming"
_FAILED_JOBS_DAYS = 30
_LOST_FOR = timedelta(minutes=10)
_LOST_AT_MOST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """How long things stay."""

    object_grace: timedelta = timedelta(hours=24)
    """How old an object is at least before it is deleted because nothing points to it."""
    presign_expiry: timedelta = timedelta(hours=1)
    """How long a presigned upload can still be written to."""
    idempotency: timedelta = timedelta(hours=24)
    lost_for: timedelta = _LOST_FOR
    """How long a confirmed file may be without a job before it is queued anew."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of ours, taken apart."""

    prefix: str
    organization_id: UUID
    file_id: UUID


class Maintenance:
    """The sweeps. Each may run at any time, on several machines at once, and again."""

    def __init__(self, database: Database, store: ObjectStore, settings: SweepSettings | None = None) -> None:
        self._database = database
        self._store = store
        self._settings = settings or SweepSettings()

    async def sweep_objects(self, now: datetime | None = None) -> int:
        """Delete objects that are older than the grace time and that no file points to; answer how many. Those of files
        that were deleted for good go at once.

        An upload that was confirmed is deleted from where it came in, once its URL has expired and the grace time
        has passed: its bytes are under another key by then. Keys that aren't of our making are left alone.
        """
        now = now or datetime.now(UTC)
        deleted, last = 0, ""
        while batch := await self._store.list_objects(start_after=last):
            last = batch[-1].key
            doomed = await self._unneeded(batch, now)
            await self._store.delete(doomed)
            deleted += len(doomed)
        await self._store.abandon_stale_parts(now - self._settings.object_grace)
        if deleted:
            log.info("objects_swept", count=deleted)
        return deleted

    async def forget_idempotency_keys(self) -> int:
        """Delete idempotency keys that have had their time; answer how many."""
        hours = int(self._settings.idempotency.total_seconds() // 3600)
        deleted = 0
        for organization_id in await rows.organization_ids(self._database):
            async with self._database.transaction(Scope.of_service(organization_id)) as tx:
                deleted += await rows.forget_idempotency_keys(tx, hours=hours)
        return deleted

    async def forget_failed_jobs(self) -> int:
        """Delete jobs that failed long ago; what failed stays on their files."""
        async with self._database.connection() as connection:
            return await forget_old_failures(connection, days=_FAILED_JOBS_DAYS)

    async def queue_lost(self, now: datetime | None = None) -> int:
        """Queue confirmed files anew whose job has vanished before they were read; answer how many."""
        since = lowest_at((now or datetime.now(UTC)) - _LOST_AT_MOST)
        seconds = self._settings.lost_for.total_seconds()
        count = 0
        for organization_id in await rows.organization_ids(self._database):
            async with self._database.transaction(Scope.of_service(organization_id)) as tx:
                lost = await rows.lost_files(tx, since=since, seconds=seconds)
                await enqueue(tx, CLASSIFY_DOCUMENT, lost)
                count += len(lost)
        if count:
            log.warning("lost_files_queued", count=count)
        return count

    async def _unneeded(self, objects: Sequence[StoredObject], now: datetime) -> list[str]:
        by_organization: dict[UUID, list[tuple[_Key, StoredObject]]] = defaultdict(list)
        for stored in objects:
            key = _parse(stored.key)
            if key is not None:
                by_organization[key.organization_id].append((key, stored))
        unneeded: list[str] = []
        for organization_id, entries in by_organization.items():
            async with self._database.transaction(Scope.of_service(organization_id)) as tx:
                pointers = await rows.pointers_of(tx, list({key.file_id for key, _ in entries}))
            unneeded += self._without_pointer(entries, pointers, now)
        return unneeded

    def _without_pointer(
        self, entries: Iterable[tuple[_Key, StoredObject]], pointers: Mapping[UUID, Pointers], now: datetime
    ) -> list[str]:
        graced = now - self._settings.object_grace
        writable_until = graced - self._settings.presign_expiry
        found = []
        for key, stored in entries:
            row = pointers.get(key.file_id)
            if row is not None and row.expunged:
                found.append(stored.key)
                continue
            if stored.last_modified >= graced or (row is not None and stored.key == row.object_key):
                continue
            if row is not None and stored.key == row.incoming_key:
                done = row.confirmed and stored.last_modified < writable_until
                if not done:
                    continue
            found.append(stored.key)
        return found


def _parse(text: str) -> _Key | None:
    parts = text.split("/")
    if len(parts) != _KEY_PARTS or parts[0] not in (_FILES, _INCOMING):
        return None
    try:
        return _Key(parts[0], UUID(parts[1]), UUID(parts[2]))
    except ValueError:
        return None
