"""Deadlines and retries as the service config says that is published with the contract.

The format is gRPC's own: https://github.com/grpc/grpc/blob/master/doc/service_config.md. It is followed here rather
than by gRPC, so that calls over REST and transfers that go on where they stopped obey it too.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from google.protobuf.descriptor import MethodDescriptor

# gRPC spreads retries by as much: https://github.com/grpc/proposal/blob/master/A6-client-retries.md
_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and after which pauses, a call is tried again."""

    max_attempts: int
    initial_backoff: float
    max_backoff: float
    multiplier: float
    codes: frozenset[str]
    """The gRPC codes after which another try makes sense."""

    def pause(self, attempt: int) -> float:
        """How many seconds to wait after the `attempt`th try, from 1, has failed."""
        backoff = min(self.initial_backoff * self.multiplier ** (attempt - 1), self.max_backoff)
        return backoff * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311  # no secret


@dataclass(frozen=True, slots=True)
class MethodPolicy:
    """What is published for a method."""

    timeout: float | None
    """The deadline in seconds for all tries together; None for none."""
    retries: RetryPolicy
    needs_key: bool
    """The method isn't idempotent: trying again is safe only with an idempotency key."""


def policy_of(method: MethodDescriptor) -> MethodPolicy:
    """What is published for a method; a method that isn't there is treated as not idempotent, without deadline."""
    service = method.containing_service.full_name
    configs = _configs()
    config = configs.get((service, method.name)) or configs.get((service, "")) or {}
    own = config.get("retryPolicy")
    timeout = _seconds(config["timeout"]) if "timeout" in config else None
    return MethodPolicy(timeout, _retry_policy(own) if own else keyed_retries(), own is None)


@cache
def keyed_retries() -> RetryPolicy:
    """How calls are tried again that are idempotent by their key: as the first idempotent ones of the config."""
    return _retry_policy(next(config["retryPolicy"] for config in _configs().values() if "retryPolicy" in config))


@cache
def _configs() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    published = json.loads(resources.files("muniment").joinpath("service_config.json").read_text())
    return {
        (name["service"], name.get("method", "")): config
        for config in published["methodConfig"]
        for name in config["name"]
    }


def _retry_policy(config: Mapping[str, Any]) -> RetryPolicy:
    return RetryPolicy(
        max_attempts=config["maxAttempts"],
        initial_backoff=_seconds(config["initialBackoff"]),
        max_backoff=_seconds(config["maxBackoff"]),
        multiplier=config["backoffMultiplier"],
        codes=frozenset(config["retryableStatusCodes"]),
    )


def _seconds(text: str) -> float:
    return float(text.removesuffix("s"))
