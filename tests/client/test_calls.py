"""Calls by the library: errors with their reasons, retries that are safe, deadlines, cancellation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from muniment_client import (
    AlreadyExistsError,
    AsyncClient,
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    DeadlineExceededError,
    MunimentError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ValidationError,
)
from muniment_client._calls import Deadline, pause_or_raise
from muniment_client._events import Events
from muniment_client._policy import RetryPolicy, keyed_retries
from tests.client.cli.proxy import Proxy
from tests.system.support import Tenant, until


def go_away(way: Proxy) -> None:
    """Cut what there is as well: gRPC's channels share connections, also with those of other tests."""
    way.refusing = True
    way.cut_all()


def fall_silent(way: Proxy) -> None:
    """Take everything, and hand nothing on."""
    way.hold_after = -1


async def seen(look: Callable[[], Any]) -> None:
    async def ask() -> Any:
        return look()

    await until(ask, every=0.01)


async def test_whoami_says_who_calls(client: AsyncClient, ours: Tenant) -> None:
    identity = await client.whoami()
    assert (identity.user_id, identity.organization_id) == (str(ours.user_id), str(ours.organization_id))
    assert (identity.email, identity.credential) == (ours.email, "api_key")
    assert "files:write" in identity.permissions
    assert ours.api_key not in repr(client)


async def test_what_organizations_have_is_made_got_and_listed(client: AsyncClient) -> None:
    parent = await client.folders.create("2024")
    folder = await client.folders.create("Bills", parent_id=parent.id)
    assert await client.folders.get(folder.id) == folder
    assert [each.id async for each in client.folders.list(parent_id=parent.id)] == [folder.id]
    project = await client.projects.create("Audit")
    assert await client.projects.get(project.id) == project
    assert [each.name async for each in client.projects.list(name="aud")] == ["Audit"]
    facility = await client.facilities.create("Plant", "PT", address="Rua 1")
    assert await client.facilities.get(facility.id) == facility
    assert [each.address async for each in client.facilities.list()] == ["Rua 1"]
    supplier = await client.suppliers.create("Aguas", tax_id="A58818501", country="ES")
    assert await client.suppliers.get(supplier.id) == supplier
    assert [each.country async for each in client.suppliers.list(name="agu")] == ["ES"]


async def test_errors_are_the_same_over_both_transports(client: AsyncClient) -> None:
    with pytest.raises(ValidationError) as invalid:
        await client.facilities.create("Plant", "Portugal")
    (field,) = invalid.value.fields
    assert (invalid.value.reason, field.field) == ("VALIDATION_ERROR", "country")
    assert "ISO 3166" in field.message
    assert str(invalid.value).endswith(invalid.value.advice)
    await client.folders.create("Bills")
    with pytest.raises(AlreadyExistsError) as exists:
        await client.folders.create("Bills")
    assert exists.value.reason == "ALREADY_EXISTS"
    with pytest.raises(NotFoundError) as missing:
        await client.invoices.get("0190a000-0000-7000-8000-000000000000")
    assert missing.value.reason == "INVOICE_NOT_FOUND"
    assert missing.value.request_id
    with pytest.raises(ValidationError) as cursor:
        await client.files.list().page("not a cursor")
    assert cursor.value.reason == "INVALID_CURSOR"


async def test_wrong_keys_and_organizations_are_told_apart(address: str, ours: Tenant) -> None:
    organization = str(ours.organization_id)
    async with AsyncClient(address, organization=organization, api_key="mun_wrong") as stranger:
        with pytest.raises(AuthenticationError) as unknown:
            await stranger.whoami()
    assert unknown.value.reason == "INVALID_CREDENTIALS"
    assert "mun_wrong" not in str(unknown.value)
    other = "0190a000-0000-7000-8000-000000000000"
    async with AsyncClient(address, organization=other, api_key=ours.api_key) as elsewhere:
        with pytest.raises(PermissionDeniedError) as forbidden:
            await elsewhere.whoami()
    assert forbidden.value.reason == "ORGANIZATION_FORBIDDEN"


async def test_call_goes_on_when_the_service_comes_back(client: AsyncClient, way: Proxy) -> None:
    await client.whoami()
    go_away(way)
    refused = way.connections
    calling = asyncio.create_task(client.whoami())
    await seen(lambda: way.connections > refused)
    assert not calling.done()
    way.refusing = False
    assert (await calling).credential == "api_key"


async def test_lost_answer_is_given_again_and_nothing_is_made_twice(client: AsyncClient, way: Proxy) -> None:
    await client.whoami()
    way.cut_after_received = 1
    folder = await client.folders.create("Bills")
    assert way.cuts == 1
    assert [each.id async for each in client.folders.list()] == [folder.id]


async def test_retries_end_and_say_where_nobody_answers(client: AsyncClient, way: Proxy) -> None:
    go_away(way)
    began = time.monotonic()
    with pytest.raises(ConnectionFailedError, match=rf"127\.0\.0\.1:{way.port} can't be reached") as away:
        await client.whoami()
    policy = keyed_retries()
    shortest = sum(policy.initial_backoff * policy.multiplier**n for n in range(policy.max_attempts - 1)) * 0.8
    assert time.monotonic() - began >= shortest
    assert away.value.reason == "UNAVAILABLE"
    assert "Check the address" in str(away.value)


async def test_deadline_holds_for_all_tries_together(
    client: AsyncClient, way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_away(way)
    failed: list[int] = []
    pause = RetryPolicy.pause

    def counted(policy: RetryPolicy, attempt: int) -> float:
        failed.append(attempt)
        return pause(policy, attempt)

    monkeypatch.setattr(RetryPolicy, "pause", counted)
    with pytest.raises((ConnectionFailedError, DeadlineExceededError)):
        await client.whoami(timeout=0.5)
    # The pauses before a fourth try alone are longer.
    assert len(failed) <= 3 < keyed_retries().max_attempts


async def test_pause_that_the_deadline_has_no_room_for_is_not_made() -> None:
    busy = RateLimitedError("Too many calls.", reason="RATE_LIMITED", code="RESOURCE_EXHAUSTED", retry_after=7200.0)
    async with asyncio.timeout(60):
        with pytest.raises(RateLimitedError):
            await pause_or_raise(busy, 1, keyed_retries(), Deadline.after(3600))


async def test_silent_service_runs_into_the_deadline(client: AsyncClient, way: Proxy) -> None:
    await client.whoami()
    fall_silent(way)
    with pytest.raises(DeadlineExceededError) as late:
        await client.folders.list().page(timeout=0.3)
    assert late.value.reason == "DEADLINE_EXCEEDED"


async def test_client_has_a_deadline_of_its_own(address: str, ours: Tenant, way: Proxy) -> None:
    organization = str(ours.organization_id)
    async with AsyncClient(address, organization=organization, api_key=ours.api_key, timeout=0.3) as hasty:
        fall_silent(way)
        with pytest.raises(DeadlineExceededError):
            await hasty.whoami()


async def test_cancelled_call_ends_at_once(client: AsyncClient, way: Proxy) -> None:
    await client.whoami()
    fall_silent(way)
    sent = way.sent
    calling = asyncio.create_task(client.whoami())
    await seen(lambda: way.sent > sent)
    calling.cancel()
    # No answer can come meanwhile.
    async with asyncio.timeout(60):
        with pytest.raises(asyncio.CancelledError):
            await calling
    way.hold_after = None


class Answers:
    """What a service says to one call after the other; `None` when it can't be reached."""

    def __init__(self, *pages: list[int] | None) -> None:
        self._pages = list(pages)

    async def unary(self, request: Any, answer: type[Any]) -> Any:
        page = self._pages.pop(0)
        if page is None:
            raise ConnectionFailedError("It is away.")
        return answer(items=[{"sequence": each} for each in page if each > request.after])


async def test_following_the_log_outlasts_a_service_that_is_away() -> None:
    calls: Any = Answers([1], None, None, [1, 2], None, [1, 2, 3])
    away: list[str] = []
    tail = Events(calls).tail(after=0, interval=0, on_away=lambda why: away.append(why.message))
    assert [(await anext(tail)).sequence for _ in range(3)] == [1, 2, 3]
    assert away == ["It is away."] * 2
    unreachable: Any = Answers(None)
    with pytest.raises(ConnectionFailedError):
        await anext(Events(unreachable).tail(after=0))


async def test_events_are_listed_and_followed(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await client.files.upload(b"a", file_name="a.pdf")
    await client.files.wait(first.id)
    listed = [event async for event in client.events.list(file_id=first.id)]
    assert listed[0].type == "CLASSIFY_DOCUMENT"
    assert listed[0].payload["file_id"] == first.id
    assert [event.sequence for event in listed] == sorted({event.sequence for event in listed})
    later = [event async for event in client.events.list(after=listed[0].sequence, file_id=first.id)]
    assert later == listed[1:]
    found = noting_ends(monkeypatch)
    tail = client.events.tail(interval=0.05)
    following = asyncio.ensure_future(anext(tail))
    await seen(lambda: found)
    assert not following.done()
    await client.files.delete(first.id)
    event = await asyncio.wait_for(following, 60)
    assert (event.type, event.file_id) == ("file.deleted", first.id)
    await tail.aclose()  # type: ignore[attr-defined]  # it is a generator


def noting_ends(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The places from which logs were followed, once they are known."""
    found: list[int] = []
    end = Events._end

    async def noted(events: Any, file_id: str | None) -> int:
        found.append(await end(events, file_id))
        return found[-1]

    monkeypatch.setattr(Events, "_end", noted)
    return found


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://host:21", "isn't an address"),
        ("grpc://host", "has no port"),
        ("host:port", "isn't an address"),
        ("", "There is no address"),
    ],
)
def test_addresses_that_cannot_be_meant_are_refused(address: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        AsyncClient(address, organization="o", api_key="k")


def test_keys_that_would_break_a_header_are_refused_without_being_shown() -> None:
    with pytest.raises(ConfigurationError) as refused:
        AsyncClient("grpc://host:1", organization="o", api_key="secret\r\nx-other: 1")
    assert "secret" not in str(refused.value)


async def test_something_else_than_the_service_is_told(ours: Tenant) -> None:
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>")
        writer.close()

    server = await asyncio.start_server(page, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with AsyncClient(f"http://127.0.0.1:{port}", organization="o", api_key="k") as lost:
        with pytest.raises(MunimentError, match=r"HTTP 404 Not Found from http://127\.0\.0\.1"):
            await lost.whoami()
    server.close()
