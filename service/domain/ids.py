"""Identifiers: UUIDv7 (RFC 9562 §5.7), ordered by the time that they were made."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_BITS = 62
# RFC 9562 §6.2, method 3: the twelve bits after the milliseconds hold their fraction.
_FRACTIONS_PER_MILLISECOND = 4096


def new_id() -> UUID:
    """Make an identifier for now, to about a quarter of a microsecond."""
    return _at_nanoseconds(time.time_ns(), secrets.randbits(_RANDOM_BITS))


def time_of(identifier: UUID) -> datetime:
    """Tell when a UUIDv7 was made, to the microsecond."""
    milliseconds = identifier.int >> 80
    fraction = (identifier.int >> 64) & 0xFFF
    return _EPOCH + timedelta(milliseconds=milliseconds, microseconds=fraction * 1000 // _FRACTIONS_PER_MILLISECOND)


def lowest_at(moment: datetime) -> UUID:
    """Give the lowest identifier that can be made at `moment` or later."""
    microseconds = max((moment - _EPOCH) // timedelta(microseconds=1), 0)
    return _at_nanoseconds(microseconds * 1000, 0)


def _at_nanoseconds(nanoseconds: int, random_bits: int) -> UUID:
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    # Rounded up, so that the microsecond that went in is the one that comes out.
    fraction = -(-(rest // 1000) * _FRACTIONS_PER_MILLISECOND // 1000)
    return UUID(int=milliseconds << 80 | _VERSION | fraction << 64 | _VARIANT | random_bits)
