"""Documents with a text layer, made in memory."""

from __future__ import annotations

import io

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

WATER_BILL = (
    "Aguas del Norte, S.A.        CIF: A58818501",
    "FACTURA DE AGUA",
    "Factura nº: WTR-2024-03",
    "Fecha de factura: 02/04/2024",
    "Periodo de facturación: 01/03/2024 - 31/03/2024",
    "Consumo de agua: 32,1 m3",
    "Base imponible: 100,00 EUR",
    "IVA 10%: 10,00 EUR",
    "Total factura: 110,00 EUR",
)


def pdf_of(lines: tuple[str, ...] = WATER_BILL) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for place, line in enumerate(lines):
        canvas.drawString(60, 780 - 22 * place, line)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def picture(image_format: str) -> bytes:
    """A blank picture; a TIFF has two pages."""
    stream = io.BytesIO()
    pages = [Image.new("RGB", (40, 30), "white") for _ in range(2)]
    more = {"save_all": True, "append_images": pages[1:]} if image_format == "TIFF" else {}
    pages[0].save(stream, image_format, **more)
    return stream.getvalue()


def locked_pdf() -> bytes:
    """A PDF that needs a password."""
    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("secret"))
    canvas.drawString(60, 700, "private")
    canvas.save()
    return stream.getvalue()
