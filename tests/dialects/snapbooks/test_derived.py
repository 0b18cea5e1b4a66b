"""Thumbnails and optimized versions are files of their own; tracks decide what becomes of a document."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from tests.dialects.snapbooks.curl import Curl, needs_curl
from tests.processing.papers import pdf_of
from tests.system.support import System, Tenant, read, until

pytestmark = needs_curl

PDF = pdf_of()


async def _read(system: System, ours: Tenant, curl: Curl, file: Any) -> Any:
    """The file once the pipeline is done with it."""
    ((file_id,),) = system.rows("SELECT id FROM files WHERE number = %s", file["id"])
    await read(ours.rest, str(file_id))
    return await curl.ok(f"/files/{file['id']}")


async def _derived(curl: Curl, file: Any) -> Any:
    """The file once both derived files are there."""

    async def look() -> Any:
        shown = await curl.ok(f"/files/{file['id']}")
        return shown if len(shown["target_files"]) == 2 else None

    return await until(look, what="the derived files")


async def test_invoice_becomes_a_voucher_with_its_derived_files(system: System, ours: Tenant, curl: Curl) -> None:
    file = await _read(system, ours, curl, await curl.upload(PDF))
    assert file["type"] == "VOUCHER"
    assert [target["type"] for target in file["target_files"]] == ["THUMBNAIL", "OPTIMIZED"]
    thumbnail, optimized = file["target_files"]
    assert (thumbnail["file_name"], optimized["file_name"]) == ("invoice-thumbnail.webp", "invoice-optimized.pdf")
    assert (thumbnail["content_type"], optimized["content_type"]) == ("image/webp", "application/pdf")
    # One level deep.
    assert not {"source_file", "target_files"} & (thumbnail.keys() | optimized.keys())
    shown = await curl.ok(f"/files/{optimized['id']}")
    assert (shown["id"], shown["type"], shown["target_files"]) == (optimized["id"], "OPTIMIZED", [])
    assert (shown["source_file"]["id"], shown["source_file"]["type"]) == (file["id"], "VOUCHER")
    assert shown["client_account_id"] == curl.account
    assert (await curl(f"/files/{thumbnail['id']}/download")).body.startswith(b"RIFF")


async def test_presigned_addresses_answer_the_bytes_for_an_hour_without_a_credential(
    system: System, ours: Tenant, curl: Curl
) -> None:
    file = await _read(system, ours, curl, await curl.upload(PDF))
    thumbnail, optimized = file["target_files"]
    for name, mime_type, size in (
        ("original_url", "application/pdf", len(PDF)),
        ("download_url", "application/pdf", optimized["file_size"]),
        ("thumbnail_url", "image/webp", thumbnail["file_size"]),
    ):
        assert parse_qs(urlsplit(file[name]).query)["X-Amz-Expires"] == ["3600"]
        answer = await curl(file[name])
        assert (answer.status, answer.headers["content-type"], len(answer.body)) == (200, mime_type, size)
    assert (await curl(file["original_url"])).body == PDF
    source = (await curl.ok(f"/files/{thumbnail['id']}"))["source_file"]
    for name in ("original_url", "download_url", "thumbnail_url"):
        assert (await curl(source[name])).body == (await curl(file[name])).body
    assert (await curl(thumbnail["original_url"])).body == (await curl(file["thumbnail_url"])).body


async def test_optimized_version_is_downloaded_by_its_name(curl: Curl) -> None:
    page = io.BytesIO()
    Image.linear_gradient("L").resize((2400, 1200)).save(page, "PNG", compress_level=0)
    file = await _derived(curl, await curl.upload(page.getvalue(), "scan.png"))
    path = f"/files/{file['id']}/download"
    assert (await curl(path)).body == (await curl(f"{path}?version=original")).body == page.getvalue()
    optimized = await curl(f"{path}?version=optimized")
    assert (optimized.status, optimized.headers["content-type"]) == (200, "image/webp")
    assert 'filename="scan-optimized.webp"' in optimized.headers["content-disposition"]
    assert len(optimized.body) < len(page.getvalue())
    with Image.open(io.BytesIO(optimized.body)) as shown:
        assert max(shown.size) == 2000
    part = await curl(f"{path}?version=optimized", "--range", "0-3")
    assert (part.status, part.body) == (206, b"RIFF")


async def test_original_stands_for_an_optimized_version_that_is_not_there(
    system: System, ours: Tenant, curl: Curl
) -> None:
    content = b"period;quantity\n2024-01;3\n"
    file = await _read(system, ours, curl, await curl.upload(content, "table.csv"))
    assert (file["target_files"], file["thumbnail_url"]) == ([], None)
    assert file["download_url"] == file["original_url"]
    assert (await curl(f"/files/{file['id']}/download?version=optimized")).body == content


async def test_types_narrow_the_list_down(system: System, ours: Tenant, curl: Curl) -> None:
    plain = await _read(system, ours, curl, await curl.upload(b"nothing that is known, only words", "words.txt"))
    waiting = await curl.upload(b"\x00\x01\x02\x03", "waiting.bin", "processing_track=MANUAL")
    voucher = await _read(system, ours, curl, await curl.upload(PDF))
    listed = {kind: [file["id"] for file in await curl.listed(type=kind)] for kind in ("FILE", "VOUCHER")}
    assert listed == {"FILE": [waiting["id"], plain["id"]], "VOUCHER": [voucher["id"]]}
    assert [file["id"] for file in await curl.listed()] == [voucher["id"], waiting["id"], plain["id"]]
    for target in voucher["target_files"]:
        (found,) = await curl.listed(type=target["type"])
        assert found["id"] == target["id"]
        assert found["source_file"]["id"] == voucher["id"]
        assert found["source_file"]["thumbnail_url"]


async def test_manual_track_leaves_derived_files_and_no_reading(system: System, ours: Tenant, curl: Curl) -> None:
    file = await _read(system, ours, curl, await curl.upload(PDF, "document.pdf", "processing_track=MANUAL"))
    assert (file["type"], file["processing_track"]) == ("FILE", "MANUAL")
    assert [target["type"] for target in file["target_files"]] == ["THUMBNAIL", "OPTIMIZED"]
    (browsed,) = (await ours.rest.get("/v1/files/readings"))["items"]
    assert browsed["reading"] is None


async def test_fast_track_recognises_the_document(system: System, ours: Tenant, curl: Curl) -> None:
    file = await _read(system, ours, curl, await curl.upload(PDF, "receipt.pdf", "processing_track=FASTTRACK"))
    assert (file["type"], file["processing_track"]) == ("VOUCHER", "FASTTRACK")


@pytest.mark.parametrize("gone", ["delete", "expunge"])
async def test_derived_files_go_with_their_source(system: System, ours: Tenant, curl: Curl, gone: str) -> None:
    file = await _read(system, ours, curl, await curl.upload(PDF))
    ((file_id,),) = system.rows("SELECT id FROM files WHERE number = %s", file["id"])
    call = ("DELETE", f"/v1/files/{file_id}") if gone == "delete" else ("POST", f"/v1/files/{file_id}/expunge")
    await ours.rest.ok(*call)
    for number in (file["id"], *(target["id"] for target in file["target_files"])):
        assert (await curl(f"/files/{number}")).error() == (404, "FILE_NOT_FOUND")
    assert await curl.listed(type="THUMBNAIL") == []


async def test_list_embeds_what_is_related(curl: Curl) -> None:
    made = [await curl.upload(PDF, f"{n}.pdf", "processing_track=MANUAL") for n in range(3)]
    for file in made:
        await _derived(curl, file)
    listed = await curl.listed()
    assert len(listed) == 3
    for file in listed:
        alone = await curl.ok(f"/files/{file['id']}")
        signed = ("thumbnail_url", "download_url", "original_url")
        for one, same in ((file, alone), *zip(file["target_files"], alone["target_files"], strict=True)):
            for name in signed:
                assert urlsplit(one.pop(name)).path == urlsplit(same.pop(name)).path
        # The pipeline may have gone on in between.
        del file["updated_at"], alone["updated_at"]
        assert file == alone
