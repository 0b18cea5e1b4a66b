"""curl itself, which the contract's examples are written for."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

import pytest

PROGRAM = shutil.which("curl")
needs_curl = pytest.mark.skipif(PROGRAM is None, reason="curl is not on this machine")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def error(self) -> tuple[int, str]:
        """Status and code of an error, which has the native shape."""
        assert self.json.keys() == {"code", "message", "details", "request_id"}, self.body
        assert self.json["request_id"] == self.headers["x-request-id"]
        return self.status, self.json["code"]

    def fields(self) -> set[str]:
        """The fields that a 400 names."""
        assert self.error() == (400, "VALIDATION_ERROR"), self.body
        return {entry["field"] for entry in self.json["details"]}

    def links(self) -> dict[str, str]:
        """The addresses of the `Link` header by relation."""
        found = re.findall(r'<([^>]*)>; rel="([a-z]+)"', self.headers["link"])
        return {relation: address for address, relation in found}


@dataclass(frozen=True)
class Curl:
    """Calls one account."""

    base: str
    api_key: str | None
    account: int
    folder: Path
    """Where curl writes, and where the files lie that it sends."""

    async def __call__(self, path: str, *arguments: str) -> Answer:
        """Call `path`, which may be a whole address: then without the credential."""
        assert PROGRAM is not None
        head, body = self.folder / "head", self.folder / "body"
        body.write_bytes(b"")
        own = ["-H", f"Authorization: Bearer {self.api_key}"] if self.api_key and path.startswith("/") else []
        address = self.base + path if path.startswith("/") else path
        calling = await asyncio.create_subprocess_exec(
            PROGRAM, "--silent", "--show-error", "--max-time", "120", "--dump-header", str(head), "--output", str(body),
            *own, *arguments, address, stdout=PIPE, stderr=PIPE, cwd=self.folder,
        )  # fmt: skip
        _, said = await calling.communicate()
        assert calling.returncode == 0, said
        # A `100 Continue` comes before the head of the answer.
        status_line, _, rest = head.read_text("latin-1").strip().split("\n\n")[-1].partition("\n")
        return Answer(int(status_line.split()[1]), HeaderParser().parsestr(rest), body.read_bytes())

    async def ok(self, path: str, *arguments: str, status: int = 200) -> Any:
        """The JSON of a call that has to succeed."""
        answer = await self(path, *arguments)
        assert answer.status == status, answer.body
        return answer.json

    async def upload(self, content: bytes, name: str = "invoice.pdf", *fields: str) -> Any:
        """Send a file as the contract's examples do; answers the file."""
        (self.folder / name).write_bytes(content)
        given = [argument for field in fields for argument in ("-F", field)]
        form = ["-F", f"client_account_id={self.account}", *given, "-F", f"file=@{name}"]
        return await self.ok("/files/", "-X", "POST", *form, status=201)

    async def listed(self, **query: Any) -> list[Any]:
        """All files that a query lists."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        files = await self.ok(f"/files?client_account_id={self.account}&per_page=1000&{asked}")
        assert isinstance(files, list)
        return files
