"""Queries on what an organization has under names: folders, projects, facilities, suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Table, bindparam, func, insert, select

from service.domain.names import search_form
from service.domain.scope import Scope
from service.postgres import tables
from service.postgres.database import Database, Query, Transaction, query
from service.postgres.paging import Cursor, Page, PageRequest


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder of files."""

    id: UUID
    name: str
    parent_id: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project."""

    id: UUID
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility."""

    id: UUID
    name: str
    country: str
    address: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier."""

    id: UUID
    name: str
    tax_id: str | None
    country: str | None
    created_at: datetime


R = TypeVar("R", bound=FolderRow | ProjectRow | FacilityRow | SupplierRow)


class NamedRows(Generic[R]):
    """The rows of one such table: `make` is the dataclass of its columns."""

    def __init__(self, table: Table, make: type[R]) -> None:
        self._table = table
        self._make = make
        self._columns = [table.c[field.name] for field in fields(make)]
        given = [field.name for field in fields(make) if field.name != "created_at"]
        self._new = query(
            insert(table)
            .values({name: bindparam(name) for name in (*given, "organization_id", "search_name")})
            .returning(*self._columns)
        )
        self._one = query(self._select("id"))
        self._statements = cache(self._write)

    async def insert(self, transaction: Transaction, *, name: str, **values: Any) -> R:
        """Make a row; `values` are all its columns but the name and the time."""
        row = await transaction.first(self._new, self._make, name=name, search_name=search_form(name), **values)
        assert row is not None
        return row

    async def get(self, database: Database, scope: Scope, identifier: UUID) -> R | None:
        """Fetch one row."""
        rows = await database.read(scope, self._one, self._make, id=identifier)
        return rows[0] if rows else None

    async def list(
        self, database: Database, scope: Scope, page: PageRequest, name: str | None, equal: Mapping[str, object]
    ) -> Page[R]:
        """List rows, newest first: those whose name contains `name`, and whose columns have the `equal` values."""
        values: dict[str, Any] = dict(equal)
        if name:
            values["part"] = search_form(name)
        count, rows = self._statements(bool(name), page.after is not None, tuple(sorted(equal)))
        total = await database.read(scope, count, int, **values)
        if page.after is not None:
            values["after"] = page.after.last_id
        found = await database.read(scope, rows, self._make, limit=page.limit, offset=page.offset, **values)
        return page.page_of(found, total[0], lambda row: Cursor(row.id))

    def _write(self, by_name: bool, by_cursor: bool, equal: tuple[str, ...]) -> tuple[Query, Query]:
        matching = self._select(*equal)
        if by_name:
            # Literal, unlike LIKE.
            matching = matching.where(func.strpos(self._table.c.search_name, bindparam("part")) > 0)
        count = select(func.count()).select_from(matching.subquery())
        if by_cursor:
            matching = matching.where(self._table.c.id < bindparam("after"))
        page = matching.order_by(self._table.c.id.desc()).limit(bindparam("limit")).offset(bindparam("offset"))
        return query(count), query(page)

    def _select(self, *equal: str) -> Any:
        statement = select(*self._columns).where(self._table.c.organization_id == bindparam("organization_id"))
        for column in equal:
            statement = statement.where(self._table.c[column] == bindparam(column))
        return statement


FOLDERS = NamedRows(tables.folders, FolderRow)
PROJECTS = NamedRows(tables.projects, ProjectRow)
FACILITIES = NamedRows(tables.facilities, FacilityRow)
SUPPLIERS = NamedRows(tables.suppliers, SupplierRow)
