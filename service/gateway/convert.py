"""Single values: from JSON and from the text of a query or form, with errors that say what would be right."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import isinf
from typing import Any

from google.protobuf import duration_pb2, field_mask_pb2, struct_pb2, timestamp_pb2
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from google.type import decimal_pb2

from service.gateway import fields
from service.gateway.json_text import Number, parse_json
from service.gateway.problems import Refused

Convert = Callable[[Any], Any]
_STRUCTURED = (fields.STRUCT, fields.VALUE, fields.LIST_VALUE)


class WrongValue(Exception):
    """A value can't be taken; the message says what it must be."""


def json_type(value: Any) -> str:
    """What a value is called in JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case Number() | int():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"


def expected(what: str, value: Any) -> WrongValue:
    return WrongValue(f"must be {what}, not {json_type(value)}")


def from_json(field: FieldDescriptor) -> Convert:
    """The converter of JSON values for one value of the field. It raises `WrongValue`."""
    if field.message_type is not None:
        return _WELL_KNOWN_JSON.get(field.message_type.full_name) or wrapper(field)
    if field.enum_type is not None:
        return enum_converter(field.enum_type)
    if field.cpp_type in fields.INTEGER_BOUNDS:
        return integer_converter(*fields.INTEGER_BOUNDS[field.cpp_type])
    if field.cpp_type in fields.FLOATS:
        return convert_float
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return convert_bool
    return convert_bytes if field.type == FieldDescriptor.TYPE_BYTES else convert_string


def from_text(field: FieldDescriptor) -> Convert:
    """The converter of a query parameter's or a form part's text for one value of the field."""
    convert = from_json(field)
    message = field.message_type.full_name if field.message_type is not None else ""
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL or message == "google.protobuf.BoolValue":
        return lambda text: convert(bool_of_text(text))
    if field.cpp_type in fields.INTEGER_BOUNDS or (message in fields.WRAPPERS and "Int" in message):
        return lambda text: convert(integer_of_text(text))
    if field.cpp_type in fields.FLOATS or message in ("google.protobuf.DoubleValue", "google.protobuf.FloatValue"):
        return lambda text: convert(number_of_text(text))
    if message in _STRUCTURED:
        return lambda text: convert(json_of_text(text))
    return convert


def convert_string(value: Any) -> str:
    if type(value) is not str:
        raise expected("a string", value)
    return value


def convert_bool(value: Any) -> bool:
    if value is not True and value is not False:
        raise expected("true or false", value)
    return bool(value)


def convert_bytes(value: Any) -> bytes:
    text = convert_string(value).replace("-", "+").replace("_", "/")
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except Base64Error:
        raise WrongValue("must be base64") from None


def integer_converter(low: int, high: int) -> Convert:
    def convert(value: Any) -> int:
        if type(value) is Number:
            value = whole_number(value)
        if type(value) is not int:
            raise expected("an integer", value)
        if not low <= value <= high:
            raise WrongValue(f"must be from {low} to {high}")
        return value

    return convert


def whole_number(text: Number) -> int:
    """`1.0` and `1e3` are integers too."""
    number = Decimal(text) if len(text) < 64 else Decimal("NaN")
    if not number.is_finite() or number.adjusted() > 20 or number != number.to_integral_value():
        raise WrongValue("must be an integer without a fraction")
    return int(number)


def convert_float(value: Any) -> float:
    if type(value) is not int and type(value) is not Number:
        raise expected("a number", value)
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if isinf(number):
        raise WrongValue("is too large for a number")
    return number


_DECIMAL_TEXT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DECIMAL_LENGTH = 64
_DECIMAL_EXPONENT = 64


def convert_decimal(value: Any) -> decimal_pb2.Decimal:
    """A number or a string with one; its digits are kept as they were written."""
    if type(value) is not int and not isinstance(value, str):
        raise expected("a number", value)
    text = str(value)
    if not _DECIMAL_TEXT.fullmatch(text):
        raise WrongValue("must be a number such as 12.50")
    try:
        too_large = len(text) > _DECIMAL_LENGTH or abs(Decimal(text).adjusted()) > _DECIMAL_EXPONENT
    except InvalidOperation:
        too_large = True
    if too_large:
        raise WrongValue(f"must have at most {_DECIMAL_LENGTH} characters and an exponent within ±{_DECIMAL_EXPONENT}")
    return decimal_pb2.Decimal(value=text)


def enum_converter(enum: EnumDescriptor) -> Convert:
    """Enum values are taken in any case."""
    numbers = {name.casefold(): number for number, name in fields.enum_names(enum).items() if name is not None}
    choices = "must be one of " + ", ".join(fields.enum_choices(enum))

    def convert(value: Any) -> int:
        if type(value) is not str:
            raise WrongValue(f"{choices}; it is {json_type(value)}")
        number = numbers.get(value.casefold())
        if number is None:
            raise WrongValue(choices)
        return number

    return convert


_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_HINT = "must be an RFC 3339 time with a zone, such as 2024-03-01T00:00:00Z"


def convert_timestamp(value: Any) -> timestamp_pb2.Timestamp:
    if type(value) is not str:
        raise expected("an RFC 3339 time such as 2024-03-01T00:00:00Z", value)
    match = _RFC_3339.fullmatch(value)
    if match is None:
        raise WrongValue(time_hint(value))
    try:
        local = datetime(*(int(part) for part in match.group(1, 2, 3, 4, 5, 6)), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        raise WrongValue(f"{_TIME_HINT}: there is no such day or time") from None
    seconds = (local - _EPOCH) // timedelta(seconds=1)
    if match[9]:
        offset = int(match[10]) * 3600 + int(match[11]) * 60
        seconds += offset if match[9] == "-" else -offset
    return timestamp_pb2.Timestamp(seconds=seconds, nanos=int((match[7] or "").ljust(9, "0")))


def time_hint(value: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return f"{_TIME_HINT}: the time of day is missing; try {value}T00:00:00Z"
    if re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?", value, re.ASCII):
        return f"{_TIME_HINT}: the zone is missing; try {value.replace(' ', 'T')}Z"
    if re.fullmatch(r"\S+ \d\d:\d\d", value):
        return f"{_TIME_HINT}: a + is written %2B in a query"
    return _TIME_HINT


def convert_duration(value: Any) -> duration_pb2.Duration:
    duration = duration_pb2.Duration()
    try:
        duration.FromJsonString(convert_string(value))
    except ValueError:
        raise WrongValue("must be seconds such as 3.5s") from None
    return duration


def convert_field_mask(value: Any) -> field_mask_pb2.FieldMask:
    paths = [path.strip() for path in convert_string(value).split(",")]
    return field_mask_pb2.FieldMask(paths=[path for path in paths if path])


_STRUCT_DEPTH = 64


def convert_struct(value: Any) -> struct_pb2.Struct:
    if type(value) is not dict:
        raise expected("an object", value)
    struct = struct_pb2.Struct()
    fill_struct(struct, value, 0)
    return struct


def fill_struct(struct: struct_pb2.Struct, value: dict[str, Any], depth: int) -> None:
    for key, item in value.items():
        fill_value(struct.fields[key], item, depth)


def fill_value(target: struct_pb2.Value, value: Any, depth: int) -> None:
    if depth > _STRUCT_DEPTH:
        raise WrongValue(f"is nested deeper than {_STRUCT_DEPTH}")
    match value:
        case None:
            target.null_value = struct_pb2.NULL_VALUE
        case bool():
            target.bool_value = value
        case Number() | int():
            target.number_value = convert_float(value)
        case str():
            target.string_value = value
        case list():
            target.list_value.SetInParent()
            for item in value:
                fill_value(target.list_value.values.add(), item, depth + 1)
        case dict():
            target.struct_value.SetInParent()
            fill_struct(target.struct_value, value, depth + 1)


def convert_value(value: Any) -> struct_pb2.Value:
    target = struct_pb2.Value()
    fill_value(target, value, 0)
    return target


def convert_list(value: Any) -> struct_pb2.ListValue:
    if type(value) is not list:
        raise expected("an array", value)
    return convert_value(value).list_value


def wrapper(field: FieldDescriptor) -> Convert:
    descriptor = fields.message_of(field)
    convert = from_json(descriptor.fields_by_name["value"])
    make = GetMessageClass(descriptor)
    return lambda value: make(value=convert(value))


def bool_of_text(text: str) -> bool:
    match text.casefold():
        case "true" | "1":
            return True
        case "false" | "0":
            return False
    raise WrongValue("must be true or false")


def integer_of_text(text: str) -> int:
    if re.fullmatch(r"[+-]?\d{1,30}", text, re.ASCII):
        return int(text)
    raise WrongValue("must be an integer")


def json_of_text(text: str) -> Any:
    try:
        return parse_json(text.encode())
    except Refused:
        raise WrongValue("must be JSON") from None


def number_of_text(text: str) -> Number:
    if _DECIMAL_TEXT.fullmatch(text):
        return Number(text)
    raise WrongValue("must be a number")


_WELL_KNOWN_JSON: dict[str, Convert] = {
    fields.TIMESTAMP: convert_timestamp,
    fields.DURATION: convert_duration,
    fields.DECIMAL: convert_decimal,
    fields.STRUCT: convert_struct,
    fields.VALUE: convert_value,
    fields.LIST_VALUE: convert_list,
    fields.FIELD_MASK: convert_field_mask,
}
