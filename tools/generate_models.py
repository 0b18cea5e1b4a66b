"""Frozen dataclasses and enums of the native contract, written out as a typed module.

The Python client answers with them, so that its users get real types (`datetime`, `Decimal`, `date`, tuples, enums)
and the contract's own comments. Nothing in the module needs protobuf.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.unknown_fields import UnknownFieldSet

Message = descriptor_pb2.DescriptorProto
Field = descriptor_pb2.FieldDescriptorProto
Enum = descriptor_pb2.EnumDescriptorProto

NATIVE = tuple(f"muniment.{area}.v1" for area in ("files", "readings", "records", "organizations", "events"))
REASONS = "muniment.errors.v1.ErrorReason"
# `json_case` of an enum and `omit_unset` of a message, in muniment/options/v1/options.proto.
OPTION = 51001
_WIDTH = 116

SCALARS = {
    Field.TYPE_STRING: "str",
    Field.TYPE_BOOL: "bool",
    Field.TYPE_BYTES: "bytes",
    Field.TYPE_DOUBLE: "float",
    Field.TYPE_FLOAT: "float",
}
STRUCT = "google.protobuf.Struct"
WELL_KNOWN = {
    "google.protobuf.Timestamp": "datetime.datetime",
    "google.type.Decimal": "Decimal",
    STRUCT: "Mapping[str, Any]",
}
# Messages always have presence in protobuf; the service always sets these.
ALWAYS_SET = {"created_at", "updated_at", "content", "machine_content", "percentage"}

HEADER = '''"""What the native contract answers with, as frozen dataclasses. Generated from `proto/`: never edited.

Times are aware and in UTC, decimals exact, lists tuples; what is absent is `None`. An enum's value is the word that
REST has for it; `UNSPECIFIED` also stands for words that are newer than this module.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
'''


@dataclass
class Contract:
    """All messages and enums by their full names."""

    comments: Mapping[str, str]
    messages: dict[str, Message] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)


def models_of(described: descriptor_pb2.FileDescriptorSet, comments: Mapping[str, str]) -> str:
    """Write the module. `comments` are the contract's, by full name."""
    contract = Contract(comments)
    for file in described.file:
        contract.messages |= {f"{file.package}.{message.name}": message for message in file.message_type}
        contract.enums |= {f"{file.package}.{enum.name}": enum for enum in file.enum_type}
    names = sorted(answered(contract))
    enums = [REASONS, *(name for name in names if name in contract.enums)]
    messages = [name for name in names if name in contract.messages]
    parts = [HEADER]
    parts += [enum_class(contract, name) for name in enums]
    parts += [message_class(contract, name) for name in messages]
    listed = "\n".join(f'    "{name}": {simple(name)},' for name in [*enums, *messages])
    parts.append(
        f"MODELS: Mapping[str, type[Any]] = {{\n{listed}\n}}\n" + '"""Each class by its name in the contract."""\n'
    )
    sparse = "".join(f'"{simple(name)}", ' for name in messages if option(contract.messages[name].options))
    parts.append(f"SPARSE = frozenset(({sparse}))\n" + '"""The classes of which REST leaves out what is absent."""\n')
    return "\n\n".join(parts)


def answered(contract: Contract) -> set[str]:
    """The messages and enums that a native response leads to."""
    found: set[str] = set()
    waiting = [name for name in contract.messages if name.endswith("Response") and name.rpartition(".")[0] in NATIVE]
    while waiting:
        for inner in contract.messages[waiting.pop()].field:
            name = inner.type_name.removeprefix(".")
            if name in found or name in WELL_KNOWN or not (name in contract.messages or name in contract.enums):
                continue
            found.add(name)
            if name in contract.messages:
                waiting.append(name)
    return found


def enum_class(contract: Contract, name: str) -> str:
    enum = contract.enums[name]
    prefix = enum_prefix(enum)
    upper = bool(option(enum.options)) or name == REASONS
    lines = [f"class {enum.name}(StrEnum):", docstring(contract.comments[name])]
    for value in enum.value:
        word = value.name.removeprefix(prefix)
        lines += [
            f'    {word} = "{word if upper else word.lower()}"',
            docstring(contract.comments[f"{name}.{value.name}"]),
        ]
    lines += [
        "    @classmethod",
        f"    def _missing_(cls, value: object) -> {enum.name}:",
        "        return cls.UNSPECIFIED",
    ]
    return "\n".join([lines[0], *(f"{line}\n" if line.endswith('"""') else line for line in lines[1:])]) + "\n"


def enum_prefix(enum: Enum) -> str:
    """`FILE_STATUS_` of FILE_STATUS_UNSPECIFIED."""
    return enum.value[0].name.removesuffix("UNSPECIFIED")


def message_class(contract: Contract, name: str) -> str:
    message = contract.messages[name]
    sparse = bool(option(message.options))
    lines = ["@dataclass(frozen=True, slots=True, kw_only=True)", f"class {message.name}:"]
    lines.append(docstring(contract.comments[name]) + "\n")
    for inner in message.field:
        comment = contract.comments[f"{name}.{inner.name}"]
        kind = "Mapping[str, str]" if is_map(contract, inner) else annotation(inner, comment, sparse=sparse)
        lines += [f"    {inner.name}: {kind}", docstring(comment)]
    return "\n".join(lines) + "\n"


def annotation(inner: Field, comment: str, *, sparse: bool) -> str:
    """The type of a field, and its default where it may be left out."""
    type_name = inner.type_name.removeprefix(".")
    if inner.type == Field.TYPE_MESSAGE:
        kind = WELL_KNOWN.get(type_name) or simple(type_name)
    elif inner.type == Field.TYPE_ENUM:
        kind = simple(type_name)
    elif "ISO 8601" in comment and inner.name.endswith("date"):
        kind = "datetime.date"
    else:
        kind = SCALARS.get(inner.type, "int")
    if inner.label == Field.LABEL_REPEATED:
        return f"tuple[{kind}, ...] = ()"
    # REST has `{}` for an absent Struct.
    always = inner.type != Field.TYPE_MESSAGE or inner.name in ALWAYS_SET or type_name == STRUCT
    return kind if always and not inner.proto3_optional and not sparse else f"{kind} | None = None"


def is_map(contract: Contract, inner: Field) -> bool:
    """Maps are repeated entries, of a type that is nested in their message (descriptor.proto)."""
    return inner.type_name.removeprefix(".").rpartition(".")[0] in contract.messages


def option(options: Any) -> int:
    """Our own option of an enum or message, read without the generated code of options.proto; 0 when it isn't set."""
    unknown: Any = UnknownFieldSet(options)
    return next((int(entry.data) for entry in unknown if entry.field_number == OPTION), 0)


def simple(name: str) -> str:
    return name.rpartition(".")[2]


def docstring(comment: str) -> str:
    """A comment as an indented docstring, wrapped."""
    paragraphs: Iterable[str] = comment.replace("\\", "\\\\").split("\n\n")
    text = "\n\n".join(textwrap.fill(p, _WIDTH - 4, break_long_words=False, break_on_hyphens=False) for p in paragraphs)
    closing = '\n"""' if "\n" in text else '"""'
    return textwrap.indent(f'"""{text}{closing}', "    ")
