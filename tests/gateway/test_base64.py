"""Files in base64: as a part of a form, and inside a JSON object."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from service.gateway.application import Gateway
from service.gateway.base64_text import Base64Decoder
from service.gateway.convert import WrongValue
from service.gateway.form import PartData
from service.gateway.json_form import JsonForm
from service.gateway.settings import GatewaySettings
from tests.gateway.support import Answer, ready, request
from tests.rpc import sample

FORM = {"content-type": "multipart/form-data; boundary=B"}
JSON = {"content-type": "application/json"}
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
CONTENT = bytes(range(256)) * 40
TEXT = base64.b64encode(CONTENT)


def part(name: str, content: bytes, more: str = "") -> bytes:
    return f'--B\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


END = b"--B--\r\n"


class Papers:
    """A handler that keeps what it was sent."""

    def __init__(self) -> None:
        self.content = b""
        self.kinds: list[str] = []
        self.options: list[Any] = []
        self.largest = 0

    async def __call__(self, stream: AsyncIterator[Any], context: Any) -> Any:
        async for message in stream:
            kind = message.WhichOneof("payload")
            self.kinds.append(kind)
            if kind == "chunk":
                self.content += message.chunk
                self.largest = max(self.largest, len(message.chunk))
            elif kind == "options":
                self.options.append(message.options)
        return sample.paper(size=len(self.content))

    @property
    def said(self) -> Any:
        return self.options[-1]


async def put(
    body: bytes | list[bytes], headers: dict[str, str], query: str = "", settings: GatewaySettings | None = None
) -> tuple[Papers, Answer]:
    papers = Papers()
    app = Gateway(
        [sample.rpc("PutPapers", papers)],
        settings or GatewaySettings(),
        ready=ready,
        reason_codes={},
        registry=CollectorRegistry(),
    )
    return papers, await request(app, "POST", f"/sample/papers{query}", body, headers)


def errors(answer: Answer) -> dict[str, str]:
    assert answer.status == 400
    return {entry["field"]: entry["message"] for entry in answer.json["details"]}


def pieces(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("size", [1, 3, 64, 100_000])
async def test_part_in_base64_is_a_file(size: int) -> None:
    body = part("kind", b"x") + part("content_base64", TEXT) + part("name", b"a.pdf") + END
    papers, answer = await put(pieces(body, size), FORM)
    assert (answer.status, answer.json["size"]) == (201, len(CONTENT))
    assert papers.content == CONTENT
    assert papers.kinds[:2] == ["options", "header"]
    assert (papers.said.name, papers.said.kind) == ("a.pdf", "x")


@pytest.mark.parametrize("size", [1, 3, 64, 100_000])
@pytest.mark.parametrize("first", [True, False])
async def test_json_with_base64_is_a_file(size: int, first: bool) -> None:
    value: dict[str, Any] = {"content_base64": TEXT.decode()} if first else {}
    value |= {"name": 'a"}\\{.pdf', "account_number": 7, "kind": "é\u2028😀"}
    value |= {"content_base64": TEXT.decode()}
    papers, answer = await put(pieces(json.dumps(value).encode(), size), JSON)
    assert (answer.status, answer.json["size"]) == (201, len(CONTENT))
    assert papers.content == CONTENT
    assert (papers.said.name, papers.said.account_number) == (value["name"], 7)
    assert papers.said.kind == value["kind"]


@pytest.mark.parametrize("size", [1, 3, 64, 100_000])
@pytest.mark.parametrize("escaped", [True, False])
async def test_form_without_parts_brings_base64(size: int, escaped: bool) -> None:
    text = quote(TEXT, safe="") if escaped else TEXT.decode()
    body = f"kind=%C3%A9%20+%2b%25&&content%5Fbase64={text}&name=a%26b+c.pdf&account_number=7"
    papers, answer = await put(pieces(body.encode(), size), URLENCODED)
    assert (answer.status, papers.content) == (201, CONTENT)
    assert papers.kinds[:2] == ["options", "header"]
    assert (papers.said.name, papers.said.kind, papers.said.account_number) == ("a&b c.pdf", "é  +%", 7)


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"", "content_base64", "is missing"),
        (b"name=a", "content_base64", "is missing"),
        (b"content_base64=QQ%3D%3D&nmae=a", "nmae", "is unknown; did you mean name?"),
        (b"content_base64=%zz", "content_base64", "must be base64"),
        (b"content_base64=QQ&name=%ff", "name", "is not UTF-8"),
    ],
)
async def test_wrong_form_without_parts_is_named(body: bytes, field: str, message: str) -> None:
    _, answer = await put(body, URLENCODED)
    assert message in errors(answer)[field]


async def test_name_without_end_is_malformed() -> None:
    _, answer = await put(b"x" * 5000, URLENCODED)
    assert (answer.status, answer.json["code"]) == (400, "MALFORMED_REQUEST")


async def test_query_reaches_the_handler_first() -> None:
    body = json.dumps({"content_base64": "QQ==", "name": "a"}).encode()
    for sent, headers in ((body, JSON), (part("content_base64", b"QQ==") + part("name", b"a") + END, FORM)):
        papers, _ = await put(sent, headers, "?account_number=7")
        assert papers.kinds == ["options", "header", "chunk", "options"]
        assert papers.options[0].account_number == 7
        assert (papers.said.account_number, papers.said.name) == (7, "a")


async def test_file_part_of_the_same_call_is_still_a_file() -> None:
    papers, answer = await put(part("file", b"bytes", '; filename="a.pdf"') + END, FORM)
    assert (answer.status, papers.content) == (201, b"bytes")


@pytest.mark.parametrize(
    "text",
    [
        "QUJ\\/RA==",
        "QUJ\\u002fRA==",
        "QUJ/R\\r\\nA==",
        "QUJ_RA==",
        "QUJ_RA",
        " Q U J / R A = = ",
    ],
)
@pytest.mark.parametrize("size", [1, 2, 1000])
async def test_spellings_of_base64_in_json(text: str, size: int) -> None:
    body = b'{"content_base64": "%s"}' % text.encode()
    papers, answer = await put(pieces(body, size), JSON)
    assert (answer.status, papers.content) == (201, base64.b64decode("QUJ/RA=="))


@pytest.mark.parametrize("text", ["Q", "QQ=Q", "QQ==QQ==", "Q?==", "é", '\\"', "\\u0041\\u00e9", "QQ===="])
@pytest.mark.parametrize("size", [1, 1000])
async def test_what_is_no_base64_is_refused(text: str, size: int) -> None:
    _, answer = await put(pieces(b'{"content_base64": "%s"}' % text.encode(), size), JSON)
    assert "must be base64" in errors(answer)["content_base64"]


async def test_empty_base64_is_an_empty_file() -> None:
    for body, headers in ((b'{"content_base64": ""}', JSON), (part("content_base64", b"") + END, FORM)):
        papers, answer = await put(body, headers)
        assert (answer.status, papers.kinds[0]) == (201, "header")
        assert papers.content == b""


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"{}", "content_base64", "is missing"),
        (b'{"content_base64": null}', "content_base64", "is missing"),
        (b'{"a": {"content_base64": "QQ=="}}', "content_base64", "is missing"),
        (b'{"content_base64": ["QQ=="]}', "content_base64", "must be a string, not an array"),
        (b'{"content_base64": 7}', "content_base64", "must be a string, not a number"),
        (b'["content_base64", "QQ=="]', "body", "must be an object, not an array"),
        (b'{"content_base64": "QQ==", "nmae": "a"}', "nmae", "is unknown; did you mean name?"),
        (b'{"content_base64": "QQ==", "account_number": "x"}', "account_number", "must be an integer, not a string"),
    ],
)
async def test_wrong_json_is_named(body: bytes, field: str, message: str) -> None:
    _, answer = await put(body, JSON)
    assert message in errors(answer)[field]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"content_base64": "QQ==',
        b'{"content_base64": "QQ==\\',
        b'{"content_base64": "QQ=="',
        b'{"content_base64": "QQ=="} x',
        b'{"content_base64": "QQ==", "content_base64": "QQ=="}',
        b'{"content_base64" "QQ=="}',
        b'{"name": "a", "name": "b", "content_base64": "QQ=="}',
        b'{"content_base64": "Q\\xQ=="}',
        b"\xff",
    ],
)
async def test_broken_json_is_malformed_or_invalid(body: bytes) -> None:
    _, answer = await put(body, JSON)
    assert answer.status == 400
    assert answer.json["code"] in ("MALFORMED_REQUEST", "VALIDATION_ERROR")


async def test_two_encoded_files_are_one_too_many() -> None:
    _, answer = await put(part("content_base64", b"QQ==") * 2 + END, FORM)
    assert "only file" in errors(answer)["content_base64"]


async def test_form_without_file_names_the_part() -> None:
    _, answer = await put(part("name", b"a") + END, FORM)
    assert "is missing" in errors(answer)["file"]


async def test_limits_of_json() -> None:
    settings = GatewaySettings(max_upload_json_bytes=20_000, max_json_bytes=1000)
    body = json.dumps({"content_base64": TEXT.decode()}).encode()
    assert (await put(body, JSON, settings=settings))[1].status == 201
    large = json.dumps({"content_base64": base64.b64encode(CONTENT * 2).decode()}).encode()
    for sent in (pieces(large, 1000), [large]):
        answer = (await put(sent, JSON, settings=settings))[1]
        assert (answer.status, answer.json["code"]) == (413, "PAYLOAD_TOO_LARGE")
    announced = JSON | {"content-length": str(len(large))}
    assert (await put(large, announced, settings=settings))[1].status == 413
    wordy = json.dumps({"name": "x" * 1001, "content_base64": "QQ=="}).encode()
    assert (await put(wordy, JSON, settings=settings))[1].status == 413


# In a loop of its own: services that other tests left running allocate memory too.
@pytest.mark.asyncio(loop_scope="function")
@pytest.mark.parametrize("form", [True, False])
async def test_large_base64_passes_through_in_bounded_memory(form: bool) -> None:
    piece = base64.b64encode(bytes(48 * 1024))
    head, tail = (part("content_base64", b"")[:-2], b"\r\n" + END) if form else (b'{"content_base64": "', b'"}')
    sizes: list[int] = []

    async def handler(stream: AsyncIterator[Any], _: Any) -> Any:
        async for message in stream:
            sizes.append(len(message.chunk))
            await asyncio.sleep(0)
        return sample.paper()

    app = Gateway(
        [sample.rpc("PutPapers", handler)],
        GatewaySettings(),
        ready=ready,
        reason_codes={},
        registry=CollectorRegistry(),
    )
    body = [head, *[piece] * 400, tail]
    tracemalloc.start()
    try:
        answer = await request(app, "POST", "/sample/papers", body, FORM if form else JSON)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status == 201
    assert sum(sizes) == 400 * 48 * 1024
    assert peak < 4 * 1024 * 1024


@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_base64_in_any_pieces(content: bytes, chance: random.Random) -> None:
    decoder = Base64Decoder()
    text = base64.b64encode(content)
    found = b""
    while text:
        cut = chance.randint(1, 5)
        found += decoder.feed(text[:cut])
        text = text[cut:]
    assert found + decoder.finish() == content


@given(st.binary(max_size=60))
def test_decoder_takes_what_python_takes(text: bytes) -> None:
    decoder = Base64Decoder()
    try:
        found: bytes | None = decoder.feed(text) + decoder.finish()
    except WrongValue:
        found = None
    try:
        standard: bytes | None = base64.b64decode(text, validate=True)
    except ValueError:
        standard = None
    if standard is not None:
        assert found == standard


_TEXTS = st.text(max_size=8)
_VALUES = st.recursive(
    st.none() | st.integers() | _TEXTS, lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner)
)


@settings(max_examples=40, deadline=None)  # each is a whole document in pieces of a few bytes
@given(
    st.dictionaries(_TEXTS.filter(lambda key: key != "file"), _VALUES),
    st.binary(max_size=50),
    st.booleans(),
    st.integers(1, 9),
)
def test_json_is_the_same_without_its_file(value: dict[str, Any], content: bytes, ascii_only: bool, size: int) -> None:
    whole = {**value, "file": base64.b64encode(content).decode()}
    body = json.dumps(whole, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    form = JsonForm("file", 100_000)
    events = [event for piece in pieces(body, size) for event in form.feed(piece)]
    assert form.finish() == []
    assert form.values == value
    decoder = Base64Decoder()
    found = b"".join(decoder.feed(event.data) for event in events if isinstance(event, PartData))
    assert found + decoder.finish() == content
