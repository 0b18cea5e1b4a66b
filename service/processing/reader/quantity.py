"""The quantity of a bill or delivery, and its unit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Any

from service.domain.category import Category
from service.domain.units import UNIT_BY_NAME, Dimension, Unit, find_unit
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import (
    Candidate,
    Found,
    candidates,
    column_values,
    find_amount,
    find_number,
    numbers_in,
)
from service.processing.reader.labels import Label
from service.processing.reader.layout import CELL_GAP, Line
from service.processing.reader.printed_units import UNIT_AFTER, UNIT_ANYWHERE

_PER = re.compile(r"(?:/|por|per|€|£|\$)\s?$|(?:precio|price|tarif|prix|preis)\W*$", re.IGNORECASE)
_PRICE_BEFORE = re.compile(r"(?:€|£|\$|eur)\s?$", re.IGNORECASE)

_DIMENSIONS: Mapping[Category, tuple[Dimension, ...]] = {
    Category.ELECTRICITY: (Dimension.ENERGY,),
    Category.GAS: (Dimension.ENERGY, Dimension.VOLUME, Dimension.MASS),
    Category.WATER: (Dimension.VOLUME,),
    Category.FUEL_DELIVERY: (Dimension.VOLUME, Dimension.MASS, Dimension.ENERGY),
    Category.RECHARGES: (Dimension.MASS,),
    Category.WASTES: (Dimension.MASS, Dimension.VOLUME),
    Category.RECEIPT: (Dimension.VOLUME,),
}
#: Bills that call them `units` mean kilowatt-hours.
_TOLD_BY_THE_KIND: Mapping[Category, Unit] = {Category.ELECTRICITY: UNIT_BY_NAME["kilowatt_hour_(kwh)"]}
#: kWh in a cubic metre of the natural gases that are supplied, from low to high calorific (EN 16726 gives the range).
_GAS_HEAT = (Decimal(8), Decimal("13.5"))
_HALF = Decimal("0.5")
#: How far volume and calorific value, each rounded, may miss the energy.
_ROUNDING = Decimal("0.004")
#: How far, in points, the middle of a unit in a header may stand from that of its number.
_HEADER_SLACK = 60.0
_MOST_CORRECTION = Decimal("0.15")
_OTHER_TIME = re.compile(
    r"\blast year|same period|previous year|year before|ano pasado|ano anterior|any anterior|ano passado"
    r"|derniers mois|ultim[oaie]s? (?:12|doce|14|365)|last 12|letzten 12|laatste 12|ostatnich 12|darreres 12"
    r"|annee precedente|an dernier|vorjahr|anno precedente|\baverage|similar|vergleichbar|neighbou?r|vecinos"
)


@dataclass(frozen=True)
class Quantity:
    """A number and its unit, each with its place (the unit's may be None when it was inferred)."""

    number: Candidate
    unit: Unit
    unit_spot: Spot | None
    #: Whether it is the printed sum of lines that each prove themselves by their price.
    is_sum: bool = False

    @property
    def score(self) -> float:
        """How well it fits, 0 to about 1.5."""
        return self.number.score


@dataclass(frozen=True)
class Support:
    """What the readings of a bill prove: consumptions of the whole, and those of parts of it."""

    whole: frozenset[Decimal] = frozenset()
    parts: frozenset[Decimal] = frozenset()
    #: The consumptions of registers, whose unit may stand nowhere near.
    counted: tuple[Candidate, ...] = ()


def find_quantity(
    content: Content, category: Category, support: Support | None = None, priced: Sequence[Candidate] = ()
) -> Quantity | None:
    """The likeliest quantity of a document of this category.

    `support` is what a utility bill's meters prove; `priced` are quantities of lines that prove themselves.
    """
    allowed = _DIMENSIONS.get(category, ())
    found = [*_with_unit(content, allowed), *_labelled(content, category, allowed)]
    found += _counted(content, allowed, support.counted if support is not None else priced)
    found = (
        _supported(content, found, support, is_gas=category is Category.GAS)
        if support is not None
        else _priced(content, found)
    )
    likeliest = max(found, key=lambda quantity: quantity.score, default=None)
    if likeliest is None or support is None:
        return likeliest
    return _sum_of_blocks(content, likeliest) or likeliest


def _sum_of_blocks(content: Content, quantity: Quantity) -> Quantity | None:
    """The printed sum of lines that charge for the same in blocks, when a quantity is that of one of them.

    As with `Consumption 12 kWh …` under `Consumption 29 kWh …`, where 41 stands elsewhere on the bill.
    """
    line = quantity.number.spot.line
    same = [other for other in content.lines if other.page == line.page and _wording(other) == _wording(line)]
    rows = [list(numbers_in(content, other, 0, len(other.text))) for other in same]
    place = next((at for at, number in enumerate(rows[same.index(line)]) if number[1] == quantity.number.spot.start), 0)
    parts = [row[place][0] for row in rows if len(row) > place]
    if len(parts) < len(rows) or len(set(parts)) < 2:
        return None
    total = sum(parts, Decimal(0))
    for other in content.lines:
        for value, start, end, others in numbers_in(content, other, 0, len(other.text)) if other not in same else ():
            if value == total:
                number = Candidate("quantity", value, Spot(other, start, end), 0.7, others)
                return Quantity(number, quantity.unit, quantity.unit_spot)
    return None


def _wording(line: Line) -> str:
    """The words of a line without its numbers, if it has some; lines of one table's column have none."""
    words = re.findall(r"[a-z]{3,}", line.folded)
    return " ".join(words) if words else str(line.index)


def _with_unit(content: Content, allowed: tuple[Dimension, ...]) -> Iterator[Quantity]:
    """Numbers that are followed by a unit, scored by what stands before them."""
    for line in content.lines:
        for value, start, end, others in numbers_in(content, line, 0, len(line.text)):
            match = UNIT_AFTER.match(line.text, end)
            if match is None and line.text[end : end + 1] == CELL_GAP:
                match = UNIT_AFTER.match(line.text, end + 1)
            unit = find_unit(match[1]) if match else None
            if match is None or unit is None or unit.dimension not in allowed:
                continue
            if _PER.search(line.text[max(0, start - 8) : start]):
                continue
            spot = Spot(line, start, end)
            score = _context_score(content, line, start, end)
            number = Candidate("quantity", value, spot, score, others)
            yield Quantity(number, unit, Spot(line, match.start(1), match.end(1)))


def _context_score(content: Content, line: Line, start: int, end: int) -> float:
    score = 0.45 - 0.0005 * line.index - 0.02 * (line.page - 1)
    before = [label for label in content.labels_of(line) if label.end <= start + 1]
    if not before:
        before = _labels_above(content, line, start, end)
        score -= 0.05 if before else 0.0
    fields = [label.field for label in before]
    weights = {label.field: label.weight for label in before}
    if "-other_quantity" in fields:
        score -= 0.6
    if "-tariff_period" in fields:
        score -= 0.15
    if "quantity" in fields:
        nearest = fields[-1] == "quantity"
        score += 0.45 * weights["quantity"] + (0.05 if nearest else 0.0)
    if any(field in ("previous_reading", "current_reading", "-reading") for field in fields):
        score -= 0.35
    if any(
        field in ("contracted_power", "-max_power", "conversion_factor", "unit_price", "total_km_to_waste_center")
        for field in fields
    ):
        score -= 0.3
    following = line.text[end : end + 40]
    if re.search(r"[x×*@]\s?\d", following) or re.search(r"/\s?kwh|€/|por kwh", following, re.IGNORECASE):
        score += 0.05
    if _OTHER_TIME.search(line.folded):
        score -= 0.6
    if line.folded[:start].rstrip().endswith("="):
        score += 0.4  # the result of a conversion that is printed, such as volume × heat value
    if "total" in line.folded[:start]:
        score += 0.1
    return score


def _labels_above(content: Content, line: Line, start: int, end: int) -> list[Any]:
    box = line.box_between(start, end)
    for other in content.above(line, 3):
        if box.y0 - other.box.y1 > 40:
            return []
        over = []
        for label in content.labels_of(other):
            there = other.box_between(label.start, label.end)
            if min(there.x1, box.x1) - max(there.x0, box.x0) > 0:
                over.append(label)
        if over:
            return over
    return []


def _labelled(content: Content, category: Category, allowed: tuple[Dimension, ...]) -> Iterator[Quantity]:
    """Numbers beside or under a quantity label whose unit stands in the label, the header or nowhere."""
    fields = ("quantity", "volume_m3") if category in (Category.GAS, Category.WATER) else ("quantity",)
    usual = _usual_unit(content, allowed) or _TOLD_BY_THE_KIND.get(category)
    columns = [*content.labelled(*fields), *_unit_headers(content, allowed)]
    for candidate in (*candidates(content, fields, _find_row_total), *_table_rows(content, columns)):
        line, spot = candidate.spot.line, candidate.spot
        if _is_prose(content, spot):
            continue
        if UNIT_AFTER.match(line.text, spot.end) or _PRICE_BEFORE.search(
            line.text[max(0, spot.start - 4) : spot.start]
        ):
            continue
        if re.match(r"[ \u00a0]?(?:€|£|\$|eur\b|kw\b|%|d[ií]as|days)", line.text[spot.end :], re.IGNORECASE):
            continue
        if any(label.field == "-other_quantity" and label.end <= spot.start for label in content.labels_of(line)):
            continue
        unit, unit_spot = _unit_near(content, candidate, allowed)
        if unit is None:
            unit = usual
        if unit is not None:
            penalty = 0.02 if unit_spot else 0.2
            yield Quantity(replace(candidate, field="quantity", score=candidate.score * 0.9 - penalty), unit, unit_spot)


def _is_prose(content: Content, spot: Spot) -> bool:
    """Whether a number stands among words that are no label of it, as in an address under the label."""
    line, cell = spot.line, spot.line.cell_at(spot.start)
    if any(label.field == "quantity" and label.end <= spot.start for label in content.labels_of(line)):
        return False
    return len(re.findall(r"[^\W\d_]{2,}", line.text[cell.start : cell.end])) >= 3


def _find_row_total(content: Content, line: Line, start: int, end: int) -> Found | None:
    """The first number, or the last of several when it is the sum of those before it."""
    numbers = list(numbers_in(content, line, start, end))
    if len(numbers) > 2 and numbers[-1][0] == sum(number[0] for number in numbers[:-1]) != 0:
        return numbers[-1]
    return find_number(content, line, start, end)


def _unit_headers(content: Content, allowed: tuple[Dimension, ...]) -> Iterator[tuple[Line, Label]]:
    """Column headers that are only a unit, such as `kWh`, in a line of headers."""
    for line in content.lines:
        if len(line.cells) < 3 or re.search(r"\d", line.text.replace("m3", "")):
            continue
        for cell in line.cells:
            unit = find_unit(line.text[cell.start : cell.end])
            if unit is not None and unit.dimension in allowed:
                yield line, Label("quantity", 0.75, cell.start, cell.end)


def _table_rows(content: Content, columns: list[tuple[Line, Label]]) -> Iterator[Candidate]:
    """The columns under quantity headers; the row of the total counts more than the rows of its parts."""
    for line, label in columns:
        rows = list(column_values(content, line, label, find_number))
        sum_before = Decimal(0)
        wanted = 1 if label.weight < 1 else 2
        for number, candidate in enumerate(rows if len(rows) >= wanted else ()):
            row = candidate.spot.line
            total = re.match(r"(?:sub)?total|suma|gesamt", row.folded) or (
                number > 1 and sum_before == candidate.value != 0
            )
            sum_before += candidate.value
            part = any(found.field == "-tariff_period" for found in content.labels_of(row))
            yield replace(candidate, score=candidate.score + (0.3 if total else -0.2 if part else 0.0))


def _unit_near(
    content: Content, candidate: Candidate, allowed: tuple[Dimension, ...]
) -> tuple[Unit | None, Spot | None]:
    """A unit in the same row, or in the header lines over it."""
    line, spot = candidate.spot.line, candidate.spot
    spots = [Spot(line, match.start(1), match.end(1)) for match in UNIT_ANYWHERE.finditer(line.text)]
    box = line.box_between(spot.start, spot.end)
    for other in content.above(line, 4):
        headers: list[tuple[float, Spot]] = []
        for match in UNIT_ANYWHERE.finditer(other.text):
            there = other.box_between(match.start(1), match.end(1))
            apart = abs((there.x0 + there.x1) - (box.x0 + box.x1)) / 2
            if apart < _HEADER_SLACK:
                headers.append((apart, Spot(other, match.start(1), match.end(1))))
        spots += [header for _, header in sorted(headers, key=lambda header: header[0])]
    for place in spots:
        unit = find_unit(place.text)
        if unit is not None and unit.dimension in allowed:
            return unit, place
    return None, None


def _usual_unit(content: Content, allowed: tuple[Dimension, ...]) -> Unit | None:
    counts: dict[Unit, int] = {}
    for match in UNIT_ANYWHERE.finditer(content.text):
        unit = find_unit(match[1])
        if unit is not None and unit.dimension in allowed and len(match[1]) > 1:
            counts[unit] = counts.get(unit, 0) + 1
    return max(counts, key=lambda unit: counts[unit], default=None)


def _counted(content: Content, allowed: tuple[Dimension, ...], counted: Sequence[Candidate]) -> Iterator[Quantity]:
    """Numbers that are quantities by arithmetic, with the unit near them, else the document's usual one."""
    usual = _usual_unit(content, allowed)
    for candidate in counted:
        near, spot = _unit_near(content, candidate, allowed)
        unit = near or usual
        if unit is not None:
            yield Quantity(candidate, unit, spot)


def _supported(content: Content, found: list[Quantity], support: Support, *, is_gas: bool) -> list[Quantity]:
    """Raise the score of quantities that the bill confirms: by its readings, its periods, or by saying them again."""
    times: dict[Decimal, int] = {}
    for quantity in found:
        times[quantity.number.value] = times.get(quantity.number.value, 0) + 1
    energies = {entry.number.value for entry in found if entry.unit.dimension is Dimension.ENERGY}
    volumes = {entry.number.value for entry in found if entry.unit.dimension is Dimension.VOLUME}
    corrected = {entry.number.value for entry in found if is_gas and _is_corrected(content, entry, support.whole)}
    raised = []
    for quantity in found:
        value, score = quantity.number.value, quantity.score
        is_energy = quantity.unit.dimension is Dimension.ENERGY
        if quantity.unit.dimension is Dimension.VOLUME and any(is_heat(energy, value) for energy in energies):
            score -= 0.6  # converted to the energy beside it, which is what is billed
        score += 0.5 if value in support.whole and not corrected else 0.0
        score += 0.8 if value in corrected else 0.0
        if is_energy and any(is_heat(value, volume) for volume in support.whole & volumes):
            score += 0.4
        score -= 0.3 if value in support.parts - support.whole else 0.0
        score += 0.05 * min(times[value] - 1, 3) if value else -0.3
        raised.append(replace(quantity, number=replace(quantity.number, score=score)))
    return raised


def _is_corrected(content: Content, quantity: Quantity, counted: frozenset[Decimal]) -> bool:
    """Whether a volume of gas is what was counted, brought to standard conditions, as it is billed.

    Its unit says so (`Smc`, `Nm³`), or the factor that is printed beside it.
    """
    if quantity.unit.dimension is not Dimension.VOLUME:
        return False
    value = quantity.number.value
    near = [one for one in counted - {value} if one and abs(value / one - 1) < _MOST_CORRECTION]
    unit = quantity.unit_spot.text.lower() if quantity.unit_spot is not None else ""
    numbers = (number[0] for line in content.lines for number in numbers_in(content, line, 0, len(line.text)))
    factors = [factor for factor in numbers if factor != 1 and abs(factor - 1) < _MOST_CORRECTION] if near else []
    is_product = any(abs(one * factor - value) <= _HALF for one in near for factor in factors)
    return bool(near) and (unit.startswith(("s", "n")) or is_product)


def is_heat(energy: Decimal, volume: Decimal) -> bool:
    """Whether a volume of natural gas has this energy, in kWh and m³."""
    return volume > 0 and _GAS_HEAT[0] <= energy / volume <= _GAS_HEAT[1]


def _priced(content: Content, found: list[Quantity]) -> list[Quantity]:
    """Raise the score of quantities that, times a labelled unit price, give an amount; and of their sum."""
    prices = {candidate.value for candidate in candidates(content, ("unit_price",), find_amount)}
    amounts = {number[0] for line in content.lines for number in numbers_in(content, line, 0, len(line.text))}
    rows = {quantity.number.spot: quantity.number.value for quantity in found if _is_priced(content, quantity)}
    total = sum(rows.values(), Decimal(0)) if len(rows) > 1 else None
    raised = []
    for quantity in found:
        value = quantity.number.value
        products = ((value * price).quantize(Decimal("0.01")) for price in prices)
        bonus = 0.3 if value != 1 and any(product in amounts and product != value for product in products) else 0.0
        is_sum = value == total and quantity.number.spot not in rows
        score = quantity.score + bonus + (0.6 if is_sum else 0.0)
        raised.append(replace(quantity, number=replace(quantity.number, score=score), is_sum=is_sum))
    return raised


def _is_priced(content: Content, quantity: Quantity) -> bool:
    """Whether a quantity, times a price on its line, gives an amount on its line."""
    line, value = quantity.number.spot.line, quantity.number.value
    after = [number[0] for number in numbers_in(content, line, quantity.number.spot.end, len(line.text))]
    return any(
        abs(value * price - amount) <= Decimal("0.011") and amount > 1 != price
        for price, amount in combinations(after, 2)
    )


def find_volume(content: Content, energy: Decimal) -> Candidate | None:
    """The volume of natural gas, in m³, that was converted to an energy in kWh."""
    found = [
        quantity.number
        for quantity in (
            *_with_unit(content, (Dimension.VOLUME,)),
            *_labelled(content, Category.GAS, (Dimension.VOLUME,)),
        )
        if is_heat(energy, quantity.number.value)
    ]
    found += [entry for entry in candidates(content, ("volume_m3",), find_number) if is_heat(energy, entry.value)]
    likeliest = max(found, key=lambda candidate: candidate.score, default=None)
    return replace(likeliest, field="volume_m3") if likeliest is not None else None


def find_calorific_value(content: Content, heat: Decimal) -> Candidate | None:
    """The printed number that is the energy of a cubic metre, give or take its correction to standard conditions."""
    found = []
    for line in content.lines:
        labelled = any(label.field == "conversion_factor" for label in content.labels_of(line))
        for value, start, end, others in numbers_in(content, line, 0, len(line.text)):
            apart = abs(value / heat - 1)
            if apart < _ROUNDING or (labelled and apart < _MOST_CORRECTION):
                score = 0.9 - float(apart) if "," in line.text[start:end] or "." in line.text[start:end] else 0.5
                found.append(Candidate("conversion_factor", value, Spot(line, start, end), score, others))
    return max(found, key=lambda candidate: candidate.score, default=None)
