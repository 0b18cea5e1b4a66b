"""A correction teaches how the next document of the same supplier and layout is read, in its organization alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from service.objects.store import ObjectStore
from service.postgres import file_changes
from service.postgres.database import Database
from service.postgres.readings import ReadingQueries
from service.processing.worker import Worker
from service.readings.use_cases import Readings
from tests.processing.papers import pdf_of
from tests.processing.test_worker import QUICK, Desk
from tests.world import World


def bill(
    number: str, contract: str, used: str, day: str, supplier: str = "Aguas del Norte, S.A.        CIF: A58818501"
) -> bytes:
    """A bill whose contract number and consumption stand after words that nobody else uses."""
    return pdf_of(
        (
            supplier,
            "FACTURA DE AGUA",
            f"Factura nº: {number}",
            f"Fecha de factura: {day}/04/2024",
            "Periodo de facturación: 01/03/2024 - 31/03/2024",
            f"Acuerdo perpetuo del abonado {contract}",
            f"Agua que llegó hasta usted {used} m3",
            "Lectura anterior 1000 m3 del contador instalado en la finca",
            "Base imponible: 100,00 EUR",
            "IVA 10%: 10,00 EUR",
            "Total factura: 110,00 EUR",
        )
    )


def other_layout(number: str, contract: str) -> bytes:
    return pdf_of(
        (
            "Recibo de servicios: consumo de agua",
            f"Documento {number}, emitido por A58818501, Aguas del Norte, S.A.",
            "Fecha de emisión: 02/05/2024",
            "Consumo de agua: 12,5 m3",
            f"Agrupación perpetua {contract}",
            "Importe total: 44,00 EUR",
            "Gracias por confiar en nosotros; domiciliaremos este recibo en siete días",
        )
    )


@pytest.fixture
async def worker(database: Database, store: ObjectStore, world: World) -> AsyncIterator[Worker]:
    made = Worker(world.urls.service, database, store, QUICK)
    task = asyncio.create_task(made.run())
    yield made
    await made.stop()
    async with asyncio.timeout(120):
        await task


class Clerk(Desk):
    """Reads documents, and corrects them."""

    async def read(self, content: bytes, **columns: Any) -> tuple[UUID, dict[str, Any]]:
        file_id = await self.put(content, **columns)
        await self.send(file_id)
        await self.until(file_id, "completed")
        items = self.reading(file_id)["machine_items"]
        return file_id, items[0] if items else {}

    async def correct(self, file_id: UUID, **values: Any) -> None:
        row = await ReadingQueries(self.database).of_file(self.scope, file_id)
        assert row is not None
        before = row.machine_items[0] if row.machine_items else {}
        await Readings(self.database).update(self.scope, row.id, [before | values])

    def producers(self, file_id: UUID) -> dict[str, str]:
        return {entry["field"]: entry["producer"] for entry in self.reading(file_id)["evidence"]}


@pytest.fixture
def clerk(database: Database, store: ObjectStore, world: World) -> Clerk:
    return Clerk(database, store, world)


FIRST = bill("WTR-2024-03", "900-77881", "32,1", "02")
NEXT = bill("WTR-2024-09", "900-99120", "47,6", "11")


@pytest.mark.usefixtures("worker")
async def test_next_document_of_the_supplier_is_read_with_what_the_correction_taught(clerk: Clerk) -> None:
    first, item = await clerk.read(FIRST)
    assert "contract_number" not in item
    await clerk.correct(first, contract_number="900-77881", quantity="32.1")
    following, item = await clerk.read(NEXT)
    assert (item["contract_number"], str(item["quantity"])) == ("900-99120", "47.6")
    assert item["invoice_number"] == "WTR-2024-09"
    assert clerk.producers(following)["contract_number"] == "learned"
    (place,) = (e for e in clerk.reading(following)["evidence"] if e["field"] == "contract_number")
    assert (place["page"], place["raw_text"], place["derived_from"]) == (1, "900-99120", [])
    assert place["box"][0] > 60
    fast, item = await clerk.read(NEXT, processing_track="FASTTRACK")
    assert item["contract_number"] == "900-99120"
    assert set(clerk.producers(fast).values()) == {"learned"}


@pytest.mark.usefixtures("worker")
async def test_another_organization_learns_nothing(clerk: Clerk, world: World) -> None:
    first, _ = await clerk.read(FIRST)
    await clerk.correct(first, contract_number="900-77881")
    clerk.scope = world.organization()
    _, item = await clerk.read(NEXT)
    assert "contract_number" not in item


@pytest.mark.usefixtures("worker")
async def test_another_layout_or_supplier_is_not_read_with_it(clerk: Clerk) -> None:
    first, _ = await clerk.read(FIRST)
    await clerk.correct(first, contract_number="900-77881")
    _, item = await clerk.read(other_layout("R-1", "55-1234"))
    assert "contract_number" not in item
    _, item = await clerk.read(bill("X-1", "900-1", "5,0", "02", supplier="Canal Sur, S.A.        CIF: A28015865"))
    assert "contract_number" not in item


@pytest.mark.usefixtures("worker")
async def test_what_a_person_wrote_is_never_overwritten_and_counts_anew_each_time(clerk: Clerk) -> None:
    first, _ = await clerk.read(FIRST)
    await clerk.correct(first, contract_number="WRONG-1")
    _, item = await clerk.read(NEXT)
    assert "contract_number" not in item
    await clerk.correct(first, contract_number="900-77881")
    second, item = await clerk.read(NEXT)
    assert item["contract_number"] == "900-99120"
    await clerk.correct(second, contract_number="900-99120-B")
    await clerk.send(second, "PROCESS_DOCUMENT")
    await clerk.until(second, "completed")
    assert clerk.reading(second)["person_items"][0]["contract_number"] == "900-99120-B"


def verdicts(world: World, file_id: UUID) -> list[tuple[str, str]]:
    (checks,) = world.row("SELECT checks FROM readings WHERE file_id = %s", file_id)
    return [(c["outcome"], c["message"]) for c in checks if c["name"] == "bill_not_seen_before"]


@pytest.mark.usefixtures("worker")
async def test_same_bill_is_said_in_its_organization_and_stops_nothing(clerk: Clerk, world: World) -> None:
    first, _ = await clerk.read(FIRST)
    other, _ = await clerk.read(NEXT)
    again, item = await clerk.read(FIRST)
    assert item["invoice_number"] == "WTR-2024-03"
    assert verdicts(world, first) == verdicts(world, other) == [("pass", "")]
    ((outcome, message),) = verdicts(world, again)
    assert outcome == "fail"
    assert str(first) in message
    await clerk.correct(other, invoice_number="CORRECTED-1")
    twin, _ = await clerk.read(NEXT)
    assert verdicts(world, twin) == [("pass", "")], "what the person wrote is what counts"
    clerk.scope = world.organization()
    foreign, _ = await clerk.read(FIRST)
    assert verdicts(world, foreign) == [("pass", "")]


@pytest.mark.usefixtures("worker")
async def test_file_that_goes_for_good_takes_its_lesson_along(clerk: Clerk) -> None:
    first, _ = await clerk.read(FIRST)
    await clerk.correct(first, contract_number="900-77881")
    assert clerk.world.row("SELECT count(*) FROM lessons") != (0,)
    async with clerk.database.transaction(clerk.scope) as tx:
        await file_changes.mark_expunged(tx, first)
    assert clerk.world.row("SELECT (SELECT count(*) FROM lessons) + (SELECT count(*) FROM seen_bills)") == (0,)
    _, item = await clerk.read(NEXT)
    assert "contract_number" not in item
