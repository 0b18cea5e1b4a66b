"""Pages and cursors."""

from uuid import UUID

import pytest

from service.domain.errors import InvalidCursorError, InvalidRequestError
from service.domain.ids import new_id
from service.domain.names import search_form
from service.postgres.paging import Cursor, PageRequest, fingerprint_of

FILTERS = {"list": "things", "name": "a", "tags": ["x", "y"], "folder": None}


def by_id(row: UUID) -> Cursor:
    return Cursor(row)


def test_first_page_is_the_default_and_leads_on() -> None:
    asked = PageRequest.of(FILTERS)
    assert (asked.page, asked.size, asked.offset, asked.limit) == (1, 50, 0, 51)
    rows = [new_id() for _ in range(51)]
    page = asked.page_of(rows, 120, by_id)
    assert (len(page.items), page.total, page.pages, page.page) == (50, 120, 3, 1)
    onward = PageRequest.of(FILTERS, cursor=page.next_cursor)
    assert onward.after == Cursor(rows[49])
    assert (onward.page, onward.offset) == (None, 0)


def test_last_page_leads_nowhere() -> None:
    page = PageRequest.of(FILTERS, page=3).page_of([new_id()], 101, by_id)
    assert page.next_cursor is None
    assert PageRequest.of(FILTERS).page_of([], 0, by_id).pages == 0


def test_size_above_the_maximum_is_the_maximum() -> None:
    asked = PageRequest.of(FILTERS, page=4, size=100_000)
    assert (asked.size, asked.offset) == (100, 300)


@pytest.mark.parametrize(("page", "size"), [(0, None), (-1, None), (None, 0), (None, -5)])
def test_less_than_one_is_refused(page: int | None, size: int | None) -> None:
    with pytest.raises(InvalidRequestError):
        PageRequest.of(FILTERS, page=page, size=size)


def test_page_and_cursor_together_are_refused() -> None:
    cursor = Cursor(new_id()).encode(fingerprint_of(FILTERS))
    with pytest.raises(InvalidRequestError, match="leave one of them out"):
        PageRequest.of(FILTERS, page=2, cursor=cursor)


@pytest.mark.parametrize("text", ["abc", "!", "ü", "A" * 34, "\x00", "A" * 2048, " "])
def test_foreign_text_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidCursorError):
        PageRequest.of(FILTERS, cursor=text)


def test_cursor_holds_for_its_own_filters_alone() -> None:
    cursor = Cursor(new_id(), section=1).encode(fingerprint_of(FILTERS))
    same = {"name": "a", "tags": ("y", "x"), "list": "things"}
    after = PageRequest.of(same, cursor=cursor).after
    assert after is not None
    assert after.section == 1
    for other in ({**FILTERS, "name": "b"}, {**FILTERS, "list": "files"}, {**FILTERS, "folder": "f"}, {}):
        with pytest.raises(InvalidCursorError):
            PageRequest.of(other, cursor=cursor)


def test_changed_cursor_is_refused() -> None:
    cursor = Cursor(new_id()).encode(fingerprint_of(FILTERS))
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BA")
    with pytest.raises(InvalidCursorError):
        PageRequest.of(FILTERS, cursor=changed)


def test_search_ignores_case_and_composition() -> None:
    assert search_form("Cafe\u0301 STRASSE") == search_form("CAFÉ straße")
    assert search_form("100%_") == "100%_"
