"""From a value to the places where the pages print it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from service.domain.item_fields import Field, Kind
from service.domain.units import find_unit
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Found, numbers_in
from service.processing.reader.layout import Line, fold
from service.processing.reader.values import find_dates

_MIN_TEXT = 2
_WORD = re.compile(r"\S+")


def places_of(content: Content, field: Field, value: Any) -> list[Spot]:
    """Where a value in its normal form (see `validate_items`) is printed, in reading order; empty when it nowhere is.

    A number or date counts as printed where the text could mean it, by the document's convention or despite it.
    """
    return [spot for line in content.lines for spot in _on(content, line, field, value)]


def readings_on(content: Content, line: Line, field: Field) -> list[Found]:
    """What characters of a line could be values of a number's or date's field, from left to right."""
    if field.kind in (Kind.DECIMAL, Kind.INTEGER):
        return list(numbers_in(content, line, 0, len(line.text)))
    if field.kind is Kind.DATE:
        return [
            (date.value, date.start, date.end, (date.alternative,) if date.alternative else ())
            for date in find_dates(line.text, content.convention)
        ]
    return []


def _on(content: Content, line: Line, field: Field, value: Any) -> Iterator[Spot]:
    match field.kind:
        case Kind.DECIMAL | Kind.INTEGER | Kind.DATE:
            for found, start, end, others in readings_on(content, line, field):
                if found == value or any(_equals(field, other, value) for other in others):
                    yield Spot(line, start, end)
        case Kind.CHOICE if field.name == "unit":
            for match in _WORD.finditer(line.text):
                unit = find_unit(match.group().strip("()[]:;,."))
                if unit is not None and unit.name == value:
                    yield Spot(line, match.start(), match.end())
        case Kind.TEXT if field.name == "currency":
            if content.currency is not None and content.currency[0] == value and content.currency[1] is not None:
                spot = content.currency[1]
                if spot.line is line:
                    yield spot
        case Kind.TEXT:
            yield from _texts(line, str(value))


def _equals(field: Field, other: str, value: Any) -> bool:
    return bool(Decimal(other) == value) if field.kind is not Kind.DATE else other == value


def _texts(line: Line, value: str) -> Iterator[Spot]:
    """The places of a text in a line, spaces, punctuation, accents and letter case apart."""
    wanted = "".join(filter(str.isalnum, fold(value)))
    if len(wanted) < _MIN_TEXT:
        return
    kept = [position for position, char in enumerate(line.folded) if char.isalnum()]
    letters = "".join(line.folded[position] for position in kept)
    for match in re.finditer(re.escape(wanted), letters):
        start, end = kept[match.start()], kept[match.end() - 1] + 1
        begins = start == 0 or not line.folded[start - 1].isalnum()
        ends = end == len(line.folded) or not line.folded[end].isalnum()
        if begins and ends:
            yield Spot(line, start, end)
