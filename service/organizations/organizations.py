"""Organizations, and who calls."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.domain.errors import OrganizationNotFoundError, PermissionDeniedError
from service.domain.scope import Principal, Scope
from service.postgres import organizations as queries
from service.postgres.access import AccessQueries, OrganizationRow
from service.postgres.database import Database
from service.postgres.organizations import MemberRow


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, and for which organization."""

    member: MemberRow
    organization: OrganizationRow
    permissions: list[str]
    credential: str
    api_key_id: UUID | None


class Organizations:
    """What callers may ask about organizations; the operator makes them: see `administration`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._access = AccessQueries(database)

    async def who_am_i(self, scope: Scope) -> Identity:
        """Say who calls.

        Raises:
            OrganizationNotFoundError: the membership ended just now.
        """
        if scope.user_id is None or scope.principal is None:
            raise PermissionDeniedError("only a user is someone")
        organization = await self.get(scope, scope.organization_id)
        member = await queries.get_member(self._database, scope, scope.user_id)
        if member is None:
            raise _not_found(scope.organization_id)
        return Identity(
            member=member,
            organization=organization,
            permissions=sorted(scope.permissions),
            credential=scope.principal.credential,
            api_key_id=scope.principal.api_key_id,
        )

    async def list_own(self, principal: Principal) -> list[OrganizationRow]:
        """List the organizations that a principal can name, by name."""
        rows = await self._access.organizations(principal.user_id)
        return [row for row in rows if principal.organization_id in (None, row.id)]

    async def get(self, scope: Scope, organization_id: UUID) -> OrganizationRow:
        """Fetch the scope's organization.

        Raises:
            OrganizationNotFoundError: it is another one that is asked for.
        """
        if organization_id != scope.organization_id:
            raise _not_found(organization_id)
        row = await queries.get_organization(self._database, scope)
        if row is None:
            raise _not_found(organization_id)
        return row


def _not_found(organization_id: UUID) -> OrganizationNotFoundError:
    return OrganizationNotFoundError(f"there is no organization {organization_id} among yours")
