"""Queries on files."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import bindparam, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_ignore
from sqlalchemy.types import ARRAY, BigInteger, Uuid

from service.domain.errors import FolderNotFoundError, ProjectNotFoundError
from service.domain.events import CLASSIFY_DOCUMENT
from service.domain.files import NEWEST_FIRST, File, FileOrder, FileStatus, kilobytes
from service.domain.ids import lowest_at
from service.domain.scope import Scope
from service.postgres.database import Database, Query, Transaction, query
from service.postgres.events import HEAD, INSERT, NEW, written
from service.postgres.file_lists import FileFilters, counting, filter_values, listing
from service.postgres.jobs import DEFER, PLACE, document_events, job_values
from service.postgres.loader import RowLoader
from service.postgres.paging import Cursor, Page, PageRequest
from service.postgres.tables import file_projects, files, projects

_DERIVED_COLUMNS = {
    # Most have none, and what isn't sent need not be parsed.
    "metadata": "nullif(files.metadata, '{}')",
    "project_ids": "ARRAY(SELECT p.project_id FROM file_projects p WHERE p.file_id = files.id"
    " ORDER BY p.created_at, p.project_id)",
    "target_file_ids": "ARRAY(SELECT t.id FROM files t WHERE t.source_file_id = files.id AND t.status <> 'deleted'"
    " ORDER BY t.id)",
    "links": "ARRAY(SELECT ARRAY[l.type, l.id, l.role] FROM file_links l WHERE l.file_id = files.id"
    " ORDER BY l.created_at, l.type, l.id)",
}
FILE_COLUMNS = tuple(
    literal_column(_DERIVED_COLUMNS[f.name]).label(f.name) if f.name in _DERIVED_COLUMNS else files.c[f.name]
    for f in fields(File)
)
_OURS = files.c.organization_id == bindparam("organization_id")
_ids = bindparam("ids", type_=ARRAY(Uuid))
_BY_IDS = query(select(*FILE_COLUMNS).where(_OURS, files.c.id == func.any(_ids)))
_BY_NUMBERS = query(
    select(*FILE_COLUMNS).where(_OURS, files.c.number == func.any(bindparam("numbers", type_=ARRAY(BigInteger))))
)
_LOCKED = query(select(*FILE_COLUMNS).where(_OURS, files.c.id == func.any(_ids)).order_by(files.c.id).with_for_update())
_EXISTING_PROJECTS = query(
    select(projects.c.id).where(
        projects.c.organization_id == bindparam("organization_id"), projects.c.id == func.any(_ids)
    )
)
_LINKED_TO_OTHERS = Query(
    """
    SELECT project_id AS id FROM file_projects
    WHERE organization_id = %(organization_id)s::uuid AND project_id < %(project_id)s::uuid
    UNION ALL
    SELECT project_id FROM file_projects
    WHERE organization_id = %(organization_id)s::uuid AND project_id > %(project_id)s::uuid
    LIMIT 1
    """,
    {},
)
_FOLDER_KEY = "files_organization_id_folder_id_fkey"
_PROJECT_KEY = "file_projects_organization_id_project_id_fkey"
_TAKE_KEYS = query(
    update(files)
    .where(_OURS, files.c.id == func.any(_ids), ~files.c.object_key_taken)
    .values(object_key_taken=True)
    .returning(files.c.id)
)
_CONFIRM = Query(
    """
    UPDATE files SET status = 'uploaded', object_key = new.object_key, etag = new.etag, size_bytes = new.size_bytes,
        size_kb = new.size_kb, confirmed_at = now(), updated_at = now(), error_code = NULL, error_message = NULL,
        updated_by = coalesce(%(user_id)s::uuid, files.updated_by)
    FROM unnest(
        %(ids)s::uuid[], %(object_keys)s::text[], %(etags)s::text[], %(sizes_bytes)s::bigint[], %(sizes_kb)s::bigint[]
    ) AS new (id, object_key, etag, size_bytes, size_kb)
    WHERE files.organization_id = %(organization_id)s::uuid AND files.id = new.id
    """,
    {},
)
_SET_PROBLEM = query(
    update(files)
    .where(_OURS, files.c.id == bindparam("id"))
    .values(error_code=bindparam("code"), error_message=bindparam("message"), updated_at=func.now())
)
_SET_STATUS = query(
    update(files)
    .where(_OURS, files.c.id == func.any(_ids))
    .values(
        status=bindparam("new_status"),
        updated_at=func.now(),
        updated_by=func.coalesce(bindparam("user_id", type_=Uuid), files.c.updated_by),
    )
)
_LINK_PROJECT = query(
    insert_or_ignore(file_projects)
    .from_select(
        ["organization_id", "file_id", "project_id"],
        select(bindparam("organization_id", type_=Uuid), func.unnest(_ids), bindparam("project_id", type_=Uuid)),
    )
    .on_conflict_do_nothing()
)


@dataclass(frozen=True, slots=True)
class FileExtras:
    """What most new files have none of."""

    purpose: str | None = None
    data_source_id: str | None = None
    last_modified_at: datetime | None = None
    expires_at: datetime | None = None
    resource_info: Mapping[str, Any] | None = None
    permission_info: Mapping[str, Any] | None = None
    confirm_on_arrival: bool = False
    repeated: bool = False
    """The call repeats one whose answer was lost."""
    project_id: UUID | None = None
    """Of a pending file; confirmed ones are linked by the call that makes them."""


NO_EXTRAS = FileExtras()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A row to be inserted."""

    id: UUID
    file_name: str
    search_name: str
    mime_type: str
    size_kb: int
    size_bytes: int | None
    status: str
    object_key: str
    incoming_key: str | None
    folder_id: UUID | None
    checksum_sha256: bytes | None
    etag: str | None
    external_file_id: str | None
    processing_track: str
    channel: str | None
    created_by: UUID | None
    created_at: datetime
    confirmed_at: datetime | None
    extras: FileExtras | None = None


# The rows come as one JSON value: a thousand are one statement with one parameter.
_RECORDS = """
    jsonb_to_recordset(%(rows)s::jsonb) AS new (
        id uuid, file_name text, search_name text, mime_type text, size_kb bigint, size_bytes bigint, status text,
        object_key text, incoming_key text, folder_id uuid, checksum_sha256 text, etag text, external_file_id text,
        processing_track text, channel text, created_by uuid, created_at timestamptz, confirmed_at timestamptz,
        extras jsonb
    )
"""
_INSERT = f"""
    INSERT INTO files (
        organization_id, object_key_taken, updated_at, id, file_name, search_name, mime_type, size_kb, size_bytes,
        status, object_key, incoming_key, folder_id, checksum_sha256, etag, external_file_id, processing_track,
        channel, created_by, created_at, confirmed_at, api_key_id, purpose, data_source_id, last_modified_at,
        expires_at, resource_info, permission_info, confirm_on_arrival, repeated
    )
    SELECT %(organization_id)s::uuid, confirmed_at IS NOT NULL, created_at, id, file_name, search_name, mime_type,
        size_kb, size_bytes, status, object_key, incoming_key, folder_id, decode(checksum_sha256, 'hex'), etag,
        external_file_id, processing_track, channel, created_by, created_at, confirmed_at, %(api_key_id)s::uuid,
        extras ->> 'purpose', extras ->> 'data_source_id', (extras ->> 'last_modified_at')::timestamptz,
        (extras ->> 'expires_at')::timestamptz, nullif(extras -> 'resource_info', 'null'),
        nullif(extras -> 'permission_info', 'null'), coalesce((extras ->> 'confirm_on_arrival')::boolean, false),
        coalesce((extras ->> 'repeated')::boolean, false)
    FROM {_RECORDS}
"""  # noqa: S608  # constants
_INSERT_ONLY = Query(_INSERT, {})
_INSERT_LINKED = Query(
    f"""
    WITH made AS ({_INSERT} RETURNING files.id)
    INSERT INTO file_projects (organization_id, file_id, project_id)
    SELECT %(organization_id)s::uuid, made.id, (new.extras ->> 'project_id')::uuid
    FROM made JOIN {_RECORDS} ON new.id = made.id WHERE new.extras ->> 'project_id' IS NOT NULL
    """,  # noqa: S608  # constants
    {},
)
# A file that was just made has nothing yet that would have to be looked up.
_NEW_COLUMNS = {
    "metadata": "NULL",
    "project_ids": "CAST('{}' AS uuid[])",
    "target_file_ids": "CAST('{}' AS uuid[])",
    "links": "CAST('{}' AS text[])",
}
_RETURNING = ", ".join(f"{_NEW_COLUMNS.get(f.name, 'files.' + f.name)} AS {f.name}" for f in fields(File))
# Files, project links, the event and the job of each: one statement, so that there is nothing in between.
_INSERT_UPLOADED = Query(
    f"""
    WITH made AS ({_INSERT} RETURNING {_RETURNING}),
    linked AS (
        INSERT INTO file_projects (organization_id, file_id, project_id)
        SELECT %(organization_id)s::uuid, made.id, %(project_id)s::uuid FROM made WHERE %(project_id)s::uuid IS NOT NULL
    ),
    {HEAD}, {PLACE}, {DEFER},
    logged AS ({INSERT} FROM deferred, head, {NEW})
    SELECT * FROM made
    """,  # noqa: S608  # constants
    {},
)
_ONE_AFTER_THE_OTHER = Query(
    "SELECT pg_advisory_xact_lock(key) FROM unnest(%(keys)s::bigint[]) AS key ORDER BY key", {}
)
_ALIKE = Query(
    """
    SELECT id, file_name, checksum_sha256, repeated, confirmed_at FROM files
    WHERE organization_id = %(organization_id)s::uuid AND type = 'FILE' AND status = 'uploaded'
        AND checksum_sha256 = ANY(%(checksums)s::bytea[]) AND file_name = ANY(%(names)s::text[])
        AND api_key_id IS NOT DISTINCT FROM %(api_key_id)s::uuid
        AND created_by IS NOT DISTINCT FROM %(user_id)s::uuid AND id >= %(since)s::uuid
    ORDER BY id
    """,
    {},
)
_REPEATED_WITHIN = timedelta(minutes=10)
_FEW = 4


class FileQueries:
    """Queries on the files of an organization."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_id: RowLoader[UUID, File] = RowLoader(
            lambda scope, ids: database.read(scope, _BY_IDS, File, ids=ids), lambda file: file.id
        )
        self._by_number: RowLoader[int, File] = RowLoader(
            lambda scope, numbers: database.read(scope, _BY_NUMBERS, File, numbers=numbers), lambda file: file.number
        )

    async def insert(self, scope: Scope, new_files: Sequence[NewFile]) -> None:
        """Insert rows, all in one statement and one round trip.

        Raises:
            FolderNotFoundError, ProjectNotFoundError: the organization doesn't have it; nothing was changed.
        """
        linked = any(file.extras and file.extras.project_id for file in new_files)
        statement = _INSERT_LINKED if linked else _INSERT_ONLY
        with _known_folders_and_projects():
            await self._database.write(scope, statement, rows=_as_json(new_files), api_key_id=_api_key(scope))

    async def insert_uploaded(self, scope: Scope, new_files: Sequence[NewFile], project_id: UUID | None) -> list[File]:
        """Insert confirmed files, link them, log their confirmation and queue their reading; answer them in order.

        Raises:
            FolderNotFoundError, ProjectNotFoundError: the organization doesn't have it; nothing was changed.
        """
        with _known_folders_and_projects():
            values = _uploaded_values(scope, new_files, project_id)
            made = await self._database.read(scope, _INSERT_UPLOADED, File, **values)
        return _in_order(made, new_files, project_id)

    async def insert_uploaded_once(
        self, scope: Scope, new_files: Sequence[NewFile], project_id: UUID | None
    ) -> list[File]:
        """Do what `insert_uploaded` does, but answer the file that another try of the same call has made.

        Alike are files that the same key (or user) made with the same name and bytes. A file that is `repeated` gives
        way to one of the last ten minutes; another one only to a repeat that came first while it was under way.
        """
        keys = {file.id: (file.file_name, file.checksum_sha256 or b"") for file in new_files}
        since = lowest_at(min(file.created_at for file in new_files) - _REPEATED_WITHIN)
        async with self._database.transaction(scope) as tx:
            await tx.rows(_ONE_AFTER_THE_OTHER, keys=sorted({_lock_key(scope, *key) for key in keys.values()}))
            alike = await tx.all(
                _ALIKE,
                _Alike,
                names=[name for name, _ in keys.values()],
                checksums=[checksum for _, checksum in keys.values()],
                api_key_id=_api_key(scope),
                user_id=scope.user_id,
                since=since,
            )
            known = {file.id: _first_alike(file, alike) for file in new_files}
            wanted = [file for file in new_files if known[file.id] is None]
            made: list[File] = []
            if wanted:
                with _known_folders_and_projects():
                    made = await tx.all(_INSERT_UPLOADED, File, **_uploaded_values(scope, wanted, project_id))
        found = await self.get_many(scope, [file_id for file_id in known.values() if file_id is not None])
        found |= {file.id: file for file in _in_order(made, wanted, project_id)}
        return [found[known[file.id] or file.id] for file in new_files]

    async def get(self, scope: Scope, file_id: UUID) -> File | None:
        return await self._by_id.load(scope, file_id)

    async def get_by_number(self, scope: Scope, number: int) -> File | None:
        return await self._by_number.load(scope, number)

    async def get_many(self, scope: Scope, ids: Sequence[UUID]) -> dict[UUID, File]:
        if len(ids) <= _FEW:
            # Together with what other calls ask for.
            few = await asyncio.gather(*(self._by_id.load(scope, file_id) for file_id in ids))
            return {file.id: file for file in few if file is not None}
        return {file.id: file for file in await self._database.read(scope, _BY_IDS, File, ids=list(ids))}

    async def project_exists(self, scope: Scope, project_id: UUID) -> bool:
        return bool(await self._database.read(scope, _EXISTING_PROJECTS, UUIDRow, ids=[project_id]))

    async def list_page(
        self, scope: Scope, filters: FileFilters, request: PageRequest, order: FileOrder = NEWEST_FIRST
    ) -> Page[File]:
        project_id = filters.project_or_none
        if project_id is not None and not await self._has_files_in_others(scope, project_id):
            # All files fit then, and their number is known without looking at them.
            filters = replace(filters, project_or_none=None)
        after = {"after": request.after.last_id} if request.after else {}
        rows, [total] = await self._database.read_both(
            scope,
            (listing(FILE_COLUMNS, filters, order, after=bool(after)), File),
            (counting(filters), CountRow),
            **filter_values(filters),
            **after,
            limit=request.limit,
            offset=request.offset,
        )
        return request.page_of(rows, total.count, lambda file: Cursor(file.id))

    async def _has_files_in_others(self, scope: Scope, project_id: UUID) -> bool:
        return bool(await self._database.read(scope, _LINKED_TO_OTHERS, UUIDRow, project_id=project_id))


@dataclass(frozen=True, slots=True)
class UUIDRow:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Alike:
    """A file that may be the one that a repeated call is to make."""

    id: UUID
    file_name: str
    checksum_sha256: bytes
    repeated: bool
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class CountRow:
    count: int

    def __post_init__(self) -> None:
        # sum() of bigints is a numeric.
        object.__setattr__(self, "count", int(self.count))


async def lock(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, File]:
    """Fetch files and keep others from changing them, always in the same order."""
    return {file.id: file for file in await tx.all(_LOCKED, File, ids=list(ids))}


async def take_keys(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Claim the planned object keys; answers whose were still free. A claimed key is never written again."""
    return {row.id for row in await tx.all(_TAKE_KEYS, UUIDRow, ids=list(ids))}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Bytes that a file gets for good."""

    file_id: UUID
    object_key: str
    etag: str
    size_bytes: int


async def confirm(tx: Transaction, confirmations: Sequence[Confirmation]) -> None:
    """Make files `uploaded`, with the bytes that are under their keys."""
    await tx.execute(
        _CONFIRM,
        ids=[c.file_id for c in confirmations],
        object_keys=[c.object_key for c in confirmations],
        etags=[c.etag for c in confirmations],
        sizes_bytes=[c.size_bytes for c in confirmations],
        sizes_kb=[kilobytes(c.size_bytes) for c in confirmations],
        user_id=tx.scope.user_id,
    )


async def set_problem(tx: Transaction, file_id: UUID, code: str, message: str) -> None:
    await tx.execute(_SET_PROBLEM, id=file_id, code=code, message=message)


async def set_status(tx: Transaction, ids: Sequence[UUID], status: FileStatus) -> None:
    await tx.execute(_SET_STATUS, ids=list(ids), new_status=status.value, user_id=tx.scope.user_id)


async def link_project(tx: Transaction, ids: Sequence[UUID], project_id: UUID) -> None:
    """Link files to a project; those that are linked stay so."""
    await tx.execute(_LINK_PROJECT, ids=list(ids), project_id=project_id)


@contextmanager
def _known_folders_and_projects() -> Iterator[None]:
    """Say which folder or project it was, when a foreign key refuses one."""
    try:
        yield
    except ForeignKeyViolation as error:
        named = re.search(r"=\([^,]*, ([0-9a-f-]{36})\)", error.diag.message_detail or "")
        which = named[1] if named else "of this id"
        if error.diag.constraint_name == _FOLDER_KEY:
            raise FolderNotFoundError(f"the organization has no folder {which}") from error
        if error.diag.constraint_name == _PROJECT_KEY:
            raise ProjectNotFoundError(f"the organization has no project {which}") from error
        raise


def _as_json(new_files: Sequence[NewFile]) -> str:
    return orjson.dumps(new_files, default=bytes.hex).decode()


def _uploaded_values(scope: Scope, new_files: Sequence[NewFile], project_id: UUID | None) -> dict[str, Any]:
    ids = [file.id for file in new_files]
    events = document_events(scope, CLASSIFY_DOCUMENT, ids, confirmation=True)
    return {
        "rows": _as_json(new_files),
        "api_key_id": _api_key(scope),
        "project_id": project_id,
        "count": len(events),
        "events": written(events),
        **job_values(scope, CLASSIFY_DOCUMENT, ids),
    }


def _in_order(made: Sequence[File], new_files: Sequence[NewFile], project_id: UUID | None) -> list[File]:
    if project_id is not None:
        for file in made:
            file.project_ids = [project_id]
    by_id = {file.id: file for file in made}
    return [by_id[file.id] for file in new_files]


def _api_key(scope: Scope) -> UUID | None:
    return None if scope.principal is None else scope.principal.api_key_id


def _lock_key(scope: Scope, file_name: str, checksum: bytes) -> int:
    who = f"{scope.organization_id} {_api_key(scope)} {scope.user_id} {file_name}".encode()
    digest = hashlib.blake2b(who + b"\0" + checksum, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _first_alike(file: NewFile, alike: Sequence[_Alike]) -> UUID | None:
    repeated = (file.extras or NO_EXTRAS).repeated
    for other in alike:
        same = (other.file_name, other.checksum_sha256) == (file.file_name, file.checksum_sha256)
        if same and (repeated or (other.repeated and other.confirmed_at > file.created_at)):
            return other.id
    return None
