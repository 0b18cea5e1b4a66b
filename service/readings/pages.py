"""Pictures of pages, with boxes around the places that values were read from."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from service.domain.documents import DrawnPage
from service.domain.errors import (
    DocumentTooLargeError,
    FileGoneError,
    FileHasNoContentError,
    FileNotFoundInOrganizationError,
    PageNotFoundError,
    ReadingNotFoundError,
)
from service.domain.evidence import Box
from service.domain.files import File, split_name
from service.domain.scope import Scope
from service.objects.store import ObjectStore
from service.postgres.database import Database
from service.postgres.files import FileQueries
from service.postgres.readings import ReadingQueries

Draw = Callable[[Path, str | None, DrawnPage, Path], Awaitable[int]]
"""Draws a page of the document at a path, whose declared type follows, to another path; answers how many there are."""

_MAX_BYTES = 256 * 1024 * 1024
# As the worker names its own: it removes those that a killed process left behind.
_DIRECTORY_PREFIX = "muniment-document-"


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as PNG. `etag` has its quotes."""

    file_name: str
    content: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class ReadingPages:
    """Draws pages anew for each call: what is asked for now and then needn't be kept, erased or made anew."""

    database: Database
    store: ObjectStore
    draw: Draw

    async def of_reading(self, scope: Scope, reading_id: UUID, number: int, *, evidence: bool) -> PagePicture:
        """Draw a page (from 1) of a reading's file. Raises ReadingNotFoundError and what `of_file` does."""
        row = await ReadingQueries(self.database).get(scope, reading_id)
        if row is None:
            raise ReadingNotFoundError(f"the organization has no reading {reading_id}")
        return await self.of_file(scope, row.file_id, number, evidence=evidence)

    async def of_file(self, scope: Scope, file_id: UUID, number: int, *, evidence: bool) -> PagePicture:
        """Draw a page of a file, with the boxes of its evidence if it is asked for and there is a reading.

        Raises:
            FileNotFoundInOrganizationError, FileHasNoContentError, FileGoneError: there is nothing to draw.
            PageNotFoundError: the document has no such page, or none that can be drawn.
            EncryptedDocumentError, CorruptDocumentError, UnsupportedTypeError, DocumentTooLargeError,
            DocumentTooComplexError, EmptyDocumentError: what is wrong with the document.
        """
        file = await FileQueries(self.database).get(scope, file_id)
        if file is None:
            raise FileNotFoundInOrganizationError(f"the organization has no file {file_id}")
        _check(file)
        boxes = await self._boxes(scope, file_id, number) if evidence else ()
        content = await self._drawn(file, DrawnPage(number, boxes))
        stem, _ = split_name(file.file_name)
        return PagePicture(f"{stem[:200]}-{number}.png", content, f'"{hashlib.sha256(content).hexdigest()}"')

    async def _boxes(self, scope: Scope, file_id: UUID, number: int) -> tuple[tuple[str, Box], ...]:
        queries = ReadingQueries(self.database)
        row = await queries.of_file(scope, file_id)
        found = (await queries.evidence(scope, row.id) if row is not None else None) or ()
        return tuple(
            (entry["producer"], Box(*map(float, entry["box"])))
            for entry in found
            if entry.get("page") == number and entry.get("box")
        )

    async def _drawn(self, file: File, page: DrawnPage) -> bytes:
        with tempfile.TemporaryDirectory(prefix=_DIRECTORY_PREFIX) as directory:
            path, output = Path(directory) / "document", Path(directory) / "page"
            await self.store.download_to(file.object_key, path)
            count = await self.draw(path, file.mime_type, page, output)
            if count == 0:
                raise PageNotFoundError("the document has no pages that can be drawn: only PDF and pictures have")
            if not output.exists():
                last = f" to {count}.png" if count > 1 else ""
                raise PageNotFoundError(f"the document has no page {page.number}: ask for 1.png{last}")
            return await asyncio.to_thread(output.read_bytes)


def _check(file: File) -> None:
    if file.expunged_at is not None:
        raise FileGoneError("the file was deleted for good: its pages don't come back")
    if not file.is_confirmed:
        raise FileHasNoContentError(f"the file is {file.status}: only the pages of an uploaded file can be drawn")
    if (file.size_bytes or 0) > _MAX_BYTES:
        raise DocumentTooLargeError(f"the file has {file.size_bytes} bytes; pages of at most {_MAX_BYTES} are drawn")
