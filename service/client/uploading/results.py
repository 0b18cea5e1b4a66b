"""What became of each file, and how a run is told."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from muniment_client import File, Reading, to_plain
from service.client.output import Column, CsvWriter, Format, error_console, note, print_json, print_rows, printable
from service.client.uploading.sources import Source

Outcome = Literal["uploaded", "skipped", "failed"]

_SHOWN_AT_MOST = 50
_COLUMNS = (
    Column("", "outcome"),
    Column("File id", "file.id", style="cyan"),
    Column("Path", "path", fold=True),
    Column("", "message", style="dim", fold=True),
)
_CSV_KEYS = (
    "path",
    "outcome",
    "reason",
    "message",
    "file.id",
    "file.file_name",
    "file.size_bytes",
    "file.checksum_sha256",
    "file.processing_status",
    "file.category",
    "reading.id",
    "reading.status",
    "confidence",
)


@dataclass(slots=True)
class Result:
    """What became of one file."""

    source: Source
    outcome: Outcome
    file: File | None = None
    reason: str | None = None
    message: str | None = None
    code: int = 0
    """The exit code that the failure deserves."""
    reading: Reading | None = None
    confidence: float | None = None
    """The lowest of the values that are shown; of the category when no value was read."""

    def shown(self) -> dict[str, Any]:
        """Give it as `--json` shows it."""
        return {
            "path": str(self.source.path),
            "outcome": self.outcome,
            "reason": self.reason,
            "message": self.message,
            "file": self.file,
            "reading": self.reading,
            "confidence": self.confidence,
        }


def count(results: Sequence[Result], outcome: Outcome) -> int:
    return sum(result.outcome == outcome for result in results)


def line_of(result: Result) -> str:
    """Write a result as a line for a pipe."""
    file_id = result.file.id if result.file else "-"
    message = f"  {result.message}" if result.message else ""
    return printable(f"{result.outcome:<8}  {file_id:<36}  {result.source.path}{message}").replace("\n", " ")


def tell(results: Sequence[Result], form: Format) -> None:
    """Write the answer of a run that isn't followed any further."""
    if form == "json":
        outcomes: tuple[Outcome, ...] = ("uploaded", "skipped", "failed")
        print_json(
            {
                "files": [result.shown() for result in results],
                **{outcome: count(results, outcome) for outcome in outcomes},
            }
        )
    elif form == "csv":
        rows = CsvWriter(_CSV_KEYS)
        for result in results:
            rows.write(to_plain(result.shown()))
    elif sys.stdout.isatty():
        # Of thousands only what needs a look; in a pipe the lines were written as the files came.
        shown = [result for result in results if len(results) <= _SHOWN_AT_MOST or result.outcome != "uploaded"]
        if shown:
            print_rows([to_plain(result.shown()) for result in shown], _COLUMNS)


def summarize(results: Sequence[Result], seconds: float) -> None:
    """Say in one line how it went."""
    parts = [
        f"{number:,} {outcome}" for outcome in ("uploaded", "skipped", "failed") if (number := count(results, outcome))
    ]
    failed = count(results, "failed")
    style = "bold red" if failed else "green"
    error_console().print(f"{', '.join(parts)} in {seconds:.1f} s.", style=style)
    if failed:
        note("Mend what is said of each, and run the same command again: it sends alone what is missing.")
