"""What the JSON codec needs to know of descriptors: names, kinds, enum spellings."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from muniment.options.v1 import options_pb2

Field = FieldDescriptor

TIMESTAMP = "google.protobuf.Timestamp"
DURATION = "google.protobuf.Duration"
STRUCT = "google.protobuf.Struct"
VALUE = "google.protobuf.Value"
LIST_VALUE = "google.protobuf.ListValue"
FIELD_MASK = "google.protobuf.FieldMask"
DECIMAL = "google.type.Decimal"
WRAPPERS = frozenset(
    f"google.protobuf.{name}Value"
    for name in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
)
WELL_KNOWN = WRAPPERS | {TIMESTAMP, DURATION, STRUCT, VALUE, LIST_VALUE, FIELD_MASK, DECIMAL}

INTEGER_BOUNDS = {
    Field.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    Field.CPPTYPE_UINT32: (0, 2**32 - 1),
    Field.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    Field.CPPTYPE_UINT64: (0, 2**64 - 1),
}
FLOATS = (Field.CPPTYPE_DOUBLE, Field.CPPTYPE_FLOAT)


def descriptor_of(message: type[Message]) -> Descriptor:
    """The type stubs name two classes of descriptors where the runtime has one."""
    return cast(Descriptor, message.DESCRIPTOR)


def message_of(field: FieldDescriptor) -> Descriptor:
    """The type of a field that is known to be a message."""
    assert field.message_type is not None
    return field.message_type


def extension(options: Any, extended: Any) -> Any:
    """An option of our own or of another contract; generated stubs don't type these."""
    return options.Extensions[extended]


def is_map(field: FieldDescriptor) -> bool:
    message = field.message_type
    return message is not None and bool(message.GetOptions().map_entry)


def is_message(field: FieldDescriptor) -> bool:
    """A message that isn't a well-known type with a JSON form of its own."""
    return field.message_type is not None and field.message_type.full_name not in WELL_KNOWN


def omits_unset(message: Descriptor) -> bool:
    return bool(extension(message.GetOptions(), options_pb2.omit_unset))


def omits_field(field: FieldDescriptor) -> bool:
    return bool(extension(field.GetOptions(), options_pb2.omit_field_unset))


@cache
def enum_names(enum: EnumDescriptor) -> dict[int, str | None]:
    """Each number's spelling in JSON: without the common prefix, in the enum's case; None for zero `_UNSPECIFIED`."""
    prefix = enum_prefix(enum)
    upper = extension(enum.GetOptions(), options_pb2.json_case) == options_pb2.ENUM_CASE_UPPER
    names: dict[int, str | None] = {}
    for value in enum.values:
        name = value.name.removeprefix(prefix)
        if value.number == 0 and name == "UNSPECIFIED":
            names[0] = None
        else:
            names.setdefault(value.number, name if upper else name.lower())
    return names


def enum_prefix(enum: EnumDescriptor) -> str:
    """`FILE_STATUS_` for `FileStatus`, when all values have it."""
    prefix = ""
    for previous, char in zip(" " + enum.name, enum.name, strict=False):
        prefix += "_" + char if char.isupper() and previous.islower() else char.upper()
    prefix += "_"
    return prefix if all(value.name.startswith(prefix) for value in enum.values) else ""


def enum_choices(enum: EnumDescriptor) -> list[str]:
    """The spellings that JSON allows."""
    return [name for name in enum_names(enum).values() if name is not None]


def is_required(field: FieldDescriptor) -> bool:
    return field_behavior_pb2.REQUIRED in extension(field.GetOptions(), field_behavior_pb2.field_behavior)
