"""The users' commands, mounted on the program `muniment`."""

from __future__ import annotations

import typer

from service.client import account
from service.client.event_commands import events
from service.client.file_commands import files
from service.client.named_commands import facilities, folders, projects, suppliers
from service.client.reading_commands import readings
from service.client.record_commands import invoices, wastes


def mount(app: typer.Typer) -> None:
    """Add all commands of users to the program."""
    app.command(epilog=account.LOGIN_EXAMPLES)(account.login)
    app.command(epilog=account.WHOAMI_EXAMPLES)(account.whoami)
    files.add_typer(readings, name="reading")
    for name, group in (
        ("file", files),
        ("invoice", invoices),
        ("waste", wastes),
        ("facility", facilities),
        ("folder", folders),
        ("project", projects),
        ("supplier", suppliers),
        ("event", events),
    ):
        app.add_typer(group, name=name)
