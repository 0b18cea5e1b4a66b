"""`llama-cloud` from PyPI: every method of its resource `files`, as it is and unchanged."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from llama_cloud import AsyncLlamaCloud, NotFoundError

from tests.dialects.llamacloud.client import PDF, Files, steady
from tests.system.support import System, Tenant, classified, read

PURPOSES = ("user_data", "parse", "extract", "split", "classify", "sheet", "agent_app")


async def upload(files: Files, name: str = "bill.pdf", content: bytes = PDF, **more: Any) -> Any:
    return await files.call("create", **{"file": (name, content, "application/pdf"), "purpose": "parse"} | more)


async def names(files: Files, **named: Any) -> list[str]:
    return [file.name for file in await files.all(**named)]


# --- create


async def test_create_answers_the_file_that_the_native_calls_see(files: Files, ours: Tenant) -> None:
    made = await upload(files, external_file_id="E-1")
    assert (made.name, made.file_type, made.purpose, made.external_file_id) == ("bill.pdf", "pdf", "parse", "E-1")
    assert made.project_id == str(ours.project_id)
    assert made.expires_at is None
    assert made.download_url is None
    assert abs(made.last_modified_at - datetime.now(UTC)) < timedelta(minutes=1)
    native = await ours.rest.get(f"/v1/files/{made.id}")
    assert (native["file_name"], native["status"], native["size_bytes"]) == ("bill.pdf", "uploaded", len(PDF))
    assert (native["purpose"], native["external_file_id"]) == ("parse", "E-1")
    assert native["project_ids"] == [str(ours.project_id)]
    assert (await ours.rest("GET", f"/v1/files/{made.id}/download")).body == PDF


async def test_created_file_goes_through_the_pipeline(files: Files, ours: Tenant) -> None:
    made = await upload(files)
    await read(ours.rest, made.id)
    assert len(await classified(ours.rest, made.id)) == 1


async def test_every_form_of_a_file_is_taken(files: Files, ours: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "from path.pdf"
    path.write_bytes(PDF)
    with path.open("rb") as opened:
        forms: list[tuple[Any, str]] = [
            (path, "from path.pdf"),
            (PDF, "upload"),
            (opened, "from path.pdf"),
            (io.BytesIO(PDF), "upload"),
            (("two.dots.pdf", PDF), "two.dots.pdf"),
            (("noextension", io.BytesIO(PDF)), "noextension"),
            (("Grüße – ñ.pdf", PDF, "application/pdf"), "Grüße – ñ.pdf"),
            (("typed.bin", PDF, "application/pdf", {"X-More": "1"}), "typed.bin"),
        ]
        for file, name in forms:
            made = await files.call("create", file=file, purpose="user_data")
            assert made.name == name
            assert (await ours.rest("GET", f"/v1/files/{made.id}/download")).body == PDF
    assert (await files.call("list")).items[1].file_type == "pdf"
    (without,) = (await files.call("list", file_name="noextension")).items
    assert without.file_type is None


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_every_purpose_is_kept(files: Files, purpose: str) -> None:
    made = await upload(files, purpose=purpose)
    assert made.purpose == purpose
    assert (await files.call("retrieve", made.id)).purpose == purpose


async def test_empty_external_file_id_is_none(files: Files) -> None:
    assert (await upload(files, external_file_id="")).external_file_id is None
    assert (await upload(files, external_file_id=None)).external_file_id is None


async def test_name_may_have_3000_characters(files: Files, system: System) -> None:
    for name in ("x" * 2996 + ".pdf", "ñ" * 2996 + ".pdf"):
        made = await upload(files, name)
        assert made.name == name
        assert await names(files, file_name=name) == [name]
        url = (await files.call("content", made.id)).url
        async with system.session.get(url) as response:
            assert await response.read() == PDF


# --- retrieve, content


async def test_retrieve_answers_what_create_did(files: Files) -> None:
    made = await upload(files, external_file_id="E-2")
    found = await files.call("retrieve", made.id)
    assert steady(found) == steady(made)
    assert found.download_url is None


async def test_expanded_download_url_works_without_a_credential(files: Files, system: System) -> None:
    made = await upload(files)
    signed = (await files.call("retrieve", made.id, expand=["download_url"])).download_url
    assert signed.form_fields is None
    assert timedelta(minutes=59) < signed.expires_at - datetime.now(UTC) < timedelta(minutes=61)
    async with system.session.get(signed.url) as response:
        assert (response.status, await response.read()) == (200, PDF)
        assert response.headers["content-type"] == "application/pdf"
        assert 'filename="bill.pdf"' in response.headers["content-disposition"]


async def test_content_is_a_url_that_lasts_as_long_as_asked(files: Files, system: System) -> None:
    made = await upload(files)
    for seconds, lasts in ((None, 3600), (60, 60), (604_800, 604_800)):
        before = datetime.now(UTC).replace(microsecond=0)
        signed = await files.call("content", made.id, expires_at_seconds=seconds)
        begun = signed.expires_at - timedelta(seconds=lasts)
        assert before <= begun <= datetime.now(UTC) + timedelta(seconds=1)
        assert f"X-Amz-Expires={lasts}&" in signed.url
        async with system.session.get(signed.url) as response:
            assert (response.status, await response.read()) == (200, PDF)


async def test_content_url_ends_when_it_says(files: Files, system: System) -> None:
    made = await upload(files)
    signed = await files.call("content", made.id, expires_at_seconds=1)
    # The store counts whole seconds.
    left = signed.expires_at + timedelta(seconds=1) - datetime.now(UTC)
    await asyncio.sleep(max(0.0, left.total_seconds()) + 0.1)
    async with system.session.get(signed.url) as response:
        assert response.status == 403


# --- list


async def test_list_is_newest_first_and_its_iterator_ends(files: Files) -> None:
    assert await files.all() == []
    made = [(await upload(files, f"{n}.pdf")).name for n in range(5)]
    for page_size in (1, 2, 4, 5, 6, 1000):
        assert await names(files, page_size=page_size) == made[::-1], page_size
    page = await files.call("list", page_size=5)
    assert page.next_page_token is None
    assert page.total_size == 5
    first = await files.call("list", page_size=2)
    second = await files.call("list", page_size=2, page_token=first.next_page_token)
    assert [file.name for file in second.items] == made[::-1][2:4]


async def test_list_is_ordered_as_asked_on_every_page(files: Files) -> None:
    made = [await upload(files, name) for name in ("b.pdf", "a.pdf", "c.pdf", "a.pdf", "B.pdf")]
    by_id = sorted(made, key=lambda file: str(file.id))
    for page_size in (2, 50):
        assert await names(files, order_by="name", page_size=page_size) == sorted(file.name for file in made)
        assert [file.id for file in await files.all(order_by="id", page_size=page_size)] == [f.id for f in by_id]
        newest = [file.id for file in await files.all(order_by="created_at", page_size=page_size)]
        assert newest == [file.id for file in made[::-1]]


async def test_list_filters(files: Files) -> None:
    a, b, c = [await upload(files, name, external_file_id=name[0]) for name in ("a.pdf", "a.pdf.pdf", "b%.pdf")]
    assert [file.id for file in await files.all(file_name="a.pdf")] == [a.id]
    assert await files.all(file_name="A.pdf") == []
    assert await files.all(file_name="%") == []
    assert [file.id for file in await files.all(external_file_id="b")] == [c.id]
    assert [file.id for file in await files.all(external_file_id="a")] == [b.id, a.id]
    assert [file.id for file in await files.all(file_ids=[a.id, c.id])] == [c.id, a.id]
    assert [file.id for file in await files.all(file_ids=[a.id, c.id], page_size=1)] == [c.id, a.id]
    assert await files.all(file_ids=[a.id], file_name="b%.pdf") == []
    assert len(await files.all(file_ids=[])) == 3


async def test_list_expands_the_download_url_of_each(files: Files, system: System) -> None:
    for n in range(3):
        await upload(files, f"{n}.pdf", PDF + b"%d" % n)
    assert all(file.download_url is None for file in await files.all())
    for file in await files.all(expand=["download_url"], page_size=2):
        async with system.session.get(file.download_url.url) as response:
            assert (await response.read())[-1:] == file.name[:1].encode()


# --- query


async def test_query_filters_orders_and_pages(files: Files) -> None:
    made = [await upload(files, name, external_file_id="x") for name in ("b.pdf", "a.pdf", "b.pdf")]
    b, a, b2 = [file.id for file in made]

    async def ask(**named: Any) -> list[str]:
        found, token = [], None
        while True:
            page = await files.call("query", **named, page_size=2, page_token=token)
            assert page.total_size == len(named.get("filter", {}).get("file_ids", made))
            found += [file.id for file in page.items]
            token = page.next_page_token
            if token is None:
                return found
            assert page.items

    assert await ask() == [b2, a, b]
    assert await ask(order_by="created_at") == [b, a, b2]
    assert await ask(order_by="name desc, created_at desc") == [b2, b, a]
    assert await ask(order_by="name,id") == [a, b, b2]
    assert await ask(filter={"file_ids": [a, b2]}, order_by="name") == [a, b2]
    assert await ask(filter={"external_file_id": "x", "only_manually_uploaded": True}) == [b2, a, b]
    page = await files.call("query", filter={"file_name": "a.pdf"}, page_size=5000)
    assert [file.id for file in page.items] == [a]
    page = await files.call("query", filter={"data_source_id": a})
    assert (page.items, page.total_size, page.next_page_token) == ([], 0, None)


# --- delete


async def test_delete_is_soft_and_a_second_one_finds_nothing(files: Files, ours: Tenant) -> None:
    made = await upload(files)
    assert await files.call("delete", made.id) is None
    for method in ("retrieve", "content", "delete"):
        with pytest.raises(NotFoundError):
            await files.call(method, made.id)
    assert await files.all() == []
    assert (await ours.rest.get(f"/v1/files/{made.id}"))["status"] == "deleted"
    await ours.rest.ok("PUT", f"/v1/files/{made.id}/recover")
    assert (await files.call("retrieve", made.id)).id == made.id


# --- what other dialects made


async def test_files_of_the_native_calls_are_listed_read_and_deleted(files: Files, ours: Tenant) -> None:
    native = await ours.rest.upload(PDF, "native.pdf")
    (listed,) = await files.all()
    assert (listed.id, listed.name, listed.purpose) == (native["id"], "native.pdf", None)
    assert listed.project_id == str(ours.project_id)
    assert UUID(listed.id)
    await files.call("delete", native["id"])
    assert (await ours.rest.get(f"/v1/files/{native['id']}"))["status"] == "deleted"


async def test_prepared_and_inactive_files_are_not_listed(files: Files, ours: Tenant) -> None:
    item = {"name": "pending", "extension": "pdf", "mime_type": "application/pdf", "size_kb": 1}
    (pending,) = await ours.rest.ok("POST", "/v1/files/presigned-urls", [item])
    hidden = await upload(files, "hidden.pdf")
    await ours.rest.ok("PATCH", f"/v1/files/{hidden.id}", {"is_active": False})
    assert await files.all() == []
    assert (await files.call("retrieve", pending["id"])).name == "pending.pdf"
    assert (await files.call("retrieve", hidden.id)).name == "hidden.pdf"


# --- projects


async def test_project_of_the_call_is_where_files_go_and_are_found(files: Files, ours: Tenant) -> None:
    project = (await ours.rest.ok("POST", "/v1/projects", {"name": "Other"}, status=201))["id"]
    inside = await upload(files, "inside.pdf", project_id=project)
    outside = await upload(files, "outside.pdf")
    assert (inside.project_id, outside.project_id) == (project, str(ours.project_id))
    assert await names(files) == ["outside.pdf"]
    assert await names(files, project_id=str(ours.project_id)) == ["outside.pdf"]
    assert await names(files, project_id=project, organization_id=str(ours.organization_id)) == ["inside.pdf"]
    assert (await files.call("retrieve", inside.id)).project_id == project
    assert (await files.call("retrieve", inside.id, project_id=project)).id == inside.id
    queried = await files.call("query", filter={"project_id": project})
    assert [file.id for file in queried.items] == [inside.id]
    for method in ("retrieve", "content", "delete"):
        with pytest.raises(NotFoundError):
            await files.call(method, outside.id, project_id=project)


# --- where the service is


async def test_client_finds_the_service_by_its_environment(
    system: System, ours: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_CLOUD_BASE_URL", system.http_url)
    monkeypatch.setenv("LLAMA_CLOUD_API_KEY", ours.api_key)
    async with AsyncLlamaCloud(max_retries=0) as client:
        assert (await client.files.list()).items == []
