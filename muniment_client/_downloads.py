"""Downloads that go on where they were cut off."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from muniment.files.v1 import file_service_pb2 as pb
from muniment.models import DownloadInfo

from muniment_client._calls import Calls, Deadline, method_of, pause_or_raise
from muniment_client._policy import policy_of
from muniment_client._sources import Meter
from muniment_client._wire import decode
from muniment_client.errors import ConnectionFailedError, MunimentError, TargetError


class Downloads:
    """Reads the bytes of files in one organization."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def info(self, file_id: str) -> DownloadInfo:
        """What is to be known of a file's bytes before they are read."""
        request = pb.DownloadFileRequest(file_id=file_id, info_only=True)
        deadline, retries, number = Deadline.after(self._calls.timeout), policy_of(method_of(request)).retries, 1
        while True:
            try:
                answers = [each async for each in self._calls.receive(request, pb.DownloadFileResponse, deadline)]
                if answers:
                    return decode(answers[0].info, DownloadInfo)
                raise _cut(file_id)
            except MunimentError as error:
                await pause_or_raise(error, number, retries, deadline)
            number += 1

    async def stream(
        self, file_id: str, *, offset: int, length: int | None, deadline: Deadline
    ) -> AsyncIterator[bytes]:
        """The bytes from `offset` on, at most `length`. A cut connection is taken up again where it was cut."""
        done, number, expected = 0, 1, length
        while expected is None or done < expected:
            request = pb.DownloadFileRequest(
                file_id=file_id,
                read_offset=offset + done,
                read_limit=None if length is None else length - done,
            )
            try:
                async for message in self._calls.receive(request, pb.DownloadFileResponse, deadline):
                    if message.WhichOneof("payload") == "info":
                        expected = done + message.info.length
                        continue
                    done += len(message.chunk)
                    number = 1
                    yield message.chunk
                if expected is None or done < expected:
                    raise _cut(file_id)
            except MunimentError as error:
                await pause_or_raise(error, number, policy_of(method_of(request)).retries, deadline)
                number += 1

    async def to_file(self, file_id: str, target: BinaryIO, meter: Meter, *, offset: int, deadline: Deadline) -> None:
        """Write the bytes from `offset` on to an open file."""
        async for chunk in self.stream(file_id, offset=offset, length=None, deadline=deadline):
            await asyncio.to_thread(target.write, chunk)
            meter.add(len(chunk))

    async def to_path(
        self, file_id: str, target: Path, progress: Any, *, overwrite: bool, deadline: Deadline
    ) -> DownloadInfo:
        """Write the bytes to a path, or under the file's own name into a folder.

        They are first written beside it, to a name with the file's id: what is there of an earlier try isn't fetched
        again.
        """
        info = await self.info(file_id)
        target = _final(target, info, file_id, overwrite=overwrite)
        part = target.with_name(f".{target.name}.{file_id}.part")
        try:
            with part.open("ab") as file:
                offset = min(file.seek(0, os.SEEK_END), info.size_bytes)
                file.truncate(offset)
                meter = Meter(info.size_bytes, progress, offset)
                if offset < info.size_bytes:
                    await self.to_file(file_id, file, meter, offset=offset, deadline=deadline)
            part.replace(target)
        except OSError as error:
            raise TargetError(f"{target} can't be written: {error.strerror}.") from error
        return info


def _cut(file_id: str) -> ConnectionFailedError:
    return ConnectionFailedError(
        f"The connection ended before all of the file {file_id} had come.", reason="UNAVAILABLE", code="UNAVAILABLE"
    )


def _final(target: Path, info: DownloadInfo, file_id: str, *, overwrite: bool) -> Path:
    """Where a download to `target` ends up."""
    if target.is_dir():
        target = target / _safe_name(info.file_name, file_id)
    if target.exists() and not overwrite:
        raise TargetError(f"{target} exists already: choose another name, or overwrite it.")
    return target


def _safe_name(file_name: str, file_id: str) -> str:
    """A name that stays in its folder, whatever the service says."""
    name = PurePath(file_name.replace("\\", "/")).name.replace("\0", "")
    return name if name not in ("", ".", "..") else file_id
