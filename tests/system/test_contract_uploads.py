"""Sections 1 to 3 of the native dialect: presigned uploads, their bytes, and confirming them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from typing import Any
from uuid import UUID

import aiohttp
import grpc
import pytest

from service.domain.ids import new_id
from tests.system.conftest import MAX_FILE_BYTES
from tests.system.support import Rest, System, Tenant, classified

PRESIGN = "/v1/files/presigned-urls"
CONFIRM = "/v1/files/batch-update"


def item(**more: Any) -> dict[str, Any]:
    return {"name": "invoice", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1} | more


async def presign(rest: Rest, **more: Any) -> Any:
    (made,) = await rest.ok("POST", PRESIGN, [item(**more)])
    return made


async def put(system: System, made: Any, content: bytes, **headers: str) -> int:
    async with system.session.put(made["presigned_url"], data=content, headers=made["headers"] | headers) as response:
        return response.status


async def confirm(rest: Rest, *ids: str, **more: Any) -> Any:
    return await rest.ok("PATCH", CONFIRM, {"file_ids": list(ids), "status": "uploaded"} | more)


# --- 1. presigned URLs


async def test_batch_keeps_its_order_and_makes_pending_files(system: System, ours: Tenant) -> None:
    sent = [item(name=f"file {n}", client_ref=f"ref {n}") for n in range(30)]
    made = await ours.rest.ok("POST", PRESIGN, sent)
    assert [entry["client_ref"] for entry in made] == [entry["client_ref"] for entry in sent]
    assert {entry["status"] for entry in made} == {"pending"}
    assert len({entry["presigned_url"] for entry in made}) == 30
    for entry, request in zip(made, sent, strict=True):
        assert UUID(entry["id"]).version == 7
        assert entry.keys() >= {"id", "status", "url", "presigned_url", "expires_at", "headers", "form_fields"}
        file = await ours.rest.get(f"/v1/files/{entry['id']}")
        assert (file["name"], file["status"], file["url"]) == (request["name"], "pending", entry["url"])
    rows = system.rows("SELECT count(*) FROM files WHERE organization_id = %s", ours.organization_id)
    assert rows == [(30,)]


async def test_single_object_is_answered_by_a_single_object(ours: Tenant) -> None:
    made = await ours.rest.ok("POST", PRESIGN, item())
    assert made["status"] == "pending"
    assert isinstance(await ours.rest.ok("POST", PRESIGN, [item()]), list)


async def test_all_that_was_declared_is_kept(ours: Tenant) -> None:
    folder = await ours.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    checksum = base64.b64encode(hashlib.sha256(b"x").digest()).decode()
    made = await presign(
        ours.rest, folder_id=folder["id"], size_bytes=1, checksum_sha256=checksum, external_file_id="E-1",
        processing_track="FASTTRACK", extension=".PDF",
    )  # fmt: skip
    file = await ours.rest.get(f"/v1/files/{made['id']}")
    assert {name: file[name] for name in ("folder_id", "size_bytes", "checksum_sha256", "processing_track")} == {
        "folder_id": folder["id"], "size_bytes": 1, "checksum_sha256": checksum, "processing_track": "FASTTRACK",
    }  # fmt: skip
    assert (file["extension"], file["file_name"], file["external_file_id"]) == ("PDF", "invoice.PDF", "E-1")


WRONG: list[tuple[Any, str]] = [
    (item(name=""), "name"),
    (item(name="x" * 256), "name"),
    (item(name="a/b"), "name"),
    (item(name="a\\b"), "name"),
    (item(name="a\nb"), "name"),
    (item(name="a\u0000b"), "name"),
    (item(name=5), "name"),
    (item(name=None), "name"),
    (item(extension=""), "extension"),
    (item(extension="p d"), "extension"),
    (item(extension="x" * 17), "extension"),
    (item(extension="tar.gz"), "extension"),
    (item(mime_type="pdf"), "mime_type"),
    (item(mime_type="application/pdf\r\nx: y"), "mime_type"),
    (item(size_kb=-1), "size_kb"),
    (item(size_kb=1.5), "size_kb"),
    (item(size_kb="x"), "size_kb"),
    (item(size_kb=True), "size_kb"),
    (item(size_kb=MAX_FILE_BYTES // 1024 + 1), "size_kb"),
    (item(size_bytes=0), "size_bytes"),
    (item(size_bytes=MAX_FILE_BYTES + 1), "size_bytes"),
    (item(folder_id="7"), "folder_id"),
    (item(checksum_sha256="abc"), "checksum_sha256"),
    (item(processing_track="SLOW"), "processing_track"),
    (item(upload_method="PATCH"), "upload_method"),
    (item(nmae="x"), "nmae"),
    *[({k: v for k, v in item().items() if k != name}, name) for name in item()],
]


@pytest.mark.parametrize(("wrong", "name"), WRONG)
async def test_wrong_item_names_its_place_and_nothing_is_made(ours: Tenant, wrong: Any, name: str) -> None:
    reply = await ours.rest("POST", PRESIGN, [item(), item(), wrong])
    assert list(reply.fields()) == [f"[2].{name}"]
    assert reply.json["message"].startswith(f"[2].{name}: ")
    assert list((await ours.rest("POST", PRESIGN, wrong)).fields()) == [name]
    assert (await ours.rest.get("/v1/files"))["total"] == 0


async def test_every_wrong_item_is_named(ours: Tenant) -> None:
    fields = (await ours.rest("POST", PRESIGN, [item(size_kb=-1), item(), item(name="", extension="")])).fields()
    assert set(fields) == {"[0].size_kb", "[2].name", "[2].extension"}


async def test_wrong_item_over_grpc(ours: Tenant) -> None:
    failure = await ours.grpc.fails("CreatePresignedUploads", uploads=[item(), item(size_kb=-1)])
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "VALIDATION_ERROR")
    assert list(failure.fields) == ["uploads[1].size_kb"]


@pytest.mark.parametrize("count", [0, 1001])
async def test_batch_has_1_to_1000_items(ours: Tenant, count: int) -> None:
    reply = await ours.rest("POST", PRESIGN, [item()] * count)
    assert reply.error() == (400, "VALIDATION_ERROR")


async def test_thousand_items_are_one_call(ours: Tenant) -> None:
    made = await ours.rest.ok("POST", PRESIGN, [item(name=str(n)) for n in range(1000)])
    assert len({entry["id"] for entry in made}) == 1000
    assert (await ours.rest.get("/v1/files"))["total"] == 1000


@pytest.mark.parametrize("size_kb", [0, MAX_FILE_BYTES // 1024])
async def test_smallest_and_largest_size(ours: Tenant, size_kb: int) -> None:
    assert (await presign(ours.rest, size_kb=size_kb))["status"] == "pending"


async def test_longest_name_of_other_letters(ours: Tenant) -> None:
    made = await presign(ours.rest, name="名" * 255)
    assert (await ours.rest.get(f"/v1/files/{made['id']}"))["name"] == "名" * 255


async def test_foreign_folder_is_like_an_absent_one(ours: Tenant, theirs: Tenant) -> None:
    folder = await theirs.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    for folder_id in (folder["id"], str(new_id())):
        reply = await ours.rest("POST", PRESIGN, [item(), item(folder_id=folder_id)])
        assert reply.error() == (404, "FOLDER_NOT_FOUND")
    assert (await ours.rest.get("/v1/files"))["total"] == 0


@pytest.mark.parametrize("body", [b"7", b'"x"', b"null", b"[7]", b"[null]", b"[[]]", b"{", b"", b"\xff"])
async def test_body_of_another_shape_is_400(ours: Tenant, body: bytes) -> None:
    reply = await ours.rest("POST", PRESIGN, body)
    assert reply.status == 400
    assert reply.error()[1] in {"VALIDATION_ERROR", "MALFORMED_REQUEST"}


# --- 2. the bytes


async def test_bytes_go_to_the_presigned_url_with_the_declared_type_only(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest)
    assert made["headers"]["Content-Type"] == "application/pdf"
    assert await put(system, made, b"%PDF", **{"Content-Type": "image/png"}) == 403
    async with system.session.put(made["presigned_url"], data=b"x", skip_auto_headers=["content-type"]) as response:
        assert response.status == 403
    assert await put(system, made, b"%PDF") == 200


async def test_checksum_is_bound_into_the_signature(system: System, ours: Tenant) -> None:
    checksum = base64.b64encode(hashlib.sha256(b"right").digest()).decode()
    made = await presign(ours.rest, checksum_sha256=checksum)
    assert await put(system, made, b"wrong") == 400
    assert await put(system, made, b"right") == 200
    (file,) = await confirm(ours.rest, made["id"])
    assert (file["status"], file["checksum_sha256"]) == ("uploaded", checksum)


async def test_form_policy_limits_the_size(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest, upload_method="POST", size_bytes=5)
    assert made["form_fields"]

    async def post(content: bytes) -> int:
        form = aiohttp.FormData(made["form_fields"])
        form.add_field("file", content, filename="invoice.pdf", content_type="application/pdf")
        async with system.session.post(made["presigned_url"], data=form) as response:
            return response.status

    assert await post(b"123456") == 400
    assert await post(b"12345") in {200, 201, 204}
    (file,) = await confirm(ours.rest, made["id"])
    assert (file["status"], file["size_bytes"]) == ("uploaded", 5)


# --- 3. confirming


async def test_confirming_emits_the_documented_event_once(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest)
    await put(system, made, b"%PDF-1.4 nothing")
    for _ in range(3):
        (file,) = await confirm(ours.rest, made["id"])
        assert file["status"] == "uploaded"
    await asyncio.gather(*(confirm(ours.rest, made["id"]) for _ in range(5)))
    (event,) = await classified(ours.rest, made["id"])
    assert event["payload"] == {
        "resource": "POST",
        "method": "/classify-document",
        "file_id": made["id"],
        "user_id": str(ours.user_id),
        "organization_id": str(ours.organization_id),
    }


async def test_many_confirmations_at_once_emit_once(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest)
    await put(system, made, b"bytes")
    answers = await asyncio.gather(*(confirm(ours.rest, made["id"]) for _ in range(8)))
    assert {answer[0]["status"] for answer in answers} == {"uploaded"}
    assert len(await classified(ours.rest, made["id"])) == 1


async def test_missing_empty_and_other_sizes_stay_pending_and_the_others_proceed(system: System, ours: Tenant) -> None:
    good, missing, empty, other = [await presign(ours.rest, **more) for more in ({}, {}, {}, {"size_bytes": 10})]
    await put(system, good, b"good")
    await put(system, empty, b"")
    await put(system, other, b"12345")
    asked = [missing["id"], good["id"], other["id"], empty["id"]]
    files = await confirm(ours.rest, *asked, good["id"], project_id=str(ours.project_id))
    assert [file["id"] for file in files] == asked
    assert [(file["status"], (file["error"] or {}).get("code")) for file in files] == [
        ("pending", "UPLOAD_MISSING"),
        ("uploaded", None),
        ("pending", "UPLOAD_SIZE_MISMATCH"),
        ("pending", "UPLOAD_EMPTY"),
    ]
    assert all(file["error"]["message"] for file in files if file["error"])
    assert files[1]["project_ids"] == [str(ours.project_id)]
    for made in (missing, empty, other):
        assert await classified(ours.rest, made["id"]) == []
    await put(system, other, b"1234567890")
    (file,) = await confirm(ours.rest, other["id"])
    assert (file["status"], file["size_bytes"], file["size_kb"], file["error"]) == ("uploaded", 10, 1, None)


async def test_unknown_id_fails_the_whole_call_before_anything_changes(
    system: System, ours: Tenant, theirs: Tenant
) -> None:
    made, foreign = await presign(ours.rest), await presign(theirs.rest)
    await put(system, made, b"bytes")
    for unknown in (str(new_id()), foreign["id"]):
        reply = await ours.rest("PATCH", CONFIRM, {"file_ids": [made["id"], unknown], "status": "uploaded"})
        assert reply.error() == (404, "FILE_NOT_FOUND")
        failure = await ours.grpc.fails("BatchUpdateFiles", file_ids=[made["id"], unknown], status=2)
        assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "FILE_NOT_FOUND")
    assert (await ours.rest.get(f"/v1/files/{made['id']}"))["status"] == "pending"
    assert await classified(ours.rest, made["id"]) == []


async def test_foreign_project_fails_the_whole_call(system: System, ours: Tenant, theirs: Tenant) -> None:
    made = await presign(ours.rest)
    await put(system, made, b"bytes")
    for project in (theirs.project_id, new_id()):
        body = {"file_ids": [made["id"]], "status": "uploaded", "project_id": str(project)}
        assert (await ours.rest("PATCH", CONFIRM, body)).error() == (404, "PROJECT_NOT_FOUND")
    assert (await ours.rest.get(f"/v1/files/{made['id']}"))["status"] == "pending"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"file_ids": [], "status": "uploaded"}, "file_ids"),
        ({"status": "uploaded"}, "file_ids"),
        ({"file_ids": ["x"], "status": "uploaded"}, "file_ids[0]"),
        ({"file_ids": [str(new_id())]}, "status"),
        ({"file_ids": [str(new_id())], "status": "pending"}, "status"),
        ({"file_ids": [str(new_id())], "status": "deleted"}, "status"),
        ({"file_ids": [str(new_id())], "status": "gone"}, "status"),
        ({"file_ids": [str(new_id())], "status": "uploaded", "project_id": "x"}, "project_id"),
        ({"file_ids": [str(new_id())] * 1001, "status": "uploaded"}, "file_ids"),
    ],
)
async def test_wrong_confirmation_names_its_field(ours: Tenant, body: Any, name: str) -> None:
    assert list((await ours.rest("PATCH", CONFIRM, body)).fields()) == [name]


async def test_error_can_be_retried_and_uploaded_can_not_become_error(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest)
    failed = {"file_ids": [made["id"]], "status": "error"}
    (file,) = await ours.rest.ok("PATCH", CONFIRM, failed)
    assert file["status"] == "error"
    (file,) = await confirm(ours.rest, made["id"])
    assert (file["status"], file["error"]["code"]) == ("error", "UPLOAD_MISSING")
    await put(system, made, b"bytes")
    (file,) = await confirm(ours.rest, made["id"])
    assert (file["status"], file["error"]) == ("uploaded", None)
    assert len(await classified(ours.rest, made["id"])) == 1
    assert (await ours.rest("PATCH", CONFIRM, failed)).error() == (409, "FILE_STATUS_CONFLICT")
    assert (await ours.grpc.fails("BatchUpdateFiles", file_ids=[made["id"]], status=3)).reason == "FILE_STATUS_CONFLICT"


@pytest.mark.parametrize("status", ["uploaded", "error"])
async def test_deleted_file_can_not_be_confirmed(ours: Tenant, status: str) -> None:
    made = await presign(ours.rest)
    await ours.rest.ok("DELETE", f"/v1/files/{made['id']}")
    reply = await ours.rest("PATCH", CONFIRM, {"file_ids": [made["id"]], "status": status})
    assert reply.error() == (409, "FILE_STATUS_CONFLICT")


async def test_nothing_that_a_valid_url_does_changes_a_confirmed_file(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest)
    await put(system, made, b"as it was")
    (before,) = await confirm(ours.rest, made["id"])
    await put(system, made, b"something else")
    for _ in range(2):
        await confirm(ours.rest, made["id"])
        reply = await ours.rest("GET", f"/v1/files/{made['id']}/download")
        assert reply.body == b"as it was"
        address = (await ours.rest.get(f"/v1/files/{made['id']}/download-url"))["url"]
        async with system.session.get(address) as response:
            assert await response.read() == b"as it was"
    after = await ours.rest.get(f"/v1/files/{made['id']}")
    assert (after["size_bytes"], after["url"]) == (before["size_bytes"], before["url"])


async def test_url_of_the_answer_is_the_one_that_stays(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest)
    await put(system, made, b"bytes")
    (file,) = await confirm(ours.rest, made["id"])
    assert file["url"] == made["url"]


async def test_presigned_upload_beyond_the_limit_is_not_confirmed(system: System, ours: Tenant) -> None:
    made = await presign(ours.rest)
    large = io.BytesIO(bytes(MAX_FILE_BYTES + 1))
    async with system.session.put(made["presigned_url"], data=large, headers=made["headers"]) as response:
        assert response.status == 200
    (file,) = await confirm(ours.rest, made["id"])
    assert (file["status"], file["error"]["code"]) == ("pending", "PAYLOAD_TOO_LARGE")
