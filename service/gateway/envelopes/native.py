"""The native envelope: bare answers, and errors as `{"code", "message", "details", "request_id"}`."""

from __future__ import annotations

from typing import Any

import orjson
from muniment.errors.v1 import error_reason_pb2

from service.gateway.envelope import DETAILS_SCHEMA, Rendered, Schema, details_of
from service.gateway.problems import STATUS_OF_REASON, Problem


class NativeEnvelope:
    """Muniment's own, and that of dialects whose contract says nothing of errors."""

    def __init__(self, title: str = "Muniment") -> None:
        self.title = title

    def wrap(self, answer: Any) -> Any:
        return answer

    def wrapped_schema(self, schema: Schema) -> Schema:
        return schema

    def render(self, problem: Problem, request_id: str) -> Rendered:
        body = {
            "code": problem.reason,
            "message": problem.message,
            "details": details_of(problem),
            "request_id": request_id,
        }
        return Rendered(problem.http_status, orjson.dumps(body), [])

    def error_schema(self) -> Schema:
        reasons = [value.name.removeprefix("ERROR_REASON_") for value in error_reason_pb2.ErrorReason.DESCRIPTOR.values]
        codes = list(dict.fromkeys([*reasons[1:], *STATUS_OF_REASON]))
        return {
            "type": "object",
            "description": "What went wrong.",
            "required": ["code", "message", "details", "request_id"],
            "properties": {
                "code": {"type": "string", "enum": codes, "description": "The error's reason."},
                "message": {"type": "string", "description": "What is wrong, and what would be right."},
                "details": DETAILS_SCHEMA,
                "request_id": {"type": "string", "description": "The same as in `x-request-id`."},
            },
        }
