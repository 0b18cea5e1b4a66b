"""Readings and records by the library."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from muniment_client import (
    AsyncClient,
    Category,
    ConflictError,
    InvoiceType,
    NotFoundError,
    ReadingEntryType,
    ReadingItem,
    ReadingItemTax,
    ReadingStatus,
    RecordsExistError,
    ValidationError,
    to_json,
    to_plain,
)
from tests.client.cli.conftest import Installation
from tests.system.given import given
from tests.system.support import REPOSITORY, Tenant

ITEM = {
    "invoice_number": "WTR-2024-03",
    "quantity": Decimal("32.10"),
    "unit": "cubic_metre_(m3)",
    "start_date": "2024-03-01",
    "end_date": "2024-03-31",
    "taxes": [{"name": "IVA", "rate": Decimal(10), "amount": Decimal("0.30")}],
}


@pytest.fixture
def made(installation: Installation, ours: Tenant) -> tuple[str, str]:
    """A file and its reading."""
    return given(installation.system, ours, items=[ITEM])


async def test_reading_has_real_types(client: AsyncClient, made: tuple[str, str]) -> None:
    file_id, reading_id = made
    reading = await client.readings.get(reading_id)
    assert (reading.file_id, reading.status, reading.category) == (file_id, ReadingStatus.SUCCESS, Category.WATER)
    (item,) = reading.content.items
    assert item.quantity == Decimal("32.10")
    assert str(item.quantity) == "32.10"
    assert (item.start_date, item.end_date) == (date(2024, 3, 1), date(2024, 3, 31))
    assert item.taxes == (ReadingItemTax(name="IVA", rate=Decimal(10), amount=Decimal("0.30")),)
    assert item.supplier_name is None
    assert await client.readings.of_file(file_id) == reading


async def test_reading_is_written_as_rest_writes_it(client: AsyncClient, made: tuple[str, str], ours: Tenant) -> None:
    _, reading_id = made
    written = to_json(await client.readings.get(reading_id))
    reply = await ours.rest("GET", f"/v1/files/readings/{reading_id}")
    assert json.loads(written, parse_float=Decimal) == reply.json
    assert '"quantity": 32.10' in written
    assert json.loads(to_json([1, {"a": Decimal("1E+3")}, None, True, "ñ"], indent=2)) == [
        1,
        {"a": 1000},
        None,
        True,
        "ñ",
    ]


async def test_files_are_written_as_rest_writes_them(client: AsyncClient, ours: Tenant) -> None:
    file = await client.files.upload(b"a", file_name="a.pdf")
    file = await client.files.wait(file.id)
    assert to_plain(file) == (await ours.rest("GET", f"/v1/files/{file.id}")).json
    event = await anext(client.events.list(file_id=file.id))
    assert to_plain(event) == (await ours.rest.get("/v1/events"))["items"][0]


async def test_readings_are_listed_with_folders(client: AsyncClient, made: tuple[str, str]) -> None:
    file_id, reading_id = made
    await client.folders.create("Bills")
    entries = [entry async for entry in client.readings.list()]
    assert [entry.type for entry in entries] == [ReadingEntryType.FOLDER, ReadingEntryType.FILE]
    assert entries[1].reading is not None
    assert entries[1].reading.id == reading_id
    found = client.readings.list(categories=[Category.WATER, "gas"], linked=False)
    assert [entry.id async for entry in found] == [file_id]
    assert [entry async for entry in client.readings.list(linked=True)] == []
    assert await client.readings.of_file("0190a000-0000-7000-8000-000000000000") is None


async def test_correction_by_items_and_by_dictionaries(client: AsyncClient, made: tuple[str, str]) -> None:
    _, reading_id = made
    items = [ReadingItem(quantity=Decimal("131.00"), start_date=date(2024, 3, 1), end_date=date(2024, 3, 31))]
    corrected = await client.readings.update(reading_id, items)
    assert corrected.corrected
    assert corrected.content.items == tuple(items)
    assert str(corrected.content.items[0].quantity) == "131.00"
    assert corrected.machine_content.items[0].quantity == Decimal("32.10")
    again = await client.readings.update(reading_id, [ITEM, to_plain(items[0])])
    assert again.content.items[1] == items[0]
    assert (await client.readings.update(reading_id, [])).content.items == ()


@pytest.mark.parametrize(
    ("item", "field", "said"),
    [
        ({"quanttity": 1}, "content.items[0].quanttity", "did you mean quantity"),
        ({"quantity": "many"}, "content.items[0].quantity", "must be a number"),
        ({"taxes": [{"rate": True}]}, "content.items[0].taxes[0].rate", "must be a number"),
        ({"invoice_number": 7}, "content.items[0].invoice_number", "must be a string"),
        ({"taxes": "21"}, "content.items[0].taxes", "must be a list"),
        ({"hazardous": "no"}, "content.items[0].hazardous", "true or false"),
        ({"start_date": "31/03/2024"}, "content.items[0].start_date", "2024-03-01"),
    ],
)
async def test_mistake_in_a_correction_is_named(
    client: AsyncClient, made: tuple[str, str], item: dict[str, object], field: str, said: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        await client.readings.update(made[1], [item])
    (problem,) = wrong.value.fields
    assert problem.field == field
    assert said in problem.message
    assert wrong.value.reason == "VALIDATION_ERROR"
    assert not (await client.readings.get(made[1])).corrected


async def test_records_are_made_once(client: AsyncClient, made: tuple[str, str]) -> None:
    file_id, reading_id = made
    plant = await client.facilities.create("Plant", "PT")
    office = await client.facilities.create("Office", "PT")
    shares: dict[str, Decimal | str] = {plant.id: Decimal("0.4"), office.id: "0.6"}
    records = await client.readings.create_records(reading_id, shares)
    assert records.wastes == ()
    assert {(each.facility_id, each.quantity) for each in records.invoices} == {
        (plant.id, Decimal("12.840")),
        (office.id, Decimal("19.260")),
    }
    assert {each.type for each in records.invoices} == {InvoiceType.WATER}
    with pytest.raises(RecordsExistError) as exist:
        await client.readings.create_records(reading_id, shares)
    assert set(exist.value.invoice_ids) == {each.id for each in records.invoices}
    with pytest.raises(ConflictError) as linked:
        await client.readings.update(reading_id, [])
    assert linked.value.reason == "READING_LINKED"
    listed = [each async for each in client.invoices.list(file_id=file_id, type=InvoiceType.WATER)]
    assert {each.id for each in listed} == {each.id for each in records.invoices}
    assert await client.invoices.get(listed[0].id) == listed[0]
    assert [each async for each in client.wastes.list()] == []


async def test_too_much_is_refused_with_its_reason(client: AsyncClient, made: tuple[str, str]) -> None:
    plant = await client.facilities.create("Plant", "PT")
    with pytest.raises(ValidationError) as exceeded:
        await client.readings.create_records(made[1], {plant.id: Decimal("1.1")})
    assert exceeded.value.reason in {"ALLOCATION_EXCEEDED", "VALIDATION_ERROR"}


async def test_wastes_are_records_too(client: AsyncClient, installation: Installation, ours: Tenant) -> None:
    item = {"identification_name": "DCS1", "quantity": Decimal("10.5"), "unit": "kilogram_(kg)", "low_code": "200301"}
    _, reading_id = given(installation.system, ours, "wastes", [item])
    plant = await client.facilities.create("Plant", "PT")
    records = await client.readings.create_records(reading_id, {plant.id: 1})
    (waste,) = records.wastes
    assert (waste.low_code, waste.quantity) == ("200301", Decimal("10.5"))
    assert await client.wastes.get(waste.id) == waste
    assert [each.id async for each in client.wastes.list(reading_id=reading_id)] == [waste.id]


async def test_schemas_and_evidence(client: AsyncClient) -> None:
    schema = await client.readings.schema(Category.WATER)
    assert schema["properties"]["quantity"]
    assert Category.WATER in {each.category for each in await client.readings.schemas()}
    file = await client.files.upload(REPOSITORY / "docs/samples/water-bill.pdf")
    await client.files.wait(file.id)
    reading = await client.readings.of_file(file.id)
    assert reading is not None
    assert reading.checks
    evidence = {each.field: each for each in await client.readings.evidence(reading.id)}
    assert evidence["quantity"].box is not None
    assert evidence["quantity"].raw_text
    plain, marked = [await client.readings.page(reading.id, evidence=evidence) for evidence in (False, True)]
    assert plain.startswith(b"\x89PNG")
    assert marked.startswith(b"\x89PNG")
    assert plain != marked
    assert await client.files.page(file.id, evidence=True) == marked
    with pytest.raises(NotFoundError) as beyond:
        await client.readings.page(reading.id, 2)
    assert beyond.value.reason == "PAGE_NOT_FOUND"
