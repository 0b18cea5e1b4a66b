"""What is wrong with a field, in words: what was found by protovalidate, said so that it helps.

The paths are those of the request message, as in `uploads[2].size_kb`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from muniment.options.v1 import options_pb2
from protovalidate import Violation as Found

from service.domain.errors import Violation

REQUIRED = "is required"
_EXAMPLE = "0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e"

Say = Callable[[Any, Any], str]


def _plural(count: Any, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _range(words: str) -> Say:
    return lambda _, limit: f"must be {words} {_number(limit)}"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def _characters(words: str) -> Say:
    return lambda _, limit: f"must have {words} {_plural(limit, 'character', 'characters')}"


def _entries(words: str) -> Say:
    return lambda value, limit: f"must have {words} {_plural(limit, 'entry', 'entries')}, and has {len(value):,}"


# By the rule's id: https://github.com/bufbuild/protovalidate/blob/main/proto/protovalidate/buf/validate/validate.proto
_SENTENCES: Mapping[str, Say] = {
    "required": lambda *_: REQUIRED,
    "string.uuid": lambda *_: f"must be a UUID, such as {_EXAMPLE}",
    "string.email": lambda *_: "must be an email address, such as ana@example.com",
    "string.min_len": _characters("at least"),
    "string.max_len": _characters("at most"),
    "bytes.min_len": lambda _, limit: f"must have at least {_plural(limit, 'byte', 'bytes')}",
    "bytes.max_len": lambda _, limit: f"must have at most {_plural(limit, 'byte', 'bytes')}",
    "repeated.min_items": _entries("at least"),
    "repeated.max_items": _entries("at most"),
    "string.in": lambda _, known: f"must be one of {', '.join(known)}",
    "repeated.unique": lambda *_: "must not name anything twice",
    "timestamp.gt_now": lambda *_: "must lie in the future",
    "timestamp.lt_now": lambda *_: "must lie in the past",
}
_COMPARISONS: Mapping[str, Say] = {
    "gte": _range("at least"),
    "gt": _range("more than"),
    "lte": _range("at most"),
    "lt": _range("less than"),
}


def violation_of(found: Found, message: Any) -> Violation:
    """Say what protovalidate found in a message of this type."""
    proto = found.proto
    elements = proto.field.elements if proto.field else []
    names = [(element.field_name, element.subscript) for element in elements]
    field = _field_of(message, [name for name, _ in names])
    return Violation("".join(_written(names)), _sentence(found, proto.rule_id, proto.message, field))


def _written(names: list[tuple[str, Any]]) -> list[str]:
    parts: list[str] = []
    for name, subscript in names:
        parts.append(f".{name}" if parts else name)
        if subscript is not None:
            key = subscript.value
            parts.append(f'["{key}"]' if isinstance(key, str) else f"[{key}]")
    return parts


def _sentence(found: Found, rule_id: str, message: str, field: FieldDescriptor | None) -> str:
    if rule_id.startswith("enum.") and field is not None and field.enum_type is not None:
        return f"must be one of {', '.join(_values(field.enum_type, found))}"
    if found.field_value in ("", b"") and field is not None and not field.has_presence:
        return REQUIRED
    rule_id = rule_id.removesuffix("_empty")
    if rule_id.endswith(".gte_lte") and field is not None:
        return f"must be {_limits(field)}"
    say = _SENTENCES.get(rule_id) or _COMPARISONS.get(rule_id.partition(".")[2])
    if say is not None:
        return say(found.field_value, found.rule_value)
    return message or "is not valid"


def _limits(field: FieldDescriptor) -> str:
    """From where to where the numbers of a field may go: a violation names one of its limits only."""
    options: Any = field.GetOptions()
    rules = options.Extensions[validate_pb2.field]
    rules = rules.repeated.items if rules.HasField("repeated") else rules
    limits = getattr(rules, rules.WhichOneof("type"))
    return f"from {_number(limits.gte)} to {_number(limits.lte)}"


def _values(enum: EnumDescriptor, found: Found) -> list[str]:
    """The names that JSON has for the values of an enum that the broken rule would let pass."""
    allowed = set(found.rule_value) if found.proto.rule_id == "enum.in" else set(enum.values_by_number)
    options: Any = enum.GetOptions()
    upper = options.Extensions[options_pb2.json_case] == options_pb2.ENUM_CASE_UPPER
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    names = [value.name.removeprefix(prefix) for value in enum.values if value.number in allowed - {0}]
    return names if upper else [name.lower() for name in names]


def _field_of(message: Descriptor | None, names: list[str]) -> FieldDescriptor | None:
    field: FieldDescriptor | None = None
    for name in names:
        field = message.fields_by_name.get(name) if message is not None else None
        message = field.message_type if field is not None else None
    return field
