"""Lists, page by page."""

# ruff: noqa: ASYNC109  # operations take their deadline as `timeout`

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from muniment_client._calls import Calls
from muniment_client._faces import Async, Blocking, Face, Faced, operation, streaming
from muniment_client._wire import decode_all

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    total: int
    """How many match in all."""
    next_cursor: str | None
    """What leads to the next page; None on the last one."""


class Pages(Faced[Face], Generic[Face, T]):
    """A list that is fetched page by page while it is iterated over. Iterating again fetches again."""

    def __init__(self, fetch: Callable[[str | None, float | None], Awaitable[Page[T]]]) -> None:
        self._fetch = fetch

    @operation
    async def page(self: Pages[Async, T], cursor: str | None = None, *, timeout: float | None = None) -> Page[T]:
        """Get one page: the first, or the one that `cursor` (the `next_cursor` of the page before) leads to."""
        return await self._fetch(cursor, timeout)

    @streaming
    async def pages(self: Pages[Async, T]) -> AsyncIterator[Page[T]]:
        """Get all pages, one after the other."""
        page = await self._fetch(None, None)
        yield page
        while page.next_cursor is not None:
            page = await self._fetch(page.next_cursor, None)
            yield page

    async def __aiter__(self: Pages[Async, T]) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    def __iter__(self: Pages[Blocking, T]) -> Iterator[T]:
        for page in self.pages():
            yield from page.items


def list_of(calls: Calls, request: Message, answer: type[Message], kind: type[T]) -> Pages[Async, T]:
    """The pages of a list call, whose request and answer are as all lists' are."""

    async def fetch(cursor: str | None, seconds: float | None) -> Page[T]:
        asked: Any = type(request)()
        asked.CopyFrom(request)
        if cursor is not None:
            asked.cursor = cursor
        page: Any = await calls.unary(asked, answer, seconds)
        return Page(
            items=decode_all(page.items, kind),
            total=page.total,
            next_cursor=page.next_cursor if page.HasField("next_cursor") else None,
        )

    return Pages(fetch)
