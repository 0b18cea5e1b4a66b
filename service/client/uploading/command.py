"""One run of `muniment file upload`, from its PATHs to its exit code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from muniment_client import AsyncClient, MunimentError, PermissionDeniedError
from service.client.failures import DONE, SOME_FAILED, CommandError, end_with
from service.client.output import Format, error_console, note
from service.client.uploading.journal import Journal, state_directory
from service.client.uploading.planning import Planner
from service.client.uploading.results import Result, count, summarize, tell
from service.client.uploading.sending import Plan, Sender
from service.client.uploading.sources import Source, find_sources
from service.client.uploading.view import View
from service.client.uploading.waiting import follow


class Upload:
    """What was asked for. `wait_seconds` None means that reading isn't followed."""

    def __init__(self, plan: Plan, form: Format, *, wait_seconds: float | None) -> None:
        self._plan = plan
        self._form = form
        self._wait_seconds = wait_seconds
        self._sources: list[Source] = []

    def find(self, paths: Sequence[str], *, recursive: bool) -> None:
        """Look for the files before anything is sent; raises UsageError."""
        self._sources = find_sources(paths, recursive=recursive)

    async def run(self, client: AsyncClient) -> int:
        """Send them, follow them if that was asked for, tell how it went; answers the exit code."""
        begun = time.monotonic()
        with Journal(state_directory(), client.organization, note) as journal:
            sender = await self._send(client, journal)
        results = self._in_order(sender)
        stopped = sender.stopped_by
        if self._wait_seconds is not None and stopped is None:
            await follow(client, results, self._form, self._wait_seconds)
        if self._wait_seconds is None or self._form != "text" or stopped is not None:
            tell(results, self._form)
        if self._form == "text" or error_console().is_terminal:
            summarize(results, time.monotonic() - begun)
        if stopped is not None:
            end_with(stopped, as_json=self._form == "json")
        return SOME_FAILED if count(results, "failed") else DONE

    async def _is_refused(self, client: AsyncClient, sender: Sender) -> bool:
        """Ask once for folder and project: where they aren't there, no file has to be sent to learn it."""
        try:
            if self._plan.folder_id is not None:
                await client.folders.get(self._plan.folder_id)
            if self._plan.project_id is not None:
                await client.projects.get(self._plan.project_id)
        except PermissionDeniedError:
            # Who may write files needn't be allowed to look at folders.
            return False
        except MunimentError as error:
            sender.refuse(self._sources, error)
            return True
        return False

    async def _send(self, client: AsyncClient, journal: Journal) -> Sender:
        planner = Planner(client, journal, force=self._plan.force, target=self._plan.target)
        with View(self._form, len(self._sources), sum(source.size for source in self._sources)) as view:
            sender = Sender(client, journal, view, self._plan, len(self._sources))
            try:
                if not await self._is_refused(client, sender):
                    await sender.send(planner.plan(self._sources))
            except asyncio.CancelledError:
                self._interrupted(sender)
                raise
        return sender

    def _interrupted(self, sender: Sender) -> None:
        there = count(sender.results, "uploaded") + count(sender.results, "skipped")
        note(f"Interrupted: {there:,} of {len(self._sources):,} files are there. The same command goes on from here.")

    def _in_order(self, sender: Sender) -> list[Result]:
        """Results in the order of the command line, those that weren't tried any more too."""
        found = {result.source.key: result for result in sender.results}
        stopped = sender.stopped_by or CommandError("")
        return [
            found.get(source.key)
            or Result(source, "failed", reason=stopped.reason, message="was not sent", code=stopped.code)
            for source in self._sources
        ]
