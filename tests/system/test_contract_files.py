"""Sections 5 to 7 and 11 of the native dialect: listing, getting, events, deleting and recovering."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import grpc
import pytest
from muniment.files.v1 import file_pb2

from service.domain.ids import new_id
from tests.processing.papers import pdf_of
from tests.system.support import Rest, System, Tenant, read

FIELDS = {
    "id", "name", "extension", "mime_type", "size_kb", "size_bytes", "status", "url", "folder_id", "project_ids",
    "tags", "category", "checksum_sha256", "page_count", "processing_status", "processing_track", "channel",
    "created_by", "created_at", "updated_at", "deleted_at", "metadata",
}  # fmt: skip
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


async def names(rest: Rest, **query: Any) -> list[str]:
    return [file["file_name"] for file in (await rest.get("/v1/files", **query))["items"]]


async def filled(tenant: Tenant, count: int) -> list[str]:
    """File names, newest first."""
    item = {"extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
    await tenant.rest.ok("POST", "/v1/files/presigned-urls", [item | {"name": f"f{n:03}"} for n in range(count)])
    return [f"f{n:03}.pdf" for n in reversed(range(count))]


# --- 5. listing


async def test_empty_list(ours: Tenant) -> None:
    assert await ours.rest.get("/v1/files") == {
        "items": [], "total": 0, "page": 1, "size": 50, "pages": 0, "next_cursor": None,
    }  # fmt: skip


async def test_pages_are_newest_first(ours: Tenant) -> None:
    expected = await filled(ours, 120)
    first = await ours.rest.get("/v1/files")
    assert (first["total"], first["page"], first["size"], first["pages"]) == (120, 1, 50, 3)
    assert [file["file_name"] for file in first["items"]] == expected[:50]
    last = await ours.rest.get("/v1/files", page=3)
    assert [file["file_name"] for file in last["items"]] == expected[100:]
    assert last["next_cursor"] is None
    beyond = await ours.rest.get("/v1/files", page=4)
    assert (beyond["items"], beyond["total"]) == ([], 120)
    assert (await ours.rest.get("/v1/files", size=7))["pages"] == 18


async def test_cursor_reads_everything_once(ours: Tenant) -> None:
    expected = await filled(ours, 25)
    seen: list[str] = []
    query: dict[str, Any] = {"size": 10}
    while True:
        page = await ours.rest.get("/v1/files", **query)
        assert page["total"] == 25
        seen += [file["file_name"] for file in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
        await ours.rest.upload(b"x", "newer.pdf")
        await ours.rest.ok("DELETE", f"/v1/files/{(await ours.rest.get('/v1/files', size=1))['items'][0]['id']}")
    assert seen == expected


async def test_too_large_a_size_is_the_maximum(ours: Tenant) -> None:
    await filled(ours, 101)
    page = await ours.rest.get("/v1/files", size=1000)
    assert (page["size"], len(page["items"]), page["pages"]) == (100, 100, 2)
    answer = await ours.grpc("ListFiles", size=1000)
    assert (answer.size, len(answer.items)) == (100, 100)


@pytest.mark.parametrize("name", ["page", "size"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "99999999999", ""])
async def test_page_and_size_are_positive_integers(ours: Tenant, name: str, value: str) -> None:
    for path in ("/v1/files", "/v1/files/readings", "/v1/invoices", "/v1/wastes", "/v1/folders"):
        assert list((await ours.rest("GET", f"{path}?{name}={value}")).fields()) == [name]
    if value in {"0", "-1"}:
        failure = await ours.grpc.fails("ListFiles", **{name: int(value)})
        assert (failure.code, list(failure.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, [name])


@pytest.mark.parametrize("path", ["/v1/files", "/v1/files/readings", "/v1/invoices", "/v1/wastes", "/v1/facilities"])
async def test_cursor_that_is_not_ours_is_400(ours: Tenant, path: str) -> None:
    for cursor in ("abc", "AAAA", "%00", "e30", "-"):
        assert (await ours.rest("GET", f"{path}?cursor={cursor}")).error() == (400, "INVALID_CURSOR")


async def test_cursor_of_other_filters_or_another_list_is_400(ours: Tenant) -> None:
    await filled(ours, 3)
    cursor = (await ours.rest.get("/v1/files", size=1))["next_cursor"]
    assert len((await ours.rest.get("/v1/files", size=2, cursor=cursor))["items"]) == 2
    for query in ({"name": "f"}, {"status": "pending"}, {"created_after": "2024-01-01T00:00:00Z"}):
        reply = await ours.rest("GET", "/v1/files", params={"cursor": cursor, **query})
        assert reply.error() == (400, "INVALID_CURSOR")
    assert (await ours.rest("GET", f"/v1/files/readings?cursor={cursor}")).error() == (400, "INVALID_CURSOR")
    failure = await ours.grpc.fails("ListFiles", cursor=cursor, name="f")
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_CURSOR")


async def test_cursor_and_page_together_are_400(ours: Tenant) -> None:
    await filled(ours, 3)
    cursor = (await ours.rest.get("/v1/files", size=1))["next_cursor"]
    assert (await ours.rest("GET", f"/v1/files?cursor={cursor}&page=2")).status == 400


async def test_name_filter_is_literal_and_ignores_case_and_composition(ours: Tenant) -> None:
    for name in (
        "100%_done.pdf",
        "100 done.pdf",
        "Straße.pdf",
        "cafe\u0301.pdf",
        "back\\slash".replace("\\", "") + ".csv",
    ):
        await ours.rest.upload(b"x", name)
    assert await names(ours.rest, name="%_") == ["100%_done.pdf"]
    assert await names(ours.rest, name="_") == ["100%_done.pdf"]
    assert await names(ours.rest, name="%") == ["100%_done.pdf"]
    assert await names(ours.rest, name="STRASSE") == ["Straße.pdf"]
    assert await names(ours.rest, name="CAFÉ") == ["cafe\u0301.pdf"]
    assert await names(ours.rest, name=".CSV") == ["backslash.csv"]
    assert await names(ours.rest, name="nothing") == []
    assert len(await names(ours.rest, name="")) == 5


async def test_filters(system: System, ours: Tenant) -> None:
    folder = await ours.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    inside = await ours.rest.upload(b"x", "inside.pdf", folder_id=folder["id"], project_id=str(ours.project_id))
    tagged = await ours.rest.upload(pdf_of(), "tagged.pdf")
    await filled(ours, 1)
    await read(ours.rest, tagged["id"])
    assert await names(ours.rest, folder_id=folder["id"]) == ["inside.pdf"]
    assert await names(ours.rest, project_id=str(ours.project_id)) == ["inside.pdf"]
    assert await names(ours.rest, status="pending") == ["f000.pdf"]
    assert await names(ours.rest, status="uploaded") == ["tagged.pdf", "inside.pdf"]
    assert await names(ours.rest, category="water") == ["tagged.pdf"]
    assert await names(ours.rest, tag="invoice::water") == ["tagged.pdf"]
    assert await names(ours.rest, tag="invoice::gas") == []
    assert await names(ours.rest, folder_id=str(new_id())) == []
    assert await names(ours.rest, status="uploaded", folder_id=folder["id"], name="SIDE") == ["inside.pdf"]
    assert (await ours.rest.get("/v1/files", status="error"))["total"] == 0
    assert inside["id"] != tagged["id"]


async def test_created_after_is_inclusive_and_created_before_exclusive(ours: Tenant) -> None:
    files = [await ours.rest.upload(b"x", f"{n}.pdf") for n in range(3)]
    at = files[1]["created_at"]
    assert await names(ours.rest, created_after=at) == ["2.pdf", "1.pdf"]
    assert await names(ours.rest, created_before=at) == ["0.pdf"]
    assert await names(ours.rest, created_after=at, created_before=at) == []
    later = (datetime.fromisoformat(at) + timedelta(hours=2)).isoformat().replace("+00:00", "+02:00")
    assert await names(ours.rest, created_after=later) == ["2.pdf", "1.pdf"]
    answer = await ours.grpc("ListFiles", created_before=datetime.fromisoformat(at))
    assert [file.file_name for file in answer.items] == ["0.pdf"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("status=gone", "status"),
        ("folder_id=7", "folder_id"),
        ("project_id=7", "project_id"),
        ("created_after=yesterday", "created_after"),
        ("created_before=2024-02-30T00:00:00Z", "created_before"),
        ("pge=1", "pge"),
        ("name=a&name=b", "name"),
        ("name=" + "x" * 256, "name"),
    ],
)
async def test_wrong_filter_is_named(ours: Tenant, query: str, name: str) -> None:
    assert list((await ours.rest("GET", f"/v1/files?{query}")).fields()) == [name]


# --- 6. getting


async def test_file_has_the_documented_fields(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "bill.pdf")
    file = await read(ours.rest, made["id"])
    assert file.keys() >= FIELDS
    assert (file["status"], file["processing_status"], file["processing_track"]) == ("uploaded", "completed", "DEFAULT")
    assert (file["category"], file["tags"], file["page_count"]) == ("water", ["invoice::water"], 1)
    assert isinstance(file["size_bytes"], int)
    assert file["metadata"] == {}
    assert TIME.fullmatch(file["created_at"])
    assert TIME.fullmatch(file["updated_at"])
    assert file["deleted_at"] is None
    assert file["target_file_ids"]


async def test_grpc_and_rest_say_the_same(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "bill.pdf", project_id=str(ours.project_id))
    file = await read(ours.rest, made["id"])
    message = (await ours.grpc("GetFile", file_id=made["id"])).file
    for name in ("id", "name", "file_name", "size_bytes", "size_kb", "url", "checksum_sha256", "category", "number"):
        assert getattr(message, name) == file[name]
    assert message.status == file_pb2.FILE_STATUS_UPLOADED
    assert list(message.project_ids) == file["project_ids"]


@pytest.mark.parametrize(
    "bad",
    ["7", "x" * 36, "00000000-0000-0000-0000-00000000000g", "%20", "urn:uuid:0a6aec80-03cb-452a-9792-9efa7c7a358d"],
)
async def test_identifier_that_is_no_uuid_is_400(ours: Tenant, bad: str) -> None:
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("PUT", "/recover"),
        ("GET", "/download"),
        ("GET", "/download-url"),
    ):
        assert list((await ours.rest(method, f"/v1/files/{bad}{path}")).fields()) == ["file_id"]


async def test_identifier_in_capitals_is_the_same_file(ours: Tenant) -> None:
    made = await ours.rest.upload(b"x")
    assert (await ours.rest.get(f"/v1/files/{made['id'].upper()}"))["id"] == made["id"]


async def test_absent_file_is_404(ours: Tenant) -> None:
    for path in ("", "/download", "/download-url"):
        assert (await ours.rest("GET", f"/v1/files/{new_id()}{path}")).error() == (404, "FILE_NOT_FOUND")
    failure = await ours.grpc.fails("GetFile", file_id=str(new_id()))
    assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "FILE_NOT_FOUND")


async def test_derived_files_are_not_listed_and_can_be_had_by_id(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "bill.pdf")
    file = await read(ours.rest, made["id"])
    assert (await ours.rest.get("/v1/files"))["total"] == 1
    assert await names(ours.rest) == ["bill.pdf"]
    types = set()
    for derived_id in file["target_file_ids"]:
        derived = await ours.rest.get(f"/v1/files/{derived_id}")
        assert derived["source_file_id"] == made["id"]
        reply = await ours.rest("GET", f"/v1/files/{derived_id}/download")
        assert (reply.status, reply.headers["content-type"]) == (200, derived["mime_type"])
        listed = await ours.rest.get("/v1/files", type=derived["type"])
        assert [entry["id"] for entry in listed["items"]] == [derived_id]
        types.add(derived["type"])
    assert types == {"THUMBNAIL", "OPTIMIZED"}


async def test_pending_file_has_nothing_to_download(ours: Tenant) -> None:
    await filled(ours, 1)
    ((file),) = (await ours.rest.get("/v1/files"))["items"]
    for path in ("download", "download-url"):
        assert (await ours.rest("GET", f"/v1/files/{file['id']}/{path}")).error() == (409, "FILE_HAS_NO_CONTENT")


async def test_download_url_expires(ours: Tenant) -> None:
    made = await ours.rest.upload(b"bytes")
    answer = await ours.rest.get(f"/v1/files/{made['id']}/download-url")
    assert answer.keys() == {"url", "expires_at"}
    assert TIME.fullmatch(answer["expires_at"])


# --- 7. events


async def test_send_event_answers_true_and_reads_again(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of())
    await read(ours.rest, made["id"])
    for event_type in ("PROCESS_DOCUMENT", "CLASSIFY_DOCUMENT"):
        body = {"event_type": event_type, "detail": {"file_id": made["id"]}}
        reply = await ours.rest("POST", "/v1/files/send-event", body)
        assert (reply.status, reply.body) == (200, b"true")
    assert (await ours.grpc("SendEvent", event_type="PROCESS_DOCUMENT", detail={"file_id": made["id"]})).accepted
    types = [event["type"] for event in (await ours.rest.get("/v1/events", file_id=made["id"]))["items"]]
    assert types.count("PROCESS_DOCUMENT") == 2
    assert types.count("CLASSIFY_DOCUMENT") == 2


async def test_send_event_for_a_file_that_is_not_uploaded_is_409(ours: Tenant) -> None:
    await filled(ours, 1)
    (pending,) = (await ours.rest.get("/v1/files"))["items"]
    deleted = await ours.rest.upload(b"x")
    await ours.rest.ok("DELETE", f"/v1/files/{deleted['id']}")
    for file in (pending, deleted):
        body = {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": file["id"]}}
        assert (await ours.rest("POST", "/v1/files/send-event", body)).error() == (409, "FILE_NOT_UPLOADED")


async def test_unknown_event_type_is_400_that_names_the_known_ones(ours: Tenant) -> None:
    made = await ours.rest.upload(b"x")
    for event_type in ("DELETE_DOCUMENT", "process_document"):
        body = {"event_type": event_type, "detail": {"file_id": made["id"]}}
        reply = await ours.rest("POST", "/v1/files/send-event", body)
        assert reply.error() == (400, "UNKNOWN_EVENT_TYPE")
        assert {"PROCESS_DOCUMENT", "CLASSIFY_DOCUMENT"} <= set(re.findall(r"\w+", reply.json["message"]))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"detail": {"file_id": str(new_id())}}, "event_type"),
        ({"event_type": "PROCESS_DOCUMENT"}, "detail"),
        ({"event_type": "PROCESS_DOCUMENT", "detail": {}}, "detail.file_id"),
        ({"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": "7"}}, "detail.file_id"),
        ({"event_type": "PROCESS_DOCUMENT", "detail": {"fileid": "7"}}, "detail.fileid"),
    ],
)
async def test_wrong_event_names_its_field(ours: Tenant, body: Any, name: str) -> None:
    assert name in (await ours.rest("POST", "/v1/files/send-event", body)).fields()


async def test_events_are_in_order_and_can_be_followed(ours: Tenant) -> None:
    made = [await ours.rest.upload(b"x") for _ in range(3)]
    for file in made:
        await ours.rest.ok("DELETE", f"/v1/files/{file['id']}")
    seen: list[Any] = []
    after = 0
    while True:
        page = await ours.rest.get("/v1/events", after=after, size=2)
        if not page["items"]:
            break
        seen += page["items"]
        after = page["items"][-1]["sequence"]
    sequences = [event["sequence"] for event in seen]
    assert sequences == sorted(set(sequences))
    deleted = [event["file_id"] for event in seen if event["type"] == "file.deleted"]
    assert deleted == [file["id"] for file in made]


# --- 11. deleting and recovering


@pytest.mark.parametrize("status", ["pending", "uploaded", "error"])
async def test_delete_and_recover_bring_the_status_back(ours: Tenant, status: str) -> None:
    if status == "uploaded":
        made = await ours.rest.upload(b"x")
    else:
        await filled(ours, 1)
        (made,) = (await ours.rest.get("/v1/files"))["items"]
        if status == "error":
            await ours.rest.ok("PATCH", "/v1/files/batch-update", {"file_ids": [made["id"]], "status": "error"})
    path = f"/v1/files/{made['id']}"
    for _ in range(2):
        deleted = await ours.rest.ok("DELETE", path)
        assert (deleted["status"], deleted["id"]) == ("deleted", made["id"])
        assert TIME.fullmatch(deleted["deleted_at"])
    assert (await ours.rest.get(path))["status"] == "deleted"
    assert (await ours.rest.get("/v1/files"))["total"] == 0
    assert (await ours.rest.get("/v1/files", status="deleted"))["total"] == 1
    for _ in range(2):
        recovered = await ours.rest.ok("PUT", f"{path}/recover")
        assert (recovered["status"], recovered["deleted_at"]) == (status, None)
    assert (await ours.rest.get("/v1/files"))["total"] == 1
    assert (await ours.rest.get("/v1/files", status="deleted"))["total"] == 0


async def test_delete_and_recover_over_grpc(ours: Tenant) -> None:
    made = await ours.rest.upload(b"x")
    assert (await ours.grpc("DeleteFile", file_id=made["id"])).file.status == file_pb2.FILE_STATUS_DELETED
    assert (await ours.grpc("RecoverFile", file_id=made["id"])).file.status == file_pb2.FILE_STATUS_UPLOADED


async def test_absent_file_can_be_neither_deleted_nor_recovered(ours: Tenant) -> None:
    assert (await ours.rest("DELETE", f"/v1/files/{new_id()}")).error() == (404, "FILE_NOT_FOUND")
    assert (await ours.rest("PUT", f"/v1/files/{new_id()}/recover")).error() == (404, "FILE_NOT_FOUND")


async def test_bytes_of_a_deleted_file_are_not_handed_out(ours: Tenant) -> None:
    made = await ours.rest.upload(b"x")
    await ours.rest.ok("DELETE", f"/v1/files/{made['id']}")
    reply = await ours.rest("GET", f"/v1/files/{made['id']}/download")
    assert reply.error() == (409, "FILE_HAS_NO_CONTENT")
    await ours.rest.ok("PUT", f"/v1/files/{made['id']}/recover")
    assert (await ours.rest("GET", f"/v1/files/{made['id']}/download")).body == b"x"


# --- more resources

RESOURCES = [
    ("folders", {"name": "2024"}, ("name", "parent_id")),
    ("projects", {"name": "Footprint"}, ("name",)),
    ("facilities", {"name": "Plant", "country": "ES", "address": "Calle 1"}, ("name", "country", "address")),
    ("suppliers", {"name": "Iberia", "tax_id": "A1", "country": "ES"}, ("name", "tax_id", "country")),
]


@pytest.mark.parametrize(("name", "body", "fields"), RESOURCES)
async def test_resources_are_created_got_and_listed(ours: Tenant, name: str, body: Any, fields: Any) -> None:
    made = await ours.rest.ok("POST", f"/v1/{name}", body, status=201)
    assert {field: made[field] for field in fields} == dict.fromkeys(fields) | body
    assert await ours.rest.get(f"/v1/{name}/{made['id']}") == made
    listed = await ours.rest.get(f"/v1/{name}")
    assert listed.keys() == {"items", "total", "page", "size", "pages", "next_cursor"}
    assert made in listed["items"]
    assert listed["total"] == len(listed["items"])
    singular = {"facilities": "FACILITY"}.get(name, name[:-1].upper())
    assert (await ours.rest("GET", f"/v1/{name}/{new_id()}")).error() == (404, f"{singular}_NOT_FOUND")
    assert "name" in (await ours.rest("POST", f"/v1/{name}", body | {"name": ""})).fields()


async def test_resources_are_found_by_name(ours: Tenant) -> None:
    for name in ("Madrid 100%", "Málaga"):
        await ours.rest.ok("POST", "/v1/facilities", {"name": name, "country": "ES"}, status=201)
    found = await ours.rest.get("/v1/facilities", name="MA\u0301L")
    assert [entry["name"] for entry in found["items"]] == ["Málaga"]
    found = await ours.rest.get("/v1/facilities", name="0%")
    assert [entry["name"] for entry in found["items"]] == ["Madrid 100%"]


@pytest.mark.parametrize("country", ["es", "ESP", "XX", "", "E1"])
async def test_country_is_iso_3166(ours: Tenant, country: str) -> None:
    body = {"name": "Plant", "country": country}
    assert list((await ours.rest("POST", "/v1/facilities", body)).fields()) == ["country"]


async def test_whoami(ours: Tenant) -> None:
    identity = await ours.rest.get("/v1/whoami")
    assert str(ours.user_id) in str(identity)
    assert str(ours.organization_id) in str(identity)
    assert ours.api_key not in str(identity)


async def test_same_folder_twice_is_409(ours: Tenant) -> None:
    await ours.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    assert (await ours.rest("POST", "/v1/folders", {"name": "2024"})).error() == (409, "ALREADY_EXISTS")
    path = f"/v1/folders?name={quote('2024')}"
    assert (await ours.rest.get(path))["total"] == 1
