"""Base64 that comes in pieces."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error

from service.gateway.convert import WrongValue

# RFC 4648 has two alphabets; MIME breaks lines.
_ALPHABET = bytes.maketrans(b"-_", b"+/")
_SPACE = b" \t\r\n"


class Base64Decoder:
    """Decodes either alphabet of RFC 4648, with or without padding and line breaks.

    Raises:
        WrongValue: by `feed` and `finish`, for what isn't base64.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._padded = False

    def feed(self, text: bytes) -> bytes:
        """The bytes that are complete with this piece."""
        text = self._rest + text.translate(_ALPHABET, _SPACE)
        self._check_end(text)
        whole = len(text) - len(text) % 4
        self._rest = text[whole:]
        self._padded = self._padded or text.endswith(b"=", 0, whole)
        return decode(text[:whole])

    def finish(self) -> bytes:
        """The bytes of an end without padding."""
        self._check_end(self._rest)
        rest = self._rest.rstrip(b"=")
        return decode(rest + b"=" * (-len(rest) % 4))

    def _check_end(self, text: bytes) -> None:
        if self._padded and text:
            raise WrongValue("must be base64: something follows its padding")


def decode(text: bytes) -> bytes:
    try:
        return b64decode(text, validate=True)
    except Base64Error:
        raise WrongValue("must be base64") from None
