"""How an upload looks while it runs: a bar for each file on its way and one over all, or a line for each file."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column

from service.client.output import Format, error_console, printable
from service.client.uploading.results import Result, line_of
from service.client.uploading.sources import Source

_NAME_WIDTH = 32


class View:
    """Told what happens. Bars go to standard error, where there is a terminal; lines go into the pipe."""

    def __init__(self, form: Format, files: int, size: int) -> None:
        self._lines = form == "text" and not sys.stdout.isatty()
        self._bars = make_bars() if error_console().is_terminal else None
        self._overall: TaskID | None = None
        self._tasks: dict[str, TaskID] = {}
        self._sent: dict[str, int] = {}
        self._files = files
        self._done = 0
        if self._bars is not None:
            self._overall = self._bars.add_task(self._title(), total=max(size, 1))

    @property
    def has_bars(self) -> bool:
        """Whether anybody sees how far a file is."""
        return self._bars is not None

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            for task in self._tasks.values():
                self._bars.remove_task(task)
            self._bars.stop()

    def begin(self, source: Source) -> None:
        """Show that a file is being sent."""
        if self._bars is not None and source.key not in self._tasks:
            self._tasks[source.key] = self._bars.add_task(short(source.name), total=max(source.size, 1))

    def sent(self, source: Source, total: int) -> None:
        """Show how many bytes of a file are sent; fewer than before when it is sent again."""
        if self._bars is None or self._overall is None:
            return
        before = self._sent.get(source.key, 0)
        self._sent[source.key] = total
        # Unlike `advance`, this takes what is sent again for no speed below 0.
        self._bars.update(self._overall, advance=total - before)
        if source.key in self._tasks:
            self._bars.update(self._tasks[source.key], completed=total)

    def finish(self, result: Result) -> None:
        """Show what became of a file."""
        self._done += 1
        if self._bars is not None and self._overall is not None:
            self.sent(result.source, result.source.size)
            if result.source.key in self._tasks:
                self._bars.remove_task(self._tasks.pop(result.source.key))
            self._bars.update(self._overall, description=self._title())
        if self._lines:
            failed = result.outcome == "failed"
            print(line_of(result), file=sys.stderr if failed else sys.stdout, flush=True)

    def _title(self) -> str:
        return f"{self._done:,} of {self._files:,} files"


def make_bars() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False, table_column=Column(width=_NAME_WIDTH, no_wrap=True)),
        BarColumn(bar_width=None),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=error_console(),
        transient=True,
        expand=True,
        refresh_per_second=8,
    )


def short(name: str) -> str:
    name = printable(name)
    if len(name) <= _NAME_WIDTH:
        return name
    half = (_NAME_WIDTH - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
