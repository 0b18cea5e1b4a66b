"""What changes files: their description, their links, and the end of their life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Update, bindparam, cast, func, literal_column, null, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Text, Uuid

from service.domain.files import FileLink, FileStatus
from service.postgres import lessons
from service.postgres.database import Query, Transaction, query
from service.postgres.readings_json import dumps
from service.postgres.tables import files

_OURS = files.c.organization_id == bindparam("organization_id")
_THIS = _OURS & (files.c.id == bindparam("file_id", type_=Uuid))
_DERIVED = _OURS & (files.c.source_file_id == bindparam("file_id", type_=Uuid))
_USER = func.coalesce(bindparam("user_id", type_=Uuid), files.c.updated_by)
_LIVE = files.c.status != FileStatus.DELETED.value
_JSON = frozenset({"resource_info", "permission_info"})


def _touched(statement: Update) -> Update:
    return statement.values(updated_at=func.now(), updated_by=_USER)


_DELETING = _touched(update(files)).values(
    status=FileStatus.DELETED.value, status_before_deletion=files.c.status, deleted_at=func.now()
)
_DELETE = query(_DELETING.where(_THIS, _LIVE))
_DELETE_DERIVED = query(_DELETING.where(_DERIVED, _LIVE))
_RECOVERING = (
    _touched(update(files))
    .values(status=files.c.status_before_deletion, status_before_deletion=None, deleted_at=None)
    .where(~_LIVE, files.c.expunged_at.is_(None))
)
_RECOVER = query(_RECOVERING.where(_THIS))
# What was deleted with it, and not on its own.
_RECOVER_DERIVED = Query(
    """
    UPDATE files SET status = files.status_before_deletion, status_before_deletion = NULL, deleted_at = NULL,
        updated_at = now(), updated_by = coalesce(%(user_id)s::uuid, files.updated_by)
    FROM files AS source
    WHERE source.organization_id = %(organization_id)s::uuid AND source.id = %(file_id)s::uuid
        AND files.organization_id = source.organization_id AND files.source_file_id = source.id
        AND files.status = 'deleted' AND files.expunged_at IS NULL AND files.deleted_at = source.deleted_at
    """,
    {},
)
_EXPUNGE = query(
    _touched(update(files))
    .values(
        status=FileStatus.DELETED.value,
        status_before_deletion=None,
        deleted_at=func.coalesce(files.c.deleted_at, func.now()),
        expunged_at=func.now(),
        metadata=literal_column("'{}'"),
        resource_info=null(),
        permission_info=null(),
        error_code=None,
        error_message=None,
        confirm_on_arrival=False,
    )
    .where(
        _OURS,
        (files.c.id == bindparam("file_id", type_=Uuid)) | (files.c.source_file_id == bindparam("file_id", type_=Uuid)),
        files.c.expunged_at.is_(None),
    )
)
# The checkpoint holds the document's text. A run that is under way finds it gone, and counts for nothing.
_FORGET_RUN = Query(
    "DELETE FROM processing_runs WHERE organization_id = %(organization_id)s::uuid AND file_id = %(file_id)s::uuid", {}
)
# The row stays, because records point to it.
_FORGET_READING = Query(
    """
    UPDATE readings SET status = 'error', category_confidence = NULL, machine_items = '[]', person_items = NULL,
        evidence = '[]', checks = '[]', error_code = 'FILE_GONE',
        error_message = 'the file was deleted for good, and what was read from it is erased', updated_at = now()
    WHERE organization_id = %(organization_id)s::uuid AND file_id = %(file_id)s::uuid
    """,
    {},
)
# What was derived from a tombstone goes with it, and isn't looked for on its own.
_UNERASED = Query(
    """
    SELECT files.id, files.object_key, files.incoming_key,
        ARRAY(SELECT d.id FROM files d WHERE d.source_file_id = files.id ORDER BY d.id),
        ARRAY(SELECT d.object_key FROM files d WHERE d.source_file_id = files.id ORDER BY d.id)
    FROM files LEFT JOIN files AS source
        ON source.organization_id = files.organization_id AND source.id = files.source_file_id
    WHERE files.organization_id = %(organization_id)s::uuid AND files.expunged_at IS NOT NULL
        AND files.bytes_erased_at IS NULL AND source.expunged_at IS NULL
        AND (%(ids)s::uuid[] IS NULL OR files.id = ANY(%(ids)s::uuid[]))
    ORDER BY files.id LIMIT %(limit)s
    """,
    {},
)
_FORGET_DERIVED_LINKS, _FORGET_DERIVED_PROJECTS, _FORGET_DERIVED, _MARK_ERASED = (
    Query(sql, {})
    for sql in (
        """
        DELETE FROM file_links USING files WHERE files.organization_id = %(organization_id)s::uuid
            AND files.source_file_id = ANY(%(ids)s) AND file_links.file_id = files.id
        """,
        """
        DELETE FROM file_projects USING files WHERE files.organization_id = %(organization_id)s::uuid
            AND files.source_file_id = ANY(%(ids)s) AND file_projects.file_id = files.id
        """,
        "DELETE FROM files WHERE organization_id = %(organization_id)s::uuid AND source_file_id = ANY(%(ids)s)",
        """
        UPDATE files SET bytes_erased_at = now()
        WHERE organization_id = %(organization_id)s::uuid AND id = ANY(%(ids)s)
        """,
    )
)
_PUT_LINKS = Query(
    """
    INSERT INTO file_links (organization_id, file_id, type, id, role, created_at)
    SELECT %(organization_id)s::uuid, %(file_id)s::uuid, new.type, new.id, new.role, clock_timestamp()
    FROM unnest(%(types)s::text[], %(ids)s::text[], %(roles)s::text[]) AS new (type, id, role)
    ON CONFLICT (file_id, type, id) DO UPDATE SET role = excluded.role
    """,
    {},
)
_DELETE_LINK = Query(
    """
    DELETE FROM file_links WHERE organization_id = %(organization_id)s::uuid AND file_id = %(file_id)s::uuid
        AND type = %(type)s AND id = %(id)s
    """,
    {},
)
_TOUCH = query(_touched(update(files)).where(_THIS))


@dataclass(frozen=True, slots=True)
class Unerased:
    """A tombstone whose bytes may still be in the store, with the files derived from it."""

    id: UUID
    object_key: str
    incoming_key: str | None
    derived_ids: list[UUID]
    derived_keys: list[str]


async def change(tx: Transaction, file_id: UUID, values: Mapping[str, Any]) -> bool:
    """Set columns of a file that isn't deleted; answers whether there was one."""
    written = {
        f"new_{name}": dumps(value) if name in _JSON and value is not None else value for name, value in values.items()
    }
    return await tx.execute(_changing(frozenset(values)), file_id=file_id, user_id=tx.scope.user_id, **written) > 0


async def touch(tx: Transaction, file_id: UUID) -> None:
    """Note who changed something of a file, and when."""
    await tx.execute(_TOUCH, file_id=file_id, user_id=tx.scope.user_id)


async def mark_deleted(tx: Transaction, file_id: UUID) -> bool:
    """Mark a file deleted, and what was derived from it; answers whether that changed anything."""
    values = {"file_id": file_id, "user_id": tx.scope.user_id}
    if not await tx.execute(_DELETE, **values):
        return False
    await tx.execute(_DELETE_DERIVED, **values)
    return True


async def mark_recovered(tx: Transaction, file_id: UUID) -> bool:
    """Give a deleted file its status back, and what was deleted with it; answers whether that changed anything."""
    values = {"file_id": file_id, "user_id": tx.scope.user_id}
    # First, because it is told by the time of the source's deletion.
    await tx.execute(_RECOVER_DERIVED, **values)
    return await tx.execute(_RECOVER, **values) > 0


async def mark_expunged(tx: Transaction, file_id: UUID) -> None:
    """Make tombstones of a file and of what was derived from it, and erase what was read from it."""
    await tx.execute(_EXPUNGE, file_id=file_id, user_id=tx.scope.user_id)
    await tx.execute(_FORGET_RUN, file_id=file_id)
    await tx.execute(_FORGET_READING, file_id=file_id)
    await lessons.forget(tx, file_id)


async def unerased(tx: Transaction, ids: Sequence[UUID] | None, *, limit: int) -> list[Unerased]:
    """Find tombstones, all or these, whose bytes may still be in the store, oldest first."""
    return await tx.all(_UNERASED, Unerased, ids=None if ids is None else list(ids), limit=limit)


async def mark_erased(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Note that the store has none of these tombstones' bytes, and forget what was derived from them."""
    for statement in (_FORGET_DERIVED_LINKS, _FORGET_DERIVED_PROJECTS, _FORGET_DERIVED, _MARK_ERASED):
        await tx.execute(statement, ids=list(ids))


async def put_links(tx: Transaction, file_id: UUID, links: Sequence[FileLink]) -> None:
    """Make links, or give them another role. No two of `links` are to the same thing."""
    await tx.execute(
        _PUT_LINKS,
        file_id=file_id,
        types=[link.type for link in links],
        ids=[link.id for link in links],
        roles=[link.role for link in links],
    )


async def delete_link(tx: Transaction, file_id: UUID, link_type: str, link_id: str) -> bool:
    """Take a link away; answers whether there was one."""
    return await tx.execute(_DELETE_LINK, file_id=file_id, type=link_type, id=link_id) > 0


@lru_cache(maxsize=512)
def _changing(names: frozenset[str]) -> Query:
    values: dict[str, Any] = {}
    for name in names:
        if name in _JSON:
            values[name] = cast(bindparam(f"new_{name}", type_=Text), JSONB)
        else:
            values[name] = bindparam(f"new_{name}", type_=files.c[name].type)
    return query(_touched(update(files)).values(**values).where(_THIS, _LIVE))
