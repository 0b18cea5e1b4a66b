"""The published item schemas and their validation."""

import json
from decimal import Decimal

import pytest

from service.domain.category import CATEGORY_BY_TAG, TAG_BY_CATEGORY, Category
from service.domain.items import (
    FIELDS,
    ITEM_SCHEMAS,
    MAX_ITEMS,
    Item,
    ItemsInvalidError,
    Kind,
    items_to_json,
    json_schema,
    validate_items,
)
from service.domain.units import UNITS, convert, find_unit

WATER: Item = {
    "invoice_number": "WTR-2024-03",
    "quantity": 32.1,
    "unit": "cubic_metre_(m3)",
    "start_date": "2024-03-01",
    "end_date": "2024-03-31",
}


@pytest.mark.parametrize("category", list(Category))
def test_documented_example_passes_in_every_category(category: Category) -> None:
    (item,) = validate_items(category, [WATER])
    assert item["quantity"] == Decimal("32.1")
    assert item["unit"] == "cubic_metre_(m3)"


@pytest.mark.parametrize("category", list(Category))
def test_empty_list_passes(category: Category) -> None:
    assert validate_items(category, []) == []


def test_all_violations_come_at_once_with_their_paths() -> None:
    items: list[Item] = [
        {"quantty": 3, "start_date": "2024-02-30", "unit": "furlong", "taxes": [{"rate": "x"}, {"ratio": 1}]},
        {"start_date": "2024-02-02", "end_date": "2024-02-01"},
        {"quantity": "12,5"},
    ]
    with pytest.raises(ItemsInvalidError) as caught:
        validate_items(Category.WATER, items)
    messages = {violation.field: violation.message for violation in caught.value.violations}
    assert set(messages) == {
        "content.items[0].quantty",
        "content.items[0].start_date",
        "content.items[0].unit",
        "content.items[0].taxes[0].rate",
        "content.items[0].taxes[1].ratio",
        "content.items[1].end_date",
        "content.items[2].quantity",
    }
    assert "'quantity'" in messages["content.items[0].quantty"]
    assert "YYYY-MM-DD" in messages["content.items[0].start_date"]
    assert "cubic_metre_(m3)" in messages["content.items[0].unit"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(-12, "-12"), ("0.10", "0.10"), (0.1, "0.1"), (Decimal("1234567890.123456789"), "1234567890.123456789")],
)
def test_decimals_keep_their_exact_digits(value: object, wanted: str) -> None:
    (item,) = validate_items(Category.GAS, [{"quantity": value}])
    assert str(item["quantity"]) == wanted


@pytest.mark.parametrize(
    "value", [True, "NaN", "Infinity", "1e400", "", [], {}, "12 kWh", "9" * 40, "1_000", "١٢٣", "１２"]
)
def test_what_is_no_finite_decimal_is_refused(value: object) -> None:
    with pytest.raises(ItemsInvalidError, match=r"content\.items\[0\]\.quantity"):
        validate_items(Category.GAS, [{"quantity": value}])


@pytest.mark.parametrize("value", ["2024-3-1", "01/03/2024", "2024-03-01T00:00:00", 20240301, "2023-02-29"])
def test_what_is_no_day_is_refused(value: object) -> None:
    with pytest.raises(ItemsInvalidError, match="start_date"):
        validate_items(Category.GAS, [{"start_date": value}])


def test_one_day_may_be_a_period() -> None:
    assert validate_items(Category.WASTES, [{"start_date": "2024-02-01", "end_date": "2024-02-01"}])


def test_absent_and_null_are_the_same() -> None:
    assert validate_items(Category.WATER, [{"quantity": None, "unit": "m³"}]) == [{"unit": "cubic_metre_(m3)"}]


@pytest.mark.parametrize("items", [{}, "x", None, 3])
def test_what_is_no_list_is_refused(items: object) -> None:
    with pytest.raises(ItemsInvalidError, match="must be a list"):
        validate_items(Category.WATER, items)  # type: ignore[arg-type]


def test_an_item_that_is_no_object_is_refused() -> None:
    with pytest.raises(ItemsInvalidError, match=r"content\.items\[1\]: must be an object"):
        validate_items(Category.WATER, [{}, 3])  # type: ignore[list-item]


def test_number_of_items_is_bounded() -> None:
    assert len(validate_items(Category.WATER, [{}] * MAX_ITEMS)) == MAX_ITEMS
    with pytest.raises(ItemsInvalidError, match="at most"):
        validate_items(Category.WATER, [{}] * (MAX_ITEMS + 1))


def test_required_field_of_a_row_is_asked_for() -> None:
    with pytest.raises(ItemsInvalidError, match=r"transactions\[0\]\.amount: is required"):
        validate_items(Category.BANK_STATEMENT, [{"transactions": [{"description": "fee"}]}])


def test_items_survive_json() -> None:
    items = validate_items(
        Category.ELECTRICITY, [{"quantity": "1.50", "tariff_periods": [{"period": "P1", "quantity": 2}]}]
    )
    text = json.dumps(items_to_json(items))
    assert validate_items(Category.ELECTRICITY, json.loads(text)) == items


@pytest.mark.parametrize("category", list(Category))
def test_json_schema_lists_exactly_the_fields(category: Category) -> None:
    schema = json_schema(category)
    json.dumps(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(schema["items"]["properties"]) == [field.name for field in ITEM_SCHEMAS[category]]
    assert all(entry["description"] for entry in schema["items"]["properties"].values())


@pytest.mark.parametrize("category", list(Category))
def test_every_example_is_valid(category: Category) -> None:
    item = {
        field.name: field.example == "true" if field.kind is Kind.BOOLEAN else field.example
        for field in ITEM_SCHEMAS[category]
        if field.kind is not Kind.ROWS
    }
    rows = {
        field.name: [{inner.name: inner.example for inner in field.row}]
        for field in ITEM_SCHEMAS[category]
        if field.kind is Kind.ROWS
    }
    (normal,) = validate_items(category, [item | rows])
    assert set(normal) == set(item | rows)


def test_names_are_one_flat_namespace() -> None:
    assert all(field is FIELDS[field.name] for schema in ITEM_SCHEMAS.values() for field in schema)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("kWh", "kilowatt_hour_(kwh)"),
        ("KWH", "kilowatt_hour_(kwh)"),
        ("m³", "cubic_metre_(m3)"),
        ("m3", "cubic_metre_(m3)"),
        ("Metros cúbicos", "cubic_metre_(m3)"),
        ("litros", "litre_(l)"),
        ("Kg.", "kilogram_(kg)"),
        ("toneladas", "tonne_(t)"),
        ("MWh", "megawatt_hour_(mwh)"),
    ],
)
def test_common_spellings_of_units(spelling: str, name: str) -> None:
    unit = find_unit(spelling)
    assert unit is not None
    assert unit.name == name


def test_no_two_units_share_a_spelling() -> None:
    for unit in UNITS:
        for spelling in (unit.name, *unit.spellings):
            assert find_unit(spelling) is unit


def test_units_convert_within_their_dimension_only() -> None:
    kwh, mwh, litre = (find_unit(text) for text in ("kWh", "MWh", "l"))
    assert kwh and mwh and litre
    assert convert(Decimal("1.5"), mwh, kwh) == 1500
    with pytest.raises(ValueError, match="cannot be converted"):
        convert(Decimal(1), litre, kwh)


def test_tags_and_categories_are_one_to_one() -> None:
    assert set(TAG_BY_CATEGORY) == set(Category)
    assert len(CATEGORY_BY_TAG) == len(Category)
    assert TAG_BY_CATEGORY[Category.WASTES] == "document::wastes"
