"""From the PATHs of the command line to the files that are meant."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.client.failures import UsageError

_GLOB_CHARACTERS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """A local file, as it was when it was found."""

    path: Path
    """As it was written, or below the folder that was."""
    key: str
    """The absolute path without symbolic links: the same for all ways to write it."""
    size: int
    mtime_ns: int
    problem: str | None = None
    """Why it can't be sent, where that is seen before it is opened."""

    @property
    def name(self) -> str:
        return self.path.name


def find_sources(paths: Sequence[str], *, recursive: bool) -> list[Source]:
    """Find the files that are meant, each once, in the order of the command line and by name within a folder.

    A folder means the files in it, with `recursive` those below it as well; hidden ones only when they are named, and
    folders that are symbolic links too. What can't be read is among them, with its problem.

    Raises:
        UsageError: a path or pattern that nothing is found for.
    """
    found: dict[str, Source] = {}
    nothing: list[str] = []
    for written in paths:
        named = _expand(written)
        if not named:
            nothing.append(written)
        for path in named:
            for source in _sources_at(path, recursive):
                found.setdefault(source.key, source)
    if nothing:
        raise UsageError(
            f"There is no {', no '.join(nothing)}.",
            "Nothing was sent. Look at the spelling and the permissions; a pattern is relative to this folder.",
        )
    if not found:
        hint = "" if recursive else " Files in folders within it are sent with --recursive."
        raise UsageError(f"There are no files in {', '.join(paths)}.", f"Nothing was sent.{hint}")
    return list(found.values())


def _expand(written: str) -> list[Path]:
    # A file whose name has such characters is meant itself.
    if os.path.lexists(written):
        return [Path(written)]
    if not _GLOB_CHARACTERS & set(written):
        return []
    # As the shell means it: relative or absolute, and `**` for folders at any depth.
    return [Path(match) for match in sorted(glob.glob(written, recursive=True))]  # noqa: PTH207


def _sources_at(path: Path, recursive: bool) -> Iterator[Source]:
    if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir raises where we may not look
        yield from _sources_in(path, recursive)
        return
    source = _source(path)
    if source is None:
        raise UsageError(f"{path} is no file.", "Nothing was sent. Name files, folders or patterns.")
    yield source


def _sources_in(folder: Path, recursive: bool) -> Iterator[Source]:
    try:
        with os.scandir(folder) as scan:
            entries = sorted((entry for entry in scan if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        yield _unreadable(folder, error)
        return
    folders: list[Path] = []
    for entry in entries:
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif source := _source(path):
            yield source
    if recursive:
        for each in folders:
            yield from _sources_in(each, recursive)


def _source(path: Path) -> Source | None:
    """The file at a path; None for what has no bytes to send, such as a pipe, or a link to a folder."""
    try:
        status = path.stat()
    except OSError as error:
        return _unreadable(path, error)
    if not stat.S_ISREG(status.st_mode):
        return None
    problem = None if _is_text(path.name) else "has a name that isn't UTF-8: rename it"
    return Source(path, os.path.realpath(path), status.st_size, status.st_mtime_ns, problem)


def _unreadable(path: Path, error: OSError) -> Source:
    return Source(path, os.path.realpath(path), 0, 0, f"can't be read: {error.strerror}")


def _is_text(name: str) -> bool:
    # What isn't UTF-8 in a name, Python keeps as surrogates, which UTF-8 has no bytes for.
    return not any("\ud800" <= character <= "\udfff" for character in name)
