"""The folders of an organization."""

from __future__ import annotations

from uuid import UUID

from service.domain.errors import FolderNotFoundError
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres.database import Database
from service.postgres.organizations import unique
from service.postgres.organizations_named import FOLDERS, FolderRow
from service.postgres.paging import Page, PageRequest


class Folders:
    """Folders of files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, scope: Scope, *, name: str, parent_id: UUID | None = None) -> FolderRow:
        """Make a folder at the root, or in another one.

        Raises:
            FolderNotFoundError: there is no such parent.
            AlreadyExistsError: the place has a folder of this name.
        """
        if parent_id is not None:
            await self.get(scope, parent_id)
        async with (
            unique("there is a folder of this name in this place already"),
            self._database.transaction(scope) as transaction,
        ):
            return await FOLDERS.insert(transaction, id=new_id(), name=name, parent_id=parent_id)

    async def get(self, scope: Scope, folder_id: UUID) -> FolderRow:
        """Fetch one folder.

        Raises:
            FolderNotFoundError: there is none.
        """
        row = await FOLDERS.get(self._database, scope, folder_id)
        if row is None:
            raise FolderNotFoundError(f"there is no folder {folder_id} in the organization")
        return row

    async def list(
        self,
        scope: Scope,
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
        name: str | None = None,
        parent_id: UUID | None = None,
    ) -> Page[FolderRow]:
        """List folders, newest first.

        Raises:
            InvalidCursorError: the cursor isn't one of this list.
        """
        filters = {"list": "folders", "name": name, "parent_id": parent_id}
        asked = PageRequest.of(filters, page=page, size=size, cursor=cursor)
        equal = {"parent_id": parent_id} if parent_id else {}
        return await FOLDERS.list(self._database, scope, asked, name, equal)
