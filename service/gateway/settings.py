"""What an operator can set about the gateway."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Limits and habits of the HTTP gateway."""

    version: str = "0.1.0"
    """The version that `/openapi.json` and `/` name."""
    cors_origins: tuple[str, ...] = ()
    """Origins that browsers may call from, such as `https://app.example.com`; `*` for all; none by default."""
    cors_max_age_seconds: int = 600
    max_json_bytes: int = 4 * 1024 * 1024
    """The largest JSON body that is read."""
    max_upload_json_bytes: int = 64 * 1024 * 1024
    """The largest JSON body that carries a file in base64. It is never held."""
    request_seconds: float = 900.0
    """How long a call with a JSON answer may take before it is cancelled. Confirming a file of 5 GB takes the store a
    minute or more."""
    idle_seconds: float = 60.0
    """How long an upload or a download may stand still before it is cancelled."""
    gzip_min_bytes: int = 1024
    """JSON answers from this size on are compressed for clients that accept it."""
    gzip_level: int = 1
    max_form_field_bytes: int = 64 * 1024
    """The largest value of a multipart part that isn't a file."""
    max_form_parts: int = 1_100
    upload_chunk_bytes: int = 256 * 1024
    """Bytes of a file are handed on in messages of about this size."""
