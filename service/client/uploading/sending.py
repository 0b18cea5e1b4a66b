"""Sending what is to be sent: the small many at a time, the large in parts, so many at once as was asked.

Small files go through the service, many in one stream, which costs a fraction of three requests for each. Others go
straight to the store. Whatever way: the store refuses bytes with another SHA-256.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from muniment_client import (
    AsyncClient,
    File,
    MunimentError,
    PartialUpload,
    PreparedUpload,
    ProcessingTrack,
    UploadItem,
    UploadMode,
    errors,
)
from service.client.failures import SOME_FAILED, CommandError, as_command_error, exit_code_of, is_final
from service.client.uploading.journal import Entry, Journal
from service.client.uploading.planning import Ready, find_files
from service.client.uploading.results import Result
from service.client.uploading.sources import Source
from service.client.uploading.view import View

SMALL_BYTES = 1024 * 1024
# A stream costs as much as a few files do, so many files go into one; but all streams shall have something to do.
_STREAM_FILES = (10, 50)
_STREAM_BYTES = 4 * 1024 * 1024
_BATCH_FILES = 20
_TRIES = 5
_FIRST_PAUSE_SECONDS = 0.5
_TIDY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the options say."""

    folder_id: str | None = None
    project_id: str | None = None
    track: str | None = None
    mode: str | None = None
    """`presigned` or `multipart`; None chooses by size."""
    parallel: int = 16
    force: bool = False
    """Whether what the service has already is sent again."""

    @property
    def target(self) -> str:
        """Where files go, to tell an upload that was begun for something else."""
        return json.dumps([self.folder_id, self.project_id, self.track])


@dataclass(slots=True)
class _Begun:
    """An upload that was prepared, and how far it came."""

    ready: Ready
    upload: PreparedUpload
    has_arrived: bool = False
    error: MunimentError | None = None

    @property
    def partial(self) -> PartialUpload:
        size = self.ready.source.size
        return PartialUpload(self.upload.file_id, None, size, size, self.ready.sha256)


class Sender:
    """Sends about `count` files, and keeps the journal and the view up to date."""

    def __init__(self, client: AsyncClient, journal: Journal, view: View, plan: Plan, count: int) -> None:
        least, most = _STREAM_FILES
        self._stream_files = max(least, min(most, count // (2 * plan.parallel)))
        self._client = client
        self._journal = journal
        self._view = view
        self._plan = plan
        self._gate = asyncio.Semaphore(plan.parallel)
        self._finished: set[str] = set()
        self.results: list[Result] = []
        self.stopped_by: CommandError | None = None
        """Why nothing more was tried: nobody answers, or we aren't let in."""

    async def send(self, chunks: AsyncIterator[list[Ready | Result]]) -> None:
        """Send all that comes. Returns when all is done, or when it makes no sense to go on."""
        jobs: asyncio.Queue[list[Ready] | None] = asyncio.Queue(maxsize=self._plan.parallel)
        workers = [asyncio.create_task(self._work(jobs)) for _ in range(self._plan.parallel)]
        producer = asyncio.create_task(self._produce(chunks, jobs))
        try:
            await asyncio.gather(producer, *workers)
        finally:
            for task in (producer, *workers):
                # One that was cancelled before may be tidying up.
                if not task.cancelling():
                    task.cancel()
            await asyncio.gather(producer, *workers, return_exceptions=True)

    def refuse(self, sources: Iterable[Source], error: MunimentError) -> None:
        """Send nothing, for one reason that all files have."""
        if is_final(error):
            self._stop(error)
            return
        for source in sources:
            self._finish(_failure(source, error))

    async def _produce(
        self, chunks: AsyncIterator[list[Ready | Result]], jobs: asyncio.Queue[list[Ready] | None]
    ) -> None:
        try:
            async for chunk in chunks:
                for result in (each for each in chunk if isinstance(each, Result)):
                    self._finish(result)
                for job in self._jobs([each for each in chunk if isinstance(each, Ready)]):
                    await jobs.put(job)
        except MunimentError as error:
            self._stop(error)
        for _ in range(self._plan.parallel):
            await jobs.put(None)

    def _jobs(self, ready: Iterable[Ready]) -> Iterable[list[Ready]]:
        limit = _BATCH_FILES if self._plan.mode == "presigned" else self._stream_files
        batch: list[Ready] = []
        size = 0
        for each in ready:
            # What was begun before is looked after alone.
            if _goes_alone(each):
                yield [each]
                continue
            if batch and (len(batch) == limit or size + each.source.size > _STREAM_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(each)
            size += each.source.size
        if batch:
            yield batch

    async def _work(self, jobs: asyncio.Queue[list[Ready] | None]) -> None:
        while (job := await jobs.get()) is not None:
            # What is left in the queue is taken out, so that its producer comes to its end.
            if self.stopped_by is None:
                await self._send_job(job)

    async def _send_job(self, job: list[Ready]) -> None:
        if _goes_alone(job[0]):
            await self._tried(job, self._send_one)
        elif self._plan.mode == "presigned":
            await self._tried(job, self._send_presigned)
        else:
            await self._tried(job, self._send_stream)

    async def _tried(self, job: list[Ready], way: Callable[[list[Ready]], Awaitable[None]]) -> None:
        """Send a job, again after a pause when the service was away; name what is wrong with each file otherwise."""
        for attempt in range(1, _TRIES + 1):
            try:
                job = await self._still_missing(job) if attempt > 1 else job
                if job:
                    await way(job)
                return
            except MunimentError as error:
                if _is_passing(error) and attempt < _TRIES:
                    await asyncio.sleep(_pause(attempt, error))
                    if way != self._send_presigned:
                        continue
                elif is_final(error):
                    self._stop(error)
                    return
                if len(job) > 1 or way == self._send_presigned:
                    for each in self._unfinished(job):
                        one = way if way == self._send_stream else self._send_one
                        await self._tried([self._as_it_is_now(each)], one)
                else:
                    self._finish(_failure(job[0].source, error))
                return

    async def _still_missing(self, job: list[Ready]) -> list[Ready]:
        """Leave out what arrived although its answer didn't. It can't be told from what was there before `--force`."""
        if not self._plan.force:
            there = await find_files(self._client, [each.sha256 for each in job])
            for each in job:
                if each.sha256 in there:
                    self._finish(Result(each.source, "uploaded", there[each.sha256]))
        return self._unfinished(job)

    def _unfinished(self, job: list[Ready]) -> list[Ready]:
        return [each for each in job if each.source.key not in self._finished]

    def _as_it_is_now(self, ready: Ready) -> Ready:
        """With what was begun of it meanwhile: perhaps its bytes have arrived."""
        entry = self._journal.find(ready.source)
        is_ours = entry is not None and entry.target == self._plan.target
        return replace(ready, partial=entry.partial if entry is not None and is_ours else None)

    async def _send_stream(self, job: list[Ready]) -> None:
        contents = await asyncio.to_thread(_read_all, job)
        files = await self._client.files.send(
            [
                UploadItem(content, file_name=each.source.name, checksum_sha256=each.sha256)
                for each, content in zip(job, contents, strict=True)
            ],
            folder_id=self._plan.folder_id,
            project_id=self._plan.project_id,
            track=self._track(),
            progress=(lambda at: self._show_stream(job, at.done)) if self._view.has_bars else None,
        )
        for each, file in zip(job, files, strict=True):
            self._finish(Result(each.source, "uploaded", file))

    def _show_stream(self, job: Sequence[Ready], sent: int) -> None:
        for each in job:
            if sent <= 0:
                return
            self._view.begin(each.source)
            self._view.sent(each.source, min(sent, each.source.size))
            sent -= each.source.size

    async def _send_presigned(self, job: list[Ready]) -> None:
        """Prepare, PUT, confirm. An interruption confirms what has arrived, and takes back the rest."""
        begun: list[_Begun] = []
        try:
            await _unbroken(self._prepare(job, begun))
            await asyncio.gather(*(self._put(each) for each in begun))
        finally:
            if begun:
                await _unbroken(self._settle(begun))
        for each in begun:
            if isinstance(each.error, errors.UploadError):
                self._finish(_failure(each.ready.source, each.error))
            elif each.error is not None:
                await self._tried([each.ready], self._send_one)

    async def _prepare(self, job: list[Ready], begun: list[_Begun]) -> None:
        prepared = await self._client.files.prepare([self._item(each) for each in job])
        begun += [_Begun(ready, upload) for ready, upload in zip(job, prepared, strict=True)]
        self._keep((each.ready, each.partial) for each in begun)

    async def _put(self, begun: _Begun) -> None:
        source = begun.ready.source
        async with self._gate:
            self._view.begin(source)
            try:
                await self._client.files.put(begun.upload, progress=lambda at: self._view.sent(source, at.done))
                begun.has_arrived = True
            except MunimentError as error:
                begun.error = error

    async def _settle(self, begun: Sequence[_Begun]) -> None:
        """Confirm what has arrived, and take back the rest."""
        arrived = [each for each in begun if each.has_arrived]
        rest = [each for each in begun if not each.has_arrived]
        if arrived:
            ids = [each.upload.file_id for each in arrived]
            files = await self._client.files.confirm(ids, project_id=self._plan.project_id)
            for each, file in zip(arrived, files, strict=True):
                if file.error is None:
                    self._finish(Result(each.ready.source, "uploaded", file))
                else:
                    self._finish(_refused(each.ready.source, file))
                    rest.append(each)
        if rest:
            await self._client.files.fail([each.upload.file_id for each in rest])
        self._keep((each.ready, None) for each in begun)

    async def _send_one(self, job: list[Ready]) -> None:
        """Send one file, going on where an earlier run stopped."""
        (ready,) = job
        begun: list[PartialUpload] = []

        def on_started(partial: PartialUpload) -> None:
            begun.append(partial)
            self._keep([(ready, partial)])

        try:
            async with self._gate:
                self._view.begin(ready.source)
                file = await self._client.files.upload(
                    ready.source.path,
                    folder_id=self._plan.folder_id,
                    project_id=self._plan.project_id,
                    track=self._track(),
                    checksum_sha256=ready.sha256,
                    mode=UploadMode(self._plan.mode or "presigned"),
                    progress=lambda at: self._view.sent(ready.source, at.done),
                    on_started=on_started,
                    resume=PartialUpload(**json.loads(ready.partial)) if ready.partial else None,
                )
        except BaseException:
            if begun and begun[0].upload_id is None:
                await self._take_back(ready, begun[0].file_id)
            raise
        self._keep([(ready, None)])
        self._finish(Result(ready.source, "uploaded", file))

    async def _take_back(self, ready: Ready, file_id: str) -> None:
        """Give up an upload in one piece: nothing of it can be gone on with. One in parts stays for the next run."""

        async def take_back() -> None:
            await self._client.files.fail([file_id])
            self._keep([(ready, None)])

        with suppress(MunimentError):
            await _unbroken(take_back())

    def _item(self, ready: Ready) -> UploadItem:
        return UploadItem(
            ready.source.path,
            folder_id=self._plan.folder_id,
            track=self._track(),
            checksum_sha256=ready.sha256,
        )

    def _track(self) -> Any:
        return ProcessingTrack(self._plan.track) if self._plan.track else None

    def _keep(self, begun: Iterable[tuple[Ready, PartialUpload | None]]) -> None:
        self._journal.keep(
            Entry(ready.source, ready.sha256, self._plan.target, json.dumps(asdict(partial)) if partial else None)
            for ready, partial in begun
        )

    def _finish(self, result: Result) -> None:
        self.results.append(result)
        self._finished.add(result.source.key)
        self._view.finish(result)

    def _stop(self, error: MunimentError) -> None:
        said = as_command_error(error)
        if "object store" in error.message and self._plan.mode != "multipart":
            said.advice += " Where it can't be reached, `--mode multipart` sends through the service."
        self.stopped_by = self.stopped_by or said


def _goes_alone(ready: Ready) -> bool:
    return ready.source.size > SMALL_BYTES or ready.partial is not None


async def _unbroken(work: Coroutine[Any, Any, None]) -> None:
    """Do something to its end, or for a moment, also when we are interrupted: nothing is to be left half done.

    What it can't finish the journal knows, and the next run looks after it first.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_TIDY_SECONDS)
        if task.done() and not task.cancelled():
            # Else it would be told of as an error that nobody looked at.
            task.exception()
        raise


def _read_all(job: Sequence[Ready]) -> list[bytes]:
    contents = []
    for each in job:
        try:
            contents.append(each.source.path.read_bytes())
        except OSError as error:
            raise errors.SourceError(f"{each.source.path} can't be read: {error.strerror}.") from error
    return contents


def _is_passing(error: MunimentError) -> bool:
    passing = (
        errors.ConnectionFailedError,
        errors.UnavailableError,
        errors.DeadlineExceededError,
        errors.RateLimitedError,
    )
    return isinstance(error, passing)


def _pause(attempt: int, error: MunimentError) -> float:
    """Seconds until the next try: twice as long each time, and not all at the same moment."""
    wanted: float = _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311
    return max(wanted, error.retry_after or 0)


def _failure(source: Source, error: MunimentError) -> Result:
    # The service's message repeats what it says of each field, by the field's place in the request.
    fields = [f"{field.field.rpartition('.')[2]} {field.message}" for field in error.fields]
    said = "; ".join(fields) or error.message
    return Result(source, "failed", reason=error.reason, message=said, code=exit_code_of(error))


def _refused(source: Source, file: File) -> Result:
    assert file.error is not None
    return Result(source, "failed", file, reason=file.error.code, message=file.error.message, code=SOME_FAILED)
