"""The vendor's Python client, in both its forms, on the running service."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.dialects.llamacloud.client import AsyncFiles, Files, SyncFiles
from tests.system.support import System, Tenant


@pytest.fixture(params=["sync", "async"])
async def files(request: pytest.FixtureRequest, system: System, ours: Tenant) -> AsyncIterator[Files]:
    """The files of a new organization, by one of the clients."""
    kind = SyncFiles if request.param == "sync" else AsyncFiles
    made = kind(base_url=system.http_url, api_key=ours.api_key)
    yield made
    await made.close()
