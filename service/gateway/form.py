"""Multipart forms as a stream of events; never more than what one `feed` was given is held, headers aside."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from service.gateway.disposition import decode, file_name_of, form_parameters
from service.gateway.problems import malformed, refuse

_MOST_BOUNDARY_BYTES = 70
# A name of 3,000 characters, each of four bytes that are written with three letters each, and once more in plain.
_MOST_HEADER_BYTES = 64 * 1024
# The parser logs what callers get wrong, which they are told, and which is no news for the operator.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class PartBegin:
    """The head of a part. `file_name` is None for a plain field."""

    name: str
    file_name: str | None
    content_type: str


@dataclass(frozen=True, slots=True)
class PartData:
    """Bytes of the part that began last."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The part that began last is over."""


Event = PartBegin | PartData | PartEnd
_PART_END = PartEnd()


class FormParser(Protocol):
    """A push parser of a body. What is wrong with it is raised as `Refused`."""

    values: dict[str, Any]
    """After the end: what the body has besides parts."""

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        ...

    def finish(self) -> list[Event]:
        """The events that the end of the body completes."""
        ...


def boundary_of(content_type: bytes | None, instead: str = "") -> bytes:
    """The form's boundary. Raises `Refused`: 415 for what isn't a form, 400 for a form without boundary."""
    kind, _, parameters = (content_type or b"").partition(b";")
    if kind.strip().lower() != b"multipart/form-data":
        found = decode((content_type or b"").strip()) or "missing"
        raise refuse(
            "UNSUPPORTED_MEDIA_TYPE", f"The body must be multipart/form-data{instead}; its Content-Type is {found}."
        )
    named = form_parameters(b"form-data;" + parameters) or {}
    boundary = named.get("boundary", "").encode("latin-1", "replace")
    if not boundary:
        raise malformed("The Content-Type multipart/form-data has no boundary.")
    if len(boundary) > _MOST_BOUNDARY_BYTES:
        raise malformed(f"The boundary of the form has more than {_MOST_BOUNDARY_BYTES} characters.")
    return boundary


class Form:
    """A `FormParser` of multipart forms, of which all are parts."""

    def __init__(self, boundary: bytes) -> None:
        self.values: dict[str, Any] = {}
        self._events: list[Event] = []
        self._headers: dict[bytes, bytes] = {}
        self._name = bytearray()
        self._value = bytearray()
        self._complete = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_part,
                "on_part_data": lambda data, start, end: self._events.append(PartData(data[start:end])),
                "on_part_end": lambda: self._events.append(_PART_END),
                "on_end": self._end_form,
            },
            max_header_size=_MOST_HEADER_BYTES,
        )

    def feed(self, data: bytes) -> list[Event]:
        """Raises `Refused` for what isn't a form."""
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise malformed(f"The body is not multipart/form-data: {str(error)[:200]}") from None
        events, self._events = self._events, []
        return events

    def finish(self) -> list[Event]:
        """Nothing more. Raises `Refused` when the form ends before its closing boundary."""
        if not self._complete:
            raise malformed("The form is cut off: its closing boundary is missing.")
        return []

    def _end_header(self) -> None:
        self._headers[bytes(self._name).strip().lower()] = bytes(self._value).strip()
        self._name.clear()
        self._value.clear()

    def _begin_part(self) -> None:
        parameters = form_parameters(self._headers.get(b"content-disposition", b""))
        if parameters is None or "name" not in parameters:
            raise malformed('A part of the form has no Content-Disposition: form-data with a name="…".')
        content_type = decode(self._headers.get(b"content-type", b""))
        self._events.append(PartBegin(parameters["name"], file_name_of(parameters, content_type), content_type))

    def _end_form(self) -> None:
        self._complete = True
