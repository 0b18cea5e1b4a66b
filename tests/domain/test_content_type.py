"""What bytes are, told from how they begin."""

import io

import pytest
from PIL import Image

from service.domain.content_type import content_type_of, sniff
from tests.documents.sheets import as_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _picture(image_format: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(stream, image_format)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"a few bytes of a mail gateway\n%PDF-1.4", "application/pdf"),
        (_picture("PNG"), "image/png"),
        (_picture("JPEG"), "image/jpeg"),
        (_picture("WEBP"), "image/webp"),
        (_picture("TIFF"), "image/tiff"),
        (_picture("GIF"), "image/gif"),
        (_picture("BMP"), "image/bmp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "image/avif"),
        (as_xlsx([["a"], [1]])[:4096], XLSX),
        (b"PK\x03\x04 and something else", "application/zip"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "application/xml"),
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"period;quantity\n2024;1\n", "text/plain"),
        ("größer".encode("utf-16"), "text/plain"),
        (b"\x00\x01\x02\x03" * 20, None),
        (b"", None),
    ],
)
def test_type_is_told_from_the_first_bytes(head: bytes, told: str | None) -> None:
    assert sniff(head) == told


@pytest.mark.parametrize(
    ("declared", "head", "name", "settled"),
    [
        ("image/png", b"%PDF-1.7", "a.pdf", "image/png"),
        ("application/octet-stream", b"%PDF-1.7", "a.png", "application/pdf"),
        ("text/csv; charset=utf-8; header=present", b"%PDF-1.7", "a.pdf", "text/csv; charset=utf-8; header=present"),
        ("garbage", b"%PDF-1.7", "a.pdf", "application/pdf"),
        ("image/\tpng", b"%PDF-1.7", "a.pdf", "application/pdf"),
        ("image/png\r\nx: y", b"%PDF-1.7", "a.pdf", "application/pdf"),
        (None, b"%PDF-1.7", "noextension", "application/pdf"),
        (None, b"just words", "a.pdf", "text/plain"),
        (None, b"a;b\n1;2", "a.csv", "text/csv"),
        (None, b'{"a": 1}', "a.json", "application/json"),
        (None, b"PK\x03\x04....", "book.xlsx", XLSX),
        (None, b"PK\x03\x04....", "book.pdf", "application/zip"),
        (None, b"\x00\x01\x02\x03", "song.mp3", "audio/mpeg"),
        (None, b"\x00\x01\x02\x03", "noextension", "application/octet-stream"),
    ],
)
def test_bytes_decide_where_nothing_is_declared_and_a_name_refines_them(
    declared: str | None, head: bytes, name: str, settled: str
) -> None:
    assert content_type_of(declared, head, name) == settled
