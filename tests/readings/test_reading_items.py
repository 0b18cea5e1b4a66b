"""The contract's items and the domain's are the same, and values go from one to the other unharmed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given
from hypothesis import strategies as st
from muniment.options.v1 import options_pb2
from muniment.readings.v1 import reading_pb2
from muniment.readings.v1.reading_item_pb2 import ReadingItem

from service.domain.category import Category
from service.domain.item_fields import FIELDS, ITEM_SCHEMAS, Field, Kind
from service.domain.items import validate_items
from service.postgres.readings_json import dumps, loads
from service.rpc.reading_items import item_message, item_values
from service.rpc.readings import CATEGORIES

_SCALARS = {
    Kind.TEXT: FieldDescriptor.TYPE_STRING,
    Kind.DATE: FieldDescriptor.TYPE_STRING,
    Kind.CHOICE: FieldDescriptor.TYPE_STRING,
    Kind.BOOLEAN: FieldDescriptor.TYPE_BOOL,
    Kind.INTEGER: FieldDescriptor.TYPE_INT64,
}


def _check_field(described: Any, field: Field) -> None:
    if field.kind is Kind.ROWS:
        assert described.is_repeated
        assert {inner.name for inner in described.message_type.fields} == {inner.name for inner in field.row}
        for inner in field.row:
            _check_field(described.message_type.fields_by_name[inner.name], inner)
    elif field.kind is Kind.DECIMAL:
        assert described.message_type.full_name == "google.type.Decimal"
    else:
        assert described.type == _SCALARS[field.kind]
        assert described.has_presence


def test_message_of_an_item_has_the_fields_that_the_domain_knows_and_no_others() -> None:
    descriptor = ReadingItem.DESCRIPTOR
    assert {field.name for field in descriptor.fields} == set(FIELDS)
    for field in FIELDS.values():
        _check_field(descriptor.fields_by_name[field.name], field)


def test_fields_say_which_categories_have_them() -> None:
    for described in ReadingItem.DESCRIPTOR.fields:
        options: Any = described.GetOptions()
        said = options.Extensions[options_pb2.item].categories
        known = [category.value for category, schema in ITEM_SCHEMAS.items() if FIELDS[described.name] in schema]
        assert sorted(said) == sorted(known), described.name


def test_numbers_of_the_first_fields_never_change() -> None:
    numbers = {field.name: field.number for field in ReadingItem.DESCRIPTOR.fields}
    first = ("invoice_number", "quantity", "unit", "start_date", "end_date")
    assert [numbers[name] for name in first] == [1, 2, 3, 4, 5]


def test_categories_of_contract_and_domain_are_the_same() -> None:
    assert set(CATEGORIES) - {"unspecified"} == {category.value for category in Category}
    assert set(reading_pb2.CheckOutcome.keys()) >= {"CHECK_OUTCOME_PASS", "CHECK_OUTCOME_NOT_APPLICABLE"}


_DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6).filter(lambda d: len(d.as_tuple().digits) < 28)


@given(quantity=_DECIMALS, amount=_DECIMALS)
def test_decimals_keep_their_digits_over_message_and_database_json(quantity: Decimal, amount: Decimal) -> None:
    item = {"quantity": quantity, "taxes": [{"name": "IVA", "amount": amount}]}
    (normal,) = validate_items(Category.WATER, [item])

    values = item_values(item_message(normal))
    (again,) = validate_items(Category.WATER, [values])
    stored = loads(dumps(again))

    assert again == normal
    assert str(again["quantity"]) == format(quantity, "f")
    assert str(stored["taxes"][0]["amount"]) == format(amount, "f")


def _example(field: Field) -> Any:
    if field.kind is Kind.ROWS:
        return [{inner.name: _example(inner) for inner in field.row}]
    return field.example == "true" if field.kind is Kind.BOOLEAN else field.example


@pytest.mark.parametrize("category", list(Category))
def test_an_item_with_every_field_of_its_category_survives(category: Category) -> None:
    full = {field.name: _example(field) for field in ITEM_SCHEMAS[category]}
    (normal,) = validate_items(category, [full])
    assert validate_items(category, [item_values(item_message(normal))]) == [normal]
    assert normal.keys() == full.keys()


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d of a face", "\\u0000 as it is written", "plain"])
def test_text_that_the_database_cannot_keep_is_replaced_and_all_other_kept(text: str) -> None:
    stored = dumps([{"raw_text": text, "quantity": Decimal("1.50")}])
    (again,) = loads(stored)
    assert stored.isprintable() and str(again["quantity"]) == "1.50"
    assert again["raw_text"] == text.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
