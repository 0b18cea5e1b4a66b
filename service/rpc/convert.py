"""Conversions that all servicers share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_IN_DAY = 86_400


def timestamp(moment: datetime) -> Timestamp:
    """Make the message of a time."""
    since = moment - _EPOCH
    return Timestamp(seconds=since.days * _SECONDS_IN_DAY + since.seconds, nanos=since.microseconds * 1000)


def maybe_timestamp(moment: datetime | None) -> Timestamp | None:
    """Make the message of a time that may not be known."""
    return None if moment is None else timestamp(moment)


def moment(message: Timestamp) -> datetime:
    """Make the time of a message, to the microsecond."""
    return _EPOCH + timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)


def maybe_uuid(text: str) -> UUID | None:
    """Make the identifier of a text that may be empty."""
    return UUID(text) if text else None
