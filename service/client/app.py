"""The users' commands, mounted on the program `muniment`."""

from __future__ import annotations

import typer


def mount(app: typer.Typer) -> None:
    """Add all commands of users to the program."""
