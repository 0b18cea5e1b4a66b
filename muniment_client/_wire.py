"""Messages of the contract to results, and to and from the JSON of REST; all by descriptors."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from google.api import field_behavior_pb2
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from muniment.models import MODELS
from muniment.options.v1 import options_pb2

from muniment_client.errors import FieldError, ValidationError

T = TypeVar("T")
Convert = Callable[[Any], Any]

_TIMESTAMP = "google.protobuf.Timestamp"
_STRUCT = "google.protobuf.Struct"
_DECIMAL = "google.type.Decimal"
_LARGEST_EXACT = 2.0**53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT32,
    FieldDescriptor.CPPTYPE_UINT64,
}
_FLOATS = {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}


# Messages to results


def decode(message: Message, kind: type[T]) -> T:
    """Make a result of a message."""
    result = _decode(message)
    assert isinstance(result, kind)
    return result


def decode_all(messages: Iterable[Message], kind: type[T]) -> tuple[T, ...]:
    """Make results of messages."""
    return tuple(decode(message, kind) for message in messages)


def timestamp_value(message: Any) -> datetime:
    """A `Timestamp` as an aware time in UTC."""
    # As `ToDatetime` does it, in a third of the time.
    return _EPOCH + timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)


def timestamp_message(moment: datetime | None) -> Timestamp | None:
    """The message of a moment; None for None."""
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def struct_value(message: Any) -> dict[str, Any]:
    """A `Struct` as a dictionary; whole numbers are `int`, as in REST."""
    if not message.fields:
        return {}
    values: dict[str, Any] = _whole_numbers(json_format.MessageToDict(message))
    return values


def _decode(message: Message) -> Any:
    make, readers = _decoder(cast(Descriptor, message.DESCRIPTOR))
    return make(**{name: read(message) for name, read in readers})


@cache
def _decoder(descriptor: Descriptor) -> tuple[type[Any], tuple[tuple[str, Convert], ...]]:
    make = MODELS[descriptor.full_name]
    readers = [(each.name, _reader(descriptor.fields_by_name[each.name], str(each.type))) for each in fields(make)]
    return make, tuple(readers)


def _reader(field: FieldDescriptor, annotation: str) -> Convert:
    name = field.name
    if is_map(field):
        return lambda message: dict(getattr(message, name))
    one, get = _value_reader(field, annotation), attrgetter(name)
    if field.is_repeated:
        return lambda message: tuple(get(message) if one is None else [one(value) for value in get(message)])
    if "None" in annotation:
        if one is None:
            return lambda message: get(message) if message.HasField(name) else None
        return lambda message: one(get(message)) if message.HasField(name) else None
    return get if one is None else lambda message: one(get(message))


def _value_reader(field: FieldDescriptor, annotation: str) -> Convert | None:
    """How a value is read; None for one that is taken as it is, which most are."""
    if field.enum_type is not None:
        enum = MODELS[field.enum_type.full_name]
        members = {number: enum(word) for number, word in enum_words(field.enum_type).items()}
        return lambda number: members.get(number, members[0])
    if field.message_type is not None:
        well_known: dict[str, Convert] = {
            _TIMESTAMP: timestamp_value,
            _STRUCT: struct_value,
            _DECIMAL: lambda message: Decimal(message.value or 0),
        }
        found: Convert = well_known.get(field.message_type.full_name, _decode)
        return found
    return date.fromisoformat if "datetime.date" in annotation else None


def _whole_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST_EXACT:
        return int(value)
    return value


# JSON of REST to messages


def fill(message: Message, values: Any) -> None:
    """Fill a message from what REST answered. Names that are newer than this package are left out."""
    _fill(message, values, "", None)


def fill_checked(message: Message, values: Any, path: str) -> None:
    """Fill a message from what a caller gave in the manner of REST.

    Raises:
        ValidationError: a name is unknown or a value of the wrong kind; `fields` names each, below `path`.
    """
    problems: list[FieldError] = []
    _fill(message, values, path, problems)
    if problems:
        more = f" (and {len(problems) - 1} more)" if problems[1:] else ""
        first = f"{problems[0].field}: {problems[0].message}{more}"
        raise ValidationError(first, reason="VALIDATION_ERROR", fields=problems)


def _fill(message: Any, values: Any, path: str, problems: list[FieldError] | None) -> None:
    if not isinstance(values, Mapping):
        _tell(problems, path, "must be an object")
        return
    descriptor: Descriptor = message.DESCRIPTOR
    for name, value in values.items():
        field = descriptor.fields_by_name.get(name)
        place = f"{path}.{name}" if path else str(name)
        if field is None:
            _tell(problems, place, _unknown(str(name), descriptor.fields_by_name))
        elif value is not None:
            try:
                _set(message, field, value, place, problems)
            except (TypeError, ValueError, ArithmeticError):
                _tell(problems, place, f"must be {_expected(field)}")


def _set(message: Any, field: FieldDescriptor, value: Any, place: str, problems: list[FieldError] | None) -> None:
    name = field.name
    if is_map(field):
        getattr(message, name).update(value)
    elif field.is_repeated:
        if isinstance(value, (str, bytes, Mapping)):
            raise TypeError
        target = getattr(message, name)
        for index, item in enumerate(value):
            if field.message_type is not None:
                _set_message(target.add(), field, item, f"{place}[{index}]", problems)
            else:
                target.append(_scalar(field)(item))
    elif field.message_type is not None:
        _set_message(getattr(message, name), field, value, place, problems)
    else:
        setattr(message, name, _scalar(field)(value))


def _set_message(
    target: Any, field: FieldDescriptor, value: Any, place: str, problems: list[FieldError] | None
) -> None:
    target.SetInParent()
    match cast(Descriptor, field.message_type).full_name:
        case "google.protobuf.Timestamp":
            target.FromDatetime(value) if isinstance(value, datetime) else target.FromJsonString(value)
        case "google.type.Decimal":
            target.value = _decimal_text(value)
        case "google.protobuf.Struct":
            json_format.ParseDict(_floats(value), target)
        case _:
            _fill(target, value, place, problems)


def _scalar(field: FieldDescriptor) -> Convert:
    if field.enum_type is not None:
        return _enum_numbers(field.enum_type)
    if field.cpp_type in _INTEGERS:
        return _whole
    if field.cpp_type in _FLOATS:
        return float
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return _boolean
    return b64decode if field.type == FieldDescriptor.TYPE_BYTES else _text


def _whole(value: Any) -> int:
    if isinstance(value, bool) or value != int(value):
        raise ValueError
    return int(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise TypeError
    return value


def _decimal_text(value: Any) -> str:
    if isinstance(value, bool):
        raise TypeError
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError from None
    if not number.is_finite():
        raise ValueError
    return format(number, "f") if isinstance(value, Decimal) else str(value)


def _floats(value: Any) -> Any:
    """A `Struct` has no decimals."""
    if isinstance(value, Mapping):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _expected(field: FieldDescriptor) -> str:
    if field.is_repeated:
        return "a list"
    if field.enum_type is not None:
        return "one of " + ", ".join(word for number, word in enum_words(field.enum_type).items() if number)
    if field.message_type is not None:
        kinds = {_DECIMAL: "a number such as 12.50", _TIMESTAMP: "a time such as 2024-03-01T00:00:00Z"}
        return kinds.get(field.message_type.full_name, "an object")
    if field.cpp_type in _INTEGERS:
        return "an integer"
    if field.cpp_type in _FLOATS:
        return "a number"
    return "true or false" if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else "a string"


def _tell(problems: list[FieldError] | None, place: str, message: str) -> None:
    if problems is not None:
        problems.append(FieldError(place, message))


def _unknown(name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"is unknown; did you mean {nearest[0]}?" if nearest else "is unknown"


# Messages to the JSON of REST


def plain_of(message: Message) -> dict[str, Any]:
    """What is set in a message, in the manner of REST; of an empty list only JSON can say that it is there."""
    values = {field.name: plain_value(field, value) for field, value in message.ListFields()}
    return {name: [] for name in _required_lists(cast(Descriptor, message.DESCRIPTOR))} | values


@cache
def _required_lists(descriptor: Descriptor) -> tuple[str, ...]:
    def is_required(field: FieldDescriptor) -> bool:
        return field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]

    return tuple(field.name for field in descriptor.fields if field.is_repeated and is_required(field))


def plain_value(field: FieldDescriptor, value: Any) -> Any:
    """The value of a field that is set."""
    if is_map(field):
        return dict(value)
    return [_plain_one(field, item) for item in value] if field.is_repeated else _plain_one(field, value)


def _plain_one(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type is not None:
        return enum_words(field.enum_type).get(value, value)
    if field.message_type is None:
        return b64encode(value).decode() if field.type == FieldDescriptor.TYPE_BYTES else value
    convert: Convert = _PLAIN.get(field.message_type.full_name, plain_of)
    return convert(value)


_PLAIN: Mapping[str, Convert] = {
    "google.protobuf.Timestamp": lambda stamp: stamp.ToJsonString(),
    "google.type.Decimal": lambda decimal: Decimal(decimal.value),
    "google.protobuf.Struct": struct_value,
    "google.protobuf.FieldMask": lambda mask: ",".join(mask.paths),
}


# Names


def is_map(field: FieldDescriptor) -> bool:
    """Whether the field is a map."""
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


@cache
def enum_words(enum: EnumDescriptor) -> dict[int, str]:
    """The word that REST has for each number: the name without its prefix, in the enum's case."""
    prefix = enum.values[0].name.removesuffix("UNSPECIFIED")
    options: Any = enum.GetOptions()
    upper = options.Extensions[options_pb2.json_case] == options_pb2.ENUM_CASE_UPPER
    words = {value.number: value.name.removeprefix(prefix) for value in enum.values}
    return words if upper else {number: word.lower() for number, word in words.items()}


@cache
def _enum_numbers(enum: EnumDescriptor) -> Convert:
    numbers = {word.casefold(): number for number, word in enum_words(enum).items()}

    def convert(word: Any) -> int:
        number = numbers.get(str(word).casefold())
        if number is None:
            raise ValueError
        return number

    return convert


def enum_number(enum: EnumDescriptor, word: str | None) -> Any:
    """The number of an enum's word; None for None.

    Raises:
        ValidationError: the enum has no such word.
    """
    if word is None:
        return None
    try:
        number = _enum_numbers(enum)(word)
    except ValueError:
        number = 0
    if not number:
        choices = ", ".join(each for number, each in enum_words(enum).items() if number)
        raise ValidationError(f"{word} isn't one of {choices}.", reason="VALIDATION_ERROR")
    return number
