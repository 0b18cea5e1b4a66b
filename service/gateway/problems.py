"""What can go wrong with a call, before it is written in the manner of a dialect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
from google.protobuf import struct_pb2
from google.rpc import error_details_pb2, status_pb2

from service.gateway.json_render import struct_to_dict
from service.rpc.errors import INTERNAL_MESSAGE

# google/rpc/code.proto says which HTTP status each code maps to.
HTTP_STATUS: Mapping[grpc.StatusCode, int] = {
    grpc.StatusCode.OK: 200,
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.UNKNOWN: 500,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DATA_LOSS: 500,
}

# HTTP has a status of its own for these, which no gRPC code stands for.
STATUS_OF_REASON: Mapping[str, int] = {
    "PAYLOAD_TOO_LARGE": 413,
    "RANGE_NOT_SATISFIABLE": 416,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "NOT_ACCEPTABLE": 406,
    "METHOD_NOT_ALLOWED": 405,
    "ROUTE_NOT_FOUND": 404,
    "FILE_GONE": 410,
    "PRECONDITION_FAILED": 412,
}

STATUS_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field. `location` is `body`, `query` or `path`."""

    field: str
    message: str
    location: str = "body"


@dataclass(frozen=True, slots=True)
class Problem:
    """A call's failure: what an `Envelope` renders."""

    code: grpc.StatusCode
    reason: str
    message: str
    fields: tuple[FieldProblem, ...] = ()
    details: Mapping[str, Any] | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def http_status(self) -> int:
        """The status by reason where HTTP has a particular one, else by gRPC code."""
        return STATUS_OF_REASON.get(self.reason) or HTTP_STATUS[self.code]

    def with_fields(self, fields: tuple[FieldProblem, ...]) -> Problem:
        return replace(self, fields=fields)

    def renamed(self, fields: tuple[FieldProblem, ...]) -> Problem:
        """The same fields by the names that the caller knows, also in the message (`a: is …; b: is …`)."""
        message, start = self.message, 0
        for old, new in zip(self.fields, fields, strict=True):
            if not message.startswith(f"{old.field}: {old.message}", start):
                break
            message = message[:start] + new.field + message[start + len(old.field) :]
            start += len(f"{new.field}: {old.message}; ")
        return replace(self, message=message, fields=fields)

    def with_headers(self, *headers: tuple[bytes, bytes]) -> Problem:
        return replace(self, headers=self.headers + headers)


class Refused(Exception):
    """Raised by the gateway for a call that it answers itself."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refuse(reason: str, message: str, *fields: FieldProblem, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Refused:
    """A call that is wrong in itself: INVALID_ARGUMENT with the reason's own HTTP status where there is one."""
    return Refused(Problem(grpc.StatusCode.INVALID_ARGUMENT, reason, message, fields, headers=headers))


def malformed(message: str) -> Refused:
    return refuse("MALFORMED_REQUEST", message)


def invalid(fields: list[FieldProblem]) -> Refused:
    """VALIDATION_ERROR with one entry for each field."""
    return refuse("VALIDATION_ERROR", summary(fields), *fields)


def summary(fields: list[FieldProblem]) -> str:
    """One line that can stand alone: the first problem, and how many more there are."""
    first = f"{fields[0].field}: {fields[0].message}"
    more = len(fields) - 1
    return f"{first} (and {more} more)" if more else first


def internal_problem() -> Problem:
    return Problem(grpc.StatusCode.INTERNAL, "INTERNAL", INTERNAL_MESSAGE)


def problem_from_status(code: grpc.StatusCode, message: str, details: bytes | None) -> Problem:
    """Read what a servicer aborted with. `details` is the serialized `google.rpc.Status`, if there was one."""
    problem = Problem(code, default_reason(code), message)
    if not details:
        return problem
    status = status_pb2.Status.FromString(details)
    for packed in status.details:
        problem = add_detail(problem, packed.type_url.rpartition("/")[2], packed.value)
    return problem


def add_detail(problem: Problem, type_name: str, value: bytes) -> Problem:
    match type_name:
        case "google.rpc.ErrorInfo":
            info = error_details_pb2.ErrorInfo.FromString(value)
            reason = info.reason.removeprefix("ERROR_REASON_")
            return replace(problem, reason=reason, metadata=dict(info.metadata))
        case "google.rpc.BadRequest":
            violations = error_details_pb2.BadRequest.FromString(value).field_violations
            return problem.with_fields(tuple(FieldProblem(v.field, v.description) for v in violations))
        case "google.rpc.RetryInfo":
            delay = error_details_pb2.RetryInfo.FromString(value).retry_delay
            return replace(problem, retry_after=max(1, delay.seconds + (delay.nanos > 0)))
        case "google.protobuf.Struct":
            return replace(problem, details=struct_to_dict(struct_pb2.Struct.FromString(value)))
    return problem


# What a status without ErrorInfo is called: errors that gRPC itself raises.
REASON_OF_CODE: Mapping[grpc.StatusCode, str] = {
    grpc.StatusCode.INVALID_ARGUMENT: "VALIDATION_ERROR",
    grpc.StatusCode.UNAUTHENTICATED: "UNAUTHENTICATED",
    grpc.StatusCode.PERMISSION_DENIED: "PERMISSION_DENIED",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "RATE_LIMITED",
    grpc.StatusCode.UNAVAILABLE: "UNAVAILABLE",
    grpc.StatusCode.DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED",
    grpc.StatusCode.CANCELLED: "DEADLINE_EXCEEDED",
    grpc.StatusCode.NOT_FOUND: "ROUTE_NOT_FOUND",
    grpc.StatusCode.ALREADY_EXISTS: "ALREADY_EXISTS",
    grpc.StatusCode.UNIMPLEMENTED: "ROUTE_NOT_FOUND",
}


def default_reason(code: grpc.StatusCode) -> str:
    return REASON_OF_CODE.get(code, "INTERNAL")


_INDEXED = re.compile(r'\["((?:[^"\\]|\\.)*)"\]')


def plain_path(path: str) -> str:
    """Write protovalidate's `headers["a"]` as `headers.a`."""
    return _INDEXED.sub(r".\1", path)
