"""Forms without parts (`application/x-www-form-urlencoded`) as the stream of events that a form with parts has.

https://url.spec.whatwg.org/#urlencoded-parsing
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from service.gateway.form import Event, PartBegin, PartData, PartEnd
from service.gateway.problems import malformed

_HALF_ESCAPE = re.compile(rb"%[0-9A-Fa-f]?\Z")
_MOST_NAME_BYTES = 1024


class UrlencodedForm:
    """A `FormParser` of such forms, of which all are parts.

    In the value named `base64_part` a `+` is one: nothing else can be meant by who forgot to write it as `%2B`.
    """

    def __init__(self, base64_part: str) -> None:
        self.values: dict[str, Any] = {}
        self._base64_part = base64_part
        self._events: list[Event] = []
        self._name = b""
        self._in_value = False
        self._plus = b" "
        self._half = b""

    def feed(self, data: bytes) -> list[Event]:
        """Raises `Refused` for what isn't such a form."""
        *ended, rest = data.split(b"&")
        for piece in ended:
            self._take(piece)
            self._end()
        self._take(rest)
        events, self._events = self._events, []
        return events

    def finish(self) -> list[Event]:
        """The events of a last value, which nothing ends but the body itself."""
        self._end()
        events, self._events = self._events, []
        return events

    def _take(self, piece: bytes) -> None:
        if not self._in_value:
            name, found, piece = piece.partition(b"=")
            self._name += name
            if len(self._name) > _MOST_NAME_BYTES:
                raise malformed(f"A name in the form has more than {_MOST_NAME_BYTES} bytes.")
            if not found:
                return
            self._begin()
        text = self._half + piece
        half = _HALF_ESCAPE.search(text)
        self._half = half[0] if half else b""
        self._add(text[: len(text) - len(self._half)])

    def _begin(self) -> None:
        name = unquote_to_bytes(self._name.replace(b"+", b" ")).decode("utf-8", "replace")
        self._plus = b"+" if name == self._base64_part else b" "
        self._name, self._in_value = b"", True
        self._events.append(PartBegin(name, None, ""))

    def _add(self, text: bytes) -> None:
        if text:
            self._events.append(PartData(unquote_to_bytes(text.replace(b"+", self._plus))))

    def _end(self) -> None:
        if self._name:
            self._begin()
        if self._in_value:
            self._add(self._half)
            self._events.append(PartEnd())
        self._in_value, self._half = False, b""
