"""One document from its bytes to its reading: inspect → derive → text → classify → extract → check → reading.

Each stage leaves a checkpoint, so that a job that is tried again goes on where it was, and every write first makes sure
that the run is still the one that counts.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from service.domain.bills import bill_keys, seen_before
from service.domain.category import CATEGORY_BY_TAG, Category, tag_of
from service.domain.errors import UnavailableError
from service.domain.events import READING_COMPLETED, READING_FAILED, NewEvent
from service.domain.files import FileType, split_name
from service.domain.ids import new_id
from service.domain.items import validate_items
from service.domain.reading import FailureReason, ReadingFailedError, Track
from service.domain.scope import Scope
from service.objects.keys import fresh_key
from service.objects.store import CHUNK_BYTES, ObjectStore
from service.objects.writer import ObjectWriter
from service.postgres import lessons
from service.postgres import processing as rows
from service.postgres.database import Database, Transaction
from service.postgres.events import append
from service.postgres.processing import Derived, NewReading, SourceFile, StoredDerivative, SupersededError
from service.postgres.readings_json import dumps
from service.processing.language_model import LanguageModel
from service.processing.learning import Teacher
from service.processing.reader.model import Inspection
from service.processing.reader.sandbox import Allowance, ReaderPool, Stage

log = structlog.get_logger(__name__)

# Pages beyond this aren't kept between two tries: finding the text once more costs less than writing it down.
_MAX_KEPT_TEXT_BYTES = 2 * 1024 * 1024
# The part of a document's time that its derivatives may take: it can be read without them.
_DERIVING_SHARE = 1 / 3
_DERIVATIVES = (FileType.THUMBNAIL, FileType.OPTIMIZED)
_EXTENSIONS = {"image/webp": "webp", "application/pdf": "pdf"}
_PREFIX = "muniment-document-"
_LEFT_OVER_SECONDS = 24 * 3600
_READ, _DONE_MANUALLY, _FAILED = "reading", "completed", "failed"
_DONE = frozenset({_READ, _DONE_MANUALLY, _FAILED})
#: Reasons that say something of the reader and not of the document: they are tried again.
_READER_FAULTS = frozenset({FailureReason.READER_CRASHED})
_COSTLY = frozenset({FailureReason.READER_CRASHED, FailureReason.PROCESSING_TIMEOUT})


class ReaderFaultError(Exception):
    """The reader failed in a way that another try may not."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class _Run:
    """A run that has begun. `found` is its checkpoint: what the stages that are done found, by stage."""

    scope: Scope
    file: SourceFile
    token: str
    allowance: Allowance
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def track(self) -> Track:
        return Track(self.file.processing_track)


class Pipeline:
    """Reads documents of all organizations, each in its own scope."""

    def __init__(
        self, database: Database, store: ObjectStore, reader: ReaderPool, model: LanguageModel | None = None
    ) -> None:
        self._database = database
        self._store = store
        self._reader = reader
        self._model = model
        self._teacher = Teacher(database, store, reader)

    async def read(self, scope: Scope, file_id: UUID, *, job_id: int) -> None:
        """Read a document for a job. A file that was deleted, or that a newer run has, is left as it is.

        Raises:
            ReaderFaultError: the reader crashed.
            UnavailableError: the database or the object store is away.
        """
        run = await self._begin(scope, file_id, job_id)
        if run is None:
            return
        try:
            await self._go_through(run)
        except SupersededError:
            log.info("run_superseded", file_id=str(file_id), job_id=job_id)
        except ReadingFailedError as error:
            if error.reason in _READER_FAULTS:
                raise ReaderFaultError(error.reason.value, error.detail) from error
            await self._fail(run, error.reason.value, error.detail)

    async def give_up(self, scope: Scope, file_id: UUID, *, job_id: int, code: str, message: str) -> None:
        """Mark a document failed after the last try."""
        run = await self._begin(scope, file_id, job_id)
        if run is not None:
            await self._fail(run, code, message)

    async def _begin(self, scope: Scope, file_id: UUID, job_id: int) -> _Run | None:
        token = str(new_id())
        async with self._database.transaction(scope) as tx:
            file = await rows.lock_source(tx, file_id)
            if file is None:
                return None
            stored = await rows.stored_run(tx, file_id)
            earlier = dict(stored.checkpoint) if stored else {}
            if int(earlier.get("job", 0)) > job_id:
                return None
            if stored and earlier.get("job") == job_id and stored.stage in _DONE:
                # The try before did everything but say so.
                return None
            found = earlier if earlier.get("job") == job_id else {}
            found |= {"job": job_id, "token": token}
            await rows.begin_run(tx, file_id, stored.stage if stored and len(found) > 2 else "begun", found)
        return _Run(scope, file, token, Allowance(self._reader.limits.wall_seconds), found)

    async def _go_through(self, run: _Run) -> None:
        most = self._reader.limits.max_bytes
        if (run.file.size_bytes or 0) > most:
            detail = f"the file has {run.file.size_bytes} bytes; at most {most} are read"
            raise ReadingFailedError(FailureReason.DOCUMENT_TOO_LARGE, detail)
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as directory:
            path = Path(directory) / "document"
            pages = (run.found.get("text") or {}).get("pages")
            if pages is None:
                await self._store.download_to(run.file.object_key, path)
                await self._inspect(run, path)
                await self._derive(run, path)
                pages = await self._text(run, path)
        if run.track is Track.MANUAL:
            await self._complete_manually(run)
            return
        await self._classify(run, pages)
        reading = await self._read_items(run, pages)
        await self._complete(run, reading)

    async def _inspect(self, run: _Run, path: Path) -> None:
        if "inspect" in run.found:
            return
        asked = {"file_name": run.file.file_name, "declared_type": run.file.mime_type}
        inspection = await self._reader.run(Stage.INSPECT, path, asked, run.allowance)
        async with self._database.transaction(run.scope) as tx:
            await self._save(tx, run, Stage.INSPECT, inspection)
            digest = bytes.fromhex(inspection["sha256"])
            await rows.mark_inspected(tx, run.file.id, page_count=inspection["page_count"], sha256=digest)

    async def _derive(self, run: _Run, path: Path) -> None:
        """Make the derivatives that are still missing. A document without them can be read all the same."""
        allowance = run.allowance.part(self._reader.limits.wall_seconds * _DERIVING_SHARE)
        for kind in _DERIVATIVES:
            stage = f"{Stage.DERIVE}_{kind.lower()}"
            if stage in run.found:
                continue
            output = path.with_name(stage)
            try:
                inspection = Inspection.from_dict(run.found["inspect"])
                mime_type = await self._reader.derive(kind, path, inspection, output, allowance)
            except ReadingFailedError as error:
                log.warning("not_derived", file_id=str(run.file.id), kind=kind.value, reason=error.reason.value)
                if error.reason in _COSTLY:
                    # What cost all the time that there is, or the reader itself, would again.
                    return
                mime_type = None
            if mime_type is None:
                await self._save_derived(run, stage, kind, None, None)
                continue
            async with self._database.transaction(run.scope) as tx:
                former = await rows.derivative_of(tx, run.file.id, kind)
            stored = await self._store_derivative(run, former, mime_type, output)
            try:
                await self._save_derived(run, stage, kind, former, stored)
            except SupersededError:
                # The file may be gone for good, and then nothing of it should wait for the sweep. The former object of
                # a derivative does wait: its presigned URLs are promised to work for their time.
                await self._discard(stored.object_key)
                raise

    async def _save_derived(
        self, run: _Run, stage: str, kind: FileType, former: Derived | None, stored: StoredDerivative | None
    ) -> None:
        async with self._database.transaction(run.scope) as tx:
            source = await self._claim(tx, run)
            await self._save(tx, run, stage, {"made": stored is not None})
            if stored is not None and former is not None:
                await rows.renew_derivative(tx, stored)
            elif stored is not None:
                await rows.insert_derivative(tx, source, kind, stored)

    async def _store_derivative(
        self, run: _Run, former: Derived | None, mime_type: str, path: Path
    ) -> StoredDerivative:
        derivative_id = former.id if former is not None else new_id()
        key = fresh_key(run.scope.organization_id, derivative_id)
        async with ObjectWriter(self._store, key, mime_type) as writer:
            with await asyncio.to_thread(path.open, "rb") as file:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    await writer.write(chunk)
            etag = await writer.finish()
        stem, _ = split_name(run.file.file_name)
        name = f"{stem[:200]}-{path.name.removeprefix(f'{Stage.DERIVE}_')}.{_EXTENSIONS[mime_type]}"
        return StoredDerivative(derivative_id, name, mime_type, writer.size, key, etag, writer.sha256)

    async def _discard(self, key: str) -> None:
        try:
            await self._store.delete([key])
        except UnavailableError:
            log.info("objects_left_to_sweep", count=1)

    async def _text(self, run: _Run, path: Path) -> Any:
        pages = await self._reader.run(Stage.TEXT, path, {"inspection": run.found["inspect"]}, run.allowance)
        small = len(dumps(pages)) <= _MAX_KEPT_TEXT_BYTES
        async with self._database.transaction(run.scope) as tx:
            await self._save(tx, run, Stage.TEXT, {"pages": pages} if small else {})
        return pages

    async def _classify(self, run: _Run, pages: Any) -> None:
        if "classify" in run.found:
            return
        classification = await self._reader.run(Stage.CLASSIFY, None, {"pages": pages}, run.allowance)
        async with self._database.transaction(run.scope) as tx:
            await self._save(tx, run, Stage.CLASSIFY, classification)
            # Whoever waits for the kind of a document need not wait until it is read.
            category = Category(classification["category"])
            await rows.mark_classified(tx, run.file.id, category=category.value, tag=tag_of(category))

    async def _read_items(self, run: _Run, pages: Any) -> Mapping[str, Any]:
        """Extract and check: the reader does both in one stage."""
        asked = {"classification": run.found["classify"], "pages": pages, "track": run.track.value}
        if self._model is not None and run.track is Track.DEFAULT:
            asked["answer"] = await self._ask(run, pages)
        asked["lessons"] = await self._teacher.lessons(run.scope, run.found["classify"]["category"], pages)
        reading: Mapping[str, Any] = await self._reader.run(Stage.READ_ITEMS, None, asked, run.allowance)
        return reading

    async def _ask(self, run: _Run, pages: Any) -> Mapping[str, str] | None:
        """What the language model says of a document; None when it isn't for a model to read."""
        assert self._model is not None
        asked = {"category": run.found["classify"]["category"], "pages": pages}
        question = await self._reader.run(Stage.QUESTION, None, asked, run.allowance)
        return None if question is None else await self._model.answer(question)

    async def _complete(self, run: _Run, reading: Mapping[str, Any]) -> None:
        category = Category(reading["category"])
        made = NewReading(
            status="success",
            category=category.value,
            category_confidence=float(reading["probability"]),
            # They came through JSON as text: this gives them their decimals back.
            items=validate_items(category, reading["items"]),
            evidence=reading["evidence"],
            checks=reading["checks"],
        )
        async with self._database.transaction(run.scope) as tx:
            file = await self._claim(tx, run)
            # Text and items are in the reading from now on; the checkpoint keeps what isn't.
            await self._save(tx, run, _READ, {}, forget=("text",))
            made = replace(made, checks=[*made.checks, *await _look_for_bills(tx, file.id, made.items)])
            reading_id = None if file.linked else await rows.put_reading(tx, file.id, made)
            category = Category(await rows.category_written(tx, file.id) or category)
            tags = [tag_of(category), *(tag for tag in file.tags if tag not in CATEGORY_BY_TAG)]
            if file.linked:
                await rows.mark_completed(tx, file.id, category=_category_of(file.tags), tags=file.tags)
            else:
                await rows.mark_completed(tx, file.id, category=category.value, tags=tags)
            await _log_event(tx, file, READING_COMPLETED, reading_id, {"category": category.value})

    async def _complete_manually(self, run: _Run) -> None:
        async with self._database.transaction(run.scope) as tx:
            file = await self._claim(tx, run)
            await self._save(tx, run, _DONE_MANUALLY, {}, forget=("text",))
            await rows.mark_completed(tx, file.id, category=_category_of(file.tags), tags=file.tags)

    async def _fail(self, run: _Run, code: str, message: str) -> None:
        known = run.found.get("classify") or {}
        failure = NewReading(
            status="error",
            category=known.get("category", Category.UNKNOWN.value),
            category_confidence=known.get("probability"),
            error_code=code,
            error_message=message,
        )
        try:
            async with self._database.transaction(run.scope) as tx:
                file = await self._claim(tx, run)
                await self._save(tx, run, _FAILED, {}, forget=("text",))
                await rows.mark_failed(tx, file.id, code, message)
                reads = run.track is not Track.MANUAL and not file.linked
                reading_id = await rows.put_reading(tx, file.id, failure) if reads else None
                await _log_event(tx, file, READING_FAILED, reading_id, {"code": code, "message": message})
        except SupersededError:
            log.info("run_superseded", file_id=str(run.file.id), job_id=run.found["job"])

    async def _claim(self, tx: Transaction, run: _Run) -> SourceFile:
        file = await rows.lock_source(tx, run.file.id)
        if file is None:
            raise SupersededError(run.file.id)
        return file

    async def _save(
        self, tx: Transaction, run: _Run, stage: str, found: Mapping[str, Any], *, forget: tuple[str, ...] = ()
    ) -> None:
        entry: dict[str, Any] = {str(stage): found} | {name: {} for name in forget}
        await rows.save_checkpoint(tx, run.file.id, run.token, str(stage), entry)
        run.found |= entry


async def _look_for_bills(tx: Transaction, file_id: UUID, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say of each item whether an older file of the organization has its bill, and note which bills this one has."""
    keys = bill_keys(items)
    known = [key for key in keys if key is not None]
    if await lessons.corrected(tx, file_id) is None:
        # Else those count that the person named.
        await lessons.renew_bills(tx, file_id, known)
    seen = await lessons.seen_before(tx, file_id, known)
    return [
        seen_before(index, known=key is not None, where=seen.get(key) if key else None).to_dict()
        for index, key in enumerate(keys)
    ]


def remove_leftovers() -> None:
    """Remove the working copies of documents whose worker, or server, was killed more than a day ago."""
    for copy in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - copy.stat().st_mtime > _LEFT_OVER_SECONDS:
                shutil.rmtree(copy) if copy.is_dir() else copy.unlink()


async def _log_event(
    tx: Transaction, file: SourceFile, event_type: str, reading_id: UUID | None, payload: Mapping[str, object]
) -> None:
    said = {"file_id": str(file.id), "file_reading_id": str(reading_id) if reading_id else None, **payload}
    await append(tx, [NewEvent(event_type, file.id, None, said)])


def _category_of(tags: list[str]) -> str | None:
    return next((CATEGORY_BY_TAG[tag].value for tag in tags if tag in CATEGORY_BY_TAG), None)
