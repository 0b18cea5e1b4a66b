"""Making a database, for the embedded server."""

from __future__ import annotations

import psycopg
from psycopg import sql


def create_database(superuser_url: str, name: str) -> None:
    """Create a database, if it isn't there."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
