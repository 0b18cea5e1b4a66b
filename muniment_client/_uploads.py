"""Uploads: straight to the store or through the service, whole or in parts, begun anew or gone on with."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from muniment.files.v1 import file_pb2
from muniment.files.v1 import file_service_pb2 as pb
from muniment.models import ErrorReason, File, FileStatus

from muniment_client._calls import Calls
from muniment_client._items import Document, OnStarted, PartialUpload, PreparedUpload, UploadItem, track_number
from muniment_client._parts import PartUploads
from muniment_client._sources import Meter, Source
from muniment_client._wire import decode_all, timestamp_value
from muniment_client.errors import (
    ConflictError,
    MunimentError,
    NotFoundError,
    UploadError,
    class_of,
)

if TYPE_CHECKING:
    from muniment_client._store import StoreClient

PARTS_FROM_BYTES = 64 * 1024 * 1024
"""From this size on a file is sent in parts."""
_UNDO_SECONDS = 10.0
# What a presigned upload takes as an extension; other names go by the call for parts, which takes any.
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,16}")
# The last dot of a name ends its stem, unless the name begins with it.
_NAME = re.compile(r"(.+)\.([^.]*)", re.DOTALL)

Reopen = Callable[[Document], AbstractAsyncContextManager[Source]]
"""Opens a document, for each try anew."""


class Uploads:
    """Uploads files in one organization."""

    def __init__(self, calls: Calls, store: Callable[[], StoreClient]) -> None:
        self._calls = calls
        self._store = store
        self._parts = PartUploads(calls, store)

    async def upload(
        self,
        item: UploadItem,
        source: Source,
        *,
        project_id: str | None,
        on_started: OnStarted | None,
        meter: Meter,
    ) -> File:
        """Send a document straight to the store; go on with `item.resume` if that is what it was an upload of.

        Without `on_started`, an upload that fails or is interrupted is undone as far as it can be.
        """
        document = await Document.of(item, source)
        resumed = await self._resume(document, project_id, meter)
        if isinstance(resumed, File):
            return resumed
        started = resumed or await self._start(document)
        if resumed is None and on_started is not None:
            on_started(started.partial)
        try:
            if started.prepared is not None:
                await self.put(started.prepared, source, meter)
                return confirmed(await self.confirm([started.partial.file_id], project_id), source.file_name)
            file = await self._parts.send(started.partial, source, started.arrived, project_id=project_id, meter=meter)
            return confirmed([file], source.file_name)
        except BaseException:
            if on_started is None:
                await self.undo(started.partial)
            raise

    async def prepare(self, documents: Sequence[Document]) -> tuple[PreparedUpload, ...]:
        """Make pending files, with a presigned URL for each."""
        answer = await self._calls.unary(
            pb.CreatePresignedUploadsRequest(uploads=[_presigned_request(document) for document in documents]),
            pb.CreatePresignedUploadsResponse,
        )
        return tuple(
            PreparedUpload(
                file_id=upload.id,
                item=document.item,
                url=upload.presigned_url,
                headers=dict(upload.headers),
                expires_at=timestamp_value(upload.expires_at),
                size_bytes=document.size,
                checksum_sha256=document.checksum_sha256,
            )
            for upload, document in zip(answer.uploads, documents, strict=True)
        )

    async def put(self, prepared: PreparedUpload, source: Source, meter: Meter) -> None:
        """Send the bytes of a prepared upload."""
        if source.size != prepared.size_bytes:
            raise UploadError(
                f"{source.file_name} had {prepared.size_bytes} bytes and has {source.size} now.",
                reason=ErrorReason.UPLOAD_SIZE_MISMATCH,
            )
        await self._store().put(prepared.url, prepared.headers, source, (0, source.size), meter)

    async def confirm(self, file_ids: Sequence[str], project_id: str | None = None) -> tuple[File, ...]:
        """Say that the bytes have been sent. `error` of a file says why it isn't confirmed."""
        return await self._update(file_ids, file_pb2.FILE_STATUS_UPLOADED, project_id)

    async def fail(self, file_ids: Sequence[str]) -> tuple[File, ...]:
        """Say that the bytes won't come."""
        return await self._update(file_ids, file_pb2.FILE_STATUS_ERROR, None)

    async def send(
        self, documents: Sequence[Document], options: pb.UploadFilesOptions, meter: Meter, reopen: Reopen
    ) -> tuple[File, ...]:
        """Send documents through the service in one call. All or nothing."""

        async def messages() -> AsyncIterator[pb.UploadFilesRequest]:
            yield pb.UploadFilesRequest(options=options)
            for document in documents:
                header = pb.UploadFileHeader(
                    file_name=document.file_name,
                    mime_type=document.mime_type,
                    size_bytes=document.size,
                    checksum_sha256=document.checksum_sha256,
                )
                yield pb.UploadFilesRequest(header=header)
                async with reopen(document) as source:
                    async for chunk in source.chunks():
                        yield pb.UploadFilesRequest(chunk=chunk)
                        meter.add(len(chunk))

        answer = await self._calls.send(pb.UploadFilesRequest, messages, pb.UploadFilesResponse, None)
        files = decode_all(answer.files, File)
        for file, document in zip(files, documents, strict=True):
            # Over REST the service isn't told what the bytes should be.
            if file.checksum_sha256 != document.checksum_sha256:
                raise UploadError(
                    f"{file.file_name} arrived with other bytes than were sent, as the file {file.id}: delete it.",
                    reason=ErrorReason.UPLOAD_CHECKSUM_MISMATCH,
                )
        return files

    async def undo(self, partial: PartialUpload) -> None:
        """Take back what was begun, as well as that can be done in a moment."""

        async def give_up() -> None:
            try:
                async with asyncio.timeout(_UNDO_SECONDS):
                    if partial.upload_id is None:
                        await self.fail([partial.file_id])
                    else:
                        await self._parts.abort(partial)
            except (MunimentError, TimeoutError):
                # What made us give up matters more; the service sweeps what is left behind.
                return

        # Also for a task that was cancelled: that must not leave something half done.
        await asyncio.shield(asyncio.create_task(give_up()))

    async def _update(self, file_ids: Sequence[str], status: Any, project_id: str | None) -> tuple[File, ...]:
        answer = await self._calls.unary(
            pb.BatchUpdateFilesRequest(file_ids=file_ids, status=status, project_id=project_id),
            pb.BatchUpdateFilesResponse,
        )
        return decode_all(answer.files, File)

    async def _start(self, document: Document) -> _Started:
        if is_presignable(document):
            (prepared,) = await self.prepare([document])
            size = document.size
            return _Started(PartialUpload(prepared.file_id, None, size, size, document.checksum_sha256), prepared)
        return _Started(await self._parts.begin(document), None)

    async def _resume(self, document: Document, project_id: str | None, meter: Meter) -> File | _Started | None:
        """The file if all of it had arrived, what had arrived of it, or None to begin anew."""
        partial = document.item.resume
        if partial is None:
            return None
        same = (partial.size_bytes, partial.checksum_sha256) == (document.size, document.checksum_sha256)
        try:
            if same and partial.upload_id is not None:
                return _Started(partial, None, await self._parts.arrived(partial))
        except (NotFoundError, ConflictError):
            # It is over: perhaps because everything had arrived.
            pass
        file = await self._complete(partial, project_id) if same else None
        if file is None:
            await self.undo(partial)
        else:
            meter.add(document.size)
        return file

    async def _complete(self, partial: PartialUpload, project_id: str | None) -> File | None:
        """The file of an upload whose bytes have all arrived; None when they haven't."""
        try:
            (file,) = await self.confirm([partial.file_id], project_id)
        except (NotFoundError, ConflictError):
            return None
        return file if file.status is FileStatus.UPLOADED else None


@dataclass(frozen=True, slots=True)
class _Started:
    """An upload that was begun: whole, or in parts of which some may have arrived (their sizes by number)."""

    partial: PartialUpload
    prepared: PreparedUpload | None
    arrived: dict[int, int] = field(default_factory=dict)


def confirmed(files: Sequence[File], name: str) -> File:
    """The file that was confirmed.

    Raises:
        MunimentError: it wasn't, by the reason that the file has.
    """
    (file,) = files
    # An uploaded file may have an error too: that of reading it.
    if file.status is FileStatus.UPLOADED or file.error is None:
        return file
    raise class_of(file.error.code, 400)(f"{name}: {file.error.message}.", reason=file.error.code)


def is_presignable(document: Document) -> bool:
    """Whether a document goes to the store in one piece: it isn't large, and has an ordinary name."""
    return document.size < PARTS_FROM_BYTES and bool(_EXTENSION.fullmatch(split_name(document.file_name)[1]))


def split_name(file_name: str) -> tuple[str, str]:
    """The stem and the extension of a name."""
    match = _NAME.fullmatch(file_name)
    return (match[1], match[2]) if match else (file_name, "")


def _presigned_request(document: Document) -> pb.UploadRequest:
    name, extension = split_name(document.file_name)
    return pb.UploadRequest(
        name=name,
        extension=extension,
        mime_type=document.mime_type,
        size_kb=-(-document.size // 1024),
        size_bytes=document.size,
        checksum_sha256=document.checksum_sha256,
        folder_id=document.item.folder_id,
        processing_track=track_number(document.item.track),
        external_file_id=document.item.external_file_id,
    )
