"""The two that the service is measured against: the FastAPI service and the floor, on one database."""

import contextlib
import hashlib
import sys
from collections.abc import Iterator
from uuid import UUID, uuid5

import psycopg
from sqlalchemy import create_engine

from bench.fastapi_rival.models import Base
from bench.parts import Parts
from bench.processes import ServerProcess, accepts, answers, free_port
from bench.sides import Side, Sizes

NAMESPACE = UUID("6a3f43ab-9f57-4f5b-8c39-8f0a5c9c2d11")
USER = uuid5(NAMESPACE, "user")
API_KEY = "bench-key-of-the-fastapi-service"
BUCKET = "rival"
OTHERS = 20
"""Organizations that share what isn't in the measured ones."""
SAMPLE = 2_000

SEED_FILES = """
INSERT INTO files (id, organization_id, name, extension, file_name, mime_type, size_kb, size_bytes, status, object_key,
                   url, tags, category, checksum_sha256, page_count, processing_status, channel, created_by,
                   created_at, updated_at, metadata)
SELECT id, %(organization)s, name, 'pdf', name || '.pdf', 'application/pdf', 120, 122880, 'uploaded',
       %(organization)s || '/' || id, %(url)s || '/' || %(organization)s || '/' || id, ARRAY['invoice::water'],
       'water', encode(sha256(id::text::bytea), 'base64'), 2, 'completed', 'dcycle', %(user)s, at, at, '{}'
FROM (SELECT uuidv7(make_interval(secs => -i)) AS id, now() - make_interval(secs => i) AS at,
             'Factura agua ' || to_char(i, 'FM0000000') AS name
      FROM generate_series(1, %(count)s) AS i) AS made
"""


def organization_id(name: str) -> str:
    return str(uuid5(NAMESPACE, name))


def seed(parts: Parts, sizes: Sizes) -> str:
    """The database of both, seeded when it isn't yet. The large organization is of no use to them."""
    database = f"rival_{sizes.medium}"
    if not parts.make_database(database):
        return database
    try:
        engine = create_engine(parts.dsn(database).replace("postgresql://", "postgresql+psycopg://"))
        Base.metadata.create_all(engine)
        engine.dispose()
        _fill(parts, database, sizes)
    except BaseException:
        parts.drop_database(database)
        raise
    return database


def _fill(parts: Parts, database: str, sizes: Sizes) -> None:
    counts = {"small": sizes.small, "medium": sizes.medium, "writes": 0}
    counts |= {f"other {i}": sizes.medium // 10 for i in range(OTHERS)}
    url = f"{parts.seaweedfs.endpoint_url}/{BUCKET}"
    with psycopg.connect(parts.dsn(database), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO api_keys (key_hash, user_id) VALUES (%s, %s)",
            (hashlib.sha256(API_KEY.encode()).hexdigest(), USER),
        )
        for name, count in counts.items():
            organization = organization_id(name)
            connection.execute("INSERT INTO memberships VALUES (%s, %s)", (USER, organization))
            values = {"organization": organization, "count": count, "url": url, "user": USER}
            with psycopg.ClientCursor(connection) as cursor:
                cursor.execute(SEED_FILES, values)
        connection.execute("VACUUM (ANALYZE) files")


def sample_file_ids(parts: Parts, database: str) -> list[str]:
    with psycopg.connect(parts.dsn(database)) as connection:
        rows = connection.execute(
            "SELECT id::text FROM files WHERE organization_id = %s ORDER BY sha256(id::text::bytea) LIMIT %s",
            (organization_id("medium"), SAMPLE),
        ).fetchall()
    return [str(row[0]) for row in rows]


@contextlib.contextmanager
def fastapi_service(parts: Parts, sizes: Sizes) -> Iterator[Side]:
    """One uvicorn process with uvloop and httptools."""
    database = seed(parts, sizes)
    parts.s3_client().create_bucket(Bucket=BUCKET)
    port = free_port()
    environment = {
        "RIVAL_DATABASE_URL": parts.dsn(database).replace("postgresql://", "postgresql+psycopg://"),
        "RIVAL_S3_ENDPOINT_URL": parts.seaweedfs.endpoint_url,
        "RIVAL_S3_ACCESS_KEY": parts.seaweedfs.access_key,
        "RIVAL_S3_SECRET_KEY": parts.seaweedfs.secret_key,
        "RIVAL_S3_BUCKET": BUCKET,
    }
    options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--port", str(port)]
    command = [sys.executable, "-m", "uvicorn", "bench.fastapi_rival.app:app", *options]
    process = ServerProcess(command, environment, parts.directory / "fastapi.log")
    url = f"http://127.0.0.1:{port}"
    try:
        process.wait_until(lambda: answers(f"{url}/healthz"))
        yield _side("FastAPI", process, url, "", sample_file_ids(parts, database))
    finally:
        process.stop()


@contextlib.contextmanager
def floor(parts: Parts, sizes: Sizes) -> Iterator[Side]:
    """One bare gRPC process."""
    database = seed(parts, sizes)
    port = free_port()
    command = [sys.executable, "-m", "bench.floor", parts.dsn(database), str(port)]
    process = ServerProcess(command, {}, parts.directory / "floor.log")
    try:
        process.wait_until(lambda: accepts(port))
        yield _side("floor", process, "", f"127.0.0.1:{port}", sample_file_ids(parts, database))
    finally:
        process.stop()


def _side(name: str, process: ServerProcess, url: str, target: str, file_ids: list[str]) -> Side:
    organizations = {size: organization_id(size) for size in ("small", "medium", "writes")}
    return Side(name, process, url, target, dict.fromkeys(organizations, API_KEY), organizations, file_ids)
