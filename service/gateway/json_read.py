"""JSON to messages, compiled from descriptors: strict, and with every problem named rather than the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from service.gateway import fields
from service.gateway.convert import Convert, WrongValue, expected, from_json
from service.gateway.problems import FieldProblem

# A place in the body: the way to what contains it, and a name or index in there.
Place = tuple[Any, str | int] | None
Set = Callable[[Message, Any, Place, "Problems"], None]
_MOST_PROBLEMS = 100


class Problems:
    """Collects what is wrong with one body."""

    def __init__(self) -> None:
        self.found: list[FieldProblem] = []

    def add(self, place: Place, message: str) -> None:
        if len(self.found) < _MOST_PROBLEMS:
            self.found.append(FieldProblem(path_of(place), message))


def path_of(place: Place) -> str:
    """`content.items[0].quantity`; `body` for the body itself."""
    parts: list[str] = []
    while place is not None:
        place, key = place
        parts.append(f"[{key}]" if isinstance(key, int) else f".{key}")
    return "".join(reversed(parts)).removeprefix(".") or "body"


def unknown_name(name: str, known: Iterable[str]) -> str:
    """What to say of a name that isn't known: the nearest one that is."""
    nearest = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"is unknown; did you mean {nearest[0]}?" if nearest else "is unknown"


class Readers:
    """Compiles readers, one for each message type."""

    def __init__(self) -> None:
        self._messages: dict[str, MessageReader] = {}

    def message(self, descriptor: Descriptor) -> MessageReader:
        known = self._messages.get(descriptor.full_name)
        if known is None:
            known = self._messages[descriptor.full_name] = MessageReader(descriptor, self)
        return known

    def setter(self, field: FieldDescriptor) -> Set:
        """Sets a field from its JSON value."""
        if fields.is_map(field):
            return self.set_map(field)
        if field.is_repeated:
            return self.set_messages(field) if fields.is_message(field) else set_scalars(field)
        return self.set_message(field) if fields.is_message(field) else set_scalar(field)

    def set_message(self, field: FieldDescriptor) -> Set:
        name, reader = field.name, self.message(fields.message_of(field))

        def set_field(message: Message, value: Any, place: Place, problems: Problems) -> None:
            target = getattr(message, name)
            target.SetInParent()
            reader.fill(target, value, place, problems)

        return set_field

    def set_messages(self, field: FieldDescriptor) -> Set:
        name, reader = field.name, self.message(fields.message_of(field))

        def set_field(message: Message, value: Any, place: Place, problems: Problems) -> None:
            if type(value) is not list:
                problems.add(place, str(expected("an array", value)))
                return
            target = getattr(message, name)
            for index, item in enumerate(value):
                reader.fill(target.add(), item, (place, index), problems)

        return set_field

    def set_map(self, field: FieldDescriptor) -> Set:
        entry = fields.message_of(field).fields_by_name
        if entry["key"].cpp_type != FieldDescriptor.CPPTYPE_STRING or fields.is_message(entry["value"]):
            raise NotImplementedError(f"{field.full_name}: maps in requests are of strings to simple values")
        name, convert = field.name, from_json(entry["value"])

        def set_field(message: Message, value: Any, place: Place, problems: Problems) -> None:
            if type(value) is not dict:
                problems.add(place, str(expected("an object", value)))
                return
            target = getattr(message, name)
            for key, item in value.items():
                try:
                    target[key] = convert(item)
                except (WrongValue, UnicodeEncodeError) as error:
                    problems.add((place, key), reason_of(error))

        return set_field


class MessageReader:
    """Fills one message type from JSON objects."""

    def __init__(self, descriptor: Descriptor, readers: Readers) -> None:
        self._descriptor = descriptor
        self._readers = readers
        self._setters: dict[str, Set] | None = None
        self._choices: dict[str, str] = {}
        # A message can't tell an array that isn't there from an empty one.
        self._required_arrays = [f.name for f in descriptor.fields if f.is_repeated and fields.is_required(f)]

    def _compile(self) -> dict[str, Set]:
        """Compiled on first use, because message types may contain themselves."""
        setters = {}
        for field in self._descriptor.fields:
            setters[field.name] = self._readers.setter(field)
            oneof = field.containing_oneof
            if oneof is not None and len(oneof.fields) > 1:
                self._choices[field.name] = oneof.name
        self._setters = setters
        return setters

    def compile(self) -> MessageReader:
        """Compile now rather than with the first body."""
        self._compile()
        return self

    def fill(self, message: Message, value: Any, place: Place, problems: Problems) -> None:
        """Set the fields that `value` has; what is wrong goes to `problems`. `null` means absent."""
        if type(value) is not dict:
            problems.add(place, str(expected("an object", value)))
            return
        setters = self._setters or self._compile()
        for name, item in value.items():
            setter = setters.get(name)
            if setter is None:
                problems.add((place, name), unknown_name(name, setters))
            elif item is not None:
                if name in self._choices:
                    self._check_choice(message, name, place, problems)
                setter(message, item, (place, name), problems)
        for name in self._required_arrays:
            if value.get(name) is None:
                problems.add((place, name), "is required")

    def _check_choice(self, message: Message, name: str, place: Place, problems: Problems) -> None:
        other = message.WhichOneof(self._choices[name])
        if other is not None:
            problems.add((place, name), f"excludes {other}: send one of them")


def set_scalar(field: FieldDescriptor) -> Set:
    name, convert = field.name, from_json(field)
    if field.message_type is not None:
        return set_value(name, convert)

    def set_field(message: Message, value: Any, place: Place, problems: Problems) -> None:
        try:
            setattr(message, name, convert(value))
        except (WrongValue, UnicodeEncodeError) as error:
            problems.add(place, reason_of(error))

    return set_field


def set_value(name: str, convert: Convert) -> Set:
    """Well-known types are messages, so they are copied rather than assigned."""

    def set_field(message: Message, value: Any, place: Place, problems: Problems) -> None:
        try:
            getattr(message, name).CopyFrom(convert(value))
        except (WrongValue, UnicodeEncodeError) as error:
            problems.add(place, reason_of(error))

    return set_field


def set_scalars(field: FieldDescriptor) -> Set:
    name, convert = field.name, from_json(field)

    def set_field(message: Message, value: Any, place: Place, problems: Problems) -> None:
        if type(value) is not list:
            problems.add(place, str(expected("an array", value)))
            return
        append = getattr(message, name).append
        for index, item in enumerate(value):
            try:
                append(convert(item))
            except (WrongValue, UnicodeEncodeError) as error:
                problems.add((place, index), reason_of(error))

    return set_field


def reason_of(error: Exception) -> str:
    """Half of a surrogate pair is valid JSON, and no Unicode text."""
    return "must be Unicode text" if isinstance(error, UnicodeEncodeError) else str(error)
