"""Files are listed, shown, changed, deleted and downloaded by their numbers."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.dialects.snapbooks.curl import Curl, needs_curl
from tests.processing.papers import pdf_of
from tests.system.support import Tenant

pytestmark = needs_curl

PDF = pdf_of()
JSON = ["-H", "Content-Type: application/json"]
PREPARED = {"name": "a", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}


def _asked(address: str) -> dict[str, list[str]]:
    assert urlsplit(address).path == "/files"
    return parse_qs(urlsplit(address).query, strict_parsing=True)


async def test_list_is_an_array_with_its_place_in_the_headers(curl: Curl) -> None:
    made = [(await curl.upload(b"bytes", f"{n}.bin"))["id"] for n in range(5)]
    answer = await curl(f"/files?client_account_id={curl.account}&page=2&per_page=2&is_active=true")
    assert [file["id"] for file in answer.json] == made[::-1][2:4]
    assert {name: answer.headers[name] for name in ("X-Total-Count", "X-Page", "X-Per-Page")} == {
        "X-Total-Count": "5",
        "X-Page": "2",
        "X-Per-Page": "2",
    }
    links = answer.links()
    assert {relation: _asked(address)["page"] for relation, address in links.items()} == {
        "first": ["1"], "prev": ["1"], "next": ["3"], "last": ["3"],
    }  # fmt: skip
    assert all(_asked(a)["is_active"] == ["true"] and _asked(a)["per_page"] == ["2"] for a in links.values())
    seen, address = [], links["first"]
    while address:
        page = await curl(address)
        seen += [file["id"] for file in page.json]
        address = page.links().get("next", "")
    assert seen == made[::-1]


async def test_headers_of_a_list_are_described(curl: Curl) -> None:
    answer = await curl(f"/files?client_account_id={curl.account}")
    described = (await curl("/openapi.json")).json["paths"]["/files"]["get"]["responses"]["200"]["headers"]
    assert {"x-total-count", "x-page", "x-per-page", "link"} <= described.keys() <= set(map(str.lower, answer.headers))
    integers = {name for name, header in described.items() if header["schema"]["type"] == "integer"}
    assert integers == {"x-total-count", "x-page", "x-per-page"}


async def test_list_says_page_and_size_by_default_and_coerces_large_sizes(curl: Curl) -> None:
    await curl.upload(b"bytes", "a.bin")
    for query, page, size, count in (
        ("", "1", "100", 1),
        ("&per_page=5000", "1", "1000", 1),
        ("&page=9", "9", "100", 0),
    ):
        answer = await curl(f"/files?client_account_id={curl.account}{query}")
        assert (answer.headers["x-page"], answer.headers["x-per-page"], len(answer.json)) == (page, size, count)
        assert answer.headers["x-total-count"] == "1"
        assert "next" not in answer.links()


async def test_empty_account_has_an_empty_list(curl: Curl) -> None:
    answer = await curl(f"/files?client_account_id={curl.account}")
    assert (answer.status, answer.json, answer.headers["x-total-count"]) == (200, [], "0")
    assert set(answer.links()) == {"first", "last"}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {"client_account_id"}),
        ("client_account_id=x", {"client_account_id"}),
        ("client_account_id={account}&page=0", {"page"}),
        ("client_account_id={account}&per_page=0", {"per_page"}),
        ("client_account_id={account}&per_page=-1", {"per_page"}),
        ("client_account_id={account}&type=PICTURE", {"type"}),
        ("client_account_id={account}&is_active=perhaps", {"is_active"}),
        ("client_account_id={account}&size=3", {"size"}),
    ],
)
async def test_query_that_is_wrong_names_its_fields(curl: Curl, query: str, fields: set[str]) -> None:
    assert (await curl("/files?" + query.format(account=curl.account))).fields() == fields


async def test_account_of_others_is_forbidden_and_its_files_are_not_found(curl: Curl, other: Curl) -> None:
    foreign = (await other.upload(PDF))["id"]
    for path in (f"/files?client_account_id={other.account}", f"/files/{foreign}?client_account_id={other.account}"):
        assert (await curl(path)).error() == (403, "ORGANIZATION_FORBIDDEN")
    for path, options in (
        ("", []), ("/download", []), ("/download?version=optimized", []), ("", ["-X", "DELETE"]),
        ("", ["-X", "PATCH", *JSON, "-d", '{"is_active": false}']),
    ):  # fmt: skip
        answer, absent = [await curl(f"/files/{number}{path}", *options) for number in (foreign, 2**40)]
        assert answer.error() == absent.error() == (404, "FILE_NOT_FOUND")
        assert answer.json["message"].replace(str(foreign), "#") == absent.json["message"].replace(str(2**40), "#")
    assert (await other.ok(f"/files/{foreign}"))["is_active"] is True


async def test_own_account_may_be_named_with_every_call(curl: Curl) -> None:
    file = await curl.upload(PDF)
    named = f"?client_account_id={curl.account}"
    assert (await curl.ok(f"/files/{file['id']}{named}"))["id"] == file["id"]
    assert (await curl(f"/files/{file['id']}/download{named}")).body == PDF
    changed = await curl.ok(f"/files/{file['id']}{named}", "-X", "PATCH", *JSON, "-d", '{"is_active": false}')
    assert changed["is_active"] is False
    assert (await curl(f"/files/{file['id']}{named}", "-X", "DELETE")).status == 204


async def test_inactive_files_are_hidden_and_nothing_else(ours: Tenant, curl: Curl) -> None:
    shown, hidden = [(await curl.upload(b"bytes", name))["id"] for name in ("a.bin", "b.bin")]
    assert (made := await curl.ok(f"/files/{hidden}"))["updated_by_id"] == made["created_by_id"]
    changed = await curl.ok(f"/files/{hidden}", "-X", "PATCH", *JSON, "-d", '{"is_active": false}')
    assert (changed["id"], changed["is_active"]) == (hidden, False)
    assert changed["updated_by_id"] == changed["created_by_id"]
    assert [file["id"] for file in await curl.listed()] == [shown]
    assert [file["id"] for file in await curl.listed(is_active="true")] == [shown]
    assert [file["id"] for file in await curl.listed(is_active="false")] == [hidden]
    assert (await curl.ok(f"/files/{hidden}"))["is_active"] is False
    assert (await curl(f"/files/{hidden}/download")).body == b"bytes"
    native = (await ours.rest.get("/v1/files", is_active="false"))["items"]
    assert [(file["number"], file["is_active"]) for file in native] == [(hidden, False)]
    await curl.ok(f"/files/{hidden}", "-X", "PATCH", *JSON, "-d", '{"is_active": true}')
    assert len(await curl.listed()) == 2


@pytest.mark.parametrize("body", ["{}", '{"is_active": null}', '{"is_active": "no"}', '{"file_name": "b.pdf"}'])
async def test_change_of_anything_else_is_refused(curl: Curl, body: str) -> None:
    file = await curl.upload(b"bytes", "a.bin")
    assert (await curl(f"/files/{file['id']}", "-X", "PATCH", *JSON, "-d", body)).error() == (400, "VALIDATION_ERROR")


async def test_deleted_file_is_gone_here_and_recoverable_natively(ours: Tenant, curl: Curl) -> None:
    file = await curl.upload(PDF)
    path = f"/files/{file['id']}"
    answer = await curl(path, "-X", "DELETE")
    assert (answer.status, answer.body) == (204, b"")
    for method, suffix in (("GET", ""), ("GET", "/download"), ("DELETE", "")):
        assert (await curl(path + suffix, "-X", method)).error() == (404, "FILE_NOT_FOUND")
    assert await curl.listed() == []
    (native,) = (await ours.rest.get("/v1/files", status="deleted"))["items"]
    assert native["number"] == file["id"]
    await ours.rest.ok("PUT", f"/v1/files/{native['id']}/recover")
    assert (await curl(path + "/download")).body == PDF


async def test_file_without_bytes_is_not_known(ours: Tenant, curl: Curl) -> None:
    (prepared,) = await ours.rest.ok("POST", "/v1/files/presigned-urls", [PREPARED])
    number = (await ours.rest.get(f"/v1/files/{prepared['id']}"))["number"]
    for path in (f"/files/{number}", f"/files/{number}/download"):
        assert (await curl(path)).error() == (404, "FILE_NOT_FOUND")
    answer = await curl(f"/files?client_account_id={curl.account}")
    assert (answer.json, answer.headers["x-total-count"]) == ([], "0")


async def test_ranges_and_conditions_of_downloads(curl: Curl) -> None:
    content = bytes(range(256)) * 10
    file = await curl.upload(content, "a.bin")
    path = f"/files/{file['id']}/download"
    part = await curl(path, "--range", "100-199")
    assert (part.status, part.body) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"
    assert (await curl(path, "--range", "-5")).body == content[-5:]
    assert (await curl(path, "--range", "9999-")).error() == (416, "RANGE_NOT_SATISFIABLE")
    whole = await curl(path)
    assert whole.headers["content-disposition"].startswith('attachment; filename="a.bin"')
    assert whole.headers["content-length"] == str(len(content))
    assert (await curl(path, "-H", f"If-None-Match: {whole.headers['etag']}")).status == 304
    head = await curl(path, "--head")
    assert (head.status, head.headers["content-length"]) == (200, str(len(content)))


async def test_links_are_shown(ours: Tenant, curl: Curl) -> None:
    file = await curl.upload(PDF)
    (native,) = (await ours.rest.get("/v1/files"))["items"]
    links = [{"type": "journal_entry", "id": "77", "role": "ATTACHMENT"}, {"type": "commercial_document", "id": "1"}]
    await ours.rest.ok("PUT", f"/v1/files/{native['id']}/links", links)
    assert (await curl.ok(f"/files/{file['id']}"))["links"] == [links[0], links[1] | {"role": "DOCUMENT"}]


@pytest.mark.parametrize(
    ("path", "options", "error"),
    [
        ("/files/abc", [], (400, "VALIDATION_ERROR")),
        ("/files/0", [], (400, "VALIDATION_ERROR")),
        ("/files/1/download?version=tiny", [], (400, "VALIDATION_ERROR")),
        ("/files/1/nothing", [], (404, "ROUTE_NOT_FOUND")),
        ("/files/1", ["-X", "PUT"], (405, "METHOD_NOT_ALLOWED")),
        ("/files", ["-H", "Content-Type: text/plain", "-d", "x"], (415, "UNSUPPORTED_MEDIA_TYPE")),
    ],
)
async def test_errors_have_the_native_shape(curl: Curl, path: str, options: list[str], error: tuple[int, str]) -> None:
    assert (await curl(path, *options)).error() == error


async def test_member_with_a_token_or_header_may_name_the_account_either_way(ours: Tenant, curl: Curl) -> None:
    await curl.upload(b"bytes", "a.bin")
    header = ["-H", f"x-organization-id: {ours.organization_id}"]
    assert len(json.loads((await curl(f"/files?client_account_id={curl.account}", *header)).body)) == 1
    # The query stays required: a header alone doesn't make the list another one.
    assert (await curl("/files", *header)).fields() == {"client_account_id"}
