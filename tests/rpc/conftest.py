"""A gRPC server with the whole chain in front of the organization services, and a tenant to call it as."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import grpc.aio
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from prometheus_client import CollectorRegistry

from service.organizations.administration import Administration
from service.organizations.api_keys import ApiKeys
from service.organizations.authentication import Authenticator
from service.organizations.facilities import Facilities
from service.organizations.folders import Folders
from service.organizations.last_use import LastUse
from service.organizations.members import Members
from service.organizations.organizations import Organizations
from service.organizations.projects import Projects
from service.organizations.suppliers import Suppliers
from service.postgres.access import AccessQueries
from service.postgres.database import Database
from service.postgres.idempotency import IdempotencyKeys
from service.rpc.api_keys import ApiKeyService
from service.rpc.assembly import make_chain
from service.rpc.chain import Chain, build_rpcs
from service.rpc.facilities import FacilityService
from service.rpc.folders import FolderService
from service.rpc.members import MemberService
from service.rpc.organizations import OrganizationService
from service.rpc.projects import ProjectService
from service.rpc.registry import Rpc
from service.rpc.server import GrpcServer, GrpcSettings
from service.rpc.suppliers import SupplierService
from tests.conftest import DatabaseUrls


@dataclass(frozen=True)
class Failure:
    """What a call was refused with."""

    code: grpc.StatusCode
    reason: str
    message: str
    status: status_pb2.Status
    trailing: dict[str, Any]

    def fields(self) -> dict[str, str]:
        """The messages of BadRequest by field."""
        bad = error_details_pb2.BadRequest()
        found = [entry for packed in self.status.details if packed.Unpack(bad) for entry in bad.field_violations]
        return {entry.field: entry.description for entry in found}


def failure_of(error: Any) -> Failure:
    status = rpc_status.from_call(error)
    assert status is not None, (error.code(), error.details())
    info = error_details_pb2.ErrorInfo()
    infos = [packed for packed in status.details if packed.Unpack(info)]
    assert len(infos) == 1
    assert info.domain == "muniment"
    return Failure(error.code(), info.reason, error.details() or "", status, dict(error.trailing_metadata() or ()))


@dataclass(frozen=True)
class Tenant:
    """A user of an organization, with a key."""

    organization_id: UUID
    user_id: UUID
    email: str
    api_key: str
    api_key_id: UUID
    default_project_id: UUID

    def headers(self, **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"x-organization-id": str(self.organization_id), "authorization": f"Bearer {self.api_key}"} | named


class Client:
    """Calls any RPC with a tenant's headers."""

    def __init__(self, channel: grpc.aio.Channel, rpcs: list[Rpc], headers: dict[str, str]) -> None:
        self.channel = channel
        self.rpcs = {rpc.method.name: rpc for rpc in rpcs}
        self.sent = headers
        self.trailing: dict[str, Any] = {}

    def as_(self, headers: dict[str, str]) -> Client:
        return Client(self.channel, list(self.rpcs.values()), headers)

    def with_(self, **more: str) -> Client:
        return self.as_(self.sent | {name.replace("_", "-"): value for name, value in more.items()})

    async def __call__(self, name: str, /, **request: Any) -> Any:
        rpc = self.rpcs[name]
        return await self.send(rpc, rpc.request_class(**request))

    async def send(self, rpc: Rpc, message: Message) -> Any:
        multi = self.channel.unary_unary(
            rpc.path,
            request_serializer=rpc.request_class.SerializeToString,
            response_deserializer=rpc.response_class.FromString,
        )
        call = multi(message, metadata=tuple(self.sent.items()), timeout=120)
        answer = await call
        self.trailing = dict(await call.trailing_metadata())
        return answer

    async def fails(self, name: str, /, **request: Any) -> Failure:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self(name, **request)
        return failure_of(caught.value)


@dataclass
class Service:
    """The parts of a running service."""

    database: Database
    urls: DatabaseUrls
    administration: Administration
    authenticator: Authenticator
    last_use: LastUse
    idempotency_keys: IdempotencyKeys
    chain: Chain
    rpcs: list[Rpc]
    server: GrpcServer
    channel: grpc.aio.Channel
    registry: CollectorRegistry
    ready: list[bool]

    async def tenant(self, name: str = "Acme", email: str = "ana@acme.example") -> Tenant:
        made = await self.administration.create_organization(name, admin_email=email, key_name="tests")
        assert made.admin is not None
        assert made.api_key is not None
        return Tenant(
            organization_id=made.organization.id,
            user_id=made.admin.user_id,
            email=email,
            api_key=made.api_key.secret,
            api_key_id=made.api_key.row.id,
            default_project_id=made.organization.default_project_id,
        )

    async def colleague(self, tenant: Tenant, role: str, *scopes: str, email: str | None = None) -> Tenant:
        """Another member of the tenant's organization, with a key of these scopes."""
        email = email or f"{role}{len(scopes)}@acme.example"
        member = await self.administration.add_member(tenant.organization_id, email, role)
        key = await self.administration.create_key(tenant.organization_id, email, "tests", scopes=scopes)
        return replace(tenant, user_id=member.user_id, email=email, api_key=key.secret, api_key_id=key.row.id)

    def client(self, tenant: Tenant) -> Client:
        return Client(self.channel, self.rpcs, tenant.headers())


def servicers_on(database: Database, authenticator: Authenticator) -> list[object]:
    return [
        OrganizationService(Organizations(database)),
        MemberService(Members(database, authenticator.forget)),
        ApiKeyService(ApiKeys(database, authenticator.forget)),
        FolderService(Folders(database)),
        ProjectService(Projects(database)),
        FacilityService(Facilities(database)),
        SupplierService(Suppliers(database)),
    ]


@pytest.fixture
async def service(database: Database, database_urls: DatabaseUrls) -> AsyncIterator[Service]:
    owner = Database(database_urls.owner, max_size=2)
    await owner.open()
    queries = AccessQueries(database)
    last_use = LastUse(queries)
    # What is cached ends by being forgotten, not by its age.
    authenticator = Authenticator(queries, last_use=last_use, ttl_seconds=3600)
    keys = IdempotencyKeys(database)
    registry = CollectorRegistry()
    chain = make_chain(authenticator, keys, registry)
    rpcs = build_rpcs(servicers_on(database, authenticator), chain)
    ready = [True]

    async def is_ready() -> bool:
        return ready[0]

    server = GrpcServer(rpcs, GrpcSettings(readiness_seconds=0.05), is_ready)
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        yield Service(
            database,
            database_urls,
            Administration(owner),
            authenticator,
            last_use,
            keys,
            chain,
            rpcs,
            server,
            channel,
            registry,
            ready,
        )
    await server.stop(0.1)
    await owner.close()


@pytest.fixture
async def tenant(service: Service) -> Tenant:
    return await service.tenant()


@pytest.fixture
def client(service: Service, tenant: Tenant) -> Client:
    return service.client(tenant)


Clients = Callable[[Tenant], Client]
