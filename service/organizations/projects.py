"""The projects of an organization."""

from __future__ import annotations

from uuid import UUID

from service.domain.errors import ProjectNotFoundError
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.database import Database
from service.postgres.organizations import unique
from service.postgres.organizations_named import PROJECTS, ProjectRow
from service.postgres.paging import Page, PageRequest


class Projects:
    """Projects that files and records can be linked to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, scope: Scope, *, name: str) -> ProjectRow:
        """Make a project.

        Raises:
            AlreadyExistsError: the organization has a project of this name.
        """
        async with (
            unique("there is a project of this name already"),
            self._database.transaction(scope) as transaction,
        ):
            return await PROJECTS.insert(transaction, id=new_id(), name=name)

    async def get(self, scope: Scope, project_id: UUID) -> ProjectRow:
        """Fetch one project.

        Raises:
            ProjectNotFoundError: there is none.
        """
        row = await PROJECTS.get(self._database, scope, project_id)
        if row is None:
            raise ProjectNotFoundError(f"there is no project {project_id} in the organization")
        return row

    async def list(
        self,
        scope: Scope,
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
        name: str | None = None,
    ) -> Page[ProjectRow]:
        """List projects, newest first.

        Raises:
            InvalidCursorError: the cursor isn't one of this list.
        """
        asked = PageRequest.of({"list": "projects", "name": name}, page=page, size=size, cursor=cursor)
        return await PROJECTS.list(self._database, scope, asked, name, {})
