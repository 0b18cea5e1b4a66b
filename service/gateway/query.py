"""Query parameters and form fields: text bound to the fields of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from service.gateway import fields
from service.gateway.convert import WrongValue, from_text
from service.gateway.json_read import reason_of, unknown_name
from service.gateway.problems import FieldProblem, malformed

Bind = Callable[[Message, str], None]
_DEPTH = 4


def parse_query(query: bytes) -> list[tuple[str, str]]:
    """Names and values in order. Raises `Refused` for what isn't UTF-8."""
    pairs = []
    for part in query.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((decode_part(name), decode_part(value)))
    return pairs


def decode_part(part: bytes) -> str:
    try:
        return unquote_to_bytes(part.replace(b"+", b" ")).decode() if b"%" in part or b"+" in part else part.decode()
    except UnicodeDecodeError:
        raise malformed("The query is not UTF-8.") from None


class TextBinder:
    """Binds text to the fields of one message type: `name=value`, nested as `a.b`, repeated by repeating the name."""

    def __init__(self, descriptor: Descriptor, without: Iterable[str] = (), location: str = "query") -> None:
        self._location = location
        self._repeated: set[str] = set()
        self._bind: dict[str, Bind] = {}
        self._add(descriptor, "", (), frozenset(without), 0)

    @property
    def names(self) -> list[str]:
        return list(self._bind)

    def _add(self, message: Descriptor, prefix: str, way: tuple[str, ...], without: frozenset[str], depth: int) -> None:
        for field in message.fields:
            name = prefix + field.name
            if name in without or fields.is_map(field):
                continue
            if not fields.is_message(field):
                self._bind[name] = bind_field(field, way)
                if field.is_repeated:
                    self._repeated.add(name)
            elif not field.is_repeated and depth < _DEPTH:
                self._add(fields.message_of(field), name + ".", (*way, field.name), without, depth + 1)

    def bind(self, message: Message, pairs: Iterable[tuple[str, str]], problems: list[FieldProblem]) -> None:
        """Set the fields that `pairs` name; what is wrong goes to `problems`."""
        seen: set[str] = set()
        for name, text in pairs:
            bind = self._bind.get(name)
            if bind is None:
                problems.append(FieldProblem(name, unknown_name(name, self._bind), self._location))
                continue
            if name in seen and name not in self._repeated:
                problems.append(FieldProblem(name, "is given twice", self._location))
                continue
            seen.add(name)
            try:
                bind(message, text)
            except (WrongValue, UnicodeEncodeError) as error:
                problems.append(FieldProblem(name, reason_of(error), self._location))


def bind_field(field: FieldDescriptor, way: tuple[str, ...]) -> Bind:
    """Sets one field from text; `way` are the messages that it is in."""
    name, convert = field.name, from_text(field)

    def bind(message: Message, text: str) -> None:
        value = convert(text)
        for step in way:
            message = getattr(message, step)
        if field.is_repeated:
            getattr(message, name).append(value)
        elif field.message_type is not None:
            getattr(message, name).CopyFrom(value)
        else:
            setattr(message, name, value)

    return bind
