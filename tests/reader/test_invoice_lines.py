"""Lines of invoices and receipts are told when they prove themselves, and not at all when they do not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from service.domain.reading import Track
from service.processing.reader.document import read_document
from service.processing.reader.model import Limits

_INVOICE = """Papelera del Norte, S.A.                 CIF A58818501
FACTURA                                  Factura no: F-2024-7
Fecha: 31/03/2024

Descripción                   Cantidad     Precio     IVA       Importe
Papel A4 500g                   3 ud         4,50     21%         13,50
Tóner negro                     1 ud        86,50     21%         86,50
Base imponible                                                   100,00
IVA 21%                                                           21,00
Total factura                                                    121,00 EUR
"""

_SPLIT = """Moulin SARL
Facture no FA-7            Date de facture 05/11/2024
                                            Prix
Description                 Quantité                     Montant
                                            unitaire
Nougat 250g                 50 pièces         4,00        200,00
Huile                       10 litres        19,80        198,00
Total HT                                                  398,00
TVA 20%                                                    79,60
Total TTC                                                 477,60 EUR
"""

_SLIP = """SUPERMERCADO EJEMPLO
CIF B64717838
Ticket 001/123
05/03/2024 10:31
LECHE 1L          1,20
PAN BARRA         0,80
CAFE MOLIDO       3,45
TOTAL             5,45 EUR
EFECTIVO         10,00
CAMBIO            4,55
GRACIAS POR SU VISITA
"""


def _item(text: str, folder: Path) -> dict[str, Any]:
    path = folder / "d.txt"
    path.write_text(text, encoding="utf-8")
    document = read_document(path, file_name="d.txt", declared_type=None, track=Track.DEFAULT, limits=Limits())
    assert document.reading is not None
    (item,) = document.reading.items
    places = {entry.field for entry in document.reading.evidence if entry.box is not None or entry.derived_from}
    for field in ("lines", "taxes"):
        for number, row in enumerate(item.get(field, ())):
            assert {f"{field}[{number}].{name}" for name in row} <= places
    return item


def test_lines_under_headings_are_read_with_units_and_rates(tmp_path: Path) -> None:
    item = _item(_INVOICE, tmp_path)
    assert item["lines"] == [
        {
            "description": "Papel A4 500g",
            "quantity": Decimal(3),
            "unit_name": "ud",
            "unit_price": Decimal("4.50"),
            "tax_rate": Decimal(21),
            "amount": Decimal("13.50"),
        },
        {
            "description": "Tóner negro",
            "quantity": Decimal(1),
            "unit_name": "ud",
            "unit_price": Decimal("86.50"),
            "tax_rate": Decimal(21),
            "amount": Decimal("86.50"),
        },
    ]
    assert item["taxes"] == [{"rate": Decimal(21), "base": Decimal("100.00"), "amount": Decimal("21.00")}]


def test_heading_over_three_lines_is_one_heading(tmp_path: Path) -> None:
    lines = _item(_SPLIT, tmp_path)["lines"]
    assert [(line["quantity"], line["unit_price"], line["amount"]) for line in lines] == [
        (Decimal(50), Decimal("4.00"), Decimal("200.00")),
        (Decimal(10), Decimal("19.80"), Decimal("198.00")),
    ]


def test_lines_of_a_slip_are_read_up_to_the_total(tmp_path: Path) -> None:
    lines = _item(_SLIP, tmp_path)["lines"]
    assert [(line["description"], line["amount"]) for line in lines] == [
        ("LECHE 1L", Decimal("1.20")),
        ("PAN BARRA", Decimal("0.80")),
        ("CAFE MOLIDO", Decimal("3.45")),
    ]


def test_lines_that_do_not_prove_themselves_are_not_told(tmp_path: Path) -> None:
    assert "lines" not in _item(_SLIP.replace("LECHE 1L          1,20", "LECHE 1L          1,30"), tmp_path)
    unread = _INVOICE.replace("Tóner negro                     1 ud        86,50     21%         86,50\n", "")
    half = unread.replace("3 ud         4,50     21%         13,50", "3 ud         4,50     21%         13,60")
    assert "lines" not in _item(half, tmp_path)
