"""Invaro's envelope: `{"success": true, "data": …}`, `{"success": false, "error": {"code", "message", "details"}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from service.gateway.envelope import DETAILS_SCHEMA, Rendered, Schema, details_of
from service.gateway.problems import Problem

_INTERNAL = "INTERNAL_SERVER_ERROR"
# Invaro tells these apart from other bad requests. Its only bodies are uploads.
_CODE_OF_REASON: Mapping[str, str] = {
    "VALIDATION_ERROR": "VALIDATION_ERROR",
    **dict.fromkeys(("CORRUPT_DOCUMENT", "ENCRYPTED_PDF", "EMPTY_DOCUMENT"), "CORRUPT_DOCUMENT"),
    **dict.fromkeys(
        (
            "MALFORMED_REQUEST",
            "PAYLOAD_TOO_LARGE",
            "UPLOAD_EMPTY",
            "UPLOAD_MISSING",
            "UPLOAD_SIZE_MISMATCH",
            "UPLOAD_CHECKSUM_MISMATCH",
            "UNSUPPORTED_TYPE",
            "DOCUMENT_TOO_LARGE",
            "DOCUMENT_TOO_COMPLEX",
        ),
        "UPLOAD_ERROR",
    ),
}
# It has 400 alone for a request that isn't taken for what is in it.
_STATUS_OF_REASON: Mapping[str, int] = {"PAYLOAD_TOO_LARGE": 400}
_CODE_OF_STATUS: Mapping[int, str] = {
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    410: "GONE",
    429: "RATE_LIMIT_EXCEEDED",
}
_OTHER = "INVALID_REQUEST"


class InvaroEnvelope:
    """Codes are Invaro's own words, chosen by reason where it has one for it, else by HTTP status."""

    title = "Invaro"

    def wrap(self, answer: Any) -> Any:
        return {"success": True, "data": answer}

    def wrapped_schema(self, schema: Schema) -> Schema:
        return {
            "type": "object",
            "required": ["success", "data"],
            "properties": {"success": {"const": True}, "data": schema},
        }

    def render(self, problem: Problem, request_id: str) -> Rendered:  # noqa: ARG002  # the header alone has it
        # Invaro's page has no status of its own for what is too large.
        status = 400 if problem.http_status == 413 else problem.http_status
        error = {"code": code_of(problem.reason, status), "message": problem.message, "details": details_of(problem)}
        return Rendered(status, orjson.dumps({"success": False, "error": error}), [])

    def error_schema(self) -> Schema:
        codes = sorted({*_CODE_OF_REASON.values(), *_CODE_OF_STATUS.values(), _OTHER, _INTERNAL})
        error = {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string", "enum": codes},
                "message": {"type": "string", "description": "What is wrong, and what would be right."},
                "details": DETAILS_SCHEMA,
            },
        }
        return {
            "type": "object",
            "description": "What went wrong.",
            "required": ["success", "error"],
            "properties": {"success": {"const": False}, "error": error},
        }


def code_of(reason: str, status: int) -> str:
    if status >= 500:
        return _INTERNAL
    return _CODE_OF_REASON.get(reason) or _CODE_OF_STATUS.get(status, _OTHER)
