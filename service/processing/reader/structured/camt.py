"""ISO 20022 account reports: camt.052, camt.053 and camt.054, every version. Elements after the message definitions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from service.domain.category import Category
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import (
    RowBuilder,
    StructuredItem,
    StructuredPart,
    day_of,
    decimal_of,
    make_part,
)
from service.processing.reader.structured.statement import account, period_of_rows, transaction

_DAYS = ("Dt", "DtTm")


def read_camt(root: Node) -> StructuredPart:
    """Every statement, report or notification of a message, an item each."""
    items = []
    for index, report in enumerate(_reports(root)):
        item = StructuredItem("xml", index)
        item.text("invoice_number", report.first("Id"))
        item.day("issue_date", report.first("CreDtTm"))
        item.day("start_date", report.first("FrToDt/FrDtTm", "FrToDt/FrDt"))
        item.day("end_date", report.first("FrToDt/ToDtTm", "FrToDt/ToDt"))
        holder = report.first("Acct") or report
        account(item, holder.first("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id"))
        item.text("bic", holder.first("Svcr/FinInstnId/BICFI", "Svcr/FinInstnId/BIC"))
        item.text("supplier_name", holder.first("Svcr/FinInstnId/Nm"))
        item.text("customer_name", holder.first("Ownr/Nm", "Nm"))
        item.text("currency", holder.first("Ccy"))
        _balances(item, report)
        rows = [_entry(node) for node in report.all("Ntry")]
        item.rows("transactions", rows)
        period_of_rows(item, rows)
        amount = report.first("Ntry/Amt")
        item.put("currency", amount.attributes.get("Ccy") if amount is not None else None, amount)
        items.append(item)
    return make_part("camt", Category.BANK_STATEMENT, items)


def _reports(root: Node) -> Iterator[Node]:
    # Some banks send the message without the Document around it.
    for holder in (root, *root.children):
        yield from holder.all("Stmt|Rpt|Ntfctn")


def _balances(item: StructuredItem, report: Node) -> None:
    """Booked balances. PRCD is the closing one of the statement before, so the opening one of this."""
    by_code: dict[str, list[Node]] = {}
    for entry in report.all("Bal"):
        by_code.setdefault(entry.value("Tp/CdOrPrtry/Cd", "Tp/Cd") or "", []).append(entry)
    opening = next(iter(by_code.get("OPBD") or by_code.get("PRCD") or ()), None)
    closing = next(iter(by_code.get("CLBD", [])[-1:]), None)
    for field, period, balance in (
        ("opening_balance", "start_date", opening),
        ("closing_balance", "end_date", closing),
    ):
        if balance is None:
            continue
        amount = balance.first("Amt")
        item.put(field, _signed(balance, amount), amount)
        item.put("currency", amount.attributes.get("Ccy") if amount is not None else None, amount)
        day = balance.first(*(f"Dt/{name}" for name in _DAYS))
        item.put(period, day_of(day), day, 0.9)


def _signed(holder: Node, amount: Node | None) -> Decimal | None:
    value = decimal_of(amount)
    if value is None:
        return None
    return -value if holder.value("CdtDbtInd") == "DBIT" else value


def _entry(node: Node) -> RowBuilder:
    booked = node.first(*(f"BookgDt/{name}" for name in _DAYS))
    valued = node.first(*(f"ValDt/{name}" for name in _DAYS))
    amount = node.first("Amt")
    details = list(node.all("NtryDtls/TxDtls"))
    # A batch has one entry for many payments: their texts do not describe the entry.
    single = details[0] if len(details) == 1 else None
    said = single.first("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf") if single is not None else None
    text: str | None = None
    if single is not None and said is not None:
        lines = [entry.text for entry in single.all("RmtInf/Ustrd") if entry.text]
        text = "".join(lines) if lines and all(len(line) == 140 for line in lines[:-1]) else " ".join(lines)
        text = text or said.text
    said = said or node.first("AddtlNtryInf")
    reference = _reference(node, single)
    row = transaction(
        date=(day_of(booked), booked),
        value_date=(day_of(valued), valued),
        amount=(_signed(node, amount), amount),
        description=(text or (said.text if said is not None else None), said),
        reference=(reference.text if reference is not None else None, reference),
    )
    if single is not None and row.values:
        _counterparty(row, single, outgoing=node.value("CdtDbtInd") == "DBIT")
    return row


def _reference(node: Node, single: Node | None) -> Node | None:
    if single is not None:
        named = single.first("Refs/EndToEndId")
        if named is not None and named.text != "NOTPROVIDED":
            return named
        structured = single.first("RmtInf/Strd/CdtrRefInf/Ref", "Refs/AcctSvcrRef")
        if structured is not None:
            return structured
    return node.first("AcctSvcrRef", "NtryRef")


def _counterparty(row: RowBuilder, details: Node, *, outgoing: bool) -> None:
    side = "Cdtr" if outgoing else "Dbtr"
    name = details.first(f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm", f"RltdPties/Ultmt{side}/Nm")
    row.put("counterparty", name.text if name is not None else None, name)
    number = details.first(f"RltdPties/{side}Acct/Id/IBAN", f"RltdPties/{side}Acct/Id/Othr/Id")
    row.put("counterparty_account", number.text if number is not None else None, number)
