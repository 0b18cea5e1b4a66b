"""What corrections teach, and which bills were seen: rows of one organization, found by supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.postgres.database import Query, Transaction
from service.postgres.readings_json import dumps

_OURS = "organization_id = %(organization_id)s::uuid"
_ANY = Query(f"SELECT EXISTS (SELECT FROM lessons WHERE {_OURS}) AS found", {})  # noqa: S608  # constants
_OF_SUPPLIERS = Query(
    f"""
    SELECT DISTINCT ON (corrected_at, file_id) file_id, corrected_at, lesson
    FROM lessons WHERE {_OURS} AND supplier = ANY(%(suppliers)s::text[]) AND category = %(category)s
    ORDER BY corrected_at DESC, file_id LIMIT %(limit)s
    """,  # noqa: S608  # constants
    {},
)
_CORRECTED = Query(
    """
    SELECT files.object_key, files.mime_type, files.size_bytes,
        readings.machine_items::text, readings.person_items::text
    FROM files JOIN readings ON readings.organization_id = files.organization_id AND readings.file_id = files.id
    WHERE files.organization_id = %(organization_id)s::uuid AND files.id = %(file_id)s::uuid
        AND files.status = 'uploaded' AND readings.person_items IS NOT NULL
    """,
    {},
)
_KEEP = Query(
    f"""
    UPDATE lessons SET lesson = %(lesson)s::jsonb
    WHERE {_OURS} AND file_id = %(file_id)s::uuid AND corrected_at = %(corrected_at)s
    """,  # noqa: S608  # constants
    {},
)
_FORGET = Query(f"DELETE FROM lessons WHERE {_OURS} AND file_id = %(file_id)s::uuid", {})  # noqa: S608  # constants
_ANNOUNCE = Query(
    """
    INSERT INTO lessons (organization_id, supplier, file_id, category, corrected_at)
    SELECT %(organization_id)s::uuid, supplier, %(file_id)s::uuid, %(category)s, now()
    FROM unnest(%(suppliers)s::text[]) AS supplier
    """,
    {},
)
_FORGET_BILLS = Query(f"DELETE FROM seen_bills WHERE {_OURS} AND file_id = %(file_id)s::uuid", {})  # noqa: S608
_ADD_BILLS = Query(
    """
    INSERT INTO seen_bills (organization_id, bill, file_id)
    SELECT DISTINCT %(organization_id)s::uuid, bill, %(file_id)s::uuid FROM unnest(%(bills)s::text[]) AS bill
    """,
    {},
)
_SEEN_BEFORE = Query(
    """
    SELECT seen.bill, min(seen.file_id::text) AS file_id
    FROM seen_bills AS seen
    JOIN files ON files.organization_id = seen.organization_id AND files.id = seen.file_id
    WHERE seen.organization_id = %(organization_id)s::uuid AND seen.bill = ANY(%(bills)s::text[])
        AND seen.file_id < %(file_id)s::uuid AND files.status <> 'deleted'
    GROUP BY seen.bill
    """,
    {},
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A correction of a supplier's document. `lesson` is None until the document was looked at again."""

    file_id: UUID
    corrected_at: datetime
    lesson: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected document: its bytes, and JSON texts of what was read and what a person wrote."""

    object_key: str
    mime_type: str
    size_bytes: int | None
    machine_json: str
    person_json: str


@dataclass(frozen=True, slots=True)
class _Found:
    found: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    bill: str
    file_id: str


async def announce(tx: Transaction, file_id: UUID, *, category: str, suppliers: Sequence[str]) -> None:
    """Note that a person corrected a document of these suppliers; what it taught before is forgotten."""
    await tx.execute(_FORGET, file_id=file_id)
    if suppliers:
        await tx.execute(_ANNOUNCE, file_id=file_id, category=category, suppliers=list(dict.fromkeys(suppliers)))


async def any_lesson(tx: Transaction) -> bool:
    """Tell whether anybody of the organization ever corrected a document."""
    found = await tx.first(_ANY, _Found)
    return found is not None and found.found


async def of_suppliers(tx: Transaction, suppliers: Sequence[str], *, category: str, limit: int) -> list[Lesson]:
    """Fetch what corrections of these suppliers' documents taught, or are to teach, the newest first."""
    return await tx.all(_OF_SUPPLIERS, Lesson, suppliers=list(suppliers), category=category, limit=limit)


async def corrected(tx: Transaction, file_id: UUID) -> Corrected | None:
    return await tx.first(_CORRECTED, Corrected, file_id=file_id)


async def keep(tx: Transaction, lesson: Lesson, content: Mapping[str, Any]) -> None:
    """Keep what a correction taught, unless the person has written something else since."""
    await tx.execute(_KEEP, file_id=lesson.file_id, corrected_at=lesson.corrected_at, lesson=dumps(content))


async def forget(tx: Transaction, file_id: UUID) -> None:
    """Erase what a file taught, and the bills that were read from it."""
    await tx.execute(_FORGET, file_id=file_id)
    await tx.execute(_FORGET_BILLS, file_id=file_id)


async def renew_bills(tx: Transaction, file_id: UUID, bills: Sequence[str]) -> None:
    """Note which bills a file has."""
    await tx.execute(_FORGET_BILLS, file_id=file_id)
    if bills:
        await tx.execute(_ADD_BILLS, file_id=file_id, bills=list(bills))


async def seen_before(tx: Transaction, file_id: UUID, bills: Sequence[str]) -> dict[str, str]:
    """Which of these bills an older file has that isn't deleted, with the oldest such file."""
    rows = await tx.all(_SEEN_BEFORE, _Seen, file_id=file_id, bills=list(bills)) if bills else []
    return {row.bill: row.file_id for row in rows}
