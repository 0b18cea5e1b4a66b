"""The event log of an organization: appended in the order in which transactions commit, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from service.domain.events import NewEvent
from service.domain.ids import new_id
from service.postgres.database import Query, Transaction, query
from service.postgres.readings_json import dumps
from service.postgres.tables import events


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in the log."""

    id: UUID
    sequence: int
    type: str
    file_id: UUID | None
    user_id: UUID | None
    payload: Mapping[str, Any]
    created_at: datetime


# The head's row stays locked until the transaction ends: numbers are visible in their own order, so that a reader who
# has seen number n has seen all smaller ones.
HEAD = """
    head AS (
        INSERT INTO event_heads AS h (organization_id, last_sequence)
        VALUES (%(organization_id)s::uuid, %(count)s::bigint)
        ON CONFLICT (organization_id) DO UPDATE SET last_sequence = h.last_sequence + excluded.last_sequence
        RETURNING last_sequence
    )
"""
INSERT = """
    INSERT INTO events (organization_id, sequence, id, type, file_id, user_id, payload, confirmation, created_at)
    SELECT %(organization_id)s::uuid, head.last_sequence - %(count)s::bigint + new.place, new.id, new.type, new.file_id,
        new.user_id, new.payload, new.confirmation, clock_timestamp()
"""
NEW = """
    ROWS FROM (jsonb_to_recordset(%(events)s::jsonb) AS (
        id uuid, type text, file_id uuid, user_id uuid, payload jsonb, confirmation boolean
    )) WITH ORDINALITY AS new (id, type, file_id, user_id, payload, confirmation, place)
"""
_APPEND = Query(f"WITH {HEAD} {INSERT} FROM head, {NEW} RETURNING sequence", {})  # constants

_COLUMNS = (
    events.c.id,
    events.c.sequence,
    events.c.type,
    events.c.file_id,
    events.c.user_id,
    events.c.payload,
    events.c.created_at,
)
_AFTER = (
    select(*_COLUMNS)
    .where(events.c.organization_id == bindparam("organization_id"), events.c.sequence > bindparam("after"))
    .order_by(events.c.sequence)
    .limit(bindparam("limit"))
)
LIST = query(_AFTER)
LIST_OF_FILE = query(_AFTER.where(events.c.file_id == bindparam("file_id")))


async def append(tx: Transaction, new: Sequence[NewEvent]) -> list[int]:
    """Append events; answer their sequence numbers.

    Do this last in a transaction: from here to its end, other writers of the organization's log wait.
    """
    if not new:
        return []
    rows = await tx.rows(_APPEND, count=len(new), events=written(new))
    return sorted(row["sequence"] for row in rows)


def written(new: Sequence[NewEvent]) -> str:
    """Write events down as the JSON that `NEW` reads."""
    return dumps(
        [
            {
                "id": str(new_id()),
                "type": event.type,
                "file_id": None if event.file_id is None else str(event.file_id),
                "user_id": None if event.user_id is None else str(event.user_id),
                "payload": event.payload,
                "confirmation": event.confirmation,
            }
            for event in new
        ]
    )
