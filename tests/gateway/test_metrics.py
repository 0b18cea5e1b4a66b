"""What observers see."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from service.gateway.application import Gateway
from service.gateway.metrics import HttpMetrics
from service.gateway.settings import GatewaySettings
from tests.gateway.support import ready, request


async def test_calls_are_counted_by_template_and_not_by_path() -> None:
    registry = CollectorRegistry()
    app = Gateway(
        [],
        GatewaySettings(),
        ready=ready,
        reason_codes={},
        registry=registry,
        observers=[HttpMetrics(registry)],
    )
    for target in ("/healthz", "/healthz", "/a", "/b"):
        await request(app, "GET", target)
    text = (await request(app, "GET", "/metrics")).body.decode()
    assert 'muniment_http_request_seconds_count{method="GET",route="/healthz",status="200"} 2.0' in text
    assert 'muniment_http_request_seconds_count{method="GET",route="unknown",status="404"} 2.0' in text
