"""Account statements on pages: the transactions with their signs, and the balances that they lead from and to.

The statement's own redundancy decides what its lines leave open. Readings of the whole are tried (an account with
signed amounts, one with columns, a card), with each of the balances that may be the opening and the closing one; the
reading that needs the least against what is printed is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise, product
from typing import Any

from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import fold
from service.processing.reader.statement_days import Days, Period
from service.processing.reader.statement_lines import PrintedRow, printed_rows
from service.processing.reader.statement_money import Money
from service.processing.reader.statement_signs import COLUMN, MARK, SECTION, USUAL, WORD, Leaning, Signed, solve
from service.processing.reader.statement_words import is_card, words_of

_PROVEN, _PRINTED, _USUAL, _OPEN = 0.98, 0.96, 0.75, 0.5
#: What a known but unproven way costs, so that a reading that balances prove wins; and the most that proof may cost.
_UNPROVEN, _MOST_PROVEN = 3.0, 2.5
_MOST_BALANCES = 4
#: What it costs to take a line that looks like a transaction for none, as those of a plan of instalments.
_DROPPED = 4.5
_LONGEST_TEXT = 500
_AMOUNT_AND_BALANCE = 2
Told = tuple[Decimal, Spot]


@dataclass(slots=True)
class PageStatement:
    """A statement: its transactions (values, places, sureness, what else a value may be), and its balances."""

    rows: list[tuple[dict[str, Any], dict[str, Spot], float, dict[str, tuple[str, ...]]]]
    opening: Told | None = None
    closing: Told | None = None
    proven: bool = False
    #: The balance before the first transaction, where none is printed.
    derived_opening: Decimal | None = None


@dataclass(slots=True)
class _Entry:
    """A transaction with its amount and balance told apart."""

    row: PrintedRow
    amount: Money
    balance: Money | None
    #: A balance on a line of its own under it: carried to another page, or of a day.
    under: Money | None = None


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a statement tells signs: whether amounts without one go out, whether marked ones come in, as on cards."""

    name: str
    owed: bool
    cost: float


@dataclass(slots=True)
class _Account:
    entries: list[_Entry] = field(default_factory=list)
    openings: list[Told] = field(default_factory=list)
    closings: list[Told] = field(default_factory=list)
    plain: list[Told] = field(default_factory=list)


def find_statements(content: Content, period: Period, balances: Mapping[str, Sequence[Told]]) -> list[PageStatement]:
    """The statements of some pages, one for each account.

    `period` tells years that lines leave out. `balances` are what labels elsewhere tell of `opening_balance` and
    `closing_balance`.
    """
    rows = printed_rows(content)
    card = is_card(content)
    accounts = _accounts(rows)
    reader = Days(content, [row for row in rows if row.told is None], period)
    found = []
    for account in accounts:
        if len(accounts) == 1:
            account.openings += balances.get("opening_balance", ())
            account.closings += balances.get("closing_balance", ())
        found.append(_statement(account, reader, card=card))
    return found


def _accounts(rows: Sequence[PrintedRow]) -> list[_Account]:
    """The rows of each account. An opening balance that is not the closing one before it opens another account."""
    paired = _has_balances([row for row in rows if row.told is None])
    accounts = [_Account()]
    for row in rows:
        current = accounts[-1]
        if row.told is None:
            before = current.entries[-1].balance if current.entries else None
            start = before.signed if before is not None else next((value for value, _ in current.openings), None)
            current.entries.append(_entry(row, start, paired=paired))
            if current.entries[-1].amount is current.entries[-1].balance:
                current.entries.pop()
            continue
        told = (row.amounts[-1].signed, row.amounts[-1].spot)
        if current.entries and current.entries[-1].balance is None and row.told != "opening_balance":
            current.entries[-1].under = row.amounts[-1]
        if row.told == "between":
            continue
        closed = [value for value, _ in current.closings]
        if row.told == "opening_balance" and current.entries and closed and told[0] != closed[-1]:
            accounts.append(current := _Account())
        kind = {"opening_balance": current.openings, "closing_balance": current.closings}.get(row.told, current.plain)
        if row.told != "opening_balance" or not current.entries:
            kind.append(told)
    kept = [account for account in accounts if account.entries]
    return kept or accounts[:1]


def _has_balances(rows: Sequence[PrintedRow]) -> bool:
    """Whether the last of two amounts on a line is a balance: a heading says so, or one leads to the next."""
    if any("balance" in row.columns for row in rows):
        return True
    pairs = [row for row in rows if len(row.amounts) > 1]
    steps = [
        abs(after.amounts[-1].signed - before.amounts[-1].signed) == after.amounts[-2].value
        for before, after in pairwise(pairs)
    ]
    return bool(steps) and sum(steps) * 2 >= len(steps)


def _entry(row: PrintedRow, before: Decimal | None, *, paired: bool) -> _Entry:
    """The amount and the balance of a row; a row with a balance alone has it as both.

    `before` is the balance of the row before it, where one is printed. Of three sums and more those two are taken of
    which one leads from that balance to the other.
    """
    amounts = row.amounts
    if len(amounts) == 1:
        return _Entry(row, amounts[0], amounts[0] if amounts[0].column == "balance" else None)
    if not paired:
        return _Entry(row, amounts[-1], None)
    if len(amounts) > _AMOUNT_AND_BALANCE and before is not None:
        steps = (pair for pair in combinations(amounts, 2) if abs(pair[1].signed - before) == pair[0].value != 0)
        proven = next(steps, None)
        if proven is not None:
            return _Entry(row, *proven)
    # Behind the balance there may be another sum, as of charges.
    last = next((number for number, money in enumerate(amounts) if number and money.column == "balance"), -1)
    others = amounts[:last]
    amount = next((money for money in others if money.column in ("debit", "credit", "amount")), others[-1])
    return _Entry(row, amount, amounts[last])


def _statement(account: _Account, days: Days, *, card: bool) -> PageStatement:
    entries = account.entries
    dates = [days.of(entry.row) for entry in entries]
    kept = [(entry, date) for entry, date in zip(entries, dates, strict=True) if date[0] is not None]
    entries = [entry for entry, _ in kept]
    first = [date[0] for _, date in kept]
    backwards = sum(a > b for a, b in pairwise(first) if a and b) > sum(a < b for a, b in pairwise(first) if a and b)
    if len(account.plain) > 1:
        if backwards or not _follows_some(account.plain[0], entries):
            account.openings.append(account.plain[0])
        account.closings.append(account.plain[-1])
    ordered = entries[::-1] if backwards else entries
    best = _best_reading(ordered, account, card=card)
    signs = best.signs[::-1] if backwards else best.signs
    rows = [
        _made(entry, date, sign, printed=_is_printed(entry, card=card))
        for (entry, date), sign in zip(kept, signs, strict=True)
        if sign.sign
    ]
    found = PageStatement(
        rows, best.opening or _first(account.openings), best.closing or _first(account.closings[::-1])
    )
    found.proven = bool(signs) and all(sign.proven for sign in signs)
    _settle(found, ordered, best)
    return found


def _follows_some(told: Told, entries: Sequence[_Entry]) -> bool:
    """Whether a balance stands right under some transaction, so that it is not the one before all."""
    return any(entry.under is not None and entry.under.spot == told[1] for entry in entries)


def _settle(found: PageStatement, ordered: Sequence[_Entry], best: _Reading) -> None:
    """The balances as the holder has them, and those that the first and last transaction tell."""
    first, last = (ordered[0].balance, ordered[-1].balance) if ordered else (None, None)
    if best.opening is None and first is not None and best.signs[0].sign:
        found.derived_opening = first.signed - best.signs[0].sign * ordered[0].amount.value
    if best.closing is None and last is not None:
        found.closing = (last.signed, last.spot)
    if best.owed:
        found.opening, found.closing = (
            (-told[0], told[1]) if told is not None else None for told in (found.opening, found.closing)
        )


def _first(told: Sequence[Told]) -> Told | None:
    return told[0] if told else None


@dataclass(frozen=True, slots=True)
class _Reading:
    signs: list[Signed]
    cost: float
    opening: Told | None
    closing: Told | None
    owed: bool = False


def _best_reading(entries: Sequence[_Entry], account: _Account, *, card: bool) -> _Reading:
    openings = [*_distinct(account.openings), None]
    closings = [*_distinct(account.closings[::-1]), None]
    best = _Reading([], float("inf"), None, None)
    manners = sorted(_manners(entries, card=card), key=lambda manner: manner.cost)
    between = (True, False) if any(entry.under is not None for entry in entries[:-1]) else (False,)
    for manner, opening, closing, stops in product(manners, openings, closings, between):
        if manner.cost >= best.cost:
            break
        signs, cost = _signs(entries, manner, (opening, closing), stops=stops)
        if cost + manner.cost < best.cost - 1e-9:
            best = _Reading(signs, cost + manner.cost, opening, closing, manner.owed)
    return best


def _distinct(told: Sequence[Told]) -> list[Told]:
    first: dict[Decimal, Told] = {}
    for value, spot in told:
        first.setdefault(value, (value, spot))
    return list(first.values())[:_MOST_BALANCES]


def _manners(entries: Sequence[_Entry], *, card: bool) -> Iterator[_Manner]:
    """The readings that are tried, each with what it costs to believe it."""
    marks = [entry.amount.sign for entry in entries]
    columns = any(
        entry.amount.column in ("debit", "credit") or {"debit", "credit"} <= entry.row.columns.keys()
        for entry in entries
    )
    minus = sum(mark == -1 for mark in marks) * 2 > len(marks)
    if card and {1, -1} <= {entry.amount.sign for entry in entries if not entry.amount.lettered}:
        # Where plus and minus are printed, they say themselves which way.
        costs = {"signed": 0.0, "unsigned": 3.0, "card": 1.5}
    elif card:
        costs = {"signed": 0.0 if minus else 2.0, "unsigned": 3.0, "card": 1.5 if minus else 0.0}
    elif columns or (1 in marks and -1 not in marks):
        costs = {"signed": 1.0, "unsigned": 0.0, "card": 6.0}
    elif -1 in marks:
        costs = {"signed": 0.0, "unsigned": 1.5, "card": 4.0}
    elif all(entry.row.section for entry in entries):
        costs = {"signed": 0.0, "unsigned": 1.0, "card": 2.0}
    else:
        costs = {"signed": 0.8, "unsigned": 0.0, "card": 2.0}
    # Every sign turned leads to the balances turned: words of texts alone do not tell an account from a card.
    told = card or any(_is_printed(entry, card=card) for entry in entries)
    for name, cost in costs.items():
        yield _Manner(name, owed=False, cost=cost + (0.5 if card else 0.0))
        if told:
            yield _Manner(name, owed=True, cost=cost + (0.0 if card else 1.5))


def _signs(
    entries: Sequence[_Entry], manner: _Manner, ends: tuple[Told | None, Told | None], *, stops: bool
) -> tuple[list[Signed], float]:
    """The signs from each known balance to the next, and what they cost together.

    `ends` are the opening and the closing balance; with `stops` balances on lines of their own are known ones as well.
    """
    opening, closing = ends
    marked = any(entry.amount.sign is not None for entry in entries)
    before = _seen(opening[0], owed=manner.owed) if opening else None
    last = _seen(closing[0], owed=manner.owed) if closing else None
    signs: list[Signed] = []
    #: What is against the signs that are proven, and what those cost that are not.
    against = cost = 0.0
    group: list[Leaning] = []
    for number, entry in enumerate(entries):
        group.append(_leaning(entry, manner, marked=marked))
        known = entry.balance or (entry.under if stops and number + 1 < len(entries) else None)
        after = _seen(known.signed, owed=manner.owed, credit=known.sign == 1) if known else None
        if after is None and number + 1 == len(entries):
            after = last
        if after is None and number + 1 < len(entries):
            continue
        target = after - before if after is not None and before is not None else None
        found, paid = solve(group, target)
        if entry.balance is None and len(group) * 2 > len(entries) and _leaves_out_most(group, found):
            found, paid = solve(group, None)
        signs += found
        proven = all(sign.proven for sign in found)
        if proven:
            against += paid
        else:
            cost += paid + _UNPROVEN
        before, group = after, []
    if last is not None and entries and entries[-1].balance is not None and before != last:
        cost += _UNPROVEN
    return signs, cost + min(against, _MOST_PROVEN + against / 100)


def _leaves_out_most(group: Sequence[Leaning], found: Sequence[Signed]) -> bool:
    """Whether more likely transactions are left out than stay: balances that this leads to prove nothing."""
    out = sum(sign.sign == 0 and bool(leaning.dropping) for leaning, sign in zip(group, found, strict=True))
    return out > sum(sign.sign != 0 for sign in found)


def _seen(value: Decimal, *, owed: bool, credit: bool = False) -> Decimal:
    """A balance as the holder sees it: what is owed is less than nothing."""
    return -value if owed and not credit else value


def _leaning(entry: _Entry, manner: _Manner, *, marked: bool) -> Leaning:
    """The sign that what is printed gives an amount in this manner, and what another one costs."""
    money, row = entry.amount, entry.row
    sign, cost = _printed_sign(entry, manner) or _usual_sign(row, manner, marked=marked)
    if row.doubtful:
        return Leaning(money.value, sign, cost, dropping=0.0, keeping=USUAL)
    dropping = _DROPPED / 2 if words_of("total").match(fold(row.text)) or not row.dated else _DROPPED
    return Leaning(money.value, sign, cost, dropping=dropping)


def _printed_sign(entry: _Entry, manner: _Manner) -> tuple[int, float] | None:
    money = entry.amount
    if money.column == "credit" and money.sign == -1 and not money.lettered:
        # Taken back, or under the heading of its neighbour: a minus says more than a place, but neither is sure.
        return -1, COLUMN - MARK
    if money.column in ("debit", "credit"):
        return (-1 if money.column == "debit" else 1), COLUMN
    if money.sign is not None:
        # On a card whatever has a mark goes against what is usual, but for the letters of a debit.
        sign = 1 if manner.name == "card" and not (money.sign == -1 and money.lettered) else money.sign
        return sign, MARK
    if entry.row.section is not None:
        return entry.row.section, SECTION
    return None


def _usual_sign(row: PrintedRow, manner: _Manner, *, marked: bool) -> tuple[int, float]:
    if manner.name == "signed":
        return 1, 2 * USUAL if marked else USUAL
    if manner.name == "card":
        return -1, USUAL
    return (1, WORD) if words_of("inflow_text").search(fold(row.text)) else (-1, WORD)


def _is_printed(entry: _Entry, *, card: bool) -> bool:
    money = entry.amount
    return card or money.column in ("debit", "credit") or money.sign is not None or entry.row.section is not None


def _made(
    entry: _Entry, dates: tuple[str | None, str | None, int], sign: Signed, *, printed: bool
) -> tuple[dict[str, Any], dict[str, Spot], float, dict[str, tuple[str, ...]]]:
    row = entry.row
    booked, valued, place = dates
    values: dict[str, Any] = {"date": booked}
    spots = {"date": row.days[place][1]}
    if valued is not None:
        values["value_date"], spots["value_date"] = valued, row.days[1 - place][1]
    if row.text:
        values["description"], spots["description"] = row.text[:_LONGEST_TEXT], row.description[0]
    amount = entry.amount.value * sign.sign
    values["amount"], spots["amount"] = amount, entry.amount.spot
    if row.check is not None:
        values["reference"], spots["reference"] = row.description[0].text, row.description[0]
    if entry.balance is not None:
        values["balance"], spots["balance"] = entry.balance.signed, entry.balance.spot
    others: dict[str, tuple[str, ...]] = {"amount": (str(-amount),)} if sign.open else {}
    sure = _OPEN if sign.open else _PROVEN if sign.proven else _PRINTED if printed else _USUAL
    return values, spots, sure, others
