"""The event log's vocabulary: what can happen, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

CLASSIFY_DOCUMENT = "CLASSIFY_DOCUMENT"
PROCESS_DOCUMENT = "PROCESS_DOCUMENT"
READING_COMPLETED = "reading.completed"
READING_FAILED = "reading.failed"
READING_CORRECTED = "reading.corrected"
RECORDS_CREATED = "records.created"

#: The events that make a worker read a document, with the `method` of their documented payload.
DOCUMENT_EVENTS: Mapping[str, str] = MappingProxyType(
    {CLASSIFY_DOCUMENT: "/classify-document", PROCESS_DOCUMENT: "/process-document"}
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that isn't in the log yet."""

    type: str
    file_id: UUID | None
    user_id: UUID | None
    payload: Mapping[str, object] = field(default_factory=dict)
    """Values that JSON has."""
    confirmation: bool = False
    """Whether this is the one event of a file's confirmation; the database refuses a second one."""


def document_event(
    event_type: str, file_id: UUID, user_id: UUID | None, organization_id: UUID, *, confirmation: bool = False
) -> NewEvent:
    """Make the event that has a document read; raises KeyError for a type that isn't in `DOCUMENT_EVENTS`.

    The documented payload has the verb under `resource` and the path under `method`.
    """
    payload = {
        "resource": "POST",
        "method": DOCUMENT_EVENTS[event_type],
        "file_id": str(file_id),
        "user_id": None if user_id is None else str(user_id),
        "organization_id": str(organization_id),
    }
    return NewEvent(event_type, file_id, user_id, payload, confirmation)
