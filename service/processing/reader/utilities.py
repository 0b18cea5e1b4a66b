"""Items of electricity, gas and water bills: one for each supply point, or for each meter where points have no code."""

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from service.domain.category import Category
from service.domain.identifiers import is_cups
from service.processing.reader.commercial import ReadCommon
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import (
    Candidate,
    Found,
    best,
    candidates,
    find_identifier,
    find_number,
    numbers_in,
)
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.layout import Line
from service.processing.reader.metering import Metering, Register, find_metering
from service.processing.reader.period import find_period
from service.processing.reader.printed_units import KW_AFTER
from service.processing.reader.quantity import (
    Quantity,
    Support,
    find_calorific_value,
    find_quantity,
    find_volume,
    is_heat,
)
from service.processing.reader.supply_addresses import find_address_under, find_holder_at, find_supply_address
from service.processing.reader.supply_points import UTILITY_WORDS, Section, find_codes, find_sections
from service.processing.reader.tariff_periods import PeriodRow, find_periods

_TARIFF = re.compile(r"(?<![\w.])(?:[236]\.[0-4] ?(?:TD|A|DHA|DHS)\b|RL\.?\d{1,2}\b|[23]\.\d\b(?=\s|$))")
#: What belongs to one supply point alone, when a bill has several; all else is the bill's.
_OF_THE_POINT = frozenset(("net_amount", "tax_amount", "total_amount", "amount_due", "taxes", "contract_number"))

#: Calorific values of gases that are supplied, printed in kWh or in MJ for a cubic metre.
_LEAST_CALORIFIC, _MOST_CALORIFIC = Decimal(5), Decimal(50)


class UtilityContent(Content):
    """Pages of a utility bill, with the words that utilities use."""

    vocabulary = UTILITY_WORDS


def utility_items(content: Content, category: Category, common: ReadCommon) -> list[ItemBuilder]:
    """The items of a bill."""
    whole = UtilityContent(content.pages)
    sections = find_sections(whole)
    if sections:
        return [_of_section(section, whole, category, common) for section in sections]
    metering = find_metering(whole)
    meters = _separate_meters(whole, metering)
    if meters:
        return [_of_meter(register, whole, category, common) for register in meters]
    builder = common(whole, category)
    _read(builder, whole, category, metering)
    return [builder]


def _of_section(section: Section, whole: Content, category: Category, common: ReadCommon) -> ItemBuilder:
    """The item of a supply point that has pages or lines of its own; the rest is what all points share."""
    part = UtilityContent(section.pages)
    # Conventions are learnt from the whole document; a part may be too short to show them.
    part.__dict__.update(language=whole.language, currency=whole.currency, convention=whole.convention)
    builder = ItemBuilder(category)
    own, shared = common(part, category), common(whole, category)
    for evidence in own.evidence:
        if section.has_amounts and evidence.field.split("[")[0] in _OF_THE_POINT:
            _copy(builder, own, evidence.field)
    _read(builder, part, category, find_metering(part))
    for evidence in shared.evidence:
        if evidence.field.split("[")[0] not in _OF_THE_POINT:
            _copy(builder, shared, evidence.field)
    _take_period(builder, whole, Metering())
    return builder


def _copy(builder: ItemBuilder, source: ItemBuilder, field: str) -> None:
    for evidence in source.evidence:
        if evidence.field == field and "[" not in field:
            builder.add(evidence, source.values[field])


def _separate_meters(content: Content, metering: Metering) -> list[Register]:
    """The registers of meters that are read side by side; none where one point's meter was replaced by another."""
    registers = [register for register in metering.whole if register.meter is not None]
    serials = {register.meter.text for register in registers if register.meter is not None}
    if len(serials) < 2 or len(serials) < len(registers) or len({code for code, _ in find_codes(content)}) == 1:
        return []
    days = sorted((one.days[0].value, one.days[1].value) for one in registers if one.days)
    if len(days) == len(registers) and all(one[1] <= other[0] for one, other in pairwise(days)):
        return []
    return registers


def _of_meter(register: Register, whole: Content, category: Category, common: ReadCommon) -> ItemBuilder:
    builder = ItemBuilder(category)
    if register.meter is not None:
        builder.set("meter_number", register.meter.text, register.meter, 0.9)
    _take_quantity(builder, find_quantity(whole, category, Support()), register)
    _take_readings(builder, register)
    shared = common(whole, category)
    for evidence in shared.evidence:
        if evidence.field.split("[")[0] not in _OF_THE_POINT:
            _copy(builder, shared, evidence.field)
    _take_period(builder, whole, Metering((register,)))
    _take_details(builder, whole)
    return builder


def _read(builder: ItemBuilder, content: Content, category: Category, metering: Metering) -> None:
    """What was supplied, when, by which meter, to which point."""
    _take_period(builder, content, metering)
    periods = find_periods(content, metering.tables, metering.by_period) if category is Category.ELECTRICITY else []
    parts = [values["quantity"] for values, _, _ in periods if "quantity" in values]
    whole = {*metering.consumptions(), *([sum(parts, Decimal(0))] if len(parts) > 1 else [])}
    # They say no more than that they were counted: what was billed is told by the rest of the bill.
    counted = tuple(replace(register.consumption, score=0.3) for register in metering.whole)
    support = Support(frozenset(whole), frozenset(parts if len(parts) > 1 else ()), counted)
    quantity = find_quantity(content, category, support)
    if quantity is not None and quantity.score > 0.3 and not _is_part(quantity.number.value, parts):
        _take_quantity(builder, quantity)
    elif parts:
        _derive_quantity(builder, periods)
    builder.add_spotted_rows("tariff_periods", periods)
    for code, spot in find_codes(content):
        if is_cups(code) or code.startswith("ES"):
            builder.set("cups", code, spot, 0.98 if is_cups(code) else 0.5)
        else:
            builder.set("supply_point", code, spot, 0.9)
    register = next((one for one in metering.whole if one.consumption.value == builder.values.get("quantity")), None)
    if register is None and len(metering.whole) == 1:
        register = metering.whole[0]
    if register is not None:
        _take_readings(builder, register)
        if register.meter is not None:
            builder.set("meter_number", register.meter.text, register.meter, 0.85)
    elif not metering.registers and not metering.tables:
        _take_labelled_readings(builder, content)
    if category is Category.ELECTRICITY:
        builder.take(_contracted_power(content, periods))
    if category is Category.GAS:
        _take_gas(builder, content, metering)
    _take_details(builder, content)


def _is_part(value: Decimal, parts: list[Decimal]) -> bool:
    """Whether a value is the consumption of one tariff period, and so not that of the whole bill."""
    return len(parts) > 1 and value in parts and value != sum(parts)


def _take_quantity(builder: ItemBuilder, quantity: Quantity | None, register: Register | None = None) -> None:
    if quantity is None:
        return
    builder.take(register.consumption if register is not None else quantity.number)
    if quantity.unit_spot is not None:
        builder.set("unit", quantity.unit.name, quantity.unit_spot, min(quantity.score, 0.95))
    else:
        builder.derive("unit", quantity.unit.name, ("quantity",), 0.6)


def _derive_quantity(builder: ItemBuilder, periods: list[PeriodRow]) -> None:
    numbers = [number for number, (values, _, _) in enumerate(periods) if "quantity" in values]
    total = sum((periods[number][0]["quantity"] for number in numbers), Decimal(0))
    sources = tuple(f"tariff_periods[{number}].quantity" for number in numbers)
    builder.derive("quantity", total, sources, 0.7)
    builder.derive("unit", "kilowatt_hour_(kwh)", sources, 0.7)


def _take_period(builder: ItemBuilder, content: Content, metering: Metering) -> None:
    period = find_period(content)
    days = [register.days for register in metering.registers if register.days]
    if period is not None and (period.score >= 0.6 or not days):
        if period.score >= 0.5:
            builder.take(period.start)
            builder.take(period.end)
    elif days:
        builder.take(min((first for first, _ in days), key=lambda day: str(day.value)))
        builder.take(max((last for _, last in days), key=lambda day: str(day.value)))


def _take_readings(builder: ItemBuilder, register: Register) -> None:
    builder.take(register.previous)
    builder.take(register.current)


def _take_labelled_readings(builder: ItemBuilder, content: Content) -> None:
    """Previous and current reading when both are labelled and in order, though no printed difference proves them."""
    previous = best(list(candidates(content, ("previous_reading",), _find_reading)))
    current = best(list(candidates(content, ("current_reading",), _find_reading)))
    if previous is None or current is None or current.value < previous.value or previous.spot == current.spot:
        return
    builder.take(previous)
    builder.take(current)


def _find_reading(content: Content, line: Line, start: int, end: int) -> Found | None:
    for number in numbers_in(content, line, start, end):
        if number[0] >= 0 and not re.match(r"\s?(?:€|%|eur)", line.text[number[2] : number[2] + 5], re.IGNORECASE):
            return number
    return None


def _contracted_power(content: Content, periods: list[PeriodRow]) -> Candidate | None:
    """The contracted power in kW, when there is one for all periods."""
    powers = {values["contracted_power"] for values, _, _ in periods if "contracted_power" in values}
    if len(powers) > 1:
        return None
    found = []
    for line, label in content.labelled("contracted_power"):
        for target, start in [(line, label.end), *((other, 0) for other in content.below(line, 2))]:
            for value, begin, end, others in numbers_in(content, target, start, len(target.text)):
                if KW_AFTER.match(target.text, end):
                    score = 0.9 if target is line else 0.7
                    found.append(Candidate("contracted_power", value, Spot(target, begin, end), score, others))
                    break
    return best(found)


def _take_gas(builder: ItemBuilder, content: Content, metering: Metering) -> None:
    """Volume and calorific value of gas that is billed as energy: their product is the energy."""
    energy = builder.values.get("quantity")
    if energy and builder.values.get("unit") == "kilowatt_hour_(kwh)":
        counted = [register.consumption for register in metering.whole]
        volume = next((entry for entry in counted if is_heat(energy, entry.value)), None) or find_volume(
            content, energy
        )
        if volume is not None:
            builder.take(volume, "volume_m3")
            builder.take(find_calorific_value(content, energy / volume.value))
    factors = candidates(content, ("conversion_factor",), find_number)
    builder.take(best([entry for entry in factors if _LEAST_CALORIFIC <= entry.value <= _MOST_CALORIFIC]))


def _take_details(builder: ItemBuilder, content: Content) -> None:
    meters = [entry for entry in candidates(content, ("meter_number",), find_identifier) if len(str(entry.value)) > 3]
    builder.take(best(meters))
    address = find_supply_address(content)
    name = next((entry for entry in builder.evidence if entry.field == "customer_name"), None)
    builder.take(address or (find_address_under(content, name) if name is not None else None))
    if address is not None and "customer_name" not in builder.values:
        builder.take(find_holder_at(content, address))
    for line, label in content.labelled("tariff"):
        match = _TARIFF.search(line.text, label.end)
        if match:
            builder.set("tariff", match.group().replace(" ", ""), Spot(line, match.start(), match.end()), 0.9)
