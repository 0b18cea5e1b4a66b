"""CODA, the Belgian banks' coded account statement: records of 128 characters.

Columns after Febelfin's "Standard CODA" (version 2.6). Amounts have three decimals; sign 1 is a debit.
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
from service.processing.reader.structured.statement import account, transaction

_FIRST = re.compile(rb"0{5}\d{6}\d{3}05[D ] {7}.{103}[12]", re.DOTALL)
_DEBIT = "1"
#: The numbers of structured communications that are references of invoices.
_PAYMENT_REFERENCES = ("101", "102")
_CENT = Decimal("0.01")


def is_coda(head: bytes) -> bool:
    """Whether these first bytes are of a CODA file: the header record."""
    return _FIRST.match(head.lstrip(b"\xef\xbb\xbf")) is not None


@dataclass(slots=True)
class _Statement:
    item: StructuredItem
    rows: list[RowBuilder] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def row(self) -> RowBuilder | None:
        return self.rows[-1] if self.rows else None


def read_coda(data: bytes) -> StructuredPart:
    """Every statement of a file, an item each. Details of movements that are booked as one are left out."""
    statements: list[_Statement] = []
    header = ("", 0)
    for number, line in enumerate(decode(data).splitlines(), start=1):
        match line[:1]:
            case "0":
                header = (line, number)
            case "1":
                statements.append(_Statement(_opening(line, number, header, len(statements))))
            case "2" | "3" if statements and line[6:10].strip("0 ") == "":
                _movement(statements[-1], line, number)
            case "3" if statements:
                _information(statements[-1], line, number)
            case "8" if statements:
                _balance(statements[-1].item, "closing_balance", "end_date", line, number, sign=42)
    for statement in statements:
        statement.item.rows("transactions", statement.rows)
    return make_part("coda", Category.BANK_STATEMENT, [statement.item for statement in statements])


def _opening(line: str, number: int, header: tuple[str, int], index: int) -> StructuredItem:
    item = StructuredItem("coda", index)
    # The account's own number has one of four structures; the IBAN's are 2 and 3.
    iban = line[1:2] in "23"
    account(item, columns(line, number, 6, 36 if iban else 17))
    currency = columns(line, number, 40, 42) if iban else columns(line, number, 19, 21)
    item.text("currency", currency)
    _balance(item, "opening_balance", "start_date", line, number, sign=43)
    item.text("customer_name", columns(line, number, 65, 90))
    item.text("bic", columns(*header, 61, 71))
    item.text("invoice_number", columns(line, number, 3, 5))
    return item


def _balance(item: StructuredItem, name: str, period: str, line: str, number: int, *, sign: int) -> None:
    amount = columns(line, number, sign + 1, sign + 15)
    item.put(name, _amount(amount, line[sign - 1 : sign]), amount)
    day = columns(line, number, sign + 16, sign + 21)
    item.put(period, _day(day.text), day, 0.9)


def _movement(statement: _Statement, line: str, number: int) -> None:
    match line[:2]:
        case "21":
            statement.rows.append(_first_part(line, number))
            statement.texts = []
            _communication(statement, line, number, 63, 115, structured=line[61:62] == "1")
        case "22":
            _communication(statement, line, number, 11, 63)
        case "23" if statement.row is not None and statement.row.values:
            name, number_of = columns(line, number, 48, 82), columns(line, number, 11, 44)
            statement.row.put("counterparty", name.text or None, name)
            statement.row.put("counterparty_account", number_of.text.split(" ")[0] or None, number_of)
            _communication(statement, line, number, 83, 125)
        case "31" | "32" | "33":
            _information(statement, line, number)


def _first_part(line: str, number: int) -> RowBuilder:
    amount, valued, booked = (
        columns(line, number, 33, 47),
        columns(line, number, 48, 53),
        columns(line, number, 116, 121),
    )
    reference = columns(line, number, 11, 31)
    return transaction(
        date=(_day(booked.text), booked),
        value_date=(_day(valued.text), valued),
        amount=(_amount(amount, line[31:32]), amount),
        description=(None, None),
        reference=(" ".join(reference.text.split()) or None, reference),
    )


def _communication(
    statement: _Statement, line: str, number: int, first: int, last: int, *, structured: bool = False
) -> None:
    """More of a movement's text. A structured one is a payment's reference, or coded."""
    node = columns(line, number, first, last)
    row = statement.row
    if row is None or not row.values or not node.text:
        return
    if structured and node.text[:3] in _PAYMENT_REFERENCES:
        digits = node.text[3:15]
        row.put("reference", f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++", node)
        return
    statement.texts.append(node.text[3:] if structured else node.text)
    row.put("description", " ".join(" ".join(statement.texts).split()), row.nodes.get("description") or node)


def _information(statement: _Statement, line: str, number: int) -> None:
    """The text of a movement without one may be in the information about it."""
    row = statement.row
    node = columns(line, number, 41, 113)
    if line[:2] == "31" and row is not None and row.values and "description" not in row.values:
        structured = line[39:40] == "1"
        row.put("description", " ".join((node.text[3:] if structured else node.text).split()) or None, node)


def _amount(node: Node, sign: str) -> Decimal | None:
    """Fifteen digits, the last three of them decimals; of a currency with cents the third is nothing."""
    if not re.fullmatch(r"\d{15}", node.text, re.ASCII):
        return None
    amount = Decimal(node.text).scaleb(-3)
    amount = amount.quantize(_CENT) if amount == amount.quantize(_CENT) else amount
    return -amount if sign == _DEBIT else amount


def _day(text: str) -> str | None:
    try:
        return datetime.datetime.strptime(text, "%d%m%y").date().isoformat()
    except ValueError:
        return None
