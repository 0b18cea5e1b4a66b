"""Taking the bytes of tombstones out of the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog

from service.domain.errors import UnavailableError
from service.domain.scope import Scope
from service.objects.keys import prefixes_of
from service.objects.store import ObjectStore
from service.postgres import file_changes
from service.postgres.database import Database
from service.postgres.file_changes import Unerased

log = structlog.get_logger(__name__)

_AT_ONCE = 100
_WHENEVER = datetime.max.replace(tzinfo=UTC)


class Eraser:
    """Erases the bytes of files that were deleted for good."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store

    async def erase_now(self, scope: Scope, ids: Sequence[UUID]) -> None:
        """Erase the bytes of these tombstones; when the store is away, the sweep does it."""
        try:
            await self.erase(scope, ids)
        except UnavailableError:
            log.info("tombstones_left_to_sweep", count=len(ids))

    async def erase(self, scope: Scope, ids: Sequence[UUID] | None = None) -> int:
        """Erase the bytes of tombstones, all or these, and of what was derived from them; answer of how many.

        Their whole folders in the bucket are emptied, of versions too that no row points to.

        Raises:
            UnavailableError: the store is away.
        """
        count = 0
        while True:
            async with self._database.transaction(scope) as tx:
                found = await file_changes.unerased(tx, ids, limit=_AT_ONCE)
            if not found:
                return count
            for tombstone in found:
                if tombstone.incoming_key is not None:
                    await self._store.abandon_stale_parts(_WHENEVER, tombstone.incoming_key)
                await self._store.delete(await self._keys_of(scope, tombstone))
            async with self._database.transaction(scope) as tx:
                await file_changes.mark_erased(tx, [tombstone.id for tombstone in found])
            count += len(found)

    async def _keys_of(self, scope: Scope, tombstone: Unerased) -> set[str]:
        keys = {tombstone.object_key, *tombstone.derived_keys}
        if tombstone.incoming_key is not None:
            keys.add(tombstone.incoming_key)
        for file_id in (tombstone.id, *tombstone.derived_ids):
            for prefix in prefixes_of(scope.organization_id, file_id):
                keys.update([stored.key for stored in await self._store.list_objects(prefix)])
        return keys
