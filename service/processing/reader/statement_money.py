"""Amounts and days as lines of account statements print them: amounts at a line's end, days at its beginning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Line, fold
from service.processing.reader.values import MONTH_WORD, find_dates
from service.processing.reader.vocabulary import load

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
_TH = r"(?:st|nd|rd|th|er|\.)?"
#: A day, with or without its year; `a` and `b` are day and month in the order that the document has.
DAY = re.compile(
    rf"[\s\t]*{_WEEKDAY}(?:(?P<iso>(?:19|20)\d\d(?:[-/.]\d\d[-/.]\d\d(?!\d)|年 ?\d{{1,2}}月 ?\d{{1,2}}日))"
    r"|(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})(?:(?P=mark)(?P<y1>\d{4}|\d{2}))?\.?\*?(?![\d,/])"
    rf"|(?P<d1>\d{{1,2}}){_TH}[ /-]?(?P<m1>{MONTH_WORD})(?![a-z])\.?"
    r"(?:[ /,'-]{0,2}(?P<y2>(?:19|20)\d\d|\d\d(?![\d.,:/]| [a-z])))?(?!\w)"
    rf"|(?P<m2>{MONTH_WORD})\.? ?(?P<d2>\d{{1,2}}){_TH}(?:, ?(?P<y3>\d{{4}}))?(?![\w.,]))"
)
_SERIAL = re.compile(r"\s*\d{1,4}[.)]?[\s\t]+")
#: What may follow the digits of the last amount of a line: signs, a currency, letters that tell which way.
_AFTER = r"[-+*)]?\s?(?:[€$£¥₹₺]|[^\W\d]{1,4}\.?)?\)?[-+*]?\s*$"
_DECIMAL_END = re.compile(rf"\d([.,])(\d\d\d?){_AFTER}")
#: Digits that are no day, whatever stands between them: `123.45` where `12.05` may be one.
_SURE_DECIMALS = re.compile(r"\d{3}([.,])\d\d(?![\d.,/])")
_WHOLE_END = re.compile(rf"(?<![\d.,'’])\d{{1,3}}(?:([.,'’ \u00a0\u202f])\d{{3}})+{_AFTER}")
CURRENCY_CODE = re.compile(rf"(?<![A-Z])(?:{'|'.join(load('statement_words')['currencies'])})(?![A-Z])")
#: Currencies whose amounts have no decimals, or three of them (ISO 4217, the column `Minor unit`).
_WHOLE_CURRENCY = re.compile(r"\b(?:JPY|KRW|CLP|ISK|VND|PYG|XOF|XAF|UGX|RWF)\b|[¥₩₫]|円")
_THIRDS_CURRENCY = re.compile(r"\b(?:KWD|BHD|OMR|TND|JOD|IQD|LYD)\b")
_FEWEST_WHOLE = 3
_A_DAY = (
    r"\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{2}))?\.?|(?:19|20)\d\d[-/.]\d\d[-/.]\d\d"
    rf"|(?:{MONTH_WORD})\.? ?\d{{1,2}}(?:, ?\d{{4}})?|\d{{1,2}}[ -]?(?:{MONTH_WORD})(?:[ -]\d{{2,4}})?"
)
#: What may stand between the amounts at a line's end: blanks, marks of a footnote, and a day in a column of its own.
_BETWEEN = re.compile(rf"[\s*¨|]*(?:[-–—]\s+)?(?P<day>{_A_DAY})?[\s*¨|]*")
_DAY_IN_WORDS = re.compile(rf"(?<!\w)(?:\d{{1,2}}[ -]?(?:{MONTH_WORD})\.?|(?:{MONTH_WORD})\.? \d{{1,2}})(?!\w)")
_LEAST_LETTERS = 3
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_MOST_AMOUNTS = 4
_SIGNS = {"-": -1, "−": -1, "–": -1, "+": 1}
#: An overdrawn balance.
_OVERDRAWN = {"OD": -1}


@dataclass(slots=True)
class Money:
    """An amount without its sign; `sign` is what is printed of it: 1, -1, or None for nothing.

    `column` is the kind of the column that it stands in, where headings tell it; `side` (0 the left one, 1 the right
    one) which of two columns that no heading tells.
    """

    value: Decimal
    sign: int | None
    spot: Spot
    column: str | None = None
    #: Whether letters (`CR`, `D`) tell the sign.
    lettered: bool = False
    side: int | None = None

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


@dataclass(frozen=True, slots=True)
class _Notation:
    """How amounts are written: their decimal mark (None: they have no decimals), and whether blanks group digits."""

    mark: str | None
    decimals: int
    spaced: bool


class MoneyReader:
    """Reads amounts in the notation that the ends of the document's own lines show."""

    def __init__(self, content: Content) -> None:
        notation = _notation(content)
        self._decimals = notation.decimals
        self._pattern = _pattern(notation)

    def tail(self, line: Line, position: int) -> Tail | None:
        """The amounts at the end of a line, from a position on; None when there is none."""
        found = [match for match in self._pattern.finditer(line.text) if match.end() > position]
        kept: list[re.Match[str]] = []
        day: tuple[re.Match[str], Spot] | None = None
        end = len(line.text)
        for match in reversed(found):
            between = _BETWEEN.fullmatch(line.folded, match.end(), end)
            if between is None or match.start() < position:
                break
            if between["day"]:
                day = _day_at(line, between.start("day"), between.end("day"))
            kept.insert(0, match)
            end = match.start()
        if not kept:
            return None
        amounts = [self._money(match, line) for match in kept[-_MOST_AMOUNTS:]]
        return Tail(amounts, kept[-_MOST_AMOUNTS:][0].start(), day)

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
        return Tail([self._money(match, line) for match in kept], position) if kept else None

    def says(self, text: str) -> bool:
        """Whether a text has words beside its amounts, currencies and days."""
        bare = self._pattern.sub(" ", re.sub(r"[A-Z]{1,3}(?=[$€£])", "", text))
        bare = _DAY_IN_WORDS.sub(" ", fold(bare))
        return len(re.findall(r"[^\W\d_]", bare)) >= _LEAST_LETTERS or _IDEOGRAPH.search(bare) is not None

    def reads(self, spot: Spot) -> bool:
        """Whether a piece of a line is an amount in the notation of the others."""
        return any(amount.spot.start < spot.end and spot.start < amount.spot.end for amount in self.amounts(spot.line))

    def amounts(self, line: Line) -> list[Money]:
        """All amounts of a line."""
        return [self._money(match, line) for match in self._pattern.finditer(line.text)]

    def _money(self, match: re.Match[str], line: Line) -> Money:
        value = Decimal(re.sub(r"\D", "", match["digits"])).scaleb(-self._decimals)
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        spot = Spot(line, start, match.start() + len(match.group().rstrip()))
        signs = [_SIGNS[sign.strip()] for name in ("sign", "inner", "after") if (sign := match[name])]
        letters = [way for name in ("word", "mark") if match[name] and (way := way_of(match[name]))]
        if (match["open"] or match["again"]) and match["close"]:
            signs.append(-1)
        told = [*letters, *signs]
        return Money(value, (1 if 1 in told else -1) if told else None, spot, lettered=bool(letters))


@cache
def _ways() -> Mapping[str, int]:
    words = load("statement_words")
    return {fold(word): way for name, way in (("way_in", 1), ("way_out", -1)) for word in words[name]}


def way_of(text: str) -> int:
    """Which way a word or a letter beside an amount says that money went (`CR`, `Soll`, `Af`): 1 in, -1 out, 0 none."""
    said = text.strip(" \t.()")
    return _OVERDRAWN.get(said) or _ways().get(fold(said), 0)


def leading_days(line: Line) -> tuple[list[tuple[re.Match[str], Spot]], int]:
    """Up to two days at the beginning of a line, behind a serial number if there is one, and where they end."""
    serial = _SERIAL.match(line.folded)
    for start in (0, serial.end()) if serial else (0,):
        days: list[tuple[re.Match[str], Spot]] = []
        position = start
        while len(days) < 2 and (match := DAY.match(line.folded, position)):
            if not _is_real(match) or (days and not _alike(days[0][0], match)):
                break
            begins = match.start() + len(match.group()) - len(match.group().lstrip())
            days.append((match, Spot(line, begins, match.end())))
            position = match.end()
        if days:
            return days, position
    return [], 0


def last_day(line: Line, start: int, end: int) -> tuple[re.Match[str], Spot] | None:
    """The day that a piece of a line ends with."""
    match = re.search(rf"(?<![\w./-])(?:{_A_DAY})\s*$", line.folded[start:end])
    return _day_at(line, start + match.start(), start + len(line.folded[start:end].rstrip())) if match else None


def _day_at(line: Line, start: int, end: int) -> tuple[re.Match[str], Spot] | None:
    match = DAY.match(line.folded, start)
    return (match, Spot(line, start, end)) if match is not None else None


def _is_real(day: re.Match[str]) -> bool:
    """Whether a day in digits can be one, in whichever order."""
    if not day["a"]:
        return True
    low, high = sorted((int(day["a"]), int(day["b"])))
    return 1 <= low <= 12 and high <= 31


def _alike(first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether two days are written in one manner; else the second is a part of the text."""
    return all(bool(first[name]) == bool(second[name]) for name in ("iso", "a", "d1", "m2"))


def _notation(content: Content) -> _Notation:
    ends = [match for text in _without_dates(content) if (match := _DECIMAL_END.search(text))]
    marks = Counter(match[1] for match in ends if len(match[2]) == 2)
    thirds = Counter(match[1] for match in ends if len(match[2]) == 3)
    if thirds and thirds.total() > marks.total() and _THIRDS_CURRENCY.search(content.text):
        return _Notation(max(thirds, key=lambda found: thirds[found]), 3, spaced=False)
    wholes = Counter(match[1] for text in _without_dates(content) if (match := _WHOLE_END.search(text)))
    foreign = _WHOLE_CURRENCY.search(content.text) is not None
    if wholes.total() > marks.total() and (foreign or wholes.total() >= _FEWEST_WHOLE):
        return _Notation(None, 0, spaced=max(wholes, key=lambda found: wholes[found]).isspace())
    marks = Counter(_SURE_DECIMALS.findall(content.text)) or marks
    mark = max(marks, key=lambda found: marks[found], default=content.convention.decimal_mark or ".")
    other = r"\." if mark == "," else ","
    grouped = re.search(rf"\d(?:{other}|['’])\d{{3}}[{mark}]\d\d(?!\d)", content.text) is not None
    return _Notation(mark, 2, spaced=not grouped)


def _without_dates(content: Content) -> Iterator[str]:
    """The lines without the day that some end with."""
    for line in content.lines:
        days = find_dates(line.text, content.convention) if line.text[-1:].isdigit() else ()
        yield line.text[: days[-1].start].rstrip() if days and days[-1].end == len(line.text) else line.text


@cache
def _pattern(notation: _Notation) -> re.Pattern[str]:
    """Amounts of a notation, grouped by thousands, or as in India (`1,23,456.00`), with signs, letters and currency."""
    mark = notation.mark
    groups = [r"['’]", *({".": (",",), ",": (r"\.",)}.get(mark or "", (",", r"\.")))]
    if notation.spaced:
        groups.append("[ \u00a0\u202f]")
    if mark is None:
        # Without decimals a small number is an amount only where it stands alone.
        digits = "|".join(rf"\d{{1,3}}(?:{group}\d{{3}})+" for group in groups)
        digits += r"|(?<=[\t¥₩$+-])\d{1,3}(?=\s*(?:\t|$))"
    else:
        cents = rf"[{mark}]\d{{{notation.decimals}}}"
        digits = "|".join(rf"\d{{1,3}}(?:{group}\d{{3}})+{cents}" for group in groups)
        if mark == ".":
            digits += r"|\d{1,2}(?:,\d{2})+,\d{3}\.\d{2}"
        digits += rf"|\d*{cents}"
    unit = rf"(?:{'|'.join([*map(re.escape, load('statement_words')['units']), CURRENCY_CODE.pattern])})"
    short = "CR|DR|DB|OD|Cr|Dr|cr|dr|Db|C|D|H|S|Af|Bij|AF|BIJ|WN|MA|Wn|Ma"
    words = "|".join(sorted((word for word in _ways() if len(word) > 1), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.,/'’])(?:(?P<word>AF|BIJ|(?:(?<=\t)|(?<=^))(?i:{words})(?=\t))\s+)?(?P<sign>[-+−–]\s?)?(?P<open>\()?"
        rf"(?:[A-Z]{{0,2}}[$€£₹¥₩₺]\s?|{unit}\s?)?(?P<inner>[-−–+]\s?)?(?P<again>\((?=\d))?"
        rf"(?P<digits>{digits})(?![\d%]|[.,/]\d|\s?%)(?P<close>\))?"
        rf"(?:\s?(?:{unit}|[€$£¥₩₺])(?!\w))?"
        rf"(?:\s?(?P<mark>\(?(?:{short})(?![\w.])[.)]?|(?<=\t)(?i:{words})(?=\t|$))|\s?\(?(?P<after>[-+−](?![\w.$€£¥(]))\)?)?",
    )
