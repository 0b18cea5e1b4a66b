"""Parses JSON bodies strictly, and keeps the digits of numbers."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from service.gateway.problems import malformed


class Number(str):
    """A JSON number with a fraction or an exponent, as it was written."""

    __slots__ = ()


class NotStrictError(ValueError):
    """JSON that Python would read and that isn't allowed here."""


def parse_json(body: bytes) -> Any:
    """Parse a body. Integers come as `int`, other numbers as `Number`. Raises `Refused` that says where it is wrong."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise malformed(f"The body is not UTF-8: byte {error.start} can't be read.") from None
    try:
        return json.loads(
            text, parse_float=Number, parse_constant=refuse_constant, object_pairs_hook=object_without_duplicates
        )
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        raise malformed(f"The body is not JSON: {what} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise malformed("The body is nested too deeply.") from None
    except NotStrictError as error:
        raise malformed(str(error)) from None
    except ValueError:
        raise malformed("The body is not JSON that can be read: a number has too many digits.") from None


def refuse_constant(name: str) -> NoReturn:
    raise NotStrictError(f"The body is not JSON: {name} is not a JSON value.")


def object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
    raise NotStrictError(f"The body has the key {json.dumps(twice)} twice in one object.")
