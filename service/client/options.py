"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

ProfileName = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="The profile of `muniment login` to use.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer in CSV, with a header.")]
Everything = Annotated[bool, typer.Option("--all", help="List everything, page after page.")]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="List so many at most.")]
FolderId = Annotated[str | None, typer.Option("--folder-id", metavar="ID", help="The folder.")]
ProjectId = Annotated[str | None, typer.Option("--project-id", metavar="ID", help="The project.")]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Those whose name contains this.")]


def examples(*lines: str) -> str:
    """Write examples as the end of a command's help: each on a line of its own."""
    return "\n\n".join(["Examples:", *(f"$ {line}" for line in lines)])
