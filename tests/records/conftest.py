"""Rows made on the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import DatabaseUrls
from tests.processing.world import World


@pytest.fixture
def world(database_urls: DatabaseUrls) -> Iterator[World]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield World(database_urls, connection)
