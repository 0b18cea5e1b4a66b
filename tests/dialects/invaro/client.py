"""A client that knows nothing but the documented contract: plain HTTP, an API key, and forms written by hand."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import aiohttp

STATUS_OF_CODE = {
    "UNAUTHORIZED": {401},
    "FORBIDDEN": {403},
    "INVALID_REQUEST": {400, 405, 412, 415, 416},
    "VALIDATION_ERROR": {400},
    "CORRUPT_DOCUMENT": {400},
    "UPLOAD_ERROR": {400, 500},
    "RATE_LIMIT_EXCEEDED": {429},
    "INTERNAL_SERVER_ERROR": {500, 503},
    "NOT_FOUND": {404},
    "CONFLICT": {409},
    "GONE": {410},
}
ROW = {"id", "filename", "file_id", "type", "status", "size", "created_at", "completed_at"}
TYPES = {"invoice", "bank_statement", "receipt", "waste_document", "other", "unknown"}
STATUSES = {"pending", "processing", "completed", "failed", "deleted"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_BOUNDARY = "----------------------------83ff53821b7c"


@dataclass(frozen=True)
class Failure:
    """What was refused."""

    status: int
    code: str
    message: str
    details: Any
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A file of a form, with the name and the type that stand in its head."""

    file_name: str
    content: bytes
    content_type: str = "application/octet-stream"
    name: str = "files"


@dataclass(frozen=True)
class Bytes:
    """A download."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class InvaroClient:
    """Calls `/api/v1/files` with an API key alone."""

    session: aiohttp.ClientSession
    base: str
    api_key: str | None

    async def data(self, method: str, path: str, **options: Any) -> Any:
        """The `data` of a call that has to succeed."""
        status, content, _ = await self._json(method, path, options)
        assert status == 200, (status, content)
        assert content.keys() == {"success", "data"}
        assert content["success"] is True
        assert isinstance(content["data"], dict)
        return content["data"]

    async def failure(self, method: str, path: str, **options: Any) -> Failure:
        """What a call that has to fail is refused with."""
        status, content, headers = await self._json(method, path, options)
        assert status >= 400, (status, content)
        assert content.keys() == {"success", "error"}
        assert content["success"] is False
        error = content["error"]
        assert error.keys() == {"code", "message", "details"}
        assert error["message"]
        assert status in STATUS_OF_CODE[error["code"]], (status, error)
        return Failure(status, error["code"], error["message"], error["details"], headers)

    async def upload(self, *parts: Part) -> Any:
        """The files that an upload took in."""
        data = await self.data("POST", "/upload", **form_of(parts))
        assert data.keys() == {"files", "status"}
        assert data["status"] == "done"
        for file in data["files"]:
            assert file.keys() == {"doc_id", "type", "validation"}
            assert file["type"] in TYPES
            assert file["validation"].keys() == {"page_count", "file_size", "format"}
        return data["files"]

    async def refused(self, *parts: Part) -> Failure:
        """What an upload is refused with."""
        return await self.failure("POST", "/upload", **form_of(parts))

    async def page(self, **query: Any) -> Any:
        """A page."""
        data = await self.data("GET", "", params=query)
        assert data.keys() == {"files", "page", "page_size", "total"}
        for row in data["files"]:
            assert row.keys() == ROW
            check_row(row)
        return data

    async def ids(self, **query: Any) -> list[str]:
        return [row["id"] for row in (await self.page(**query))["files"]]

    async def get(self, file_id: str) -> Any:
        """One file."""
        file = await self.data("GET", f"/{file_id}")
        assert file.keys() == ROW | {"processed_data"}
        check_row(file)
        return file

    async def download(self, file_id: str, **headers: str) -> Bytes:
        async with self.session.get(self._url(f"/{file_id}/download"), headers=self._headers() | headers) as response:
            check_limit(response.headers)
            return Bytes(response.status, response.headers, await response.read())

    async def delete(self, file_id: str) -> None:
        answer = await self.data("DELETE", f"/{file_id}")
        assert answer == {"file_id": file_id, "message": "File deleted successfully"}

    async def _json(self, method: str, path: str, options: dict[str, Any]) -> tuple[int, Any, Mapping[str, str]]:
        headers = self._headers() | options.pop("headers", {})
        async with self.session.request(method, self._url(path), headers=headers, **options) as response:
            assert response.headers["Content-Type"] == "application/json"
            content = json.loads(await response.read(), parse_float=Decimal)
            check_limit(response.headers)
            return response.status, content, response.headers

    def _url(self, path: str) -> str:
        return f"{self.base}/api/v1/files{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}


def check_row(row: Mapping[str, Any]) -> None:
    """What holds for every file that is shown."""
    assert row["type"] in TYPES
    assert row["status"] in STATUSES
    assert isinstance(row["size"], int)
    assert re.fullmatch(r"\d{10,}_.+", row["file_id"], re.DOTALL)
    assert row["file_id"].endswith(f"_{row['filename']}")
    assert _TIME.fullmatch(row["created_at"])
    assert row["completed_at"] is None or _TIME.fullmatch(row["completed_at"])
    assert (row["completed_at"] is not None) == (row["status"] == "completed")


def check_limit(headers: Mapping[str, str]) -> None:
    """What every answer says of the limit on calls."""
    assert int(headers["X-RateLimit-Limit"]) > 0
    assert 0 <= int(headers["X-RateLimit-Remaining"]) <= int(headers["X-RateLimit-Limit"])
    assert int(headers["X-RateLimit-Reset"]) >= 0


def form_of(parts: tuple[Part, ...]) -> dict[str, Any]:
    """A form as a small client writes it: names quoted, and sent as they are."""
    body = bytearray()
    for part in parts:
        body += f"--{_BOUNDARY}\r\n".encode()
        body += f'Content-Disposition: form-data; name="{part.name}"; filename="{part.file_name}"\r\n'.encode()
        body += f"Content-Type: {part.content_type}\r\n\r\n".encode() + part.content + b"\r\n"
    body += f"--{_BOUNDARY}--\r\n".encode()
    return {"data": io.BytesIO(body), "headers": {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}}
