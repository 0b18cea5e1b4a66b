"""The `Content-Disposition` of a download (RFC 6266)."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

_PRINTABLE = range(0x20, 0x7F)
# RFC 8187 §3.2.1, attr-char.
_SAFE = "!#$&+-.^_`|~"


def attachment(file_name: str) -> str:
    """Say that a download is to be kept under its original name, in a form for old clients and one for new."""
    decomposed = unicodedata.normalize("NFKD", file_name)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    fallback = "".join(c if ord(c) in _PRINTABLE and c not in '"\\%' else "_" for c in plain)
    if fallback == file_name:
        return f'attachment; filename="{fallback}"'
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name, safe=_SAFE)}"
