"""What is a name, and what only stands beside one."""

import pytest

from service.processing.reader.party_names import clean_name, is_name, is_prose


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Nazwa: Developex S.A.", "Developex S.A."),
        ("Handwerker-Service Krüger Hauptstraße 12, 12345 Berlin", "Handwerker-Service Krüger"),
        ("Gasthof Lindenallee 4", "Gasthof Lindenallee 4"),
        ("Name: Ana Gil", "Ana Gil"),
        ("Legal Name: Tillbridge Gas Inc.", "Tillbridge Gas Inc."),
    ],
)
def test_labels_before_and_addresses_behind_a_name_are_cut_off(printed: str, name: str) -> None:
    assert clean_name(printed) == name


@pytest.mark.parametrize("text", ["Address", "Adres", "MasterCard", "VISA"])
def test_labels_of_addresses_and_brands_of_cards_are_no_names(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("deficiencies irrespective of any conditions", True),
        ("The Meadow Team appreciates your business", True),
        ("la tagliatella", False),
        ("Our Daily Bread", False),
        ("Only You Inns S.L.", False),
        ("Instituto de los Derechos", False),
    ],
)
def test_piece_of_a_sentence_is_no_name(text: str, prose: bool) -> None:
    assert is_prose(text) is prose
    assert is_name(text) is not prose
