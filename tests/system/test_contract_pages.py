"""Pictures of pages, with boxes around the places that values were read from."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageChops

from service.domain.ids import new_id
from tests.processing.papers import pdf_of, picture
from tests.system.given import READINGS
from tests.system.support import Reply, Tenant, read, reading_of

POINTS_OF_A4 = 841.89


def seen(reply: Reply) -> Image.Image:
    assert (reply.status, reply.headers["content-type"]) == (200, "image/png"), reply.body[:300]
    return Image.open(io.BytesIO(reply.body)).convert("RGB")


def changed(one: Image.Image, other: Image.Image, box: dict[str, Any], margin: float) -> bool:
    scale = max(one.size) / POINTS_OF_A4
    x0, y0, x1, y1 = (float(box[name]) for name in ("x0", "y0", "x1", "y1"))
    place = ((x0 - margin) * scale, (y0 - margin) * scale, (x1 + margin) * scale, (y1 + margin) * scale)
    return ImageChops.difference(one, other).crop(place).getbbox() is not None


async def test_page_shows_a_box_where_each_value_was_read(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "bill.pdf")
    await read(ours.rest, made["id"])
    reading = await reading_of(ours.rest, made["id"])
    page = f"{READINGS}/{reading['id']}/pages/1.png"
    plain, boxed = seen(await ours.rest("GET", page)), seen(await ours.rest("GET", f"{page}?evidence=true"))
    assert max(boxed.size) == 1600
    evidence = (await ours.rest.get(f"{READINGS}/{reading['id']}/evidence"))["items"]
    boxes = [entry["box"] for entry in evidence if entry["box"]]
    assert len(boxes) >= 5
    assert all(changed(plain, boxed, box, margin=2) for box in boxes)
    assert not changed(plain, boxed, {"x0": 0, "y0": 400, "x1": 595, "y1": 841}, margin=0)

    by_file = await ours.rest("GET", f"/v1/files/{made['id']}/pages/1.png?evidence=true")
    assert seen(by_file).tobytes() == boxed.tobytes()


async def test_page_of_a_picture_is_shown_before_there_is_a_reading(ours: Tenant) -> None:
    made = await ours.rest.upload(picture("TIFF"), "scan.tif", "image/tiff")
    for number in (1, 2):
        assert seen(await ours.rest("GET", f"/v1/files/{made['id']}/pages/{number}.png?evidence=true")).size == (40, 30)


@pytest.mark.parametrize(
    ("content", "name", "page", "said"),
    [
        (pdf_of(), "a.pdf", "2.png", "ask for 1.png"),
        (pdf_of(), "a.pdf", "0.png", "ask for 1.png"),
        (picture("TIFF"), "a.tif", "3.png", "ask for 1.png to 2.png"),
        (b"a;b;c\n1;2;3\n", "a.csv", "1.png", "only PDF and pictures"),
    ],
)
async def test_page_that_is_not_there_is_404_and_says_which_are(
    ours: Tenant, content: bytes, name: str, page: str, said: str
) -> None:
    made = await ours.rest.upload(content, name)
    reply = await ours.rest("GET", f"/v1/files/{made['id']}/pages/{page}")
    assert reply.error() == (404, "PAGE_NOT_FOUND")
    assert said in reply.json["message"]


async def test_page_of_what_is_not_there_or_broken_says_so(ours: Tenant) -> None:
    assert (await ours.rest("GET", f"{READINGS}/{new_id()}/pages/1.png")).error() == (404, "READING_NOT_FOUND")
    assert (await ours.rest("GET", f"/v1/files/{new_id()}/pages/1.png")).error() == (404, "FILE_NOT_FOUND")
    assert "page" in (await ours.rest("GET", f"/v1/files/{new_id()}/pages/1.jpg")).fields()
    broken = await ours.rest.upload(b"%PDF-1.7 and nothing more", "broken.pdf")
    assert (await ours.rest("GET", f"/v1/files/{broken['id']}/pages/1.png")).error() == (400, "CORRUPT_DOCUMENT")
    await ours.rest.ok("DELETE", f"/v1/files/{broken['id']}")
    assert (await ours.rest("GET", f"/v1/files/{broken['id']}/pages/1.png")).error() == (409, "FILE_HAS_NO_CONTENT")


async def test_page_comes_in_parts_and_only_when_it_changed(ours: Tenant) -> None:
    made = await ours.rest.upload(pdf_of(), "bill.pdf")
    path = f"/v1/files/{made['id']}/pages/1.png"
    whole = await ours.rest("GET", path)
    part = await ours.rest("GET", path, headers={"range": "bytes=1-3"})
    assert (part.status, part.body) == (206, b"PNG")
    again = await ours.rest("GET", path, headers={"if-none-match": whole.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
