"""Check digits of identifiers."""

import pytest
from stdnum.es import cups as cups_numbers

from service.domain.identifiers import (
    has_vat_form,
    is_cups,
    is_iban,
    is_portuguese_tax_id,
    is_spanish_tax_id,
    is_waste_code,
    waste_codes,
)


@pytest.mark.parametrize("body", ["ES1234123456789012", "ES0021000000000001", "ES0031405123456789"])
def test_cups_control_letters_agree_with_an_independent_implementation(body: str) -> None:
    code = body + cups_numbers.calc_check_digits(body)
    assert is_cups(code)
    assert is_cups(code + "0F")
    assert is_cups(" ".join((code[:6], code[6:10], code[10:14], code[14:18], code[18:])))
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert not is_cups(wrong)


@pytest.mark.parametrize("code", ["A58818501", "ES-B64717838", "12345678Z", "X1234567L", "A-28.015.865", "Q2828032I"])
def test_right_spanish_tax_ids(code: str) -> None:
    assert is_spanish_tax_id(code)


@pytest.mark.parametrize("code", ["A58818502", "12345678A", "X1234567A", "", "ABCDEFGHI", "1234567Z"])
def test_wrong_spanish_tax_ids(code: str) -> None:
    assert not is_spanish_tax_id(code)


def test_portuguese_tax_id() -> None:
    assert is_portuguese_tax_id("PT 501 964 843")
    assert not is_portuguese_tax_id("501964844")


def test_vat_forms() -> None:
    assert has_vat_form("DE 136695976")
    assert has_vat_form("FR40303265045")
    assert not has_vat_form("FR4030326504")
    assert not has_vat_form("XX123456789")


def test_iban_checksum() -> None:
    assert is_iban("ES91 2100 0418 4502 0005 1332")
    assert not is_iban("ES91 2100 0418 4502 0005 1333")


def test_list_of_waste_is_complete() -> None:
    assert len(waste_codes()) == 842
    assert waste_codes()["130205"] is True
    assert waste_codes()["200101"] is False
    assert is_waste_code("13 02 05*")
    assert not is_waste_code("99 99 99")
