"""Jobs: what events cause. Procrastinate keeps them in the same database, so that the transaction that logs an event
also queues its job.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg import AsyncConnection

from service.domain.events import NewEvent, document_event
from service.domain.scope import Scope
from service.postgres.database import CONNECTION, Query, Transaction
from service.postgres.events import HEAD, INSERT, NEW, written

DOCUMENTS_QUEUE = "documents"
MAINTENANCE_QUEUE = "maintenance"
READ_DOCUMENT = "muniment.read_document"
# How long a worker waits for a connection: it has to stop in time while the database is away.
_CONNECTION_SECONDS = 3.0

# Fair queueing: a job's priority is minus its place in a virtual time. An organization's jobs stand one behind the
# other, and its first one beside the job that is next of all; so ten thousand documents of one organization don't hold
# up another's first, and nobody can starve anybody. (Demers, Keshav, Shenker 1989: "Analysis and simulation of a fair
# queueing algorithm", with every job of length one.)
PLACE = f"""
    place AS (
        SELECT least(
            coalesce(
                (SELECT priority FROM procrastinate_jobs
                 WHERE status = 'todo' AND queue_name = '{DOCUMENTS_QUEUE}'
                     AND (scheduled_at IS NULL OR scheduled_at <= now())
                 ORDER BY priority DESC, id LIMIT 1),
                0),
            coalesce(
                (SELECT min(priority) - 1 FROM procrastinate_jobs
                 WHERE status = 'todo' AND args ->> 'organization_id' = %(organization_id)s::text),
                0)
        ) AS priority
    )
"""  # noqa: S608  # constants
DEFER = f"""
    deferred AS (
        SELECT procrastinate_defer_jobs_v1(array_agg(
            ROW(
                '{DOCUMENTS_QUEUE}', '{READ_DOCUMENT}', (place.priority - job.number + 1)::integer, job.file_id::text,
                NULL,
                jsonb_build_object(
                    'organization_id', %(organization_id)s::text, 'file_id', job.file_id::text,
                    'event_type', %(event_type)s::text, 'user_id', %(user_id)s::text
                ),
                NULL
            )::procrastinate_job_to_defer_v1 ORDER BY job.number
        ))
        FROM place, unnest(%(file_ids)s::uuid[]) WITH ORDINALITY AS job (file_id, number)
    )
"""  # noqa: S608  # constants
_ENQUEUE = Query(f"WITH {PLACE}, {DEFER} SELECT FROM deferred", {})  # constants
_EMIT = Query(
    f"WITH {HEAD}, {PLACE}, {DEFER} {INSERT} FROM deferred, head, {NEW} RETURNING sequence",  # constants
    {},
)

# One statement, so that of several who look at the same moment one takes the job back. A sweep isn't taken back: its
# next turn comes by itself, and may be queued already.
_LEFT_ALONE = """
    jobs.status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers AS workers
        WHERE workers.id = jobs.worker_id AND workers.last_heartbeat >= now() - make_interval(secs => %(seconds)s)
    )
"""
_TAKE_BACK = f"""
    WITH dropped AS (
        DELETE FROM procrastinate_jobs AS jobs WHERE jobs.queueing_lock IS NOT NULL AND {_LEFT_ALONE}
    ), stalled AS (
        UPDATE procrastinate_jobs AS jobs
        SET status = 'todo', attempts = attempts + 1, worker_id = NULL, scheduled_at = NULL
        WHERE jobs.queueing_lock IS NULL AND {_LEFT_ALONE}
        RETURNING id, queue_name
    )
    SELECT pg_notify(
        'procrastinate_queue_v1#' || queue_name, json_build_object('type', 'job_inserted', 'job_id', id)::text
    ) FROM stalled
"""  # noqa: S608  # constants
_FORGET_FAILED = """
    DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'aborted', 'cancelled', 'succeeded') AND NOT EXISTS (
        SELECT FROM procrastinate_events
        WHERE job_id = procrastinate_jobs.id AND at > now() - make_interval(days => %(days)s)
    )
"""
_IS_RUNNING = """
    SELECT FROM procrastinate_jobs WHERE id = %(id)s AND status = 'doing' AND worker_id = %(worker_id)s
"""


class OwnJobManager(JobManager):
    """Settles only jobs that this worker still has.

    A worker that was away for too long has lost its jobs to others: its late word on them counts for nothing.
    """

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        if await self._is_ours(job):
            await super().finish_job(job, status, delete_job)

    async def retry_job(self, job: Job, *args: Any, **options: Any) -> None:
        if await self._is_ours(job):
            await super().retry_job(job, *args, **options)

    async def _is_ours(self, job: Job) -> bool:
        rows = await self.connector.execute_query_all_async(_IS_RUNNING, id=job.id, worker_id=job.worker_id)
        return bool(rows)


def job_app(url: str, *, connections: int) -> App:
    """Make the application whose workers take jobs from the database at `url`."""
    connector = PsycopgConnector(
        conninfo=url,
        min_size=1,
        max_size=connections,
        timeout=_CONNECTION_SECONDS,
        kwargs={"application_name": "muniment-jobs", **CONNECTION},
    )
    app = App(connector=connector)
    app.job_manager = OwnJobManager(connector)
    return app


async def enqueue(tx: Transaction, event_type: str, file_ids: Sequence[UUID]) -> None:
    """Queue a job for each file; workers see them when the transaction is committed."""
    if file_ids:
        await tx.rows(_ENQUEUE, **job_values(tx.scope, event_type, file_ids))


async def emit(tx: Transaction, event_type: str, file_ids: Sequence[UUID], *, confirmation: bool = False) -> list[int]:
    """Log an event that has documents read, and queue its jobs, for each file; answer the sequence numbers.

    Do this last in a transaction: see `append`. `confirmation` marks the one event of a file's confirmation, which the
    database refuses to log twice. Raises KeyError for a type that isn't in `service.domain.events.DOCUMENT_EVENTS`.
    """
    new = document_events(tx.scope, event_type, file_ids, confirmation=confirmation)
    if not new:
        return []
    rows = await tx.rows(_EMIT, count=len(new), events=written(new), **job_values(tx.scope, event_type, file_ids))
    return sorted(row["sequence"] for row in rows)


def document_events(scope: Scope, event_type: str, file_ids: Sequence[UUID], *, confirmation: bool) -> list[NewEvent]:
    """Make the events that have these files read."""
    return [
        document_event(event_type, file_id, scope.user_id, scope.organization_id, confirmation=confirmation)
        for file_id in file_ids
    ]


def job_values(scope: Scope, event_type: str, file_ids: Sequence[UUID]) -> dict[str, Any]:
    """Give the values of `DEFER`."""
    user_id = scope.user_id
    return {
        "event_type": event_type,
        "file_ids": list(file_ids),
        "user_id": None if user_id is None else str(user_id),
    }


async def take_back_stalled(connection: AsyncConnection[Any], *, seconds: float) -> int:
    """Queue the jobs of workers anew that gave no sign of life for so long; answer how many."""
    cursor = await connection.execute(_TAKE_BACK, {"seconds": seconds})
    return cursor.rowcount


async def forget_old_failures(connection: AsyncConnection[Any], *, days: int) -> int:
    """Delete jobs that failed so long ago; answer how many."""
    cursor = await connection.execute(_FORGET_FAILED, {"days": days})
    return cursor.rowcount
