"""API keys: how they are made, recognised and kept.

A key is `mun_`, 43 random letters and digits (256 bits) and six that check them. Since nobody can guess 256 bits, a
fast hash keeps a key as safe as a slow one would, at a millionth of the cost for each call. The fixed beginning lets
scanners find keys that leaked, and the check keeps typing errors away from the database.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib

BEGINNING = "mun_"
SHOWN = 12
"""How many characters of a key are kept in the open, to recognise it by."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM = 43
_CHECK = 6
_LENGTH = len(BEGINNING) + _RANDOM + _CHECK


def new_secret() -> str:
    """Make a key."""
    body = BEGINNING + "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM))
    return body + _check(body)


def is_secret(text: str) -> bool:
    """Tell whether `text` has the form of a key."""
    if len(text) != _LENGTH or not text.startswith(BEGINNING) or not text.isascii():
        return False
    return _check(text[:-_CHECK]) == text[-_CHECK:]


def digest_of(secret: str) -> bytes:
    """Give what is kept of a key: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def _check(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
