"""What the operator does, for any organization: `muniment admin`. It runs as the owner of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from service.domain.errors import ApiKeyNotFoundError, MemberNotFoundError, OrganizationNotFoundError
from service.domain.ids import new_id
from service.domain.permissions import ADMIN
from service.domain.scope import Scope
from service.organizations.api_keys import DEFAULT_OVERLAP, MadeKey, check_scopes, make_key, rotate_key
from service.organizations.facilities import Facilities
from service.organizations.folders import Folders
from service.organizations.members import normal_email
from service.organizations.projects import Projects
from service.organizations.suppliers import Suppliers
from service.postgres import organizations as queries
from service.postgres import organizations_keys as key_queries
from service.postgres.access import OrganizationRow
from service.postgres.database import Database
from service.postgres.organizations import MemberRow, UserRow
from service.postgres.organizations_keys import ApiKeyRow
from service.postgres.organizations_named import PROJECTS, FacilityRow, FolderRow, ProjectRow, SupplierRow

DEFAULT_PROJECT = "Default"

# Any organization will do where none is meant: the owner sees all rows.
_NO_ORGANIZATION = Scope.of_service(UUID(int=0))


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """A new organization, with its first admin when one was asked for."""

    organization: OrganizationRow
    admin: MemberRow | None
    api_key: MadeKey | None


class Administration:
    """The operator's work. `database` connects as the owner of the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folders = Folders(database)
        self._projects = Projects(database)
        self._facilities = Facilities(database)
        self._suppliers = Suppliers(database)

    async def create_organization(
        self, name: str, *, admin_email: str | None = None, admin_name: str | None = None, key_name: str | None = None
    ) -> NewOrganization:
        """Make an organization with its default project, all or nothing.

        `admin_email` makes this user its first admin, and `key_name` gives the admin an API key without limits.
        """
        scope = Scope.of_service(new_id())
        admin: MemberRow | None = None
        key: MadeKey | None = None
        async with self._database.transaction(scope) as transaction:
            project_id = new_id()
            organization = await queries.insert_organization(transaction, name, project_id)
            await PROJECTS.insert(transaction, id=project_id, name=DEFAULT_PROJECT)
            if admin_email is not None:
                user = await queries.ensure_user(transaction, new_id(), normal_email(admin_email))
                admin = await queries.insert_member(transaction, user.id, ADMIN, admin_name)
            if admin is not None and key_name is not None:
                key = await make_key(
                    transaction, user_id=admin.user_id, name=key_name, scopes=frozenset(), expires_at=None
                )
        return NewOrganization(organization, admin, key)

    async def list_organizations(self) -> list[OrganizationRow]:
        """List all organizations by name."""
        async with self._database.transaction(_NO_ORGANIZATION) as transaction:
            return await queries.list_all_organizations(transaction)

    async def create_user(self, email: str, *, subject: str | None = None) -> UserRow:
        """Make a user; `subject` is the `sub` of the user's tokens, when that isn't the user's id.

        Raises:
            AlreadyExistsError: there is one with the email address or the subject.
        """
        async with self._database.transaction(_NO_ORGANIZATION) as transaction:
            return await queries.insert_user(transaction, new_id(), normal_email(email), subject)

    async def add_member(self, organization_id: UUID, email: str, role: str, *, name: str | None = None) -> MemberRow:
        """Make a user a member; a user who is new is created.

        Raises:
            AlreadyExistsError: the user is a member already.
            OrganizationNotFoundError: there is no such organization.
        """
        scope = await self._scope(organization_id)
        async with self._database.transaction(scope) as transaction:
            user = await queries.ensure_user(transaction, new_id(), normal_email(email))
            return await queries.insert_member(transaction, user.id, role, name)

    async def create_key(
        self,
        organization_id: UUID,
        email: str,
        name: str,
        *,
        scopes: tuple[str, ...] = (),
        expires_at: datetime | None = None,
    ) -> MadeKey:
        """Make an API key of a member.

        Raises:
            InvalidRequestError: a scope is no permission.
            MemberNotFoundError: the user is no member.
            OrganizationNotFoundError: there is no such organization.
        """
        check_scopes(scopes)
        scope = await self._scope(organization_id)
        async with self._database.transaction(scope) as transaction:
            user = await queries.get_user_of_email(transaction, normal_email(email))
            member = await queries.get_member_in(transaction, user.id) if user else None
            if member is None:
                raise MemberNotFoundError(f"{email} is no member of the organization")
            return await make_key(
                transaction, user_id=member.user_id, name=name, scopes=frozenset(scopes), expires_at=expires_at
            )

    async def rotate_key(
        self, organization_id: UUID, api_key_id: UUID, *, overlap: timedelta = DEFAULT_OVERLAP
    ) -> MadeKey:
        """Make the follower of a key, which goes on working for `overlap`.

        Raises:
            ApiKeyNotFoundError: there is none, or it has ended.
        """
        async with self._database.transaction(Scope.of_service(organization_id)) as transaction:
            old = await key_queries.lock_key(transaction, api_key_id)
            if old is None:
                raise _no_key(api_key_id)
            return await rotate_key(transaction, old, frozenset(old.scopes), datetime.now(UTC), overlap)

    async def revoke_key(self, organization_id: UUID, api_key_id: UUID) -> ApiKeyRow:
        """Revoke a key at once.

        Raises:
            ApiKeyNotFoundError: there is none.
        """
        async with self._database.transaction(Scope.of_service(organization_id)) as transaction:
            row = await key_queries.revoke_key(transaction, api_key_id)
        if row is None:
            raise _no_key(api_key_id)
        return row

    async def list_keys(self, organization_id: UUID) -> list[ApiKeyRow]:
        """List the keys of an organization, newest first."""
        return await key_queries.list_keys(self._database, await self._scope(organization_id), None)

    async def list_members(self, organization_id: UUID) -> list[MemberRow]:
        """List the members of an organization by email address."""
        return await queries.list_members(self._database, await self._scope(organization_id))

    async def create_folder(self, organization_id: UUID, name: str, *, parent_id: UUID | None = None) -> FolderRow:
        """As `Folders.create`."""
        return await self._folders.create(await self._scope(organization_id), name=name, parent_id=parent_id)

    async def create_project(self, organization_id: UUID, name: str) -> ProjectRow:
        """As `Projects.create`."""
        return await self._projects.create(await self._scope(organization_id), name=name)

    async def create_facility(
        self, organization_id: UUID, name: str, country: str, *, address: str | None = None
    ) -> FacilityRow:
        """As `Facilities.create`."""
        scope = await self._scope(organization_id)
        return await self._facilities.create(scope, name=name, country=country, address=address)

    async def create_supplier(
        self, organization_id: UUID, name: str, *, tax_id: str | None = None, country: str | None = None
    ) -> SupplierRow:
        """As `Suppliers.create`."""
        scope = await self._scope(organization_id)
        return await self._suppliers.create(scope, name=name, tax_id=tax_id, country=country)

    async def _scope(self, organization_id: UUID) -> Scope:
        scope = Scope.of_service(organization_id)
        if await queries.get_organization(self._database, scope) is None:
            raise OrganizationNotFoundError(f"there is no organization {organization_id}")
        return scope


def _no_key(api_key_id: UUID) -> ApiKeyNotFoundError:
    return ApiKeyNotFoundError(f"there is no API key {api_key_id} in the organization")
