"""Bank files read a second time, by means as different from the reader's as can be, where a corpus has no answers.

Regular expressions over the whole text for OFX, columns for the two formats of fixed width. What both readings get
wrong the same way is not found; whatever one of them leaves out, adds or turns around is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from evaluation.answers import Fields

_CREDITS, _DEBITS = "{ABCDEFGHI", "}JKLMNOPQR"
_CURRENCIES = {"978": "EUR", "840": "USD", "826": "GBP"}


def answers_in(path: Path, kind: str) -> list[Fields]:
    """The statements of a file, when its kind is among `READERS`: account, balances and transactions."""
    reader = READERS.get(kind)
    if reader is None:
        return []
    return [
        {name: value for name, value in fields.items() if value not in (None, [])} for fields in reader(_text(path))
    ]


def account(told: str | None) -> Fields:
    """An account under the name of its field: an IBAN by its form."""
    if not told:
        return {}
    return {"iban" if re.match(r"[A-Z]{2}\d\d", told) else "account_number": told}


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _ofx(text: str) -> Iterator[Fields]:
    for block in re.split(r"<(?:CC|INV)?STMTRS>", text, flags=re.IGNORECASE)[1:]:
        rows = re.split(r"<STMTTRN>", block, flags=re.IGNORECASE)
        balance = re.search(r"<LEDGERBAL>.*?<BALAMT>([^<\r\n]*)", block, re.IGNORECASE | re.DOTALL)
        yield {
            **account(_said("ACCTID", rows[0])),
            "currency": (_said("CURDEF", rows[0]) or "").upper() or None,
            "transactions": [
                {"date": _day(_said("DTPOSTED", row), "%Y%m%d"), "amount": _amount(_said("TRNAMT", row))}
                for row in rows[1:]
            ],
            "closing_balance": _amount(balance[1]) if balance else None,
        }


def _said(tag: str, block: str) -> str | None:
    match = re.search(rf"<{tag}>\s*([^<\r\n]*)", block, re.IGNORECASE)
    return match[1].strip() or None if match else None


def _amount(said: str | None) -> Decimal | None:
    """The last of the marks parts the decimals."""
    if not said:
        return None
    whole, mark, decimals = re.fullmatch(r"(.*?)(?:([.,])(\d*))?", re.sub(r"[\s+]", "", said)).groups()  # type: ignore[union-attr]
    return Decimal(f"{re.sub(r'[.,]', '', whole)}.{decimals or 0}" if mark else whole)


def _day(digits: str | None, form: str) -> str | None:
    try:
        return datetime.datetime.strptime((digits or "")[: 8 if "Y" in form else 6], form).date().isoformat()
    except ValueError:
        return None


def _norma43(text: str) -> Iterator[Fields]:
    for block in re.split(r"(?m)^(?=11)", text)[1:]:
        lines = block.splitlines()
        head, closing = lines[0], next((line for line in lines if line.startswith("33")), "")
        yield {
            "account_number": head[2:20],
            "start_date": _day(head[20:26], "%y%m%d"),
            "end_date": _day(head[26:32], "%y%m%d"),
            "opening_balance": _signed(head[32:47]),
            "currency": _CURRENCIES.get(head[47:50]),
            "transactions": [
                {"date": _day(line[10:16], "%y%m%d"), "amount": _signed(line[27:42])}
                for line in lines
                if line.startswith("22")
            ],
            "closing_balance": _signed(closing[58:73]),
        }


def _signed(columns: str) -> Decimal | None:
    """A sign, of which 1 is a debit, and fourteen digits of cents."""
    return Decimal(columns[1:]).scaleb(-2) * (-1 if columns[0] == "1" else 1) if len(columns) == 15 else None


def _cfonb(text: str) -> Iterator[Fields]:
    joined = re.sub(r"[\r\n]", "", text)
    records = [joined[start : start + 120] for start in range(0, len(joined), 120)]
    starts = [index for index, record in enumerate(records) if record.startswith("01")]
    for start, end in zip(starts, [*starts[1:], len(records)], strict=True):
        block = records[start:end]
        closing = next((record for record in block if record.startswith("07")), None)
        yield {
            "account_number": block[0][2:7] + block[0][11:16] + block[0][21:32],
            "currency": block[0][16:19],
            "opening_balance": _overpunched(block[0]),
            "closing_balance": _overpunched(closing) if closing else None,
            "transactions": [
                {"date": _day(record[34:40], "%d%m%y"), "amount": _overpunched(record)}
                for record in block
                if record.startswith("04")
            ],
        }


def _overpunched(record: str) -> Decimal:
    """Fourteen columns, the last of which has a digit and the sign."""
    digits, last = record[90:103], record[103]
    sign, place = (1, _CREDITS.index(last)) if last in _CREDITS else (-1, _DEBITS.index(last))
    return sign * Decimal(f"{digits}{place}").scaleb(-int(record[19]))


READERS: Mapping[str, Callable[[str], Iterator[Fields]]] = {"OFX": _ofx, "Norma 43": _norma43, "CFONB 120": _cfonb}
