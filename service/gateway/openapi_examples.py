"""Examples for the OpenAPI description: plausible values, those of the contract's comments where there are some."""

from __future__ import annotations

import re
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from service.gateway import fields
from service.gateway.openapi_schemas import comment_of, constrained, limits_of

_EXAMPLE = re.compile(r"Examples?: `([^`]+)`")
_UUID = "0192f0c5-7c3e-7b5a-9d3f-2f1c5a7e9b10"
_TIME = "2024-03-01T09:30:00Z"


def example_of_message(
    message: Descriptor, *, sent: bool, without: frozenset[str] = frozenset(), depth: int = 0
) -> Any:
    """A plausible value: from the comments' own examples where they have some. Sent ones have what is required."""
    example = {}
    for field in message.fields:
        wanted = fields.is_required(field) if sent and any(fields.is_required(f) for f in message.fields) else True
        if wanted and field.name not in without and depth < 5:
            example[field.name] = example_of_field(field, sent=sent, depth=depth)
    return example


def example_of_field(field: FieldDescriptor, *, sent: bool, depth: int = 0) -> Any:
    if fields.is_map(field):
        return {"Content-Type": "application/pdf"}
    single = example_of_single(field, sent=sent, depth=depth)
    return [single] if field.is_repeated else single


def example_of_single(field: FieldDescriptor, *, sent: bool, depth: int) -> Any:
    if field.message_type is not None:
        return example_of_submessage(field, sent=sent, depth=depth)
    if field.enum_type is not None:
        allowed = constrained({"enum": fields.enum_choices(field.enum_type)}, field)["enum"]
        return "uploaded" if "uploaded" in allowed else allowed[0]
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        match = _EXAMPLE.search(comment_of(field.full_name))
        return match[1] if match else example_text(field)
    if field.cpp_type in fields.FLOATS:
        return 0.98
    return False if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else _NUMBERS.get(field.name, 1)


def example_of_submessage(field: FieldDescriptor, *, sent: bool, depth: int) -> Any:
    message = fields.message_of(field)
    known: dict[str, Any] = {
        fields.TIMESTAMP: _TIME,
        fields.DECIMAL: 1 if field.name == "percentage" else 32.1,
        fields.STRUCT: {},
    }
    if message.full_name in known:
        return known[message.full_name]
    return example_of_message(message, sent=sent, depth=depth + 1) if fields.is_message(field) else None


_NUMBERS = {"size_kb": 120, "size_bytes": 122345, "page_count": 2, "size": 50, "total": 1, "item": 0}
_TEXTS = {
    "name": "water-march",
    "file_name": "water-march.pdf",
    "stem": "water-march",
    "event_type": "PROCESS_DOCUMENT",
    "start_date": "2024-03-01",
    "end_date": "2024-03-31",
    "unit": "cubic_metre_(m3)",
    "country": "ES",
    "extension": "pdf",
    "invoice_number": "WTR-2024-03",
    "url": "https://files.example.com/water-march.pdf",
    "presigned_url": "https://files.example.com/water-march.pdf?X-Amz-Signature=…",
}


def example_text(field: FieldDescriptor) -> str:
    rules = limits_of(fields.extension(field.GetOptions(), validate_pb2.field).string)
    if rules.get("format") == "email" or field.name == "email":
        return "ana@example.com"
    if rules.get("format") == "uuid" or field.name.endswith(("_id", "_ids")) or field.name in ("id", "created_by"):
        return _UUID
    return _TEXTS.get(field.name, "text")
