"""ReadingService: converts, calls one use case, converts back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from muniment.files.v1 import file_service_pb2
from muniment.readings.v1 import reading_pb2, reading_service_pb2_grpc
from muniment.readings.v1 import reading_service_pb2 as pb

from service.domain.category import Category
from service.domain.files import byte_range
from service.domain.items import Item
from service.postgres.readings import FileEntry, FolderEntry, ReadingFilters, ReadingRow
from service.readings.pages import PagePicture, ReadingPages
from service.readings.use_cases import Readings, reading_schema, reading_schemas
from service.records.use_cases import RecordRequest, Records
from service.rpc.context import scope_of
from service.rpc.convert import maybe_uuid, timestamp
from service.rpc.pages import page_asked, page_fields
from service.rpc.reading_items import item_list, item_message
from service.rpc.records import invoice_message, waste_message

CATEGORIES: Mapping[str, Any] = {n.removeprefix("CATEGORY_").lower(): v for n, v in reading_pb2.Category.items()}
_CATEGORY_NAMES = {number: name for name, number in CATEGORIES.items()}
_OUTCOMES: Mapping[str, Any] = {
    n.removeprefix("CHECK_OUTCOME_").lower(): v for n, v in reading_pb2.CheckOutcome.items()
}
_CHUNK_BYTES = 256 * 1024
_SUCCESS, _ERROR = reading_pb2.READING_STATUS_SUCCESS, reading_pb2.READING_STATUS_ERROR


class ReadingService(reading_service_pb2_grpc.ReadingServiceServicer):
    """The servicer of `muniment.readings.v1.ReadingService`."""

    def __init__(self, readings: Readings, records: Records, pages: ReadingPages) -> None:
        self._readings = readings
        self._pages = pages
        self._records = records

    async def ListReadings(self, request: pb.ListReadingsRequest, context: Any) -> pb.ListReadingsResponse:
        page = await self._readings.list_page(scope_of(context), _filters(request), **page_asked(request))
        return pb.ListReadingsResponse(items=[_entry(entry) for entry in page.items], **page_fields(page))

    async def GetReading(self, request: pb.GetReadingRequest, context: Any) -> pb.GetReadingResponse:
        row = await self._readings.get(scope_of(context), UUID(request.file_reading_id))
        return pb.GetReadingResponse(reading=reading_message(row))

    async def GetReadingEvidence(
        self, request: pb.GetReadingEvidenceRequest, context: Any
    ) -> pb.GetReadingEvidenceResponse:
        found = await self._readings.evidence(scope_of(context), UUID(request.file_reading_id))
        return pb.GetReadingEvidenceResponse(items=[_evidence(entry) for entry in found])

    async def DownloadPage(
        self, request: pb.DownloadPageRequest, context: Any
    ) -> AsyncIterator[pb.DownloadPageResponse]:
        scope, number = scope_of(context), int(request.page.removesuffix(".png"))
        if request.HasField("file_reading_id"):
            of_reading = UUID(request.file_reading_id)
            picture = await self._pages.of_reading(scope, of_reading, number, evidence=request.evidence)
        else:
            picture = await self._pages.of_file(scope, UUID(request.file_id), number, evidence=request.evidence)
        limit = request.read_limit if request.HasField("read_limit") else None
        asked = byte_range(len(picture.content), offset=request.read_offset, limit=limit)
        yield pb.DownloadPageResponse(info=_picture_info(picture, asked))
        if not request.info_only:
            for start in range(asked.start, asked.stop, _CHUNK_BYTES):
                chunk = picture.content[start : min(start + _CHUNK_BYTES, asked.stop)]
                yield pb.DownloadPageResponse(chunk=chunk)

    async def UpdateReading(self, request: pb.UpdateReadingRequest, context: Any) -> pb.UpdateReadingResponse:
        items = item_list(request.content.items)
        category = Category(_CATEGORY_NAMES[request.category]) if request.HasField("category") else None
        row = await self._readings.update(scope_of(context), UUID(request.file_reading_id), items, category)
        return pb.UpdateReadingResponse(reading=reading_message(row))

    async def CreateRecords(self, request: pb.CreateRecordsRequest, context: Any) -> pb.CreateRecordsResponse:
        asked = RecordRequest(
            reading_ids=[UUID(reading.id) for reading in request.file_readings],
            shares=[(UUID(share.id), share.percentage.value) for share in request.facilities],
            project_id=maybe_uuid(request.project_id),
            supplier_id=maybe_uuid(request.supplier_id),
        )
        made = await self._records.create(scope_of(context), asked)
        return pb.CreateRecordsResponse(
            invoices=[invoice_message(row) for row in made.invoices], wastes=[waste_message(row) for row in made.wastes]
        )

    async def GetReadingSchema(
        self,
        request: pb.GetReadingSchemaRequest,
        context: Any,  # noqa: ARG002  # every RPC has one
    ) -> pb.GetReadingSchemaResponse:
        return pb.GetReadingSchemaResponse(schema=ParseDict(reading_schema(request.category), Struct()))

    async def ListReadingSchemas(
        self,
        request: pb.ListReadingSchemasRequest,  # noqa: ARG002  # every RPC has both
        context: Any,  # noqa: ARG002  # the contract has it
    ) -> pb.ListReadingSchemasResponse:
        schemas = reading_schemas().items()
        return pb.ListReadingSchemasResponse(
            items=[
                pb.ReadingSchema(category=CATEGORIES[category.value], schema=ParseDict(schema, Struct()))
                for category, schema in schemas
            ]
        )


def is_failed(row: ReadingRow) -> bool:
    """Whether nothing was read. What a person wrote counts as read, whatever became of the machine's try."""
    return row.status == "error" and not row.corrected


def content_that_counts(row: ReadingRow) -> reading_pb2.ReadingContent:
    """Make the message of what a person wrote, else of what the machine read."""
    return _content(row.machine_items if row.person_items is None else row.person_items)


def reading_message(row: ReadingRow) -> reading_pb2.Reading:
    """Make the message of a reading."""
    failed = is_failed(row)
    machine = _content(row.machine_items)
    return reading_pb2.Reading(
        id=str(row.id),
        file_id=str(row.file_id),
        status=_ERROR if failed else _SUCCESS,
        category=CATEGORIES[row.category],
        category_confidence=row.category_confidence,
        content=machine if row.person_items is None else content_that_counts(row),
        machine_content=machine,
        corrected=row.corrected,
        corrected_by=str(row.corrected_by) if row.corrected_by else None,
        corrected_at=timestamp(row.corrected_at) if row.corrected_at else None,
        supplier_id=str(row.supplier_id) if row.supplier_id else None,
        error=_error(row) if failed else None,
        linked=row.linked,
        checks=[_check(check) for check in row.checks],
        created_at=timestamp(row.created_at),
        updated_at=timestamp(row.updated_at),
    )


def _picture_info(picture: PagePicture, asked: range) -> file_service_pb2.DownloadInfo:
    return file_service_pb2.DownloadInfo(
        file_name=picture.file_name,
        mime_type="image/png",
        size_bytes=len(picture.content),
        etag=picture.etag,
        offset=asked.start,
        length=len(asked),
    )


def _content(items: list[Item]) -> reading_pb2.ReadingContent:
    return reading_pb2.ReadingContent(items=[item_message(item) for item in items])


def _error(row: ReadingRow) -> reading_pb2.ReadingError:
    return reading_pb2.ReadingError(code=row.error_code or "", message=row.error_message or "")


def _check(check: Mapping[str, Any]) -> reading_pb2.Check:
    return reading_pb2.Check(
        rule=check["name"],
        version=check["version"],
        outcome=_OUTCOMES[check["outcome"]],
        item=None if check.get("item") is None else int(check["item"]),
        fields=check["looked_at"],
        message=check.get("message") or "",
    )


def _evidence(entry: Mapping[str, Any]) -> reading_pb2.Evidence:
    box = entry.get("box")
    page = entry.get("page")
    return reading_pb2.Evidence(
        item=int(entry["item"]),
        field=entry["field"],
        page=None if page is None else int(page),
        box=reading_pb2.Box(**dict(zip(("x0", "y0", "x1", "y1"), map(float, box), strict=True))) if box else None,
        raw_text=entry.get("raw_text") or "",
        producer=entry["producer"],
        producer_version=entry["producer_version"],
        confidence=float(entry["confidence"]),
        derived_from=entry.get("derived_from", ()),
        alternatives=entry.get("alternatives", ()),
        path=entry.get("path") or "",
    )


def _entry(entry: FolderEntry | FileEntry) -> pb.ReadingEntry:
    if isinstance(entry, FolderEntry):
        parent = str(entry.parent_id) if entry.parent_id else None
        return pb.ReadingEntry(type=pb.READING_ENTRY_TYPE_FOLDER, id=str(entry.id), name=entry.name, folder_id=parent)
    return pb.ReadingEntry(
        type=pb.READING_ENTRY_TYPE_FILE,
        id=str(entry.id),
        name=entry.name,
        tags=entry.tags,
        category=CATEGORIES.get(entry.category) if entry.category else None,
        reading=reading_message(entry.reading) if entry.reading else None,
        linked=entry.linked,
        folder_id=str(entry.folder_id) if entry.folder_id else None,
    )


def _filters(request: pb.ListReadingsRequest) -> ReadingFilters:
    return ReadingFilters(
        file_ids=tuple(dict.fromkeys(UUID(text) for text in request.file_id)),
        folder_id=maybe_uuid(request.folder_id),
        project_id=maybe_uuid(request.project_id),
        linked=request.linked if request.HasField("linked") else None,
        name=request.name if request.HasField("name") and request.name else None,
        categories=tuple(sorted({_CATEGORY_NAMES[number] for number in request.category if number})),
    )
