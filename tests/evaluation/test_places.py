"""Evidence counts only where the document itself, and not the reader's own words, has the raw text."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from evaluation.places import Places
from evaluation.saying import says
from service.domain.evidence import Box, Evidence
from service.processing.reader.model import Page, TextSource

_ITEM = {"total_amount": Decimal("121.00"), "currency": "EUR", "tax_amount": Decimal(21)}


def _pdf(path: Path, rotate: int = 0, crop: tuple[int, int, int, int] | None = None) -> Path:
    canvas = Canvas(str(path), pagesize=(300, 200))
    canvas.drawString(50, 150, "Total 121,00")
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotate
        if crop:
            document.pages[0].CropBox = pikepdf.Array(crop)
        document.save(path)
    return path


def _leads(path: Path, box: Box, raw: str = "121,00", source: TextSource = TextSource.TEXT_LAYER) -> bool:
    entry = Evidence(0, "total_amount", "general-reader", "1", 0.9, page=1, box=box, raw_text=raw)
    return Places(path, (Page(1, 300, 200, source, ()),)).lead_to(_ITEM, entry)


def test_box_must_hold_the_raw_text_and_nothing_else(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf")
    assert _leads(path, Box(78, 38, 120, 54))
    assert not _leads(path, Box(48, 38, 120, 54))
    assert not _leads(path, Box(78, 60, 120, 76))


@pytest.mark.parametrize(
    ("rotate", "crop", "box"),
    [
        (0, (40, 100, 300, 200), Box(38, 38, 80, 54)),
        (90, None, Box(146, 78, 162, 120)),
        (180, None, Box(180, 146, 222, 162)),
        (270, None, Box(38, 180, 54, 222)),
    ],
)
def test_box_is_on_the_page_as_it_is_shown(
    tmp_path: Path, rotate: int, crop: tuple[int, int, int, int] | None, box: Box
) -> None:
    path = _pdf(tmp_path / "a.pdf", rotate, crop)
    assert _leads(path, box)
    assert not _leads(path, Box(78, 38, 120, 54))


def test_raw_text_must_say_the_value(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf")
    entry = Evidence(0, "tax_amount", "x", "1", 0.9, page=1, box=Box(78, 38, 120, 54), raw_text="121,00")
    assert not Places(path, (Page(1, 300, 200, TextSource.TEXT_LAYER, ()),)).lead_to(_ITEM, entry)


def test_path_must_lead_to_the_element_that_has_the_raw_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<I xmlns='urn:x'><T>1</T><T>121.00</T></I>", encoding="utf-8")

    def leads(where: str) -> bool:
        entry = Evidence(0, "total_amount", "xml", "1", 0.99, raw_text="121.00", path=where)
        return Places(path, ()).lead_to(_ITEM, entry)

    assert leads("/I/T[2]")
    assert not leads("/I/T")
    assert not leads("/I/T[3]")


def test_derived_value_needs_the_values_that_it_names(tmp_path: Path) -> None:
    def leads(*names: str) -> bool:
        entry = Evidence(0, "currency", "x", "1", 0.9, derived_from=names)
        return Places(tmp_path / "a.pdf", ()).lead_to(_ITEM, entry)

    assert leads("total_amount", "tax_amount")
    assert not leads("total_amount", "net_amount")


def test_text_and_cells_are_looked_up_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\nTotal  121,00 EUR\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text('what,amount\nTotal,"121,00"\n', encoding="utf-8")
    assert _leads(tmp_path / "a.txt", Box(35, 10, 65, 19), source=TextSource.PLAIN)
    assert not _leads(tmp_path / "a.txt", Box(0, 10, 65, 19), source=TextSource.PLAIN)
    assert _leads(tmp_path / "a.csv", Box(1, 1, 2, 2), source=TextSource.TABLE)
    assert not _leads(tmp_path / "a.csv", Box(0, 1, 1, 2), source=TextSource.TABLE)


@pytest.mark.parametrize(
    ("raw", "field", "value", "said"),
    [
        ("1.234,50 €", "total_amount", Decimal("1234.50"), True),
        ("1,234.50", "total_amount", Decimal("1234.50"), True),
        ("3 038,14 EUR", "total_amount", Decimal("3038.14"), True),
        ("3 038,14 EUR", "total_amount", Decimal(8), False),
        ("12,50", "total_amount", Decimal("13.50"), False),
        ("0000000023411B", "transactions[3].amount", Decimal("2341.12"), True),
        ("31/03/2024", "issue_date", "2024-03-31", True),
        ("31. März 2024", "issue_date", "2024-03-31", True),
        ("01 AUG", "transactions[0].date", "2024-08-01", True),
        ("31", "issue_date", "2024-03-31", False),
        ("31/03/2023", "issue_date", "2024-03-31", False),
        ("AGUAS DEL NORTE, S.A.", "supplier_name", "Aguas del Norte", True),
        ("Factura", "supplier_name", "Aguas del Norte", False),
    ],
)
def test_raw_text_says_what_a_person_would_read(raw: str, field: str, value: object, *, said: bool) -> None:
    assert says(raw, field, value) is said
