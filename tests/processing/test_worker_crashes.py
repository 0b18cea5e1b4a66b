"""Jobs survive the death of their worker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from service.domain.ids import new_id
from service.objects.store import ObjectStore, StoreSettings
from service.postgres.database import Database
from service.postgres.jobs import emit
from tests.processing.papers import pdf_of
from tests.world import World

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "concurrency": 1, "graceful_seconds": 1, "heartbeat_seconds": 0.3, "stalled_seconds": 4, "poll_seconds": 0.2,
}  # fmt: skip


class Workers:
    """Starts worker processes, and ends those that are left."""

    def __init__(self, url: str, store: StoreSettings, temporary: Path) -> None:
        self._temporary = temporary
        self._told = json.dumps({"url": url, "store": asdict(store), "settings": SETTINGS})
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "worker_process.py"), self._told],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}", "TMPDIR": str(self._temporary)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()


@pytest.fixture
def workers(world: World, store_settings: StoreSettings, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(world.urls.service, store_settings, tmp_path)
    yield made
    made.end()


def _until(world: World, condition: str, seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if world.row(f"SELECT {condition}") == (True,):
            return
        time.sleep(0.005)
    jobs = world.rows("SELECT status, attempts, worker_id FROM procrastinate_jobs")
    raise AssertionError(f"never came true: {condition}; jobs {jobs}")


@contextmanager
def _mid_document(world: World) -> Iterator[None]:
    """A worker reads a document meanwhile, and can't finish: we hold the row that it would have to write."""
    read = """
        SELECT FROM files WHERE processing_status = 'processing' AND EXISTS (
            SELECT FROM procrastinate_jobs WHERE status = 'doing' AND lock = files.id::text
        ) FOR UPDATE OF files
    """
    deadline = time.monotonic() + 120
    with psycopg.connect(world.urls.owner) as holder:
        while not holder.execute(read).rowcount:
            assert time.monotonic() < deadline, "no document is being read"
            holder.rollback()
        yield


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _alive(pids: list[str]) -> list[str]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def _documents(database: Database, store: ObjectStore, world: World, count: int) -> list[UUID]:
    scope = world.organization()
    content = pdf_of()
    ids = []
    for _ in range(count):
        file_id = new_id()
        key = f"files/{scope.organization_id}/{file_id}/{new_id()}"
        await store.put_bytes(key, content, "application/pdf")
        ids.append(world.file(scope, id=file_id, object_key=key))
    async with database.transaction(scope) as tx:
        await emit(tx, "CLASSIFY_DOCUMENT", ids)
    return ids


async def test_documents_of_workers_that_are_killed_again_and_again_are_all_read_once(
    database: Database, store: ObjectStore, world: World, workers: Workers
) -> None:
    await _documents(database, store, world, 12)
    for done in (1, 4, 7):
        victim = workers.start()
        _until(world, f"(SELECT count(*) FROM files WHERE type = 'FILE' AND processing_status = 'completed') >= {done}")
        with _mid_document(world):
            victim.kill()
            victim.wait()
    assert world.row("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") >= (1,)

    workers.start()
    _until(world, "NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queue_name = 'documents')")

    assert world.row("SELECT count(*) FROM readings WHERE status = 'success'") == (12,)
    assert world.row("SELECT count(*) FROM files WHERE type = 'THUMBNAIL'") == (12,)
    assert world.row("SELECT count(*) FROM events WHERE type = 'reading.completed'") == (12,)
    assert world.row("SELECT count(*) FROM files WHERE processing_status = 'completed' AND type = 'FILE'") == (12,)


async def test_stopped_worker_gives_its_documents_back_and_leaves_no_reader_behind(
    database: Database, store: ObjectStore, world: World, workers: Workers
) -> None:
    await _documents(database, store, world, 8)
    worker = workers.start()
    with _mid_document(world):
        children = _children(worker.pid)
        assert children
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=120) == 0

    assert not _alive(children)
    assert world.row("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == (0,)
    left = world.row("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = 'documents'")
    assert left[0] > 0
    assert left[0] + world.row("SELECT count(*) FROM readings")[0] == 8


async def test_worker_that_was_frozen_writes_nothing_over_its_successor(
    database: Database, store: ObjectStore, world: World, workers: Workers
) -> None:
    await _documents(database, store, world, 4)
    frozen = workers.start()
    with _mid_document(world):
        frozen.send_signal(signal.SIGSTOP)
    workers.start()
    _until(world, "NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queue_name = 'documents')")
    world.connection.execute("UPDATE readings SET machine_items = '[]'")

    frozen.send_signal(signal.SIGCONT)
    await asyncio.sleep(2)
    assert frozen.poll() is None
    # It works on, and takes new documents.
    await _documents(database, store, world, 6)
    _until(world, "NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queue_name = 'documents')")

    assert world.row("SELECT count(*) FROM readings WHERE machine_items = '[]'") == (4,)
    assert world.row("SELECT count(*) FROM events WHERE type = 'reading.completed'") == (10,)
    assert world.row("SELECT count(*) FROM files WHERE type = 'FILE' AND processing_status <> 'completed'") == (0,)


async def test_worker_goes_on_when_the_database_comes_back(
    database: Database, store: ObjectStore, world: World, workers: Workers
) -> None:
    worker = workers.start()
    _until(world, "EXISTS (SELECT FROM procrastinate_workers)")
    for _ in range(2):
        world.connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'muniment_service' AND datname ="
            " current_database() AND application_name LIKE 'muniment%'"
        )
        await asyncio.sleep(0.3)
    await database.close()
    fresh = Database(world.urls.service)
    await fresh.open()
    await _documents(fresh, store, world, 3)
    _until(world, "(SELECT count(*) FROM readings) = 3")
    await fresh.close()
    assert worker.poll() is None
