"""Till slips: their amounts, taxes, fuel and issuer, from words on a page."""

from decimal import Decimal
from typing import Any

import pytest

from service.domain.category import Category
from service.domain.evidence import Box
from service.processing.reader.extract import extract
from service.processing.reader.layout import fold
from service.processing.reader.model import Page, TextSource, Word
from service.processing.reader.slip_words import role_of

_HEIGHT, _CHARACTER = 10.0, 6.0


def _slip(text: str) -> Page:
    """A page with the text's words at the places of their characters; two blanks part cells."""
    words = []
    for row, line in enumerate(text.strip("\n").split("\n")):
        position = 0
        for word in line.split(" "):
            if word:
                y, x = 14.0 * row, _CHARACTER * position
                words.append(Word(word, Box(x, y, x + _CHARACTER * len(word), y + _HEIGHT), 0.95))
            position += len(word) + 1
    return Page(1, 400.0, max(14.0 * (row + 1), 300.0), TextSource.OCR, tuple(words))


def _read(text: str, category: Category = Category.RECEIPT) -> dict[str, Any]:
    (item,) = extract(category, [_slip(text)]).items
    return item


def test_a_misread_total_is_outvoted_by_lines_cash_and_taxes() -> None:
    item = _read("""
Markt am Tor
BROT              0,29 E
SALAT             1,19 E
CURRY             3,99 E
SUMME    EUR      5.17
Bar      EUR      5,47
E 7,0%    0,36    5,11    5,47
""")
    assert (item["total_amount"], item["net_amount"], item["tax_amount"]) == (
        Decimal("5.47"),
        Decimal("5.11"),
        Decimal("0.36"),
    )


def test_cash_and_change_are_no_total() -> None:
    item = _read("""
Bar Ejemplo
TOTAL             23,40
Entregado         50,00
Cambio            26,60
""")
    assert item["total_amount"] == Decimal("23.40")


def test_a_rounded_total_is_what_is_paid() -> None:
    item = _read("""
KEDAI CONTOH SDN BHD
Total Sales (Incl GST)   RM  27.67
Rounding Adj             RM  -0.02
Total Payable            RM  27.65
CASH                     RM  50.00
CHANGE                   RM  22.35
GST SUMMARY    Amount    Tax
SR @ 6%        26.10     1.57
""")
    assert item["total_amount"] == Decimal("27.65")
    assert item["taxes"] == [{"rate": Decimal(6), "base": Decimal("26.10"), "amount": Decimal("1.57")}]


def test_a_tip_belongs_to_what_is_paid_and_not_to_the_taxed() -> None:
    item = _read("""
SAMPLE DINER
Subtotal         41.25
Sales Tax         3.61
Total            44.86
Tip               8.00
Amount Charged   52.86
""")
    assert (item["total_amount"], item["net_amount"], item["tax_amount"]) == (
        Decimal("52.86"),
        Decimal("41.25"),
        Decimal("3.61"),
    )


def test_savings_points_and_items_are_no_totals() -> None:
    item = _read("""
Sample Foods Ltd
TOTAL TO PAY     21.40
You saved       102.50
Total points    210.00
""")
    assert item["total_amount"] == Decimal("21.40")


@pytest.mark.parametrize("said", ["1OTAL", "TOTAI", "TOTALEUR", "T0TAL"])
def test_total_is_known_with_a_misread_or_a_glued_letter(said: str) -> None:
    assert _read(f"Bar Ejemplo\nCAFE   1,20\n{said}   7,80\nTAZA   9,90")["total_amount"] == Decimal("7.80")


def test_glued_amounts_of_a_tax_row_are_parted() -> None:
    item = _read("""
Station am Tor
Gesamtbetrag          71,02 EUR
Typ   Netto  MwSt  Brutto
A:19,00%  59,68  11,3471,02
""")
    assert (item["net_amount"], item["tax_amount"]) == (Decimal("59.68"), Decimal("11.34"))


def test_rows_of_several_rates_add_up_to_the_total() -> None:
    item = _read("""
SARL EXEMPLE
TOTAL A PAYER       6,50
10,00%    4,27    0,43    4,70
5,50%     1,71    0,09    1,80
""")
    assert (item["net_amount"], item["tax_amount"]) == (Decimal("5.98"), Decimal("0.52"))
    assert [row["rate"] for row in item["taxes"]] == [Decimal(10), Decimal("5.5")]


def test_a_misread_tax_follows_from_total_and_net_amount() -> None:
    item = _read("""
EJEMPLO Y AMIGOS, S.L.
TOTAL  7,10
Base Imp     IVA
6,45         0,66
""")
    assert (item["net_amount"], item["tax_amount"]) == (Decimal("6.45"), Decimal("0.65"))


def test_an_exempt_ticket_has_no_tax() -> None:
    item = _read("""
MUSEO DE EJEMPLO
GENERAL     10,00 €
(Exento de IVA)
""")
    assert (item["tax_amount"], item["net_amount"]) == (0, Decimal("10.00"))


def test_amounts_that_nothing_proves_are_not_made_up() -> None:
    item = _read("""
Bar Ejemplo
TOTAL             23,40
IVA incluido
""")
    assert "net_amount" not in item
    assert "tax_amount" not in item


@pytest.mark.parametrize(
    ("line", "quantity", "unit", "price"),
    [
        ("Zp 05  38,41 l  1,849 EUR/l", "38.41", "litre_(l)", "1.849"),
        ("REG  20.298G @ 3.499/ G", "20.298", "us_gallon_(gal)", "3.499"),
    ],
)
def test_what_was_filled_is_proven_by_its_price(line: str, quantity: str, unit: str, price: str) -> None:
    item = _read(f"Sample Station\nDiese1   71,02\n{line}\nTOTAL   71,02")
    assert (item["quantity"], item["unit"], item["unit_price"]) == (Decimal(quantity), unit, Decimal(price))


def test_a_misread_fuel_has_its_name() -> None:
    assert _read("Sample Station\nDiese1   58,28\n31,69 l   1,839 EUR/l\nTOTAL   58,28")["product"] == "Diesel"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("FACTURA SIMPLIFICADA\nCafé Ejemplo\nC/ Mayor 3", "Café Ejemplo"),
        ("Shel1 Ejemplo\n0HG Muster\nC/ Mayor 3", "Shell Ejemplo"),
        ("ENTRADAGENERAL\nCasa Ejemplo\nC/ Mayor 3", "Casa Ejemplo"),
        ("Welcome to Sample\n57444217004\nSAMPLE OIL\n12 MAIN ST", "Sample"),
        ("TIENDA\nEJEMPLO RETAIL SL\nCIF B58818501", "EJEMPLO RETAIL SL"),
        ("A05051\nCONTOH INTERNATIONAL SDN BHD\n(867388-U)", "CONTOH INTERNATIONAL SDN BHD"),
        ("KEDAI CONTOH SHOP\n40170 SETIA ALAM\nOwned By :\nCONTOH SUPPLY SDN BHD", "KEDAI CONTOH SHOP"),
        ("ACME\nErika Muster\nHauptstr. 5", "Erika Muster"),
    ],
)
def test_the_issuer_stands_at_the_head(head: str, name: str) -> None:
    assert _read(f"{head}\nCAFE   1,20\nTOTAL   1,20")["supplier_name"] == name


def test_an_address_at_the_head_is_no_customer() -> None:
    item = _read("EJEMPLO S.L.\nCalle Mayor 3\n28001 Madrid\nCAFE   1,20\nTOTAL   1,20")
    assert "customer_name" not in item


def test_a_company_told_as_the_issuer_wins_over_a_brand() -> None:
    item = _read("Ejemplos\nCAFE   1,20\nTOTAL   1,20\nEmite: EJEMPLOS REUNIDOS S.L.\nCIF:B58818501")
    assert item["supplier_name"] == "EJEMPLOS REUNIDOS S.L."


def test_check_digits_mend_a_misread_tax_number() -> None:
    assert _read("MUSEO\nCIF:Q28280321\nTOTAL   10,00")["supplier_tax_id"] == "Q2828032I"


def test_a_tax_number_with_right_digits_is_left_alone() -> None:
    assert _read("Sample\nVAT: 663758203\nTOTAL   1.50")["supplier_tax_id"] == "663758203"


@pytest.mark.parametrize(
    ("place", "currency"),
    [
        ("Madison, WI 53703", "USD"),
        ("12 JALAN BESAR", "MYR"),
        ("Ludlow SY8 1BP", "GBP"),
        ("P.IVA 04412087116", "EUR"),
    ],
)
def test_the_place_tells_the_currency(place: str, currency: str) -> None:
    assert _read(f"Sample Shop\n{place}\nTOTAL   10.00")["currency"] == currency


def test_days_stand_in_the_order_of_the_place() -> None:
    assert _read("Sample Diner\nMadison, WI 53703\n07/04/2023\nTOTAL   10.00")["issue_date"] == "2023-07-04"
    assert _read("Kedai Contoh\n12 JALAN BESAR\n07/04/2023\nTOTAL   10.00")["issue_date"] == "2023-04-07"


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("Total Sales (Excluding GST)", "net"),
        ("Total Inclusive of GST", "named_sum"),
        ("Total (Impuestos incl.)", "final_total"),
        ("Suggested tip 18%", "other"),
        ("Cuota IVA 21%", "tax"),
        ("Rückgeld BAR", "change"),
    ],
)
def test_the_longest_phrase_says_what_an_amount_is(said: str, role: str) -> None:
    assert role_of(fold(said)) == role


def test_what_people_write_over_a_slip_is_no_issuer() -> None:
    item = _read("tan sample name\nCONTOH GIFT & DECO\n27, JALAN DEDAP 13\nPEN   1,20\nTOTAL   1,20")
    assert item["supplier_name"] == "CONTOH GIFT & DECO"


def test_a_recognised_invoice_is_read_as_a_slip_where_its_taxes_then_add_up() -> None:
    item = _read(
        """
Hotel Muster GmbH
Gesamtbetrag EUR                 238,00
MwSt  7% aus 196,00     12,82
MwSt 19% aus  42,00      6,71
Nettobetrag             218,47
""",
        Category.INVOICE,
    )
    assert (item["net_amount"], item["tax_amount"]) == (Decimal("218.47"), Decimal("19.53"))


def test_lines_of_a_slip_take_counts_and_prices_from_the_line_beside() -> None:
    item = _read("""
Markt am Tor
Hauptstr. 5
12345 Musterstadt
2 KAFFEE      1,20      2,40
BANANEN
0,654 kg x 3,99         2,61
RABATT                 -0,50
SUMME EUR               4,51
Danke
""")
    cells = [(row["description"], row.get("quantity"), row.get("unit_price"), row["amount"]) for row in item["lines"]]
    assert cells == [
        ("KAFFEE", Decimal(2), Decimal("1.20"), Decimal("2.40")),
        ("BANANEN", Decimal("0.654"), Decimal("3.99"), Decimal("2.61")),
        ("RABATT", None, None, Decimal("-0.50")),
    ]


def test_rows_of_the_taxes_are_no_lines_of_a_slip() -> None:
    item = _read("KEDAI CONTOH SDN BHD\nTOTAL   31.14\nCASH   40.00\nCHANGE   8.86\nZRL @0%   31.14   0.00")
    assert "lines" not in item


def test_a_dollar_sign_in_malaysia_is_no_american_dollar() -> None:
    item = _read("Pasar Contoh\nJALAN PERMAS 10\n02-03-17  19:05\nTOTAL   $12.70\nCASH   $20.00\nCHANGE   $7.30")
    assert (item["currency"], item["issue_date"]) == ("MYR", "2017-03-02")


def test_the_kind_of_document_behind_a_name_is_no_part_of_it() -> None:
    assert _read("SAMPLE PAYMENT RECEIPT\nROOM   12.70\nTOTAL   12.70")["supplier_name"] == "SAMPLE"


def test_the_sum_of_taxes_is_the_tax_of_a_slip_that_prints_no_net_amounts() -> None:
    lines = ["Chleb 20,10", "Woda 13,14", "PTU A 23% 2,46", "PTU C 5% 0,96", "SUMA PTU 3,42", "SUMA PLN 33,24"]
    item = _read("\n".join(["SKLEP JAGODA", *lines, "KARTA 33,24"]))
    assert (item["total_amount"], item["tax_amount"]) == (Decimal("33.24"), Decimal("3.42"))


def test_two_days_on_a_slip_are_no_period() -> None:
    item = _read(
        "PENNY LANE MARKET\nMilk 1,20\nBread 0,95\nTOTAL 2,15\nTell us by 28/10/2024\nSurvey 14/10/2024 - 28/10/2024"
    )
    assert "start_date" not in item
