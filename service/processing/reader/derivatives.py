"""Stage 2: pictures made from the document."""

import io
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.images import open_frames
from service.processing.reader.model import Derivative, DocumentKind, Inspection, Limits

THUMBNAIL_EDGE = 400


def derive(path: Path, inspection: Inspection, limits: Limits) -> list[Derivative]:
    """The derivatives of a document: a WebP thumbnail of its first page; none for tables and plain text."""
    if inspection.kind is DocumentKind.PDF:
        return [_thumbnail(render_page(path, 0, THUMBNAIL_EDGE))]
    if inspection.kind is DocumentKind.IMAGE:
        return [_thumbnail(open_frames(path, limits.max_pixels, 1)[0])]
    return []


def render_page(path: Path, index: int, longest_edge: int) -> Image.Image:
    """Render one PDF page (`index` from 0) so that its longest edge has that many pixels."""
    try:
        document = pdfium.PdfDocument(path)
        try:
            page = document[index]
            width, height = page.get_size()
            scale = longest_edge / max(width, height, 1.0)
            image: Image.Image = page.render(scale=scale, draw_annots=True).to_pil().convert("RGB")
            return image
        finally:
            document.close()
    except pdfium.PdfiumError:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, f"page {index + 1} cannot be drawn") from None


def _thumbnail(image: Image.Image) -> Derivative:
    small = image.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    stream = io.BytesIO()
    small.save(stream, "WEBP", quality=80, method=4)
    return Derivative("thumbnail", "image/webp", stream.getvalue(), small.width, small.height)
