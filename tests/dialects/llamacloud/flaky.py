"""A proxy that fails as networks do: after the service has done its work, the answer doesn't arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from service.embedded.ports import choose

Failure = Callable[[web.Request], web.StreamResponse]
_PASSED_ON = frozenset({"content-type", "retry-after", "x-should-retry", "deprecation"})


def unavailable(_: web.Request) -> web.StreamResponse:
    """A gateway between the client and the service gave up."""
    return web.Response(status=503, text="upstream timed out")


def dropped(request: web.Request) -> web.StreamResponse:
    """The connection is cut before anything of the answer was sent."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass
class Proxy:
    """Sits before the service."""

    url: str
    failures: list[Failure] = field(default_factory=list)
    """What becomes of the next answers; the ones after these arrive."""
    retry_counts: list[str] = field(default_factory=list)
    """The `x-stainless-retry-count` of each call."""


@asynccontextmanager
async def proxy_before(service_url: str) -> AsyncIterator[Proxy]:
    """A proxy before a running service."""
    port = choose(None)
    proxy = Proxy(f"http://127.0.0.1:{port}")
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def pass_on(request: web.Request) -> web.StreamResponse:
            proxy.retry_counts.append(request.headers.get("x-stainless-retry-count", ""))
            body = await request.read()
            headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
            async with session.request(
                request.method, service_url + request.raw_path, headers=headers, data=body
            ) as answer:
                content = await answer.read()
                kept = {name: value for name, value in answer.headers.items() if name.lower() in _PASSED_ON}
                if "Content-Encoding" in answer.headers:
                    kept["Content-Encoding"] = answer.headers["Content-Encoding"]
            if proxy.failures:
                return proxy.failures.pop(0)(request)
            return web.Response(status=answer.status, body=content, headers=kept)

        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", pass_on)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield proxy
        await runner.cleanup()
