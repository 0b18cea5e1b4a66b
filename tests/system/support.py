"""The running service as its clients see it: over REST, over gRPC, and the organizations to call it as."""

from __future__ import annotations

import asyncio
import importlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import grpc
import grpc.aio
import psycopg
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from service.organizations.administration import Administration
from service.postgres.jobs import DOCUMENTS_QUEUE
from service.settings import Settings
from tests.conftest import DatabaseUrls
from tests.world import World

REPOSITORY = Path(__file__).parents[2]
GENERATED = REPOSITORY / "gen"
PATIENCE_SECONDS = 120.0
"""How long something may take on a busy machine before it counts as not happening."""


@cache
def all_methods() -> tuple[MethodDescriptor, ...]:
    """Every RPC of the contract, also those that were added yesterday."""
    found: list[MethodDescriptor] = []
    for file in sorted((GENERATED / "muniment").rglob("*_service_pb2.py")):
        module = importlib.import_module(".".join(file.relative_to(GENERATED).with_suffix("").parts))
        for service in module.DESCRIPTOR.services_by_name.values():
            found += service.methods
    assert found
    return tuple(found)


@cache
def method_of(name: str) -> MethodDescriptor:
    """An RPC by its full name, or a native one by its own: dialects have RPCs of the same names."""
    if "." in name:
        (method,) = (method for method in all_methods() if method.full_name == name)
    else:
        native = (method for method in all_methods() if not method.full_name.startswith("muniment.dialects."))
        (method,) = (method for method in native if method.name == name)
    return method


@dataclass(frozen=True)
class Reply:
    """What HTTP answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body; decimals with their exact digits."""
        return json.loads(self.body, parse_float=Decimal)

    def error(self) -> tuple[int, str]:
        """Status and code, of an error in the one shape that they all have."""
        content = self.json
        assert isinstance(content, dict), content
        assert content.keys() - {"details"} == {"code", "message", "request_id"}, content
        assert content["message"]
        assert content["request_id"] == self.headers["x-request-id"]
        return self.status, content["code"]

    def fields(self) -> dict[str, str]:
        """What a VALIDATION_ERROR says of each field."""
        assert self.error() == (400, "VALIDATION_ERROR"), self.body
        details = self.json["details"]
        assert all(entry.keys() == {"field", "message"} for entry in details)
        return {entry["field"]: entry["message"] for entry in details}


@dataclass(frozen=True)
class Rest:
    """Calls the gateway with some headers."""

    session: aiohttp.ClientSession
    base: str
    headers: Mapping[str, str]

    def with_(self, **more: str | None) -> Rest:
        """Other headers; `None` leaves one out."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        kept = {name: value for name, value in self.headers.items() if name not in named}
        return replace(self, headers=kept | {name: value for name, value in named.items() if value is not None})

    async def __call__(self, method: str, path: str, content: Any = None, **options: Any) -> Reply:
        """One call. `content` is sent as JSON; aiohttp's own options are handed on."""
        headers = dict(self.headers) | dict(options.pop("headers", {}))
        if content is not None:
            headers.setdefault("content-type", "application/json")
            options["data"] = content if isinstance(content, bytes) else json.dumps(content).encode()
        async with self.session.request(method, self.base + path, headers=headers, **options) as response:
            return Reply(response.status, response.headers, await response.read())

    async def ok(self, method: str, path: str, content: Any = None, *, status: int = 200, **options: Any) -> Any:
        """The JSON of a call that has to succeed."""
        reply = await self(method, path, content, **options)
        assert reply.status == status, (method, path, reply.status, reply.body)
        return reply.json

    async def get(self, path: str, **query: Any) -> Any:
        return await self.ok("GET", path, params=query)

    async def upload(
        self, content: bytes, file_name: str = "bill.pdf", mime_type: str = "application/pdf", **fields: str
    ) -> Any:
        """Send one file as a form; answers the file."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in fields.items():
            form.add_field(name, value)
        form.add_field("file", content, filename=file_name, content_type=mime_type)
        (file,) = await self.ok("POST", "/v1/files/upload", data=form)
        return file


@dataclass(frozen=True)
class Failure:
    """What a gRPC call was refused with."""

    code: grpc.StatusCode
    reason: str
    message: str
    details: bytes
    trailing: Mapping[str, str | bytes]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grpc:
    """Calls any RPC with some metadata."""

    channel: grpc.aio.Channel
    headers: Mapping[str, str]

    def with_(self, **more: str | None) -> Grpc:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        kept = {name: value for name, value in self.headers.items() if name not in named}
        return replace(self, headers=kept | {name: value for name, value in named.items() if value is not None})

    async def __call__(self, name: str, /, **fields: Any) -> Any:
        method = method_of(name)
        return await self.send(method, [GetMessageClass(method.input_type)(**fields)])

    async def send(self, method: MethodDescriptor, requests: Iterable[Message]) -> Any:
        """Call with these requests; answers the message, or all messages of a stream."""
        sent = list(requests)
        call = self.start(method, sent if method.client_streaming else sent[0])
        if not method.server_streaming:
            return await call
        return [message async for message in call]

    def start(self, method: MethodDescriptor, request: Any) -> Any:
        kinds: Any = {
            (False, False): self.channel.unary_unary,
            (False, True): self.channel.unary_stream,
            (True, False): self.channel.stream_unary,
        }[method.client_streaming, method.server_streaming]
        call = kinds(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=GetMessageClass(method.input_type).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        return call(request, metadata=tuple(self.headers.items()), timeout=PATIENCE_SECONDS)

    async def fails(self, name: str, /, **fields: Any) -> Failure:
        method = method_of(name)
        return await self.failure(method, [GetMessageClass(method.input_type)(**fields)])

    async def failure(self, method: MethodDescriptor, requests: Iterable[Message]) -> Failure:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.send(method, requests)
        return failure_of(caught.value)


def failure_of(error: Any) -> Failure:
    status = rpc_status.from_call(error)
    assert status is not None, (error.code(), error.details())
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    infos = [packed for packed in status.details if packed.Unpack(info)]
    assert len(infos) == 1
    assert info.domain == "muniment"
    violations = [entry for packed in status.details if packed.Unpack(bad) for entry in bad.field_violations]
    return Failure(
        error.code(),
        info.reason,
        error.details() or "",
        status.SerializeToString(deterministic=True),
        dict(error.trailing_metadata() or ()),
        {entry.field: entry.description for entry in violations},
    )


@dataclass(frozen=True)
class Tenant:
    """An organization, with a user who may do everything in it."""

    organization_id: UUID
    user_id: UUID
    api_key: str
    api_key_id: UUID
    project_id: UUID
    email: str
    rest: Rest
    grpc: Grpc


@dataclass
class System:
    """A running service, and what a test needs to look behind it."""

    settings: Settings
    urls: DatabaseUrls
    http_url: str
    grpc_target: str
    administration: Administration
    connection: psycopg.Connection[Any]
    session: aiohttp.ClientSession
    channel: grpc.aio.Channel
    made: int = 0

    @property
    def world(self) -> World:
        return World(self.urls, self.connection)

    async def tenant(self, name: str = "Acme") -> Tenant:
        self.made += 1
        email = f"user{self.made}@{name.lower()}.example"
        made = await self.administration.create_organization(name, admin_email=email, key_name="tests")
        assert made.admin is not None
        assert made.api_key is not None
        headers = {
            "authorization": f"Bearer {made.api_key.secret}",
            "x-organization-id": str(made.organization.id),
        }
        return Tenant(
            made.organization.id,
            made.admin.user_id,
            made.api_key.secret,
            made.api_key.row.id,
            made.organization.default_project_id,
            email,
            Rest(self.session, self.http_url, headers),
            Grpc(self.channel, headers),
        )

    @contextmanager
    def jobs_held(self) -> Iterator[None]:
        """Nobody takes the jobs that are queued meanwhile, until the end of the block."""
        self.connection.execute(
            "CREATE OR REPLACE FUNCTION hold_jobs() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.scheduled_at := now() + interval '1 hour'; RETURN NEW; END $$"
        )
        self.connection.execute(
            "CREATE TRIGGER hold_jobs BEFORE INSERT ON procrastinate_jobs FOR EACH ROW WHEN"
            f" (NEW.queue_name = '{DOCUMENTS_QUEUE}') EXECUTE FUNCTION hold_jobs()"
        )
        try:
            yield
        finally:
            self.connection.execute("DROP TRIGGER hold_jobs ON procrastinate_jobs")
            self.connection.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE scheduled_at > now() + interval '30 minutes'"
            )

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows as the owner of the tables sees them."""
        return self.connection.execute(sql.encode(), values).fetchall()


async def until(
    look: Callable[[], Awaitable[Any]], *, seconds: float = PATIENCE_SECONDS, every: float = 0.05, what: str = "it"
) -> Any:
    """Wait until `look` answers something that is true."""
    end = time.monotonic() + seconds
    while True:
        found = await look()
        if found:
            return found
        assert time.monotonic() < end, f"{what} didn't come within {seconds:g} s; last seen: {found!r}"
        await asyncio.sleep(every)


async def read(rest: Rest, file_id: str) -> Any:
    """Wait until the pipeline is done with a file; answers the file."""
    status = ""

    async def look() -> Any:
        nonlocal status
        file = await rest.get(f"/v1/files/{file_id}")
        status = file["processing_status"]
        return file if status in {"completed", "failed"} else None

    try:
        return await until(look)
    except AssertionError as error:
        raise AssertionError(f"the file is still {status}, not read") from error


async def settled(rest: Rest) -> None:
    """Wait until the pipeline is done with all files: nothing changes by itself any more."""

    async def look() -> bool:
        files = (await rest.get("/v1/files", size=100, status="uploaded"))["items"]
        return all(file["processing_status"] in {"completed", "failed"} for file in files)

    await until(look, what="the end of all reading")


async def reading_of(rest: Rest, file_id: str) -> Any:
    (entry,) = (await rest.get("/v1/files/readings", file_id=file_id))["items"]
    return entry["reading"]


async def classified(rest: Rest, file_id: str) -> list[Any]:
    events = (await rest.get("/v1/events", file_id=file_id))["items"]
    return [event for event in events if event["type"] == "CLASSIFY_DOCUMENT"]


async def chunks(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]
