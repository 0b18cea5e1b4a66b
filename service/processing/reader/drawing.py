"""A picture of one page, with boxes around the places that values were read from."""

from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageColor, ImageDraw

from service.domain.documents import DrawnPage
from service.domain.evidence import Box
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.derivatives import render_page
from service.processing.reader.images import frames_of, resolution_of
from service.processing.reader.model import DocumentKind, Inspection, Limits

LONGEST_EDGE = 1600
_MARGIN_PIXELS = 2
_LINE_PIXELS = 2
_FILL_OPACITY = 40
_COLOURS = {"general-reader": "#1f77b4", "learned": "#2ca02c", "language-model": "#9467bd"}
_OTHER_COLOUR = "#ff7f0e"


def draw(path: Path, inspection: Inspection, page: DrawnPage, limits: Limits, output: Path) -> int:
    """Write a page to `output` as PNG, its longest edge 1,600 pixels at most.

    Answers how many pages can be drawn, 0 for tables and plain text; nothing is written when there is no such page.
    Raises ReadingFailedError: CORRUPT_DOCUMENT, DOCUMENT_TOO_COMPLEX.
    """
    if inspection.kind not in (DocumentKind.PDF, DocumentKind.IMAGE):
        return 0
    if not 1 <= page.number <= inspection.page_count:
        return inspection.page_count
    if inspection.kind is DocumentKind.PDF:
        picture, points = _pdf_page(path, page.number)
    else:
        picture, points = _frame(path, page.number, limits)
    _mark(picture, points, page).save(output, "PNG")
    return inspection.page_count


def _pdf_page(path: Path, number: int) -> tuple[Image.Image, float]:
    """The page, and how many points one of its pixels has."""
    picture = render_page(path, number - 1, LONGEST_EDGE)
    document = pdfium.PdfDocument(path)
    try:
        width, height = document.get_page_size(number - 1)
    finally:
        document.close()
    return picture, max(width, height, 1.0) / max(picture.size)


def _frame(path: Path, number: int, limits: Limits) -> tuple[Image.Image, float]:
    for place, frame in enumerate(frames_of(path, limits.max_pixels, number), start=1):
        if place == number:
            points = 72.0 / resolution_of(frame)
            shrunk = frame.copy()
            shrunk.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            return shrunk, points * frame.width / shrunk.width
    raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, f"page {number} is damaged")


def _mark(picture: Image.Image, points: float, page: DrawnPage) -> Image.Image:
    layer = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(layer)
    for producer, box in page.boxes:
        red, green, blue = ImageColor.getrgb(_COLOURS.get(producer, _OTHER_COLOUR))[:3]
        place = _pixels(box, points, picture.size)
        if place is not None:
            pen.rectangle(place, (red, green, blue, _FILL_OPACITY), (red, green, blue, 255), _LINE_PIXELS)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _pixels(box: Box, points: float, size: tuple[int, int]) -> tuple[float, float, float, float] | None:
    """A box in pixels, a little larger so that its line doesn't cover the text; None outside of the page."""
    x0, y0 = max(0.0, box.x0 / points - _MARGIN_PIXELS), max(0.0, box.y0 / points - _MARGIN_PIXELS)
    x1 = min(size[0] - 1.0, box.x1 / points + _MARGIN_PIXELS)
    y1 = min(size[1] - 1.0, box.y1 / points + _MARGIN_PIXELS)
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
