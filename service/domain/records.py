"""What records are made of a reading, and when they can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from service.domain.category import CATEGORY_BY_TAG, RECORD_CATEGORIES, Category

SPAIN = "ES"


class InvoiceType(StrEnum):
    """What was invoiced."""

    WATER = "water"
    ELECTRICITY = "electricity"
    COMBUSTION = "combustion"
    RECHARGE = "recharge"


class RecordStatus(StrEnum):
    ACTIVE = "active"


#: The type of the invoices that a category gives; wastes give no invoices.
INVOICE_TYPES: Mapping[Category, InvoiceType] = MappingProxyType(
    {
        Category.WATER: InvoiceType.WATER,
        Category.ELECTRICITY: InvoiceType.ELECTRICITY,
        Category.GAS: InvoiceType.COMBUSTION,
        Category.FUEL_DELIVERY: InvoiceType.COMBUSTION,
        Category.RECHARGES: InvoiceType.RECHARGE,
    }
)


def record_category(tags: Iterable[str]) -> Category | None:
    """Give the category whose records a file with these tags has, or None when its kind has no records."""
    categories = (CATEGORY_BY_TAG.get(tag) for tag in tags)
    return next((category for category in categories if category in RECORD_CATEGORIES), None)
