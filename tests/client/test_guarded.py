"""A service with TLS and a limit on calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from muniment_client import AsyncClient, ConnectionFailedError, RateLimitedError
from service.embedded.ports import choose
from service.wiring import Service
from tests.certificates import certificate
from tests.client.cli.conftest import Installation
from tests.system.support import Tenant

# So few that the calls of one test reach it.
CALLS_A_MINUTE = 3


@dataclass
class Guarded:
    """Where the service is, and what it is known by."""

    addresses: dict[str, str]
    certificate: Path


@pytest.fixture
async def guarded(installation: Installation, tmp_path: Path) -> AsyncIterator[Guarded]:
    """The service once more, on other ports."""
    public, private = certificate(tmp_path)
    http_port = choose(None)
    grpc_port = choose(None, avoid=[http_port])
    settings = installation.system.settings.model_copy(
        update={
            "http_port": http_port,
            "grpc_port": grpc_port,
            "tls_cert_file": public,
            "tls_key_file": private,
            "rate_limit_per_minute": CALLS_A_MINUTE,
        }
    )
    service = Service(settings)
    await service.start()
    yield Guarded({"grpc": f"grpcs://localhost:{grpc_port}", "http": f"https://localhost:{http_port}"}, public)
    await service.stop()


def client_of(ours: Tenant, address: str, ca_file: Path | None) -> AsyncClient:
    return AsyncClient(address, organization=str(ours.organization_id), api_key=ours.api_key, ca_file=ca_file)


async def test_certificates_are_checked(guarded: Guarded, ours: Tenant, transport: str) -> None:
    address = guarded.addresses[transport]
    async with client_of(ours, address, guarded.certificate) as trusting:
        assert (await trusting.whoami()).credential == "api_key"
    async with client_of(ours, address, None) as careful:
        with pytest.raises(ConnectionFailedError, match="can't be reached"):
            await careful.whoami()


async def test_limit_is_told_with_the_time_to_come_back(guarded: Guarded, ours: Tenant, transport: str) -> None:
    async with client_of(ours, guarded.addresses[transport], guarded.certificate) as client:
        for _ in range(CALLS_A_MINUTE):
            await client.whoami()
        # The minute ends after the deadline, so there is nothing to wait for.
        with pytest.raises(RateLimitedError) as limited:
            await client.whoami(timeout=20)
    assert limited.value.reason == "RATE_LIMITED"
    assert limited.value.retry_after is not None
    assert 1 <= limited.value.retry_after <= 60


async def test_proxy_of_the_environment_is_used(
    installation: Installation, ours: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = choose(None)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{nobody}")
    monkeypatch.delenv("no_proxy", raising=False)
    address = f"http://127.0.0.1:{installation.http.port}"
    async with client_of(ours, address, None) as client:
        with pytest.raises(ConnectionFailedError, match=str(nobody)):
            await client.whoami()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert (await client.whoami()).credential == "api_key"
