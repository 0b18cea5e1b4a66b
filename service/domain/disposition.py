"""The `Content-Disposition` of a download (RFC 6266)."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from service.domain.files import split_name

# attr-char of RFC 5987 besides letters, digits and what `quote` leaves alone anyway.
_ATTR_CHARS = "!#$&+^`|"
_LONGEST = 272
_LONGEST_EXTENSION = 16
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_PLAIN = re.compile(r'[^\x20-\x7e]|["\\%/]')


def attachment(file_name: str) -> str:
    """Write the header: a plain ASCII name for old clients, and the exact one as RFC 5987 has it.

    A name that no file system could keep is shortened: it would make presigned addresses longer than stores take.
    """
    name = _CONTROL.sub("_", _shortened(file_name))
    exact = quote(name.encode("utf-8", "replace"), safe=_ATTR_CHARS)
    return f"attachment; filename=\"{_ascii_name(name)}\"; filename*=UTF-8''{exact}"


def _shortened(file_name: str) -> str:
    if len(file_name) <= _LONGEST:
        return file_name
    stem, extension = split_name(file_name)
    ending = f".{extension}" if 0 < len(extension) <= _LONGEST_EXTENSION else ""
    return (stem if ending else file_name)[: _LONGEST - len(ending)] + ending


def _ascii_name(name: str) -> str:
    """Give a name that every client can read: accents dropped, the rest replaced, nothing left to escape."""
    plain = name
    if not name.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return _NOT_PLAIN.sub("_", plain) or "_"
