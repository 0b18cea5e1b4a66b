"""JSON whose decimals keep their digits: to JSONB as exact numbers, and back as `Decimal`."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson


def dumps(value: object) -> str:
    """Write JSON for a JSONB column; a Decimal becomes a number with just its digits."""
    return orjson.dumps(value, default=_exact).decode()


def loads(text: str) -> Any:
    """Read JSON in which every number is a `Decimal` with the digits that were written."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def _exact(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"JSON has no {type(value).__name__}")
