"""The ASGI application: finds the route of a call, serves it, and answers what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
import orjson
import structlog
from prometheus_client import REGISTRY, CollectorRegistry

from service.gateway.binding import HttpRule, http_rules
from service.gateway.call import CLIENT_CLOSED_REQUEST, Call, ClientGone, Receive, Scope, Send
from service.gateway.context import RpcAborted
from service.gateway.cors import Cors
from service.gateway.download import DownloadEndpoint
from service.gateway.envelope import Envelope, problem_headers
from service.gateway.envelopes.native import NativeEnvelope
from service.gateway.openapi import describe
from service.gateway.pages import JsonPage, MetricsPage, Page, Readiness, ReadyPage, docs_page
from service.gateway.problems import Problem, Refused, internal_problem, refuse
from service.gateway.router import Place, Router
from service.gateway.settings import GatewaySettings
from service.gateway.templates import Template
from service.gateway.unary import UnaryEndpoint, refusal
from service.gateway.upload import UploadEndpoint
from service.rpc.registry import Rpc

Observer = Callable[[Call], None]
_log = structlog.get_logger(__name__)


class Endpoint(Protocol):
    """Answers the calls of one route."""

    label: str

    async def serve(self, call: Call) -> None: ...


class Gateway:
    """HTTP for the RPCs that have `google.api.http` rules. Everything is compiled when it is made.

    `envelopes` maps a proto package to the way its answers and errors are written; others get the native one. `ready`
    asks the parts of the service how they are. `reason_codes` has the gRPC code of each error reason, for
    `/openapi.json`. `observers` see each call when it is over.
    """

    def __init__(
        self,
        rpcs: Sequence[Rpc],
        settings: GatewaySettings,
        *,
        ready: Readiness,
        reason_codes: Mapping[str, grpc.StatusCode],
        envelopes: Mapping[str, Envelope] | None = None,
        observers: Sequence[Observer] = (),
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        self._settings = settings
        self._cors = Cors(settings)
        self._observers = tuple(observers)
        self._native = NativeEnvelope()
        self._prefixes: list[_Dialect] = []
        self._router: Router[Endpoint] = Router()
        self._envelopes = dict(envelopes or {})
        for rpc in rpcs:
            self._add_rpc(rpc)
        self._prefixes.sort(key=lambda dialect: -len(dialect.prefix))
        self._add_pages(describe(rpcs, settings.version, reason_codes, self._envelope_of_rpc), ready, registry)

    def _add_rpc(self, rpc: Rpc) -> None:
        envelope = self._envelope_of_rpc(rpc)
        for rule in http_rules(rpc.method):
            self._router.add(rule.method, rule.template, endpoint_of(rpc, rule, envelope))
            if envelope is not self._native:
                self._prefixes.append(_Dialect(literal_head(rule), envelope, rpc))

    def _envelope_of_rpc(self, rpc: Rpc) -> Envelope:
        return self._envelopes.get(rpc.method.containing_service.file.package, self._native)

    def _add_pages(self, description: dict[str, Any], ready: Readiness, registry: CollectorRegistry) -> None:
        index = {"service": "muniment", "version": self._settings.version, "docs": "/docs", "openapi": "/openapi.json"}
        pages: list[Endpoint] = [
            JsonPage("/", orjson.dumps(index)),
            Page("/healthz", "application/json", b'{"status":"alive"}'),
            ReadyPage(ready),
            MetricsPage(registry),
            JsonPage("/openapi.json", orjson.dumps(description)),
            docs_page(),
        ]
        for page in pages:
            self._router.add("GET", Template(page.label, tuple(page.label[1:].split("/")), "", ()), page)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3. Only `http` is served; `lifespan` is answered for servers that insist on it."""
        if scope["type"] != "http":
            await answer_other(scope, receive, send)
            return
        call = Call(scope, receive, send, self._settings)
        if self._cors.enabled:
            call.cors = self._cors.headers(call)
        try:
            await self._dispatch(call)
        except (Refused, RpcAborted) as error:
            await self._answer_problem(call, error.problem)
        except ClientGone:
            call.status = CLIENT_CLOSED_REQUEST
        except Exception:
            _log.exception("call failed", request_id=call.request_id, method=call.method, route=call.label)
            await self._answer_problem(call, internal_problem())
        finally:
            for observe in self._observers:
                observe(call)

    async def _dispatch(self, call: Call) -> None:
        found = self._router.find(call.path)
        if found is None:
            raise await self._counted(call, not_found(call))
        place, call.segments = found
        method = call.method
        endpoint = place.by_method.get(method)
        if endpoint is None and method == "HEAD":
            endpoint = place.by_method.get("GET")
        if endpoint is None:
            await self._answer_without_endpoint(call, place)
            return
        call.label = endpoint.label
        await endpoint.serve(call)

    async def _answer_without_endpoint(self, call: Call, place: Place[Endpoint]) -> None:
        allow = (b"allow", place.allow.encode())
        if call.method != "OPTIONS":
            message = f"{call.path} takes {place.allow}."
            problem = Problem(grpc.StatusCode.UNIMPLEMENTED, "METHOD_NOT_ALLOWED", message)
            raise await self._counted(call, Refused(problem.with_headers(allow)))
        call.label = next(iter(place.by_method.values())).label
        await call.answer(204, [allow, *self._cors.preflight(call, place.allow)])

    async def _counted(self, call: Call, refused: Refused) -> Refused:
        """Count a call that no RPC takes, where a dialect's calls are counted apart: any of its RPCs will do."""
        dialect = self._dialect_of(call.path)
        if dialect is None or not dialect.rpc.rules.rate_limit:
            return refused
        return await refusal(dialect.rpc, call, refused)

    async def _answer_problem(self, call: Call, problem: Problem) -> None:
        """Answer in the dialect of the path; an answer that was begun stays incomplete."""
        if call.status:
            return
        dialect = self._dialect_of(call.path)
        envelope = self._native if dialect is None else dialect.envelope
        status, body, headers = envelope.render(problem, call.request_id)
        await call.answer_json(status, body, [*problem_headers(problem, status), *headers])

    def _dialect_of(self, path: str) -> _Dialect | None:
        """The dialect that a path belongs to; None for the native one."""
        return next((dialect for dialect in self._prefixes if dialect.has(path)), None)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What one binding says of the paths below its head."""

    prefix: str
    envelope: Envelope
    rpc: Rpc

    def has(self, path: str) -> bool:
        return path == self.prefix or path.startswith(self.prefix + "/")


def endpoint_of(rpc: Rpc, rule: HttpRule, envelope: Envelope) -> Endpoint:
    """Raises `ValueError` for a stream that HTTP has no form for."""
    method = rpc.method
    if (
        (rpc.rules.multipart_file_parts or rpc.rules.base64_part)
        and method.client_streaming
        and not method.server_streaming
    ):
        return UploadEndpoint(rpc, rule, envelope)
    if rpc.rules.download and method.server_streaming and not method.client_streaming:
        return DownloadEndpoint(rpc, rule)
    if method.client_streaming or method.server_streaming:
        raise ValueError(f"{rpc.path} streams, and is neither a download nor an upload")
    return UnaryEndpoint(rpc, rule, envelope)


def literal_head(rule: HttpRule) -> str:
    """The template up to its first variable: `/api/v1/files`."""
    head = ""
    for segment in rule.template.segments:
        if segment in ("*", "**"):
            break
        head += "/" + segment
    return head


def not_found(call: Call) -> Refused:
    return refuse("ROUTE_NOT_FOUND", f"{call.method} {call.path} isn't part of the API; /docs shows what is.")


async def answer_other(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
        return
    while True:
        phase = (await receive())["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{phase}.complete"})
        if phase == "shutdown":
            return
