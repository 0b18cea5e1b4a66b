"""A call that is made again because its answer was lost leaves one file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from service.domain.files import File
from service.domain.ids import lowest_at, new_id
from service.domain.scope import Principal, Scope
from service.files.direct import FileHeader, UploadOptions, UploadPart
from tests.files.conftest import Files
from tests.files.test_direct import stream
from tests.world import World

pytestmark = pytest.mark.long

FIRST = UploadOptions(repeatable=True)
AGAIN = UploadOptions(repeatable=True, repeated=True)


@pytest.fixture
def caller(scope: Scope) -> Scope:
    assert scope.user_id is not None
    return replace(scope, principal=Principal(scope.user_id, "api_key", api_key_id=new_id()))


async def send(
    files: Files, scope: Scope, options: UploadOptions, content: bytes = b"bytes", name: str = "a.pdf"
) -> File:
    [file] = await files.direct.upload(scope, stream(FileHeader(name), content, options))
    return file


async def stored(files: Files, scope: Scope) -> int:
    return len(await files.store.list_objects(f"files/{scope.organization_id}/"))


async def test_repeat_is_answered_with_the_first_file(files: Files, caller: Scope, world: World) -> None:
    first = await send(files, caller, FIRST)
    assert (await send(files, caller, AGAIN)).id == first.id
    assert (await send(files, caller, AGAIN)).id == first.id
    assert await stored(files, caller) == 1
    assert world.row("SELECT count(*) FROM events WHERE confirmation") == (1,)


async def test_other_files_are_no_repeats(files: Files, caller: Scope, world: World) -> None:
    first = await send(files, caller, FIRST)
    other_key = replace(caller, principal=Principal(first.created_by or new_id(), "api_key", api_key_id=new_id()))
    made = [
        await send(files, caller, AGAIN, b"other bytes"),
        await send(files, caller, AGAIN, name="b.pdf"),
        await send(files, other_key, AGAIN),
        await send(files, caller, FIRST),
        await send(files, caller, UploadOptions()),
    ]
    assert len({first.id, *(file.id for file in made)}) == 6


@pytest.mark.parametrize("change", ["late", "deleted"])
async def test_repeat_of_what_is_long_ago_or_gone_makes_a_file(
    files: Files, caller: Scope, world: World, change: str
) -> None:
    first = await send(files, caller, FIRST)
    if change == "deleted":
        await files.library.delete(caller, first.id)
    else:
        earlier = lowest_at(first.created_at - timedelta(minutes=11))
        world.connection.execute("UPDATE files SET id = %s", [earlier])
    assert (await send(files, caller, AGAIN)).id != first.id


async def slow(options: UploadOptions, may_end: asyncio.Event, begun: asyncio.Event) -> AsyncIterator[UploadPart]:
    yield options
    yield FileHeader("a.pdf")
    yield b"bytes"
    begun.set()
    await may_end.wait()


async def test_first_call_that_ends_after_its_repeat_leaves_one_file(files: Files, caller: Scope) -> None:
    may_end, begun = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(files.direct.upload(caller, slow(FIRST, may_end, begun)))
    await begun.wait()
    repeat = await send(files, caller, AGAIN)
    may_end.set()
    assert [file.id for file in await first] == [repeat.id]
    assert await stored(files, caller) == 1


async def test_repeats_at_the_same_moment_leave_one_file(files: Files, caller: Scope, world: World) -> None:
    ids: set[UUID] = {file.id for file in await asyncio.gather(*(send(files, caller, AGAIN) for _ in range(8)))}
    assert len(ids) == 1
    assert world.row("SELECT count(*) FROM files") == (1,)
    assert await stored(files, caller) == 1


async def test_repeat_of_several_files_makes_those_that_are_missing(files: Files, caller: Scope) -> None:
    first = await send(files, caller, FIRST)
    parts: list[UploadPart] = [AGAIN, FileHeader("b.pdf"), b"new", FileHeader("a.pdf"), b"bytes"]
    [new, known] = await files.direct.upload(caller, stream(*parts))
    assert (new.file_name, known.id) == ("b.pdf", first.id)
