"""Every RPC of the contract says who may call it, what it fails with and what it is."""

from typing import Any

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor
from muniment.errors.v1 import error_reason_pb2

from service.domain.errors import DomainError
from service.domain.permissions import PERMISSIONS, ROLES
from service.rpc.policy import PUBLIC_SERVICES, Policy, PolicyError, read_policy, rules_of
from tests.rpc.contract import comment_of, methods, services

METHODS = methods()
NAMES = [method.full_name for method in METHODS]


def test_contract_was_found() -> None:
    assert len(METHODS) > 40
    assert len({service.full_name for service in services()}) == len(services())


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_rpc_has_a_policy_and_says_so_in_its_comment(method: MethodDescriptor) -> None:
    policy = read_policy(method)
    comment = comment_of(method)
    assert len(comment) > 20
    if policy.member:
        assert policy.permission in PERMISSIONS
        assert f"Permission: `{policy.permission}`" in comment
    elif not policy.public:
        assert "Permission: none but a credential" in comment


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_rpc_has_an_http_rule(method: MethodDescriptor) -> None:
    assert method.GetOptions().HasExtension(annotations_pb2.http)


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_errors_of_rpc_are_raised_by_some_class(method: MethodDescriptor) -> None:
    raised = {cls.reason for cls in DomainError.__subclasses__()}
    for number in rules_of(method).errors:
        name = error_reason_pb2.ErrorReason.Name(number).removeprefix("ERROR_REASON_")
        assert name in raised


def test_no_service_of_ours_is_public() -> None:
    assert not {service.full_name for service in services()} & PUBLIC_SERVICES


def test_roles_have_known_permissions_and_widen() -> None:
    assert ROLES["viewer"] < ROLES["editor"] < ROLES["admin"] == PERMISSIONS
    assert all(permission.endswith(":read") for permission in ROLES["viewer"])


def test_rpc_without_rules_is_no_rpc_of_ours() -> None:
    from grpc_health.v1 import health_pb2

    foreign: Any = health_pb2.DESCRIPTOR.services_by_name["Health"].methods_by_name["Check"]
    with pytest.raises(PolicyError, match="say who may call it"):
        Policy().add(foreign)
