"""Stage 2: a version of the document that is quick to send and that every browser shows. The original is kept."""

import io
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from service.domain.content_type import PDF
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.images import frames_of, open_frames, resolution_of
from service.processing.reader.model import DocumentKind, Inspection, Limits

LONG_EDGE = 2000
_WEBP = "image/webp"
_QUALITY = 80
# A till slip of 600 × 8,000 pixels would be unreadable at a long edge of 2,000.
_SHORT_EDGE = 1000
# https://developers.google.com/speed/webp/faq#what_is_the_maximum_size_a_webp_image_can_be
_WEBP_EDGE = 16_383
# A4 at 200 dots per inch: pictures inside a PDF are seen page by page, and zoomed.
_PAGE_EDGE = 2400
_WORTHWHILE_BYTES = 64 * 1024
_WORTHWHILE_RATIO = 0.8
# Pictures that haven't had their turn by then stay as they are.
_SHRINK_SECONDS = 20.0
_COLOURS = {"/DeviceRGB": "RGB", "/DeviceGray": "L"}
_ICC_COLOURS = {3: "RGB", 1: "L"}


def optimize(path: Path, inspection: Inspection, limits: Limits, output: Path) -> str | None:
    """Write the optimized version of a document to `output`; answers its media type, None for tables and plain text.

    A PDF stays one: its large pictures are made smaller and its parts put in the order in which a browser shows them.
    A picture becomes a WebP of about 2,000 pixels, upright; a TIFF of several pages a PDF.

    Raises ReadingFailedError: CORRUPT_DOCUMENT, DOCUMENT_TOO_COMPLEX, ENCRYPTED_PDF.
    """
    match inspection.kind:
        case DocumentKind.PDF:
            _optimize_pdf(path, inspection.page_count, limits, output)
            return PDF
        case DocumentKind.IMAGE if inspection.page_count > 1:
            _bind(frames_of(path, limits.max_pixels, limits.max_pages), inspection.page_count, output)
            return PDF
        case DocumentKind.IMAGE:
            picture = _fitted(open_frames(path, limits.max_pixels, 1)[0])
            picture.save(output, "WEBP", quality=_QUALITY, method=3)
            return _WEBP
        case _:
            return None


def _optimize_pdf(path: Path, page_count: int, limits: Limits, output: Path) -> None:
    try:
        with pikepdf.open(path) as pdf:
            _shrink_pictures(pdf, limits)
            _save(pdf, output)
    except pikepdf.PasswordError:
        # Some have attachments alone encrypted.
        raise ReadingFailedError(FailureReason.ENCRYPTED_PDF, "the PDF needs a password") from None
    except pikepdf.PdfError:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the PDF cannot be written anew") from None
    # Damaged files are mended on the way, and two menders may differ on what is a page.
    if _pages_of(output) != page_count:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the PDF would lose pages when written anew")


def _save(pdf: pikepdf.Pdf, output: Path) -> None:
    pdf.save(
        output,
        linearize=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        # The same document gives the same bytes.
        deterministic_id=True,
    )


def _pages_of(path: Path) -> int:
    try:
        document = pdfium.PdfDocument(path)
        try:
            return len(document)
        finally:
            document.close()
    except pdfium.PdfiumError:
        return 0


def _shrink_pictures(pdf: pikepdf.Pdf, limits: Limits) -> None:
    until = time.process_time() + _SHRINK_SECONDS
    seen = set()
    for page in pdf.pages:
        for picture in page.get_images().values():
            if time.process_time() > until:
                return
            if isinstance(picture, pikepdf.Stream) and picture.objgen not in seen:
                seen.add(picture.objgen)
                _shrink(picture, limits)


def _shrink(picture: pikepdf.Stream, limits: Limits) -> None:
    """Make a picture a smaller JPEG, if it is of a kind that can be and if that saves something."""
    mode, size = _mode_of(picture), len(picture.read_raw_bytes())
    width, height = int(picture.get("/Width", 0)), int(picture.get("/Height", 0))
    if mode is None or size < _WORTHWHILE_BYTES or not 0 < width * height <= limits.max_pixels:
        return
    if max(width, height) <= _PAGE_EDGE and picture.get("/Filter") == "/DCTDecode":
        return
    try:
        image = pikepdf.PdfImage(picture).as_pil_image()
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError, TypeError, KeyError, AttributeError):
        return
    # A picture with a soft mask comes with its transparency, which stays in the mask.
    if image.mode not in (mode, f"{mode}A"):
        return
    image = image.convert(mode)
    image.thumbnail((_PAGE_EDGE, _PAGE_EDGE))
    data = _jpeg(image)
    if len(data) > size * _WORTHWHILE_RATIO:
        return
    picture.write(data, filter=pikepdf.Name.DCTDecode)
    picture.Width, picture.Height = image.size


def _mode_of(picture: pikepdf.Stream) -> str | None:
    """Pillow's mode of a picture that a JPEG can stand for; None for masks, palettes and other rare kinds."""
    if picture.get("/BitsPerComponent") != 8 or any(name in picture for name in ("/ImageMask", "/Mask", "/Decode")):
        return None
    if "/Matte" in picture.get("/SMask", {}):
        return None
    colours = picture.get("/ColorSpace")
    if isinstance(colours, pikepdf.Array) and len(colours) == 2 and colours[0] == "/ICCBased":
        return _ICC_COLOURS.get(int(colours[1].get("/N", 0)))
    return _COLOURS.get(str(colours)) if isinstance(colours, pikepdf.Name) else None


def _bind(frames: Iterator[Image.Image], page_count: int, output: Path) -> None:
    """Make a PDF of pictures, a page of each."""
    with pikepdf.new() as pdf:
        for frame in frames:
            points = 72.0 / resolution_of(frame)
            size = (round(frame.width * points, 2), round(frame.height * points, 2))
            page = pdf.add_blank_page(page_size=size)
            name = page.add_resource(_page_picture(pdf, frame), pikepdf.Name.XObject, prefix="Im")
            page.contents_add(f"q {size[0]} 0 0 {size[1]} 0 0 cm {name} Do Q".encode())
        if len(pdf.pages) != page_count:
            raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the image has pages that are damaged")
        _save(pdf, output)


def _page_picture(pdf: pikepdf.Pdf, frame: Image.Image) -> pikepdf.Stream:
    colours = frame.getcolors(2)
    picture = pikepdf.Stream(pdf, b"")
    if colours is not None and {colour for _, colour in colours} <= {(0, 0, 0), (255, 255, 255)}:
        # Faxes: a JPEG of black on white is larger, and has halos.
        frame = frame.convert("1", dither=Image.Dither.NONE)
        picture.write(zlib.compress(frame.tobytes(), 9), filter=pikepdf.Name.FlateDecode)
        picture.BitsPerComponent, picture.ColorSpace = 1, pikepdf.Name.DeviceGray
    else:
        frame.thumbnail((_PAGE_EDGE, _PAGE_EDGE))
        picture.write(_jpeg(frame), filter=pikepdf.Name.DCTDecode)
        picture.BitsPerComponent, picture.ColorSpace = 8, pikepdf.Name.DeviceRGB
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height = frame.size
    return picture


def _fitted(image: Image.Image) -> Image.Image:
    long, short = max(image.size), min(image.size)
    scale = min(1.0, max(LONG_EDGE / long, _SHORT_EDGE / short), _WEBP_EDGE / long)
    if scale == 1.0:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, optimize=True, progressive=False)
    return stream.getvalue()
