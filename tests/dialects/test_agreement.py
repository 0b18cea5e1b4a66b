"""Random calls through random dialects: what the four show of a file always agrees, and with the rules of its life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.embedded import EmbeddedSeaweedFS
from service.wiring import Service, WorkerProcess, prove_parts
from tests.conftest import PostgresServer
from tests.dialects.state_table import TABLE
from tests.dialects.views import Handle, View, views_of
from tests.processing.papers import pdf_of
from tests.system.conftest import clients_of, settings_on
from tests.system.support import System, Tenant

pytestmark = pytest.mark.long

PDF = pdf_of(("A paper.",))
DIALECTS = ("native", "Invaro", "Snapbooks", "LlamaCloud")
BEGINNINGS = ("upload", "prepare")
ACTIONS = (
    *BEGINNINGS, "send bytes", "send bytes", "confirm", "confirm", "fail", "delete", "delete", "delete",
    "recover", "recover", "recover", "expunge", "deactivate", "activate", "process",
)  # fmt: skip
ROW_OF_STATE = {
    "pending": "prepared, its upload not confirmed",
    "error": "declared failed by its client",
    "uploaded, pending": "uploaded, waiting for a worker",
    "uploaded, processing": "being read",
    "uploaded, completed": "read",
    "uploaded, failed": "not to be read",
}


@dataclass
class Modelled:
    """What the rules say of a file."""

    file: Handle
    status: str
    content: bytes = b""
    """What was confirmed."""
    sent: bytes = b""
    """What lies where the presigned URL puts it."""
    put: Any = None
    active: bool = True
    before: str = ""
    """The status that it had before it was deleted."""

    @property
    def gone(self) -> bool:
        return self.status in {"deleted", "expunged"}

    def row(self, native_state: str) -> str:
        """The row of the table that the file is in; how far the pipeline is, only the service knows."""
        if self.status == "expunged":
            return "deleted for good"
        if self.status == "deleted":
            return "deleted, and recoverable"
        assert native_state.split(",", maxsplit=1)[0] == self.status
        return ROW_OF_STATE[native_state]


@dataclass
class Life:
    """One organization, what its files should be, and calls that change both."""

    system: System
    tenant: Tenant
    views: dict[str, View]
    files: list[Modelled] = field(default_factory=list)
    fresh: count[int] = field(default_factory=count)

    def document(self) -> bytes:
        """One that no other call sends. It has a text layer, so that reading it takes no time."""
        return PDF + f"%{next(self.fresh)}".encode()

    async def act(self, action: str, dialect: str, which: int) -> Modelled:
        """Make a call, and answer the file that it was about."""
        if action == "upload":
            return await self.upload(self.views[dialect])
        if action == "prepare":
            return await self.prepare()
        file = self.files[-min(which, len(self.files))]
        await getattr(self, action.replace(" ", "_"))(file, self.views[dialect])
        return file

    async def upload(self, view: View) -> Modelled:
        content = self.document()
        name = await view.upload(content, "a.pdf")
        column = "number" if isinstance(name, int) else "id"
        ((file_id, number),) = self.system.rows(f"SELECT id, number FROM files WHERE {column} = %s", name)
        self.files.append(Modelled(Handle(str(file_id), number), "uploaded", content))
        return self.files[-1]

    async def prepare(self) -> Modelled:
        item = {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
        (put,) = await self.tenant.rest.ok("POST", "/v1/files/presigned-urls", [item])
        ((number,),) = self.system.rows("SELECT number FROM files WHERE id = %s", UUID(put["id"]))
        self.files.append(Modelled(Handle(put["id"], number), "pending", put=put))
        return self.files[-1]

    async def send_bytes(self, file: Modelled, _: View) -> None:
        """Also after the confirmation, which must change nothing any more."""
        if file.put is not None:
            file.sent = self.document()
            put = file.put
            async with self.system.session.put(
                put["presigned_url"], data=file.sent, headers=put["headers"]
            ) as response:
                assert response.status == 200

    async def confirm(self, file: Modelled, _: View) -> None:
        status = await self.declare(file, "uploaded")
        assert status == (409 if file.gone else 200)
        if file.status in {"pending", "error"} and file.sent:
            file.status, file.content = "uploaded", file.sent

    async def fail(self, file: Modelled, _: View) -> None:
        status = await self.declare(file, "error")
        assert status == (200 if file.status in {"pending", "error"} else 409)
        if status == 200:
            file.status = "error"

    async def declare(self, file: Modelled, status: str) -> int:
        body = {"file_ids": [file.file.id], "status": status}
        return (await self.tenant.rest("PATCH", "/v1/files/batch-update", body)).status

    async def delete(self, file: Modelled, view: View) -> None:
        state = await self.views["native"].look(file.file)
        expected = TABLE[file.row(state)][view.name].delete
        assert await view.delete(file.file) == expected
        if expected >= 400 or file.status == "expunged":
            return
        if not file.gone:
            file.before = file.status
        file.status = "expunged" if view.name == "Invaro" else "deleted"

    async def recover(self, file: Modelled, _: View) -> None:
        reply = await self.tenant.rest("PUT", f"/v1/files/{file.file.id}/recover")
        assert reply.status == (409 if file.status == "expunged" else 200)
        if file.status == "deleted":
            file.status = file.before

    async def expunge(self, file: Modelled, _: View) -> None:
        reply = await self.tenant.rest("POST", f"/v1/files/{file.file.id}/expunge")
        assert reply.status == (409 if file.status == "expunged" else 200)
        file.status = "expunged"

    async def activate(self, file: Modelled, view: View) -> None:
        await self.set_active(file, view, True)

    async def deactivate(self, file: Modelled, view: View) -> None:
        await self.set_active(file, view, False)

    async def set_active(self, file: Modelled, view: View, active: bool) -> None:
        if view.name == "Snapbooks":
            reply = await view.rest("PATCH", f"/files/{file.file.number}", {"is_active": active})
            expected = 200 if file.status == "uploaded" else 404
        else:
            reply = await self.tenant.rest("PATCH", f"/v1/files/{file.file.id}", {"is_active": active})
            expected = 409 if file.gone else 200
        assert reply.status == expected
        if expected == 200:
            file.active = active

    async def process(self, file: Modelled, _: View) -> None:
        event = {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": file.file.id}}
        reply = await self.tenant.rest("POST", "/v1/files/send-event", event)
        assert reply.status == (200 if file.status == "uploaded" else 409)

    async def check(self, file: Modelled) -> None:
        """All four show a file as its row of the table says, at its own address and in a plain list."""
        row, looks = await self.look(file)
        assert looks == {name: cell.state for name, cell in TABLE[row].items()}
        for view in self.views.values():
            listed = view.named(file.file) in await view.listed()
            assert listed == ("" in self.queries(file, view, TABLE[row][view.name].query))

    async def check_everything(self) -> None:
        """So for all files, with what only a query lists, and with their bytes."""
        listed: dict[tuple[str, str], list[str | int]] = {}
        for view in self.views.values():
            for query in ("", *view.hidden):
                listed[view.name, query] = await view.listed(query)
        for file in self.files:
            row, looks = await self.look(file)
            assert looks == {name: cell.state for name, cell in TABLE[row].items()}
            for view in self.views.values():
                cell = TABLE[row][view.name]
                assert await view.download(file.file) == (cell.download, file.content if cell.download == 200 else b"")
                shown = {query for query in ("", *view.hidden) if view.named(file.file) in listed[view.name, query]}
                assert shown == self.queries(file, view, cell.query)

    async def look(self, file: Modelled) -> tuple[str, dict[str, str]]:
        """The row that a file is in, and what all show of it at one moment, between two steps of the pipeline."""
        native = self.views["native"]
        for _ in range(100):
            before = await native.look(file.file)
            seen = await asyncio.gather(*(view.look(file.file) for view in self.views.values()))
            looks = dict(zip(self.views, seen, strict=True))
            if before == looks["native"] == await native.look(file.file):
                return file.row(before), looks
            await asyncio.sleep(0.02)
        raise AssertionError("the file never rests")

    @staticmethod
    def queries(file: Modelled, view: View, query: str | None) -> set[str]:
        """The queries that list a file whose state's own query is this one."""
        if file.active:
            return set() if query is None else {query}
        inactive = {"is_active=false"} & set(view.hidden)
        return inactive if query == "" else set()


@pytest.fixture(scope="module")
async def running(postgres_server: PostgresServer, seaweedfs: EmbeddedSeaweedFS) -> AsyncIterator[System]:
    """The service with a worker, which nobody waits for."""
    urls = postgres_server.clone()
    chosen = settings_on(urls, seaweedfs, "agreement").model_copy(
        update={"invaro_classify_seconds": 0, "invaro_rate_limit_per_minute": 0, "worker_concurrency": 1}
    )
    await prove_parts(chosen)
    service, worker = Service(chosen), WorkerProcess(chosen)
    await service.start()
    working = asyncio.create_task(worker.run())
    async with clients_of(chosen, urls) as clients:
        yield clients
    await asyncio.gather(worker.stop(), service.stop())
    await working
    postgres_server.drop(urls.name)


DIALECT = st.sampled_from(DIALECTS)
# Counted from the newest, and mostly that one: what happens to one file again and again tells most.
WHICH = st.sampled_from((1, 1, 1, 2, 3))
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), DIALECT, WHICH), min_size=8, max_size=16)


@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=st.tuples(st.sampled_from(BEGINNINGS), DIALECT, WHICH), steps=STEPS)
async def test_four_dialects_always_agree(
    running: System, first: tuple[str, str, int], steps: list[tuple[str, str, int]]
) -> None:
    tenant = await running.tenant("Agreement")
    life = Life(running, tenant, await views_of(running, tenant))
    for action, dialect, which in [first, *steps]:
        await life.check(await life.act(action, dialect, which))
    await life.check_everything()
