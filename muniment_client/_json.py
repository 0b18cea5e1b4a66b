"""JSON with exact decimals, and results as REST writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from muniment.models import SPARSE


def to_plain(value: Any) -> Any:
    """A result as dictionaries, lists and simple values, with the names and words of REST. Decimals stay `Decimal`."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        sparse = type(value).__name__ in SPARSE
        return {name: to_plain(item) for name, item in pairs if not (sparse and item in (None, ()))}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def to_json(value: Any, *, indent: int | None = None) -> str:
    """A result, or several in a list, as the JSON that REST writes; decimals with their exact digits."""
    return dumps(to_plain(value), indent)


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON of plain values and decimals. The standard library would round a decimal to a float."""
    return "".join(_write(value, indent, "\n"))


def loads(text: bytes | str) -> Any:
    """Read JSON; numbers with a fraction come as `Decimal`."""
    return json.loads(text, parse_float=Decimal)


def _write(value: Any, indent: int | None, margin: str) -> list[str]:
    if isinstance(value, Mapping):
        entries = [
            [json.dumps(str(key), ensure_ascii=False), ": ", *_write(item, indent, _deeper(margin, indent))]
            for key, item in value.items()
        ]
        return _enclosed("{", entries, "}", indent, margin)
    if isinstance(value, Sequence) and not isinstance(value, str):
        entries = [_write(item, indent, _deeper(margin, indent)) for item in value]
        return _enclosed("[", entries, "]", indent, margin)
    if isinstance(value, Decimal):
        return [str(value).replace("E+", "E")]
    return [json.dumps(value, ensure_ascii=False)]


def _enclosed(opening: str, entries: list[list[str]], closing: str, indent: int | None, margin: str) -> list[str]:
    if not entries:
        return [opening + closing]
    before, between, after = ("", ", ", "")
    if indent is not None:
        before, after = _deeper(margin, indent), margin
        between = "," + before
    parts = [opening, before]
    for index, entry in enumerate(entries):
        parts += ([between] if index else []) + entry
    return [*parts, after, closing]


def _deeper(margin: str, indent: int | None) -> str:
    return margin + " " * (indent or 0)
