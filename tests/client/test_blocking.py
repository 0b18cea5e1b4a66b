"""The client for programs that wait. It is used in threads, for the service runs in the loop of the tests."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest

from muniment_client import (
    AsyncClient,
    Client,
    Files,
    NotFoundError,
    ProcessingTrack,
    Progress,
    UploadItem,
)
from muniment_client._faces import Faced, listing, operation, streaming
from tests.client.conftest import Connect

MANUAL = ProcessingTrack.MANUAL


async def test_everything_is_a_plain_call(connect: Connect, tmp_path: Path) -> None:
    def use() -> None:
        with connect() as client:
            assert client.whoami().credential == "api_key"
            seen: list[Progress] = []
            path = tmp_path / "a.pdf"
            path.write_bytes(b"content")
            file = client.files.upload(path, track=MANUAL, progress=seen.append)
            assert seen[-1].fraction == 1
            client.files.send([UploadItem(b"x", file_name=f"{n}.pdf") for n in range(12)], track=MANUAL)
            listed = client.files.list(page_size=5)
            assert len(list(listed)) == 13
            assert [len(page.items) for page in listed.pages()] == [5, 5, 3]
            assert listed.page().total == 13
            assert b"".join(client.files.stream(file.id)) == client.files.read(file.id) == b"content"
            client.files.download(file.id, tmp_path / "b.pdf")
            assert (tmp_path / "b.pdf").read_bytes() == b"content"
            assert [each.type for each in client.events.list(file_id=file.id)]
            assert client.files.wait(file.id).id == file.id
            assert client.folders.create("Bills").name == "Bills"
            with pytest.raises(NotFoundError):
                client.readings.get("0190a000-0000-7000-8000-000000000000")

    await asyncio.to_thread(use)


async def test_several_threads_share_a_client(connect: Connect) -> None:
    client = connect()

    def one(number: int) -> str:
        return client.files.upload(f"{number}".encode(), file_name=f"{number}.pdf", track=MANUAL).file_name

    names = await asyncio.gather(*(asyncio.to_thread(one, number) for number in range(8)))
    assert sorted(names) == [f"{number}.pdf" for number in range(8)]


async def test_iteration_that_is_left_early_ends(connect: Connect) -> None:
    def use() -> None:
        client = connect()
        client.files.send([UploadItem(b"x", file_name=f"{n}.pdf") for n in range(3)], track=MANUAL)
        for _ in client.events.tail(after=0, interval=0.01):
            break
        for _ in client.files.list(page_size=1):
            break
        client.close()
        client.close()

    await asyncio.to_thread(use)


async def test_closed_client_and_its_own_callbacks_cannot_be_waited_for(connect: Connect) -> None:
    def use() -> None:
        client = connect()
        said: list[str] = []

        def call_back(_: Progress) -> None:
            try:
                client.whoami()
            except RuntimeError as error:
                said.append(str(error))

        client.files.upload(b"x", file_name="a.pdf", track=MANUAL, progress=call_back)
        assert "callback" in said[0]
        client.close()
        with pytest.raises(RuntimeError, match="closed"):
            client.whoami()

    await asyncio.to_thread(use)


def members(owner: object) -> dict[str, Any]:
    return {name: value for name, value in vars(owner).items() if isinstance(value, Faced)}


def test_both_clients_have_the_same_members() -> None:
    waiting = AsyncClient("grpc://127.0.0.1:1", organization="o", api_key="k")
    with Client("grpc://127.0.0.1:1", organization="o", api_key="k") as plain:
        assert {name: type(value) for name, value in members(plain).items()} == {
            name: type(value) for name, value in members(waiting).items()
        }
        public = {name for name in dir(AsyncClient) if not name.startswith("_")}
        assert public == {name for name in dir(Client) if not name.startswith("_")}
        asked = inspect.signature(plain.files.upload), inspect.signature(waiting.files.upload)
        assert asked[0] == asked[1]
        assert plain.files.upload.__doc__ == Files.upload.__doc__


def test_everything_public_is_documented() -> None:
    waiting = AsyncClient("grpc://127.0.0.1:1", organization="o", api_key="k")
    for name, resource in members(waiting).items():
        assert type(resource).__doc__, name
        for method, value in vars(type(resource)).items():
            if not method.startswith("_"):
                assert isinstance(value, (operation, streaming, listing)), f"{name}.{method} has one face"
                assert value.__doc__, f"{name}.{method} has no documentation"
