"""What bytes are, told from how they begin."""

from __future__ import annotations

import mimetypes
import re

HEAD_BYTES = 4096
"""How many bytes of a file are enough to tell."""

UNKNOWN_TYPE = "application/octet-stream"
PDF = "application/pdf"
PLAIN_TEXT = "text/plain"
ZIP = "application/zip"

_PDF_MARK, _PDF_WITHIN = b"%PDF-", 1024
# The signatures of each format's own specification; a HEIF file names its brand behind `ftyp` (ISO/IEC 23008-12).
_RASTER = (
    ("image/png", rb"\x89PNG"),
    ("image/jpeg", rb"\xff\xd8\xff"),
    ("image/webp", rb"RIFF....WEBP"),
    ("image/tiff", rb"II\*\0|MM\0\*|II\+\0|MM\0\+"),
    ("image/gif", rb"GIF8"),
    ("image/bmp", rb"BM....\0\0\0\0"),
    ("image/avif", rb"....ftyp(?:avi|avc)"),
    ("image/heic", rb"....ftyp(?:hei|hev|mif|msf)"),
)
# RFC 9110, 8.3.1: a type, a subtype, and parameters.
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?: *; *[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|\"[ -~]*\"))*", re.ASCII)
RASTER_TYPES = frozenset(name for name, _ in _RASTER)
"""Pictures made of pixels."""
_RASTER_HEADS = tuple((name, re.compile(pattern, re.DOTALL)) for name, pattern in _RASTER)
_OOXML = "application/vnd.openxmlformats-officedocument"
# The folder in the container that only this kind of document has (ECMA-376 part 2).
_IN_CONTAINER = (
    (b"xl/", f"{_OOXML}.spreadsheetml.sheet"),
    (b"word/", f"{_OOXML}.wordprocessingml.document"),
    (b"ppt/", f"{_OOXML}.presentationml.presentation"),
)
_OTHER = (
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
)
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SPACE = b"\xef\xbb\xbf \t\r\n"
_MARKUP = (
    (b"<?xml", "application/xml"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<svg", "image/svg+xml"),
)


def sniff(head: bytes) -> str | None:
    """Tell the media type of a file from its first bytes (4 KiB are enough); None when they don't say.

    Text is `text/plain`, whatever it is written in: a name says more of it than its bytes do. The same holds for a
    container whose head doesn't show what is in it: `application/zip`.
    """
    if _PDF_MARK in head[:_PDF_WITHIN]:
        return PDF
    for name, pattern in _RASTER_HEADS:
        if pattern.match(head):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((name for mark, name in _IN_CONTAINER if mark in head), ZIP)
    for mark, name in _OTHER:
        if head.startswith(mark):
            return name
    start = head.lstrip(_SPACE)[:64].lower()
    for mark, name in _MARKUP:
        if start.startswith(mark):
            return name
    return PLAIN_TEXT if looks_like_text(head) else None


def looks_like_text(head: bytes) -> bool:
    """Tell whether these could be the first bytes of a text in some encoding: hardly any control characters."""
    if head.startswith(_UTF16_MARKS):
        return True
    control = len(head) - len(head.translate(None, _CONTROLS))
    return bool(head) and control <= len(head) // 100


def declared_type(declared: str | None) -> str | None:
    """Give the media type that was declared. `application/octet-stream`, and what is no media type, declare nothing."""
    if not declared or declared == UNKNOWN_TYPE or not _MEDIA_TYPE.fullmatch(declared):
        return None
    return declared


def content_type_of(declared: str | None, head: bytes, file_name: str) -> str:
    """Settle a file's media type: as declared; else what its bytes say; else what its name says.

    Where the bytes say only that it is a text, or some container, a name
    that fits is believed.
    """
    if stated := declared_type(declared):
        return stated
    sniffed = sniff(head)
    named = mimetypes.guess_type(file_name)[0]
    if sniffed is None:
        return named or UNKNOWN_TYPE
    return named if named and _refines(named, sniffed) else sniffed


def _refines(named: str, sniffed: str) -> bool:
    if sniffed == PLAIN_TEXT:
        return named.startswith("text/") or named.endswith(("+xml", "/xml", "/json", "+json", "/yaml"))
    if sniffed == ZIP:
        return named.startswith("application/") and named != PDF
    if sniffed == "application/xml":
        return named.endswith(("+xml", "/xml", "/html"))
    return sniffed == "application/x-ole-storage" and named.startswith("application/") and named != PDF
