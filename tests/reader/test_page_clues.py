"""What pages say without labels: addressees, periods that count their days, fills of fuel, what is left to pay."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from service.domain.reading import Track
from service.processing.reader.document import read_document
from service.processing.reader.model import Limits

_LETTER = """Papelera del Norte, S.A. - Calle Mayor 1 - 08001 Barcelona          NIF A58818501

{addressee}

FACTURA                                  Factura no: F-2024-7
Fecha: 31/03/2024
Base imponible                                                   100,00
IVA 21%                                                           21,00
Total factura                                                    121,00 EUR
{due}
"""
_ADDRESS = "Talleres Ejemplo\nAvenida de la Industria 14\n28001 Madrid"

_BLOCKS = """Handelsrechnung (380) Nr. 471102 vom 05.03.2018
Verkäufer
Nummer: 549910
Name: Lieferant Muster
Anschrift: Lieferantenstraße 20
DE 80333 München
Käufer
Nummer: GE2020211
Name: Kunden Mitte
Anschrift: Kundenstraße 15
Rechnungssumme ohne USt.       473,00
Steuerbetrag                    56,87
Bruttosumme                    529,87 EUR
"""

_BILL = """Eletricidade do Sul, energia elétrica
Nota fiscal de energia elétrica
16/05/2023 14/04/2023 32
Consumo kWh 426
Total a pagar R$ 88,78
"""

_SLIP = """Tankstelle Muster
Beleg 4758/016
09.09.2023 10:12
*000019 Super E10     58,85 EUR A
Zp 03   31,32 1     1,879 EUR/1
Gesamtbetrag        58,85 EUR
Vielen Dank für Ihren Besuch
"""


def _item(text: str, folder: Path) -> dict[str, Any]:
    path = folder / "d.txt"
    path.write_text(text, encoding="utf-8")
    reading = read_document(path, file_name="d.txt", declared_type=None, track=Track.DEFAULT, limits=Limits()).reading
    assert reading is not None
    return reading.items[0]


def test_address_without_a_label_names_the_addressee(tmp_path: Path) -> None:
    item = _item(_LETTER.format(addressee=_ADDRESS, due=""), tmp_path)
    assert item["customer_name"] == "Talleres Ejemplo"
    assert "Papelera del Norte" in item["supplier_name"]


def test_address_of_the_issuer_is_no_addressee(tmp_path: Path) -> None:
    own = "Papelera del Norte, S.A.\nCalle Mayor 1\n08001 Barcelona"
    assert "customer_name" not in _item(
        _LETTER.format(
            addressee=own, due="Fecha de vencimiento de la factura: 30/04/2025\nForma de pago: transferencia"
        ),
        tmp_path,
    )


def test_names_in_blocks_are_those_that_the_block_labels(tmp_path: Path) -> None:
    item = _item(_BLOCKS, tmp_path)
    assert (item["supplier_name"], item["customer_name"]) == ("Lieferant Muster", "Kunden Mitte")


def test_what_is_left_to_pay_is_told_beside_the_total(tmp_path: Path) -> None:
    item = _item(_LETTER.format(addressee=_ADDRESS, due="Importe pendiente    50,00 EUR"), tmp_path)
    assert (item["total_amount"], item["amount_due"]) == (Decimal("121.00"), Decimal("50.00"))


def test_two_days_with_their_count_are_the_period(tmp_path: Path) -> None:
    item = _item(_BILL, tmp_path)
    assert (item["start_date"], item["end_date"]) == ("2023-04-14", "2023-05-16")
    other = _item(_BILL.replace(" 32\n", " 40\n"), tmp_path)
    assert "start_date" not in other


def test_fill_is_litres_times_price_even_when_the_unit_was_misread(tmp_path: Path) -> None:
    item = _item(_SLIP, tmp_path)
    assert (item["quantity"], item["unit_price"]) == (Decimal("31.32"), Decimal("1.879"))
    assert (item["product"], item["unit"]) == ("Super E10", "litre_(l)")
    assert "quantity" not in _item(_SLIP.replace("31,32", "33,32"), tmp_path)
