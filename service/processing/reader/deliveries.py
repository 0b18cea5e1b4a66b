"""Items of fuel deliveries and of refrigerant recharges: invoices, delivery notes, reports of interventions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from service.domain.category import Category
from service.processing.reader.commercial import ReadCommon
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import (
    Candidate,
    best,
    candidates,
    find_amount,
    find_identifier,
    find_phrase,
    numbers_in,
)
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.labels import GENERAL, GENERAL_FILES, vocabulary
from service.processing.reader.layout import fold
from service.processing.reader.period import find_day, find_period
from service.processing.reader.products import find_product, find_refrigerant
from service.processing.reader.quantity import find_quantity
from service.processing.reader.receipts import take_fill

#: Labels of delivery notes and of reports on refrigerants: their own words first, then those of all documents.
_WORDS = vocabulary("deliveries", GENERAL.leading, *GENERAL_FILES)
#: Papers that are written on the day that they tell of.
_WRITTEN_ON_THE_DAY = re.compile(
    r"\b(?:albaran|delivery (?:note|ticket|docket)|parte de (?:trabajo|intervencion|asistencia)|bon de livraison"
    r"|lieferschein|guia de (?:remessa|transporte)|leveringsbon|pakbon|albara|documento di trasporto|d\.?d\.?t\.?"
    r"|service (?:record|report)|job sheet|fiche d.intervention|rapporto di intervento|arbeitsbericht|servicebericht)\b"
)
_TITLE_LINES = 15
_CENT = Decimal("0.011")
_SIZES = (Decimal(1), Decimal(100), Decimal(1000))


@dataclass(frozen=True)
class PricedLine:
    """Quantity and price, in the currency, of a line that proves them by its amount."""

    quantity: Candidate
    price: Candidate


class DeliveryContent(Content):
    """Pages of a delivery, with the words of delivery notes and reports."""

    vocabulary = _WORDS


def delivery_item(content: Content, category: Category, common: ReadCommon) -> ItemBuilder:
    """What was delivered or recharged, how much, when and into what."""
    told = DeliveryContent(content.pages)
    builder = common(told, category)
    _take_days(builder, told)
    product = find_product(told) if category is Category.FUEL_DELIVERY else find_refrigerant(told)
    priced = list(_priced_lines(told, str(product.value))) if product is not None else []
    _take_quantity(builder, told, category, priced)
    builder.take(product)
    if priced and priced[0].quantity.value == builder.values.get("quantity"):
        builder.take(priced[0].price)
    builder.take(best(list(candidates(told, ("unit_price",), find_amount))))
    plates = [entry for entry in candidates(told, ("vehicle_plate",), find_identifier) if 5 <= len(entry.value) <= 10]
    builder.take(best(plates))
    builder.take(best(list(candidates(told, ("equipment",), find_phrase))))
    addresses = [entry for entry in candidates(told, ("supply_address",), find_phrase) if len(entry.value) > 8]
    builder.take(best(addresses))
    return builder


def _priced_lines(content: Content, product: str) -> Iterator[PricedLine]:
    """The lines of a product on which a quantity times a price gives an amount; prices may be those of 100 or 1000."""
    for line in content.lines:
        if fold(product) not in line.folded:
            continue
        numbers = list(numbers_in(content, line, 0, len(line.text)))
        for one, other, amount in combinations(numbers, 3):
            size = next((size for size in _SIZES if _makes(one[0], other[0] / size, amount[0])), None)
            if size is not None:
                quantity = Candidate("quantity", one[0], Spot(line, one[1], one[2]), 0.9, one[3])
                price = Candidate("unit_price", other[0] / size, Spot(line, other[1], other[2]), 0.9, other[3])
                yield PricedLine(quantity, price)
                break


def _sum(content: Content, priced: Sequence[PricedLine]) -> Iterator[Candidate]:
    """The printed sum of the quantities of several lines."""
    total = sum((line.quantity.value for line in priced), Decimal(0))
    for line in content.lines if len(priced) > 1 else ():
        for value, start, end, others in numbers_in(content, line, 0, len(line.text)):
            if value == total:
                yield Candidate("quantity", value, Spot(line, start, end), 0.9, others)


def _makes(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    """Whether a price makes an amount of a quantity, to the cent; a product with one proves nothing."""
    return 1 not in (quantity, price) and amount > 1 and abs(quantity * price - amount) <= _CENT


def _take_quantity(builder: ItemBuilder, content: Content, category: Category, priced: Sequence[PricedLine]) -> None:
    quantity = find_quantity(content, category, priced=[*(line.quantity for line in priced), *_sum(content, priced)])
    if category is Category.FUEL_DELIVERY and not (quantity is not None and quantity.is_sum):
        take_fill(builder, content)
    if quantity is not None and quantity.score > 0.25:
        builder.take(quantity.number)
        if quantity.unit_spot is not None:
            builder.set("unit", quantity.unit.name, quantity.unit_spot, min(quantity.score, 0.95))
        else:
            builder.derive("unit", quantity.unit.name, ("quantity",), 0.6)


def _take_days(builder: ItemBuilder, content: Content) -> None:
    """The day of the delivery and the period: the one that is printed, else that day alone."""
    day = find_day(content, "delivery_date")
    builder.take(day)
    issued = builder.values.get("issue_date")
    if day is None and isinstance(issued, str) and _is_written_on_the_day(content):
        builder.derive("delivery_date", issued, ("issue_date",), 0.7)
    period = find_period(content)
    if period is not None and period.score >= 0.5:
        builder.take(period.start)
        builder.take(period.end)
    source = "delivery_date" if "delivery_date" in builder.values else "issue_date"
    date = builder.values.get(source)
    if isinstance(date, str):
        builder.derive("start_date", date, (source,), 0.7)
        builder.derive("end_date", date, (source,), 0.7)


def _is_written_on_the_day(content: Content) -> bool:
    return any(_WRITTEN_ON_THE_DAY.search(line.folded) for line in content.lines[:_TITLE_LINES])
