"""A bucket for the pipeline alone: its sweeps look at everything that is there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from service.objects.store import ObjectStore, StoreSettings


@pytest.fixture(scope="session")
def store_settings(store_settings: StoreSettings) -> StoreSettings:
    return replace(store_settings, bucket="processing")


@pytest.fixture
async def store(store_settings: StoreSettings) -> AsyncIterator[ObjectStore]:
    """The object store."""
    opened = ObjectStore(store_settings)
    await opened.open()
    await opened.ensure_bucket()
    yield opened
    await opened.close()
