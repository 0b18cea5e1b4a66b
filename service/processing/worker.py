"""The worker: takes jobs, has documents read, and looks after what others left behind."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job

from service.domain.errors import UnavailableError
from service.domain.scope import Scope
from service.objects.store import ObjectStore
from service.postgres.database import Database
from service.postgres.jobs import DOCUMENTS_QUEUE, MAINTENANCE_QUEUE, READ_DOCUMENT, job_app, take_back_stalled
from service.processing.language_model import LanguageModel
from service.processing.maintenance import Maintenance, SweepSettings
from service.processing.pipeline import Pipeline, ReaderFaultError, remove_leftovers
from service.processing.reader.model import Limits
from service.processing.reader.sandbox import ReaderPool

log = structlog.get_logger(__name__)

_MAINTENANCE_PRIORITY = 1_000_000
_LONGEST_WAIT_SECONDS = 600.0
_RESTART_SECONDS = (0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker works. Times in seconds."""

    concurrency: int = field(default_factory=lambda: os.cpu_count() or 1)
    """How many documents are read at once, each in a reader process of its own."""
    graceful_seconds: float = 20.0
    """How long a stopping worker lets its jobs go on before it gives them back."""
    heartbeat_seconds: float = 3.0
    stalled_seconds: float = 12.0
    """After how long without a heartbeat a worker's jobs are taken from it."""
    poll_seconds: float = 2.0
    """How often it looks for jobs whose time has come; new ones are announced."""
    max_tries: int = 8
    max_reader_tries: int = 3
    """How often a document is tried whose reader crashes."""
    first_wait_seconds: float = 2.0
    """The wait after the first failure; each further one is three times as long, at most ten minutes."""
    sweep: SweepSettings = field(default_factory=SweepSettings)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Something that is done now and then, by one worker at a time."""

    name: str
    cron: str
    run: Callable[[], Awaitable[Any]]


class _Retry(BaseRetryStrategy):
    """Tries again what failed for a reason that isn't the document's; gives back what a stop interrupted."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision()
        if is_last_try(self._settings, exception, job.attempts):
            return None
        seconds = min(self._settings.first_wait_seconds * 3**job.attempts, _LONGEST_WAIT_SECONDS)
        # Spread out, so that what failed together doesn't come back together.
        milliseconds = int(seconds * random.uniform(800, 1200))  # noqa: S311  # nothing secret
        return RetryDecision(retry_in={"milliseconds": milliseconds})


class _GivenUpError(Exception):
    """The job has had all its tries; its file says why."""


def is_last_try(settings: WorkerSettings, exception: BaseException, attempts: int) -> bool:
    """Tell whether a job that failed so, after so many earlier tries, isn't tried again."""
    if isinstance(exception, _GivenUpError):
        return True
    limit = settings.max_reader_tries if isinstance(exception, ReaderFaultError) else settings.max_tries
    return attempts + 1 >= limit


class Worker:
    """A worker process' work. `run` it until it is `stop`ped; one instance runs once."""

    def __init__(
        self,
        database_url: str,
        database: Database,
        store: ObjectStore,
        settings: WorkerSettings | None = None,
        limits: Limits | None = None,
        *,
        sweeps: Sequence[Sweep] = (),
        model: LanguageModel | None = None,
    ) -> None:
        """`database_url` is the service's own role's, for the queue's connections; `database` and `store` are open.

        `sweeps` are those of other parts of the service, besides the pipeline's own. `model` reads with it.
        """
        self._url = database_url
        self._database = database
        self._settings = settings or WorkerSettings()
        self._reader = ReaderPool(processes=self._settings.concurrency, limits=limits)
        self._pipeline = Pipeline(database, store, self._reader, model)
        maintenance = Maintenance(database, store, self._settings.sweep)
        self._sweeps = (
            Sweep("sweep_objects", "17 * * * *", maintenance.sweep_objects),
            Sweep("forget_idempotency_keys", "37 * * * *", maintenance.forget_idempotency_keys),
            Sweep("forget_failed_jobs", "47 3 * * *", maintenance.forget_failed_jobs),
            Sweep("queue_lost", "*/5 * * * *", maintenance.queue_lost),
            *sweeps,
        )
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until stopped. While the database is away, wait for it."""
        watch = asyncio.create_task(self._watch(), name="stalled-jobs")
        failures = 0
        try:
            await asyncio.to_thread(remove_leftovers)
            await self._warm_up()
            while not self._stopping.is_set():
                if await self._run_until_stopped():
                    failures = 0
                else:
                    failures += 1
                await self._pause(_RESTART_SECONDS[min(failures, len(_RESTART_SECONDS) - 1)])
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            await self._reader.close()

    async def stop(self) -> None:
        """Take no more jobs; `run` ends when those that run are done or, after a while, given back."""
        self._stopping.set()

    async def _warm_up(self) -> None:
        try:
            await self._reader.start()
        except UnavailableError as error:
            # Each document tries again; a machine that is too busy just now is no reason to end.
            log.warning("readers_not_started", error=str(error))

    async def _run_until_stopped(self) -> bool:
        """Take jobs until stopped, or until the database goes away; answers False when that raised."""
        work = asyncio.create_task(self._take_jobs(), name="jobs")
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            # Cancelled, the library's worker stops gracefully.
            work.cancel()
            await asyncio.wait({work})
        if not work.cancelled() and (error := work.exception()) is not None:
            log.warning("worker_interrupted", exc_info=error)
            return False
        return True

    async def _take_jobs(self) -> None:
        settings = self._settings
        app = self._make_app()
        async with app.open_async():
            await app.run_worker_async(
                queues=[DOCUMENTS_QUEUE, MAINTENANCE_QUEUE],
                concurrency=settings.concurrency,
                fetch_job_polling_interval=settings.poll_seconds,
                shutdown_graceful_timeout=settings.graceful_seconds,
                update_heartbeat_interval=settings.heartbeat_seconds,
                stalled_worker_timeout=settings.stalled_seconds,
                delete_jobs="successful",
                install_signal_handlers=False,
            )

    def _make_app(self) -> App:
        app = job_app(self._url, connections=self._settings.concurrency + 3)
        app.task(name=READ_DOCUMENT, queue=DOCUMENTS_QUEUE, pass_context=True, retry=_Retry(self._settings))(
            self._read_document
        )
        for sweep in self._sweeps:
            _add_sweep(app, sweep)
        return app

    async def _read_document(
        self,
        context: JobContext,
        organization_id: str,
        file_id: str,
        event_type: str,
        user_id: str | None = None,
    ) -> None:
        job = context.job
        assert job.id is not None
        scope = Scope.of_service(UUID(organization_id), UUID(user_id) if user_id else None)
        where: dict[str, Any] = {"scope": scope, "file_id": UUID(file_id), "job_id": job.id}
        if job.attempts >= self._settings.max_tries:
            # Nobody was left to say why the last try ended.
            message = f"tried {job.attempts} times; the last time, the worker itself ended while it had the document"
            await self._pipeline.give_up(**where, code="READER_CRASHED", message=message)
            raise _GivenUpError(message)
        try:
            await self._pipeline.read(**where)
        except Exception as error:
            tries = job.attempts + 1
            log.warning("document_not_read", file_id=file_id, event_type=event_type, tries=tries, exc_info=True)
            if is_last_try(self._settings, error, job.attempts):
                code = error.reason if isinstance(error, ReaderFaultError) else "PROCESSING_FAILED"
                await self._pipeline.give_up(**where, code=code, message=_said(error, tries))
            raise

    async def _watch(self) -> None:
        """Take back the jobs of workers that died. In a loop of its own, for the case that all slots are taken."""
        while True:
            await asyncio.sleep(self._settings.heartbeat_seconds)
            try:
                async with self._database.connection() as connection:
                    taken = await take_back_stalled(connection, seconds=self._settings.stalled_seconds)
            except Exception as error:
                log.warning("stalled_jobs_not_looked_for", error=str(error))
            else:
                if taken:
                    log.warning("stalled_jobs_taken_back", count=taken)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


def _add_sweep(app: App, sweep: Sweep) -> None:
    async def run(timestamp: int) -> None:  # noqa: ARG001  # the library hands it over
        await sweep.run()

    name = f"muniment.{sweep.name}"
    task = app.task(name=name, queue=MAINTENANCE_QUEUE, queueing_lock=name, lock=name, priority=_MAINTENANCE_PRIORITY)
    app.periodic(cron=sweep.cron)(task(run))


def _said(error: Exception, tries: int) -> str:
    """What may be told of a failure: nothing of the service's inside, unless it is meant to be shown."""
    if isinstance(error, ReaderFaultError):
        return f"{error.detail}; tried {tries} times"
    return f"the service could not finish reading the document; tried {tries} times"
