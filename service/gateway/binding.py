"""What a `google.api.http` rule binds: path, query and body to the fields of a request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.message import Message

from service.gateway.call import Call, check_json_body, missing_body
from service.gateway.convert import WrongValue, json_type
from service.gateway.fields import descriptor_of, extension, is_required, message_of
from service.gateway.json_read import Problems, Readers, reason_of
from service.gateway.json_text import parse_json
from service.gateway.problems import FieldProblem, Problem, invalid, malformed, plain_path
from service.gateway.query import Bind, TextBinder, bind_field, parse_query
from service.gateway.templates import Template, Variable, decode_rest, decode_segment, parse_template

# Parsing more than this would hold the event loop up.
_PARSE_ON_LOOP_BYTES = 256 * 1024
# Descriptors are the process's own, and so is what is compiled from them.
_READERS = Readers()


@dataclass(frozen=True, slots=True)
class HttpRule:
    """One binding of an RPC: `GET /v1/files/{file_id}`."""

    method: str
    template: Template
    body: str
    response_body: str


def http_rules(method: MethodDescriptor) -> Iterator[HttpRule]:
    """The bindings of an RPC: the rule's own and its additional ones."""
    options = method.GetOptions()
    if options.HasExtension(annotations_pb2.http):
        rule = extension(options, annotations_pb2.http)
        for binding in (rule, *rule.additional_bindings):
            yield read_rule(binding)


def read_rule(rule: http_pb2.HttpRule) -> HttpRule:
    pattern = rule.WhichOneof("pattern")
    if pattern == "custom":
        return HttpRule(rule.custom.kind.upper(), parse_template(rule.custom.path), rule.body, rule.response_body)
    if pattern is None:
        raise ValueError("an http rule has no path")
    return HttpRule(pattern.upper(), parse_template(getattr(rule, pattern)), rule.body, rule.response_body)


class PathBinder:
    """Binds the variables of a template."""

    def __init__(self, template: Template, message: Descriptor) -> None:
        self.names = frozenset(variable.field_path for variable in template.variables)
        self._bind = [(variable, bind_path_field(message, variable.field_path)) for variable in template.variables]

    def bind(self, message: Message, segments: list[str], problems: list[FieldProblem]) -> None:
        for variable, bind in self._bind:
            try:
                bind(message, variable_text(variable, segments))
            except UnicodeDecodeError:
                problems.append(FieldProblem(variable.field_path, "is not UTF-8", "path"))
            except WrongValue as error:
                problems.append(FieldProblem(variable.field_path, reason_of(error), "path"))


def variable_text(variable: Variable, segments: list[str]) -> str:
    if variable.single:
        return decode_segment(segments[variable.start])
    return decode_rest("/".join(segments[variable.start : variable.stop]))


def bind_path_field(message: Descriptor, path: str) -> Bind:
    *way, name = path.split(".")
    for step in way:
        message = message_of(message.fields_by_name[step])
    field = message.fields_by_name[name]
    if field.is_repeated:
        raise ValueError(f"{field.full_name} is repeated and can't be in a path")
    return bind_field(field, tuple(way))


class BodyBinder:
    """Binds a JSON body: to the whole request, to one field, or to the only item of a repeated field."""

    def __init__(self, message: Descriptor, rule: HttpRule, single_object: bool, path_names: frozenset[str]) -> None:
        self.field = "" if rule.body == "*" else rule.body
        self._single_object = single_object
        if self.field:
            self._set = _READERS.setter(message.fields_by_name[self.field])
        else:
            self._fill = _READERS.message(message).compile().fill
        self.required = bool(self.field) or any(
            is_required(field) and field.name not in path_names for field in message.fields
        )

    def bind(self, message: Message, body: Any, problems: Problems) -> bool:
        """Set the fields. True when the body was the bare object that stands for an array of one."""
        single = self._single_object and isinstance(body, dict)
        if not self.field:
            self._fill(message, body, None, problems)
        elif single:
            alone = Problems()
            self._set(message, [body], None, alone)
            problems.found += [FieldProblem(without_index(p.field), p.message) for p in alone.found]
        elif body is None or (self._single_object and not isinstance(body, list)):
            what = "an array or an object" if self._single_object else "the call's JSON"
            problems.add(None, f"must be {what}, not {json_type(body)}")
        else:
            self._set(message, body, None, problems)
        return single


_FIRST = re.compile(r"^\[0\]\.?")


def without_index(path: str) -> str:
    return _FIRST.sub("", path) or "body"


class RequestBinder:
    """Makes the request of one binding out of path, query and body."""

    def __init__(
        self, message: type[Message], rule: HttpRule, single_object: bool = False, without: frozenset[str] = frozenset()
    ) -> None:
        descriptor = descriptor_of(message)
        self._make = message
        self.path = PathBinder(rule.template, descriptor)
        taken = self.path.names | without
        self.body = BodyBinder(descriptor, rule, single_object, self.path.names) if rule.body else None
        if rule.body == "*":
            taken |= {field.name for field in descriptor.fields}
        elif rule.body:
            taken |= {rule.body}
        self.query = TextBinder(descriptor, without_nested(taken, descriptor))

    async def bind(self, call: Call) -> tuple[Message, bool]:
        """The request, and whether its body was a bare object in place of an array. Raises `Refused`."""
        message = self._make()
        problems = Problems()
        single = False
        if self.body is not None:
            single = await self._bind_body(call, self.body, message, problems)
        if call.query:
            self.query.bind(message, parse_query(call.query), problems.found)
        self.path.bind(message, call.segments, problems.found)
        if problems.found:
            raise invalid(problems.found)
        return message, single

    async def _bind_body(self, call: Call, binder: BodyBinder, message: Message, problems: Problems) -> bool:
        raw = await call.body(call.settings.max_json_bytes)
        if not raw.strip():
            if binder.required:
                raise missing_body()
            return False
        call.check_not_encoded()
        check_json_body(call.headers.get(b"content-type"))
        try:
            if len(raw) > _PARSE_ON_LOOP_BYTES:
                return await asyncio.to_thread(lambda: binder.bind(message, parse_json(raw), problems))
            return binder.bind(message, parse_json(raw), problems)
        except RecursionError:
            raise malformed("The body is nested too deeply.") from None

    def rewrite(self, problem: Problem, single: bool) -> Problem:
        """Name fields as the caller sent them, where the servicer named them as the request has them."""
        if not problem.fields:
            return problem
        return problem.renamed(tuple(self._rewrite_field(field, single) for field in problem.fields))

    def _rewrite_field(self, field: FieldProblem, single: bool) -> FieldProblem:
        path = plain_path(field.field)
        if path in self.path.names:
            return FieldProblem(path, field.message, "path")
        if self.body is None:
            return FieldProblem(path or "query", field.message, "query")
        name = self.body.field
        if not name or not path:
            return FieldProblem(path or "body", field.message)
        if path == name or path.startswith((f"{name}[", f"{name}.")):
            inner = path.removeprefix(name).removeprefix(".")
            return FieldProblem((without_index(inner) if single else inner) or "body", field.message)
        return FieldProblem(path, field.message, "query")


def without_nested(taken: frozenset[str], descriptor: Descriptor) -> set[str]:
    """Names that the query can't bind; a message that is taken takes its fields along."""
    names = set(taken)
    for name in taken:
        field = descriptor.fields_by_name.get(name)
        if field is not None and field.message_type is not None:
            names.update(f"{name}.{inner.name}" for inner in field.message_type.fields)
    return names
