"""The event log as callers read it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from muniment.events.v1 import event_service_pb2 as pb

from service.domain.errors import InvalidRequestError
from service.domain.scope import Scope
from service.postgres.database import Database
from service.postgres.jobs import emit
from service.processing.event_log import EventLog
from service.rpc.events import EventService
from tests.world import World


@pytest.fixture
def service(database: Database) -> EventService:
    return EventService(EventLog(database))


async def test_log_is_read_on_from_where_one_was(service: EventService, database: Database, world: World) -> None:
    scope, stranger = world.organization(), world.organization()
    files = [world.file(scope) for _ in range(3)]
    for file_id in files:
        async with database.transaction(scope) as tx:
            await emit(tx, "CLASSIFY_DOCUMENT", [file_id])
    async with database.transaction(scope) as tx:
        await emit(tx, "PROCESS_DOCUMENT", files)

    async def read(scope: Scope, **asked: Any) -> pb.ListEventsResponse:
        context: Any = SimpleNamespace(scope=scope)
        return await service.ListEvents(pb.ListEventsRequest(**asked), context)

    first = await read(scope, size=4)
    assert [event.sequence for event in first.items] == [1, 2, 3, 4]
    rest = await read(scope, size=4, after=first.next_after)
    assert [event.sequence for event in rest.items] == [5, 6]
    assert not rest.HasField("next_after")
    of_one = await read(scope, file_id=str(files[0]))
    assert [event.type for event in of_one.items] == ["CLASSIFY_DOCUMENT", "PROCESS_DOCUMENT"]
    assert MessageToDict(of_one.items[1].payload) == {
        "resource": "POST",
        "method": "/process-document",
        "file_id": str(files[0]),
        "user_id": str(scope.user_id),
        "organization_id": str(scope.organization_id),
    }
    assert list((await read(stranger)).items) == []
    assert list((await read(stranger, file_id=str(files[0]))).items) == []
    with pytest.raises(InvalidRequestError):
        await read(scope, size=0)
