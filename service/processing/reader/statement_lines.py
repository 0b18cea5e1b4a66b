"""The lines of account statements as they are printed: transactions, and the balances between them.

A transaction is a line, or some, with a day, a text and amounts at its end. Days may be printed once for all
transactions of a day, and amounts under the first line of a text. Which way the money went is told elsewhere
(`statement_signs`); here is kept what the lines show of it: columns, marks, headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.evidence import Box
from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import CELL_GAP, Line, fold
from service.processing.reader.statement_checks import CHECKS, Check, checks_of
from service.processing.reader.statement_columns import (
    MONEY_COLUMNS,
    column_of,
    headings_of,
    tell_columns,
    without_brackets,
)
from service.processing.reader.statement_money import Money, MoneyReader, Tail, last_day, leading_days
from service.processing.reader.statement_words import (
    LONGEST_LABEL,
    balance_named,
    is_card,
    is_other_balance,
    tells_balance,
    words_of,
)

_LONGEST_SECTION, _SECTION_REACH, _ROW_REACH = 12, 6, 4
_MARKS = ("CR", "DR")
#: The word for a check where no heading has one.
_CHECK = "Check"
#: Days on lines of their own that are the manner of a statement, not chance.
_FEWEST_DAYS = 2
_SUMS_BOTH_WAYS = 2


@dataclass(slots=True)
class PrintedRow:
    """A transaction or a balance as printed.

    `told` says which balance: `opening_balance`, `closing_balance`, `balance`, or `between`, that of a day's sums.
    `section` is the way that the heading over it tells: 1 in, -1 out. `dated` says whether it has a day of its own;
    one that has none, nor an amount in a column, may be no transaction (`doubtful`).
    """

    line: Line
    days: list[tuple[re.Match[str], Spot]]
    description: list[Spot]
    amounts: list[Money]
    columns: Mapping[str, Box]
    section: int | None = None
    told: str | None = None
    dated: bool = True
    doubtful: bool = False
    #: Of a check, which has a number for a text: the word for it, in singular.
    check: str | None = None

    @property
    def text(self) -> str:
        """What it was for."""
        return " ".join([*filter(None, [self.check]), *(spot.text for spot in self.description if spot.text)])


def printed_rows(content: Content) -> list[PrintedRow]:
    """The transactions and balances of a statement's pages, in the order printed."""
    lines = _Lines(content)
    rows = list(lines.rows())
    if not lines.flat:
        tell_columns([row for row in rows if row.told is None and row.check is None])
    return rows


@dataclass
class _Lines:
    content: Content
    columns: dict[str, Box] = field(default_factory=dict)
    section: int | None = None
    #: Where the heading of the section stands among the lines, until a transaction follows it.
    section_at: int | None = None
    #: The word for checks in the heading over the lines, while they may list some.
    check: str | None = None
    #: The day that a line told alone, which is that of the transactions under it.
    day: list[tuple[re.Match[str], Spot]] = field(default_factory=list)
    last: PrintedRow | None = None
    #: The amounts of the line before, where they belong to the line under them.
    over: list[Money] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._money = MoneyReader(self.content)
        self._card = is_card(self.content)
        #: Whether days stand on lines of their own, over the transactions of the day.
        alone = sum(map(_is_day, self.content.lines))
        ends = [line for line in self.content.lines if leading_days(line)[0] and self._money.tail(line, 0)]
        #: Whether no transaction has come on this page yet.
        self._fresh = True
        #: Text that lost its columns has one cell on every line.
        self._leading = bool(ends)
        cells = ends or [line for line in self.content.lines if self._money.tail(line, 0)]
        self.flat = sum(CELL_GAP in line.text for line in cells) * 3 < len(cells)
        self._under_days = alone >= _FEWEST_DAYS and alone > len(ends)
        self._under_amounts = self._begins_with_amounts()

    def rows(self) -> Iterator[PrintedRow]:
        page = 0
        for position, line in enumerate(self.content.lines):
            if line.page != page:
                # A text does not go on on another page.
                yield from self._close()
                page, self._fresh = line.page, True
            if self.section_at is not None and position - self.section_at > _SECTION_REACH:
                # Nothing followed: it was a heading of something else.
                self.section = self.section_at = None
            yield from self._read(position, line)
        yield from self._close()

    def _read(self, position: int, line: Line) -> Iterator[PrintedRow]:
        if self.over:
            yield from self._read_under(line)
            return
        if self._under_amounts and self._lift(position, line):
            return
        if line.text.strip().upper() in _MARKS and self.last is not None and self.last.amounts:
            self.last.amounts[-1].sign = 1 if line.text.strip().upper() == "CR" else -1
            return
        checks = checks_of(line, self._money)
        if checks and (self.check or len(checks) > 1):
            yield from self._close()
            yield from (self._checked(line, check) for check in checks)
            return
        days, start = ([], 0) if self._awaits(line) else leading_days(line)
        told = list(self._named_balances(line, start))
        if told:
            yield from self._close()
            yield from told
            return
        tail = self._money.tail(line, start)
        if tail is None:
            yield from self._read_text(position, line, days, start)
            return
        if not days and not self._leading and (inner := tail.day or last_day(line, 0, tail.start)):
            # Some banks print days behind the text, or among the amounts.
            days, tail.start = [inner], min(tail.start, inner[1].start)
        yield from self._read_amounts(line, days, start, tail)

    def _awaits(self, line: Line) -> bool:
        """Whether a line has but the amounts of a transaction over it, which may look like days: `12.05`."""
        tail = self._money.tail(line, 0) if self.last is not None and not self.last.amounts else None
        return tail is not None and not line.text[: tail.start].strip()

    def _read_amounts(
        self, line: Line, days: list[tuple[re.Match[str], Spot]], start: int, tail: Tail
    ) -> Iterator[PrintedRow]:
        """A line that ends with amounts: a balance, a sum, or a transaction."""
        said = line.folded[start : tail.start].strip(" \t:.-=+*")
        if len(said) <= LONGEST_LABEL and tells_balance(said) and not self._settles(said, days, tail):
            yield from self._close()
            yield from self._balance(line, days, tail, said)
        elif (not days and words_of("total").match(said)) or words_of("total").fullmatch(said):
            yield from self._close()
            self.section = self.section_at = self.check = None
            if "balance" in self.columns and len(tail.amounts) > _SUMS_BOTH_WAYS:
                yield PrintedRow(line, days, [], tail.amounts[-1:], self.columns, told="between")
        elif days:
            yield from self._dated(line, days, start, tail)
        elif self.last is not None:
            yield from self._undated(self.last, line, tail, said)
        elif self.day and self._money.says(said):
            self.last = self._row(line, self.day, _piece(line, start, tail.start), self._placed(tail.amounts))

    def _settles(self, said: str, days: Sequence[object], tail: Tail) -> bool:
        """Whether a line that speaks of a balance is a transaction, which settles an account."""
        paired = len(tail.amounts) > 1 and "balance" in self.columns
        return balance_named(said) is None and (len(days) > 1 or (bool(days) and paired))

    def _close(self) -> Iterator[PrintedRow]:
        if self.last is not None and self.last.amounts:
            yield self.last
        self.last = None

    def _begins_with_amounts(self) -> bool:
        """Whether amounts stand alone on the lines over their days and texts, as where they are set a little higher.

        Where they stand under them instead, there is one under the last of them, and none over the first.
        """
        lines = self.content.lines
        begun = [at for at, line in enumerate(lines) if self._begins(line) and self._money.tail(line, 0) is None]
        over = sum(at > 0 and bool(self._alone(lines[at - 1])) for at in begun)
        under = sum(at + 1 < len(lines) and bool(self._alone(lines[at + 1])) for at in begun)
        return over >= _FEWEST_DAYS and over > under and over * 2 > len(begun)

    def _begins(self, line: Line) -> bool:
        """Whether a line begins with a day, or the name of a balance, and has words."""
        days, start = leading_days(line)
        named = len(line.text) <= LONGEST_LABEL and tells_balance(line.folded)
        return (bool(days) or named) and self._money.says(line.text[start:])

    def _alone(self, line: Line) -> list[Money]:
        """The amounts of a line that has nothing else."""
        tail = self._money.tail(line, 0)
        return tail.amounts if tail is not None and not line.text[: tail.start].strip() else []

    def _lift(self, position: int, line: Line) -> bool:
        """Keep the amounts of a line for the one under it, if it begins a transaction or tells a balance."""
        following = self.content.lines[position + 1 : position + 2]
        begun = [under for under in following if under.page == line.page and self._begins(under)]
        self.over = self._alone(line) if begun else []
        return bool(self.over)

    def _read_under(self, line: Line) -> Iterator[PrintedRow]:
        """A transaction or a balance whose amounts stood on the line before."""
        amounts, self.over = self.over, []
        days, start = leading_days(line)
        yield from self._close()
        if days:
            self.last = self._row(line, days, _piece(line, start, len(line.text)), self._placed(amounts))
        else:
            yield from self._balance(line, days, Tail(amounts, len(line.text)), line.folded.strip())

    def _read_text(
        self, position: int, line: Line, days: list[tuple[re.Match[str], Spot]], start: int
    ) -> Iterator[PrintedRow]:
        """A line that ends with text: a heading, the beginning of a transaction, or more of its text."""
        columns = self._heading(position, line) if not days else {}
        head = self._money.head(line, start) if days else None
        if head is not None and self._money.says(line.text[head.start :]):
            # The amounts stand between the day and the text.
            yield from self._close()
            yield from self._before_text(line, days, head)
        elif columns:
            yield from self._close()
            self.columns = columns
            if not self._begin_section(position, line) and self.section_at is None and not self._fresh:
                self.section = None
            self._begin_checks(line)
        elif self._under_days and _is_day(line):
            yield from self._close()
            self.day = days[:1]
        elif days and self.columns and self._money.says(line.text[start:]):
            if self.last is not None and not self.last.amounts and self._continues(line):
                return
            yield from self._close()
            self.last = self._row(line, days, _piece(line, start, len(line.text)), [])
        elif self._begin_section(position, line) or not self._continues(line):
            yield from self._close()
            self._begin_checks(line)
            if self.day and self.section_at is None and self._money.says(line.text):
                self.last = self._row(line, self.day, _piece(line, 0, len(line.text)), [])

    def _before_text(self, line: Line, days: list[tuple[re.Match[str], Spot]], head: Tail) -> Iterator[PrintedRow]:
        """A line whose amounts stand before its text: a transaction, or a balance."""
        text = _piece(line, head.start, len(line.text))
        said = fold(text.text)
        placed = self._placed(head.amounts)
        if len(said) <= LONGEST_LABEL and balance_named(said):
            yield from self._balance(line, days, head, said)
        elif not words_of("total").match(said):
            self.last = self._row(line, days, text, placed)

    def _begin_checks(self, line: Line) -> None:
        """Take whether a heading is over checks: it has the word for them, and no amount."""
        match = CHECKS.search(line.folded)
        if match is not None and len(line.words) <= _LONGEST_SECTION:
            self.check = match["word"].capitalize()
        elif not headings_of(line):
            self.check = None

    def _checked(self, line: Line, check: Check) -> PrintedRow:
        self.section_at, self._fresh = None, False
        columns = {kind: box for kind, box in self.columns.items() if kind not in MONEY_COLUMNS}
        return PrintedRow(line, [check.day], [check.number], [check.amount], columns, -1, check=self.check or _CHECK)

    def _heading(self, position: int, line: Line) -> dict[str, Box]:
        """The columns of a heading, which may have more lines over it."""
        if re.search(r"[=:]", line.text) or self._money.amounts(line):
            return {}
        found = headings_of(line)
        if not found.keys() & {"date", "value_date", "description"} or len(line.words) > 24:
            return found if {"debit", "credit"} <= found.keys() else {}
        for above in reversed(self.content.lines[max(0, position - 2) : position]):
            if above.page == line.page and not self._money.amounts(above) and not re.search(r"[=:]", above.text):
                more = headings_of(above)
                if not more.keys() & {"debit", "credit"} and found.keys() & {"debit", "credit", "amount"}:
                    continue
                found = {**found, **{kind: box for kind, box in more.items() if kind not in found}}
        return found if found.keys() & set(MONEY_COLUMNS) else {}

    def _begin_section(self, position: int, line: Line) -> bool:
        """Take what a heading says of the way of the transactions under it."""
        said = without_brackets(line.folded)
        words = re.findall(r"[a-z]+", said)
        if not words or len(words) > _LONGEST_SECTION or re.search(r"\d|[=:]", line.text):
            return False
        ins, outs, payment = (words_of(name).search(said) for name in ("inflow", "outflow", "payment"))
        if not (ins or outs or payment) or not _is_heading(said):
            return False
        ways = {1 for found in (ins, payment if self._card else None) if found} | {-1 for found in (outs,) if found}
        self.section = ways.pop() if len(ways) == 1 else None
        self.section_at = position
        return True

    def _named_balances(self, line: Line, start: int) -> Iterator[PrintedRow]:
        """The balances of a line of several labels, each before its amount; the last label may have another value."""
        amounts = self._money.amounts(line)
        ends = [start, *(amount.spot.end for amount in amounts)]
        labels = [
            line.folded[end : amount.spot.start].strip(" \t:.-=+*") for end, amount in zip(ends, amounts, strict=False)
        ]
        several = len(amounts) > 1 or self._money.says(line.text[ends[-1] :])
        if not several or not amounts or not all(self._money.says(label) for label in labels):
            return
        for label, end, amount in zip(labels, ends, amounts, strict=False):
            name = balance_named(label)
            if name is not None:
                yield PrintedRow(line, [], [Spot(line, end, amount.spot.start)], [amount], {}, told=name)

    def _balance(
        self, line: Line, days: list[tuple[re.Match[str], Spot]], tail: Tail, said: str
    ) -> Iterator[PrintedRow]:
        if is_other_balance(said):
            return
        name = balance_named(said) or "balance"
        chosen = tail.amounts[-1:]
        if len(tail.amounts) > 1 and "balance" not in self.columns and name == "balance":
            # Sums that are carried to another page.
            return
        if words_of("overdrawn").search(said) or (
            "balance" not in self.columns and column_of(chosen[0], self.columns) == "debit" and not self.flat
        ):
            chosen[0].sign = -1
        text = Spot(line, 0, tail.start)
        yield PrintedRow(line, days, [text], chosen, self.columns, told=name)

    def _dated(
        self, line: Line, days: list[tuple[re.Match[str], Spot]], start: int, tail: Tail
    ) -> Iterator[PrintedRow]:
        text = _piece(line, start, tail.start)
        if not self._money.says(text.text) and self.last is not None and not self.last.amounts and not text.text:
            self.last.amounts = self._placed(tail.amounts)
            return
        if not self._money.says(text.text):
            return
        inner = None
        if len(days) == 1 and ("value_date" in self.columns or tail.day is not None):
            # Some banks print the value date behind the text.
            among = tail.day if tail.day != days[0] else None
            inner = among or last_day(line, text.start, text.end)
            if inner is not None and among is None:
                text = _piece(line, text.start, inner[1].start)
        if inner is not None:
            days = [*days, inner]
        yield from self._close()
        self.last = self._row(line, days, text, self._placed(tail.amounts))

    def _undated(self, last: PrintedRow, line: Line, tail: Tail, said: str) -> Iterator[PrintedRow]:
        """Amounts without a day: those of a transaction that began above, or of another one of its day."""
        placed = self._placed(tail.amounts)
        if not last.amounts:
            if line.box.y0 - last.description[-1].line.box.y1 < _ROW_REACH * (line.box.y1 - line.box.y0):
                last.description += [_piece(line, 0, tail.start)] if said else []
                last.amounts = placed
            else:
                self.last = None
            return
        column = placed[0].column
        under_day = last.days[:1] == self.day
        if not (self.flat or under_day or column in ("debit", "credit", "amount")) or not self._money.says(said):
            return
        if {"debit", "credit"} <= {money.column for money in placed}:
            # Both ways on one line: sums of a day, or of all.
            yield from self._close()
            return
        yield from self._close()
        self.last = self._row(line, last.days[:1], _piece(line, 0, tail.start), placed)
        self.last.dated = False
        paired = "balance" in self.columns and len(placed) > 1
        self.last.doubtful = not paired and not under_day and (self.flat or column == "amount")

    def _row(self, line: Line, days: list[tuple[re.Match[str], Spot]], text: Spot, amounts: list[Money]) -> PrintedRow:
        self.section_at, self._fresh = None, False
        # A balance that is dated as transactions are may be one: what an account was settled with.
        settled = tells_balance(fold(text.text)) and len(days) > 1
        return PrintedRow(line, days, [text], amounts, self.columns, self.section, doubtful=settled)

    def _placed(self, amounts: Sequence[Money]) -> list[Money]:
        """Amounts with their columns. A zero beside an amount is an empty cell."""
        headings = sorted((box.x0, kind) for kind, box in self.columns.items() if kind in MONEY_COLUMNS)
        places = [None if self.flat else column_of(amount, self.columns) for amount in amounts]
        known = [place for place in places if place is not None]
        if len(headings) == len(amounts) > 2 and len(set(known)) < max(len(known), 1):
            # As many amounts as headings: they are in the same order, also where the places are lost.
            places = [kind for _, kind in headings]
        for amount, place in zip(amounts, places, strict=True):
            amount.column = place
        kept = [amount for amount in amounts if amount.value] if len(amounts) > 2 else list(amounts)
        return kept or list(amounts[:1])

    def _continues(self, line: Line) -> bool:
        """Whether a line under a transaction goes on with its text; it is added then."""
        row = self.last
        if row is None:
            return False
        under = line.box.y0 - row.description[-1].line.box.y1
        height = max(row.line.box.y1 - row.line.box.y0, 1.0)
        first = row.description[0]
        begins = row.line.box_between(first.start, first.end).x0 if first.text and not self.flat else 0
        if under > 1.5 * height or len(row.description) > 4:
            return False
        if line.box.x0 >= begins - 3 * height:
            row.description.append(Spot(line, 0, len(line.text)))
        return True


def _is_day(line: Line) -> bool:
    """Whether a line has a day and nothing else."""
    days, end = leading_days(line)
    return len(days) == 1 and not line.text[end:].strip(" \t,:")


def _piece(line: Line, start: int, end: int) -> Spot:
    """A piece of a line without the blanks around it, whose box would reach into the words beside them."""
    text = line.text[start:end]
    if not text.strip():
        return Spot(line, start, start)
    return Spot(line, start + len(text) - len(text.lstrip()), start + len(text.rstrip()))


def _is_heading(said: str) -> bool:
    """Whether a line says nothing but which transactions follow it."""
    rest = said
    for name in ("inflow", "outflow", "payment", "section"):
        rest = words_of(name).sub(" ", rest)
    return not re.search(r"[a-z]", words_of("heading").sub(" ", rest))
