"""Documents become readings, whatever happens on the way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.domain.errors import UnavailableError
from service.domain.files import FileType
from service.domain.ids import new_id
from service.domain.reading import FailureReason, ReadingFailedError
from service.objects.store import ObjectStore
from service.postgres import processing as rows
from service.postgres.database import Database
from service.postgres.jobs import emit
from service.processing.maintenance import Maintenance
from service.processing.reader.sandbox import ReaderPool, Stage
from service.processing.worker import Worker, WorkerSettings
from tests.processing.papers import pdf_of
from tests.world import World, sha256

QUICK = WorkerSettings(
    concurrency=1, graceful_seconds=5, heartbeat_seconds=0.3, stalled_seconds=60, poll_seconds=0.2,
    first_wait_seconds=0.1, max_tries=3, max_reader_tries=2,
)  # fmt: skip


@pytest.fixture
async def running(database: Database, store: ObjectStore, world: World) -> AsyncIterator[Callable[..., Any]]:
    """Runs workers."""

    @asynccontextmanager
    async def run(settings: WorkerSettings = QUICK) -> AsyncIterator[Worker]:
        worker = Worker(world.urls.service, database, store, settings)
        task = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await worker.stop()
            async with asyncio.timeout(120):
                await task

    yield run


class Desk:
    """Puts documents in, and waits for what comes out."""

    def __init__(self, database: Database, store: ObjectStore, world: World) -> None:
        self.database, self.store, self.world = database, store, world
        self.scope = world.organization()

    async def put(self, content: bytes | None, **columns: Any) -> UUID:
        file_id = new_id()
        key = f"files/{self.scope.organization_id}/{file_id}/{new_id()}"
        if content is not None:
            await self.store.put_bytes(key, content, "application/pdf")
        return self.world.file(self.scope, id=file_id, object_key=key, **columns)

    async def send(self, file_id: UUID, event: str = "CLASSIFY_DOCUMENT") -> None:
        async with self.database.transaction(self.scope) as tx:
            await emit(tx, event, [file_id])

    async def until(self, file_id: UUID, *statuses: str, seconds: float = 120) -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            (status,) = self.world.row("SELECT processing_status FROM files WHERE id = %s", file_id)
            idle = self.world.row("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')") == (0,)
            if status in statuses and idle:
                return str(status)
            await asyncio.sleep(0.02)
        jobs = self.world.rows("SELECT status, attempts, scheduled_at FROM procrastinate_jobs")
        raise AssertionError(f"still {status}, jobs {jobs}")

    def reading(self, file_id: UUID) -> dict[str, Any]:
        names = "status, category, machine_items, person_items, evidence, error_code"
        row = self.world.row(f"SELECT {names} FROM readings WHERE file_id = %s", file_id)
        return dict(zip(names.split(", "), row, strict=True))

    def derivatives(self, file_id: UUID) -> dict[str, dict[str, Any]]:
        names = "type, id, file_name, mime_type, status, size_bytes, object_key, checksum_sha256"
        found = self.world.rows(f"SELECT {names} FROM files WHERE source_file_id = %s", file_id)
        by_kind = {row[0]: dict(zip(names.split(", "), row, strict=True)) for row in found}
        assert len(by_kind) == len(found)
        return by_kind

    def events(self, file_id: UUID) -> list[str]:
        rows = self.world.rows("SELECT type FROM events WHERE file_id = %s ORDER BY sequence", file_id)
        return [str(row[0]) for row in rows]


@pytest.fixture
def desk(database: Database, store: ObjectStore, world: World) -> Desk:
    return Desk(database, store, world)


async def test_text_layer_bill_is_read_with_evidence_and_derivatives(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")

    reading = desk.reading(file_id)
    assert (reading["status"], reading["category"]) == ("success", "water")
    assert str(reading["machine_items"][0]["quantity"]) == "32.1"
    assert {entry["field"] for entry in reading["evidence"]} >= {"quantity", "start_date"}
    columns = "category, tags, page_count, checksum_sha256 IS NOT NULL, error_code"
    assert desk.world.row(f"SELECT {columns} FROM files WHERE id = %s", file_id) == (
        "water", ["invoice::water"], 1, True, None,
    )  # fmt: skip
    assert set(desk.derivatives(file_id)) == {"THUMBNAIL", "OPTIMIZED"}
    assert desk.events(file_id) == ["CLASSIFY_DOCUMENT", "reading.completed"]
    assert desk.world.rows("SELECT status FROM procrastinate_jobs WHERE queue_name = 'documents'") == []


async def test_processing_anew_keeps_the_correction_and_renews_the_derivatives(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
        first = desk.derivatives(file_id)
        desk.world.connection.execute(
            """UPDATE readings SET person_items = '[{"quantity": 99}]', machine_items = '[]' WHERE file_id = %s""",
            [file_id],
        )
        await desk.send(file_id, "PROCESS_DOCUMENT")
        await desk.until(file_id, "completed")

    reading = desk.reading(file_id)
    assert reading["person_items"] == [{"quantity": 99}]
    assert len(reading["machine_items"]) == 1
    second = desk.derivatives(file_id)
    assert {kind: made["id"] for kind, made in second.items()} == {kind: made["id"] for kind, made in first.items()}
    for kind in first:
        # Who got a URL of it a minute ago can still use it.
        assert await desk.store.head(first[kind]["object_key"]) is not None
    await Maintenance(desk.database, desk.store).sweep_objects(datetime.now(UTC) + timedelta(hours=26))
    for kind in first:
        assert await desk.store.head(first[kind]["object_key"]) is None
        assert await desk.store.head(second[kind]["object_key"]) is not None


async def test_linked_reading_is_left_as_it_is(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
        desk.world.connection.execute("UPDATE readings SET machine_items = '[]' WHERE file_id = %s", [file_id])
        desk.world.connection.execute("UPDATE files SET linked = true WHERE id = %s", [file_id])
        await desk.send(file_id, "PROCESS_DOCUMENT")
        await desk.until(file_id, "completed")
    assert desk.reading(file_id)["machine_items"] == []


async def test_derivatives_are_files_of_their_own_with_their_bytes(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of(), file_name="water.bill.pdf")
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
    made = desk.derivatives(file_id)
    for kind, name, mime_type, head in (
        ("THUMBNAIL", "water.bill-thumbnail.webp", "image/webp", b"RIFF"),
        ("OPTIMIZED", "water.bill-optimized.pdf", "application/pdf", b"%PDF"),
    ):
        row = made[kind]
        content = b"".join([chunk async for chunk in desk.store.chunks(row["object_key"])])
        assert content.startswith(head)
        assert (row["file_name"], row["mime_type"], row["status"]) == (name, mime_type, "uploaded")
        assert (row["size_bytes"], row["checksum_sha256"]) == (len(content), sha256(content))


@pytest.mark.parametrize(
    ("reason", "tries"), [(FailureReason.PROCESSING_TIMEOUT, 1), (FailureReason.CORRUPT_DOCUMENT, 2)]
)
async def test_document_that_gives_no_derivatives_is_read_all_the_same(
    desk: Desk, running: Any, monkeypatch: pytest.MonkeyPatch, reason: FailureReason, tries: int
) -> None:
    tried = []

    async def out_of_reach(pool: ReaderPool, kind: FileType, *arguments: Any) -> str | None:
        tried.append(kind)
        raise ReadingFailedError(reason, "it can't be done")

    monkeypatch.setattr(ReaderPool, "derive", out_of_reach)
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
    assert desk.reading(file_id)["status"] == "success"
    assert desk.derivatives(file_id) == {}
    assert len(tried) == tries


async def test_run_that_is_tried_again_makes_only_what_is_missing(
    desk: Desk, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert, failures = rows.insert_derivative, [UnavailableError("the database is away")]

    async def fail_once(tx: Any, source: Any, kind: FileType, *values: Any) -> None:
        if kind is FileType.OPTIMIZED and failures:
            raise failures.pop()
        await insert(tx, source, kind, *values)

    made, derive = [], ReaderPool.derive

    async def counted(pool: ReaderPool, kind: FileType, *arguments: Any) -> str | None:
        made.append(kind)
        return await derive(pool, kind, *arguments)

    monkeypatch.setattr(rows, "insert_derivative", fail_once)
    monkeypatch.setattr(ReaderPool, "derive", counted)
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
    assert made == [FileType.THUMBNAIL, FileType.OPTIMIZED, FileType.OPTIMIZED]
    assert set(desk.derivatives(file_id)) == {"THUMBNAIL", "OPTIMIZED"}


async def test_file_deleted_while_it_is_derived_from_leaves_no_derived_bytes(
    desk: Desk, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    derive = ReaderPool.derive

    async def deleted_meanwhile(pool: ReaderPool, kind: FileType, *arguments: Any) -> str | None:
        made = await derive(pool, kind, *arguments)
        desk.world.connection.execute("UPDATE files SET status = 'deleted', status_before_deletion = 'uploaded'")
        return made

    monkeypatch.setattr(ReaderPool, "derive", deleted_meanwhile)
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "processing")
    assert desk.derivatives(file_id) == {}
    kept = await desk.store.list_objects(f"files/{desk.scope.organization_id}/")
    assert [stored.key.split("/")[2] for stored in kept] == [str(file_id)]


async def test_category_is_known_before_the_document_is_read(
    desk: Desk, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    run = ReaderPool.run

    async def watched(pool: ReaderPool, stage: Stage, *arguments: Any) -> Any:
        if stage is Stage.READ_ITEMS:
            seen.append(desk.world.row("SELECT category, tags, processing_status FROM files WHERE type = 'FILE'"))
        return await run(pool, stage, *arguments)

    monkeypatch.setattr(ReaderPool, "run", watched)
    file_id = await desk.put(pdf_of(), tags=["urgent"])
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
    assert seen == [("water", ["invoice::water", "urgent"], "processing")]
    assert desk.world.row("SELECT tags FROM files WHERE id = %s", file_id) == (["invoice::water", "urgent"],)


async def test_manual_track_makes_derivatives_and_no_reading(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of(), processing_track="MANUAL")
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
    assert desk.world.row("SELECT category, page_count FROM files WHERE id = %s", file_id) == (None, 1)
    assert set(desk.derivatives(file_id)) == {"THUMBNAIL", "OPTIMIZED"}
    assert desk.world.rows("SELECT id FROM readings") == []


async def test_unreadable_document_fails_at_once_with_a_reason_and_others_go_on(desk: Desk, running: Any) -> None:
    bad, good = await desk.put(b"%PDF-1.7 and nothing more"), await desk.put(pdf_of())
    async with running():
        await desk.send(bad)
        await desk.send(good)
        await desk.until(good, "completed")
        await desk.until(bad, "failed")
    assert desk.world.row("SELECT error_code FROM files WHERE id = %s", bad) == ("CORRUPT_DOCUMENT",)
    reading = desk.reading(bad)
    assert (reading["status"], reading["error_code"], reading["machine_items"]) == ("error", "CORRUPT_DOCUMENT", [])
    assert desk.events(bad) == ["CLASSIFY_DOCUMENT", "reading.failed"]


async def test_missing_bytes_are_tried_again_and_then_given_up_with_a_reason(desk: Desk, running: Any) -> None:
    file_id = await desk.put(None)
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "failed")
    code, message = desk.world.row("SELECT error_code, error_message FROM files WHERE id = %s", file_id)
    assert (code, message) == (
        "PROCESSING_FAILED", "the service could not finish reading the document; tried 3 times",
    )  # fmt: skip
    rows = desk.world.rows("SELECT status, attempts FROM procrastinate_jobs WHERE queue_name = 'documents'")
    assert rows == [("failed", 3)]


async def test_text_with_a_nul_in_it_is_read(desk: Desk, running: Any) -> None:
    file_id = await desk.put(
        b"period,quantity,unit\n\0" + b"2024-03,32.1,m3\n" * 30, file_name="water.csv", mime_type="text/csv"
    )
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
    assert desk.reading(file_id)["status"] == "success"


async def test_file_over_the_limit_fails_without_being_fetched(desk: Desk, running: Any) -> None:
    file_id = await desk.put(None, size_bytes=2**40)
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "failed")
    assert desk.world.row("SELECT error_code FROM files WHERE id = %s", file_id) == ("DOCUMENT_TOO_LARGE",)


async def test_deleted_file_is_skipped(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of(), status="deleted", status_before_deletion="uploaded")
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "pending")
    assert desk.world.rows("SELECT id FROM readings") == []


async def test_failing_anew_takes_no_earlier_reading_away(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
        (key,) = desk.world.row("SELECT object_key FROM files WHERE id = %s", file_id)
        await desk.store.put_bytes(key, b"%PDF-1.7 and nothing more", "application/pdf")
        await desk.send(file_id, "PROCESS_DOCUMENT")
        await desk.until(file_id, "failed")
    reading = desk.reading(file_id)
    assert reading["status"] == "success"
    assert len(reading["machine_items"]) == 1


async def test_document_whose_worker_dies_again_and_again_is_given_up(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of())
    await desk.send(file_id)
    desk.world.connection.execute("UPDATE procrastinate_jobs SET attempts = 3")
    async with running():
        await desk.until(file_id, "failed")
    assert desk.world.row("SELECT error_code FROM files WHERE id = %s", file_id) == ("READER_CRASHED",)


async def test_older_job_never_writes_over_a_newer_run(desk: Desk, running: Any) -> None:
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
        desk.world.connection.execute("""UPDATE processing_runs SET checkpoint = '{"job": 1000000, "token": "x"}'""")
        desk.world.connection.execute("UPDATE readings SET machine_items = '[]'")
        await desk.send(file_id, "PROCESS_DOCUMENT")
        await desk.until(file_id, "completed")
    assert desk.reading(file_id)["machine_items"] == []


async def test_worker_whose_reader_does_not_start_at_once_goes_on(
    desk: Desk, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def too_busy(pool: ReaderPool) -> None:
        asked.append(pool)
        raise UnavailableError("the reader process did not start")

    monkeypatch.setattr(ReaderPool, "start", too_busy)
    file_id = await desk.put(pdf_of())
    async with running():
        await desk.send(file_id)
        await desk.until(file_id, "completed")
    assert len(asked) == 1
