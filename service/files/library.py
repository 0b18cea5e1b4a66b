"""Listing, getting, deleting and recovering files, handing out their bytes, running the pipeline again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from service.domain.disposition import attachment
from service.domain.errors import (
    FileHasNoContentError,
    FileNotFoundInOrganizationError,
    FileNotUploadedError,
    RangeNotSatisfiableError,
    UnknownEventTypeError,
)
from service.domain.events import DOCUMENT_EVENTS, NewEvent
from service.domain.files import NEWEST_FIRST, File, FileOrder, FileStatus
from service.domain.scope import Scope
from service.files.classification import wait_classified
from service.files.settings import FileSettings
from service.objects.store import ObjectStore
from service.postgres import files as rows
from service.postgres.database import Database
from service.postgres.events import append
from service.postgres.file_lists import FileFilters
from service.postgres.files import FileQueries
from service.postgres.jobs import emit
from service.postgres.paging import MAXIMUM_SIZE, Page, PageRequest


@dataclass(frozen=True, slots=True)
class Download:
    """A part of a file's bytes, or all of them."""

    file: File
    size: int
    """Of the whole file, in bytes."""
    offset: int
    length: int


class Library:
    """The files of organizations."""

    def __init__(self, database: Database, files: FileQueries, store: ObjectStore, settings: FileSettings) -> None:
        self._database = database
        self._files = files
        self._store = store
        self._settings = settings

    def url_of(self, file: File) -> str:
        """Give the final address of a file's bytes in the store. It isn't signed."""
        return self._store.object_url(file.object_key)

    async def list_files(
        self,
        scope: Scope,
        filters: FileFilters,
        *,
        page: int | None,
        size: int | None,
        cursor: str | None,
        order: FileOrder = NEWEST_FIRST,
        maximum: int = MAXIMUM_SIZE,
    ) -> Page[File]:
        """List files; deleted, inactive and derived ones only when they are asked for.

        Args:
            maximum: of `size`; more is taken as this.

        Raises:
            InvalidCursorError: the cursor isn't one of these filters in this order.
        """
        narrowed = filters.given() | ({"order": order} if order != NEWEST_FIRST else {})
        request = PageRequest.of({"list": "files", **narrowed}, page=page, size=size, cursor=cursor, maximum=maximum)
        return await self._files.list_page(scope, filters, request, order)

    async def get(self, scope: Scope, file_id: UUID) -> File:
        """Get one file, a deleted one too.

        Raises:
            FileNotFoundInOrganizationError: the organization has no such file.
        """
        file = await self._files.get(scope, file_id)
        if file is None:
            raise FileNotFoundInOrganizationError(f"the organization has no file {file_id}")
        return file

    async def wait_classified(self, scope: Scope, ids: Sequence[UUID], seconds: float) -> list[File]:
        """Wait, at most so long, until it is known what kind of document each file is; answer the files then."""
        return await wait_classified(self._files, scope, ids, seconds)

    async def delete(self, scope: Scope, file_id: UUID) -> File:
        """Delete a file so that it can be recovered. Deleting a deleted file changes nothing."""
        async with self._database.transaction(scope) as tx:
            if await rows.mark_deleted(tx, file_id):
                await append(tx, [NewEvent("file.deleted", file_id, scope.user_id, {"file_id": str(file_id)})])
        return await self.get(scope, file_id)

    async def recover(self, scope: Scope, file_id: UUID) -> File:
        """Give a deleted file the status back that it had. Recovering what isn't deleted changes nothing."""
        async with self._database.transaction(scope) as tx:
            if await rows.mark_recovered(tx, file_id):
                await append(tx, [NewEvent("file.recovered", file_id, scope.user_id, {"file_id": str(file_id)})])
        return await self.get(scope, file_id)

    async def send_event(self, scope: Scope, event_type: str, file_id: UUID) -> None:
        """Run the pipeline again.

        Raises:
            UnknownEventTypeError: no such event can be sent.
            FileNotUploadedError: the file isn't `uploaded`.
        """
        if event_type not in DOCUMENT_EVENTS:
            known = " and ".join(sorted(DOCUMENT_EVENTS))
            raise UnknownEventTypeError(f"the event {event_type} can't be sent; the known ones are {known}")
        async with self._database.transaction(scope) as tx:
            file = (await rows.lock(tx, [file_id])).get(file_id)
            if file is None:
                raise FileNotFoundInOrganizationError(f"the organization has no file {file_id}")
            if not file.is_confirmed:
                raise FileNotUploadedError(f"the file is {file.status}: only an uploaded file can be processed")
            await emit(tx, event_type, [file_id])

    async def open_download(
        self, scope: Scope, file_id: UUID, *, offset: int = 0, limit: int | None = None
    ) -> Download:
        """Say what a download will send.

        Args:
            offset: the first byte; negative counts from the end.
            limit: how many bytes at most.

        Raises:
            FileHasNoContentError: the file isn't `uploaded`.
            RangeNotSatisfiableError: the range lies outside the file.
        """
        file = await self.get(scope, file_id)
        size = _size_of(file)
        start = max(size + offset, 0) if offset < 0 else offset
        if start >= size:
            raise RangeNotSatisfiableError(f"the file has {size} bytes", details={"size_bytes": size})
        length = size - start if limit is None else min(limit, size - start)
        return Download(file, size, start, length)

    def stream(self, download: Download) -> AsyncIterator[bytes]:
        """Stream the bytes of a download."""
        return self._store.chunks(download.file.object_key, offset=download.offset, length=download.length)

    async def download_url(self, scope: Scope, file_id: UUID) -> tuple[str, datetime]:
        """Make a presigned URL, from which anyone can read the bytes until the time that is answered with it.

        Raises:
            FileHasNoContentError: the file isn't `uploaded`.
        """
        file = await self.get(scope, file_id)
        _size_of(file)
        now = datetime.now(UTC)
        url = self._store.presign_get(
            file.object_key,
            content_type=file.mime_type,
            content_disposition=attachment(file.file_name),
            expires_in=self._settings.download_lifetime,
            now=now,
        )
        return url, now + self._settings.download_lifetime


def _size_of(file: File) -> int:
    if file.status == FileStatus.DELETED:
        raise FileHasNoContentError("the file is deleted: recover it to read its bytes")
    if file.status != FileStatus.UPLOADED or file.size_bytes is None:
        raise FileHasNoContentError(f"the file is {file.status}: it has no bytes until its upload is confirmed")
    return file.size_bytes
