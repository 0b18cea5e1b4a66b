"""Lessons of documents with several items: learnt and applied only where it is sure which item has which value."""

from __future__ import annotations

from decimal import Decimal

from service.domain.category import Category
from service.domain.evidence import Box
from service.domain.items import Item
from service.processing.reader.lessons import LEARNED, apply, learn
from service.processing.reader.model import Page, TextSource, Word

_NAMES = ("Aguas del Norte sociedad de servicios", "Factura de suministro conjunta para comunidades")


def _page(*lines: str) -> Page:
    words = []
    for row, line in enumerate((*_NAMES, *lines)):
        left = 40.0
        for word in line.split():
            words.append(Word(word, Box(left, 40.0 + 14 * row, left + 5.0 * len(word), 50.0 + 14 * row)))
            left += 5.0 * len(word) + 4
    return Page(1, 595.0, 842.0, TextSource.TEXT_LAYER, tuple(words))


def _bill(folio: str, *used: str) -> Page:
    return _page(f"Folio interno {folio}", *(f"Consumido por la finca {amount} m3" for amount in used))


def _items(*quantities: str, number: str = "") -> list[Item]:
    named = {"invoice_number": number} if number else {}
    return [{"quantity": Decimal(quantity), **named} for quantity in quantities]


_LESSON = learn(
    Category.WATER, [_bill("K-11", "31", "42")], _items("1", "1", number="1"), _items("31", "42", number="K-11")
)


def test_field_of_the_whole_document_is_taught_to_every_item() -> None:
    page = _bill("K-12", "7", "8", "9")
    items, said = apply(Category.WATER, _items("1", "1", "1", number="1"), [], [page], [_LESSON])
    assert [item["invoice_number"] for item in items] == ["K-12"] * 3
    assert [entry.item for entry in said if entry.field == "invoice_number"] == [0, 1, 2]
    assert all(entry.producer == LEARNED and entry.raw_text == "K-12" for entry in said[:1])


def test_values_that_differ_are_taught_in_the_order_of_the_items() -> None:
    items, said = apply(Category.WATER, _items("1", "1"), [], [_bill("K-12", "7", "8")], [_LESSON])
    assert [item["quantity"] for item in items] == [Decimal(7), Decimal(8)]
    assert [(entry.item, entry.raw_text) for entry in said if entry.field == "quantity"] == [(0, "7"), (1, "8")]


def test_nothing_is_taught_where_there_are_more_places_than_items() -> None:
    items, _ = apply(Category.WATER, _items("1", "1"), [], [_bill("K-12", "7", "8", "9")], [_LESSON])
    assert [item["quantity"] for item in items] == [Decimal(1), Decimal(1)]


def test_items_that_differ_keep_what_is_their_own() -> None:
    machine = [*_items("1", number="A"), *_items("1", number="B")]
    items, _ = apply(Category.WATER, machine, [], [_bill("K-12", "7", "8")], [_LESSON])
    assert [item["invoice_number"] for item in items] == ["A", "B"]


def test_value_of_a_lone_item_is_not_taught_to_several() -> None:
    lesson = learn(Category.WATER, [_bill("K-11", "31")], _items("1"), _items("31"))
    items, _ = apply(Category.WATER, _items("1", "1"), [], [_bill("K-12", "7", "8")], [lesson])
    assert [item["quantity"] for item in items] == [Decimal(1), Decimal(1)]


def test_correction_that_adds_or_takes_away_an_item_teaches_nothing() -> None:
    assert learn(Category.WATER, [_bill("K-11", "31", "42")], _items("1"), _items("31", "42")) == {}


def test_value_that_is_not_on_the_page_teaches_nothing() -> None:
    assert learn(Category.WATER, [_bill("K-11", "31")], _items("1"), _items("77")) == {}


def test_newest_of_two_corrections_that_contradict_each_other_counts() -> None:
    page = _page("Folio interno K-11", "Consumido por la finca 31 m3", "Estimado para el vecino 44 m3")
    newest = learn(Category.WATER, [page], _items("1"), _items("44"))
    oldest = learn(Category.WATER, [page], _items("1"), _items("31"))
    again = _page("Folio interno K-12", "Consumido por la finca 5 m3", "Estimado para el vecino 6 m3")
    (item,), _ = apply(Category.WATER, _items("1"), [], [again], [newest, oldest])
    assert item["quantity"] == 6
    (item,), _ = apply(Category.WATER, _items("1"), [], [again], [oldest, newest])
    assert item["quantity"] == 5


def test_damaged_lesson_is_no_trouble() -> None:
    page, machine = _bill("K-12", "7"), _items("1")
    for lesson in (None, 7, {}, {"version": 99}):
        assert apply(Category.WATER, machine, [], [page], [lesson])[0] == machine
