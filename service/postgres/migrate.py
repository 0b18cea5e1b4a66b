"""Bring a database to the newest schema, and give the service's role what it needs and no more."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

_SCRIPTS = Path(__file__).parent / "migrations"
# Any number will do, as long as all who migrate use the same one.
_LOCK = 7_246_113_884
_LOCK_POLL_SECONDS = 0.1
_GRANTS = """
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
    REVOKE EXECUTE ON FUNCTION muniment_organization_ids() FROM PUBLIC;
    REVOKE EXECUTE ON FUNCTION muniment_organizations_with_due_files() FROM PUBLIC;
    REVOKE UPDATE, DELETE ON events FROM {role};
    REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role};
"""


class MigrationError(Exception):
    """The database can't be brought to the newest schema as it is."""


def migrate(owner_url: str, service_url: str) -> None:
    """Migrate as the owner; create the role of `service_url` if it isn't there, and grant it access.

    Safe to run from several places at once, and again.

    Raises:
        MigrationError: the service's role would be above row-level security.
    """
    role = conninfo_to_dict(service_url)
    name, password = str(role.get("user") or ""), role.get("password")
    if not name:
        raise MigrationError("the service's database URL names no user")
    engine = sqlalchemy.create_engine(_sqlalchemy_url(owner_url), poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        _lock(connection)
        _ensure_role(connection, name, str(password) if password else None)
        connection.commit()
        command.upgrade(_config(connection), "head")
        connection.commit()
        raw = _raw(connection)
        for grant in filter(str.strip, _GRANTS.split(";")):
            raw.execute(sql.SQL(grant).format(role=sql.Identifier(name)))
        # SQLAlchemy knows nothing of what went below it, and would commit nothing.
        raw.commit()
        connection.execute(sqlalchemy.text(f"SELECT pg_advisory_unlock({_LOCK})"))
    engine.dispose()


def newest_revision() -> str:
    """Name the schema that this code needs."""
    revision = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    assert revision is not None
    return revision


def _lock(connection: sqlalchemy.Connection) -> None:
    # Asked for again and again rather than waited for: who builds an index concurrently waits for all transactions that
    # are open, those that wait for this lock among them.
    while not connection.execute(sqlalchemy.text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar():
        connection.rollback()
        time.sleep(_LOCK_POLL_SECONDS)


def _ensure_role(connection: sqlalchemy.Connection, name: str, password: str | None) -> None:
    raw = _raw(connection)
    owner = raw.execute("SELECT current_user").fetchone()
    if owner is not None and owner[0] == name:
        raise MigrationError(
            f"the service can't connect as the tables' owner, {name}: give MUNIMENT_DATABASE_URL a user of its own"
        )
    row = raw.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    if row is None:
        raw.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(password)
            )
        )
    elif row[0]:
        raise MigrationError(
            f"the role {name} bypasses row-level security: give MUNIMENT_DATABASE_URL a user that is no superuser"
        )


def _raw(connection: sqlalchemy.Connection) -> psycopg.Connection[tuple[object, ...]]:
    raw: psycopg.Connection[tuple[object, ...]] | None = connection.connection.driver_connection
    assert raw is not None
    return raw


def _config(connection: sqlalchemy.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _sqlalchemy_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres"):
        raise MigrationError("a database URL begins with postgresql://")
    return f"postgresql+psycopg://{rest}"
