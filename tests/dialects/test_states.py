"""docs/dialects.md says what a file in each state looks like in each dialect: the running service agrees."""

from __future__ import annotations

import asyncio
import os
import re
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.domain.scope import Scope
from service.embedded import EmbeddedSeaweedFS
from service.files.erasing import Eraser
from service.files.library import Library
from service.files.presigned import PresignedUploads
from service.files.sweeps import FileSweeps
from service.postgres.files import FileQueries
from service.wiring import Service, make_database, make_file_settings, make_store, prove_parts
from tests.conftest import PostgresServer
from tests.dialects.state_table import PAGE, TABLE, Cell
from tests.dialects.views import Handle, View, views_of
from tests.docs.surface import ROOT
from tests.processing.papers import pdf_of
from tests.system.conftest import clients_of, settings_on
from tests.system.support import System, Tenant

PDF = pdf_of()
PREPARED = {"name": "bill", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}


CELLS = [(state, dialect, cell) for state, row in TABLE.items() for dialect, cell in row.items()]


@pytest.fixture(scope="module")
async def resting(postgres_server: PostgresServer, seaweedfs: EmbeddedSeaweedFS) -> AsyncIterator[System]:
    """The service without a worker: a file stays in the state that it was given."""
    urls = postgres_server.clone()
    settings = settings_on(urls, seaweedfs, "states").model_copy(
        update={"invaro_classify_seconds": 0, "invaro_rate_limit_per_minute": 0}
    )
    await prove_parts(settings)
    service = Service(settings)
    await service.start()
    async with clients_of(settings, urls) as clients:
        yield clients
    await service.stop()
    postgres_server.drop(urls.name)


@pytest.fixture(scope="module")
async def tenant(resting: System) -> Tenant:
    return await resting.tenant("States")


@pytest.fixture(scope="module")
async def views(resting: System, tenant: Tenant) -> dict[str, View]:
    return await views_of(resting, tenant)


@dataclass
class Maker:
    """Brings a new file into a state."""

    system: System
    tenant: Tenant

    async def prepared(self) -> str:
        (file,) = await self.tenant.rest.ok("POST", "/v1/files/presigned-urls", [PREPARED])
        return str(file["id"])

    async def failed(self) -> str:
        file_id = await self.prepared()
        await self.tenant.rest.ok("PATCH", "/v1/files/batch-update", {"file_ids": [file_id], "status": "error"})
        return file_id

    async def uploaded(self, processing_status: str = "pending") -> str:
        file_id = str((await self.tenant.rest.upload(PDF))["id"])
        if processing_status != "pending":
            done = datetime.now(UTC) if processing_status != "processing" else None
            self.system.connection.execute(
                "UPDATE files SET processing_status = %s, processed_at = %s WHERE id = %s",
                (processing_status, done, file_id),
            )
        return file_id

    async def inactive(self) -> str:
        file_id = await self.uploaded()
        await self.tenant.rest.ok("PATCH", f"/v1/files/{file_id}", {"is_active": False})
        return file_id

    async def deleted(self) -> str:
        file_id = await self.uploaded()
        await self.tenant.rest.ok("DELETE", f"/v1/files/{file_id}")
        return file_id

    async def expunged(self) -> str:
        file_id = await self.uploaded()
        await self.tenant.rest.ok("POST", f"/v1/files/{file_id}/expunge")
        return file_id

    async def expired(self) -> str:
        """Past its time, when the sweep has come by."""
        file_id = await self.uploaded()
        past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        self.system.connection.execute("UPDATE files SET expires_at = %s WHERE id = %s", (past, file_id))
        await sweep(self.system)
        return file_id

    async def derived(self) -> str:
        source = UUID(await self.uploaded("completed"))
        ((key,),) = self.system.rows("SELECT object_key FROM files WHERE id = %s", source)
        columns: dict[str, Any] = {"object_key": key, "size_bytes": len(PDF), "processing_status": "completed"}
        scope = Scope(self.tenant.organization_id, self.tenant.user_id)
        made = self.system.world.file(
            scope, type="THUMBNAIL", source_file_id=source, processed_at=datetime.now(UTC), **columns
        )
        return str(made)


async def sweep(system: System) -> None:
    """What a worker does every minute."""
    database, store = make_database(system.settings), make_store(system.settings)
    await database.open()
    await store.open()
    try:
        files, chosen = FileQueries(database), make_file_settings(system.settings)
        sweeps = FileSweeps(
            database,
            Library(database, files, store, chosen),
            PresignedUploads(database, files, store, chosen),
            Eraser(database, store),
            upload_lifetime=chosen.upload_lifetime,
        )
        await sweeps.run()
    finally:
        await store.close()
        await database.close()


MAKERS: dict[str, Callable[[Maker], Awaitable[str]]] = {
    "prepared, its upload not confirmed": Maker.prepared,
    "declared failed by its client": Maker.failed,
    "uploaded, waiting for a worker": Maker.uploaded,
    "being read": lambda maker: maker.uploaded("processing"),
    "read": lambda maker: maker.uploaded("completed"),
    "not to be read": lambda maker: maker.uploaded("failed"),
    "inactive": Maker.inactive,
    "deleted, and recoverable": Maker.deleted,
    "deleted for good": Maker.expunged,
    "expired": Maker.expired,
    "derived: a thumbnail, an optimized version": Maker.derived,
}


def test_page_has_every_state_and_every_dialect(views: dict[str, View]) -> None:
    assert TABLE.keys() == MAKERS.keys()
    assert all(row.keys() == views.keys() for row in TABLE.values())


@pytest.mark.parametrize(("state", "dialect", "cell"), CELLS, ids=[f"{state}-{dialect}" for state, dialect, _ in CELLS])
async def test_state_looks_as_the_page_says(
    resting: System, tenant: Tenant, views: dict[str, View], state: str, dialect: str, cell: Cell
) -> None:
    file_id = await MAKERS[state](Maker(resting, tenant))
    ((number,),) = resting.rows("SELECT number FROM files WHERE id = %s", UUID(file_id))
    file, view = Handle(file_id, number), views[dialect]
    name = view.named(file)
    assert await view.look(file) == cell.state
    for query in {"", cell.query or "", *view.hidden}:
        assert (name in await view.listed(query)) == (query == cell.query), query
    status, content = await view.download(file)
    assert (status, content) == (cell.download, PDF if cell.download == 200 else b"")
    assert await view.delete(file) == cell.delete


async def test_calls_that_the_page_shows_work(resting: System, tenant: Tenant) -> None:
    block = re.search(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert block
    ((number,),) = resting.rows("SELECT number FROM organizations WHERE id = %s", tenant.organization_id)
    environment = {
        "PATH": os.environ["PATH"],
        "MUNIMENT": resting.http_url,
        "API_KEY": tenant.api_key,
        "ORGANIZATION_ID": str(tenant.organization_id),
        "ORGANIZATION_NUMBER": str(number),
    }
    samples = ROOT / "docs" / "samples"
    for command in block[1].splitlines():
        # The service runs in this very loop, which mustn't be held up.
        calling = await asyncio.create_subprocess_shell(command, PIPE, PIPE, PIPE, cwd=samples, env=environment)
        written, complained = await calling.communicate()
        assert calling.returncode == 0, (command, written, complained)
