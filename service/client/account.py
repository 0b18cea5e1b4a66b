"""`muniment login` and `muniment whoami`."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from service.client.failures import UsageError
from service.client.options import AsJson, ProfileName, examples
from service.client.output import Column, console, note, print_fields, print_json, printable
from service.client.run import run, run_as

if TYPE_CHECKING:
    from muniment_client.config import Profile

_DEFAULT_PROFILE = "default"
_AN_ID = "0190a6f0-6f2c-7c3d-9d5e-3f1b2a4c5d6e"

_IDENTITY = (
    Column("User", "email"),
    Column("Name", "name"),
    Column("Organization", "organization_name"),
    Column("Organization id", "organization_id"),
    Column("Role", "role"),
    Column("Credential", "credential"),
    Column("Permissions", "permissions", show=", ".join),
)

LOGIN_EXAMPLES = examples(
    "muniment login",
    f"muniment login --address grpcs://muniment.example:9090 --organization {_AN_ID}",
    "muniment login --address https://muniment.example --organization 0190a6f0-… --profile ci < key.txt",
)
WHOAMI_EXAMPLES = examples("muniment whoami", "muniment whoami --profile ci --json")


def login(
    address: Annotated[
        str | None,
        typer.Option(metavar="URL", help="grpcs://host:port or https://host; without TLS grpc:// or http://."),
    ] = None,
    organization: Annotated[str | None, typer.Option(metavar="ID", help="The organization's id.")] = None,
    profile: ProfileName = None,
    ca_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Certificates (PEM) to trust in place of the system's.")
    ] = None,
) -> None:
    """Keep address, organization and API key in a profile that only you can read.

    The key is asked for and not shown, or read from standard input. It is no option: others could see it there.
    Nothing is kept unless the service knows the key.
    """
    from muniment_client import AsyncClient, config

    wanted: list[Profile] = []
    name = profile or _DEFAULT_PROFILE

    def ask() -> Profile:
        wanted.append(_ask(address, organization, ca_file))
        return wanted[0]

    async def keep(client: AsyncClient) -> None:
        identity = await client.whoami()
        file = config.save_profile(name, wanted[0])
        console().print(printable(f"Logged in as {identity.email} to {identity.organization_name}."))
        note(f"Kept as profile {name!r} in {file}.")

    run_as(ask, keep)


def whoami(profile: ProfileName = None, as_json: AsJson = False) -> None:
    """Say who we are to the service, in which organization, and what we may do there."""
    from muniment_client import AsyncClient, to_plain

    async def ask(client: AsyncClient) -> None:
        identity = await client.whoami()
        if as_json:
            print_json(identity)
        else:
            print_fields({**to_plain(identity), "address": client.address}, (*_IDENTITY, Column("Address", "address")))

    run(ask, profile, "json" if as_json else "text")


def _ask(address: str | None, organization: str | None, ca_file: str | None) -> Profile:
    from muniment_client.config import Profile

    is_terminal = sys.stdin.isatty()
    if not is_terminal and not (address and organization):
        raise UsageError(
            "Standard input is no terminal, so only the key can come from it.",
            "Give --address and --organization as options.",
        )
    address = address or str(typer.prompt("Address (grpcs://host:port or https://host)", err=True))
    organization = organization or str(typer.prompt("Organization id", err=True))
    if not _is_id(organization):
        raise UsageError(f"This isn't an organization's id: {organization}.", f"It is a UUID, such as {_AN_ID}.")
    key = _ask_for_key() if is_terminal else sys.stdin.readline().strip()
    if not key:
        raise UsageError("There is no key on standard input.", "Pipe it in, as in `muniment login … < key.txt`.")
    # The profile is used from other folders too.
    trusted = str(Path(ca_file).expanduser().absolute()) if ca_file else None
    return Profile(address.strip(), organization.strip(), key, trusted)


def _is_id(text: str) -> bool:
    try:
        UUID(text.strip())
    except ValueError:
        return False
    return True


def _ask_for_key() -> str:
    """Ask until there is an answer, as for the others; Ctrl-D ends the program like Ctrl-C."""
    try:
        while not (key := getpass.getpass("API key: ").strip()):
            pass
    except EOFError:
        raise typer.Abort from None
    return key
