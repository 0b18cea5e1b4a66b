"""Checks as American statements list them: number, day and amount without words, two or three beside each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.processing.reader.content import Spot
from service.processing.reader.layout import Line
from service.processing.reader.statement_money import DAY, Money, MoneyReader

CHECKS = re.compile(r"(?<![a-z])(?P<word>check|cheque)s?(?![a-z])(?! card|ing)")
#: Behind the number of a check a mark tells that one was left out before it, or that it was paid as an image.
_NUMBER = re.compile(r"[\s\t]*#?(?P<number>\d{2,10})(?![./-]\d)[ ]?[*^+]?(?=[\s\t]|$)")


@dataclass(frozen=True, slots=True)
class Check:
    """A check that was paid: its number, the day and the amount."""

    number: Spot
    day: tuple[re.Match[str], Spot]
    amount: Money


def checks_of(line: Line, money: MoneyReader) -> list[Check]:
    """The checks of a line that has nothing but checks, from left to right; else none."""
    found: list[Check] = []
    position = 0
    for amount in money.amounts(line):
        check = _check(line, position, amount)
        if check is None:
            return []
        found.append(check)
        position = amount.spot.end
    return found if not line.text[position:].strip(" \t*^") else []


def _check(line: Line, start: int, amount: Money) -> Check | None:
    """The check whose number and day stand between a place and its amount, in either order."""
    said = line.folded[: amount.spot.start]
    number = _NUMBER.match(said, start)
    day = DAY.match(said, number.end() if number else start)
    if day is not None and number is None:
        number = _NUMBER.match(said, day.end())
    if number is None or day is None or said[max(number.end(), day.end()) :].strip():
        return None
    begins = day.end() - len(day.group().lstrip())
    return Check(Spot(line, number.start("number"), number.end("number")), (day, Spot(line, begins, day.end())), amount)
