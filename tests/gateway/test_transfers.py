"""Uploads and downloads."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from google.rpc import code_pb2
from muniment.files.v1 import file_pb2
from muniment.files.v1 import file_service_pb2 as files

from service.gateway.settings import GatewaySettings
from tests.gateway.support import Answer, abort, bad_request, gateway, request

FORM = {"content-type": "multipart/form-data; boundary=B"}
CONTENT = bytes(range(256)) * 8


def part(disposition: str, content: bytes, content_type: str = "") -> bytes:
    head = f"--B\r\nContent-Disposition: form-data; {disposition}\r\n"
    head += f"Content-Type: {content_type}\r\n" if content_type else ""
    return head.encode() + b"\r\n" + content + b"\r\n"


END = b"--B--\r\n"


class Uploads:
    """A handler that keeps the files and options of the stream."""

    def __init__(self) -> None:
        self.files: list[tuple[str, str, bytes]] = []
        self.options = files.UploadFilesOptions()
        self.kinds: list[str] = []

    async def __call__(self, stream: AsyncIterator[files.UploadFilesRequest], context: Any) -> Any:
        async for message in stream:
            kind = message.WhichOneof("payload")
            assert kind is not None
            self.kinds.append(kind)
            if kind == "header":
                self.files.append((message.header.file_name, message.header.mime_type, b""))
            elif kind == "chunk":
                name, mime_type, content = self.files[-1]
                self.files[-1] = (name, mime_type, content + message.chunk)
            else:
                self.options = message.options
        return files.UploadFilesResponse(files=[file_pb2.File(file_name=name) for name, _, _ in self.files])


async def upload(body: bytes | list[bytes], **headers: str) -> tuple[Uploads, Answer]:
    uploads = Uploads()
    answer = await request(gateway(UploadFiles=uploads), "POST", "/v1/files/upload", body, FORM | headers)
    return uploads, answer


async def test_files_and_options_in_any_order() -> None:
    body = (
        part('name="file"; filename="a.pdf"', b"one", "application/pdf")
        + part('name="folder_id"', b"f")
        + part('name="files"; filename="b"', b"two")
        + part('name="processing_track"', b"manual")
    )
    uploads, answer = await upload(body + END)
    assert answer.status == 200
    assert [file["file_name"] for file in answer.json] == ["a.pdf", "b"]
    assert uploads.files == [("a.pdf", "application/pdf", b"one"), ("b", "", b"two")]
    assert (uploads.options.folder_id, uploads.options.processing_track) == ("f", file_pb2.PROCESSING_TRACK_MANUAL)


async def test_object_in_a_part_is_json() -> None:
    body = part('name="resource_info"', b'{"a": [1]}') + part('name="file"; filename="a"', b"x") + END
    uploads, _ = await upload(body)
    assert uploads.options.resource_info == Struct(
        fields={"a": Value(list_value=ListValue(values=[Value(number_value=1)]))}
    )
    _, answer = await upload(body.replace(b"[1]}", b""))
    assert answer.json["details"] == [{"field": "resource_info", "message": "must be JSON"}]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
async def test_form_in_small_pieces(size: int) -> None:
    content = b"\r\n--B\r\n-\r\n--".replace(b"--B", b"--C") * 5
    body = part('name="folder_id"', b"f") + part('name="file"; filename="na\xc3\xafve.pdf"', content) + END
    body = body.replace("na\xc3\xafve".encode(), "naïve".encode())
    uploads, answer = await upload([body[index : index + size] for index in range(0, len(body), size)])
    assert answer.status == 200
    assert uploads.files == [("naïve.pdf", "", content)]
    assert uploads.kinds[0] == "options"


async def test_empty_file_has_a_header_and_no_bytes() -> None:
    uploads, _ = await upload(part('name="file"; filename="a"', b"") + END)
    assert uploads.kinds == ["header"]


# In a loop of its own: services that other tests left running allocate memory too.
@pytest.mark.asyncio(loop_scope="function")
async def test_large_files_pass_through_in_bounded_memory() -> None:
    sizes: list[int] = []

    async def handler(stream: AsyncIterator[files.UploadFilesRequest], _: Any) -> Any:
        async for message in stream:
            sizes.append(len(message.chunk))
        return files.UploadFilesResponse()

    piece = bytes(64 * 1024)
    pieces = [part('name="file"; filename="a"', b"")[:-2], *[piece] * 1024, b"\r\n", END]
    tracemalloc.start()
    answer = await request(gateway(UploadFiles=handler), "POST", "/v1/files/upload", pieces, FORM)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status == 200
    assert sum(sizes) == 1024 * len(piece)
    assert max(sizes) <= 512 * 1024
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (part('name="folder_id"', b"f") + END, "VALIDATION_ERROR", "file"),
        (part('name="fil"; filename="a"', b"x") + END, "VALIDATION_ERROR", "fil"),
        (part('name="file"; filename="a"', b"x") + part('name="foldr_id"', b"f") + END, "VALIDATION_ERROR", "foldr_id"),
        (part('name="file"', b"x") + END, "VALIDATION_ERROR", "file"),
        (
            part('name="file"; filename="a"', b"x") + part('name="folder_id"', b"\xff") + END,
            "VALIDATION_ERROR",
            "folder_id",
        ),
        (
            part('name="folder_id"', b"f") * 2 + part('name="file"; filename="a"', b"x") + END,
            "VALIDATION_ERROR",
            "folder_id",
        ),
        (
            part('name="processing_track"', b"fast") + part('name="file"; filename="a"', b"x") + END,
            "VALIDATION_ERROR",
            "processing_track",
        ),
        (part('name="folder_id"', b"f" * 70_000) + END, "VALIDATION_ERROR", "folder_id"),
        (part('name="file"; filename="a"', b"x"), "MALFORMED_REQUEST", None),
        (b"nonsense", "MALFORMED_REQUEST", None),
        (b"", "MALFORMED_REQUEST", None),
        (b"--B\r\n\r\nx\r\n" + END, "MALFORMED_REQUEST", None),
    ],
)
async def test_wrong_forms_are_400(body: bytes, code: str, field: str | None) -> None:
    _, answer = await upload(body)
    assert (answer.status, answer.json["code"]) == (400, code)
    assert field is None or answer.json["details"][0]["field"] == field


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/pdf", 415), ("", 415), ("multipart/form-data", 400), ("multipart/form-data; boundary=", 400)],
)
async def test_other_bodies(content_type: str, status: int) -> None:
    _, answer = await upload(b"{}", **{"content-type": content_type})
    assert answer.status == status


async def test_wrong_part_names_the_nearest_known() -> None:
    _, answer = await upload(part('name="fil"; filename="a"', b"x") + END)
    assert answer.json["details"] == [{"field": "fil", "message": "is unknown; did you mean file?"}]


async def test_query_of_an_upload_binds_to_its_options() -> None:
    uploads = Uploads()
    body = part('name="file"; filename="a"', b"x") + part('name="project_id"', b"p") + END
    answer = await request(gateway(UploadFiles=uploads), "POST", "/v1/files/upload?folder_id=f", body, FORM)
    assert answer.status == 200
    assert (uploads.options.folder_id, uploads.options.project_id) == ("f", "p")


async def test_violations_are_named_as_in_the_form() -> None:
    async def refuse(stream: Any, context: Any) -> None:
        await abort(
            context, code_pb2.INVALID_ARGUMENT, "VALIDATION_ERROR", "…", bad_request(**{"options.folder_id": "x"})
        )

    answer = await request(gateway(UploadFiles=refuse), "POST", "/v1/files/upload", END, FORM)
    assert answer.json["details"] == [{"field": "folder_id", "message": "x"}]


async def test_upload_that_breaks_off_fails_the_handler_and_is_not_answered() -> None:
    failed: list[BaseException] = []

    async def handler(stream: AsyncIterator[Any], _: Any) -> Any:
        try:
            async for _ in stream:
                pass
        except BaseException as error:
            failed.append(error)
            raise

    body = part('name="file"; filename="a"', b"x" * 1000)[:-10]
    answer = await request(
        gateway(UploadFiles=handler), "POST", "/v1/files/upload", body, FORM, disconnect_after_body=True
    )
    assert answer.status == 0
    assert len(failed) == 1


async def test_upload_that_stands_still_is_given_up() -> None:
    app = gateway(GatewaySettings(idle_seconds=0.05), UploadFiles=Uploads())

    async def receive() -> Any:
        await asyncio.sleep(3600)

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in FORM.items()]
    scope = {"type": "http", "method": "POST", "path": "/v1/files/upload", "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    assert sent[0]["status"] == 504


async def test_download_that_nobody_takes_is_given_up() -> None:
    handler = Downloads()
    app = gateway(GatewaySettings(idle_seconds=0.05), DownloadFile=handler)
    taken: list[Any] = []

    async def receive() -> Any:
        await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        taken.append(message)
        if len(taken) == 3:
            await asyncio.sleep(3600)

    scope = {"type": "http", "method": "GET", "path": "/v1/files/a/download", "query_string": b"", "headers": []}
    async with asyncio.timeout(60):
        await app(scope, receive, send)
    assert [message["type"] for message in taken] == ["http.response.start", *["http.response.body"] * 2]
    assert handler.closed == 1, "its connection to the store isn't held"


class Downloads:
    """A handler that serves `CONTENT`."""

    def __init__(self, name: str = "a.pdf", fail_at: int | None = None) -> None:
        self.name = name
        self.fail_at = fail_at
        self.requests: list[files.DownloadFileRequest] = []
        self.closed = 0

    async def __call__(self, asked: files.DownloadFileRequest, context: Any) -> AsyncIterator[Any]:
        self.requests.append(asked)
        size = len(CONTENT)
        offset = max(size + asked.read_offset, 0) if asked.read_offset < 0 else asked.read_offset
        if offset >= size:
            await abort(context, code_pb2.OUT_OF_RANGE, "RANGE_NOT_SATISFIABLE", "outside")
        length = min(asked.read_limit or size, size - offset)
        info = files.DownloadInfo(
            file_name=self.name,
            mime_type="application/pdf\r\nx: y",
            size_bytes=size,
            etag='"abc"',
            offset=offset,
            length=length,
        )
        info.last_modified.seconds = 1709285400
        try:
            yield files.DownloadFileResponse(info=info)
            for start in range(offset, 0 if asked.info_only else offset + length, 100):
                if self.fail_at is not None and start >= self.fail_at:
                    raise RuntimeError("the store is away")
                yield files.DownloadFileResponse(chunk=CONTENT[start : min(start + 100, offset + length)])
        finally:
            self.closed += 1


async def download(handler: Downloads, method: str = "GET", **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await request(gateway(DownloadFile=handler), method, "/v1/files/a/download", headers=sent)


async def test_download_has_its_headers() -> None:
    answer = await download(Downloads('naïve "名前".pdf'))
    assert (answer.status, answer.body, answer.complete) == (200, CONTENT, True)
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["content-type"] == "application/pdf  x: y"
    assert "filename*=UTF-8''na%C3%AFve%20%22%E5%90%8D%E5%89%8D%22.pdf" in answer.headers["content-disposition"]
    assert answer.headers["etag"] == '"abc"'
    assert answer.headers["last-modified"] == "Fri, 01 Mar 2024 09:30:00 GMT"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-349", 100, 350),
        ("bytes=2000-", 2000, 2048),
        ("bytes=-48", 2000, 2048),
        ("bytes=-9999", 0, 2048),
        ("bytes=2047-9999", 2047, 2048),
    ],
)
async def test_ranges(header: str, start: int, stop: int) -> None:
    answer = await download(Downloads(), range=header)
    assert (answer.status, answer.body, answer.complete) == (206, CONTENT[start:stop], True)
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/2048"
    assert answer.headers["content-length"] == str(stop - start)


@pytest.mark.parametrize("header", ["bytes=2048-", "bytes=9999-10000", "bytes=-0"])
async def test_ranges_outside_are_416_with_the_size(header: str) -> None:
    answer = await download(Downloads(), range=header)
    assert (answer.status, answer.json["code"]) == (416, "RANGE_NOT_SATISFIABLE")
    assert answer.headers["content-range"] == "bytes */2048"


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "pages=1-2", "bytes=9-1"])
async def test_ranges_that_are_ignored_give_the_whole(header: str) -> None:
    answer = await download(Downloads(), range=header)
    assert (answer.status, answer.body) == (200, CONTENT)


@pytest.mark.parametrize(
    ("validator", "status"), [('"abc"', 206), ('"old"', 200), ("Fri, 01 Mar 2024 09:30:00 GMT", 206)]
)
async def test_if_range(validator: str, status: int) -> None:
    handler = Downloads()
    answer = await download(handler, range="bytes=0-9", if_range=validator)
    assert (answer.status, len(answer.body)) == (status, 10 if status == 206 else 2048)
    assert handler.closed == len(handler.requests)


async def test_range_outside_with_an_old_validator_gives_the_whole() -> None:
    answer = await download(Downloads(), range="bytes=5000-", if_range='"old"')
    assert (answer.status, answer.body) == (200, CONTENT)


async def test_conditions() -> None:
    handler = Downloads()
    fresh = await download(handler, if_none_match='"abc"')
    assert (fresh.status, fresh.body, fresh.headers["etag"]) == (304, b"", '"abc"')
    assert "content-length" not in fresh.headers
    assert handler.closed == 1
    assert (await download(Downloads(), if_none_match='"abc"', range="bytes=5000-")).status == 304
    assert (await download(Downloads(), if_match='"old"')).status == 412


async def test_head_reads_no_bytes() -> None:
    handler = Downloads()
    answer = await download(handler, "HEAD", range="bytes=0-9")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "2048")
    assert handler.requests[0].info_only


async def test_transport_fields_are_no_query_parameters() -> None:
    answer = await request(gateway(DownloadFile=Downloads()), "GET", "/v1/files/a/download?read_offset=5")
    assert answer.status == 400


async def test_failure_in_the_middle_leaves_the_answer_incomplete() -> None:
    handler = Downloads(fail_at=1000)
    answer = await download(handler)
    assert (answer.status, answer.complete) == (200, False)
    assert len(answer.body) < len(CONTENT)
    assert handler.closed == 1


async def test_failure_before_the_first_byte_is_an_error() -> None:
    async def handler(_: Any, context: Any) -> AsyncIterator[Any]:
        await abort(context, code_pb2.NOT_FOUND, "FILE_NOT_FOUND", "No such file.")
        yield

    answer = await request(gateway(DownloadFile=handler), "GET", "/v1/files/a/download")
    assert (answer.status, answer.json["code"]) == (404, "FILE_NOT_FOUND")


async def test_client_that_leaves_stops_the_stream() -> None:
    handler = Downloads()
    answer = await request(gateway(DownloadFile=handler), "GET", "/v1/files/a/download", disconnect_after_body=True)
    assert not answer.complete
    assert handler.closed == 1
