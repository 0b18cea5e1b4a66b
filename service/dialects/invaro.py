"""The Invaro dialect: converts, calls one use case, converts back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from uuid import UUID

from muniment.dialects.invaro.v1 import file_pb2, file_service_pb2_grpc
from muniment.dialects.invaro.v1 import file_service_pb2 as pb

from service.domain.category import Category
from service.domain.documents import Inspected
from service.domain.errors import FileGoneError, FileHasNoContentError
from service.domain.files import File, FileStatus, ProcessingStatus
from service.files.direct import UploadPart
from service.files.inspected import AcceptedDocuments, InspectedUploads
from service.files.library import Library
from service.postgres.file_lists import FileFilters
from service.postgres.readings import ReadingRow
from service.readings.use_cases import Readings
from service.rpc.context import scope_of
from service.rpc.convert import timestamp
from service.rpc.files import download_info, file_header
from service.rpc.interceptors.rate_limit import charge
from service.rpc.readings import CATEGORIES, content_that_counts, is_failed

ACCEPTED = AcceptedDocuments(frozenset({"PDF", "JPEG", "PNG"}), max_files=50, max_size_bytes=10 * 1024 * 1024)
DEFAULT_PAGE_SIZE = 20

# Values, since that is what rows have.
_UTILITIES = tuple(
    category.value
    for category in (Category.ELECTRICITY, Category.WATER, Category.GAS, Category.FUEL_DELIVERY, Category.RECHARGES)
)
_CATEGORIES: Mapping[int, tuple[str | None, ...]] = {
    file_pb2.DOCUMENT_TYPE_INVOICE: (*_UTILITIES, Category.INVOICE.value),
    file_pb2.DOCUMENT_TYPE_BANK_STATEMENT: (Category.BANK_STATEMENT.value,),
    file_pb2.DOCUMENT_TYPE_RECEIPT: (Category.RECEIPT.value,),
    file_pb2.DOCUMENT_TYPE_WASTE_DOCUMENT: (Category.WASTES.value,),
    file_pb2.DOCUMENT_TYPE_OTHER: (Category.OTHER.value,),
    file_pb2.DOCUMENT_TYPE_UNKNOWN: (Category.UNKNOWN.value, None),
}
"""The categories behind each type; None is a file that isn't classified."""
_TYPES: Mapping[str | None, Any] = {name: number for number, names in _CATEGORIES.items() for name in names}

_UPLOADED = FileStatus.UPLOADED.value
_STATES: Mapping[int, tuple[tuple[str, str | None], ...]] = {
    file_pb2.FILE_STATUS_PENDING: ((FileStatus.PENDING.value, None), (_UPLOADED, ProcessingStatus.PENDING.value)),
    file_pb2.FILE_STATUS_PROCESSING: ((_UPLOADED, ProcessingStatus.PROCESSING.value),),
    file_pb2.FILE_STATUS_COMPLETED: ((_UPLOADED, ProcessingStatus.COMPLETED.value),),
    file_pb2.FILE_STATUS_FAILED: ((FileStatus.ERROR.value, None), (_UPLOADED, ProcessingStatus.FAILED.value)),
    file_pb2.FILE_STATUS_DELETED: ((FileStatus.DELETED.value, None),),
}
"""The statuses of file and processing behind each status; None is any."""
_STATUSES: Mapping[tuple[str, str | None], Any] = {
    state: number for number, states in _STATES.items() for state in states
}


class InvaroFiles(file_service_pb2_grpc.FileServiceServicer):
    """The servicer of `muniment.dialects.invaro.v1.FileService`."""

    def __init__(
        self, uploads: InspectedUploads, library: Library, readings: Readings, *, classify_seconds: float
    ) -> None:
        self._uploads = uploads
        self._library = library
        self._readings = readings
        self._classify_seconds = classify_seconds

    async def UploadFiles(self, requests: AsyncIterator[pb.UploadFilesRequest], context: Any) -> pb.UploadFilesResponse:
        scope = scope_of(context)
        stored = await self._uploads.upload(scope, _parts(requests, context), ACCEPTED)
        known: list[File] = []
        if self._classify_seconds > 0:
            ids = [file.id for file, _ in stored]
            known = await self._library.wait_classified(scope, ids, self._classify_seconds)
        return pb.UploadFilesResponse(files=_uploaded(stored, known), status="done")

    async def ListFiles(self, request: pb.ListFilesRequest, context: Any) -> pb.ListFilesResponse:
        page = await self._library.list_files(
            scope_of(context),
            _filters(request),
            page=request.page if request.HasField("page") else 1,
            size=request.page_size if request.HasField("page_size") else DEFAULT_PAGE_SIZE,
            cursor=None,
        )
        return pb.ListFilesResponse(
            files=[file_pb2.File(**_row(file)) for file in page.items],
            page=page.page,
            page_size=page.size,
            total=page.total,
        )

    async def GetFile(self, request: pb.GetFileRequest, context: Any) -> pb.GetFileResponse:
        scope = scope_of(context)
        file = await self._library.get(scope, UUID(request.file_id))
        # Without a category nothing was read: that saves asking.
        reads = file.is_confirmed and file.category is not None
        reading = await self._readings.of_file(scope, file.id) if reads else None
        return pb.GetFileResponse(file=file_pb2.FileDetails(**_row(file), processed_data=_processed(reading)))

    async def DownloadFile(
        self, request: pb.DownloadFileRequest, context: Any
    ) -> AsyncIterator[pb.DownloadFileResponse]:
        scope, file_id = scope_of(context), UUID(request.file_id)
        limit = request.read_limit if request.HasField("read_limit") else None
        try:
            download = await self._library.open_download(scope, file_id, offset=request.read_offset, limit=limit)
        except FileHasNoContentError:
            # What is deleted is gone here, also while others could still recover it.
            if (await self._library.get(scope, file_id)).status == FileStatus.DELETED:
                raise FileGoneError("the file is deleted: its bytes aren't available any more") from None
            raise
        yield pb.DownloadFileResponse(info=download_info(download))
        if not request.info_only:
            async for chunk in self._library.stream(download):
                yield pb.DownloadFileResponse(chunk=chunk)

    async def DeleteFile(self, request: pb.DeleteFileRequest, context: Any) -> pb.DeleteFileResponse:
        file = await self._library.expunge(scope_of(context), UUID(request.file_id))
        return pb.DeleteFileResponse(file_id=str(file.id), message="File deleted successfully")


async def _parts(requests: AsyncIterator[pb.UploadFilesRequest], context: Any) -> AsyncIterator[UploadPart]:
    """Hand on headers and bytes; every file after the first, for which the call itself was counted, counts as one."""
    begun = False
    async for request in requests:
        match request.WhichOneof("payload"):
            case "chunk":
                yield request.chunk
            case "header":
                if begun:
                    await charge(context, 1)
                begun = True
                yield file_header(request.header)


def _uploaded(stored: Iterable[tuple[File, Inspected]], known: Iterable[File]) -> list[file_pb2.UploadedFile]:
    categories = {file.id: file.category for file in known}
    return [
        file_pb2.UploadedFile(
            doc_id=str(file.id),
            type=_TYPES[categories.get(file.id)],
            validation=file_pb2.FileValidation(
                page_count=found.page_count, file_size=file.size_bytes or 0, format=found.format
            ),
        )
        for file, found in stored
    ]


def _filters(request: pb.ListFilesRequest) -> FileFilters:
    return FileFilters(
        categories=_CATEGORIES[request.type] if request.type else None,
        states=_STATES[request.status] if request.status else None,
    )


def _row(file: File) -> dict[str, Any]:
    """Give the fields that a list has of a file."""
    status = _status(file)
    done = file.processed_at if status == file_pb2.FILE_STATUS_COMPLETED else None
    return {
        "id": str(file.id),
        "filename": file.file_name,
        "file_id": f"{file.number:010}_{file.file_name}",
        "type": _TYPES[file.category],
        "status": status,
        "size": file.size_kb * 1024 if file.size_bytes is None else file.size_bytes,
        "created_at": timestamp(file.created_at),
        "completed_at": timestamp(done) if done else None,
    }


def _status(file: File) -> Any:
    return _STATUSES.get((file.status, None)) or _STATUSES[file.status, file.processing_status]


def _processed(reading: ReadingRow | None) -> file_pb2.ProcessedData | None:
    if reading is None or is_failed(reading):
        return None
    return file_pb2.ProcessedData(
        category=CATEGORIES[reading.category],
        items=content_that_counts(reading).items,
        corrected=reading.corrected,
    )
