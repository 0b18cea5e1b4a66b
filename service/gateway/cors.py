"""Cross-origin calls from browsers (the Fetch standard's CORS protocol)."""

from __future__ import annotations

from service.gateway.call import Call, Headers
from service.gateway.settings import GatewaySettings

_EXPOSED = (
    b"x-request-id, etag, content-disposition, content-range, accept-ranges, retry-after, link, x-total-count, x-page,"
    b" x-per-page, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, deprecation"
)
_ASKED_HEADERS = b"access-control-request-headers"
_ASKED_METHOD = b"access-control-request-method"


class Cors:
    """Says which origins may read answers. Credentials are headers, so cookies are never allowed."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.enabled = bool(settings.cors_origins)
        self._all = "*" in settings.cors_origins
        self._origins = frozenset(origin.rstrip("/").encode() for origin in settings.cors_origins)
        self._max_age = str(settings.cors_max_age_seconds).encode()

    def headers(self, call: Call) -> Headers:
        """What every answer carries; `vary` also for origins that aren't allowed, so that caches keep them apart."""
        origin = call.headers.get(b"origin")
        if self._all:
            allowed = [(b"access-control-allow-origin", b"*")] if origin is not None else []
        else:
            allowed = [(b"access-control-allow-origin", origin)] if origin in self._origins and origin else []
            if origin is None or not allowed:
                return [(b"vary", b"origin")]
            allowed.append((b"vary", b"origin"))
        return [*allowed, (b"access-control-expose-headers", _EXPOSED)] if allowed else []

    def preflight(self, call: Call, allow: str) -> Headers:
        """The answer to a preflight, beside `headers`; nothing for other OPTIONS requests."""
        if _ASKED_METHOD not in call.headers or not any(
            name == b"access-control-allow-origin" for name, _ in call.cors
        ):
            return []
        asked = call.headers.get(_ASKED_HEADERS, b"")
        return [
            (b"access-control-allow-methods", allow.encode()),
            (b"access-control-allow-headers", asked or b"authorization, content-type, x-organization-id"),
            (b"access-control-max-age", self._max_age),
        ]
