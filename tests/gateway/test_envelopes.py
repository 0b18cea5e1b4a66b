"""Each dialect's way with errors and answers."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from service.gateway.envelope import Envelope
from service.gateway.envelopes.invaro import InvaroEnvelope
from service.gateway.envelopes.llamacloud import LlamaCloudEnvelope
from service.gateway.envelopes.native import NativeEnvelope
from service.gateway.problems import FieldProblem, Problem
from service.rpc.errors import CODES

INVALID = grpc.StatusCode.INVALID_ARGUMENT
ENVELOPES: list[Envelope] = [NativeEnvelope(), InvaroEnvelope(), LlamaCloudEnvelope()]
PROBLEMS = [Problem(code, error.reason, "words") for error, code in CODES.items()]
PROBLEMS += [
    Problem(INVALID, "VALIDATION_ERROR", "words", (FieldProblem("items[2].name", "is required"),)),
    Problem(grpc.StatusCode.ALREADY_EXISTS, "RECORDS_EXIST", "words", details={"invoice_ids": ["a"]}),
    Problem(grpc.StatusCode.UNIMPLEMENTED, "METHOD_NOT_ALLOWED", "words"),
    Problem(grpc.StatusCode.NOT_FOUND, "ROUTE_NOT_FOUND", "words"),
    Problem(grpc.StatusCode.INTERNAL, "INTERNAL", "words"),
]


def rendered(envelope: Envelope, problem: Problem) -> tuple[int, Any, dict[str, str]]:
    status, body, headers = envelope.render(problem, "r")
    return status, json.loads(body), {name.decode(): value.decode() for name, value in headers}


@pytest.mark.parametrize("envelope", ENVELOPES, ids=lambda e: e.title)
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.reason)
def test_errors_are_as_their_schema_says(envelope: Envelope, problem: Problem) -> None:
    _, body, _ = rendered(envelope, problem)
    Draft202012Validator(envelope.error_schema()).validate(body)


@pytest.mark.parametrize("envelope", ENVELOPES, ids=lambda e: e.title)
def test_answers_are_as_their_schema_says(envelope: Envelope) -> None:
    validator = Draft202012Validator(envelope.wrapped_schema({"type": "array", "items": {"type": "integer"}}))
    validator.validate(envelope.wrap([1, 2]))
    assert not validator.is_valid(envelope.wrap(["a"]))


@pytest.mark.parametrize(
    ("code", "reason", "status", "word"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, "INVALID_CREDENTIALS", 401, "UNAUTHORIZED"),
        (grpc.StatusCode.PERMISSION_DENIED, "ORGANIZATION_FORBIDDEN", 403, "FORBIDDEN"),
        (INVALID, "ORGANIZATION_REQUIRED", 400, "INVALID_REQUEST"),
        (INVALID, "VALIDATION_ERROR", 400, "VALIDATION_ERROR"),
        (INVALID, "CORRUPT_DOCUMENT", 400, "CORRUPT_DOCUMENT"),
        (INVALID, "UPLOAD_SIZE_MISMATCH", 400, "UPLOAD_ERROR"),
        (INVALID, "PAYLOAD_TOO_LARGE", 400, "UPLOAD_ERROR"),
        (INVALID, "UNSUPPORTED_MEDIA_TYPE", 415, "INVALID_REQUEST"),
        (grpc.StatusCode.NOT_FOUND, "FILE_NOT_FOUND", 404, "NOT_FOUND"),
        (grpc.StatusCode.ABORTED, "FILE_STATUS_CONFLICT", 409, "CONFLICT"),
        (grpc.StatusCode.FAILED_PRECONDITION, "FILE_GONE", 410, "GONE"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", 429, "RATE_LIMIT_EXCEEDED"),
        (grpc.StatusCode.INTERNAL, "INTERNAL", 500, "INTERNAL_SERVER_ERROR"),
        (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE", 503, "INTERNAL_SERVER_ERROR"),
    ],
)
def test_invaro_has_words_of_its_own(code: grpc.StatusCode, reason: str, status: int, word: str) -> None:
    body = {"success": False, "error": {"code": word, "message": "words", "details": None}}
    assert rendered(InvaroEnvelope(), Problem(code, reason, "words")) == (status, body, {})


def test_invaro_wraps_answers() -> None:
    assert InvaroEnvelope().wrap({"a": 1}) == {"success": True, "data": {"a": 1}}


def test_invaro_names_fields_in_details() -> None:
    problem = Problem(INVALID, "VALIDATION_ERROR", "words", (FieldProblem("files[1]", "is too large"),))
    assert rendered(InvaroEnvelope(), problem)[1]["error"]["details"] == [
        {"field": "files[1]", "message": "is too large"}
    ]


def test_llamacloud_lists_what_is_wrong_with_fields() -> None:
    problem = Problem(
        INVALID,
        "VALIDATION_ERROR",
        "words",
        (
            FieldProblem("purpose", "is required"),
            FieldProblem("organization_id", "must be a UUID, such as …", "query"),
            FieldProblem("filter.file_ids[3]", "must be a string, not a number"),
            FieldProblem("body", "must be an object, not an array"),
        ),
    )
    status, body, _ = rendered(LlamaCloudEnvelope(), problem)
    assert status == 422
    assert body["detail"] == [
        {"loc": ["body", "purpose"], "msg": "is required", "type": "missing"},
        {"loc": ["query", "organization_id"], "msg": "must be a UUID, such as …", "type": "uuid_parsing"},
        {"loc": ["body", "filter", "file_ids", 3], "msg": "must be a string, not a number", "type": "value_error"},
        {"loc": ["body"], "msg": "must be an object, not an array", "type": "value_error"},
    ]


@pytest.mark.parametrize(
    ("code", "reason", "status", "headers"),
    [
        (grpc.StatusCode.ABORTED, "FILE_STATUS_CONFLICT", 409, {"x-should-retry": "false"}),
        (grpc.StatusCode.NOT_FOUND, "FILE_NOT_FOUND", 404, {}),
        (grpc.StatusCode.NOT_FOUND, "PROJECT_NOT_FOUND", 403, {}),
        (grpc.StatusCode.PERMISSION_DENIED, "ORGANIZATION_FORBIDDEN", 403, {}),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", 429, {}),
    ],
)
def test_llamacloud_says_other_errors_in_words(
    code: grpc.StatusCode, reason: str, status: int, headers: dict[str, str]
) -> None:
    assert rendered(LlamaCloudEnvelope(), Problem(code, reason, "words")) == (status, {"detail": "words"}, headers)


def test_llamacloud_body_that_is_no_json_is_unprocessable() -> None:
    status, body, _ = rendered(LlamaCloudEnvelope(), Problem(INVALID, "MALFORMED_REQUEST", "no JSON"))
    assert (status, body) == (422, {"detail": [{"loc": ["body"], "msg": "no JSON", "type": "value_error"}]})
