"""What the formats of bank statements have in common."""

from __future__ import annotations

import re
from decimal import Decimal

from service.domain.identifiers import compact, is_iban
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import RowBuilder, StructuredItem


def account(item: StructuredItem, node: Node | None) -> None:
    """The account: an IBAN when its form and checksum say so, or its element; else a number as it stands."""
    if node is None:
        return
    if is_iban(node.text) or (node.name == "IBAN" and re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}", compact(node.text))):
        item.put("iban", compact(node.text), node)
    else:
        item.put("account_number", node.text, node)


def transaction(
    *,
    date: tuple[str | None, Node | None],
    value_date: tuple[str | None, Node | None],
    amount: tuple[Decimal | None, Node | None],
    description: tuple[str | None, Node | None],
    reference: tuple[str | None, Node | None] = (None, None),
) -> RowBuilder:
    """A transaction of values and the nodes that they stand in; it has no values when its amount is not known."""
    row = RowBuilder()
    if amount[0] is None:
        return row
    row.put("date", *date)
    row.put("value_date", *value_date)
    row.put("description", *description)
    row.put("reference", *reference)
    row.put("amount", *amount)
    return row


def period_of_rows(item: StructuredItem, rows: list[RowBuilder]) -> None:
    """The period that the transactions span, when the statement names none."""
    days = sorted(row.values["date"] for row in rows if "date" in row.values)
    if days and "start_date" not in item.values and "end_date" not in item.values:
        item.derive("start_date", days[0], ("transactions",), 0.7)
        item.derive("end_date", days[-1], ("transactions",), 0.7)
