"""The facilities of an organization."""

from __future__ import annotations

from uuid import UUID

from service.domain.errors import FacilityNotFoundError
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.organizations.countries import check_country
from service.postgres.database import Database
from service.postgres.organizations_named import FACILITIES, FacilityRow
from service.postgres.paging import Page, PageRequest


class Facilities:
    """Places that consume or produce."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, scope: Scope, *, name: str, country: str, address: str | None = None) -> FacilityRow:
        """Make a facility.

        Raises:
            InvalidRequestError: the country isn't one.
        """
        check_country(country)
        async with self._database.transaction(scope) as transaction:
            return await FACILITIES.insert(transaction, id=new_id(), name=name, country=country, address=address)

    async def get(self, scope: Scope, facility_id: UUID) -> FacilityRow:
        """Fetch one facility.

        Raises:
            FacilityNotFoundError: there is none.
        """
        row = await FACILITIES.get(self._database, scope, facility_id)
        if row is None:
            raise FacilityNotFoundError(f"there is no facility {facility_id} in the organization")
        return row

    async def list(
        self,
        scope: Scope,
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
        name: str | None = None,
    ) -> Page[FacilityRow]:
        """List facilities, newest first.

        Raises:
            InvalidCursorError: the cursor isn't one of this list.
        """
        asked = PageRequest.of({"list": "facilities", "name": name}, page=page, size=size, cursor=cursor)
        return await FACILITIES.list(self._database, scope, asked, name, {})
