"""What a person writes as the items of a reading, and as the parts of facilities."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.client.allocation import parse_shares
from service.client.content import ContentError, Mistake, difference, mistakes_of, parse
from service.client.failures import UsageError
from service.client.output import Column, cell, fit, part, printable, size

ITEMS = [{"quantity": Decimal("32.10"), "unit": "cubic_metre_(m3)"}]


@pytest.mark.parametrize(
    "text",
    [
        '[{"quantity": 32.10, "unit": "cubic_metre_(m3)"}]',
        '{"items": [{"quantity": 32.10, "unit": "cubic_metre_(m3)"}]}',
        '{"content": {"items": [{"quantity": 32.10, "unit": "cubic_metre_(m3)"}]}}',
    ],
)
def test_items_are_read_in_any_documented_form_with_their_digits(text: str) -> None:
    assert parse(text) == ITEMS
    assert str(parse(text)[0]["quantity"]) == "32.10"


@pytest.mark.parametrize("text", ["", "[1]", '{"item": []}', '{"content": []}', '"items"', '[{"a": 1},]'])
def test_other_text_is_refused_and_says_what_would_be_right(text: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse(text)
    assert caught.value.advice


def test_difference_shows_what_goes_and_what_comes() -> None:
    lines = difference(ITEMS, [{**ITEMS[0], "quantity": Decimal("33")}])
    assert '-    "quantity": 32.10,' in lines
    assert '+    "quantity": 33,' in lines
    assert difference(ITEMS, parse('[{"quantity": 32.10, "unit": "cubic_metre_(m3)"}]')) == []


def test_mistakes_name_item_and_field() -> None:
    assert mistakes_of([("content.items[2].taxes[0].rate", "must be a number"), ("content", "is required")]) == [
        Mistake(2, "taxes[0].rate", "must be a number"),
        Mistake(None, "content", "is required"),
    ]


def test_parts_of_facilities_are_exact() -> None:
    assert parse_shares(["a=0.4", "b=0.6"]) == {"a": Decimal("0.4"), "b": Decimal("0.6")}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["a"], "isn't a facility and its part"),
        (["=0.4"], "isn't a facility and its part"),
        (["a=half"], "isn't a facility and its part"),
        (["a=0"], "isn't a facility and its part"),
        (["a=1.1"], "isn't a facility and its part"),
        (["a=NaN"], "isn't a facility and its part"),
        (["a=0.4", "a=0.1"], "named twice"),
        (["a=0.4", "b=0.7"], r"add up to 1\.1"),
    ],
)
def test_wrong_parts_are_refused(written: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_shares(written)


def test_control_characters_of_names_do_not_reach_the_terminal() -> None:
    assert printable("bill\x1b[2J\r\u202efdp.exe") == "bill\ufffd[2J\ufffd\ufffdfdp.exe"
    assert printable("factura_ñ_€.pdf") == "factura_ñ_€.pdf"


def test_cells_keep_digits() -> None:
    assert [cell(value) for value in (Decimal("1E+2"), True, None, ["a", "b"], {"a": 1})] == [
        "100",
        "true",
        "",
        "a;b",
        '{"a": 1}',
    ]
    assert [part(Decimal("0.4")), part(Decimal("0.3333333333")), part(1)] == ["40%", "33.33333333%", "100%"]
    assert [size(1023), size(1024), size(5 * 1024**3)] == ["1023 B", "1.0 KiB", "5.0 GiB"]


def test_narrow_terminal_gets_what_is_needed_whole_or_line_by_line() -> None:
    columns = (
        Column("Id", "id"),
        Column("Name", "name", fold=True),
        Column("Size", "size", spare=True),
        Column("Created", "created", spare=True),
    )
    rows = [{"id": "0" * 36, "name": "n" * 80, "size": "1.0 KiB", "created": "2026-05-01"}]

    def titles(width: int) -> list[str] | None:
        fitting = fit(rows, columns, width)
        return None if fitting is None else [column.title for column in fitting]

    assert titles(80) == ["Id", "Name", "Size", "Created"]
    assert titles(75) == ["Id", "Name", "Size"]
    assert titles(60) == ["Id", "Name"]
    assert titles(52) is None
