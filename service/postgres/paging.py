"""Pages of lists: by number for people, by cursor for programs that read on.

A cursor says where the page before ended and which filters it was made with. It carries nothing else, and shows nothing
that its holder may not see: every query is filtered by organization on its own account.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from service.domain.errors import InvalidCursorError, InvalidRequestError, Violation

T = TypeVar("T")

DEFAULT_SIZE = 50
MAXIMUM_SIZE = 100

_MARK_BYTES = 8
_CURSOR_BYTES = _MARK_BYTES + 1 + 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: after the row `last_id`, in a list that may have several sections one after the other."""

    last_id: UUID
    section: int = 0
    """From 0 to 255. Example: folders are section 0 and files section 1 of one list."""

    def encode(self, filters_fingerprint: bytes) -> str:
        """Write the cursor down for its holder."""
        position = bytes([self.section]) + self.last_id.bytes
        return base64.urlsafe_b64encode(_mark(filters_fingerprint, position) + position).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, filters_fingerprint: bytes) -> Cursor:
        """Read a cursor back.

        Raises:
            InvalidCursorError: it isn't ours, or was made with other filters.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        position = raw[_MARK_BYTES:]
        if len(raw) != _CURSOR_BYTES or raw[:_MARK_BYTES] != _mark(filters_fingerprint, position):
            raise InvalidCursorError(
                "the cursor is not one of this list, or was made with other filters: "
                "hand the one of the last page on as it came, together with the same filters"
            )
        return cls(UUID(bytes=position[1:]), position[0])


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    total: int
    page: int | None
    """From 1; None when the page was reached by cursor."""
    size: int
    pages: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for."""

    page: int | None
    size: int
    after: Cursor | None
    fingerprint: bytes

    @classmethod
    def of(
        cls,
        filters: Mapping[str, object],
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
        maximum: int = MAXIMUM_SIZE,
    ) -> PageRequest:
        """Take what the caller asked for; a size above the maximum is taken as the maximum.

        `filters` are all that decides what is in the list, and the list's own name: a cursor holds for no others.

        Raises:
            InvalidCursorError: the cursor isn't one of these filters.
            InvalidRequestError: page or size below 1, or page and cursor both.
        """
        violations = [
            Violation(name, "must be 1 or more") for name, value in (("page", page), ("size", size)) if _below_1(value)
        ]
        if cursor and page is not None:
            violations.append(Violation("page", "can't be given together with cursor: leave one of them out"))
        if violations:
            raise InvalidRequestError(violations)
        fingerprint = fingerprint_of(filters)
        after = Cursor.decode(cursor, fingerprint) if cursor else None
        return cls(
            page=None if after else page or 1,
            size=min(size or DEFAULT_SIZE, maximum),
            after=after,
            fingerprint=fingerprint,
        )

    @property
    def offset(self) -> int:
        """How many rows lie before the page; 0 with a cursor."""
        return 0 if self.page is None else (self.page - 1) * self.size

    @property
    def limit(self) -> int:
        """How many rows to fetch: one more than the page has, which tells whether another page follows."""
        return self.size + 1

    def page_of(self, rows: Sequence[T], total: int, cursor_of: Callable[[T], Cursor]) -> Page[T]:
        """Make the page of the rows that were fetched with `limit`."""
        items = rows[: self.size]
        more = len(rows) > self.size
        return Page(
            items=items,
            total=total,
            page=self.page,
            size=self.size,
            pages=-(-total // self.size),
            next_cursor=cursor_of(items[-1]).encode(self.fingerprint) if more else None,
        )


def fingerprint_of(filters: Mapping[str, object]) -> bytes:
    """Digest filters; their order doesn't matter, and a filter of None is one that isn't there."""
    parts = sorted((name, _written(value)) for name, value in filters.items() if value is not None)
    return hashlib.sha256(repr(parts).encode()).digest()


def _written(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return repr(sorted(map(str, value)))
    return str(value)


def _mark(fingerprint: bytes, position: bytes) -> bytes:
    return hashlib.blake2b(position, key=fingerprint[:64], digest_size=_MARK_BYTES).digest()


def _below_1(value: int | None) -> bool:
    return value is not None and value < 1
