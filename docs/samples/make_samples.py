"""Make the bills of the tour: `python docs/samples/make_samples.py`. Companies and people in them don't exist."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib import colors  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = A4
LEFT, RIGHT = 45, WIDTH - 45
INK, PALE = colors.HexColor("#1d4e6b"), colors.HexColor("#dcebf2")


class Bill:
    """One page that is written from the top, in points."""

    def __init__(self, file: Path, title: str, color: colors.Color) -> None:
        # Without time stamps, so that the same source makes the same bytes.
        self._canvas = Canvas(str(file), pagesize=A4, invariant=1)
        self._canvas.setTitle(title)
        self._color = color

    def text(self, x: float, y: float, text: str, size: float = 9, bold: bool = False) -> None:
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        self._canvas.drawString(x, HEIGHT - y, text)

    def right(self, x: float, y: float, text: str, size: float = 9, bold: bool = False) -> None:
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        self._canvas.drawRightString(x, HEIGHT - y, text)

    def head(self, company: str, address: str, kind: str) -> None:
        self._canvas.setFillColor(self._color)
        self._canvas.circle(LEFT + 14, HEIGHT - 52, 14, stroke=0, fill=1)
        self.text(LEFT + 38, 50, company, 15, bold=True)
        self._canvas.setFillColor(colors.black)
        self.text(LEFT + 38, 64, address, 7)
        self.right(RIGHT, 50, kind, 12, bold=True)

    def bar(self, y: float, text: str) -> None:
        self._canvas.setFillColor(PALE)
        self._canvas.rect(LEFT, HEIGHT - y - 5, RIGHT - LEFT, 17, stroke=0, fill=1)
        self._canvas.setFillColor(INK)
        self.text(LEFT + 5, y, text, 9, bold=True)
        self._canvas.setFillColor(colors.black)

    def pairs(self, x: float, y: float, gap: float, rows: list[tuple[str, str]]) -> None:
        for label, value in rows:
            self.text(x, y, label, 8.5)
            self.text(x + gap, y, value, 8.5, bold=True)
            y += 14

    def table(self, y: float, stops: list[float], rows: list[tuple[str, ...]]) -> None:
        """The first column starts at the left; the others end at `stops`."""
        for number, row in enumerate(rows):
            self.text(LEFT + 5, y, row[0], 8.5, bold=number == 0)
            for stop, value in zip(stops, row[1:], strict=True):
                self.right(stop, y, value, 8.5, bold=number == 0)
            self._canvas.setStrokeColor(PALE)
            self._canvas.line(LEFT, HEIGHT - y - 4, RIGHT, HEIGHT - y - 4)
            y += 16

    def total(self, y: float, label: str, value: str) -> None:
        self._canvas.setStrokeColor(self._color)
        self._canvas.line(LEFT, HEIGHT - y + 16, RIGHT, HEIGHT - y + 16)
        self.text(LEFT + 5, y, label, 12, bold=True)
        self.right(RIGHT - 5, y, value, 12, bold=True)

    def save(self) -> None:
        self._canvas.showPage()
        self._canvas.save()


def water(file: Path) -> None:
    bill = Bill(file, "Factura de agua", colors.HexColor("#2a7fab"))
    bill.head(
        "Aguas del Guadalmar, S.A.",
        "CIF A28015865 · Avenida de la Ribera 12, 41012 Sevilla · 900 100 200",
        "FACTURA DE AGUA",
    )
    bill.pairs(
        LEFT,
        110,
        120,
        [
            ("Nº de factura:", "AG-2025-004711"),
            ("Fecha de emisión:", "08/04/2025"),
            ("Periodo de facturación:", "01/02/2025 - 31/03/2025"),
            ("Nº de contrato:", "301877245"),
        ],
    )
    bill.pairs(
        330,
        110,
        60,
        [("Cliente:", "Talleres Ejemplo, S.L."), ("NIF:", "B64717838"), ("Suministro:", "Calle del Río 4, Sevilla")],
    )
    bill.bar(190, "LECTURAS Y CONSUMO")
    bill.table(
        212,
        [230, 320, 410, RIGHT - 5],
        [
            ("Contador", "Lectura anterior", "Lectura actual", "Tipo", "Consumo"),
            ("K17-20931", "1.204 m³", "1.331 m³", "Real", "127 m³"),
        ],
    )
    bill.text(LEFT + 5, 254, "Consumo facturado: 127 m³", 10, bold=True)
    bill.bar(290, "DETALLE DE LA FACTURA")
    bill.table(
        312,
        [300, 410, RIGHT - 5],
        [
            ("Concepto", "Cantidad", "Precio", "Importe"),
            ("Abastecimiento, cuota de servicio", "2 meses", "9,80 €", "19,60 €"),
            ("Abastecimiento, consumo", "127 m³", "0,9100 €", "115,57 €"),
            ("Saneamiento y depuración", "127 m³", "0,7400 €", "93,98 €"),
        ],
    )
    bill.table(
        396,
        [300, 410, RIGHT - 5],
        [("Impuestos", "Base imponible", "IVA", "Cuota"), ("IVA reducido", "229,15 €", "10 %", "22,92 €")],
    )
    bill.total(460, "TOTAL FACTURA", "252,07 €")
    bill.text(LEFT, 500, "Se cargará en su cuenta el 22/04/2025. Consumo medio diario en el periodo: 2,15 m³.", 8)
    bill.text(LEFT, 790, "Documento de muestra. Empresas y personas no existen.", 7)
    bill.save()


def electricity(file: Path) -> None:
    bill = Bill(file, "Factura de electricidad", colors.HexColor("#c77f1a"))
    bill.head(
        "Voltea Energía, S.L.U.",
        "CIF B64717838 · Calle de la Central 8, 28004 Madrid · 900 300 400",
        "FACTURA DE ELECTRICIDAD",
    )
    bill.pairs(
        LEFT,
        110,
        120,
        [
            ("Nº de factura:", "VE25-0098123"),
            ("Fecha de emisión:", "05/05/2025"),
            ("Periodo de facturación:", "01/04/2025 - 30/04/2025"),
            ("CUPS:", "ES0021000004728193RB"),
        ],
    )
    bill.pairs(
        330,
        110,
        60,
        [("Cliente:", "Talleres Ejemplo, S.L."), ("NIF:", "A28015865"), ("Suministro:", "Calle de Alcalá 1, Madrid")],
    )
    bill.bar(190, "CONSUMO")
    bill.table(
        212,
        [230, 310, 390, RIGHT - 5],
        [
            ("", "Punta", "Llano", "Valle", "Total"),
            ("Energía activa (kWh)", "612", "545", "1.093", "2.250"),
        ],
    )
    bill.text(LEFT + 5, 254, "Consumo total de esta factura: 2.250 kWh", 10, bold=True)
    bill.bar(290, "RESUMEN DE LA FACTURA")
    bill.table(
        312,
        [300, 410, RIGHT - 5],
        [
            ("Concepto", "Cantidad", "Precio", "Importe"),
            ("Potencia contratada 15 kW", "30 días", "0,108000 €", "48,60 €"),
            ("Energía", "2.250 kWh", "0,142000 €", "319,50 €"),
            ("Alquiler del contador", "30 días", "0,026667 €", "0,80 €"),
        ],
    )
    bill.table(
        396,
        [300, 410, RIGHT - 5],
        [("Impuestos", "Base imponible", "IVA", "Cuota"), ("IVA", "368,90 €", "21 %", "77,47 €")],
    )
    bill.total(460, "TOTAL FACTURA", "446,37 €")
    bill.text(LEFT, 790, "Documento de muestra. Empresas y personas no existen.", 7)
    bill.save()


if __name__ == "__main__":
    water(HERE / "water-bill.pdf")
    electricity(HERE / "electricity-bill.pdf")
