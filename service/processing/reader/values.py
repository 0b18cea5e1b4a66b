"""Numbers and dates as documents print them, read by the document's own convention."""

import calendar
import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from service.processing.reader.layout import fold

#: A number with optional sign and grouping. A space groups only before exactly three digits.
NUMBER = re.compile(
    r"(?<![\w.,/])"
    r"(?P<sign>[-+−–]\s?|\()?"
    r"(?P<digits>[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?![\d/])"
    r"|\d{1,3}(?:['’]\d{3})+(?:[.,]\d+)?"
    r"|\d[\d.,]*\d|\d)"
    r"(?P<trail>-(?![\w])|\))?"
)


@dataclass(frozen=True, slots=True)
class Convention:
    """How the document writes numbers and dates; None where the document gives no proof."""

    decimal_mark: str | None
    day_first: bool | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from text, with what else the text could mean."""

    value: Decimal
    alternatives: tuple[Decimal, ...] = ()


def learn_convention(texts: Iterable[str], language: str | None, currency: str | None) -> Convention:
    """Infer the decimal mark and the day-month order from all the text of a document."""
    joined = "\n".join(texts)
    comma = len(re.findall(r"\d\.\d{3},\d{1,4}\b|\b\d+,\d{2}(?![\d.,])|\b0,\d", joined))
    point = len(re.findall(r"\d,\d{3}\.\d{1,4}\b|\b\d+\.\d{2}(?![\d.,/-])|\b0\.\d", joined))
    mark = None
    if comma > point:
        mark = ","
    elif point > comma:
        mark = "."
    day_first = _learn_day_order(joined)
    if day_first is None:
        day_first = _order_by_agreement(joined)
    if day_first is None and language not in (None, "en"):
        day_first = True
    if day_first is None and currency == "USD":
        day_first = False
    elif day_first is None and currency not in (None, "CAD"):
        day_first = True
    return Convention(mark, day_first, language)


def _learn_day_order(text: str) -> bool | None:
    day, month = 0, 0
    for match in re.finditer(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])", text):
        first, second = int(match[1]), int(match[3])
        day += 12 < first <= 31 and second <= 12
        month += 12 < second <= 31 and first <= 12
    if day == month:
        return None
    return day > month


def _order_by_agreement(text: str) -> bool | None:
    """The order in which a date says what a date without doubt says elsewhere: `07/04/2023` and `4 July 2023`."""
    either = Convention(None, None)
    found = find_dates(text, either)
    sure = {date.value for date in found if date.alternative is None}
    orders = {date.value in sure for date in found if date.alternative and sure & {date.value, date.alternative}}
    return orders.pop() if len(orders) == 1 else None


def parse_number(raw: str, convention: Convention) -> Number | None:
    """Read one number; a lone group of three digits after a mark is ambiguous unless the convention settles it."""
    match = NUMBER.search(raw)
    if not match:
        return None
    digits = re.sub(r"[ \u00a0\u202f'’]", "", match["digits"]).strip(".,")
    negative = (match["sign"] or "").strip() in ("-", "−", "–", "(") or match["trail"] in ("-", ")")
    if match["sign"] == "(" and match["trail"] != ")":
        negative = False
    comma = convention.language not in (None, "en")
    values = [-value if negative else value for value in _readings(digits, convention.decimal_mark, comma)]
    return Number(values[0], tuple(values[1:])) if values else None


def _readings(digits: str, mark: str | None, comma_languages: bool) -> list[Decimal]:
    commas, points = digits.count(","), digits.count(".")
    if not commas and not points:
        return [Decimal(digits)]
    if commas and points:
        decimal = "," if digits.rfind(",") > digits.rfind(".") else "."
        if digits.count(decimal) > 1:
            return []
        return [_decimal(digits, decimal)]
    return _single_mark(digits, "," if commas else ".", mark, comma_languages)


def _single_mark(digits: str, used: str, mark: str | None, comma_languages: bool) -> list[Decimal]:
    """What a number with one kind of mark can mean: a decimal, groups of three, or either."""
    whole, _, rest = digits.rpartition(used)
    if digits.count(used) > 1:
        grouped = all(len(part) == 3 for part in digits.split(used)[1:])
        return [_decimal(digits, None)] if grouped else []
    if len(rest) != 3 or whole.startswith("0") or len(whole) > 3:
        return [_decimal(digits, used)]
    as_group, as_decimal = _decimal(digits, None), _decimal(digits, used)
    if mark == used:
        return [as_decimal]
    if mark is not None:
        return [as_group]
    # Not settled: both are kept, the likelier first. A lone comma groups thousands in English alone.
    return [as_decimal, as_group] if used == "," and comma_languages else [as_group, as_decimal]


def _decimal(digits: str, mark: str | None) -> Decimal:
    other = "." if mark == "," else ","
    plain = digits.replace(other, "")
    plain = plain.replace(mark, ".") if mark else plain.replace(".", "").replace(",", "")
    return Decimal(plain)


_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "enero ene january jan janvier janv januar jaenner gener gen janeiro gennaio ocak oca"
        " styczen stycznia sty leden ledna januari tammikuu tammikuuta ianuarie ian xaneiro xan",
        "febrero feb february fevrier fevr fev februar febrer fevereiro febbraio subat"
        " luty lutego lut unor unora februari helmikuu helmikuuta februarie febreiro",
        "marzo mar march mars maerz marz mrz marc marco mart"
        " marzec marca brezen brezna marts maart mrt maaliskuu maaliskuuta martie",
        "abril abr april apr avril avr aprile nisan kwiecien kwietnia kwi duben dubna huhtikuu huhtikuuta aprilie",
        "mayo may mai maig maio maggio mag mayis maj maja kveten kvetna mei toukokuu toukokuuta",
        "junio jun june juin juni juny junho giugno giu haziran haz"
        " czerwiec czerwca cze cerven cervna kesakuu kesakuuta iunie iun xuno xun",
        "julio jul july juillet juil juli juliol julho luglio lug temmuz tem"
        " lipiec lipca lip cervenec cervence heinakuu heinakuuta iulie iul xullo xul",
        "agosto ago august aug aout agost agosto agustos agu"
        " sierpien sierpnia srpen srpna augusti augustus elokuu elokuuta",
        "septiembre sep sept september septembre setiembre set setembre setembro settembre eylul eyl"
        " wrzesien wrzesnia wrz zari syyskuu syyskuuta septembrie",
        "octubre oct october octobre oktober okt outubro out ottobre ott ekim eki"
        " pazdziernik pazdziernika paz rijen rijna lokakuu lokakuuta octombrie",
        "noviembre nov november novembre novembro kasim kas"
        " listopad listopada listopadu lis marraskuu marraskuuta noiembrie",
        "diciembre dic december dec decembre dezember dez desembre des dezembro dicembre aralik"
        " grudzien grudnia gru prosinec prosince desember joulukuu joulukuuta decembrie decembro",
    ),
    start=1,
):
    for _name in _names.split():
        _MONTHS[_name] = _number
#: Basque months, with the ending that they have before the day.
_BASQUE = "urtarril otsail martxo apiril maiatz ekain uztail abuztu irail urri azaro abendu"
for _number, _stem in enumerate(_BASQUE.split(), start=1):
    for _ending in ("", "a", "ak", "aren", "ren"):
        _MONTHS[_stem + _ending] = _number

#: Any name of a month, in folded text.
MONTH_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DE = r"(?:\s+|[-./]|\s*(?:de|d'|d|del|of|,)\s*)"
# The month's name may be glued to the day by recognition, and be followed by a point.
# The time may be glued to the year: 07/03/202319:42.
# Two dates may be joined by a hyphen alone, as in 01/02/2024-31/03/2024.
DATE = re.compile(
    r"(?:(?<![\d.,/-])|(?<=/\d{4}-)|(?<=\.\d{4}-)|(?<=/\d\d-))(?:"
    r"(?P<y1>(?:19|20)\d{2})(?:[-/.]|年 ?)(?P<m1>\d{1,2})(?:[-/.]|月 ?)(?P<d1>\d{1,2})(?!\d)"
    r"|(?P<a>\d{1,2})\s?(?P<s>[/.-])\s?(?P<b>\d{1,2})\s?(?P=s)\s?(?P<y2>(?:19|20)\d{2}(?!:\d\d(?!:))|\d{2})"
    r"(?=\d{1,2}:\d{2}|(?![\d/]))"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|o|\.)?{_DE}?(?P<m3>{MONTH_WORD})\.?{_DE}{{0,2}}['’]?(?P<y3>(?:19|20)\d{{2}}|\d{{2}})(?!\d|[.,]\d)"
    rf"|(?P<y6>20\d{{2}})(?:\s?ko|\.)?\s+(?P<m6>{MONTH_WORD})\s+(?P<d6>\d{{1,2}})(?!\d)"
    r"|(?P<y5>20\d{2})(?P<m5>0[1-9]|1[0-2])(?P<d5>0[1-9]|[12]\d|3[01])(?!\d)"
    r")"
    rf"|\b(?P<m4>{MONTH_WORD})\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>(?:19|20)\d{{2}})(?!\d)"
)
MONTH_YEAR = re.compile(
    rf"\b(?P<m>{MONTH_WORD})\.?{_DE}{{1,2}}(?P<y>20\d{{2}})(?!\d)|(?<![\d/.-])(?P<n>0?[1-9]|1[0-2])/(?P<z>20\d{{2}})(?![\d/])"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, at characters `start` to `end`; `alternative` is the other day-month order, if open."""

    start: int
    end: int
    value: str
    alternative: str | None = None


def find_dates(text: str, convention: Convention) -> list[FoundDate]:
    """The dates of a text in their order; impossible days are not dates."""
    found = []
    for match in DATE.finditer(fold(text)):
        values = _date_values(match, convention)
        if values:
            other = values[1] if len(values) > 1 else None
            found.append(FoundDate(match.start(), match.end(), values[0], other))
    return found


def _date_values(match: re.Match[str], convention: Convention) -> list[str]:
    if match["a"]:
        first, second, year = int(match["a"]), int(match["b"]), match["y2"]
        by_day, by_month = _iso(year, second, first), _iso(year, first, second)
        if convention.day_first is False:
            return [value for value in (by_month, by_day) if value][:1]
        values = [value for value in (by_day, by_month) if value]
        return values[:1] if convention.day_first or by_day == by_month else values
    for year, month, day in (("y1", "m1", "d1"), ("y5", "m5", "d5")):
        if match[year]:
            value = _iso(match[year], int(match[month]), int(match[day]))
            return [value] if value else []
    for year, month, day in (("y3", "m3", "d3"), ("y4", "m4", "d4"), ("y6", "m6", "d6")):
        if match[year]:
            value = _iso(match[year], _MONTHS[match[month]], int(match[day]))
            return [value] if value else []
    return []


def find_month(text: str) -> tuple[int, int, str, str] | None:
    """The first `March 2024` or `03/2024` in a text: position, end, first and last day of that month."""
    match = MONTH_YEAR.search(fold(text))
    if not match:
        return None
    month = _MONTHS[match["m"]] if match["m"] else int(match["n"])
    year = int(match["y"] or match["z"])
    last = calendar.monthrange(year, month)[1]
    return match.start(), match.end(), f"{year:04}-{month:02}-01", f"{year:04}-{month:02}-{last:02}"


def month_number(name: str) -> int:
    """The number of a month by its folded name or a short form of it; 0 for another word."""
    return _MONTHS.get(name, 0)


def _iso(year: str, month: int, day: int) -> str | None:
    full = int(year) if len(year) == 4 else 2000 + int(year)
    try:
        return datetime.date(full, month, day).isoformat()
    except ValueError:
        return None
