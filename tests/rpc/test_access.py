"""Who is let in, and for which organization."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import grpc
import pytest

from service.domain.ids import new_id
from service.domain.scope import Scope
from service.organizations.key_secrets import new_secret
from service.organizations.members import Members
from service.postgres.access_listener import AccessListener
from tests.rpc.conftest import Client, Service, Tenant
from tests.system.support import until

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


async def test_either_header_carries_the_key(client: Client, tenant: Tenant) -> None:
    organization = {"x-organization-id": str(tenant.organization_id)}
    for headers in (
        {"x-api-key": tenant.api_key},
        {"authorization": f"bearer  {tenant.api_key}"},
        {"x-api-key": tenant.api_key, "authorization": f"Bearer {tenant.api_key}"},
    ):
        answer = await client.as_(organization | headers)("WhoAmI")
        assert answer.identity.user_id == str(tenant.user_id)
        assert answer.identity.api_key_id == str(tenant.api_key_id)


async def test_call_without_credential_is_unauthenticated(client: Client, tenant: Tenant) -> None:
    failure = await client.as_({"x-organization-id": str(tenant.organization_id)}).fails("WhoAmI")
    assert (failure.code, failure.reason) == (UNAUTHENTICATED, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer "},
        {"authorization": f"Bearer {new_secret()}"},
        {"authorization": "Bearer mun_short"},
        {"authorization": "Bearer a.b.c"},
        {"x-api-key": new_secret()},
        {"x-api-key": "' OR 1=1"},
    ],
)
async def test_unknown_credential_is_refused(client: Client, tenant: Tenant, headers: dict[str, str]) -> None:
    failure = await client.as_({"x-organization-id": str(tenant.organization_id)} | headers).fails("WhoAmI")
    assert (failure.code, failure.reason) == (UNAUTHENTICATED, "INVALID_CREDENTIALS")


async def test_two_different_credentials_are_refused(client: Client) -> None:
    failure = await client.with_(x_api_key=new_secret()).fails("WhoAmI")
    assert (failure.code, failure.reason) == (UNAUTHENTICATED, "INVALID_CREDENTIALS")


async def test_organization_must_be_named_though_the_key_has_one(client: Client, tenant: Tenant) -> None:
    nameless = client.as_({"x-api-key": tenant.api_key})
    failure = await nameless.fails("WhoAmI")
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "ORGANIZATION_REQUIRED")
    assert [o.id for o in (await nameless("ListOrganizations")).items] == [str(tenant.organization_id)]


@pytest.mark.parametrize("sent", ["7", "{0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e}", "0190a6f06f2c7c3d9d5e3f1b2a4c5d6e"])
async def test_organization_that_is_no_uuid_is_a_validation_error(client: Client, sent: str) -> None:
    failure = await client.with_(x_organization_id=sent).fails("WhoAmI")
    assert failure.reason == "VALIDATION_ERROR"
    assert list(failure.fields()) == ["x-organization-id"]


async def test_foreign_and_absent_organization_are_forbidden_alike(service: Service, client: Client) -> None:
    other = await service.tenant("Other", "bob@other.example")
    foreign = await client.with_(x_organization_id=str(other.organization_id), x_request_id="r").fails("WhoAmI")
    absent = await client.with_(x_organization_id=str(uuid4()), x_request_id="r").fails("WhoAmI")
    assert (foreign.code, foreign.reason) == (grpc.StatusCode.PERMISSION_DENIED, "ORGANIZATION_FORBIDDEN")
    assert foreign == absent


async def test_key_of_one_organization_is_no_key_of_another_of_its_user(service: Service, tenant: Tenant) -> None:
    other = await service.tenant("Second", tenant.email)
    client = service.client(tenant)
    failure = await client.with_(x_organization_id=str(other.organization_id)).fails("WhoAmI")
    assert failure.reason == "ORGANIZATION_FORBIDDEN"
    assert len((await client("ListOrganizations")).items) == 1


async def test_other_user_is_a_mismatch(client: Client, tenant: Tenant) -> None:
    assert (await client.with_(x_user_id=str(tenant.user_id).upper())("WhoAmI")).identity.email == tenant.email
    for sent in (str(uuid4()), "7", ""):
        failure = await client.with_(x_user_id=sent).fails("WhoAmI")
        assert (failure.code, failure.reason) == (grpc.StatusCode.PERMISSION_DENIED, "USER_MISMATCH")


async def test_too_long_partner_is_a_validation_error(client: Client) -> None:
    await client.with_(x_partner="x" * 255)("WhoAmI")
    assert (await client.with_(x_partner="x" * 256).fails("WhoAmI")).reason == "VALIDATION_ERROR"


async def test_role_limits_what_is_done(service: Service, tenant: Tenant) -> None:
    viewer = service.client(await service.colleague(tenant, "viewer"))
    failure = await viewer.fails("CreateFolder", name="x")
    assert (failure.code, failure.reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
    assert "files:write" in failure.message
    await viewer("ListFolders")
    editor = service.client(await service.colleague(tenant, "editor"))
    await editor("CreateFolder", name="x")
    assert (await editor.fails("CreateMember", email="x@acme.example", role=3)).reason == "PERMISSION_DENIED"


async def test_scopes_of_the_key_limit_what_its_user_may(service: Service, tenant: Tenant) -> None:
    narrow = service.client(await service.colleague(tenant, "editor", "files:read", "members:write"))
    await narrow("ListFolders")
    assert (await narrow.fails("CreateFolder", name="x")).reason == "PERMISSION_DENIED"
    # A scope beyond the role gives nothing.
    assert (await narrow.fails("CreateMember", email="x@acme.example", role=3)).reason == "PERMISSION_DENIED"


async def test_expired_key_is_refused_though_it_is_cached(
    service: Service, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = datetime.now(UTC) + timedelta(hours=1)
    made = await service.administration.create_key(tenant.organization_id, tenant.email, "short", expires_at=end)
    client = service.client(tenant).with_(authorization=f"Bearer {made.secret}")
    await client("WhoAmI")
    monkeypatch.setattr(service.authenticator, "_clock", lambda: end.timestamp() - 1)
    await client("WhoAmI")
    monkeypatch.setattr(service.authenticator, "_clock", end.timestamp)
    assert (await client.fails("WhoAmI")).reason == "INVALID_CREDENTIALS"


async def test_revocation_and_lost_membership_hold_at_once(service: Service, tenant: Tenant) -> None:
    listener = AccessListener(service.urls.service, service.authenticator.forget)
    listener.start()
    await asyncio.wait_for(listener.listening.wait(), 60)
    try:
        first = await service.colleague(tenant, "editor")
        await service.client(first)("WhoAmI")
        await service.administration.revoke_key(tenant.organization_id, first.api_key_id)
        assert await _soon_fails(service.client(first)) == "INVALID_CREDENTIALS"

        second = await service.colleague(tenant, "viewer")
        await service.client(second)("WhoAmI")
        # As another process does it.
        await Members(service.database).delete(Scope(tenant.organization_id, tenant.user_id), second.user_id)
        assert await _soon_fails(service.client(second)) == "INVALID_CREDENTIALS"
    finally:
        await listener.stop()


async def _soon_fails(client: Client) -> str:
    async def refused() -> bool:
        try:
            await client("WhoAmI")
        except grpc.aio.AioRpcError:
            return True
        return False

    await until(refused, what="a refusal")
    return (await client.fails("WhoAmI")).reason


async def test_listener_comes_back_after_its_connection_was_cut(service: Service) -> None:
    heard: list[int] = []
    listener = AccessListener(service.urls.service, lambda: heard.append(1))
    listener.start()
    try:
        await asyncio.wait_for(listener.listening.wait(), 60)
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muniment access'"
        async with service.database.connection() as connection:
            await connection.execute(cut)

        async def again() -> bool:
            return len(heard) > 1 and listener.listening.is_set()

        # It tells that something may have changed whenever it begins to listen.
        await until(again, what="the listener")
    finally:
        await listener.stop()


async def test_last_use_is_written_once_a_minute(service: Service, client: Client, tenant: Tenant) -> None:
    async def last_used() -> float:
        answer = await client("GetApiKey", api_key_id=str(tenant.api_key_id))
        return float(answer.api_key.last_used_at.ToMicroseconds())

    assert await last_used() == 0
    await service.last_use.write()
    first = await last_used()
    assert abs(first / 1e6 - datetime.now(UTC).timestamp()) < 300
    await service.last_use.write()
    assert await last_used() == first


async def test_concurrent_first_calls_look_a_key_up_once(service: Service, tenant: Tenant) -> None:
    client = service.client(tenant)
    lookups = 0
    original = service.authenticator._queries.key

    async def counted(digest: bytes) -> object:
        nonlocal lookups
        lookups += 1
        return await original(digest)

    service.authenticator._queries.key = counted  # type: ignore[method-assign,assignment]
    await asyncio.gather(*(client("WhoAmI") for _ in range(10)))
    assert lookups == 1
    service.authenticator.forget()
    await client("WhoAmI")
    assert lookups == 2


async def test_request_id_is_kept_when_sane(client: Client) -> None:
    await client.with_(x_request_id="order-7/a")("WhoAmI")
    assert client.with_().trailing == {}
    for sent, kept in (("order-7/a", True), ("a b", False), ("x" * 129, False), ("", False)):
        caller = client.with_(x_request_id=sent)
        await caller("WhoAmI")
        assert (caller.trailing["x-request-id"] == sent) is kept
        assert caller.trailing["x-request-id"]
    failure = await client.with_(x_request_id="abc").fails("GetFolder", folder_id=str(new_id()))
    assert failure.trailing["x-request-id"] == "abc"
