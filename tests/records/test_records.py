"""Readings become invoices and wastes, once."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from muniment.readings.v1 import reading_service_pb2 as readings_pb
from muniment.records.v1 import record_pb2
from muniment.records.v1 import record_service_pb2 as pb

from service.domain.errors import (
    AllocationExceededError,
    CategoryNotSupportedError,
    DomainError,
    FacilityNotFoundError,
    InvalidRequestError,
    InvoiceNotFoundError,
    MultipleFilesNotSupportedError,
    ProjectNotFoundError,
    ReadingLinkedError,
    ReadingNotFoundError,
    ReadingNotReadyError,
    RecordsExistError,
    SupplierNotFoundError,
    SupplierRequiredError,
    WasteNotFoundError,
)
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.database import Database
from service.readings.use_cases import Readings
from service.records.use_cases import Records
from service.rpc.readings import ReadingService
from service.rpc.records import RecordService
from tests.world import World

WATER = {
    "invoice_number": "WTR-2024-03",
    "quantity": Decimal("32.1"),
    "unit": "cubic_metre_(m3)",
    "start_date": "2024-03-01",
    "end_date": "2024-03-31",
}


class Office:
    """One organization with two facilities abroad and one in Spain."""

    def __init__(self, database: Database, world: World) -> None:
        self.world, self.scope = world, world.organization()
        self.context: Any = SimpleNamespace(scope=self.scope)
        # Pages are drawn against the running service, in tests/system.
        pages: Any = None
        self.readings = ReadingService(Readings(database), Records(database), pages)
        self.records = RecordService(Records(database))
        self.porto, self.lyon = self.facility("PT"), self.facility("FR")
        self.madrid = self.facility("ES")

    def facility(self, country: str, scope: Scope | None = None) -> UUID:
        return self.world.named(scope or self.scope, "facilities", f"in {country}", country=country)

    def reading(self, tag: str, *items: dict[str, Any], **columns: Any) -> UUID:
        category = tag.split("::")[1]
        file_id = self.world.file(self.scope, tags=["mine", tag], category=category)
        return self.world.reading(self.scope, file_id, category, list(items), **columns)

    async def create(
        self, reading_id: UUID, *shares: tuple[UUID, str], **asked: Any
    ) -> readings_pb.CreateRecordsResponse:
        ids: dict[str, Any] = {name: str(value) for name, value in asked.items()}
        request = readings_pb.CreateRecordsRequest(**ids)
        request.file_readings.add(id=str(reading_id))
        for facility, percentage in shares:
            request.facilities.add(id=str(facility)).percentage.value = percentage
        return await self.readings.CreateRecords(request, self.context)


@pytest.fixture
def office(database: Database, world: World) -> Office:
    return Office(database, world)


async def test_water_bill_becomes_an_invoice_for_each_item_and_facility(office: Office) -> None:
    second = {**WATER, "quantity": Decimal("0.3333333333"), "invoice_number": "WTR-2"}
    reading_id = office.reading("invoice::water", WATER, second)
    project = office.world.named(office.scope, "projects", "p")

    made = await office.create(reading_id, (office.porto, "0.3333333333"), (office.lyon, "0.5"), project_id=project)

    assert len(made.invoices) == 4 and not made.wastes
    first, other = made.invoices[:2]
    assert first.type == record_pb2.INVOICE_TYPE_WATER
    assert (first.base_quantity.value, first.quantity.value) == ("32.1", "10.69999999893")
    assert made.invoices[2].quantity.value == "0.11111111108888888889"
    assert (first.invoice_id, first.start_date, first.unit) == ("WTR-2024-03", "2024-03-01", "cubic_metre_(m3)")
    assert (first.facility_id, first.percentage.value) == (str(office.porto), "0.3333333333")
    assert (first.project_id, first.uploaded_by) == (str(project), str(office.scope.user_id))
    assert not first.HasField("source_invoice_id") and other.source_invoice_id == first.id
    assert made.invoices[3].source_invoice_id == made.invoices[2].id
    assert office.world.row("SELECT linked FROM files") == (True,)
    assert office.world.rows("SELECT type FROM events") == [("records.created",)]


async def test_what_a_person_wrote_is_what_records_are_made_of(office: Office) -> None:
    reading_id = office.reading("invoice::water", WATER, WATER, person_items='[{"quantity": 5.50}]')
    made = await office.create(reading_id, (office.porto, "1"))
    assert [invoice.quantity.value for invoice in made.invoices] == ["5.50"]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("invoice::gas", record_pb2.INVOICE_TYPE_COMBUSTION),
        ("invoice::fuel_delivery", record_pb2.INVOICE_TYPE_COMBUSTION),
        ("invoice::recharges", record_pb2.INVOICE_TYPE_RECHARGE),
        ("invoice::electricity", record_pb2.INVOICE_TYPE_ELECTRICITY),
    ],
)
async def test_tag_decides_on_the_type(office: Office, tag: str, kind: int) -> None:
    made = await office.create(office.reading(tag, {"quantity": Decimal(1)}), (office.porto, "1"))
    assert [invoice.type for invoice in made.invoices] == [kind]


async def test_waste_note_becomes_wastes(office: Office) -> None:
    item = {
        "identification_name": "DCS-1", "description": "Paper", "destination": "Plant", "low_code": "200101",
        "rd_code": "R3", "total_km_to_waste_center": Decimal("34.5"), "quantity": Decimal(-2), "unit": "tonne_(t)",
    }  # fmt: skip
    made = await office.create(office.reading("document::wastes", item), (office.porto, "0.25"), (office.lyon, "0.75"))
    assert [waste.quantity.value for waste in made.wastes] == ["-0.50", "-1.50"]
    waste = (await office.records.GetWaste(pb.GetWasteRequest(waste_id=made.wastes[0].id), office.context)).waste
    assert waste == made.wastes[0]
    assert (waste.low_code, waste.rd_code, waste.total_km_to_waste_center.value) == ("200101", "R3", "34.5")
    assert (waste.identification_name, waste.status) == ("DCS-1", record_pb2.RECORD_STATUS_ACTIVE)


async def test_electricity_in_spain_needs_a_supplier(office: Office) -> None:
    supplier = office.world.named(office.scope, "suppliers", "Luz", tax_id="A95758389")
    other = office.world.named(office.scope, "suppliers", "Otra")
    unnamed = office.reading("invoice::electricity", {"quantity": Decimal(1), "supplier_name": "Nobody"})
    shares = ((office.porto, "0.5"), (office.madrid, "0.5"))

    with pytest.raises(SupplierRequiredError):
        await office.create(unnamed, *shares)
    with pytest.raises(SupplierNotFoundError):
        await office.create(unnamed, *shares, supplier_id=new_id())
    assert office.world.row("SELECT count(*) FROM invoices") == (0,)
    given = await office.create(unnamed, *shares, supplier_id=other)
    assert {invoice.supplier_id for invoice in given.invoices} == {str(other)}

    named = office.reading("invoice::electricity", {"quantity": Decimal(1), "supplier_tax_id": "A95758389"})
    read = await office.create(named, *shares)
    assert {invoice.supplier_id for invoice in read.invoices} == {str(supplier)}
    overridden = office.reading("invoice::electricity", {"quantity": Decimal(1), "supplier_tax_id": "A95758389"})
    over = await office.create(overridden, *shares, supplier_id=other)
    assert {invoice.supplier_id for invoice in over.invoices} == {str(other)}


async def test_supplier_is_neither_needed_nor_taken_for_anything_but_electricity(office: Office) -> None:
    made = await office.create(office.reading("invoice::water", WATER), (office.madrid, "1"), supplier_id=new_id())
    assert not made.invoices[0].HasField("supplier_id")


async def test_refusals_change_nothing(office: Office) -> None:
    world, stranger = office.world, office.world.organization()
    reading_id = office.reading("invoice::water", WATER)
    foreign = world.reading(stranger, world.file(stranger, tags=["invoice::water"]), "water", [WATER])
    share = (office.porto, "1")
    cases: list[tuple[type[DomainError], Any]] = [
        (ReadingNotFoundError, office.create(new_id(), share)),
        (ReadingNotFoundError, office.create(foreign, share)),
        (ReadingNotReadyError, office.create(office.reading("invoice::water"), share)),
        (ReadingNotReadyError, office.create(office.reading("invoice::water", WATER, person_items="[]"), share)),
        (CategoryNotSupportedError, office.create(office.reading("document::bank_statement", {"iban": "x"}), share)),
        (FacilityNotFoundError, office.create(reading_id, (new_id(), "1"))),
        (FacilityNotFoundError, office.create(reading_id, (office.facility("PT", stranger), "1"))),
        (ProjectNotFoundError, office.create(reading_id, share, project_id=new_id())),
        (AllocationExceededError, office.create(reading_id, (office.porto, "0.6"), (office.lyon, "0.5"))),
        (InvalidRequestError, office.create(reading_id, (office.porto, "0"))),
    ]
    for error, call in cases:
        with pytest.raises(error):
            await call
    request = readings_pb.CreateRecordsRequest()
    for wanted in (reading_id, foreign):
        request.file_readings.add(id=str(wanted))
    with pytest.raises(MultipleFilesNotSupportedError):
        await office.readings.CreateRecords(request, office.context)
    assert world.row("SELECT count(*) FROM invoices") == (0,)
    assert world.row("SELECT bool_or(linked) FROM files") == (False,)


async def test_exactly_one_of_many_calls_at_once_succeeds_and_the_others_name_its_records(office: Office) -> None:
    reading_id = office.reading("invoice::water", WATER)
    shares = ((office.porto, "0.5"), (office.lyon, "0.5"))

    answers = await asyncio.gather(*(office.create(reading_id, *shares) for _ in range(8)), return_exceptions=True)

    made = [answer for answer in answers if isinstance(answer, readings_pb.CreateRecordsResponse)]
    refused = [answer for answer in answers if isinstance(answer, RecordsExistError)]
    assert (len(made), len(refused)) == (1, 7)
    ids = [invoice.id for invoice in made[0].invoices]
    assert all(error.details == {"invoice_ids": ids, "waste_ids": []} for error in refused)
    request = readings_pb.UpdateReadingRequest(file_reading_id=str(reading_id))
    with pytest.raises(ReadingLinkedError):
        await office.readings.UpdateReading(request, office.context)


async def test_records_are_listed_newest_first_and_narrowed_down(office: Office) -> None:
    water = office.reading("invoice::water", WATER)
    gas = office.reading("invoice::gas", WATER)
    shares = ((office.porto, "0.5"), (office.lyon, "0.5"))
    ids = [i.id for r in (water, gas) for i in (await office.create(r, *shares)).invoices]

    async def listed(**asked: Any) -> list[str]:
        answer = await office.records.ListInvoices(pb.ListInvoicesRequest(**asked), office.context)
        return [invoice.id for invoice in answer.items]

    assert await listed() == ids[::-1]
    assert await listed(file_reading_id=str(water)) == ids[1::-1]
    assert await listed(facility_id=str(office.porto)) == [ids[2], ids[0]]
    assert await listed(type=record_pb2.INVOICE_TYPE_COMBUSTION) == ids[:1:-1]
    assert await listed(file_id=str(new_id())) == []
    first = await office.records.ListInvoices(pb.ListInvoicesRequest(size=3), office.context)
    assert (first.total, first.pages, len(first.items)) == (4, 2, 3)
    assert await listed(size=3, cursor=first.next_cursor) == ids[:1]
    assert (await office.records.ListWastes(pb.ListWastesRequest(), office.context)).total == 0
    one = await office.records.GetInvoice(pb.GetInvoiceRequest(invoice_id=ids[0]), office.context)
    assert one.invoice.id == ids[0]


async def test_records_of_another_organization_are_not_found(office: Office, database: Database) -> None:
    made = await office.create(office.reading("invoice::water", WATER), (office.porto, "1"))
    stranger: Any = SimpleNamespace(scope=office.world.organization())
    for unseen in (made.invoices[0].id, str(new_id())):
        with pytest.raises(InvoiceNotFoundError):
            await office.records.GetInvoice(pb.GetInvoiceRequest(invoice_id=unseen), stranger)
        with pytest.raises(WasteNotFoundError):
            await office.records.GetWaste(pb.GetWasteRequest(waste_id=unseen), stranger)
    assert (await office.records.ListInvoices(pb.ListInvoicesRequest(), stranger)).total == 0
