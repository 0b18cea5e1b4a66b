"""Waiting until the pipeline has told what documents are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

from service.domain.files import File, ProcessingStatus
from service.domain.scope import Scope
from service.postgres.files import FileQueries

# A text layer is classified in about a fifth of a second, a scan in seconds: look often at first, then less.
_FIRST_LOOK_SECONDS = 0.05
_SLOWEST_LOOK_SECONDS = 0.5
_GROWTH = 1.4
_DONE = (ProcessingStatus.COMPLETED, ProcessingStatus.FAILED)


async def wait_classified(files: FileQueries, scope: Scope, ids: Sequence[UUID], seconds: float) -> list[File]:
    """Wait until each file has its category or is done with, at most so long; answer the files as they are then.

    A file on the MANUAL track is done without a category. Files that vanish meanwhile are left out.
    """
    until = time.monotonic() + seconds
    pause = _FIRST_LOOK_SECONDS
    while True:
        found = await files.get_many(scope, ids)
        left = until - time.monotonic()
        if left <= 0 or all(file.category or file.processing_status in _DONE for file in found.values()):
            return [found[file_id] for file_id in ids if file_id in found]
        await asyncio.sleep(min(pause, left))
        pause = min(pause * _GROWTH, _SLOWEST_LOOK_SECONDS)
