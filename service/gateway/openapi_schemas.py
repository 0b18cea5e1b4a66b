"""JSON Schemas of messages, as the JSON codec writes and reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from service.gateway import fields

Schema = dict[str, Any]
NameOf = Callable[[Descriptor], str]

_WELL_KNOWN: dict[str, Schema] = {
    fields.TIMESTAMP: {"type": "string", "format": "date-time"},
    fields.DURATION: {"type": "string", "examples": ["3.5s"]},
    fields.DECIMAL: {"type": "number"},
    fields.STRUCT: {"type": "object", "additionalProperties": True},
    fields.VALUE: {},
    fields.LIST_VALUE: {"type": "array"},
    fields.FIELD_MASK: {"type": "string"},
}


@cache
def comments() -> dict[str, str]:
    """The contract's comments by full name."""
    loaded: dict[str, str] = json.loads((files("muniment") / "comments.json").read_text())
    return loaded


def comment_of(full_name: str) -> str:
    return comments().get(full_name, "")


class Schemas:
    """Collects the schemas of messages under `#/components/schemas`: requests strict, answers complete."""

    def __init__(self, name_of: NameOf, sent_and_answered: frozenset[str]) -> None:
        self.components: dict[str, Schema] = {}
        self._name_of = name_of
        self._sent_and_answered = sent_and_answered

    def request(self, message: Descriptor) -> Schema:
        """A reference to the schema of a message that is sent: names that aren't known are refused."""
        name = self._name_of(message)
        if name not in self.components:
            self.components[name] = {}
            self.components[name] |= self.request_object(message, frozenset())
        return reference(name)

    def request_object(self, message: Descriptor, without: frozenset[str]) -> Schema:
        taken = [field for field in message.fields if field.name not in without]
        schema = described({"type": "object"}, message.full_name)
        schema["properties"] = {field.name: self.request_field(field) for field in taken}
        schema["additionalProperties"] = False
        required = [field.name for field in taken if fields.is_required(field)]
        return schema | ({"required": required} if required else {})

    def request_field(self, field: FieldDescriptor) -> Schema:
        return described(constrained(self._value(field, self.request), field), field.full_name)

    def answer(self, message: Descriptor) -> Schema:
        """A reference to the schema of a message that is answered. One that is sent too has a name of its own."""
        name = self._name_of(message) + ("Answer" if message.full_name in self._sent_and_answered else "")
        if name not in self.components:
            self.components[name] = {}
            self.components[name] |= self._answer_object(message)
        return reference(name)

    def _answer_object(self, message: Descriptor) -> Schema:
        schema = described({"type": "object"}, message.full_name)
        schema["properties"] = {field.name: self.answer_field(field) for field in message.fields}
        omit_all = fields.omits_unset(message)
        always = [
            field.name
            for field in message.fields
            if (not field.has_presence and not field.is_repeated) or not (omit_all or fields.omits_field(field))
        ]
        return schema | ({"required": always} if always else {})

    def answer_field(self, field: FieldDescriptor) -> Schema:
        schema = self._value(field, self.answer)
        owner = field.containing_type
        assert owner is not None
        if may_be_null(field) and not (fields.omits_unset(owner) or fields.omits_field(field)):
            schema = nullable(schema)
        return described(schema, field.full_name)

    def _value(self, field: FieldDescriptor, message_schema: Any) -> Schema:
        if fields.is_map(field):
            value = fields.message_of(field).fields_by_name["value"]
            return {"type": "object", "additionalProperties": self._single(value, message_schema)}
        single = self._single(field, message_schema)
        return {"type": "array", "items": single} if field.is_repeated else single

    def _single(self, field: FieldDescriptor, message_schema: Any) -> Schema:
        message = field.message_type
        if message is not None:
            if message.full_name in fields.WRAPPERS:
                return self._single(message.fields_by_name["value"], message_schema)
            known = _WELL_KNOWN.get(message.full_name)
            return dict(known) if known is not None else dict(message_schema(message))
        if field.enum_type is not None:
            return {"type": "string", "enum": fields.enum_choices(field.enum_type)}
        return scalar(field)


def scalar(field: FieldDescriptor) -> Schema:
    if field.cpp_type in fields.INTEGER_BOUNDS:
        return {"type": "integer", "format": "int64" if "64" in _CPP_NAMES[field.cpp_type] else "int32"}
    if field.cpp_type in fields.FLOATS:
        return {"type": "number"}
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return {"type": "boolean"}
    if field.type == FieldDescriptor.TYPE_BYTES:
        return {"type": "string", "contentEncoding": "base64"}
    return {"type": "string"}


_CPP_NAMES = {
    FieldDescriptor.CPPTYPE_INT32: "int32",
    FieldDescriptor.CPPTYPE_UINT32: "uint32",
    FieldDescriptor.CPPTYPE_INT64: "int64",
    FieldDescriptor.CPPTYPE_UINT64: "uint64",
}


def may_be_null(field: FieldDescriptor) -> bool:
    if field.is_repeated or (field.message_type is not None and field.message_type.full_name == fields.STRUCT):
        return False
    if field.enum_type is not None:
        return None in fields.enum_names(field.enum_type).values()
    return bool(field.has_presence)


def nullable(schema: Schema) -> Schema:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema:
        return schema | {"type": ["string", "null"], "enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]} if "type" in schema else schema


def constrained(schema: Schema, field: FieldDescriptor) -> Schema:
    """Add what `buf.validate` demands and JSON Schema can say."""
    rules = fields.extension(field.GetOptions(), validate_pb2.field)
    kind = rules.WhichOneof("type")
    if kind is None:
        return schema
    limits = limits_of(getattr(rules, kind))
    if kind == "repeated":
        schema = schema | {name: value for name, value in limits.items() if name in ("minItems", "maxItems")}
        schema["items"] = schema["items"] | item_limits(rules.repeated)
        return schema
    if kind == "enum":
        allowed = getattr(rules.enum, "in")
        names = fields.enum_names(field.enum_type)
        return schema | {"enum": [names[number] for number in allowed]} if allowed else schema
    return schema | limits


def item_limits(rules: Any) -> Schema:
    kind = rules.items.WhichOneof("type") if rules.HasField("items") else None
    return limits_of(getattr(rules.items, kind)) if kind in ("string", "int32", "int64") else {}


_LIMITS = {
    "min_len": "minLength",
    "max_len": "maxLength",
    "pattern": "pattern",
    "min_items": "minItems",
    "max_items": "maxItems",
    "gte": "minimum",
    "lte": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
}


def limits_of(rules: Any) -> Schema:
    found: Schema = {}
    for field, value in rules.ListFields():
        if field.name in _LIMITS and isinstance(value, (int, float, str)):
            found[_LIMITS[field.name]] = value
        elif field.name in ("uuid", "email") and value:
            found["format"] = field.name
    return found


def described(schema: Schema, full_name: str) -> Schema:
    """Add the comment; it stands beside a reference too (JSON Schema 2020-12)."""
    comment = comment_of(full_name)
    return schema | {"description": comment} if comment else schema


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
