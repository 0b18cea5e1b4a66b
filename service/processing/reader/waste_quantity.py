"""How much waste a document says was handed over: what was received or weighed, else what was told, else estimated."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from service.domain.units import Dimension, Unit, find_unit
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, candidates, find_number, numbers_in
from service.processing.reader.forms import Form, FormContent
from service.processing.reader.labels import Label
from service.processing.reader.layout import Line
from service.processing.reader.marks import chosen
from service.processing.reader.quantity import Quantity

#: How much a label says for the number beside it; without a label a number with a unit is little more than a guess.
LABELS = {"quantity_received": 0.95, "quantity": 0.85, "quantity_estimated": 0.7}
_NO_LABEL = 0.45
_OTHER_LABEL = 0.3
_UNIT_WORD = re.compile(
    r"(?<![^\W_])(kg\.?s?|kilogram\w*|kilos?|quilos?|chilogramm[io]|m3|m³|mc|litr\w+|liter|lts?|l|tonne?s?|toneladas?|tonnellate|tones|tn|tm|t|Mg)(?:\(s\))?(?![^\W_]|/)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s(\[]*")
#: Points between a number and the label over it at most.
_GAP = 45.0
#: Characters behind a number within which units to choose from are printed.
_OPTIONS_REACH = 60
#: Points that a unit over a number may stand beside it: heads of columns begin left of what they are about.
_HEAD_LEFT, _HEAD_RIGHT = 60.0, 30.0
_BULK = ("tonne_(t)", "cubic_metre_(m3)")


def find_waste_quantity(form: Form) -> Quantity | None:
    """The likeliest quantity of a document about one waste."""
    found = [quantity for section in form.sections for quantity in quantities_in(section.content)]
    likeliest = max(_weighed(form, found), key=lambda quantity: quantity.score, default=None)
    return settled(likeliest, form.content.language, load=True) if likeliest else None


def settled(quantity: Quantity, language: str | None, *, load: bool) -> Quantity:
    """A quantity such as `14.260`, which groups thousands or has three decimals, by what its unit makes likely.

    Nobody weighs waste in grams, so that the mark that groups in the document's language does so in kilograms; no
    single `load` has a thousand tonnes or cubic metres.
    """
    number = quantity.number
    if len(number.alternatives) != 1:
        return quantity
    fraction, grouped = sorted((number.value, Decimal(number.alternatives[0])))
    if quantity.unit.name in _BULK:
        value = fraction if load else None
    else:
        grouping = "," if language == "en" else "." if language else ""
        value = grouped if grouping and grouping in number.spot.text else None
    return quantity if value is None else replace(quantity, number=replace(number, value=value, alternatives=()))


def quantities_in(content: FormContent) -> Iterator[Quantity]:
    """Every number that can be a quantity of waste, by its unit or by its label."""
    seen = set()
    for line in content.lines:
        for value, start, end, others in numbers_in(content, line, 0, len(line.text)):
            unit = unit_after(line, end)
            if unit is None or value < 0:
                continue
            seen.add((line.page, line.index, start))
            spot = Spot(line, start, end)
            score = _score_by_label(content, spot) - 0.0002 * line.index
            if score > 0:
                yield Quantity(Candidate("quantity", value, spot, score, others), *unit)
    for candidate in candidates(content, tuple(LABELS), find_number):
        line, spot = candidate.spot.line, candidate.spot
        if (line.page, line.index, spot.start) in seen or candidate.value < 0:
            continue
        near = unit_near(content, candidate)
        if near is not None and not re.match(r"\s?(?:€|%|eur\b)", line.text[spot.end :], re.IGNORECASE):
            score = LABELS[candidate.field] * min(1.0, candidate.score) - 0.02
            yield Quantity(replace(candidate, field="quantity", score=score), *near)


def unit_of(word: str) -> Unit | None:
    """The unit of mass or volume that a word names."""
    unit = find_unit("t" if word == "Mg" else word.rstrip("."))
    return unit if unit is not None and unit.dimension in (Dimension.MASS, Dimension.VOLUME) else None


def unit_after(line: Line, end: int) -> tuple[Unit, Spot] | None:
    """The unit behind a number; the one that is marked where several are printed to choose from."""
    options = _units_in(line, end, end + _OPTIONS_REACH)
    if len(options) > 1:
        which = chosen(line.text[end:], [(spot.start - end, spot.end - end) for _, spot in options])
        if which is not None:
            return options[which]
    return next((option for option in options if _AFTER.fullmatch(line.text, end, option[1].start)), None)


def unit_near(content: Content, candidate: Candidate) -> tuple[Unit, Spot | None] | None:
    """The unit of a labelled number: marked in its row, in its label, over it, else the only one of its box."""
    line, spot = candidate.spot.line, candidate.spot
    box = line.box_between(spot.start, spot.end)
    above = content.above(line, 2)
    for row in (line, *above, *content.below(line, 1)):
        options = _units_in(row)
        which = chosen(row.text, [(place.start, place.end) for _, place in options]) if len(options) > 1 else None
        if which is not None:
            return options[which]
    for unit, place in _units_in(line):
        if place.end <= spot.start:
            return unit, place
    for row in above:
        for unit, place in _units_in(row):
            there = row.box_between(place.start, place.end)
            if there.x0 < box.x1 + _HEAD_RIGHT and there.x1 > box.x0 - _HEAD_LEFT:
                return unit, place
    units = {unit.name: unit for row in content.lines for unit, _ in _units_in(row)}
    return (next(iter(units.values())), None) if len(units) == 1 else None


def _units_in(line: Line, start: int = 0, end: int | None = None) -> list[tuple[Unit, Spot]]:
    """The units of mass and volume that a piece of a line names, each with its place."""
    words = _UNIT_WORD.finditer(line.text, start, len(line.text) if end is None else end)
    named = ((unit_of(word[1]), Spot(line, word.start(1), word.end(1))) for word in words)
    return [(unit, spot) for unit, spot in named if unit is not None]


def _score_by_label(content: FormContent, spot: Spot) -> float:
    """What the nearest label before a number, or over it, makes of it; 0 for another kind of number."""
    line = spot.line
    before = [label for label in content.labels_of(line) if label.end <= spot.start and label.field != "name"]
    if before:
        label = before[-1]
    else:
        over = _labels_over(content, spot)
        if not over:
            return _NO_LABEL
        label = over[0]
    if label.field in LABELS:
        return LABELS[label.field] * label.weight
    return (
        0.0
        if label.field in ("-quantity", "-date", "identification_name", "total_km_to_waste_center")
        else _OTHER_LABEL
    )


def _labels_over(content: FormContent, spot: Spot) -> list[Label]:
    box = spot.line.box_between(spot.start, spot.end)
    for other in content.above(spot.line, 3):
        if box.y0 - other.box.y1 > _GAP:
            return []
        over = []
        for label in content.labels_of(other):
            there = other.box_between(label.start, label.end)
            if min(there.x1, box.x1) > max(there.x0, box.x0):
                over.append(label)
        if over:
            return over
    return []


def _weighed(form: Form, found: list[Quantity]) -> list[Quantity]:
    """Raise the net weight of a weighbridge: a gross weight without its tare."""
    weights = [
        number[0]
        for line, label in form.content.labelled("-quantity")
        for number in [find_number(form.content, line, label.end, len(line.text))]
        if number is not None
    ]
    nets = {first - second for first in weights for second in weights if first > second > 0}
    return [
        replace(
            quantity,
            number=replace(quantity.number, score=quantity.score + (0.2 if quantity.number.value in nets else 0.0)),
        )
        for quantity in found
    ]
