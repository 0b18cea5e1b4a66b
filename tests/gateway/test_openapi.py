"""The description: valid, complete, and true to the wire."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from google.protobuf.message_factory import GetMessageClass
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from muniment.errors.v1 import error_reason_pb2
from muniment.options.v1 import options_pb2
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from service.gateway import fields
from service.gateway.binding import HttpRule, http_rules
from service.gateway.envelope import Envelope
from service.gateway.envelopes.invaro import InvaroEnvelope
from service.gateway.envelopes.llamacloud import LlamaCloudEnvelope
from service.gateway.envelopes.native import NativeEnvelope
from service.gateway.json_render import dumps, render_answer
from service.gateway.openapi import describe, openapi_path
from service.gateway.openapi_schemas import comment_of
from service.rpc.registry import Rpc
from tests.gateway.support import gateway, request, rpc_of, unexpected
from tests.rpc.contract import methods

ENVELOPES: dict[str, Envelope] = {
    "muniment.dialects.invaro.v1": InvaroEnvelope(),
    "muniment.dialects.llamacloud.v1": LlamaCloudEnvelope(),
    "muniment.dialects.snapbooks.v1": NativeEnvelope("Snapbooks"),
}
NATIVE = NativeEnvelope()
RPCS = [rpc_of(method, unexpected) for method in methods()]


def envelope_of(rpc: Rpc) -> Envelope:
    return ENVELOPES.get(rpc.method.containing_service.file.package, NATIVE)


CODES = {
    value.name.removeprefix("ERROR_REASON_"): grpc.StatusCode.NOT_FOUND
    for value in error_reason_pb2.ErrorReason.DESCRIPTOR.values
} | {"RATE_LIMITED": grpc.StatusCode.RESOURCE_EXHAUSTED}
DESCRIPTION = json.loads(json.dumps(describe(RPCS, "1", CODES, envelope_of)))
BINDINGS = [(rpc, rule) for rpc in RPCS for rule in http_rules(rpc.method)]
WITH_JSON = [(rpc, rule) for rpc, rule in BINDINGS if not rpc.rules.download and rpc.rules.http_status != 204]


def operation(rule: HttpRule) -> Any:
    return DESCRIPTION["paths"][openapi_path(rule)][rule.method.lower()]


def validator(schema: Any) -> Draft202012Validator:
    root = Resource.from_contents(DESCRIPTION, default_specification=DRAFT202012)
    local = json.loads(json.dumps(schema).replace('"#/components', '"urn:api#/components'))
    return Draft202012Validator(local, registry=Registry().with_resource("urn:api", root))


def test_description_is_valid() -> None:
    validate(DESCRIPTION)


def test_every_rpc_is_described() -> None:
    assert {rpc.method.full_name for rpc, _ in BINDINGS} == {method.full_name for method in methods()}
    for rpc, rule in BINDINGS:
        found = operation(rule)
        assert found["description"] == comment_of(rpc.method.full_name) != ""
        assert found.get("deprecated", False) == rpc.method.GetOptions().deprecated
        for parameter in found["parameters"]:
            assert parameter["description"], (rule.template.text, parameter["name"])


def fill(message: Any, depth: int = 0) -> None:
    """Set every field."""
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof is not None and len(field.containing_oneof.fields) > 1:
            continue
        target = getattr(message, field.name)
        if fields.is_map(field):
            target["a"] = "b"
        elif field.message_type is not None and depth < 4:
            fill_message(target.add() if field.is_repeated else target, field, depth)
        elif field.message_type is None:
            value = sample(field)
            target.append(value) if field.is_repeated else setattr(message, field.name, value)


def fill_message(target: Any, field: Any, depth: int) -> None:
    if field.message_type.full_name == fields.STRUCT:
        target.update({"a": [1, None]})
    elif field.message_type.full_name == fields.DECIMAL:
        target.value = "1.50"
    elif fields.is_message(field):
        fill(target, depth + 1)
    else:
        target.SetInParent()


def sample(field: Any) -> Any:
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    return {field.CPPTYPE_STRING: "x", field.CPPTYPE_BOOL: True}.get(field.cpp_type, 1)


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(("rpc", "rule"), WITH_JSON, ids=lambda v: str(v)[:40])
def test_answers_are_as_described(rpc: Rpc, rule: HttpRule, full: bool) -> None:
    message: Any = GetMessageClass(rpc.method.output_type)()
    if full:
        fill(message)
    elif rule.response_body and fields.is_message(message.DESCRIPTOR.fields_by_name[rule.response_body]):
        field = message.DESCRIPTOR.fields_by_name[rule.response_body]
        None if field.is_repeated else getattr(message, field.name).SetInParent()
    status = str(rpc.rules.http_status or 200)
    schema = operation(rule)["responses"][status]["content"]["application/json"]["schema"]
    answer = render_answer(fields.descriptor_of(type(message)), rule.response_body)(message)
    validator(schema).validate(json.loads(dumps(envelope_of(rpc).wrap(answer))))


@pytest.mark.parametrize(("rpc", "rule"), BINDINGS, ids=lambda v: str(v)[:40])
def test_examples_are_as_described(rpc: Rpc, rule: HttpRule) -> None:
    found = operation(rule)
    bodies = [found.get("requestBody", {}), *found["responses"].values()]
    for body in bodies:
        for content in body.get("content", {}).values():
            if "example" in content:
                validator(content["schema"]).validate(content["example"])


def test_dialects_have_groups_of_their_own() -> None:
    groups = {group["name"]: group["tags"] for group in DESCRIPTION["x-tagGroups"]}
    assert next(iter(groups)) == "Muniment"
    assert set(groups) == {"Muniment", "Invaro", "Snapbooks", "LlamaCloud"}
    tags = [tag for names in groups.values() for tag in names]
    assert tags == [tag["name"] for tag in DESCRIPTION["tags"]]
    assert len(set(tags)) == len(tags)
    for methods_of_path in DESCRIPTION["paths"].values():
        for found in methods_of_path.values():
            assert set(found["tags"]) <= set(tags)


def test_names_of_operations_are_unique() -> None:
    names = [
        found["operationId"] for methods_of_path in DESCRIPTION["paths"].values() for found in methods_of_path.values()
    ]
    assert len(set(names)) == len(names) == len(BINDINGS)


def test_answers_of_limited_calls_have_their_headers() -> None:
    for rpc, rule in BINDINGS:
        for response in operation(rule)["responses"].values():
            assert ("x-ratelimit-remaining" in response["headers"]) == bool(rpc.rules.rate_limit)


@pytest.mark.parametrize(("rpc", "rule"), BINDINGS, ids=lambda v: str(v)[:40])
def test_organization_is_asked_for_where_the_key_does_not_say_it(rpc: Rpc, rule: HttpRule) -> None:
    found = [p for p in operation(rule)["parameters"] if p["name"] == "x-organization-id"]
    by_key = rpc.rules.organization == options_pb2.ORGANIZATION_SOURCE_KEY
    member = rpc.rules.access == options_pb2.ACCESS_UNSPECIFIED
    assert [p["required"] for p in found] == ([not by_key] if member else [])


def test_file_in_base64_may_be_sent_as_json() -> None:
    content = DESCRIPTION["paths"]["/v1/files/upload"]["post"]["requestBody"]["content"]
    assert "content_base64" in content["multipart/form-data"]["schema"]["properties"]
    assert content["application/json"]["schema"]["required"] == ["content_base64"]


def test_reasons_of_an_rpc_are_under_their_status() -> None:
    responses = DESCRIPTION["paths"]["/v1/files/{file_id}/download"]["get"]["responses"]
    assert "`FILE_NOT_FOUND`: No such file" in responses["404"]["description"]
    assert "RANGE_NOT_SATISFIABLE" in responses["416"]["description"]
    assert {"200", "206", "304", "404", "412", "416"} <= set(responses)


def test_query_parameters_are_those_that_are_taken() -> None:
    names = [p["name"] for p in DESCRIPTION["paths"]["/v1/files"]["get"]["parameters"] if p["in"] == "query"]
    assert names[:4] == ["page", "size", "cursor", "folder_id"]
    download = DESCRIPTION["paths"]["/v1/files/{file_id}/download"]["get"]["parameters"]
    assert [p["name"] for p in download if p["in"] == "query"] == []


def test_query_parameters_that_a_call_needs_are_required() -> None:
    listing = DESCRIPTION["paths"]["/files"]["get"]["parameters"]
    assert [p["name"] for p in listing if p["in"] == "query" and p.get("required")] == ["client_account_id"]


def test_upload_may_say_in_the_query_where_the_file_goes() -> None:
    upload = DESCRIPTION["paths"]["/api/v1/beta/files"]["post"]["parameters"]
    assert [p["name"] for p in upload if p["in"] == "query"] == ["organization_id", "project_id"]


def test_call_that_comes_too_soon_is_told_when_to_try_again() -> None:
    for _, rule in BINDINGS:
        assert "retry-after" in operation(rule)["responses"]["429"]["headers"]


async def test_description_and_page_are_served() -> None:
    app = gateway()
    answer = await request(app, "GET", "/openapi.json")
    assert (answer.status, answer.json["openapi"]) == (200, "3.1.0")
    page = await request(app, "GET", "/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert b"openapi.json" in page.body
    assert b"http://" not in page.body.replace(b"http://www.w3.org", b"")
    assert b"https://" not in page.body
