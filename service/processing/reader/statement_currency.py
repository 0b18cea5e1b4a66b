"""The currency of an account statement, which its amounts seldom have beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate
from service.processing.reader.layout import Line, fold
from service.processing.reader.statement_columns import MONEY_COLUMNS, headings_of
from service.processing.reader.statement_money import CURRENCY_CODE
from service.processing.reader.statement_words import words_of
from service.processing.reader.vocabulary import load

#: What stands before the sign of a dollar or a peso that is not of the United States.
_DOLLARS = {
    "US": "USD",
    "S": "SGD",
    "A": "AUD",
    "C": "CAD",
    "CA": "CAD",
    "HK": "HKD",
    "NZ": "NZD",
    "R": "BRL",
    "MX": "MXN",
    "NT": "TWD",
}
_DOLLAR = re.compile(rf"(?<![A-Z])({'|'.join(_DOLLARS)})\$")
_RINGGIT = re.compile(r"\(RM\)|(?<![A-Z])RM ?\d")
#: Signs of one currency alone; those of several are told apart by the land.
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₩": "KRW", "₫": "VND", "zł": "PLN", "Kč": "CZK"}
_SURE, _BY_IBAN = 0.9, 0.75


def find_currency(content: Content) -> Candidate | None:
    """The currency of the amounts: by headings, a code near them, a dollar told apart, or the land of a bare one."""
    general = content.currency
    headed = currency_headed(content.lines)
    if headed is not None:
        return headed
    found = _counted(content)
    if found is None and (general is None or general[0] == "USD"):
        lands = load("statement_lands")
        found = next((code for code, names in lands.items() if _any_of(tuple(names)).search(fold(content.text))), None)
    if found is not None:
        return _printed(content, found)
    if general is None or general[1] is None:
        return None
    return Candidate("currency", general[0], general[1], _SURE)


def currency_of_iban(iban: str) -> tuple[str, float] | None:
    """The currency of the land of an account, and how likely the account is in it."""
    land = iban[:2]
    code = next((code for code, lands in load("currency_lands").items() if land in lands), None)
    return (code, _BY_IBAN) if code is not None else None


def currency_headed(lines: Iterable[Line]) -> Candidate | None:
    """What the headings of the amounts among some lines say: `Betrag in EUR`, `Amount (£)`."""
    counted: Counter[str] = Counter()
    places: dict[str, Spot] = {}
    for line in lines:
        if not headings_of(line).keys() & set(MONEY_COLUMNS):
            continue
        for code, start, end in _told_in(line):
            counted[code] += 1
            places.setdefault(code, Spot(line, start, end))
    if not counted:
        return None
    code = max(counted, key=lambda told: counted[told])
    return Candidate("currency", code, places[code], _SURE)


def _told_in(line: Line) -> Iterator[tuple[str, int, int]]:
    """The codes and signs in a line that tell one currency alone, with their places."""
    for match in CURRENCY_CODE.finditer(line.text):
        yield match[0], match.start(), match.end()
    for match in _DOLLAR.finditer(line.text):
        yield _DOLLARS[match[1]], match.start(), match.end()
    for sign, code in _SIGNS.items():
        if sign in line.text:
            yield code, line.text.index(sign), line.text.index(sign) + len(sign)


def _counted(content: Content) -> str | None:
    """The code that stands oftenest with amounts and balances, else the commonest dollar of a land, else any code."""
    near: Counter[str] = Counter()
    dollars: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for line in content.lines:
        said = [match[0] for match in CURRENCY_CODE.finditer(line.text)]
        said += ["MYR" for _ in _RINGGIT.finditer(line.text)]
        codes.update(said)
        if words_of("money").search(line.folded):
            near.update(said)
        dollars.update(_DOLLARS[match[1]] for match in _DOLLAR.finditer(line.text))
    chosen = near or dollars
    if not chosen and (content.currency is None or content.currency[0] == "USD"):
        chosen = codes
    return max(chosen, key=lambda code: chosen[code]) if chosen else None


def _printed(content: Content, code: str) -> Candidate | None:
    """A currency with the first place that tells it: its code, a sign, or a word of its land."""
    signs = [rf"{re.escape(sign)}\$" for sign, dollar in _DOLLARS.items() if dollar == code]
    marks = re.compile("|".join([code, *signs, r"[$€£₹]", r"\bRM\b"]))
    lands = _any_of(tuple(load("statement_lands").get(code, (code.lower(),))))
    for line in content.lines:
        if match := marks.search(line.text) or lands.search(line.folded):
            return Candidate("currency", code, Spot(line, match.start(), match.end()), _SURE)
    return None


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(fold(word)) for word in words)})(?!\w)")
