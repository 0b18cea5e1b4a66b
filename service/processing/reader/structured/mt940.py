"""SWIFT MT940 and MT942 account statements, with or without the blocks of the network around them.

Fields after the SWIFT Standards MT940 format specifications; the structure of field 86 (`?20`, `/EREF/`) as banks in
Germany, Austria, the Netherlands and Poland use it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from service.domain.category import Category
from service.domain.identifiers import is_iban
from service.processing.reader.structured.lines import decode, piece
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import RowBuilder, StructuredItem, StructuredPart, make_part
from service.processing.reader.structured.statement import account, period_of_rows, transaction

_TAG = re.compile(r"^:(\d{2}[A-Z]?):", re.MULTILINE)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d.]*,?\d*)", re.ASCII)
_LINE = re.compile(
    r"(?P<valued>\d{6})(?P<booked>\d{4})?(?P<sign>R?[CD])(?P<funds>[A-Z])?(?P<amount>\d[\d.]*,?\d*)"
    r"(?P<type>[A-Z][A-Z0-9]{3})(?P<reference>[^\n]*?)(?://(?P<bank>[^\n]*))?(?:\n(?P<rest>.*))?",
    re.ASCII | re.DOTALL,
)
#: What stands in the field of the reference when it is told elsewhere, or nowhere.
_NO_REFERENCES = {"", "NONREF", "NOREF", "EREF", "PREF", "MARF", "KREF", "CREF", "NOTPROVIDED"}
_NAME_WIDTH = 27
_REFERENCE = re.compile(r"/(?:EREF|CSID)/([^/\n]+)")


def is_mt940(head: bytes) -> bool:
    """Whether these first bytes are of an MT940: reference and account fields, in a line each."""
    return re.search(rb"(?m)^:20:", head[:1000]) is not None and re.search(rb"(?m)^:25[A-Z]?:", head) is not None


@dataclass(slots=True)
class _Field:
    tag: str
    text: str
    node: Node


def read_mt940(data: bytes) -> StructuredPart:
    """Every statement of a file, an item each; pages of one statement are joined."""
    items: list[StructuredItem] = []
    pending: list[list[_Field]] = []
    for statement in _statements(list(_fields(decode(data)))):
        if pending and _goes_on(pending[-1], statement):
            pending[-1].extend(statement)
        else:
            pending.append(statement)
    for statement in pending:
        items.append(_statement(statement, len(items)))
    return make_part("mt940", Category.BANK_STATEMENT, items)


def _fields(text: str) -> Iterator[_Field]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # The end of a message, and what the network puts between two.
    text = re.sub(r"(?m)^-\}?$|^\{.*$", "", text)
    found = list(_TAG.finditer(text))
    counts: dict[str, int] = {}
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        tag = match[1]
        counts[tag] = counts.get(tag, 0) + 1
        said = text[match.end() : end].strip("\n")
        yield _Field(tag, said, piece(said, f":{tag}:[{counts[tag]}]"))


def _statements(fields: list[_Field]) -> list[list[_Field]]:
    statements: list[list[_Field]] = []
    for entry in fields:
        if entry.tag == "20":
            statements.append([])
        if statements:
            statements[-1].append(entry)
    return statements


def _goes_on(before: list[_Field], after: list[_Field]) -> bool:
    """Whether a message is a further page: it begins with an intermediate balance of the same account."""
    tags = {entry.tag for entry in after}
    same = [entry.text for entry in before if entry.tag[:2] == "25"][:1] == [
        entry.text for entry in after if entry.tag[:2] == "25"
    ][:1]
    return same and "60M" in tags and "60F" not in tags


def _statement(fields: list[_Field], index: int) -> StructuredItem:
    item = StructuredItem("mt940", index)
    rows: list[RowBuilder] = []
    for position, entry in enumerate(fields):
        match entry.tag:
            case "28" | "28C":
                item.put("invoice_number", entry.text.strip(), entry.node)
            case "25" | "25P":
                _account(item, entry)
            case "60F" | "60M":
                _balance(item, entry, "opening_balance", "start_date")
            case "62F":
                _balance(item, entry, "closing_balance", "end_date")
            case "34F":
                item.put("currency", entry.text[:3], entry.node)
            case "61":
                told = fields[position + 1] if position + 1 < len(fields) and fields[position + 1].tag == "86" else None
                rows.append(_transaction(entry, told))
    item.rows("transactions", rows)
    period_of_rows(item, rows)
    return item


def _account(item: StructuredItem, entry: _Field) -> None:
    text = entry.text.split("\n")[0].strip()
    # An IBAN with the currency behind it, or a bank's code and a number.
    head = text if is_iban(text) else re.sub(r"(?<=\d) ?[A-Z]{3}$", "", text)
    iban = next((part for part in re.split(r"[/ ]", head) if is_iban(part)), None)
    account(item, piece(iban or head, entry.node.path))


def _balance(item: StructuredItem, entry: _Field, name: str, period: str) -> None:
    match = _BALANCE.match(entry.text)
    if match is None:
        item.notes.append(f"{name}: {entry.node.path} cannot be read")
        return
    amount = _amount(match[4])
    item.put(name, -amount if amount is not None and match[1] == "D" else amount, entry.node)
    item.put("currency", match[3], entry.node)
    item.put(period, _day(match[2]), entry.node, 0.9)


def _transaction(entry: _Field, told: _Field | None) -> RowBuilder:
    match = _LINE.fullmatch(entry.text.rstrip()) or _LINE.match(entry.text)
    if match is None:
        return RowBuilder()
    valued = _day(match["valued"])
    booked = _booked(valued, match["booked"])
    amount = _amount(match["amount"])
    # RD takes a debit back and so is money in; RC takes a credit back.
    if amount is not None and match["sign"] in ("D", "RC"):
        amount = -amount
    text, counterparty, number, end_to_end = _details(told.text) if told is not None else ("", None, None, None)
    text = text or " ".join((match["rest"] or "").split())
    told_references = (match["reference"].strip(), (match["bank"] or "").strip())
    reference = end_to_end or next((text for text in told_references if text not in _NO_REFERENCES), None)
    row = transaction(
        date=(booked or valued, entry.node),
        value_date=(valued, entry.node),
        amount=(amount, entry.node),
        description=(text or None, told.node if told is not None else entry.node),
        reference=(reference, entry.node),
    )
    if row.values and told is not None:
        row.put("counterparty", counterparty, told.node)
        row.put("counterparty_account", number, told.node)
    return row


def _details(text: str) -> tuple[str, str | None, str | None, str | None]:
    """Text, counterparty, its account and the end-to-end reference that field 86 tells."""
    # Banks part the pieces by marks of their own: `?20`, `~20`, `<20`.
    mark = re.match(r"\d{3}([?~<>^+])\d{2}", text)
    parts = re.split(rf"{re.escape(mark[1])}(\d{{2}})", text.replace("\n", "")) if mark else []
    if len(parts) > 2:
        told = list(zip(parts[1::2], parts[2::2], strict=True))
        said = "".join(value for code, value in told if "20" <= code <= "29" or "60" <= code <= "63")
        # A name goes on in the next piece once one is full.
        names = [value for code, value in told if code in ("32", "33")]
        whole = ("" if names and len(names[0]) >= _NAME_WIDTH else " ").join(names)
        name = " ".join(whole.split())
        number = next((value.strip() for code, value in told if code in ("31", "38") and value.strip()), None)
        match = re.search(r"EREF\+(.+?)(?=(?:KREF|MREF|CRED|DEBT|SVWZ|ABWA|COAM|OAMT|IBAN|BIC)\+|$)", said)
        purpose = re.search(r"SVWZ\+(.+?)(?=(?:EREF|KREF|MREF|CRED|DEBT|ABWA|COAM|OAMT|IBAN|BIC)\+|$)", said)
        booking = next((value.strip() for code, value in told if code == "00"), "")
        reference = match[1].strip() if match else None
        return (purpose[1] if purpose else said).strip() or booking, name or None, number, reference
    plain = " ".join(text.split("\n")).strip()
    if re.match(r"/[A-Z]{4}/", plain):
        joined = text.replace("\n", "")
        remitted = re.search(r"/REMI/(?:(?:USTD|STRD)//?)?(.*?)(?=/[A-Z]{4}/|$)", joined)
        named = re.search(r"/NAME/(.*?)(?=/[A-Z]{4}/|$)", joined)
        iban = re.search(r"/IBAN/([A-Z0-9]+)", joined)
        end = _REFERENCE.search(joined)
        return (
            remitted[1].strip("/ ") if remitted else plain,
            named[1].strip("/ ") if named else None,
            iban[1] if iban else None,
            end[1].strip() if end and end[1].strip() != "NOTPROVIDED" else None,
        )
    return " ".join(plain.split()), None, None, None


def _amount(text: str) -> Decimal | None:
    """SWIFT writes a comma, also with nothing behind it; some banks write points between thousands."""
    whole, _, decimals = text.partition(",")
    digits = whole.replace(".", "")
    return Decimal(f"{digits}.{decimals}" if decimals else digits) if digits.isdigit() else None


def _day(text: str) -> str | None:
    try:
        return datetime.datetime.strptime(text, "%y%m%d").date().isoformat()
    except ValueError:
        return None


def _booked(valued: str | None, text: str | None) -> str | None:
    """The booking day has no year: it is that of the value day, or the next or last one near a turn of the year."""
    if valued is None or text is None:
        return None
    near = datetime.date.fromisoformat(valued)
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(datetime.date(year, int(text[:2]), int(text[2:])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs(day - near)).isoformat() if days else None
