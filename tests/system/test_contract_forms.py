"""Section 4 of the native dialect: uploads through the service, by form and by stream; and what becomes of names."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

import aiohttp
import grpc
import pytest
from google.protobuf.json_format import ParseDict
from muniment.files.v1 import file_pb2
from muniment.files.v1 import file_service_pb2 as pb

from service.domain.ids import new_id
from tests.system.conftest import MAX_FILE_BYTES
from tests.system.support import Tenant, chunks, classified, method_of

UPLOAD = "/v1/files/upload"
NAMES = [
    "noextension",
    "two.dots.pdf",
    'naïve "名前".pdf',
    "📄 invoice 🧾.pdf",
    ".env",
    "trailing.",
    "a  b;c=d,e.PDF",
    "n\u0303.pdf",
]


@pytest.mark.parametrize("name", NAMES)
async def test_names_survive_the_round_trip(ours: Tenant, name: str) -> None:
    file = await ours.rest.upload(b"bytes", name)
    stem, _, extension = name.rpartition(".")
    if not stem:
        stem, extension = name, ""
    assert (file["file_name"], file["name"], file["extension"]) == (name, stem, extension)
    reply = await ours.rest("GET", f"/v1/files/{file['id']}/download")
    disposition = aiohttp.multipart.parse_content_disposition(reply.headers["content-disposition"])
    assert disposition[0] == "attachment"
    assert aiohttp.multipart.content_disposition_filename(disposition[1]) == name
    assert reply.body == b"bytes"
    address = (await ours.rest.get(f"/v1/files/{file['id']}/download-url"))["url"]
    async with ours.rest.session.get(address) as response:
        assert response.content_disposition is not None
        assert response.content_disposition.filename == name


@pytest.mark.parametrize("name", NAMES)
async def test_names_survive_the_round_trip_over_grpc(ours: Tenant, name: str) -> None:
    (file,) = (await upload_by_stream(ours, [(name, b"bytes")])).files
    assert file.file_name == name
    method = method_of("DownloadFile")
    info, *rest = await ours.grpc.send(method, [pb.DownloadFileRequest(file_id=file.id)])
    assert (info.info.file_name, info.info.size_bytes) == (name, 5)
    assert b"".join(message.chunk for message in rest) == b"bytes"


async def upload_by_stream(
    tenant: Tenant, files: list[tuple[str, bytes]], options: pb.UploadFilesOptions | None = None, **header: Any
) -> pb.UploadFilesResponse:
    requests = [pb.UploadFilesRequest(options=options)] if options else []
    for name, content in files:
        requests.append(pb.UploadFilesRequest(header=pb.UploadFileHeader(file_name=name, **header)))
        requests += [pb.UploadFilesRequest(chunk=part) async for part in chunks(content)]
    answer: pb.UploadFilesResponse = await tenant.grpc.send(method_of("UploadFiles"), requests)
    return answer


async def test_form_takes_several_files_and_fields_in_any_order(ours: Tenant) -> None:
    folder = await ours.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    form = aiohttp.FormData()
    form.add_field("file", b"a" * 1025, filename="a.pdf", content_type="application/pdf")
    form.add_field("folder_id", folder["id"])
    form.add_field("files", b"b", filename="b.csv", content_type="text/csv")
    form.add_field("project_id", str(ours.project_id))
    form.add_field("processing_track", "MANUAL")
    first, second = await ours.rest.ok("POST", UPLOAD, data=form)
    assert (first["name"], first["size_bytes"], first["size_kb"], first["mime_type"]) == (
        "a",
        1025,
        2,
        "application/pdf",
    )
    assert (second["name"], second["mime_type"]) == ("b", "text/csv")
    for file in (first, second):
        assert (file["status"], file["folder_id"], file["processing_track"]) == ("uploaded", folder["id"], "MANUAL")
        assert file["project_ids"] == [str(ours.project_id)]
        assert file["created_by"] == str(ours.user_id)
        assert file["checksum_sha256"]
        (event,) = await classified(ours.rest, file["id"])
        assert event["payload"]["method"] == "/classify-document"


async def test_upload_by_stream_is_the_same(ours: Tenant) -> None:
    options = pb.UploadFilesOptions(
        project_id=str(ours.project_id), processing_track=file_pb2.PROCESSING_TRACK_FASTTRACK
    )
    answer = await upload_by_stream(ours, [("a.pdf", b"%PDF-" + b"a" * 2995), ("b.csv", b"b")], options)
    assert [(file.name, file.size_bytes, file.status) for file in answer.files] == [("a", 3000, 2), ("b", 1, 2)]
    assert [file.mime_type for file in answer.files] == ["application/pdf", "text/csv"]
    assert answer.files[0].project_ids == [str(ours.project_id)]
    assert len(await classified(ours.rest, answer.files[0].id)) == 1


def form_of(**fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", b"x", filename="a.pdf", content_type="application/pdf")
    return form


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"folder_id": "7"}, "folder_id"),
        ({"project_id": "7"}, "project_id"),
        ({"processing_track": "SLOW"}, "processing_track"),
        ({"foldr_id": str(new_id())}, "foldr_id"),
    ],
)
async def test_wrong_form_field_is_named_and_nothing_is_kept(ours: Tenant, fields: Any, name: str) -> None:
    assert list((await ours.rest("POST", UPLOAD, data=form_of(**fields))).fields()) == [name]
    assert (await ours.rest.get("/v1/files"))["total"] == 0


async def test_form_with_foreign_places_is_404_and_keeps_nothing(ours: Tenant, theirs: Tenant) -> None:
    folder = await theirs.rest.ok("POST", "/v1/folders", {"name": "2024"}, status=201)
    for folder_id in (folder["id"], str(new_id())):
        reply = await ours.rest("POST", UPLOAD, data=form_of(folder_id=folder_id))
        assert reply.error() == (404, "FOLDER_NOT_FOUND")
    for project_id in (str(theirs.project_id), str(new_id())):
        reply = await ours.rest("POST", UPLOAD, data=form_of(project_id=project_id))
        assert reply.error() == (404, "PROJECT_NOT_FOUND")
    assert (await ours.rest.get("/v1/files"))["total"] == 0


async def test_form_without_a_file_is_400(ours: Tenant) -> None:
    form = aiohttp.FormData({"project_id": str(ours.project_id)}, default_to_multipart=True)
    assert "file" in (await ours.rest("POST", UPLOAD, data=form)).fields()


async def test_empty_file_is_400_and_nothing_of_the_form_is_kept(ours: Tenant) -> None:
    form = form_of()
    form.add_field("file", b"", filename="empty.pdf", content_type="application/pdf")
    assert (await ours.rest("POST", UPLOAD, data=form)).error() == (400, "UPLOAD_EMPTY")
    assert (await ours.rest.get("/v1/files"))["total"] == 0


@pytest.mark.parametrize("name", ["a\nb.pdf", "x" * 256 + ".pdf"])
async def test_name_that_can_not_be_is_400(ours: Tenant, name: str) -> None:
    header = pb.UploadFilesRequest(header=pb.UploadFileHeader(file_name=name))
    failure = await ours.grpc.failure(method_of("UploadFiles"), [header, pb.UploadFilesRequest(chunk=b"x")])
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "VALIDATION_ERROR")


async def test_declared_size_and_checksum_are_checked_over_grpc(ours: Tenant) -> None:
    checksum = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    for wrong, reason in (
        ({"size_bytes": 2}, "UPLOAD_SIZE_MISMATCH"),
        ({"checksum_sha256": checksum}, "UPLOAD_CHECKSUM_MISMATCH"),
    ):
        header: Any = ParseDict({"file_name": "a.pdf"} | wrong, pb.UploadFileHeader())
        requests = [pb.UploadFilesRequest(header=header), pb.UploadFilesRequest(chunk=b"x")]
        failure = await ours.grpc.failure(method_of("UploadFiles"), requests)
        assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert (await ours.rest.get("/v1/files"))["total"] == 0


async def test_upload_of_another_content_type_is_415(ours: Tenant) -> None:
    headers = {"content-type": "application/pdf"}
    assert (await ours.rest("POST", UPLOAD, data=b"x", headers=headers)).error() == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_upload_in_base64_is_the_same(ours: Tenant) -> None:
    body = {"content_base64": base64.b64encode(b"a,b\n1,2\n").decode(), "file_name": "a.csv", "mime_type": "text/csv"}
    (as_json,) = (await ours.rest("POST", UPLOAD, body)).json
    form = b"".join(
        f'--B\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in body.items()
    )
    headers = {"content-type": "multipart/form-data; boundary=B"}
    (as_form,) = (await ours.rest("POST", UPLOAD, data=form + b"--B--\r\n", headers=headers)).json
    for file in (as_json, as_form):
        assert (file["file_name"], file["mime_type"], file["size_bytes"]) == ("a.csv", "text/csv", 8)
        assert (await ours.rest("GET", f"/v1/files/{file['id']}/download")).body == b"a,b\n1,2\n"
    nameless = await ours.rest("POST", UPLOAD, {"content_base64": "QQ=="})
    assert nameless.fields()["file_name"].startswith("is required")
    unkept = await ours.rest("POST", UPLOAD, {"content_base64": "QQ==", "file_name": "a", "purpose": "\0"})
    assert (unkept.status, set(unkept.fields())) == (400, {"body"})


async def test_form_that_ends_in_the_middle_is_400_and_keeps_nothing(ours: Tenant) -> None:
    body = b'--B\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nbytes that never'
    headers = {"content-type": "multipart/form-data; boundary=B"}
    reply = await ours.rest("POST", UPLOAD, data=body, headers=headers)
    assert reply.error() == (400, "MALFORMED_REQUEST")
    assert (await ours.rest.get("/v1/files"))["total"] == 0


async def test_form_that_is_sent_in_chunks(ours: Tenant) -> None:
    body = (
        b'--B\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + b"x" * 5000 + b"\r\n--B--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=B"}
    (file,) = await ours.rest.ok("POST", UPLOAD, data=chunks(body, 7), headers=headers)
    assert file["size_bytes"] == 5000


async def test_file_beyond_the_limit_is_413_and_nothing_is_kept(ours: Tenant) -> None:
    head = b'--B\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head + b"x" * (MAX_FILE_BYTES + 1) + b"\r\n--B--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=B"}
    for data in (io.BytesIO(body), chunks(body, 100_000)):
        reply = await ours.rest("POST", UPLOAD, data=data, headers=headers)
        assert reply.error() == (413, "PAYLOAD_TOO_LARGE")
    requests = [pb.UploadFilesRequest(header=pb.UploadFileHeader(file_name="a.pdf"))]
    requests += [pb.UploadFilesRequest(chunk=bytes(1024 * 1024)) for _ in range(9)]
    failure = await ours.grpc.failure(method_of("UploadFiles"), requests)
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "PAYLOAD_TOO_LARGE")
    assert (await ours.rest.get("/v1/files"))["total"] == 0


async def test_same_name_twice_makes_two_files(ours: Tenant) -> None:
    first, second = [await ours.rest.upload(b"x", "same.pdf") for _ in range(2)]
    assert first["id"] != second["id"]
    assert (await ours.rest.get("/v1/files"))["total"] == 2
