"""The event log of an organization."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from muniment.events.v1 import event_service_pb2 as pb
from muniment.models import Event

from muniment_client._calls import Calls
from muniment_client._faces import Async, Face, Faced, streaming
from muniment_client._wire import decode_all
from muniment_client.errors import ConnectionFailedError, DeadlineExceededError, MunimentError, UnavailableError

_PAGE = 100


class Events(Faced[Face]):
    """The event log: what happened, in order."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @streaming
    async def list(self: Events[Async], *, file_id: str | None = None, after: int = 0) -> AsyncIterator[Event]:
        """Give the events after a sequence number, oldest first, up to now. With `file_id`, those of this file."""
        while page := await self._page(file_id, after):
            for event in page:
                yield event
            if len(page) < _PAGE:
                return
            after = page[-1].sequence

    @streaming
    async def tail(
        self: Events[Async],
        *,
        file_id: str | None = None,
        after: int | None = None,
        interval: float = 1.0,
        on_away: Callable[[MunimentError], None] | None = None,
    ) -> AsyncIterator[Event]:
        """Give the events after a sequence number, or from now on, as they happen; it doesn't end by itself.

        A service that answered once and then is away is waited for, and no event is missed.

        Args:
            interval: how often to look, in seconds.
            on_away: called when the service can't be reached any more, once until it can be reached again.
        """
        place = await self._end(file_id) if after is None else after
        has_answered, is_away = after is None, False
        while True:
            try:
                async for event in self.list(file_id=file_id, after=place):
                    place = event.sequence
                    yield event
                has_answered, is_away = True, False
            except (ConnectionFailedError, UnavailableError, DeadlineExceededError) as error:
                if not has_answered:
                    raise
                if on_away is not None and not is_away:
                    on_away(error)
                is_away = True
            await asyncio.sleep(interval)

    async def _page(self: Events[Async], file_id: str | None, after: int, size: int = _PAGE) -> tuple[Event, ...]:
        request = pb.ListEventsRequest(file_id=file_id, after=after, size=size)
        answer = await self._calls.unary(request, pb.ListEventsResponse)
        return decode_all(answer.items, Event)

    async def _end(self: Events[Async], file_id: str | None) -> int:
        """The sequence number of the last event, by bisection: the log is read forwards alone."""
        low, high = 0, 1
        while page := await self._page(file_id, high, size=1):
            low, high = page[0].sequence, page[0].sequence * 2
        while low < high:
            middle = (low + high) // 2
            page = await self._page(file_id, middle, size=1)
            low, high = (page[0].sequence, high) if page else (low, middle)
        return low
