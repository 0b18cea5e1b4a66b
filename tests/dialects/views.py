"""The four dialects as one client each sees them, with the same few questions for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import aiohttp

from tests.system.support import Reply, Rest, System, Tenant


@dataclass(frozen=True)
class Handle:
    """A file as all dialects can name it."""

    id: str
    number: int


class View(ABC):
    """One dialect, called by one organization's key."""

    name: ClassVar[str]
    hidden: ClassVar[tuple[str, ...]]
    """The queries that list what isn't listed without one."""

    def __init__(self, tenant: Tenant) -> None:
        self.rest = Rest(tenant.rest.session, tenant.rest.base, self.headers_of(tenant))

    @staticmethod
    def headers_of(tenant: Tenant) -> Mapping[str, str]:
        return {"authorization": f"Bearer {tenant.api_key}"}

    @abstractmethod
    async def look(self, file: Handle) -> str:
        """The state that a file has here; the HTTP status when no state is shown."""

    @abstractmethod
    async def listed(self, query: str = "") -> list[str | int]:
        """All that a query lists, by what the dialect calls a file."""

    @abstractmethod
    async def download(self, file: Handle) -> tuple[int, bytes]:
        """The status, and the bytes of a success."""

    @abstractmethod
    async def delete(self, file: Handle) -> int:
        """The status of a deletion."""

    @abstractmethod
    async def upload(self, content: bytes, file_name: str) -> str | int:
        """Take a file in; answers what the dialect calls it."""

    def named(self, file: Handle) -> str | int:
        """What the dialect calls a file."""
        return file.id


class Native(View):
    """`/v1/files`."""

    name = "native"
    hidden = ("status=deleted", "is_active=false")

    @staticmethod
    def headers_of(tenant: Tenant) -> Mapping[str, str]:
        return tenant.rest.headers

    async def look(self, file: Handle) -> str:
        reply = await self.rest("GET", f"/v1/files/{file.id}")
        if reply.status != 200:
            return str(reply.status)
        shown = reply.json
        return f"{shown['status']}, {shown['processing_status']}" if shown["status"] == "uploaded" else shown["status"]

    async def listed(self, query: str = "") -> list[str | int]:
        return [file["id"] for file in (await self.rest.get(f"/v1/files?size=100&{query}"))["items"]]

    async def download(self, file: Handle) -> tuple[int, bytes]:
        return _bytes(await self.rest("GET", f"/v1/files/{file.id}/download"))

    async def delete(self, file: Handle) -> int:
        return (await self.rest("DELETE", f"/v1/files/{file.id}")).status

    async def upload(self, content: bytes, file_name: str) -> str | int:
        return str((await self.rest.upload(content, file_name))["id"])


class Invaro(View):
    """`/api/v1/files`."""

    name = "Invaro"
    hidden = ("status=deleted",)

    async def look(self, file: Handle) -> str:
        reply = await self.rest("GET", f"/api/v1/files/{file.id}")
        return str(reply.json["data"]["status"]) if reply.status == 200 else str(reply.status)

    async def listed(self, query: str = "") -> list[str | int]:
        return [file["id"] for file in (await self.rest.get(f"/api/v1/files?page_size=100&{query}"))["data"]["files"]]

    async def download(self, file: Handle) -> tuple[int, bytes]:
        return _bytes(await self.rest("GET", f"/api/v1/files/{file.id}/download"))

    async def delete(self, file: Handle) -> int:
        return (await self.rest("DELETE", f"/api/v1/files/{file.id}")).status

    async def upload(self, content: bytes, file_name: str) -> str | int:
        answer = await self.rest.ok("POST", "/api/v1/files/upload", data=_form("files", content, file_name))
        return str(answer["data"]["files"][0]["doc_id"])


class Snapbooks(View):
    """`/files`."""

    name = "Snapbooks"
    hidden = ("is_active=false",)

    def __init__(self, tenant: Tenant, account: int) -> None:
        super().__init__(tenant)
        self._account = account

    async def look(self, file: Handle) -> str:
        return str((await self.rest("GET", f"/files/{file.number}")).status)

    async def listed(self, query: str = "") -> list[str | int]:
        path = f"/files?client_account_id={self._account}&per_page=1000&{query}"
        return [file["id"] for file in await self.rest.get(path)]

    async def download(self, file: Handle) -> tuple[int, bytes]:
        return _bytes(await self.rest("GET", f"/files/{file.number}/download"))

    async def delete(self, file: Handle) -> int:
        return (await self.rest("DELETE", f"/files/{file.number}")).status

    async def upload(self, content: bytes, file_name: str) -> str | int:
        form = _form("file", content, file_name, client_account_id=str(self._account))
        return int((await self.rest.ok("POST", "/files", data=form, status=201))["id"])

    def named(self, file: Handle) -> str | int:
        return file.number


class LlamaCloud(View):
    """`/api/v1/beta/files`."""

    name = "LlamaCloud"
    hidden = ()

    async def look(self, file: Handle) -> str:
        return str((await self.rest("GET", f"/api/v1/beta/files/{file.id}")).status)

    async def listed(self, query: str = "") -> list[str | int]:
        return [file["id"] for file in (await self.rest.get(f"/api/v1/beta/files?page_size=1000&{query}"))["items"]]

    async def download(self, file: Handle) -> tuple[int, bytes]:
        reply = await self.rest("GET", f"/api/v1/beta/files/{file.id}/content")
        if reply.status != 200:
            return reply.status, b""
        async with self.rest.session.get(reply.json["url"]) as response:
            return response.status, await response.read()

    async def delete(self, file: Handle) -> int:
        return (await self.rest("DELETE", f"/api/v1/beta/files/{file.id}")).status

    async def upload(self, content: bytes, file_name: str) -> str | int:
        form = _form("file", content, file_name, purpose="user_data")
        return str((await self.rest.ok("POST", "/api/v1/beta/files", data=form))["id"])


async def views_of(system: System, tenant: Tenant) -> dict[str, View]:
    """All four, by name."""
    ((account,),) = system.rows("SELECT number FROM organizations WHERE id = %s", tenant.organization_id)
    views = (Native(tenant), Invaro(tenant), Snapbooks(tenant, account), LlamaCloud(tenant))
    return {view.name: view for view in views}


def _bytes(reply: Reply) -> tuple[int, bytes]:
    return reply.status, reply.body if reply.status == 200 else b""


def _form(part: str, content: bytes, file_name: str, **fields: Any) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field(part, content, filename=file_name, content_type="application/octet-stream")
    return form
