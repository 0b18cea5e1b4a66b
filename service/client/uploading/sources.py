"""From the PATHs of the command line to the files that are meant."""

from __future__ import annotations

import glob
import os
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

    @property
    def name(self) -> str:
        return self.path.name


def find_sources(paths: Sequence[str], *, recursive: bool) -> list[Source]:
    """Find the files that are meant, each once, in the order of the command line and by name within a folder.

    A folder means the files in it, with `recursive` those below it as well; hidden ones only when they are named.

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
            for file in _files_in(path, recursive):
                source = _source(file)
                found.setdefault(source.key, source)
    if nothing:
        raise UsageError(
            f"There is no {', no '.join(nothing)}.",
            "Nothing was sent. Look at the spelling; a pattern is relative to this folder.",
        )
    if not found:
        hint = "" if recursive else " Files in folders within it are sent with --recursive."
        raise UsageError(f"There are no files in {', '.join(paths)}.", f"Nothing was sent.{hint}")
    return list(found.values())


def _expand(written: str) -> list[Path]:
    # A file whose name has such characters is meant itself.
    if Path(written).exists() or Path(written).is_symlink():
        return [Path(written)]
    if not _GLOB_CHARACTERS & set(written):
        return []
    # As the shell means it: relative or absolute, and `**` for folders at any depth.
    return [Path(match) for match in sorted(glob.glob(written, recursive=True))]  # noqa: PTH207


def _files_in(path: Path, recursive: bool) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    folders: list[Path] = []
    with os.scandir(path) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            folders.append(path / entry.name)
        elif entry.is_file():
            yield path / entry.name
    if recursive:
        for folder in folders:
            yield from _files_in(folder, recursive)


def _source(path: Path) -> Source:
    try:
        status = path.stat()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.", "Nothing was sent.") from None
    if not path.is_file():
        raise UsageError(f"{path} is no file.", "Nothing was sent. Name files, folders or patterns.")
    return Source(path, os.path.realpath(path), status.st_size, status.st_mtime_ns)
