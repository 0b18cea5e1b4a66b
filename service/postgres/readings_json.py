"""JSON whose decimals keep their digits: to JSONB as exact numbers, and back as `Decimal`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def dumps(value: object) -> str:
    """Write JSON for a JSONB column; a Decimal becomes a number with just its digits.

    What documents contain and PostgreSQL can't keep, U+0000 and lone surrogates, becomes U+FFFD.
    """
    try:
        text = orjson.dumps(value, default=_exact)
    except orjson.JSONEncodeError:
        text = orjson.dumps(_storable(value), default=_exact)
    if rb"\u0000" in text:
        text = orjson.dumps(_storable(value), default=_exact)
    return text.decode()


def loads(text: str) -> Any:
    """Read JSON in which every number is a `Decimal` with the digits that were written."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def _exact(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"JSON has no {type(value).__name__}")


def _storable(value: object) -> object:
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\0", _REPLACEMENT)
    if isinstance(value, Mapping):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(inner) for inner in value]
    return value
