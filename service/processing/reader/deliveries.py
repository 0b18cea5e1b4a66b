"""Items of fuel deliveries and of refrigerant recharges: invoices, delivery notes, reports of interventions."""

import re

from service.domain.category import Category
from service.processing.reader.commercial import ReadCommon
from service.processing.reader.content import Content
from service.processing.reader.find import best, candidates, find_amount, find_identifier, find_phrase
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.labels import GENERAL, vocabulary
from service.processing.reader.period import find_day, find_period
from service.processing.reader.products import find_product, find_refrigerant
from service.processing.reader.quantity import find_quantity
from service.processing.reader.receipts import take_fill

#: Labels of delivery notes and of reports on refrigerants: their own words first, then those of all documents.
_WORDS = vocabulary("deliveries", GENERAL.leading, "labels", "labels_northern_eastern")
#: Papers that are written on the day that they tell of.
_WRITTEN_ON_THE_DAY = re.compile(
    r"\b(?:albaran|delivery (?:note|ticket|docket)|parte de (?:trabajo|intervencion|asistencia)|bon de livraison"
    r"|lieferschein|guia de (?:remessa|transporte)|leveringsbon|pakbon|albara|documento di trasporto|d\.?d\.?t\.?"
    r"|service (?:record|report)|job sheet|fiche d.intervention|rapporto di intervento|arbeitsbericht|servicebericht)\b"
)
_TITLE_LINES = 15


class DeliveryContent(Content):
    """Pages of a delivery, with the words of delivery notes and reports."""

    vocabulary = _WORDS


def delivery_item(content: Content, category: Category, common: ReadCommon) -> ItemBuilder:
    """What was delivered or recharged, how much, when and into what."""
    told = DeliveryContent(content.pages)
    builder = common(told, category)
    _take_days(builder, told)
    _take_quantity(builder, told, category)
    builder.take(find_product(told) if category is Category.FUEL_DELIVERY else find_refrigerant(told))
    builder.take(best(list(candidates(told, ("unit_price",), find_amount))))
    plates = [entry for entry in candidates(told, ("vehicle_plate",), find_identifier) if 5 <= len(entry.value) <= 10]
    builder.take(best(plates))
    builder.take(best(list(candidates(told, ("equipment",), find_phrase))))
    addresses = [entry for entry in candidates(told, ("supply_address",), find_phrase) if len(entry.value) > 8]
    builder.take(best(addresses))
    return builder


def _take_quantity(builder: ItemBuilder, content: Content, category: Category) -> None:
    quantity = find_quantity(content, category)
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
