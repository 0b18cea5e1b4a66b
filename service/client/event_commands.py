"""`muniment event tail`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.client.listings import EVENTS
from service.client.options import AsCsv, AsJson, ProfileName, examples
from service.client.output import CsvWriter, console, format_of, moment, note, printable
from service.client.run import checked, run

if TYPE_CHECKING:
    from muniment_client import AsyncClient, Event

events = typer.Typer(help="The organization's event log.", no_args_is_help=True)


@events.callback()
def _group() -> None:
    """The organization's event log."""


@events.command(
    "tail",
    epilog=examples(
        "muniment event tail",
        "muniment event tail --after 0 --no-follow --json > events.jsonl",
        "muniment event tail --file-id 0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e --after 0",
    ),
)
def tail(
    *,
    file_id: Annotated[str | None, typer.Option(metavar="ID", help="Events of this file.")] = None,
    after: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Begin after the event of this number; 0 for all. From now when absent."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for new events until Ctrl-C.")] = True,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """Follow the event log, oldest first, also over a restart of the service. --json writes one object a line."""
    from muniment_client import to_json, to_plain

    form = checked(lambda: format_of(as_json, as_csv))

    async def show(client: AsyncClient) -> None:
        rows = CsvWriter(EVENTS.csv_keys) if form == "csv" else None
        log = (
            client.events.tail(file_id=file_id, after=after, on_away=lambda why: note(f"{why.message} Waiting for it."))
            if follow
            else client.events.list(file_id=file_id, after=after or 0)
        )
        async for event in log:
            if rows is not None:
                rows.write(to_plain(event))
            elif form == "json":
                print(to_json(event))
            else:
                _print(event)
            # A reader of the pipe waits for this one, not for a buffer full of them.
            console().file.flush()

    run(show, profile, form)


def _print(event: Event) -> None:
    styles = {"reading.failed": "red", "reading.completed": "green", "records.created": "cyan"}
    line = console()
    line.print(f"{event.sequence:>8}  {moment(event.created_at.isoformat())}  ", style="dim", end="")
    line.print(f"{printable(event.type):<20}", style=styles.get(event.type, "bold"), end="  ")
    line.print(event.file_id or "")
