"""The operator's command line: `muniment admin`. It connects as the owner of the tables."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from service.domain.errors import DomainError
from service.domain.permissions import ADMIN, ROLES
from service.organizations.administration import Administration
from service.organizations.api_keys import MadeKey
from service.postgres.database import Database
from service.settings import SettingsError, load_owner_settings

T = TypeVar("T")

app = typer.Typer(
    help="Organizations, users, members, API keys, folders, projects, facilities and suppliers.", no_args_is_help=True
)
organizations = typer.Typer(help="Organizations.", no_args_is_help=True)
users = typer.Typer(help="Users.", no_args_is_help=True)
members = typer.Typer(help="Members of an organization.", no_args_is_help=True)
keys = typer.Typer(help="API keys of an organization.", no_args_is_help=True)
folders = typer.Typer(help="Folders of an organization.", no_args_is_help=True)
projects = typer.Typer(help="Projects of an organization.", no_args_is_help=True)
facilities = typer.Typer(help="Facilities of an organization.", no_args_is_help=True)
suppliers = typer.Typer(help="Suppliers of an organization.", no_args_is_help=True)
for _name, _group in (
    ("organization", organizations),
    ("user", users),
    ("member", members),
    ("key", keys),
    ("folder", folders),
    ("project", projects),
    ("facility", facilities),
    ("supplier", suppliers),
):
    app.add_typer(_group, name=_name)

_FAILED = 1
_WRONG_USAGE = 2

Organization = Annotated[UUID, typer.Option("--organization", "-o", help="The organization's id.")]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@organizations.command("create")
def create_organization(
    name: str,
    admin_email: Annotated[str | None, typer.Option(help="Make this user its first admin.")] = None,
    admin_name: Annotated[str | None, typer.Option(help="The admin's name.")] = None,
    key_name: Annotated[str | None, typer.Option(help="Make an API key of this name for the admin.")] = None,
    as_json: Json = False,
) -> None:
    """Make an organization with its default project."""
    if key_name is not None and admin_email is None:
        _fail("--key-name needs --admin-email: a key is somebody's", _WRONG_USAGE)
    made = _do(
        lambda administration: administration.create_organization(
            name, admin_email=admin_email, admin_name=admin_name, key_name=key_name
        )
    )
    answer = _plain(made.organization)
    if made.admin is not None:
        answer |= {"admin_user_id": str(made.admin.user_id), "admin_email": made.admin.email}
    if made.api_key is not None:
        answer |= {"api_key_id": str(made.api_key.row.id), "secret": made.api_key.secret}
    _show(answer, as_json)


@organizations.command("list")
def list_organizations(as_json: Json = False) -> None:
    """List all organizations."""
    _show_all(_do(lambda administration: administration.list_organizations()), as_json)


@users.command("create")
def create_user(
    email: str,
    subject: Annotated[str | None, typer.Option(help="The `sub` of the user's tokens, if not the user's id.")] = None,
    as_json: Json = False,
) -> None:
    """Make a user."""
    _show(_plain(_do(lambda administration: administration.create_user(email, subject=subject))), as_json)


@members.command("add")
def add_member(
    email: str,
    organization: Organization,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = ADMIN,
    name: Annotated[str | None, typer.Option(help="The member's name.")] = None,
    as_json: Json = False,
) -> None:
    """Make a user a member; a user who is new is created."""
    if role not in ROLES:
        _fail(f"--role must be one of {', '.join(ROLES)}", _WRONG_USAGE)
    member = _do(lambda administration: administration.add_member(organization, email, role, name=name))
    _show(_plain(member), as_json)


@members.command("list")
def list_members(organization: Organization, as_json: Json = False) -> None:
    """List the members of an organization."""
    _show_all(_do(lambda administration: administration.list_members(organization)), as_json)


@keys.command("create")
def create_key(  # noqa: PLR0917  # Typer makes options of them
    email: Annotated[str, typer.Argument(help="The member whose key it is.")],
    organization: Organization,
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; repeatable. All by default.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="For how many days it works; without end by default.")] = None,
    as_json: Json = False,
) -> None:
    """Make an API key of a member. It is shown here and never again."""
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    made = _do(
        lambda administration: administration.create_key(
            organization, email, name, scopes=tuple(scope or ()), expires_at=expires_at
        )
    )
    _show_key(made, as_json)


@keys.command("list")
def list_keys(organization: Organization, as_json: Json = False) -> None:
    """List the API keys of an organization, without their secrets."""
    _show_all(_do(lambda administration: administration.list_keys(organization)), as_json)


@keys.command("rotate")
def rotate_key(
    api_key: UUID,
    organization: Organization,
    overlap_hours: Annotated[int, typer.Option(min=0, help="For how long the old key goes on working.")] = 24,
    as_json: Json = False,
) -> None:
    """Make the follower of an API key. It is shown here and never again."""
    overlap = timedelta(hours=overlap_hours)
    _show_key(_do(lambda administration: administration.rotate_key(organization, api_key, overlap=overlap)), as_json)


@keys.command("revoke")
def revoke_key(api_key: UUID, organization: Organization, as_json: Json = False) -> None:
    """Revoke an API key at once."""
    _show(_plain(_do(lambda administration: administration.revoke_key(organization, api_key))), as_json)


@folders.command("create")
def create_folder(
    name: str,
    organization: Organization,
    parent: Annotated[UUID | None, typer.Option(help="The folder to make it in; the root by default.")] = None,
    as_json: Json = False,
) -> None:
    """Make a folder."""
    made = _do(lambda administration: administration.create_folder(organization, name, parent_id=parent))
    _show(_plain(made), as_json)


@projects.command("create")
def create_project(name: str, organization: Organization, as_json: Json = False) -> None:
    """Make a project."""
    _show(_plain(_do(lambda administration: administration.create_project(organization, name))), as_json)


@facilities.command("create")
def create_facility(
    name: str,
    organization: Organization,
    country: Annotated[str, typer.Option(help="Two capital letters of ISO 3166-1, such as ES.")],
    address: Annotated[str | None, typer.Option(help="The postal address.")] = None,
    as_json: Json = False,
) -> None:
    """Make a facility."""
    made = _do(lambda administration: administration.create_facility(organization, name, country, address=address))
    _show(_plain(made), as_json)


@suppliers.command("create")
def create_supplier(
    name: str,
    organization: Organization,
    tax_id: Annotated[str | None, typer.Option(help="The tax identifier.")] = None,
    country: Annotated[str | None, typer.Option(help="Two capital letters of ISO 3166-1, such as ES.")] = None,
    as_json: Json = False,
) -> None:
    """Make a supplier."""
    made = _do(
        lambda administration: administration.create_supplier(organization, name, tax_id=tax_id, country=country)
    )
    _show(_plain(made), as_json)


def _do(work: Callable[[Administration], Awaitable[T]]) -> T:
    """Connect as the owner, do one thing, and disconnect."""
    try:
        owner = load_owner_settings().owner_database_url
    except SettingsError as error:
        _fail(f"The operator works as the tables' owner: {error}", _WRONG_USAGE)

    async def run() -> T:
        database = Database(owner.get_secret_value(), min_size=1, max_size=1)
        await database.open()
        try:
            return await work(Administration(database))
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except DomainError as error:
        _fail(error.message)


def _show_key(made: MadeKey, as_json: bool) -> None:
    _show(_plain(made.row) | {"secret": made.secret}, as_json)


def _show(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    width = max(map(len, answer))
    for name, value in answer.items():
        print(f"{name:<{width}}  {_cell(value)}")


def _show_all(rows: Sequence[object], as_json: bool) -> None:
    plain = [_plain(row) for row in rows]
    if as_json:
        print(json.dumps(plain, ensure_ascii=False, indent=2))
    elif plain:
        table = Table(*plain[0])
        for row in plain:
            table.add_row(*map(_cell, row.values()))
        Console(markup=False).print(table)


def _plain(row: object) -> dict[str, Any]:
    assert is_dataclass(row)
    assert not isinstance(row, type)
    return {
        name: value if value is None or isinstance(value, (bool, int, str, list)) else str(value)
        for name, value in asdict(row).items()
    }


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _fail(message: str, code: int = _FAILED) -> NoReturn:
    Console(stderr=True, highlight=False, markup=False).print(message, soft_wrap=True)
    sys.exit(code)
