"""Calls with JSON: binding, answers, errors, headers."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from google.rpc import error_details_pb2
from muniment.files.v1 import file_pb2
from muniment.files.v1 import file_service_pb2 as files
from muniment.options.v1 import options_pb2
from muniment.organizations.v1 import api_key_service_pb2 as keys
from muniment.readings.v1 import reading_service_pb2 as readings
from prometheus_client import CollectorRegistry

from service.gateway.application import Gateway
from service.gateway.context import HttpContext
from service.gateway.envelope import Rendered
from service.gateway.envelopes.native import NativeEnvelope
from service.gateway.problems import Problem
from service.gateway.settings import GatewaySettings
from tests.gateway.support import (
    INVALID_ARGUMENT,
    NOT_FOUND,
    abort,
    all_rpcs,
    bad_request,
    gateway,
    ready,
    request,
)

JSON = {"content-type": "application/json"}


class Recorder:
    """A handler that keeps what it was called with."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.request: Any = None
        self.context: Any = None

    async def __call__(self, request: Any, context: HttpContext) -> Any:
        self.request, self.context = request, context
        return self.response


def get_file() -> Recorder:
    return Recorder(files.GetFileResponse(file=file_pb2.File(id="a")))


async def test_path_and_response_body() -> None:
    handler = get_file()
    answer = await request(gateway(GetFile=handler), "GET", "/v1/files/a%2Fb")
    assert (answer.status, answer.json["id"]) == (200, "a")
    assert handler.request.file_id == "a/b"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(answer.body))


async def test_path_that_is_not_utf8_is_400() -> None:
    answer = await request(gateway(GetFile=get_file()), "GET", "/v1/files/%ff")
    assert answer.status == 400
    assert answer.json["details"] == [{"field": "file_id", "message": "is not UTF-8"}]


async def test_query_binding() -> None:
    handler = Recorder(readings.ListReadingsResponse())
    target = "/v1/files/readings?file_id=a&file_id=b&linked=true&category=water&category=GAS&page=2&name=a+b%20%C3%A9"
    assert (await request(gateway(ListReadings=handler), "GET", target)).status == 200
    assert list(handler.request.file_id) == ["a", "b"]
    assert (handler.request.linked, handler.request.page, handler.request.name) == (True, 2, "a b é")
    assert list(handler.request.category) == [2, 3]


async def test_query_times() -> None:
    handler = Recorder(files.ListFilesResponse())
    await request(gateway(ListFiles=handler), "GET", "/v1/files?created_after=2024-03-01T00:00:00Z")
    assert handler.request.created_after.seconds == 1709251200


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("pge=1", "pge", "is unknown; did you mean page?"),
        ("page=x", "page", "must be an integer"),
        ("page=1&page=2", "page", "is given twice"),
        ("page=99999999999", "page", "must be from -2147483648 to 2147483647"),
        ("status=gone", "status", "must be one of pending, uploaded, error, deleted"),
        ("created_after=2024-03-01T00:00:00+02:00", "created_after", "a + is written %2B"),
    ],
)
async def test_wrong_queries_name_the_parameter(query: str, field: str, message: str) -> None:
    answer = await request(gateway(), "GET", f"/v1/files?{query}")
    assert (answer.status, answer.json["code"]) == (400, "VALIDATION_ERROR")
    assert answer.json["details"][0]["field"] == field
    assert message in answer.json["details"][0]["message"]


async def test_query_that_is_not_utf8_is_400() -> None:
    assert (await request(gateway(), "GET", "/v1/files?name=%ff")).json["code"] == "MALFORMED_REQUEST"


def presigned() -> Recorder:
    return Recorder(files.CreatePresignedUploadsResponse(uploads=[files.PresignedUpload(id="a")]))


async def test_array_body_is_answered_by_an_array() -> None:
    handler = presigned()
    answer = await request(
        gateway(CreatePresignedUploads=handler),
        "POST",
        "/v1/files/presigned-urls",
        b'[{"name": "x", "size_kb": 3}]',
        JSON,
    )
    assert [item["id"] for item in answer.json] == ["a"]
    assert handler.request.uploads[0].size_kb == 3


async def test_bare_object_is_answered_by_a_bare_object() -> None:
    answer = await request(
        gateway(CreatePresignedUploads=presigned()), "POST", "/v1/files/presigned-urls", b'{"name": "x"}', JSON
    )
    assert answer.json["id"] == "a"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'[{}, {}, {"size_kb": "x"}]', "[2].size_kb"),
        (b'{"size_kb": "x"}', "size_kb"),
        (b'["x"]', "[0]"),
        (b"5", "body"),
        (b"null", "body"),
    ],
)
async def test_problems_have_the_path_in_the_body_that_was_sent(body: bytes, field: str) -> None:
    answer = await request(gateway(), "POST", "/v1/files/presigned-urls", body, JSON)
    assert (answer.status, answer.json["details"][0]["field"]) == (400, field)


async def test_message_names_every_field_as_it_was_sent() -> None:
    async def refuse(_: Any, context: Any) -> None:
        names = ("uploads[0].name", "uploads[1].name")
        message = "; ".join(f"{name}: is wrong" for name in names)
        await abort(
            context, INVALID_ARGUMENT, "VALIDATION_ERROR", message, bad_request(**dict.fromkeys(names, "is wrong"))
        )

    handler = gateway(CreatePresignedUploads=refuse)
    answer = await request(handler, "POST", "/v1/files/presigned-urls", b"[{}, {}]", JSON)
    assert answer.json["message"] == "[0].name: is wrong; [1].name: is wrong"


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        (b"[{}, {}, {}]", "uploads[2].size_kb", "[2].size_kb"),
        (b"{}", "uploads[0].size_kb", "size_kb"),
        (b"[]", "uploads", "body"),
    ],
)
async def test_violations_of_the_servicer_get_the_path_in_the_body(body: bytes, field: str, expected: str) -> None:
    async def refuse(_: Any, context: Any) -> None:
        await abort(context, INVALID_ARGUMENT, "VALIDATION_ERROR", "wrong", bad_request(**{field: "is wrong"}))

    answer = await request(gateway(CreatePresignedUploads=refuse), "POST", "/v1/files/presigned-urls", body, JSON)
    assert answer.status == 400
    assert answer.json["details"] == [{"field": expected, "message": "is wrong"}]


async def test_path_wins_over_body() -> None:
    handler = Recorder(readings.UpdateReadingResponse())
    body = b'{"file_reading_id": "b", "content": {"items": []}}'
    answer = await request(gateway(UpdateReading=handler), "PUT", "/v1/files/readings/a", body, JSON)
    assert answer.status == 200
    assert handler.request.file_reading_id == "a"
    assert handler.request.HasField("content")


async def test_literal_true_as_the_whole_answer() -> None:
    handler = Recorder(files.SendEventResponse(accepted=True))
    body = b'{"event_type": "PROCESS_DOCUMENT", "detail": {"file_id": "a"}}'
    answer = await request(gateway(SendEvent=handler), "POST", "/v1/files/send-event", body, JSON)
    assert answer.body == b"true"


async def test_http_status_of_the_rules() -> None:
    handler = Recorder(keys.CreateApiKeyResponse(secret="s"))
    assert (await request(gateway(CreateApiKey=handler), "POST", "/v1/api-keys", b'{"name": "n"}', JSON)).status == 201


async def test_empty_body_is_refused_unless_nothing_is_required() -> None:
    app = gateway(RotateApiKey=Recorder(keys.RotateApiKeyResponse()))
    empty = await request(app, "POST", "/v1/api-keys", b" ", JSON)
    assert (empty.status, empty.json["code"]) == (400, "MALFORMED_REQUEST")
    assert (await request(app, "POST", "/v1/api-keys/k/rotate", b"", JSON)).status == 201


async def test_query_beside_a_whole_body_is_refused() -> None:
    answer = await request(gateway(), "POST", "/v1/api-keys?name=x", b'{"name": "n"}', JSON)
    assert answer.json["details"] == [{"field": "name", "message": "is unknown"}]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ('Application/JSON;charset="UTF-8"', 201),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
async def test_content_types(content_type: str, status: int) -> None:
    app = gateway(CreateApiKey=Recorder(keys.CreateApiKeyResponse()))
    answer = await request(app, "POST", "/v1/api-keys", b'{"name": "n"}', {"content-type": content_type})
    assert answer.status == status
    assert status != 415 or answer.json["code"] == "UNSUPPORTED_MEDIA_TYPE"


async def test_compressed_body_is_refused() -> None:
    headers = JSON | {"content-encoding": "gzip"}
    answer = await request(gateway(), "POST", "/v1/api-keys", gzip.compress(b'{"name": "n"}'), headers)
    assert (answer.status, answer.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_body_without_content_type_is_taken_as_json() -> None:
    app = gateway(CreateApiKey=Recorder(keys.CreateApiKeyResponse()))
    assert (await request(app, "POST", "/v1/api-keys", b'{"name": "n"}')).status == 201


@pytest.mark.parametrize("announced", [True, False])
async def test_body_beyond_the_limit_is_413(announced: bool) -> None:
    app = gateway(GatewaySettings(max_json_bytes=100))
    pieces = [b'{"name": "', b"x" * 100, b'"}']
    headers = JSON | ({"content-length": str(sum(map(len, pieces)))} if announced else {})
    answer = await request(app, "POST", "/v1/api-keys", pieces, headers)
    assert (answer.status, answer.json["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("text/html, application/*;q=0.1", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("", 200),
    ],
)
async def test_accept(accept: str, status: int) -> None:
    answer = await request(gateway(GetFile=get_file()), "GET", "/v1/files/a", headers={"accept": accept})
    assert answer.status == status
    assert status != 406 or answer.json["code"] == "NOT_ACCEPTABLE"


async def test_large_answers_are_compressed_for_those_who_accept_it() -> None:
    app = gateway(ListFiles=Recorder(files.ListFilesResponse(items=[file_pb2.File(name="x")] * 9)))
    packed = await request(app, "GET", "/v1/files", headers={"accept-encoding": "br, gzip"})
    plain = await request(app, "GET", "/v1/files", headers={"accept-encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"


async def test_head_has_the_headers_of_get() -> None:
    app = gateway(GetFile=get_file())
    got, head = [await request(app, method, "/v1/files/a") for method in ("GET", "HEAD")]
    assert head.body == b""
    assert (head.status, head.headers["content-length"]) == (200, got.headers["content-length"])


async def test_unknown_path_is_404_in_the_envelope() -> None:
    for target in ("/v1/fils", "/v1/files/", "/v2/files/a"):
        answer = await request(gateway(), "GET", target)
        assert (answer.status, answer.json["code"]) == (404, "ROUTE_NOT_FOUND")
        assert set(answer.json) == {"code", "message", "details", "request_id"}


async def test_other_method_is_405_with_allow() -> None:
    answer = await request(gateway(), "PUT", "/v1/files/a")
    assert (answer.status, answer.json["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"
    assert (await request(gateway(), "DELETE", "/v1/files/readings")).headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_options_without_cors() -> None:
    answer = await request(gateway(), "OPTIONS", "/v1/files", headers={"origin": "https://a.example"})
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_cors_preflight_and_answers() -> None:
    app = gateway(GatewaySettings(cors_origins=("https://a.example",)), GetFile=get_file())
    asked = {
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization, x-organization-id",
    }
    preflight = await request(app, "OPTIONS", "/v1/files/a", headers={"origin": "https://a.example"} | asked)
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "https://a.example"
    assert preflight.headers["access-control-allow-headers"] == "authorization, x-organization-id"
    assert "GET" in preflight.headers["access-control-allow-methods"]
    for target in ("/v1/files/a", "/nothing"):
        answer = await request(app, "GET", target, headers={"origin": "https://a.example"})
        assert answer.headers["access-control-allow-origin"] == "https://a.example"
        assert "x-request-id" in answer.headers["access-control-expose-headers"]
    other = await request(app, "GET", "/v1/files/a", headers={"origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_request_id_is_echoed_when_sane_and_new_otherwise() -> None:
    handler = get_file()
    app = gateway(GetFile=handler)
    sane = await request(app, "GET", "/v1/files/a", headers={"x-request-id": "abc-1.2_3"})
    assert sane.headers["x-request-id"] == "abc-1.2_3"
    assert dict(handler.context.invocation_metadata())["x-request-id"] == "abc-1.2_3"
    for sent in ("", "a b", "x" * 129, "é"):
        answer = await request(app, "GET", "/nothing", headers={"x-request-id": sent})
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
        assert answer.json["request_id"] == answer.headers["x-request-id"]


async def test_headers_become_metadata() -> None:
    handler = get_file()
    sent = {"authorization": "Bearer k", "x-organization-id": "o", "x-partner": "dcycle é", "grpc-timeout": "1S"}
    sent |= {"x-secret-bin": "AA", "idempotency-key": "k", "content-type": "application/json"}
    await request(gateway(GetFile=handler), "GET", "/v1/files/a", headers=sent)
    metadata = dict(handler.context.invocation_metadata())
    assert (metadata["authorization"], metadata["x-organization-id"]) == ("Bearer k", "o")
    assert metadata["x-partner"] == "dcycle é"
    assert not {"grpc-timeout", "x-secret-bin", "idempotency-key", "content-type"} & set(metadata)
    assert handler.context.peer() == "ipv4:127.0.0.1:5000"
    assert 0 < handler.context.time_remaining() <= GatewaySettings().request_seconds


async def test_idempotency_key_is_passed_on_for_writes() -> None:
    handler = Recorder(keys.CreateApiKeyResponse())
    await request(gateway(CreateApiKey=handler), "POST", "/v1/api-keys", b'{"name": "n"}', {"idempotency-key": "k"})
    assert dict(handler.context.invocation_metadata())["idempotency-key"] == "k"


async def test_trailing_metadata_become_headers_and_cannot_break_them() -> None:
    async def handler(_: Any, context: Any) -> Any:
        context.set_trailing_metadata(
            (("x-http-x-total-count", "7"), ("x-http-link", "a\r\nset-cookie: b"), ("other", "x"))
        )
        return files.GetFileResponse()

    answer = await request(gateway(GetFile=handler), "GET", "/v1/files/a")
    assert answer.headers["x-total-count"] == "7"
    assert answer.headers["link"] == "a  set-cookie: b"
    assert "other" not in answer.headers


async def test_servicer_errors() -> None:
    async def handler(_: Any, context: Any) -> None:
        await abort(context, NOT_FOUND, "FILE_NOT_FOUND", "No such file.")

    answer = await request(gateway(GetFile=handler), "GET", "/v1/files/a", headers={"x-request-id": "r"})
    assert answer.status == 404
    assert answer.json == {"code": "FILE_NOT_FOUND", "message": "No such file.", "details": None, "request_id": "r"}


async def test_details_and_retry_after() -> None:
    details = struct_pb2.Struct()
    details.update({"invoice_ids": ["a"], "waste_ids": []})
    wait = error_details_pb2.RetryInfo()
    wait.retry_delay.FromMilliseconds(1500)

    async def handler(_: Any, context: Any) -> None:
        await abort(context, grpc.StatusCode.ABORTED.value[0], "RECORDS_EXIST", "Made already.", details, wait)

    answer = await request(gateway(GetFile=handler), "GET", "/v1/files/a")
    assert (answer.status, answer.headers["retry-after"]) == (409, "2")
    assert answer.json["details"] == {"invoice_ids": ["a"], "waste_ids": []}


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED", 401),
        (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED", 403),
        (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS", 409),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", 429),
        (grpc.StatusCode.INVALID_ARGUMENT, "PAYLOAD_TOO_LARGE", 413),
        (grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED", 422),
        (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE", 503),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", 504),
        (grpc.StatusCode.INTERNAL, "INTERNAL", 500),
    ],
)
async def test_statuses(code: grpc.StatusCode, reason: str, status: int) -> None:
    async def handler(_: Any, context: Any) -> None:
        await abort(context, code.value[0], reason, "…")

    answer = await request(gateway(GetFile=handler), "GET", "/v1/files/a")
    assert (answer.status, answer.json["code"]) == (status, reason)
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_unknown_exception_says_nothing_of_its_cause() -> None:
    async def handler(_: Any, __: Any) -> None:
        raise RuntimeError("password is hunter2")

    answer = await request(gateway(GetFile=handler), "GET", "/v1/files/a")
    assert (answer.status, answer.json["code"]) == (500, "INTERNAL")
    assert b"hunter2" not in answer.body


async def test_code_that_is_set_without_abort_fails_too() -> None:
    async def handler(_: Any, context: Any) -> Any:
        context.set_code(grpc.StatusCode.PERMISSION_DENIED)
        context.set_details("no")
        return files.GetFileResponse()

    answer = await request(gateway(GetFile=handler), "GET", "/v1/files/a")
    assert (answer.status, answer.json["message"]) == (403, "no")


async def test_deadline() -> None:
    async def handler(_: Any, __: Any) -> None:
        await asyncio.sleep(3600)

    answer = await request(gateway(GatewaySettings(request_seconds=0.05), GetFile=handler), "GET", "/v1/files/a")
    assert (answer.status, answer.json["code"]) == (504, "DEADLINE_EXCEEDED")


async def test_client_that_leaves_in_the_middle_of_its_body_gets_no_answer() -> None:
    seen: list[int] = []
    app = Gateway(
        all_rpcs({}),
        GatewaySettings(),
        ready=ready,
        reason_codes={},
        registry=CollectorRegistry(),
        observers=[lambda call: seen.append(call.status)],
    )
    answer = await request(app, "POST", "/v1/api-keys", b'{"na', JSON, disconnect_after_body=True)
    assert answer.status == 0
    assert seen == [499]


class Shouting(NativeEnvelope):
    """Another dialect's envelope."""

    def render(self, problem: Problem, request_id: str) -> Rendered:
        return Rendered(418, b'"%s"' % problem.reason.encode(), [(b"x-shout", request_id.encode())])

    def wrap(self, answer: Any) -> Any:
        return {"LOUD": answer}


async def test_envelope_by_package_also_for_paths_that_are_not_found_below_its_prefix() -> None:
    app = Gateway(
        all_rpcs({}),
        GatewaySettings(),
        ready=ready,
        reason_codes={},
        registry=CollectorRegistry(),
        envelopes={"muniment.events.v1": Shouting(), "muniment.files.v1": NativeEnvelope()},
    )
    assert (await request(app, "GET", "/v1/events?x=1")).body == b'"VALIDATION_ERROR"'
    assert (await request(app, "GET", "/v1/events/none")).body == b'"ROUTE_NOT_FOUND"'
    assert (await request(app, "GET", "/v1/eventsx")).status == 404


async def test_envelope_wraps_answers_and_adds_headers_to_errors() -> None:
    app = Gateway(
        all_rpcs({"GetFile": Recorder(files.GetFileResponse(file=file_pb2.File(id="a")))}),
        GatewaySettings(),
        ready=ready,
        reason_codes={},
        registry=CollectorRegistry(),
        envelopes={"muniment.files.v1": Shouting()},
    )
    assert (await request(app, "GET", "/v1/files/a")).json["LOUD"]["id"] == "a"
    assert (await request(app, "PUT", "/v1/files/a")).headers["x-shout"]
    assert (await request(app, "PUT", "/v1/files/a")).headers["allow"]


async def test_readiness_says_which_part_is_away() -> None:
    async def away() -> Mapping[str, str]:
        return {"postgres": "ok", "objects": "connection refused"}

    app = Gateway([], GatewaySettings(), ready=away, reason_codes={}, registry=CollectorRegistry())
    answer = await request(app, "GET", "/readyz")
    assert (answer.status, answer.json["parts"]["objects"]) == (503, "connection refused")
    assert (await request(gateway(), "GET", "/readyz")).status == 200
    assert (await request(gateway(), "GET", "/healthz")).status == 200


async def test_status_204_has_no_body() -> None:
    rpcs = all_rpcs({"DeleteFile": Recorder(files.DeleteFileResponse())})
    rpc = next(rpc for rpc in rpcs if rpc.method.name == "DeleteFile")
    rules = options_pb2.MethodRules()
    rules.CopyFrom(rpc.rules)
    rules.http_status = 204
    app = Gateway(
        [replace(rpc, rules=rules)], GatewaySettings(), ready=ready, reason_codes={}, registry=CollectorRegistry()
    )
    answer = await request(app, "DELETE", "/v1/files/a")
    assert (answer.status, answer.body, answer.complete) == (204, b"", True)
    assert "content-length" not in answer.headers
