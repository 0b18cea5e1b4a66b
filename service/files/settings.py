"""What an operator can set about files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

GIBIBYTE = 1024**3


@dataclass(frozen=True, slots=True)
class FileSettings:
    """Limits and lifetimes."""

    max_size_bytes: int = 5 * GIBIBYTE
    """The largest file. S3 takes no more than 5 GiB in one PUT or copy."""
    upload_lifetime: timedelta = timedelta(hours=1)
    """For how long a presigned upload works."""
    download_lifetime: timedelta = timedelta(hours=1)
    """For how long a presigned download works."""
    ephemeral_lifetime: timedelta = timedelta(days=2)
    """How long an ephemeral file stays that names no time itself."""
    confirmations_at_once: int = 16
    """How many objects one call looks at and copies at the same time."""
