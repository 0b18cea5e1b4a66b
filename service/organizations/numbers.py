"""What organizations and users are called where identifiers are integers, and an organization's default project.

None of it ever changes, so that it is looked up once for each organization and kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from service.domain.errors import OrganizationNotFoundError, ProjectNotFoundError
from service.domain.scope import Scope
from service.postgres import organizations as queries
from service.postgres.access import OrganizationRow
from service.postgres.database import Database
from service.postgres.files import FileQueries

_KEPT = 10_000


class Numbers:
    """Numbers of the scope's organization and of its members."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._files = FileQueries(database)
        self._organizations: dict[UUID, OrganizationRow] = {}
        # By organization: what one of them may see says nothing of what another one may.
        self._users: dict[tuple[UUID, UUID], int] = {}

    async def users(self, scope: Scope, ids: Iterable[UUID | None]) -> dict[UUID, int]:
        """Give the numbers of those of these users whom the organization has as members."""
        wanted = {user_id for user_id in ids if user_id is not None}
        missing = [user_id for user_id in wanted if (scope.organization_id, user_id) not in self._users]
        if missing:
            if len(self._users) > _KEPT:
                self._users.clear()
            for user in await queries.user_numbers(self._database, scope, missing):
                self._users[scope.organization_id, user.id] = user.number
        found = ((user_id, self._users.get((scope.organization_id, user_id))) for user_id in wanted)
        return {user_id: number for user_id, number in found if number is not None}

    async def organization(self, scope: Scope) -> int:
        """Give the organization's number."""
        return (await self._organization(scope)).number

    async def default_project(self, scope: Scope) -> UUID:
        """Give the project that stands for the whole organization."""
        return (await self._organization(scope)).default_project_id

    async def project(self, scope: Scope, project_id: UUID) -> UUID:
        """Give a project of the organization's back.

        Raises:
            ProjectNotFoundError: it has no such project.
        """
        if not await self._files.project_exists(scope, project_id):
            raise ProjectNotFoundError(f"the organization has no project {project_id}")
        return project_id

    async def _organization(self, scope: Scope) -> OrganizationRow:
        kept = self._organizations.get(scope.organization_id)
        if kept is None:
            kept = await queries.get_organization(self._database, scope)
            if kept is None:
                raise OrganizationNotFoundError(f"there is no organization {scope.organization_id} among yours")
            if len(self._organizations) > _KEPT:
                self._organizations.clear()
            self._organizations[scope.organization_id] = kept
        return kept
