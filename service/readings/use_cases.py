"""Looking at readings, and correcting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from service.domain.bills import bill_keys, supplier_keys
from service.domain.category import Category
from service.domain.errors import (
    FileGoneError,
    FolderNotFoundError,
    InvalidRequestError,
    ReadingLinkedError,
    ReadingNotFoundError,
    ReadingSchemaNotFoundError,
    Violation,
)
from service.domain.events import READING_CORRECTED, NewEvent
from service.domain.items import ITEM_SCHEMAS, Item, ItemsInvalidError, json_schema, validate_items
from service.domain.scope import Scope
from service.postgres import lessons
from service.postgres import readings as rows
from service.postgres.database import Database, Transaction
from service.postgres.events import append
from service.postgres.paging import Page, PageRequest
from service.postgres.readings import FileEntry, FolderEntry, ReadingFilters, ReadingQueries, ReadingRow
from service.postgres.records_suppliers import SupplierFinder


class Readings:
    """The readings of organizations."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._queries = ReadingQueries(database)

    async def list_page(
        self,
        scope: Scope,
        filters: ReadingFilters,
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
    ) -> Page[FolderEntry | FileEntry]:
        """List folders and files with their readings.

        Raises:
            FolderNotFoundError: the organization has no such folder.
            InvalidCursorError, InvalidRequestError: see `PageRequest.of`.
        """
        request = PageRequest.of(_listed_filters(filters), page=page, size=size, cursor=cursor)
        if filters.folder_id is not None and not await self._queries.folder_exists(scope, filters.folder_id):
            raise FolderNotFoundError(f"the organization has no folder {filters.folder_id}")
        found = await self._queries.list_page(scope, filters, request)
        await self._resolve(scope, [e.reading for e in found.items if isinstance(e, FileEntry) and e.reading])
        return found

    async def get(self, scope: Scope, reading_id: UUID) -> ReadingRow:
        """Get a reading; raises ReadingNotFoundError."""
        row = await self._queries.get(scope, reading_id)
        if row is None:
            raise _not_found(reading_id)
        await self._resolve(scope, [row])
        return row

    async def of_file(self, scope: Scope, file_id: UUID) -> ReadingRow | None:
        """Get what was read from a file, without its supplier; None until there is a reading."""
        return await self._queries.of_file(scope, file_id)

    async def evidence(self, scope: Scope, reading_id: UUID) -> list[Mapping[str, Any]]:
        """Get where each value that the machine read came from; raises ReadingNotFoundError."""
        found = await self._queries.evidence(scope, reading_id)
        if found is None:
            raise _not_found(reading_id)
        return found

    async def update(
        self, scope: Scope, reading_id: UUID, items: Sequence[Mapping[str, Any]], category: Category | None = None
    ) -> ReadingRow:
        """Replace the items of a reading by what a person wrote; what the machine read stays beside it.

        `category` is what kind of document it is, where the machine took it for another.

        Raises:
            ReadingNotFoundError: the organization has no such reading.
            ReadingLinkedError: records were made from it.
            FileGoneError: its file was deleted for good, and with it what was read.
            InvalidRequestError: an item doesn't follow the schema of the reading's category.
        """
        async with self.database.transaction(scope) as tx:
            if category is not None:
                await rows.recategorize(tx, reading_id, category)
            row = await rows.lock(tx, reading_id)
            if row is None:
                raise _not_found(reading_id)
            if row.linked:
                raise ReadingLinkedError("records were made from this reading, so it can't change any more")
            if row.error_code == FileGoneError.reason:
                raise FileGoneError("the file was deleted for good: nothing can be said of it any more")
            written = _validated(Category(row.category), items)
            await rows.correct(tx, reading_id, written)
            await _teach(tx, row, written)
            corrected = await rows.get(tx, reading_id)
            assert corrected is not None
            payload = {"file_reading_id": str(reading_id), "category": row.category}
            await append(tx, [NewEvent(READING_CORRECTED, row.file_id, scope.user_id, payload)])
        await self._resolve(scope, [corrected])
        return corrected

    async def _resolve(self, scope: Scope, found: Sequence[ReadingRow]) -> None:
        items_of = {row.id: row.items for row in found}
        finder = await SupplierFinder.read(
            self.database, scope, [item for items in items_of.values() for item in items]
        )
        for row in found:
            row.supplier_id = finder.of_items(items_of[row.id])


def reading_schema(category: str) -> dict[str, Any]:
    """Give the JSON Schema of one item of a category; raises ReadingSchemaNotFoundError."""
    try:
        known = Category(category)
    except ValueError:
        raise ReadingSchemaNotFoundError(
            f"there is no category {category[:64]!r}; known are: {', '.join(ITEM_SCHEMAS)}"
        ) from None
    listing = json_schema(known)
    title = f"An item of a reading of category {known.value}"
    return {"$schema": listing["$schema"], "title": title, **listing["items"]}


def reading_schemas() -> dict[Category, dict[str, Any]]:
    """Give the JSON Schema of one item of each category."""
    return {category: reading_schema(category.value) for category in ITEM_SCHEMAS}


async def _teach(tx: Transaction, row: ReadingRow, written: Sequence[Item]) -> None:
    """Leave word for the next document of the supplier, as the person or else the machine names it."""
    named = [*written, *(row.machine_items if written else ())]
    suppliers = [key for item in named for key in supplier_keys(item)]
    await lessons.announce(tx, row.file_id, category=row.category, suppliers=suppliers)
    await lessons.renew_bills(tx, row.file_id, [key for key in bill_keys(written) if key is not None])


def _validated(category: Category, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    try:
        return validate_items(category, items)
    except ItemsInvalidError as error:
        raise InvalidRequestError([Violation(v.field, v.message) for v in error.violations]) from error


def _not_found(reading_id: UUID) -> ReadingNotFoundError:
    return ReadingNotFoundError(f"the organization has no reading {reading_id}")


def _listed_filters(filters: ReadingFilters) -> dict[str, object]:
    return {
        "list": "readings",
        "file_ids": filters.file_ids or None,
        "folder_id": filters.folder_id,
        "project_id": filters.project_id,
        "linked": filters.linked,
        "name": filters.name,
        "categories": filters.categories or None,
    }
