"""Path templates of `google.api.http`, as the grammar in google/api/http.proto has them.

Template = "/" Segments [ Verb ] ;
Segments = Segment { "/" Segment } ;
Segment  = "*" | "**" | LITERAL | Variable ;
Variable = "{" FieldPath [ "=" Segments ] "}" ;
Verb     = ":" LITERAL ;
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_FIELD_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_LITERAL = re.compile(r"[A-Za-z0-9\-._~!$&'()+,;=@%]+")
ONE, REST = "*", "**"


class TemplateError(ValueError):
    """The template doesn't follow the grammar."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What a variable takes: segments from `start` up to `stop`; all that follow when `stop` is None."""

    field_path: str
    start: int
    stop: int | None

    @property
    def single(self) -> bool:
        return self.stop == self.start + 1


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template: `segments` are literals, `*` or, only as the last one, `**`."""

    text: str
    segments: tuple[str, ...]
    verb: str
    variables: tuple[Variable, ...]


def parse_template(text: str) -> Template:
    """Parse a path template. Raises `TemplateError` that says what is wrong."""
    if not text.startswith("/"):
        raise TemplateError(f"{text}: must begin with a slash")
    body, verb = split_verb(text[1:])
    segments: list[str] = []
    variables: list[Variable] = []
    parts = split_segments(body, text)
    # Beyond the grammar: a path may end with a slash, for contracts that have both spellings.
    ending = [parts.pop()] if len(parts) > 1 and parts[-1] == "" else []
    for part in parts:
        add_segment(part, segments, variables, text)
    segments += ending
    if REST in segments[:-1]:
        raise TemplateError(f"{text}: ** must be the last segment")
    names = [variable.field_path for variable in variables]
    if len(set(names)) != len(names):
        raise TemplateError(f"{text}: a variable is bound twice")
    return Template(text, tuple(segments), verb, tuple(variables))


def split_verb(body: str) -> tuple[str, str]:
    colon = body.rfind(":")
    if colon == -1 or "/" in body[colon:] or "}" in body[colon:]:
        return body, ""
    return body[:colon], body[colon + 1 :]


def split_segments(body: str, text: str) -> list[str]:
    """Split at the slashes outside of braces."""
    parts, depth, current = [], 0, ""
    for char in body:
        depth += (char == "{") - (char == "}")
        if depth not in (0, 1):
            raise TemplateError(f"{text}: braces don't match")
        if char == "/" and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    if depth:
        raise TemplateError(f"{text}: braces don't match")
    return [*parts, current]


def add_segment(part: str, segments: list[str], variables: list[Variable], text: str) -> None:
    if not part.startswith("{"):
        segments.append(checked_segment(part, text))
        return
    name, _, pattern = part[1:-1].partition("=")
    if not part.endswith("}") or not _FIELD_PATH.fullmatch(name):
        raise TemplateError(f"{text}: {part} is no variable")
    start = len(segments)
    segments.extend(checked_segment(inner, text) for inner in (pattern or ONE).split("/"))
    variables.append(Variable(name, start, None if segments[-1] == REST else len(segments)))


def checked_segment(segment: str, text: str) -> str:
    if segment in (ONE, REST) or _LITERAL.fullmatch(segment):
        return segment
    raise TemplateError(f"{text}: {segment!r} is no segment")


def decode_segment(segment: str) -> str:
    """Percent-decode one segment. Raises `UnicodeDecodeError` for what isn't UTF-8."""
    return unquote_to_bytes(segment).decode() if "%" in segment else segment


_ENCODED_SLASH = re.compile(r"(%2[fF])")


def decode_rest(path: str) -> str:
    """Percent-decode several segments: an encoded slash stays as it is, as google/api/http.proto asks."""
    if "%" not in path:
        return path
    return "".join(part if part in ("%2F", "%2f") else decode_segment(part) for part in _ENCODED_SLASH.split(path))
