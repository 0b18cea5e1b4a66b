"""The event log of an organization."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from muniment.events.v1 import event_service_pb2 as pb
from muniment.models import Event

from muniment_client._calls import Calls
from muniment_client._faces import Async, Face, Faced, streaming
from muniment_client._wire import decode_all

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
        self: Events[Async], *, file_id: str | None = None, after: int | None = None, interval: float = 1.0
    ) -> AsyncIterator[Event]:
        """Give the events after a sequence number, or from now on, as they happen; it doesn't end by itself.

        Args:
            interval: how often to look, in seconds.
        """
        place = await self._end(file_id) if after is None else after
        while True:
            async for event in self.list(file_id=file_id, after=place):
                place = event.sequence
                yield event
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
