"""The JSON codec: what is written, what is read, and what is said of what can't be read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st
from muniment.files.v1 import file_pb2
from muniment.files.v1 import file_service_pb2 as files
from muniment.organizations.v1 import api_key_service_pb2
from muniment.readings.v1 import reading_item_pb2, reading_pb2
from muniment.readings.v1 import reading_service_pb2 as readings

from service.gateway.fields import descriptor_of
from service.gateway.json_read import Problems, Readers
from service.gateway.json_render import Renderers, dumps
from service.gateway.json_text import parse_json
from service.gateway.problems import Refused


def read(message: Any, text: str | bytes) -> list[tuple[str, str]]:
    """Fill the message; what is wrong, as (field, message)."""
    problems = Problems()
    body = parse_json(text.encode() if isinstance(text, str) else text)
    Readers().message(descriptor_of(type(message))).fill(message, body, None, problems)
    return [(problem.field, problem.message) for problem in problems.found]


def write(message: Any) -> Any:
    return json.loads(dumps(Renderers().message(descriptor_of(type(message)))(message)), parse_float=Decimal)


def test_unset_fields_are_null_or_empty() -> None:
    written = write(file_pb2.File(id="a"))
    assert written["id"] == "a"
    assert written["size_bytes"] is None
    assert written["status"] is None
    assert written["created_at"] is None
    assert written["project_ids"] == []
    assert written["metadata"] == {}
    assert list(written) == [field.name for field in descriptor_of(file_pb2.File).fields]


def test_optional_field_set_to_its_default_is_not_null() -> None:
    assert write(file_pb2.File(size_bytes=0, folder_id=""))["size_bytes"] == 0
    assert write(file_pb2.File(size_bytes=0, folder_id=""))["folder_id"] == ""


def test_items_leave_out_what_is_not_set() -> None:
    assert write(reading_item_pb2.ReadingItem(unit="kg")) == {"unit": "kg"}


def test_enums_are_written_without_prefix_in_their_case() -> None:
    file = file_pb2.File(status=file_pb2.FILE_STATUS_UPLOADED, processing_track=file_pb2.PROCESSING_TRACK_FASTTRACK)
    assert write(file)["status"] == "uploaded"
    assert write(file)["processing_track"] == "FASTTRACK"


@pytest.mark.parametrize(
    ("seconds", "nanos", "text"),
    [
        (0, 0, "1970-01-01T00:00:00Z"),
        (1709285400, 120000000, "2024-03-01T09:30:00.120000Z"),
        (1709285400, 1, "2024-03-01T09:30:00.000000001Z"),
        (-62135596800, 0, "0001-01-01T00:00:00Z"),
        (253402300799, 999999000, "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_times_are_rfc_3339_in_utc(seconds: int, nanos: int, text: str) -> None:
    file = file_pb2.File()
    file.created_at.seconds, file.created_at.nanos = seconds, nanos
    assert write(file)["created_at"] == text


@pytest.mark.parametrize("digits", ["0.10", "32.1", "123456789012345678901234567890.12", "-0.0", "1e-10", "5E+3", "7"])
def test_decimals_keep_their_digits_both_ways(digits: str) -> None:
    item = reading_item_pb2.ReadingItem()
    assert read(item, f'{{"quantity": {digits}}}') == []
    assert item.quantity.value == digits
    assert f'"quantity":{digits}'.encode() in dumps(Renderers().message(descriptor_of(type(item)))(item))


def test_decimal_as_a_string_is_taken_too() -> None:
    item = reading_item_pb2.ReadingItem()
    assert read(item, '{"quantity": "12.50"}') == []
    assert item.quantity.value == "12.50"


@pytest.mark.parametrize("value", ['"NaN"', '"Infinity"', '"1,5"', "true", "[]", "1e999", '""'])
def test_what_is_no_decimal_is_refused(value: str) -> None:
    assert [field for field, _ in read(reading_item_pb2.ReadingItem(), f'{{"quantity": {value}}}')] == ["quantity"]


def test_decimals_written_by_others_become_json() -> None:
    for value, number in (("+2.5", "2.5"), (".5", "0.5"), ("2.", "2"), ("", "0")):
        item = reading_item_pb2.ReadingItem()
        item.quantity.value = value
        assert write(item)["quantity"] == Decimal(number)


def test_int64_are_numbers() -> None:
    assert b'"number":9007199254740993' in dumps(
        Renderers().message(descriptor_of(file_pb2.File))(file_pb2.File(number=9007199254740993))
    )


def test_struct_keeps_whole_numbers_whole() -> None:
    file = file_pb2.File()
    value: dict[str, Any] = {"a": 1, "b": 1.5, "c": [True, None, {"d": "x"}], "e": -3}
    file.metadata.update(value)
    written = dumps(Renderers().message(descriptor_of(file_pb2.File))(file))
    assert json.loads(written)["metadata"] == value
    assert b'"a":1,' in written.replace(b"}", b",")


def test_all_problems_are_named_with_their_path() -> None:
    body = """{"uploads": [
        {"name": "a", "extension": "pdf", "mime_typ": "x"},
        {"size_kb": "12", "processing_track": "quick", "name": 7, "size_bytes": 1.5},
        5
    ], "upload": []}"""
    assert read(files.CreatePresignedUploadsRequest(), body) == [
        ("uploads[0].mime_typ", "is unknown; did you mean mime_type?"),
        ("uploads[1].size_kb", "must be an integer, not a string"),
        ("uploads[1].processing_track", "must be one of DEFAULT, MANUAL, FASTTRACK"),
        ("uploads[1].name", "must be a string, not a number"),
        ("uploads[1].size_bytes", "must be an integer without a fraction"),
        ("uploads[2]", "must be an object, not a number"),
        ("upload", "is unknown; did you mean uploads?"),
    ]


def test_path_into_nested_items() -> None:
    body = '{"content": {"items": [{"quantity": [], "qantity": 1}]}}'
    assert read(readings.UpdateReadingRequest(), body) == [
        ("content.items[0].quantity", "must be a number, not an array"),
        ("content.items[0].qantity", "is unknown; did you mean quantity?"),
    ]


def test_null_means_absent() -> None:
    request = files.BatchUpdateFilesRequest()
    assert read(request, '{"file_ids": [], "status": null, "project_id": null}') == []
    assert request == files.BatchUpdateFilesRequest()


def test_array_that_is_required_may_be_empty_but_not_absent() -> None:
    for body in ('{"content": {}}', '{"content": {"items": null}}'):
        assert read(readings.UpdateReadingRequest(), body) == [("content.items", "is required")]
    assert read(readings.UpdateReadingRequest(), '{"content": {"items": []}}') == []


def test_null_in_a_list_is_refused() -> None:
    assert read(files.BatchUpdateFilesRequest(), '{"file_ids": [null]}') == [
        ("file_ids[0]", "must be a string, not null")
    ]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("2024-03-01", "try 2024-03-01T00:00:00Z"),
        ("2024-03-01T10:00:00", "try 2024-03-01T10:00:00Z"),
        ("2024-02-30T10:00:00Z", "no such day"),
        ("yesterday", "RFC 3339"),
    ],
)
def test_what_is_no_time_says_what_would_be_right(value: str, hint: str) -> None:
    ((field, message),) = read(api_key_service_pb2.CreateApiKeyRequest(), json.dumps({"expires_at": value}))
    assert field == "expires_at"
    assert hint in message


def test_times_with_offset_become_utc() -> None:
    request = api_key_service_pb2.CreateApiKeyRequest()
    assert read(request, '{"expires_at": "2024-03-01T01:30:00.25+02:00"}') == []
    assert request.expires_at.ToJsonString() == "2024-02-29T23:30:00.250Z"


def test_half_a_surrogate_pair_is_refused() -> None:
    assert read(files.SendEventRequest(), r'{"event_type": "\ud800"}') == [("event_type", "must be Unicode text")]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"a": 1', "line 1, column 8"),
        (b'{\n"a": }', "line 2, column 6"),
        (b'{"a": 1, "a": 2}', 'the key "a" twice'),
        (b'{"a": NaN}', "NaN is not a JSON value"),
        (b'{"a": "\xff"}', "not UTF-8: byte 7"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "too many digits"),
    ],
)
def test_malformed_json_says_where(body: bytes, where: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_json(body)
    assert refused.value.problem.reason == "MALFORMED_REQUEST"
    assert where in refused.value.problem.message


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6).map(str)
TIMES = st.tuples(st.integers(-62135596800, 253402300799), st.integers(0, 999_999_999))


@st.composite
def items(draw: st.DrawFn) -> reading_item_pb2.ReadingItem:
    item = reading_item_pb2.ReadingItem()
    for name in ("invoice_number", "unit", "start_date"):
        if draw(st.booleans()):
            setattr(item, name, draw(TEXT))
    if draw(st.booleans()):
        item.quantity.value = draw(DECIMALS)
    return item


@given(st.lists(items(), max_size=5), TEXT)
def test_what_is_written_reads_back(content: list[reading_item_pb2.ReadingItem], identifier: str) -> None:
    request = readings.UpdateReadingRequest(file_reading_id=identifier)
    request.content.CopyFrom(reading_pb2.ReadingContent(items=content))
    body = dumps(Renderers().message(descriptor_of(type(request)))(request))
    back = readings.UpdateReadingRequest()
    assert read(back, body) == []
    assert back == request


@given(TIMES, st.lists(TEXT, max_size=3), st.integers(-(2**63), 2**63 - 1), st.booleans())
def test_rendering_agrees_with_json_format(time: tuple[int, int], tags: list[str], number: int, linked: bool) -> None:
    file = file_pb2.File(tags=tags, number=number, linked=linked)
    file.created_at.seconds, file.created_at.nanos = time
    expected = json_format.MessageToDict(file, preserving_proto_field_name=True)
    written = write(file)
    assert written["tags"] == expected.get("tags", [])
    assert written["number"] == int(expected.get("number", 0))
    assert written["linked"] == expected.get("linked", False)
    back = file_pb2.File()
    back.created_at.FromJsonString(written["created_at"])
    assert back.created_at == file.created_at


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=10,
    )
)
def test_struct_round_trip(value: Any) -> None:
    file = file_pb2.File()
    assert read(file, json.dumps({"metadata": {"v": value}})) == []
    assert write(file)["metadata"] == {"v": value}
