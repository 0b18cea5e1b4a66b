"""A real object store, and rows made on the tables themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from service.embedded import EmbeddedSeaweedFS
from service.objects.store import ObjectStore, StoreSettings
from tests.conftest import DatabaseUrls
from tests.processing.world import World


@pytest.fixture
def world(database_urls: DatabaseUrls) -> Iterator[World]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield World(database_urls, connection)


@pytest.fixture(scope="session")
def store_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreSettings]:
    with EmbeddedSeaweedFS(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield StoreSettings(
            endpoint_url=server.endpoint_url,
            public_endpoint_url=server.endpoint_url,
            bucket="processing",
            access_key=server.access_key,
            secret_key=server.secret_key,
        )


@pytest.fixture
async def store(store_settings: StoreSettings) -> AsyncIterator[ObjectStore]:
    opened = ObjectStore(store_settings)
    await opened.open()
    await opened.ensure_bucket()
    yield opened
    await opened.close()
