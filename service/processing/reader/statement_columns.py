"""The columns of account statements: told by their headings, or, where no known word heads them, by their edges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Protocol

from service.domain.evidence import Box
from service.processing.reader.layout import Line, fold
from service.processing.reader.statement_money import Money
from service.processing.reader.vocabulary import load

#: Of a word that could head two kinds of columns, the earlier kind is taken.
_KINDS = (
    "date",
    "value_date",
    "description",
    "debit",
    "credit",
    "amount",
    "balance",
    "reference",
    "counterparty",
    "currency",
)
MONEY_COLUMNS = ("debit", "credit", "amount", "balance")
_MOST_WORDS, _LONGEST_PHRASE = 30, 5
#: A cell may have so many more characters than the heading in it: a currency in brackets, a colon.
_BESIDE_HEADING = 14
#: Points that amounts may end away from their heading, and from one another in one column.
_FARTHEST, _SAME_EDGE = 60.0, 9.0
_FEWEST_IN_COLUMN = 2


class Moved(Protocol):
    """A printed transaction, as far as columns are concerned."""

    amounts: list[Money]
    columns: Mapping[str, Box]


@cache
def _headings() -> Mapping[tuple[str, ...], str]:
    told = load("statements")
    return {tuple(fold(heading).split()): kind for kind in reversed(_KINDS) for heading in told[kind]}


def without_brackets(text: str) -> str:
    """A text with blanks in the place of what stands in brackets, so that positions stay valid."""
    return re.sub(r"\(.*?\)", lambda match: " " * len(match[0]), text)


def headings_of(line: Line) -> dict[str, Box]:
    """The columns that a line names, by kind, the leftmost first; empty for a line that is no heading."""
    said = without_brackets(line.folded)
    words = [(match[0], match.start(), match.end()) for match in re.finditer(r"[^\W\d_]+", said)]
    if not words or len(words) > _MOST_WORDS:
        return {}
    found: dict[str, Box] = {}
    covered = position = 0
    before: tuple[str, int] | None = None
    while position < len(words):
        length, kind = _longest_heading([word for word, _, _ in words[position : position + _LONGEST_PHRASE]])
        if kind is not None:
            start, end = words[position][1], words[position + length - 1][2]
            covered += length
            if before is not None and {before[0], kind} == {"debit", "credit"} and said[before[1] : start] == "/":
                # `Soll/Haben` heads one column, of letters that tell which way, or of amounts with signs.
                found.pop(before[0], None)
            else:
                found.setdefault(kind, _heading_box(line, start, end))
            before = kind, end
        position += length
    bare = {word: (start, end) for word, start, end in words}
    if not found.keys() & {"debit", "credit"} and {"in", "out"} <= bare.keys():
        # So short a word heads a column with its counterpart alone.
        found |= {kind: line.box_between(*bare[word]) for kind, word in (("credit", "in"), ("debit", "out"))}
        covered += 2
    return found if covered * 2 >= len(words) else {}


def _longest_heading(words: Sequence[str]) -> tuple[int, str | None]:
    """How many of the first words head a column, and of which kind; of one word that heads none, that."""
    for length in range(len(words), 0, -1):
        kind = _headings().get(tuple(words[:length]))
        if kind is not None:
            return length, kind
    return 1, None


def _heading_box(line: Line, start: int, end: int) -> Box:
    """The place of a heading: of its whole cell, unless the cell has other headings."""
    cell = line.cell_at(start)
    alone = cell.end >= end and len(line.text[cell.start : cell.end]) - (end - start) <= _BESIDE_HEADING
    return cell.box if alone else line.box_between(start, end)


def column_of(amount: Money, columns: Mapping[str, Box]) -> str | None:
    """The column whose heading stands nearest over an amount: amounts and their headings end at the same edge."""
    box = amount.spot.line.box_between(amount.spot.start, amount.spot.end)
    best, least = None, _FARTHEST
    for kind, heading in columns.items():
        apart = min(abs(box.x1 - heading.x1), abs(box.x0 + box.x1 - heading.x0 - heading.x1) / 2)
        if kind not in ("date", "value_date", "description") and apart < least:
            best, least = kind, apart
    return best if best in MONEY_COLUMNS else None


def tell_columns(rows: Iterable[Moved]) -> None:
    """Tell the columns of amounts that no known heading stands over apart by their right edges.

    Three edges are those of two sides and of the balance. Two are those of an amount and a balance where lines have
    both, else those of the two sides; which side is which is left to the balances, unless one has a heading.
    """
    unnamed = [row for row in rows if "amount" not in row.columns and not {"debit", "credit"} <= row.columns.keys()]
    amounts = [money for row in unnamed for money in row.amounts if money.column != "balance"]
    edges = _edges([_right(money) for money in amounts])
    paired = sum(len(row.amounts) > 1 for row in unnamed) * 2 > len(unnamed)
    has_balance = any("balance" in row.columns for row in unnamed)
    if len(edges) == 2 and paired and not has_balance:
        kinds: tuple[str | int, ...] = ("amount", "balance")
    elif len(edges) == 2:
        kinds = (0, 1)
    elif len(edges) == 3 and not has_balance:
        kinds = (0, 1, "balance")
    else:
        return
    for row in unnamed:
        named = _sides_named(row.columns, edges)
        for money in row.amounts:
            place = next((number for number, edge in enumerate(edges) if abs(edge - _right(money)) <= _SAME_EDGE), None)
            if place is None or money.column == "balance":
                continue
            kind = kinds[place]
            if isinstance(kind, str):
                money.column = kind
            else:
                money.column, money.side = named.get(kind), kind


def _sides_named(columns: Mapping[str, Box], edges: Sequence[float]) -> dict[int, str]:
    """The sides by name, where one of them has a heading: the other one is its counterpart."""
    for kind, other in (("debit", "credit"), ("credit", "debit")):
        if kind in columns:
            side = min((0, 1), key=lambda number: abs(edges[number] - columns[kind].x1))
            return {side: kind, 1 - side: other}
    return {}


def _right(money: Money) -> float:
    # Signs and letters behind digits hang over the edge.
    digits = [at for at in range(money.spot.start, money.spot.end) if money.spot.line.text[at].isdigit()]
    return money.spot.line.box_between(money.spot.start, digits[-1] + 1).x1


def _edges(found: Sequence[float]) -> list[float]:
    """The right edges that several amounts have in common, from left to right."""
    groups: list[list[float]] = []
    for edge in sorted(found):
        if groups and edge - groups[-1][-1] <= _SAME_EDGE / 2:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return [sum(group) / len(group) for group in groups if len(group) >= _FEWEST_IN_COLUMN]
