"""ZIP archives of structured documents, as banks send account reports: the items of all members, one after another."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.structured.formats import HEAD_BYTES, StructuredFormat, format_of, read_structured
from service.processing.reader.structured.part import StructuredPart

ZIP = "application/zip"
_MOST_MEMBERS = 200


def is_archive(path: Path, most_bytes: int) -> bool:
    """Whether a ZIP archive has structured documents of one category, and nothing else.

    Raises ReadingFailedError: DOCUMENT_TOO_COMPLEX when such members unpack to more than `most_bytes`.
    """
    with zipfile.ZipFile(path) as archive:
        members = _members(archive)
        if not members or any(entry.flag_bits & 0x1 for entry in members):
            return False
        for entry in members:
            with archive.open(entry) as stream:
                if format_of(stream.read(HEAD_BYTES)) is None:
                    return False
    unpacked = sum(entry.file_size for entry in members)
    if unpacked > most_bytes:
        raise ReadingFailedError(
            FailureReason.DOCUMENT_TOO_COMPLEX,
            f"the archive unpacks to {unpacked} bytes; at most {most_bytes} are read",
        )
    return True


def read_archive(path: Path) -> StructuredPart:
    """What the members of an archive say together. Raises ReadingFailedError as `read_structured` does."""
    parts = list(_parts(path))
    first = parts[0]
    if any(part.category is not first.category for part in parts):
        raise ReadingFailedError(
            FailureReason.UNSUPPORTED_TYPE, "the archive has documents of several categories; send each by itself"
        )
    items = tuple(item for part in parts for item in part.items)
    starts = [sum(len(part.items) for part in parts[:number]) for number in range(len(parts))]
    evidence = tuple(
        replace(entry, item=entry.item + start)
        for part, start in zip(parts, starts, strict=True)
        for entry in part.evidence
    )
    notes = tuple(note for part in parts for note in part.notes)
    return replace(first, items=items, evidence=evidence, notes=(f"{len(parts)} documents in one archive", *notes))


def _parts(path: Path) -> Iterator[StructuredPart]:
    with zipfile.ZipFile(path) as archive:
        for entry in _members(archive):
            # The size that the archive tells is not believed.
            with archive.open(entry) as stream:
                data = stream.read(entry.file_size)
            yield read_structured(data, _format(data))


def _format(data: bytes) -> StructuredFormat:
    form = format_of(data[:HEAD_BYTES])
    if form is None:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "a member of the archive cannot be read")
    return form


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive by name, without what systems add; none when there are too many."""
    found = [entry for entry in archive.infolist() if not entry.is_dir() and "__MACOSX" not in entry.filename]
    return sorted(found, key=lambda entry: entry.filename) if len(found) <= _MOST_MEMBERS else []
