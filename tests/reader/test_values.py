"""Numbers and dates by the document's own convention."""

from decimal import Decimal

import pytest

from service.processing.reader.values import Convention, find_dates, find_month, learn_convention, parse_number

SPANISH = Convention(",", True, "es")
BRITISH = Convention(".", True, "en")
AMERICAN = Convention(".", False, "en")
OPEN = Convention(None, None)


@pytest.mark.parametrize(
    ("raw", "convention", "wanted"),
    [
        ("3 038,14 EUR", SPANISH, "3038.14"),
        ("3\u00a0038,14", OPEN, "3038.14"),
        ("1.234,56", OPEN, "1234.56"),
        ("1,234.56", OPEN, "1234.56"),
        ("1.234", SPANISH, "1234"),
        ("1.234", BRITISH, "1.234"),
        ("1,234", BRITISH, "1234"),
        ("0.123", SPANISH, "0.123"),
        ("0,142310", SPANISH, "0.142310"),
        ("12.345.678", OPEN, "12345678"),
        ("1'234.50", OPEN, "1234.50"),
        ("-12,30", SPANISH, "-12.30"),
        ("128,13-", SPANISH, "-128.13"),
        ("(45.00)", BRITISH, "-45.00"),
        ("1234,5", OPEN, "1234.5"),
    ],
)
def test_numbers(raw: str, convention: Convention, wanted: str) -> None:
    number = parse_number(raw, convention)
    assert number is not None
    assert number.value == Decimal(wanted)
    assert number.alternatives == ()


def test_a_lone_group_of_three_says_that_it_is_ambiguous() -> None:
    number = parse_number("1.234", OPEN)
    assert number is not None
    assert {number.value, *number.alternatives} == {Decimal(1234), Decimal("1.234")}


def test_decimal_mark_is_learnt_from_the_document() -> None:
    assert learn_convention(["Total 1.234,56 y 12,10"], "es", "EUR").decimal_mark == ","
    assert learn_convention(["Total 1,234.56 and 12.10"], "en", "GBP").decimal_mark == "."
    assert learn_convention(["Meter 1234"], "en", "GBP").decimal_mark is None


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("01/02/2024", "2024-02-01"),
        ("2024-03-05", "2024-03-05"),
        ("5.3.24", "2024-03-05"),
        ("12 de marzo de 2024", "2024-03-12"),
        ("12 de març de 2024", "2024-03-12"),
        ("1er janvier 2024", "2024-01-01"),
        ("12. März 2024", "2024-03-12"),
        ("12 gennaio 2024", "2024-01-12"),
        ("5 de outubro de 2023", "2023-10-05"),
        ("March 12, 2024", "2024-03-12"),
        ("12-Mar-24", "2024-03-12"),
        ("20240312", "2024-03-12"),
        ("07/03/202319:42", "2023-03-07"),
        ("04-05-1820:15", "2018-05-04"),
        ("12/09/2016:03", "2020-09-12"),
        ("18 SEP'19 16:14", "2019-09-18"),
    ],
)
def test_dates(raw: str, wanted: str) -> None:
    assert [date.value for date in find_dates(raw, SPANISH)] == [wanted]


def test_impossible_days_are_no_dates() -> None:
    assert find_dates("31/02/2024 45/13/2024", SPANISH) == []


def test_day_order_is_learnt_by_impossibility() -> None:
    assert learn_convention(["13/02/2024 01/02/2024"], "en", None).day_first is True
    assert learn_convention(["02/13/2024 01/02/2024"], "en", None).day_first is False


def test_day_order_is_learnt_from_a_date_without_doubt() -> None:
    assert learn_convention(["07/04/2023 12:47", "printed 4 July 2023"], "en", None).day_first is False
    assert learn_convention(["07/04/2023 12:47", "2023-04-07"], "en", None).day_first is True
    assert learn_convention(["07/04/2023 12:47", "valid until 31 July 2024"], "en", None).day_first is None


def test_an_open_day_order_is_said() -> None:
    (date,) = find_dates("03/04/2024", OPEN)
    assert (date.value, date.alternative) == ("2024-04-03", "2024-03-04")


def test_american_order() -> None:
    assert [date.value for date in find_dates("03/04/2024", AMERICAN)] == ["2024-03-04"]


def test_a_named_month_has_its_days() -> None:
    found = find_month("Periodo: febrero 2024")
    assert found is not None
    assert found[2:] == ("2024-02-01", "2024-02-29")
