"""Sending what is to be sent: the small many at a time, the large in parts, so many at once as was asked.

Small files go through the service, many in one stream, which costs a fraction of three requests for each. Others go
straight to the store. Whatever way: the store refuses bytes with another SHA-256.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from muniment_client import AsyncClient, File, MunimentError, PartialUpload, ProcessingTrack, UploadItem, errors
from service.client.failures import CommandError, as_command_error, exit_code_of, is_final
from service.client.uploading.journal import Entry, Journal
from service.client.uploading.planning import Ready, find_files
from service.client.uploading.results import Result
from service.client.uploading.sources import Source
from service.client.uploading.view import View

SMALL_BYTES = 1024 * 1024
_STREAM_FILES = 10
_STREAM_BYTES = 4 * 1024 * 1024
_BATCH_FILES = 20
_TRIES = 5
_FIRST_PAUSE_SECONDS = 0.5
_TIDY_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the options say."""

    folder_id: str | None = None
    project_id: str | None = None
    track: str | None = None
    mode: str | None = None
    """`presigned` or `multipart`; None chooses by size."""
    parallel: int = 16

    @property
    def target(self) -> str:
        """Where files go, to tell an upload that was begun for something else."""
        return json.dumps([self.folder_id, self.project_id, self.track])


class Sender:
    """Sends files, and keeps the journal and the view up to date."""

    def __init__(self, client: AsyncClient, journal: Journal, view: View, plan: Plan) -> None:
        self._client = client
        self._journal = journal
        self._view = view
        self._plan = plan
        self._gate = asyncio.Semaphore(plan.parallel)
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
                task.cancel()
            await asyncio.gather(producer, *workers, return_exceptions=True)

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
        limit = _BATCH_FILES if self._plan.mode == "presigned" else _STREAM_FILES
        batch: list[Ready] = []
        size = 0
        for each in ready:
            # What was begun before is looked after alone.
            if each.source.size > SMALL_BYTES or each.partial is not None:
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
        if len(job) == 1 and (job[0].source.size > SMALL_BYTES or job[0].partial is not None):
            await self._tried(job, self._send_large)
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
                elif is_final(error):
                    self._stop(error)
                    return
                elif len(job) > 1:
                    for each in job:
                        await self._tried([each], way)
                    return
                else:
                    self._finish(_failure(job[0].source, error))
                    return

    async def _still_missing(self, job: list[Ready]) -> list[Ready]:
        """Leave out what arrived although its answer didn't."""
        waiting = [each for each in job if not any(each.source is result.source for result in self.results)]
        there = await find_files(self._client, [each.sha256 for each in waiting])
        for each in waiting:
            if each.sha256 in there:
                self._finish(Result(each.source, "uploaded", there[each.sha256]))
        return [each for each in waiting if each.sha256 not in there]

    async def _send_stream(self, job: list[Ready]) -> None:
        for each in job:
            self._view.begin(each.source)
        files = await self._client.files.send(
            [self._item(each) for each in job],
            folder_id=self._plan.folder_id,
            project_id=self._plan.project_id,
            track=self._track(),
        )
        for each, file in zip(job, files, strict=True):
            self._finish(Result(each.source, "uploaded", file))

    async def _send_presigned(self, job: list[Ready]) -> None:
        """Prepare, PUT, confirm; an interruption confirms what has arrived and takes back the rest."""
        prepared = await self._client.files.prepare([self._item(each) for each in job])
        ids = [each.file_id for each in prepared]
        self._keep(job, [{"file_id": file_id} for file_id in ids])
        arrived: set[str] = set()

        async def put(ready: Ready, upload: Any) -> None:
            async with self._gate:
                self._view.begin(ready.source)
                await self._client.files.put(upload, progress=lambda at: self._view.sent(ready.source, at.done))
            arrived.add(upload.file_id)

        puts = [asyncio.create_task(put(*pair)) for pair in zip(job, prepared, strict=True)]
        try:
            await asyncio.gather(*puts)
        except BaseException:
            for task in puts:
                task.cancel()
            await asyncio.gather(*puts, return_exceptions=True)
            await self._tidy(job, ids, arrived)
            raise
        await self._confirm(job, ids)

    async def _confirm(self, job: Sequence[Ready], ids: Sequence[str]) -> None:
        files = await self._client.files.confirm(ids, project_id=self._plan.project_id)
        self._keep(job, [None] * len(job))
        for each, file in zip(job, files, strict=True):
            if file.status == "uploaded":
                self._finish(Result(each.source, "uploaded", file))
            else:
                await self._client.files.fail([file.id])
                self._finish(_refused(each.source, file))

    async def _tidy(self, job: Sequence[Ready], ids: Sequence[str], arrived: set[str]) -> None:
        """Leave nothing half done behind: shielded from a second interruption, and not for long."""

        async def tidy() -> None:
            done = [(each, file_id) for each, file_id in zip(job, ids, strict=True) if file_id in arrived]
            rest = [(each, file_id) for each, file_id in zip(job, ids, strict=True) if file_id not in arrived]
            if done:
                await self._confirm([each for each, _ in done], [file_id for _, file_id in done])
            if rest:
                await self._client.files.fail([file_id for _, file_id in rest])
                self._keep([each for each, _ in rest], [None] * len(rest))

        try:
            await asyncio.wait_for(asyncio.shield(asyncio.create_task(tidy())), _TIDY_SECONDS)
        except (MunimentError, TimeoutError):
            # The journal knows them: the next run looks after them first.
            return

    async def _send_large(self, job: list[Ready]) -> None:
        """Send one file, going on where an earlier run stopped."""
        (ready,) = job
        partial = json.loads(ready.partial) if ready.partial else None
        if partial is not None and "upload_id" not in partial:
            if await self._confirmed_now(ready, partial["file_id"]):
                return
            partial = None
        async with self._gate:
            self._view.begin(ready.source)
            file = await self._client.files.upload(
                ready.source.path,
                folder_id=self._plan.folder_id,
                project_id=self._plan.project_id,
                track=self._track(),
                mode=self._plan.mode or "presigned",
                progress=lambda at: self._view.sent(ready.source, at.done),
                on_started=lambda begun: self._keep([ready], [asdict(begun)]),
                resume=PartialUpload(**partial) if partial else None,
            )
        self._keep([ready], [None])
        self._finish(Result(ready.source, "uploaded", file))

    async def _confirmed_now(self, ready: Ready, file_id: str) -> bool:
        """Confirm what an earlier run may have sent; take it back when its bytes never came."""
        try:
            (file,) = await self._client.files.confirm([file_id], project_id=self._plan.project_id)
            if file.status != "uploaded":
                await self._client.files.fail([file_id])
                return False
        except (errors.NotFoundError, errors.ConflictError, errors.GoneError):
            return False
        finally:
            self._keep([ready], [None])
        self._finish(Result(ready.source, "uploaded", file))
        return True

    def _item(self, ready: Ready) -> UploadItem:
        return UploadItem(
            ready.source.path,
            folder_id=self._plan.folder_id,
            track=self._track(),
            checksum_sha256=ready.sha256,
        )

    def _track(self) -> Any:
        return ProcessingTrack(self._plan.track) if self._plan.track else None

    def _keep(self, job: Sequence[Ready], partials: Sequence[dict[str, Any] | None]) -> None:
        self._journal.keep(
            Entry(each.source, each.sha256, self._plan.target, json.dumps(partial) if partial else None)
            for each, partial in zip(job, partials, strict=True)
        )

    def _finish(self, result: Result) -> None:
        self.results.append(result)
        self._view.finish(result)

    def _stop(self, error: MunimentError) -> None:
        self.stopped_by = self.stopped_by or as_command_error(error)


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
    wanted = _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311
    return max(wanted, error.retry_after or 0)


def _failure(source: Source, error: MunimentError) -> Result:
    said = "; ".join([error.message, *(f"{field.field} {field.message}" for field in error.fields)])
    return Result(source, "failed", reason=error.reason, message=said, code=exit_code_of(error))


def _refused(source: Source, file: File) -> Result:
    code, message = (file.error.code, file.error.message) if file.error else ("UPLOAD_MISSING", "was not confirmed")
    return Result(source, "failed", file, reason=code, message=message, code=1)
