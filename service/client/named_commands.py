"""`list` and `create` of facilities, folders, projects and suppliers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.client.listings import FACILITIES, FOLDERS, PROJECTS, SUPPLIERS
from service.client.options import AsCsv, AsJson, Everything, Limit, Name, ProfileName, examples
from service.client.output import Format, Listing, format_of, print_json, print_rows, show_pages
from service.client.run import checked, run

if TYPE_CHECKING:
    from muniment_client import AsyncClient, Pages

facilities = typer.Typer(help="Places that consume or produce: offices, plants, fleets.", no_args_is_help=True)
folders = typer.Typer(help="Folders of files.", no_args_is_help=True)
projects = typer.Typer(help="Projects that files and records can be linked to.", no_args_is_help=True)
suppliers = typer.Typer(help="Companies that send invoices.", no_args_is_help=True)

NewName = Annotated[str, typer.Argument(metavar="NAME", help="The name, 1 to 255 characters.")]
ParentId = Annotated[str | None, typer.Option("--parent-id", metavar="ID", help="The folder that it is in.")]
_COUNTRY = "Two capital letters of ISO 3166-1, such as ES."


@facilities.command("list", epilog=examples("muniment facility list", "muniment facility list --name office --json"))
def list_facilities(
    *,
    name: Name = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List facilities, newest first."""
    form = checked(lambda: format_of(as_json, as_csv))
    _list(lambda client: client.facilities.list(name=name), FACILITIES, form, None if everything else limit, profile)


@facilities.command(
    "create",
    epilog=examples('muniment facility create "Sevilla Plant" --country ES --address "Calle Feria 1, Sevilla"'),
)
def create_facility(
    name: NewName,
    country: Annotated[str, typer.Option(metavar="CC", help=_COUNTRY)],
    address: Annotated[str | None, typer.Option(help="The postal address.")] = None,
    as_json: AsJson = False,
    profile: ProfileName = None,
) -> None:
    """Make a facility."""
    _create(lambda client: client.facilities.create(name, country, address=address), FACILITIES, as_json, profile)


@folders.command("list", epilog=examples("muniment folder list", "muniment folder list --parent-id 0190a6f0-…"))
def list_folders(
    *,
    name: Name = None,
    parent_id: ParentId = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List folders, newest first."""
    form = checked(lambda: format_of(as_json, as_csv))
    _list(
        lambda client: client.folders.list(name=name, parent_id=parent_id),
        FOLDERS,
        form,
        None if everything else limit,
        profile,
    )


@folders.command("create", epilog=examples("muniment folder create 2026", "muniment folder create May --parent-id …"))
def create_folder(
    name: NewName, parent_id: ParentId = None, as_json: AsJson = False, profile: ProfileName = None
) -> None:
    """Make a folder, at the root or in another one."""
    _create(lambda client: client.folders.create(name, parent_id=parent_id), FOLDERS, as_json, profile)


@projects.command("list", epilog=examples("muniment project list --all --csv"))
def list_projects(
    *,
    name: Name = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List projects, newest first."""
    form = checked(lambda: format_of(as_json, as_csv))
    _list(lambda client: client.projects.list(name=name), PROJECTS, form, None if everything else limit, profile)


@projects.command("create", epilog=examples('muniment project create "Footprint 2026"'))
def create_project(name: NewName, as_json: AsJson = False, profile: ProfileName = None) -> None:
    """Make a project."""
    _create(lambda client: client.projects.create(name), PROJECTS, as_json, profile)


@suppliers.command("list", epilog=examples("muniment supplier list --name iberdrola"))
def list_suppliers(
    *,
    name: Name = None,
    limit: Limit = 50,
    everything: Everything = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    profile: ProfileName = None,
) -> None:
    """List suppliers, newest first."""
    form = checked(lambda: format_of(as_json, as_csv))
    _list(lambda client: client.suppliers.list(name=name), SUPPLIERS, form, None if everything else limit, profile)


@suppliers.command("create", epilog=examples('muniment supplier create "Iberdrola" --tax-id A95758389 --country ES'))
def create_supplier(
    name: NewName,
    tax_id: Annotated[str | None, typer.Option(metavar="ID", help="The tax identifier.")] = None,
    country: Annotated[str | None, typer.Option(metavar="CC", help=_COUNTRY)] = None,
    as_json: AsJson = False,
    profile: ProfileName = None,
) -> None:
    """Make a supplier."""
    _create(lambda client: client.suppliers.create(name, tax_id=tax_id, country=country), SUPPLIERS, as_json, profile)


def _list(
    pages: Callable[[AsyncClient], Pages[Any, Any]], listing: Listing, form: Format, limit: int | None, who: str | None
) -> None:
    run(lambda client: show_pages(pages(client), listing, form, limit=limit), who, form)


def _create(
    make: Callable[[AsyncClient], Awaitable[Any]], listing: Listing, as_json: bool, profile: str | None
) -> None:
    from muniment_client import to_plain

    async def create(client: AsyncClient) -> None:
        made = await make(client)
        if as_json:
            print_json(made)
        else:
            print_rows([to_plain(made)], listing.columns)

    run(create, profile, "json" if as_json else "text")
