"""Stage 1: what a file is, and whether it can be opened within the limits."""

import hashlib
import warnings
import zipfile
import zlib
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

from service.domain.content_type import HEAD_BYTES, RASTER_TYPES, looks_like_text, sniff
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.images import enable_heif
from service.processing.reader.model import DocumentKind, Inspection, Limits
from service.processing.reader.structured.archive import ZIP, is_archive
from service.processing.reader.structured.formats import HEAD_BYTES as STRUCTURED_HEAD_BYTES
from service.processing.reader.structured.formats import format_of
from service.processing.reader.structured.signed import is_signed

_IMAGE_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "HEIF": "image/heic",
}
# Pillow opens an MPO (a JPEG of several pictures) through its JPEG reader.
_FORMATS = [name for name in _IMAGE_TYPES if name != "MPO"]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Signatures of what is refused by name instead of being taken for text.
_REFUSED = {
    b"MZ": "a Windows program",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xd0\xcf\x11\xe0": "an old binary Office file",
    b"{\\rtf": "an RTF text",
}


def inspect(path: Path, limits: Limits, *, file_name: str = "", declared_type: str | None = None) -> Inspection:
    """Size, digest, sniffed type and page count of a file.

    Raises ReadingFailedError: EMPTY_DOCUMENT, DOCUMENT_TOO_LARGE, UNSUPPORTED_TYPE, ENCRYPTED_PDF, CORRUPT_DOCUMENT,
    DOCUMENT_TOO_COMPLEX.
    """
    size = path.stat().st_size
    if size == 0:
        raise ReadingFailedError(FailureReason.EMPTY_DOCUMENT, "the file has no bytes")
    if size > limits.max_bytes:
        raise ReadingFailedError(
            FailureReason.DOCUMENT_TOO_LARGE, f"the file has {size} bytes; at most {limits.max_bytes} are read"
        )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        head = stream.read(HEAD_BYTES)
    kind, mime_type, page_count = _sniff(path, head, file_name, size, limits)
    notes = []
    if declared_type and declared_type.split(";")[0].strip().lower() != mime_type:
        notes.append(f"declared as {declared_type[:100]}, is {mime_type}")
    return Inspection(kind, mime_type, size, digest, page_count, declared_type, tuple(notes))


def _sniff(path: Path, head: bytes, file_name: str, size: int, limits: Limits) -> tuple[DocumentKind, str, int]:
    if b"%PDF-" in head[:1024]:
        return DocumentKind.PDF, "application/pdf", _count_pdf_pages(path, limits)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        if _is_archive(path, limits):
            return DocumentKind.STRUCTURED, ZIP, 1
        _check_workbook(path, size, limits)
        return DocumentKind.XLSX, _XLSX, 1
    for signature, what in _REFUSED.items():
        if head.startswith(signature):
            raise ReadingFailedError(FailureReason.UNSUPPORTED_TYPE, f"the file is {what}, which is not read")
    if sniff(head) in RASTER_TYPES:
        mime_type, frames = _open_image(path, limits)
        return DocumentKind.IMAGE, mime_type, frames
    if is_signed(head) and not looks_like_text(head):
        return _sniff_signed(path, size, limits)
    return _sniff_text(path, head, file_name, size, limits)


def _sniff_signed(path: Path, size: int, limits: Limits) -> tuple[DocumentKind, str, int]:
    if size > limits.max_text_bytes:
        raise ReadingFailedError(FailureReason.DOCUMENT_TOO_LARGE, f"the signed document has {size} bytes")
    with path.open("rb") as stream:
        form = format_of(stream.read(STRUCTURED_HEAD_BYTES))
    if form is None:
        raise ReadingFailedError(
            FailureReason.UNSUPPORTED_TYPE, "what the signed envelope holds is of no kind that is read"
        )
    return DocumentKind.STRUCTURED, form.mime_type, 1


def _count_pdf_pages(path: Path, limits: Limits) -> int:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ReadingFailedError(FailureReason.ENCRYPTED_PDF, "the PDF needs a password") from None
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the PDF cannot be opened") from None
    try:
        count = len(document)
    finally:
        document.close()
    if count == 0:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the PDF has no page that can be read")
    if count > limits.max_pages:
        raise ReadingFailedError(
            FailureReason.DOCUMENT_TOO_COMPLEX, f"the PDF has {count} pages; at most {limits.max_pages} are read"
        )
    return count


def _is_archive(path: Path, limits: Limits) -> bool:
    """Whether a ZIP archive is read: one of structured documents. What else is wrong with it is told elsewhere."""
    try:
        return is_archive(path, limits.max_text_bytes)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, zlib.error):
        return False


def _check_workbook(path: Path, size: int, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the ZIP container is damaged") from None
    if not any(entry.filename.lstrip("/").lower() == "xl/workbook.xml" for entry in entries):
        raise ReadingFailedError(FailureReason.UNSUPPORTED_TYPE, "the file is a ZIP archive, but no XLSX workbook")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ReadingFailedError(FailureReason.UNSUPPORTED_TYPE, "the workbook is encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_unpacked_bytes or (unpacked > 1_000_000 and unpacked > size * limits.max_unpack_ratio):
        raise ReadingFailedError(
            FailureReason.DOCUMENT_TOO_COMPLEX, f"the workbook unpacks to {unpacked} bytes, more than is allowed"
        )


def _open_image(path: Path, limits: Limits) -> tuple[str, int]:
    enable_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_FORMATS) as image:
                width, height = image.size
                if width * height > limits.max_pixels:
                    raise ReadingFailedError(
                        FailureReason.DOCUMENT_TOO_COMPLEX,
                        f"the image has {width} × {height} pixels; at most {limits.max_pixels} are read",
                    )
                frames = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
                mime_type = _IMAGE_TYPES[str(image.format)]
    except Image.DecompressionBombError:
        raise ReadingFailedError(FailureReason.DOCUMENT_TOO_COMPLEX, "the image has too many pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, ArithmeticError, KeyError, IndexError, TypeError):
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the image is damaged") from None
    if frames > limits.max_pages:
        raise ReadingFailedError(FailureReason.DOCUMENT_TOO_COMPLEX, f"the image has {frames} pages")
    return mime_type, frames


def _sniff_text(path: Path, head: bytes, file_name: str, size: int, limits: Limits) -> tuple[DocumentKind, str, int]:
    if not looks_like_text(head):
        raise ReadingFailedError(FailureReason.UNSUPPORTED_TYPE, "the type of the file is not known")
    if size > limits.max_text_bytes:
        raise ReadingFailedError(FailureReason.DOCUMENT_TOO_LARGE, f"the text has {size} bytes")
    with path.open("rb") as stream:
        form = format_of(stream.read(STRUCTURED_HEAD_BYTES))
    if form is not None:
        return DocumentKind.STRUCTURED, form.mime_type, 1
    suffix = Path(file_name).suffix.lower()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<?xml", b"<!doctype", b"<html", b"<svg", b"<")):
        mime_type = "text/html" if b"html" in start else "application/xml"
        raise ReadingFailedError(
            FailureReason.UNSUPPORTED_TYPE,
            f"the file is {mime_type} of no kind that is read; known are electronic invoices, account reports, ATR F1 "
            "messages and Green Button feeds",
        )
    if suffix in (".csv", ".tsv") or (suffix not in (".txt", ".text") and _looks_tabular(head)):
        return DocumentKind.CSV, "text/csv", 1
    return DocumentKind.TEXT, "text/plain", 1


def _looks_tabular(head: bytes) -> bool:
    lines = [line for line in head.split(b"\n")[:20] if line.strip()]
    return len(lines) > 1 and any(
        min(line.count(separator) for line in lines[:-1] or lines) >= 2 for separator in (b";", b"\t", b",", b"|")
    )
