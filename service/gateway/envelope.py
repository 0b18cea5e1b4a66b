"""How errors are written: one envelope for each dialect."""

from __future__ import annotations

from typing import Any, Protocol

import orjson

from service.gateway.problems import Problem

Headers = list[tuple[bytes, bytes]]


class Envelope(Protocol):
    """Writes problems in the manner of one dialect."""

    def render(self, problem: Problem, request_id: str) -> tuple[int, bytes]:
        """The HTTP status and the JSON body."""
        ...


class NativeEnvelope:
    """`{"code", "message", "details", "request_id"}`."""

    def render(self, problem: Problem, request_id: str) -> tuple[int, bytes]:
        body = {
            "code": problem.reason,
            "message": problem.message,
            "details": native_details(problem),
            "request_id": request_id,
        }
        return problem.http_status, orjson.dumps(body)


def native_details(problem: Problem) -> Any:
    if problem.fields:
        return [{"field": field.field, "message": field.message} for field in problem.fields]
    return problem.details


def problem_headers(problem: Problem, status: int) -> Headers:
    """The headers that go with a status, whatever the dialect."""
    headers = list(problem.headers)
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if problem.retry_after is not None:
        headers.append((b"retry-after", str(problem.retry_after).encode()))
    return headers
