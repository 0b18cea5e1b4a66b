"""`muniment file reading update`: an editor on the items, the difference before it is sent, and mistakes as a table."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
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
        descriptor, name = tempfile.mkstemp(prefix="muniment-reading-", suffix=".json")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        self.path = Path(name)

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def edit(self) -> None:
        words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        try:
            done = subprocess.run([*words, str(self.path)], check=False)  # noqa: S603  # the user's own editor
        except OSError as error:
            self.discard()
            raise UsageError(f"The editor {words[0]} can't be started: {error.strerror}.", "Set EDITOR.") from None
        if done.returncode != 0:
            self.discard()
            raise CommandError(f"{words[0]} ended with {done.returncode}; nothing was sent.")

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
            answer = str(typer.prompt(question, default=default, show_default=False, err=True)).strip().lower()[:1]
            if answer == "n":
                note(f"Nothing was sent. Your text is kept in {self.path}.")
                raise CommandError("Given up.")
            if answer in {"y", "e"}:
                return answer


def _refused(error: ValidationError) -> CommandError:
    said = as_command_error(error)
    said.advice = "Correct it, and send it again. Nothing was changed."
    return said
