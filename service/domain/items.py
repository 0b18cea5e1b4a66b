"""Validation and publication of a reading's items."""

import datetime
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from service.domain.category import Category
from service.domain.item_fields import FIELDS, ITEM_SCHEMAS, Field, Kind
from service.domain.units import find_unit

__all__ = [
    "FIELDS",
    "ITEM_SCHEMAS",
    "MAX_ITEMS",
    "MAX_ROWS",
    "MAX_TEXT",
    "Field",
    "Item",
    "ItemViolation",
    "ItemsInvalidError",
    "Kind",
    "items_to_json",
    "json_schema",
    "validate_items",
]

MAX_ITEMS = 10_000
MAX_ROWS = 10_000
MAX_TEXT = 2_000
_MAX_DIGITS = 30
_MAX_VIOLATIONS = 100
_DECIMAL_TEXT = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)

#: One item: field name to value. TEXT and DATE (`YYYY-MM-DD`) are str, DECIMAL is Decimal, ROWS is a list of dicts.
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ItemViolation:
    """What is wrong with one value: `field` is its path from the request body, as `content.items[2].quantity`."""

    field: str
    message: str


class ItemsInvalidError(ValueError):
    """The items do not follow their category's schema; `violations` has every fault (at most a hundred)."""

    def __init__(self, violations: Sequence[ItemViolation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(f"{violation.field}: {violation.message}" for violation in self.violations))


def validate_items(category: Category, items: Sequence[Mapping[str, Any]], path: str = "content.items") -> list[Item]:
    """Return the items in their normal form, in the schema's field order.

    Fields that are None are left out. Decimals may come as int, Decimal, float (its shortest spelling) or str.
    Raises ItemsInvalidError with all violations.
    """
    if isinstance(items, (str, bytes, Mapping)) or not isinstance(items, Sequence):
        raise ItemsInvalidError([ItemViolation(path, "must be a list of items")])
    if len(items) > MAX_ITEMS:
        raise ItemsInvalidError([ItemViolation(path, f"has {len(items)} items; at most {MAX_ITEMS} are allowed")])
    found: list[ItemViolation] = []
    schema = {field.name: field for field in ITEM_SCHEMAS[category]}
    normal = []
    for index, item in enumerate(items):
        normal.append(_validate_item(schema, category.value, item, f"{path}[{index}]", found))
        if len(found) >= _MAX_VIOLATIONS:
            break
    if found:
        raise ItemsInvalidError(found[:_MAX_VIOLATIONS])
    return normal


def _validate_item(
    schema: Mapping[str, Field], where: str, item: object, path: str, found: list[ItemViolation]
) -> Item:
    if not isinstance(item, Mapping):
        found.append(ItemViolation(path, "must be an object with named fields"))
        return {}
    before = len(found)
    _refuse_unknown(schema, where, item, path, found)
    values: Item = {}
    for field in schema.values():
        value = item.get(field.name)
        if value is None:
            if field.required:
                found.append(ItemViolation(f"{path}.{field.name}", f"is required; for example {field.example}"))
            continue
        values[field.name] = _normalise(field, value, f"{path}.{field.name}", found)
    if len(found) == before:
        _check_period(values, path, found)
    return values


def _refuse_unknown(
    schema: Mapping[str, Field], where: str, item: Mapping[Any, Any], path: str, found: list[ItemViolation]
) -> None:
    for name in item:
        if name in schema:
            continue
        near = difflib.get_close_matches(str(name), schema, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known are: {', '.join(schema)}"
        found.append(ItemViolation(f"{path}.{name}", f"is not a field of {where}{hint}"))


def _check_period(values: Item, path: str, found: list[ItemViolation]) -> None:
    start, end = values.get("start_date"), values.get("end_date")
    if start and end and end < start:
        found.append(ItemViolation(f"{path}.end_date", f"is {end}, before start_date {start}; it must not be earlier"))


class _Fault(Exception):
    """The value cannot be read; its text says what would be right."""


def _normalise(field: Field, value: object, path: str, found: list[ItemViolation]) -> object:
    if field.kind is Kind.ROWS:
        return _normalise_rows(field, value, path, found)
    try:
        return _NORMALISERS[field.kind](field, value)
    except _Fault as fault:
        found.append(ItemViolation(path, str(fault)))
        return None


def _normalise_rows(field: Field, value: object, path: str, found: list[ItemViolation]) -> list[Item]:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
        found.append(ItemViolation(path, "must be a list of rows"))
        return []
    if len(value) > MAX_ROWS:
        found.append(ItemViolation(path, f"has {len(value)} rows; at most {MAX_ROWS} are allowed"))
        return []
    schema = {inner.name: inner for inner in field.row}
    return [_validate_item(schema, field.name, row, f"{path}[{index}]", found) for index, row in enumerate(value)]


def _text(field: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise _Fault(f"must be text, for example {field.example!r}")
    text = str(value).strip()
    if not text:
        raise _Fault("must not be empty; leave the field out when the document does not say it")
    if len(text) > MAX_TEXT:
        raise _Fault(f"has {len(text)} characters; at most {MAX_TEXT} are allowed")
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise _Fault("must not contain control characters")
    if field.pattern and not re.fullmatch(field.pattern, text, re.ASCII):
        raise _Fault(f"is {text!r}; it must look like {field.example!r}")
    return text


def _decimal(field: Field, value: object) -> Decimal:
    problem = f"must be a decimal number with a point, for example {field.example or '12.5'}"
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise _Fault(problem)
    text = repr(value) if isinstance(value, float) else str(value).strip()
    # Decimal() takes underscores and the digits of every script as well, which no client means.
    if isinstance(value, str) and not _DECIMAL_TEXT.fullmatch(text):
        raise _Fault(f"is {value!r}; it {problem}")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _Fault(f"is {value!r}; it {problem}") from None
    if not number.is_finite():
        raise _Fault(f"is {value!r}; it must be a finite number")
    exponent = number.as_tuple().exponent
    if len(number.as_tuple().digits) > _MAX_DIGITS or not isinstance(exponent, int) or abs(exponent) > _MAX_DIGITS:
        raise _Fault(f"has too many digits; at most {_MAX_DIGITS} are kept exactly")
    return number


def _date(field: Field, value: object) -> str:
    if isinstance(value, datetime.datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, datetime.date) else value
    problem = f"must be a date as YYYY-MM-DD, for example {field.example or '2024-03-31'}"
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        raise _Fault(f"is {value!r}; it {problem}")
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise _Fault(f"is {value!r}, a day that does not exist; it {problem}") from None


def _integer(field: Field, value: object) -> int:
    number = _decimal(field, value)
    if number != number.to_integral_value():
        raise _Fault(f"is {value!r}; it must be a whole number, for example {field.example or '3'}")
    return int(number)


def _boolean(_: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise _Fault(f"is {value!r}; it must be true or false")
    return value


def _choice(field: Field, value: object) -> str:
    if isinstance(value, str):
        if value in field.choices:
            return value
        unit = find_unit(value)
        if unit is not None and unit.name in field.choices:
            return unit.name
        near = difflib.get_close_matches(value, field.choices, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise _Fault(f"is {value!r}; {hint}it must be one of: {', '.join(field.choices)}")
    raise _Fault(f"must be one of: {', '.join(field.choices)}")


_NORMALISERS: Mapping[Kind, Callable[[Field, object], object]] = {
    Kind.TEXT: _text,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
}


def items_to_json(items: Sequence[Mapping[str, Any]]) -> list[Item]:
    """The items with every Decimal as its exact text, so that `json.dumps` takes them; `validate_items` undoes it."""
    return [{name: _to_json(value) for name, value in item.items()} for item in items]


def _to_json(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list):
        return items_to_json(value)
    return value


def json_schema(category: Category) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one item list of this category."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Items of a reading of category {category.value}",
        "type": "array",
        "maxItems": MAX_ITEMS,
        "items": _object_schema(ITEM_SCHEMAS[category]),
    }


def _object_schema(fields: Sequence[Field]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _field_schema(field) for field in fields},
    }
    required = [field.name for field in fields if field.required]
    if required:
        schema["required"] = required
    return schema


def _field_schema(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"description": field.description}
    match field.kind:
        case Kind.TEXT:
            schema |= {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
            if field.pattern:
                schema["pattern"] = f"^({field.pattern})$"
        case Kind.DECIMAL:
            schema["type"] = "number"
        case Kind.DATE:
            schema |= {"type": "string", "format": "date"}
        case Kind.INTEGER:
            schema["type"] = "integer"
        case Kind.BOOLEAN:
            schema["type"] = "boolean"
        case Kind.CHOICE:
            schema |= {"type": "string", "enum": list(field.choices)}
        case Kind.ROWS:
            schema |= {"type": "array", "maxItems": MAX_ROWS, "items": _object_schema(field.row)}
    if field.example:
        schema["examples"] = [_example(field)]
    return schema


def _example(field: Field) -> object:
    if field.kind in (Kind.DECIMAL, Kind.INTEGER):
        return float(field.example) if "." in field.example else int(field.example)
    return field.example == "true" if field.kind is Kind.BOOLEAN else field.example
