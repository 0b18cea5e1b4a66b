"""What HTTP itself asks for: errors in one shape, downloads with ranges and conditions, gzip, CORS, idempotency."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from typing import Any
from uuid import uuid4

import grpc
import pytest

from service.domain.ids import new_id
from tests.system.support import System, Tenant, chunks, until

ITEM = {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
PRESIGN = "/v1/files/presigned-urls"


# --- errors


@pytest.mark.parametrize("path", ["/v1/fils", "/v1/files/a/b/c", "/v2/files", "/v1", "/v1/files/"])
async def test_unknown_path_is_404(ours: Tenant, path: str) -> None:
    assert (await ours.rest("GET", path)).error() == (404, "ROUTE_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/v1/files", {"GET", "HEAD", "OPTIONS"}),
        ("GET", PRESIGN, {"POST", "OPTIONS"}),
        ("PATCH", "/v1/files/readings", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("DELETE", "/v1/whoami", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/healthz", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_other_method_is_405_with_allow(ours: Tenant, method: str, path: str, allow: set[str]) -> None:
    reply = await ours.rest(method, path)
    if (method, path) == ("GET", PRESIGN):
        # The words also stand where a file's identifier does.
        assert reply.status in {400, 405}
        return
    assert reply.error() == (405, "METHOD_NOT_ALLOWED")
    assert {name.strip() for name in reply.headers["allow"].split(",")} == allow


async def test_options_lists_the_methods(ours: Tenant) -> None:
    reply = await ours.rest("OPTIONS", "/v1/files/readings")
    assert reply.status == 204
    assert {name.strip() for name in reply.headers["allow"].split(",")} == {"GET", "HEAD", "POST", "OPTIONS"}


async def test_answer_in_another_format_is_406(ours: Tenant) -> None:
    for accept in ("text/html", "application/xml, text/*", "application/json;q=0"):
        assert (await ours.rest.with_(accept=accept)("GET", "/v1/files")).error() == (406, "NOT_ACCEPTABLE")
    for accept in ("*/*", "application/*", "text/html, application/json;q=0.1"):
        assert (await ours.rest.with_(accept=accept)("GET", "/v1/files")).status == 200


async def test_too_large_a_body_is_413(ours: Tenant) -> None:
    large = json.dumps([ITEM | {"client_ref": "x" * 5_000_000}]).encode()
    headers = {"content-type": "application/json"}
    reply = await ours.rest("POST", PRESIGN, data=io.BytesIO(large), headers=headers)
    assert reply.error() == (413, "PAYLOAD_TOO_LARGE")
    reply = await ours.rest("POST", PRESIGN, data=chunks(large, 100_000), headers=headers)
    assert reply.error() == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
async def test_body_of_another_type_is_415(ours: Tenant, kind: str) -> None:
    reply = await ours.rest("POST", PRESIGN, b"[]", headers={"content-type": kind})
    assert reply.error() == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_body_that_comes_in_pieces(ours: Tenant) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    made = await ours.rest.ok("POST", PRESIGN, data=chunks(json.dumps([ITEM]).encode(), 3), headers=headers)
    assert len(made) == 1


@pytest.mark.parametrize(
    "body", [b'{"name": 1, "name": 2}', b"[" * 100_000, b'{"a": 1e999999}', b"[1,]", b'{"name": "\\ud800"}', b"\x00"]
)
async def test_wild_bodies_are_400(ours: Tenant, body: bytes) -> None:
    reply = await ours.rest("POST", "/v1/folders", body)
    assert reply.status == 400
    assert reply.error()[1] in {"MALFORMED_REQUEST", "VALIDATION_ERROR"}


@pytest.mark.parametrize("text", ["\x00", "a\x00b"])
async def test_nul_in_a_text_is_400(ours: Tenant, text: str) -> None:
    """PostgreSQL keeps no NUL."""
    for path, body in (
        ("/v1/folders", {"name": text}),
        ("/v1/projects", {"name": text}),
        ("/v1/facilities", {"name": "x", "country": "ES", "address": text}),
        ("/v1/suppliers", {"name": "x", "tax_id": text}),
        (PRESIGN, [ITEM | {"external_file_id": text}]),
        ("/v1/api-keys", {"name": text}),
        ("/v1/members", {"email": "a@b.example", "name": text, "role": "viewer"}),
    ):
        reply = await ours.rest("POST", path, body)
        assert reply.error()[0] == 400, (path, reply.body)
    for path in ("/v1/files?name=%00", "/v1/files?tag=%00", "/v1/files?category=a%00", "/v1/files/readings?name=%00"):
        assert (await ours.rest("GET", path)).status in {200, 400}, path


async def test_error_over_grpc_has_one_reason(ours: Tenant) -> None:
    failure = await ours.grpc.fails("GetFile", file_id="7")
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "VALIDATION_ERROR")
    assert list(failure.fields) == ["file_id"]


# --- downloads

CONTENT = bytes(range(256)) * 4


@pytest.fixture
async def path(ours: Tenant) -> str:
    made = await ours.rest.upload(CONTENT, "bytes.bin", "application/x-test")
    return f"/v1/files/{made['id']}/download"


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=5-9", 5, 10), ("bytes=1000-", 1000, 1024), ("bytes=-24", 1000, 1024),
     ("bytes=1020-9999", 1020, 1024), ("bytes=-9999", 0, 1024)],
)  # fmt: skip
async def test_range(ours: Tenant, path: str, header: str, start: int, end: int) -> None:
    reply = await ours.rest.with_(range=header)("GET", path)
    assert (reply.status, reply.body) == (206, CONTENT[start:end])
    assert reply.headers["content-range"] == f"bytes {start}-{end - 1}/1024"
    assert reply.headers["content-length"] == str(end - start)


async def test_whole_download_and_head(ours: Tenant, path: str) -> None:
    whole, head = await ours.rest("GET", path), await ours.rest("HEAD", path)
    assert (whole.status, whole.body) == (200, CONTENT)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-length", "etag", "last-modified", "content-type", "content-disposition", "accept-ranges"):
        assert head.headers[name] == whole.headers[name]
    assert (whole.headers["content-type"], whole.headers["content-length"]) == ("application/x-test", "1024")


@pytest.mark.parametrize("header", ["bytes=1024-", "bytes=9999-10000", "bytes=-0"])
async def test_range_outside_is_416_that_tells_the_size(ours: Tenant, path: str, header: str) -> None:
    reply = await ours.rest.with_(range=header)("GET", path)
    assert reply.error() == (416, "RANGE_NOT_SATISFIABLE")
    assert reply.headers["content-range"] == "bytes */1024"


@pytest.mark.parametrize("header", ["bytes=5-3", "bytes=x", "lines=1-2", "bytes=0-1,5-6"])
async def test_range_that_is_none_is_ignored(ours: Tenant, path: str, header: str) -> None:
    reply = await ours.rest.with_(range=header)("GET", path)
    assert reply.status in {200, 206}
    if reply.status == 200:
        assert reply.body == CONTENT


async def test_conditions(ours: Tenant, path: str) -> None:
    first = await ours.rest("GET", path)
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers, status in (
        ({"if_none_match": etag}, 304),
        ({"if_none_match": f"W/{etag}"}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"other"'}, 200),
        ({"if_modified_since": modified}, 304),
        ({"if_modified_since": "Thu, 01 Jan 2015 00:00:00 GMT"}, 200),
        ({"if_match": etag}, 200),
        ({"if_match": '"other"'}, 412),
        ({"if_unmodified_since": "Thu, 01 Jan 2015 00:00:00 GMT"}, 412),
        ({"if_range": etag, "range": "bytes=0-1"}, 206),
        ({"if_range": '"other"', "range": "bytes=0-1"}, 200),
    ):
        reply = await ours.rest.with_(**headers)("GET", path)
        assert reply.status == status, headers
        if status == 304:
            assert (reply.body, reply.headers["etag"]) == (b"", etag)
        if status == 412:
            assert reply.error()[0] == 412


async def test_range_over_grpc(ours: Tenant, path: str) -> None:
    file_id = path.split("/")[3]
    info, *messages = await ours.grpc("DownloadFile", file_id=file_id, read_offset=-24, read_limit=4)
    assert (info.info.offset, info.info.length, info.info.size_bytes) == (1000, 4, 1024)
    assert b"".join(message.chunk for message in messages) == CONTENT[1000:1004]
    failure = await ours.grpc.fails("DownloadFile", file_id=file_id, read_offset=1024)
    assert (failure.code, failure.reason) == (grpc.StatusCode.OUT_OF_RANGE, "RANGE_NOT_SATISFIABLE")


# --- gzip, CORS, pages


async def test_gzip_for_those_who_take_it(ours: Tenant, system: System) -> None:
    await ours.rest.ok("POST", PRESIGN, [ITEM] * 20)
    url = f"{system.http_url}/v1/files"
    for accept, encoding in (("gzip", "gzip"), ("identity", None), ("gzip;q=0", None)):
        headers = dict(ours.rest.headers) | {"accept-encoding": accept}
        async with system.session.get(url, headers=headers) as reply:
            assert reply.headers.get("content-encoding") == encoding
            assert "accept-encoding" in reply.headers["vary"].lower()
            assert (await reply.json())["total"] == 20


async def test_body_that_is_compressed_is_read_or_415(ours: Tenant) -> None:
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    reply = await ours.rest("POST", PRESIGN, data=gzip.compress(json.dumps([ITEM]).encode()), headers=headers)
    assert reply.status in {200, 415}


async def test_cors_for_the_origins_that_are_set(ours: Tenant) -> None:
    reply = await ours.rest.with_(origin="https://app.example")("GET", "/v1/files")
    assert reply.headers["access-control-allow-origin"] == "https://app.example"
    assert "x-request-id" in reply.headers["access-control-expose-headers"]
    reply = await ours.rest.with_(origin="https://evil.example")("GET", "/v1/files")
    assert "access-control-allow-origin" not in reply.headers
    bare = ours.rest.with_(authorization=None, x_organization_id=None)
    preflight = await bare.with_(
        origin="https://app.example",
        access_control_request_method="PATCH",
        access_control_request_headers="authorization, x-organization-id",
    )("OPTIONS", "/v1/files/batch-update")
    assert preflight.status == 204
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert "x-organization-id" in preflight.headers["access-control-allow-headers"]


async def test_browser_may_send_bytes_to_the_store(ours: Tenant, system: System) -> None:
    (made,) = await ours.rest.ok("POST", PRESIGN, [ITEM])
    headers = {"origin": "https://app.example", "access-control-request-method": "PUT"}
    async with system.session.options(made["presigned_url"], headers=headers) as reply:
        assert reply.status == 200
        assert reply.headers["access-control-allow-origin"] in {"*", "https://app.example"}


async def test_pages_without_a_credential(ours: Tenant) -> None:
    nobody = ours.rest.with_(authorization=None, x_organization_id=None)
    for path in ("/healthz", "/metrics", "/openapi.json", "/docs"):
        assert (await nobody("GET", path)).status == 200, path

    async def ready() -> bool:
        return (await nobody("GET", "/readyz")).status == 200

    await until(ready)
    description = (await nobody("GET", "/openapi.json")).json
    assert description["openapi"].startswith("3.1")
    assert "/v1/files/readings" in description["paths"]
    page = (await nobody("GET", "/docs")).body
    assert b"https://cdn" not in page


# --- idempotency keys


async def test_same_key_and_body_replay_the_first_answer(ours: Tenant) -> None:
    rest = ours.rest.with_(idempotency_key=str(uuid4()))
    first, second = [await rest("POST", PRESIGN, [ITEM]) for _ in range(2)]
    assert (first.status, first.body) == (second.status, second.body) == (200, second.body)
    spaced = await rest("POST", PRESIGN, json.dumps([ITEM], indent=2).encode())
    assert spaced.body == first.body
    assert (await ours.rest.get("/v1/files"))["total"] == 1


async def test_same_key_with_another_body_is_422(ours: Tenant) -> None:
    rest = ours.rest.with_(idempotency_key=str(uuid4()))
    assert (await rest("POST", PRESIGN, [ITEM])).status == 200
    reply = await rest("POST", PRESIGN, [ITEM | {"name": "b"}])
    assert reply.error() == (422, "IDEMPOTENCY_KEY_REUSED")
    assert (await rest("POST", "/v1/folders", {"name": "x"})).error() == (422, "IDEMPOTENCY_KEY_REUSED")
    assert (await ours.rest.get("/v1/files"))["total"] == 1


async def test_calls_at_the_same_time_wait_for_the_first(ours: Tenant) -> None:
    rest = ours.rest.with_(idempotency_key=str(uuid4()))
    replies = await asyncio.gather(*(rest("POST", PRESIGN, [ITEM]) for _ in range(6)))
    assert len({reply.body for reply in replies}) == 1
    assert (await ours.rest.get("/v1/files"))["total"] == 1


async def test_key_belongs_to_an_organization(ours: Tenant, theirs: Tenant) -> None:
    key = str(uuid4())
    first = await ours.rest.with_(idempotency_key=key)("POST", PRESIGN, [ITEM])
    second = await theirs.rest.with_(idempotency_key=key)("POST", PRESIGN, [ITEM])
    assert (first.status, second.status) == (200, 200)
    assert first.json[0]["id"] != second.json[0]["id"]


async def test_failure_is_replayed_too(ours: Tenant) -> None:
    rest = ours.rest.with_(idempotency_key=str(uuid4()))
    body = {"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": str(new_id())}}
    replies = [await rest("POST", "/v1/files/send-event", body) for _ in range(2)]
    assert {reply.error() for reply in replies} == {(404, "FILE_NOT_FOUND")}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/v1/files/batch-update", {"file_ids": ["{id}"], "status": "error"}),
        ("PUT", "/v1/files/{id}/recover", None),
    ],
)
async def test_put_and_patch_take_keys_too(ours: Tenant, method: str, path: str, body: Any) -> None:
    (made,) = await ours.rest.ok("POST", PRESIGN, [ITEM])
    content = json.loads(json.dumps(body).replace("{id}", made["id"]))
    rest = ours.rest.with_(idempotency_key=str(uuid4()))
    first = await rest(method, path.format(**made), content)
    await ours.rest.ok("DELETE", f"/v1/files/{made['id']}")
    second = await rest(method, path.format(**made), content)
    assert (second.status, second.body) == (200, first.body)


async def test_form_with_a_key_is_stored_once(ours: Tenant) -> None:
    rest = ours.rest.with_(idempotency_key=str(uuid4()))
    first, second = await rest.upload(b"bytes"), await rest.upload(b"bytes")
    assert first == second
    assert (await ours.rest.get("/v1/files"))["total"] == 1
    reply = await rest("POST", "/v1/files/upload", data=_form(b"other"))
    assert reply.error() == (422, "IDEMPOTENCY_KEY_REUSED")


def _form(content: bytes) -> Any:
    import aiohttp

    form = aiohttp.FormData()
    form.add_field("file", content, filename="bill.pdf", content_type="application/pdf")
    return form


async def test_key_over_grpc(ours: Tenant) -> None:
    rpc = ours.grpc.with_(idempotency_key=str(uuid4()))
    first, second = [await rpc("CreatePresignedUploads", uploads=[ITEM]) for _ in range(2)]
    assert first == second
    failure = await rpc.fails("CreatePresignedUploads", uploads=[ITEM, ITEM])
    assert failure.reason == "IDEMPOTENCY_KEY_REUSED"
