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
from heapq import nsmallest
from math import comb
from typing import Any

#: What it costs to read an amount against its column, its printed mark, its heading, or what is usual.
COLUMN, MARK, SECTION, USUAL, WORD = 4.0, 3.0, 2.0, 1.0, 0.6
_UNSOLVED = 5.0
_MOST_WORK = 30_000
#: Among more amounts only one that is turned can be told.
_MOST_SEARCHED = 40
_SAME = 1e-9
#: More ways than this to turn some signs, and one of them fits by chance.
_MOST_CHANCES = 3_000


#: The signs so far, the last one first: a sign and those before it.
_Way = tuple[int, Any] | None


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
    found = _cheapest(leanings, target) if len(leanings) <= _MOST_SEARCHED else _one_turned(leanings, usual, target)
    if found is None or _is_chance(usual, found[0]):
        return [Signed(sign, proven=False) for sign in usual], cost + _UNSOLVED
    signs, others = found
    least = sum(_cost(entry, sign) for entry, sign in zip(leanings, signs, strict=True))
    doubtful = [sign != other for sign, other in zip(signs, others or signs, strict=True)]
    return [Signed(sign, proven=True, open=is_open) for sign, is_open in zip(signs, doubtful, strict=True)], least


def _is_chance(usual: Sequence[int], signs: Sequence[int]) -> bool:
    """Whether so many signs were turned that one of all the ways to turn as many fits by chance."""
    turned = sum(1 for before, sign in zip(usual, signs, strict=True) if sign != before)
    return sum(comb(len(signs), number) for number in range(turned + 1)) > _MOST_CHANCES


def _cost(entry: Leaning, sign: int) -> float:
    if sign == 0:
        return entry.dropping or 0.0
    return entry.keeping + (0.0 if sign == entry.sign else entry.cost)


def _one_turned(
    leanings: Sequence[Leaning], usual: Sequence[int], target: Decimal
) -> tuple[list[int], list[int] | None] | None:
    """The signs of many amounts of which one is not as usual."""
    total = sum((sign * entry.amount for entry, sign in zip(leanings, usual, strict=True)), Decimal(0))
    found = []
    for place, (entry, before) in enumerate(zip(leanings, usual, strict=True)):
        for sign in (1, -1) if entry.dropping is None else (1, -1, 0):
            if sign != before and total + (sign - before) * entry.amount == target:
                found.append([*usual[:place], sign, *usual[place + 1 :]])
    return (found[0], found[1] if len(found) > 1 else None) if found else None


def _cheapest(leanings: Sequence[Leaning], target: Decimal) -> tuple[list[int], list[int] | None] | None:
    """The cheapest signs to a target, and other signs that are as cheap."""
    most = _MOST_WORK // max(len(leanings), 10)
    # The best cost of each sum that is reached, the signs on the way to it, and another way of the same cost.
    states: dict[Decimal, tuple[float, _Way, _Way]] = {Decimal(0): (0.0, None, None)}
    for entry in leanings:
        following: dict[Decimal, tuple[float, _Way, _Way]] = {}
        for total, (cost, way, other) in states.items():
            for sign in (1, -1) if entry.dropping is None else (1, -1, 0):
                reached, paid = total + sign * entry.amount, cost + _cost(entry, sign)
                known = following.get(reached)
                if known is None or paid < known[0] - _SAME:
                    following[reached] = (paid, (sign, way), (sign, other) if other is not None else None)
                elif abs(paid - known[0]) <= _SAME and known[2] is None:
                    following[reached] = (known[0], known[1], (sign, way))
        if len(following) > most:
            following = {
                total: following[total] for total in nsmallest(most, following, key=lambda sum_: following[sum_][0])
            }
        states = following
    if target not in states:
        return None
    _, way, other = states[target]
    return _signs_of(way), _signs_of(other) if other is not None else None


def _signs_of(way: _Way) -> list[int]:
    signs = []
    while way is not None:
        sign, way = way
        signs.append(sign)
    return signs[::-1]
