"""A language model reads with the general reader, and nothing that it says or does harms a document."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from service.domain.category import Category
from service.domain.checks import CheckResult, Outcome
from service.domain.reading import Reading, Track
from service.objects.store import ObjectStore
from service.postgres.database import Database
from service.processing.language_model import LanguageModel, LanguageModelSettings
from service.processing.reader.document import read_items, read_pages
from service.processing.reader.inspection import inspect
from service.processing.reader.model import Limits, Page
from service.processing.reader.suggestions import CHECK_NAME, LANGUAGE_MODEL, question_for
from service.processing.reader.text import extract_text
from service.processing.worker import Worker
from tests.processing.papers import WATER_BILL, pdf_of
from tests.processing.test_worker import QUICK, Desk
from tests.world import World

ODD_BILL = (*WATER_BILL, "Acuerdo perpetuo 900-77881", "Contador instalado ZX4471123")
MODEL = LanguageModelSettings(url="http://127.0.0.1:1/v1", model="reader-1", api_key="key-of-the-model", seconds=60)


def pages_of(tmp_path: Path, lines: tuple[str, ...] = ODD_BILL) -> list[Page]:
    path = tmp_path / "bill.pdf"
    path.write_bytes(pdf_of(lines))
    return extract_text(path, inspect(path, Limits(), file_name="bill.pdf", declared_type=None), Limits())


def read_with(pages: list[Page], *items: dict[str, Any], text: str | None = None) -> Reading:
    classification, _ = read_pages(pages, Track.DEFAULT)
    said = text if text is not None else json.dumps({"items": items})
    return read_items(classification, pages, Track.DEFAULT, answer={"text": said})


def verdict(reading: Reading) -> CheckResult:
    (result,) = (check for check in reading.checks if check.name == CHECK_NAME)
    return result


def test_value_that_is_printed_fills_what_the_built_in_reader_left_out(tmp_path: Path) -> None:
    pages = pages_of(tmp_path)
    assert "contract_number" not in read_pages(pages, Track.DEFAULT)[1].items[0]
    reading = read_with(pages, {"contract_number": "900-77881", "quantity": 32.1})
    assert reading.items[0]["contract_number"] == "900-77881"
    (evidence,) = (entry for entry in reading.evidence if entry.producer == LANGUAGE_MODEL)
    assert (evidence.field, evidence.page, evidence.raw_text) == ("contract_number", 1, "900-77881")
    assert evidence.box is not None
    assert evidence.box.x1 > evidence.box.x0 > 60
    assert verdict(reading).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"contract_number": "INVENTED-1"}, "contract_number of item 0 isn't printed"),
        ({"supply_address": {"deep": 1}}, "supply_address of item 0 doesn't follow the schema"),
        ({"withheld_amount": 32.1}, "withheld_amount of item 0 fail net_plus_tax_is_total"),
        ({"intervals": [{"start": "2024-03-01T00:00:00+01:00"}]}, "1 of the intervals of item 0 aren't printed"),
    ],
)
def test_value_that_is_invented_or_breaks_a_rule_is_left_out_and_noted(
    tmp_path: Path, item: dict[str, Any], said: str
) -> None:
    pages = pages_of(tmp_path)
    plain = read_pages(pages, Track.DEFAULT)[1]
    reading = read_with(pages, item)
    assert reading.items == plain.items
    assert reading.evidence == plain.evidence
    assert verdict(reading).outcome is Outcome.FAIL
    assert said in verdict(reading).message


def test_value_that_the_built_in_reader_is_sure_of_stays(tmp_path: Path) -> None:
    reading = read_with(pages_of(tmp_path), {"total_amount": 100, "invoice_number": "ZX4471123"})
    assert (reading.items[0]["total_amount"], reading.items[0]["invoice_number"]) == (Decimal("110.00"), "WTR-2024-03")


@pytest.mark.parametrize(
    "text",
    ["", "I can't", "[]", '{"items": 3}', '{"items": [1]}', '{"items": [{}, {}]}', "{" * 100_000, '{"items": NaN}'],
)
def test_absurd_answer_changes_nothing_and_is_noted(tmp_path: Path, text: str) -> None:
    pages = pages_of(tmp_path)
    reading = read_with(pages, text=text)
    assert reading.items == read_pages(pages, Track.DEFAULT)[1].items
    assert verdict(reading).outcome is Outcome.FAIL


Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Behaviour], Awaitable[str]]]:
    """A server that speaks the protocol, as it behaves; answers its URL."""
    runners: list[web.AppRunner] = []

    async def start(behave: Behaviour) -> str:
        application = web.Application()
        application.router.add_post("/v1/chat/completions", behave)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/v1"

    yield start
    for runner in runners:
        await runner.cleanup()


def completion(text: str) -> web.Response:
    return web.json_response({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]})


async def says_the_contract(_: web.Request) -> web.StreamResponse:
    return completion('```json\n{"items": [{"contract_number": "900-77881"}]}\n```')


async def breaks(_: web.Request) -> web.StreamResponse:
    return web.Response(status=500)


async def hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(3600)
    return completion("late")


async def floods(_: web.Request) -> web.StreamResponse:
    return completion("x" * 2_000_000)


async def babbles(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b"[" * 100_000)


async def redirects(_: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect("http://127.0.0.1:1/elsewhere")


async def test_model_is_asked_in_the_protocol_and_for_the_schema(serve: Any, tmp_path: Path) -> None:
    seen: list[tuple[dict[str, Any], str | None]] = []

    async def look(request: web.Request) -> web.StreamResponse:
        seen.append((await request.json(), request.headers.get("authorization")))
        return completion("{}")

    question = question_for(Category.WATER, pages_of(tmp_path))
    assert question is not None
    assert await LanguageModel(replace(MODEL, url=await serve(look))).answer(question) == {"text": "{}"}
    ((body, credential),) = seen
    assert credential == "Bearer key-of-the-model"
    assert (body["model"], body["temperature"]) == ("reader-1", 0)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert '"contract_number"' in body["messages"][0]["content"]
    assert "Acuerdo perpetuo 900-77881" in body["messages"][1]["content"]


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (breaks, "HTTP 500"),
        (hangs, "within 0.3 s"),
        (floods, "more than 1048576 bytes"),
        (babbles, "no JSON"),
        (redirects, "HTTP 307"),
        (None, "couldn't be asked"),
    ],
)
async def test_model_that_fails_says_why(serve: Any, behave: Behaviour | None, said: str) -> None:
    url = MODEL.url if behave is None else await serve(behave)
    settings = replace(MODEL, url=url, seconds=0.3 if behave is hangs else 60)
    answer = await LanguageModel(settings).answer({"category": "water", "schema": {}, "text": "x"})
    assert said in answer["error"]


async def test_answer_is_recorded_and_replayed_without_the_model(serve: Any, tmp_path: Path) -> None:
    question = {"category": "water", "schema": {}, "text": "a bill"}
    recording = replace(MODEL, url=await serve(says_the_contract), recordings=tmp_path / "answers")
    said = await LanguageModel(recording).answer(question)
    (kept,) = (tmp_path / "answers").iterdir()
    assert "key-of-the-model" not in kept.read_text()
    replaying = replace(recording, url=MODEL.url, replay=True)
    assert await LanguageModel(replaying).answer(question) == said
    assert "no recorded answer" in (await LanguageModel(replaying).answer(question | {"text": "b"}))["error"]


@pytest.mark.parametrize("behave", [says_the_contract, breaks, hangs])
async def test_worker_reads_the_document_whatever_the_model_does(
    database: Database, store: ObjectStore, world: World, serve: Any, behave: Behaviour
) -> None:
    desk = Desk(database, store, world)
    model = LanguageModel(replace(MODEL, url=await serve(behave), seconds=0.3 if behave is hangs else 60))
    worker = Worker(world.urls.service, database, store, QUICK, model=model)
    task = asyncio.create_task(worker.run())
    try:
        helped, fast = await desk.put(pdf_of(ODD_BILL)), await desk.put(pdf_of(ODD_BILL), processing_track="FASTTRACK")
        for file_id in (helped, fast):
            await desk.send(file_id)
            await desk.until(file_id, "completed")
    finally:
        await worker.stop()
        async with asyncio.timeout(120):
            await task
    (item,) = desk.reading(helped)["machine_items"]
    assert str(item["quantity"]) == "32.1"
    assert item.get("contract_number") == ("900-77881" if behave is says_the_contract else None)
    (checks,) = world.row("SELECT checks FROM readings WHERE file_id = %s", helped)
    outcome = "pass" if behave is says_the_contract else "fail"
    assert [check["outcome"] for check in checks if check["name"] == CHECK_NAME] == [outcome]
    assert desk.reading(fast)["machine_items"] == []
