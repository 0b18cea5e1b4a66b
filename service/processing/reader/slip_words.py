"""The amounts of a till slip, and what the words beside them say that each is.

Words are those of `slips.toml`, also with one letter misread; the longest phrase says what an amount is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Line
from service.processing.reader.vocabulary import load

# Two decimals, also glued to the amount that follows: `11,3471,02`. Recognition puts a space behind the mark.
_MONEY = re.compile(
    r"(?:(?<![\d.,/#-])(?<!\d:)|(?<=\d[.,]\d\d))(?P<sign>(?<![\w.])[-−–]\s?)?"
    r"(?P<whole>\d{1,3}(?:[.,']\d{3})+|\d+)\s?[.,]\s?(?P<cents>\d{2})"
    r"(?P<trail>-(?!\d))?(?!\d(?![\d.,]*[.,]\d{2}(?!\d))|[.,:/]\d|\s?%)"
)
_WORDS = re.compile(r"[a-z0-9]+")
_MOST_WORDS = 5
_MOST_ROWS_UNDER = 6
#: Roles of sums, and how much each speaks for being the total.
SUMS = {"final_total": 3.0, "total": 2.0, "named_sum": 1.0, "balance": 0.8}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its place and with what the words of its line say that it is: a role of `slips.toml` or ``."""

    value: Decimal
    spot: Spot
    role: str


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    return {tuple(phrase.split()): role for role, phrases in load("slips").items() for phrase in phrases}


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for phrase in _phrases() for word in phrase)


def amounts_of(content: Content) -> Iterator[Amount]:
    """Every amount of money with its role, from top to bottom."""
    waiting = ""
    for line in content.lines:
        matches = [match for match in _MONEY.finditer(line.text) if _is_money(line, match)]
        role, end = "", 0
        for position, match in enumerate(matches):
            said = role_of(line.folded[end : match.start()])
            if not said and position == 0:
                after = matches[1].start() if len(matches) > 1 else len(line.text)
                said = role_of(line.folded[match.end() : after])
            if _is_bare(line):
                said = said or _heading_role(content, line, match) or (waiting if position == 0 else "")
            role, end = said or role, match.end()
            value = Decimal(re.sub(r"\D", "", match["whole"]) + "." + match["cents"])
            negative = match["sign"] or match["trail"]
            yield Amount(-value if negative else value, Spot(line, match.start(), match.end()), role)
        waiting = "" if matches else role_of(line.folded)


def exemptions(content: Content) -> Iterator[Spot]:
    """Where a slip says that nothing is taxed."""
    for line in content.lines:
        for start, end in _exempt(line):
            yield Spot(line, start, end)


def _exempt(line: Line) -> Iterator[tuple[int, int]]:
    words = [(match.group(), match.start(), match.end()) for match in _WORDS.finditer(line.folded)]
    for start in range(len(words)):
        for length in range(2, _MOST_WORDS + 1):
            some = words[start : start + length]
            if len(some) == length and _phrases().get(tuple(_word(word) for word, _, _ in some)) == "exempt":
                yield some[0][1], some[-1][2]


def _is_money(line: Line, match: re.Match[str]) -> bool:
    """Whether a number is no part of a word, of a weight or of a measure."""
    before = re.search(r"[^\W\d_]+$", line.folded[: match.start()])
    after = re.match(
        r"\s?(?:kg|g|lt?r?|liters?|litros|litres|km|kwh|stk|pcs|uhr|h|x\s?\d)\b", line.folded[match.end() :]
    )
    # A first digit of a greater number was lost where it begins with a zero.
    cut = match["whole"].startswith("0") and len(match["whole"]) > 1
    return (before is None or before.group() in _CURRENCIES) and after is None and not cut


_CURRENCIES = frozenset(
    ["rm", "eur", "usd", "gbp", "chf", "s", "e", "kr", "sek", "nok", "dkk", "pln", "myr", "sgd", "r"]
)


def _is_bare(line: Line) -> bool:
    """Whether a line has no words but currencies beside its amounts."""
    return not {word for word in re.findall(r"[a-z]+", line.folded) if len(word) > 1} - _CURRENCIES


def _heading_role(content: Content, line: Line, match: re.Match[str]) -> str:
    """The role that the heading over an amount gives it; rates are no amounts."""
    box = line.box_between(match.start(), match.end())
    for other in content.above(line, _MOST_ROWS_UNDER):
        if _is_bare(other):
            continue
        over = [cell for cell in other.cells if min(cell.box.x1, box.x1) > max(cell.box.x0, box.x0)]
        if _MONEY.search(other.text) or len(other.cells) < 2 or not over:
            return ""
        return (
            "other"
            if "%" in other.text[over[0].start : over[0].end]
            else role_of(other.folded[over[0].start : over[0].end])
        )
    return ""


def role_of(text: str) -> str:
    """The role that some words give the amount after them: the longest phrase's, the first of equals."""
    words = [_word(word) for token in _WORDS.findall(text) for word in _parts(token)]
    for length in range(min(_MOST_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            role = _phrases().get(tuple(words[start : start + length]))
            if role is not None and role != "without":
                return "net" if role in SUMS and _is_untaxed(words) else role
    return ""


def _is_untaxed(words: Sequence[str]) -> bool:
    """Whether a sum is told to be without something, as `Total sales (excluding GST)`."""
    return any(_phrases().get((word,)) == "without" for word in words)


def _parts(token: str) -> tuple[str, ...]:
    """A word that recognition glued to `total`, apart."""
    if token in _known_words() or len(token) < 7 or not token.startswith("total"):
        return (token,)
    return "total", token[5:]


@cache
def _word(token: str) -> str:
    """The word of the vocabulary that a token is, or was before one of its letters was misread."""
    if token in _known_words() or len(token) < 5 or token.isdigit():
        return token
    for word in sorted(_known_words()):
        if len(word) == len(token) and sum(a != b for a, b in zip(word, token, strict=True)) == 1:
            return word
    return token


def word_roles(line: Line) -> set[str]:
    """The roles of a line's words, each taken for itself."""
    return {role for word in _WORDS.findall(line.folded) if (role := _phrases().get((_word(word),)))}
