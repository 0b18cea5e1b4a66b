"""An answer may wait until it is known what documents are."""

from __future__ import annotations

import asyncio
import time

from service.files.classification import wait_classified
from service.postgres.database import Database
from service.postgres.files import FileQueries
from tests.world import World


async def test_answer_comes_as_soon_as_every_file_is_known(database: Database, world: World) -> None:
    scope = world.organization()
    first, second = (world.file(scope, processing_status="processing") for _ in range(2))
    world.connection.execute("UPDATE files SET category = 'water' WHERE id = %s", [first])
    waiting = asyncio.create_task(wait_classified(FileQueries(database), scope, [second, first], 3600))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    world.connection.execute("UPDATE files SET category = 'receipt' WHERE id = %s", [second])
    async with asyncio.timeout(60):
        found = await waiting
    assert [(file.id, file.category) for file in found] == [(second, "receipt"), (first, "water")]


async def test_file_that_is_done_without_a_category_is_not_waited_for(database: Database, world: World) -> None:
    scope = world.organization()
    ids = [world.file(scope, processing_status=status) for status in ("completed", "failed")]
    async with asyncio.timeout(60):
        found = await wait_classified(FileQueries(database), scope, ids, 3600)
    assert [file.category for file in found] == [None, None]


async def test_wait_ends_with_its_time_and_answers_what_is_known(database: Database, world: World) -> None:
    scope = world.organization()
    known, unknown = world.file(scope, category="water"), world.file(scope)
    started = time.monotonic()
    async with asyncio.timeout(60):
        found = await wait_classified(FileQueries(database), scope, [known, unknown], 0.5)
    assert time.monotonic() - started >= 0.5
    assert [file.category for file in found] == ["water", None]


async def test_no_time_is_no_wait(database: Database, world: World) -> None:
    scope = world.organization()
    (found,) = await wait_classified(FileQueries(database), scope, [world.file(scope)], 0)
    assert found.category is None
