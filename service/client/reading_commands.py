"""`muniment file reading …`: looking at what was read, correcting it, and making records of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.client.failures import DONE, SOME_FAILED, CommandError
from service.client.listings import INVOICES, READINGS, WASTES
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
    Column,
    cell,
    console,
    error_console,
    format_of,
    note,
    percent,
    print_fields,
    print_json,
    print_rows,
    printable,
    show_pages,
)
from service.client.run import checked, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muniment_client import AsyncClient

readings = typer.Typer(help="What was read from files: looking, correcting, making records.", no_args_is_help=True)

ReadingId = Annotated[str, typer.Argument(metavar="READING_ID", help="The reading.", show_default=False)]
_ID = "0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e"
_OFFICE, _PLANT = "0190a6f0-0001-…", "0190a6f0-0002-…"
_FIELDS = (
    Column("File", "file_id"),
    Column("Reading", "id"),
    Column("Status", "status"),
    Column("Error", "error.code"),
    Column("Cause", "error.message"),
    Column("Category", "category"),
    Column("Confidence", "category_confidence", show=percent),
    Column("Corrected", "corrected"),
    Column("Supplier", "supplier_id"),
    Column("Linked", "linked"),
)


class CategoryName(StrEnum):
    """A kind of document."""

    electricity = "electricity"
    water = "water"
    gas = "gas"
    fuel_delivery = "fuel_delivery"
    recharges = "recharges"
    wastes = "wastes"
    invoice = "invoice"
    receipt = "receipt"
    bank_statement = "bank_statement"
    other = "other"
    unknown = "unknown"


@readings.command(
    "list",
    epilog=examples(
        "muniment file reading list --category water --category gas",
        f"muniment file reading list --file-id {_ID} --json",
        "muniment file reading list --not-linked --all --csv > open.csv",
    ),
)
def list_readings(
    *,
    file_id: Annotated[list[str] | None, typer.Option(metavar="ID", help="This file; may be repeated.")] = None,
    category: Annotated[list[CategoryName] | None, typer.Option(help="Of this category; may be repeated.")] = None,
    folder_id: FolderId = None,
    project_id: ProjectId = None,
    linked: Annotated[
        bool | None, typer.Option("--linked/--not-linked", help="Records were made from them, or were not.")
    ] = None,
    name: Name = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List files with what was read from them. Without a filter: folders and files of the root, or of --folder-id."""
    from muniment_client import Category

    form = checked(lambda: format_of(as_json, as_csv))
    run(
        lambda client: show_pages(
            client.readings.list(
                file_ids=file_id or (),
                categories=[Category(each) for each in category or ()],
                folder_id=folder_id,
                project_id=project_id,
                linked=linked,
                name=name,
            ),
            READINGS,
            form,
            limit=None if everything else limit,
        ),
        profile,
        form,
    )


@readings.command(
    "show",
    epilog=examples(f"muniment file reading show {_ID}", f"muniment file reading show {_ID} --evidence --json"),
)
def show(
    file_id: Annotated[str, typer.Argument(metavar="FILE_ID", help="The file.", show_default=False)],
    evidence: Annotated[bool, typer.Option("--evidence", help="Where on the page each value stands.")] = False,
    as_json: AsJson = False,
    profile: ProfileName = None,
) -> None:
    """Show what was read from a file, and the checks that don't hold."""
    from muniment_client import to_plain

    async def work(client: AsyncClient) -> None:
        reading = await client.readings.of_file(file_id)
        if reading is None:
            file = await client.files.get(file_id)
            raise CommandError(
                f"{file.file_name} has no reading; its processing is {file.processing_status}.",
                "Wait until it is completed, or have it read: `muniment file process`.",
                reason="READING_NOT_FOUND",
            )
        plain: dict[str, Any] = dict(to_plain(reading))
        found = await client.readings.evidence(reading.id) if evidence else ()
        if as_json:
            print_json({**plain, "evidence": list(found)} if evidence else plain)
        else:
            _print_reading(plain, [to_plain(each) for each in found])

    run(work, profile, "json" if as_json else "text")


@readings.command(
    "update",
    epilog=examples(
        f"muniment file reading update {_ID}",
        f"muniment file reading update {_ID} --content-file items.json",
        f"jq '.content.items[0].quantity = 131' reading.json | muniment file reading update {_ID} --content-file -",
    ),
)
def update(
    reading_id: ReadingId,
    content_file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="JSON: the items, or the whole reading's content; - for standard input."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before it is sent.")] = False,
    as_json: AsJson = False,
    profile: ProfileName = None,
) -> None:
    """Replace the items of a reading: from a file, or in your editor (VISUAL, EDITOR).

    What is different is shown before it is sent. What the machine had read is kept beside what you write.
    """
    from service.client.content import parse, read_file
    from service.client.editing import update_by_editor, update_from

    form = format_of(as_json, False)
    items = checked(lambda: parse(read_file(content_file)), form) if content_file is not None else None

    async def work(client: AsyncClient) -> None:
        if items is not None:
            reading = await update_from(client, reading_id, items)
        else:
            reading = await update_by_editor(client, reading_id, yes=yes)
        if as_json:
            print_json(reading)
        else:
            count = len(reading.content.items if reading.content else ())
            console().print(f"The reading {reading.id} has {count} {'item' if count == 1 else 'items'}.")

    run(work, profile, form)


@readings.command(
    "create-records",
    epilog=examples(
        f"muniment file reading create-records {_ID} --facility {_OFFICE}=1",
        f"muniment file reading create-records {_ID} --facility {_OFFICE}=0.4 --facility {_PLANT}=0.6 --dry-run",
    ),
)
def create_records(
    reading_id: ReadingId,
    *,
    facility: Annotated[
        list[str], typer.Option(metavar="ID=PART", help="A facility and its part of 1; may be repeated.")
    ],
    project_id: Annotated[str | None, typer.Option(metavar="ID", help="A project to link the records to.")] = None,
    supplier_id: Annotated[str | None, typer.Option(metavar="ID", help="Electricity: who supplied it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be made, and make nothing.")] = False,
    as_json: AsJson = False,
    profile: ProfileName = None,
) -> None:
    """Make invoices or wastes from a reading: one for each item and facility."""
    from service.client.allocation import parse_shares

    form = format_of(as_json, False)
    shares = checked(lambda: parse_shares(facility), form)

    async def work(client: AsyncClient) -> int:
        if dry_run:
            return await _show_plan(client, reading_id, shares, supplier_id, as_json=as_json)
        made = await client.readings.create_records(reading_id, shares, project_id=project_id, supplier_id=supplier_id)
        if as_json:
            print_json({"invoices": list(made.invoices), "wastes": list(made.wastes)})
        else:
            _print_records(made.invoices, made.wastes)
        return DONE

    raise SystemExit(run(work, profile, form))


async def _show_plan(
    client: AsyncClient, reading_id: str, shares: Mapping[str, Any], supplier_id: str | None, *, as_json: bool
) -> int:
    from service.client.allocation import PLANNED, plan

    rows, objections = await plan(client, reading_id, shares, supplier_id)
    if as_json:
        print_json({"dry_run": True, "records": rows, "objections": objections})
    else:
        print_rows(rows, PLANNED)
        rest = 1 - sum(shares.values())
        if rest:
            note(f"{cell(rest)} of it goes to no facility.")
        for objection in objections:
            error_console().print(printable(f"The service would refuse this: {objection}."), style="red")
        note("Nothing was made: this was a dry run.")
    return SOME_FAILED if objections else DONE


def _print_records(invoices: Sequence[Any], wastes: Sequence[Any]) -> None:
    from muniment_client import to_plain

    if invoices:
        print_rows([to_plain(each) for each in invoices], INVOICES.columns)
    if wastes:
        print_rows([to_plain(each) for each in wastes], WASTES.columns)
    note(f"{len(invoices) + len(wastes):,} made.")


def _print_reading(reading: Mapping[str, Any], evidence: Sequence[Mapping[str, Any]]) -> None:
    print_fields(reading, _FIELDS)
    places = {(each["item"], each["field"]): each for each in evidence}
    for index, item in enumerate((reading.get("content") or {}).get("items") or []):
        console().print(f"\nItem {index}", style="bold")
        rows = []
        for field, value in item.items():
            place = places.get((index, field), {})
            rows.append(
                {
                    "field": field,
                    "value": cell(value),
                    "confidence": place.get("confidence"),
                    "page": place.get("page"),
                    "raw": place.get("raw_text"),
                }
            )
        print_rows(rows, _ITEM if evidence else _ITEM[:2])
    broken = [check for check in reading.get("checks") or [] if check.get("outcome") == "fail"]
    for check in broken:
        error_console().print(printable(f"Check {check['rule']}: {check['message']}"), style="yellow")


_ITEM = (
    Column("Field", "field", style="cyan"),
    Column("Value", "value", fold=True),
    Column("Confidence", "confidence", show=percent, right=True),
    Column("Page", "page", right=True),
    Column("As it stands there", "raw", style="dim", fold=True),
)
