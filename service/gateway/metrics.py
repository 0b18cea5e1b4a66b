"""HTTP metrics, as an observer of finished calls."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Histogram

from service.gateway.call import Call

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class HttpMetrics:
    """`muniment_http_request_seconds` by method, route template and status; its count is the number of calls."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._histogram = Histogram(
            "muniment_http_request_seconds",
            "Duration of HTTP calls in seconds.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._known: dict[tuple[str, str, int], Histogram] = {}

    def __call__(self, call: Call) -> None:
        key = (call.method, call.label, call.status)
        child = self._known.get(key)
        if child is None:
            method = call.method if call.method in _METHODS else "other"
            child = self._known[key] = self._histogram.labels(method, call.label, str(call.status))
        child.observe(call.seconds)


_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
