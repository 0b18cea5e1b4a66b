"""The clients: one for asynchronous programs, one for all others."""

# ruff: noqa: ASYNC109  # operations take their deadline as `timeout`

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from muniment.models import Identity
from muniment.organizations.v1 import organization_service_pb2 as pb

from muniment_client._access import ApiKeys, Members
from muniment_client._calls import Calls, Transport
from muniment_client._events import Events
from muniment_client._faces import Async, Blocking, Runner
from muniment_client._files import Files
from muniment_client._organization import Facilities, Folders, Projects, Suppliers
from muniment_client._readings import Invoices, Readings, Wastes
from muniment_client._wire import decode
from muniment_client.config import Profile, resolve
from muniment_client.errors import ConfigurationError

if TYPE_CHECKING:
    from muniment_client._store import StoreClient

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_PARTNER = "muniment-client"


class AsyncClient:
    """A client for asynchronous programs: `async with AsyncClient() as client`. It belongs to the loop it is used in.

    What isn't given is taken from the environment or a profile: see `muniment_client.config.resolve`.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        organization: str | None = None,
        api_key: str | None = None,
        profile: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        partner: str = _PARTNER,
        timeout: float | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            address: `grpcs://host:port`, `grpc://host:port`, `https://host` or `http://host`; a bare `host:port` is
                gRPC with TLS, but for this machine itself.
            organization: the organization's id.
            api_key: an API key or a token.
            profile: the name of a profile.
            ca_file: certificates (PEM) to trust in place of the system's.
            partner: the integration that files are marked with, as their `channel`.
            timeout: the deadline of every call in seconds, in place of the published ones.

        Raises:
            ConfigurationError: something is missing or can't be used.
        """
        found = resolve(
            address, organization, api_key, profile=profile, ca_file=os.fspath(ca_file) if ca_file else None
        )
        self.address = found.address
        """Where the service is."""
        self.organization = found.organization
        """The organization's id."""
        self._certificates = _read_certificates(found)
        self._transport = _transport(found.address, self._certificates)
        self._store: StoreClient | None = None
        calls = self._calls = Calls(self._transport, _metadata(found, partner), timeout)
        self.files: Files[Async] = Files(calls, self._open_store)
        """Files: taking them in, handing them out."""
        self.readings: Readings[Async] = Readings(calls)
        """What was read from files."""
        self.invoices: Invoices[Async] = Invoices(calls)
        """Invoices that were made from readings."""
        self.wastes: Wastes[Async] = Wastes(calls)
        """Wastes that were made from readings."""
        self.folders: Folders[Async] = Folders(calls)
        """Folders of files."""
        self.projects: Projects[Async] = Projects(calls)
        """Projects that files and records can be linked to."""
        self.facilities: Facilities[Async] = Facilities(calls)
        """Places that consume or produce."""
        self.suppliers: Suppliers[Async] = Suppliers(calls)
        """Companies that send invoices."""
        self.members: Members[Async] = Members(calls)
        """The members of the organization."""
        self.api_keys: ApiKeys[Async] = ApiKeys(calls)
        """The API keys of the organization."""
        self.events: Events[Async] = Events(calls)
        """The event log."""

    async def whoami(self, *, timeout: float | None = None) -> Identity:
        """Say who calls, for which organization and with which permissions."""
        answer = await self._calls.unary(pb.WhoAmIRequest(), pb.WhoAmIResponse, timeout)
        return decode(answer.identity, Identity)

    async def close(self) -> None:
        """Give up all connections."""
        await self._transport.close()
        if self._store is not None:
            await self._store.close()

    def _open_store(self) -> StoreClient:
        # Imported by those who send bytes to the store: it takes as long to load as all the rest.
        from muniment_client._store import StoreClient  # noqa: PLC0415

        if self._store is None:
            self._store = StoreClient(self._certificates)
        return self._store

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


class Client:
    """A client for programs that wait: `with Client() as client`. Several threads may share it.

    It has what `AsyncClient` has; coroutines are plain calls and lists are iterated over by `for`. It works in a thread
    of its own, from which callbacks such as `progress` are called.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        organization: str | None = None,
        api_key: str | None = None,
        profile: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        partner: str = _PARTNER,
        timeout: float | None = None,
    ) -> None:
        """See `AsyncClient`."""
        client = AsyncClient(
            address,
            organization=organization,
            api_key=api_key,
            profile=profile,
            ca_file=ca_file,
            partner=partner,
            timeout=timeout,
        )
        self._client = client
        self._runner = runner = Runner()
        # A program that never closed it ends without complaints about connections all the same.
        atexit.register(self._let_go)
        self.address = client.address
        """Where the service is."""
        self.organization = client.organization
        """The organization's id."""
        self.files: Files[Blocking] = client.files.blocking(runner)
        """Files: taking them in, handing them out."""
        self.readings: Readings[Blocking] = client.readings.blocking(runner)
        """What was read from files."""
        self.invoices: Invoices[Blocking] = client.invoices.blocking(runner)
        """Invoices that were made from readings."""
        self.wastes: Wastes[Blocking] = client.wastes.blocking(runner)
        """Wastes that were made from readings."""
        self.folders: Folders[Blocking] = client.folders.blocking(runner)
        """Folders of files."""
        self.projects: Projects[Blocking] = client.projects.blocking(runner)
        """Projects that files and records can be linked to."""
        self.facilities: Facilities[Blocking] = client.facilities.blocking(runner)
        """Places that consume or produce."""
        self.suppliers: Suppliers[Blocking] = client.suppliers.blocking(runner)
        """Companies that send invoices."""
        self.members: Members[Blocking] = client.members.blocking(runner)
        """The members of the organization."""
        self.api_keys: ApiKeys[Blocking] = client.api_keys.blocking(runner)
        """The API keys of the organization."""
        self.events: Events[Blocking] = client.events.blocking(runner)
        """The event log."""

    def whoami(self, *, timeout: float | None = None) -> Identity:
        """Say who calls, for which organization and with which permissions."""
        return self._runner.run(self._client.whoami(timeout=timeout))

    def close(self) -> None:
        """Give up all connections, and end the client's thread."""
        atexit.unregister(self._let_go)
        if not self._runner.closed:
            self._runner.run(self._client.close())
            self._runner.close()

    def _let_go(self) -> None:
        # Not its thread as well: a program that ends may be past the point where threads can be joined.
        with suppress(Exception):
            self._runner.run(self._client.close())

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _metadata(profile: Profile, partner: str) -> Mapping[str, str]:
    metadata = {
        "authorization": f"Bearer {profile.api_key}",
        "x-organization-id": profile.organization,
        "x-partner": partner,
    }
    for name, value in metadata.items():
        # A line break here would end the header; messages must not have the key.
        if not value.isascii() or not value.isprintable():
            raise ConfigurationError(f"What is to be sent as {name} isn't printable ASCII.")
    return metadata


def _read_certificates(profile: Profile) -> bytes | None:
    if profile.ca_file is None:
        return None
    try:
        content = Path(profile.ca_file).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{profile.ca_file} can't be read: {error.strerror}.") from error
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise ConfigurationError(f"{profile.ca_file} isn't a file of certificates in PEM.")
    return content


def _transport(address: str, certificates: bytes | None) -> Transport:
    """The transport for an address. What it needs is imported here, so that programs load one of them alone."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or parts.scheme not in ("", "grpc", "grpcs", "http", "https"):
        raise ConfigurationError(
            f"{address} isn't an address, such as grpcs://host:port, grpc://host:port, https://host or host:port."
        )
    if parts.scheme in ("http", "https"):
        from muniment_client._rest import RestTransport  # noqa: PLC0415  # see above

        return RestTransport(address, certificates=certificates)
    if port is None:
        raise ConfigurationError(f"{address} has no port: gRPC needs one, such as grpcs://{host}:9090.")
    from muniment_client._grpc import GrpcTransport  # noqa: PLC0415  # see above

    tls = parts.scheme == "grpcs" or (not parts.scheme and host not in _THIS_MACHINE)
    return GrpcTransport(parts.netloc, tls=tls, certificates=certificates)
