"""Uploads in parts: each part is sent, checked and tried again for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial as partial_of
from typing import TYPE_CHECKING

from muniment.files.v1 import multipart_upload_service_pb2 as pb
from muniment.models import File, MultipartUpload

from muniment_client._calls import Calls
from muniment_client._items import Document, PartialUpload, track_number
from muniment_client._sources import Meter, Source
from muniment_client._wire import decode
from muniment_client.errors import PermissionDeniedError

if TYPE_CHECKING:
    from muniment_client._store import StoreClient

PARTS_AT_ONCE = 4


class PartUploads:
    """Uploads in parts, in one organization."""

    def __init__(self, calls: Calls, store: Callable[[], StoreClient]) -> None:
        self._calls = calls
        self._store = store

    async def begin(self, document: Document) -> PartialUpload:
        """Begin an upload, of which nothing has arrived."""
        request = pb.CreateMultipartUploadRequest(
            file_name=document.file_name,
            mime_type=document.mime_type,
            size_bytes=document.size,
            checksum_sha256=document.checksum_sha256,
            folder_id=document.item.folder_id,
            processing_track=track_number(document.item.track),
            external_file_id=document.item.external_file_id,
        )
        answer = await self._calls.unary(request, pb.CreateMultipartUploadResponse)
        begun = decode(answer.upload, MultipartUpload)
        return PartialUpload(
            file_id=begun.file_id,
            upload_id=begun.upload_id,
            part_size_bytes=begun.part_size_bytes,
            size_bytes=document.size,
            checksum_sha256=document.checksum_sha256,
        )

    async def arrived(self, partial: PartialUpload) -> dict[int, int]:
        """The size of each part that has arrived, by its number.

        Raises:
            NotFoundError, ConflictError: the upload is over.
        """
        request = pb.ListUploadedPartsRequest(file_id=partial.file_id, upload_id=partial.upload_id or "")
        answer = await self._calls.unary(request, pb.ListUploadedPartsResponse)
        return {part.number: part.size_bytes for part in answer.items}

    async def send(
        self,
        partial: PartialUpload,
        source: Source,
        arrived: Mapping[int, int],
        *,
        project_id: str | None,
        meter: Meter,
    ) -> File:
        """Send the parts that haven't arrived, and complete the upload. `error` of the file says if it didn't work."""
        size = partial.part_size_bytes
        spans = [(offset, min(size, source.size - offset)) for offset in range(0, source.size, size)]
        checksums: dict[int, str] = {}

        async def one(number: int, span: tuple[int, int]) -> None:
            checksum = checksums[number] = await source.sha256(*span)
            if arrived.get(number) == span[1]:
                meter.add(span[1])
            else:
                await self._put(partial, pb.PartChecksum(number=number, checksum_sha256=checksum), source, span, meter)

        await _gather_bounded(PARTS_AT_ONCE, *(partial_of(one, number, span) for number, span in enumerate(spans, 1)))
        parts = [pb.PartChecksum(number=number, checksum_sha256=checksums[number]) for number in sorted(checksums)]
        request = pb.CompleteMultipartUploadRequest(
            file_id=partial.file_id, upload_id=partial.upload_id or "", parts=parts, project_id=project_id
        )
        answer = await self._calls.unary(request, pb.CompleteMultipartUploadResponse)
        return decode(answer.file, File)

    async def abort(self, partial: PartialUpload) -> None:
        """Give an upload up: its parts are thrown away, its file becomes an `error`."""
        request = pb.AbortMultipartUploadRequest(file_id=partial.file_id, upload_id=partial.upload_id or "")
        await self._calls.unary(request, pb.AbortMultipartUploadResponse)

    async def _put(
        self, partial: PartialUpload, part: pb.PartChecksum, source: Source, span: tuple[int, int], meter: Meter
    ) -> None:
        try:
            await self._put_signed(partial, part, source, span, meter)
        except PermissionDeniedError:
            # The URL expired while the part was tried again for too long.
            await self._put_signed(partial, part, source, span, meter)

    async def _put_signed(
        self, partial: PartialUpload, part: pb.PartChecksum, source: Source, span: tuple[int, int], meter: Meter
    ) -> None:
        request = pb.CreatePresignedPartsRequest(
            file_id=partial.file_id, upload_id=partial.upload_id or "", parts=[part]
        )
        answer = await self._calls.unary(request, pb.CreatePresignedPartsResponse)
        (signed,) = answer.parts
        await self._store().put(signed.presigned_url, dict(signed.headers), source, span, meter)


async def _gather_bounded(limit: int, *makes: Callable[[], Awaitable[None]]) -> None:
    """Do several things, so many at once; the first failure cancels the others."""
    gate = asyncio.Semaphore(limit)

    async def one(make: Callable[[], Awaitable[None]]) -> None:
        async with gate:
            await make()

    running = [asyncio.create_task(one(make)) for make in makes]
    try:
        await asyncio.gather(*running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
