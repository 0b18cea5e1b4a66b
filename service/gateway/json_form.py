"""JSON objects in which one value is a file in base64, as a stream of the events that a form has.

The file's text is handed on as it comes, so that a body of any size is never held; what else the object has is kept,
and parsed at the end like any other body.
"""

from __future__ import annotations

import json
import re
from enum import Enum, auto
from typing import Any

from service.gateway.call import too_large
from service.gateway.convert import expected
from service.gateway.form import Event, PartBegin, PartData, PartEnd
from service.gateway.json_text import parse_json
from service.gateway.problems import FieldProblem, invalid, malformed

_STRUCTURE = re.compile(rb'["{}\[\]:,]')
_END_OR_ESCAPE = re.compile(rb'["\\]')
_ESCAPE = re.compile(rb"\\(?:u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_HALF_ESCAPE = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3})?\Z")


class _In(Enum):
    """Where in the text we are."""

    STRUCTURE = auto()
    STRING = auto()
    FILE = auto()


class JsonForm:
    """A `FormParser` with the events of the value named `part`; `values` is what else the object has.

    `limit` is how many bytes the object may have besides it.
    """

    def __init__(self, part: str, limit: int) -> None:
        self.values: dict[str, Any] = {}
        self._part = part
        self._limit = limit
        self._kept = bytearray()
        self._in = _In.STRUCTURE
        self._depth = 0
        self._escaped = False
        self._key: bytearray | None = None
        self._awaits_key = False
        self._awaits_file = False
        self._half = b""
        self._events: list[Event] = []

    def feed(self, data: bytes) -> list[Event]:
        """Raises `Refused` when there is too much of it."""
        start = 0
        while start < len(data):
            match self._in:
                case _In.STRUCTURE:
                    start = self._structure(data, start)
                case _In.STRING:
                    start = self._string(data, start)
                case _In.FILE:
                    start = self._file(data, start)
        if len(self._kept) > self._limit:
            raise too_large(self._limit)
        events, self._events = self._events, []
        return events

    def finish(self) -> list[Event]:
        """Nothing more. Raises `Refused` for what isn't a JSON object."""
        values = parse_json(bytes(self._kept))
        if not isinstance(values, dict):
            raise invalid([FieldProblem("body", str(expected("an object", values)))])
        file = values.pop(self._part, None)
        if file is not None and not isinstance(file, str):
            raise invalid([FieldProblem(self._part, str(expected("a string", file)))])
        self.values = values
        return []

    def _structure(self, data: bytes, start: int) -> int:
        found = _STRUCTURE.search(data, start)
        if found is None:
            self._kept += data[start:]
            return len(data)
        self._kept += data[start : found.end()]
        match found[0]:
            case b'"':
                self._begin_string()
            case b"{" | b"[":
                self._depth += 1
                self._awaits_key = self._depth == 1
            case b"}" | b"]":
                self._depth -= 1
            case b"," if self._depth == 1:
                self._awaits_key = True
                self._awaits_file = False
            case b":" if self._depth == 1 and self._key is not None:
                self._awaits_key = False
                self._awaits_file = text_of(self._key) == self._part
                self._key = None
        return found.end()

    def _begin_string(self) -> None:
        if self._awaits_file and self._depth == 1:
            self._in = _In.FILE
            self._awaits_file = False
            self._events.append(PartBegin(self._part, None, ""))
            return
        self._in = _In.STRING
        self._key = bytearray() if self._awaits_key and self._depth == 1 else None

    def _string(self, data: bytes, start: int) -> int:
        if self._escaped:
            self._escaped = False
            self._keep(data[start : start + 1])
            return start + 1
        found = _END_OR_ESCAPE.search(data, start)
        if found is None:
            self._keep(data[start:])
            return len(data)
        if found[0] == b'"':
            self._keep(data[start : found.start()])
            self._kept += b'"'
            self._in = _In.STRUCTURE
        else:
            self._keep(data[start : found.end()])
            self._escaped = True
        return found.end()

    def _keep(self, data: bytes) -> None:
        self._kept += data
        if self._key is not None:
            self._key += data

    def _file(self, data: bytes, start: int) -> int:
        """Base64 has no quotation mark, so that the first one ends it, whatever stands before it."""
        end = data.find(b'"', start)
        text = self._half + (data[start:] if end < 0 else data[start:end])
        self._half = b""
        if b"\\" in text:
            half = _HALF_ESCAPE.search(text)
            if half is not None:
                if end >= 0:
                    raise invalid([FieldProblem(self._part, "must be base64")])
                text, self._half = text[: half.start()], half[0]
            text = _ESCAPE.sub(unescaped, text)
        if text:
            self._events.append(PartData(text))
        if end < 0:
            return len(data)
        self._events.append(PartEnd())
        self._kept += b'"'
        self._in = _In.STRUCTURE
        return end + 1


def text_of(key: bytearray) -> str | None:
    """The name that a key stands for; None for one that the parser will complain of."""
    try:
        text = json.loads(b'"%s"' % bytes(key))
    except ValueError:
        return None
    return text if isinstance(text, str) else None


def unescaped(escape: re.Match[bytes]) -> bytes:
    """Some encoders write each slash of base64 as `\\/`."""
    try:
        text: str = json.loads(b'"%s"' % escape[0])
    except ValueError:
        raise malformed("The body is not JSON: a string has an escape that isn't one.") from None
    return text.encode("utf-8", "replace")
