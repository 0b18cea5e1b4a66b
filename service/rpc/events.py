"""EventService: converts, calls one use case, converts back."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from muniment.events.v1 import event_pb2, event_service_pb2_grpc
from muniment.events.v1 import event_service_pb2 as pb

from service.postgres.events import Event
from service.processing.event_log import EventLog
from service.rpc.context import scope_of
from service.rpc.convert import maybe_uuid, timestamp


class EventService(event_service_pb2_grpc.EventServiceServicer):
    """The servicer of `muniment.events.v1.EventService`."""

    def __init__(self, event_log: EventLog) -> None:
        self._event_log = event_log

    async def ListEvents(self, request: pb.ListEventsRequest, context: Any) -> pb.ListEventsResponse:
        found = await self._event_log.list_events(
            scope_of(context),
            file_id=maybe_uuid(request.file_id),
            after=request.after,
            size=request.size if request.HasField("size") else None,
        )
        return pb.ListEventsResponse(items=[_message(event) for event in found.items], next_after=found.next_after)


def _message(event: Event) -> event_pb2.Event:
    return event_pb2.Event(
        id=str(event.id),
        sequence=event.sequence,
        type=event.type,
        file_id=str(event.file_id) if event.file_id else None,
        user_id=str(event.user_id) if event.user_id else None,
        payload=ParseDict(dict(event.payload), Struct()),
        created_at=timestamp(event.created_at),
    )
