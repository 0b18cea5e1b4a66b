"""Section 10 of the native dialect: the records that are made from readings."""

from __future__ import annotations

import asyncio
from decimal import Decimal, localcontext
from typing import Any

import grpc
import pytest
from muniment.readings.v1 import reading_service_pb2 as pb

from service.domain.ids import new_id
from tests.system.given import READINGS, WATER, asked, facility, given
from tests.system.support import System, Tenant


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
        "identification_name": "DCS1", "description": "Mixed", "destination": "Plant South",
        "quantity": Decimal("12.50"), "total_km_to_waste_center": Decimal("34.5"), "unit": "kilogram_(kg)",
        "start_date": "2024-03-01", "end_date": "2024-03-01", "low_code": "200301", "rd_code": "R3",
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
    share: dict[str, Any] = {"id": await facility(ours), "percentage": 1}
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
