"""The days of transactions: their order of day and month, their years, and which of two days is that of booking."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.processing.reader.content import Content
from service.processing.reader.statement_columns import headings_of
from service.processing.reader.statement_lines import PrintedRow
from service.processing.reader.values import find_dates, find_month, month_number

#: Banks post what was done in a period some days later.
_POSTED_AFTER = datetime.timedelta(days=7)
#: A year as the heading of the days under it.
_YEAR = re.compile(r"(?<![\w./,-])20\d\d(?![\w./,-])")
_YEAR_ALONE = re.compile(r"(?:^|(?<=\t))20\d\d(?=\t|$)")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a statement covers (ISO 8601), as far as they are known."""

    start: str | None
    end: str | None


class Days:
    """The days of transactions: in which order day and month stand, and of which year they are."""

    def __init__(self, content: Content, rows: Sequence[PrintedRow], period: Period) -> None:
        self._last = _last_day(content, period.end)
        self._first = datetime.date.fromisoformat(period.start) if period.start else None
        matches = [row.days[0][0] for row in rows if row.days]
        usual = content.convention.day_first is not False
        self._day_first = max((usual, not usual), key=lambda order: self._fitting(matches, day_first=order))

    def of(self, row: PrintedRow) -> tuple[str | None, str | None, int]:
        """Day of booking, value date, and which of the printed days is that of booking."""
        days = [self._day(match, day_first=self._day_first) for match, _ in row.days]
        if len(days) < 2 or days[1] is None or days[0] is None:
            return (days[0] if days else None), None, 0
        if "value_date" in row.columns:
            place = _place_of_booking(row)
            return days[place], days[1 - place], place
        # The day of posting is never before that of the purchase.
        place = max(range(2), key=lambda index: str(days[index]))
        return days[place], None, place

    def _fitting(self, matches: Sequence[re.Match[str]], *, day_first: bool) -> tuple[int, int, int]:
        """How well days fit in an order of day and month: real days, days in the period, days one after the other."""
        days = [self._day(match, day_first=day_first) for match in matches]
        real = [day for day in days if day is not None]
        first = self._first.isoformat() if self._first else ""
        last = (self._last + _POSTED_AFTER).isoformat() if self._last else "9999"
        inside = sum(first <= day <= last for day in real)
        ordered = sum(a <= b for a, b in pairwise(real))
        return len(real), inside, max(ordered, sum(a >= b for a, b in pairwise(real)))

    def _day(self, match: re.Match[str], *, day_first: bool) -> str | None:
        if match["iso"]:
            return _iso(*map(int, re.findall(r"\d+", match["iso"])))
        if match["a"]:
            first, second, year = int(match["a"]), int(match["b"]), match["y1"]
            day, month = (first, second) if day_first else (second, first)
        else:
            day, year = int(match["d1"] or match["d2"]), match["y2"] or match["y3"]
            month = month_number(match["m1"] or match["m2"])
        if year:
            return _iso(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        return self._in_period(month, day)

    def _in_period(self, month: int, day: int) -> str | None:
        """A day without a year: the last one before the statement's end."""
        if self._last is None:
            return None
        for year in range(self._last.year, self._last.year - 5, -1):
            known = _iso(year, month, day)
            if known is not None and known <= (self._last + _POSTED_AFTER).isoformat():
                return known
        return None


def _place_of_booking(row: PrintedRow) -> int:
    """Which of two days stands under the heading of days of booking, the other being under that of value dates."""
    if "date" not in row.columns:
        return 0
    booked, valued = row.columns["date"].x0, row.columns["value_date"].x0
    first, second = (spot.line.box_between(spot.start, spot.end).x0 for _, spot in row.days)
    return 0 if abs(first - booked) + abs(second - valued) <= abs(first - valued) + abs(second - booked) else 1


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def _last_day(content: Content, end: str | None) -> datetime.date | None:
    """The last day that the statement can be of: its end, or the latest full date that it prints."""
    if end is not None:
        return datetime.date.fromisoformat(end)
    days = [found.value for line in content.lines for found in find_dates(line.text, content.convention)]
    months = [month[3] for line in content.lines if (month := find_month(line.text))]
    headings = [line for line in content.lines if headings_of(line) or _YEAR_ALONE.search(line.text)]
    years = [f"{year}-12-31" for line in headings for year in _YEAR.findall(line.text)]
    latest = max(days, default=None) or max(months, default=None) or max(years, default=None)
    return datetime.date.fromisoformat(latest) if latest else None
