"""Sections 8 and 9 of the native dialect: readings, and correcting them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import grpc
import pytest
from muniment.readings.v1 import reading_pb2

from service.domain.ids import new_id
from tests.processing.papers import pdf_of
from tests.system.given import READINGS, WATER, asked, facility, given
from tests.system.support import Rest, System, Tenant, read, reading_of, until


async def listed(rest: Rest, **query: Any) -> list[tuple[str, str]]:
    page = await rest.get(READINGS, **query)
    assert page["total"] == len(page["items"])
    return [(entry["type"], entry["name"]) for entry in page["items"]]


# --- 8. listing


async def test_browsing_shows_folders_first_then_uploaded_files(ours: Tenant) -> None:
    folder = await ours.rest.ok("POST", "/v1/folders", {"name": "B folder"}, status=201)
    other = await ours.rest.ok("POST", "/v1/folders", {"name": "A folder"}, status=201)
    inner = await ours.rest.ok("POST", "/v1/folders", {"name": "Inner", "parent_id": folder["id"]}, status=201)
    await ours.rest.upload(b"x", "root.pdf")
    await ours.rest.upload(b"x", "inside.pdf", folder_id=folder["id"])
    deleted = await ours.rest.upload(b"x", "deleted.pdf")
    await ours.rest.ok("DELETE", f"/v1/files/{deleted['id']}")
    pending = {"name": "pending", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
    await ours.rest.ok("POST", "/v1/files/presigned-urls", [pending])

    assert await listed(ours.rest) == [("folder", "A folder"), ("folder", "B folder"), ("file", "root.pdf")]
    assert await listed(ours.rest, folder_id=folder["id"]) == [("folder", "Inner"), ("file", "inside.pdf")]
    assert await listed(ours.rest, folder_id=inner["id"]) == []
    assert await listed(ours.rest, name="INSIDE") == [("file", "inside.pdf")]
    assert await listed(ours.rest, folder_id=other["id"], name="inside") == []
    assert (await ours.rest("GET", f"{READINGS}?folder_id={new_id()}")).error() == (404, "FOLDER_NOT_FOUND")


async def test_pages_go_through_folders_and_files(ours: Tenant) -> None:
    for n in range(3):
        await ours.rest.ok("POST", "/v1/folders", {"name": f"folder {n}"}, status=201)
        await ours.rest.upload(b"x", f"file {n}.pdf")
    seen, query = [], {"size": "2"}
    for _ in range(3):
        page = await ours.rest.get(READINGS, **query)
        assert (page["total"], page["pages"]) == (6, 3)
        seen += [entry["name"] for entry in page["items"]]
        query["cursor"] = page["next_cursor"]
    assert query["cursor"] is None
    assert seen == ["folder 0", "folder 1", "folder 2", "file 2.pdf", "file 1.pdf", "file 0.pdf"]
    by_page = [entry["name"] for n in (1, 2, 3) for entry in (await ours.rest.get(READINGS, size=2, page=n))["items"]]
    assert by_page == seen


async def test_file_item_has_the_documented_shape(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "bill.pdf")
    (entry,) = (await ours.rest.get(READINGS, file_id=made["id"]))["items"]
    assert entry["type"] == "file"
    await read(ours.rest, made["id"])
    (entry,) = (await ours.rest.get(READINGS, file_id=made["id"]))["items"]
    assert (entry["id"], entry["name"], entry["linked"]) == (made["id"], "bill.pdf", False)
    assert (entry["tags"], entry["category"]) == (["invoice::water"], "water")
    reading = entry["reading"]
    assert (reading["status"], reading["corrected"]) == ("success", False)
    (item,) = reading["content"]["items"]
    assert {name: item[name] for name in WATER} == WATER | {"quantity": Decimal("32.1")}
    assert await ours.rest.get(f"{READINGS}/{reading['id']}") == reading
    evidence = (await ours.rest.get(f"{READINGS}/{reading['id']}/evidence"))["items"]
    quantity = next(entry for entry in evidence if entry["field"] == "quantity")
    assert (quantity["page"], "32,1" in quantity["raw_text"]) == (1, True)
    assert quantity["box"]["x1"] > quantity["box"]["x0"]


async def test_reading_is_null_until_there_is_one(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "manual.pdf", processing_track="MANUAL")
    await read(ours.rest, made["id"])
    (entry,) = (await ours.rest.get(READINGS))["items"]
    assert (entry["reading"], entry["category"], entry["tags"]) == (None, None, [])


async def test_file_of_the_manual_track_is_read_once_it_has_another(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "manual.pdf", processing_track="MANUAL")
    await read(ours.rest, made["id"])
    changed = await ours.rest.ok("PATCH", f"/v1/files/{made['id']}", {"processing_track": "DEFAULT"})
    assert changed["processing_track"] == "DEFAULT"
    event = {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": made["id"]}}
    await ours.rest.ok("POST", "/v1/files/send-event", event)

    async def items() -> Any:
        reading = await reading_of(ours.rest, made["id"])
        return reading and reading["content"]["items"]

    assert await until(items, what="the items")


async def test_document_that_can_not_be_read_says_why(ours: Tenant) -> None:
    made = await ours.rest.upload(b"%PDF-1.7 and nothing more")
    file = await read(ours.rest, made["id"])
    assert (file["processing_status"], file["error"]["code"]) == ("failed", "CORRUPT_DOCUMENT")
    reading = await reading_of(ours.rest, made["id"])
    assert (reading["status"], reading["error"]["code"]) == ("error", "CORRUPT_DOCUMENT")
    assert reading["content"]["items"] == []


async def test_file_ids_answer_those_files_wherever_they_are(system: System, ours: Tenant, theirs: Tenant) -> None:
    folder = await ours.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    first = await ours.rest.upload(b"x", "1.pdf", folder_id=folder["id"])
    second = await ours.rest.upload(b"x", "2.pdf")
    await ours.rest.upload(b"x", "3.pdf")
    foreign = await theirs.rest.upload(b"x", "4.pdf")
    ids = [("file_id", name) for name in (first["id"], second["id"], second["id"], foreign["id"], str(new_id()))]
    page = await ours.rest.ok("GET", READINGS, params=ids)
    assert ({entry["name"] for entry in page["items"]}, page["total"]) == ({"1.pdf", "2.pdf"}, 2)
    assert list((await ours.rest("GET", f"{READINGS}?file_id=7")).fields()) == ["file_id[0]"]


async def test_filters_search_all_folders(system: System, ours: Tenant) -> None:
    folder = await ours.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    water, _ = given(system, ours, "water", folder_id=UUID(folder["id"]))
    gas, _ = given(system, ours, "gas", linked=True)
    wastes, _ = given(system, ours, "wastes")

    async def found(query: str) -> set[str]:
        page = await ours.rest.ok("GET", f"{READINGS}?{query}")
        return {entry["id"] for entry in page["items"]}

    assert await found("category=water") == {water}
    assert await found("category=water&category=gas") == {water, gas}
    assert await found("linked=true") == {gas}
    assert await found("linked=false") == {water, wastes}
    assert await found("linked=false&category=gas") == set()
    assert await found(f"project_id={ours.project_id}") == set()
    for query, name in (("category=steam", "category"), ("linked=maybe", "linked"), ("file_id=", "file_id")):
        assert any(field.startswith(name) for field in (await ours.rest("GET", f"{READINGS}?{query}")).fields())


# --- 9. correcting


async def test_correction_replaces_the_list_and_what_was_read_stays(system: System, ours: Tenant) -> None:
    file, reading = given(system, ours)
    corrected = [WATER | {"quantity": 99.5}, WATER | {"invoice_number": "second", "quantity": -1}]
    answer = await ours.rest.ok("PUT", f"{READINGS}/{reading}", {"content": {"items": corrected}})
    assert (answer["id"], answer["status"], answer["corrected"]) == (reading, "success", True)
    assert answer["corrected_by"] == str(ours.user_id)
    assert answer["corrected_at"].endswith("Z")
    assert [item["quantity"] for item in answer["content"]["items"]] == [Decimal("99.5"), -1]
    assert [item["quantity"] for item in answer["machine_content"]["items"]] == [Decimal("32.1")]
    assert await ours.rest.get(f"{READINGS}/{reading}") == answer
    assert await reading_of(ours.rest, file) == answer
    for content in ({}, {"items": None}):
        refused = await ours.rest("PUT", f"{READINGS}/{reading}", {"content": content})
        assert refused.fields() == {"content.items": "is required"}
    assert await ours.rest.get(f"{READINGS}/{reading}") == answer
    answer = await ours.rest.ok("PUT", f"{READINGS}/{reading}", {"content": {"items": []}})
    assert (answer["content"], answer["corrected"]) == ({"items": []}, True)


async def test_person_says_the_category_and_no_machine_takes_it_back(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of())
    await read(ours.rest, made["id"])
    reading = await reading_of(ours.rest, made["id"])
    item = {"invoice_number": "DEP-7", "low_code": "200301"}
    path = f"{READINGS}/{reading['id']}"
    refused = await ours.rest("PUT", path, {"content": {"items": [item]}})
    assert list(refused.fields()) == ["content.items[0].low_code"]
    for category in ("steam", "unspecified"):
        unknown = await ours.rest("PUT", path, {"content": {"items": []}, "category": category})
        assert list(unknown.fields()) == ["category"]
    said = await ours.rest.ok("PUT", path, {"content": {"items": [item]}, "category": "wastes"})
    assert (said["category"], said["category_confidence"], said["content"]["items"]) == ("wastes", None, [item])
    assert said["machine_content"] == reading["machine_content"]
    await ours.rest.ok(
        "POST", "/v1/files/send-event", {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": made["id"]}}
    )

    async def done() -> Any:
        events = (await ours.rest.get("/v1/events", file_id=made["id"]))["items"]
        return [event["type"] for event in events].count("reading.completed") == 2

    await until(done, what="the second reading")
    after = await reading_of(ours.rest, made["id"])
    assert {**after, "updated_at": None} == {**said, "updated_at": None}
    file = await ours.rest.get(f"/v1/files/{made['id']}")
    assert (file["category"], file["tags"]) == ("wastes", ["document::wastes"])


async def test_correction_stays_when_the_machine_reads_again(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of())
    await read(ours.rest, made["id"])
    reading = await reading_of(ours.rest, made["id"])
    item = WATER | {"quantity": 7}
    corrected = await ours.rest.ok("PUT", f"{READINGS}/{reading['id']}", {"content": {"items": [item]}})
    body = {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": made["id"]}}
    await ours.rest.ok("POST", "/v1/files/send-event", body)

    async def done() -> Any:
        events = (await ours.rest.get("/v1/events", file_id=made["id"]))["items"]
        return [event["type"] for event in events].count("reading.completed") == 2

    await until(done, what="the second reading")
    after = await reading_of(ours.rest, made["id"])
    assert after["id"] == reading["id"]
    assert after["content"] == corrected["content"]
    assert after["corrected_at"] == corrected["corrected_at"]
    assert after["machine_content"]["items"][0]["quantity"] == Decimal("32.1")


@pytest.mark.parametrize(
    "number", ["32.10", "0.1", "1E+2", "123456789012345678901234567890", "-0.00000000000000000001"]
)
async def test_decimals_keep_their_digits(system: System, ours: Tenant, number: str) -> None:
    _, reading = given(system, ours)
    body = f'{{"content": {{"items": [{{"quantity": {number}}}]}}}}'.encode()
    reply = await ours.rest("PUT", f"{READINGS}/{reading}", body)
    assert reply.status == 200
    value = reply.json["content"]["items"][0]["quantity"]
    assert Decimal(value) == Decimal(number)
    answer = await ours.grpc("GetReading", file_reading_id=reading)
    assert Decimal(answer.reading.content.items[0].quantity.value) == Decimal(number)


ITEMS: list[tuple[Any, str]] = [
    ({"quantity": "many"}, "quantity"),
    ({"quantity": True}, "quantity"),
    ({"quantity": {}}, "quantity"),
    ({"start_date": "31/03/2024"}, "start_date"),
    ({"start_date": "2024-02-30"}, "start_date"),
    ({"start_date": 5}, "start_date"),
    ({"unit": "cubic"}, "unit"),
    ({"start_date": "2024-03-02", "end_date": "2024-03-01"}, "end_date"),
    ({"quantiti": 1}, "quantiti"),
    ({"low_code": "200301"}, "low_code"),
    ({"invoice_number": ""}, "invoice_number"),
]


@pytest.mark.parametrize(("wrong", "name"), ITEMS)
async def test_value_that_can_not_be_read_names_item_and_field(
    system: System, ours: Tenant, wrong: Any, name: str
) -> None:
    _, reading = given(system, ours)
    reply = await ours.rest("PUT", f"{READINGS}/{reading}", {"content": {"items": [WATER, wrong]}})
    fields = reply.fields()
    assert list(fields) == [f"content.items[1].{name}"]
    if name == "quantiti":
        assert "quantity" in fields["content.items[1].quantiti"]
    assert (await ours.rest.get(f"{READINGS}/{reading}"))["corrected"] is False


@pytest.mark.parametrize(
    ("body", "name"),
    [({}, "content"), ({"content": None}, "content"), ({"content": {"items": 5}}, "content.items"),
     ({"content": {"items": [5]}}, "content.items[0]"), ({"content": {"itms": []}}, "content.itms"),
     ({"content": []}, "content")],
)  # fmt: skip
async def test_content_of_another_shape_is_400(system: System, ours: Tenant, body: Any, name: str) -> None:
    _, reading = given(system, ours)
    assert name in (await ours.rest("PUT", f"{READINGS}/{reading}", body)).fields()


async def test_wrong_item_over_grpc(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    content = reading_pb2.ReadingContent()
    content.items.add().start_date = "2024-02-30"
    failure = await ours.grpc.fails("UpdateReading", file_reading_id=reading, content=content)
    assert (failure.code, list(failure.fields)) == (
        grpc.StatusCode.INVALID_ARGUMENT, ["content.items[0].start_date"],
    )  # fmt: skip


async def test_absent_reading_is_404(ours: Tenant) -> None:
    body: dict[str, Any] = {"content": {"items": []}}
    assert (await ours.rest("PUT", f"{READINGS}/{new_id()}", body)).error() == (404, "READING_NOT_FOUND")
    assert (await ours.rest("GET", f"{READINGS}/{new_id()}")).error() == (404, "READING_NOT_FOUND")


async def test_linked_reading_can_not_change(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    await ours.rest.ok("POST", READINGS, asked(reading, (await facility(ours), 1)))
    reply = await ours.rest("PUT", f"{READINGS}/{reading}", {"content": {"items": []}})
    assert reply.error() == (409, "READING_LINKED")


@pytest.mark.parametrize("category", ["water", "electricity", "gas", "fuel_delivery", "recharges", "wastes", "invoice"])
async def test_schema_of_each_category(ours: Tenant, category: str) -> None:
    schema = await ours.rest.get(f"/v1/reading-schemas/{category}")
    assert schema["type"] == "object"
    assert {"quantity", "unit"} <= schema["properties"].keys()
    assert schema["additionalProperties"] is False
    listed = (await ours.rest.get("/v1/reading-schemas"))["items"]
    assert schema in [entry["schema"] for entry in listed if entry["category"] == category]


async def test_schema_of_no_category_is_404(ours: Tenant) -> None:
    assert (await ours.rest("GET", "/v1/reading-schemas/steam")).error() == (404, "READING_SCHEMA_NOT_FOUND")
