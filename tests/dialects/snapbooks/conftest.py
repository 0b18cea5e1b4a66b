"""Accounts to call with curl."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialects.snapbooks.curl import Curl
from tests.system.support import System, Tenant


def curl_of(system: System, tenant: Tenant, folder: Path) -> Curl:
    folder.mkdir()
    ((account,),) = system.rows("SELECT number FROM organizations WHERE id = %s", tenant.organization_id)
    return Curl(system.http_url, tenant.api_key, account, folder)


@pytest.fixture
def curl(system: System, ours: Tenant, tmp_path: Path) -> Curl:
    """A new account, with nothing in it."""
    return curl_of(system, ours, tmp_path / "ours")


@pytest.fixture
def other(system: System, theirs: Tenant, tmp_path: Path) -> Curl:
    """Another one."""
    return curl_of(system, theirs, tmp_path / "theirs")
