"""The running service, and the library's clients in front of it, over both transports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from muniment_client import AsyncClient, Client
from service.settings import PREFIX
from tests.client.cli.conftest import Installation, installation, running
from tests.client.cli.proxy import Proxy
from tests.system.support import Tenant

__all__ = ["installation", "running"]

Connect = Callable[..., Client]


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Neither variables nor profiles of whoever runs the tests."""
    for name in ("ADDRESS", "ORGANIZATION", "API_KEY", "PROFILE", "CA_FILE"):
        monkeypatch.delenv(PREFIX + name, raising=False)
    monkeypatch.setenv(PREFIX + "PROFILES_FILE", str(tmp_path / "config" / "profiles.toml"))


@pytest.fixture
async def ours(installation: Installation) -> Tenant:
    """A new organization, with nothing in it."""
    return await installation.system.tenant("Acme")


@pytest.fixture(params=["grpc", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """Each of the two ways to the service."""
    return str(request.param)


@pytest.fixture
def way(transport: str, installation: Installation) -> Proxy:
    """What stands between the client and the service."""
    return installation.grpc if transport == "grpc" else installation.http


@pytest.fixture
def address(transport: str, way: Proxy) -> str:
    """The service's address for a client."""
    return f"{transport}://127.0.0.1:{way.port}"


@pytest.fixture
async def client(address: str, ours: Tenant) -> AsyncIterator[AsyncClient]:
    """A client of the new organization."""
    async with AsyncClient(address, organization=str(ours.organization_id), api_key=ours.api_key) as opened:
        yield opened


@pytest.fixture
def connect(address: str, ours: Tenant) -> Iterator[Connect]:
    """Makes clients that wait. They are used in another thread: the service runs in the loop of the tests."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(
            Client(address, organization=str(ours.organization_id), api_key=ours.api_key, **given)
        )
