"""Documents with a text layer, made in memory."""

from __future__ import annotations

import io

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
