"""CFONB 120, the French banks' account statement: records of 120 characters, with or without line ends.

Columns after the CFONB's booklet "Relevé de compte sur support informatique" (July 2004).
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from decimal import Decimal

from service.domain.category import Category
from service.processing.reader.structured.lines import columns, decode
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import RowBuilder, StructuredItem, StructuredPart, make_part
from service.processing.reader.structured.statement import transaction

_WIDTH = 120
_FIRST = re.compile(rb"01\d{5}.{4}.{5}[A-Z]{3}\d.[A-Z0-9 ]{11}.{2}\d{6}", re.DOTALL)
# The last digit carries the sign: { and A to I are credits, } and J to R debits (overpunch).
_CREDIT, _DEBIT = "{ABCDEFGHI", "}JKLMNOPQR"


def is_cfonb(head: bytes) -> bool:
    """Whether these first bytes are of a CFONB 120 file: the record of an old balance."""
    return _FIRST.match(head) is not None


@dataclass(slots=True)
class _Account:
    item: StructuredItem
    rows: list[RowBuilder] = field(default_factory=list)


def read_cfonb(data: bytes) -> StructuredPart:
    """Every account of a file, an item each."""
    text = decode(data)
    lines = text.splitlines()
    if len(lines) == 1:
        lines = [text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH)]
    accounts: list[_Account] = []
    for number, line in enumerate(lines, start=1):
        record = line[:2]
        if record == "01":
            accounts.append(_Account(_opening(line, number, len(accounts))))
        elif record == "04" and accounts:
            accounts[-1].rows.append(_movement(line, number))
        elif record == "05" and accounts and accounts[-1].rows:
            _complement(accounts[-1].rows[-1], line, number)
        elif record == "07" and accounts:
            _balance(accounts[-1].item, line, number, "closing_balance", "end_date")
    for account in accounts:
        account.item.rows("transactions", account.rows)
    return make_part("cfonb120", Category.BANK_STATEMENT, [account.item for account in accounts], language="fr")


def _opening(line: str, number: int, index: int) -> StructuredItem:
    item = StructuredItem("cfonb120", index)
    account = columns(line, number, 22, 32)
    bank, branch = line[2:7], line[11:16]
    item.put("account_number", f"{bank}{branch}{account.text}", account)
    currency = columns(line, number, 17, 19)
    item.text("currency", currency)
    _balance(item, line, number, "opening_balance", "start_date")
    return item


def _balance(item: StructuredItem, line: str, number: int, name: str, period: str) -> None:
    amount = columns(line, number, 91, 104)
    item.put(name, _amount(amount, line[19:20]), amount)
    day = columns(line, number, 35, 40)
    item.put(period, _day(day.text), day)


def _movement(line: str, number: int) -> RowBuilder:
    booked, valued = columns(line, number, 35, 40), columns(line, number, 43, 48)
    said, amount = columns(line, number, 49, 79), columns(line, number, 91, 104)
    reference = columns(line, number, 105, 120)
    return transaction(
        date=(_day(booked.text), booked),
        value_date=(_day(valued.text), valued),
        amount=(_amount(amount, line[19:20]), amount),
        description=(said.text or None, said),
        reference=(reference.text or None, reference),
    )


def _complement(row: RowBuilder, line: str, number: int) -> None:
    kind, said = line[45:48], columns(line, number, 49, 118)
    if not row.values or not said.text:
        return
    if kind in ("NPY", "NBE"):
        row.put("counterparty", said.text, said)
    elif kind in ("LIB", "LCC", "LC2"):
        row.put("description", f"{row.values.get('description', '')} {said.text}".strip(), said)


def _amount(node: Node, decimals: str) -> Decimal | None:
    text = node.text
    sign, last = (1, _CREDIT.find(text[-1:])) if text[-1:] in _CREDIT else (-1, _DEBIT.find(text[-1:]))
    if not re.fullmatch(r"\d{13}", text[:-1], re.ASCII) or last < 0 or not decimals.isdigit():
        return None
    return Decimal(f"{text[:-1]}{last}").scaleb(-int(decimals)) * sign


def _day(text: str) -> str | None:
    try:
        return datetime.datetime.strptime(text, "%d%m%y").date().isoformat()
    except ValueError:
        return None
