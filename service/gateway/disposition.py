"""The `Content-Disposition` of the parts of a form: RFC 7578, and what clients really send."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_to_bytes

_PARAMETER = re.compile(rb';[ \t]*([A-Za-z0-9!#$%&\'*+.^_`|~-]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
# Letters that need no escape in a URL, and escapes; a quotation mark was one (see `plain`).
_QUOTED_WHOLE = re.compile(r'(?:[A-Za-z0-9_.~"-]|%[0-9A-F]{2})+')


def form_parameters(header: bytes) -> dict[str, str] | None:
    """The parameters of a part's `form-data`, decoded; None when it is something else."""
    kind, separator, _ = header.partition(b";")
    if kind.strip().lower() != b"form-data":
        return None
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(header[len(kind) :] if separator else b""):
        key = name.decode("ascii").lower()
        found.setdefault(key, extended(value.strip()) if key.endswith("*") else plain(value.strip()))
    return found


def file_name_of(parameters: dict[str, str], content_type: str = "") -> str | None:
    """The file's name: `filename*` is the exact one when a client sends both.

    aiohttp quotes all of a name as if it were a URL's, `my%20file.pdf`, and calls every part an octet stream; from
    others that text is the name itself.
    """
    name = parameters.get("filename")
    if name is not None and content_type == "application/octet-stream" and _QUOTED_WHOLE.fullmatch(name):
        name = unquote(name)
    return parameters.get("filename*", name)


def plain(value: bytes) -> str:
    """A quoted or bare value. curl escapes quotes by backslash, browsers write them as %22; both send UTF-8."""
    if value.startswith(b'"') and value.endswith(b'"') and len(value) > 1:
        value = re.sub(rb'\\(["\\])', rb"\1", value[1:-1])
    decoded = decode(value)
    if "%" in decoded and decoded.isascii():
        return unescape(decoded)
    return decoded.replace("%22", '"')


def unescape(value: str) -> str:
    """Undo percent-encoding, which some clients apply to whole names, unless the name only looks like it."""
    if not re.search(r"%[89A-Fa-f][0-9A-Fa-f]", value):
        return re.sub(r"%22", '"', value)
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        return value


def extended(value: bytes) -> str:
    """`UTF-8''na%C3%AFve.pdf` (RFC 5987)."""
    charset, _, rest = decode(value).strip('"').partition("'")
    _, _, encoded = rest.partition("'")
    try:
        return unquote_to_bytes(encoded).decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return unquote_to_bytes(encoded).decode("utf-8", "replace")


def decode(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
