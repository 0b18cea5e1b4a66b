"""Snapbooks' files: converts, calls the use cases that the native calls have, converts back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from muniment.dialects.snapbooks.v1 import file_pb2, file_service_pb2_grpc
from muniment.dialects.snapbooks.v1 import file_service_pb2 as pb
from muniment.files.v1 import file_pb2 as native_pb2

from service.domain.category import Category
from service.domain.errors import FileNotFoundInOrganizationError, InvalidRequestError, Violation
from service.domain.files import File, FileChanges, FileLink, FileType
from service.domain.reading import Track
from service.domain.scope import Scope
from service.files.direct import DirectUploads, UploadOptions, UploadPart
from service.files.library import Library
from service.organizations.numbers import Numbers
from service.postgres.file_lists import FileFilters
from service.postgres.paging import Page
from service.rpc.context import scope_of
from service.rpc.convert import timestamp
from service.rpc.files import download_info, file_header

_PATH = "/files"
_PAGE_SIZE = 100
_LARGEST_PAGE = 1000
_URL_LIFETIME = timedelta(hours=1)
# The loop serves others between so many files, each with the addresses of those derived from it.
_FILES_IN_ONE_BREATH = 10

# The accounting documents among the categories: utility bills are invoices too.
_VOUCHERS = (
    Category.INVOICE.value,
    Category.RECEIPT.value,
    Category.ELECTRICITY.value,
    Category.WATER.value,
    Category.GAS.value,
    Category.FUEL_DELIVERY.value,
    Category.RECHARGES.value,
)
_NO_VOUCHERS = tuple(category.value for category in Category if category not in _VOUCHERS)
_TYPES: Mapping[int, dict[str, Any]] = {
    file_pb2.FILE_TYPE_UNSPECIFIED: {},
    file_pb2.FILE_TYPE_FILE: {"categories": (*_NO_VOUCHERS, None)},
    file_pb2.FILE_TYPE_VOUCHER: {"categories": _VOUCHERS},
    file_pb2.FILE_TYPE_THUMBNAIL: {"type": FileType.THUMBNAIL.value},
    file_pb2.FILE_TYPE_OPTIMIZED: {"type": FileType.OPTIMIZED.value},
}
"""What narrows a list down to a type."""


class SnapbooksFiles(file_service_pb2_grpc.FileServiceServicer):
    """The servicer of `muniment.dialects.snapbooks.v1.FileService`."""

    def __init__(self, direct: DirectUploads, library: Library, numbers: Numbers) -> None:
        self._direct = direct
        self._library = library
        self._numbers = numbers

    async def ListFiles(self, request: pb.ListFilesRequest, context: Any) -> pb.ListFilesResponse:
        scope = scope_of(context)
        page = await self._library.list_files(
            scope,
            FileFilters(
                with_bytes=True,
                is_active=request.is_active if request.HasField("is_active") else None,
                **_TYPES[request.type],
            ),
            page=request.page or 1,
            size=request.per_page or _PAGE_SIZE,
            cursor=None,
            maximum=_LARGEST_PAGE,
        )
        for name, value in _page_headers(request, page):
            context.add_trailing_metadata(f"x-http-{name}", value)
        return pb.ListFilesResponse(
            files=await self._messages(scope, page.items), total=page.total, page=page.page, per_page=page.size
        )

    async def UploadFile(self, requests: AsyncIterator[pb.UploadFileRequest], context: Any) -> pb.UploadFileResponse:
        scope = scope_of(context)
        (file,) = await self._direct.upload(scope, _upload_parts(requests))
        return pb.UploadFileResponse(file=await self._message(scope, file))

    async def GetFile(self, request: pb.GetFileRequest, context: Any) -> pb.GetFileResponse:
        scope = scope_of(context)
        return pb.GetFileResponse(file=await self._message(scope, await self._file(scope, request.id)))

    async def UpdateFile(self, request: pb.UpdateFileRequest, context: Any) -> pb.UpdateFileResponse:
        scope = scope_of(context)
        file = await self._file(scope, request.id)
        changed = await self._library.update(scope, file.id, FileChanges(is_active=request.file.is_active))
        return pb.UpdateFileResponse(file=await self._message(scope, changed))

    async def DeleteFile(self, request: pb.DeleteFileRequest, context: Any) -> pb.DeleteFileResponse:
        scope = scope_of(context)
        file = await self._file(scope, request.id)
        await self._library.delete(scope, file.id)
        return pb.DeleteFileResponse()

    async def DownloadFile(
        self, request: pb.DownloadFileRequest, context: Any
    ) -> AsyncIterator[pb.DownloadFileResponse]:
        scope = scope_of(context)
        file = await self._file(scope, request.id)
        if request.version == pb.FILE_VERSION_OPTIMIZED:
            file = _Shown((await self._library.get_many(scope, file.target_file_ids)).values()).optimized(file)
        download = await self._library.open_download(
            scope,
            file.id,
            offset=request.read_offset,
            limit=request.read_limit if request.HasField("read_limit") else None,
        )
        yield pb.DownloadFileResponse(info=download_info(download))
        if not request.info_only:
            async for chunk in self._library.stream(download):
                yield pb.DownloadFileResponse(chunk=chunk)

    async def _file(self, scope: Scope, number: int) -> File:
        """Find a file that has bytes and isn't deleted.

        Raises:
            FileNotFoundInOrganizationError: the account has no such file.
        """
        file = await self._library.get_by_number(scope, number)
        if not file.is_confirmed:
            raise FileNotFoundInOrganizationError(f"the organization has no file {number}")
        return file

    async def _message(self, scope: Scope, file: File) -> file_pb2.File:
        (message,) = await self._messages(scope, [file])
        return message

    async def _messages(self, scope: Scope, files: Sequence[File]) -> list[file_pb2.File]:
        shown = _Shown(files)
        shown.add(await self._related(scope, shown, files))
        # Of a derived file, the source's other derivatives have the source's URLs.
        sources = [shown.files[file.source_file_id] for file in files if file.source_file_id in shown.files]
        shown.add(await self._related(scope, shown, sources))
        shown.account = await self._numbers.organization(scope)
        authors = {author for file in shown.files.values() for author in (file.created_by, file.updated_by) if author}
        shown.users = await self._numbers.users(scope, authors)
        shown.sign = self._sign
        messages = []
        for count, file in enumerate(files, 1):
            messages.append(shown.message(file))
            if count % _FILES_IN_ONE_BREATH == 0:
                await asyncio.sleep(0)
        return messages

    def _sign(self, file: File) -> str:
        url, _ = self._library.sign_download(file, _URL_LIFETIME)
        return url

    async def _related(self, scope: Scope, shown: _Shown, files: Iterable[File]) -> Iterable[File]:
        """Fetch the sources and targets of files that aren't at hand yet."""
        ids = {related for file in files for related in (file.source_file_id, *file.target_file_ids) if related}
        missing = ids - shown.files.keys()
        return (await self._library.get_many(scope, list(missing))).values() if missing else ()


@dataclass(slots=True)
class _Shown:
    """The files of one answer with those that they are related to, and what is needed to show them."""

    files: dict[UUID, File]
    urls: dict[UUID, str]
    users: Mapping[UUID, int]
    account: int
    sign: Callable[[File], str]

    def __init__(self, files: Iterable[File]) -> None:
        self.files, self.urls, self.users, self.account = {}, {}, {}, 0
        self.add(files)

    def add(self, files: Iterable[File]) -> None:
        self.files |= {file.id: file for file in files if file.is_confirmed}

    def optimized(self, file: File) -> File:
        """The optimized version of a file; itself while there is none."""
        return self._derived(file, FileType.OPTIMIZED) or file

    def message(self, file: File) -> file_pb2.File:
        source = self.files.get(file.source_file_id) if file.source_file_id else None
        return file_pb2.File(
            **self._fields(file),
            source_file=file_pb2.RelatedFile(**self._fields(source)) if source else None,
            target_files=[file_pb2.RelatedFile(**self._fields(target)) for target in self._targets(file)],
            links=[_link(link) for link in file.links],
        )

    def _fields(self, file: File) -> dict[str, Any]:
        thumbnail = file if file.type == FileType.THUMBNAIL else self._derived(file, FileType.THUMBNAIL)
        # Who made a file was the last to change it, until somebody does.
        changed_by = file.updated_by or file.created_by
        return {
            "id": file.number,
            "created_at": timestamp(file.created_at),
            "created_by_id": self.users.get(file.created_by) if file.created_by else None,
            "updated_at": timestamp(file.updated_at),
            "updated_by_id": self.users.get(changed_by) if changed_by else None,
            "client_account_id": self.account,
            "type": _type_of(file),
            "file_name": file.file_name,
            "content_type": file.mime_type,
            "channel": file.channel,
            "processing_track": _TRACKS[file.processing_track],
            "file_size": file.size_bytes,
            "is_active": file.is_active,
            "thumbnail_url": self._url(thumbnail) if thumbnail else None,
            "download_url": self._url(self.optimized(file)),
            "original_url": self._url(file),
        }

    def _url(self, file: File) -> str:
        if file.id not in self.urls:
            self.urls[file.id] = self.sign(file)
        return self.urls[file.id]

    def _targets(self, file: File) -> list[File]:
        return [self.files[target] for target in file.target_file_ids if target in self.files]

    def _derived(self, file: File, kind: FileType) -> File | None:
        return next((target for target in self._targets(file) if target.type == kind), None)


_TRACKS: Mapping[str, Any] = {
    name.removeprefix("PROCESSING_TRACK_"): number for name, number in native_pb2.ProcessingTrack.items()
}
_TRACK_NAMES = {number: name for name, number in _TRACKS.items() if number}


async def _upload_parts(requests: AsyncIterator[pb.UploadFileRequest]) -> AsyncIterator[UploadPart]:
    """Make the parts of an upload. Its options may come in pieces, before and after the file; the last are whole."""
    options, begun = pb.UploadFileOptions(), False
    async for request in requests:
        match request.WhichOneof("payload"):
            case "chunk":
                yield request.chunk
            case "header":
                if begun:
                    raise InvalidRequestError([Violation("file", "is given twice: send one file in a call")])
                begun = True
                yield file_header(request.header)
            case "options":
                options = request.options
    if not options.HasField("client_account_id"):
        message = "is required: say which account the file is for"
        raise InvalidRequestError([Violation("options.client_account_id", message)])
    yield UploadOptions(
        processing_track=_TRACK_NAMES.get(options.processing_track, Track.DEFAULT.value),
        file_name=options.file_name or None,
        mime_type=options.content_type or None,
    )


def _type_of(file: File) -> Any:
    if file.type != FileType.FILE:
        return file_pb2.FileType.Value(f"FILE_TYPE_{file.type}")
    return file_pb2.FILE_TYPE_VOUCHER if file.category in _VOUCHERS else file_pb2.FILE_TYPE_FILE


def _link(link: FileLink) -> native_pb2.FileLink:
    role: Any = native_pb2.FileLinkRole.Value(f"FILE_LINK_ROLE_{link.role}")
    return native_pb2.FileLink(type=link.type, id=link.id, role=role)


def _page_headers(request: pb.ListFilesRequest, page: Page[File]) -> list[tuple[str, str]]:
    """Say where a page stands: in numbers, and as links to the others (RFC 8288), relative to this very host."""
    number, last = page.page or 1, max(page.pages, 1)
    asked: dict[str, Any] = {"client_account_id": request.client_account_id}
    if request.HasField("type"):
        asked["type"] = file_pb2.FileType.Name(request.type).removeprefix("FILE_TYPE_")
    if request.HasField("is_active"):
        asked["is_active"] = "true" if request.is_active else "false"
    others = {"first": 1, "prev": min(number - 1, last), "next": number + 1, "last": last}
    links = [
        f'<{_PATH}?{urlencode({**asked, "page": other, "per_page": page.size})}>; rel="{relation}"'
        for relation, other in others.items()
        if 1 <= other <= last
    ]
    numbers = {"x-total-count": page.total, "x-page": number, "x-per-page": page.size}
    return [*((name, str(value)) for name, value in numbers.items()), ("link", ", ".join(links))]
