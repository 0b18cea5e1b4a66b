"""Transactions of account statements as pages print them: a line with a date, a text, an amount, often a balance.

Signs are taken from what the statement has of them: the column (withdrawals, deposits), a mark (`CR`, a minus), and the
running balance, which decides where it is printed. Statements of credit cards print what was bought without a sign.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from service.domain.evidence import Box
from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Line, fold
from service.processing.reader.values import Convention, find_dates, find_month, parse_number
from service.processing.reader.vocabulary import load

_MONTHS = "jan|ene|gen|janv|feb|fev|febr|mar|mrz|marz|marzo|apr|abr|avr|may|mai|mag|jun|jui|giu|jul|lug|aug|ago|aou"
_MONTHS += "|sep|sept|set|oct|okt|out|ott|nov|dec|dic|dez"
_START = re.compile(
    rf"[\s\t]*(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    r"|(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})(?:(?P=mark)(?P<y1>\d{4}|\d{2}))?\.?(?![\d,])"
    rf"|(?P<d1>\d{{1,2}})[ -]?(?P<m1>{_MONTHS})[a-z]*\.?(?:[ -]?(?P<y2>\d{{4}}|\d{{2}}))?(?![\w])"
    rf"|(?P<m2>{_MONTHS})[a-z]*\.? (?P<d2>\d{{1,2}})(?:, ?(?P<y3>\d{{4}}))?(?![\w]))"
)
_AMOUNT = re.compile(
    r"(?P<sign>[-+−–]\s?)?(?P<open>\()?(?:[A-Z]{0,2}[$€£]\s?|EUR |CHF |RM ?)?(?P<inner>[-−–])?"
    r"(?P<digits>\d{1,3}(?:[.,'’ ]\d{3})*[.,]\d{2}|\d+[.,]\d{2})(?![\d%])(?P<close>\))?"
    r"(?:\s?(?:EUR|€|CHF|USD|GBP))?\s?(?P<mark>CR\b|DR\b|[-+−SH](?![\w.]))?",
    re.IGNORECASE,
)
_LAST_DATE = re.compile(r"(?<![\w./-])\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{2}))?\s*$")
_BALANCE_ROW = re.compile(
    r"\b(?:balance|saldo|solde|kontostand|b/f|c/f|brought forward|carried forward|ubertrag|report)\b|^(?:sub-?)?total"
)
_OPENING = re.compile(
    r"opening|previous|last month|b/f|brought forward|beginning|anterior|inicial|ancien|alter|vortrag"
)
_CLOSING = re.compile(r"closing|new balance|ending|c/f|carried forward|final|nuevo|nouveau|neuer|outstanding")
_CARD = re.compile(
    r"credit card|card statement|minimum payment|min\. payment|minimum due|credit limit|credit line|kreditkarte|"
    r"tarjeta de credito|carte de credit|cardholder|credit access line|membership number"
)
_SURE, _UNSURE = 0.96, 0.85
_LEAST_LETTERS, _LONGEST_LABEL = 3, 60
_ANY = Convention(None, None)


@dataclass(slots=True)
class _Row:
    """A transaction as printed; spots lead back to the page."""

    line: Line
    dates: list[tuple[re.Match[str], Spot]]
    description: list[Spot]
    amount: tuple[Decimal, Spot]
    column: str | None
    mark: int | None
    valued: bool
    balance: tuple[Decimal, Spot] | None
    values: dict[str, Any] = field(default_factory=dict)


@cache
def _headings() -> Mapping[str, str]:
    kinds = ("debit", "credit", "amount", "balance", "value_date")
    return {heading: kind for kind in kinds for heading in load("statements")[kind]}


def find_transactions(content: Content, end: str | None) -> list[tuple[dict[str, Any], dict[str, Spot], float]]:
    """The transactions in the order printed: values, the place of each value, and how sure they are.

    `end` is the statement's last day (ISO 8601), from which years are told that the lines leave out.
    """
    rows = list(_rows(content))
    card = _CARD.search(fold(content.text)) is not None and not any(row.balance for row in rows)
    day_first = _day_first(content, rows)
    reference = _reference_day(content, end)
    opening: Decimal | None = None
    found = []
    for row in rows:
        days = [_day(match, day_first=day_first, reference=reference) for match, _ in row.dates]
        if days[0] is None:
            continue
        if _is_balance(row):
            opening = row.amount[0] if row.balance is None else row.balance[0]
            continue
        amount, sure = _signed(row, opening, card=card)
        opening = row.balance[0] if row.balance is not None else None
        found.append(_made(row, days, amount, sure))
    return found


def balance_named(text: str) -> str | None:
    """The balance that a text names, `opening_balance` or `closing_balance`; None when it names no balance."""
    said = fold(text).strip()
    if len(said) > _LONGEST_LABEL or not _BALANCE_ROW.search(said):
        return None
    if _OPENING.search(said):
        return "opening_balance"
    return "closing_balance" if _CLOSING.search(said) else None


def find_balances(content: Content) -> Iterator[tuple[str, Decimal, Spot]]:
    """The balances that lines of their own tell: `opening_balance` or `closing_balance`, amount and place.

    Of lines that say only "balance on", the first tells the opening and the last the closing one.
    """
    plain: list[tuple[Decimal, Spot]] = []
    for line in content.lines:
        amounts = _trailing(line, 0)
        said = line.folded[: amounts[0].start()].strip() if amounts else ""
        if len(amounts) != 1 or len(said) > _LONGEST_LABEL or not _BALANCE_ROW.search(said):
            continue
        value, mark = _number(amounts[0], content)
        told = (-value if mark == -1 else value, _spot(line, amounts[0]))
        if _OPENING.search(said):
            yield "opening_balance", *told
        elif _CLOSING.search(said):
            yield "closing_balance", *told
        elif not said.startswith(("total", "sub")):
            plain.append(told)
    if len(plain) > 1:
        yield "opening_balance", *plain[0]
        yield "closing_balance", *plain[-1]


def _made(row: _Row, days: list[str | None], amount: Decimal, sure: float) -> Any:
    values: dict[str, Any] = {"date": days[0]}
    spots = {"date": row.dates[0][1]}
    if len(days) > 1 and days[1] is not None and row.valued:
        values["value_date"], spots["value_date"] = days[1], row.dates[1][1]
    elif len(days) > 1 and days[1] is not None:
        # The day of posting is never before that of the purchase.
        booked = max(range(2), key=lambda index: str(days[index]))
        values["date"], spots["date"] = days[booked], row.dates[booked][1]
    if row.description:
        values["description"] = " ".join(spot.text for spot in row.description if spot.text)[:500]
        spots["description"] = row.description[0]
    values["amount"], spots["amount"] = amount, row.amount[1]
    if row.balance is not None:
        values["balance"], spots["balance"] = row.balance
    return {name: value for name, value in values.items() if value not in (None, "")}, spots, sure


def _rows(content: Content) -> Iterator[_Row]:
    """Every line that begins with a date and ends with amounts; the lines under it may go on with its text."""
    columns: dict[str, Box] = {}
    last: _Row | None = None
    page = 0
    for position, line in enumerate(content.lines):
        heading = _columns(line)
        if line.page != page or heading:
            # A text does not go on under a heading, or on another page.
            if last is not None:
                yield last
            page, last = line.page, None
        if heading:
            columns = heading
            continue
        row = _row(line, columns, content, last)
        if row is not None:
            if last is not None:
                yield last
            last = row
            following = content.lines[position + 1] if position + 1 < len(content.lines) else None
            if following is not None and following.text.strip().upper() in ("CR", "DR"):
                row.mark = 1 if following.text.strip().upper() == "CR" else -1
        elif last is not None and not _continues(last, line):
            yield last
            last = None
    if last is not None:
        yield last


def _columns(line: Line) -> dict[str, Box]:
    """The columns that a heading names; empty for a line that is no heading."""
    if _AMOUNT.search(line.text) or re.search(r"[+=]", line.text):
        return {}
    found: dict[str, Box] = {}
    for cell in line.cells:
        words = re.findall(r"[a-z]+", re.sub(r"\(.*?\)", "", line.folded[cell.start : cell.end]))
        kind = _headings().get(" ".join(words)) or (_headings().get(words[-1]) if words else None)
        if kind is not None:
            found[kind] = cell.box
    # A line of sums has the same words, but no day to head.
    dated = re.search(r"\bda(?:te|tum|ta)\b|\bfecha|\bbuchung|\bvaluta\b|\btag\b|\bf\.? ?(?:oper|valor)", line.folded)
    return found if dated or {"debit", "credit"} <= found.keys() else {}


def _row(line: Line, columns: Mapping[str, Box], content: Content, last: _Row | None) -> _Row | None:
    """The transaction of a line. One without a date has that of the line before, where columns show that it is one."""
    dates: list[tuple[re.Match[str], Spot]] = []
    position = 0
    while len(dates) < 2 and (match := _START.match(line.folded, position)):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        dates.append((match, Spot(line, start, match.end())))
        position = match.end()
    amounts = _trailing(line, position)
    if not amounts:
        return None
    if not dates:
        box = line.box_between(amounts[0].start("digits"), amounts[0].end("digits"))
        if last is None or _column_of(box, columns) not in ("debit", "credit") or _BALANCE_ROW.search(line.folded):
            return None
        dates = last.dates[:1]
    text = Spot(line, position, amounts[0].start())
    valued = "value_date" in columns
    if valued and len(dates) == 1 and (inner := _LAST_DATE.search(text.line.folded[text.start : text.end])):
        # Some banks print the value date behind the text.
        match = _START.match(line.folded, text.start + inner.start())
        if match is not None:
            dates = [*dates, (match, Spot(line, match.start(), match.end()))]
            text = Spot(line, text.start, match.start())
    if len(re.findall(r"[^\W\d_]", text.text)) < _LEAST_LETTERS:
        return None
    figures = {kind: heading for kind, heading in columns.items() if kind != "value_date"}
    kinds = [_column_of(line.box_between(match.start("digits"), match.end("digits")), figures) for match in amounts]
    numbers = [_number(match, content) for match in amounts]
    chosen = next((index for index, kind in enumerate(kinds) if kind in ("debit", "credit", "amount")), 0)
    balance_at = len(amounts) - 1 if len(amounts) > chosen + 1 else None
    if balance_at is None and kinds[chosen] == "balance":
        # A line with a balance alone is no transaction, but where one starts.
        return _Row(line, dates, [text], (numbers[0][0], _spot(line, amounts[0])), "balance", None, False, None)
    value, mark = numbers[chosen]
    balance = (numbers[balance_at][0], _spot(line, amounts[balance_at])) if balance_at is not None else None
    told = _spot(line, amounts[chosen])
    return _Row(line, dates, [text], (value, told), kinds[chosen], mark, valued, balance)


def _trailing(line: Line, position: int) -> list[re.Match[str]]:
    """The amounts at the end of a line, nothing but blanks between them."""
    found = list(_AMOUNT.finditer(line.text, position))
    kept: list[re.Match[str]] = []
    end = len(line.text)
    for match in reversed(found):
        if line.text[match.end() : end].strip(" \t*"):
            break
        kept.insert(0, match)
        end = match.start()
    return kept[-3:]


def _spot(line: Line, match: re.Match[str]) -> Spot:
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    return Spot(line, start, match.start() + len(match.group().rstrip()))


def _number(match: re.Match[str], content: Content) -> tuple[Decimal, int | None]:
    """The amount without its sign, and the sign that is printed: 1, -1, or None for none."""
    number = parse_number(match["digits"], content.convention)
    value = number.value if number is not None else Decimal(0)
    mark = (match["mark"] or "").upper()
    if mark in {"CR", "+", "H"} or (match["sign"] or "").strip() == "+":
        return value, 1
    negative = mark or (match["sign"] or "").strip() or match["inner"] or (match["open"] and match["close"])
    return value, -1 if negative else None


def _column_of(box: Box, columns: Mapping[str, Box]) -> str | None:
    """The column whose heading stands nearest over an amount: amounts and their headings end at the same edge."""
    best, least = None, 60.0
    for kind, heading in columns.items():
        apart = min(abs(box.x1 - heading.x1), abs(box.x0 + box.x1 - heading.x0 - heading.x1) / 2)
        if apart < least:
            best, least = kind, apart
    return best


def _continues(row: _Row, line: Line) -> bool:
    """Whether a line under a transaction goes on with its text; it is added then."""
    under = line.box.y0 - row.description[-1].line.box.y1
    height = max(row.line.box.y1 - row.line.box.y0, 1.0)
    begins = row.line.box_between(row.description[0].start, row.description[0].end).x0 if row.description[0].text else 0
    if (
        under > 1.5 * height
        or len(row.description) > 4
        or _AMOUNT.search(line.text)
        or _BALANCE_ROW.search(line.folded)
    ):
        return False
    if line.text.strip().upper() not in ("CR", "DR") and line.box.x0 >= begins - 3 * height:
        row.description.append(Spot(line, 0, len(line.text)))
    return True


def _is_balance(row: _Row) -> bool:
    said = fold(row.description[0].text)
    return row.column == "balance" or (_BALANCE_ROW.search(said) is not None and row.balance is None)


def _signed(row: _Row, opening: Decimal | None, *, card: bool) -> tuple[Decimal, float]:
    value, _ = row.amount
    if row.balance is not None and opening is not None and abs(row.balance[0] - opening) == value:
        return row.balance[0] - opening, 0.98
    if row.column in ("debit", "credit"):
        return (-value if row.column == "debit" else value), _SURE
    if card:
        return (value if row.mark is not None else -value), _SURE
    return (-value if row.mark == -1 else value), _SURE if row.mark is not None else _UNSURE


def _day_first(content: Content, rows: Sequence[_Row]) -> bool:
    pairs = [(int(match["a"]), int(match["b"])) for row in rows for match, _ in row.dates if match["a"]]
    if any(first > 12 for first, _ in pairs):
        return True
    if any(second > 12 for _, second in pairs):
        return False
    return content.convention.day_first is not False


def _reference_day(content: Content, end: str | None) -> datetime.date | None:
    """The last day that the statement can be of: its end, or the latest full date that it prints."""
    if end is not None:
        return datetime.date.fromisoformat(end)
    days = [found.value for line in content.lines for found in find_dates(line.text, content.convention)]
    months = [month[3] for line in content.lines if (month := find_month(line.text))]
    latest = max(days, default=None) or max(months, default=None)
    return datetime.date.fromisoformat(latest) if latest else None


def _day(match: re.Match[str], *, day_first: bool, reference: datetime.date | None) -> str | None:
    if match["iso"]:
        return match["iso"]
    if match["a"]:
        first, second, year = int(match["a"]), int(match["b"]), match["y1"]
        day, month = (first, second) if day_first else (second, first)
    else:
        day, year = int(match["d1"] or match["d2"]), match["y2"] or match["y3"]
        month = _month(match["m1"] or match["m2"])
    try:
        if year:
            return datetime.date(int(year) if len(year) == 4 else 2000 + int(year), month, day).isoformat()
        if reference is None:
            return None
        known = datetime.date(reference.year, month, day)
        # A month before the end of a statement that began the year before.
        return (
            known if known <= reference + datetime.timedelta(days=7) else known.replace(year=known.year - 1)
        ).isoformat()
    except ValueError:
        return None


def _month(name: str) -> int:
    found = find_dates(f"1 {name} 2024", _ANY)
    return int(found[0].value[5:7]) if found else 0
