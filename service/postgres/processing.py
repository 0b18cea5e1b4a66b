"""What the pipeline keeps in the database: runs with their checkpoints, and what comes out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Double,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from service.domain.files import FileStatus, FileType, ProcessingStatus, kilobytes
from service.domain.ids import new_id
from service.domain.names import search_form
from service.postgres.database import Database, Query, Transaction, query
from service.postgres.readings_json import dumps
from service.postgres.tables import files, idempotency_keys, processing_runs, readings


class SupersededError(Exception):
    """A newer run has the file, or the file isn't to be read any more: what this run found counts for nothing."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the pipeline needs it."""

    id: UUID
    file_name: str
    mime_type: str
    status: str
    type: str
    size_bytes: int | None
    object_key: str
    processing_track: str
    tags: list[str]
    linked: bool
    created_by: UUID | None


@dataclass(frozen=True, slots=True)
class _Category:
    category: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stored run: the job that it belongs to, and what its done stages found."""

    stage: str
    checkpoint: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewReading:
    """What the machine read, or why it couldn't. JSON values; decimals are `Decimal`."""

    status: str
    category: str
    category_confidence: float | None
    items: Sequence[Mapping[str, Any]] = ()
    evidence: Sequence[Mapping[str, Any]] = ()
    checks: Sequence[Mapping[str, Any]] = ()
    error_code: str | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class StoredDerivative:
    """A derived file to be, whose bytes are in the store already."""

    id: UUID
    file_name: str
    mime_type: str
    size_bytes: int
    object_key: str
    etag: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived file as it was before this run."""

    id: UUID
    object_key: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


_OURS = files.c.organization_id == bindparam("organization_id")
_SOURCE = query(
    select(
        files.c.id,
        files.c.file_name,
        files.c.mime_type,
        files.c.status,
        files.c.type,
        files.c.size_bytes,
        files.c.object_key,
        files.c.processing_track,
        files.c.tags,
        files.c.linked,
        files.c.created_by,
    )
    .where(_OURS, files.c.id == bindparam("file_id"))
    .with_for_update()
)
_RUN = query(
    select(processing_runs.c.stage, processing_runs.c.checkpoint).where(
        processing_runs.c.organization_id == bindparam("organization_id"),
        processing_runs.c.file_id == bindparam("file_id"),
    )
)
_begin = upsert(processing_runs).values(
    organization_id=bindparam("organization_id"),
    file_id=bindparam("file_id"),
    stage=bindparam("stage"),
    checkpoint=cast(bindparam("checkpoint_json", type_=Text), JSONB),
)
_BEGIN = query(
    _begin.on_conflict_do_update(
        index_elements=["file_id"],
        set_={"stage": _begin.excluded.stage, "checkpoint": _begin.excluded.checkpoint, "updated_at": func.now()},
    )
)
_SAVE = query(
    update(processing_runs)
    .where(
        processing_runs.c.organization_id == bindparam("organization_id"),
        processing_runs.c.file_id == bindparam("run_file_id"),
        processing_runs.c.checkpoint["token"].astext == bindparam("token"),
    )
    .values(
        stage=bindparam("stage"),
        checkpoint=processing_runs.c.checkpoint.op("||")(cast(bindparam("found_json", type_=Text), JSONB)),
        updated_at=func.now(),
    )
)
_MARK_PROCESSING = query(
    update(files)
    .where(_OURS, files.c.id == bindparam("file_id"))
    .values(
        processing_status=ProcessingStatus.PROCESSING.value,
        processed_at=None,
        error_code=None,
        error_message=None,
        updated_at=func.now(),
    )
)
_MARK_INSPECTED = query(
    update(files)
    .where(_OURS, files.c.id == bindparam("file_id"))
    .values(page_count=bindparam("new_page_count"), checksum_sha256=bindparam("sha256", type_=LargeBinary))
)
_MARK_CLASSIFIED = query(
    update(files)
    .where(_OURS, files.c.id == bindparam("file_id"), files.c.category.is_(None))
    .values(
        category=bindparam("new_category", type_=Text),
        tags=func.array_prepend(bindparam("new_tag", type_=Text), files.c.tags),
        updated_at=func.now(),
    )
)
_MARK_COMPLETED = query(
    update(files)
    .where(_OURS, files.c.id == bindparam("file_id"))
    .values(
        processing_status=ProcessingStatus.COMPLETED.value,
        processed_at=func.now(),
        category=bindparam("new_category", type_=Text),
        tags=bindparam("new_tags", type_=ARRAY(Text)),
        error_code=None,
        error_message=None,
        updated_at=func.now(),
    )
)
_MARK_FAILED = query(
    update(files)
    .where(_OURS, files.c.id == bindparam("file_id"))
    .values(
        processing_status=ProcessingStatus.FAILED.value,
        processed_at=func.now(),
        error_code=bindparam("code"),
        error_message=bindparam("message"),
        updated_at=func.now(),
    )
)
_put = upsert(readings).values(
    id=bindparam("id"),
    organization_id=bindparam("organization_id"),
    file_id=bindparam("file_id"),
    status=bindparam("status"),
    category=bindparam("category"),
    category_confidence=bindparam("category_confidence", type_=Double),
    machine_items=cast(bindparam("items_json", type_=Text), JSONB),
    evidence=cast(bindparam("evidence_json", type_=Text), JSONB),
    checks=cast(bindparam("checks_json", type_=Text), JSONB),
    error_code=bindparam("error_code", type_=Text),
    error_message=bindparam("error_message", type_=Text),
)
# A person wrote items of a category, and perhaps the category itself: both stay as they are.
_written = readings.c.person_items.is_not(None)
# What a person wrote (person_items, corrected_by, corrected_at) isn't named here: no machine overwrites it.
_renewed: dict[str, Any] = {
    **{
        name: _put.excluded[name]
        for name in ("status", "machine_items", "evidence", "checks", "error_code", "error_message")
    },
    **{
        name: case((_written, readings.c[name]), else_=_put.excluded[name])
        for name in ("category", "category_confidence")
    },
    "updated_at": func.clock_timestamp(),
}
_PUT_READING = query(
    _put.on_conflict_do_update(index_elements=["organization_id", "file_id"], set_=_renewed).returning(readings.c.id)
)
# Reading the same bytes again and failing takes nothing back that was read before.
_PUT_FAILURE = query(
    _put.on_conflict_do_update(
        index_elements=["organization_id", "file_id"], set_=_renewed, where=readings.c.status == "error"
    ).returning(readings.c.id)
)
_CATEGORY_WRITTEN = query(
    select(readings.c.category).where(
        readings.c.organization_id == bindparam("organization_id"),
        readings.c.file_id == bindparam("file_id"),
        _written,
    )
)
_DERIVATIVE = query(
    select(files.c.id, files.c.object_key).where(
        _OURS,
        files.c.source_file_id == bindparam("file_id"),
        files.c.type == bindparam("kind", type_=Text),
        files.c.expunged_at.is_(None),
    )
)
_derivative_values = {
    "file_name": bindparam("new_file_name", type_=Text),
    "search_name": bindparam("new_search_name", type_=Text),
    "mime_type": bindparam("new_mime_type", type_=Text),
    "size_kb": bindparam("new_size_kb"),
    "size_bytes": bindparam("new_size_bytes"),
    "object_key": bindparam("new_object_key", type_=Text),
    "etag": bindparam("new_etag", type_=Text),
    "checksum_sha256": bindparam("new_sha256", type_=LargeBinary),
    "updated_at": func.now(),
    "confirmed_at": func.now(),
}
_INSERT_DERIVATIVE = query(
    insert(files).values(
        id=bindparam("new_id", type_=Uuid),
        organization_id=bindparam("organization_id"),
        source_file_id=bindparam("source_id", type_=Uuid),
        type=bindparam("kind", type_=Text),
        status=FileStatus.UPLOADED.value,
        object_key_taken=True,
        processing_status=ProcessingStatus.COMPLETED.value,
        processed_at=func.now(),
        created_by=bindparam("author", type_=Uuid),
        **_derivative_values,
    )
)
_RENEW_DERIVATIVE = query(
    update(files)
    .where(_OURS, files.c.id == bindparam("derivative_id"), files.c.expunged_at.is_(None))
    .values(**_derivative_values)
)
_POINTED_TO = query(
    select(
        files.c.id,
        files.c.object_key,
        files.c.incoming_key,
        files.c.confirmed_at.is_not(None),
        files.c.expunged_at.is_not(None),
    ).where(_OURS, files.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
)
_FORGET_KEYS = query(
    delete(idempotency_keys).where(
        idempotency_keys.c.organization_id == bindparam("organization_id"),
        idempotency_keys.c.created_at < func.now() - text("make_interval(hours => :hours)"),
    )
)
_LOST = query(
    text(
        """
        SELECT files.id FROM files
        WHERE files.organization_id = :organization_id AND files.type = 'FILE' AND files.status = 'uploaded'
            AND files.id >= :since AND files.processing_status IN ('pending', 'processing')
            AND files.updated_at < now() - make_interval(secs => :seconds)
            AND EXISTS (
                SELECT FROM events
                WHERE events.organization_id = files.organization_id AND events.file_id = files.id
                    AND events.confirmation
            )
            AND NOT EXISTS (
                SELECT FROM procrastinate_jobs AS jobs
                WHERE jobs.args ->> 'file_id' = files.id::text AND jobs.status IN ('todo', 'doing')
            )
        ORDER BY files.id LIMIT 1000 FOR UPDATE OF files SKIP LOCKED
        """
    )
)
_ORGANIZATIONS = Query("SELECT muniment_organization_ids()", {})


async def lock_source(tx: Transaction, file_id: UUID) -> SourceFile | None:
    """Fetch the file of a run and keep others from changing it; None when it isn't to be read."""
    file = await tx.first(_SOURCE, SourceFile, file_id=file_id)
    return file if file is not None and file.status == FileStatus.UPLOADED and file.type == FileType.FILE else None


async def stored_run(tx: Transaction, file_id: UUID) -> Run | None:
    return await tx.first(_RUN, Run, file_id=file_id)


async def begin_run(tx: Transaction, file_id: UUID, stage: str, checkpoint: Mapping[str, Any]) -> None:
    """Make this the run that counts, and the file `processing`."""
    await tx.execute(_BEGIN, file_id=file_id, stage=stage, checkpoint_json=dumps(checkpoint))
    await tx.execute(_MARK_PROCESSING, file_id=file_id)


async def save_checkpoint(tx: Transaction, file_id: UUID, token: str, stage: str, found: Mapping[str, Any]) -> None:
    """Keep what a stage found; raises SupersededError when another run has begun."""
    saved = await tx.execute(_SAVE, run_file_id=file_id, token=token, stage=stage, found_json=dumps(found))
    if not saved:
        raise SupersededError(file_id)


async def mark_inspected(tx: Transaction, file_id: UUID, *, page_count: int, sha256: bytes) -> None:
    await tx.execute(_MARK_INSPECTED, file_id=file_id, new_page_count=page_count, sha256=sha256)


async def mark_classified(tx: Transaction, file_id: UUID, *, category: str, tag: str) -> None:
    """Say what kind of document it is, of a file of which that wasn't said yet."""
    await tx.execute(_MARK_CLASSIFIED, file_id=file_id, new_category=category, new_tag=tag)


async def mark_completed(tx: Transaction, file_id: UUID, *, category: str | None, tags: Sequence[str]) -> None:
    await tx.execute(_MARK_COMPLETED, file_id=file_id, new_category=category, new_tags=list(tags))


async def category_written(tx: Transaction, file_id: UUID) -> str | None:
    """The category of the items that a person wrote; None when nobody did."""
    row = await tx.first(_CATEGORY_WRITTEN, _Category, file_id=file_id)
    return None if row is None else row.category


async def mark_failed(tx: Transaction, file_id: UUID, code: str, message: str) -> None:
    await tx.execute(_MARK_FAILED, file_id=file_id, code=code, message=message)


async def put_reading(tx: Transaction, file_id: UUID, reading: NewReading) -> UUID | None:
    """Make or renew what the machine read from a file; a failure never replaces a success (None: it didn't)."""
    statement = _PUT_READING if reading.error_code is None else _PUT_FAILURE
    row = await tx.first(
        statement,
        _Id,
        id=new_id(),
        file_id=file_id,
        status=reading.status,
        category=reading.category,
        category_confidence=reading.category_confidence,
        items_json=dumps(list(reading.items)),
        evidence_json=dumps(list(reading.evidence)),
        checks_json=dumps(list(reading.checks)),
        error_code=reading.error_code,
        error_message=reading.error_message,
    )
    return None if row is None else row.id


async def derivative_of(tx: Transaction, file_id: UUID, kind: FileType) -> Derived | None:
    """Fetch the derived file of this kind that a file has. A run whose token counts is the only one that makes any."""
    return await tx.first(_DERIVATIVE, Derived, file_id=file_id, kind=kind.value)


async def insert_derivative(tx: Transaction, source: SourceFile, kind: FileType, made: StoredDerivative) -> None:
    new = {"new_id": made.id, "source_id": source.id, "kind": kind.value, "author": source.created_by}
    await tx.execute(_INSERT_DERIVATIVE, **new, **_values_of(made))


async def renew_derivative(tx: Transaction, made: StoredDerivative) -> None:
    await tx.execute(_RENEW_DERIVATIVE, derivative_id=made.id, **_values_of(made))


def _values_of(made: StoredDerivative) -> dict[str, Any]:
    return {
        "new_file_name": made.file_name,
        "new_search_name": search_form(made.file_name),
        "new_mime_type": made.mime_type,
        "new_size_kb": kilobytes(made.size_bytes),
        "new_size_bytes": made.size_bytes,
        "new_object_key": made.object_key,
        "new_etag": made.etag,
        "new_sha256": made.sha256,
    }


@dataclass(frozen=True, slots=True)
class Pointers:
    """The objects that a file points to."""

    file_id: UUID
    object_key: str
    incoming_key: str | None
    confirmed: bool
    expunged: bool


async def pointers_of(tx: Transaction, file_ids: Sequence[UUID]) -> dict[UUID, Pointers]:
    return {row.file_id: row for row in await tx.all(_POINTED_TO, Pointers, ids=list(file_ids))}


async def forget_idempotency_keys(tx: Transaction, *, hours: int) -> int:
    """Delete keys that are older; answer how many."""
    return await tx.execute(_FORGET_KEYS, hours=hours)


async def lost_files(tx: Transaction, *, since: UUID, seconds: float) -> list[UUID]:
    """Lock confirmed files that were left unread for so long and have no job; `since` bounds their identifiers."""
    return [row.id for row in await tx.all(_LOST, _Id, since=since, seconds=seconds)]


async def organization_ids(database: Database) -> list[UUID]:
    """Give the ids of all organizations, for maintenance that then visits each in its own scope."""
    async with database.connection() as connection:
        cursor = await connection.execute(_ORGANIZATIONS.sql)
        return [row[0] for row in await cursor.fetchall()]
