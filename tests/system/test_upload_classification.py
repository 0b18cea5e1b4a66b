"""An upload's answer may wait until it is known what came."""

from __future__ import annotations

import aiohttp
import pytest

from tests.processing.papers import pdf_of
from tests.system.support import System, Tenant


async def test_answer_waits_for_the_category_when_it_is_asked_to(ours: Tenant) -> None:
    file = await ours.rest.upload(pdf_of(), classify_seconds="30")
    assert (file["category"], file["tags"]) == ("water", ["invoice::water"])
    assert (await ours.rest.upload(pdf_of(), "again.pdf"))["category"] is None


async def test_budget_that_runs_out_answers_what_is_known(system: System, ours: Tenant) -> None:
    with system.jobs_held():
        file = await ours.rest.upload(pdf_of(), classify_seconds="0.001")
    assert (file["status"], file["processing_status"], file["category"]) == ("uploaded", "pending", None)


async def test_document_that_cannot_be_read_is_not_waited_for(ours: Tenant) -> None:
    file = await ours.rest.upload(b"%PDF-1.7 and nothing more", classify_seconds="30")
    assert (file["processing_status"], file["error"]["code"]) == ("failed", "CORRUPT_DOCUMENT")


@pytest.mark.parametrize("seconds", ["-1", "31", "soon"])
async def test_budget_is_0_to_30_seconds(ours: Tenant, seconds: str) -> None:
    form = aiohttp.FormData({"classify_seconds": seconds})
    form.add_field("file", b"bytes", filename="a.bin")
    assert set((await ours.rest("POST", "/v1/files/upload", data=form)).fields()) == {"classify_seconds"}
