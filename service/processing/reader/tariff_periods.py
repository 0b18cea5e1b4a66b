"""Tariff periods: their names, and the tables and rows that tell consumption, power, price and amount by period."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Any

from service.domain.units import Dimension, find_unit
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, column_values, find_number, numbers_in
from service.processing.reader.labels import Label
from service.processing.reader.layout import Line, fold
from service.processing.reader.printed_units import KW_AFTER, UNIT_AFTER, unit_in

#: A row of `tariff_periods`: values, their places, confidence.
PeriodRow = tuple[dict[str, Any], dict[str, Spot], float]

_NAME = re.compile(
    r"(?<![\w])(?:p[1-6]|periodo [1-6]|punta|llano|valle|pla|vall|supervalle|off[- ]peak|peak|shoulder"
    r"|day(?: rate| units)?|night(?: rate| units)?|evening/?weekend|heures? pleines?|heures? creuses?|hp[ehb]?|hc[ehb]?"
    r"|hochtarif|niedertarif|ht|nt|normaal(?:tarief)?|dal(?:tarief|uren)?|piek(?:tarief)?|dag|nacht"
    r"|strefa (?:dzienna|nocna|szczytowa|pozaszczytowa)|dzienna|nocna|szczyt|pozaszczyt"
    r"|ponta|cheias?|super vazio|vazio(?: normal)?|fora (?:de|do) vazio|fascia f[123]|f[123])(?![\w])"
)
_SHORT = re.compile(r"(?:periodo |fascia )?([pf]?)([1-6])")
_ABBREVIATION = re.compile(r"h[pc][ehb]?|[hn]t")
_TOTAL = re.compile(r"\b(?:total[e]?|totaal|gesamt|summe|suma|razem|guztira|insgesamt)\b")
_OF_MONEY = re.compile(r"[€£$]|\b(?:eur|ct|cent|p)\b", re.IGNORECASE)
#: Power that is no contracted one.
_NO_CONTRACT = re.compile(r"max|demand|registr|[€£$]|eur|exce|factur")
_MOST_WORDS_BEFORE = 3
#: The number of a meter at the begin of a row.
_SERIAL = re.compile(r"^(?=\S*\d)[a-z0-9/-]{6,}\s")
_REACH = 12
_CENT = Decimal("0.011")
_MINOR = Decimal(100)
#: More than this for a kWh is no price of energy in any currency that is read.
_MOST_PRICE = Decimal(10)
#: How rows of a table of tariff periods are called by the fields of their labels, the most telling first.
_ROW_KINDS = (
    ("-max_power", "-max_power"),
    ("-other_quantity", "-other"),
    ("previous_reading", "reading"),
    ("current_reading", "reading"),
    ("-reading", "reading"),
    ("contracted_power", "power"),
    ("unit_price", "-price"),
    ("quantity", "consumption"),
)


@dataclass(frozen=True)
class TableRow:
    """Numbers of a table's row, one for each period that has one, and the total at its end."""

    kind: str
    line: Line
    cells: dict[str, Candidate]
    total: Candidate | None = None

    @property
    def sum(self) -> Decimal:
        """The sum of the periods."""
        return sum((cell.value for cell in self.cells.values()), Decimal(0))


@dataclass(frozen=True)
class TariffTable:
    """A table whose columns are tariff periods."""

    periods: tuple[str, ...]
    header: Line
    rows: tuple[TableRow, ...] = field(default_factory=tuple)

    @property
    def lines(self) -> set[int]:
        """The lines that it takes, by index."""
        return {row.line.index for row in self.rows}

    def _first(self, kind: str) -> TableRow | None:
        return next((row for row in self.rows if row.kind == kind), None)

    @property
    def consumption(self) -> TableRow | None:
        """The row that is the difference of two rows of readings, else that is labelled as consumption."""
        return self._difference or self._first("consumption")

    @property
    def power(self) -> TableRow | None:
        """The row of contracted power."""
        return self._first("power")

    @property
    def is_proved(self) -> bool:
        """Whether the readings or the printed total confirm the consumption."""
        row = self.consumption
        return row is not None and (self._difference is row or row.total is not None)

    @property
    def _difference(self) -> TableRow | None:
        readings = [row for row in self.rows if row.kind in ("reading", "")]
        # A reading is the difference of the other and the consumption too: the last row, or a labelled one, is it.
        for row in sorted(self.rows, key=lambda row: (row.kind != "consumption", row.total is None, -row.line.index)):
            if row.kind not in ("consumption", "") or not row.sum:
                continue
            for one in readings:
                for other in readings:
                    if one is not other and _is_difference(one, other, row):
                        return row
        return None


def _is_difference(one: TableRow, other: TableRow, row: TableRow) -> bool:
    shared = row.cells.keys() & one.cells.keys() & other.cells.keys()
    return len(shared) == len(row.cells) and all(
        one.cells[name].value - other.cells[name].value == row.cells[name].value for name in shared
    )


def period_key(name: str) -> str:
    """`P1` for `periodo 1`; other names as printed, with a capital."""
    name = re.sub(r" (?:rate|units)$", "", name)
    short = _SHORT.fullmatch(name)
    if short:
        return f"{(short[1] or 'p').upper()}{short[2]}"
    return name.upper() if _ABBREVIATION.fullmatch(name) else name.capitalize()


def period_at_start(line: Line) -> str:
    """The tariff period whose name begins a line, or stands after few words and no number; empty when none does."""
    match = _NAME.search(line.folded)
    before = _SERIAL.sub("", line.folded[: match.start()] if match is not None else "")
    if match is None or len(before.split()) > _MOST_WORDS_BEFORE or re.search(r"(?<![a-z])\d", before):
        return ""
    return period_key(match.group())


def find_tariff_tables(content: Content) -> Iterator[TariffTable]:
    """The tables whose header names at least two tariff periods."""
    for line in content.lines:
        names = list(_NAME.finditer(line.folded))
        keys = [period_key(match.group()) for match in names]
        if len(set(keys)) < 2 or len(set(keys)) < len(keys) or _has_number(content, line):
            continue
        columns = [(key, Spot(line, match.start(), match.end())) for key, match in zip(keys, names, strict=True)]
        rows = tuple(_rows(content, line, columns))
        if rows:
            yield TariffTable(tuple(keys), line, rows)


def _has_number(content: Content, line: Line) -> bool:
    return any(True for _ in numbers_in(content, line, 0, len(line.text)))


def _rows(content: Content, header: Line, columns: Sequence[tuple[str, Spot]]) -> Iterator[TableRow]:
    last = header.box.y1
    height = max(header.box.y1 - header.box.y0, 4.0)
    for line in content.below(header, _REACH):
        if line.box.y0 - last > 4 * height or len({match.group() for match in _NAME.finditer(line.folded)}) > 1:
            return
        cells = [
            Candidate("-cell", value, Spot(line, start, end), 0.85, others)
            for value, start, end, others in numbers_in(content, line, _label_end(line), len(line.text))
        ]
        row = _row(content, line, cells, columns, total=_TOTAL.search(header.folded) is not None)
        if row is not None:
            last = line.box.y1
            yield row


def _label_end(line: Line) -> int:
    """Where the words that a row begins with end: a bracket with a date is one of them."""
    bracket = re.match(r"[^\t(]*\([^)\t]*\)", line.text)
    return bracket.end() if bracket else 0


def _row(
    content: Content, line: Line, cells: Sequence[Candidate], columns: Sequence[tuple[str, Spot]], *, total: bool
) -> TableRow | None:
    kind = _kind(content, line) or _kind_beside(content, line)
    if len(cells) == len(columns):
        return TableRow(kind, line, {name: cell for (name, _), cell in zip(columns, cells, strict=True)})
    if len(cells) == len(columns) + 1:
        parts = sum((cell.value for cell in cells[:-1]), Decimal(0))
        if total or parts == cells[-1].value:
            named = {name: cell for (name, _), cell in zip(columns, cells, strict=False)}
            return TableRow(kind, line, named, cells[-1] if parts == cells[-1].value else None)
    placed = {name: cell for cell in cells if (name := _column_of(cell.spot, columns))}
    return TableRow(kind, line, placed) if len(placed) > 1 else None


def _column_of(spot: Spot, columns: Sequence[tuple[str, Spot]]) -> str:
    box = spot.line.box_between(spot.start, spot.end)
    for name, header in columns:
        there = header.line.box_between(header.start, header.end)
        if min(there.x1, box.x1) > max(there.x0, box.x0):
            return name
    return ""


def _kind(content: Content, line: Line) -> str:
    fields = [label.field for label in content.labels_of(line)]
    units = [unit.dimension for match in UNIT_AFTER.finditer(line.text) if (unit := find_unit(match[1]))]
    if re.search(r"kvarh?|reactiv|reattiv|blind|capacit|inducti", line.folded):
        return "-reactive"
    for name, kind in _ROW_KINDS:
        if name in fields:
            return kind
    if re.search(r"\bkw\b(?!\s?h)", line.folded):
        return "-max_power"
    if re.search(r"[€£$%]|\beur\b", line.folded):
        return "-price"
    return "consumption" if Dimension.ENERGY in units else ""


def _kind_beside(content: Content, line: Line) -> str:
    """The kind that a label says which stands a little higher than its row."""
    above = next(iter(content.above(line, 1)), None)
    height = line.box.y1 - line.box.y0
    if above is None or line.box.y0 - above.box.y0 > height or _has_number(content, above):
        return ""
    return _kind(content, above)


def find_periods(content: Content, tables: Sequence[TariffTable], proved: Mapping[str, Candidate]) -> list[PeriodRow]:
    """Each tariff period once, with what tables and lines tell of it, in the order printed.

    `proved` has the consumptions of registers that are rows of a table, by period.
    """
    rows: dict[str, PeriodRow] = {}
    ranked = sorted((table for table in tables if table.consumption), key=lambda table: not table.is_proved)
    if ranked and ranked[0].consumption is not None and (ranked[0].is_proved or not proved):
        _put(rows, "quantity", ranked[0].consumption.cells)
    elif len(proved) > 1:
        _put(rows, "quantity", proved)
    else:
        under_units = dict(_under_units(content, _is_energy))
        found = under_units if len(under_units) > 1 else dict(_lines_of_periods(content))
        _put(rows, "quantity", found or _priced_rows(content))
    for table in tables:
        if table.power is not None:
            _put(rows, "contracted_power", table.power.cells)
    _put(rows, "contracted_power", dict(_powers(content)))
    _put(rows, "contracted_power", dict(_under_units(content, _is_power)))
    for name, (values, spots, _) in rows.items():
        if "quantity" in values:
            _price(content, name, values, spots)
    return list(rows.values())


def _put(rows: dict[str, PeriodRow], cell: str, found: Mapping[str, Candidate]) -> None:
    for name, candidate in found.items():
        values, spots, _ = rows.setdefault(name, ({"period": name}, {}, 0.8))
        if cell not in values:
            values[cell] = candidate.value
            spots[cell] = candidate.spot
            spots.setdefault("period", candidate.spot)


def _under_units(content: Content, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, Candidate]]:
    """The rows that a period begins, under a header with the wanted unit, such as `kWh`."""
    seen: set[str] = set()
    for line in content.lines:
        for cell in line.cells if len(line.cells) > 1 and not period_at_start(line) else ():
            if not is_wanted(line.text[cell.start : cell.end]):
                continue
            for candidate in column_values(content, line, Label("quantity", 1.0, cell.start, cell.end), find_number):
                key = period_at_start(candidate.spot.line)
                if key and key not in seen:
                    seen.add(key)
                    yield key, candidate


def _is_energy(header: str) -> bool:
    unit = unit_in(header)
    return unit is not None and unit.dimension is Dimension.ENERGY and not _OF_MONEY.search(header)


def _is_power(header: str) -> bool:
    return re.search(r"\bkw\b", header, re.IGNORECASE) is not None and not _NO_CONTRACT.search(fold(header))


def _priced_rows(content: Content) -> dict[str, Candidate]:
    """Rows that a period begins and that a price proves, where their sum is printed too."""
    found: dict[str, Candidate] = {}
    for line in content.lines:
        key = period_at_start(line)
        numbers = list(numbers_in(content, line, 0, len(line.text))) if key and key not in found else []
        for (quantity, start, end, others), (price, *_), (amount, *_) in combinations(numbers, 3):
            if quantity > price and _size_of_price(quantity, price, amount) is not None:
                found[key] = Candidate("quantity", quantity, Spot(line, start, end), 0.7, others)
                break
    total = sum((candidate.value for candidate in found.values()), Decimal(0))
    is_printed = any(
        number[0] == total for line in content.lines for number in numbers_in(content, line, 0, len(line.text))
    )
    return found if len(found) > 1 and is_printed else {}


#: Labels of lines that tell of a period something else than what was consumed.
_NOT_CONSUMPTION = ("-other_quantity", "-reading", "previous_reading", "current_reading", "-max_power")


def _lines_of_periods(content: Content) -> Iterator[tuple[str, Candidate]]:
    """Lines such as `Punta 120,5 kWh` or `P1 … 120,5 kWh`, and several of them on one line; each period once."""
    seen: set[str] = set()
    for line in content.lines:
        if any(label.field in _NOT_CONSUMPTION for label in content.labels_of(line)):
            continue
        names = list(_NAME.finditer(line.folded))
        for position, name in enumerate(names):
            stop = names[position + 1].start() if position + 1 < len(names) else len(line.text)
            key = period_key(name.group())
            candidate = _energy_after(content, line, name.end(), stop) if key not in seen else None
            if candidate is not None:
                seen.add(key)
                yield key, candidate


def _energy_after(content: Content, line: Line, start: int, stop: int) -> Candidate | None:
    for value, first, end, others in numbers_in(content, line, start, stop):
        match = UNIT_AFTER.match(line.text, end)
        unit = find_unit(match[1]) if match else None
        if match and unit is not None and unit.dimension is Dimension.ENERGY:
            return Candidate("quantity", Decimal(value), Spot(line, first, end), 0.8, others)
    return None


def _powers(content: Content) -> Iterator[tuple[str, Candidate]]:
    """`Potencia contratada P1: 4,6 kW; P2: 4,6 kW`, and a line for each period."""
    seen: set[str] = set()
    for line, label in content.labelled("contracted_power"):
        if any(other.field == "-max_power" for other in content.labels_of(line)):
            continue
        names = list(_NAME.finditer(line.folded, label.start))
        for position, name in enumerate(names):
            stop = names[position + 1].start() if position + 1 < len(names) else len(line.text)
            for value, first, end, others in numbers_in(content, line, name.end(), stop):
                key = period_key(name.group())
                if KW_AFTER.match(line.text, end) and key not in seen:
                    seen.add(key)
                    yield key, Candidate("contracted_power", value, Spot(line, first, end), 0.8, others)
                    break


def _price(content: Content, name: str, values: dict[str, Any], spots: dict[str, Spot]) -> None:
    """Price and amount of a period: on a line of its name, its consumption times the price gives the amount."""
    quantity = values["quantity"]
    for line in content.lines if quantity else ():
        if period_key_on(line) != name:
            continue
        numbers = list(numbers_in(content, line, 0, len(line.text)))
        if all(number[0] != quantity for number in numbers):
            continue
        for (price, first, last, _), (amount, start, end, _) in combinations(numbers, 2):
            size = _size_of_price(quantity, price, amount)
            if size is not None:
                values["unit_price"], spots["unit_price"] = price / size, Spot(line, first, last)
                values["amount"], spots["amount"] = amount, Spot(line, start, end)
                return


def _size_of_price(quantity: Decimal, price: Decimal, amount: Decimal) -> Decimal | None:
    """What a price is divided by to be in the currency: 100 for pence and cents; None when it isn't the price."""
    sizes = (size for size in (Decimal(1), _MINOR) if price / size < _MOST_PRICE and price != size)
    return next((size for size in sizes if abs(quantity * price / size - amount) <= _CENT < amount), None)


def period_key_on(line: Line) -> str:
    """The one tariff period that a line names; empty when it names none or several."""
    names = {period_key(match.group()) for match in _NAME.finditer(line.folded)}
    return names.pop() if len(names) == 1 else ""
