"""What kind of document a file is, and the tag that each kind carries."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Category(StrEnum):
    """The kinds of document that are told apart. `UNKNOWN` means that no kind was likely enough."""

    ELECTRICITY = "electricity"
    WATER = "water"
    GAS = "gas"
    FUEL_DELIVERY = "fuel_delivery"
    RECHARGES = "recharges"
    WASTES = "wastes"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    BANK_STATEMENT = "bank_statement"
    OTHER = "other"
    UNKNOWN = "unknown"


TAG_BY_CATEGORY: Mapping[Category, str] = MappingProxyType(
    {
        Category.ELECTRICITY: "invoice::electricity",
        Category.WATER: "invoice::water",
        Category.GAS: "invoice::gas",
        Category.FUEL_DELIVERY: "invoice::fuel_delivery",
        Category.RECHARGES: "invoice::recharges",
        Category.WASTES: "document::wastes",
        Category.INVOICE: "invoice::general",
        Category.RECEIPT: "invoice::receipt",
        Category.BANK_STATEMENT: "document::bank_statement",
        Category.OTHER: "document::other",
        Category.UNKNOWN: "document::unknown",
    }
)

CATEGORY_BY_TAG: Mapping[str, Category] = MappingProxyType({tag: category for category, tag in TAG_BY_CATEGORY.items()})

#: The categories whose items can become records (invoices of consumption, or wastes).
RECORD_CATEGORIES: frozenset[Category] = frozenset(
    {
        Category.ELECTRICITY,
        Category.WATER,
        Category.GAS,
        Category.FUEL_DELIVERY,
        Category.RECHARGES,
        Category.WASTES,
    }
)


def tag_of(category: Category) -> str:
    """Return the tag that a file of this category carries, such as `invoice::water`."""
    return TAG_BY_CATEGORY[category]
