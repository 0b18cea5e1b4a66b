"""Where a value stands on a page, told so that the next page of the same layout can be read by it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from service.domain.item_fields import Field, Kind
from service.processing.reader.content import Content, Spot
from service.processing.reader.layout import CELL_GAP, Cell, Line
from service.processing.reader.locate import readings_on

_LABEL_WORDS = 5
_LINES_ABOVE = 20
_SLACK_ACROSS = 0.03
_SLACK_DOWN = 0.012
_WORD = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that is told by what is around it.

    `how` is `after` (the words of `label`, in the same line), `under` (a cell of these words, `nth` lines below at
    most) or `place` (`box` in parts of the page's width and height, on `page`). `nth` counts values after a label from
    0. `words` is how many words a text has, 0 when it goes to the end of its cell; `other` chooses the second meaning
    of an ambiguous number or date.
    """

    how: str
    label: tuple[str, ...] = ()
    nth: int = 0
    words: int = 0
    other: bool = False
    page: int = 1
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {**asdict(self), "label": list(self.label), "box": list(self.box)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        numbers = {"nth": int(data["nth"]), "words": int(data["words"]), "page": int(data["page"])}
        x0, y0, x1, y1 = map(float, data["box"])
        return cls(data["how"], tuple(data["label"]), other=bool(data["other"]), box=(x0, y0, x1, y1), **numbers)


def anchors_of(content: Content, schema: Field, value: Any, spot: Spot) -> Iterator[Anchor]:
    """The ways to tell where a value stands; not each leads back to it."""
    line, words = spot.line, _extent(spot)
    other = any(found[1] == spot.start and found[0] != value for found in readings_on(content, line, schema))
    label = _label_before(line, spot.start)
    if label:
        after = _after(line, label)
        between = [f for f in readings_on(content, line, schema) if after is not None and after <= f[1] < spot.start]
        yield Anchor("after", label, nth=len(between), words=words, other=other)
    for down, above in enumerate(content.above(line, _LINES_ABOVE), start=1):
        heading = _over(above, spot)
        if heading:
            yield Anchor("under", heading, nth=down, words=words, other=other)
            break
    width, height = content.page_size(line.page)
    box = line.box_between(spot.start, spot.end)
    place = (box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height)
    yield Anchor("place", words=words, other=other, page=line.page, box=place)


def value_at(content: Content, schema: Field, anchor: Anchor) -> tuple[Any, Spot] | None:
    """The first value that stands where an anchor says, and its place."""
    return next(values_at(content, schema, anchor), None)


def values_at(content: Content, schema: Field, anchor: Anchor) -> Iterator[tuple[Any, Spot]]:
    """Every value that stands where an anchor says, in reading order, with its place."""
    for line, start, end in _stretches(content, anchor):
        if schema.kind in (Kind.DECIMAL, Kind.INTEGER, Kind.DATE):
            found = [entry for entry in readings_on(content, line, schema) if start <= entry[1] and entry[2] <= end]
            nth = anchor.nth if anchor.how == "after" else 0
            if nth < len(found):
                value, first, last, others = found[nth]
                yield _meant(schema, value, others, anchor), Spot(line, first, last)
        else:
            text = _text(line, start, end, anchor.words)
            if text is not None:
                yield text.text, text


def _stretches(content: Content, anchor: Anchor) -> Iterator[tuple[Line, int, int]]:
    """The characters of lines that an anchor points to."""
    match anchor.how:
        case "after":
            for line in content.lines:
                after = _after(line, anchor.label)
                if after is not None:
                    yield line, after, len(line.text)
        case "under":
            for line in content.lines:
                for cell in line.cells:
                    if _words_of(line, cell.start, cell.end) == anchor.label:
                        yield from _below(content, line, cell, anchor.nth + 1)
        case "place":
            width, height = content.page_size(anchor.page)
            for line in content.lines:
                if line.page == anchor.page:
                    yield from _within(line, anchor, width, height)


def _below(content: Content, line: Line, heading: Cell, count: int) -> Iterator[tuple[Line, int, int]]:
    for other in content.below(line, count):
        for cell in other.cells:
            if min(cell.box.x1, heading.box.x1) > max(cell.box.x0, heading.box.x0):
                yield other, cell.start, cell.end


def _within(line: Line, anchor: Anchor, width: float, height: float) -> Iterator[tuple[Line, int, int]]:
    """The stretch of a line whose words lie in the anchor's box, give or take a little."""
    x0, y0, x1, y1 = anchor.box
    middle = (line.box.y0 + line.box.y1) / 2 / height
    if not y0 - _SLACK_DOWN <= middle <= y1 + _SLACK_DOWN:
        return
    starts = [
        (start, start + len(word.text))
        for word, start in zip(line.words, line.starts, strict=True)
        if word.box.x0 / width <= x1 + _SLACK_ACROSS and word.box.x1 / width >= x0 - _SLACK_ACROSS
    ]
    if starts:
        yield line, starts[0][0], starts[-1][1]


def _text(line: Line, start: int, end: int, words: int) -> Spot | None:
    """A text from its first letter or digit: so many words, or up to the end of its cell."""
    first = next((place for place in range(start, end) if line.text[place].isalnum()), None)
    if first is None:
        return None
    last = min(end, line.cell_at(first).end)
    if words:
        ends = [match.end() for match in re.finditer(r"\S+", line.text[:last]) if match.end() > first]
        last = ends[min(words, len(ends)) - 1]
    return Spot(line, first, last)


def _meant(schema: Field, value: Any, others: tuple[str, ...], anchor: Anchor) -> Any:
    if not anchor.other or not others:
        return value
    return others[0] if schema.kind is Kind.DATE else type(value)(others[0])


def _extent(spot: Spot) -> int:
    """How many words a text has; 0 when it is all of its cell from where it begins."""
    cell = spot.line.cell_at(spot.start)
    rest = spot.line.text[spot.end : cell.end]
    return len(spot.line.text[spot.start : spot.end].split()) if any(map(str.isalnum, rest)) else 0


def _label_before(line: Line, start: int) -> tuple[str, ...]:
    """The last words before a value, of the nearest cell that has some."""
    for part in reversed(line.folded[:start].split(CELL_GAP)):
        words = _WORD.findall(part)
        if words:
            return tuple(words[-_LABEL_WORDS:])
    return ()


def _after(line: Line, label: tuple[str, ...]) -> int | None:
    """Where the words of a label end in a line."""
    found = list(_WORD.finditer(line.folded))
    for index in range(len(found) - len(label) + 1):
        if tuple(match.group() for match in found[index : index + len(label)]) == label:
            return found[index + len(label) - 1].end()
    return None


def _over(above: Line, spot: Spot) -> tuple[str, ...]:
    """The words of the cell over a value, if it is a heading: words without digits."""
    box = spot.line.box_between(spot.start, spot.end)
    for cell in above.cells:
        if min(cell.box.x1, box.x1) > max(cell.box.x0, box.x0):
            plain = above.text[cell.start : cell.end]
            return () if any(map(str.isdigit, plain)) else _words_of(above, cell.start, cell.end)
    return ()


def _words_of(line: Line, start: int, end: int) -> tuple[str, ...]:
    return tuple(_WORD.findall(line.folded[start:end]))
