"""`muniment file reading create-records`: which facility gets which part, and what that would make."""

from __future__ import annotations

import decimal
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.client.failures import UsageError
from service.client.output import Column, part

if TYPE_CHECKING:
    from muniment_client import AsyncClient, Facility, Reading

# Enough for any product of two values of the contract, so that nothing is rounded.
_DIGITS = 100
_TYPES = {
    "water": "water",
    "electricity": "electricity",
    "gas": "combustion",
    "fuel_delivery": "combustion",
    "recharges": "recharge",
    "wastes": "waste",
}
PLANNED = (
    Column("Item", "item", right=True),
    Column("Type", "type"),
    Column("Facility", "facility", fold=True),
    Column("Part", "percentage", show=part, right=True),
    Column("Of", "base_quantity", right=True),
    Column("Quantity", "quantity", right=True),
    Column("Unit", "unit", fold=True),
    Column("From", "start_date", spare=True),
    Column("To", "end_date", spare=True),
)


def parse_shares(written: Sequence[str]) -> dict[str, Decimal]:
    """Read `FACILITY_ID=0.4`, each facility once; raises UsageError."""
    shares: dict[str, Decimal] = {}
    for each in written:
        facility, _, part = each.partition("=")
        try:
            share = Decimal(part)
        except decimal.InvalidOperation:
            share = Decimal(0)
        if not facility or not share.is_finite() or not 0 < share <= 1:
            raise UsageError(
                f"--facility {each} isn't a facility and its part.",
                "Write the facility's id, =, and a part greater than 0 and at most 1: --facility 0190a6f0-…=0.4",
            )
        if facility in shares:
            raise UsageError(f"The facility {facility} is named twice.", "Name it once, with its whole part.")
        shares[facility] = share
    if sum(shares.values()) > 1:
        raise UsageError(f"The parts add up to {sum(shares.values())}.", "Together they may be 1 at most.")
    return shares


async def plan(
    client: AsyncClient, reading_id: str, shares: Mapping[str, Decimal], supplier_id: str | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Say what would be made, and what would stand against it. Nothing is changed."""
    reading = await client.readings.get(reading_id)
    facilities = [await client.facilities.get(facility_id) for facility_id in shares]
    return _rows(reading, facilities, shares), _objections(reading, facilities, supplier_id)


def _rows(reading: Reading, facilities: Sequence[Facility], shares: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    items = reading.content.items if reading.content is not None else ()
    return [
        {
            "item": index,
            "type": _TYPES.get(reading.category),
            "facility": facility.name,
            "facility_id": facility.id,
            "percentage": shares[facility.id],
            "base_quantity": item.quantity,
            "quantity": None if item.quantity is None else _times(item.quantity, shares[facility.id]),
            "unit": item.unit,
            "start_date": item.start_date,
            "end_date": item.end_date,
        }
        for index, item in enumerate(items)
        for facility in facilities
    ]


def _times(quantity: Decimal, share: Decimal) -> Decimal:
    with decimal.localcontext(prec=_DIGITS):
        return quantity * share


def _objections(reading: Reading, facilities: Sequence[Facility], supplier_id: str | None) -> list[str]:
    found = []
    if reading.linked:
        found.append("records were made from this reading already")
    if reading.status != "success" or reading.content is None or not reading.content.items:
        found.append("the reading has no items to make records from")
    if reading.category not in _TYPES:
        found.append(f"no records are made of the category {reading.category}")
    in_spain = [facility.name for facility in facilities if facility.country == "ES"]
    if reading.category == "electricity" and in_spain and not (supplier_id or reading.supplier_id):
        found.append(f"electricity of a facility in Spain ({', '.join(in_spain)}) needs --supplier-id")
    return found
