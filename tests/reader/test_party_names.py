"""What is a name, and what only stands beside one."""

import pytest

from service.processing.reader.party_names import clean_name, is_name


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Nazwa: Developex S.A.", "Developex S.A."),
        ("Handwerker-Service Krüger Hauptstraße 12, 12345 Berlin", "Handwerker-Service Krüger"),
        ("Gasthof Lindenallee 4", "Gasthof Lindenallee 4"),
        ("Name: Ana Gil", "Ana Gil"),
    ],
)
def test_labels_before_and_addresses_behind_a_name_are_cut_off(printed: str, name: str) -> None:
    assert clean_name(printed) == name


@pytest.mark.parametrize("text", ["Address", "Adres", "MasterCard", "VISA"])
def test_labels_of_addresses_and_brands_of_cards_are_no_names(text: str) -> None:
    assert not is_name(text)
