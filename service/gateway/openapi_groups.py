"""How the description is divided: one group for each dialect, so that names of several contracts don't collide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, ServiceDescriptor

from service.gateway import fields
from service.gateway.binding import http_rules
from service.gateway.envelope import Envelope
from service.gateway.openapi_schemas import comment_of
from service.rpc.registry import Rpc

EnvelopeOf = Callable[[Rpc], Envelope]
_DIALECT = re.compile(r"muniment\.dialects\.\w+\.v\d+")


@dataclass(frozen=True, slots=True)
class Group:
    """The RPCs of one dialect."""

    title: str
    prefix: str
    """What names begin with that other dialects may have too; empty for the native one."""
    envelope: Envelope

    @property
    def error(self) -> str:
        """The name of the errors' schema."""
        return f"{self.prefix}Error"

    def name(self, name: str) -> str:
        """A name of the contract, as it is called in the description."""
        return self.prefix + name.removeprefix(self.prefix) if self.prefix else name

    def tag(self, service: str) -> str:
        """`ApiKeyService` is `API keys` to a reader, and a dialect's `FileService` is `Invaro: files`."""
        words = re.findall("[A-Z][a-z]*", service.removeprefix(self.prefix).removesuffix("Service"))
        name = " ".join([words[0], *(word.lower() for word in words[1:])]).replace("Api", "API")
        name = name[:-1] + "ies" if name.endswith("y") and name[-2] not in "aeiou" else name + "s"
        return f"{self.title}: {name.lower()}" if self.prefix else name


class Groups:
    """The groups of all RPCs, by proto package."""

    def __init__(self, rpcs: Sequence[Rpc], envelope_of: EnvelopeOf) -> None:
        self._native: dict[str, Group] = {}
        self._dialects: dict[str, Group] = {}
        self._services: dict[str, ServiceDescriptor] = {}
        for rpc in rpcs:
            service = rpc.method.containing_service
            package = service.file.package
            self._services[service.full_name] = service
            envelope = envelope_of(rpc)
            prefix = envelope.title if _DIALECT.fullmatch(package) else ""
            (self._dialects if prefix else self._native)[package] = Group(envelope.title, prefix, envelope)

    def of(self, package: str) -> Group | None:
        return self._dialects.get(package) or self._native.get(package)

    def name(self, message: Descriptor) -> str:
        """What a message's schema is called."""
        group = self._dialects.get(message.file.package)
        return group.name(message.name) if group is not None else message.name

    def errors(self) -> dict[str, Any]:
        """The schemas of errors by name."""
        return {group.error: group.envelope.error_schema() for group in self._all()}

    def tags(self) -> list[dict[str, str]]:
        """All tags, those of a group together."""
        described = {self._tag(service): comment_of(service.full_name) for service in self._services.values()}
        return [{"name": tag, "description": described[tag]} for group in self.tag_groups() for tag in group["tags"]]

    def tag_groups(self) -> list[dict[str, Any]]:
        """`x-tagGroups`, as description viewers know it: the tags of each dialect, the native one first."""
        found: dict[str, list[str]] = {group.title: [] for group in self._all()}
        for service in self._services.values():
            group = self.of(service.file.package)
            assert group is not None
            found[group.title].append(self._tag(service))
        return [{"name": title, "tags": tags} for title, tags in found.items()]

    def _all(self) -> list[Group]:
        return [*self._native.values(), *self._dialects.values()]

    def _tag(self, service: ServiceDescriptor) -> str:
        group = self.of(service.file.package)
        assert group is not None
        return group.tag(service.name)


def sent_and_answered(rpcs: Iterable[Rpc]) -> frozenset[str]:
    """The full names of messages that are in bodies and in answers: an answer has more than what must be sent."""
    sent: set[str] = set()
    answered: set[str] = set()
    for rpc in rpcs:
        request = fields.descriptor_of(rpc.request_class)
        for rule in http_rules(rpc.method):
            if rule.body:
                named = request.fields_by_name.get(rule.body)
                reach(request if named is None else named.message_type, sent)
        reach(fields.descriptor_of(rpc.response_class), answered)
    return frozenset(sent & answered)


def reach(message: Descriptor | None, found: set[str]) -> None:
    """Add a message and all that are in it."""
    if message is None or message.full_name in found or message.full_name in fields.WELL_KNOWN:
        return
    found.add(message.full_name)
    for field in message.fields:
        reach(field.message_type, found)
