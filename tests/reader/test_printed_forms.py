"""Forms in which documents print sums, columns, periods and parties, each alone on a small page."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain.category import Category
from service.domain.reading import FailureReason, Reading, ReadingFailedError, Track
from service.processing.reader.document import read_document
from service.processing.reader.model import Limits
from tests.documents.canvas import Sheet


def _read(folder: Path, name: str, content: bytes) -> Reading:
    path = folder / name
    path.write_bytes(content)
    found = read_document(path, file_name=name, declared_type=None, track=Track.DEFAULT, limits=Limits()).reading
    assert found is not None
    return found


def _columns(sheet: Sheet, y: float, places: list[float], rows: list[list[str]]) -> None:
    for row in rows:
        for x, text in zip(places, row, strict=True):
            if text:
                sheet.right(x, y, text, size=8)
        y += 12


def _bill(title: str = "Factura de electricidad") -> Sheet:
    sheet = Sheet()
    sheet.text(40, 40, title, size=14)
    sheet.pairs(40, 70, [("Número de factura:", "F-2041"), ("Fecha factura:", "04/03/2025")])
    return sheet


def _item(folder: Path, sheet: Sheet) -> dict[str, Any]:
    return _read(folder, "bill.pdf", sheet.finish()).items[0]


def test_total_of_a_column_with_wrapped_header_is_the_quantity(tmp_path: Path) -> None:
    sheet = _bill()
    rows = [
        ["Periodo", "Energía activa", "Energía reactiva"],
        ["", "(kWh)", "(kVArh)"],
        ["P1", "6.624", "729"],
        ["P2", "0", "0"],
        ["P3", "5.524", "608"],
        ["P6", "4.454", "490"],
        ["Total", "16.602", "1.827"],
    ]
    _columns(sheet, 130, [90, 190, 300], rows)
    assert _item(tmp_path, sheet)["quantity"] == 16602


def test_one_tariff_period_is_not_the_consumption_of_the_bill(tmp_path: Path) -> None:
    sheet = _bill()
    for y, line in enumerate(("Consumo Punta 757 kWh x 0,18", "Consumo Llano 420 kWh x 0,15", "Consumo Valle 185 kWh")):
        sheet.text(40, 130 + 13 * y, line)
    assert _item(tmp_path, sheet)["quantity"] == 757 + 420 + 185


def test_credited_consumption_under_a_header_that_is_a_unit_is_negative(tmp_path: Path) -> None:
    sheet = _bill("Factura rectificativa de electricidad (abono)")
    rows = [["Concepto", "kWh", "€/kWh", "Importe"], ["Término de energía", "-743", "0,180000", "-133,74"]]
    _columns(sheet, 130, [120, 250, 330, 420], rows)
    item = _item(tmp_path, sheet)
    assert (item["quantity"], item["unit"]) == (-743, "kilowatt_hour_(kwh)")


def test_period_whose_last_day_stands_under_its_first(tmp_path: Path) -> None:
    sheet = _bill()
    sheet.text(300, 120, "Periodo de facturación", bold=True)
    sheet.text(300, 132, "13/06/2024")
    sheet.text(300, 141, "a 10/08/2024")
    sheet.text(40, 160, "Consumo total: 320 kWh")
    item = _item(tmp_path, sheet)
    assert (item["start_date"], item["end_date"]) == ("2024-06-13", "2024-08-10")


def test_amounts_of_several_tax_rates_are_added_up(tmp_path: Path) -> None:
    sheet = _bill("Factura")
    rows = [
        ["Base", "% IVA", "Cuota", "Total"],
        ["2.422,05", "21,00", "508,63", "2.930,68"],
        ["1.715,45", "10,00", "171,55", "1.887,00"],
        ["338,58", "4,00", "13,54", "352,12"],
    ]
    _columns(sheet, 130, [200, 280, 360, 440], rows)
    _columns(
        sheet, 200, [360, 440], [["Suma bases", "4.476,08"], ["Total IVA", "693,72"], ["TOTAL FACTURA", "5.169,80"]]
    )
    item = _item(tmp_path, sheet)
    amounts = (item["net_amount"], item["tax_amount"], item["total_amount"])
    assert amounts == (Decimal("4476.08"), Decimal("693.72"), Decimal("5169.80"))


def test_issuer_is_who_the_imprint_names_rather_than_a_company_in_the_address(tmp_path: Path) -> None:
    sheet = _bill()
    sheet.text(300, 70, "Razón social: Panificadora Sánchez e Hijos, S.L.")
    sheet.text(300, 84, "NIF/CIF: B58818501")
    sheet.text(40, 130, "Consumo total: 320 kWh")
    imprint = "Llum Ibérica, S.A. Avda. América 38, 28028 Madrid. R.M. de Madrid T.39.640, F.1. CIF: A-58818501"
    sheet.text(40, 800, imprint, size=6)
    item = _item(tmp_path, sheet)
    assert (item["supplier_name"], item["supplier_tax_id"]) == ("Llum Ibérica, S.A.", "A58818501")


def test_vat_number_is_preferred_to_the_number_of_the_company_register(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Papeterie Lenoir SARL", size=13)
    sheet.text(40, 56, "SIRET 552 081 317 00017 - N° TVA intracommunautaire : FR03552081317", size=8)
    sheet.pairs(40, 80, [("Facture N° :", "FA2024001"), ("Date :", "14/05/2024")])
    sheet.pairs(40, 130, [("Total HT", "100,00 €"), ("TVA 20 %", "20,00 €"), ("Total TTC", "120,00 €")])
    assert _item(tmp_path, sheet)["supplier_tax_id"] == "FR03552081317"


def test_number_in_an_address_under_the_label_is_no_quantity(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "WASTE TRANSFER NOTE", size=13)
    sheet.text(40, 58, "Section A - Description of Waste", bold=True)
    sheet.text(40, 72, "1. Please describe the waste being transferred: Mixed municipal waste")
    sheet.text(40, 85, "2. List of Waste (EWC) code: 20 03 01")
    sheet.text(40, 98, "4. How much waste? 17.74 tonnes")
    sheet.text(40, 120, "Company: Redbrick Developments Ltd, 4 Quay St, Bristol")
    item = _item(tmp_path, sheet)
    assert (item["quantity"], item["description"]) == (Decimal("17.74"), "Mixed municipal waste")


def test_table_of_gas_with_supply_codes_under_any_header(tmp_path: Path) -> None:
    code = "ES0021000000000000AA"
    text = f"Nº ticket;Punto;Desde;Hasta;Consumo gas (kWh)\nT-1;{_valid_cups(code)};01/01/2025;31/01/2025;120\n"
    reading = _read(tmp_path, "gas.csv", text.encode())
    assert reading.category is Category.GAS
    assert reading.items[0]["cups"] == _valid_cups(code)


def _valid_cups(code: str) -> str:
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    rest = int(code[2:18]) % 529
    return f"{code[:18]}{letters[rest // 23]}{letters[rest % 23]}"


def test_table_with_more_rows_than_a_reading_holds_is_refused_with_the_number(tmp_path: Path) -> None:
    rows = "\n".join(f"F-{number};01/01/2025;31/01/2025;12" for number in range(10_001))
    with pytest.raises(ReadingFailedError, match="at most 10000") as caught:
        _read(tmp_path, "many.csv", f"Factura;Desde;Hasta;Consumo electricidad (kWh)\n{rows}\n".encode())
    assert caught.value.reason is FailureReason.DOCUMENT_TOO_COMPLEX


def test_energy_rather_than_the_volume_that_it_was_converted_from(tmp_path: Path) -> None:
    sheet = _bill("Facture de gaz naturel")
    rows = [
        ["Ancien index", "Nouvel index", "Volume (m³)", "Coefficient", "Consommation (kWh)"],
        ["1 000", "1 597", "597", "11,20", "6 686"],
    ]
    _columns(sheet, 130, [90, 180, 260, 340, 470], rows)
    item = _item(tmp_path, sheet)
    assert (item["quantity"], item["unit"]) == (6686, "kilowatt_hour_(kwh)")


def test_consumption_of_last_year_is_not_that_of_the_bill(tmp_path: Path) -> None:
    sheet = _bill("Your water bill")
    _columns(sheet, 130, [100, 200, 300], [["Previous read", "Latest read", "Usage (m³)"], ["1204", "1365", "161"]])
    sheet.text(40, 180, "You used 181 m³ in the same period last year.")
    assert _item(tmp_path, sheet)["quantity"] == 161


def test_lone_comma_with_three_digits_is_a_decimal_mark_where_columns_are_parted_by_semicolons(tmp_path: Path) -> None:
    rows = "Fecha;LER;Residuo;Peso;Ud;Tratamiento\n03/02/2026;170405;Hierro y acero;4,194;t;R4\n"
    reading = _read(tmp_path, "wastes.csv", rows.encode())
    assert reading.items[0]["quantity"] == Decimal("4.194")


def test_dates_joined_by_a_hyphen_alone_are_a_period(tmp_path: Path) -> None:
    sheet = _bill("Recibo de agua")
    sheet.text(40, 130, "PERIODO")
    sheet.text(40, 142, "01/08/2023-25/10/2023")
    sheet.text(40, 160, "Consumo: 42 m3")
    item = _item(tmp_path, sheet)
    assert (item["start_date"], item["end_date"]) == ("2023-08-01", "2023-10-25")


def test_temperature_in_a_label_is_no_quantity(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "NOTA DE ENTREGA DE GASÓLEO C", size=13)
    sheet.pairs(40, 70, [("Nº nota", "4410022"), ("Fecha entrega", "03/02/2026"), ("Litros a 15 ºC", "4.054")])
    assert _item(tmp_path, sheet)["quantity"] == 4054


def test_name_follows_its_label_under_the_heading_of_its_block(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "DOCUMENTO DE IDENTIFICACIÓN DE TRASLADO DE RESIDUOS", size=12)
    sheet.text(40, 70, "Código LER: 20 03 01")
    sheet.text(40, 84, "Cantidad (kg): 1.250")
    sheet.text(40, 110, "4. TRANSPORTISTA", bold=True)
    sheet.text(40, 124, "Razón social: Transportes Medina, S.L.")
    assert _item(tmp_path, sheet)["carrier_name"] == "Transportes Medina, S.L."


def test_weights_under_a_header_that_is_a_unit_belong_to_their_rows(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "RELACIÓN DE RETIRADAS DE RESIDUOS", size=12)
    rows = [["LER", "Residuo", "Tratam.", "Kg"], ["150101", "Papel y cartón", "R3", "1.705"]]
    rows += [["170405", "Hierro y acero", "R4", "860"]]
    _columns(sheet, 90, [90, 220, 320, 420], rows)
    items = _read(tmp_path, "list.pdf", sheet.finish()).items
    assert [(item["low_code"], item["quantity"]) for item in items] == [("150101", 1705), ("170405", 860)]


def test_quantity_beside_a_price_in_the_next_column_is_read(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Prairie Heating Oil Co. DELIVERY TICKET, fuel oil", size=12)
    sheet.pairs(40, 70, [("Ticket #", "T204011"), ("Delivery Date", "03/25/2025")])
    rows = [["Product", "Gallons", "Price/gal", "Amount"], ["Heating Oil", "790.6", "$3.459", "$2,734.69"]]
    _columns(sheet, 120, [120, 220, 320, 420], rows)
    item = _item(tmp_path, sheet)
    assert (item["quantity"], item["unit"]) == (Decimal("790.6"), "us_gallon_(gal)")
