"""Uploads that are prepared with a PUT and sent to the store by a form POST."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.dialects.llamacloud.client import PDF
from tests.system.conftest import MAX_FILE_BYTES
from tests.system.support import Reply, System, Tenant, classified, until

pytestmark = pytest.mark.long

FILES = "/api/v1/beta/files"


async def prepare(tenant: Tenant, query: str = "", **more: Any) -> Any:
    rest = tenant.rest.with_(x_organization_id=None)
    return await rest.ok("PUT", FILES + query, {"name": "bill.pdf"} | more)


async def get(tenant: Tenant, path: str) -> Any:
    return await tenant.rest.with_(x_organization_id=None).ok("GET", f"{FILES}/{path}")


async def post(system: System, prepared: Any, content: bytes) -> int:
    """Send the bytes as a browser's form would."""
    form = aiohttp.FormData()
    for name, value in prepared["form_fields"].items():
        form.add_field(name, value)
    form.add_field("file", io.BytesIO(content), filename="whatever.pdf", content_type="application/pdf")
    async with system.session.post(prepared["url"], data=form) as response:
        return response.status


async def test_prepared_upload_is_sent_with_its_form_fields_and_confirmed_when_looked_at(
    system: System, ours: Tenant
) -> None:
    prepared = await prepare(ours, file_size=len(PDF))
    assert prepared.keys() == {"file_id", "url", "expires_at", "form_fields"}
    assert timedelta(0) < datetime.fromisoformat(prepared["expires_at"]) - datetime.now(UTC) < timedelta(days=1)
    before = await get(ours, prepared["file_id"])
    assert (before["name"], before["file_size"], before["project_id"]) == ("bill.pdf", len(PDF), str(ours.project_id))
    assert (await ours.rest("GET", f"{FILES}/{prepared['file_id']}/content")).status == 409
    assert (await ours.rest.get(FILES))["items"] == []
    assert await post(system, prepared, PDF) in (200, 204)
    signed = await get(ours, f"{prepared['file_id']}/content")
    async with system.session.get(signed["url"]) as response:
        assert await response.read() == PDF
    (listed,) = (await ours.rest.get(FILES))["items"]
    assert (listed["id"], listed["file_size"]) == (prepared["file_id"], len(PDF))
    assert len(await classified(ours.rest, prepared["file_id"])) == 1


async def test_store_enforces_the_size(system: System, ours: Tenant) -> None:
    exact = await prepare(ours, file_size=100)
    assert await post(system, exact, b"x" * 101) >= 400
    assert await post(system, exact, b"x" * 99) >= 400
    assert (await ours.rest("GET", f"{FILES}/{exact['file_id']}/content")).status == 409
    assert await post(system, exact, b"x" * 100) in (200, 204)
    assert (await get(ours, exact["file_id"]))["file_size"] == 100
    unsaid = await prepare(ours)
    assert await post(system, unsaid, b"x" * (MAX_FILE_BYTES + 1)) >= 400
    assert await post(system, unsaid, b"") >= 400
    assert (await get(ours, unsaid["file_id"]))["file_size"] is None


async def test_changed_form_field_is_refused_by_the_store(system: System, ours: Tenant) -> None:
    prepared = await prepare(ours)
    prepared["form_fields"]["key"] += "x"
    assert await post(system, prepared, PDF) >= 400


async def test_everything_of_a_file_create_is_kept(ours: Tenant) -> None:
    source = str(uuid4())
    info = {"s": "text", "n": 12.5, "i": 7, "b": True, "l": [1, "two", None, {"x": []}], "o": {"deep": {"er": [True]}}}
    said: dict[str, Any] = {
        "external_file_id": "E-9",
        "data_source_id": source,
        "file_size": 5,
        "last_modified_at": "2024-03-01T10:20:30.123456Z",
        "permission_info": info,
        "resource_info": {"etag": "abc"},
        "storage_type": None,
    }
    prepared = await prepare(ours, name="two.dots.pdf", **said)
    file = await get(ours, prepared["file_id"])
    del said["storage_type"]
    assert {name: file[name] for name in said} == said
    assert (file["name"], file["file_type"], file["expires_at"]) == ("two.dots.pdf", "pdf", None)
    native = await ours.rest.get(f"/v1/files/{prepared['file_id']}")
    assert (native["data_source_id"], native["external_file_id"]) == (source, "E-9")
    assert (native["permission_info"], native["resource_info"]) == (info, {"etag": "abc"})


async def test_data_sources_are_told_from_manual_uploads(system: System, ours: Tenant) -> None:
    source = str(uuid4())
    for name, said in (("synced.pdf", source), ("manual.pdf", None)):
        prepared = await prepare(ours, name=name, data_source_id=said)
        await post(system, prepared, PDF)
        await get(ours, prepared["file_id"])

    async def ask(**filters: Any) -> list[str]:
        return [f["name"] for f in (await ours.rest.ok("POST", f"{FILES}/query", {"filter": filters}))["items"]]

    assert await ask(data_source_id=source) == ["synced.pdf"]
    assert await ask(data_source_id=str(uuid4())) == []
    assert await ask(only_manually_uploaded=True) == ["manual.pdf"]
    assert await ask(only_manually_uploaded=False) == ["manual.pdf", "synced.pdf"]


@pytest.mark.parametrize("storage_type", ["ephemeral", "Ephemeral", "EPHEMERAL"])
async def test_ephemeral_file_expires(ours: Tenant, storage_type: str) -> None:
    prepared = await prepare(ours, storage_type=storage_type)
    expires_at = datetime.fromisoformat((await get(ours, prepared["file_id"]))["expires_at"])
    assert expires_at > datetime.now(UTC) + timedelta(minutes=1)


@pytest.mark.parametrize("storage_type", ["permanent", "Permanent", None])
async def test_permanent_file_stays(ours: Tenant, storage_type: str | None) -> None:
    prepared = await prepare(ours, storage_type=storage_type)
    assert (await get(ours, prepared["file_id"]))["expires_at"] is None


async def test_every_minute_what_expired_is_gone_and_what_arrived_is_confirmed(system: System, ours: Tenant) -> None:
    expired = await prepare(ours, storage_type="ephemeral")
    await post(system, expired, PDF)
    signed = await get(ours, f"{expired['file_id']}/content")
    system.connection.execute(
        "UPDATE files SET expires_at = now() - interval '1 second' WHERE id = %s", (expired["file_id"],)
    )
    arrived = await prepare(ours)
    await post(system, arrived, PDF)

    async def swept() -> bool:
        listed = [file["id"] for file in (await ours.rest.get(FILES))["items"]]
        gone = (await ours.rest("GET", f"{FILES}/{expired['file_id']}")).status == 404
        async with system.session.get(signed["url"]) as response:
            return gone and listed == [arrived["file_id"]] and response.status == 404

    await until(swept, seconds=90, every=0.5, what="the sweep")
    assert (await ours.rest.get(f"/v1/files/{expired['file_id']}"))["expunged_at"]


async def test_prepared_upload_belongs_to_the_project_of_the_call(system: System, ours: Tenant, theirs: Tenant) -> None:
    project = (await ours.rest.ok("POST", "/v1/projects", {"name": "Other"}, status=201))["id"]
    prepared = await prepare(ours, f"?project_id={project}&organization_id={ours.organization_id}")
    assert (await get(ours, prepared["file_id"]))["project_id"] == project
    for scope in (f"project_id={theirs.project_id}", f"organization_id={theirs.organization_id}"):
        reply = await ours.rest.with_(x_organization_id=None)("PUT", f"{FILES}?{scope}", {"name": "a.pdf"})
        assert reply.status == 403
    assert system.rows("SELECT count(*) FROM files WHERE organization_id = %s", ours.organization_id) == [(1,)]


WRONG: list[tuple[Any, list[Any]]] = [
    ({}, ["body", "name"]),
    ({"name": ""}, ["body", "name"]),
    ({"name": "x" * 3001}, ["body", "name"]),
    ({"name": "a/b.pdf"}, ["body", "name"]),
    ({"name": "a\u0000.pdf"}, ["body", "name"]),
    ({"name": 5}, ["body", "name"]),
    ({"name": "a.pdf", "file_size": -1}, ["body", "file_size"]),
    ({"name": "a.pdf", "file_size": 1.5}, ["body", "file_size"]),
    ({"name": "a.pdf", "file_size": MAX_FILE_BYTES + 1}, ["body", "file_size"]),
    ({"name": "a.pdf", "storage_type": "forever"}, ["body", "storage_type"]),
    ({"name": "a.pdf", "data_source_id": "7"}, ["body", "data_source_id"]),
    ({"name": "a.pdf", "last_modified_at": "yesterday"}, ["body", "last_modified_at"]),
    ({"name": "a.pdf", "permission_info": []}, ["body", "permission_info"]),
    ({"name": "a.pdf", "resource_info": {"a": "x" * 20_000}}, ["body", "resource_info"]),
    ({"name": "a.pdf", "external_file_id": "a\u0000"}, ["body"]),
    ({"name": "a.pdf", "nmae": 1}, ["body", "nmae"]),
]


@pytest.mark.parametrize(("body", "place"), WRONG, ids=str)
async def test_wrong_file_create_is_unprocessable(ours: Tenant, body: Any, place: list[Any]) -> None:
    reply: Reply = await ours.rest("PUT", FILES, body)
    assert reply.status == 422, reply.body
    assert [entry["loc"] for entry in reply.json["detail"]] == [place]
