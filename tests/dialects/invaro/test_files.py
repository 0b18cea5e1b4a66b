"""Listing, getting, downloading and deleting files at /api/v1/files, as the contract page has it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from service.domain.category import Category
from service.domain.ids import new_id
from service.domain.scope import Scope
from tests.dialects.invaro.client import InvaroClient, Part
from tests.processing.papers import pdf_of
from tests.system.given import WATER
from tests.system.support import System, Tenant, read

PDF = pdf_of()
STATES = [
    ("pending", "pending", "pending"),
    ("uploaded", "pending", "pending"),
    ("uploaded", "processing", "processing"),
    ("uploaded", "completed", "completed"),
    ("uploaded", "failed", "failed"),
    ("error", "pending", "failed"),
    ("deleted", "pending", "deleted"),
    ("deleted", "completed", "deleted"),
]
TYPES = {
    None: "unknown",
    "electricity": "invoice",
    "water": "invoice",
    "gas": "invoice",
    "fuel_delivery": "invoice",
    "recharges": "invoice",
    "invoice": "invoice",
    "receipt": "receipt",
    "bank_statement": "bank_statement",
    "wastes": "waste_document",
    "other": "other",
    "unknown": "unknown",
}


@pytest.fixture
def make(system: System, ours: Tenant) -> Any:
    """Makes the row of a file."""

    def made(**columns: Any) -> str:
        if columns.get("status") == "deleted":
            columns = {"status_before_deletion": "uploaded", "deleted_at": datetime.now(UTC)} | columns
        if columns.get("processing_status") in {"completed", "failed"}:
            columns.setdefault("processed_at", datetime.now(UTC))
        return str(system.world.file(Scope(ours.organization_id, ours.user_id), **columns))

    return made


async def test_row_has_what_the_page_shows(client: InvaroClient, make: Any) -> None:
    file_id = make(file_name="invoice.pdf", size_bytes=84898, category="invoice", processing_status="pending")
    page = await client.page()
    [row] = page["files"]
    assert page == {"files": [row], "page": 1, "page_size": 20, "total": 1}
    assert row["id"] == file_id
    assert row["filename"] == "invoice.pdf"
    assert row["file_id"].removesuffix("_invoice.pdf").isdigit()
    assert (row["type"], row["status"], row["size"]) == ("invoice", "pending", 84898)
    assert row["completed_at"] is None


async def test_storage_name_has_the_number_that_other_dialects_know(
    client: InvaroClient, make: Any, ours: Tenant
) -> None:
    file_id = make(file_name="invoice.pdf")
    number = (await ours.rest.get(f"/v1/files/{file_id}"))["number"]
    assert (await client.get(file_id))["file_id"] == f"{number:010}_invoice.pdf"


@pytest.mark.parametrize(("status", "processing", "shown"), STATES)
async def test_status(client: InvaroClient, make: Any, status: str, processing: str, shown: str) -> None:
    file_id = make(status=status, processing_status=processing)
    assert (await client.get(file_id))["status"] == shown
    for asked in ("pending", "processing", "completed", "failed", "deleted"):
        page = await client.page(status=asked)
        assert [row["id"] for row in page["files"]] == ([file_id] if asked == shown else [])
        assert page["total"] == (asked == shown)
    assert await client.ids() == ([] if shown == "deleted" else [file_id])


def test_every_category_has_a_type() -> None:
    assert TYPES.keys() == {None, *(category.value for category in Category)}


@pytest.mark.parametrize(("category", "shown"), TYPES.items())
async def test_type(client: InvaroClient, make: Any, category: str | None, shown: str) -> None:
    file_id = make(category=category)
    assert (await client.get(file_id))["type"] == shown
    for asked in set(TYPES.values()):
        page = await client.page(type=asked)
        assert [row["id"] for row in page["files"]] == ([file_id] if asked == shown else [])
        assert page["total"] == (asked == shown)


async def test_filters_narrow_together(client: InvaroClient, make: Any) -> None:
    wanted = make(category="water", processing_status="completed")
    make(category="water", processing_status="failed")
    make(category="receipt", processing_status="completed")
    assert await client.ids(type="invoice", status="completed") == [wanted]


async def test_pages_follow_each_other_newest_first(client: InvaroClient, make: Any) -> None:
    made = [make() for _ in range(5)][::-1]
    pages = [await client.page(page=number, page_size=2) for number in (1, 2, 3, 4)]
    assert [[row["id"] for row in page["files"]] for page in pages] == [made[:2], made[2:4], made[4:], []]
    assert [(page["page"], page["page_size"], page["total"]) for page in pages] == [(n, 2, 5) for n in (1, 2, 3, 4)]


async def test_too_large_a_page_is_the_largest(client: InvaroClient, make: Any) -> None:
    make()
    assert (await client.page(page_size=101))["page_size"] == 100
    assert (await client.page(page_size=100))["page_size"] == 100


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "x"),
        ("page_size", "0"),
        ("page_size", "-5"),
        ("page_size", "1.5"),
        ("type", "invoices"),
        ("status", "uploaded"),
        ("stauts", "pending"),
    ],
)
async def test_wrong_query_is_refused_and_named(client: InvaroClient, field: str, value: str) -> None:
    failure = await client.failure("GET", "", params={field: value})
    assert (failure.status, failure.code) == (400, "VALIDATION_ERROR")
    assert [entry["field"] for entry in failure.details] == [field]


async def test_inactive_file_is_hidden_from_the_list_alone(client: InvaroClient, make: Any) -> None:
    file_id = make(is_active=False)
    assert await client.ids() == []
    assert await client.ids(status="pending") == []
    assert (await client.get(file_id))["id"] == file_id


async def test_processed_data_is_what_was_read(client: InvaroClient, ours: Tenant) -> None:
    [file] = await client.upload(Part("bill.pdf", PDF))
    await read(ours.rest, file["doc_id"])
    shown = await client.get(file["doc_id"])
    assert (shown["status"], shown["type"]) == ("completed", "invoice")
    data = shown["processed_data"]
    assert data.keys() == {"category", "items", "corrected"}
    assert (data["category"], data["corrected"]) == ("water", False)
    [item] = data["items"]
    assert (item["invoice_number"], item["quantity"]) == ("WTR-2024-03", Decimal("32.1"))


async def test_processed_data_is_null_until_then(client: InvaroClient, make: Any, system: System, ours: Tenant) -> None:
    file_id = make(processing_status="processing", category="water")
    assert (await client.get(file_id))["processed_data"] is None
    scope = Scope(ours.organization_id, ours.user_id)
    system.world.reading(scope, UUID(file_id), "water", [WATER])
    assert (await client.get(file_id))["processed_data"]["items"][0]["unit"] == WATER["unit"]


async def test_processed_data_has_what_a_person_wrote(
    client: InvaroClient, make: Any, system: System, ours: Tenant
) -> None:
    file_id = make(processing_status="completed", category="water")
    reading = system.world.reading(Scope(ours.organization_id, ours.user_id), UUID(file_id), "water", [WATER])
    items = [WATER | {"quantity": 99}]
    await ours.rest.ok("PUT", f"/v1/files/readings/{reading}", {"content": {"items": items}})
    data = (await client.get(file_id))["processed_data"]
    assert (data["corrected"], data["items"][0]["quantity"]) == (True, 99)


async def test_failed_document_has_no_processed_data(
    client: InvaroClient, make: Any, system: System, ours: Tenant
) -> None:
    file_id = make(processing_status="failed", category="water")
    scope = Scope(ours.organization_id, ours.user_id)
    system.world.reading(scope, UUID(file_id), "water", [], status="error", error_code="CORRUPT_DOCUMENT")
    shown = await client.get(file_id)
    assert (shown["status"], shown["processed_data"], shown["completed_at"]) == ("failed", None, None)


async def test_download_has_the_documented_headers(client: InvaroClient) -> None:
    [file] = await client.upload(Part("invoice.pdf", PDF))
    sent = await client.download(file["doc_id"])
    assert (sent.status, sent.content) == (200, PDF)
    assert sent.headers["Content-Type"] == "application/pdf"
    assert sent.headers["Content-Length"] == str(len(PDF))
    assert sent.headers["Content-Disposition"].startswith('attachment; filename="invoice.pdf"')
    part = await client.download(file["doc_id"], Range="bytes=0-3")
    assert (part.status, part.content) == (206, PDF[:4])


async def test_pending_file_has_nothing_to_download(client: InvaroClient, make: Any) -> None:
    failure = await client.failure("GET", f"/{make(status='pending')}/download")
    assert (failure.status, failure.code) == (409, "CONFLICT")


async def test_deletion_is_permanent(client: InvaroClient, system: System, ours: Tenant) -> None:
    [file] = await client.upload(Part("bill.pdf", PDF))
    file_id = file["doc_id"]
    native = await read(ours.rest, file_id)
    url = (await ours.rest.get(f"/v1/files/{file_id}/download-url"))["url"]
    assert native["target_file_ids"]
    await client.delete(file_id)

    failure = await client.failure("GET", f"/{file_id}/download")
    assert (failure.status, failure.code) == (410, "GONE")
    failure = await client.failure("DELETE", f"/{file_id}")
    assert (failure.status, failure.code) == (409, "CONFLICT")
    shown = await client.get(file_id)
    assert (shown["status"], shown["processed_data"], shown["filename"]) == ("deleted", None, "bill.pdf")
    assert await client.ids() == []
    assert await client.ids(status="deleted") == [file_id]

    for derived in native["target_file_ids"]:
        assert (await ours.rest("GET", f"/v1/files/{derived}")).status == 404
    async with system.session.get(url) as response:
        assert response.status == 404
    assert (await ours.rest("PUT", f"/v1/files/{file_id}/recover")).status == 409
    read_once = system.rows("SELECT machine_items, evidence FROM readings WHERE file_id = %s", UUID(file_id))
    assert all(items == [] and evidence == [] for items, evidence in read_once)


async def test_what_another_dialect_deleted_is_gone_here_and_can_be_deleted_for_good(
    client: InvaroClient, ours: Tenant
) -> None:
    [file] = await client.upload(Part("bill.pdf", PDF))
    file_id = file["doc_id"]
    await read(ours.rest, file_id)
    await ours.rest.ok("DELETE", f"/v1/files/{file_id}")
    shown = await client.get(file_id)
    assert (shown["status"], shown["processed_data"]) == ("deleted", None)
    failure = await client.failure("GET", f"/{file_id}/download")
    assert (failure.status, failure.code) == (410, "GONE")
    await client.delete(file_id)
    assert (await ours.rest("PUT", f"/v1/files/{file_id}/recover")).status == 409


@pytest.mark.parametrize("method_and_path", ["GET /{}", "GET /{}/download", "DELETE /{}"])
async def test_absent_file_is_not_found(client: InvaroClient, method_and_path: str) -> None:
    method, path = method_and_path.split()
    failure = await client.failure(method, path.format(new_id()))
    assert (failure.status, failure.code) == (404, "NOT_FOUND")


async def test_path_takes_the_uuid_and_no_storage_name(client: InvaroClient, make: Any) -> None:
    name = (await client.get(make(file_name="a.pdf")))["file_id"]
    failure = await client.failure("GET", f"/{name}")
    assert (failure.status, failure.code) == (400, "VALIDATION_ERROR")
    assert failure.details[0]["field"] == "file_id"


async def test_unknown_path_and_method_are_answered_in_the_envelope(client: InvaroClient) -> None:
    failure = await client.failure("GET", f"/{uuid4()}/pages")
    assert (failure.status, failure.code) == (404, "NOT_FOUND")
    failure = await client.failure("PATCH", "")
    assert (failure.status, failure.code) == (405, "INVALID_REQUEST")
    assert failure.headers["Allow"] == "GET, HEAD, OPTIONS"


async def test_answers_carry_a_request_id(client: InvaroClient, system: System) -> None:
    headers = {"Authorization": f"Bearer {client.api_key}", "X-Request-Id": "mine"}
    async with system.session.get(f"{system.http_url}/api/v1/files", headers=headers) as response:
        assert response.headers["x-request-id"] == "mine"


async def test_nonsense_in_a_download_header_does_not_get_out(client: InvaroClient, system: System) -> None:
    [file] = await client.upload(Part("a%22b.pdf", PDF))
    shown = (await client.download(file["doc_id"])).headers["Content-Disposition"]
    assert shown.startswith('attachment; filename="a_b.pdf"')
    assert aiohttp.multipart.parse_content_disposition(shown)[1]["filename*"] == 'a"b.pdf'
