"""The items of a reading as text: reading what a person wrote, what is different, and what is wrong with it."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from service.client.failures import UsageError
from service.client.output import Column, error_console, printable, table_of

Items = list[Mapping[str, Any]]

_PATH = re.compile(r"^(?:content\.)?items\[(\d+)\](?:\.(.*))?$")
_MISTAKES = (
    Column("Item", "item", right=True),
    Column("Field", "field"),
    Column("What would be right", "message", fold=True),
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field of one item."""

    item: int | None
    """From 0, as in the contract; None for what isn't of one item."""
    field: str
    message: str


class ContentError(UsageError):
    """The text isn't a list of items."""


def read_file(name: str) -> str:
    """Read what is to be sent; `-` is standard input. Raises UsageError."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{name} can't be read: {why}.", "Name a file of JSON, or - for standard input.") from None


def parse(text: str) -> Items:
    """Read `{"content": {"items": […]}}` or the bare list of items; numbers keep their digits.

    Raises:
        ContentError: it isn't that; the message says where.
    """
    try:
        value = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise ContentError(f"This isn't JSON: {error}.", "Mend that line.") from None
    items = value
    if isinstance(value, Mapping):
        content = value.get("content", value)
        items = content.get("items") if isinstance(content, Mapping) else None
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise ContentError(
            "This isn't a list of items.", 'Write [{"quantity": 131, …}, …] or {"content": {"items": [ … ]}}.'
        )
    return items


def write(items: Sequence[Mapping[str, Any]]) -> str:
    """Write items for a person to change."""
    from muniment_client import to_json

    return to_json(list(items), indent=2) + "\n"


def difference(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what is different, line by line, in the form of `diff -u`; nothing when nothing is."""
    lines = difflib.unified_diff(
        write(before).splitlines(), write(after).splitlines(), "what counts now", "what you send", n=2, lineterm=""
    )
    return list(lines)


def show_difference(lines: Sequence[str]) -> None:
    """Write a difference: what goes in red, what comes in green."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        bold = " bold" if line.startswith(("+++", "---")) else ""
        error_console().print(printable(line), style=styles.get(line[:1], "") + bold or None)


def mistakes_of(fields: Sequence[tuple[str, str]]) -> list[Mistake]:
    """Take the item out of the path of each field."""
    found = []
    for path, message in fields:
        match = _PATH.match(path)
        if match is None:
            found.append(Mistake(None, path, message))
        else:
            found.append(Mistake(int(match[1]), match[2] or "", message))
    return found


def show_mistakes(mistakes: Sequence[Mistake]) -> None:
    """Write what is wrong, as a table for people."""
    if not mistakes:
        return
    rows = [{"item": each.item, "field": each.field, "message": each.message} for each in mistakes]
    console = error_console()
    if console.is_terminal:
        console.print(table_of(rows, _MISTAKES))
        return
    for each in mistakes:
        where = each.field if each.item is None else f"item {each.item}  {each.field or '-'}"
        print(printable(f"{where}  {each.message}"), file=sys.stderr)
