"""What sweeps look for among files."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.domain.scope import Scope
from service.postgres.database import Database, Query

_ORGANIZATIONS = "SELECT muniment_organizations_with_due_files()"
_EXPIRED = Query(
    """
    SELECT id FROM files
    WHERE organization_id = %(organization_id)s AND expires_at <= now() AND expunged_at IS NULL
    ORDER BY expires_at LIMIT %(limit)s
    """,
    {},
)
_ARRIVING = Query(
    """
    SELECT id, created_by FROM files
    WHERE organization_id = %(organization_id)s AND confirm_on_arrival AND status = 'pending' ORDER BY id
    """,
    {},
)
_STOP_WAITING = Query(
    """
    UPDATE files SET confirm_on_arrival = false
    WHERE organization_id = %(organization_id)s AND confirm_on_arrival AND status = 'pending' AND id < %(before)s
    """,
    {},
)


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class Arriving:
    """A pending file that is confirmed when its bytes are there."""

    id: UUID
    created_by: UUID | None


async def organizations_with_due_files(database: Database) -> list[UUID]:
    """Give the ids of organizations in which a sweep over files has something to look at."""
    async with database.connection() as connection:
        cursor = await connection.execute(_ORGANIZATIONS)
        return [row[0] for row in await cursor.fetchall()]


async def expired(database: Database, scope: Scope, *, limit: int) -> list[UUID]:
    """Give the files whose time has come."""
    return [row.id for row in await database.read(scope, _EXPIRED, _Id, limit=limit)]


async def arriving(database: Database, scope: Scope) -> list[Arriving]:
    """Give the files whose bytes are waited for."""
    return await database.read(scope, _ARRIVING, Arriving)


async def stop_waiting(database: Database, scope: Scope, *, before: UUID) -> None:
    """Wait no longer for the bytes of files with smaller identifiers."""
    await database.write(scope, _STOP_WAITING, before=before)
