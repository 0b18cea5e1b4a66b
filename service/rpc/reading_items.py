"""Items between dictionaries and messages. The conversion is compiled once, from the descriptor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal as DecimalMessage
from muniment.readings.v1.reading_item_pb2 import ReadingItem

_Put = Callable[[Any, Any], None]
_INTEGERS = frozenset({FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64})
_DECIMAL = DecimalMessage.DESCRIPTOR.full_name


def item_message(item: Mapping[str, Any]) -> ReadingItem:
    """Make the message of an item in its normal form; decimals keep their digits."""
    message = ReadingItem()
    _fill(message, item, _PUT[ReadingItem.DESCRIPTOR.full_name])
    return message


def item_values(message: Message) -> dict[str, Any]:
    """Give what an item's message has, as `validate_items` takes it: decimals are still text."""
    values: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is None:
            values[field.name] = value
        elif field.message_type.full_name == _DECIMAL:
            values[field.name] = value.value
        else:
            values[field.name] = [item_values(row) for row in value]
    return values


def item_list(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Give what the messages of items have."""
    return [item_values(message) for message in messages]


def _fill(message: Any, values: Mapping[str, Any], puts: Mapping[str, _Put]) -> None:
    for name, value in values.items():
        puts[name](message, value)


def _put_of(field: FieldDescriptor) -> _Put:
    name = field.name
    if field.message_type is None:
        convert: Callable[[Any], Any] = int if field.type in _INTEGERS else lambda value: value

        def put(message: Any, value: Any) -> None:
            setattr(message, name, convert(value))

    elif field.message_type.full_name == _DECIMAL:

        def put(message: Any, value: Any) -> None:
            getattr(message, name).value = format(value, "f")

    else:
        inner = field.message_type.full_name

        def put(message: Any, value: Any) -> None:
            rows = getattr(message, name)
            for row in value:
                _fill(rows.add(), row, _PUT[inner])

    return put


def _compile(descriptor: Any, puts: dict[str, dict[str, _Put]]) -> dict[str, dict[str, _Put]]:
    puts[descriptor.full_name] = {field.name: _put_of(field) for field in descriptor.fields}
    for field in descriptor.fields:
        if field.message_type is not None and field.message_type.full_name not in (_DECIMAL, *puts):
            _compile(field.message_type, puts)
    return puts


_PUT: Mapping[str, Mapping[str, _Put]] = _compile(ReadingItem.DESCRIPTOR, {})
