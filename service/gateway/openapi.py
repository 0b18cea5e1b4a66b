"""The OpenAPI 3.1 description, made from the descriptors: what the wire really does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import grpc
import orjson
from muniment.errors.v1 import error_reason_pb2
from muniment.options.v1 import options_pb2

from service.gateway import fields
from service.gateway.binding import HttpRule, http_rules
from service.gateway.envelope import Rendered
from service.gateway.openapi_examples import example_of_field, example_of_message
from service.gateway.openapi_groups import EnvelopeOf, Group, Groups, sent_and_answered
from service.gateway.openapi_schemas import (
    Schema,
    Schemas,
    comment_of,
    reference,
)
from service.gateway.problems import STATUS_OF_REASON, Problem
from service.gateway.query import TextBinder
from service.rpc.registry import Rpc

_SHARED = ("VALIDATION_ERROR", "NOT_ACCEPTABLE", "RATE_LIMITED", "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED")
_AUTHENTICATED = ("UNAUTHENTICATED", "INVALID_CREDENTIALS", "USER_MISMATCH")
_MEMBER = ("ORGANIZATION_REQUIRED", "ORGANIZATION_FORBIDDEN", "PERMISSION_DENIED")
_WITH_BODY = ("MALFORMED_REQUEST", "UNSUPPORTED_MEDIA_TYPE", "PAYLOAD_TOO_LARGE")
_DESCRIPTION = """\
The REST side of Muniment's gRPC services. Errors are `{code, message, details, request_id}` with the HTTP status; every
answer has `x-request-id`, and echoes one that was sent. Times are RFC 3339 in UTC, decimals are JSON numbers with all
their digits. `POST`, `PUT` and `PATCH` take an `Idempotency-Key`. Other dialects of the same files have a group each,
and write answers and errors in their own manner."""


def describe(
    rpcs: Sequence[Rpc], version: str, reason_codes: Mapping[str, grpc.StatusCode], envelope_of: EnvelopeOf
) -> dict[str, Any]:
    """The description of all bindings. `reason_codes` has the gRPC code of each error reason."""
    groups = Groups(rpcs, envelope_of)
    schemas = Schemas(groups.name, sent_and_answered(rpcs))
    schemas.components |= groups.errors()
    paths: dict[str, dict[str, Any]] = {}
    for rpc in rpcs:
        for number, rule in enumerate(http_rules(rpc.method)):
            group = groups.of(rpc.method.containing_service.file.package)
            assert group is not None
            operation = Operation(rpc, rule, schemas, reason_codes, group).describe(number)
            paths.setdefault(openapi_path(rule), {})[rule.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Muniment", "version": version, "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": groups.tags(),
        "x-tagGroups": groups.tag_groups(),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "An API key or a JWT."},
                "apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "An API key."},
            },
        },
    }


def openapi_path(rule: HttpRule) -> str:
    """The template with its variables as OpenAPI writes them."""
    segments = list(rule.template.segments)
    for variable in reversed(rule.template.variables):
        segments[variable.start : variable.stop] = ["{" + variable.field_path + "}"]
    return "/" + "/".join(segments) + (":" + rule.template.verb if rule.template.verb else "")


class Operation:
    """Describes one binding of one RPC."""

    def __init__(
        self,
        rpc: Rpc,
        rule: HttpRule,
        schemas: Schemas,
        reason_codes: Mapping[str, grpc.StatusCode],
        group: Group,
    ) -> None:
        self.rpc, self.rule, self.schemas, self.codes, self.group = rpc, rule, schemas, reason_codes, group
        self.rules = rpc.rules
        self.request = fields.descriptor_of(rpc.request_class)
        self.response = fields.descriptor_of(rpc.response_class)
        self.upload = bool(self.rules.multipart_file_parts or self.rules.base64_part)
        self.bound = fields.message_of(self.request.fields_by_name["options"]) if self.upload else self.request
        self.path_names = frozenset(variable.field_path for variable in rule.template.variables)

    def describe(self, number: int) -> dict[str, Any]:
        comment = comment_of(self.rpc.method.full_name)
        first, _, rest = comment.partition(". ")
        operation: dict[str, Any] = {
            "operationId": self.group.name(self.rpc.method.name) + (f"_{number}" if number else ""),
            "tags": [self.group.tag(self.rpc.method.containing_service.name)],
            "summary": first.split("\n")[0].rstrip(".") or self.rpc.method.name,
            "description": comment or rest,
            "parameters": self.parameters(),
            "responses": self.responses(),
            "security": [] if self.public else [{"bearer": []}, {"apiKey": []}],
        }
        if self.rpc.method.GetOptions().deprecated:
            operation["deprecated"] = True
        if self.rule.body:
            operation["requestBody"] = self.multipart() if self.upload else self.json_body()
        return operation

    @property
    def public(self) -> bool:
        return bool(self.rules.access == options_pb2.ACCESS_PUBLIC)

    @property
    def member(self) -> bool:
        return bool(self.rules.access == options_pb2.ACCESS_UNSPECIFIED)

    def parameters(self) -> list[dict[str, Any]]:
        found = [self.parameter(name, "path") for name in self.path_in_order()]
        found += [self.parameter(name, "query") for name in self.query_names()]
        if self.member:
            found.append(self.organization())
        if not self.public:
            found.append(header("x-user-id", "When sent, the credential's own user.", form="uuid"))
        if self.rule.method in ("POST", "PUT", "PATCH"):
            found.append(header("idempotency-key", "Sent again, the first answer is repeated for 24 hours."))
        if self.upload or self.rpc.method.name == "CreatePresignedUploads":
            found.append(header("x-partner", "The integration's name, kept on the file as `channel`."))
        if self.rules.download:
            found += [header("range", "One range of bytes."), header("if-none-match", "Entity tags: 304 on a match.")]
            found += [header("if-match", "Entity tags: 412 without a match."), header("if-range", "A validator.")]
        return found

    def organization(self) -> dict[str, Any]:
        if self.rules.organization == options_pb2.ORGANIZATION_SOURCE_KEY:
            text = "The organization, for callers with a token. An API key says its own."
            return header("x-organization-id", text, form="uuid")
        return header("x-organization-id", "The organization.", required=True, form="uuid")

    def path_in_order(self) -> list[str]:
        return [variable.field_path for variable in self.rule.template.variables]

    def query_names(self) -> list[str]:
        if self.upload:
            # All options may stand in the query; those that say where the file goes usually do.
            chosen = (self.rules.organization_id_field, self.rules.organization_number_field)
            return [name for name in (*chosen, "project_id") if any(chosen) and name in self.bound.fields_by_name]
        if self.rule.body == "*":
            return []
        taken = self.path_names | {self.rule.body}
        if self.rules.download:
            taken |= {"read_offset", "read_limit", "info_only"}
        return [name for name in TextBinder(self.bound, taken).names if name.split(".")[0] not in taken]

    def parameter(self, path: str, place: str) -> dict[str, Any]:
        message = self.bound
        *way, name = path.split(".")
        for step in way:
            message = fields.message_of(message.fields_by_name[step])
        schema = self.schemas.request_field(message.fields_by_name[name])
        text = schema.pop("description", "")
        found: dict[str, Any] = {"name": path, "in": place, "description": text, "schema": schema}
        if place == "path":
            found |= {"required": True, "example": example_of_field(message.fields_by_name[name], sent=True)}
        elif fields.is_required(message.fields_by_name[name]):
            found["required"] = True
        return found

    def json_body(self) -> dict[str, Any]:
        if self.rule.body == "*":
            schema = self.schemas.request_object(self.request, self.path_names)
            example = example_of_message(self.request, sent=True, without=self.path_names)
            required = "required" in schema
        else:
            field = self.request.fields_by_name[self.rule.body]
            schema = self.schemas.request_field(field)
            example, required = example_of_field(field, sent=True), True
            if self.rules.single_object_body:
                schema = {"anyOf": [schema, schema["items"] | {"description": "Stands for an array of one."}]}
        return {"required": required, "content": {"application/json": {"schema": schema, "example": example}}}

    def multipart(self) -> dict[str, Any]:
        schema = self.schemas.request_object(self.bound, self.path_names)
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        names = self.rules.multipart_file_parts
        parts: dict[str, Schema] = {
            name: {"type": "array", "items": file, "description": "A file, its name in `filename`; may be repeated."}
            for name in names
        }
        content = {"multipart/form-data": {"schema": schema}}
        if encoded := self.rules.base64_part:
            text = {"type": "string", "contentEncoding": "base64", "description": "A file's bytes, in place of a file."}
            parts[encoded] = text
            alone = schema | {"properties": {encoded: text} | schema["properties"]}
            alone["required"] = [encoded, *schema.get("required", ())]
            example = {encoded: "JVBERi0xLjcK"} | example_of_message(self.bound, sent=True, without=self.path_names)
            content["application/json"] = {"schema": alone, "example": example}
            content["application/x-www-form-urlencoded"] = {"schema": alone}
        schema["properties"] = parts | schema["properties"]
        schema["anyOf"] = [{"required": [name]} for name in parts]
        return {"required": True, "content": content}

    def responses(self) -> dict[str, Any]:
        if self.rules.download:
            found = download_responses()
        else:
            status = str(self.rules.http_status or 200)
            text = comment_of(self.response.full_name) or "Done."
            found = {status: {"description": text, "headers": REQUEST_ID_HEADER | self.own_headers()}}
            if status != "204":
                schema, example = self.answer()
                envelope = self.group.envelope
                content = {"schema": envelope.wrapped_schema(schema), "example": envelope.wrap(example)}
                found[status]["content"] = {"application/json": content}
        found |= self.errors(found)
        if "429" in found:
            found["429"]["headers"] = found["429"]["headers"] | RETRY_AFTER_HEADER
        if self.rules.rate_limit:
            for response in found.values():
                response["headers"] = response["headers"] | RATE_LIMIT_HEADERS
        return found

    def own_headers(self) -> dict[str, Any]:
        return {
            header.name: {
                "description": header.description,
                "schema": {"type": "integer" if header.integer else "string"},
            }
            for header in self.rules.headers
        }

    def answer(self) -> tuple[Schema, Any]:
        name = self.rule.response_body
        if not name:
            return self.schemas.answer(self.response), example_of_message(self.response, sent=False)
        field = self.response.fields_by_name[name]
        schema = self.schemas.answer_field(field)
        if "anyOf" in schema and fields.is_message(field):
            schema = schema["anyOf"][0]
        if self.rules.single_object_body and field.is_repeated:
            schema = {"anyOf": [schema, schema["items"] | {"description": "The answer to a bare object."}]}
        return schema, example_of_field(field, sent=False)

    def reasons(self) -> list[str]:
        found = list(_SHARED)
        found += [] if self.public else _AUTHENTICATED
        found += _MEMBER if self.member else ()
        found += _WITH_BODY if self.rule.body else ()
        found += ("IDEMPOTENCY_KEY_REUSED",) if self.rule.method in ("POST", "PUT", "PATCH") else ()
        found += ("PRECONDITION_FAILED",) if self.rules.download else ()
        name = error_reason_pb2.ErrorReason.Name
        found += [name(number).removeprefix("ERROR_REASON_") for number in self.rules.errors]
        return list(dict.fromkeys(found))

    def errors(self, found: Mapping[str, Any]) -> dict[str, Any]:
        by_status: dict[str, list[str]] = {}
        for reason in self.reasons():
            by_status.setdefault(self.status_of(reason), []).append(reason)
        return {
            status: self.error_response(reasons) for status, reasons in sorted(by_status.items()) if status not in found
        }

    def status_of(self, reason: str) -> str:
        rendered = self.rendered(reason)
        return str(rendered.status) if rendered is not None else "default"

    def rendered(self, reason: str) -> Rendered | None:
        """An error with this reason, as the dialect writes it."""
        code = grpc.StatusCode.INVALID_ARGUMENT if reason == "MALFORMED_REQUEST" else self.codes.get(reason)
        if code is None and reason in STATUS_OF_REASON:
            code = grpc.StatusCode.INVALID_ARGUMENT
        return None if code is None else self.group.envelope.render(Problem(code, reason, "…"), "8f14e45fceea167a")

    def error_response(self, reasons: list[str]) -> dict[str, Any]:
        lines = [f"- `{reason}`: {comment_of(f'{_REASONS}.ERROR_REASON_{reason}')}".rstrip(": ") for reason in reasons]
        content: dict[str, Any] = {"schema": reference(self.group.error)}
        if (rendered := self.rendered(reasons[0])) is not None:
            content["example"] = orjson.loads(rendered.body)
        return {
            "description": "\n".join(lines),
            "headers": REQUEST_ID_HEADER,
            "content": {"application/json": content},
        }


_REASONS = "muniment.errors.v1.ErrorReason"
REQUEST_ID_HEADER = {"x-request-id": {"description": "The call's id in the log.", "schema": {"type": "string"}}}
RETRY_AFTER_HEADER = {
    "retry-after": {"description": "In how many seconds to try again.", "schema": {"type": "integer"}}
}
RATE_LIMIT_HEADERS = {
    f"x-ratelimit-{name}": {"description": text, "schema": {"type": "integer"}}
    for name, text in (
        ("limit", "How many calls a minute may have."),
        ("remaining", "How many are left of this minute."),
        ("reset", "When the next minute begins, in seconds since 1970."),
    )
}


def header(name: str, text: str, *, required: bool = False, form: str = "") -> dict[str, Any]:
    schema = {"type": "string"} | ({"format": form} if form else {})
    return {"name": name, "in": "header", "required": required, "description": text, "schema": schema}


def download_responses() -> dict[str, Any]:
    content = {
        "application/octet-stream": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
    }
    shared = REQUEST_ID_HEADER | {
        name: {"description": text, "schema": {"type": "string"}}
        for name, text in (
            ("etag", "The entity tag of the bytes."),
            ("last-modified", "When the bytes were confirmed."),
            ("content-disposition", "The original name."),
            ("accept-ranges", "`bytes`"),
        )
    }
    span = {"content-range": {"description": "Which bytes, of how many.", "schema": {"type": "string"}}}
    return {
        "200": {
            "description": "The whole file, with the media type that was declared.",
            "headers": shared,
            "content": content,
        },
        "206": {"description": "The range that was asked for.", "headers": shared | span, "content": content},
        "304": {"description": "The client's copy is the current one.", "headers": REQUEST_ID_HEADER},
    }
