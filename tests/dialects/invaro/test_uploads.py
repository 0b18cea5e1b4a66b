"""POST /api/v1/files/upload, as the contract page has it."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.message_factory import GetMessageClass
from muniment.dialects.invaro.v1 import file_pb2

from service.domain.ids import new_id
from tests.dialects.invaro.client import InvaroClient, Part
from tests.documents.canvas import Sheet
from tests.processing.papers import locked_pdf, pdf_of, picture
from tests.system.support import System, Tenant, method_of, read

WATER = pdf_of()
TEN_MEGABYTES = 10 * 1024 * 1024


def client_of(system: System, tenant: Tenant) -> InvaroClient:
    return InvaroClient(system.session, system.http_url, tenant.api_key)


async def test_upload_answers_the_type_that_the_content_has(client: InvaroClient) -> None:
    [file] = await client.upload(Part("document.pdf", WATER, "application/pdf"))
    assert UUID(file["doc_id"]).version == 7
    assert file["type"] == "invoice"
    assert file["validation"] == {"page_count": 1, "file_size": len(WATER), "format": "PDF"}


async def test_name_of_an_octet_stream_part_is_percent_decoded_and_its_type_detected(
    client: InvaroClient, ours: Tenant
) -> None:
    [file] = await client.upload(Part("%E8%AB%8B%E6%B1%82%E6%9B%B8%20ao%C3%BBt.pdf", WATER))
    shown = await client.get(file["doc_id"])
    assert shown["filename"] == "請求書 août.pdf"
    assert shown["file_id"].endswith("_請求書 août.pdf")
    sent = await client.download(file["doc_id"])
    assert sent.headers["Content-Type"] == "application/pdf"
    assert "filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8%20ao%C3%BBt.pdf" in sent.headers["Content-Disposition"]
    assert (await ours.rest.get(f"/v1/files/{file['doc_id']}"))["file_name"] == "請求書 août.pdf"


async def test_files_come_back_in_the_order_that_they_were_sent_in(client: InvaroClient) -> None:
    sent = [
        Part("one.png", picture("PNG"), "image/png"),
        Part("two", WATER, "application/pdf"),
        Part("three.JPG", picture("JPEG"), "text/plain"),
        Part("really-a-picture.pdf", picture("PNG"), "application/pdf"),
    ]
    files = await client.upload(*sent)
    assert [file["validation"]["format"] for file in files] == ["PNG", "PDF", "JPEG", "PNG"]
    assert [file["validation"]["file_size"] for file in files] == [len(part.content) for part in sent]
    for part, file in zip(sent, files, strict=True):
        assert (await client.get(file["doc_id"]))["filename"] == part.file_name
        assert (await client.download(file["doc_id"])).content == part.content


async def test_pages_are_counted(client: InvaroClient) -> None:
    sheet = Sheet()
    for number in range(3):
        sheet.text(40, 40, f"page {number}")
        sheet.next_page()
    sheet.text(40, 40, "the last page")
    [file] = await client.upload(Part("pages.pdf", sheet.finish()))
    assert file["validation"]["page_count"] == 4


BAD = {
    "a pdf that is not one": (b"%PDF-1.7\nnothing of the kind\n%%EOF\n", "CORRUPT_DOCUMENT"),
    "a cut off pdf": (WATER[: len(WATER) // 3], "CORRUPT_DOCUMENT"),
    "an encrypted pdf": (locked_pdf(), "CORRUPT_DOCUMENT"),
    "an empty file": (b"", "UPLOAD_ERROR"),
    "a text called pdf": (b"Dear Sir or Madam,\nplease find attached.\n", "UPLOAD_ERROR"),
    "a picture of another kind": (picture("WEBP"), "UPLOAD_ERROR"),
    "a cut off picture": (b"\x89PNG\r\n\x1a\n", "CORRUPT_DOCUMENT"),
    "a program": (b"\x7fELF" + bytes(100), "UPLOAD_ERROR"),
    "more than 10 MB": (picture("JPEG") + bytes(TEN_MEGABYTES), "UPLOAD_ERROR"),
}


@pytest.mark.parametrize("which", BAD)
async def test_one_bad_file_fails_the_whole_upload_and_stores_nothing(
    client: InvaroClient, system: System, ours: Tenant, which: str
) -> None:
    content, code = BAD[which]
    bad = Part("bad%C3%A9.pdf", content, "application/pdf")
    failure = await client.refused(Part("good.pdf", WATER), bad, Part("other.pdf", WATER))
    assert (failure.status, failure.code) == (400, code)
    assert failure.details["file"] == "badé.pdf"
    assert "badé.pdf" in failure.message
    assert "good.pdf" not in failure.message
    assert (await client.page())["total"] == 0
    assert (await client.page(status="deleted"))["total"] == 0
    assert system.rows("SELECT id FROM files WHERE organization_id = %s", ours.organization_id) == []


async def test_more_than_fifty_files_are_refused(client: InvaroClient) -> None:
    failure = await client.refused(*[Part(f"{number}.png", picture("PNG")) for number in range(51)])
    assert (failure.status, failure.code) == (400, "VALIDATION_ERROR")
    assert failure.details == [{"field": "files", "message": failure.details[0]["message"]}]
    assert "50 files" in failure.message
    assert (await client.page())["total"] == 0


async def test_upload_needs_a_file(client: InvaroClient) -> None:
    failure = await client.refused()
    assert (failure.status, failure.code) == (400, "VALIDATION_ERROR")
    assert failure.details[0]["field"] == "files"


async def test_part_of_another_name_is_refused(client: InvaroClient) -> None:
    failure = await client.refused(Part("a.pdf", WATER, name="documents"))
    assert (failure.status, failure.code) == (400, "VALIDATION_ERROR")
    assert failure.details[0]["field"] == "documents"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json", 415), ("multipart/form-data", 400), ("multipart/form-data; boundary=another", 400)],
)
async def test_what_is_no_form_is_refused(client: InvaroClient, content_type: str, status: int) -> None:
    failure = await client.failure("POST", "/upload", data=b'{"files": []}', headers={"Content-Type": content_type})
    assert failure.status == status
    assert failure.code in {"INVALID_REQUEST", "UPLOAD_ERROR"}


async def test_upload_needs_a_credential_that_may_write(system: System, ours: Tenant) -> None:
    nobody = InvaroClient(system.session, system.http_url, None)
    stranger = InvaroClient(system.session, system.http_url, "mnm_unknown")
    for caller in (nobody, stranger):
        failure = await caller.failure("GET", "")
        assert (failure.status, failure.code) == (401, "UNAUTHORIZED")
        assert failure.headers["WWW-Authenticate"] == "Bearer"
    made = await ours.rest.ok("POST", "/v1/api-keys", {"name": "reads", "scopes": ["files:read"]}, status=201)
    reader = InvaroClient(system.session, system.http_url, made["secret"])
    assert (await reader.page())["total"] == 0
    failure = await reader.refused(Part("a.pdf", WATER))
    assert (failure.status, failure.code) == (403, "FORBIDDEN")


async def test_file_belongs_to_the_organization_of_the_key(
    client: InvaroClient, system: System, theirs: Tenant
) -> None:
    [file] = await client.upload(Part("a.pdf", WATER))
    other = client_of(system, theirs)
    assert await other.ids() == []
    foreign = await other.failure("GET", f"/{file['doc_id']}")
    absent_id = str(new_id())
    absent = await other.failure("GET", f"/{absent_id}")
    assert (foreign.status, foreign.code) == (404, "NOT_FOUND")
    assert foreign.message.replace(file["doc_id"], absent_id) == absent.message


async def test_uploaded_file_is_the_native_one(client: InvaroClient, ours: Tenant) -> None:
    [file] = await client.upload(Part("bill.pdf", WATER))
    native = await read(ours.rest, file["doc_id"])
    assert native["status"] == "uploaded"
    assert native["mime_type"] == "application/pdf"
    assert native["category"] == "water"
    assert native["size_bytes"] == len(WATER)
    digest = hashlib.sha256((await ours.rest("GET", f"/v1/files/{file['doc_id']}/download")).body)
    assert digest.digest() == hashlib.sha256(WATER).digest()


async def test_same_calls_over_grpc(ours: Tenant) -> None:
    grpc = ours.grpc.with_(x_organization_id=None)
    upload = method_of("muniment.dialects.invaro.v1.FileService.UploadFiles")
    parts: list[dict[str, Any]] = [
        {"header": {"file_name": "bill.pdf"}},
        {"chunk": WATER[:500]},
        {"chunk": WATER[500:]},
    ]
    made = await grpc.send(upload, [GetMessageClass(upload.input_type)(**part) for part in parts])
    [file] = made.files
    assert (made.status, file.validation.format, file.type) == ("done", "PDF", file_pb2.DOCUMENT_TYPE_INVOICE)
    named = "muniment.dialects.invaro.v1.FileService."
    assert (await grpc(f"{named}GetFile", file_id=file.doc_id)).file.filename == "bill.pdf"
    info, *chunks = await grpc(f"{named}DownloadFile", file_id=file.doc_id)
    assert (info.info.mime_type, b"".join(part.chunk for part in chunks)) == ("application/pdf", WATER)
    await grpc(f"{named}DeleteFile", file_id=file.doc_id)
    failure = await grpc.fails(f"{named}DownloadFile", file_id=file.doc_id)
    assert failure.reason == "FILE_GONE"


@pytest.mark.parametrize("name", ["", "a/b.pdf", "..\\\\b.pdf", "a%00b%C3%A9.pdf", "x" * 300 + ".pdf"])
async def test_name_that_is_none_is_refused(client: InvaroClient, name: str) -> None:
    failure = await client.refused(Part("good.pdf", WATER), Part(name, WATER))
    assert (failure.status, failure.code) == (400, "VALIDATION_ERROR")
    assert {entry["field"] for entry in failure.details} == {"files[1].filename" if name else "files"}
    assert (await client.page())["total"] == 0
