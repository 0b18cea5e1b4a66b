"""What a file is, and what is refused before it is opened."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.pdfgen import canvas  # type: ignore[import-untyped]

from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.derivatives import derive
from service.processing.reader.inspection import inspect
from service.processing.reader.model import DocumentKind, Limits
from service.processing.reader.text import extract_text
from tests.documents.canvas import Sheet
from tests.documents.sheets import as_csv, as_xlsx

LIMITS = Limits()


def _write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _pdf(pages: int = 1) -> bytes:
    sheet = Sheet()
    for _ in range(pages - 1):
        sheet.text(40, 40, "a page")
        sheet.next_page()
    sheet.text(40, 40, "the last page")
    return sheet.finish()


def _image(image_format: str, size: tuple[int, int] = (60, 40)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, image_format)
    return stream.getvalue()


def _reason(folder: Path, name: str, content: bytes, limits: Limits = LIMITS) -> FailureReason:
    with pytest.raises(ReadingFailedError) as caught:
        inspect(_write(folder, name, content), limits, file_name=name)
    return caught.value.reason


@pytest.mark.parametrize(
    ("name", "content", "kind", "mime_type"),
    [
        ("a.pdf", _pdf(), DocumentKind.PDF, "application/pdf"),
        ("wrong.png", _pdf(), DocumentKind.PDF, "application/pdf"),
        ("a.png", _image("PNG"), DocumentKind.IMAGE, "image/png"),
        ("a.jpg", _image("JPEG"), DocumentKind.IMAGE, "image/jpeg"),
        ("a.webp", _image("WEBP"), DocumentKind.IMAGE, "image/webp"),
        ("a.tiff", _image("TIFF"), DocumentKind.IMAGE, "image/tiff"),
        ("a.csv", as_csv([["a", "b"], ["1", "2"]], ";", "utf-8"), DocumentKind.CSV, "text/csv"),
        ("noname", as_csv([["a", "b", "c"], ["1", "2", "3"]], ",", "utf-8"), DocumentKind.CSV, "text/csv"),
        ("a.txt", b"plain words\nin lines", DocumentKind.TEXT, "text/plain"),
    ],
)
def test_type_is_told_from_the_bytes(
    name: str, content: bytes, kind: DocumentKind, mime_type: str, tmp_path: Path
) -> None:
    inspection = inspect(_write(tmp_path, name, content), LIMITS, file_name=name)
    assert (inspection.kind, inspection.mime_type, inspection.size) == (kind, mime_type, len(content))
    assert len(inspection.sha256) == 64


def test_xlsx_and_page_count(tmp_path: Path) -> None:
    book = inspect(_write(tmp_path, "a.xlsx", as_xlsx([["a"], [1]])), LIMITS)
    assert book.kind is DocumentKind.XLSX
    assert inspect(_write(tmp_path, "three.pdf", _pdf(3)), LIMITS).page_count == 3


def test_another_declared_type_is_noted(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.pdf", _pdf())
    assert inspect(path, LIMITS, declared_type="application/pdf; version=1.4").notes == ()
    assert inspect(path, LIMITS, declared_type="image/png").notes == ("declared as image/png, is application/pdf",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FailureReason.EMPTY_DOCUMENT),
        (b"MZ\x90\x00" + bytes(500), FailureReason.UNSUPPORTED_TYPE),
        (random.Random(1).randbytes(4000), FailureReason.UNSUPPORTED_TYPE),
        (b"%PDF-1.7\n%%EOF", FailureReason.CORRUPT_DOCUMENT),
        (b"PK\x03\x04" + bytes(100), FailureReason.CORRUPT_DOCUMENT),
        (_image("PNG")[:40], FailureReason.CORRUPT_DOCUMENT),
        (b"<?xml version='1.0'?><a/>", FailureReason.UNSUPPORTED_TYPE),
    ],
)
def test_what_cannot_be_read_has_its_reason(content: bytes, reason: FailureReason, tmp_path: Path) -> None:
    assert _reason(tmp_path, "document", content) is reason


def test_a_pdf_with_a_password_is_encrypted(tmp_path: Path) -> None:
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, encrypt=StandardEncryption("secret", canPrint=0))
    sheet.drawString(40, 400, "hidden")
    sheet.save()
    assert _reason(tmp_path, "a.pdf", stream.getvalue()) is FailureReason.ENCRYPTED_PDF


def test_bounds_are_kept(tmp_path: Path) -> None:
    assert _reason(tmp_path, "a.pdf", _pdf(4), Limits(max_pages=3)) is FailureReason.DOCUMENT_TOO_COMPLEX
    assert _reason(tmp_path, "b.pdf", _pdf(), Limits(max_bytes=100)) is FailureReason.DOCUMENT_TOO_LARGE
    huge = _image("PNG", (4000, 4000))
    assert _reason(tmp_path, "c.png", huge, Limits(max_pixels=1_000_000)) is FailureReason.DOCUMENT_TOO_COMPLEX


def test_a_workbook_bomb_is_not_unpacked(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    assert _reason(tmp_path, "bomb.xlsx", stream.getvalue()) is FailureReason.DOCUMENT_TOO_COMPLEX


def test_an_archive_that_is_no_workbook_is_not_supported(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert _reason(tmp_path, "a.zip", stream.getvalue()) is FailureReason.UNSUPPORTED_TYPE


def test_a_picture_is_shown_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 100), "white")
    exif = image.getexif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    stream = io.BytesIO()
    image.save(stream, "JPEG", exif=exif)
    path = _write(tmp_path, "a.jpg", stream.getvalue())
    (thumbnail,) = derive(path, inspect(path, LIMITS), LIMITS)
    assert thumbnail.height > thumbnail.width


def test_a_table_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.csv", as_csv([["x", "y", "z"]] * 50, ";", "utf-8"))
    limits = Limits(max_cells=100)
    with pytest.raises(ReadingFailedError) as caught:
        extract_text(path, inspect(path, limits, file_name="a.csv"), limits)
    assert caught.value.reason is FailureReason.DOCUMENT_TOO_COMPLEX


def test_a_blank_page_is_empty(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.pdf", Sheet().finish())
    with pytest.raises(ReadingFailedError) as caught:
        extract_text(path, inspect(path, LIMITS), LIMITS)
    assert caught.value.reason is FailureReason.EMPTY_DOCUMENT


def test_workbook_is_read_whatever_its_file_is_called(tmp_path: Path) -> None:
    path = _write(tmp_path, "document", as_xlsx([["Factura", "kWh"], ["F-1", "12"]]))
    inspection = inspect(path, LIMITS, file_name="bill.xlsx")
    assert extract_text(path, inspection, LIMITS)[0].rows[1] == ("F-1", "12")
