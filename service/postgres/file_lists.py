"""Statements that list and count files, written once for each set of filters."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, text
from sqlalchemy.sql.elements import ColumnElement, TextClause
from sqlalchemy.types import ARRAY, LargeBinary, Text, Uuid

from service.domain.files import FileOrder, FileStatus, FileType, ProcessingStatus
from service.domain.ids import lowest_at
from service.domain.names import search_form
from service.postgres.database import Query, query
from service.postgres.tables import file_counts, file_projects, files

_NOT_DELETED = tuple(status.value for status in FileStatus if status is not FileStatus.DELETED)
_LIFE = frozenset({"status", "statuses", "states", "with_bytes", "is_active"})
_KEPT_COUNT = select(func.coalesce(func.sum(file_counts.c.count), 0)).where(
    file_counts.c.organization_id == bindparam("organization_id"),
    file_counts.c.status == func.any(bindparam("counted", type_=ARRAY(Text))),
)
_COUNTED = query(_KEPT_COUNT)
# The beginning, of 63 bytes, is what the index has; the whole name decides between those that begin alike. A cast to
# `name` is leakproof and `left()` isn't: under row-level security no index is searched by what isn't.
_BEGINNING, _NAME = "CAST(files.file_name AS name)", 'files.file_name COLLATE "C"'
_LAST_NAME = "(SELECT l.file_name FROM files l WHERE l.organization_id = :organization_id AND l.id = :after)"


@dataclass(frozen=True, slots=True)
class FileFilters:
    """What a list is narrowed down to. What isn't given doesn't narrow, with three exceptions: deleted files, inactive
    files and derived files are listed only when they are asked for.
    """

    folder_id: UUID | None = None
    project_id: UUID | None = None
    status: str | None = None
    name: str | None = None
    """A part of the name, in any case."""
    category: str | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    is_active: bool | None = None
    """None: active files alone."""
    type: str = FileType.FILE.value
    file_ids: tuple[UUID, ...] | None = None
    file_name: str | None = None
    """The whole name."""
    external_file_id: str | None = None
    purpose: str | None = None
    data_source_id: str | None = None
    has_data_source: bool | None = None
    statuses: tuple[str, ...] | None = None
    states: tuple[tuple[str, str | None], ...] | None = None
    """Pairs of status and processing status (None: any), of which one must fit."""
    processing_statuses: tuple[str, ...] | None = None
    categories: tuple[str | None, ...] | None = None
    """None among them: not classified yet."""
    link_type: str | None = None
    link_id: str | None = None
    number: int | None = None
    with_bytes: bool = False
    """Uploaded files alone."""
    project_or_none: UUID | None = None
    """Files linked to this project, and files linked to none."""
    checksums: tuple[bytes, ...] | None = None
    """SHA-256."""

    def given(self) -> dict[str, Any]:
        """The filters that narrow."""
        values = {name: value for name, value in asdict(self).items() if value is not None and value is not False}
        if self.type == FileType.FILE:
            del values["type"]
        if self.is_active is not None:
            values["is_active"] = self.is_active
        if self.has_data_source is not None:
            values["has_data_source"] = self.has_data_source
        return values

    @property
    def counted_statuses(self) -> list[str] | None:
        """The entries of `file_counts` whose sum is the total, in any project; None when files have to be counted."""
        pairs = self.life
        countable = self.given().keys() <= _LIFE | {"project_or_none"}
        if not countable or any(processing is not None for _, processing in pairs):
            return None
        prefix = "inactive " if self.is_active is False else ""
        return sorted({prefix + status for status, _ in pairs})

    @property
    def life(self) -> tuple[tuple[str, str | None], ...]:
        """The pairs of status and processing status that fit."""
        allowed = self.states or tuple((status, None) for status in self.statuses or _NOT_DELETED)
        only = {self.status} if self.status else None
        if self.with_bytes:
            only = {FileStatus.UPLOADED.value} if only is None else only & {FileStatus.UPLOADED.value}
        if only is None:
            return allowed
        if self.states is None and self.statuses is None:
            return tuple((status, None) for status in only)
        return tuple(pair for pair in allowed if pair[0] in only)


def listing(columns: tuple[Any, ...], filters: FileFilters, order: FileOrder, *, after: bool) -> Query:
    """Write the statement of a page. It takes `filter_values`, `limit`, `offset` and, if need be, `after`."""
    return _listing(columns, _shape(filters), order, after)


def counting(filters: FileFilters) -> Query:
    """Write the statement of a total. It takes `filter_values`."""
    if filters.counted_statuses is None:
        return _counting(_shape(filters))
    return _COUNTED if filters.project_or_none is None else _counting_but_in_others(_shape(filters))


def filter_values(filters: FileFilters) -> dict[str, Any]:
    """Give the values of a list's statements."""
    values = filters.given()
    values["counted"] = filters.counted_statuses
    if filters.name:
        values["name"] = search_form(filters.name)
    # Identifiers are ordered by the time that they were made, so a time is a place in the index.
    for name in ("created_after", "created_before"):
        if name in values:
            values[name] = lowest_at(values[name])
    if filters.categories is not None:
        values["categories"] = [category for category in filters.categories if category is not None]
    for name in ("file_ids", "processing_statuses", "checksums"):
        if name in values:
            values[name] = list(values[name])
    return values


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of filters decides how a statement is written."""

    given: frozenset[str]
    type: str
    active: bool
    life: tuple[tuple[str, str | None], ...] | None
    """None: all but deleted."""
    with_deleted: bool
    or_unclassified: bool
    has_source: bool


def _shape(filters: FileFilters) -> _Shape:
    given = frozenset(filters.given()) - _LIFE - {"type"}
    life = filters.life
    return _Shape(
        given,
        filters.type,
        filters.is_active is not False,
        None if life == tuple((status, None) for status in _NOT_DELETED) else life,
        any(status == FileStatus.DELETED for status, _ in life),
        None in (filters.categories or ()),
        bool(filters.has_data_source),
    )


@lru_cache(maxsize=512)
def _listing(columns: tuple[Any, ...], shape: _Shape, order: FileOrder, after: bool) -> Query:  # cached
    statement = _filtered(select(*columns), shape)
    if after:
        statement = statement.where(*_after(order))
    direction = "DESC" if order.id_descending else "ASC"
    names: tuple[TextClause, ...] = ()
    if order.name_descending is not None:
        by_name = "DESC" if order.name_descending else "ASC"
        names = (text(f"{_BEGINNING} {by_name}"), text(f"{_NAME} {by_name}"))
    ordered = statement.order_by(*names, text(f"files.id {direction}"))
    return query(ordered.limit(bindparam("limit")).offset(bindparam("offset")))


@lru_cache(maxsize=512)
def _counting(shape: _Shape) -> Query:
    return query(_filtered(select(func.count()).select_from(files), shape))


@lru_cache(maxsize=512)
def _counting_but_in_others(shape: _Shape) -> Query:
    """Take from all files those that other projects alone have: as a rule they are few, and links lead to them."""
    others = _filtered(select(func.count()).select_from(files), replace(shape, given=frozenset({"in_others_alone"})))
    return query(select(_KEPT_COUNT.scalar_subquery() - others.scalar_subquery()))


def _after(order: FileOrder) -> list[TextClause | ColumnElement[bool]]:
    further = (
        files.c.id < bindparam("after", type_=Uuid)
        if order.id_descending
        else files.c.id > bindparam("after", type_=Uuid)
    )
    if order.name_descending is None:
        return [further]
    beyond, further_id = "<" if order.name_descending else ">", "<" if order.id_descending else ">"
    return [
        # The first is a place in the index; the second finds it to the letter.
        text(f"{_BEGINNING} {beyond}= CAST({_LAST_NAME} AS name)"),
        text(
            f"({_BEGINNING} {beyond} CAST({_LAST_NAME} AS name) OR {_NAME} {beyond} {_LAST_NAME}"
            f" OR (files.file_name = {_LAST_NAME} AND files.id {further_id} CAST(:after AS uuid)))"
        ),
    ]


def _filtered(statement: Select[Any], shape: _Shape) -> Select[Any]:
    # Written out, because the partial indexes are found by these very words.
    statement = statement.where(
        files.c.organization_id == bindparam("organization_id"),
        text(f"files.type = '{FileType(shape.type).value}'"),
        text("files.is_active" if shape.active else "NOT files.is_active"),
    )
    if not shape.with_deleted:
        statement = statement.where(text(f"files.status <> '{FileStatus.DELETED.value}'"))
    if shape.life is not None:
        statement = statement.where(text(_lives(shape.life)))
    conditions = _conditions(shape)
    return statement.where(*(conditions[name] for name in sorted(shape.given)))


def _lives(pairs: tuple[tuple[str, str | None], ...]) -> str:
    """Write what files live like, in words rather than as values: a total compares them for every file."""
    anyhow = sorted({FileStatus(status).value for status, processing in pairs if processing is None})
    statuses = ", ".join(f"'{status}'" for status in anyhow)
    choices = [f"files.status IN ({statuses})"] if anyhow else []
    for status, processing in pairs:
        if processing is not None:
            known = FileStatus(status).value, ProcessingStatus(processing).value
            choices.append(f"(files.status = '{known[0]}' AND files.processing_status = '{known[1]}')")
    return f"({' OR '.join(choices)})" if choices else "false"


def _conditions(shape: _Shape) -> dict[str, ColumnElement[bool] | TextClause]:
    in_project = select(file_projects.c.file_id).where(
        file_projects.c.organization_id == bindparam("organization_id"),
        file_projects.c.project_id == bindparam("project_id"),
    )
    classified = files.c.category == func.any(bindparam("categories", type_=ARRAY(Text)))
    linked = "files.id IN (SELECT l.file_id FROM file_links l WHERE l.organization_id = :organization_id AND "
    return {
        "folder_id": files.c.folder_id == bindparam("folder_id"),
        "project_id": files.c.id.in_(in_project),
        "name": func.strpos(files.c.search_name, bindparam("name")) > 0,
        "category": files.c.category == bindparam("category"),
        "tag": bindparam("tag") == func.any(files.c.tags),
        "created_after": files.c.id >= bindparam("created_after", type_=Uuid),
        "created_before": files.c.id < bindparam("created_before", type_=Uuid),
        "file_ids": files.c.id == func.any(bindparam("file_ids", type_=ARRAY(Uuid))),
        "file_name": text(
            f"{_BEGINNING} = CAST(CAST(:file_name AS text) AS name) AND files.file_name = CAST(:file_name AS text)"
        ),
        "external_file_id": text(
            "md5(files.external_file_id) = md5(:external_file_id) AND files.external_file_id = :external_file_id"
        ),
        "purpose": files.c.purpose == bindparam("purpose"),
        "data_source_id": files.c.data_source_id == bindparam("data_source_id"),
        "has_data_source": text(f"files.data_source_id IS {'NOT ' if shape.has_source else ''}NULL"),
        "processing_statuses": files.c.processing_status
        == func.any(bindparam("processing_statuses", type_=ARRAY(Text))),
        "categories": classified | files.c.category.is_(None) if shape.or_unclassified else classified,
        "link_type": text(linked + "l.type = :link_type)"),
        "link_id": text(
            linked + "l.id = :link_id" + (" AND l.type = :link_type)" if "link_type" in shape.given else ")")
        ),
        "number": files.c.number == bindparam("number"),
        # Looked up file by file: joined, all links would be read for a page or a single name.
        "project_or_none": text(
            "coalesce((SELECT bool_or(p.project_id = :project_or_none) FROM file_projects p"
            " WHERE p.file_id = files.id), true)"
        ),
        "in_others_alone": text(
            "files.id IN (SELECT p.file_id FROM file_projects p WHERE p.organization_id = :organization_id"
            " AND (p.project_id < :project_or_none OR p.project_id > :project_or_none))"
            " AND NOT EXISTS (SELECT FROM file_projects p"
            " WHERE p.file_id = files.id AND p.project_id = :project_or_none)"
        ),
        "checksums": files.c.checksum_sha256 == func.any(bindparam("checksums", type_=ARRAY(LargeBinary))),
    }
