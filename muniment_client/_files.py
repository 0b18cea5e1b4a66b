"""The files of an organization."""

# ruff: noqa: ASYNC109  # operations take their deadline as `timeout`

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from muniment.files.v1 import file_pb2
from muniment.files.v1 import file_service_pb2 as pb
from muniment.models import DownloadInfo, File, FileLinkRole, FileStatus, ProcessingStatus, ProcessingTrack
from muniment.readings.v1.reading_service_pb2 import DownloadPageRequest

from muniment_client._calls import Calls, Deadline
from muniment_client._downloads import Downloads
from muniment_client._faces import Async, Face, Faced, listing, operation, streaming
from muniment_client._items import Document, PartialUpload, PreparedUpload, UploadItem, UploadMode, track_number
from muniment_client._pages import Pages, list_of
from muniment_client._readings import picture_of
from muniment_client._sources import AnySource, Meter, Progress, Source, StoredSource, opened
from muniment_client._uploads import Uploads, confirmed
from muniment_client._wire import decode, enum_number, fill_checked, timestamp_message, timestamp_value
from muniment_client.errors import DeadlineExceededError

if TYPE_CHECKING:
    from muniment_client._store import StoreClient

OnProgress = Callable[[Progress], None]

_ASKED_AT_ONCE = 100
_ENDED = (FileStatus.ERROR, FileStatus.DELETED)
_READ = (ProcessingStatus.COMPLETED, ProcessingStatus.FAILED)


@dataclass(frozen=True, slots=True)
class DownloadUrl:
    """A URL from which anyone can read a file's bytes for a while."""

    url: str
    expires_at: datetime


class Files(Faced[Face]):
    """The files of an organization: taking them in, handing them out."""

    def __init__(self, calls: Calls, store: Callable[[], StoreClient]) -> None:
        self._calls = calls
        self._uploads = Uploads(calls, store)
        self._downloads = Downloads(calls)

    @operation
    async def upload(
        self: Files[Async],
        source: AnySource,
        *,
        file_name: str | None = None,
        mime_type: str | None = None,
        folder_id: str | None = None,
        project_id: str | None = None,
        track: ProcessingTrack | None = None,
        external_file_id: str | None = None,
        checksum_sha256: str | None = None,
        mode: UploadMode | str = UploadMode.PRESIGNED,
        progress: OnProgress | None = None,
        on_started: Callable[[PartialUpload], None] | None = None,
        resume: PartialUpload | None = None,
        timeout: float | None = None,
    ) -> File:
        """Upload a document, and answer the file that it became. What it says is read from then on: see `follow`.

        Args:
            source: a path, bytes, an open binary file, or an iterable of bytes.
            file_name: the name to keep; a path's own when absent.
            mime_type: the media type; told by the name when absent.
            checksum_sha256: the SHA-256 in base64, when it is known already.
            mode: straight to the object store, which checks the SHA-256; or through the service.
            progress: told how many bytes have been sent, every 256 KiB or so. It mustn't block.
            on_started: told what is needed to go on with the upload, before its bytes are sent. An upload that is then
                interrupted is left as it is; without it, it is undone.
            resume: an upload of this document that was interrupted. What has arrived isn't sent again.
            timeout: for all of it, in seconds; none when absent.

        Raises:
            SourceError: the document can't be read, or has no name.
            UploadError: it is empty or too large, or changed while it was sent.
            MunimentError: any other that the service answers.
        """
        item = UploadItem(
            source=cast(StoredSource, source),
            file_name=file_name,
            mime_type=mime_type,
            folder_id=folder_id,
            track=track,
            external_file_id=external_file_id,
            checksum_sha256=checksum_sha256,
            resume=resume,
        )
        async with _within(timeout, "The upload"), opened(source, file_name, mime_type) as opened_source:
            meter = Meter(opened_source.size, progress)
            if UploadMode(mode) is UploadMode.PRESIGNED:
                return await self._uploads.upload(
                    item, opened_source, project_id=project_id, on_started=on_started, meter=meter
                )
            options = _options(folder_id, project_id, track, external_file_id)
            document = await Document.of(item, opened_source)
            files = await self._uploads.send([document], options, meter, lambda _: nullcontext(opened_source))
            return confirmed(files, document.file_name)

    @operation
    async def prepare(self: Files[Async], items: Sequence[UploadItem]) -> tuple[PreparedUpload, ...]:
        """Make pending files for up to 1,000 documents, with a presigned URL for each: next, `put` and `confirm`."""
        return await self._uploads.prepare([await _document(item) for item in items])

    @operation
    async def put(self: Files[Async], prepared: PreparedUpload, *, progress: OnProgress | None = None) -> None:
        """Send the bytes of a prepared upload to the object store, with retries.

        Raises:
            SourceError, UploadError: the document can't be read, or isn't what it was when it was prepared.
            PermissionDeniedError: the URL has expired.
        """
        async with _opened(prepared.item) as source:
            await self._uploads.put(prepared, source, Meter(source.size, progress))

    @operation
    async def confirm(
        self: Files[Async], file_ids: Iterable[str], *, project_id: str | None = None
    ) -> tuple[File, ...]:
        """Say that the bytes of up to 1,000 files have been sent. `error` of a file says why it isn't confirmed."""
        return await self._uploads.confirm(tuple(file_ids), project_id)

    @operation
    async def fail(self: Files[Async], file_ids: Iterable[str]) -> tuple[File, ...]:
        """Say that the bytes of up to 1,000 files won't come."""
        return await self._uploads.fail(tuple(file_ids))

    @operation
    async def send(
        self: Files[Async],
        items: Sequence[UploadItem],
        *,
        folder_id: str | None = None,
        project_id: str | None = None,
        track: ProcessingTrack | None = None,
        external_file_id: str | None = None,
        progress: OnProgress | None = None,
    ) -> tuple[File, ...]:
        """Send several documents through the service in one call: all or nothing. Fast for many small ones.

        Folder, track and external id are the call's, not the items'.
        """
        documents = [await _document(item) for item in items]
        meter = Meter(sum(document.size for document in documents), progress)
        options = _options(folder_id, project_id, track, external_file_id)
        return await self._uploads.send(documents, options, meter, lambda document: _opened(document.item))

    @listing
    def list(
        self: Files[Async],
        *,
        folder_id: str | None = None,
        project_id: str | None = None,
        status: FileStatus | None = None,
        processing_status: ProcessingStatus | None = None,
        name: str | None = None,
        file_name: str | None = None,
        category: str | None = None,
        tag: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        file_ids: Iterable[str] = (),
        checksum_sha256: Iterable[str] = (),
        external_file_id: str | None = None,
        is_active: bool | None = None,
        order_by: str | None = None,
        page_size: int | None = None,
    ) -> Pages[Async, File]:
        """List files, newest first unless `order_by` says otherwise; deleted ones only with that status.

        Args:
            name: a part of the name, letter case ignored. `file_name` is the whole name.
            created_after: inclusive; `created_before` is exclusive. Both are aware times.
            file_ids: these files, at most 1,000.
            checksum_sha256: files with one of these SHA-256 (base64), at most 100.
            order_by: `name`, `created_at` or `id`, with ` desc` for the other way round.
        """
        request = pb.ListFilesRequest(
            folder_id=folder_id,
            project_id=project_id,
            status=enum_number(file_pb2.FileStatus.DESCRIPTOR, status),
            processing_status=enum_number(file_pb2.ProcessingStatus.DESCRIPTOR, processing_status),
            name=name,
            file_name=file_name,
            category=category,
            tag=tag,
            created_after=timestamp_message(created_after),
            created_before=timestamp_message(created_before),
            file_ids=tuple(file_ids),
            checksum_sha256=tuple(checksum_sha256),
            external_file_id=external_file_id,
            is_active=is_active,
            order_by=order_by,
            size=page_size,
        )
        return list_of(self._calls, request, pb.ListFilesResponse, File)

    @operation
    async def get(self: Files[Async], file_id: str, *, timeout: float | None = None) -> File:
        """Get a file, a deleted one too."""
        answer = await self._calls.unary(pb.GetFileRequest(file_id=file_id), pb.GetFileResponse, timeout)
        return decode(answer.file, File)

    @operation
    async def download(
        self: Files[Async],
        file_id: str,
        target: str | os.PathLike[str] | BinaryIO,
        *,
        progress: OnProgress | None = None,
        overwrite: bool = False,
        timeout: float | None = None,
    ) -> DownloadInfo:
        """Write a file's bytes to a path, into a folder under the file's own name, or to an open binary file.

        A path has the file once all of it has come. What an interrupted download left beside it isn't fetched again.

        Raises:
            TargetError: it exists and isn't to be overwritten, or can't be written.
        """
        deadline = Deadline.after(timeout)
        if isinstance(target, (str, os.PathLike)):
            return await self._downloads.to_path(
                file_id, Path(target), progress, overwrite=overwrite, deadline=deadline
            )
        info = await self._downloads.info(file_id)
        await self._downloads.to_file(file_id, target, Meter(info.size_bytes, progress), offset=0, deadline=deadline)
        return info

    @streaming
    async def stream(
        self: Files[Async],
        file_id: str,
        *,
        offset: int = 0,
        length: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[bytes]:
        """Read a file's bytes, or a part of them, as they come. A cut connection is taken up where it was cut."""
        deadline = Deadline.after(timeout)
        async for chunk in self._downloads.stream(file_id, offset=offset, length=length, deadline=deadline):
            yield chunk

    @operation
    async def read(self: Files[Async], file_id: str, *, timeout: float | None = None) -> bytes:
        """Read all bytes of a file into memory."""
        return b"".join([chunk async for chunk in self.stream(file_id, timeout=timeout)])

    @operation
    async def download_url(self: Files[Async], file_id: str, *, timeout: float | None = None) -> DownloadUrl:
        """Make a URL from which anyone can read the file's bytes for a while."""
        request = pb.GetDownloadUrlRequest(file_id=file_id)
        answer = await self._calls.unary(request, pb.GetDownloadUrlResponse, timeout)
        return DownloadUrl(answer.url, timestamp_value(answer.expires_at))

    @operation
    async def page(
        self: Files[Async], file_id: str, page: int = 1, *, evidence: bool = False, timeout: float | None = None
    ) -> bytes:
        """Get the picture (PNG) of a page, from 1. With `evidence`, each place that was read has a box around it."""
        request = DownloadPageRequest(file_id=file_id, page=f"{page}.png", evidence=evidence)
        return await picture_of(self._calls, request, timeout)

    @operation
    async def update(
        self: Files[Async], file_id: str, changes: Mapping[str, Any], *, timeout: float | None = None
    ) -> File:
        """Change what is said of a file.

        Args:
            changes: by the names of REST, such as `{"purpose": "audit", "expires_at": None}`; None empties a field.

        Raises:
            ValidationError: a value isn't right; `fields` names each.
        """
        request = pb.UpdateFileRequest(file_id=file_id)
        fill_checked(request, {name: value for name, value in changes.items() if value is not None}, "")
        request.update_mask.paths.extend(changes)
        answer = await self._calls.unary(request, pb.UpdateFileResponse, timeout)
        return decode(answer.file, File)

    @operation
    async def link(
        self: Files[Async],
        file_id: str,
        link_type: str,
        link_id: str,
        *,
        role: FileLinkRole = FileLinkRole.DOCUMENT,
        timeout: float | None = None,
    ) -> File:
        """Link a file to a thing in your own system, or change the role of the link. See `File.links`."""
        link = file_pb2.FileLink(type=link_type, id=link_id, role=enum_number(file_pb2.FileLinkRole.DESCRIPTOR, role))
        request = pb.PutFileLinksRequest(file_id=file_id, links=[link])
        answer = await self._calls.unary(request, pb.PutFileLinksResponse, timeout)
        return decode(answer.file, File)

    @operation
    async def unlink(
        self: Files[Async], file_id: str, link_type: str, link_id: str, *, timeout: float | None = None
    ) -> File:
        """Take a link away."""
        request = pb.DeleteFileLinkRequest(file_id=file_id, link_type=link_type, link_id=link_id)
        answer = await self._calls.unary(request, pb.DeleteFileLinkResponse, timeout)
        return decode(answer.file, File)

    @operation
    async def expunge(self: Files[Async], file_id: str, *, timeout: float | None = None) -> File:
        """Delete a file for good: its bytes and what was read from it can't be recovered. Answers its tombstone.

        Raises:
            ConflictError: that was done already.
        """
        answer = await self._calls.unary(pb.ExpungeFileRequest(file_id=file_id), pb.ExpungeFileResponse, timeout)
        return decode(answer.file, File)

    @operation
    async def delete(self: Files[Async], file_id: str, *, timeout: float | None = None) -> File:
        """Delete a file; it can be recovered. Deleting a deleted file changes nothing."""
        answer = await self._calls.unary(pb.DeleteFileRequest(file_id=file_id), pb.DeleteFileResponse, timeout)
        return decode(answer.file, File)

    @operation
    async def recover(self: Files[Async], file_id: str, *, timeout: float | None = None) -> File:
        """Bring a deleted file back with the status that it had."""
        answer = await self._calls.unary(pb.RecoverFileRequest(file_id=file_id), pb.RecoverFileResponse, timeout)
        return decode(answer.file, File)

    @operation
    async def process(
        self: Files[Async], file_id: str, event_type: str = "PROCESS_DOCUMENT", *, timeout: float | None = None
    ) -> None:
        """Have an uploaded file read again. What a person corrected stays.

        Raises:
            ConflictError: the file isn't uploaded.
        """
        request = pb.SendEventRequest(event_type=event_type, detail=pb.SendEventDetail(file_id=file_id))
        await self._calls.unary(request, pb.SendEventResponse, timeout)

    @streaming
    async def follow(self: Files[Async], file_ids: Iterable[str], *, interval: float = 0.5) -> AsyncIterator[File]:
        """Give each file now and whenever its state or category changes; end when all are read, failed or deleted.

        A file that was just sent to be read again must be followed only after that call.
        """
        states: dict[str, object] = dict.fromkeys(file_ids)
        waiting = list(states)
        while waiting:
            for file in await self._look(waiting):
                state = (file.status, file.processing_status, file.category)
                if states[file.id] != state:
                    states[file.id] = state
                    if file.status in _ENDED or file.processing_status in _READ:
                        waiting.remove(file.id)
                    yield file
            if waiting:
                await asyncio.sleep(interval)

    @operation
    async def wait(self: Files[Async], file_id: str, *, timeout: float | None = 300.0) -> File:
        """Wait until a file has been read, or couldn't be, and answer it then: see `processing_status` and `error`.

        Raises:
            DeadlineExceededError: it hasn't been read within `timeout` seconds; it will be.
        """
        async with _within(timeout, "Reading the file"):
            return [file async for file in self.follow([file_id], interval=0.2)][-1]

    async def _look(self: Files[Async], file_ids: Sequence[str]) -> tuple[File, ...]:
        found: dict[str, File] = {}
        for start in range(0, len(file_ids), _ASKED_AT_ONCE):
            asked = file_ids[start : start + _ASKED_AT_ONCE]
            page = await self.list(file_ids=asked, page_size=_ASKED_AT_ONCE).page()
            found |= {file.id: file for file in page.items}
        # Lists leave out deleted and inactive files.
        return tuple([found.get(file_id) or await self.get(file_id) for file_id in file_ids])


@asynccontextmanager
async def _within(seconds: float | None, what: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise DeadlineExceededError(f"{what} took longer than {seconds} s.", reason="DEADLINE_EXCEEDED") from None


def _opened(item: UploadItem) -> AbstractAsyncContextManager[Source]:
    return opened(item.source, item.file_name, item.mime_type)


async def _document(item: UploadItem) -> Document:
    async with _opened(item) as source:
        return await Document.of(item, source)


def _options(
    folder_id: str | None, project_id: str | None, track: ProcessingTrack | None, external_file_id: str | None
) -> pb.UploadFilesOptions:
    return pb.UploadFilesOptions(
        folder_id=folder_id,
        project_id=project_id,
        processing_track=track_number(track),
        external_file_id=external_file_id,
    )
