"""The client of a new organization."""

from __future__ import annotations

import pytest

from tests.dialects.invaro.client import InvaroClient
from tests.system.support import System, Tenant


@pytest.fixture
def client(system: System, ours: Tenant) -> InvaroClient:
    return InvaroClient(system.session, system.http_url, ours.api_key)
