"""What was read from files, and the records that are made of it."""

# ruff: noqa: ASYNC109  # operations take their deadline as `timeout`

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from google.type.decimal_pb2 import Decimal as DecimalMessage
from muniment.models import (
    Category,
    Evidence,
    Invoice,
    InvoiceType,
    Reading,
    ReadingEntry,
    ReadingItem,
    ReadingSchema,
    Waste,
)
from muniment.readings.v1 import reading_pb2
from muniment.readings.v1 import reading_service_pb2 as pb
from muniment.records.v1 import record_pb2
from muniment.records.v1 import record_service_pb2 as records_pb

from muniment_client._calls import Calls, Deadline, method_of, repeat
from muniment_client._faces import Async, Face, Faced, listing, operation
from muniment_client._json import to_plain
from muniment_client._pages import Pages, list_of
from muniment_client._policy import policy_of
from muniment_client._wire import decode, decode_all, enum_number, fill_checked, struct_value


@dataclass(frozen=True, slots=True)
class Records:
    """What was made from a reading: one for each item and facility."""

    invoices: tuple[Invoice, ...]
    wastes: tuple[Waste, ...]


async def picture_of(calls: Calls, request: pb.DownloadPageRequest, timeout: float | None) -> bytes:
    """All bytes of the picture of a page."""
    deadline = Deadline.after(calls.timeout if timeout is None else timeout)

    async def fetch() -> bytes:
        answers = calls.receive(request, pb.DownloadPageResponse, deadline)
        return b"".join([answer.chunk async for answer in answers])

    return await repeat(fetch, policy_of(method_of(request)).retries, deadline)


class Readings(Faced[Face]):
    """What was read from files."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @listing
    def list(
        self: Readings[Async],
        *,
        file_ids: Iterable[str] = (),
        folder_id: str | None = None,
        project_id: str | None = None,
        linked: bool | None = None,
        name: str | None = None,
        categories: Iterable[Category | str] = (),
        page_size: int | None = None,
    ) -> Pages[Async, ReadingEntry]:
        """List files with their readings. Without filters: the folders and files at the root, or in `folder_id`.

        Args:
            file_ids: these files, at most 100.
            linked: files from which records were made, or weren't.
        """
        request = pb.ListReadingsRequest(
            file_id=tuple(file_ids),
            folder_id=folder_id,
            project_id=project_id,
            linked=linked,
            name=name,
            category=[enum_number(reading_pb2.Category.DESCRIPTOR, category) for category in categories],
            size=page_size,
        )
        return list_of(self._calls, request, pb.ListReadingsResponse, ReadingEntry)

    @operation
    async def get(self: Readings[Async], reading_id: str, *, timeout: float | None = None) -> Reading:
        """Get a reading."""
        request = pb.GetReadingRequest(file_reading_id=reading_id)
        answer = await self._calls.unary(request, pb.GetReadingResponse, timeout)
        return decode(answer.reading, Reading)

    @operation
    async def of_file(self: Readings[Async], file_id: str, *, timeout: float | None = None) -> Reading | None:
        """Get the reading of a file; None when it hasn't been read, or there is no such file."""
        page = await self.list(file_ids=[file_id]).page(timeout=timeout)
        return page.items[0].reading if page.items else None

    @operation
    async def evidence(self: Readings[Async], reading_id: str, *, timeout: float | None = None) -> tuple[Evidence, ...]:
        """Get where each value that the machine read stands on the page."""
        request = pb.GetReadingEvidenceRequest(file_reading_id=reading_id)
        answer = await self._calls.unary(request, pb.GetReadingEvidenceResponse, timeout)
        return decode_all(answer.items, Evidence)

    @operation
    async def page(
        self: Readings[Async], reading_id: str, page: int = 1, *, evidence: bool = False, timeout: float | None = None
    ) -> bytes:
        """Get the picture (PNG) of a page, from 1. With `evidence`, each place that was read has a box around it."""
        request = pb.DownloadPageRequest(file_reading_id=reading_id, page=f"{page}.png", evidence=evidence)
        return await picture_of(self._calls, request, timeout)

    @operation
    async def update(
        self: Readings[Async],
        reading_id: str,
        items: Iterable[ReadingItem | Mapping[str, Any]],
        *,
        category: Category | None = None,
        timeout: float | None = None,
    ) -> Reading:
        """Replace the items of a reading by what a person says. What the machine read is kept beside it.

        Args:
            items: all items: what isn't among them is dropped. Dictionaries are as in the JSON of REST.
            category: what kind of document it is, where the machine took it for another.

        Raises:
            ValidationError: an item isn't right; `fields` names each field, such as `content.items[0].quantity`.
            ConflictError: records were made from the reading already.
        """
        request = pb.UpdateReadingRequest(file_reading_id=reading_id, content=reading_pb2.ReadingContent())
        if category is not None:
            request.category = enum_number(reading_pb2.Category.DESCRIPTOR, category)
        fill_checked(request.content, {"items": [to_plain(item) for item in items]}, "content")
        answer = await self._calls.unary(request, pb.UpdateReadingResponse, timeout)
        return decode(answer.reading, Reading)

    @operation
    async def create_records(
        self: Readings[Async],
        reading_id: str,
        facilities: Mapping[str, Decimal | str | int],
        *,
        project_id: str | None = None,
        supplier_id: str | None = None,
        timeout: float | None = None,
    ) -> Records:
        """Make invoices or wastes from a reading, one for each item and facility.

        Args:
            facilities: the part of each facility, by its id; all together at most 1. Example: `{id: Decimal("0.4")}`.
            supplier_id: for electricity, the supplier in place of the one that the document names.

        Raises:
            RecordsExistError: they were made already; it names them.
        """
        request = pb.CreateRecordsRequest(
            file_readings=[pb.FileReadingReference(id=reading_id)],
            facilities=[
                pb.FacilityShare(id=facility_id, percentage=DecimalMessage(value=str(part)))
                for facility_id, part in facilities.items()
            ],
            project_id=project_id,
            supplier_id=supplier_id,
        )
        answer = await self._calls.unary(request, pb.CreateRecordsResponse, timeout)
        return Records(decode_all(answer.invoices, Invoice), decode_all(answer.wastes, Waste))

    @operation
    async def schema(
        self: Readings[Async], category: Category | str, *, timeout: float | None = None
    ) -> Mapping[str, Any]:
        """Get the JSON Schema of a category's items."""
        request = pb.GetReadingSchemaRequest(category=str(category))
        answer = await self._calls.unary(request, pb.GetReadingSchemaResponse, timeout)
        return struct_value(answer.schema)

    @operation
    async def schemas(self: Readings[Async], *, timeout: float | None = None) -> tuple[ReadingSchema, ...]:
        """Get the categories that have a schema, with it."""
        answer = await self._calls.unary(pb.ListReadingSchemasRequest(), pb.ListReadingSchemasResponse, timeout)
        return decode_all(answer.items, ReadingSchema)


class Invoices(Faced[Face]):
    """Invoices: one facility's part of one item of a reading."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @listing
    def list(
        self: Invoices[Async],
        *,
        file_id: str | None = None,
        facility_id: str | None = None,
        project_id: str | None = None,
        reading_id: str | None = None,
        type: InvoiceType | None = None,  # noqa: A002  # the filter's name
        page_size: int | None = None,
    ) -> Pages[Async, Invoice]:
        """List invoices, newest first."""
        request = records_pb.ListInvoicesRequest(
            file_id=file_id,
            facility_id=facility_id,
            project_id=project_id,
            file_reading_id=reading_id,
            type=enum_number(record_pb2.InvoiceType.DESCRIPTOR, type),
            size=page_size,
        )
        return list_of(self._calls, request, records_pb.ListInvoicesResponse, Invoice)

    @operation
    async def get(self: Invoices[Async], invoice_id: str, *, timeout: float | None = None) -> Invoice:
        """Get an invoice."""
        request = records_pb.GetInvoiceRequest(invoice_id=invoice_id)
        answer = await self._calls.unary(request, records_pb.GetInvoiceResponse, timeout)
        return decode(answer.invoice, Invoice)


class Wastes(Faced[Face]):
    """Wastes: one facility's part of one item of a reading."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @listing
    def list(
        self: Wastes[Async],
        *,
        file_id: str | None = None,
        facility_id: str | None = None,
        project_id: str | None = None,
        reading_id: str | None = None,
        page_size: int | None = None,
    ) -> Pages[Async, Waste]:
        """List wastes, newest first."""
        request = records_pb.ListWastesRequest(
            file_id=file_id,
            facility_id=facility_id,
            project_id=project_id,
            file_reading_id=reading_id,
            size=page_size,
        )
        return list_of(self._calls, request, records_pb.ListWastesResponse, Waste)

    @operation
    async def get(self: Wastes[Async], waste_id: str, *, timeout: float | None = None) -> Waste:
        """Get a waste."""
        request = records_pb.GetWasteRequest(waste_id=waste_id)
        answer = await self._calls.unary(request, records_pb.GetWasteResponse, timeout)
        return decode(answer.waste, Waste)
