"""RecordService: converts, calls one use case, converts back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from google.type.decimal_pb2 import Decimal as DecimalMessage
from muniment.records.v1 import record_pb2, record_service_pb2_grpc
from muniment.records.v1 import record_service_pb2 as pb

from service.postgres.records import InvoiceRow, RecordFilters, WasteRow
from service.records.use_cases import Records
from service.rpc.context import scope_of
from service.rpc.convert import timestamp
from service.rpc.pages import page_asked, page_fields

_TYPES: Mapping[str, Any] = {n.removeprefix("INVOICE_TYPE_").lower(): v for n, v in record_pb2.InvoiceType.items()}
_TYPE_NAMES = {number: name for name, number in _TYPES.items()}
_STATUS: Mapping[str, Any] = {n.removeprefix("RECORD_STATUS_").lower(): v for n, v in record_pb2.RecordStatus.items()}


class RecordService(record_service_pb2_grpc.RecordServiceServicer):
    """The servicer of `muniment.records.v1.RecordService`."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def ListInvoices(self, request: pb.ListInvoicesRequest, context: Any) -> pb.ListInvoicesResponse:
        kind = _TYPE_NAMES[request.type] if request.type else None
        page = await self._records.list_invoices(scope_of(context), _filters(request, kind), **page_asked(request))
        return pb.ListInvoicesResponse(items=[invoice_message(row) for row in page.items], **page_fields(page))

    async def GetInvoice(self, request: pb.GetInvoiceRequest, context: Any) -> pb.GetInvoiceResponse:
        row = await self._records.get_invoice(scope_of(context), UUID(request.invoice_id))
        return pb.GetInvoiceResponse(invoice=invoice_message(row))

    async def ListWastes(self, request: pb.ListWastesRequest, context: Any) -> pb.ListWastesResponse:
        page = await self._records.list_wastes(scope_of(context), _filters(request), **page_asked(request))
        return pb.ListWastesResponse(items=[waste_message(row) for row in page.items], **page_fields(page))

    async def GetWaste(self, request: pb.GetWasteRequest, context: Any) -> pb.GetWasteResponse:
        row = await self._records.get_waste(scope_of(context), UUID(request.waste_id))
        return pb.GetWasteResponse(waste=waste_message(row))


def invoice_message(row: InvoiceRow) -> record_pb2.Invoice:
    return record_pb2.Invoice(
        **_shared(row),
        type=_TYPES[row.type],
        invoice_id=row.invoice_number,
        supplier_id=_text(row.supplier_id),
        cups=row.cups,
        source_invoice_id=_text(row.source_invoice_id),
    )


def waste_message(row: WasteRow) -> record_pb2.Waste:
    return record_pb2.Waste(
        **_shared(row),
        identification_name=row.identification_name,
        description=row.description,
        destination=row.destination,
        total_km_to_waste_center=_decimal(row.total_km_to_waste_center),
        low_code=row.low_code,
        rd_code=row.rd_code,
    )


def _shared(row: InvoiceRow | WasteRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "status": _STATUS[row.status],
        "base_quantity": _decimal(row.base_quantity),
        "quantity": _decimal(row.quantity),
        "unit": row.unit,
        "start_date": row.start_date.isoformat() if row.start_date else None,
        "end_date": row.end_date.isoformat() if row.end_date else None,
        "facility_id": str(row.facility_id),
        "percentage": _decimal(row.percentage),
        "file_id": str(row.file_id),
        "uploaded_by": _text(row.uploaded_by),
        "project_id": _text(row.project_id),
        "file_reading_id": str(row.reading_id),
        "item": row.item,
        "created_at": timestamp(row.created_at),
    }


def _filters(request: Any, invoice_type: str | None = None) -> RecordFilters:
    return RecordFilters(
        file_id=_uuid(request, "file_id"),
        facility_id=_uuid(request, "facility_id"),
        project_id=_uuid(request, "project_id"),
        reading_id=_uuid(request, "file_reading_id"),
        type=invoice_type,
    )


def _uuid(request: Any, name: str) -> UUID | None:
    return UUID(getattr(request, name)) if request.HasField(name) else None


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)


def _decimal(number: Decimal | None) -> DecimalMessage | None:
    return None if number is None else DecimalMessage(value=format(number, "f"))
