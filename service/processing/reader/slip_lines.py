"""What was bought on a till slip: the lines over its first sum, told only when they add up to what the slip says.

An article takes one line (`2 CAFE 1,20 2,40`), or two: its name, then count, price and amount; or a count and a price
over or under it (`0,654 kg x 3,99`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Line
from service.processing.reader.slip_words import SUMS, Amount, amounts_of

SlipLine = tuple[dict[str, Any], dict[str, Spot]]

_CENT, _SLACK = Decimal("0.01"), Decimal("0.02")
_LEAST_LETTERS, _MOST_BEHIND = 3, 4
_COUNTED = re.compile(
    r"(?<![\w.,])(?P<count>\d{1,4}(?:[.,]\d{1,3})?)\s?(?:kg|g|l|lb|lbs|st|stk|un|ud|uds|pcs?|ea)?\s?[x×*@à]\s?"
    r"(?P<price>\d+[.,]\d{2,4})",
    re.IGNORECASE,
)
_LEADING_COUNT = re.compile(r"^\W*(?P<count>\d{1,3})\s?(?:x\s*|(?:un|uds?|st|pcs?)?\s+)(?=\D)", re.IGNORECASE)
_ENDS = frozenset([*SUMS, "subtotal", "card", "cash", "net"])


@dataclass(slots=True)
class _Article:
    amount: Amount
    name: Spot | None
    count: Spot | None = None
    price: Spot | None = None

    def says(self, count: Spot, price: Spot) -> bool:
        """Whether a count at a price makes the amount."""
        return abs(_value(count) * _value(price) - self.amount.value) <= _CENT

    def row(self) -> SlipLine:
        """The cells that are known, with their places."""
        spots = {"description": self.name, "quantity": self.count, "unit_price": self.price, "amount": self.amount.spot}
        placed = {name: spot for name, spot in spots.items() if spot is not None}
        values: dict[str, Any] = {"description": self.name.text} if self.name is not None else {}
        values |= {name: _value(placed[name]) for name in ("quantity", "unit_price") if name in placed}
        return values | {"amount": self.amount.value}, placed


def find_slip_lines(content: Content, targets: Sequence[Decimal]) -> list[SlipLine]:
    """The lines of a till slip; none when they don't add up to one of the `targets`."""
    articles = _articles(content)
    total = sum((article.amount.value for article in articles), Decimal(0))
    if not articles or not any(abs(total - target) <= _SLACK for target in targets):
        return []
    return [article.row() for article in articles]


def _articles(content: Content) -> list[_Article]:
    by_line: dict[int, list[Amount]] = {}
    for amount in amounts_of(content):
        by_line.setdefault(id(amount.spot.line), []).append(amount)
    found: list[_Article] = []
    name: Spot | None = None
    counted: tuple[Spot, Spot] | None = None
    for line in content.lines:
        amounts = by_line.get(id(line), [])
        if any(amount.role in _ENDS for amount in amounts):
            break
        here = _counted(line)
        if not amounts or (here is not None and amounts[-1].spot.start <= here[1].start):
            if here is None:
                name = _name(line, len(line.text)) or name
            elif found and found[-1].count is None and found[-1].says(*here):
                found[-1].count, found[-1].price = here
            else:
                counted = here
            continue
        if _is_last(amounts[-1]) and amounts[-1].role in ("", "discount", "other"):
            found.append(_article(line, amounts, name, here or counted))
        name = counted = None
    return found


def _article(line: Line, amounts: Sequence[Amount], name: Spot | None, counted: tuple[Spot, Spot] | None) -> _Article:
    """The article whose amount ends a line; `name` and what was `counted` may stand over it."""
    first = _LEADING_COUNT.match(line.text)
    here = _counted(line)
    before = min(amounts[0].spot.start, here[0].start if here else len(line.text))
    article = _Article(amounts[-1], _name(line, before, first.end() if first else 0) or name)
    if counted is None and first is not None:
        count = Spot(line, first.start("count"), first.end("count"))
        counted = (count, amounts[-2].spot) if len(amounts) > 1 else None
        if counted is None and _value(count) == 1:
            article.count = count
    if counted is not None and article.says(*counted):
        article.count, article.price = counted
    return article


def _counted(line: Line) -> tuple[Spot, Spot] | None:
    match = _COUNTED.search(line.text.replace("\t", " "))
    if match is None:
        return None
    return Spot(line, *match.span("count")), Spot(line, *match.span("price"))


def _name(line: Line, end: int, start: int = 0) -> Spot | None:
    """The words of a line before its numbers, when they are words."""
    text = line.text[start:end]
    trimmed = text.strip(" \t:*€$-")
    if sum(map(str.isalpha, trimmed)) < _LEAST_LETTERS:
        return None
    first = start + text.find(trimmed)
    return Spot(line, first, first + len(trimmed))


def _is_last(amount: Amount) -> bool:
    """Whether nothing but a tax's letter or a currency stands behind an amount."""
    return len(re.sub(r"[€£$\s*%]|EUR|RM", "", amount.spot.line.text[amount.spot.end :])) < _MOST_BEHIND


def _value(spot: Spot) -> Decimal:
    return Decimal(spot.text.replace(",", "."))
