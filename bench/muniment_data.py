"""The service's own database with as many files as a large company has."""

from collections.abc import Mapping
from uuid import UUID, uuid5

import psycopg
from psycopg import ClientCursor
from psycopg.rows import TupleRow

from bench.parts import Parts
from bench.sides import Sizes
from service.organizations.key_secrets import SHOWN, digest_of, new_secret
from service.postgres.migrate import migrate

NAMESPACE = UUID("0d6a1fd0-6a6f-4a2c-9f5d-30a1b4c8a6f3")
USER = uuid5(NAMESPACE, "user")
ROLE, PASSWORD = "muniment_bench", "bench"
MEASURED = ("small", "medium", "large", "writes")
OTHERS = 20
"""Organizations that share what isn't in the measured ones."""
BATCH = 250_000
"""Rows of one statement: what its triggers keep stays in memory."""
SAMPLE = 2_000

SEED_FILES = """
INSERT INTO files (id, organization_id, file_name, search_name, mime_type, size_kb, size_bytes, status, object_key,
                   object_key_taken, checksum_sha256, page_count, category, tags, processing_status, channel,
                   created_by, created_at, updated_at, confirmed_at)
SELECT id, %(organization)s, name, lower(name), 'application/pdf', 120, 122880, 'uploaded',
       'files/' || %(organization)s || '/' || id || '/seeded', true, sha256(id::text::bytea), 2, 'water',
       ARRAY['invoice::water'], 'completed', 'dcycle', %(user)s, at, at, at
FROM (SELECT uuidv7(make_interval(secs => -i)) AS id, now() - make_interval(secs => i) AS at,
             'Factura agua ' || to_char(i, 'FM0000000') || '.pdf' AS name
      FROM generate_series(%(first)s, %(last)s) AS i) AS made
"""


def organization_id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def database_of(sizes: Sizes) -> str:
    return f"muniment_{sizes.total}"


def service_dsn(parts: Parts, sizes: Sizes) -> str:
    """As the role that the service runs as, which row-level security holds for."""
    return parts.postgres.dsn(database_of(sizes), user=ROLE, password=PASSWORD, tcp=True)


def seed(parts: Parts, sizes: Sizes) -> None:
    """Migrate; seed when the database is new."""
    database = database_of(sizes)
    made = parts.make_database(database)
    try:
        migrate(parts.dsn(database), service_dsn(parts, sizes))
        if made:
            _fill(parts.dsn(database), _counts(sizes))
    except BaseException:
        if made:
            parts.drop_database(database)
        raise


def sample_file_ids(parts: Parts, sizes: Sizes) -> list[str]:
    with psycopg.connect(parts.dsn(database_of(sizes))) as connection:
        rows = connection.execute(
            "SELECT id::text FROM files WHERE organization_id = %s ORDER BY sha256(id::text::bytea) LIMIT %s",
            (organization_id("medium"), SAMPLE),
        ).fetchall()
    return [str(row[0]) for row in rows]


def issue_keys(parts: Parts, sizes: Sizes, purpose: str) -> Mapping[str, str]:
    """A new API key with all permissions for each measured organization; those of this name from earlier runs end."""
    keys = {name: new_secret() for name in MEASURED}
    with psycopg.connect(parts.dsn(database_of(sizes))) as connection:
        connection.execute("DELETE FROM api_keys WHERE name = %s", (purpose,))
        for name, key in keys.items():
            connection.execute(
                "INSERT INTO api_keys (id, organization_id, user_id, name, prefix, secret_sha256)"
                " VALUES (uuidv7(), %s, %s, %s, %s, %s)",
                (organization_id(name), USER, purpose, key[:SHOWN], digest_of(key)),
            )
    return keys


def _counts(sizes: Sizes) -> Mapping[str, int]:
    counts = {"small": sizes.small, "medium": sizes.medium, "large": sizes.large, "writes": 0}
    others = (sizes.total - sum(counts.values())) // OTHERS
    return counts | {f"other {i}": others for i in range(OTHERS)}


def _fill(dsn: str, counts: Mapping[str, int]) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection, ClientCursor(connection) as cursor:
        # A crash while seeding loses nothing that can't be made again.
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("INSERT INTO users (id, email) VALUES (%s, 'bench@example.com')", (USER,))
        for name in counts:
            _make_organization(cursor, name)
        for name, count in counts.items():
            for first in range(1, count + 1, BATCH):
                last = min(first + BATCH - 1, count)
                values = {"organization": organization_id(name), "first": first, "last": last, "user": USER}
                cursor.execute(SEED_FILES, values)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _make_organization(cursor: ClientCursor[TupleRow], name: str) -> None:
    organization, project = organization_id(name), uuid5(NAMESPACE, f"project of {name}")
    cursor.execute(
        "INSERT INTO organizations (id, name, default_project_id) VALUES (%s, %s, %s)", (organization, name, project)
    )
    cursor.execute(
        "INSERT INTO projects (id, organization_id, name, search_name) VALUES (%s, %s, 'Default', 'default')",
        (project, organization),
    )
    cursor.execute(
        "INSERT INTO members (organization_id, user_id, role) VALUES (%s, %s, 'admin')", (organization, USER)
    )
