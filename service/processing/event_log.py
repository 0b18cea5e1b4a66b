"""Reading the event log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.domain.scope import Scope
from service.postgres.database import Database
from service.postgres.events import LIST, LIST_OF_FILE, Event
from service.postgres.paging import PageRequest


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in order; `next_after` leads to those that follow, and is None when there are no more for now."""

    items: Sequence[Event]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class EventLog:
    """The event logs of organizations."""

    database: Database

    async def list_events(
        self, scope: Scope, *, file_id: UUID | None = None, after: int = 0, size: int | None = None
    ) -> EventPage:
        """List events after a sequence number, oldest first.

        Raises:
            InvalidRequestError: a size below 1.
        """
        request = PageRequest.of({}, size=size)
        values = {"after": after, "limit": request.limit}
        if file_id is None:
            rows = await self.database.read(scope, LIST, Event, **values)
        else:
            rows = await self.database.read(scope, LIST_OF_FILE, Event, **values, file_id=file_id)
        items = rows[: request.size]
        return EventPage(items, items[-1].sequence if len(rows) > request.size else None)
