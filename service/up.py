"""Everything on one machine, for trying it out and for developing: `muniment up`."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from dataclasses import asdict, dataclass, field
from pathlib import Path

import structlog
from pydantic import SecretStr

from service.embedded import EmbeddedStack
from service.embedded.secrets_file import write_private
from service.organizations.administration import Administration
from service.postgres.database import Database
from service.postgres.migrate import migrate
from service.postgres.setup import create_database
from service.settings import Settings
from service.wiring import Service, StartError, WorkerProcess, prove_parts

log = structlog.get_logger(__name__)

_LOOPBACK = "127.0.0.1"
_DATABASE = "muniment"
_SERVICE_ROLE = "muniment_service"
# Everything has to end within five seconds, of which PostgreSQL and the object store need one.
_SHUTDOWN_SECONDS = 2.0


@dataclass(slots=True)
class Credentials:
    """What a new user needs; kept in `credentials.json`."""

    organization_id: str
    organization_number: int
    user_id: str
    user_number: int
    api_key: str
    project_id: str
    facility_ids: list[str] = field(default_factory=list)
    http_url: str = ""
    grpc_target: str = ""
    s3_url: str = ""


async def run_everything(
    data_dir: Path, *, http_port: int, grpc_port: int, s3_port: int | None, stop: asyncio.Event
) -> None:
    """Start PostgreSQL, the object store, the service and a worker, and keep them until `stop` is set.

    Raises:
        StartError, EmbeddedError: something can't start; the message says what to do.
    """
    stack = EmbeddedStack(data_dir, s3_port=s3_port, option_names={"s3_port": "--s3-port"})
    # Before the ports, which such a run has as well: it is what the user has to know.
    stack.require_unused()
    for port, option in ((http_port, "--http-port"), (grpc_port, "--grpc-port")):
        _require_free(port, option)
    await asyncio.to_thread(stack.start)
    try:
        settings = await asyncio.to_thread(_prepare, stack, http_port, grpc_port)
        await prove_parts(settings)
        credentials = await _demo(stack, settings)
        if not stop.is_set():
            await _serve(stack, settings, credentials, stop)
    finally:
        await asyncio.to_thread(stack.stop)


async def _serve(stack: EmbeddedStack, settings: Settings, credentials: Credentials, stop: asyncio.Event) -> None:
    service, worker = Service(settings), WorkerProcess(settings)
    await service.start()
    working = asyncio.create_task(worker.run())
    stack.announce({"http_url": credentials.http_url, "grpc_target": credentials.grpc_target})
    print(_welcome(stack.data_dir, credentials), flush=True)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    print("Stopping …", flush=True)
    await asyncio.gather(worker.stop(), service.stop())
    await working


def _prepare(stack: EmbeddedStack, http_port: int, grpc_port: int) -> Settings:
    password = _kept_secret(stack.data_dir / "service-password")
    create_database(stack.postgres.dsn(), _DATABASE)
    owner_url = stack.postgres.dsn(_DATABASE)
    service_url = stack.postgres.dsn(_DATABASE, user=_SERVICE_ROLE, password=password)
    migrate(owner_url, service_url)
    return Settings(
        database_url=SecretStr(service_url),
        owner_database_url=SecretStr(owner_url),
        s3_endpoint_url=stack.seaweedfs.endpoint_url,
        # What the environment says for another installation doesn't hold for this one.
        s3_public_endpoint_url=None,
        tls_cert_file=None,
        tls_key_file=None,
        s3_access_key=SecretStr(stack.seaweedfs.access_key),
        s3_secret_key=SecretStr(stack.seaweedfs.secret_key),
        s3_region=stack.seaweedfs.region,
        http_host=_LOOPBACK,
        http_port=http_port,
        grpc_host=_LOOPBACK,
        grpc_port=grpc_port,
        cors_origins=("*",),
        shutdown_seconds=_SHUTDOWN_SECONDS,
    )


async def _demo(stack: EmbeddedStack, settings: Settings) -> Credentials:
    """Make the demo organization at the first start; read what was made at later ones."""
    file = stack.data_dir / "credentials.json"
    if file.exists():
        credentials = Credentials(**json.loads(file.read_text()))
    else:
        credentials = await _make_demo(settings)
    credentials.http_url = f"http://{_LOOPBACK}:{settings.http_port}"
    credentials.grpc_target = f"{_LOOPBACK}:{settings.grpc_port}"
    credentials.s3_url = stack.seaweedfs.endpoint_url
    write_private(file, json.dumps(asdict(credentials), indent=2) + "\n")
    return credentials


async def _make_demo(settings: Settings) -> Credentials:
    assert settings.owner_database_url is not None
    database = Database(settings.owner_database_url.get_secret_value(), min_size=1)
    await database.open()
    try:
        return await _make_with(Administration(database))
    finally:
        await database.close()


async def _make_with(administration: Administration) -> Credentials:
    made = await administration.create_organization(
        "Demo Organization", admin_email="demo@muniment.example", admin_name="Demo User", key_name="demo"
    )
    organization, admin, key = made.organization, made.admin, made.api_key
    assert admin is not None
    assert key is not None
    facilities = [
        await administration.create_facility(organization.id, name, "ES", address=address)
        for name, address in (("Madrid Office", "Calle de Alcalá 1, Madrid"), ("Sevilla Plant", None))
    ]
    return Credentials(
        organization_id=str(organization.id),
        organization_number=organization.number,
        user_id=str(admin.user_id),
        user_number=admin.user_number,
        api_key=key.secret,
        project_id=str(organization.default_project_id),
        facility_ids=[str(facility.id) for facility in facilities],
    )


def _welcome(data_dir: Path, credentials: Credentials) -> str:
    authorization = f"authorization: Bearer {credentials.api_key}"
    organization = f"x-organization-id: {credentials.organization_id}"
    return f"""
Muniment is running. Ctrl-C stops it; everything is kept in {data_dir}.

  HTTP  {credentials.http_url}          (documentation: {credentials.http_url}/docs)
  gRPC  {credentials.grpc_target}
  S3    {credentials.s3_url}

Send a document, and see what was read from it:

  curl -H '{authorization}' -H '{organization}' \\
    -F file=@bill.pdf {credentials.http_url}/v1/files/upload

  curl -H '{authorization}' -H '{organization}' \\
    {credentials.http_url}/v1/files/readings

The same over gRPC:

  grpcurl -plaintext {credentials.grpc_target} list

  grpcurl -plaintext -H '{authorization}' -H '{organization}' \\
    {credentials.grpc_target} muniment.readings.v1.ReadingService/ListReadings

All credentials are in {data_dir / "credentials.json"}.
"""


def _require_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError as error:
            raise StartError(f"port {port} can't be used ({error.strerror}): choose another with {option}") from error


def _kept_secret(file: Path) -> str:
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text().strip()
