"""Queries on records: invoices and wastes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Select, Table, Uuid, bindparam, func, insert, select, update

from service.domain.files import FileLink
from service.domain.scope import Scope
from service.postgres.database import Database, Query, Transaction, query
from service.postgres.file_changes import put_links
from service.postgres.paging import Cursor, Page, PageRequest
from service.postgres.tables import facilities, files, invoices, projects, suppliers, wastes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    id: UUID
    reading_id: UUID
    file_id: UUID
    item: int
    facility_id: UUID
    percentage: Decimal
    base_quantity: Decimal | None
    quantity: Decimal | None
    unit: str | None
    start_date: date | None
    end_date: date | None
    status: str
    project_id: UUID | None
    uploaded_by: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow(_Record):
    """An invoice of one facility."""

    type: str
    invoice_number: str | None
    supplier_id: UUID | None
    cups: str | None
    source_invoice_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WasteRow(_Record):
    """A waste of one facility."""

    identification_name: str | None
    description: str | None
    destination: str | None
    total_km_to_waste_center: Decimal | None
    low_code: str | None
    rd_code: str | None


@dataclass(frozen=True, slots=True)
class RecordFilters:
    """What a list is narrowed down to. None doesn't narrow."""

    file_id: UUID | None = None
    facility_id: UUID | None = None
    project_id: UUID | None = None
    reading_id: UUID | None = None
    type: str | None = None
    """Of invoices alone."""


@dataclass(frozen=True, slots=True)
class Facility:
    """Where a record belongs."""

    id: UUID
    country: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Count:
    count: int


R = TypeVar("R", InvoiceRow, WasteRow)

_TABLES: Mapping[type, Table] = {InvoiceRow: invoices, WasteRow: wastes}
_COLUMNS: Mapping[Table, list[str]] = {
    invoices: [f.name for f in fields(InvoiceRow)],
    wastes: [f.name for f in fields(WasteRow)],
}
_ids = bindparam("ids", type_=ARRAY(Uuid))
_FACILITIES = query(
    select(facilities.c.id, facilities.c.country).where(
        facilities.c.organization_id == bindparam("organization_id"), facilities.c.id == func.any(_ids)
    )
)
_EXISTS = {
    table: query(
        select(table.c.id).where(
            table.c.organization_id == bindparam("organization_id"), table.c.id == bindparam("row_id")
        )
    )
    for table in (projects, suppliers)
}
_OF_READING = {
    table: query(
        select(table.c.id)
        .where(table.c.organization_id == bindparam("organization_id"), table.c.reading_id == bindparam("reading_id"))
        .order_by(table.c.id)
    )
    for table in (invoices, wastes)
}
_INSERT = {
    row: query(
        insert(table).values(
            organization_id=bindparam("organization_id"), **{f.name: bindparam(f.name) for f in fields(row)}
        )
    )
    for row, table in _TABLES.items()
}
_LINK_TYPES: Mapping[type, str] = {InvoiceRow: "invoice", WasteRow: "waste"}
_LINK = query(
    update(files)
    .where(files.c.organization_id == bindparam("organization_id"), files.c.id == bindparam("file_id"))
    .values(
        linked=True,
        updated_at=func.now(),
        updated_by=func.coalesce(bindparam("user_id", type_=Uuid), files.c.updated_by),
    )
)


async def get(database: Database, scope: Scope, row: type[R], record_id: UUID) -> R | None:
    """Fetch one record."""
    found = await _read(database, scope, _by_id(_TABLES[row]), row, id=record_id)
    return found[0] if found else None


async def list_page(
    database: Database, scope: Scope, row: type[R], filters: RecordFilters, request: PageRequest
) -> Page[R]:
    """Fetch a page of records, newest first."""
    values = {name: value for name, value in asdict(filters).items() if value is not None}
    given = frozenset(values)
    after = {"after": request.after.last_id} if request.after else {}
    table = _TABLES[row]
    statement = _listing(table, given, after=bool(after))
    found = await _read(database, scope, statement, row, **values, **after, limit=request.limit, offset=request.offset)
    total = (await database.read(scope, _count(table, given), _Count, **values))[0].count
    return request.page_of(found, total, lambda record: Cursor(record.id))


async def facilities_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Facility]:
    """Fetch those of these facilities that the organization has."""
    return {row.id: row for row in await tx.all(_FACILITIES, Facility, ids=list(ids))}


async def project_exists(tx: Transaction, project_id: UUID) -> bool:
    return bool(await tx.all(_EXISTS[projects], _Id, row_id=project_id))


async def supplier_exists(tx: Transaction, supplier_id: UUID) -> bool:
    return bool(await tx.all(_EXISTS[suppliers], _Id, row_id=supplier_id))


async def ids_of_reading(tx: Transaction, reading_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """Give the ids of the invoices and of the wastes that were made from a reading."""
    found = [await tx.all(_OF_READING[table], _Id, reading_id=reading_id) for table in (invoices, wastes)]
    return [row.id for row in found[0]], [row.id for row in found[1]]


async def insert_records(tx: Transaction, rows: Sequence[InvoiceRow] | Sequence[WasteRow], file_id: UUID) -> None:
    """Insert records of one kind, mark their file linked, and link it to each."""
    if rows:
        await tx.execute_many(_INSERT[type(rows[0])], [asdict(row) for row in rows])
        links = [FileLink(_LINK_TYPES[type(rows[0])], str(row.id)) for row in rows]
        await put_links(tx, file_id, links)
    await tx.execute(_LINK, file_id=file_id, user_id=tx.scope.user_id)


async def _read(database: Database, scope: Scope, statement: Query, row: type[R], **values: Any) -> list[R]:
    names = _COLUMNS[_TABLES[row]]

    def make(*columns: Any) -> R:
        return row(**dict(zip(names, columns, strict=True)))

    return await database.read(scope, statement, make, **values)  # type: ignore[arg-type]  # any callable will do


@lru_cache(maxsize=2)
def _by_id(table: Table) -> Query:
    return query(_select(table).where(table.c.id == bindparam("id")))


@lru_cache(maxsize=512)
def _listing(table: Table, given: frozenset[str], *, after: bool) -> Query:
    statement = _filtered(_select(table), table, given)
    if after:
        statement = statement.where(table.c.id < bindparam("after"))
    return query(statement.order_by(table.c.id.desc()).limit(bindparam("limit")).offset(bindparam("offset")))


@lru_cache(maxsize=512)
def _count(table: Table, given: frozenset[str]) -> Query:
    statement = select(func.count()).where(table.c.organization_id == bindparam("organization_id"))
    return query(_filtered(statement, table, given))


def _select(table: Table) -> Select[Any]:
    return select(*(table.c[name] for name in _COLUMNS[table])).where(
        table.c.organization_id == bindparam("organization_id")
    )


def _filtered(statement: Select[Any], table: Table, given: frozenset[str]) -> Select[Any]:
    return statement.where(*(table.c[name] == bindparam(name) for name in sorted(given)))
