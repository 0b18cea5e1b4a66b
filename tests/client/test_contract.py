"""The library has all of the contract: its reasons, its policies, its messages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf.descriptor import MethodDescriptor
from muniment.errors.v1.error_reason_pb2 import ErrorReason as Contract
from muniment.models import MODELS, ErrorReason

from muniment_client._policy import keyed_retries, policy_of
from muniment_client.errors import CLASS_OF_REASON, ConflictError, InternalError, NotFoundError, class_of
from tests.system.support import REPOSITORY, all_methods

PUBLISHED = json.loads((REPOSITORY / "proto/muniment/service_config.json").read_text())
NATIVE = [method for method in all_methods() if ".dialects." not in method.full_name]


def test_every_reason_has_a_class() -> None:
    names = {name.removeprefix("ERROR_REASON_") for name, _ in Contract.items()}
    assert names == {reason.value for reason in ErrorReason}
    assert names - {"UNSPECIFIED"} == set(CLASS_OF_REASON)


def test_reasons_that_are_newer_go_by_their_status() -> None:
    assert class_of("SOMETHING_NEW", 404) is NotFoundError
    assert class_of("SOMETHING_NEW", 409) is ConflictError
    assert class_of("", 599) is InternalError


def test_every_native_rpc_has_one_published_policy() -> None:
    named = [(name["service"], name.get("method")) for each in PUBLISHED["methodConfig"] for name in each["name"]]
    assert len(named) == len(set(named))
    for method in NATIVE:
        service = method.containing_service.full_name
        found = [name for name in named if name in {(service, method.name), (service, None)}]
        assert len(found) == 1, f"{method.full_name} stands {len(found)} times in service_config.json"
    services = {method.containing_service.full_name: method.containing_service for method in NATIVE}
    for service, name in named:
        assert name is None or name in services[service].methods_by_name


@pytest.mark.parametrize("method", NATIVE, ids=lambda method: method.full_name)
def test_what_reads_is_tried_again_and_what_makes_needs_a_key(method: MethodDescriptor) -> None:
    policy = policy_of(method)
    makes = method.name.startswith(("Create", "Send", "Rotate", "Upload")) and method.name != "CreatePresignedParts"
    reads = method.name.startswith(("Get", "List", "Who", "Download"))
    assert not (makes and not policy.needs_key)
    assert not (reads and policy.needs_key)
    assert "UNAVAILABLE" in policy.retries.codes


def test_pauses_grow_to_the_longest_and_are_spread() -> None:
    policy = keyed_retries()
    for attempt in range(1, 12):
        backoff = min(policy.initial_backoff * policy.multiplier ** (attempt - 1), policy.max_backoff)
        pauses = {policy.pause(attempt) for _ in range(20)}
        assert len(pauses) > 1
        assert all(0.8 * backoff <= pause <= 1.2 * backoff for pause in pauses)


def test_models_are_the_messages_that_native_answers_have() -> None:
    seen: set[str] = set()

    def look(descriptor: Any) -> None:
        for field in descriptor.fields:
            inner = field.message_type or field.enum_type
            if inner is None or inner.full_name in seen or not inner.full_name.startswith("muniment."):
                continue
            seen.add(inner.full_name)
            if field.message_type is not None and not inner.GetOptions().map_entry:
                look(inner)

    for method in NATIVE:
        look(method.output_type)
    assert {name for name in seen if not name.endswith("Entry") or name in MODELS} <= set(MODELS)
    assert "muniment.files.v1.File" in seen
