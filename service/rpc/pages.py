"""The fields that all list requests and answers share."""

from __future__ import annotations

from typing import Any

from service.postgres.paging import Page


def page_asked(request: Any) -> dict[str, Any]:
    """Give the page that a list request asks for. An empty cursor is none: clients send it for the first page."""
    return {
        "page": request.page if request.HasField("page") else None,
        "size": request.size if request.HasField("size") else None,
        "cursor": request.cursor or None,
    }


def name_of(request: Any) -> str | None:
    """An empty name filters nothing."""
    return request.name or None


def page_fields(page: Page[Any]) -> dict[str, Any]:
    """Give all fields of a list's answer but its items."""
    return {
        "total": page.total,
        "page": page.page,
        "size": page.size,
        "pages": page.pages,
        "next_cursor": page.next_cursor,
    }
