"""Finding the supplier that a document names among those of the organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, func, or_, select

from service.domain.identifiers import compact
from service.domain.names import search_form
from service.domain.scope import Scope
from service.postgres.database import Database, Transaction, query
from service.postgres.tables import suppliers


@dataclass(frozen=True, slots=True)
class _Supplier:
    id: UUID
    tax_id: str | None
    search_name: str


# The same as `compact`, as far as tax numbers go.
_tax_id = func.upper(func.regexp_replace(suppliers.c.tax_id, r"[\s.·/-]", "", "g"))
_bare_tax_id = func.regexp_replace(_tax_id, "^[A-Z]{2}(?=[A-Z0-9]{8,}$)", "")
_NAMED = query(
    select(suppliers.c.id, suppliers.c.tax_id, suppliers.c.search_name)
    .where(
        suppliers.c.organization_id == bindparam("organization_id"),
        or_(
            _tax_id == any_(bindparam("tax_ids", type_=ARRAY(Text))),
            _bare_tax_id == any_(bindparam("tax_ids", type_=ARRAY(Text))),
            suppliers.c.search_name == any_(bindparam("names", type_=ARRAY(Text))),
        ),
    )
    .order_by(suppliers.c.id)
)


class SupplierFinder:
    """Finds suppliers by what items say: by the tax number, else by the exact name."""

    def __init__(self, found: Iterable[_Supplier]) -> None:
        self._by_tax_id: dict[str, UUID] = {}
        self._by_name: dict[str, UUID] = {}
        for supplier in found:
            for form in _forms(supplier.tax_id or ""):
                self._by_tax_id.setdefault(form, supplier.id)
            self._by_name.setdefault(supplier.search_name, supplier.id)

    @classmethod
    async def read(cls, database: Database, scope: Scope, items: Iterable[Mapping[str, Any]]) -> SupplierFinder:
        """Make a finder that knows what these items name."""
        names = _names_of(items)
        return cls(await database.read(scope, _NAMED, _Supplier, **names) if any(names.values()) else ())

    @classmethod
    async def read_in(cls, tx: Transaction, items: Iterable[Mapping[str, Any]]) -> SupplierFinder:
        """As `read`, inside a transaction."""
        names = _names_of(items)
        return cls(await tx.all(_NAMED, _Supplier, **names) if any(names.values()) else ())

    def of_item(self, item: Mapping[str, Any]) -> UUID | None:
        """Give the supplier that an item names."""
        for form in _forms(str(item.get("supplier_tax_id") or "")):
            if form in self._by_tax_id:
                return self._by_tax_id[form]
        return self._by_name.get(search_form(str(item.get("supplier_name") or "")))

    def of_items(self, items: Iterable[Mapping[str, Any]]) -> UUID | None:
        """Give the supplier that the first item with a known one names."""
        return next((found for item in items if (found := self.of_item(item)) is not None), None)


def _names_of(items: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    tax_ids: set[str] = set()
    names: set[str] = set()
    for item in items:
        tax_ids.update(_forms(str(item.get("supplier_tax_id") or "")))
        if name := item.get("supplier_name"):
            names.add(search_form(str(name)))
    return {"tax_ids": sorted(tax_ids), "names": sorted(names)}


def _forms(tax_id: str) -> list[str]:
    """A tax number as it stands, and without the two letters of a country before it."""
    code = compact(tax_id)
    if not code:
        return []
    bare = code[2:]
    with_country = code[:2].isalpha() and len(bare) >= 8 and bare.isalnum()
    return [code, bare] if with_country else [code]
