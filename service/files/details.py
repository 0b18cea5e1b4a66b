"""What callers say of their files, and its limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from service.domain.errors import Violation

_MAX_INFO_BYTES = 16 * 1024


class Details(Protocol):
    """What uploads of both ways say."""

    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def ephemeral(self) -> bool: ...
    @property
    def resource_info(self) -> Mapping[str, Any] | None: ...
    @property
    def permission_info(self) -> Mapping[str, Any] | None: ...


def details_violations(details: Details, path: str) -> list[Violation]:
    """Say what is wrong with the details of an upload; `path` is where they are, such as `uploads[2].`."""
    violations = info_violations(details.resource_info, f"{path}resource_info")
    violations += info_violations(details.permission_info, f"{path}permission_info")
    violations += expiry_violations(details.expires_at, f"{path}expires_at")
    if details.ephemeral and details.expires_at is not None:
        violations.append(Violation(f"{path}ephemeral", "can't be given together with expires_at: leave one out"))
    return violations


def expiry_violations(expires_at: datetime | None, path: str) -> list[Violation]:
    """A file can't expire before it is there."""
    if expires_at is None or expires_at > datetime.now(UTC):
        return []
    return [Violation(path, "must be in the future")]


def info_violations(info: Mapping[str, Any] | None, path: str) -> list[Violation]:
    """Free values are small."""
    if info is None or len(json.dumps(info)) <= _MAX_INFO_BYTES:
        return []
    return [Violation(path, f"must be at most {_MAX_INFO_BYTES} bytes of JSON")]
