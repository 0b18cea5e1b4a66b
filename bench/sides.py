"""A side of a comparison: a running server with its organizations and files, and how to speak to it."""

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from bench.load.http1 import http_request
from bench.processes import ServerProcess


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many files the seeded organizations have, and how many all organizations have together."""

    small: int
    medium: int
    large: int
    total: int


FULL = Sizes(small=1_000, medium=100_000, large=1_000_000, total=5_000_000)
QUICK = Sizes(small=1_000, medium=10_000, large=150_000, total=300_000)


@dataclass(frozen=True, slots=True)
class Side:
    """``organizations``, with a key for each: ``small``, ``medium``, ``large``, and ``writes``, which alone grows.

    ``file_ids``: some files of ``medium``.
    """

    name: str
    process: ServerProcess
    http_url: str
    grpc_target: str
    api_keys: Mapping[str, str]
    organizations: Mapping[str, str]
    file_ids: Sequence[str]

    def headers(self, organization: str = "medium") -> dict[str, str]:
        return {"x-api-key": self.api_keys[organization], "x-organization-id": self.organizations[organization]}

    def request(
        self, method: str, path: str, body: bytes = b"", content_type: str = "", organization: str = "medium"
    ) -> bytes:
        """The bytes of a request to this side."""
        headers = self.headers(organization)
        if content_type:
            headers["Content-Type"] = content_type
        return http_request(method, path, urlsplit(self.http_url).netloc, headers, body)

    def call(
        self, method: str, path: str, body: bytes = b"", content_type: str = "", organization: str = "medium"
    ) -> Any:
        """One call, and its JSON answer. Raises RuntimeError when it isn't a success."""
        headers = self.headers(organization)
        if content_type:
            headers["Content-Type"] = content_type
        connection = http.client.HTTPConnection(urlsplit(self.http_url).netloc, timeout=60)
        try:
            connection.request(method, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"{self.name}: {method} {path} answered {answer.status}: {text[:500]!r}")
        return json.loads(text)


BOUNDARY = "bench-boundary-7f3a"
NO_FIELDS: Mapping[str, str] = MappingProxyType({})


def multipart(
    file_name: str, content: bytes, part: str = "file", fields: Mapping[str, str] = NO_FIELDS
) -> tuple[bytes, str]:
    """A form with one file and plain ``fields``: its body and its content type."""
    plain = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head, tail = multipart_frame(file_name, part)
    return plain.encode() + head + content + tail, f"multipart/form-data; boundary={BOUNDARY}"


def multipart_frame(file_name: str, part: str = "file") -> tuple[bytes, bytes]:
    """What precedes and what follows the bytes of the file."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{part}"; filename="{file_name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()
