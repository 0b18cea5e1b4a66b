"""The measured calls, as load for a side."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from muniment.files.v1 import file_service_pb2

from bench import documents
from bench.load import Grpc, Http
from bench.sides import Side, multipart

READERS = 32
LISTERS = 16
WRITERS = 8
KIB, MIB = 1024, 1024 * 1024


def get_file_grpc(side: Side) -> Grpc:
    messages = [file_service_pb2.GetFileRequest(file_id=each).SerializeToString() for each in side.file_ids]
    return Grpc(
        side.grpc_target,
        "/muniment.files.v1.FileService/GetFile",
        side.headers(),
        messages,
        connections=4,
        streams=READERS // 4,
    )


def get_file(side: Side) -> Http:
    return Http(side.http_url, [side.request("GET", f"/v1/files/{each}") for each in side.file_ids], READERS)


def get_invaro(side: Side) -> Http:
    return Http(side.http_url, [side.request("GET", f"/api/v1/files/{each}") for each in side.file_ids], READERS)


def get_llamacloud(side: Side) -> Http:
    return Http(side.http_url, [side.request("GET", f"/api/v1/beta/files/{each}") for each in side.file_ids], READERS)


def get_snapbooks(side: Side) -> Http:
    numbers = [side.call("GET", f"/v1/files/{each}")["number"] for each in side.file_ids]
    return Http(side.http_url, [side.request("GET", f"/files/{each}") for each in numbers], READERS)


def list_files(side: Side, organization: str = "medium", cursor: str = "", connections: int = LISTERS) -> Http:
    path = "/v1/files?size=50" + (f"&cursor={quote(cursor, safe='')}" if cursor else "")
    return Http(side.http_url, [side.request("GET", path, organization=organization)], connections)


def cursor_of_page(side: Side, page: int, organization: str) -> str:
    """The cursor that reads the page of 50, found as a caller finds it: by reading all pages before."""
    # 100 files a page are two pages of 50.
    answer = side.call("GET", "/v1/files?size=50", organization=organization)
    cursor = str(answer["next_cursor"])
    for _ in range((page - 2) // 2):
        path = f"/v1/files?size=100&cursor={quote(cursor, safe='')}"
        cursor = str(side.call("GET", path, organization=organization)["next_cursor"])
    return cursor


def presign(side: Side, count: int) -> Http:
    uploads = [
        {"name": f"Factura {i}", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 120}
        for i in range(count)
    ]
    body = json.dumps(uploads).encode()
    request = side.request("POST", "/v1/files/presigned-urls", body, "application/json", "writes")
    return Http(side.http_url, [request], WRITERS)


def upload(side: Side) -> Http:
    body, content_type = multipart("factura.pdf", _content(100 * KIB))
    return Http(side.http_url, [side.request("POST", "/v1/files/upload", body, content_type, "writes")], WRITERS)


def upload_document(side: Side) -> Http:
    """A document that each dialect takes."""
    return _upload(side, "/v1/files/upload", "file", {})


def upload_invaro(side: Side) -> Http:
    return _upload(side, "/api/v1/files/upload", "files", {})


def upload_llamacloud(side: Side) -> Http:
    return _upload(side, "/api/v1/beta/files", "file", {"purpose": "user_data"})


def upload_snapbooks(side: Side) -> Http:
    account = side.call("GET", "/v1/whoami", organization="writes")["organization_number"]
    return _upload(side, "/files", "file", {"client_account_id": str(account)})


def _upload(side: Side, path: str, part: str, fields: Mapping[str, str]) -> Http:
    body, content_type = multipart("factura.pdf", documents.pdf(100 * KIB), part, fields)
    return Http(side.http_url, [side.request("POST", path, body, content_type, "writes")], WRITERS)


def download(side: Side) -> Http:
    body, content_type = multipart("factura.pdf", _content(MIB))
    made = side.call("POST", "/v1/files/upload", body, content_type, "writes")
    path = f"/v1/files/{made[0]['id']}/download"
    return Http(side.http_url, [side.request("GET", path, organization="writes")], WRITERS)


def _content(size: int) -> bytes:
    return (b"%PDF-1.7\n" + b"muniment benchmark " * (size // 19 + 1))[:size]
