"""Writing answers: tables for people, plain columns into a pipe, JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from service.client.failures import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from muniment_client import Pages

Format = Literal["text", "json", "csv"]
Plain = Mapping[str, Any]

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
# What the lines of a table take: between two columns, and at both edges.
_GAP, _EDGES = 3, 2
# A column that may be broken into lines isn't made narrower than this.
_FOLDED = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, and the value in the JSON of a row, `error.code` for one that lies deeper."""

    title: str
    key: str
    show: Callable[[Any], str] | None = None
    """How people see the value; as it is when absent."""
    style: str | None = None
    right: bool = False
    fold: bool = False
    """Whether it may be broken into lines where a terminal is narrow."""
    spare: bool = False
    """Whether it is left out where a terminal is too narrow even so."""

    def text(self, row: Plain) -> str:
        value = value_at(row, self.key)
        if value is None or value == "":
            return ""
        return printable(self.show(value) if self.show else cell(value))


@dataclass(frozen=True, slots=True)
class Listing:
    """How a kind of thing is listed."""

    columns: Sequence[Column]
    csv_keys: Sequence[str]


def format_of(as_json: bool, as_csv: bool) -> Format:
    """Turn the options into one word; raises UsageError when both were given."""
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other.", "Leave one out.")
    return "json" if as_json else "csv" if as_csv else "text"


@cache
def console() -> Console:
    """Give the console of answers."""
    from rich.console import Console

    return Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty())


@cache
def error_console() -> Console:
    """Give the console of everything that isn't the answer: progress, notes, errors."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, soft_wrap=not sys.stderr.isatty())


def note(text: str) -> None:
    """Tell people something beside the answer."""
    error_console().print(printable(text), style="dim")


def printable(text: str) -> str:
    """Replace control characters, with which a name could rewrite the terminal, by a visible mark."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n" else c for c in text)


def print_json(value: Any) -> None:
    """Write a value as JSON; decimals with their exact digits."""
    from muniment_client import to_json

    print(to_json(value, indent=2))


def print_rows(rows: Sequence[Plain], columns: Sequence[Column], *, title: str = "") -> None:
    """Write rows for people: a table on a terminal, aligned columns in a pipe.

    Where a terminal is narrow the spare columns are left out, the last first. Where it is too narrow for the others,
    each row is written line by line: nothing of what stays is cut off.
    """
    if not sys.stdout.isatty():
        _print_aligned(rows, columns)
        return
    fitting = fit(rows, columns, console().width)
    if fitting is not None:
        console().print(table_of(rows, fitting, title=title))
        return
    for row in rows:
        console().print()
        print_fields(row, columns)


def fit(rows: Sequence[Plain], columns: Sequence[Column], width: int) -> Sequence[Column] | None:
    """Say which columns have room in so many characters; None when not all have that are needed."""
    from rich.cells import cell_len

    def needed(column: Column) -> int:
        longest = max(cell_len(text) for text in (column.title, *(column.text(row) for row in rows)))
        return min(longest, _FOLDED) if column.fold else longest

    widths = [(column, needed(column)) for column in columns]
    while sum(each + _GAP for _, each in widths) - _GAP + _EDGES > width:
        spare = [place for place, (column, _) in enumerate(widths) if column.spare]
        if not spare:
            return None
        del widths[spare[-1]]
    return [column for column, _ in widths]


def table_of(rows: Sequence[Plain], columns: Sequence[Column], *, title: str = "") -> Any:
    """Make the table that a terminal shows."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for column in columns:
        table.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not column.fold,
            overflow="fold",
            style=column.style,
        )
    for row in rows:
        table.add_row(*(Text(column.text(row), style=_style(column, row)) for column in columns))
    return table


def print_fields(row: Plain, columns: Sequence[Column]) -> None:
    """Write one thing for people, a line for each value that it has."""
    shown = [(column.title, column.text(row)) for column in columns if column.text(row)]
    width = max((len(title) for title, _ in shown), default=0)
    for title, text in shown:
        console().print(f"{title:<{width}}", style="dim", end="  ")
        console().print(text)


class CsvWriter:
    """Writes rows as CSV with a header."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        self._writer.writerow([key.replace(".", "_") for key in keys])

    def write(self, row: Plain) -> None:
        self._writer.writerow([cell(value_at(row, key)) for key in self._keys])


async def show_pages(pages: Pages[Any, Any], listing: Listing, form: Format, *, limit: int | None) -> None:
    """Write a list as it comes in, page by page; `limit` None means everything."""
    if form == "json":
        await _stream_json(pages, limit)
        return
    rows = CsvWriter(listing.csv_keys) if form == "csv" else None
    count, total = 0, 0
    collected: list[Plain] = []
    async for plain, all_there_are in _items(pages, limit):
        count, total = count + 1, all_there_are
        if rows is not None:
            rows.write(plain)
        else:
            collected.append(plain)
    if rows is None:
        if collected:
            print_rows(collected, listing.columns)
        else:
            note("Nothing found.")
    if limit is not None and total > count > 0:
        note(f"{count:,} of {total:,}. --all lists everything, --limit more.")


async def _items(pages: Pages[Any, Any], limit: int | None) -> AsyncIterator[tuple[Plain, int]]:
    from muniment_client import to_plain

    count = 0
    async for page in pages.pages():
        for item in page.items:
            if limit is not None and count == limit:
                return
            count += 1
            yield to_plain(item), page.total
        if limit is not None and count >= limit:
            return


async def _stream_json(pages: Pages[Any, Any], limit: int | None) -> None:
    # By hand, so that a million files needn't be held.
    from muniment_client import to_json

    total, separator = 0, "\n"
    sys.stdout.write('{"items": [')
    async for plain, total in _items(pages, limit):  # noqa: B007  # the last one counts
        sys.stdout.write(separator + to_json(plain))
        separator = ",\n"
    sys.stdout.write(f'\n], "total": {total}}}\n')


def _print_aligned(rows: Sequence[Plain], columns: Sequence[Column]) -> None:
    texts = [[column.title.upper() for column in columns]]
    texts += [[column.text(row).replace("\n", " ") or "-" for column in columns] for row in rows]
    widths = [max(len(line[index]) for line in texts) for index in range(len(columns))]
    for line in texts:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def value_at(row: Plain, key: str) -> Any:
    """Look up `error.code` and the like; None where there is nothing."""
    value: Any = row
    for part in key.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def cell(value: Any) -> str:
    """Write a value into a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (list, tuple)) and not any(isinstance(entry, (Mapping, list, tuple)) for entry in value):
        return ";".join(cell(entry) for entry in value)
    if isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def size(count: Any) -> str:
    """Write a number of bytes for people."""
    amount = float(count)
    for unit in _UNITS:
        if amount < 1024 or unit == _UNITS[-1]:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError


def moment(text: Any) -> str:
    """Write a time for people, in their own time zone."""
    try:
        return datetime.fromisoformat(str(text)).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return str(text)


def percent(value: Any) -> str:
    """Write how sure something is, 0 to 1, as per cent."""
    return f"{float(value):.0%}"


def part(value: Any) -> str:
    """Write a part of 1 as per cent, with all its digits."""
    return f"{(Decimal(str(value)) * 100).normalize():f}%"


_STATUS_STYLES = {
    "uploaded": "green",
    "completed": "green",
    "success": "green",
    "pending": "yellow",
    "processing": "yellow",
    "skipped": "yellow",
    "failed": "bold red",
    "error": "bold red",
    "deleted": "dim",
}


def _style(column: Column, row: Plain) -> str:
    value = value_at(row, column.key)
    return _STATUS_STYLES.get(value, "") if isinstance(value, str) else ""
