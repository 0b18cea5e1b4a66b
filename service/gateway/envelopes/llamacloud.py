"""LlamaCloud's envelope, which is FastAPI's: `{"detail": "…"}`, and a list of what is wrong with a request's fields."""

from __future__ import annotations

import re
from typing import Any

import orjson

from service.gateway.envelope import Headers, Rendered, Schema
from service.gateway.problems import FieldProblem, Problem

UNPROCESSABLE = 422
# FastAPI says so of a body that isn't JSON too: https://fastapi.tiangolo.com/tutorial/handling-errors/
_UNPROCESSABLE_REASONS = frozenset({"VALIDATION_ERROR", "MALFORMED_REQUEST"})
# A project in the query selects, as an organization does.
_STATUS_OF_REASON = {"PROJECT_NOT_FOUND": 403}
_CONFLICT = 409
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
# By what our messages begin with, in the words of https://docs.pydantic.dev/latest/errors/validation_errors/
_TYPES = (
    ("is required", "missing"),
    ("is missing", "missing"),
    ("is unknown", "extra_forbidden"),
    ("must be one of", "enum"),
    ("must be a UUID", "uuid_parsing"),
    ("must be an integer", "int_parsing"),
    ("must be true or false", "bool_parsing"),
    ("must have at least", "too_short"),
    ("must have at most", "too_long"),
)


class LlamaCloudEnvelope:
    """Bare answers. What is wrong with fields is 422, whatever it is."""

    title = "LlamaCloud"

    def wrap(self, answer: Any) -> Any:
        return answer

    def wrapped_schema(self, schema: Schema) -> Schema:
        return schema

    def render(self, problem: Problem, request_id: str) -> Rendered:  # noqa: ARG002  # the header alone has it
        detail: Any = problem.message
        status = _STATUS_OF_REASON.get(problem.reason, problem.http_status)
        if problem.reason in _UNPROCESSABLE_REASONS:
            status = UNPROCESSABLE
            detail = [entry(field) for field in problem.fields] or [entry(FieldProblem("body", problem.message))]
        # Its clients try a 409 again unless they are told not to; ours are all meant.
        headers: Headers = [(b"x-should-retry", b"false")] if status == _CONFLICT else []
        return Rendered(status, orjson.dumps({"detail": detail}), headers)

    def error_schema(self) -> Schema:
        loc = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}
        error = {
            "type": "object",
            "required": ["loc", "msg", "type"],
            "properties": {"loc": loc, "msg": {"type": "string"}, "type": {"type": "string"}},
        }
        return {
            "type": "object",
            "description": "What went wrong.",
            "required": ["detail"],
            "properties": {"detail": {"anyOf": [{"type": "string"}, {"type": "array", "items": error}]}},
        }


def entry(field: FieldProblem) -> dict[str, Any]:
    """One field: where it is, what is wrong, and FastAPI's word for that."""
    kind = next((name for beginning, name in _TYPES if field.message.startswith(beginning)), "value_error")
    path = "" if field.field == field.location else field.field
    steps = [int(index) if index else name for index, name in _STEP.findall(path)]
    return {"loc": [field.location, *steps], "msg": field.message, "type": kind}
