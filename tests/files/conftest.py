"""The use cases of files, on a real PostgreSQL and a real S3."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
import pytest

from service.domain.scope import Scope
from service.files.direct import DirectUploads
from service.files.erasing import Eraser
from service.files.library import Library
from service.files.presigned import PreparedUpload, PresignedUploads, UploadRequest
from service.files.settings import FileSettings
from service.files.sweeps import FileSweeps
from service.objects.store import ObjectStore
from service.postgres.database import Database
from service.postgres.files import FileQueries
from tests.world import World

SETTINGS = FileSettings(max_size_bytes=20 * 1024 * 1024)


@dataclass
class Files:
    """The use cases, and how a client sends bytes."""

    presigned: PresignedUploads
    direct: DirectUploads
    library: Library
    queries: FileQueries
    sweeps: FileSweeps
    store: ObjectStore

    async def prepare(self, scope: Scope, **given: object) -> PreparedUpload:
        values = {"name": "invoice", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1, **given}
        return (await self.presigned.prepare(scope, [UploadRequest(**values)]))[0]  # type: ignore[arg-type]

    async def put(self, prepared: PreparedUpload, data: bytes) -> int:
        headers = prepared.presigned.headers
        async with (
            aiohttp.ClientSession() as session,
            session.put(prepared.presigned.url, data=data, headers=headers) as response,
        ):
            return response.status

    async def content(self, scope: Scope, prepared: PreparedUpload) -> bytes:
        download = await self.library.open_download(scope, prepared.file_id)
        return b"".join([chunk async for chunk in self.library.stream(download)])


@pytest.fixture
def files(database: Database, object_store: ObjectStore) -> Files:
    queries = FileQueries(database)
    presigned = PresignedUploads(database, queries, object_store, SETTINGS)
    library = Library(database, queries, object_store, SETTINGS)
    eraser = Eraser(database, object_store)
    return Files(
        presigned=presigned,
        direct=DirectUploads(queries, object_store, SETTINGS),
        library=library,
        queries=queries,
        sweeps=FileSweeps(database, library, presigned, eraser, upload_lifetime=SETTINGS.upload_lifetime),
        store=object_store,
    )


@pytest.fixture
def scope(world: World) -> Scope:
    return world.organization()
