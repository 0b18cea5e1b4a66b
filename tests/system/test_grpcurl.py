"""The real grpcurl, which knows the service by reflection alone."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.domain.ids import new_id
from tests.docs.grpcurl import find_grpcurl
from tests.system.support import PATIENCE_SECONDS, System, Tenant, all_methods, until

pytestmark = pytest.mark.long

SERVICES = sorted({method.containing_service.full_name for method in all_methods()})


@dataclass(frozen=True)
class Output:
    code: int
    out: str
    err: str


def parsed(text: str) -> Any:
    """Its JSON; some versions name fields as the contract does, some in camel case."""
    return json.loads(re.sub(r'"([a-z]+[A-Z]\w*)"(?=:)', lambda m: '"' + snake(m[1]) + '"', text))


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


class Grpcurl:
    """Runs the binary against the service."""

    def __init__(self, binary: Path, target: str) -> None:
        self._binary, self._target = binary, target

    async def __call__(self, *arguments: str, tenant: Tenant | None = None, stdin: bytes = b"") -> Output:
        headers = [f"{name}: {value}" for name, value in tenant.grpc.headers.items()] if tenant else []
        options = [part for header in headers for part in ("-H", header)]
        options += ["-d", "@"] if stdin else []
        process = await asyncio.create_subprocess_exec(
            self._binary, "-plaintext", *options, self._target, *arguments,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(stdin), PATIENCE_SECONDS)
        assert process.returncode is not None
        # Some versions write a space after the colons of details.
        return Output(process.returncode, out.decode(), re.sub(r'":\s+', '":', err.decode()))

    async def ok(self, *arguments: str, **more: Any) -> str:
        output = await self(*arguments, **more)
        assert output.code == 0, output.err
        return output.out


@pytest.fixture(scope="session")
def binary() -> Path:
    try:
        return find_grpcurl()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no grpcurl is installed, and no registry has it: {error}")


@pytest.fixture
def grpcurl(binary: Path, system: System) -> Grpcurl:
    return Grpcurl(binary, system.grpc_target)


async def test_list_names_all_services(grpcurl: Grpcurl) -> None:
    listed = (await grpcurl.ok("list")).split()
    assert set(listed) >= {*SERVICES, "grpc.health.v1.Health"}
    for service in SERVICES:
        methods = (await grpcurl.ok("list", service)).split()
        assert methods == sorted(m.full_name for m in all_methods() if m.containing_service.full_name == service)


async def test_describe_shows_rpcs_messages_and_rules(grpcurl: Grpcurl) -> None:
    described = await grpcurl.ok("describe", "muniment.files.v1.FileService.GetFile")
    assert (
        "rpc GetFile ( .muniment.files.v1.GetFileRequest ) returns ( .muniment.files.v1.GetFileResponse )" in described
    )
    assert "/v1/files/{file_id}" in described
    for method in all_methods():
        for message in (method.input_type, method.output_type):
            assert f"message {message.name}" in await grpcurl.ok("describe", message.full_name)


async def test_health_needs_no_credential(grpcurl: Grpcurl) -> None:
    for request in (b"{}", b'{"service": "muniment.files.v1.FileService"}'):

        async def serving(asked: bytes = request) -> bool:
            return bool(parsed(await grpcurl.ok("grpc.health.v1.Health/Check", stdin=asked)) == {"status": "SERVING"})

        await until(serving)


async def test_call_without_a_credential_is_refused_readably(grpcurl: Grpcurl) -> None:
    output = await grpcurl("muniment.files.v1.FileService/ListFiles")
    assert output.code != 0
    assert "Code: Unauthenticated" in output.err
    assert '"domain":"muniment","reason":"UNAUTHENTICATED"' in output.err


async def test_call_with_a_credential(grpcurl: Grpcurl, ours: Tenant) -> None:
    await ours.rest.upload(b"x", "bill.pdf")
    answer = parsed(await grpcurl.ok("muniment.files.v1.FileService/ListFiles", tenant=ours))
    assert (answer["total"], answer["items"][0]["file_name"]) == ("1", "bill.pdf")
    identity = parsed(await grpcurl.ok("muniment.organizations.v1.OrganizationService/WhoAmI", tenant=ours))
    assert str(ours.user_id) in json.dumps(identity)


async def test_details_of_errors_are_readable(grpcurl: Grpcurl, ours: Tenant) -> None:
    request = json.dumps({"file_id": str(new_id())}).encode()
    output = await grpcurl("muniment.files.v1.FileService/GetFile", tenant=ours, stdin=request)
    assert "Code: NotFound" in output.err
    assert '"reason":"FILE_NOT_FOUND"' in output.err
    output = await grpcurl("muniment.files.v1.FileService/GetFile", tenant=ours, stdin=b'{"file_id": "7"}')
    assert "Code: InvalidArgument" in output.err
    assert '"field":"file_id"' in output.err


async def test_upload_and_download_by_stream(grpcurl: Grpcurl, ours: Tenant) -> None:
    content = os.urandom(5000)
    messages = [
        {"options": {"project_id": str(ours.project_id)}},
        {"header": {"file_name": 'naïve "名前".bin'}},
        *({"chunk": base64.b64encode(content[at : at + 2000]).decode()} for at in range(0, 5000, 2000)),
    ]
    stdin = "\n".join(map(json.dumps, messages)).encode()
    answer = parsed(await grpcurl.ok("muniment.files.v1.FileService/UploadFiles", tenant=ours, stdin=stdin))
    (file,) = answer["files"]
    assert (file["file_name"], file["size_bytes"]) == ('naïve "名前".bin', "5000")
    request = json.dumps({"file_id": file["id"]}).encode()
    out = await grpcurl.ok("muniment.files.v1.FileService/DownloadFile", tenant=ours, stdin=request)
    decoder, received, place = json.JSONDecoder(), b"", 0
    while place < len(out.rstrip()):
        message, place = decoder.raw_decode(out, place)
        received += base64.b64decode(message.get("chunk", ""))
        place += len(out[place:]) - len(out[place:].lstrip())
    assert received == content
