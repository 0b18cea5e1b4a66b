"""A text layer is used as far as it is good, and recognition adds or replaces the rest."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from service.domain.evidence import Box
from service.processing.reader.fonts import judged_by_font
from service.processing.reader.geometry import turned
from service.processing.reader.inspection import inspect
from service.processing.reader.model import Limits, Page, TextSource
from service.processing.reader.text import extract_text
from tests.documents.canvas import Sheet, picture

_LABELS = ("Factura", "Fecha de la factura", "Base imponible", "IVA 21%", "Total factura")
_VALUES = ("2023/50906", "31/12/2023", "1.035,59 EUR", "217,47 EUR", "1.253,06 EUR")


def _drawn(draw: Callable[[Canvas], None]) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(420, 300))
    canvas.setFont("Helvetica", 13)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _page(content: bytes, folder: Path) -> Page:
    path = folder / "page.pdf"
    path.write_bytes(content)
    (page,) = extract_text(path, inspect(path, Limits(), file_name=path.name, declared_type=None), Limits())
    return page


def _values_as_pixels() -> Image.Image:
    sheet = Sheet()
    for row, value in enumerate(_VALUES):
        sheet.text(10, 20 + 30 * row, value, size=13)
    return picture(sheet.finish(), 150).crop((0, 0, 300, 320))


def test_form_whose_values_are_pixels_keeps_its_labels_and_gets_its_values(tmp_path: Path) -> None:
    def form(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(_values_as_pixels()), 220, 280 - 320 * 0.48, 300 * 0.48, 320 * 0.48)
        for row, label in enumerate(_LABELS):
            canvas.drawString(30, 260 - 30 * row, label)

    page = _page(_drawn(form), tmp_path)
    (note,) = page.notes
    assert note.startswith("the page shows writing that its text layer lacks: its words were kept, ")
    labels = " ".join(_LABELS).split()
    assert [word.text for word in page.words[: len(labels)]] == labels
    assert " ".join(word.text for word in page.words[len(labels) :]) == " ".join(_VALUES)
    total = next(word for word in page.words if "1.253,06" in word.text)
    assert total.box.x0 == pytest.approx(230, abs=2)
    assert (total.box.y0 + total.box.y1) / 2 == pytest.approx(20 + 20 + 120 - 5, abs=6)


def test_good_text_layer_is_used_alone(tmp_path: Path) -> None:
    def bill(canvas: Canvas) -> None:
        for row, (label, value) in enumerate(zip(_LABELS, _VALUES, strict=True)):
            canvas.drawString(30, 260 - 30 * row, label)
            canvas.drawRightString(390, 260 - 30 * row, value)
        canvas.rect(20, 20, 380, 260)
        canvas.drawImage(ImageReader(Image.new("RGB", (80, 40), "navy")), 30, 20, 40, 20)

    page = _page(_drawn(bill), tmp_path)
    assert page.source is TextSource.TEXT_LAYER
    assert page.notes == ()
    assert all(word.confidence == 1.0 for word in page.words)


def test_words_run_together_are_recognised_instead(tmp_path: Path) -> None:
    def sentence(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        for row in range(8):
            canvas.drawString(30, 260 - 20 * row, "Elconsumototaldeestafacturahasidomenorqueelañopasado")

    page = _page(_drawn(sentence), tmp_path)
    assert page.source is TextSource.OCR
    assert page.notes[0] == "the text layer has no spaces: the page was recognised"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("drawn", [0, 90, 180, 270])
def test_text_that_runs_in_any_direction_is_read_upright(tmp_path: Path, drawn: int, rotation: int) -> None:
    def bill(canvas: Canvas) -> None:
        canvas.setPageSize((420, 420))
        canvas.setPageRotation(rotation)
        canvas.translate(210, 210)
        canvas.rotate(drawn)
        for row, (label, value) in enumerate(zip(_LABELS, _VALUES, strict=True)):
            canvas.drawString(-150, 60 - 30 * row, f"{label} {value}")

    page = _page(_drawn(bill), tmp_path)
    assert page.source is TextSource.TEXT_LAYER
    assert page.words[0].text == "Factura"
    assert page.words[0].box.x0 == pytest.approx(60, abs=2)
    assert page.words[0].box.y1 == pytest.approx(150 + 4, abs=4)
    shown = turned(page.words[0].box, (360 - page.rotation) % 360, page.width, page.height)
    assert page.rotation == (rotation - drawn) % 360
    corner = {0: (60, 140), 90: (280, 60), 180: (315, 270), 270: (140, 315)}[page.rotation]
    assert (shown.x0, shown.y0) == pytest.approx(corner, abs=16)


def test_text_of_negative_size_in_a_turned_frame_stands_upright(tmp_path: Path) -> None:
    def bill(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", -13)
        canvas.rotate(180)
        for row, (label, value) in enumerate(zip(_LABELS, _VALUES, strict=True)):
            canvas.drawString(-60, 30 * row - 240, f"{label} {value}")

    page = _page(_drawn(bill), tmp_path)
    assert page.rotation == 0
    assert [word.text for word in page.words][:1] == ["Factura"]


def test_box_turned_by_the_layer_stays_inside_of_the_page() -> None:
    assert turned(Box(0, 0, 100, 20), 90, 300, 200) == Box(0, 200, 20, 300)


def _without_letters(glyphs: bytes) -> bytes:
    """A page with a printed label, and a value in a font that says of its glyphs their numbers alone."""
    content = (
        "BT /F1 12 Tf 30 260 Td (Denomination du dechet) Tj ET"
        f" BT /F2 12 Tf 30 230 Td <{''.join(f'{glyph:04x}' for glyph in glyphs)}> Tj ET"
    )
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 300] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Arial /Encoding /Identity-H /DescendantFonts [7 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Arial /DW 600 /FontDescriptor 8 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        "<< /Type /FontDescriptor /FontName /Arial /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0"
        " /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>",
    )
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, start=1))
    return f"%PDF-1.4\n{body}trailer << /Size 9 /Root 1 0 R >>\n%%EOF".encode("ascii")


def _as_numbers(text: str) -> bytes:
    return bytes(code - 29 if code < 128 else code - 30 for code in text.encode("mac_roman"))


def test_letters_are_told_from_glyph_numbers_in_the_usual_order() -> None:
    with pdfium.PdfDocument(_without_letters(_as_numbers("Boues séchées 12,5 t le 03/04/2020"))) as document:
        fonts = judged_by_font(document[0].get_textpage())
    assert "".join(fonts.letters.values()) == "Boues séchées 12,5 t le 03/04/2020"
    assert not fonts.illegible


def test_glyph_numbers_in_another_order_are_not_guessed() -> None:
    shuffled = bytes(3 + (7 * glyph) % 90 for glyph in _as_numbers("Boues sechees 12,5 t le 03/04/2020"))
    with pdfium.PdfDocument(_without_letters(b"\x05" + shuffled)) as document:
        fonts = judged_by_font(document[0].get_textpage())
    assert set(fonts.letters.values()) == {""}
    assert fonts.illegible
