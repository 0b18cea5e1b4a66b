"""What is on its way, kept on this machine, so that a run that was interrupted goes on where it stopped.

What the service has, the service says. The journal knows the uploads that it has no bytes of yet, or has and can't
count because nobody confirmed them; and it spares the reading of files whose hash is known.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from service.client.uploading.sources import Source

_KEPT_SECONDS = 90 * 24 * 3600
_SCHEMA = """
CREATE TABLE IF NOT EXISTS uploads (
    organization TEXT NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    target TEXT NOT NULL,
    partial TEXT,
    at REAL NOT NULL,
    PRIMARY KEY (organization, path)
) WITHOUT ROWID, STRICT;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a file. It holds while size and time of the file are the same."""

    source: Source
    sha256: str
    """In base64."""
    target: str = ""
    """Folder, project and track that its upload was begun for: for another target it is begun anew."""
    partial: str | None = None
    """The upload that was begun and didn't end, as JSON."""


def state_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Say where we keep what we did: `muniment` in the user's state directory."""
    base = environment.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "muniment"


class Journal:
    """The uploads to one organization. Several runs may use it at the same time.

    Where it can't be written, a run remembers for itself alone, and says so: `complain` is called, once.
    """

    def __init__(self, directory: Path, organization: str, complain: Callable[[str], None] = lambda _: None) -> None:
        self._organization = organization
        self._complain = complain
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = directory / "uploads.sqlite3"
            file.touch(mode=0o600)
            self._connection = _open(str(file))
        except (OSError, sqlite3.Error) as error:
            self._forget(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def find(self, source: Source) -> Entry | None:
        """Say what is known of a file; None when nothing is, or when it was written to since."""
        row = self._connection.execute(
            "SELECT sha256, target, partial FROM uploads"
            " WHERE organization = ? AND path = ? AND size = ? AND mtime_ns = ?",
            (self._organization, _path(source), source.size, source.mtime_ns),
        ).fetchone()
        return None if row is None else Entry(source, *row)

    def keep(self, entries: Iterable[Entry]) -> None:
        """Write what is known of files, all or none."""
        now = time.time()
        rows = [
            (
                self._organization,
                _path(entry.source),
                entry.source.size,
                entry.source.mtime_ns,
                entry.sha256,
                entry.target,
                entry.partial,
                now,
            )
            for entry in entries
        ]
        try:
            self._write(rows)
        except sqlite3.Error as error:
            self._connection.close()
            self._forget(error)
            self._write(rows)

    def _write(self, rows: Sequence[tuple[object, ...]]) -> None:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _forget(self, error: Exception) -> None:
        self._complain(
            f"The journal can't be used ({error}): after an interruption, more is sent again than has to be."
        )
        self._complain = lambda _: None
        self._connection = _open(":memory:")


def _path(source: Source) -> str:
    # SQLite takes no name of a folder that isn't UTF-8.
    return source.key.encode(errors="backslashreplace").decode()


def _open(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # What a crash of the machine takes is asked of the service, or sent again.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
        connection.execute("DELETE FROM uploads WHERE at < ?", (time.time() - _KEPT_SECONDS,))
    except sqlite3.Error:
        connection.close()
        raise
    return connection
