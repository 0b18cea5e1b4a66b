"""Green Button (NAESB ESPI) feeds: load curves and billing periods of electricity, gas and water.

Codes after espiDerived.xsd. Costs stand in thousandths of a hundredth of the currency: 100,000 make one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from service.domain.category import Category
from service.domain.items import MAX_ROWS
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import (
    RowBuilder,
    StructuredItem,
    StructuredPart,
    decimal_of,
    make_part,
)

_CATEGORIES = {"0": Category.ELECTRICITY, "1": Category.GAS, "2": Category.WATER}
_BY_COMMODITY = {"1": Category.ELECTRICITY, "2": Category.ELECTRICITY, "7": Category.GAS, "9": Category.WATER}
_BY_UNIT = {"72": Category.ELECTRICITY, "169": Category.GAS}
# Unit of measure to the published unit and what it is multiplied by.
_UNITS = {
    "72": ("kilowatt_hour_(kwh)", Decimal("0.001")),
    "31": ("megajoule_(mj)", Decimal("0.000001")),
    "42": ("cubic_metre_(m3)", Decimal(1)),
    "134": ("litre_(l)", Decimal(1)),
    "128": ("us_gallon_(gal)", Decimal(1)),
    "129": ("imperial_gallon_(imp_gal)", Decimal(1)),
    "169": ("therm_(thm)", Decimal(1)),
}
_CURRENCIES = {"36": "AUD", "124": "CAD", "356": "INR", "392": "JPY", "826": "GBP", "840": "USD", "978": "EUR"}
# Bounds on what a feed can mean: seconds of an interval, seconds since 1970, powers of ten.
_LONGEST, _LATEST, _GREATEST_POWER = 10**9, 10**11, 12
_COST_UNIT = Decimal("0.00001")
#: An interval of this length is a billing period, and so an item of its own.
_BILLING_SECONDS = 25 * 24 * 3600


@dataclass(slots=True)
class _Entry:
    """An Atom entry: its resource, its own address and the addresses that it names."""

    resource: Node
    title: Node | None
    address: str
    related: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Interval:
    start: datetime.datetime
    seconds: int
    quantity: Decimal | None
    cost: Decimal | None
    node: Node

    @property
    def end(self) -> datetime.datetime:
        return self.start + datetime.timedelta(seconds=self.seconds)


def read_espi(root: Node) -> StructuredPart:
    """An item for each meter reading, or for each of its billing periods when it counts those."""
    entries = list(_entries(root))
    points = [entry for entry in entries if entry.resource.name == "UsagePoint"]
    items: list[StructuredItem] = []
    category = Category.OTHER
    zone = _zone(entries)
    for reading in (entry for entry in entries if entry.resource.name == "MeterReading"):
        point = _owner(reading, points)
        found = _category(point, _kind_of(reading, entries))
        if items and found is not category:
            continue
        category = found
        items.extend(_items(reading, point, entries, zone, len(items)))
    if not items and points:
        category = _category(points[0], None)
        items.extend(_summaries(entries, points[0], zone))
    notes = [] if items else ["the feed has no meter reading"]
    return make_part("espi", category, items, probability=1.0, notes=notes)


def _category(point: _Entry | None, kind: Node | None) -> Category:
    """What is metered: as the usage point says, else as commodity or unit of the readings do."""
    service = point.resource.value("ServiceCategory/kind") if point else None
    commodity = kind.value("commodity") if kind is not None else None
    unit = kind.value("uom") if kind is not None else None
    told = (_CATEGORIES.get(service or ""), _BY_COMMODITY.get(commodity or ""), _BY_UNIT.get(unit or ""))
    return next((category for category in told if category is not None), Category.OTHER)


def _kind_of(reading: _Entry, entries: Sequence[_Entry]) -> Node | None:
    kinds = _related(reading, entries, "ReadingType")
    return kinds[0].resource if kinds else None


def _summaries(entries: Sequence[_Entry], point: _Entry, zone: datetime.timezone) -> Iterator[StructuredItem]:
    """Billing periods of a feed without readings, from its usage summaries: consumption and bill of each period."""
    found = [
        entry.resource for entry in entries if entry.resource.name in ("UsageSummary", "ElectricPowerUsageSummary")
    ]
    for index, node in enumerate(found):
        start, seconds = decimal_of(node.first("billingPeriod/start")), decimal_of(node.first("billingPeriod/duration"))
        used = node.first("overallConsumptionLastPeriod", "currentBillingPeriodOverAllConsumption")
        item = StructuredItem("xml", index)
        _describe(item, point, node)
        if start is not None and seconds is not None and 0 <= start < _LATEST and 0 < seconds < _LONGEST:
            first = datetime.datetime.fromtimestamp(int(start), datetime.UTC).astimezone(zone)
            last = first + datetime.timedelta(seconds=int(seconds) - 1)
            item.put("start_date", first.date().isoformat(), node.first("billingPeriod/start"))
            item.put("end_date", last.date().isoformat(), node.first("billingPeriod/duration"))
        unit, factor = _unit_of(used)
        if unit is not None and used is not None:
            item.put("quantity", _scaled(decimal_of(used.first("value")), factor), used.first("value"))
            item.put("unit", unit, used.first("uom"))
        bill = node.first("billLastPeriod")
        item.put("total_amount", _scaled(decimal_of(bill), _COST_UNIT), bill)
        yield item


def _unit_of(holder: Node | None) -> tuple[str | None, Decimal]:
    """The published unit of an element's `uom`, and what its values are multiplied by to be in it."""
    code = holder.value("uom") if holder is not None else None
    unit, factor = _UNITS.get(code or "", (None, Decimal(1)))
    power = decimal_of(holder.first("powerOfTenMultiplier")) if holder is not None else None
    return unit, factor.scaleb(int(power)) if power is not None and abs(power) <= _GREATEST_POWER else factor


def _entries(root: Node) -> Iterator[_Entry]:
    for entry in root.walk():
        content = entry.first("content") if entry.name == "entry" else None
        if content is None:
            continue
        links = [(link.attributes.get("rel", ""), link.attributes.get("href", "")) for link in entry.all("link")]
        address = next((href for rel, href in links if rel == "self"), "")
        related = [href for rel, href in links if rel == "related"]
        for resource in content.children:
            yield _Entry(resource, entry.first("title"), address.rstrip("/"), [href.rstrip("/") for href in related])


def _owner(reading: _Entry, points: Sequence[_Entry]) -> _Entry | None:
    """The usage point that names a reading, or whose address the reading's begins with; else the only one."""
    for point in points:
        if any(_within(reading.address, href) for href in point.related):
            return point
    for point in points:
        if point.address and reading.address.startswith(point.address + "/"):
            return point
    return points[0] if points else None


def _within(address: str, parent: str) -> bool:
    return bool(parent) and (address == parent or address.startswith(parent + "/"))


def _related(reading: _Entry, entries: Sequence[_Entry], name: str) -> list[_Entry]:
    """The resources of a kind that belong to a reading; all of the kind when none is linked."""
    all_of_kind = [entry for entry in entries if entry.resource.name == name]
    owned = [
        entry
        for entry in all_of_kind
        if any(_within(entry.address, href) for href in reading.related) or _within(entry.address, reading.address)
    ]
    return owned or all_of_kind


def _zone(entries: Sequence[_Entry]) -> datetime.timezone:
    """The offset of local standard time, by which days are told; UTC when the feed has none."""
    for entry in entries:
        offset = decimal_of(entry.resource.first("tzOffset")) if entry.resource.name == "LocalTimeParameters" else None
        if offset is not None and abs(offset) < 86_400:
            return datetime.timezone(datetime.timedelta(seconds=int(offset)))
    return datetime.UTC


def _items(
    reading: _Entry, point: _Entry | None, entries: Sequence[_Entry], zone: datetime.timezone, first: int
) -> Iterator[StructuredItem]:
    kind = _kind_of(reading, entries)
    intervals = [
        interval
        for block in _related(reading, entries, "IntervalBlock")
        for node in block.resource.all("IntervalReading")
        if (interval := _interval(node)) is not None
    ]
    if not intervals:
        return
    billed = all(interval.seconds >= _BILLING_SECONDS for interval in intervals)
    for number, group in enumerate([[interval] for interval in intervals] if billed else [intervals]):
        item = StructuredItem("xml", first + number)
        _describe(item, point, kind)
        _measure(item, group, kind, zone, alone=billed)
        yield item


def _interval(node: Node) -> _Interval | None:
    start, seconds = decimal_of(node.first("timePeriod/start")), decimal_of(node.first("timePeriod/duration"))
    if start is None or seconds is None or not 0 <= seconds < _LONGEST or not 0 <= start < _LATEST:
        return None
    moment = datetime.datetime.fromtimestamp(int(start), datetime.UTC)
    return _Interval(moment, int(seconds), decimal_of(node.first("value")), decimal_of(node.first("cost")), node)


def _describe(item: StructuredItem, point: _Entry | None, kind: Node | None) -> None:
    if point is not None:
        item.text("supply_address", point.title)
    currency = kind.first("currency") if kind is not None else None
    item.put("currency", _CURRENCIES.get(currency.text) if currency is not None else None, currency)


def _measure(
    item: StructuredItem, intervals: list[_Interval], kind: Node | None, zone: datetime.timezone, *, alone: bool
) -> None:
    unit, factor = _unit_of(kind)
    intervals.sort(key=lambda interval: interval.start)
    start, end = intervals[0], max(intervals, key=lambda interval: interval.end)
    item.put("start_date", start.start.astimezone(zone).date().isoformat(), start.node.first("timePeriod/start"))
    last = end.end.astimezone(zone) - datetime.timedelta(seconds=1 if end.seconds else 0)
    item.put("end_date", last.date().isoformat(), end.node.first("timePeriod/duration"))
    if unit is None:
        # The cost is told in the currency's own parts, the quantity in parts of a unit that nobody named.
        item.notes.append("the unit of measure of the readings is not told, or not known")
    item.put("unit", unit, kind.first("uom") if kind is not None else None)
    if alone:
        item.put("quantity", _scaled(start.quantity, factor) if unit else None, start.node.first("value"))
        item.put("total_amount", _scaled(start.cost, _COST_UNIT), start.node.first("cost"))
        return
    rows = [_row(interval, factor if unit else None) for interval in intervals]
    if len(rows) <= MAX_ROWS:
        item.rows("intervals", rows)
    else:
        item.notes.append(f"{len(rows)} intervals: only their sum was kept")
    for field_name, cell in (("quantity", "quantity"), ("total_amount", "amount")):
        values = [row.values[cell] for row in rows if cell in row.values]
        if values:
            item.derive(field_name, sum(values, Decimal(0)), ("intervals",))


def _row(interval: _Interval, factor: Decimal | None) -> RowBuilder:
    row = RowBuilder()
    row.put("start", interval.start.isoformat(), interval.node.first("timePeriod/start"))
    row.put("end", interval.end.isoformat(), interval.node.first("timePeriod/duration"))
    if factor is not None:
        row.put("quantity", _scaled(interval.quantity, factor), interval.node.first("value"))
    row.put("amount", _scaled(interval.cost, _COST_UNIT), interval.node.first("cost"))
    return row


def _scaled(value: Decimal | None, factor: Decimal) -> Decimal | None:
    """The value in whole units, without the zeros that scaling leaves behind."""
    if value is None:
        return None
    scaled = (value * factor).normalize()
    return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral_value() else scaled
