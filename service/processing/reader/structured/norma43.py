"""Norma 43 (AEB43), the Spanish banks' account statement: records of 80 characters.

Columns after the AEB's booklet 43 (June 2012).
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from decimal import Decimal

from service.domain.category import Category
from service.processing.reader.structured.lines import columns, decode, piece
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import RowBuilder, StructuredItem, StructuredPart, make_part
from service.processing.reader.structured.statement import transaction

_CURRENCIES = {"978": "EUR", "840": "USD", "826": "GBP", "756": "CHF", "392": "JPY"}
_FIRST = re.compile(rb"11\d{18}\d{6}\d{6}[12]\d{14}\d{3}[123]", re.ASCII)
_DEBIT = "1"


def is_norma43(head: bytes) -> bool:
    """Whether these first bytes are of a Norma 43 file: a header record of an account."""
    return _FIRST.match(head.lstrip(b"\xef\xbb\xbf")) is not None


@dataclass(slots=True)
class _Account:
    item: StructuredItem
    rows: list[RowBuilder] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)


def read_norma43(data: bytes) -> StructuredPart:
    """Every account of a file, an item each. Lines that are no record are left out and noted."""
    accounts: list[_Account] = []
    notes = []
    for number, line in enumerate(decode(data).splitlines(), start=1):
        record = line[:2]
        if record == "11":
            accounts.append(_Account(_header(line, number, len(accounts))))
        elif record == "22" and accounts:
            accounts[-1].rows.append(_movement(line, number))
            accounts[-1].texts.append([])
        elif record == "23" and accounts and accounts[-1].texts:
            accounts[-1].texts[-1].extend(part for part in (line[4:42].strip(), line[42:80].strip()) if part)
            _describe(accounts[-1], line, number)
        elif record == "33" and accounts:
            closing = columns(line, number, 60, 73)
            accounts[-1].item.put("closing_balance", _amount(closing, line[58:59]), closing)
        elif line.strip() and record not in ("24", "88"):
            notes.append(f"line {number} is no record of Norma 43")
    for account in accounts:
        account.item.rows("transactions", account.rows)
    return make_part(
        "norma43", Category.BANK_STATEMENT, [account.item for account in accounts], language="es", notes=notes[:20]
    )


def _header(line: str, number: int, index: int) -> StructuredItem:
    item = StructuredItem("norma43", index)
    # Bank, branch and account; the two control digits of the account are not in the file.
    account = columns(line, number, 3, 20)
    item.put("account_number", account.text, account)
    for name, first in (("start_date", 21), ("end_date", 27)):
        day = columns(line, number, first, first + 5)
        item.put(name, _day(day.text), day)
    opening = columns(line, number, 34, 47)
    item.put("opening_balance", _amount(opening, line[32:33]), opening)
    currency = columns(line, number, 48, 50)
    item.put("currency", _CURRENCIES.get(currency.text), currency)
    item.text("customer_name", columns(line, number, 52, 77))
    return item


def _movement(line: str, number: int) -> RowBuilder:
    booked, valued = columns(line, number, 11, 16), columns(line, number, 17, 22)
    amount = columns(line, number, 29, 42)
    reference = next(
        (node for node in (columns(line, number, 53, 64), columns(line, number, 65, 80), columns(line, number, 43, 52))
         if node.text.strip("0 ")),
        None,
    )  # fmt: skip
    return transaction(
        date=(_day(booked.text), booked),
        value_date=(_day(valued.text), valued),
        amount=(_amount(amount, line[27:28]), amount),
        description=(None, None),
        reference=(reference.text if reference else None, reference),
    )


def _describe(account: _Account, line: str, number: int) -> None:
    row = account.rows[-1]
    if row.values:
        text = " ".join(account.texts[-1])
        row.put(
            "description", " ".join(text.split()), row.nodes.get("description") or piece(line[4:], f"line {number}")
        )


def _amount(node: Node, sign: str) -> Decimal | None:
    """Fourteen digits, the last two of them cents; sign 1 is a debit."""
    if not re.fullmatch(r"\d{14}", node.text, re.ASCII):
        return None
    amount = Decimal(node.text).scaleb(-2)
    return -amount if sign == _DEBIT else amount


def _day(text: str) -> str | None:
    try:
        return datetime.datetime.strptime(text, "%y%m%d").date().isoformat()
    except ValueError:
        return None
