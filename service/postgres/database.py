"""Connections, and transactions inside an organization's scope.

SQLAlchemy Core writes the SQL once; psycopg runs it. Every transaction begins by telling PostgreSQL the scope, for the
row-level security of all tables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar

import psycopg
import sqlalchemy
from psycopg import AsyncClientCursor, AsyncConnection, AsyncCursor
from psycopg.rows import args_row, dict_row, tuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from service.domain.errors import InvalidRequestError, UnavailableError, Violation
from service.domain.scope import Scope

T = TypeVar("T")
U = TypeVar("U")

_RECONNECT_SECONDS = 5.0
# A connection that died without a word is noticed within about 15 s, whether we wait for an answer or send.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES
CONNECTION: Mapping[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
# No call of ours takes near as long, and none may hold its locks when its process hangs.
_LIMITS = "SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '20s'"
# For a server that is frozen, and can't look at its own clock.
_OUR_LIMIT_SECONDS = 25.0
# query_canceled by a timeout, lock_not_available, deadlock_detected, serialization_failure.
_TRY_AGAIN = frozenset({"57014", "55P03", "40P01", "40001"})
DIALECT = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]
_BEGIN = (
    "BEGIN; SELECT set_config('muniment.organization_id', %(organization)s, true),"
    " set_config('muniment.user_id', %(user)s, true)"
)
_SCOPE = (
    "SELECT set_config('muniment.organization_id', %(scope_organization)s, true),"
    " set_config('muniment.user_id', %(scope_user)s, true); "
)


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that SQLAlchemy has written down, with the values that are part of it."""

    sql: str
    constants: Mapping[str, Any]


def query(statement: sqlalchemy.Executable) -> Query:
    """Write a statement down, once. Its `bindparam`s are given when it runs."""
    compiled = statement.compile(dialect=DIALECT)  # type: ignore[attr-defined]  # Executable has it, its stub not
    constants = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
    return Query(str(compiled), constants)


class Transaction:
    """A transaction in the scope of one organization."""

    def __init__(self, connection: AsyncConnection[Any], scope: Scope) -> None:
        self.connection = connection
        self.scope = scope

    async def execute(self, statement: Query, **values: Any) -> int:
        """Run a statement; answer how many rows it touched."""
        async with AsyncCursor(self.connection, row_factory=tuple_row) as cursor:
            await cursor.execute(_literal(statement.sql), self._values(statement, values))
            return cursor.rowcount

    async def execute_many(self, statement: Query, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each row, in one go."""
        async with AsyncCursor(self.connection, row_factory=tuple_row) as cursor:
            await cursor.executemany(_literal(statement.sql), [self._values(statement, row) for row in rows])

    async def all(self, statement: Query, make: type[T], **values: Any) -> list[T]:
        """Fetch all rows, each made into a `make` from its columns in order."""
        async with AsyncCursor(self.connection, row_factory=args_row(make)) as cursor:
            await cursor.execute(_literal(statement.sql), self._values(statement, values))
            return await cursor.fetchall()

    async def first(self, statement: Query, make: type[T], **values: Any) -> T | None:
        """Fetch the first row, or None."""
        rows = await self.all(statement, make, **values)
        return rows[0] if rows else None

    async def rows(self, statement: Query, **values: Any) -> list[dict[str, Any]]:
        """Fetch all rows as dictionaries by column name."""
        async with AsyncCursor(self.connection, row_factory=dict_row) as cursor:
            await cursor.execute(_literal(statement.sql), self._values(statement, values))
            return await cursor.fetchall()

    def _values(self, statement: Query, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"organization_id": self.scope.organization_id, **statement.constants, **values}


class Database:
    """A pool of connections as the service's own role."""

    def __init__(self, url: str, *, min_size: int = 2, max_size: int = 10, timeout_seconds: float = 10.0) -> None:
        self._pool = AsyncConnectionPool(
            url,
            min_size=min_size,
            max_size=max_size,
            timeout=timeout_seconds,
            # The waits between attempts double for so long, then begin anew: whoever was away for an hour is found
            # again within seconds.
            reconnect_timeout=_RECONNECT_SECONDS,
            open=False,
            kwargs={"autocommit": True, "application_name": "muniment", **CONNECTION},
            configure=_set_limits,
        )

    async def open(self) -> None:
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close(timeout=2.0)

    @property
    def pool(self) -> AsyncConnectionPool[AsyncConnection[Any]]:
        return self._pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[Any]]:
        """Lend a connection outside any scope.

        Raises:
            UnavailableError: PostgreSQL is away.
        """
        try:
            async with asyncio.timeout(_OUR_LIMIT_SECONDS), self._pool.connection() as connection:
                yield connection
        except (PoolTimeout, TimeoutError) as error:
            raise UnavailableError("the database can't be reached just now; try again in a moment") from error
        except (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown, psycopg.errors.CannotConnectNow) as error:
            raise UnavailableError("the database is restarting; try again in a moment") from error
        except psycopg.DataError as error:
            # psycopg itself refuses U+0000 in text, which has no SQLSTATE; PostgreSQL in JSON, which has.
            if error.sqlstate in (None, "22021", "22P05") and ("NUL" in str(error) or "\\u0000" in str(error)):
                raise InvalidRequestError([Violation("", "text can't contain the character U+0000")]) from error
            raise
        except psycopg.OperationalError as error:
            if error.sqlstate is None or error.sqlstate.startswith(("08", "53")):
                raise UnavailableError("the database can't be reached just now; try again in a moment") from error
            if error.sqlstate in _TRY_AGAIN:
                raise UnavailableError("the database is too busy for this just now; try again in a moment") from error
            raise

    @asynccontextmanager
    async def transaction(self, scope: Scope) -> AsyncIterator[Transaction]:
        """Run a transaction in a scope; it is committed at the end, and rolled back by any exception."""
        async with self.connection() as connection:
            await AsyncClientCursor(connection).execute(
                _BEGIN, {"organization": str(scope.organization_id), "user": str(scope.user_id or "")}
            )
            try:
                yield Transaction(connection, scope)
            except BaseException:
                if not connection.closed and not connection.broken:
                    await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")

    async def read(self, scope: Scope, statement: Query, make: type[T], **values: Any) -> list[T]:
        """Fetch the rows of one statement in a scope, in one round trip.

        The scope and the statement go to PostgreSQL in one message, which is one implicit transaction: the scope ends
        with it. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
        """
        async with self._run_alone(scope, statement, values, args_row(make)) as cursor:
            return await cursor.fetchall()

    async def read_both(
        self, scope: Scope, first: tuple[Query, type[T]], second: tuple[Query, type[U]], **values: Any
    ) -> tuple[list[T], list[U]]:
        """Fetch the rows of two statements in a scope, of one moment, in one round trip. They share their values."""
        both = Query(f"{first[0].sql}; {second[0].sql}", {**first[0].constants, **second[0].constants})
        async with self._run_alone(scope, both, values, args_row(first[1])) as cursor:
            rows = await cursor.fetchall()
            cursor.nextset()
            cursor.row_factory = args_row(second[1])
            return rows, await cursor.fetchall()

    async def write(self, scope: Scope, statement: Query, **values: Any) -> int:
        """Run one statement in a scope, in one round trip, as `read` does; answer how many rows it touched."""
        async with self._run_alone(scope, statement, values, tuple_row) as cursor:
            return cursor.rowcount

    @asynccontextmanager
    async def _run_alone(
        self, scope: Scope, statement: Query, values: Mapping[str, Any], row_factory: Any
    ) -> AsyncIterator[AsyncCursor[Any]]:
        bound = {
            "organization_id": scope.organization_id,
            **statement.constants,
            **values,
            "scope_organization": str(scope.organization_id),
            "scope_user": str(scope.user_id or ""),
        }
        async with self.connection() as connection:
            cursor = AsyncClientCursor(connection, row_factory=row_factory)
            await cursor.execute(_literal(_SCOPE + statement.sql), bound)
            cursor.nextset()
            yield cursor


async def _set_limits(connection: AsyncConnection[Any]) -> None:
    await connection.execute(_LIMITS)


def _literal(sql: Any) -> LiteralString:
    # psycopg asks for literal strings to keep values out of SQL; SQLAlchemy has kept them out already.
    literal: LiteralString = sql
    return literal
