"""Idempotency keys of ordinary calls."""

import asyncio
from datetime import timedelta

import grpc
import psycopg
import pytest

from service.domain.scope import Scope
from service.postgres.idempotency import FirstCall, Lease
from tests.rpc.conftest import Client, Service, Tenant


async def test_repeated_call_gets_the_first_answer(client: Client) -> None:
    caller = client.with_(idempotency_key="k")
    first = await caller("CreateProject", name="x")
    assert "x-http-idempotency-replayed" not in caller.trailing
    assert await caller("CreateProject", name="x") == first
    assert caller.trailing["x-http-idempotency-replayed"] == "true"
    assert (await client("ListProjects", name="x")).total == 1


async def test_calls_at_the_same_time_are_carried_out_once(client: Client) -> None:
    caller = client.with_(idempotency_key="k")
    answers = await asyncio.gather(*(caller("CreateFacility", name="x", country="ES") for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert (await client("ListFacilities")).total == 1


async def test_key_of_another_request_is_refused(client: Client) -> None:
    caller = client.with_(idempotency_key="k")
    await caller("CreateProject", name="x")
    for name, request in (("CreateProject", {"name": "y"}), ("CreateFolder", {"name": "x"})):
        failure = await caller.fails(name, **request)
        assert failure.code is grpc.StatusCode.FAILED_PRECONDITION
        assert failure.reason == "IDEMPOTENCY_KEY_REUSED"


async def test_failure_is_given_again_even_when_it_would_succeed_now(client: Client, service: Service) -> None:
    await client("CreateProject", name="x")
    caller = client.with_(idempotency_key="k")
    first = await caller.fails("CreateProject", name="x")
    with psycopg.connect(service.urls.owner) as connection:
        connection.execute("DELETE FROM projects WHERE name = 'x'")
    again = await caller.fails("CreateProject", name="x")
    assert (again.code, again.reason, again.message) == (first.code, first.reason, first.message)


async def test_invalid_request_does_not_use_the_key_up(client: Client) -> None:
    caller = client.with_(idempotency_key="k")
    await caller.fails("CreateProject", name="")
    await caller("CreateProject", name="x")


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
async def test_key_of_wrong_form_is_refused(client: Client, key: str) -> None:
    failure = await client.with_(idempotency_key=key).fails("CreateProject", name="x")
    assert list(failure.fields()) == ["idempotency-key"]
    await client.with_(idempotency_key="x" * 255)("CreateProject", name="x")


async def test_keys_of_users_and_organizations_are_apart(service: Service, tenant: Tenant) -> None:
    other = await service.tenant("Other", "bob@other.example")
    colleague = await service.colleague(tenant, "editor")
    ids = set()
    for number, caller in enumerate((tenant, other, colleague)):
        answer = await service.client(caller).with_(idempotency_key="k")("CreateProject", name=f"p{number}")
        ids.add(answer.project.id)
    assert len(ids) == 3


async def test_secret_is_shown_once_and_kept_nowhere(service: Service, client: Client) -> None:
    caller = client.with_(idempotency_key="k")
    first = await caller("CreateApiKey", name="x")
    again = await caller("CreateApiKey", name="x")
    assert first.secret.startswith("mun_")
    assert again.secret == ""
    assert again.api_key == first.api_key
    with psycopg.connect(service.urls.owner) as connection:
        (answer,) = connection.execute("SELECT answer FROM idempotency_keys").fetchone() or (b"",)
    assert first.secret.encode() not in answer
    assert first.secret[12:].encode() not in answer


async def test_day_old_key_is_free_again(service: Service, client: Client) -> None:
    caller = client.with_(idempotency_key="k")
    first = await caller("CreateFacility", name="x", country="ES")
    await client.with_(idempotency_key="other")("CreateFacility", name="y", country="ES")
    with psycopg.connect(service.urls.owner) as connection:
        connection.execute("UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 second'")
    assert (await caller("CreateFacility", name="x", country="ES")).facility.id != first.facility.id
    with psycopg.connect(service.urls.owner) as connection:
        assert connection.execute("SELECT key FROM idempotency_keys").fetchall() == [("k",)]


async def test_lease_of_a_dead_process_runs_out(service: Service, tenant: Tenant) -> None:
    scope = Scope(organization_id=tenant.organization_id, user_id=tenant.user_id)
    keys = service.idempotency_keys
    lease = await keys.take(scope, "k", "/m", b"1")
    assert isinstance(lease, Lease)
    assert await keys.take(scope, "k", "/m", b"1") == FirstCall("/m", b"1", None, False)
    with psycopg.connect(service.urls.owner) as connection:
        connection.execute("UPDATE idempotency_keys SET leased_until = now() - interval '1 second'")
    assert isinstance(await keys.take(scope, "k", "/m", b"2"), FirstCall), "another request must not take it"
    second = await keys.take(scope, "k", "/m", b"1")
    assert isinstance(second, Lease)
    # The first holder has lost it, and can neither answer nor release it.
    assert await keys.renew(scope, lease) is None
    await keys.keep(scope, lease, b"1", b"late", failed=False)
    await keys.release(scope, lease)
    renewed = await keys.renew(scope, second)
    assert renewed is not None
    assert renewed.until - second.until < timedelta(seconds=30)
    await keys.keep(scope, renewed, b"1", b"answer", failed=False)
    assert await keys.take(scope, "k", "/m", b"1") == FirstCall("/m", b"1", b"answer", False)
