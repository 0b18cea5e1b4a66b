"""Before anything is sent: what the bytes are, whether the service has them, and what was begun before."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass

from muniment_client import AsyncClient, File, FileStatus
from service.client.uploading.journal import Entry, Journal
from service.client.uploading.results import Result
from service.client.uploading.sources import Source

# So many checksums fit into one question to the service.
_CHUNK = 100
# Sending begins when the first files are read, not when all large ones are.
_CHUNK_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that is to be sent."""

    source: Source
    sha256: str
    partial: str | None = None
    """An upload of it that was begun before, as JSON."""


class Planner:
    """Decides file by file whether it is sent."""

    def __init__(self, client: AsyncClient, journal: Journal, *, force: bool, target: str) -> None:
        self._client = client
        self._journal = journal
        self._force = force
        self._target = target
        self._seen: dict[str, Source] = {}

    async def plan(self, sources: Sequence[Source]) -> AsyncIterator[list[Ready | Result]]:
        """Answer chunk by chunk: what is to be sent, or why it isn't."""
        for chunk in _chunks(sources):
            yield await self._plan_chunk(chunk)

    async def _plan_chunk(self, sources: Sequence[Source]) -> list[Ready | Result]:
        known = {source.key: self._journal.find(source) for source in sources}
        unknown = [source for source in sources if known[source.key] is None and source.problem is None]
        hashed = await asyncio.to_thread(_hash_all, unknown)
        fresh = [Entry(source, sha256) for source, sha256 in hashed if sha256 is not None]
        self._journal.keep(fresh)
        known |= {entry.source.key: entry for entry in fresh}
        planned: list[Ready | Result] = []
        for source in sources:
            entry = known[source.key]
            planned.append(self._judge(source, entry))
        return planned if self._force else await self._without_what_is_there(planned)

    def _judge(self, source: Source, entry: Entry | None) -> Ready | Result:
        if source.problem is not None:
            return _failed(source, "UNREADABLE", source.problem)
        if entry is None:
            return _failed(source, "UNREADABLE", "can't be read: check that it is there and that you may read it")
        if source.size == 0:
            return _failed(source, "EMPTY", "is empty: there is nothing to send")
        first = self._seen.setdefault(entry.sha256, source)
        if first is not source and not self._force:
            return _skipped(source, None, f"the same bytes as {first.path}; --force sends it as well")
        return Ready(source, entry.sha256, entry.partial if entry.target == self._target else None)

    async def _without_what_is_there(self, planned: Sequence[Ready | Result]) -> list[Ready | Result]:
        there = await find_files(self._client, [each.sha256 for each in planned if isinstance(each, Ready)])
        return [_there(each, there.get(each.sha256)) if isinstance(each, Ready) else each for each in planned]


async def find_files(client: AsyncClient, checksums: Iterable[str]) -> dict[str, File]:
    """Ask the service which of these bytes it has, the newest file of each."""
    asked = list(dict.fromkeys(checksums))
    found: dict[str, File] = {}
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        async for file in client.files.list(checksum_sha256=part, status=FileStatus.UPLOADED):
            if file.checksum_sha256 is not None:
                found.setdefault(file.checksum_sha256, file)
    return found


def _chunks(sources: Iterable[Source]) -> Iterator[list[Source]]:
    chunk: list[Source] = []
    size = 0
    for source in sources:
        chunk.append(source)
        size += source.size
        if len(chunk) == _CHUNK or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _hash_all(sources: Sequence[Source]) -> list[tuple[Source, str | None]]:
    hashed: list[tuple[Source, str | None]] = []
    for source in sources:
        try:
            with source.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
            hashed.append((source, base64.b64encode(digest).decode()))
        except OSError:
            hashed.append((source, None))
    return hashed


def _there(ready: Ready, file: File | None) -> Ready | Result:
    if file is None:
        return ready
    return _skipped(ready.source, file, f"the service has it as {file.file_name}; --force sends it again")


def _failed(source: Source, reason: str, message: str) -> Result:
    return Result(source, "failed", reason=reason, message=message, code=1)


def _skipped(source: Source, file: File | None, message: str) -> Result:
    return Result(source, "skipped", file, reason="ALREADY_THERE", message=message)
