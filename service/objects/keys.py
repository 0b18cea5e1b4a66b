"""Where objects lie in the bucket. Every key is used for one version of one file, and written once."""

from __future__ import annotations

import secrets
from uuid import UUID

_NONCE_BYTES = 9
_PLANNED = "first"


def planned_key(organization_id: UUID, file_id: UUID) -> str:
    """Give the key that a new file's bytes are to have for good. No URL to write to it is ever given out."""
    return f"files/{organization_id}/{file_id}/{_PLANNED}"


def fresh_key(organization_id: UUID, file_id: UUID) -> str:
    """Make another key for a file whose planned one may have been written to."""
    return f"files/{organization_id}/{file_id}/{secrets.token_urlsafe(_NONCE_BYTES)}"


def incoming_key(organization_id: UUID, file_id: UUID) -> str:
    """Give the key for the bytes of a presigned upload, which can change until its URL expires."""
    return f"incoming/{organization_id}/{file_id}/{_PLANNED}"


def prefixes_of(organization_id: UUID, file_id: UUID) -> tuple[str, str]:
    """Give what all keys of a file begin with: of its confirmed bytes, and of those that came in."""
    return f"files/{organization_id}/{file_id}/", f"incoming/{organization_id}/{file_id}/"
