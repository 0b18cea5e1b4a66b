"""What files are for, what they belong to, and how they go for good, over both transports."""

from __future__ import annotations

import base64
from typing import Any

import grpc
import pytest
from muniment.files.v1 import file_pb2

from service.postgres.jobs import MAINTENANCE_QUEUE, job_app
from tests.system.given import asked, facility, given
from tests.system.support import System, Tenant, until

SOON = "2126-01-01T00:00:00Z"
ITEM = {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
SAID: dict[str, Any] = {
    "purpose": "extract",
    "data_source_id": "mailbox",
    "last_modified_at": "2020-02-29T12:00:00Z",
    "expires_at": SOON,
    "resource_info": {"path": "/a", "tags": ["x", None, True]},
    "permission_info": {"users": ["ana"]},
}


async def test_file_that_is_deleted_for_good_is_a_tombstone(ours: Tenant) -> None:
    rest = ours.rest
    file = await rest.upload(b"evidence")
    path = f"/v1/files/{file['id']}"
    url = (await rest.get(f"{path}/download-url"))["url"]
    tombstone = await rest.ok("POST", f"{path}/expunge")
    assert (tombstone["status"], tombstone["file_name"]) == ("deleted", "bill.pdf")
    assert tombstone["expunged_at"]
    assert tombstone["updated_by"] == str(ours.user_id)
    assert await rest.get(path) == tombstone
    for method, of, status, code in (
        ("GET", "/download", 410, "FILE_GONE"),
        ("GET", "/download-url", 410, "FILE_GONE"),
        ("POST", "/expunge", 409, "FILE_STATUS_CONFLICT"),
        ("PUT", "/recover", 409, "FILE_STATUS_CONFLICT"),
    ):
        assert (await rest(method, path + of)).error() == (status, code)
    async with rest.session.get(url) as response:
        assert response.status == 404
    assert (await rest.ok("DELETE", path))["expunged_at"] == tombstone["expunged_at"]
    assert [entry["id"] for entry in (await rest.get("/v1/files", status="deleted"))["items"]] == [file["id"]]
    assert (await rest.get("/v1/events"))["items"][-1]["type"] == "file.expunged"


async def test_tombstone_over_grpc(ours: Tenant) -> None:
    file = await ours.rest.upload(b"evidence")
    answer = await ours.grpc("ExpungeFile", file_id=file["id"])
    assert (answer.file.status, answer.file.HasField("expunged_at")) == (file_pb2.FILE_STATUS_DELETED, True)
    for name, code, reason in (
        ("ExpungeFile", grpc.StatusCode.ABORTED, "FILE_STATUS_CONFLICT"),
        ("GetDownloadUrl", grpc.StatusCode.FAILED_PRECONDITION, "FILE_GONE"),
        ("DownloadFile", grpc.StatusCode.FAILED_PRECONDITION, "FILE_GONE"),
    ):
        failure = await ours.grpc.fails(name, file_id=file["id"])
        assert (failure.code, failure.reason) == (code, reason)


async def test_reading_goes_with_its_file_and_records_stay(system: System, ours: Tenant) -> None:
    file, reading = given(system, ours)
    body = asked(reading, (await facility(ours), 1))
    [invoice] = (await ours.rest.ok("POST", "/v1/files/readings", body))["invoices"]
    [link] = (await ours.rest.get(f"/v1/files/{file}"))["links"]
    assert link == {"type": "invoice", "id": invoice["id"], "role": "DOCUMENT"}
    await ours.rest.ok("POST", f"/v1/files/{file}/expunge")
    erased = await ours.rest.get(f"/v1/files/readings/{reading}")
    assert (erased["status"], erased["content"]["items"]) == ("error", [])
    assert (await ours.rest.get(f"/v1/invoices/{invoice['id']}"))["quantity"] == invoice["quantity"]
    other, unlinked = given(system, ours)
    await ours.rest.ok("POST", f"/v1/files/{other}/expunge")
    path = f"/v1/files/readings/{unlinked}"
    assert (await ours.rest("PUT", path, {"content": {"items": []}})).error() == (410, "FILE_GONE")


async def test_worker_deletes_expired_files_and_confirms_what_arrived(system: System, ours: Tenant) -> None:
    rest = ours.rest
    expired = await rest.upload(b"x", expires_at=SOON)
    system.world.connection.execute("UPDATE files SET expires_at = now() WHERE id = %s", [expired["id"]])
    [prepared] = await rest.ok("POST", "/v1/files/presigned-urls", [ITEM | {"confirm_on_arrival": True}])
    url, headers = prepared["presigned_url"], prepared["headers"]
    async with rest.session.put(url, data=b"%PDF-1.7", headers=headers) as sent:
        assert sent.status == 200
    # Now, rather than at the next minute.
    app = job_app(system.urls.service, connections=1)
    async with app.open_async():
        await app.configure_task("muniment.sweep_files", queue=MAINTENANCE_QUEUE).defer_async(timestamp=0)

    async def arrived() -> Any:
        file = await rest.get(f"/v1/files/{prepared['id']}")
        return file if file["status"] == "uploaded" else None

    async def expunged() -> Any:
        return (await rest.get(f"/v1/files/{expired['id']}"))["expunged_at"]

    assert (await until(arrived, what="the confirmation"))["size_bytes"] == 8
    # The sweep of the minute may have confirmed, and ours deletes.
    await until(expunged, what="the deletion")


async def test_what_is_said_of_a_file_is_kept_changed_and_emptied(ours: Tenant) -> None:
    rest = ours.rest
    [prepared] = await rest.ok("POST", "/v1/files/presigned-urls", [ITEM | SAID])
    path = f"/v1/files/{prepared['id']}"
    file = await rest.get(path)
    assert {name: file[name] for name in SAID} == SAID
    assert (file["is_active"], file["links"], file["updated_by"]) == (True, [], None)
    changed = await rest.ok("PATCH", path, {"purpose": "parse", "is_active": False, "external_file_id": "x-1"})
    assert (changed["purpose"], changed["is_active"], changed["external_file_id"]) == ("parse", False, "x-1")
    assert changed["data_source_id"] == "mailbox"
    assert (await rest.get("/v1/files"))["total"] == 0
    assert (await rest.get("/v1/files", is_active="false"))["total"] == 1
    emptied = await rest.ok("PATCH", path, {"update_mask": "purpose,expires_at,resource_info"})
    assert [emptied[name] for name in ("purpose", "expires_at", "resource_info")] == [None, None, {}]
    assert emptied["permission_info"] == {"users": ["ana"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"update_mask": "file_name"}, "update_mask"),
        ({"update_mask": "is_active"}, "is_active"),
        ({"update_mask": "processing_track"}, "processing_track"),
        ({"processing_track": "QUICK"}, "processing_track"),
        ({"purpose": ""}, "purpose"),
        ({"purpos": "x"}, "purpos"),
        ({}, "body"),
    ],
)
async def test_what_can_not_be_changed_is_named(ours: Tenant, change: dict[str, Any], field: str) -> None:
    file = await ours.rest.upload(b"x")
    assert set((await ours.rest("PATCH", f"/v1/files/{file['id']}", change)).fields()) == {field}


async def test_links_come_as_an_array_or_as_one_object(ours: Tenant) -> None:
    rest = ours.rest
    file = await rest.upload(b"x")
    path = f"/v1/files/{file['id']}/links"
    entry = {"type": "journal_entry", "id": "7"}
    linked = await rest.ok("PUT", path, entry)
    assert linked["links"] == [entry | {"role": "DOCUMENT"}]
    order = {"type": "order", "id": "A 7/1", "role": "ATTACHMENT"}
    linked = await rest.ok("PUT", path, [order, entry | {"role": "ATTACHMENT"}])
    assert linked["links"] == [entry | {"role": "ATTACHMENT"}, order]
    found = await rest.get("/v1/files", link_type="order", link_id="A 7/1")
    assert [entry["id"] for entry in found["items"]] == [file["id"]]
    taken = await rest.ok("DELETE", path, params={"link_type": "order", "link_id": "A 7/1"})
    assert [link["type"] for link in taken["links"]] == ["journal_entry"]
    own = await rest("PUT", path, [entry, {"type": "invoice", "id": "7"}])
    assert set(own.fields()) == {"[1].type"}
    for wrong in ({"type": "a b", "id": "7"}, {"type": "x", "id": ""}, {"type": "x"}, {"type": "x", "id": 7}):
        assert (await rest("PUT", path, wrong)).error() == (400, "VALIDATION_ERROR")
    await rest.ok("DELETE", f"/v1/files/{file['id']}")
    assert (await rest("PUT", path, entry)).error() == (409, "FILE_STATUS_CONFLICT")


async def test_lists_have_orders_and_exact_filters(ours: Tenant) -> None:
    rest = ours.rest
    files = {name: await rest.upload(name.encode(), name) for name in ("b.pdf", "a.pdf", "c.pdf")}

    async def names(**query: Any) -> list[str]:
        return [file["file_name"] for file in (await rest.get("/v1/files", **query))["items"]]

    assert await names(order_by="name") == ["a.pdf", "b.pdf", "c.pdf"]
    assert await names(order_by="name desc") == ["c.pdf", "b.pdf", "a.pdf"]
    assert await names(order_by="id") == ["b.pdf", "a.pdf", "c.pdf"]
    assert await names(file_name="a.pdf") == ["a.pdf"]
    assert await names(number=files["b.pdf"]["number"]) == ["b.pdf"]
    assert await names(checksum_sha256=files["b.pdf"]["checksum_sha256"]) == ["b.pdf"]
    wanted = [("file_ids", files[name]["id"]) for name in ("a.pdf", "c.pdf")]
    reply = await rest.ok("GET", "/v1/files", params=[*wanted, ("order_by", "name")])
    assert [file["file_name"] for file in reply["items"]] == ["a.pdf", "c.pdf"]
    assert set((await rest("GET", "/v1/files", params={"order_by": "size"})).fields()) == {"order_by"}
    first = await rest.get("/v1/files", order_by="name", size=2)
    second = await rest.get("/v1/files", order_by="name", size=2, cursor=first["next_cursor"])
    assert [file["file_name"] for file in second["items"]] == ["c.pdf"]
    other = await rest("GET", "/v1/files", params={"cursor": first["next_cursor"]})
    assert other.error() == (400, "INVALID_CURSOR")


async def test_upload_form_says_what_files_are_for(ours: Tenant) -> None:
    file = await ours.rest.upload(b"x", purpose="parse", expires_at=SOON, data_source_id="mail")
    assert (file["purpose"], file["expires_at"], file["data_source_id"]) == ("parse", SOON, "mail")
    ephemeral = await ours.rest.upload(b"x", ephemeral="true")
    assert ephemeral["expires_at"] > ephemeral["created_at"]


async def test_upload_in_base64_has_its_name_from_the_options(ours: Tenant) -> None:
    body = {"content_base64": base64.b64encode(b"%PDF-1.7 x").decode(), "file_name": "rechnung.pdf", "purpose": "parse"}
    [file] = await ours.rest.ok("POST", "/v1/files/upload", body)
    assert (file["file_name"], file["mime_type"], file["purpose"]) == ("rechnung.pdf", "application/pdf", "parse")
    del body["file_name"]
    assert set((await ours.rest("POST", "/v1/files/upload", body)).fields()) == {"file_name"}
