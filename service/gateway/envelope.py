"""What the gateway asks of a dialect: how an answer and an error are written."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from service.gateway.problems import Problem

Headers = list[tuple[bytes, bytes]]
Schema = dict[str, Any]


class Rendered(NamedTuple):
    """A problem, written down: `body` is JSON, `headers` are those that this dialect alone sends."""

    status: int
    body: bytes
    headers: Headers


class Envelope(Protocol):
    """Writes answers and problems in the manner of one dialect."""

    title: str
    """What the dialect is called in `/openapi.json`."""

    def wrap(self, answer: Any) -> Any:
        """The JSON value of a success, around the one that the RPC answers with."""
        ...

    def wrapped_schema(self, schema: Schema) -> Schema:
        """The JSON Schema of what `wrap` makes of a value that is as `schema` says."""
        ...

    def render(self, problem: Problem, request_id: str) -> Rendered:
        """A failure."""
        ...

    def error_schema(self) -> Schema:
        """The JSON Schema of the bodies that `render` makes."""
        ...


def details_of(problem: Problem) -> Any:
    """Fields with what is wrong with each, else what the error tells besides its message."""
    if problem.fields:
        return [{"field": field.field, "message": field.message} for field in problem.fields]
    return problem.details


DETAILS_SCHEMA: Schema = {
    "description": "For fields: each with its path in what was sent, items counted from 0.",
    "anyOf": [
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        {"type": "object"},
        {"type": "null"},
    ],
}


def problem_headers(problem: Problem, status: int) -> Headers:
    """The headers that go with a status, whatever the dialect."""
    headers = list(problem.headers)
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if problem.retry_after is not None:
        headers.append((b"retry-after", str(problem.retry_after).encode()))
    return headers
