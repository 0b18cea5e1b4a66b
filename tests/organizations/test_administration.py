"""The operator's work, by the use cases and by the command line."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from typer.testing import CliRunner

from service.admin_cli import app
from service.domain.errors import AlreadyExistsError, MemberNotFoundError, OrganizationNotFoundError
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.organizations.administration import Administration
from service.organizations.authentication import Authenticator
from service.organizations.folders import Folders
from service.postgres.access import AccessQueries
from service.postgres.database import Database
from tests.conftest import DatabaseUrls


@pytest.fixture
async def administration(database_urls: DatabaseUrls) -> AsyncIterator[Administration]:
    owner = Database(database_urls.owner, min_size=1, max_size=1)
    await owner.open()
    yield Administration(owner)
    await owner.close()


async def test_organization_is_made_whole(administration: Administration, database: Database) -> None:
    made = await administration.create_organization("Acme", admin_email="Ana@Acme.example", key_name="first")
    assert made.organization.number == 1
    assert made.admin is not None
    assert made.api_key is not None
    assert (made.admin.email, made.admin.role) == ("ana@acme.example", "admin")
    authenticator = Authenticator(AccessQueries(database))
    principal = await authenticator.principal(made.api_key.secret)
    scope = await authenticator.scope(principal, str(made.organization.id))
    assert (scope.user_id, scope.role) == (made.admin.user_id, "admin")
    assert await administration.list_organizations() == [made.organization]


async def test_one_user_can_be_admin_of_several_organizations(administration: Administration) -> None:
    made = [await administration.create_organization(name, admin_email="a@b.example") for name in ("B", "A")]
    users = {entry.admin.user_id for entry in made if entry.admin}
    assert len(users) == 1
    assert [row.name for row in await administration.list_organizations()] == ["A", "B"]
    assert {entry.organization.number for entry in made} == {1, 2}


async def test_what_the_operator_names_must_exist(administration: Administration) -> None:
    made = await administration.create_organization("Acme")
    with pytest.raises(OrganizationNotFoundError):
        await administration.create_facility(new_id(), "x", "ES")
    with pytest.raises(MemberNotFoundError):
        await administration.create_key(made.organization.id, "nobody@acme.example", "x")
    await administration.create_user("eva@acme.example", subject="eva")
    with pytest.raises(MemberNotFoundError):
        await administration.create_key(made.organization.id, "eva@acme.example", "x")
    with pytest.raises(AlreadyExistsError):
        await administration.create_user("EVA@acme.example")
    with pytest.raises(AlreadyExistsError):
        await administration.create_user("other@acme.example", subject="eva")


async def test_row_level_security_holds_where_a_query_would_not(
    administration: Administration, database: Database
) -> None:
    mine = (await administration.create_organization("Mine")).organization
    theirs = (await administration.create_organization("Theirs")).organization
    folder = await administration.create_folder(theirs.id, "secret")
    async with database.transaction(Scope.of_service(mine.id)) as transaction:
        cursor = await transaction.connection.execute("SELECT count(*) FROM folders")
        assert await cursor.fetchone() == (0,)
        cursor = await transaction.connection.execute("SELECT count(*) FROM organizations")
        assert await cursor.fetchone() == (1,)
    async with database.connection() as connection:
        for table in ("folders", "api_keys", "users", "members", "organizations", "idempotency_keys"):
            cursor = await connection.execute(f"SELECT count(*) FROM {table}")
            assert await cursor.fetchone() == (0,), table
    assert (await Folders(database).get(Scope.of_service(theirs.id), folder.id)).name == "secret"


class Admin:
    """The command line, against one database."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self._environment = {
            "MUNIMENT_OWNER_DATABASE_URL": urls.owner,
            "MUNIMENT_DATABASE_URL": urls.service,
            "MUNIMENT_S3_ENDPOINT_URL": "http://127.0.0.1:1",
            "MUNIMENT_S3_BUCKET": "b",
            "MUNIMENT_S3_ACCESS_KEY": "a",
            "MUNIMENT_S3_SECRET_KEY": "s",
        }

    def run(self, *arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, list(arguments), env=self._environment)
        assert result.exit_code == code, result.output
        return result.output

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json"))


def test_command_line_makes_everything(database_urls: DatabaseUrls) -> None:
    admin = Admin(database_urls)
    made = admin.json("organization", "create", "Acmé", "--admin-email", "ana@acme.example", "--key-name", "k")
    assert made["name"] == "Acmé"
    assert made["secret"].startswith("mun_")
    organization = ("--organization", made["id"])
    assert admin.json("user", "create", "eva@acme.example", "--subject", "s-1")["subject"] == "s-1"
    assert admin.json("member", "add", "eva@acme.example", "--role", "viewer", *organization)["role"] == "viewer"
    key = admin.json("key", "create", "eva@acme.example", "--name", "x", "--scope", "files:read", *organization)
    rotated = admin.json("key", "rotate", key["id"], "--overlap-hours", "0", *organization)
    assert rotated["rotated_from_id"] == key["id"]
    assert admin.json("key", "revoke", rotated["id"], *organization)["revoked_at"]
    folder = admin.json("folder", "create", "2026", *organization)
    assert admin.json("folder", "create", "03", "--parent", folder["id"], *organization)["parent_id"] == folder["id"]
    assert admin.json("project", "create", "p", *organization)["name"] == "p"
    assert admin.json("facility", "create", "f", "--country", "ES", *organization)["country"] == "ES"
    assert admin.json("supplier", "create", "s", "--tax-id", "A1", *organization)["tax_id"] == "A1"
    assert len(admin.json("key", "list", *organization)) == 3
    assert len(admin.json("member", "list", *organization)) == 2
    assert "secret" not in admin.run("key", "list", *organization)
    assert "Acmé" in admin.run("organization", "list")


def test_command_line_says_what_is_wrong(database_urls: DatabaseUrls) -> None:
    admin = Admin(database_urls)
    assert "there is no organization" in admin.run("project", "create", "p", "-o", str(new_id()), code=1)
    assert "--role must be one of" in admin.run(
        "member", "add", "e@a.example", "--role", "x", "-o", str(new_id()), code=2
    )
    assert "somebody's" in admin.run("organization", "create", "x", "--key-name", "k", code=2)
