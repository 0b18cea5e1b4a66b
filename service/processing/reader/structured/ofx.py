"""Open Financial Exchange: version 1 (SGML, whose simple elements need no end) and version 2 (XML).

Banks deviate: a header on one line, tags outside the specification, `<MEMO/>`, decimal commas, mixed case. The tree is
built leniently, the values are read strictly. Elements after the OFX 2.3 specification.
"""

from __future__ import annotations

import datetime
import html
import re
from decimal import Decimal

from service.domain.category import Category
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.structured.node import MAX_DEPTH, MAX_NODES, Node
from service.processing.reader.structured.part import (
    RowBuilder,
    StructuredItem,
    StructuredPart,
    day_in,
    decimal_in,
    make_part,
)
from service.processing.reader.structured.statement import account, period_of_rows, transaction

_TAG = re.compile(r"<(/?)\s*([A-Za-z][\w.\-]*)\s*(/?)>([^<]*)")
_CHARSETS = {"1252": "cp1252", "windows-1252": "cp1252", "8859-1": "latin-1", "iso-8859-1": "latin-1", "utf-8": "utf-8"}
_STATEMENTS = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
_AMOUNT = re.compile(r"([+-]?)\s*([\d.,' ]*\d[\d.,]*)", re.ASCII)


def is_ofx(head: bytes) -> bool:
    """Whether these first bytes are of an OFX document."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").upper()
    return start.startswith((b"OFXHEADER", b"<OFX>")) or b"<?OFX " in start[:400] or b"<OFX>" in start[:2000]


def decode_ofx(data: bytes) -> str:
    """The text of an OFX document. Headers lie about the encoding, so valid UTF-8 is taken for what it is."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = re.search(rb"CHARSET:\s*([\w-]+)", data[:600]) or re.search(rb'encoding="([\w-]+)"', data[:200])
        charset = _CHARSETS.get(named[1].decode("ascii", "replace").lower(), "cp1252") if named else "cp1252"
        return data.decode(charset if charset != "utf-8" else "cp1252", "replace")


def parse_ofx(data: bytes) -> Node:
    """The tree of an OFX document. Raises ReadingFailedError when it has no OFX element or is too large."""
    text = decode_ofx(data)
    start = re.search(r"<OFX>", text, re.IGNORECASE)
    if start is None:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the OFX document has no OFX element")
    if "<!" in text:
        text = re.sub(r"<!\[CDATA\[(.*?)\]\]>", lambda match: html.escape(match[1]), text, flags=re.DOTALL)
    body = text[start.start() :]
    if body.count("<") > MAX_NODES:
        raise ReadingFailedError(FailureReason.DOCUMENT_TOO_COMPLEX, "the OFX document has too many elements")
    ends = {name.upper() for name in re.findall(r"</\s*([\w.\-]+)", body)}
    root = Node("OFX", "/OFX")
    opened = [root]
    for closing, tag, empty, said in _TAG.findall(body[len("<OFX>") :]):
        name = tag.upper()
        if closing:
            _close(opened, name)
            continue
        if len(opened) >= MAX_DEPTH:
            raise ReadingFailedError(FailureReason.DOCUMENT_TOO_COMPLEX, "the OFX document is nested too deeply")
        child = opened[-1].add(name)
        if said.strip():
            child.parts.append(html.unescape(said))
        elif not empty and name in ends:
            opened.append(child)
    return root


def _close(opened: list[Node], name: str) -> None:
    """Close an element, and with it what was left open in it; an end without a beginning closes nothing."""
    for depth in range(len(opened) - 1, 0, -1):
        if opened[depth].name == name:
            del opened[depth:]
            return


def read_ofx(root: Node) -> StructuredPart:
    """Every statement of a response, an item each."""
    bank = root.first("SIGNONMSGSRSV1/SONRS/FI/ORG")
    items: list[StructuredItem] = []
    for node in root.walk():
        if node.name in _STATEMENTS:
            items.append(_statement(node, bank, len(items)))
    notes = [] if items else ["the response has no statement"]
    language = {"ENG": "en", "SPA": "es", "POR": "pt", "FRA": "fr", "DEU": "de", "ITA": "it"}.get(
        root.value("SIGNONMSGSRSV1/SONRS/LANGUAGE") or ""
    )
    return make_part("ofx", Category.BANK_STATEMENT, items, language=language, notes=notes)


def _statement(node: Node, bank: Node | None, index: int) -> StructuredItem:
    item = StructuredItem("ofx", index)
    account(item, node.first("BANKACCTFROM/ACCTID", "CCACCTFROM/ACCTID", "INVACCTFROM/ACCTID"))
    item.text("supplier_name", bank)
    currency = node.first("CURDEF")
    if currency is not None and re.fullmatch(r"[A-Za-z]{3}", currency.text):
        item.put("currency", currency.text.upper(), currency)
    # The specification has one list; some programs write one for each transaction.
    lists = [entry for entry in node.walk() if entry.name in ("BANKTRANLIST", "INVTRANLIST")]
    if lists:
        rows = [_transaction(entry) for found in lists for entry in found.walk() if entry.name == "STMTTRN"]
        _day(item, "start_date", lists[0].first("DTSTART"))
        _day(item, "end_date", lists[-1].first("DTEND"))
        item.rows("transactions", rows)
        period_of_rows(item, rows)
    start, end = item.values.get("start_date"), item.values.get("end_date")
    if start and end and start > end:
        item.values.pop("start_date")
        item.evidence = [entry for entry in item.evidence if entry.field != "start_date"]
        item.notes.append("start_date: it is after end_date, so it was left out")
    balance = node.first("LEDGERBAL/BALAMT", "INVBAL/AVAILCASH")
    item.put("closing_balance", amount_in(balance.text) if balance is not None else None, balance)
    _day(item, "issue_date", node.first("LEDGERBAL/DTASOF", "DTASOF"))
    return item


def _day(item: StructuredItem, name: str, node: Node | None) -> None:
    if node is not None:
        item.put(name, ofx_day(node.text), node)


def _transaction(node: Node) -> RowBuilder:
    posted, valued = node.first("DTPOSTED"), node.first("DTAVAIL", "DTUSER")
    amount = node.first("TRNAMT")
    name, memo = node.first("NAME", "PAYEE/NAME"), node.first("MEMO")
    said = [entry.text for entry in (name, memo) if entry is not None]
    if len(said) == 2 and said[1].startswith(said[0]):
        # The name is cut off after 32 characters; the memo then repeats the whole of it.
        said = said[1:]
    reference = node.first("FITID", "REFNUM", "CHECKNUM")
    row = transaction(
        date=(ofx_day(posted.text) if posted is not None else None, posted),
        value_date=(ofx_day(valued.text) if valued is not None else None, valued),
        amount=(amount_in(amount.text) if amount is not None else None, amount),
        description=(" ".join(dict.fromkeys(said)) or None, name or memo),
        reference=(reference.text if reference is not None else None, reference),
    )
    other = node.first("BANKACCTTO/ACCTID", "CCACCTTO/ACCTID")
    row.put("counterparty_account", other.text if other is not None and row.values else None, other)
    return row


def ofx_day(text: str) -> str | None:
    """The day of an OFX date (`YYYYMMDD`, a time and a zone behind it left out); one Brazilian bank's is `DDMMYY`."""
    digits = re.match(r"\d+", text, re.ASCII)
    if digits is None:
        return day_in(text)
    if len(digits[0]) == 6:
        try:
            return datetime.datetime.strptime(digits[0], "%d%m%y").date().isoformat()
        except ValueError:
            return None
    return day_in(digits[0][:8])


def amount_in(text: str) -> Decimal | None:
    """The amount of an OFX element: a point or a comma marks the decimals, a plus sign may stand apart.

    The specification has no separator of thousands, so that a single one is that of the decimals.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    sign, digits = match[1], match[2].replace(" ", "").replace("'", "")
    marks = re.findall(r"[.,]", digits)
    if len(marks) > 1 and marks[-1] == marks[0]:
        digits = digits.replace(marks[0], "")
    elif marks:
        whole, _, decimals = digits.rpartition(marks[-1])
        digits = re.sub(r"[.,]", "", whole) + "." + decimals
    return decimal_in(sign + digits)
