"""Making records from readings, and looking at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.domain.allocation import Share, parse_shares, part_of
from service.domain.category import Category
from service.domain.errors import (
    CategoryNotSupportedError,
    FacilityNotFoundError,
    InvalidRequestError,
    InvoiceNotFoundError,
    MultipleFilesNotSupportedError,
    ProjectNotFoundError,
    ReadingNotFoundError,
    ReadingNotReadyError,
    RecordsExistError,
    SupplierNotFoundError,
    SupplierRequiredError,
    Violation,
    WasteNotFoundError,
)
from service.domain.events import RECORDS_CREATED, NewEvent
from service.domain.ids import new_id
from service.domain.items import Item
from service.domain.records import INVOICE_TYPES, SPAIN, RecordStatus, record_category
from service.domain.scope import Scope
from service.postgres import readings
from service.postgres import records as rows
from service.postgres.database import Database, Transaction
from service.postgres.events import append
from service.postgres.paging import Page, PageRequest
from service.postgres.readings import ReadingRow
from service.postgres.records import Facility, InvoiceRow, RecordFilters, WasteRow
from service.postgres.records_suppliers import SupplierFinder

MAX_RECORDS = 10_000


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """What is to be made: of which readings, for which facilities with which percentages (decimal text)."""

    reading_ids: Sequence[UUID]
    shares: Sequence[tuple[UUID, str]]
    project_id: UUID | None = None
    supplier_id: UUID | None = None


@dataclass(slots=True)
class CreatedRecords:
    """What was made."""

    invoices: list[InvoiceRow] = field(default_factory=list)
    wastes: list[WasteRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Records:
    """The records of organizations."""

    database: Database

    async def create(self, scope: Scope, request: RecordRequest) -> CreatedRecords:
        """Make one record for each item and facility. Of several calls for a reading exactly one succeeds.

        Raises:
            MultipleFilesNotSupportedError: not exactly one reading.
            InvalidRequestError, AllocationExceededError: see `parse_shares`; or far too many records.
            ReadingNotFoundError, FacilityNotFoundError, ProjectNotFoundError, SupplierNotFoundError.
            RecordsExistError: records were made from the reading before.
            ReadingNotReadyError: it has no items.
            CategoryNotSupportedError: its kind of document has no records.
            SupplierRequiredError: electricity in Spain without a supplier.
        """
        if len(request.reading_ids) != 1:
            raise MultipleFilesNotSupportedError(
                "file_readings must have exactly one entry: call once for each reading"
            )
        shares = parse_shares(request.shares)
        async with self.database.transaction(scope) as tx:
            reading = await readings.lock(tx, request.reading_ids[0])
            if reading is None:
                raise ReadingNotFoundError(f"the organization has no reading {request.reading_ids[0]}")
            await _refuse_existing(tx, reading.id)
            made = await _make(tx, request, reading, shares)
            await rows.insert_records(tx, made.invoices or made.wastes, reading.file_id)
            payload = {
                "file_reading_id": str(reading.id),
                "invoices": len(made.invoices),
                "wastes": len(made.wastes),
            }
            await append(tx, [NewEvent(RECORDS_CREATED, reading.file_id, scope.user_id, payload)])
        return made

    async def get_invoice(self, scope: Scope, invoice_id: UUID) -> InvoiceRow:
        """Get an invoice; raises InvoiceNotFoundError."""
        row = await rows.get(self.database, scope, InvoiceRow, invoice_id)
        if row is None:
            raise InvoiceNotFoundError(f"the organization has no invoice {invoice_id}")
        return row

    async def get_waste(self, scope: Scope, waste_id: UUID) -> WasteRow:
        """Get a waste; raises WasteNotFoundError."""
        row = await rows.get(self.database, scope, WasteRow, waste_id)
        if row is None:
            raise WasteNotFoundError(f"the organization has no waste {waste_id}")
        return row

    async def list_invoices(
        self,
        scope: Scope,
        filters: RecordFilters,
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
    ) -> Page[InvoiceRow]:
        """List invoices, newest first; raises as `PageRequest.of` does."""
        request = PageRequest.of(_listed("invoices", filters), page=page, size=size, cursor=cursor)
        return await rows.list_page(self.database, scope, InvoiceRow, filters, request)

    async def list_wastes(
        self,
        scope: Scope,
        filters: RecordFilters,
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
    ) -> Page[WasteRow]:
        """List wastes, newest first; raises as `PageRequest.of` does."""
        request = PageRequest.of(_listed("wastes", filters), page=page, size=size, cursor=cursor)
        return await rows.list_page(self.database, scope, WasteRow, filters, request)


def _listed(name: str, filters: RecordFilters) -> dict[str, object]:
    return {
        "list": name,
        "file_id": filters.file_id,
        "facility_id": filters.facility_id,
        "project_id": filters.project_id,
        "reading_id": filters.reading_id,
        "type": filters.type,
    }


async def _refuse_existing(tx: Transaction, reading_id: UUID) -> None:
    invoice_ids, waste_ids = await rows.ids_of_reading(tx, reading_id)
    if invoice_ids or waste_ids:
        details = {"invoice_ids": [str(i) for i in invoice_ids], "waste_ids": [str(i) for i in waste_ids]}
        raise RecordsExistError("records were made from this reading before; details has their ids", details=details)


async def _make(tx: Transaction, request: RecordRequest, reading: ReadingRow, shares: list[Share]) -> CreatedRecords:
    items = reading.items
    if not items:
        raise ReadingNotReadyError(
            "the reading has no items to make records from: correct it first, or process it anew"
        )
    category = record_category(reading.tags)
    if category is None:
        raise CategoryNotSupportedError(f"a document of category {reading.category} has no records")
    if len(items) * len(shares) > MAX_RECORDS:
        problem = f"{len(shares)} facilities × {len(items)} items are more than {MAX_RECORDS} records"
        raise InvalidRequestError([Violation("facilities", problem)])
    facilities = await _known_facilities(tx, shares)
    if request.project_id is not None and not await rows.project_exists(tx, request.project_id):
        raise ProjectNotFoundError(f"the organization has no project {request.project_id}")
    parts = list(_parts(tx.scope, request, reading, items, shares))
    if category is Category.WASTES:
        return CreatedRecords(wastes=[_waste(items[part["item"]], part) for part in parts])
    supplier_ids = await _suppliers(tx, request, category, items, facilities)
    return CreatedRecords(invoices=_invoices(category, items, parts, supplier_ids))


async def _known_facilities(tx: Transaction, shares: Sequence[Share]) -> dict[UUID, Facility]:
    known = await rows.facilities_of(tx, [share.facility_id for share in shares])
    for share in shares:
        if share.facility_id not in known:
            raise FacilityNotFoundError(f"the organization has no facility {share.facility_id}")
    return known


async def _suppliers(
    tx: Transaction, request: RecordRequest, category: Category, items: list[Item], facilities: Mapping[UUID, Facility]
) -> list[UUID | None]:
    """Give the supplier of each item."""
    electricity = category is Category.ELECTRICITY
    if electricity and request.supplier_id is not None:
        if not await rows.supplier_exists(tx, request.supplier_id):
            raise SupplierNotFoundError(f"the organization has no supplier {request.supplier_id}")
        return [request.supplier_id] * len(items)
    finder = await SupplierFinder.read_in(tx, items)
    of_reading = finder.of_items(items)
    found = [finder.of_item(item) or of_reading for item in items]
    if electricity and None in found and any(facility.country == SPAIN for facility in facilities.values()):
        raise SupplierRequiredError(
            "a facility in Spain needs the supplier of its electricity, and the document names none that the"
            " organization has: give supplier_id"
        )
    return found


def _parts(
    scope: Scope, request: RecordRequest, reading: ReadingRow, items: list[Item], shares: list[Share]
) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    for index, item in enumerate(items):
        base: Decimal | None = item.get("quantity")
        for share in shares:
            yield {
                "id": new_id(),
                "reading_id": reading.id,
                "file_id": reading.file_id,
                "item": index,
                "facility_id": share.facility_id,
                "percentage": share.percentage,
                "base_quantity": base,
                "quantity": None if base is None else part_of(base, share.percentage),
                "unit": item.get("unit"),
                "start_date": _date(item.get("start_date")),
                "end_date": _date(item.get("end_date")),
                "status": RecordStatus.ACTIVE.value,
                "project_id": request.project_id,
                "uploaded_by": scope.user_id,
                "created_at": now,
            }


def _invoices(
    category: Category, items: list[Item], parts: list[dict[str, Any]], supplier_ids: list[UUID | None]
) -> list[InvoiceRow]:
    first_of: dict[int, UUID] = {}
    made = []
    for part in parts:
        item = items[part["item"]]
        first = first_of.setdefault(part["item"], part["id"])
        made.append(
            InvoiceRow(
                **part,
                type=INVOICE_TYPES[category].value,
                invoice_number=item.get("invoice_number"),
                supplier_id=supplier_ids[part["item"]],
                cups=item.get("cups"),
                source_invoice_id=None if first == part["id"] else first,
            )
        )
    return made


def _waste(item: Item, part: dict[str, Any]) -> WasteRow:
    return WasteRow(
        **part,
        identification_name=item.get("identification_name"),
        description=item.get("description"),
        destination=item.get("destination"),
        total_km_to_waste_center=item.get("total_km_to_waste_center"),
        low_code=item.get("low_code"),
        rd_code=item.get("rd_code"),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
