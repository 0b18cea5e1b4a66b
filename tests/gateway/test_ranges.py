"""Ranges, conditions and file names in headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.disposition import attachment
from service.gateway.disposition import file_name_of, form_parameters
from service.gateway.ranges import ByteRange, Validators, http_date, parse_range, precondition_status, range_applies

MODIFIED = datetime(2024, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
NOW = Validators('"abc"', MODIFIED)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", ByteRange(0, None)),
        ("bytes=10-19", ByteRange(10, 10)),
        ("bytes=0-0", ByteRange(0, 1)),
        ("bytes=-5", ByteRange(-5, None)),
        ("bytes=-0", ByteRange(0, 0)),
        ("BYTES = 1-2", ByteRange(1, 2)),
        ("bytes=00000000000000000000000000012-", ByteRange(12, None)),
        ("bytes=99999999999999999999999-", ByteRange(2**63 - 1, None)),
        ("bytes=0-" + "9" * 5000, ByteRange(0, 2**63 - 1)),
    ],
)
def test_single_ranges(header: str, expected: ByteRange) -> None:
    assert parse_range(header) == expected


@pytest.mark.parametrize("header", ["bytes=5-4", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes 0-1", "", "bytes=a-b"])
def test_ranges_that_may_be_ignored(header: str) -> None:
    assert parse_range(header) is None


@given(st.integers(0, 2**62), st.integers(0, 2**62 - 1))
def test_range_reads_what_it_says(first: int, length: int) -> None:
    assert parse_range(f"bytes={first}-{first + length}") == ByteRange(first, length + 1)


@given(st.text(max_size=40))
def test_any_range_header_is_survived(header: str) -> None:
    parse_range(header)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({b"if-none-match": b'"abc"'}, 304),
        ({b"if-none-match": b'W/"abc"'}, 304),
        ({b"if-none-match": b'"x", "abc"'}, 304),
        ({b"if-none-match": b"*"}, 304),
        ({b"if-none-match": b'"x"'}, None),
        ({b"if-match": b'"abc"'}, None),
        ({b"if-match": b"*"}, None),
        ({b"if-match": b'"x"'}, 412),
        ({b"if-match": b'W/"abc"'}, 412),
        ({b"if-modified-since": http_date(MODIFIED).encode()}, 304),
        ({b"if-modified-since": http_date(MODIFIED - timedelta(seconds=1)).encode()}, None),
        ({b"if-modified-since": b"nonsense"}, None),
        ({b"if-unmodified-since": http_date(MODIFIED).encode()}, None),
        ({b"if-unmodified-since": http_date(MODIFIED - timedelta(days=1)).encode()}, 412),
        # If-None-Match is stronger than If-Modified-Since.
        ({b"if-none-match": b'"x"', b"if-modified-since": http_date(MODIFIED).encode()}, None),
    ],
)
def test_conditions(headers: dict[bytes, bytes], status: int | None) -> None:
    assert precondition_status(headers, NOW) == status


@pytest.mark.parametrize(
    ("value", "applies"),
    [
        (None, True),
        (b'"abc"', True),
        (b'W/"abc"', False),
        (b'"x"', False),
        (http_date(MODIFIED).encode(), True),
        (http_date(MODIFIED - timedelta(days=1)).encode(), False),
        (b"nonsense", False),
    ],
)
def test_if_range(value: bytes | None, applies: bool) -> None:
    assert range_applies(value, NOW) is applies


def name_in(header: str) -> str | None:
    """What Python's mail parser, which knows RFC 2231, takes for the name."""
    message = Message()
    message["Content-Disposition"] = header
    return message.get_filename()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_names_survive_in_content_disposition(name: str) -> None:
    header = attachment(name)
    header.encode("ascii")
    parameters = form_parameters(b"form-data" + header.removeprefix("attachment").encode())
    assert parameters is not None
    assert file_name_of(parameters) == name


@given(st.text(max_size=40))
def test_no_name_can_begin_another_header(name: str) -> None:
    assert not set(attachment(name)) & {"\r", "\n", "\0"}


def test_name_from_the_contract() -> None:
    header = attachment('naïve "名前".pdf')
    assert 'filename="naive ____.pdf"' in header
    assert header.endswith("filename*=UTF-8''na%C3%AFve%20%22%E5%90%8D%E5%89%8D%22.pdf")
    assert name_in(header.replace('filename="naive ____.pdf"; ', "")) == 'naïve "名前".pdf'


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ('filename="naïve \\"名前\\".pdf"'.encode(), 'naïve "名前".pdf'),  # curl
        ('filename="naïve %22名前%22.pdf"'.encode(), 'naïve "名前".pdf'),  # browsers
        (b"filename=\"x\"; filename*=UTF-8''na%C3%AFve%20%22%E5%90%8D%E5%89%8D%22.pdf", 'naïve "名前".pdf'),
        (b'filename="na%C3%AFve.pdf"', "naïve.pdf"),
        (b'filename="100%.pdf"', "100%.pdf"),
        (b'filename="50%20off.pdf"', "50%20off.pdf"),
        (b'filename="two.dots.pdf"', "two.dots.pdf"),
        (b'filename="C:\\\\dir\\\\a.pdf"', "C:\\dir\\a.pdf"),
        (b"filename=bare.pdf", "bare.pdf"),
        (b'filename="caf\xe9.pdf"', "café.pdf"),
        (b'filename="a;b=c.pdf"', "a;b=c.pdf"),
        (b'filename=""', ""),
    ],
)
def test_names_as_clients_send_them(sent: bytes, name: str) -> None:
    parameters = form_parameters(b'form-data; name="file"; ' + sent)
    assert parameters is not None
    assert parameters["name"] == "file"
    assert file_name_of(parameters) == name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (b"my%20file%20%281%29.pdf", "my file (1).pdf"),
        (b"%C3%A4%20b.pdf", "ä b.pdf"),
        (b"100%25.pdf", "100%.pdf"),
        (b"x%2520y.pdf", "x%20y.pdf"),
        (b"a%2Bb%26c.pdf", "a+b&c.pdf"),
        (b"q%27u%22o.pdf", "q'u\"o.pdf"),
        (b"my file%20.pdf", "my file%20.pdf"),
        (b"100%.pdf", "100%.pdf"),
    ],
)
def test_name_that_was_quoted_whole_is_told_by_its_octet_stream(sent: bytes, name: str) -> None:
    parameters = form_parameters(b'form-data; name="files"; filename="' + sent + b'"')
    assert parameters is not None
    assert file_name_of(parameters, "application/octet-stream") == name


def test_name_of_a_part_with_a_type_is_left_as_it_is() -> None:
    parameters = form_parameters(b'form-data; name="files"; filename="50%20off.pdf"')
    assert parameters is not None
    assert file_name_of(parameters, "application/pdf") == "50%20off.pdf"
