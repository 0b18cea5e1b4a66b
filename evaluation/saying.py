"""Whether a raw text says a value: what a person would accept, without the reader's own rules of reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

_NUMBER = re.compile(r"\d[\d.,'\u2019\u00a0\u202f \t]*")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
#: Fields that are told in other words, or by a sign, than they are printed.
_TOLD_OTHERWISE = ("currency", "unit", "document_type", "hazardous", "name", "unit_name", "payment_method")
#: What recognition takes for each other, and the reader puts right.
_LOOK_ALIKE = str.maketrans("015i8", "olslb")
#: Watts and megawatt hours are told as kilowatts and kilowatt hours; formats count money in cents or in 1/100,000.
_SCALES = (0, 1, 2, 3, 5, 6, -3)


def says(raw: str, field: str, value: Any) -> bool:
    """Whether a raw text, as printed, says the value of a field (of an item, or of a row's cell)."""
    cell = field.rsplit(".", 1)[-1]
    if cell in _TOLD_OTHERWISE or isinstance(value, bool):
        return True
    if isinstance(value, Decimal | int):
        return any(abs(value) == number.scaleb(-scale) for number in _numbers(raw) for scale in _SCALES)
    day = _ISO_DAY.match(str(value))
    if day:
        return _says_day(raw, int(day[1]), int(day[2]), int(day[3]))
    told, printed = _letters(str(value)), _letters(raw)
    return bool(told) and (told in printed or printed in told)


def _numbers(raw: str) -> Iterator[Decimal]:
    """Every number that some convention reads in a text; an overpunched last digit is a digit."""
    for match in _NUMBER.finditer(re.sub(r"(?<=\d{6})[{}A-R]$", _punched, raw.strip())):
        text = re.sub(r"[\s'\u2019]", "", match.group()).rstrip(".,")
        for point, comma in ((".", ","), (",", ".")):
            try:
                yield Decimal(text.replace(comma, "").replace(point, "."))
            except InvalidOperation:
                continue
        for piece in re.split(r"[ \t]+", match.group().strip()):
            if re.fullmatch(r"\d+[.,]?\d*", piece):
                yield Decimal(piece.replace(",", "."))


def _punched(match: re.Match[str]) -> str:
    place = "{ABCDEFGHI".find(match[0])
    return str(place if place >= 0 else "}JKLMNOPQR".find(match[0]))


def _says_day(raw: str, year: int, month: int, day: int) -> bool:
    digits = re.sub(r"\D", "", raw)
    if re.fullmatch(r"\d{9,10}", raw.strip()):
        # Seconds since 1970, in whatever zone.
        apart = datetime.fromtimestamp(int(digits), UTC).date() - date(year, month, day)
        return abs(apart) <= timedelta(days=1)
    orders = (f"{year}{month:02}{day:02}", f"{day:02}{month:02}{year}", f"{month:02}{day:02}{year}")
    if any(order in digits or order.replace(str(year), f"{year % 100:02}") in digits for order in orders):
        return True
    numbers = [int(found) for found in re.findall(r"\d+", raw)]
    left = list(numbers)
    if day not in left:
        return False
    left.remove(day)
    if month in left:
        left.remove(month)
    elif not re.search(r"[^\W\d_]{3}", raw):
        return False
    # Rows of a statement have no year: the statement's period tells it.
    return not left or bool({year, year % 100} & set(left))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold())).translate(_LOOK_ALIKE)
