"""Counts calls, for limits on them: one row for each caller and group of calls, of the minute that runs.

A minute begins with the first call after the one before is over, and PostgreSQL's clock is the only one that says so.
The rows belong to no organization: calls are counted before there is a scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import args_row
from sqlalchemy import Float, bindparam, case, cast, extract, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import INTERVAL, insert

from service.postgres.database import Database, query
from service.postgres.tables import rate_limits

_MINUTE = literal(timedelta(minutes=1), INTERVAL)


@dataclass(frozen=True, slots=True)
class Count:
    """How a minute stands after calls were asked for."""

    granted: bool
    """All of them were, or none."""
    used: int
    """How many calls of the minute are granted to this caller, in all processes."""
    ends_at: float
    """When the minute is over, in seconds since 1970."""
    seconds_left: float


_c = rate_limits.c
_now = func.clock_timestamp()
_new = insert(rate_limits).values(
    subject=bindparam("subject"), call_group=bindparam("call_group"), started_at=_now, used=bindparam("calls")
)
_over = _c.started_at <= _now - _MINUTE
_taken = (
    _new.on_conflict_do_update(
        index_elements=[_c.subject, _c.call_group],
        set_={
            "started_at": case((_over, _now), else_=_c.started_at),
            "used": case((_over, _new.excluded.used), else_=_c.used + _new.excluded.used),
        },
        where=or_(_over, _c.used + _new.excluded.used <= bindparam("most")),
    )
    .returning(_c.used, _c.started_at)
    .cte("taken")
)
_TAKE = query(
    union_all(
        select(
            literal(True),
            _taken.c.used,
            cast(extract("epoch", _taken.c.started_at + _MINUTE), Float),
            cast(extract("epoch", _taken.c.started_at + _MINUTE - _now), Float),
        ),
        select(
            literal(False),
            _c.used,
            cast(extract("epoch", _c.started_at + _MINUTE), Float),
            cast(extract("epoch", _c.started_at + _MINUTE - _now), Float),
        ).where(
            _c.subject == bindparam("subject"),
            _c.call_group == bindparam("call_group"),
            ~select(_taken.c.used).exists(),
        ),
    )
)


class RateLimitCounts:
    """The counts of all callers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, subject: UUID, call_group: str, calls: int, most: int) -> Count:
        """Take so many calls out of the `most` of this minute, or none when there aren't as many left.

        `calls` is at most `most`.

        Raises:
            UnavailableError: PostgreSQL is away.
        """
        values = {**_TAKE.constants, "subject": subject, "call_group": call_group, "calls": calls, "most": most}
        while True:
            async with (
                self._database.connection() as connection,
                AsyncCursor(connection, row_factory=args_row(Count)) as cursor,
            ):
                await cursor.execute(_TAKE.sql.encode(), values)
                rows = await cursor.fetchall()
            # Nothing, when another call made the row between our look at the table and our attempt to add to it; and
            # a minute may end between the two.
            if rows and (rows[0].granted or rows[0].seconds_left > 0):
                return rows[0]
