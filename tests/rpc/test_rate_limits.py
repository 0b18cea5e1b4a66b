"""Limits on calls: exact over processes, told with every answer, and never silently absent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from service.domain.errors import UnavailableError
from service.domain.scope import Principal
from service.gateway.application import Gateway
from service.gateway.settings import GatewaySettings
from service.postgres.database import Database
from service.postgres.rate_limits import RateLimitCounts
from service.rpc.assembly import make_chain
from service.rpc.interceptors.rate_limit import RateLimitInterceptor, charge
from service.rpc.limits import RateLimits
from tests.conftest import DatabaseUrls
from tests.gateway.support import Answer, ready, request
from tests.rpc import sample
from tests.rpc.conftest import Service, Tenant
from tests.world import World

GROUP = "paper"


def limits(database: Database, most: int) -> RateLimits:
    return RateLimits(RateLimitCounts(database), {"": 0, GROUP: most})


def caller() -> Principal:
    return Principal(user_id=uuid4(), credential="api_key", api_key_id=uuid4(), organization_id=uuid4())


async def granted(limits: RateLimits, principal: Principal, calls: int = 1) -> bool:
    return (await limits.charge(principal, GROUP, calls)).granted


@pytest.mark.parametrize("most", [1, 7, 60])
async def test_calls_of_several_processes_are_counted_together(
    database: Database, database_urls: DatabaseUrls, most: int
) -> None:
    other = Database(database_urls.service)
    await other.open()
    processes, principal = [limits(database, most), limits(other, most)], caller()
    for turn in range(3):
        answers = await asyncio.gather(
            *(granted(processes[(turn + n) % 2], principal) for n in range(most)), granted(processes[0], caller())
        )
        assert answers.pop()
        assert sum(answers) == (most if turn == 0 else 0)
    await other.close()


async def test_large_limit_is_taken_in_advance_and_never_exceeded(
    database: Database, database_urls: DatabaseUrls, world: World
) -> None:
    other = Database(database_urls.service)
    await other.open()
    processes, principal = [limits(database, 5000), limits(other, 5000)], caller()
    given = 0
    for turn in range(60):
        given += sum(await asyncio.gather(*(granted(processes[turn % 2], principal) for _ in range(100))))
    assert 4990 <= given <= 5000
    assert world.row("SELECT used FROM rate_limits")[0] == 5000
    await other.close()


async def test_most_calls_of_a_large_limit_cost_no_round_trip(database: Database) -> None:
    counts = Asked(database)
    large, principal = RateLimits(counts, {GROUP: 1_000_000}), caller()
    for _ in range(2000):
        assert await granted(large, principal)
    assert counts.asked <= 3


async def test_calls_at_the_same_time_share_a_round_trip(database: Database) -> None:
    counts = Asked(database)
    small, principal = RateLimits(counts, {GROUP: 60}), caller()
    answers = await asyncio.gather(*(small.charge(principal, GROUP, 1) for _ in range(60)))
    assert all(answer.granted for answer in answers)
    assert sorted(answer.remaining for answer in answers) == list(range(60))
    assert counts.asked <= 3
    assert not any(await asyncio.gather(*(granted(small, principal) for _ in range(60))))
    assert counts.asked <= 3


class Asked(RateLimitCounts):
    asked = 0

    async def take(self, *args: Any) -> Any:
        self.asked += 1
        return await super().take(*args)


async def test_several_calls_are_counted_whole_or_not_at_all(database: Database) -> None:
    some, principal = limits(database, 10), caller()
    assert await granted(some, principal, 4)
    standing = await some.charge(principal, GROUP, 7)
    assert (standing.granted, standing.remaining) == (False, 6)
    assert await asyncio.gather(*(granted(some, principal, calls) for calls in (5, 5, 1, 1))) == [
        True,
        False,
        True,
        False,
    ]
    assert not await granted(some, principal, 11)


async def test_next_minute_begins_anew(database: Database, world: World) -> None:
    first, second, principal = limits(database, 2), limits(database, 2), caller()
    assert [await granted(first, principal) for _ in range(3)] == [True, True, False]
    turned = "UPDATE rate_limits SET started_at = started_at - interval '{} s'"
    world.connection.execute(turned.format(30))
    standing = await second.charge(principal, GROUP, 1)
    assert not standing.granted
    assert 0 < standing.seconds_left <= 30
    world.connection.execute(turned.format(30))
    # As if half a minute had gone by for the process too.
    second._counters.clear()
    assert await granted(second, principal)
    assert world.row("SELECT used FROM rate_limits")[0] == 1


async def test_database_that_is_away_lets_nobody_through(database: Database) -> None:
    closed = Database("postgresql://127.0.0.1:1/none", timeout_seconds=0.2)
    await closed.open()
    with pytest.raises(UnavailableError):
        await limits(closed, 5).charge(caller(), GROUP, 1)
    await closed.close()


class Limited:
    """The sample dialect behind a limited chain, over HTTP."""

    def __init__(self, service: Service, per_minute: dict[str, int], tenant: Tenant) -> None:
        self.limits = RateLimits(RateLimitCounts(service.database), per_minute)
        chain = make_chain(service.authenticator, service.idempotency_keys, CollectorRegistry(), self.limits)
        self.do: Callable[[Any], Awaitable[None]] | None = None
        self.app = Gateway(
            [sample.rpc("GetPaper", self._get, chain)],
            GatewaySettings(),
            ready=ready,
            reason_codes={},
            registry=CollectorRegistry(),
        )
        self.headers = {"x-api-key": tenant.api_key}

    async def _get(self, message: Any, context: Any) -> Any:
        if self.do is not None:
            await self.do(context)
        return sample.paper(paper_id=message.paper_id)

    async def __call__(self, query: str = "", **headers: str) -> Answer:
        return await request(self.app, "GET", f"/sample/papers/p{query}", headers=self.headers | headers)


def told(answer: Answer) -> tuple[int, int]:
    reset = int(answer.headers["x-ratelimit-reset"]) - time.time()
    assert 0 <= reset <= 61
    return int(answer.headers["x-ratelimit-limit"]), int(answer.headers["x-ratelimit-remaining"])


async def test_answers_tell_how_the_caller_stands(service: Service, tenant: Tenant) -> None:
    limited = Limited(service, {sample.LIMITED: 3}, tenant)
    assert told(await limited()) == (3, 2)
    refused = await limited("?account=7")
    assert (refused.status, told(refused)) == (400, (3, 1))
    assert told(await limited()) == (3, 0)
    answer = await limited()
    assert (answer.status, answer.json["code"]) == (429, "RATE_LIMITED")
    assert told(answer) == (3, 0)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert f"try again in {answer.headers['retry-after']} s" in answer.json["message"]


async def test_callers_who_are_not_known_are_told_the_limit_and_use_nothing_up(
    service: Service, tenant: Tenant
) -> None:
    limited = Limited(service, {sample.LIMITED: 3}, tenant)
    for headers in ({"x-api-key": "mun_nobody"}, {"x-api-key": ""}):
        for query in ("", "?nothing=1"):
            nobody = await limited(query, **headers)
            assert (nobody.status, told(nobody)) == (401, (3, 3))
    assert told(await limited()) == (3, 2)
    unlimited = Limited(service, {"other": 3}, tenant)
    nobody = await unlimited(**{"x-api-key": "mun_nobody"})
    assert (nobody.status, "x-ratelimit-limit" in nobody.headers) == (401, False)


async def test_request_that_makes_no_sense_counts_too(service: Service, tenant: Tenant) -> None:
    limited = Limited(service, {sample.LIMITED: 2}, tenant)
    for query, field in (("?nothing=1", "nothing"), ("?account_number=x", "account_number")):
        answer = await limited(query)
        assert (answer.status, answer.json["details"][0]["field"]) == (400, field)
        assert told(answer)[0] == 2
    assert (await limited("?nothing=1")).status == 429
    nobody = await limited("?nothing=1", **{"x-api-key": "mun_nobody"})
    assert (nobody.status, nobody.json["code"]) == (401, "INVALID_CREDENTIALS")


async def test_each_key_has_its_own_limit(service: Service, tenant: Tenant) -> None:
    limited = Limited(service, {sample.LIMITED: 1}, tenant)
    assert [(await limited()).status, (await limited()).status] == [200, 429]
    limited.headers = {"x-api-key": (await service.colleague(tenant, "viewer")).api_key}
    assert (await limited()).status == 200


async def test_servicer_may_count_one_call_as_several(service: Service, tenant: Tenant) -> None:
    limited = Limited(service, {sample.LIMITED: 10}, tenant)
    limited.do = lambda context: charge(context, 4)
    assert told(await limited()) == (10, 5)
    assert told(await limited()) == (10, 0)
    limited = Limited(service, {sample.LIMITED: 8}, await service.colleague(tenant, "viewer"))
    limited.do = lambda context: charge(context, 8)
    answer = await limited()
    assert (answer.status, told(answer)) == (429, (8, 7))
    limited.do = lambda context: charge(context, 9)
    assert "counts as 9 calls" in (await limited()).json["message"]


async def test_group_without_a_limit_of_its_own_has_the_general_one(service: Service, tenant: Tenant) -> None:
    assert told(await Limited(service, {"": 5}, tenant)()) == (5, 4)
    assert told(await Limited(service, {"": 5, sample.LIMITED: 7}, tenant)()) == (7, 5)


async def test_nothing_is_counted_without_a_limit(service: Service, tenant: Tenant) -> None:
    for per_minute in ({}, {"": 0}, {"": 0, "other": 5}, {"": 5, sample.LIMITED: 0}):
        limited = Limited(service, per_minute, tenant)
        limited.do = lambda context: charge(context, 9)
        answer = await limited()
        assert (answer.status, "x-ratelimit-limit" in answer.headers) == (200, False)
    chain = make_chain(service.authenticator, service.idempotency_keys, CollectorRegistry(), RateLimits(None, {"": 0}))  # type: ignore[arg-type]
    assert not [link for link in chain._interceptors if isinstance(link, RateLimitInterceptor)]
