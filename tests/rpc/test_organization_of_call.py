"""Where the organization of a call comes from, when its RPC doesn't insist on a header."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from muniment.options.v1 import options_pb2

from service.domain.scope import Principal, Scope
from service.gateway.context import HttpContext, RpcAborted
from service.organizations.authentication import Authenticator
from service.postgres.access import AccessQueries
from service.rpc import policy
from service.rpc.interceptors import scope
from service.rpc.policy import PolicyError, read_policy
from tests.rpc import sample
from tests.rpc.conftest import Service, Tenant


class Caller:
    """Calls the sample dialect through the whole chain, and tells for which organization it ran."""

    def __init__(self, service: Service) -> None:
        self.scope: Scope | None = None
        self.get = sample.rpc("GetPaper", self._get, service.chain)
        self.put = sample.rpc("PutPapers", self._put, service.chain)

    async def _get(self, request: Any, context: Any) -> Any:
        self.scope = context.scope
        return sample.paper()

    async def _put(self, requests: AsyncIterator[Any], context: Any) -> Any:
        kinds = [request.WhichOneof("payload") async for request in requests]
        self.scope = context.scope
        return sample.paper(name=" ".join(kinds))

    async def organization(self, headers: Mapping[str, str], **fields: Any) -> str:
        await self.get.handler(sample.message("GetPaperRequest", paper_id="p", **fields), context(headers))
        return self._told()

    async def organization_of_stream(self, headers: Mapping[str, str], *messages: Any) -> str:
        await self.put.handler(stream(*messages), context(headers))
        return self._told()

    def _told(self) -> str:
        assert self.scope is not None
        return str(self.scope.organization_id)


def context(headers: Mapping[str, str]) -> HttpContext:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return HttpContext({"headers": pairs, "method": "GET"}, "r", None)


async def stream(*messages: Any) -> AsyncIterator[Any]:
    for message in messages:
        yield message


def options(**values: Any) -> Any:
    return sample.message("PutPapersRequest", options=sample.message("PaperOptions", **values))


def chunk() -> Any:
    return sample.message("PutPapersRequest", chunk=b"x")


def key_of(tenant: Tenant) -> dict[str, str]:
    return {"authorization": f"Bearer {tenant.api_key}"}


@pytest.fixture
def caller(service: Service) -> Caller:
    return Caller(service)


@pytest.fixture
async def other(service: Service, tenant: Tenant) -> Tenant:
    """Another organization of the same user."""
    return await service.tenant("Second", tenant.email)


async def number_of(service: Service, tenant: Tenant) -> int:
    found = await AccessQueries(service.database).organizations(tenant.user_id)
    return next(row.number for row in found if row.id == tenant.organization_id)


async def refused(call: Any) -> tuple[str, str]:
    with pytest.raises(RpcAborted) as caught:
        await call
    return caught.value.problem.reason, caught.value.problem.message


async def test_key_says_the_organization_by_itself(caller: Caller, tenant: Tenant) -> None:
    assert await caller.organization(key_of(tenant)) == str(tenant.organization_id)
    assert await caller.organization(tenant.headers()) == str(tenant.organization_id)


async def test_header_of_another_organization_is_forbidden_with_a_key(
    caller: Caller, tenant: Tenant, other: Tenant
) -> None:
    headers = key_of(tenant) | {"x-organization-id": str(other.organization_id)}
    assert (await refused(caller.organization(headers)))[0] == "ORGANIZATION_FORBIDDEN"


async def test_field_selects_the_keys_own_organization_alone(
    service: Service, caller: Caller, tenant: Tenant, other: Tenant
) -> None:
    own = await number_of(service, tenant)
    assert await caller.organization(key_of(tenant), account_number=own) == str(tenant.organization_id)
    assert await caller.organization(key_of(tenant), account=str(tenant.organization_id).upper()) == str(
        tenant.organization_id
    )
    for fields in (
        {"account_number": await number_of(service, other)},
        {"account": str(other.organization_id)},
        {"account_number": own, "account": str(other.organization_id)},
    ):
        assert (await refused(caller.organization(key_of(tenant), **fields)))[0] == "ORGANIZATION_FORBIDDEN"


async def test_foreign_and_absent_numbers_are_forbidden_alike(service: Service, caller: Caller, tenant: Tenant) -> None:
    stranger = await service.tenant("Other", "bob@other.example")
    foreign = await number_of(service, stranger)
    answers = [await refused(caller.organization(key_of(tenant), account_number=n)) for n in (foreign, 999_999, 0, -1)]
    assert len(set(answers)) == 1
    assert answers[0][0] == "ORGANIZATION_FORBIDDEN"


async def test_field_that_is_no_uuid_is_a_validation_error(caller: Caller, tenant: Tenant) -> None:
    assert await refused(caller.organization(key_of(tenant), account="7")) == (
        "VALIDATION_ERROR",
        "account: must be the UUID of an organization",
    )


async def test_options_that_come_after_the_bytes_are_compared(
    service: Service, caller: Caller, tenant: Tenant, other: Tenant
) -> None:
    own, foreign = await number_of(service, tenant), await number_of(service, other)
    key = key_of(tenant)
    assert await caller.organization_of_stream(key, chunk(), options(account_number=own)) == str(tenant.organization_id)
    caller.scope = None
    late = caller.organization_of_stream(key, chunk(), options(name="x"), chunk(), options(account_number=foreign))
    assert (await refused(late))[0] == "ORGANIZATION_FORBIDDEN"
    assert caller.scope is None


@pytest.fixture
def token(service: Service, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The headers of a token: its user is known, its organization isn't."""
    original = Authenticator.principal

    async def principal(self: Authenticator, credential: str) -> Principal:
        found = await original(self, credential)
        return replace(found, credential="jwt", organization_id=None, api_key_id=None)

    monkeypatch.setattr(Authenticator, "principal", principal)
    return key_of(tenant)


async def test_token_names_the_organization_by_header_or_field(
    service: Service, caller: Caller, token: dict[str, str], tenant: Tenant, other: Tenant
) -> None:
    second = str(other.organization_id)
    reason, message = await refused(caller.organization(token))
    assert reason == "ORGANIZATION_REQUIRED"
    assert "x-organization-id or say it in account or say it in account_number" in message
    assert await caller.organization(token | {"x-organization-id": second}) == second
    assert await caller.organization(token, account=second) == second
    assert await caller.organization(token, account_number=await number_of(service, other)) == second
    both = caller.organization(token | {"x-organization-id": str(tenant.organization_id)}, account=second)
    assert (await refused(both))[0] == "ORGANIZATION_FORBIDDEN"


async def test_token_may_name_the_organization_in_what_comes_first(
    service: Service, caller: Caller, token: dict[str, str], other: Tenant
) -> None:
    number = await number_of(service, other)
    found = await caller.organization_of_stream(token, options(account_number=number), chunk())
    assert found == str(other.organization_id)
    too_late = caller.organization_of_stream(token, chunk(), options(account_number=number))
    assert (await refused(too_late))[0] == "ORGANIZATION_REQUIRED"


async def test_stream_is_whole_after_its_first_message_was_looked_at(
    service: Service, caller: Caller, token: dict[str, str], tenant: Tenant
) -> None:
    number = await number_of(service, tenant)
    answer = await caller.put.handler(stream(options(account_number=number), chunk(), chunk()), context(token))
    assert answer.name == "options chunk chunk"


def test_rules_that_name_an_absent_field_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_policy(sample.methods()["GetPaper"]).organization_id_field == "account"
    wrong = options_pb2.MethodRules(permission="files:read", organization_id_field="nothing")
    monkeypatch.setattr(policy, "rules_of", lambda _: wrong)
    with pytest.raises(PolicyError, match="nothing"):
        read_policy(sample.methods()["GetPaper"])


def test_scopes_of_calls_are_made_in_one_place() -> None:
    service = Path(policy.__file__).parents[1]
    makers = [path for path in service.rglob("*.py") if re.search(r"context\.scope\s*=[^=]", path.read_text())]
    assert makers == [Path(scope.__file__)]
