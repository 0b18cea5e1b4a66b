"""What the gateway itself answers below the paths of a dialect is in the dialect's manner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from service.gateway.application import Gateway
from service.gateway.settings import GatewaySettings
from tests.gateway.support import ready, request, rpc_of, unexpected
from tests.gateway.test_openapi import ENVELOPES
from tests.rpc.contract import methods

INVARO, LLAMACLOUD, SNAPBOOKS = "/api/v1/files", "/api/v1/beta/files", "/files"
FORM = {"content-type": "multipart/form-data; boundary=B"}
JSON = {"content-type": "application/json"}


async def drain(requests: AsyncIterator[Any], context: Any) -> Any:
    async for _ in requests:
        pass
    raise AssertionError("this stream was not meant to come to its end")


@pytest.fixture(scope="module")
def app() -> Gateway:
    return Gateway(
        [rpc_of(method, drain if method.client_streaming else unexpected) for method in methods()],
        GatewaySettings(max_json_bytes=10),
        ready=ready,
        reason_codes={},
        envelopes=ENVELOPES,
        registry=CollectorRegistry(),
    )


def shape(body: Any) -> str:
    """Whose manner an error is in."""
    if body.keys() == {"success", "error"}:
        assert body["success"] is False
        assert body["error"].keys() == {"code", "message", "details"}
        return "Invaro"
    if body.keys() == {"detail"}:
        return "LlamaCloud"
    assert body.keys() == {"code", "message", "details", "request_id"}
    return "native"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "manner"),
    [
        ("GET", f"{INVARO}/a/b/c/d", {}, b"", 404, "Invaro"),
        ("PATCH", INVARO, {}, b"", 405, "Invaro"),
        ("POST", f"{INVARO}/upload", JSON, b"{}", 415, "Invaro"),
        ("GET", INVARO, {"accept": "text/html"}, b"", 406, "Invaro"),
        ("GET", f"{INVARO}?nothing=1", {}, b"", 400, "Invaro"),
        ("POST", f"{INVARO}/upload", FORM, b"no form", 400, "Invaro"),
        ("GET", f"{LLAMACLOUD}/a/b/c/d", {}, b"", 404, "LlamaCloud"),
        ("PATCH", LLAMACLOUD, {}, b"", 405, "LlamaCloud"),
        ("POST", LLAMACLOUD, JSON, b"{}", 415, "LlamaCloud"),
        ("POST", f"{LLAMACLOUD}/query", JSON, b'{"page_size": 10}', 413, "LlamaCloud"),
        ("POST", f"{LLAMACLOUD}/query", JSON, b"{", 422, "LlamaCloud"),
        ("GET", f"{LLAMACLOUD}?nothing=1", {}, b"", 422, "LlamaCloud"),
        ("GET", f"{SNAPBOOKS}/a/b/c/d", {}, b"", 404, "native"),
        ("PUT", SNAPBOOKS, {}, b"", 405, "native"),
        ("GET", "/v1/files?nothing=1", {}, b"", 400, "native"),
        ("GET", "/api/v1/nothing", {}, b"", 404, "native"),
    ],
)
async def test_errors_of_the_gateway_are_in_the_manner_of_the_path(
    app: Gateway, method: str, path: str, headers: dict[str, str], body: bytes, status: int, manner: str
) -> None:
    answer = await request(app, method, path, body, headers)
    assert (answer.status, shape(answer.json)) == (status, manner)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    assert ("allow" in answer.headers) == (status == 405)


async def test_unknown_field_of_a_query_has_its_place_in_llamacloud(app: Gateway) -> None:
    answer = await request(app, "GET", f"{LLAMACLOUD}?nothing=1")
    assert answer.json["detail"][0]["loc"] == ["query", "nothing"]
