"""What the gateway answers besides RPCs: health, metrics, the API's description."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files

import orjson
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from service.gateway.call import Call

Readiness = Callable[[], Awaitable[Mapping[str, str]]]
"""Asks each part how it is: `ok`, or what is wrong."""
READY = "ok"
_READINESS_SECONDS = 5.0


class Page:
    """A fixed answer."""

    def __init__(self, label: str, content_type: str, body: bytes, csp: str = "") -> None:
        self.label = label
        self._content_type = content_type.encode()
        self._body = body
        self._csp = csp.encode()

    async def serve(self, call: Call) -> None:
        headers = [(b"content-type", self._content_type), (b"x-content-type-options", b"nosniff")]
        if self._csp:
            headers.append((b"content-security-policy", self._csp))
        await call.answer(200, headers, self._body)


class JsonPage:
    """A fixed JSON answer."""

    def __init__(self, label: str, body: bytes) -> None:
        self.label = label
        self._body = body

    async def serve(self, call: Call) -> None:
        await call.answer_json(200, self._body)


class ReadyPage:
    """200 when every part is ready, else 503; both say how each part is."""

    def __init__(self, ready: Readiness) -> None:
        self.label = "/readyz"
        self._ready = ready

    async def serve(self, call: Call) -> None:
        parts: Mapping[str, str]
        try:
            async with asyncio.timeout(_READINESS_SECONDS):
                parts = await self._ready()
        except TimeoutError:
            parts = {"service": f"no answer in {_READINESS_SECONDS:g} s"}
        ready = all(state == READY for state in parts.values())
        body = {"status": "ready" if ready else "unavailable", "parts": dict(parts)}
        await call.answer_json(200 if ready else 503, orjson.dumps(body))


class MetricsPage:
    """Prometheus' text format."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.label = "/metrics"
        self._registry = registry

    async def serve(self, call: Call) -> None:
        body = generate_latest(self._registry)
        await call.answer(200, [(b"content-type", CONTENT_TYPE_PLAIN_0_0_4.encode())], body)


# The page has its styles and its script in itself, and fetches nothing but the description.
_DOCS_CSP = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"


def docs_page() -> Page:
    body = (files("service.gateway") / "docs.html").read_bytes()
    return Page("/docs", "text/html; charset=utf-8", body, _DOCS_CSP)
