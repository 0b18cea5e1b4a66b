"""Messages to JSON, compiled from descriptors.

orjson writes what they make; times go to it as `datetime`, decimals as fragments of JSON, so that every digit stays.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from service.gateway import fields

Render = Callable[[Any], Any]
Read = Callable[[Any], tuple[Any, ...]]
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LARGEST_EXACT = 2.0**53
# Without a zone, which orjson is told to be UTC: that is cheaper to make and to write.
_EPOCH = datetime(1970, 1, 1)


def dumps(value: Any) -> bytes:
    """JSON of what a `Render` made."""
    return orjson.dumps(value, option=_OPTIONS)


def render_answer(message: Descriptor, response_body: str) -> Render:
    """Compile the answer of an RPC: the whole response, or the field that `response_body` names."""
    if not response_body:
        return _SHARED.message(message)
    name = response_body
    field = message.fields_by_name[name]
    render = _SHARED.field(field)
    if field.has_presence and field.message_type is not None:
        unset = unset_value(field)
        return lambda response: render(getattr(response, name)) if response.HasField(name) else unset
    return lambda response: render(getattr(response, name))


def render_first(message: Descriptor, response_body: str) -> Render:
    """Compile the answer to a bare object: the first of the repeated field, alone."""
    name = response_body
    render = _SHARED.singular(message.fields_by_name[name])
    return lambda response: render(getattr(response, name)[0])


class Renderers:
    """Compiles renderers, one for each message type."""

    def __init__(self) -> None:
        self._messages: dict[str, MessageRenderer] = {}

    def message(self, descriptor: Descriptor) -> Render:
        known = self._messages.get(descriptor.full_name)
        if known is None:
            known = self._messages[descriptor.full_name] = MessageRenderer()
            known.compile(descriptor, self)
        return known.render

    def field(self, field: FieldDescriptor) -> Render:
        """The renderer of a field's whole value: a list or an object for repeated ones."""
        if fields.is_map(field):
            return self.map(field)
        one = self.singular(field)
        if field.is_repeated:
            return copy_list if one is identity else lambda values: [one(value) for value in values]
        return one

    def map(self, field: FieldDescriptor) -> Render:
        entry = fields.message_of(field).fields_by_name
        one = self.singular(entry["value"])
        if entry["key"].cpp_type == FieldDescriptor.CPPTYPE_BOOL:
            return lambda pairs: {("false", "true")[key]: one(pairs[key]) for key in pairs}
        return lambda pairs: {str(key): one(pairs[key]) for key in pairs}

    def singular(self, field: FieldDescriptor) -> Render:
        if field.message_type is not None:
            name = field.message_type.full_name
            if name in fields.WRAPPERS:
                inner = self.singular(field.message_type.fields_by_name["value"])
                return lambda message: inner(message.value)
            return _WELL_KNOWN.get(name) or self.message(field.message_type)
        if field.enum_type is not None:
            names = fields.enum_names(field.enum_type)
            return lambda number: names.get(number, number)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return lambda value: b64encode(value).decode()
        return identity


class MessageRenderer:
    """Renders one message type.

    A message becomes a copy of its defaults, over which values are laid in groups that are read with one call each:
    asking the runtime field by field, or for all fields that are set, takes twice as long.
    """

    def __init__(self) -> None:
        self._defaults: dict[str, Any] = {}
        self._plain: tuple[str, ...] = ()
        self._optional: tuple[str, ...] = ()
        self._read_plain: Read = read_nothing
        self._read_optional: Read = read_nothing
        self._messages: list[tuple[str, Render]] = []
        self._repeated: list[tuple[str, Render]] = []
        self._converted: list[tuple[str, bool, Render]] = []

    def compile(self, descriptor: Descriptor, renderers: Renderers) -> None:
        omit_all = fields.omits_unset(descriptor)
        plain: list[str] = []
        optional: list[str] = []
        for field in descriptor.fields:
            always = not field.has_presence and not field.is_repeated
            if always or not (omit_all or fields.omits_field(field)):
                self._defaults[field.name] = unset_value(field)
            render = renderers.field(field)
            if field.is_repeated:
                self._repeated.append((field.name, render))
            elif field.message_type is not None:
                self._messages.append((field.name, render))
            elif render is not identity:
                self._converted.append((field.name, bool(field.has_presence), render))
            else:
                (optional if field.has_presence else plain).append(field.name)
        self._plain, self._read_plain = tuple(plain), reader_of(plain)
        self._optional, self._read_optional = tuple(optional), reader_of(optional)

    def render(self, message: Message) -> dict[str, Any]:
        out = self._defaults.copy()
        out.update(zip(self._plain, self._read_plain(message), strict=False))
        has = message.HasField
        for name, value in zip(self._optional, self._read_optional(message), strict=False):
            if value or has(name):
                out[name] = value
        for name, optional, render in self._converted:
            if not optional or has(name):
                out[name] = render(getattr(message, name))
        for name, render in self._messages:
            if has(name):
                out[name] = render(getattr(message, name))
        for name, render in self._repeated:
            values = getattr(message, name)
            if values:
                out[name] = render(values)
        return out


def read_nothing(_: Message) -> tuple[Any, ...]:
    return ()


def reader_of(names: list[str]) -> Read:
    """Reads fields with one call; `attrgetter` of a single name would give no tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return read_nothing
    name = names[0]
    return lambda message: (getattr(message, name),)


# Descriptors are the process's own, and so is what is compiled from them.
_SHARED = Renderers()


def identity(value: Any) -> Any:
    return value


def copy_list(values: Any) -> Any:
    return values[:]


def unset_value(field: FieldDescriptor) -> Any:
    """What JSON has for a field that isn't set."""
    if fields.is_map(field):
        return {}
    if field.is_repeated:
        return []
    if field.message_type is not None:
        return {} if field.message_type.full_name == fields.STRUCT else None
    if field.has_presence or field.enum_type is not None:
        return None
    return "" if field.type == FieldDescriptor.TYPE_BYTES else field.default_value


def render_timestamp(message: Any) -> datetime | str:
    """RFC 3339 in UTC, with a fraction where there is one."""
    nanos = message.nanos
    if nanos % 1000:
        return f"{(_EPOCH + timedelta(0, message.seconds)).isoformat()}.{nanos:09d}Z"
    return _EPOCH + timedelta(0, message.seconds, nanos // 1000)


def render_duration(message: Any) -> str:
    return str(message.ToJsonString())


def render_decimal(message: Any) -> Any:
    """A JSON number with the digits that the decimal has."""
    text = message.value
    if _JSON_NUMBER.fullmatch(text):
        return orjson.Fragment(text)
    return orjson.Fragment(str(Decimal(text))) if text else 0


def struct_to_dict(struct: Any) -> dict[str, Any]:
    """A Struct as JSON; whole numbers stay whole."""
    return {key: value_to_json(value) for key, value in struct.fields.items()}


def list_to_json(values: Any) -> list[Any]:
    return [value_to_json(value) for value in values.values]


def value_to_json(value: Any) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() and abs(number) <= _LARGEST_EXACT else number
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return struct_to_dict(value.struct_value)
        case "list_value":
            return list_to_json(value.list_value)
    return None


_WELL_KNOWN: Mapping[str, Render] = {
    fields.TIMESTAMP: render_timestamp,
    fields.DURATION: render_duration,
    fields.DECIMAL: render_decimal,
    fields.STRUCT: struct_to_dict,
    fields.VALUE: value_to_json,
    fields.LIST_VALUE: list_to_json,
    fields.FIELD_MASK: lambda mask: ",".join(mask.paths),
}
