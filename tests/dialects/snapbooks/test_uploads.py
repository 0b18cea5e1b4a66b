"""Files come in as the page's examples send them, and in base64."""

from __future__ import annotations

import base64
import json
import os
import re
from datetime import datetime

import pytest

from tests.dialects.snapbooks.curl import Curl, needs_curl
from tests.processing.papers import pdf_of
from tests.system.conftest import MAX_FILE_BYTES
from tests.system.support import System, Tenant

pytestmark = needs_curl

PDF = pdf_of()
ATTRIBUTES = {
    "id", "created_at", "created_by_id", "updated_at", "updated_by_id", "client_account_id", "type", "file_name",
    "content_type", "channel", "processing_track", "file_size", "is_active", "thumbnail_url", "download_url",
    "original_url", "source_file", "target_files", "links",
}  # fmt: skip


async def test_upload_answers_the_file_with_all_its_attributes(system: System, ours: Tenant, curl: Curl) -> None:
    file = await curl.upload(PDF)
    assert set(file) == ATTRIBUTES
    ((number,),) = system.rows("SELECT number FROM users WHERE id = %s", ours.user_id)
    expected = {
        "created_by_id": number, "client_account_id": curl.account, "type": "FILE", "file_name": "invoice.pdf",
        "content_type": "application/pdf", "channel": None, "processing_track": "DEFAULT", "file_size": len(PDF),
        "is_active": True, "thumbnail_url": None, "source_file": None, "target_files": [], "links": [],
    }  # fmt: skip
    assert {name: file[name] for name in expected} == expected
    assert type(file["id"]) is int
    assert file["download_url"] == file["original_url"]
    for name in ("created_at", "updated_at"):
        assert file[name].endswith("Z")
        assert datetime.fromisoformat(file[name]).tzinfo is not None


async def test_bytes_sent_as_a_form_are_the_bytes_that_come_back(curl: Curl) -> None:
    content = os.urandom(3_000_000) + b"\r\n--boundary\r\n"
    file = await curl.upload(content, 'größe "A".bin')
    assert (file["file_name"], file["file_size"]) == ('größe "A".bin', len(content))
    assert (await curl(f"/files/{file['id']}/download")).body == content


@pytest.mark.parametrize("path", ["/files", "/files/"])
@pytest.mark.parametrize("track", ["DEFAULT", "MANUAL", "FASTTRACK"])
async def test_track_is_that_of_the_form(curl: Curl, path: str, track: str) -> None:
    (curl.folder / "document.pdf").write_bytes(PDF)
    form = ["-F", f"client_account_id={curl.account}", "-F", f"processing_track={track}", "-F", "file=@document.pdf"]
    assert (await curl.ok(path, *form, status=201))["processing_track"] == track


async def test_parts_may_come_after_the_file(curl: Curl) -> None:
    (curl.folder / "late.pdf").write_bytes(PDF)
    form = ["-F", "file=@late.pdf", "-F", "processing_track=MANUAL", "-F", f"client_account_id={curl.account}"]
    file = await curl.ok("/files", *form, status=201)
    assert (file["processing_track"], file["client_account_id"]) == ("MANUAL", curl.account)


async def test_channel_is_the_partner_that_was_named(curl: Curl) -> None:
    (curl.folder / "a.pdf").write_bytes(PDF)
    form = ["-F", f"client_account_id={curl.account}", "-F", "file=@a.pdf", "-H", "x-partner: web_upload"]
    assert (await curl.ok("/files", *form, status=201))["channel"] == "web_upload"


async def test_type_that_is_not_said_is_told_from_the_bytes(curl: Curl) -> None:
    (curl.folder / "noextension").write_bytes(PDF)
    form = ["-F", f"client_account_id={curl.account}", "-F", "file=@noextension;type=application/octet-stream"]
    assert (await curl.ok("/files", *form, status=201))["content_type"] == "application/pdf"


@pytest.mark.parametrize("how", ["form", "urlencoded", "json"])
async def test_base64_stands_for_a_file(curl: Curl, how: str) -> None:
    content = os.urandom(200_000)
    values = {
        "client_account_id": curl.account, "processing_track": "MANUAL", "file_name": "receipt.bin",
        "content_type": "application/x-thing", "content_base64": base64.b64encode(content).decode(),
    }  # fmt: skip
    (curl.folder / "body.json").write_text(json.dumps(values))
    (curl.folder / "content").write_text(str(values.pop("content_base64")))
    sent = {
        "form": [*(a for name, value in values.items() for a in ("-F", f"{name}={value}")), "-F",
                 "content_base64=<content"],
        "urlencoded": [*(a for name, value in values.items() for a in ("--data-urlencode", f"{name}={value}")),
                       "--data-urlencode", "content_base64@content"],
        "json": ["-H", "Content-Type: application/json", "--data-binary", "@body.json"],
    }[how]  # fmt: skip
    file = await curl.ok("/files", *sent, status=201)
    shown = {name: file[name] for name in ("client_account_id", "processing_track", "file_name", "content_type")}
    assert shown == values
    assert (await curl(f"/files/{file['id']}/download")).body == content


async def test_base64_needs_a_name_and_may_do_without_a_type(curl: Curl) -> None:
    content = base64.b64encode(PDF).decode()
    call = ["/files", "-H", "Content-Type: application/json", "--data-binary"]
    nameless = await curl(*call, json.dumps({"client_account_id": curl.account, "content_base64": content}))
    assert nameless.fields() == {"file_name"}
    named = {"client_account_id": curl.account, "content_base64": content, "file_name": "a.pdf"}
    assert (await curl.ok(*call, json.dumps(named), status=201))["content_type"] == "application/pdf"
    assert (await curl(*call, json.dumps(named | {"content_base64": "%%%"}))).fields() == {"content_base64"}
    assert (await curl(*call, json.dumps(named | {"content_type": "a picture"}))).fields() == {"content_type"}
    assert len(await curl.listed()) == 1


async def test_body_that_is_neither_form_nor_json_is_told_what_is_taken(curl: Curl) -> None:
    reply = await curl("/files", "--data", "<file/>", "-H", "Content-Type: text/xml")
    assert (reply.status, reply.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert "multipart/form-data, application/x-www-form-urlencoded or application/json" in reply.json["message"]


async def test_type_that_is_none_is_told_from_the_bytes(curl: Curl) -> None:
    (curl.folder / "a.pdf").write_bytes(PDF)
    for sent in ("image/{}", "image/\tpng"):
        form = [f"client_account_id={curl.account}", f"file=@a.pdf;type={sent}"]
        file = await curl.ok("/files", *(argument for part in form for argument in ("-F", part)), status=201)
        assert file["content_type"] == "application/pdf"


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (["file=@a.pdf"], {"client_account_id"}),
        (["client_account_id={account}"], {"file"}),
        (["client_account_id={account}", "file=@a.pdf", "file=@a.pdf"], {"file"}),
        (["client_account_id={account}", "file=@a.pdf", "content_base64=YQ=="], {"content_base64"}),
        (["client_account_id={account}", "processing_track=SLOW", "file=@a.pdf"], {"processing_track"}),
        (["client_account_id=acme", "file=@a.pdf"], {"client_account_id"}),
        (["client_account_id={account}", "nonsense=1", "file=@a.pdf"], {"nonsense"}),
    ],
)
async def test_form_that_is_wrong_names_its_fields_and_stores_nothing(
    curl: Curl, form: list[str], fields: set[str]
) -> None:
    (curl.folder / "a.pdf").write_bytes(PDF)
    parts = [argument for part in form for argument in ("-F", part.format(account=curl.account))]
    assert (await curl("/files", *parts)).fields() == fields
    assert await curl.listed() == []


async def test_empty_and_too_large_files_are_refused(curl: Curl) -> None:
    (curl.folder / "empty.pdf").write_bytes(b"")
    (curl.folder / "large.pdf").write_bytes(bytes(MAX_FILE_BYTES + 1))
    for name, error in (("empty.pdf", (400, "UPLOAD_EMPTY")), ("large.pdf", (413, "PAYLOAD_TOO_LARGE"))):
        answer = await curl("/files", "-F", f"client_account_id={curl.account}", "-F", f"file=@{name}")
        assert answer.error() == error
    assert await curl.listed() == []


@pytest.mark.parametrize("late", [False, True])
async def test_upload_for_an_account_of_others_is_forbidden_and_stores_nothing(
    system: System, curl: Curl, other: Curl, late: bool
) -> None:
    (curl.folder / "a.pdf").write_bytes(PDF)
    parts = [("-F", f"client_account_id={other.account}"), ("-F", "file=@a.pdf")]
    for account in (other.account, 2**40):
        parts[0] = ("-F", f"client_account_id={account}")
        form = [argument for part in (reversed(parts) if late else parts) for argument in part]
        assert (await curl("/files", *form)).error() == (403, "ORGANIZATION_FORBIDDEN")
    assert await curl.listed() == await other.listed() == []


async def test_idempotency_key_keeps_a_repeated_upload_from_doubling(curl: Curl) -> None:
    (curl.folder / "a.pdf").write_bytes(PDF)
    form = ["-F", f"client_account_id={curl.account}", "-F", "file=@a.pdf", "-H", "Idempotency-Key: once"]
    first, second = [await curl.ok("/files", *form, status=201) for _ in range(2)]
    assert first["id"] == second["id"]
    assert len(await curl.listed()) == 1


async def test_no_credential_is_unauthenticated(system: System, curl: Curl) -> None:
    anonymous = Curl(curl.base, None, curl.account, curl.folder)
    assert (await anonymous(f"/files?client_account_id={curl.account}")).error() == (401, "UNAUTHENTICATED")
    assert re.search("Bearer", (await anonymous("/files/1")).headers["www-authenticate"])
