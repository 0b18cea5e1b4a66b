"""Byte ranges and conditions of RFC 9110, sections 13 and 14."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_RANGE = re.compile(r"bytes[ \t]*=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE | re.ASCII)
_ENTITY_TAG = re.compile(r'(W/)?("[^"]*")')
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ByteRange:
    """What to read: `offset` counts from the end when negative; `limit` bytes at most, None for all that follow."""

    offset: int
    limit: int | None

    @property
    def empty(self) -> bool:
        """`bytes=-0` asks for nothing: no file can satisfy it."""
        return self.limit == 0


def parse_range(header: str) -> ByteRange | None:
    """A single range of bytes. None for all that a server may ignore: other units, several ranges, nonsense."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[1] == match[2] == "":
        return None
    first, last = (min(int(part), _LARGEST) if part else None for part in (bounded(match[1]), bounded(match[2])))
    if first is None:
        assert last is not None
        return ByteRange(-last, None if last else 0)
    if last is None:
        return ByteRange(first, None)
    return ByteRange(first, min(last - first + 1, _LARGEST)) if last >= first else None


def bounded(digits: str) -> str:
    """Python refuses to read thousands of digits; twenty are more than any file has."""
    stripped = digits.lstrip("0") or digits[:1]
    return stripped if len(stripped) <= 20 else "9" * 20


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


@dataclass(frozen=True, slots=True)
class Validators:
    """What identifies the bytes: a strong entity tag with its quotes, and the time of the last change."""

    etag: str
    last_modified: datetime | None


def precondition_status(headers: Mapping[bytes, bytes], now: Validators) -> int | None:
    """304 or 412 when a condition says so (RFC 9110, 13.2.2), else None."""
    match = text(headers.get(b"if-match"))
    if match is not None:
        if not tag_listed(match, now.etag, weak=False):
            return 412
    elif changed_since(text(headers.get(b"if-unmodified-since")), now.last_modified):
        return 412
    none_match = text(headers.get(b"if-none-match"))
    if none_match is not None:
        return 304 if tag_listed(none_match, now.etag, weak=True) else None
    since = text(headers.get(b"if-modified-since"))
    unchanged = since is not None and now.last_modified is not None and parse_date(since) is not None
    return 304 if unchanged and not changed_since(since, now.last_modified) else None


def range_applies(if_range: bytes | None, now: Validators) -> bool:
    """Whether a range may be answered (RFC 9110, 13.1.5): the validator must match exactly, and strongly."""
    if if_range is None:
        return True
    value = text(if_range) or ""
    if value.startswith(('"', "W/")):
        return value == now.etag
    moment = parse_date(value)
    return moment is not None and now.last_modified is not None and moment == now.last_modified.replace(microsecond=0)


def tag_listed(header: str, etag: str, *, weak: bool) -> bool:
    """Whether a list of entity tags has this one; `*` has all. The strong comparison never matches weak tags."""
    if header.strip() == "*":
        return True
    return any(tag == etag.removeprefix("W/") and (weak or not prefix) for prefix, tag in _ENTITY_TAG.findall(header))


def changed_since(date: str | None, last_modified: datetime | None) -> bool:
    """False without a date or when it can't be read: such conditions are ignored."""
    moment = parse_date(date) if date is not None else None
    return moment is not None and last_modified is not None and last_modified.replace(microsecond=0) > moment


def parse_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1").strip()
