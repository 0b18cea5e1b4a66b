"""Sections 8 to 10 of the native dialect: readings, corrections, and the records that are made from them."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal, localcontext
from typing import Any
from uuid import UUID

import grpc
import pytest

from muniment.readings.v1 import reading_pb2
from muniment.readings.v1 import reading_service_pb2 as pb
from service.domain.ids import new_id
from service.domain.scope import Scope
from tests.processing.papers import pdf_of
from tests.system.support import Rest, System, Tenant, read, reading_of, until

READINGS = "/v1/files/readings"
WATER = {
    "invoice_number": "WTR-2024-03",
    "quantity": 32.1,
    "unit": "cubic_metre_(m3)",
    "start_date": "2024-03-01",
    "end_date": "2024-03-31",
}
TAGS = {"wastes": "document::wastes"}


def given(
    system: System, tenant: Tenant, category: str = "water", items: list[Any] | None = None, **columns: Any
) -> tuple[str, str]:
    """A file with a reading, as the pipeline leaves them; answers both identifiers."""
    scope = Scope(tenant.organization_id, tenant.user_id)
    tag = TAGS.get(category, f"invoice::{category}")
    file = system.world.file(
        scope, category=category, tags=[tag], file_name="given.pdf", search_name="given.pdf", **columns
    )
    return str(file), str(system.world.reading(scope, file, category, [WATER] if items is None else items))


async def facility(tenant: Tenant, country: str = "PT", name: str = "Plant") -> str:
    made = await tenant.rest.ok("POST", "/v1/facilities", {"name": name, "country": country}, status=201)
    return str(made["id"])


def asked(reading: str, *shares: tuple[str, Any], **more: Any) -> bytes:
    """The body of section 10; percentages stand as they are written."""
    body = {"file_readings": [{"id": reading}], **more}
    parts = ", ".join(f'{{"id": "{name}", "percentage": {percentage}}}' for name, percentage in shares)
    return f'{json.dumps(body)[:-1]}, "facilities": [{parts}]}}'.encode()


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
    answer = await ours.rest.ok("PUT", f"{READINGS}/{reading}", {"content": {"items": []}})
    assert (answer["content"], answer["corrected"]) == ({"items": []}, True)


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


@pytest.mark.parametrize("number", ["32.10", "0.1", "1E+2", "123456789012345678901234567890", "-0.00000000000000000001"])
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
    body = {"content": {"items": []}}
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


# --- 10. records


async def test_water_becomes_invoices_of_each_item_and_facility(system: System, ours: Tenant) -> None:
    file, reading = given(system, ours, items=[WATER, WATER | {"invoice_number": "second", "quantity": 1}])
    plants = [await facility(ours, name=name) for name in ("A", "B", "C")]
    shares = list(zip(plants, ("0.1", "0.2", "0.7"), strict=True))
    answer = await ours.rest.ok("POST", READINGS, asked(reading, *shares, project_id=str(ours.project_id)))
    assert answer.keys() == {"invoices", "wastes"}
    assert answer["wastes"] == []
    invoices = answer["invoices"]
    assert [(i["invoice_id"], i["facility_id"]) for i in invoices] == [
        (number, plant) for number in ("WTR-2024-03", "second") for plant in plants
    ]
    assert [i["quantity"] for i in invoices[:3]] == [Decimal("3.21"), Decimal("6.42"), Decimal("22.47")]
    assert sum(i["quantity"] for i in invoices[:3]) == Decimal("32.1")
    assert [i["percentage"] for i in invoices[:3]] == [Decimal("0.1"), Decimal("0.2"), Decimal("0.7")]
    first = invoices[0]
    assert {name: first[name] for name in ("type", "base_quantity", "unit", "start_date", "end_date", "file_id")} == {
        "type": "water", "base_quantity": Decimal("32.1"), "unit": "cubic_metre_(m3)", "start_date": "2024-03-01",
        "end_date": "2024-03-31", "file_id": file,
    }  # fmt: skip
    assert (first["uploaded_by"], first["status"]) == (str(ours.user_id), "active")
    assert first.keys() >= {"supplier_id", "cups", "source_invoice_id", "created_at"}
    stored = await ours.rest.get("/v1/invoices", file_id=file)
    assert {entry["id"] for entry in stored["items"]} == {entry["id"] for entry in invoices}
    assert await ours.rest.get(f"/v1/invoices/{first['id']}") == first
    assert (await ours.rest.get("/v1/invoices", project_id=str(ours.project_id)))["total"] == 6
    assert (await ours.rest.get("/v1/invoices", facility_id=plants[0]))["total"] == 2
    assert (await ours.rest.get(f"/v1/files/{file}"))["linked"] is True
    (entry,) = (await ours.rest.get(READINGS, file_id=file))["items"]
    assert (entry["linked"], entry["reading"]["linked"]) == (True, True)


@pytest.mark.parametrize(
    ("category", "kind"),
    [("water", "water"), ("electricity", "electricity"), ("gas", "combustion"), ("fuel_delivery", "combustion"),
     ("recharges", "recharge")],
)  # fmt: skip
async def test_type_of_invoice_follows_the_category(system: System, ours: Tenant, category: str, kind: str) -> None:
    _, reading = given(system, ours, category, [{"quantity": 5}])
    answer = await ours.rest.ok("POST", READINGS, asked(reading, (await facility(ours), 1)))
    assert [entry["type"] for entry in answer["invoices"]] == [kind]
    assert (await ours.rest.get("/v1/invoices", type=kind))["total"] == 1


async def test_wastes_become_waste_records(system: System, ours: Tenant) -> None:
    item = {
        "identification_name": "DCS1", "description": "Mixed", "destination": "Plant South", "quantity": Decimal("12.50"),
        "total_km_to_waste_center": Decimal("34.5"), "unit": "kilogram_(kg)", "start_date": "2024-03-01",
        "end_date": "2024-03-01", "low_code": "200301", "rd_code": "R3",
    }  # fmt: skip
    file, reading = given(system, ours, "wastes", [item])
    answer = await ours.rest.ok("POST", READINGS, asked(reading, (await facility(ours), "0.50")))
    assert answer["invoices"] == []
    (waste,) = answer["wastes"]
    assert {name: waste[name] for name in ("identification_name", "destination", "low_code", "rd_code", "unit")} == {
        "identification_name": "DCS1", "destination": "Plant South", "low_code": "200301", "rd_code": "R3",
        "unit": "kilogram_(kg)",
    }  # fmt: skip
    assert (waste["base_quantity"], waste["quantity"]) == (Decimal("12.5"), Decimal("6.25"))
    assert waste["total_km_to_waste_center"] == Decimal("34.5")
    assert (await ours.rest.get("/v1/wastes", file_id=file))["items"] == [waste]
    assert await ours.rest.get(f"/v1/wastes/{waste['id']}") == waste
    assert (await ours.rest("POST", READINGS, asked(reading, (waste["facility_id"], 1)))).json["details"] == {
        "invoice_ids": [], "waste_ids": [waste["id"]],
    }  # fmt: skip


async def test_product_is_exact(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours, items=[{"quantity": Decimal("123456789012345678.901234567")}])
    plants = [await facility(ours, name=name) for name in ("A", "B", "C")]
    thirds = ("0.3333333333", "0.3333333333", "0.3333333334")
    answer = await ours.rest.ok("POST", READINGS, asked(reading, *zip(plants, thirds, strict=True)))
    quantities = [entry["quantity"] for entry in answer["invoices"]]
    base = Decimal("123456789012345678.901234567")
    assert len(quantities) == 3
    with localcontext(prec=60):
        assert quantities == [base * Decimal(part) for part in thirds]
        assert sum(quantities) == base


async def test_asking_twice_is_409_with_the_existing_ids(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    body = asked(reading, (await facility(ours), 1))
    made = await ours.rest.ok("POST", READINGS, body)
    reply = await ours.rest("POST", READINGS, body)
    assert reply.error() == (409, "RECORDS_EXIST")
    ids = [entry["id"] for entry in made["invoices"]]
    assert reply.json["details"] == {"invoice_ids": ids, "waste_ids": []}
    assert (await ours.rest.get("/v1/invoices"))["total"] == 1


async def test_of_several_at_once_exactly_one_succeeds(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    body = asked(reading, (await facility(ours), 1))
    replies = await asyncio.gather(*(ours.rest("POST", READINGS, body) for _ in range(8)))
    assert sorted(reply.status for reply in replies) == [200] + [409] * 7
    assert (await ours.rest.get("/v1/invoices"))["total"] == 1


async def test_not_exactly_one_reading(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    share = {"id": await facility(ours), "percentage": 1}
    two = {"file_readings": [{"id": reading}, {"id": str(new_id())}], "facilities": [share]}
    assert (await ours.rest("POST", READINGS, two)).error() == (400, "MULTIPLE_FILES_NOT_SUPPORTED")
    failure = await ours.grpc.fails(
        "CreateRecords",
        file_readings=[pb.FileReadingReference(id=reading)] * 2,
        facilities=[pb.FacilityShare(id=share["id"], percentage={"value": "1"})],
    )
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MULTIPLE_FILES_NOT_SUPPORTED")
    none = {"file_readings": [], "facilities": [share]}
    assert list((await ours.rest("POST", READINGS, none)).fields()) == ["file_readings"]


@pytest.mark.parametrize("percentage", ["0", "-0.5", "1.1", '"x"', "null", "0.12345678901", "true", "[]", "NaN"])
async def test_percentage_is_above_0_and_has_at_most_ten_decimals(
    system: System, ours: Tenant, percentage: str
) -> None:
    _, reading = given(system, ours)
    reply = await ours.rest("POST", READINGS, asked(reading, (await facility(ours), percentage)))
    assert reply.status == 400
    if percentage == "1.1":
        assert reply.json["code"] in {"ALLOCATION_EXCEEDED", "VALIDATION_ERROR"}
    elif percentage == "NaN":
        assert reply.json["code"] in {"MALFORMED_REQUEST", "VALIDATION_ERROR"}
    else:
        assert list(reply.fields()) == ["facilities[0].percentage"]
    assert (await ours.rest.get("/v1/invoices"))["total"] == 0


async def test_percentages_add_up_to_1_at_most(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    first, second = await facility(ours, name="A"), await facility(ours, name="B")
    reply = await ours.rest("POST", READINGS, asked(reading, (first, "0.5"), (second, "0.5000000001")))
    assert reply.error() == (400, "ALLOCATION_EXCEEDED")
    await ours.rest.ok("POST", READINGS, asked(reading, (first, "0.1"), (second, "0.2")))


async def test_same_facility_twice_is_400(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    plant = await facility(ours)
    for second in (plant, plant.upper()):
        reply = await ours.rest("POST", READINGS, asked(reading, (plant, "0.1"), (second, "0.2")))
        assert list(reply.fields()) == ["facilities[1].id"]


async def test_foreign_and_absent_targets_are_404(system: System, ours: Tenant, theirs: Tenant) -> None:
    _, reading = given(system, ours)
    _, foreign_reading = given(system, theirs)
    plant, foreign = await facility(ours), await facility(theirs)
    for name in (foreign, str(new_id())):
        assert (await ours.rest("POST", READINGS, asked(reading, (name, 1)))).error() == (404, "FACILITY_NOT_FOUND")
    for name in (foreign_reading, str(new_id())):
        assert (await ours.rest("POST", READINGS, asked(name, (plant, 1)))).error() == (404, "READING_NOT_FOUND")
    for project in (theirs.project_id, new_id()):
        body = asked(reading, (plant, 1), project_id=str(project))
        assert (await ours.rest("POST", READINGS, body)).error() == (404, "PROJECT_NOT_FOUND")
    assert (await ours.rest.get("/v1/invoices"))["total"] == 0


async def test_electricity_in_spain_needs_a_supplier(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours, "electricity", [{"quantity": 5, "cups": "ES0021000000000001JN0F"}])
    spain, portugal = await facility(ours, "ES", "Madrid"), await facility(ours, "PT", "Porto")
    body = asked(reading, (portugal, "0.5"), (spain, "0.5"))
    assert (await ours.rest("POST", READINGS, body)).error() == (400, "SUPPLIER_REQUIRED")
    absent = asked(reading, (spain, 1), supplier_id=str(new_id()))
    assert (await ours.rest("POST", READINGS, absent)).error() == (404, "SUPPLIER_NOT_FOUND")
    supplier = await ours.rest.ok("POST", "/v1/suppliers", {"name": "Iberia Luz"}, status=201)
    answer = await ours.rest.ok("POST", READINGS, asked(reading, (spain, 1), supplier_id=supplier["id"]))
    (invoice,) = answer["invoices"]
    assert (invoice["supplier_id"], invoice["cups"]) == (supplier["id"], "ES0021000000000001JN0F")


async def test_supplier_that_the_document_names_is_found_and_can_be_overridden(system: System, ours: Tenant) -> None:
    supplier = await ours.rest.ok("POST", "/v1/suppliers", {"name": "Luz, S.A.", "tax_id": "A58818501"}, status=201)
    other = await ours.rest.ok("POST", "/v1/suppliers", {"name": "Other"}, status=201)
    spain = await facility(ours, "ES")
    items = [{"quantity": 5, "supplier_tax_id": "A58818501"}]
    for more, expected in (({}, supplier), ({"supplier_id": other["id"]}, other)):
        _, reading = given(system, ours, "electricity", items)
        assert (await ours.rest.get(f"{READINGS}/{reading}"))["supplier_id"] == supplier["id"]
        answer = await ours.rest.ok("POST", READINGS, asked(reading, (spain, 1), **more))
        assert answer["invoices"][0]["supplier_id"] == expected["id"]


async def test_supplier_of_anything_but_electricity_is_ignored(system: System, ours: Tenant) -> None:
    for supplier_id in (str(new_id()), (await ours.rest.ok("POST", "/v1/suppliers", {"name": "X"}, status=201))["id"]):
        _, reading = given(system, ours, "water")
        body = asked(reading, (await facility(ours, "ES", name=supplier_id), 1), supplier_id=supplier_id)
        answer = await ours.rest.ok("POST", READINGS, body)
        assert answer["invoices"][0]["supplier_id"] is None


async def test_reading_without_records_to_make(system: System, ours: Tenant) -> None:
    plant = await facility(ours)
    _, reading = given(system, ours, "invoice", [{"quantity": 1}])
    assert (await ours.rest("POST", READINGS, asked(reading, (plant, 1)))).error() == (400, "CATEGORY_NOT_SUPPORTED")
    _, reading = given(system, ours, "water", [])
    assert (await ours.rest("POST", READINGS, asked(reading, (plant, 1)))).error() == (409, "READING_NOT_READY")


async def test_records_follow_the_correction(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    await ours.rest.ok("PUT", f"{READINGS}/{reading}", {"content": {"items": [WATER | {"quantity": -2}]}})
    answer = await ours.rest.ok("POST", READINGS, asked(reading, (await facility(ours), "0.5")))
    assert [entry["quantity"] for entry in answer["invoices"]] == [-1]


async def test_linked_file_can_be_deleted_and_its_records_stay(system: System, ours: Tenant) -> None:
    file, reading = given(system, ours)
    await ours.rest.ok("POST", READINGS, asked(reading, (await facility(ours), 1)))
    await ours.rest.ok("DELETE", f"/v1/files/{file}")
    assert (await ours.rest.get("/v1/invoices", file_id=file))["total"] == 1
    recovered = await ours.rest.ok("PUT", f"/v1/files/{file}/recover")
    assert (recovered["status"], recovered["linked"]) == ("uploaded", True)


async def test_records_over_grpc(system: System, ours: Tenant) -> None:
    _, reading = given(system, ours)
    plant = await facility(ours)
    share = pb.FacilityShare(id=plant, percentage={"value": "0.25"})
    answer = await ours.grpc("CreateRecords", file_readings=[pb.FileReadingReference(id=reading)], facilities=[share])
    (invoice,) = answer.invoices
    assert (invoice.percentage.value, invoice.quantity.value) == ("0.25", "8.025")
    failure = await ours.grpc.fails(
        "CreateRecords", file_readings=[pb.FileReadingReference(id=reading)], facilities=[share]
    )
    assert (failure.code, failure.reason) == (grpc.StatusCode.ALREADY_EXISTS, "RECORDS_EXIST")
    assert invoice.id.encode() in failure.details
    assert (await ours.grpc("GetInvoice", invoice_id=invoice.id)).invoice == invoice
    assert list((await ours.grpc("ListInvoices", file_reading_id=reading)).items) == [invoice]
