"""What meters counted: the registers of a bill, found by the arithmetic that their tables prove.

A register is one counting mechanism: of a meter, or of one of its tariff periods. Wherever it stands, in a row, in a
column under the name of its tariff period, or one reading below the other, the later reading less the earlier one is
the consumption that is printed beside them (times the multiplier of the meter, where there is one). Labels in whatever
language only say where to look; the difference says which number is which.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, pairwise

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, numbers_in
from service.processing.reader.layout import Line
from service.processing.reader.printed_units import UNIT_ANYWHERE
from service.processing.reader.tariff_periods import TariffTable, find_tariff_tables, period_at_start
from service.processing.reader.values import FoundDate, find_dates, parse_number

_READING_LABELS = ("previous_reading", "current_reading", "-reading", "meter_number")
_HEADER_REACH = 8
#: Differences of smaller numbers are found on any line.
_LEAST_PLAIN = 20
#: Transformers of meters have whole multipliers; what a broken number makes of a volume of gas is its energy.
_MOST_MULTIPLIER = Decimal(10_000)
_MONEY_AFTER = re.compile(r"\s?(?:€|£|\$|%|eur\b|usd\b|gbp\b|zł|kr\b|ct\b|p\b|cent)", re.IGNORECASE)
#: Limits of a block of consumption, as in `(6-15 m3)`.
_RANGE = re.compile(r"\d\s?[-–]\s?\d")
_MONEY_BEFORE = re.compile(r"[€£$]\s?$")
#: A meter's serial number: letters and digits, or digits alone that are too long for a reading.
_SERIAL = re.compile(
    r"(?<![\w.,/-])(?=[A-Z0-9./-]*(?:\d{4}|[A-Z]\d*\w?\d{2}))(?:[A-Z0-9]{1,4}[-/.])?[A-Z0-9]*\d[A-Z0-9]*(?:[-/]\d[A-Z0-9]*)*(?![\w,])"
)


@dataclass(frozen=True)
class Register:
    """Consumption with the readings that it lies between, where they are printed."""

    consumption: Candidate
    previous: Candidate | None = None
    current: Candidate | None = None
    meter: Spot | None = None
    period: str = ""
    #: First and last day, where the readings are dated.
    days: tuple[Candidate, Candidate] | None = None


@dataclass(frozen=True)
class Metering:
    """The registers of a bill and its tables of tariff periods."""

    registers: tuple[Register, ...] = ()
    tables: tuple[TariffTable, ...] = ()

    @property
    def whole(self) -> tuple[Register, ...]:
        """The registers that count all of a meter, not one tariff period."""
        return tuple(register for register in self.registers if not register.period)

    @property
    def by_period(self) -> dict[str, Candidate]:
        """What the registers of tariff periods counted."""
        return {register.period: register.consumption for register in self.registers if register.period}

    def consumptions(self) -> Iterator[Decimal]:
        """What the readings prove to have been consumed, and its sum over several registers."""
        values = [register.consumption.value for register in self.registers]
        yield from (register.consumption.value for register in self.whole)
        if len(values) > 1:
            yield sum(values, Decimal(0))
        for table in self.tables:
            if table.consumption is not None and table.is_proved:
                yield table.consumption.sum


def find_metering(content: Content) -> Metering:
    """All that the meters of a bill counted."""
    tables = tuple(find_tariff_tables(content))
    taken = {line for table in tables for line in table.lines}
    rows = [register for register in _in_rows(content) if register.consumption.spot.line.index not in taken]
    return Metering(tuple(_distinct(rows) or _one_below_the_other(content)), tables)


def _distinct(registers: Sequence[Register]) -> list[Register]:
    """The registers without repetitions: summaries print the readings of the details again."""
    seen: set[tuple[str, str, Decimal]] = set()
    kept = []
    for register in registers:
        reading = register.current.value if register.current else register.consumption.value
        key = (register.meter.text if register.meter else "", register.period, reading)
        if key not in seen:
            seen.add(key)
            kept.append(register)
    return kept


def _in_rows(content: Content) -> Iterator[Register]:
    for line in content.lines:
        figures = _figures(content, line)
        if any(label.field == "-other_quantity" for label in content.labels_of(line)):
            continue
        labelled = _has_reading_header(content, line)
        found = _difference(figures, labelled) or _difference(_ungrouped(figures, content), labelled)
        if found is None:
            continue
        previous, current, consumption = found
        serial = _serial(content, line, min(previous.spot.start, current.spot.start))
        yield Register(
            consumption, previous, current, serial, period_at_start(line), _days_on(content, line)
        )  # fmt: skip


def _figures(content: Content, line: Line) -> list[Candidate]:
    """The numbers of a line that are neither money nor shares."""
    return [
        Candidate("-figure", value, Spot(line, start, end), 0.9, others)
        for value, start, end, others in numbers_in(content, line, 0, len(line.text))
        if value >= 0
        and not _RANGE.search(line.text[max(0, start - 3) : end + 3])
        and not _MONEY_AFTER.match(line.text, end)
        and not _MONEY_BEFORE.search(line.text, max(0, start - 3), start)
    ]


def _ungrouped(figures: Sequence[Candidate], content: Content) -> list[Candidate]:
    """The numbers of a line where a space parts numbers, not groups of three digits: `397 555 158`."""
    found = []
    for figure in figures:
        spot = figure.spot
        for match in re.finditer(r"[^\s]+", spot.line.text[spot.start : spot.end]):
            number = parse_number(match.group(), content.convention)
            if number is not None:
                there = Spot(spot.line, spot.start + match.start(), spot.start + match.end())
                found.append(replace(figure, value=number.value, spot=there))
    return found


def _has_reading_header(content: Content, line: Line) -> bool:
    if any(label.field == "quantity" for label in content.labels_of(line)):
        return True
    return any(
        label.field in _READING_LABELS
        for other in (line, *content.above(line, _HEADER_REACH))
        for label in content.labels_of(other)
    )


def _difference(figures: Sequence[Candidate], labelled: bool) -> tuple[Candidate, Candidate, Candidate] | None:
    """Earlier reading, later reading and consumption of a row, when one is the difference of the others."""
    for (first, one), (second, other) in combinations(enumerate(figures), 2):
        low, high = sorted((one, other), key=lambda figure: figure.value)
        moved = high.value - low.value
        if not moved or second - first > 3 or not (labelled or _is_plain(low, high)):
            continue
        rest = figures[second + 1 :]
        multiplied = [
            figure
            for factor, figure in combinations(rest, 2)
            if labelled and _is_multiple(moved, factor.value, figure.value)
        ]
        plain = [figure for figure in rest if figure.value == moved and (labelled or _is_plain(figure))]
        if multiplied or plain:
            return _named(low, high, (multiplied or plain)[0])
    return None


def _is_plain(*figures: Candidate) -> bool:
    """Whether numbers are whole and large enough for their difference to be no accident; a new meter begins at zero."""
    return all(
        figure.value == figure.value.to_integral_value() and (figure.value >= _LEAST_PLAIN or _is_new(figure))
        for figure in figures
    )


def _is_new(figure: Candidate) -> bool:
    """Whether this is the zero of a new meter, on a line that says what it counts."""
    return not figure.value and UNIT_ANYWHERE.search(figure.spot.line.text) is not None


def _is_multiple(moved: Decimal, factor: Decimal, consumption: Decimal) -> bool:
    whole = factor == factor.to_integral_value()
    large = consumption >= _LEAST_PLAIN and abs(moved * factor - consumption) < 1
    return whole and large and 1 < factor <= _MOST_MULTIPLIER


def _named(low: Candidate, high: Candidate, consumption: Candidate) -> tuple[Candidate, Candidate, Candidate]:
    return (
        replace(low, field="previous_reading"),
        replace(high, field="current_reading"),
        replace(consumption, field="quantity"),
    )


def _serial(content: Content, line: Line, before: int) -> Spot | None:
    """The serial number of the meter that a row of readings begins with."""
    if period_at_start(line):
        return None
    dates = [(date.start, date.end) for date in find_dates(line.text, content.convention)]
    for match in _SERIAL.finditer(line.text, 0, before):
        if not any(start < match.end() and match.start() < end for start, end in dates):
            return Spot(line, match.start(), match.end())
    return None


def _days_on(content: Content, *lines: Line) -> tuple[Candidate, Candidate] | None:
    """The two days of the readings."""
    dates = [
        Candidate("-day", date.value, Spot(line, date.start, date.end), 0.6, _others(date))
        for line in lines
        for date in find_dates(line.text, content.convention)
    ]  # fmt: skip
    if len(dates) != 2 or dates[0].value == dates[1].value:
        return None
    first, last = sorted(dates, key=lambda date: str(date.value))
    return replace(first, field="start_date"), replace(last, field="end_date")


def _others(date: FoundDate) -> tuple[str, ...]:
    return (date.alternative,) if date.alternative else ()


def _one_below_the_other(content: Content) -> list[Register]:
    """Readings that stand in lines of their own, with their difference on the later line or near below."""
    readings = [(line, figure) for line in content.lines for figure in _readings_on(content, line)]
    for (line, one), (below, other) in pairwise(readings):
        low, high = sorted((one, other), key=lambda figure: figure.value)
        moved = high.value - low.value
        near = content.below(line, 8)
        if not moved or line.page != below.page or below not in near:
            continue
        for target in near[near.index(below) :]:
            for figure in _figures(content, target):
                if figure.value == moved and figure.spot not in (one.spot, other.spot):
                    previous, current, consumption = _named(low, high, figure)
                    return [Register(consumption, previous, current, days=_days_on(content, line, below))]
    return []


def _readings_on(content: Content, line: Line) -> list[Candidate]:
    """The reading of a line that is labelled as one, or that stands under a header of readings."""
    figures = _figures(content, line)
    labels = [label for label in content.labels_of(line) if label.field in _READING_LABELS[:3]]
    if labels:
        return [figure for figure in figures if figure.spot.start >= labels[0].end][:1]
    for other in content.above(line, 3):
        for label in content.labels_of(other):
            if label.field in _READING_LABELS[:3]:
                header = other.box_between(label.start, label.end)
                return [figure for figure in figures if _stands_under(figure.spot, header.x0, header.x1)][:1]
    return []


def _stands_under(spot: Spot, x0: float, x1: float) -> bool:
    box = spot.line.box_between(spot.start, spot.end)
    return min(box.x1, x1) > max(box.x0, x0)
