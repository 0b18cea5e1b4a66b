"""Signed documents in a CMS envelope (`.p7m`, RFC 5652): BER or DER, bare or as base64. Signatures are not verified."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.reading import FailureReason, ReadingFailedError

SIGNED = "application/pkcs7-mime"
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_CONSTRUCTED, _LONG, _OCTETS = 0x20, 0x80, 0x04
_MAX_DEPTH = 32
_ARMOUR = re.compile(rb"-----[A-Z0-9 ]+-----|\s")
_BASE64 = re.compile(rb"\s*(?:-----BEGIN [A-Z0-9 ]+-----\s*)?MI[A-Za-z0-9+/]{20}")


@dataclass(frozen=True, slots=True)
class _Element:
    """One element: its tag, and where its content and what follows it begin."""

    tag: int
    start: int
    end: int
    after: int


def is_signed(head: bytes) -> bool:
    """Whether these first bytes are of a CMS envelope with signed data."""
    return _SIGNED_DATA in _decoded(head[:256])[:64]


def unwrapped(data: bytes) -> bytes:
    """What was signed, of the whole envelope. Raises ReadingFailedError: CORRUPT_DOCUMENT."""
    data = _decoded(data)
    try:
        message = _element(data, 0)
        _, explicit = _children(data, message)[:2]
        signed = _children(data, explicit)[0]
        content = _children(data, signed)[2]
        held = _children(data, _children(data, content)[1])[0]
        return b"".join(_octets(data, held, 0))
    except (IndexError, ValueError):
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the signed envelope cannot be opened") from None


def beginning(head: bytes) -> bytes:
    """The first bytes of the XML in an envelope, of the envelope's first bytes; empty when there is none."""
    data = _decoded(head)
    start = re.search(rb"<(?:\?xml|[A-Za-z!])", data)
    return data[start.start() :] if start else b""


def _decoded(data: bytes) -> bytes:
    """The envelope's bytes, from base64 if it is written so; a piece of it is decoded as far as it goes."""
    if not _BASE64.match(data):
        return data
    text = _ARMOUR.sub(b"", data)
    try:
        return base64.b64decode(text[: len(text) // 4 * 4])
    except binascii.Error:
        return data


def _element(data: bytes, position: int, depth: int = 0) -> _Element:
    tag, length = data[position], data[position + 1]
    start = position + 2
    if length == _LONG:
        # Of indefinite length: it ends with two zeros after its last element.
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        end = start
        while data[end : end + 2] != b"\0\0":
            end = _element(data, end, depth + 1).after
        return _Element(tag, start, end, end + 2)
    if length & _LONG:
        count = length & ~_LONG
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise ValueError("the envelope is cut off")
    return _Element(tag, start, start + length, start + length)


def _children(data: bytes, parent: _Element) -> list[_Element]:
    found = []
    position = parent.start
    while position < parent.end:
        found.append(_element(data, position))
        position = found[-1].after
    return found


def _octets(data: bytes, element: _Element, depth: int) -> Iterator[bytes]:
    """The bytes of an octet string, which may be in pieces."""
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    if element.tag & ~_CONSTRUCTED != _OCTETS:
        raise ValueError("there is no content")
    if not element.tag & _CONSTRUCTED:
        yield data[element.start : element.end]
        return
    for child in _children(data, element):
        yield from _octets(data, child, depth + 1)
