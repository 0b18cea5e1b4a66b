"""Where something is supplied: the address that is labelled so, and what an address repeated on the bill tells."""

import re
from collections.abc import Iterator

from service.domain.evidence import Evidence
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_phrase
from service.processing.reader.layout import Cell, Line, fold
from service.processing.reader.party_names import is_name, is_street
from service.processing.reader.values import DATE

_SHORTEST = 9
#: What an address has and a code has not.
_WORD = re.compile(r"[^\W\d_]{3}")
#: Lines of one address begin no further apart than this, in points.
_SAME_EDGE = 8.0
#: What a place that stands elsewhere tells is likely, not told.
_INFERRED = 0.45


def find_supply_address(content: Content) -> Candidate | None:
    """The likeliest address beside or under a label of the place that is supplied."""
    return best(list(_labelled(content)))


def _labelled(content: Content) -> Iterator[Candidate]:
    for entry in candidates(content, ("supply_address",), find_phrase):
        spot = _without_date(entry.spot)
        if len(spot.text) >= _SHORTEST and _WORD.search(spot.text):
            yield Candidate(entry.field, spot.text, spot, entry.score)


def _without_date(spot: Spot) -> Spot:
    """A phrase up to the date that ends it, as the next column of a table without gaps does."""
    date = DATE.search(fold(spot.line.text), spot.start, spot.end)
    return Spot(spot.line, spot.start, date.start()) if date is not None else spot


def find_address_under(content: Content, name: Evidence) -> Candidate | None:
    """The street under the customer's name: where no other address is printed, what is supplied is there."""
    if name.box is None:
        return None
    for line in content.lines:
        if line.page == name.page and line.box.y1 >= name.box.y1 - 1 and str(name.raw_text) in line.text:
            return _street_below(content, line, name.box.x0)
    return None


def _street_below(content: Content, line: Line, edge: float) -> Candidate | None:
    for other in content.below(line, 2):
        cell = _cell_at(other, edge)
        text = other.text[cell.start : cell.end] if cell is not None else ""
        if cell is not None and re.search(r"\d", text) and _WORD.search(text):
            spot = Spot(other, cell.start, cell.end)
            is_labelled = any(cell.start <= label.start < cell.end for label in content.labels_of(other))
            return None if is_labelled else Candidate("supply_address", spot.text, spot, _INFERRED)
    return None


def find_holder_at(content: Content, address: Candidate) -> Candidate | None:
    """The name over the supplied address where that stands once more, as it does in the window of an envelope."""
    wanted = _letters(str(address.value))
    for line in content.lines:
        for cell in line.cells if line != address.spot.line else ():
            street = line.text[cell.start : cell.end]
            if len(street) < _SHORTEST or not re.search(r"\d", street) or not wanted.startswith(_letters(street)):
                continue
            name = _name_over(content, line, cell)
            if name is not None:
                return name
    return None


def _name_over(content: Content, line: Line, cell: Cell) -> Candidate | None:
    over = next(iter(content.above(line, 1)), None)
    above = _cell_at(over, cell.box.x0) if over is not None else None
    if over is None or above is None:
        return None
    spot = Spot(over, above.start, above.end)
    is_labelled = any(above.start <= label.start < above.end for label in content.labels_of(over))
    if is_labelled or not is_name(spot.text) or is_street(spot.text) or re.search(r"\d", spot.text):
        return None
    return Candidate("customer_name", spot.text, spot, _INFERRED)


def _cell_at(line: Line, edge: float) -> Cell | None:
    """The cell of a line that begins at an edge."""
    return next((cell for cell in line.cells if abs(cell.box.x0 - edge) < _SAME_EDGE), None)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
