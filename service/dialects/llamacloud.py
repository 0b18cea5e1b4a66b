"""LlamaCloud's files: converts, calls the use cases that the native calls have, converts back."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from muniment.dialects.llamacloud.v1 import file_pb2, file_service_pb2_grpc
from muniment.dialects.llamacloud.v1 import file_service_pb2 as pb

from service.domain.errors import FileNotFoundInOrganizationError, InvalidRequestError, Violation
from service.domain.files import NEWEST_FIRST, File, FileOrder, FileStatus, UploadMethod, split_name
from service.domain.scope import Scope
from service.files.direct import DirectUploads, FileHeader, UploadOptions, UploadPart
from service.files.library import Library
from service.files.presigned import PresignedUploads, UploadRequest
from service.organizations.numbers import Numbers
from service.postgres.file_lists import FileFilters
from service.postgres.paging import Page
from service.rpc.context import scope_of
from service.rpc.convert import maybe_uuid, moment, timestamp

_PAGE_SIZE = 50
_LARGEST_PAGE = 1000
# In lists, unlike in queries, a field has one direction.
_ORDERS = {
    "": NEWEST_FIRST,
    "created_at": NEWEST_FIRST,
    "name": FileOrder.parse("name"),
    "id": FileOrder.parse("id"),
}
# RFC 9745: since when, in seconds since 1970. LlamaCloud's clients have it marked since before this service spoke it.
_DEPRECATED_SINCE = "@1767225600"
_INSTEAD = '</api/v1/beta/files>; rel="successor-version"'
_RETRY_COUNT = "x-stainless-retry-count"
_DOWNLOAD_URL = "download_url"
# The loop serves others between so many signatures.
_SIGNED_IN_ONE_BREATH = 25


@dataclass(frozen=True, slots=True)
class _Place:
    """The project of a call."""

    project_id: UUID
    default_id: UUID
    named: bool
    """The call names it."""

    def has(self, file: File) -> bool:
        """Whether the file belongs to it. A file that is linked to no project belongs to the default one."""
        return self.project_id in (file.project_ids or [self.default_id])

    def shown(self, file: File) -> UUID:
        """Give the one project that LlamaCloud's file has."""
        if self.has(file):
            return self.project_id
        return file.project_ids[0]

    def narrow(self, filters: FileFilters) -> FileFilters:
        """Narrow a list to the project's files that have bytes."""
        if self.project_id == self.default_id:
            return replace(filters, with_bytes=True, project_or_none=self.project_id)
        return replace(filters, with_bytes=True, project_id=self.project_id)


class LlamaCloudFiles(file_service_pb2_grpc.FileServiceServicer):
    """The servicer of `muniment.dialects.llamacloud.v1.FileService`."""

    def __init__(
        self,
        presigned: PresignedUploads,
        direct: DirectUploads,
        library: Library,
        numbers: Numbers,
    ) -> None:
        self._presigned = presigned
        self._direct = direct
        self._library = library
        self._numbers = numbers

    async def UploadFile(self, requests: AsyncIterator[pb.UploadFileRequest], context: Any) -> pb.UploadFileResponse:
        scope = scope_of(context)
        upload = _Upload(self, scope, _retry_count(context))
        (file,) = await self._direct.upload(scope, upload.parts(requests))
        return pb.UploadFileResponse(file=_message(file, await upload.place()))

    async def PrepareUpload(self, request: pb.PrepareUploadRequest, context: Any) -> pb.PrepareUploadResponse:
        scope = scope_of(context)
        place = await self.place(scope, request.project_id)
        with _fields_named():
            (prepared,) = await self._presigned.prepare(scope, [_upload_request(request.file, place)])
        presigned = prepared.presigned
        return pb.PrepareUploadResponse(
            file_id=str(prepared.file_id),
            url=presigned.url,
            expires_at=timestamp(presigned.expires_at),
            form_fields=presigned.form_fields,
        )

    async def ListFiles(self, request: pb.ListFilesRequest, context: Any) -> pb.ListFilesResponse:
        scope = scope_of(context)
        place = await self.place(scope, request.project_id)
        filters = FileFilters(
            file_name=request.file_name or None,
            file_ids=_ids(request.file_ids),
            external_file_id=request.external_file_id or None,
        )
        page = await self._list(scope, place.narrow(filters), _ORDERS[request.order_by], request)
        signed = _DOWNLOAD_URL in request.expand
        return pb.ListFilesResponse(items=await self._messages(page.items, place, signed=signed), **_page_fields(page))

    async def QueryFiles(self, request: pb.QueryFilesRequest, context: Any) -> pb.QueryFilesResponse:
        context.add_trailing_metadata("x-http-deprecation", _DEPRECATED_SINCE)
        context.add_trailing_metadata("x-http-link", _INSTEAD)
        scope, asked = scope_of(context), request.query
        place = await self.place(scope, request.project_id)
        if asked.filter.HasField("project_id"):
            place = replace(place, project_id=UUID(asked.filter.project_id))
        filters = FileFilters(
            file_name=asked.filter.file_name or None,
            file_ids=_ids(asked.filter.file_ids),
            external_file_id=asked.filter.external_file_id or None,
            data_source_id=asked.filter.data_source_id or None,
            has_data_source=False if asked.filter.only_manually_uploaded else None,
        )
        order = FileOrder.parse(asked.order_by.lower()) if asked.order_by.strip() else NEWEST_FIRST
        page = await self._list(scope, place.narrow(filters), order, asked)
        return pb.QueryFilesResponse(items=await self._messages(page.items, place, signed=False), **_page_fields(page))

    async def GetFile(self, request: pb.GetFileRequest, context: Any) -> pb.GetFileResponse:
        scope = scope_of(context)
        file, place = await self._file(scope, request)
        (message,) = await self._messages([file], place, signed=_DOWNLOAD_URL in request.expand)
        return pb.GetFileResponse(file=message)

    async def DeleteFile(self, request: pb.DeleteFileRequest, context: Any) -> pb.DeleteFileResponse:
        scope = scope_of(context)
        file, _ = await self._file(scope, request)
        await self._library.delete(scope, file.id)
        return pb.DeleteFileResponse()

    async def GetFileContent(self, request: pb.GetFileContentRequest, context: Any) -> pb.GetFileContentResponse:
        file, _ = await self._file(scope_of(context), request)
        seconds = request.expires_at_seconds
        url = self._library.sign_download(file, timedelta(seconds=seconds) if seconds else None)
        return pb.GetFileContentResponse(presigned_url=_presigned_url(url))

    async def place(self, scope: Scope, project_id: str) -> _Place:
        """Find the project that a call names, else the organization's default one.

        Raises:
            ProjectNotFoundError: the organization has no such project.
        """
        default_id = await self._numbers.default_project(scope)
        named = maybe_uuid(project_id)
        if named is not None and named != default_id:
            await self._numbers.project(scope, named)
        return _Place(named or default_id, default_id, named=named is not None)

    async def _file(self, scope: Scope, request: Any) -> tuple[File, _Place]:
        """Find a file that isn't deleted; one whose bytes have just arrived at the store is confirmed first."""
        place = await self.place(scope, request.project_id)
        file = await self._library.get(scope, UUID(request.file_id))
        if file.status == FileStatus.DELETED or (place.named and not place.has(file)):
            raise FileNotFoundInOrganizationError(f"the organization has no file {file.id}")
        awaited = file.status == FileStatus.PENDING and file.confirm_on_arrival
        if awaited and await self._presigned.confirm_arrived(scope, [file.id]):
            file = await self._library.get(scope, file.id)
        return file, place

    async def _list(self, scope: Scope, filters: FileFilters, order: FileOrder, asked: Any) -> Page[File]:
        return await self._library.list_files(
            scope,
            filters,
            page=None,
            size=asked.page_size or _PAGE_SIZE,
            cursor=asked.page_token or None,
            order=order,
            maximum=_LARGEST_PAGE,
        )

    async def _messages(self, files: Sequence[File], place: _Place, *, signed: bool) -> list[file_pb2.File]:
        messages = []
        for index, file in enumerate(files, 1):
            message = _message(file, place)
            if signed and file.is_confirmed:
                message.download_url.CopyFrom(_presigned_url(self._library.sign_download(file)))
                if index % _SIGNED_IN_ONE_BREATH == 0:
                    await asyncio.sleep(0)
            messages.append(message)
        return messages


class _Upload:
    """One form on its way to the use case. Its options may come in pieces, before and after the file."""

    def __init__(self, service: LlamaCloudFiles, scope: Scope, retries: int | None) -> None:
        self._service = service
        self._scope = scope
        self._retries = retries
        self._options = pb.UploadFileOptions()
        self._begun = False

    async def place(self) -> _Place:
        return await self._service.place(self._scope, self._options.project_id)

    async def parts(self, requests: AsyncIterator[pb.UploadFileRequest]) -> AsyncIterator[UploadPart]:
        async for request in requests:
            match request.WhichOneof("payload"):
                case "chunk":
                    yield request.chunk
                case "header":
                    yield self._header(request.header)
                case "options":
                    self._options = request.options
                    # A project that isn't there is said before a large file has come for nothing.
                    await self.place()
        yield await self._all_options()

    def _header(self, header: pb.UploadFileHeader) -> FileHeader:
        if self._begun:
            raise InvalidRequestError([Violation("file", "is given twice: send one file in a call")])
        self._begun = True
        return FileHeader(file_name=header.file_name, mime_type=header.mime_type or None)

    async def _all_options(self) -> UploadOptions:
        options = self._options
        if not options.purpose:
            raise InvalidRequestError([Violation("options.purpose", "is required: say what the file is for")])
        return UploadOptions(
            project_id=(await self.place()).project_id,
            external_file_id=options.external_file_id or None,
            purpose=options.purpose,
            repeatable=self._retries is not None,
            repeated=bool(self._retries),
        )


def _retry_count(context: Any) -> int | None:
    """Say how often the call was tried before; None when the client doesn't count, and so doesn't try again."""
    count: str = context.metadata.get(_RETRY_COUNT, "")
    return int(count) if count.isdecimal() else None


def _upload_request(file: pb.FileCreate, place: _Place) -> UploadRequest:
    stem, extension = split_name(file.name)
    return UploadRequest(
        name=stem,
        extension=extension,
        file_name=file.name,
        mime_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        size_kb=None,
        # 0 is what callers say who don't know: an empty file can't be kept.
        size_bytes=file.file_size or None,
        method=UploadMethod.POST,
        project_id=place.project_id,
        data_source_id=file.data_source_id or None,
        external_file_id=file.external_file_id or None,
        last_modified_at=moment(file.last_modified_at) if file.HasField("last_modified_at") else None,
        permission_info=_values(file.permission_info) if file.HasField("permission_info") else None,
        resource_info=_values(file.resource_info) if file.HasField("resource_info") else None,
        ephemeral=file.storage_type == file_pb2.STORAGE_TYPE_EPHEMERAL,
        confirm_on_arrival=True,
    )


@contextmanager
def _fields_named() -> Iterator[None]:
    """Name fields as the call has them: how large they may be, only the use case knows."""
    try:
        yield
    except InvalidRequestError as error:
        violations = [Violation(_field_named(v.field), v.message) for v in error.violations]
        raise InvalidRequestError(violations) from None


def _field_named(field: str) -> str:
    name = field.removeprefix("uploads[0].")
    return field if name == field else f"file.{'file_size' if name == 'size_bytes' else name}"


def _values(struct: Struct) -> dict[str, Any]:
    values: dict[str, Any] = MessageToDict(struct)
    return values


def _ids(ids: Sequence[str]) -> tuple[UUID, ...] | None:
    """Clients that write `null` into a query send an empty text."""
    return tuple(UUID(text) for text in ids if text) or None


def _page_fields(page: Page[File]) -> dict[str, Any]:
    return {"next_page_token": page.next_cursor, "total_size": page.total}


def _presigned_url(signed: tuple[str, datetime]) -> file_pb2.PresignedUrl:
    url, expires_at = signed
    return file_pb2.PresignedUrl(url=url, expires_at=timestamp(expires_at))


def _message(file: File, place: _Place) -> file_pb2.File:
    changed_at = file.last_modified_at or file.confirmed_at
    return file_pb2.File(
        id=str(file.id),
        name=file.file_name,
        project_id=str(place.shown(file)),
        created_at=timestamp(file.created_at),
        updated_at=timestamp(file.updated_at),
        last_modified_at=timestamp(changed_at) if changed_at else None,
        expires_at=timestamp(file.expires_at) if file.expires_at else None,
        data_source_id=file.data_source_id,
        external_file_id=file.external_file_id,
        file_size=file.size_bytes,
        file_type=split_name(file.file_name)[1] or None,
        purpose=file.purpose,
        permission_info=_struct(file.permission_info),
        resource_info=_struct(file.resource_info),
    )


def _struct(values: Any) -> Struct | None:
    if values is None:
        return None
    struct = Struct()
    struct.update(values)
    return struct
