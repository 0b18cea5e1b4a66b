"""Finds the route of a path: a tree of segments in which literals win over variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from service.gateway.templates import ONE, REST, Template, decode_segment

T = TypeVar("T")


@dataclass(slots=True)
class Place(Generic[T]):
    """A template's end in the tree: what answers there, by HTTP method."""

    by_method: dict[str, T] = field(default_factory=dict)

    @property
    def allow(self) -> str:
        """The value of `Allow`."""
        methods = set(self.by_method) | {"OPTIONS"}
        if "GET" in methods:
            methods.add("HEAD")
        return ", ".join(sorted(methods))


@dataclass(slots=True)
class _Node(Generic[T]):
    literals: dict[str, _Node[T]] = field(default_factory=dict)
    one: _Node[T] | None = None
    rest: dict[str, Place[T]] = field(default_factory=dict)
    ends: dict[str, Place[T]] = field(default_factory=dict)


class Router(Generic[T]):
    """Routes by path template. `T` is what the caller keeps for a template and method."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._has_verbs = False

    def add(self, method: str, template: Template, target: T) -> None:
        """Add a route. Raises `ValueError` when the place is taken."""
        node = self._root
        deep = template.segments[-1] == REST
        for segment in template.segments[: len(template.segments) - deep]:
            if segment == ONE:
                node.one = node.one or _Node()
                node = node.one
            else:
                node = node.literals.setdefault(decode_segment(segment), _Node())
        place = (node.rest if deep else node.ends).setdefault(template.verb, Place())
        if method in place.by_method:
            raise ValueError(f"{method} {template.text} is bound twice")
        place.by_method[method] = target
        self._has_verbs = self._has_verbs or bool(template.verb)

    def find(self, path: str) -> tuple[Place[T], list[str]] | None:
        """The place of a path that is still percent-encoded, and its segments without verb."""
        segments = path.split("/")
        del segments[0]
        if self._has_verbs and ":" in segments[-1]:
            last, _, verb = segments[-1].rpartition(":")
            shortened = [*segments[:-1], last]
            place = self._walk(self._root, shortened, 0, decoded(verb))
            if place is not None:
                return place, shortened
        place = self._walk(self._root, segments, 0, "")
        return None if place is None else (place, segments)

    def _walk(self, node: _Node[T], segments: list[str], depth: int, verb: str) -> Place[T] | None:
        if depth == len(segments):
            return node.ends.get(verb)
        segment = segments[depth]
        literal = node.literals.get(segment if "%" not in segment else decoded(segment))
        if literal is not None:
            place = self._walk(literal, segments, depth + 1, verb)
            if place is not None:
                return place
        # A variable takes at least one character: `/v1/files/` isn't a file with an empty name.
        if node.one is not None and segment:
            place = self._walk(node.one, segments, depth + 1, verb)
            if place is not None:
                return place
        return node.rest.get(verb)


def decoded(segment: str) -> str:
    try:
        return decode_segment(segment)
    except UnicodeDecodeError:
        return segment
