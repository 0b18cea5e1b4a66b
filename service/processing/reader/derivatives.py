"""Stage 2: files made from the document."""

import io
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from service.domain.files import FileType
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.images import open_frames
from service.processing.reader.model import Derivative, DocumentKind, Inspection, Limits
from service.processing.reader.optimizing import optimize

THUMBNAIL_EDGE = 400


def derive(path: Path, inspection: Inspection, limits: Limits) -> list[Derivative]:
    """The pictures of a document: a WebP thumbnail of its first page; none for tables and plain text."""
    if inspection.kind is DocumentKind.PDF:
        return [_thumbnail(render_page(path, 0, THUMBNAIL_EDGE))]
    if inspection.kind is DocumentKind.IMAGE:
        return [_thumbnail(open_frames(path, limits.max_pixels, 1)[0])]
    return []


def make(kind: FileType, path: Path, inspection: Inspection, limits: Limits, output: Path) -> str | None:
    """Write one derivative of a document to `output`; answers its media type, or None when its kind has none.

    Raises ReadingFailedError: CORRUPT_DOCUMENT, DOCUMENT_TOO_COMPLEX.
    """
    if kind is FileType.OPTIMIZED:
        return optimize(path, inspection, limits, output)
    for thumbnail in derive(path, inspection, limits):
        output.write_bytes(thumbnail.content)
        return thumbnail.mime_type
    return None


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
