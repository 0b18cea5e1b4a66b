"""Lessons from corrections: looked for when a document of the same supplier is read, and learnt then."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from service.domain.errors import UnavailableError
from service.domain.items import items_to_json
from service.domain.reading import ReadingFailedError
from service.domain.scope import Scope
from service.objects.store import ObjectStore
from service.postgres import lessons as rows
from service.postgres.database import Database
from service.postgres.lessons import Corrected, Lesson
from service.postgres.readings_json import loads
from service.processing.reader.sandbox import ReaderPool, Stage

log = structlog.get_logger(__name__)

# As the pipeline names its own, whose leftovers are removed.
_PREFIX = "muniment-document-"
_MAX_LESSONS = 5
_MAX_LEARNT_AT_ONCE = 2
"""How many corrected documents are looked at again for one that waits."""
_MAX_BYTES = 64 * 1024 * 1024


class Teacher:
    """Gives what an organization's corrections teach of a document, and nothing of any other organization's."""

    def __init__(self, database: Database, store: ObjectStore, reader: ReaderPool) -> None:
        self._database = database
        self._store = store
        self._reader = reader

    async def lessons(self, scope: Scope, category: str, pages: Any) -> list[Mapping[str, Any]]:
        """What corrections of documents by the same supplier taught, the newest first.

        A correction is learnt from when it is first needed: its document is fetched and its text found again.
        """
        async with self._database.transaction(scope) as tx:
            if not await rows.any_lesson(tx):
                return []
        suppliers = await self._reader.run(Stage.SUPPLIERS, None, {"pages": pages})
        async with self._database.transaction(scope) as tx:
            found = await rows.of_suppliers(tx, suppliers, category=category, limit=_MAX_LESSONS)
        taught, learnt = [], 0
        for lesson in found:
            content = lesson.lesson
            if content is None and learnt < _MAX_LEARNT_AT_ONCE:
                learnt += 1
                content = await self._learn(scope, category, lesson)
            if content:
                taught.append(content)
        return taught

    async def _learn(self, scope: Scope, category: str, lesson: Lesson) -> Mapping[str, Any] | None:
        """Learn from one correction. A document that can't be read any more teaches nothing, and is no trouble."""
        async with self._database.transaction(scope) as tx:
            corrected = await rows.corrected(tx, lesson.file_id)
        if corrected is None or (corrected.size_bytes or 0) > _MAX_BYTES:
            return None
        try:
            content = await self._look_again(category, corrected)
        except ReadingFailedError as error:
            log.warning("nothing_learnt", file_id=str(lesson.file_id), reason=error.reason.value)
            content = {}
        except UnavailableError:
            return None
        async with self._database.transaction(scope) as tx:
            await rows.keep(tx, lesson, content)
        return content

    async def _look_again(self, category: str, corrected: Corrected) -> Mapping[str, Any]:
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as directory:
            path = Path(directory) / "document"
            await self._store.download_to(corrected.object_key, path)
            inspection = await self._reader.inspect(path, declared_type=corrected.mime_type)
            pages = await self._reader.run(Stage.TEXT, path, {"inspection": inspection.to_dict()})
        machine, person = items_to_json(loads(corrected.machine_json)), items_to_json(loads(corrected.person_json))
        asked = {"category": category, "pages": pages, "machine": machine, "person": person}
        content: Mapping[str, Any] = await self._reader.run(Stage.LEARN, None, asked)
        return content
