"""`muniment file …`: uploading, listing, looking, downloading, processing, deleting, recovering."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.client.failures import SOME_FAILED, UsageError, exit_code_of, is_final
from service.client.listings import FILE_FIELDS, FILES
from service.client.options import (
    AsCsv,
    AsJson,
    Everything,
    FolderId,
    Limit,
    Name,
    ProfileName,
    ProjectId,
    examples,
)
from service.client.output import (
    error_console,
    format_of,
    print_fields,
    print_json,
    print_rows,
    printable,
    show_pages,
)
from service.client.run import checked, run

if TYPE_CHECKING:
    from muniment_client import AsyncClient, File

files = typer.Typer(help="Files: uploading, listing, downloading, and what was read from them.", no_args_is_help=True)

FileIdArgument = Annotated[str, typer.Argument(metavar="FILE_ID", help="The file.", show_default=False)]
Paths = Annotated[list[str], typer.Argument(metavar="PATH…", help="Files, folders or patterns.", show_default=False)]
FileIds = Annotated[list[str], typer.Argument(metavar="FILE_ID…", help="The files.", show_default=False)]
Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="PATH", help="File or folder to write to; - for the pipe.")
]
Replace = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
_ID = "0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e"


class Mode(StrEnum):
    """How bytes are sent."""

    presigned = "presigned"
    multipart = "multipart"


class Track(StrEnum):
    """Which models read."""

    DEFAULT = "DEFAULT"
    MANUAL = "MANUAL"
    FASTTRACK = "FASTTRACK"


class Status(StrEnum):
    """Where a file stands."""

    pending = "pending"
    uploaded = "uploaded"
    error = "error"
    deleted = "deleted"


@files.command(
    "upload",
    epilog=examples(
        "muniment file upload bill.pdf --wait",
        "muniment file upload invoices/ 'scans/**/*.pdf' --recursive --folder-id " + _ID,
        "muniment file upload archive/ --recursive --json > sent.json",
    ),
)
def upload(
    paths: Paths,
    *,
    folder_id: Annotated[str | None, typer.Option(metavar="ID", help="The folder to put them in.")] = None,
    project_id: Annotated[str | None, typer.Option(metavar="ID", help="A project to link them to.")] = None,
    track: Annotated[Track | None, typer.Option(case_sensitive=False, help="Which models read them.")] = None,
    mode: Annotated[
        Mode | None,
        typer.Option(
            help="Straight to the store, or through the service. By default small files go through the service, many "
            "at a time, and others straight to the store.",
            show_default=False,
        ),
    ] = None,
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Folders with all that is below them.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the files until they are read.")] = False,
    timeout: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="How long --wait waits.")] = 600,
    force: Annotated[bool, typer.Option("--force", help="Send what the service has already as well.")] = False,
    parallel: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="So many at once.")] = 16,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """Upload files, folders and patterns.

    What the service has already is said and skipped. After an interruption the same command goes on where it stopped.
    Exit codes: 0 all are there, 1 some failed, 2 wrong usage, 3 the service isn't reachable, 4 not allowed.
    """
    from service.client.uploading.command import Upload
    from service.client.uploading.sending import Plan

    form = checked(lambda: format_of(as_json, as_csv))
    plan = Plan(folder_id, project_id, track.value if track else None, mode.value if mode else None, parallel, force)
    job = Upload(plan, form, wait_seconds=timeout if wait else None)
    checked(lambda: job.find(paths, recursive=recursive), form)
    raise SystemExit(run(job.run, profile, form))


@files.command(
    "list",
    epilog=examples(
        "muniment file list --category water --all --csv > water.csv",
        "muniment file list --name may --created-after 2026-05-01 --json",
        "muniment file list --status deleted",
    ),
)
def list_files(
    *,
    folder_id: FolderId = None,
    project_id: ProjectId = None,
    status: Annotated[Status | None, typer.Option(help="Those of this status; all but deleted when absent.")] = None,
    name: Name = None,
    category: Annotated[str | None, typer.Option(metavar="WORD", help="Those of this category, such as water.")] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Those with this tag, such as invoice::water.")] = None,
    created_after: Annotated[datetime | None, typer.Option(help="Created at this time or later.")] = None,
    created_before: Annotated[datetime | None, typer.Option(help="Created before this time.")] = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List files, newest first."""
    from muniment_client import FileStatus

    form = checked(lambda: format_of(as_json, as_csv))
    run(
        lambda client: show_pages(
            client.files.list(
                folder_id=folder_id,
                project_id=project_id,
                status=FileStatus(status) if status else None,
                name=name,
                category=category,
                tag=tag,
                created_after=created_after.astimezone() if created_after else None,
                created_before=created_before.astimezone() if created_before else None,
            ),
            FILES,
            form,
            limit=None if everything else limit,
        ),
        profile,
        form,
    )


@files.command("show", epilog=examples(f"muniment file show {_ID}", f"muniment file show {_ID} --json"))
def show(file_id: FileIdArgument, as_json: AsJson = False, profile: ProfileName = None) -> None:
    """Show all that is known of one file, a deleted one too."""
    from muniment_client import to_plain

    async def work(client: AsyncClient) -> None:
        file = await client.files.get(file_id)
        if as_json:
            print_json(file)
        else:
            print_fields(to_plain(file), FILE_FIELDS)

    run(work, profile, "json" if as_json else "text")


@files.command(
    "download",
    epilog=examples(
        f"muniment file download {_ID}",
        f"muniment file download {_ID} --output bill.pdf",
        f"muniment file download {_ID} --output - | pdftotext - -",
    ),
)
def download(
    file_id: FileIdArgument,
    output: Output = None,
    force: Replace = False,
    profile: ProfileName = None,
) -> None:
    """Download a file, under its own name unless --output says another. Goes on after an interruption."""
    from service.client.downloading import fetch

    run(lambda client: fetch(client, file_id, output, force=force), profile)


@files.command(
    "page",
    epilog=examples(f"muniment file page {_ID}", f"muniment file page {_ID} 2 --evidence --output second.png"),
)
def page(
    file_id: FileIdArgument,
    number: Annotated[int, typer.Argument(metavar="[PAGE]", min=1, help="The page, from 1.")] = 1,
    *,
    evidence: Annotated[bool, typer.Option("--evidence", help="A box around each place that was read.")] = False,
    output: Output = None,
    force: Replace = False,
    profile: ProfileName = None,
) -> None:
    """Download a picture (PNG) of a page of a PDF or a picture."""
    from service.client.downloading import fetch_page

    run(lambda client: fetch_page(client, file_id, number, output, evidence=evidence, force=force), profile)


@files.command(
    "process",
    epilog=examples(f"muniment file process {_ID}", f"muniment file process {_ID} --event CLASSIFY_DOCUMENT"),
)
def process(
    file_ids: FileIds,
    event: Annotated[str, typer.Option("--event", metavar="TYPE", help="The event to send.")] = "PROCESS_DOCUMENT",
    as_json: AsJson = False,
    profile: ProfileName = None,
) -> None:
    """Have files read again. What a person corrected stays."""

    async def work(client: AsyncClient, file_id: str) -> File | None:
        await client.files.process(file_id, event)
        if as_json:
            return await client.files.get(file_id)
        print(f"queued  {file_id}")
        return None

    _each(file_ids, work, profile, as_json=as_json)


@files.command("delete", epilog=examples(f"muniment file delete {_ID}", f"muniment file delete {_ID} --yes"))
def delete(
    file_ids: FileIds,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    as_json: AsJson = False,
    profile: ProfileName = None,
) -> None:
    """Delete files. `muniment file recover` brings them back."""
    form = format_of(as_json, False)
    if not yes:
        checked(lambda: _ask(f"Delete {len(file_ids):,} {'file' if len(file_ids) == 1 else 'files'}?"), form)

    async def work(client: AsyncClient, file_id: str) -> File:
        return await client.files.delete(file_id)

    _each(file_ids, work, profile, as_json=as_json)


@files.command("recover", epilog=examples(f"muniment file recover {_ID}"))
def recover(file_ids: FileIds, as_json: AsJson = False, profile: ProfileName = None) -> None:
    """Bring deleted files back, with the status that they had."""

    async def work(client: AsyncClient, file_id: str) -> File:
        return await client.files.recover(file_id)

    _each(file_ids, work, profile, as_json=as_json)


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("Standard input is no terminal, so there is nobody to ask.", "Say --yes.")
    if not typer.confirm(question, err=True):
        raise SystemExit(SOME_FAILED)


def _each(
    file_ids: Sequence[str],
    work: Callable[[AsyncClient, str], Awaitable[Any]],
    profile: str | None,
    *,
    as_json: bool = False,
) -> None:
    """Do something with each file, one after the other; name each that fails, and go on with the next."""
    from muniment_client import MunimentError, to_plain

    async def do_all(client: AsyncClient) -> int:
        changed, code = [], 0
        for file_id in dict.fromkeys(file_ids):
            try:
                file = await work(client, file_id)
            except MunimentError as error:
                if is_final(error):
                    raise
                code = exit_code_of(error)
                error_console().print(printable(f"failed  {file_id}  {error}"), style="red")
            else:
                changed += [file] if file is not None else []
        if as_json:
            print_json({"files": changed})
        elif changed:
            print_rows([to_plain(file) for file in changed], FILES.columns)
        return code

    raise SystemExit(run(do_all, profile, "json" if as_json else "text"))
