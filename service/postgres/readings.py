"""Queries on readings, and on folders and files as they are browsed with their readings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, Uuid, bindparam, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnElement

from service.domain.category import CATEGORY_BY_TAG, Category, tag_of
from service.domain.items import Item
from service.domain.names import search_form
from service.domain.scope import Scope
from service.postgres.database import Database, Query, Transaction, query
from service.postgres.loader import RowLoader
from service.postgres.paging import Cursor, Page, PageRequest
from service.postgres.readings_json import dumps, loads
from service.postgres.tables import file_counts, file_projects, files, folders, readings

FOLDERS, FILES = 0, 1


@dataclass(slots=True)
class ReadingRow:
    """A reading as it is stored. JSON stays text until it is asked for: its numbers are to keep their digits."""

    id: UUID
    file_id: UUID
    status: str
    category: str
    category_confidence: float | None
    machine_json: str
    person_json: str | None
    checks_json: str
    corrected_by: UUID | None
    corrected_at: datetime | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    updated_at: datetime
    linked: bool
    tags: list[str]
    supplier_id: UUID | None = None

    @property
    def machine_items(self) -> list[Item]:
        return list(loads(self.machine_json))

    @property
    def person_items(self) -> list[Item] | None:
        return None if self.person_json is None else list(loads(self.person_json))

    @property
    def items(self) -> list[Item]:
        """What counts: what a person wrote, else what the machine read."""
        return list(loads(self.machine_json if self.person_json is None else self.person_json))

    @property
    def checks(self) -> list[Mapping[str, Any]]:
        return list(loads(self.checks_json))

    @property
    def corrected(self) -> bool:
        return self.person_json is not None


@dataclass(slots=True)
class FolderEntry:
    """A folder in the listing."""

    id: UUID
    name: str
    parent_id: UUID | None


@dataclass(slots=True)
class FileEntry:
    """A file in the listing."""

    id: UUID
    name: str
    tags: list[str]
    category: str | None
    linked: bool
    folder_id: UUID | None
    reading: ReadingRow | None = None


@dataclass(frozen=True, slots=True)
class ReadingFilters:
    """What the listing is narrowed down to. None and empty don't narrow."""

    file_ids: tuple[UUID, ...] = ()
    folder_id: UUID | None = None
    project_id: UUID | None = None
    linked: bool | None = None
    name: str | None = None
    categories: tuple[str, ...] = ()

    @property
    def browses(self) -> bool:
        """Whether this is browsing, folder by folder."""
        searched = (self.project_id, self.linked, self.name)
        return not self.file_ids and not self.categories and all(value is None for value in searched)


@dataclass(frozen=True, slots=True)
class _Count:
    count: int


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


_OURS = files.c.organization_id == bindparam("organization_id")
_READING_COLUMNS = (
    readings.c.id,
    readings.c.file_id,
    readings.c.status,
    readings.c.category,
    readings.c.category_confidence,
    cast(readings.c.machine_items, Text),
    cast(readings.c.person_items, Text),
    cast(readings.c.checks, Text),
    readings.c.corrected_by,
    readings.c.corrected_at,
    readings.c.error_code,
    readings.c.error_message,
    readings.c.created_at,
    readings.c.updated_at,
    files.c.linked,
    files.c.tags,
)
# Files come first in every statement that locks both: one order for all, so that nobody waits in a ring.
_READINGS = (
    select(*_READING_COLUMNS)
    .select_from(files)
    .join(readings, (readings.c.organization_id == files.c.organization_id) & (readings.c.file_id == files.c.id))
    .where(_OURS)
)
_BY_ID = query(_READINGS.where(readings.c.id == bindparam("id")))
_LOCKED_FILE_ID = query(
    select(files.c.id)
    .where(
        _OURS,
        files.c.id
        == select(readings.c.file_id)
        .where(readings.c.organization_id == bindparam("organization_id"), readings.c.id == bindparam("id"))
        .scalar_subquery(),
    )
    .with_for_update()
)
_LOCKED = query(_READINGS.where(readings.c.id == bindparam("id")).with_for_update(of=readings))
_OF_FILES = query(_READINGS.where(files.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid)))))
_EVIDENCE = query(
    select(cast(readings.c.evidence, Text)).where(
        readings.c.organization_id == bindparam("organization_id"), readings.c.id == bindparam("id")
    )
)
_CORRECT = query(
    update(readings)
    .where(readings.c.organization_id == bindparam("organization_id"), readings.c.id == bindparam("id"))
    .values(
        person_items=cast(bindparam("items", type_=Text), JSONB),
        corrected_by=bindparam("user_id", type_=Uuid),
        corrected_at=func.clock_timestamp(),
        updated_at=func.clock_timestamp(),
    )
)
_RECATEGORIZE_FILE = Query(
    """
    UPDATE files SET category = %(category)s, updated_at = clock_timestamp(),
        tags = %(tag)s::text || ARRAY(SELECT tag FROM unnest(tags) AS tag WHERE tag <> ALL(%(known_tags)s::text[]))
    WHERE organization_id = %(organization_id)s::uuid AND id = (
        SELECT file_id FROM readings WHERE organization_id = %(organization_id)s::uuid AND id = %(id)s::uuid
    )
    """,
    {},
)
_RECATEGORIZE = Query(
    """
    UPDATE readings SET category = %(category)s, category_confidence = NULL
    WHERE organization_id = %(organization_id)s::uuid AND id = %(id)s::uuid
    """,
    {},
)
_COUNT_UPLOADED = query(
    select(func.coalesce(func.sum(file_counts.c.count), 0)).where(
        file_counts.c.organization_id == bindparam("organization_id"), file_counts.c.status == "uploaded"
    )
)
_AFTER_FOLDER = text(
    "(folders.search_name, folders.id) > (SELECT l.search_name, l.id FROM folders AS l"
    " WHERE l.organization_id = :organization_id AND l.id = :after)"
)
_FOLDER = query(
    select(folders.c.id).where(
        folders.c.organization_id == bindparam("organization_id"), folders.c.id == bindparam("folder_id")
    )
)


class ReadingQueries:
    """Queries on the readings of an organization."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_file = RowLoader(
            lambda scope, ids: database.read(scope, _OF_FILES, ReadingRow, ids=ids), attrgetter("file_id")
        )

    async def get(self, scope: Scope, reading_id: UUID) -> ReadingRow | None:
        rows = await self._database.read(scope, _BY_ID, ReadingRow, id=reading_id)
        return rows[0] if rows else None

    async def of_file(self, scope: Scope, file_id: UUID) -> ReadingRow | None:
        return await self._by_file.load(scope, file_id)

    async def evidence(self, scope: Scope, reading_id: UUID) -> list[Mapping[str, Any]] | None:
        rows = await self._database.read(scope, _EVIDENCE, _Text, id=reading_id)
        return list(loads(rows[0].text)) if rows else None

    async def folder_exists(self, scope: Scope, folder_id: UUID) -> bool:
        return bool(await self._database.read(scope, _FOLDER, _Id, folder_id=folder_id))

    async def list_page(
        self, scope: Scope, filters: ReadingFilters, request: PageRequest
    ) -> Page[FolderEntry | FileEntry]:
        """Fetch a page of folders, by name, and then of files with their readings, newest first."""
        folder_count = await self._count_folders(scope, filters)
        rows: list[FolderEntry | FileEntry] = []
        if folder_count and (request.after is None or request.after.section == FOLDERS):
            rows += await self._folders(scope, filters, request)
        if len(rows) < request.limit:
            rows += await self._files(scope, filters, request, folder_count, request.limit - len(rows))
        await self._attach_readings(scope, rows[: request.size])
        total = folder_count + await self._count_files(scope, filters, has_folders=folder_count > 0)
        return request.page_of(rows, total, _cursor_of)

    async def _folders(self, scope: Scope, filters: ReadingFilters, request: PageRequest) -> list[FolderEntry]:
        after = {"after": request.after.last_id} if request.after else {}
        statement = _folder_listing(at_root=filters.folder_id is None, after=bool(after))
        values = {"folder_id": filters.folder_id, "limit": request.limit, "offset": request.offset, **after}
        return await self._database.read(scope, statement, FolderEntry, **values)

    async def _files(
        self, scope: Scope, filters: ReadingFilters, request: PageRequest, folder_count: int, limit: int
    ) -> list[FileEntry]:
        values = _filter_values(filters)
        after = request.after is not None and request.after.section == FILES
        if request.after is not None and after:
            values["after"] = request.after.last_id
        offset = max(request.offset - folder_count, 0)
        statement = _file_listing(_given(filters), after=after)
        return await self._database.read(scope, statement, FileEntry, **values, limit=limit, offset=offset)

    async def _attach_readings(self, scope: Scope, entries: Collection[FolderEntry | FileEntry]) -> None:
        by_id = {entry.id: entry for entry in entries if isinstance(entry, FileEntry)}
        if by_id:
            for row in await self._database.read(scope, _OF_FILES, ReadingRow, ids=list(by_id)):
                by_id[row.file_id].reading = row

    async def _count_folders(self, scope: Scope, filters: ReadingFilters) -> int:
        if not filters.browses:
            return 0
        statement = _folder_count(at_root=filters.folder_id is None)
        return (await self._database.read(scope, statement, _Count, folder_id=filters.folder_id))[0].count

    async def _count_files(self, scope: Scope, filters: ReadingFilters, *, has_folders: bool) -> int:
        if filters.browses and filters.folder_id is None and not has_folders:
            # Without a folder at the root there is none at all: all files are at the root, and they are counted.
            return int((await self._database.read(scope, _COUNT_UPLOADED, _Count))[0].count)
        statement = _file_count(_given(filters))
        return (await self._database.read(scope, statement, _Count, **_filter_values(filters)))[0].count


async def lock(tx: Transaction, reading_id: UUID) -> ReadingRow | None:
    """Fetch a reading and keep others from changing it or its file."""
    if not await tx.all(_LOCKED_FILE_ID, _Id, id=reading_id):
        return None
    return await tx.first(_LOCKED, ReadingRow, id=reading_id)


async def correct(tx: Transaction, reading_id: UUID, items: list[Item]) -> None:
    """Keep what a person wrote."""
    await tx.execute(_CORRECT, id=reading_id, items=dumps(items), user_id=tx.scope.user_id)


async def recategorize(tx: Transaction, reading_id: UUID, category: Category) -> None:
    """Keep what kind of document a person says it is, on the reading and on its file. Call it before `lock`."""
    said = {"id": reading_id, "category": category.value}
    # The file before the reading, as the worker locks them.
    await tx.execute(_RECATEGORIZE_FILE, **said, tag=tag_of(category), known_tags=list(CATEGORY_BY_TAG))
    await tx.execute(_RECATEGORIZE, **said)


async def get(tx: Transaction, reading_id: UUID) -> ReadingRow | None:
    """Fetch a reading as the transaction sees it."""
    return await tx.first(_BY_ID, ReadingRow, id=reading_id)


def _cursor_of(entry: FolderEntry | FileEntry) -> Cursor:
    return Cursor(entry.id, FOLDERS if isinstance(entry, FolderEntry) else FILES)


def _given(filters: ReadingFilters) -> frozenset[str]:
    given = {name for name, value in asdict(filters).items() if value not in (None, ())}
    return frozenset(given | {"at_root"} if filters.browses and filters.folder_id is None else given)


def _filter_values(filters: ReadingFilters) -> dict[str, Any]:
    values = {name: value for name, value in asdict(filters).items() if value not in (None, ())}
    if "name" in values:
        values["name"] = search_form(values["name"])
    for name in ("file_ids", "categories"):
        if name in values:
            values[name] = list(values[name])
    return values


@lru_cache(maxsize=512)
def _file_listing(given: frozenset[str], *, after: bool) -> Query:
    columns = (files.c.id, files.c.file_name, files.c.tags, files.c.category, files.c.linked, files.c.folder_id)
    statement = _filtered(select(*columns), given)
    if after:
        statement = statement.where(files.c.id < bindparam("after"))
    return query(statement.order_by(files.c.id.desc()).limit(bindparam("limit")).offset(bindparam("offset")))


@lru_cache(maxsize=512)
def _file_count(given: frozenset[str]) -> Query:
    return query(_filtered(select(func.count()).select_from(files), given))


def _filtered(statement: Select[Any], given: frozenset[str]) -> Select[Any]:
    conditions: dict[str, ColumnElement[bool]] = {
        "file_ids": files.c.id == func.any(bindparam("file_ids", type_=ARRAY(Uuid))),
        "folder_id": files.c.folder_id == bindparam("folder_id"),
        "at_root": files.c.folder_id.is_(None),
        "project_id": files.c.id.in_(
            select(file_projects.c.file_id).where(
                file_projects.c.organization_id == bindparam("organization_id"),
                file_projects.c.project_id == bindparam("project_id"),
            )
        ),
        "linked": files.c.linked == bindparam("linked"),
        "name": func.strpos(files.c.search_name, bindparam("name")) > 0,
        "categories": files.c.category == func.any(bindparam("categories", type_=ARRAY(Text))),
    }
    # Written out, because the partial indexes are found by these very words.
    statement = statement.where(_OURS, text("files.type = 'FILE'"))
    if "file_ids" in given:
        statement = statement.where(text("files.status <> 'deleted'"))
    else:
        statement = statement.where(text("files.status = 'uploaded'"), text("files.is_active"))
    return statement.where(*(conditions[name] for name in sorted(given)))


@lru_cache(maxsize=4)
def _folder_listing(*, at_root: bool, after: bool) -> Query:
    statement = _in_folder(select(folders.c.id, folders.c.name, folders.c.parent_id), at_root=at_root)
    if after:
        statement = statement.where(_AFTER_FOLDER)
    return query(
        statement.order_by(folders.c.search_name, folders.c.id).limit(bindparam("limit")).offset(bindparam("offset"))
    )


@lru_cache(maxsize=2)
def _folder_count(*, at_root: bool) -> Query:
    return query(_in_folder(select(func.count()).select_from(folders), at_root=at_root))


def _in_folder(statement: Select[Any], *, at_root: bool) -> Select[Any]:
    inside = folders.c.parent_id.is_(None) if at_root else folders.c.parent_id == bindparam("folder_id")
    return statement.where(folders.c.organization_id == bindparam("organization_id"), inside)
