"""`muniment file download` and `muniment file page`."""

from __future__ import annotations

import sys
from pathlib import Path

from muniment_client import AsyncClient, Progress
from service.client.failures import CommandError
from service.client.output import console, error_console, note, printable, size
from service.client.uploading.view import make_bars, short

_PIPE = "-"


async def fetch(client: AsyncClient, file_id: str, output: str | None, *, force: bool) -> None:
    """Write a file to where it is wanted. A path is complete or isn't there: what arrives is collected beside it."""
    if output == _PIPE:
        async for chunk in client.files.stream(file_id):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    file = await client.files.get(file_id)
    target = _free_target(output, file.file_name, force=force)
    with _Bar(file.file_name, file.size_bytes) as bar:
        await client.files.download(file_id, target, progress=bar.at, overwrite=force)
    console().print(printable(str(target)))
    note(f"{size(target.stat().st_size)} written.")


async def fetch_page(
    client: AsyncClient, file_id: str, number: int, output: str | None, *, evidence: bool, force: bool
) -> None:
    """Write the picture of a page to where it is wanted."""
    if output == _PIPE:
        sys.stdout.buffer.write(await client.files.page(file_id, number, evidence=evidence))
        sys.stdout.buffer.flush()
        return
    file = await client.files.get(file_id)
    target = _free_target(output, f"{file.name}-{number}.png", force=force)
    picture = await client.files.page(file_id, number, evidence=evidence)
    try:
        target.write_bytes(picture)
    except OSError as error:
        raise CommandError(f"{target} can't be written: {error.strerror}.", "Say --output for another name.") from error
    console().print(printable(str(target)))
    note(f"{size(len(picture))} written.")


def _free_target(output: str | None, file_name: str, *, force: bool) -> Path:
    target = _target(output, file_name)
    if target.exists() and not force:
        raise CommandError(f"{target} is there already.", "Say --force to replace it, or --output for another name.")
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}.", "Make it, or say --output for another one.")
    return target


def _target(output: str | None, file_name: str) -> Path:
    # The name comes from elsewhere: it mustn't lead out of the folder.
    own = Path(file_name.replace("\\", "/")).name or "download"
    if output is None:
        return Path(own)
    path = Path(output)
    return path / own if path.is_dir() else path


class _Bar:
    """A bar on a terminal; nothing in a pipe."""

    def __init__(self, name: str, total: int | None) -> None:
        self._bars = None
        if error_console().is_terminal:
            self._bars = make_bars()
            self._task = self._bars.add_task(short(name), total=total)

    def __enter__(self) -> _Bar:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.stop()

    def at(self, progress: Progress) -> None:
        if self._bars is not None:
            self._bars.update(self._task, completed=progress.done)
