"""`muniment file reading update`: an editor on the items, the difference before it is sent, and mistakes as a table."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from muniment_client import AsyncClient, Reading, to_plain
from muniment_client.errors import MunimentError, ValidationError
from service.client.content import (
    ContentError,
    Items,
    difference,
    mistakes_of,
    parse,
    show_difference,
    show_mistakes,
    write,
)
from service.client.failures import CommandError, UsageError, as_command_error
from service.client.output import note


async def update_from(client: AsyncClient, reading_id: str, items: Items) -> Reading:
    """Send what a file says; raises CommandError when something is wrong with it."""
    reading = await client.readings.get(reading_id)
    changes = difference(items_of(reading), items)
    if not changes:
        note("Nothing is different from what counts now; nothing was sent.")
        return reading
    show_difference(changes)
    try:
        return await client.readings.update(reading_id, items)
    except ValidationError as error:
        raise _refused(error) from None


async def update_by_editor(client: AsyncClient, reading_id: str, *, yes: bool) -> Reading:
    """Let a person change the items, as often as it takes; raises CommandError when they give up."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("There is no terminal for an editor.", "Say --content-file FILE, or --content-file - .")
    reading = await client.readings.get(reading_id)
    if reading.linked:
        # Before a person has worked for nothing.
        raise CommandError("Records were made from this reading, so it can't change any more.", reason="READING_LINKED")
    before = items_of(reading)
    draft = _Draft(write(before))
    while True:
        draft.edit()
        try:
            items = parse(draft.text)
        except ContentError as error:
            note(f"{error.message} {error.advice}")
            draft.ask_again()
            continue
        changes = difference(before, items)
        if not changes:
            draft.discard()
            note("Nothing was changed; nothing was sent.")
            return reading
        show_difference(changes)
        if not yes and not draft.is_to_be_sent():
            continue
        try:
            updated = await client.readings.update(reading_id, items)
        except ValidationError as error:
            show_mistakes(mistakes_of([(field.field, field.message) for field in error.fields]))
            draft.ask_again()
        except MunimentError as error:
            note(f"Your text is kept in {draft.path}: --content-file {draft.path} sends it.")
            raise as_command_error(error) from None
        else:
            draft.discard()
            return updated


def items_of(reading: Reading) -> Items:
    """Give the items that count, as REST writes them."""
    content: Any = to_plain(reading).get("content") or {}
    return list(content.get("items") or [])


class _Draft:
    """The text in the editor, in a file that only its owner can read."""

    def __init__(self, text: str) -> None:
        self._first = text
        descriptor, name = tempfile.mkstemp(prefix="muniment-reading-", suffix=".json")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        self.path = Path(name)

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def edit(self) -> None:
        command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        try:
            # Ctrl-C belongs to the editor, which may have a use for it. Were it ignored, it would be so there as well.
            with _on_interrupt(lambda *_: None):
                done = subprocess.run([*shlex.split(command), str(self.path)], check=False)  # noqa: S603  # the user's own
        except (OSError, ValueError) as error:
            self.discard()
            why = error.strerror if isinstance(error, OSError) else error
            raise UsageError(f"The editor {command} can't be started: {why}.", "Set EDITOR to another one.") from None
        if done.returncode != 0:
            kept = self._keep()
            raise CommandError(
                f"The editor {command} ended with {done.returncode}.", f"Nothing was sent. {kept}".strip()
            )

    def is_to_be_sent(self) -> bool:
        """Ask; answers False when the editor is to be opened again."""
        answer = self._choose("Send it? [Y]es, [e]dit again, [n]o", "y")
        return answer == "y"

    def ask_again(self) -> None:
        self._choose("Open the editor again? [Y]es, [n]o", "e")

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)

    def _choose(self, question: str, default: str) -> str:
        while True:
            try:
                with _on_interrupt(signal.default_int_handler):
                    said = str(typer.prompt(question, default=default, show_default=False, err=True))
            except typer.Abort:
                note(f"\nNothing was sent. {self._keep()}")
                raise
            answer = said.strip().lower()[:1]
            if answer == "n":
                raise CommandError("Given up.", f"Nothing was sent. {self._keep()}".strip())
            if answer in {"y", "e"}:
                return answer

    def _keep(self) -> str:
        """Keep what a person has written, and say where; what is as it was isn't kept."""
        if self.text == self._first:
            self.discard()
            return ""
        return f"Your text is kept in {self.path}: --content-file {self.path} sends it."


@contextmanager
def _on_interrupt(handler: Callable[..., Any]) -> Iterator[None]:
    """What Ctrl-C does meanwhile: the event loop would only note it down while it waits for a person."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _refused(error: ValidationError) -> CommandError:
    said = as_command_error(error)
    said.advice = "Correct it, and send it again. Nothing was changed."
    return said
