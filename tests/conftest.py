"""A real PostgreSQL for the whole test run, and a migrated database of its own for whoever asks.

Under xdist each worker has a server of its own, so that no two share anything.
"""

from __future__ import annotations

import gc
import secrets
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from service.embedded import EmbeddedPostgres, EmbeddedSeaweedFS
from service.objects.store import ObjectStore, StoreSettings
from service.postgres.database import Database
from service.postgres.migrate import migrate
from tests.world import World

TEMPLATE = "muniment_template"
SERVICE_USER = "muniment_service"
SERVICE_PASSWORD = "a-password-of-tests"

# Without a clock, as a busy machine is no defect; and with the same examples in every run.
settings.register_profile("muniment", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("muniment")


def pytest_configure() -> None:
    """Let Ctrl-C reach what the tests start, also when they themselves run in the background of a shell.

    Such a shell has SIGINT ignored, which every process inherits.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of garbage collections: it is much, and stays to the end."""
    gc.freeze()


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One migrated database: as its owner, and as the service's own role."""

    name: str
    owner: str
    service: str


class PostgresServer:
    """The server of the test run."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self.admin_url = server.dsn("postgres", tcp=True)
        self._admin = psycopg.connect(self.admin_url, autocommit=True)

    def urls(self, name: str) -> DatabaseUrls:
        service = self.server.dsn(name, user=SERVICE_USER, password=SERVICE_PASSWORD, tcp=True)
        return DatabaseUrls(name, self.server.dsn(name, tcp=True), service)

    def make_template(self) -> None:
        self._admin.execute(f"CREATE DATABASE {TEMPLATE}")
        urls = self.urls(TEMPLATE)
        migrate(urls.owner, urls.service)

    def clone(self) -> DatabaseUrls:
        """Make a database with the newest schema and nothing in it."""
        name = f"test_{secrets.token_hex(6)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        return self.urls(name)

    def drop(self, name: str) -> None:
        self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._admin.close()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL with the migrated template database."""
    data_dir: Path = tmp_path_factory.mktemp("postgres")
    settings = {"shared_buffers": "64MB", "synchronous_commit": "off", "autovacuum": "off"}
    with EmbeddedPostgres(data_dir, fsync=False, settings=settings) as running:
        server = PostgresServer(running)
        server.make_template()
        yield server
        server.close()


@pytest.fixture
def database_urls(postgres_server: PostgresServer) -> Iterator[DatabaseUrls]:
    """A migrated database for one test."""
    urls = postgres_server.clone()
    yield urls
    postgres_server.drop(urls.name)


@pytest.fixture(scope="module")
def module_database_urls(postgres_server: PostgresServer) -> Iterator[DatabaseUrls]:
    """A migrated database that the tests of one module share."""
    urls = postgres_server.clone()
    yield urls
    postgres_server.drop(urls.name)


@pytest.fixture
async def database(database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """The service's connections to a database for one test."""
    opened = Database(database_urls.service, timeout_seconds=60.0)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def module_database(module_database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """The service's connections to a database that the tests of one module share."""
    opened = Database(module_database_urls.service, timeout_seconds=60.0)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def world(database_urls: DatabaseUrls) -> Iterator[World]:
    """Makes rows in the database of one test, as the owner of the tables."""
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield World(database_urls, connection)


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSeaweedFS]:
    """An S3."""
    with EmbeddedSeaweedFS(tmp_path_factory.mktemp("seaweedfs")) as running:
        yield running


@pytest.fixture(scope="session")
def store_settings(seaweedfs: EmbeddedSeaweedFS) -> StoreSettings:
    """Where the run's objects are: one bucket, in which every test uses keys of its own organizations."""
    return StoreSettings(
        endpoint_url=seaweedfs.endpoint_url,
        public_endpoint_url=seaweedfs.endpoint_url,
        bucket="muniment",
        access_key=seaweedfs.access_key,
        secret_key=seaweedfs.secret_key,
    )


@pytest.fixture(scope="session")
async def object_store(store_settings: StoreSettings) -> AsyncIterator[ObjectStore]:
    """The object store, with its bucket."""
    store = ObjectStore(store_settings)
    await store.open()
    await store.ensure_bucket()
    yield store
    await store.close()
