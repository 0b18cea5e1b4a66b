"""`--wait`: follows the files until they are read, and ends with a table of what was read."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.live import Live
from rich.text import Text

from muniment_client import AsyncClient, Evidence, File, Reading, to_plain
from service.client.failures import SOME_FAILED
from service.client.output import Column, Format, cell, error_console, percent, print_rows, printable, table_of
from service.client.uploading.results import Result

_CHUNK = 100
_AT_ONCE = 8
_FINAL = frozenset({"completed", "failed"})
_SHOWN_WHILE_WAITING = 15
_KEY_FIELDS = (
    "invoice_number",
    "supplier_name",
    "description",
    "product",
    "quantity",
    "unit",
    "start_date",
    "end_date",
    "issue_date",
    "total_amount",
    "currency",
    "iban",
    "closing_balance",
    "title",
)
_TABLE = (
    Column("File", "path", fold=True),
    Column("Category", "category"),
    Column("Status", "status"),
    Column("Key values", "values", fold=True),
    Column("Confidence", "confidence", show=percent, right=True),
)


async def follow(client: AsyncClient, results: Sequence[Result], form: Format, seconds: float) -> None:
    """Fill in what was read of each file that the service has; a file that can't be read becomes a failure."""
    waiting = {result.file.id: result for result in results if result.file and result.outcome != "failed"}
    watch = _Watch(waiting, form)
    with watch:
        try:
            async with asyncio.timeout(seconds):
                async for file in client.files.follow(list(waiting)):
                    watch.changed(file)
        except TimeoutError:
            watch.give_up(seconds)
    await _fetch_readings(client, waiting)
    if form == "text":
        print_rows([_row(result) for result in results if result.file or result.outcome == "failed"], _TABLE)


class _Watch:
    """What is to be seen while files are read."""

    def __init__(self, waiting: Mapping[str, Result], form: Format) -> None:
        self._waiting = waiting
        self._lines = form == "text" and not sys.stdout.isatty()
        self._live: Live | None = None
        self._open = dict(waiting)

    def __enter__(self) -> None:
        console = error_console()
        if console.is_terminal:
            self._live = Live(console=console, transient=True, refresh_per_second=8, get_renderable=self._render)
            self._live.start()

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def changed(self, file: File) -> None:
        result = self._waiting.get(file.id)
        if result is None:
            return
        result.file = file
        if file.processing_status in _FINAL or file.status != "uploaded":
            self._open.pop(file.id, None)
            if file.processing_status == "failed":
                _fail(result, file)
            if self._lines:
                category = file.category or "-"
                print(printable(f"{file.processing_status:<10}  {category:<16}  {result.source.path}"), flush=True)

    def give_up(self, seconds: float) -> None:
        for result in self._open.values():
            result.outcome, result.code, result.reason = "failed", SOME_FAILED, "NOT_READ_YET"
            result.message = f"not read within {seconds:g} s; `muniment file show` says how far it came"

    def _render(self) -> Any:
        done = len(self._waiting) - len(self._open)
        rows = [_row(result) for result in list(self._open.values())[:_SHOWN_WHILE_WAITING]]
        title = Text(f"Reading: {done:,} of {len(self._waiting):,} files", style="bold")
        return Group(title, table_of(rows, _TABLE[:3])) if rows else title


def _fail(result: Result, file: File) -> None:
    result.outcome, result.code = "failed", SOME_FAILED
    result.reason = file.error.code if file.error else "PROCESSING_FAILED"
    result.message = file.error.message if file.error else "could not be read"


async def _fetch_readings(client: AsyncClient, waiting: Mapping[str, Result]) -> None:
    ids = list(waiting)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look_closer(result: Result) -> None:
        assert result.reading is not None
        async with gate:
            evidence = await client.readings.evidence(result.reading.id)
        result.confidence = _confidence(result.reading, evidence)

    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        read = []
        async for entry in client.readings.list(file_ids=part):
            if entry.reading is not None:
                waiting[entry.id].reading = entry.reading
                read.append(waiting[entry.id])
        await asyncio.gather(*(look_closer(result) for result in read))


def _confidence(reading: Reading, evidence: Sequence[Evidence]) -> float | None:
    shown = [each.confidence for each in evidence if each.field in _KEY_FIELDS]
    return min(shown) if shown else reading.category_confidence


def _row(result: Result) -> dict[str, Any]:
    file, reading = result.file, result.reading
    has_failed = result.outcome == "failed"
    return {
        "path": str(result.source.path),
        "category": file and file.category,
        "status": "failed" if has_failed or file is None else str(file.processing_status),
        "values": result.message if has_failed else key_values(_plain_items(reading)) if reading else "",
        "confidence": result.confidence,
    }


def _plain_items(reading: Reading) -> list[Mapping[str, Any]]:
    content = to_plain(reading).get("content") or {}
    return list(content.get("items") or [])


def key_values(items: Sequence[Mapping[str, Any]]) -> str:
    """Say in one line what a person looks for first."""
    if not items:
        return "nothing found"
    item = items[0]
    period = "–".join(str(item[name]) for name in ("start_date", "end_date") if item.get(name))
    parts = [
        item.get("invoice_number"),
        item.get("supplier_name") or item.get("title"),
        item.get("product") or item.get("description"),
        _amount(item, "quantity", "unit"),
        period or item.get("issue_date"),
        _amount(item, "total_amount", "currency") or _amount(item, "closing_balance", "currency"),
    ]
    more = f" (+{len(items) - 1} items)" if len(items) > 1 else ""
    return " · ".join(cell(part) for part in parts if part) + more


def _amount(item: Mapping[str, Any], amount: str, unit: str) -> str | None:
    if item.get(amount) is None:
        return None
    # `cubic_metre_(m3)` has its sign in brackets.
    word = str(item.get(unit) or "")
    sign = word[word.find("(") + 1 : -1] if word.endswith(")") else word
    return f"{cell(item[amount])} {sign}".strip()
