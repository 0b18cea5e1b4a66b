"""Waste documents: boxes, parties, tables, marks and days, from words where they stand on a page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from service.domain.category import Category
from service.domain.evidence import Box
from service.domain.items import Item
from service.processing.reader.extract import Extraction, extract
from service.processing.reader.marks import chosen
from service.processing.reader.model import Page, TextSource, Word

#: A piece of text with its left edge and its foot, in points.
Piece = tuple[float, float, str]


def page_of(pieces: Sequence[Piece], number: int = 1) -> Page:
    words = []
    for edge, foot, text in pieces:
        left = edge
        for word in text.split():
            words.append(Word(word, Box(left, foot - 9, left + 5 * len(word), foot)))
            left += 5 * len(word) + 3
    return Page(number, 595, 842, TextSource.TEXT_LAYER, tuple(words))


def read(*pages: Sequence[Piece]) -> Extraction:
    return extract(Category.WASTES, [page_of(pieces, number) for number, pieces in enumerate(pages, start=1)])


def item_of(*pieces: Piece) -> Item:
    (item,) = read(pieces).items
    return item


def column(left: float, top: float, *texts: str) -> list[Piece]:
    return [(left, top + 13 * row, text) for row, text in enumerate(texts)]


CODE: Piece = (40, 400, "Code déchet : 13 02 05*")
DIRTY_FORM: tuple[Piece, ...] = (
    *column(40, 50, "1. Émetteur du bordereau", "□ Autre détenteur", "N° SIRET : 73282932000074", "NOM : Boulonnerie"),
    *column(
        300, 50, "2. Installation de destination ou d’entreposage ou", "de reconditionnement prévue", "NOM : Four Sud"
    ),
    *column(40, 150, "7. Négociant (le cas échéant)", "NOM :", "Adresse :"),
    *column(40, 200, "8. Collecteur-transporteur", "NOM : Trans Est", "Personne à contacter : Ana Lopez"),
    (300, 200, "Récépissé n° : 12379"),
    (300, 213, "Date de prise en charge : 03/04/2020"),
    *column(40, 260, "9. Déclaration générale de l’émetteur :", "NOM : Isabelle Guichard"),
    (40, 300, "10. Expédition reçue à l’installation de destination"),
    (300, 300, "11. Réalisation de l’opération :"),
    (40, 313, "NOM : Four Sud"),
    (300, 313, "NOM : Alfred Dujardin"),
    (40, 326, "Date de présentation : 07/04/2020"),
    CODE,
)


def test_party_is_the_name_in_its_own_box() -> None:
    item = item_of(*DIRTY_FORM)
    names = {name: item.get(name) for name in ("producer_name", "carrier_name", "destination", "producer_tax_id")}
    assert names == {
        "producer_name": "Boulonnerie",
        "carrier_name": "Trans Est",
        "destination": "Four Sud",
        "producer_tax_id": "73282932000074",
    }


def test_waste_is_handed_over_on_the_first_day_and_delivered_on_the_last() -> None:
    item = item_of(*DIRTY_FORM)
    days = (item["start_date"], item["delivery_date"], item["end_date"])
    assert days == ("2020-04-03", "2020-04-07", "2020-04-07")


def test_day_stands_first_where_wastes_have_european_codes() -> None:
    found = read(column(40, 60, "EWC code: 20 03 01", "Date collected: 08/07/2024"))
    days = {entry.field: entry.alternatives for entry in found.evidence if entry.field.endswith("_date")}
    assert (found.items[0]["start_date"], set(days.values())) == ("2024-07-08", {()})


def test_option_whose_mark_was_read_as_a_letter_begins_no_box() -> None:
    boxes = [
        *column(40, 50, "1. Émetteur du bordereau", "î Producteur du déchet", "N° SIRET :", "NOM : Boulonnerie"),
        *column(300, 50, "2. Installation de destination", "prévue", "NOM : Four Sud"),
    ]
    item = item_of(*boxes, CODE)
    assert (item["producer_name"], item["destination"]) == ("Boulonnerie", "Four Sud")


def test_box_that_is_not_filled_gives_no_party() -> None:
    boxes = [
        *column(40, 50, "1. Producteur", "NOM : Boulonnerie"),
        *column(40, 100, "2. Transporteur", "NOM :", "Adresse :"),
    ]
    item = item_of(*boxes, CODE)
    assert "carrier_name" not in item


@pytest.mark.parametrize(
    ("carrier", "name"),
    [
        (["Transportista: Áridos Duero, S.L."], "Áridos Duero, S.L."),
        (["DATOS DEL TRANSPORTISTA", "NIF: B47000001", "Razón social: Áridos Duero, S.L."], "Áridos Duero, S.L."),
        (["1 Beförderer", "Firma, Anschrift", "Harms KG", "Am Hafen 19, 21683 Stade"], "Harms KG"),
        (["3) Trasportatore", "Denominazione o ragione sociale: Piave S.n.c."], "Piave S.n.c."),
        (["PART C - CARRIER", "Name of Carrier: Atlantic Hazchem", "Driver: Tom Kelly"], "Atlantic Hazchem"),
        (["Section C – Person collecting the waste", "Full name: Dean Ellis", "Company name: Swift Ltd"], "Swift Ltd"),
        (["Carrier: Swift Ltd, 7 Moor Lane, York"], "Swift Ltd"),
        (["II - VIDANGEUR / TRANSPORTEUR", "Raison sociale : Atlantique SA", "N° d'agrément : 44"], "Atlantique SA"),
        (["Trasportatore: Adriatica S.r.I."], "Adriatica S.r.l."),
        (["Transportujący odpady", "Imię i nazwisko lub nazwa podmiotu: Trans-Eko"], "Trans-Eko"),
        (["Firma transportista: Juan Pérez"], None),
        (["Le transporteur déclare avoir pris en charge les déchets"], None),
    ],
)
def test_carrier_is_named_in_many_ways(carrier: list[str], name: str | None) -> None:
    assert item_of(*column(40, 60, *carrier), (40, 300, "EWC code: 20 03 01")).get("carrier_name") == name


def test_parties_side_by_side_are_parted_between_their_headings() -> None:
    names = ("Galvànics, SL", "Transports Ter, SA", "Ecoplanta, SA")
    heads = zip((70.0, 240.0, 430.0), ("PRODUCTOR", "TRANSPORTISTA", "GESTOR"), strict=True)
    below = zip((40.0, 215.0, 390.0), names, strict=True)
    pieces = [
        *((x, 60.0, text) for x, text in heads),
        *((x, 75.0, text) for x, text in below),
        (40.0, 200.0, "LER 110105*"),
    ]
    item = item_of(*pieces)
    assert (item["producer_name"], item["carrier_name"], item["destination"]) == names


def table(top: float, *rows: tuple[str, ...]) -> list[Piece]:
    return [(left, top + 15 * at, text) for at, row in enumerate(rows) for left, text in zip(XS, row, strict=True)]


XS = (40.0, 110.0, 330.0, 430.0)
HEADER = ("LER", "Descripción", "Operación", "Cantidad (kg)")


def test_each_row_of_a_table_is_a_waste() -> None:
    rows = [
        ("150101", "Papel", "R3", "4.320"),
        ("160601*", "Baterías de plomo", "R4", "145"),
        ("", "Total", "", "4.465"),
    ]
    items = read(table(80, HEADER, *rows)).items
    fields = ("low_code", "description", "rd_code", "quantity", "unit", "hazardous")
    assert [tuple(item.get(field) for field in fields) for item in items] == [
        ("150101", "Papel", "R3", Decimal(4320), "kilogram_(kg)", False),
        ("160601", "Baterías de plomo", "R4", Decimal(145), "kilogram_(kg)", True),
    ]


def test_table_goes_on_without_its_header_on_the_next_page() -> None:
    second = table(60, ("160601*", "Baterías de plomo", "R4", "145"))
    items = read(table(80, HEADER, ("150101", "Papel", "R3", "320")), second).items
    assert [(item["low_code"], item.get("quantity")) for item in items] == [("150101", 320), ("160601", 145)]


def test_each_delivery_of_one_waste_is_an_item_with_its_day() -> None:
    header = ("LER", "Residuo", "Fecha recogida", "Kg")
    rows = [("200101", "Papel", "08/01/2024", "420"), ("200101", "Papel", "22/01/2024", "385")]
    items = read(table(80, header, *rows)).items
    assert [(item["quantity"], item["start_date"]) for item in items] == [(420, "2024-01-08"), (385, "2024-01-22")]


def test_each_document_of_a_file_is_an_item() -> None:
    def document(number: str, code: str) -> list[Piece]:
        return column(
            40,
            60,
            f"Nº documento: {number}",
            "Productor: Hotel Giralda, S.A.",
            f"Código LER: {code}",
            "Cantidad: 12 kg",
        )

    items = read(document("DI41-0001", "200125"), document("DI41-0002", "200108")).items
    assert [(item["identification_name"], item["low_code"]) for item in items] == [
        ("DI41-0001", "200125"),
        ("DI41-0002", "200108"),
    ]


@pytest.mark.parametrize(
    ("lines", "quantity", "unit"),
    [
        (["Peso bruto: 31.980 kg", "Tara: 13.340 kg", "Peso neto: 18.640 kg"], 18640, "kilogram_(kg)"),
        (["Quantité estimée : 2,50 t", "Quantité reçue : 2,34 t"], "2.34", "tonne_(t)"),
        (["Quantità: 64 [ ] litri [X] kg"], 64, "kilogram_(kg)"),
        (["Quantity: 64 ☐ tonnes ☐ kg ☒ litres"], 64, "litre_(l)"),
        (["Masa odpadów [Mg]: 5,36"], "5.36", "tonne_(t)"),
        (["How is the waste contained? 1100 litre bin", "How much waste? 1.1 m3"], "1.1", "cubic_metre_(m3)"),
    ],
)
def test_quantity_is_what_was_handed_over(lines: list[str], quantity: Any, unit: str) -> None:
    item = item_of(*column(40, 60, *lines), (40, 300, "EWC code: 20 03 01"))
    assert (item["quantity"], item["unit"]) == (Decimal(quantity), unit)


@pytest.mark.parametrize(
    ("printed", "quantity"),
    [
        ("Peso neto de la carga del vehículo: 14.260 kg", "14260"),
        ("Peso neto de la carga del vehículo: 14.260 t", "14.26"),
        ("Net weight of the load on the vehicle: 14,260 kg", "14260"),
    ],
)
def test_lone_mark_is_settled_by_the_unit(printed: str, quantity: str) -> None:
    found = read(column(40, 60, printed, "LER 20 03 01"))
    (entry,) = (entry for entry in found.evidence if entry.field == "quantity")
    assert (found.items[0]["quantity"], entry.alternatives) == (Decimal(quantity), ())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Code déchet : 06 05 02*", "060502"),
        ("Code déchet : 060502", "060502"),
        ("Code déchet : O6 O5 02", "060502"),
        ("Code déchet : 06 05 99", None),
        ("Tél. : 01 01 01 01 02", None),
        ("170101 kg", None),
    ],
)
def test_waste_code_is_one_of_the_list(line: str, code: str | None) -> None:
    item = item_of((40, 60, line), (40, 90, "Producteur : Boulonnerie SA"))
    assert item.get("low_code") == code


def test_star_that_the_list_does_not_have_is_said_as_printed() -> None:
    assert item_of((40, 60, "Code déchet : 20 03 01*"))["hazardous"] is True


@pytest.mark.parametrize(
    ("lines", "operation"),
    [
        (["Opération prévue (code D/R) : R 13", "Opération réalisée : R 1"], "R1"),
        (["Treatment: ☐ D1 ☐ D10 ☒ R3 ☐ R13"], "R3"),
        (["Operación de tratamiento: R1201"], "R1201"),
        (["Treatment: R14"], None),
    ],
)
def test_operation_is_the_one_done_or_marked(lines: list[str], operation: str | None) -> None:
    assert item_of(*column(40, 60, *lines), (40, 300, "EWC code: 20 03 01")).get("rd_code") == operation


@pytest.mark.parametrize(
    ("text", "index"),
    [("[X] kg [ ] l", 0), ("☐ kg ☒ l", 1), ("kg ☐ l ☒", 1), ("kg l", None), ("☒ kg ☒ l", None), ("☐ kg ☐ l", None)],
)
def test_marked_option_is_chosen(text: str, index: int | None) -> None:
    kilograms, litres = text.index("kg"), text.index("l")
    assert chosen(text, [(kilograms, kilograms + 2), (litres, litres + 1)]) == index
