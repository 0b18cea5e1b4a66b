"""FileService: converts, calls one use case, converts back."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any
from uuid import UUID

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from muniment.files.v1 import file_pb2, file_service_pb2_grpc
from muniment.files.v1 import file_service_pb2 as pb

from service.domain.errors import InvalidRequestError, Violation
from service.domain.files import (
    NEWEST_FIRST,
    File,
    FileChanges,
    FileLink,
    FileOrder,
    FileProblem,
    FileType,
    LinkRole,
    UploadMethod,
    split_name,
)
from service.domain.reading import Track
from service.files.direct import DirectUploads, FileHeader, UploadOptions, UploadPart
from service.files.library import Download, Library
from service.files.presigned import PreparedUpload, PresignedUploads, UploadRequest
from service.postgres.file_lists import FileFilters
from service.rpc.context import scope_of
from service.rpc.convert import maybe_timestamp, maybe_uuid, moment, timestamp
from service.rpc.pages import page_asked, page_fields

_STATUS: dict[str, Any] = {
    name.removeprefix("FILE_STATUS_").lower(): number for name, number in file_pb2.FileStatus.items()
}
_STATUS_NAMES = {number: name for name, number in _STATUS.items()}
_PROCESSING: dict[str, Any] = {
    name.removeprefix("PROCESSING_STATUS_").lower(): number for name, number in file_pb2.ProcessingStatus.items()
}
_TRACKS: dict[str, Any] = {
    name.removeprefix("PROCESSING_TRACK_"): number for name, number in file_pb2.ProcessingTrack.items()
}
_TYPES: dict[str, Any] = {name.removeprefix("FILE_TYPE_"): number for name, number in file_pb2.FileType.items()}
_TYPE_NAMES = {number: name for name, number in _TYPES.items()}
_PROCESSING_NAMES = {number: name for name, number in _PROCESSING.items()}
_ROLES: dict[str, Any] = {
    name.removeprefix("FILE_LINK_ROLE_"): number for name, number in file_pb2.FileLinkRole.items()
}
_ROLE_NAMES = {number: name for name, number in _ROLES.items()} | {0: LinkRole.DOCUMENT.value}
_CHANGEABLE = frozenset(field.name for field in fields(FileChanges))
_TRACK_NAMES = {number: name for name, number in _TRACKS.items() if number}


class FileService(file_service_pb2_grpc.FileServiceServicer):
    """The servicer of `muniment.files.v1.FileService`."""

    def __init__(self, presigned: PresignedUploads, direct: DirectUploads, library: Library) -> None:
        self._presigned = presigned
        self._direct = direct
        self._library = library

    async def CreatePresignedUploads(
        self, request: pb.CreatePresignedUploadsRequest, context: Any
    ) -> pb.CreatePresignedUploadsResponse:
        prepared = await self._presigned.prepare(scope_of(context), [_upload_request(u) for u in request.uploads])
        uploads = [_prepared_upload(p, u) for p, u in zip(prepared, request.uploads, strict=True)]
        return pb.CreatePresignedUploadsResponse(uploads=uploads)

    async def BatchUpdateFiles(self, request: pb.BatchUpdateFilesRequest, context: Any) -> pb.BatchUpdateFilesResponse:
        confirming = request.status == file_pb2.FILE_STATUS_UPLOADED
        update = self._presigned.confirm if confirming else self._presigned.fail
        answers = await update(scope_of(context), [UUID(i) for i in request.file_ids], _project(request))
        return pb.BatchUpdateFilesResponse(files=[self._message(file, problem) for file, problem in answers])

    async def UploadFiles(self, requests: AsyncIterator[pb.UploadFilesRequest], context: Any) -> pb.UploadFilesResponse:
        files = await self._direct.upload(scope_of(context), _upload_parts(requests))
        return pb.UploadFilesResponse(files=[self._message(file, file.problem) for file in files])

    async def ListFiles(self, request: pb.ListFilesRequest, context: Any) -> pb.ListFilesResponse:
        page = await self._library.list_files(
            scope_of(context),
            _filters(request),
            **page_asked(request),
            order=FileOrder.parse(request.order_by) if request.order_by else NEWEST_FIRST,
        )
        return pb.ListFilesResponse(
            items=[self._message(file, file.problem) for file in page.items],
            **page_fields(page),
        )

    async def GetFile(self, request: pb.GetFileRequest, context: Any) -> pb.GetFileResponse:
        file = await self._library.get(scope_of(context), UUID(request.file_id))
        return pb.GetFileResponse(file=self._message(file, file.problem))

    async def DownloadFile(
        self, request: pb.DownloadFileRequest, context: Any
    ) -> AsyncIterator[pb.DownloadFileResponse]:
        download = await self._library.open_download(
            scope_of(context),
            UUID(request.file_id),
            offset=request.read_offset,
            limit=request.read_limit if request.HasField("read_limit") else None,
        )
        yield pb.DownloadFileResponse(info=download_info(download))
        if not request.info_only:
            async for chunk in self._library.stream(download):
                yield pb.DownloadFileResponse(chunk=chunk)

    async def GetDownloadUrl(self, request: pb.GetDownloadUrlRequest, context: Any) -> pb.GetDownloadUrlResponse:
        url, expires_at = await self._library.download_url(scope_of(context), UUID(request.file_id))
        return pb.GetDownloadUrlResponse(url=url, expires_at=timestamp(expires_at))

    async def DeleteFile(self, request: pb.DeleteFileRequest, context: Any) -> pb.DeleteFileResponse:
        file = await self._library.delete(scope_of(context), UUID(request.file_id))
        return pb.DeleteFileResponse(file=self._message(file, file.problem))

    async def RecoverFile(self, request: pb.RecoverFileRequest, context: Any) -> pb.RecoverFileResponse:
        file = await self._library.recover(scope_of(context), UUID(request.file_id))
        return pb.RecoverFileResponse(file=self._message(file, file.problem))

    async def ExpungeFile(self, request: pb.ExpungeFileRequest, context: Any) -> pb.ExpungeFileResponse:
        file = await self._library.expunge(scope_of(context), UUID(request.file_id))
        return pb.ExpungeFileResponse(file=self._message(file, file.problem))

    async def UpdateFile(self, request: pb.UpdateFileRequest, context: Any) -> pb.UpdateFileResponse:
        file = await self._library.update(scope_of(context), UUID(request.file_id), _changes(request))
        return pb.UpdateFileResponse(file=self._message(file, file.problem))

    async def PutFileLinks(self, request: pb.PutFileLinksRequest, context: Any) -> pb.PutFileLinksResponse:
        links = [FileLink(link.type, link.id, _ROLE_NAMES[link.role]) for link in request.links]
        file = await self._library.put_links(scope_of(context), UUID(request.file_id), links)
        return pb.PutFileLinksResponse(file=self._message(file, file.problem))

    async def DeleteFileLink(self, request: pb.DeleteFileLinkRequest, context: Any) -> pb.DeleteFileLinkResponse:
        file = await self._library.delete_link(
            scope_of(context), UUID(request.file_id), request.link_type, request.link_id
        )
        return pb.DeleteFileLinkResponse(file=self._message(file, file.problem))

    async def SendEvent(self, request: pb.SendEventRequest, context: Any) -> pb.SendEventResponse:
        await self._library.send_event(scope_of(context), request.event_type, UUID(request.detail.file_id))
        return pb.SendEventResponse(accepted=True)

    def _message(self, file: File, problem: FileProblem | None) -> file_pb2.File:
        return file_message(file, problem, self._library.url_of(file))


def file_message(file: File, problem: FileProblem | None, url: str) -> file_pb2.File:
    """Make the contract's message of a file."""
    name, extension = split_name(file.file_name)
    return file_pb2.File(
        id=str(file.id),
        number=file.number,
        name=name,
        extension=extension,
        file_name=file.file_name,
        mime_type=file.mime_type,
        size_kb=file.size_kb,
        size_bytes=file.size_bytes,
        status=_STATUS[file.status],
        url=url,
        folder_id=str(file.folder_id) if file.folder_id else None,
        project_ids=[str(i) for i in file.project_ids],
        tags=file.tags,
        category=file.category,
        checksum_sha256=base64.b64encode(file.checksum_sha256).decode() if file.checksum_sha256 else None,
        page_count=file.page_count,
        processing_status=_PROCESSING[file.processing_status],
        processing_track=_TRACKS[file.processing_track],
        channel=file.channel,
        created_by=str(file.created_by) if file.created_by else None,
        created_at=timestamp(file.created_at),
        updated_at=timestamp(file.updated_at),
        deleted_at=maybe_timestamp(file.deleted_at),
        metadata=_struct(file.metadata) if file.metadata else Struct(),
        linked=file.linked,
        error=file_pb2.FileError(code=problem.code, message=problem.message) if problem else None,
        external_file_id=file.external_file_id,
        source_file_id=str(file.source_file_id) if file.source_file_id else None,
        target_file_ids=[str(i) for i in file.target_file_ids],
        type=_TYPES[file.type],
        updated_by=str(file.updated_by) if file.updated_by else None,
        is_active=file.is_active,
        purpose=file.purpose,
        data_source_id=file.data_source_id,
        last_modified_at=maybe_timestamp(file.last_modified_at),
        expires_at=maybe_timestamp(file.expires_at),
        expunged_at=maybe_timestamp(file.expunged_at),
        processed_at=maybe_timestamp(file.processed_at),
        resource_info=_struct(file.resource_info) if file.resource_info is not None else None,
        permission_info=_struct(file.permission_info) if file.permission_info is not None else None,
        links=[file_pb2.FileLink(type=link.type, id=link.id, role=_ROLES[link.role]) for link in file.links],
    )


def _struct(values: Any) -> Struct:
    struct = Struct()
    struct.update(values)
    return struct


def _upload_request(upload: pb.UploadRequest) -> UploadRequest:
    return UploadRequest(
        name=upload.name,
        extension=upload.extension,
        mime_type=upload.mime_type,
        size_kb=upload.size_kb,
        folder_id=maybe_uuid(upload.folder_id),
        size_bytes=upload.size_bytes if upload.HasField("size_bytes") else None,
        checksum_sha256=upload.checksum_sha256 or None,
        external_file_id=upload.external_file_id or None,
        processing_track=_TRACK_NAMES.get(upload.processing_track, Track.DEFAULT.value),
        method=UploadMethod.POST if upload.upload_method == pb.UPLOAD_METHOD_POST else UploadMethod.PUT,
        confirm_on_arrival=upload.confirm_on_arrival,
        **_details(upload),
    )


def _details(said: pb.UploadRequest | pb.UploadFilesOptions) -> dict[str, Any]:
    """What uploads of both ways say in the same fields."""
    return {
        "purpose": said.purpose or None,
        "data_source_id": said.data_source_id or None,
        "last_modified_at": moment(said.last_modified_at) if said.HasField("last_modified_at") else None,
        "expires_at": moment(said.expires_at) if said.HasField("expires_at") else None,
        "ephemeral": said.ephemeral,
        "resource_info": _plain(said.resource_info) if said.HasField("resource_info") else None,
        "permission_info": _plain(said.permission_info) if said.HasField("permission_info") else None,
    }


def _prepared_upload(prepared: PreparedUpload, upload: pb.UploadRequest) -> pb.PresignedUpload:
    presigned = prepared.presigned
    return pb.PresignedUpload(
        id=str(prepared.file_id),
        status=file_pb2.FILE_STATUS_PENDING,
        url=prepared.url,
        presigned_url=presigned.url,
        expires_at=timestamp(presigned.expires_at),
        headers=presigned.headers,
        form_fields=presigned.form_fields,
        client_ref=upload.client_ref if upload.HasField("client_ref") else None,
        upload_method=pb.UPLOAD_METHOD_POST if presigned.form_fields else pb.UPLOAD_METHOD_PUT,
    )


def _project(request: pb.BatchUpdateFilesRequest) -> UUID | None:
    return maybe_uuid(request.project_id)


def file_header(header: pb.UploadFileHeader) -> FileHeader:
    """Read what is said of a file before its bytes."""
    return FileHeader(
        file_name=header.file_name,
        mime_type=header.mime_type or None,
        size_bytes=header.size_bytes if header.HasField("size_bytes") else None,
        checksum_sha256=header.checksum_sha256 or None,
    )


async def _upload_parts(requests: AsyncIterator[pb.UploadFilesRequest]) -> AsyncIterator[UploadPart]:
    async for request in requests:
        match request.WhichOneof("payload"):
            case "chunk":
                yield request.chunk
            case "header":
                yield file_header(request.header)
            case "options":
                options = request.options
                yield UploadOptions(
                    folder_id=maybe_uuid(options.folder_id),
                    project_id=maybe_uuid(options.project_id),
                    processing_track=_TRACK_NAMES.get(options.processing_track, Track.DEFAULT.value),
                    external_file_id=options.external_file_id or None,
                    file_name=options.file_name or None,
                    mime_type=options.mime_type or None,
                    classify_seconds=options.classify_seconds,
                    **_details(options),
                )


def _changes(request: pb.UpdateFileRequest) -> FileChanges:
    """What to change: what the mask names, or else what is given."""
    named = set(request.update_mask.paths) or {name for name in _CHANGEABLE if request.HasField(name)}
    unknown = sorted(named - _CHANGEABLE)
    if unknown:
        problem = f"has {unknown[0]!r}, which can't be changed; what can be is {', '.join(sorted(_CHANGEABLE))}"
        raise InvalidRequestError([Violation("update_mask", problem)])
    if not named:
        problem = "names nothing to change: give a field, or name in update_mask one that is to be emptied"
        raise InvalidRequestError([Violation("", problem)])
    values: dict[str, Any] = {
        name: _plain(getattr(request, name)) if request.HasField(name) else None for name in named
    }
    if "is_active" in values and values["is_active"] is None:
        raise InvalidRequestError([Violation("is_active", "is true or false, and can't be emptied")])
    if "processing_track" in values:
        track = _TRACK_NAMES.get(request.processing_track)
        if track is None:
            raise InvalidRequestError(
                [Violation("processing_track", f"is one of {', '.join(_TRACK_NAMES.values())}, and can't be emptied")]
            )
        values["processing_track"] = track
    return FileChanges(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Timestamp):
        return moment(value)
    return json_format.MessageToDict(value) if isinstance(value, Struct) else value


def _filters(request: pb.ListFilesRequest) -> FileFilters:
    return FileFilters(
        folder_id=maybe_uuid(request.folder_id),
        project_id=maybe_uuid(request.project_id),
        status=_STATUS_NAMES[request.status] if request.status else None,
        name=request.name or None,
        category=request.category or None,
        tag=request.tag or None,
        created_after=moment(request.created_after) if request.HasField("created_after") else None,
        created_before=moment(request.created_before) if request.HasField("created_before") else None,
        is_active=request.is_active if request.HasField("is_active") else None,
        type=_TYPE_NAMES[request.type] if request.type else FileType.FILE.value,
        file_ids=tuple(UUID(i) for i in request.file_ids) or None,
        file_name=request.file_name or None,
        external_file_id=request.external_file_id or None,
        purpose=request.purpose or None,
        data_source_id=request.data_source_id or None,
        has_data_source=request.has_data_source if request.HasField("has_data_source") else None,
        processing_statuses=(_PROCESSING_NAMES[request.processing_status],) if request.processing_status else None,
        link_type=request.link_type or None,
        link_id=request.link_id or None,
        number=request.number if request.HasField("number") else None,
        checksums=tuple(base64.b64decode(checksum) for checksum in request.checksum_sha256) or None,
    )


def download_info(download: Download) -> pb.DownloadInfo:
    """Make what a download says before its bytes."""
    file = download.file
    return pb.DownloadInfo(
        file_name=file.file_name,
        mime_type=file.mime_type,
        size_bytes=download.size,
        etag=file.etag or "",
        offset=download.offset,
        length=download.length,
        last_modified=timestamp(file.confirmed_at or file.created_at),
    )
