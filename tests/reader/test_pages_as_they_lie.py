"""Pages on their side, askew, upside down and photographed are read, with boxes where they show the words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy
import pytest
from PIL import Image

from service.domain.category import Category
from service.domain.evidence import Box
from service.domain.reading import Track
from service.processing.reader.document import read_items
from service.processing.reader.geometry import PlaneMap, turned
from service.processing.reader.inspection import inspect
from service.processing.reader.model import Classification, Limits, Page, pages_from_json, pages_to_json
from service.processing.reader.ocr import recognise
from service.processing.reader.sheets import flatten
from service.processing.reader.text import extract_text
from tests.documents.canvas import Sheet, picture

pytestmark = pytest.mark.long

_DPI = 110
_POINTS = 72 / _DPI


def _slip() -> Image.Image:
    sheet = Sheet()
    rows = [
        ("Hierros del Norte, S.A.", "B64717838"),
        ("FACTURA", "2023/50906"),
        ("Fecha de la factura", "31/12/2023"),
        ("Base imponible", "1.035,59 EUR"),
        ("IVA 21%", "217,47 EUR"),
        ("TOTAL FACTURA", "1.253,06 EUR"),
    ]
    for row, (label, value) in enumerate(rows):
        sheet.text(40, 50 + 26 * row, label, size=13)
        sheet.right(340, 50 + 26 * row, value, size=13)
    return picture(sheet.finish(), _DPI).crop((0, 0, 600, 400))


def _askew(degrees: float) -> Callable[[Image.Image], Image.Image]:
    return lambda slip: slip.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def _photographed(slip: Image.Image) -> Image.Image:
    """On a dark table, from the side, with the light falling off to the left, and noise."""
    width, height = 900, 700
    corners = numpy.array([[0, 0], [slip.width, 0], [slip.width, slip.height], [0, slip.height]], numpy.float32)
    seen = numpy.array([[130, 90], [760, 60], [830, 590], [70, 520]], numpy.float32)
    view = cv2.warpPerspective(
        numpy.asarray(slip),
        cv2.getPerspectiveTransform(corners, seen),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderValue=(70, 55, 45),
    )
    light = numpy.linspace(0.6, 1.0, width)[None, :, None]
    noise = numpy.random.default_rng(7).normal(0, 4, view.shape)
    return Image.fromarray(numpy.clip(view * light + noise, 0, 255).astype(numpy.uint8))


def _with_exif(slip: Image.Image) -> tuple[Image.Image, Image.Exif]:
    exif = Image.Exif()
    exif[0x0112] = 6
    return slip.rotate(90, expand=True), exif


def _page(image: Image.Image, folder: Path, exif: Image.Exif | None = None) -> Page:
    path = folder / "slip.png"
    image.save(path, dpi=(_DPI, _DPI), exif=exif or Image.Exif())
    (page,) = extract_text(path, inspect(path, Limits(), file_name=path.name, declared_type=None), Limits())
    return page


def _pixels(box: Box) -> tuple[int, int, int, int]:
    return (round(box.x0 / _POINTS), round(box.y0 / _POINTS), round(box.x1 / _POINTS), round(box.y1 / _POINTS))


@pytest.mark.parametrize(
    "lay", [_askew(0), _askew(90), _askew(180), _askew(270), _askew(-6), _askew(97), _photographed]
)
def test_page_is_read_however_it_lies(tmp_path: Path, lay: Callable[[Image.Image], Image.Image]) -> None:
    shown = lay(_slip())
    page = _page(shown, tmp_path)
    text = " ".join(word.text for word in page.words)
    for wanted in ("B64717838", "2023/50906", "31/12/2023", "1.253,06"):
        assert wanted in text
    reading = read_items(Classification(Category.INVOICE, 0.9), pages_from_json(pages_to_json([page])), Track.DEFAULT)
    assert str(reading.items[0]["total_amount"]) == "1253.06"
    total = next(entry for entry in reading.evidence if entry.field == "total_amount")
    assert total.box is not None
    grown = Box(total.box.x0 - 3, total.box.y0 - 3, total.box.x1 + 3, total.box.y1 + 3)
    again = _page(shown.crop(_pixels(grown)), tmp_path)
    assert "253,06" in "".join(word.text for word in again.words)


def test_stored_orientation_of_a_photograph_is_followed(tmp_path: Path) -> None:
    turned_picture, exif = _with_exif(_slip())
    page = _page(turned_picture, tmp_path, exif)
    assert page.rotation == 0
    assert "1.253,06" in " ".join(word.text for word in page.words)


def test_notes_say_how_the_page_lay(tmp_path: Path) -> None:
    page = _page(_askew(-6)(_slip()), tmp_path)
    (note,) = page.notes
    words = note.split()
    assert words[:5] == ["the", "page", "was", "askew", "by"]
    assert float(words[5]) == pytest.approx(6, abs=0.5)


def test_picture_of_a_line_is_no_sheet_and_no_trouble() -> None:
    picture = numpy.full((100_000, 1, 3), 255, numpy.uint8)
    assert flatten(picture) is None
    assert recognise(Image.fromarray(picture), 1.0).words == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turning_on_to_a_whole_circle_goes_back(turn: int) -> None:
    box = Box(10, 20, 60, 35)
    size = (300.0, 200.0) if turn in (0, 180) else (200.0, 300.0)
    assert turned(turned(box, turn, 300, 200), (360 - turn) % 360, *size) == box


def test_maps_are_done_one_after_the_other() -> None:
    both = PlaneMap.scaling(2).after(PlaneMap.turning(90, (0, 0)))
    assert both.point((1, 0)) == pytest.approx((0, 2))
