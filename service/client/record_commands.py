"""`muniment invoice list` and `muniment waste list`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from service.client.listings import INVOICES, WASTES
from service.client.options import AsCsv, AsJson, Everything, Limit, ProfileName, ProjectId, examples
from service.client.output import format_of, show_pages
from service.client.run import checked, run

invoices = typer.Typer(help="Invoices that were made from readings.", no_args_is_help=True)
wastes = typer.Typer(help="Wastes that were made from readings.", no_args_is_help=True)

FileId = Annotated[str | None, typer.Option("--file-id", metavar="ID", help="Those of this file.")]
FacilityId = Annotated[str | None, typer.Option("--facility-id", metavar="ID", help="Those of this facility.")]
ReadingId = Annotated[str | None, typer.Option("--reading-id", metavar="ID", help="Those of this reading.")]


class Type(StrEnum):
    """What was invoiced."""

    water = "water"
    electricity = "electricity"
    combustion = "combustion"
    recharge = "recharge"


@invoices.command(
    "list",
    epilog=examples(
        "muniment invoice list --type electricity --all --csv > invoices.csv",
        "muniment invoice list --file-id 0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e",
    ),
)
def list_invoices(
    *,
    file_id: FileId = None,
    facility_id: FacilityId = None,
    project_id: ProjectId = None,
    reading_id: ReadingId = None,
    kind: Annotated[Type | None, typer.Option("--type", help="Those of this type.")] = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List invoices, newest first."""
    from muniment_client import InvoiceType

    form = checked(lambda: format_of(as_json, as_csv))
    run(
        lambda client: show_pages(
            client.invoices.list(
                file_id=file_id,
                facility_id=facility_id,
                project_id=project_id,
                reading_id=reading_id,
                type=InvoiceType(kind) if kind else None,
            ),
            INVOICES,
            form,
            limit=None if everything else limit,
        ),
        profile,
        form,
    )


@wastes.command(
    "list",
    epilog=examples("muniment waste list --all --csv > wastes.csv", "muniment waste list --json --limit 10"),
)
def list_wastes(
    *,
    file_id: FileId = None,
    facility_id: FacilityId = None,
    project_id: ProjectId = None,
    reading_id: ReadingId = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List wastes, newest first."""
    form = checked(lambda: format_of(as_json, as_csv))
    run(
        lambda client: show_pages(
            client.wastes.list(file_id=file_id, facility_id=facility_id, project_id=project_id, reading_id=reading_id),
            WASTES,
            form,
            limit=None if everything else limit,
        ),
        profile,
        form,
    )
