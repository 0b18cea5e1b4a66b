"""Telling categories apart: documents written out here, which neither the model nor the vocabulary was made from."""

import json
from importlib.resources import files

import pytest

from service.domain.category import Category
from service.domain.evidence import Box
from service.processing.reader.category_model import PRODUCER, shipped
from service.processing.reader.classify import classify
from service.processing.reader.model import Classification, Page, TextSource, Word

DOCUMENTS = {
    Category.ELECTRICITY: (
        "Lumia Comercializadora S.A.\nFactura nº L-2291\nPeriodo 01/03/2024 a 31/03/2024\nCUPS ES0031405968956002BN\n"
        "Punta 41 kWh  Llano 52 kWh  Valle 88 kWh\nPotencia contratada 4,6 kW\n"
        "Impuesto eléctrico 0,51 €\nTotal 38,20 €",
        "Brightgrid Energy\nStatement 5521\nMeter 19K0032 from 01 Feb to 28 Feb\nUnits used 412 kWh at 27.1p\n"
        "Standing charge 28 days at 53p\nElectricity charges £126.49\nTotal to pay £132.81",
    ),
    Category.WATER: (
        "Aigües del Montnegre SA\nFactura 881\nComptador 8812, lectura 331 m3, anterior 310 m3\nConsum 21 m3\n"
        "Subministrament d'aigua 18,20\nClavegueram 4,10\nCànon 9,77\nTotal 34,90 EUR",
        "Wasserwerk Auental\nRechnung 7718\nZählerstand 512 m³ alt 470 m³\nTrinkwasser 42 m³ 71,40 EUR\n"
        "Abwasser 42 m³ 96,60 EUR\nGesamt 168,00 EUR",
    ),
    Category.GAS: (
        "Gasoria Energía\nFactura gas natural G-119\nLectura 1.201 m3 anterior 1.160 m3\n"
        "Factor de conversión 11,62 kWh/m3\n"
        "Consumo 476 kWh\nTérmino fijo RL.2 9,10\nImpuesto hidrocarburos 1,11\nTotal 44,18 €",
        "Metanord S.p.A.\nBolletta gas\nPDR 00112233\nConsumo 88 Smc\nCoefficiente C 1,02\n"
        "Materia gas 61,10 €\nTotale 90,02 €",
    ),
    Category.FUEL_DELIVERY: (
        "Carburants Vallès\nAlbarán 3391\nGasóleo B 1.500 litros\nPrecio 0,982 €/l\n"
        "Matrícula cisterna 4412 KLM\nTotal 1.473,00 €",
        "Moorland Oils Ltd\nDelivery ticket 8841\nKerosene heating oil 900 litres\n"
        "Start meter 10021 end meter 10921\n"
        "Price per litre 0.612\nTotal £578.34",
    ),
    Category.RECHARGES: (
        "Frimar Instalaciones\nParte de trabajo 5521\nEquipo split sala servidores\n"
        "Fuga reparada, recarga de refrigerante R410A 2,4 kg\n"
        "Técnico J. Ros, control de fugas correcto",
        "Coolwell Services\nJob report\nAir conditioning unit 4, leak test passed\n"
        "Refrigerant R32 added 1.2 kg\nEngineer T. Hall",
    ),
    Category.WASTES: (
        "Documento de identificación de residuos\nProductor: Talleres Ebro\nCódigo LER 13 02 05* aceites\n"
        "Cantidad 640 kg\nGestor de destino: Recuperaciones Sur\nOperación R9\nTransportista: Transaceites",
        "Waste transfer note\nProducer: Hillside Foods\nEWC code 20 01 08\nQuantity 1.2 tonnes\n"
        "Carrier: Greenhaul, registration CBDU11\nRecovery R3",
    ),
    Category.INVOICE: (
        "Nordbyte Software GmbH\nRechnung RE-5512\nRechnungsdatum 02.05.2024\nBeratung 12 Stunden 1.440,00\n"
        "MwSt. 19% 273,60\nRechnungsbetrag 1.713,60 EUR\nZahlbar bis 01.06.2024",
        "Atelier Durance SARL\nFacture 2024-118\nCréation de site web 2 400,00\nTotal HT 2 400,00\n"
        "TVA 20 % 480,00\nTotal TTC 2 880,00",
    ),
    Category.RECEIPT: (
        "BAR EL MUELLE\nFactura simplificada 0081\nMesa 4\n2 Cañas 5,00\n1 Tortilla 4,50\nTotal 9,50\n"
        "Efectivo 10,00\nCambio 0,50\n"
        "Gracias por su visita",
        "PENNY LANE MARKET\nTill 3 cashier Ann\nMilk 1.20\nBread 0.95\nTotal 2.15\nCash 5.00\nChange 2.85\nThank you",
    ),
    Category.BANK_STATEMENT: (
        "Banco Litoral\nExtracto de cuenta\nIBAN ES9121000418450200051332\nSaldo anterior 1.204,11\n"
        "02/04 Nómina 1.800,00\n"
        "05/04 Recibo luz -61,20\nSaldo final 2.942,91",
        "Harbour Bank\nAccount statement\nOpening balance 340.10\n03 Mar Card payment Tesco 22.10\n"
        "09 Mar Salary 1,900.00\n"
        "Closing balance 2,218.00",
    ),
    Category.OTHER: (
        "Contrato de arrendamiento de vivienda\n"
        "De una parte el arrendador y de otra el arrendatario, que acuerdan las "
        "siguientes cláusulas.\nPrimera. El arrendador cede el uso de la vivienda.",
        "Curriculum vitae\nProfessional experience\nProject engineer, 2015 to 2021\nEducation: Bachelor of Science\n"
        "Languages: English, Italian\nReferences on request",
    ),
}
#: A supplier's letter and a bank's offer: what they speak of is not what they are.
LETTERS = (
    "Dear customer,\n"
    "We are writing to tell you that our prices for electricity will change on 1 May. You do not need to "
    "do anything.\nYours sincerely, Customer Relations",
    "Estimado cliente:\n"
    "Le ofrecemos un préstamo preconcedido desde el 5,9% TAE. Consulte las condiciones en su oficina.\n"
    "Atentamente, el director",
)
CASES = [(category, text) for category, texts in DOCUMENTS.items() for text in texts]


def page_of(text: str) -> Page:
    words = []
    for row, line in enumerate(text.splitlines()):
        left = 40.0
        for word in line.split():
            width = 5.0 * len(word)
            words.append(Word(word, Box(left, 40.0 + 14 * row, left + width, 50.0 + 14 * row)))
            left += width + 4
    return Page(1, 595.0, 842.0, TextSource.TEXT_LAYER, tuple(words))


@pytest.mark.parametrize(("category", "text"), CASES, ids=lambda value: str(value)[:24])
def test_category_is_told(category: Category, text: str) -> None:
    assert classify([page_of(text)]).category is category


@pytest.mark.parametrize("text", LETTERS)
def test_letters_are_not_taken_for_bills_or_statements(text: str) -> None:
    told = classify([page_of(text)])
    assert told.category in (Category.OTHER, Category.UNKNOWN)
    assert Category.OTHER in (told.category, *(guess for guess, _ in told.alternatives[:1]))


@pytest.mark.parametrize("text", [*LETTERS, *(text for _, text in CASES)])
def test_probabilities_are_probabilities(text: str) -> None:
    told = classify([page_of(text)])
    shares = [told.probability, *(share for _, share in told.alternatives)]
    assert all(0 <= share <= 1 for share in shares)
    assert shares == sorted(shares, reverse=True)
    assert sum(shares if told.category is not Category.UNKNOWN else shares[1:]) <= 1.001
    assert (told.producer, told.producer_version) == (PRODUCER, shipped().version)


@pytest.mark.parametrize(
    "text", ["qwz rtbn plmk vrrt\nzzkw trrp 8812 qpl", "Anna Puig\nCarrer Major 4\n17001 Girona", "a b c"]
)
def test_what_says_nothing_is_unknown(text: str) -> None:
    told = classify([page_of(text)])
    assert told.category is Category.UNKNOWN
    assert told.alternatives[0][1] < shipped().threshold


@pytest.mark.parametrize("text", ["", "   ", "1234 5678 - 9,10 €"])
def test_page_without_words_is_unknown_for_sure(text: str) -> None:
    told = classify([page_of(text)])
    assert (told.category, told.probability, told.alternatives) == (Category.UNKNOWN, 1.0, ())


def test_no_pages_are_unknown() -> None:
    assert classify([]).category is Category.UNKNOWN


def test_classification_survives_the_way_through_json() -> None:
    told = classify([page_of(CASES[0][1])])
    assert Classification.from_dict(json.loads(json.dumps(told.to_dict()))) == told


def test_same_text_gets_the_same_probabilities() -> None:
    assert classify([page_of(CASES[3][1])]) == classify([page_of(CASES[3][1])])


def test_model_is_small_and_says_what_it_was_made_of() -> None:
    folder = files("service.processing.reader") / "models"
    assert len((folder / "categories.npz").read_bytes()) < 400_000
    said = json.loads((folder / "categories.json").read_text(encoding="utf-8"))
    assert said["trained_on"]["made"] > 1000
    assert 0.8 < said["held_out"]["development, by source"]["accuracy"] <= 1
    assert {Category(name) for name in said["categories"]} == set(Category) - {Category.UNKNOWN}
