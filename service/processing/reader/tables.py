"""CSV and XLSX as pages of rows."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from service.domain.evidence import Box
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.model import SEMICOLON_NOTE, Limits, Page, TextSource, Word

_ENCODINGS = ("utf-8-sig", "cp1252")
_SEPARATORS = ";\t,|"


def decode(data: bytes) -> str:
    """Text of unknown encoding: UTF-16 by its mark, UTF-8 when it is valid, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def read_csv(path: Path, limits: Limits) -> Page:
    """The rows of a CSV file, whatever its separator.

    Raises ReadingFailedError: DOCUMENT_TOO_COMPLEX, EMPTY_DOCUMENT, CORRUPT_DOCUMENT.
    """
    text = decode(path.read_bytes())
    csv.field_size_limit(1_000_000)
    try:
        separator = _separator(text)
        rows = _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=separator), limits)
        return _page(1, list(rows), (SEMICOLON_NOTE,) if separator == ";" else ())
    except csv.Error:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the table cannot be parsed") from None


def read_xlsx(path: Path, limits: Limits) -> list[Page]:
    """The sheets of a workbook that have any value, one page each; formulas as their stored result."""
    import openpyxl  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        # An open file, since openpyxl refuses a path whose name doesn't end as it expects.
        with path.open("rb") as source:
            book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
            try:
                return _sheets(book, limits)
            finally:
                book.close()
    except ReadingFailedError:
        raise
    except MemoryError:
        raise
    except Exception:  # openpyxl raises a dozen unrelated types on damaged workbooks
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the workbook cannot be read") from None


def _sheets(book: Any, limits: Limits) -> list[Page]:
    pages: list[Page] = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        cells = ((_cell(value) for value in row) for row in sheet.iter_rows(values_only=True))
        rows = list(_bounded(cells, limits))
        if any(any(row) for row in rows):
            pages.append(_page(len(pages) + 1, rows, (f"sheet {sheet.title}"[:100],)))
    return pages


def read_text(path: Path, limits: Limits) -> list[Page]:
    """Plain text: form feeds part pages; a character is half as wide (5 points) as a line is high (10 points)."""
    pages = []
    for number, text in enumerate(decode(path.read_bytes()).split("\f")[: limits.max_pages], start=1):
        words: list[Word] = []
        lines = text.split("\n")
        for row, line in enumerate(lines):
            words.extend(_text_words(line.expandtabs(), row))
            if len(words) > limits.max_words_per_page:
                break
        width = 5.0 * max((len(line) for line in lines), default=1)
        page = Page(number, width, 10.0 * len(lines), TextSource.PLAIN, tuple(words[: limits.max_words_per_page]))
        pages.append(page)
    return pages


def _text_words(line: str, row: int) -> Iterator[Word]:
    position = 0
    for part in line.split():
        position = line.index(part, position)
        yield Word(part, Box(position * 5.0, row * 10.0, (position + len(part)) * 5.0, row * 10.0 + 9.0))
        position += len(part)


def _separator(text: str) -> str:
    """The separator that gives the most columns on the most lines."""
    sample = [line for line in text.splitlines()[:50] if line.strip()]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        widths = [len(row) for row in csv.reader(sample, delimiter=separator)]
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        usual = max(set(wide), key=wide.count)
        score = wide.count(usual) / len(widths) + min(usual, 10) / 100
        if score > best_score:
            best, best_score = separator, score
    return best


def _bounded(rows: Iterable[Iterable[str]], limits: Limits) -> Iterator[tuple[str, ...]]:
    cells = 0
    empty = 0
    for row in rows:
        values = tuple(value.strip() for value in row)
        while values and not values[-1]:
            values = values[:-1]
        empty = 0 if values else empty + 1
        cells += len(values)
        if cells > limits.max_cells or empty > 10_000:
            raise ReadingFailedError(
                FailureReason.DOCUMENT_TOO_COMPLEX, f"the table has more than {limits.max_cells} cells"
            )
        yield values


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
        case datetime.date():
            return value.isoformat()
        case float():
            # A workbook stores binary doubles; 15 significant digits are what its author saw at most.
            text = format(Decimal(f"{value:.15g}"), "f")
            # Three decimals could be taken for a group of thousands; a workbook's number is never grouped.
            return f"{text}0" if len(text.partition(".")[2]) == 3 else text
        case _:
            return str(value)


def _page(number: int, rows: list[tuple[str, ...]], notes: tuple[str, ...]) -> Page:
    if not any(any(row) for row in rows):
        raise ReadingFailedError(FailureReason.EMPTY_DOCUMENT, "the table has no value")
    words = tuple(
        Word(part, Box(float(x), float(y), float(x + 1), float(y + 1)))
        for y, row in enumerate(rows[:2000])
        for x, value in enumerate(row[:200])
        for part in value.split()
    )
    width = max(len(row) for row in rows)
    return Page(number, float(width), float(len(rows)), TextSource.TABLE, words, tuple(rows), notes=notes)
