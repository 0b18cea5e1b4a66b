"""What the vendor's clients send that others don't, and what plain HTTP clients do."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from tests.dialects.llamacloud.client import PDF
from tests.system.support import Rest, System, Tenant

FILES = "/api/v1/beta/files"
ABSENT = "0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e"


@pytest.fixture
def plain(ours: Tenant) -> Rest:
    """Calls with nothing but the key."""
    return ours.rest.with_(x_organization_id=None)


def part(name: str, value: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


FILE_PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF + b"\r\n"
FORM = {"content-type": "multipart/form-data; boundary=b"}


async def send(rest: Rest, *parts: bytes, query: str = "") -> Any:
    return await rest("POST", FILES + query, b"".join(parts) + b"--b--\r\n", headers=FORM)


async def upload(rest: Rest, **more: str) -> Any:
    reply = await send(rest, FILE_PART, *(part(n, v) for n, v in ({"purpose": "parse"} | more).items()))
    assert reply.status == 200, reply.body
    return reply.json


def steady(answer: Any) -> Any:
    """A file, or a page of them, without what the pipeline changes meanwhile."""
    if "items" in answer:
        return answer | {"items": [steady(file) for file in answer["items"]]}
    return {name: value for name, value in answer.items() if name != "updated_at"}


async def test_file_has_every_field_of_its_schema(plain: Rest) -> None:
    made = await upload(plain)
    assert made.keys() - {"permission_info", "resource_info"} == {
        "id", "name", "project_id", "created_at", "data_source_id", "expires_at", "external_file_id", "file_size",
        "file_type", "last_modified_at", "purpose", "updated_at", "download_url",
    }  # fmt: skip
    assert UUID(made["id"])
    assert made["file_size"] == len(PDF)
    assert made["created_at"].endswith("Z")
    assert steady(await plain.get(f"{FILES}/{made['id']}")) == steady(made)
    assert steady(await plain.get(FILES)) == {"items": [steady(made)], "next_page_token": None, "total_size": 1}


@pytest.mark.parametrize("order", ["file first", "file last", "file between"])
async def test_parts_come_in_any_order(plain: Rest, order: str) -> None:
    purpose, external = part("purpose", "extract"), part("external_file_id", "E-1")
    sent = {
        "file first": [FILE_PART, purpose, external],
        "file last": [purpose, external, FILE_PART],
        "file between": [external, FILE_PART, purpose],
    }[order]
    reply = await send(plain, *sent)
    assert reply.status == 200, reply.body
    assert (reply.json["purpose"], reply.json["external_file_id"]) == ("extract", "E-1")


async def test_empty_external_file_id_is_none(plain: Rest) -> None:
    assert (await upload(plain, external_file_id=""))["external_file_id"] is None


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ([FILE_PART], ["body", "purpose"]),
        ([FILE_PART, part("purpose", "")], ["body", "purpose"]),
        ([part("purpose", "fun"), FILE_PART], ["body", "purpose"]),
        ([part("purpose", "parse")], ["body", "file"]),
        ([part("purpose", "parse"), FILE_PART, FILE_PART], ["body", "file"]),
        ([part("purpose", "parse"), part("file", "text")], ["body", "file"]),
        ([part("purpose", "parse"), part("purpsoe", "parse"), FILE_PART], ["body", "purpsoe"]),
    ],
)
async def test_wrong_form_is_unprocessable_and_nothing_is_kept(plain: Rest, parts: list[bytes], place: Any) -> None:
    reply = await send(plain, *parts)
    assert reply.status == 422, reply.body
    (entry,) = reply.json["detail"]
    assert entry["loc"] == place
    assert (await plain.get(FILES))["total_size"] == 0


async def test_scope_in_the_query_of_an_upload(plain: Rest, ours: Tenant, theirs: Tenant) -> None:
    project = (await ours.rest.ok("POST", "/v1/projects", {"name": "Other"}, status=201))["id"]
    query = f"?organization_id={ours.organization_id}&project_id={project}"
    reply = await send(plain, FILE_PART, part("purpose", "parse"), query=query)
    assert (reply.status, reply.json["project_id"]) == (200, project)
    for query in (f"?organization_id={theirs.organization_id}", f"?project_id={theirs.project_id}"):
        reply = await send(plain, FILE_PART, part("purpose", "parse"), query=query)
        assert (reply.status, reply.json.keys()) == (403, {"detail"})
    assert (await theirs.rest.get("/v1/files"))["total"] == 0


async def test_scope_that_the_clients_write_as_null_is_none(plain: Rest) -> None:
    made = await upload(plain)
    query = "organization_id=&project_id=&external_file_id=&file_name=&file_ids=&order_by=&page_token=&expand="
    assert [file["id"] for file in (await plain.get(f"{FILES}?{query}"))["items"]] == [made["id"]]
    assert steady(await plain.get(f"{FILES}/{made['id']}?organization_id=&project_id=&expand=")) == steady(made)
    assert (await plain.get(f"{FILES}/{made['id']}/content?organization_id=&project_id="))["url"]


async def test_delete_with_a_content_type_and_no_body_is_no_error(plain: Rest) -> None:
    made = await upload(plain)
    path = f"{FILES}/{made['id']}"
    reply = await plain("DELETE", path, headers={"content-type": "application/json", "accept": "*/*"})
    assert (reply.status, reply.body) == (204, b"")
    assert (await plain("DELETE", path, headers={"content-type": "application/json"})).status == 404


async def test_page_size_is_limited_in_lists_and_coerced_in_queries(plain: Rest) -> None:
    for size in ("0", "-1", "1001", "x", ""):
        reply = await plain("GET", f"{FILES}?page_size={size}")
        assert reply.status == 422, size
        assert [entry["loc"] for entry in reply.json["detail"]] == [["query", "page_size"]]
    assert (await plain("GET", f"{FILES}?page_size=1000")).status == 200
    for coerced in (1, 1000, 1001, 2**31 - 1):
        assert (await plain("POST", f"{FILES}/query", {"page_size": coerced})).status == 200, coerced
    assert (await plain("POST", f"{FILES}/query", {"page_size": 0})).status == 422


async def test_coerced_page_has_a_thousand_files(system: System, ours: Tenant, plain: Rest) -> None:
    columns = "id, organization_id, file_name, search_name, mime_type, size_kb, size_bytes, status, object_key"
    values = "gen_random_uuid(), %s, n || '.pdf', n || '.pdf', 'application/pdf', 1, 1, 'uploaded', gen_random_uuid()"
    system.connection.execute(
        f"INSERT INTO files ({columns}) SELECT {values} FROM generate_series(1, 1001) n".encode(),
        (ours.organization_id,),
    )
    page = await plain.ok("POST", f"{FILES}/query", {"page_size": 5000})
    assert (len(page["items"]), page["total_size"]) == (1000, 1001)
    rest = await plain.ok("POST", f"{FILES}/query", {"page_size": 5000, "page_token": page["next_page_token"]})
    assert (len(rest["items"]), rest["next_page_token"]) == (1, None)
    assert len({file["id"] for file in page["items"] + rest["items"]}) == 1001
    ids = [file["id"] for file in page["items"]]
    asked = "&".join(f"file_ids={i}" for i in ids)
    assert (await plain.get(f"{FILES}?{asked}&page_size=1000"))["total_size"] == 1000
    assert len((await plain.get(f"{FILES}?expand=download_url&page_size=1000"))["items"]) == 1000


async def test_unknown_order_is_unprocessable(plain: Rest) -> None:
    for order in ("size", "name desc", "created_at asc", "name,id", "NAME"):
        reply = await plain("GET", FILES, params={"order_by": order})
        assert reply.status == 422, order
    for order in ("size", "name down", "name desc asc", ",", "name,,id"):
        reply = await plain("POST", f"{FILES}/query", {"order_by": order})
        assert reply.status == 422, order
    for order in ("", "name", "name asc", " name  DESC , created_at desc,id"):
        assert (await plain("POST", f"{FILES}/query", {"order_by": order})).status == 200, order


async def test_empty_page_has_no_token(plain: Rest) -> None:
    assert await plain.get(FILES) == {"items": [], "next_page_token": None, "total_size": 0}
    made = [await upload(plain) for _ in range(3)]
    page = await plain.get(f"{FILES}?page_size=2")
    await plain("DELETE", f"{FILES}/{made[0]['id']}")
    page = await plain.get(f"{FILES}?page_size=2&page_token={page['next_page_token']}")
    assert (page["items"], page["next_page_token"]) == ([], None)
    assert (await plain.get(f"{FILES}?file_name=absent"))["next_page_token"] is None


async def test_query_says_that_it_is_deprecated(plain: Rest) -> None:
    reply = await plain("POST", f"{FILES}/query", {})
    assert reply.status == 200
    # RFC 9745: a date as a structured field.
    assert reply.headers["deprecation"].startswith("@")
    assert int(reply.headers["deprecation"][1:]) > 0
    assert reply.headers["link"] == '</api/v1/beta/files>; rel="successor-version"'
    described = (await plain.get("/openapi.json"))["paths"][f"{FILES}/query"]["post"]["responses"]["200"]["headers"]
    assert {"deprecation", "link"} <= described.keys() <= set(map(str.lower, reply.headers))
    assert "deprecation" not in (await plain("GET", FILES)).headers
    nulls = {"filter": None, "order_by": None, "page_size": None, "page_token": None}
    assert (await plain("POST", f"{FILES}/query", nulls)).status == 200


async def test_nothing_redirects_to_a_trailing_slash_or_from_it(plain: Rest) -> None:
    made = await upload(plain)
    for method, path in (("GET", f"{FILES}/"), ("POST", f"{FILES}/query/"), ("GET", f"{FILES}/{made['id']}/")):
        reply = await plain(method, path, {} if method == "POST" else None, allow_redirects=False)
        assert (reply.status, reply.json.keys()) == (404, {"detail"}), path


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{FILES}/{ABSENT}/nothing", 404),
        ("PATCH", FILES, 405),
        ("GET", f"{FILES}/{ABSENT}", 404),
    ],
)
async def test_failures_are_in_the_manner_of_the_dialect(plain: Rest, method: str, path: str, status: int) -> None:
    reply = await plain(method, path)
    assert reply.status == status, reply.body
    assert reply.json.keys() == {"detail"}
    assert reply.headers["x-request-id"]


async def test_missing_key_is_unauthenticated(plain: Rest) -> None:
    reply = await plain.with_(authorization=None)("GET", FILES)
    assert (reply.status, reply.json.keys()) == (401, {"detail"})


async def test_body_that_is_no_json_or_no_form(plain: Rest) -> None:
    reply = await plain("POST", f"{FILES}/query", b"{", headers={"content-type": "application/json"})
    assert reply.status == 422
    assert reply.json["detail"][0]["loc"][0] == "body"
    reply = await plain("POST", FILES, {"purpose": "parse"})
    assert (reply.status, reply.json.keys()) == (415, {"detail"})


async def test_large_upload_streams(system: System, plain: Rest) -> None:
    content = PDF + bytes(6 * 1024 * 1024)
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(content), filename="large.pdf")
    form.add_field("purpose", "parse")
    reply = await plain("POST", FILES, data=form)
    assert (reply.status, reply.json["file_size"]) == (200, len(content))
