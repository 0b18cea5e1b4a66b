"""Who may call what: the `rules` of the contract's RPCs, read once. There is no other such table.

What is not in it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, MethodDescriptor
from muniment.options.v1 import options_pb2

from service.domain.errors import PermissionDeniedError
from service.domain.permissions import PERMISSIONS

PUBLIC_SERVICES = frozenset(
    {
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
        "grpc.reflection.v1.ServerReflection",
    }
)
"""Services from elsewhere, which have no rules in their contract and need no credential."""


class PolicyError(Exception):
    """An RPC's rules are missing or make no sense: the service must not start."""


@dataclass(frozen=True, slots=True)
class MethodPolicy:
    """What a caller of one RPC needs."""

    public: bool
    member: bool
    """The call names an organization, and the caller must be a member of it."""
    permission: str
    by_key: bool = False
    """An API key's own organization is the call's when the call names none."""
    organization_id_field: str = ""
    """The request's field that selects the organization by its UUID; empty when there is none."""
    organization_number_field: str = ""
    """The same by the organization's number."""
    call_group: str = ""
    """The group of limited calls that it is in."""

    @property
    def selects(self) -> bool:
        """Whether the request may name the organization."""
        return bool(self.organization_id_field or self.organization_number_field)


class Policy:
    """The rules of all RPCs that are served."""

    def __init__(self) -> None:
        self._methods: dict[str, MethodPolicy] = {}

    def add(self, method: MethodDescriptor) -> None:
        """Take in an RPC.

        Raises:
            PolicyError: it has no rules, or rules that no caller can be checked against.
        """
        self._methods[path_of(method)] = read_policy(method)

    def of(self, path: str) -> MethodPolicy:
        """Give the rules of an RPC.

        Raises:
            PermissionDeniedError: it has none.
        """
        found = self._methods.get(path)
        if found is None:
            raise PermissionDeniedError("nobody may call this")
        return found


def path_of(method: MethodDescriptor) -> str:
    """Name an RPC as gRPC does. Example: `/muniment.files.v1.FileService/GetFile`."""
    return f"/{method.containing_service.full_name}/{method.name}"


def rules_of(method: MethodDescriptor) -> options_pb2.MethodRules:
    """Give the rules as they stand in the contract.

    Raises:
        PolicyError: there are none.
    """
    options: Any = method.GetOptions()
    if not options.HasExtension(options_pb2.rules):
        raise PolicyError(f"{method.full_name} has no muniment.options.v1.rules: say who may call it")
    rules: options_pb2.MethodRules = options.Extensions[options_pb2.rules]
    return rules


def read_policy(method: MethodDescriptor) -> MethodPolicy:
    """Read an RPC's rules.

    Raises:
        PolicyError: there are none, or they contradict themselves.
    """
    rules = rules_of(method)
    member = rules.access == options_pb2.ACCESS_UNSPECIFIED
    if member and rules.permission not in PERMISSIONS:
        raise PolicyError(f"{method.full_name} asks for the permission {rules.permission!r}, which doesn't exist")
    if not member and rules.permission:
        raise PolicyError(f"{method.full_name} asks for a permission, yet for no organization")
    return MethodPolicy(
        public=rules.access == options_pb2.ACCESS_PUBLIC,
        member=member,
        permission=rules.permission,
        by_key=rules.organization == options_pb2.ORGANIZATION_SOURCE_KEY,
        organization_id_field=_selecting(method, rules.organization_id_field),
        organization_number_field=_selecting(method, rules.organization_number_field),
        call_group=rules.rate_limit,
    )


def selecting_message(method: MethodDescriptor) -> Descriptor:
    """The message whose fields may select the organization: the request, or the `options` of a stream of requests."""
    request = method.input_type
    options = request.fields_by_name["options"].message_type if method.client_streaming else request
    assert options is not None
    return options


def _selecting(method: MethodDescriptor, name: str) -> str:
    if name and name not in selecting_message(method).fields_by_name:
        raise PolicyError(f"{method.full_name} selects the organization by {name}, which isn't in its request")
    return name
