"""A thin layer over reportlab: text by distance from the top left corner, tables, and the page as a picture."""

import io
from collections.abc import Sequence

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageFilter
from reportlab.lib import colors  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.pdfgen import canvas  # type: ignore[import-untyped]
from reportlab.platypus import Table, TableStyle  # type: ignore[import-untyped]


class Sheet:
    """A4 pages that are written from the top left corner, in points."""

    def __init__(self, font: str = "Helvetica") -> None:
        self._buffer = io.BytesIO()
        self._canvas = canvas.Canvas(self._buffer, pagesize=A4)
        self.width, self.height = A4
        self.font = font

    def text(self, x: float, y: float, text: str, size: float = 9, bold: bool = False) -> None:
        self._font(size, bold)
        self._canvas.drawString(x, self.height - y, text)

    def right(self, x: float, y: float, text: str, size: float = 9, bold: bool = False) -> None:
        self._font(size, bold)
        self._canvas.drawRightString(x, self.height - y, text)

    def pairs(self, x: float, y: float, rows: Sequence[tuple[str, str]], gap: float = 120, step: float = 14) -> float:
        """Label and value side by side; returns the y below them."""
        for label, value in rows:
            self.text(x, y, label, bold=True)
            self.text(x + gap, y, value)
            y += step
        return y

    def stacked(self, x: float, y: float, rows: Sequence[tuple[str, str]], step: float = 30) -> float:
        """Each value under its label."""
        for label, value in rows:
            self.text(x, y, label, size=7)
            self.text(x, y + 11, value, size=10, bold=True)
            y += step
        return y

    def table(
        self, x: float, y: float, rows: Sequence[Sequence[str]], widths: Sequence[float], grid: bool = True
    ) -> float:
        """A table with a header row; returns the y below it."""
        style: list[tuple[object, ...]] = [
            ("FONTSIZE", (0, 0), (-1, -1), 8),
            ("FONTNAME", (0, 0), (-1, 0), f"{self.font}-Bold"),
        ]
        style.append(("FONTNAME", (0, 1), (-1, -1), self.font))
        if grid:
            style.append(("GRID", (0, 0), (-1, -1), 0.4, colors.grey))
        style.append(("ALIGN", (1, 0), (-1, -1), "RIGHT"))
        table = Table([list(row) for row in rows], colWidths=list(widths), style=TableStyle(style))
        _, height = table.wrapOn(self._canvas, self.width, self.height)
        table.drawOn(self._canvas, x, self.height - y - height)
        return y + float(height)

    def bars(self, x: float, y: float, values: Sequence[tuple[str, float]]) -> None:
        """A little chart of earlier consumption: a decoy."""
        top = max(value for _, value in values) or 1
        for index, (label, value) in enumerate(values):
            height = 40 * value / top
            self._canvas.setFillColor(colors.lightblue)
            self._canvas.rect(x + index * 26, self.height - y, 18, height, stroke=0, fill=1)
            self._canvas.setFillColor(colors.black)
            self.text(x + index * 26, y + 8, label, size=6)
            self.text(x + index * 26, y - height - 2, f"{value:g}", size=6)

    def next_page(self) -> None:
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The bytes of the PDF."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def _font(self, size: float, bold: bool) -> None:
        self._canvas.setFont(f"{self.font}-Bold" if bold else self.font, size)


def picture(pdf: bytes, dpi: int = 150, turn: float = 0.0, blur: float = 0.0) -> Image.Image:
    """The first page as a scanner or a camera would see it; `turn` in degrees."""
    document = pdfium.PdfDocument(pdf)
    try:
        image: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
    finally:
        document.close()
    if turn:
        image = image.rotate(turn, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def scan(pdf: bytes, dpi: int = 150, turn: float = 0.0, blur: float = 0.0) -> bytes:
    """A PDF whose only page is a picture of the first page of `pdf`."""
    buffer = io.BytesIO()
    picture(pdf, dpi, turn, blur).save(buffer, "PDF", resolution=dpi)
    return buffer.getvalue()


def photo(pdf: bytes, image_format: str = "JPEG", dpi: int = 150, turn: float = 0.0) -> bytes:
    """The first page as a picture file."""
    buffer = io.BytesIO()
    picture(pdf, dpi, turn).save(buffer, image_format, dpi=(dpi, dpi))
    return buffer.getvalue()
