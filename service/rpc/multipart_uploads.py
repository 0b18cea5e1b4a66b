"""MultipartUploadService: converts, calls one use case, converts back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from muniment.files.v1 import file_pb2, multipart_upload_pb2, multipart_upload_service_pb2_grpc
from muniment.files.v1 import multipart_upload_service_pb2 as pb

from service.domain.files import File, FileProblem, kilobytes, split_name
from service.domain.reading import Track
from service.files.library import Library
from service.files.multipart import MultipartUploads, PartChecksum
from service.files.presigned import UploadRequest
from service.rpc.context import scope_of
from service.rpc.convert import maybe_uuid, timestamp
from service.rpc.files import file_message


class MultipartUploadService(multipart_upload_service_pb2_grpc.MultipartUploadServiceServicer):
    """The servicer of `muniment.files.v1.MultipartUploadService`."""

    def __init__(self, uploads: MultipartUploads, library: Library) -> None:
        self._uploads = uploads
        self._library = library

    async def CreateMultipartUpload(
        self, request: pb.CreateMultipartUploadRequest, context: Any
    ) -> pb.CreateMultipartUploadResponse:
        begun = await self._uploads.begin(scope_of(context), _upload_request(request))
        upload = multipart_upload_pb2.MultipartUpload(
            file_id=str(begun.file_id), upload_id=begun.upload_id, part_size_bytes=begun.part_size_bytes
        )
        return pb.CreateMultipartUploadResponse(upload=upload)

    async def CreatePresignedParts(
        self, request: pb.CreatePresignedPartsRequest, context: Any
    ) -> pb.CreatePresignedPartsResponse:
        signed = await self._uploads.sign(
            scope_of(context), UUID(request.file_id), request.upload_id, _checksums(request.parts)
        )
        parts = [
            multipart_upload_pb2.PresignedPart(
                number=part.number,
                presigned_url=part.url,
                headers=part.headers,
                expires_at=timestamp(part.expires_at),
            )
            for part in signed
        ]
        return pb.CreatePresignedPartsResponse(parts=parts)

    async def ListUploadedParts(
        self, request: pb.ListUploadedPartsRequest, context: Any
    ) -> pb.ListUploadedPartsResponse:
        arrived = await self._uploads.arrived(scope_of(context), UUID(request.file_id), request.upload_id)
        items = [multipart_upload_pb2.UploadedPart(number=part.number, size_bytes=part.size) for part in arrived]
        return pb.ListUploadedPartsResponse(items=items)

    async def CompleteMultipartUpload(
        self, request: pb.CompleteMultipartUploadRequest, context: Any
    ) -> pb.CompleteMultipartUploadResponse:
        file, problem = await self._uploads.complete(
            scope_of(context),
            UUID(request.file_id),
            request.upload_id,
            _checksums(request.parts),
            maybe_uuid(request.project_id),
        )
        return pb.CompleteMultipartUploadResponse(file=self._message(file, problem))

    async def AbortMultipartUpload(
        self, request: pb.AbortMultipartUploadRequest, context: Any
    ) -> pb.AbortMultipartUploadResponse:
        file, problem = await self._uploads.abort(scope_of(context), UUID(request.file_id), request.upload_id)
        return pb.AbortMultipartUploadResponse(file=self._message(file, problem))

    def _message(self, file: File, problem: FileProblem | None) -> file_pb2.File:
        return file_message(file, problem, self._library.url_of(file))


def _upload_request(request: pb.CreateMultipartUploadRequest) -> UploadRequest:
    name, extension = split_name(request.file_name)
    track = file_pb2.ProcessingTrack.Name(request.processing_track).removeprefix("PROCESSING_TRACK_")
    return UploadRequest(
        name=name,
        extension=extension,
        mime_type=request.mime_type,
        size_kb=kilobytes(request.size_bytes),
        folder_id=maybe_uuid(request.folder_id),
        size_bytes=request.size_bytes if request.HasField("size_bytes") else None,
        checksum_sha256=request.checksum_sha256 or None,
        external_file_id=request.external_file_id or None,
        processing_track=track if request.processing_track else Track.DEFAULT.value,
    )


def _checksums(parts: Iterable[pb.PartChecksum]) -> list[PartChecksum]:
    return [PartChecksum(part.number, part.checksum_sha256) for part in parts]
