"""Stage 3: the words of every page, from the text layer when it is good, else by OCR."""

from dataclasses import replace
from pathlib import Path

from PIL import Image

from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader import tables
from service.processing.reader.derivatives import render_page
from service.processing.reader.images import open_frames, resolution_of
from service.processing.reader.model import DocumentKind, Inspection, Limits, Page, TextSource
from service.processing.reader.pdf_text import PdfPage, read_text_layer
from service.processing.reader.structured.archive import read_archive
from service.processing.reader.structured.embedded import embedded_part
from service.processing.reader.structured.formats import HEAD_BYTES, format_of, read_structured

_OCR_EDGE = 1800
#: Pixels of a picture's shorter edge above which more don't make it more legible.
_ENOUGH_PIXELS = 1600


def extract_text(path: Path, inspection: Inspection, limits: Limits) -> list[Page]:
    """The pages of a document with their words.

    Raises ReadingFailedError: CORRUPT_DOCUMENT, DOCUMENT_TOO_COMPLEX, EMPTY_DOCUMENT when no page has a word.
    """
    match inspection.kind:
        case DocumentKind.PDF:
            pages = _pdf_pages(path, limits)
        case DocumentKind.IMAGE:
            pages = _image_pages(path, limits)
        case DocumentKind.CSV:
            pages = [tables.read_csv(path, limits)]
        case DocumentKind.XLSX:
            pages = tables.read_xlsx(path, limits)
        case DocumentKind.TEXT:
            pages = tables.read_text(path, limits)
        case DocumentKind.STRUCTURED:
            return [_structured_page(path)]
    if not any(page.words or page.structured for page in pages):
        raise ReadingFailedError(FailureReason.EMPTY_DOCUMENT, "no text was found on any page")
    return pages


def _structured_page(path: Path) -> Page:
    """The one page of a structured document: it has no words, only what the document says."""
    data = path.read_bytes()
    form = format_of(data[:HEAD_BYTES])
    if form is None and not data.startswith(b"PK"):
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the document is not of the format that it began with")
    part = read_structured(data, form) if form is not None else read_archive(path)
    return Page(1, 0.0, 0.0, TextSource.STRUCTURED, (), notes=part.notes, structured=part)


def _pdf_pages(path: Path, limits: Limits) -> list[Page]:
    pages = _printed_pages(path, limits)
    part, notes = embedded_part(path, limits)
    if pages:
        notes += part.notes if part else ()
        pages[0] = replace(pages[0], structured=part, notes=(*pages[0].notes, *notes))
    return pages


def _printed_pages(path: Path, limits: Limits) -> list[Page]:
    pages, recognised = [], 0
    for number, layer in enumerate(read_text_layer(path, limits), start=1):
        if layer.needs_ocr and recognised < limits.max_ocr_pages and layer.width > 0:
            recognised += 1
            pages.append(_ocr_pdf_page(path, number, layer))
            continue
        source = TextSource.TEXT_LAYER if layer.words else TextSource.NONE
        notes = (f"{layer.needs_ocr}: the page was not recognised",) if layer.needs_ocr else ()
        pages.append(Page(number, layer.width, layer.height, source, layer.words, rotation=layer.turn, notes=notes))
    return pages


def _ocr_pdf_page(path: Path, number: int, layer: PdfPage) -> Page:
    long_edge = max(layer.width, layer.height)
    short_edge = max(min(layer.width, layer.height), 1.0)
    # A till slip scanned as one long page needs more pixels than a sheet of A4 to keep its letters legible.
    edge = round(min(4000.0, max(_OCR_EDGE, long_edge / short_edge * 700)))
    image = render_page(path, number - 1, edge).rotate(layer.turn, expand=True)
    points = long_edge / max(image.size)
    if layer.kept:
        return _completed(image, points, number, layer)
    return _recognised(image, points, number, (f"{layer.needs_ocr}: the page was recognised",))


def _completed(image: Image.Image, points_per_pixel: float, number: int, layer: PdfPage) -> Page:
    """The words of a text layer, and with them what the page shows where the layer has none."""
    from service.processing.reader.ocr import recognise_rest  # noqa: PLC0415

    added = recognise_rest(image, points_per_pixel, [word.box for word in layer.kept])
    source = TextSource.TEXT_LAYER if len(layer.kept) >= len(added) else TextSource.OCR
    note = f"{layer.needs_ocr}: its words were kept, {len(added)} recognised ones added"
    return Page(number, layer.width, layer.height, source, (*layer.kept, *added), rotation=layer.turn, notes=(note,))


def _image_pages(path: Path, limits: Limits) -> list[Page]:
    frames = open_frames(path, limits.max_pixels, limits.max_ocr_pages, enough=_ENOUGH_PIXELS)
    return [_recognised(image, 72.0 / resolution_of(image), number) for number, image in enumerate(frames, start=1)]


def _recognised(image: Image.Image, points_per_pixel: float, number: int, notes: tuple[str, ...] = ()) -> Page:
    from service.processing.reader.ocr import recognise  # noqa: PLC0415

    found = recognise(image, points_per_pixel)
    return Page(
        number,
        found.width,
        found.height,
        TextSource.OCR,
        found.words,
        rotation=found.turn,
        notes=(*notes, *found.notes),
        straightened=found.straightened.matrix if found.straightened else (),
    )
