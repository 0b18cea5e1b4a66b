"""Amounts and days as lines of account statements print them: amounts at a line's end, days at its beginning."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Line
from service.processing.reader.values import Convention, find_dates
from service.processing.reader.vocabulary import load

_MONTHS = "jan|ene|gen|janv|feb|fev|febr|mar|mrz|marz|marzo|apr|abr|avr|may|mai|mag|mei|jun|jui|giu|jul|lug|aug|ago|aou"
_MONTHS += "|sep|sept|set|oct|okt|out|ott|nov|dec|dic|dez"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
#: A day, with or without its year; `a` and `b` are day and month in the order that the document has.
DAY = re.compile(
    rf"[\s\t]*{_WEEKDAY}(?:(?P<iso>(?:19|20)\d\d[-/.]\d\d[-/.]\d\d)(?!\d)"
    r"|(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})(?:(?P=mark)(?P<y1>\d{4}|\d{2}))?\.?\*?(?![\d,/])"
    rf"|(?P<d1>\d{{1,2}})[ /-]?(?P<m1>{_MONTHS})[a-z]*\.?"
    r"(?:[ /,'-]{0,2}(?P<y2>(?:19|20)\d\d|\d\d(?![\d.,:/]| [a-z])))?(?!\w)"
    rf"|(?P<m2>{_MONTHS})[a-z]*\.? ?(?P<d2>\d{{1,2}})(?:, ?(?P<y3>\d{{4}}))?(?![\w.,]))"
)
_SERIAL = re.compile(r"\s*\d{1,4}[.)]?[\s\t]+")
_AT_THE_END = re.compile(r"\d([.,])\d{2}[-+*)]?\s?(?:€|EUR|CHF|C\b|D\b|CR\b|DR\b|OD\b|S\b|H\b)?\s*$", re.IGNORECASE)
CURRENCY_CODE = re.compile(rf"(?<![A-Z])(?:{'|'.join(load('statement_words')['currencies'])})(?![A-Z])")
#: What may stand between the amounts at a line's end: blanks, marks of a footnote, and a day in a column of its own.
_BETWEEN = re.compile(
    r"[\s*¨|]*(?:[-–—]\s+)?(?P<day>\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{2}))?\.?|(?:19|20)\d\d-\d\d-\d\d"
    rf"|(?:{_MONTHS})[a-z]*\.? ?\d{{1,2}}|\d{{1,2}} ?(?:{_MONTHS})[a-z]*)?[\s*¨|]*",
    re.IGNORECASE,
)
_LEAST_LETTERS = 3
_NEGATIVE, _POSITIVE = {"DR", "D", "OD", "S", "AF", "-", "−", "–"}, {"CR", "C", "H", "BIJ", "+"}


@dataclass(slots=True)
class Money:
    """An amount without its sign; `sign` is what is printed of it: 1, -1, or None for nothing."""

    value: Decimal
    sign: int | None
    spot: Spot
    column: str | None = None
    #: Whether letters (`CR`, `D`) tell the sign.
    lettered: bool = False

    @property
    def signed(self) -> Decimal:
        """The amount with the sign that is printed."""
        return -self.value if self.sign == -1 else self.value


@dataclass(slots=True)
class Tail:
    """The amounts at the end of a line; `start` is where they begin, `day` a day that stands among them."""

    amounts: list[Money]
    start: int
    day: tuple[re.Match[str], Spot] | None = None


class MoneyReader:
    """Reads amounts by the decimal mark that the ends of the document's own lines show."""

    def __init__(self, content: Content) -> None:
        marks = Counter(match[1] for line in content.lines if (match := _AT_THE_END.search(line.text)))
        mark = max(marks, key=lambda found: marks[found], default=content.convention.decimal_mark or ".")
        other = r"\." if mark == "," else ","
        grouped = re.search(rf"\d(?:{other}|['’])\d{{3}}[{mark}]\d\d(?!\d)", content.text) is not None
        self._pattern = _pattern(mark, spaced=not grouped)

    def tail(self, line: Line, position: int) -> Tail | None:
        """The amounts at the end of a line, from a position on; None when there is none."""
        found = [match for match in self._pattern.finditer(line.text) if match.end() > position]
        kept: list[re.Match[str]] = []
        day: tuple[re.Match[str], Spot] | None = None
        end = len(line.text)
        for match in reversed(found):
            between = _BETWEEN.fullmatch(line.text, match.end(), end)
            if between is None or match.start() < position:
                break
            if between["day"]:
                day = _day_at(line, between.start("day"), between.end("day"))
            kept.insert(0, match)
            end = match.start()
        if not kept:
            return None
        amounts = [_money(match, line) for match in kept[-4:]]
        return Tail(amounts, kept[-4:][0].start(), day)

    def head(self, line: Line, position: int) -> Tail | None:
        """The amounts that stand right at a position, before the text; `start` is where they end."""
        kept: list[re.Match[str]] = []
        for match in self._pattern.finditer(line.text):
            if match.start() < position:
                continue
            if line.text[position : match.start()].strip():
                break
            kept.append(match)
            position = match.end()
        return Tail([_money(match, line) for match in kept], position) if kept else None

    def says(self, text: str) -> bool:
        """Whether a text has words beside its amounts, currencies and days."""
        bare = self._pattern.sub(" ", re.sub(r"[A-Z]{1,3}(?=[$€£])", "", text))
        bare = re.sub(
            rf"(?i)(?<!\w)(?:\d{{1,2}}[ -]?(?:{_MONTHS})[a-z]*\.?|(?:{_MONTHS})[a-z]*\.? \d{{1,2}})(?!\w)", " ", bare
        )
        return len(re.findall(r"[^\W\d_]", bare)) >= _LEAST_LETTERS

    def amounts(self, line: Line) -> list[Money]:
        """All amounts of a line."""
        return [_money(match, line) for match in self._pattern.finditer(line.text)]


def leading_days(line: Line) -> tuple[list[tuple[re.Match[str], Spot]], int]:
    """Up to two days at the beginning of a line, behind a serial number if there is one, and where they end."""
    serial = _SERIAL.match(line.folded)
    for start in (0, serial.end()) if serial else (0,):
        days: list[tuple[re.Match[str], Spot]] = []
        position = start
        while len(days) < 2 and (match := DAY.match(line.folded, position)):
            if days and not _alike(days[0][0], match):
                break
            begins = match.start() + len(match.group()) - len(match.group().lstrip())
            days.append((match, Spot(line, begins, match.end())))
            position = match.end()
        if days:
            return days, position
    return [], 0


def last_day(line: Line, start: int, end: int) -> tuple[re.Match[str], Spot] | None:
    """The day that a piece of a line ends with."""
    match = re.search(r"(?<![\w./-])\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{2}))?\.?\s*$", line.folded[start:end])
    return _day_at(line, start + match.start(), start + len(line.folded[start:end].rstrip())) if match else None


def month_of(name: str) -> int:
    """The number of a month by its name or the beginning of it; 0 for none."""
    name = {"mei": "may"}.get(name, name)
    found = find_dates(f"1 {name} 2024", Convention(None, None))
    return int(found[0].value[5:7]) if found else 0


def _day_at(line: Line, start: int, end: int) -> tuple[re.Match[str], Spot] | None:
    match = DAY.match(line.folded, start)
    return (match, Spot(line, start, end)) if match is not None else None


def _alike(first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether two days are written in one manner; else the second is a part of the text."""
    return all(bool(first[name]) == bool(second[name]) for name in ("iso", "a", "d1", "m2"))


@cache
def _pattern(mark: str, *, spaced: bool) -> re.Pattern[str]:
    """Amounts with two decimals, grouped by thousands, or as in India (`1,23,456.00`)."""
    groups = [r"['’]", r"\." if mark == "," else ","]
    if spaced:
        groups.append("[ \u00a0\u202f]")
    digits = "|".join(rf"\d{{1,3}}(?:{group}\d{{3}})+[{mark}]\d{{2}}" for group in groups)
    if mark == ".":
        digits += r"|\d{1,2}(?:,\d{2})+,\d{3}\.\d{2}"
    return re.compile(
        rf"(?<![\w.,/'’])(?:(?P<word>AF|BIJ)\s+)?(?P<sign>[-+−–]\s?)?(?P<open>\()?"
        r"(?:[A-Z]{0,2}[$€£₹]\s?|(?:EUR|CHF|USD|GBP|CAD|AUD|SGD|MYR|INR|RM|Rs\.?|kr\.?) ?)?(?P<inner>[-−–+]\s?)?"
        rf"(?P<digits>{digits}|\d+[{mark}]\d{{2}})(?![\d%]|[.,/]\d|\s?%)(?P<close>\))?"
        r"(?:\s?(?:EURO?S?|€|CHF|USD|GBP|\$)(?![\w]))?\s?(?P<mark>\(?(?:CR|DR|OD|Cr|Dr|C|D|H|S|Af|Bij|AF|BIJ)(?![\w.])[.)]?|[-+−](?![\w.]))?",
    )


def _money(match: re.Match[str], line: Line) -> Money:
    value = Decimal(re.sub(r"\D", "", match["digits"])).scaleb(-2)
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    spot = Spot(line, start, match.start() + len(match.group().rstrip()))
    marks = [(match[name] or "").strip().upper().strip(".()") for name in ("mark", "word", "sign", "inner")]
    lettered = any(found.isalpha() for found in marks)
    if any(found in _POSITIVE for found in marks):
        return Money(value, 1, spot, lettered=lettered)
    negative = any(found in _NEGATIVE for found in marks) or (match["open"] and match["close"])
    return Money(value, -1 if negative else None, spot, lettered=lettered)
