"""Which way money went, told by what the statement has of it twice: from one balance to the next the amounts must lead.

Each amount comes with what is printed of its sign. A reading of the whole (an account whose outgoings have a minus, a
card whose purchases have no sign, columns) gives each amount the sign that it would have and what it costs to think
otherwise; between two known balances the cheapest signs that lead from one to the other are taken. Where two ways are
as cheap, the sign is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import comb

#: What it costs to read an amount against its column, its printed mark, its heading, or what is usual.
COLUMN, MARK, SECTION, USUAL, WORD = 4.0, 3.0, 2.0, 1.0, 0.6
_UNSOLVED = 5.0
_MOST_WORK = 400_000
#: More ways than this to turn some signs, and one of them fits by chance.
_MOST_CHANCES = 3_000


@dataclass(frozen=True, slots=True)
class Leaning:
    """The sign that an amount has as far as is printed, what another would cost, and what leaving it out would."""

    amount: Decimal
    sign: int
    cost: float
    dropping: float | None = None
    keeping: float = 0.0


@dataclass(frozen=True, slots=True)
class Signed:
    """The sign of an amount: 1, -1, or 0 when it is no part of the sum; `proven` by balances; `open` when both fit."""

    sign: int
    proven: bool
    open: bool = False


def solve(leanings: Sequence[Leaning], target: Decimal | None) -> tuple[list[Signed], float]:
    """The cheapest signs that add up to a target, and their cost; without a target, or a way to it, what is printed."""
    usual = [0 if entry.dropping is not None and entry.dropping < entry.keeping else entry.sign for entry in leanings]
    cost = sum(_cost(entry, sign) for entry, sign in zip(leanings, usual, strict=True))
    if target is None:
        return [Signed(sign, proven=False) for sign in usual], cost
    if sum((sign * entry.amount for entry, sign in zip(leanings, usual, strict=True)), Decimal(0)) == target:
        return [Signed(sign, proven=True) for sign in usual], cost
    found = _cheapest(leanings, target)
    if found is None:
        return [Signed(sign, proven=False) for sign in usual], cost + _UNSOLVED
    signs, least, others = found
    turned = sum(1 for sign, before in zip(signs, usual, strict=True) if sign != before)
    if _chances(len(signs), turned) > _MOST_CHANCES:
        return [Signed(sign, proven=False) for sign in usual], cost + _UNSOLVED
    doubtful = [others is not None and sign != others[place] for place, sign in enumerate(signs)]
    return [Signed(sign, proven=True, open=is_open) for sign, is_open in zip(signs, doubtful, strict=True)], least


def _chances(count: int, turned: int) -> int:
    """How many ways there are to turn at most so many signs."""
    return sum(comb(count, number) for number in range(turned + 1))


def _cost(entry: Leaning, sign: int) -> float:
    if sign == 0:
        return entry.dropping or 0.0
    return entry.keeping + (0.0 if sign == entry.sign else entry.cost)


def _cheapest(leanings: Sequence[Leaning], target: Decimal) -> tuple[list[int], float, list[int] | None] | None:
    """The cheapest signs to a target, their cost, and other signs that are as cheap."""
    most = _MOST_WORK // max(len(leanings), 20)
    # A sum's best cost, its signs, and other signs of that cost.
    states: dict[Decimal, tuple[float, list[int], list[int] | None]] = {Decimal(0): (0.0, [], None)}
    for entry in leanings:
        following: dict[Decimal, tuple[float, list[int], list[int] | None]] = {}
        choices = (1, -1) if entry.dropping is None else (1, -1, 0)
        for total, (cost, signs, others) in states.items():
            for sign in choices:
                reached, paid = total + sign * entry.amount, cost + _cost(entry, sign)
                way = [*signs, sign]
                second = [*others, sign] if others is not None else None
                known = following.get(reached)
                if known is None or paid < known[0] - 1e-9:
                    following[reached] = (paid, way, second)
                elif abs(paid - known[0]) <= 1e-9 and known[2] is None:
                    following[reached] = (known[0], known[1], way)
        if len(following) > most:
            kept = sorted(following, key=lambda total: following[total][0])[:most]
            following = {total: following[total] for total in kept}
        states = following
    if target not in states:
        return None
    cost, signs, others = states[target]
    return signs, cost, others
