"""Listing, getting, changing, deleting and recovering files, handing out their bytes, running the pipeline again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from service.domain.disposition import attachment
from service.domain.errors import (
    FileGoneError,
    FileHasNoContentError,
    FileNotFoundInOrganizationError,
    FileNotUploadedError,
    FileStatusConflictError,
    InvalidRequestError,
    UnknownEventTypeError,
    Violation,
)
from service.domain.events import DOCUMENT_EVENTS, NewEvent
from service.domain.files import (
    NEWEST_FIRST,
    RECORD_LINKS,
    File,
    FileChanges,
    FileLink,
    FileOrder,
    FileStatus,
    byte_range,
)
from service.domain.scope import Scope
from service.files.classification import wait_classified
from service.files.details import expiry_violations, info_violations
from service.files.erasing import Eraser
from service.files.settings import FileSettings
from service.objects.store import ObjectStore
from service.postgres import file_changes
from service.postgres import files as rows
from service.postgres.database import Database, Transaction
from service.postgres.events import append
from service.postgres.file_lists import FileFilters
from service.postgres.files import FileQueries
from service.postgres.jobs import emit
from service.postgres.paging import MAXIMUM_SIZE, Page, PageRequest

_OWN_LINK = "is a link to a record, which only the service makes: choose another type"


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
        self._eraser = Eraser(database, store)

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

    async def get_by_number(self, scope: Scope, number: int) -> File:
        """Get one file by its number, a deleted one too.

        Raises:
            FileNotFoundInOrganizationError: the organization has no such file.
        """
        file = await self._files.get_by_number(scope, number)
        if file is None:
            raise FileNotFoundInOrganizationError(f"the organization has no file {number}")
        return file

    async def get_many(self, scope: Scope, ids: Sequence[UUID]) -> dict[UUID, File]:
        """Get files by id, deleted ones too; those that the organization doesn't have are left out."""
        return await self._files.get_many(scope, ids)

    async def update(self, scope: Scope, file_id: UUID, changes: FileChanges) -> File:
        """Change what is said of a file.

        Raises:
            InvalidRequestError: an expiry in the past, or far too much information.
            FileStatusConflictError: the file is deleted.
        """
        given = changes.given()
        violations = expiry_violations(given.get("expires_at"), "expires_at")
        for name in ("resource_info", "permission_info"):
            violations += info_violations(given.get(name), name)
        if violations:
            raise InvalidRequestError(violations)
        async with self._database.transaction(scope) as tx:
            if await file_changes.change(tx, file_id, given):
                payload = {"file_id": str(file_id), "fields": sorted(given)}
                await append(tx, [NewEvent("file.updated", file_id, scope.user_id, payload)])
                changed = True
            else:
                changed = False
        file = await self.get(scope, file_id)
        if not changed:
            raise _deleted(file)
        return file

    async def put_links(self, scope: Scope, file_id: UUID, links: Sequence[FileLink]) -> File:
        """Link a file to things; a link that is there takes the role, and of several to one thing the last counts.

        Raises:
            InvalidRequestError: a link to a record, which only the service makes.
            FileStatusConflictError: the file is deleted.
        """
        wanted = {(link.type, link.id): link for link in links}
        own = [index for index, link in enumerate(links) if link.type in RECORD_LINKS]
        if own:
            raise InvalidRequestError([Violation(f"links[{index}].type", _OWN_LINK) for index in own])
        async with self._database.transaction(scope) as tx:
            await _lock_live(tx, file_id)
            await file_changes.put_links(tx, file_id, list(wanted.values()))
            await file_changes.touch(tx, file_id)
        return await self.get(scope, file_id)

    async def delete_link(self, scope: Scope, file_id: UUID, link_type: str, link_id: str) -> File:
        """Take a link away; one that isn't there is no error.

        Raises:
            InvalidRequestError: a link to a record, which only the service makes.
            FileStatusConflictError: the file is deleted.
        """
        if link_type in RECORD_LINKS:
            raise InvalidRequestError([Violation("link_type", _OWN_LINK)])
        async with self._database.transaction(scope) as tx:
            await _lock_live(tx, file_id)
            if await file_changes.delete_link(tx, file_id, link_type, link_id):
                await file_changes.touch(tx, file_id)
        return await self.get(scope, file_id)

    async def delete(self, scope: Scope, file_id: UUID) -> File:
        """Delete a file and what was derived from it; it can be recovered. Deleting it again changes nothing."""
        async with self._database.transaction(scope) as tx:
            if await file_changes.mark_deleted(tx, file_id):
                await append(tx, [NewEvent("file.deleted", file_id, scope.user_id, {"file_id": str(file_id)})])
        return await self.get(scope, file_id)

    async def recover(self, scope: Scope, file_id: UUID) -> File:
        """Give a deleted file, and what was deleted with it, the status back that it had. Recovering what isn't deleted
        changes nothing.

        Raises:
            FileStatusConflictError: the file was deleted for good.
        """
        async with self._database.transaction(scope) as tx:
            file = await _lock(tx, file_id)
            if file.expunged_at is not None:
                raise _deleted(file)
            if await file_changes.mark_recovered(tx, file_id):
                await append(tx, [NewEvent("file.recovered", file_id, scope.user_id, {"file_id": str(file_id)})])
        return await self.get(scope, file_id)

    async def expunge(self, scope: Scope, file_id: UUID) -> File:
        """Delete a file for good: its bytes, what was derived from it, what was read from it. A tombstone stays.

        When the store is away, the bytes go as soon as it is back.

        Raises:
            FileStatusConflictError: that was done before.
        """
        async with self._database.transaction(scope) as tx:
            file = await _lock(tx, file_id)
            if file.expunged_at is not None:
                raise _deleted(file)
            await file_changes.mark_expunged(tx, file_id)
            await append(tx, [NewEvent("file.expunged", file_id, scope.user_id, {"file_id": str(file_id)})])
        await self._eraser.erase_now(scope, [file_id])
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
            file = await _lock(tx, file_id)
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
            FileGoneError: the file was deleted for good.
            RangeNotSatisfiableError: the range lies outside the file.
        """
        file = await self.get(scope, file_id)
        size = _size_of(file)
        asked = byte_range(size, offset=offset, limit=limit)
        return Download(file, size, asked.start, len(asked))

    def stream(self, download: Download) -> AsyncIterator[bytes]:
        """Stream the bytes of a download."""
        return self._store.chunks(download.file.object_key, offset=download.offset, length=download.length)

    async def download_url(
        self, scope: Scope, file_id: UUID, lifetime: timedelta | None = None
    ) -> tuple[str, datetime]:
        """Make a presigned URL, from which anyone can read the bytes until the time that is answered with it.

        Args:
            lifetime: how long it works, at most seven days; the configured time when absent.

        Raises:
            FileHasNoContentError: the file isn't `uploaded`.
            FileGoneError: the file was deleted for good.
        """
        return self.sign_download(await self.get(scope, file_id), lifetime)

    def sign_download(self, file: File, lifetime: timedelta | None = None) -> tuple[str, datetime]:
        """Do what `download_url` does, for a file that is at hand."""
        _size_of(file)
        now, expires_in = datetime.now(UTC), lifetime or self._settings.download_lifetime
        url = self._store.presign_get(
            file.object_key,
            content_type=file.mime_type,
            content_disposition=attachment(file.file_name),
            expires_in=expires_in,
            now=now,
        )
        return url, now + expires_in


async def _lock(tx: Transaction, file_id: UUID) -> File:
    file = (await rows.lock(tx, [file_id])).get(file_id)
    if file is None:
        raise FileNotFoundInOrganizationError(f"the organization has no file {file_id}")
    return file


async def _lock_live(tx: Transaction, file_id: UUID) -> File:
    file = await _lock(tx, file_id)
    if file.status == FileStatus.DELETED:
        raise _deleted(file)
    return file


def _deleted(file: File) -> FileStatusConflictError:
    if file.expunged_at is not None:
        return FileStatusConflictError(f"the file {file.id} was deleted for good: nothing of it can be changed")
    return FileStatusConflictError(f"the file {file.id} is deleted: recover it first")


def _size_of(file: File) -> int:
    if file.expunged_at is not None:
        raise FileGoneError("the file was deleted for good: its bytes don't come back")
    if file.status == FileStatus.DELETED:
        raise FileHasNoContentError("the file is deleted: recover it to read its bytes")
    if file.status != FileStatus.UPLOADED or file.size_bytes is None:
        raise FileHasNoContentError(f"the file is {file.status}: it has no bytes until its upload is confirmed")
    return file.size_bytes
