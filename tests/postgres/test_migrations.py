"""Migrations: what they make is what the code sees, and the former version runs on while they do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from service.domain.ids import new_id
from service.postgres.migrate import _config, migrate, newest_revision
from service.postgres.tables import metadata
from tests.conftest import DatabaseUrls, PostgresServer


@pytest.fixture
def empty(postgres_server: PostgresServer) -> Iterator[DatabaseUrls]:
    """A database without a schema."""
    urls = postgres_server.urls(f"test_{secrets.token_hex(6)}")
    with psycopg.connect(postgres_server.admin_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {urls.name}")
    yield urls
    postgres_server.drop(urls.name)


def engine_of(urls: DatabaseUrls) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        urls.owner.replace("postgresql:", "postgresql+psycopg:"), poolclass=sqlalchemy.NullPool
    )


def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and str(name).startswith(("procrastinate", "alembic")))


def test_tables_are_what_the_migrations_make(database_urls: DatabaseUrls) -> None:
    with engine_of(database_urls).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": False, "include_object": is_ours}
        )
        assert compare_metadata(context, metadata) == []
        made = {row[0] for row in connection.execute(sqlalchemy.text("SELECT indexname FROM pg_indexes"))}
        assert {str(index.name) for table in metadata.tables.values() for index in table.indexes} <= made
        broken = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"
        assert connection.execute(sqlalchemy.text(broken)).fetchall() == []


def test_migrating_from_several_places_at_once(empty: DatabaseUrls) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: migrate(empty.owner, empty.service), range(3)))
    with psycopg.connect(empty.owner) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest_revision(),)]


FORMER_INSERT = """
    INSERT INTO files (id, organization_id, file_name, search_name, mime_type, size_kb, status, object_key)
    VALUES (%s, %s, 'a.pdf', 'a.pdf', 'application/pdf', 1, 'uploaded', %s)
"""
FORMER_TOTAL = "SELECT sum(count) FROM file_counts WHERE organization_id = %s AND status = 'uploaded'"


def given_organization(connection: psycopg.Connection[tuple[object, ...]]) -> UUID:
    organization = new_id()
    connection.execute(
        "INSERT INTO organizations (id, name, default_project_id) VALUES (%s, 'T', %s)", (organization, new_id())
    )
    return organization


def test_former_version_goes_on_with_the_new_schema(empty: DatabaseUrls) -> None:
    with engine_of(empty).connect() as connection:
        command.upgrade(_config(connection), "0001")
        connection.commit()
    with psycopg.connect(empty.owner, autocommit=True) as connection:
        organization, reading, file_id = given_organization(connection), new_id(), new_id()
        facility, invoice = new_id(), new_id()
        connection.execute(FORMER_INSERT, (file_id, organization, str(new_id())))
        connection.execute(
            "INSERT INTO readings (id, organization_id, file_id, status, category)"
            " VALUES (%s, %s, %s, 'success', 'gas')",
            (reading, organization, file_id),
        )
        connection.execute(
            "INSERT INTO facilities (id, organization_id, name, search_name, country) VALUES (%s, %s, 'f', 'f', 'PT')",
            (facility, organization),
        )
        connection.execute(
            "INSERT INTO invoices (id, organization_id, reading_id, file_id, item, facility_id, percentage, type)"
            " VALUES (%s, %s, %s, %s, 0, %s, 1, 'combustion')",
            (invoice, organization, reading, file_id, facility),
        )
        migrate(empty.owner, empty.service)
        connection.execute(FORMER_INSERT, (new_id(), organization, str(new_id())))
        assert connection.execute(FORMER_TOTAL, (organization,)).fetchone() == (2,)
        connection.execute("UPDATE files SET is_active = false WHERE id = %s", (file_id,))
        assert connection.execute(FORMER_TOTAL, (organization,)).fetchone() == (1,)
        links = connection.execute("SELECT file_id, type, id, role FROM file_links").fetchall()
        assert links == [(file_id, "invoice", str(invoice), "DOCUMENT")]


def test_migration_that_was_broken_off_can_be_run_again(empty: DatabaseUrls) -> None:
    migrate(empty.owner, empty.service)
    with psycopg.connect(empty.owner, autocommit=True) as connection:
        connection.execute("DROP INDEX files_purpose_idx")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    migrate(empty.owner, empty.service)
    with psycopg.connect(empty.owner) as connection:
        found = connection.execute("SELECT FROM pg_indexes WHERE indexname = 'files_purpose_idx'").fetchall()
        assert len(found) == 1
