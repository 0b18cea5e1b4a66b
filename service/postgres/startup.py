"""What must hold of a database before the service uses it."""

from __future__ import annotations

import psycopg

from service.postgres.database import Database
from service.postgres.migrate import newest_revision

_CONNECT_SECONDS = 20
_ROLE = """
    SELECT r.rolsuper OR r.rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relkind = 'r')
    FROM pg_roles r WHERE r.rolname = current_user
"""


class DatabaseNotFitError(Exception):
    """The database can't be used as it is; the message says what to do."""


async def connect_once(url: str) -> None:
    """Connect, once and without a pool, which would try again and again.

    Raises:
        DatabaseNotFitError: PostgreSQL can't be reached or doesn't let us in.
    """
    try:
        async with await psycopg.AsyncConnection.connect(url, connect_timeout=_CONNECT_SECONDS):
            pass
    except psycopg.OperationalError as error:
        cause = " ".join(str(error).split())
        raise DatabaseNotFitError(
            f"the database can't be used: {cause}. Look at MUNIMENT_DATABASE_URL; if the database is new, run "
            "`muniment migrate`, which makes its role"
        ) from error


async def check(database: Database) -> None:
    """Make sure that the schema is the newest, and that row-level security holds for the role that connects.

    Raises:
        DatabaseNotFitError: one of them isn't so.
        UnavailableError: PostgreSQL is away.
    """
    async with database.connection() as connection:
        found = await (await connection.execute("SELECT to_regclass('alembic_version')")).fetchone()
        if found is None or found[0] is None:
            raise DatabaseNotFitError("the database has no schema yet: run `muniment migrate`")
        version = await (await connection.execute("SELECT version_num FROM alembic_version")).fetchone()
        if version is None or version[0] != newest_revision():
            raise DatabaseNotFitError(
                f"the database's schema is {version[0] if version else 'none'}, and this version needs "
                f"{newest_revision()}: run `muniment migrate`"
            )
        role = await (await connection.execute(_ROLE)).fetchone()
        if role is None or role[0] or role[1]:
            raise DatabaseNotFitError(
                "MUNIMENT_DATABASE_URL connects as a role that row-level security doesn't hold for: "
                "use one that is no superuser and owns no table, as `muniment migrate` makes it"
            )


async def is_ready(database: Database) -> bool:
    """Tell whether PostgreSQL answers."""
    async with database.connection() as connection:
        await connection.execute("SELECT 1")
    return True
