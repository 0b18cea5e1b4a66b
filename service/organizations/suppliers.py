"""The suppliers of an organization."""

from __future__ import annotations

from uuid import UUID

from service.domain.errors import SupplierNotFoundError
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.organizations.countries import check_country
from service.postgres.database import Database
from service.postgres.organizations import unique
from service.postgres.organizations_named import SUPPLIERS, SupplierRow
from service.postgres.paging import Page, PageRequest


class Suppliers:
    """Companies that send invoices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, scope: Scope, *, name: str, tax_id: str | None = None, country: str | None = None
    ) -> SupplierRow:
        """Make a supplier.

        Raises:
            AlreadyExistsError: the organization has a supplier with this tax identifier.
            InvalidRequestError: the country isn't one.
        """
        if country is not None:
            check_country(country)
        async with (
            unique("there is a supplier with this tax identifier already"),
            self._database.transaction(scope) as transaction,
        ):
            return await SUPPLIERS.insert(transaction, id=new_id(), name=name, tax_id=tax_id, country=country)

    async def get(self, scope: Scope, supplier_id: UUID) -> SupplierRow:
        """Fetch one supplier.

        Raises:
            SupplierNotFoundError: there is none.
        """
        row = await SUPPLIERS.get(self._database, scope, supplier_id)
        if row is None:
            raise SupplierNotFoundError(f"there is no supplier {supplier_id} in the organization")
        return row

    async def list(
        self,
        scope: Scope,
        *,
        page: int | None = None,
        size: int | None = None,
        cursor: str | None = None,
        name: str | None = None,
    ) -> Page[SupplierRow]:
        """List suppliers, newest first.

        Raises:
            InvalidCursorError: the cursor isn't one of this list.
        """
        asked = PageRequest.of({"list": "suppliers", "name": name}, page=page, size=size, cursor=cursor)
        return await SUPPLIERS.list(self._database, scope, asked, name, {})
