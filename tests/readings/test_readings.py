"""Readings as callers see them: browsed, searched, corrected."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.json_format import MessageToDict
from muniment.readings.v1 import reading_pb2
from muniment.readings.v1 import reading_service_pb2 as pb

from service.domain.errors import (
    FolderNotFoundError,
    InvalidCursorError,
    InvalidRequestError,
    ReadingLinkedError,
    ReadingNotFoundError,
    ReadingSchemaNotFoundError,
)
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.database import Database
from service.readings.use_cases import Readings
from service.records.use_cases import Records
from service.rpc.readings import ReadingService
from tests.world import World

WATER = [{"invoice_number": "W-1", "quantity": Decimal("32.10"), "unit": "cubic_metre_(m3)"}]


@pytest.fixture
def service(database: Database) -> ReadingService:
    # Pages are drawn against the running service, in tests/system.
    pages: Any = None
    return ReadingService(Readings(database), Records(database), pages)


def _as(scope: Scope) -> Any:
    return SimpleNamespace(scope=scope)


async def _names(service: ReadingService, scope: Scope, **asked: Any) -> list[str]:
    answer = await service.ListReadings(pb.ListReadingsRequest(**asked), _as(scope))
    return [entry.name for entry in answer.items]


async def test_browsing_shows_folders_first_and_then_uploaded_files(service: ReadingService, world: World) -> None:
    scope = world.organization()
    inner = world.folder(scope, "b-folder")
    world.folder(scope, "a-folder")
    world.folder(scope, "deeper", parent_id=inner)
    for name in ("one.pdf", "two.pdf"):
        world.file(scope, file_name=name)
    world.file(scope, file_name="pending.pdf", status="pending")
    world.file(scope, file_name="inside.pdf", folder_id=inner)
    world.file(scope, file_name="thumb.png", type="THUMBNAIL")

    assert await _names(service, scope) == ["a-folder", "b-folder", "two.pdf", "one.pdf"]
    assert await _names(service, scope, folder_id=str(inner)) == ["deeper", "inside.pdf"]
    with pytest.raises(FolderNotFoundError):
        await _names(service, scope, folder_id=str(new_id()))
    with pytest.raises(FolderNotFoundError):
        await _names(service, world.organization(), folder_id=str(inner))


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_cursor_and_page_numbers_walk_folders_and_then_files_alike(
    service: ReadingService, world: World, size: int
) -> None:
    scope = world.organization()
    for number in range(3):
        world.folder(scope, f"folder-{number}")
    for number in range(4):
        world.file(scope, file_name=f"file-{number}.pdf")
    expected = [f"folder-{n}" for n in range(3)] + [f"file-{n}.pdf" for n in (3, 2, 1, 0)]

    by_cursor: list[str] = []
    answer = await service.ListReadings(pb.ListReadingsRequest(size=size), _as(scope))
    by_cursor += [entry.name for entry in answer.items]
    while answer.HasField("next_cursor"):
        asked = pb.ListReadingsRequest(size=size, cursor=answer.next_cursor)
        answer = await service.ListReadings(asked, _as(scope))
        by_cursor += [entry.name for entry in answer.items]
        assert not answer.HasField("page")
    by_page = [
        name for page in range(1, answer.pages + 2) for name in await _names(service, scope, page=page, size=size)
    ]

    assert by_cursor == by_page == expected
    assert (answer.total, answer.pages) == (7, -(-7 // min(size, 100)))


async def test_root_without_folders_is_counted_as_it_is_listed(service: ReadingService, world: World) -> None:
    scope = world.organization()
    for status in ("uploaded", "uploaded", "pending", "deleted"):
        world.file(scope, status=status)
    world.file(scope, type="THUMBNAIL")
    answer = await service.ListReadings(pb.ListReadingsRequest(), _as(scope))
    assert (answer.total, len(answer.items)) == (2, 2)


async def test_cursor_of_other_filters_is_refused(service: ReadingService, world: World) -> None:
    scope = world.organization()
    for _ in range(2):
        world.file(scope)
    answer = await service.ListReadings(pb.ListReadingsRequest(size=1), _as(scope))
    with pytest.raises(InvalidCursorError):
        await _names(service, scope, linked=True, cursor=answer.next_cursor)


async def test_filters_search_all_folders(service: ReadingService, world: World) -> None:
    scope = world.organization()
    folder = world.folder(scope, "folder")
    project = world.named(scope, "projects", "project")
    inside = world.file(scope, file_name="Ñandú 100%.pdf", folder_id=folder, category="water", linked=True)
    world.file(scope, file_name="other.pdf", category="gas")
    world.file(scope, file_name="third.pdf")
    world.insert("file_projects", {"organization_id": scope.organization_id, "file_id": inside, "project_id": project})

    assert await _names(service, scope, linked=True) == ["Ñandú 100%.pdf"]
    assert await _names(service, scope, linked=False) == ["third.pdf", "other.pdf"]
    assert await _names(service, scope, project_id=str(project)) == ["Ñandú 100%.pdf"]
    assert await _names(service, scope, name="ÑANDÚ") == ["Ñandú 100%.pdf"]
    assert await _names(service, scope, name="0%") == ["Ñandú 100%.pdf"]
    assert await _names(service, scope, name="_") == []
    both = [reading_pb2.CATEGORY_WATER, reading_pb2.CATEGORY_GAS]
    assert await _names(service, scope, category=both) == ["other.pdf", "Ñandú 100%.pdf"]
    assert await _names(service, scope, category=both, folder_id=str(folder)) == ["Ñandú 100%.pdf"]


async def test_file_ids_answer_those_files_of_any_status_but_deleted(service: ReadingService, world: World) -> None:
    scope, other = world.organization(), world.organization()
    first = world.file(scope, file_name="first.pdf", status="pending")
    second = world.file(scope, file_name="second.pdf")
    gone, foreign = world.file(scope, status="deleted"), world.file(other)
    world.folder(scope, "folder")
    world.reading(scope, second, "water", WATER)

    asked = [str(i) for i in (second, first, first, gone, foreign, new_id())]
    answer = await service.ListReadings(pb.ListReadingsRequest(file_id=asked), _as(scope))

    assert [entry.name for entry in answer.items] == ["second.pdf", "first.pdf"]
    assert [entry.HasField("reading") for entry in answer.items] == [True, False]
    assert answer.items[0].reading.content.items[0].quantity.value == "32.10"
    assert answer.total == 2


async def test_correction_is_kept_beside_what_the_machine_read(service: ReadingService, world: World) -> None:
    scope = world.organization()
    file_id = world.file(scope)
    reading_id = world.reading(scope, file_id, "water", WATER, status="error", error_code="PROCESSING_TIMEOUT")
    before = await service.GetReading(pb.GetReadingRequest(file_reading_id=str(reading_id)), _as(scope))
    assert before.reading.status == reading_pb2.READING_STATUS_ERROR
    assert before.reading.error.code == "PROCESSING_TIMEOUT"

    request = pb.UpdateReadingRequest(file_reading_id=str(reading_id))
    request.content.items.add(unit="m3").quantity.value = "31.50"
    answer = (await service.UpdateReading(request, _as(scope))).reading

    assert MessageToDict(answer.content) == {"items": [{"quantity": {"value": "31.50"}, "unit": "cubic_metre_(m3)"}]}
    assert answer.machine_content.items[0].quantity.value == "32.10"
    assert (answer.corrected, answer.corrected_by) == (True, str(scope.user_id))
    assert answer.status == reading_pb2.READING_STATUS_SUCCESS
    assert world.rows("SELECT type, file_id FROM events") == [("reading.corrected", file_id)]
    request.content.ClearField("items")
    emptied = (await service.UpdateReading(request, _as(scope))).reading
    assert (list(emptied.content.items), emptied.corrected) == ([], True)


async def test_violations_name_item_and_field(service: ReadingService, world: World) -> None:
    scope = world.organization()
    reading_id = world.reading(scope, world.file(scope), "water", WATER)
    request = pb.UpdateReadingRequest(file_reading_id=str(reading_id))
    request.content.items.add(start_date="2024-03-02", end_date="2024-03-01")
    request.content.items.add(low_code="200301").quantity.value = "lots"
    with pytest.raises(InvalidRequestError) as caught:
        await service.UpdateReading(request, _as(scope))
    assert {violation.field for violation in caught.value.violations} == {
        "content.items[0].end_date", "content.items[1].low_code", "content.items[1].quantity",
    }  # fmt: skip
    assert world.row("SELECT person_items FROM readings") == (None,)


async def test_linked_foreign_and_absent_readings_are_refused(service: ReadingService, world: World) -> None:
    scope, other = world.organization(), world.organization()
    linked = world.reading(scope, world.file(scope, linked=True), "water", WATER)
    foreign = world.reading(other, world.file(other), "water", WATER)

    async def update(reading_id: UUID) -> None:
        request = pb.UpdateReadingRequest(file_reading_id=str(reading_id), content=reading_pb2.ReadingContent())
        await service.UpdateReading(request, _as(scope))

    with pytest.raises(ReadingLinkedError):
        await update(linked)
    for unseen in (foreign, new_id()):
        with pytest.raises(ReadingNotFoundError) as caught:
            await update(unseen)
        assert str(unseen) in caught.value.message
        with pytest.raises(ReadingNotFoundError):
            await service.GetReading(pb.GetReadingRequest(file_reading_id=str(unseen)), _as(scope))
        with pytest.raises(ReadingNotFoundError):
            await service.GetReadingEvidence(pb.GetReadingEvidenceRequest(file_reading_id=str(unseen)), _as(scope))


async def test_supplier_is_found_by_tax_number_and_else_by_exact_name(service: ReadingService, world: World) -> None:
    scope, other = world.organization(), world.organization()
    by_number = world.named(scope, "suppliers", "Aguas", tax_id="ES-A58.818.501")
    by_name = world.named(scope, "suppliers", "Luz del Sur")
    world.named(other, "suppliers", "Foreign")

    async def supplier(**item: Any) -> str:
        reading_id = world.reading(scope, world.file(scope), "water", [item])
        answer = await service.GetReading(pb.GetReadingRequest(file_reading_id=str(reading_id)), _as(scope))
        return answer.reading.supplier_id

    assert await supplier(supplier_tax_id="A58818501", supplier_name="Luz del Sur") == str(by_number)
    assert await supplier(supplier_tax_id="ESA58818501") == str(by_number)
    assert await supplier(supplier_tax_id="B64717838", supplier_name="LUZ DEL SUR") == str(by_name)
    assert await supplier(supplier_name="Luz") == ""
    assert await supplier(supplier_name="Foreign") == ""


async def test_evidence_and_checks_come_back_as_they_were_kept(service: ReadingService, world: World) -> None:
    scope = world.organization()
    evidence = (
        '[{"item": 0, "field": "quantity", "producer": "general-reader", "producer_version": "1", "confidence": 0.9,'
        ' "page": 1, "box": [1.5, 2, 3, 4], "raw_text": "32,1", "derived_from": [], "alternatives": ["321"]}]'
    )
    checks = (
        '[{"name": "period_order", "version": "1", "item": 0, "outcome": "not_applicable", "looked_at": ["end_date"],'
        ' "message": "no period"}]'
    )
    reading_id = str(world.reading(scope, world.file(scope), "water", WATER, evidence=evidence, checks=checks))
    found = await service.GetReadingEvidence(pb.GetReadingEvidenceRequest(file_reading_id=reading_id), _as(scope))
    assert found.items[0].box.x0 == 1.5
    assert (found.items[0].page, found.items[0].raw_text) == (1, "32,1")
    assert list(found.items[0].alternatives) == ["321"]
    reading = (await service.GetReading(pb.GetReadingRequest(file_reading_id=reading_id), _as(scope))).reading
    assert reading.checks[0].outcome == reading_pb2.CHECK_OUTCOME_NOT_APPLICABLE
    assert (reading.checks[0].rule, reading.checks[0].item) == ("period_order", 0)


async def test_schemas_of_all_categories_are_published(service: ReadingService, world: World) -> None:
    scope = world.organization()
    listed = await service.ListReadingSchemas(pb.ListReadingSchemasRequest(), _as(scope))
    assert {entry.category for entry in listed.items} >= {reading_pb2.CATEGORY_WATER, reading_pb2.CATEGORY_WASTES}
    answer = await service.GetReadingSchema(pb.GetReadingSchemaRequest(category="water"), _as(scope))
    schema = MessageToDict(answer.schema)
    assert schema["type"] == "object"
    assert "quantity" in schema["properties"]
    with pytest.raises(ReadingSchemaNotFoundError):
        await service.GetReadingSchema(pb.GetReadingSchemaRequest(category="watr"), _as(scope))
