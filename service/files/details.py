"""What callers say of their files, and its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from service.domain.errors import InvalidRequestError, Violation

_MAX_INFO_BYTES = 16 * 1024


def check_details(given: Mapping[str, Any], path: str = "") -> None:
    """Make sure that an expiry lies in the future and that free values are small.

    Args:
        given: `expires_at`, `ephemeral`, `resource_info` and `permission_info`, as far as they are given.
        path: where they are in the request, to name them with. Example: `uploads[2].`.

    Raises:
        InvalidRequestError: they aren't so.
    """
    violations = []
    expires_at = given.get("expires_at")
    if expires_at is not None and expires_at <= datetime.now(UTC):
        violations.append(Violation(f"{path}expires_at", "must be in the future"))
    if expires_at is not None and given.get("ephemeral"):
        violations.append(Violation(f"{path}ephemeral", "can't be given together with expires_at: leave one out"))
    for name in ("resource_info", "permission_info"):
        value = given.get(name)
        if value is not None and len(json.dumps(value)) > _MAX_INFO_BYTES:
            violations.append(Violation(f"{path}{name}", f"must be at most {_MAX_INFO_BYTES} bytes of JSON"))
    if violations:
        raise InvalidRequestError(violations)
