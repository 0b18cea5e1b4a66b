"""The taxes of a till slip: what its lines can mean as rows of a table of taxes, and which of them make a total."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, permutations

from service.processing.reader.amounts import PERCENT
from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import Line
from service.processing.reader.slip_words import Amount, role_of, word_roles

_CENT = Decimal("0.01")
_SLACK = Decimal("0.02")
#: Rates of value added, goods and services, and sales taxes that slips print, in per cent.
RATES = tuple(
    Decimal(rate) / 10
    for rate in (
        *(20, 21, 25, 26, 30, 38, 40, 50, 55, 60, 70, 77, 80, 81, 85, 90, 95, 100, 110, 120, 125, 130, 135, 140, 150),
        *(160, 170, 180, 190, 200, 210, 220, 230, 240, 250, 255, 270),
    )
)
_MOST_ROWS = 6


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One rate's base and tax in whole cents; `spot` spans them. `rate` is None on a line that sums up other rows."""

    rate: Decimal | None
    base: Decimal
    tax: Decimal
    base_spot: Spot | None
    tax_spot: Spot | None

    @property
    def gross(self) -> Decimal:
        """Base and tax."""
        return self.base + self.tax


def tax_rows(content: Content, line: Line, amounts: Sequence[Amount]) -> list[TaxRow]:
    """The ways in which a line of two to four amounts can be base, tax and, it may be, their sum."""
    if not 2 <= len(amounts) <= 4:
        return []
    rates = printed_rates(line)
    context = bool(rates) or _is_taxed(content, line)
    if not context:
        return []
    values = [amount.value for amount in amounts]
    found = []
    for one, other in permutations(amounts, 2):
        rate = rate_between(one.value, other.value, rates or RATES)
        if rate is not None and (rates or one.value + other.value in values):
            found.append(TaxRow(rate, one.value, other.value, one.spot, other.spot))
        elif one.value + other.value in values and 0 < other.value < one.value / 2:
            # Taxes that were rounded line by line are a few cents beside the one printed rate.
            about = rate_between(one.value, other.value, rates[:1], one.value / 1000)
            found.append(TaxRow(about, one.value, other.value, one.spot, other.spot))
        elif one.value > 0 and other.value == 0:
            found.append(TaxRow(Decimal(0), one.value, other.value, one.spot, other.spot))
        base = one.value - other.value
        if base not in values and other.value > 0 and (rate := rate_between(base, other.value, rates)) is not None:
            found.append(TaxRow(rate, base, other.value, None, other.spot))
    return found


def place_of_rate(row: TaxRow) -> Spot | None:
    """Where a row's rate is printed beside its base or its tax."""
    for spot in (row.tax_spot, row.base_spot):
        for match in PERCENT.finditer(spot.line.text) if spot is not None else ():
            if spot is not None and Decimal(match[1].replace(",", ".")) == row.rate:
                return Spot(spot.line, match.start(), match.end())
    return None


def printed_rates(line: Line) -> tuple[Decimal, ...]:
    """The rates in per cent that a line prints."""
    return tuple(Decimal(match[1].replace(",", ".")) for match in PERCENT.finditer(line.text))


def _is_taxed(content: Content, line: Line) -> bool:
    """Whether a line stands under the heading of a table of taxes."""
    for other in content.above(line, _MOST_ROWS):
        cells = {role_of(other.folded[cell.start : cell.end]) for cell in other.cells}
        if "tax" in cells or {"net", "tax"} & word_roles(other):
            return True
    return False


def rate_between(base: Decimal, tax: Decimal, rates: Iterable[Decimal], slack: Decimal = _CENT) -> Decimal | None:
    """The rate that makes a tax of a base, to the cent."""
    if base <= 0 or tax <= 0:
        return None
    return next((rate for rate in rates if rate and abs(base * rate / 100 - tax) <= slack), None)


def explanation(total: Decimal, lines: Sequence[Sequence[TaxRow]]) -> tuple[TaxRow, ...]:
    """The rows, one of a line at most, that add up to a total; the most rows, so that rates come before their sum."""
    for count in range(len(lines), 0, -1):
        for some in combinations(lines, count):
            for rows in _choices(some):
                gap = abs(sum((row.gross for row in rows), Decimal(0)) - total)
                if gap <= _SLACK * (count > 1) and any(row.tax for row in rows):
                    return rows
    return ()


def _choices(lines: Sequence[Sequence[TaxRow]]) -> Iterator[tuple[TaxRow, ...]]:
    """One row of each line, in every way. Of several lines each has a rate: a line of sums repeats the others."""
    if not lines:
        yield ()
        return
    for row in lines[0]:
        for rest in _choices(lines[1:]):
            rows = (row, *rest)
            if len(rows) == 1 or all(row.rate is not None for row in rows):
                yield rows
