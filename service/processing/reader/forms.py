"""Forms: pages divided into boxes with headings, where a label's value stands in the box of the label.

A heading is a numbered line, or one that only names a role such as `Transporteur`. The boxes are what lies between the
headings: a row of headings divides the page from there down to the next row, and two headings of one row are parted
where the fewest words stand across. So neither a printed label nor the value of a neighbour's box is read for a value.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from service.domain.evidence import Box
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, Finder, candidates
from service.processing.reader.labels import Label, Vocabulary, vocabulary
from service.processing.reader.layout import CELL_GAP, Cell, Line
from service.processing.reader.marks import is_marked
from service.processing.reader.model import Page, TextSource, Word
from service.processing.reader.values import learn_convention
from service.processing.reader.vocabulary import any_of

ROLES = ("producer", "carrier", "destination")
#: Parties that are none of these, and statements that people sign: boxes whose names are nobody's here.
OTHER_ROLE = "-role"
_HEADINGS = (*ROLES, OTHER_ROLE, "-section")
WASTE_WORDS = vocabulary(
    "wastes",
    frozenset(("name", "-person", "description", "low_code", "rd_code", "issued", "quantity")),
    "wastes_northern_eastern",
    numbered=True,
)

_NUMBER = r"[a-h]?\d{1,2}(?:[.\-]\d{1,2})*"
#: A number may stand alone; a letter or a Roman number needs its point: alone it may be the mark of an option.
_NUMBERING = (
    rf"(?:\(?{_NUMBER}\s?[).:–-]*\s+|\(?(?:{_NUMBER}|[ivx]{{1,4}}|[a-h])\s?[).:–-]+\s*"
    rf"|{any_of('forms', 'headings', 'numbering')}\s*[a-z0-9.]{{1,3}}\b)"
)
#: In `Vidangeur / transporteur` the second word is the role.
_BEFORE_ROLE = re.compile(
    rf"\W*(?:[1l|] )?{_NUMBERING}?(?:[\W_]*{any_of('forms', 'headings', 'before')}\b)*[\W_]*(?:[a-z]{{4,}} ?/ ?)?"
)
_AFTER_ROLE = re.compile(rf"(?:\([^)]*\)|[\W\d_]|\b{any_of('forms', 'headings', 'after')}\b)*")
_NO_PARTY = re.compile(rf"\b{any_of('forms', 'headings', 'against')}\b")
_NUMBERED = re.compile(
    r"\W*(?:\(\d{1,2}\)|\d{1,2}(?:\.\d)?\s?[.)](?!\d)|[A-H]\d?[.)](?=\s)"
    rf"|(?i:{any_of('forms', 'headings', 'numbering')})\s+[A-H\d]\b)\W*[A-ZÀ-Þ][^\W\d_]{{2}}"
)
_IDENTIFIER = re.compile(r"\S*[^\W\d_][/_-]?\d\S*")
_ONLY_NUMBER = re.compile(r"\W*(?:[a-h]?\d{1,2}|[a-h])\s?[).:–-]+\W*")
_MOST_HEADING_WORDS = 14
_CENTRED = 0.08


@dataclass(frozen=True)
class Heading:
    """Where a box begins: its role (one of `ROLES`, or one that is known so that it is no other's, or none).

    `asks` when its value is to stand behind it, as in `Carrier: ACME Ltd`; `also` is a second role, as in
    `Plant / carrier`.
    """

    role: str
    weight: float
    line: Line
    start: int
    end: int
    numbered: bool = True
    asks: bool = False
    also: str = ""

    @property
    def box(self) -> Box:
        """The box of the cell that the heading begins in, with its number when that stands apart."""
        cell = self.line.cell_at(self.start)
        place = self.line.cells.index(cell)
        before = self.line.cells[place - 1] if place else None
        if before is not None and _ONLY_NUMBER.fullmatch(self.line.folded[before.start : before.end]):
            return before.box.union(cell.box)
        return cell.box


class FormContent(Content):
    """Pages read with the words of waste documents."""

    vocabulary: Vocabulary = WASTE_WORDS

    def part(self, pages: Sequence[Page]) -> "FormContent":
        """Some of the words; conventions are those of the whole, since a box is too small to show any."""
        part = FormContent(pages)
        part.__dict__.update(language=self.language, currency=self.currency, convention=self.convention)
        return part


@dataclass(frozen=True)
class Section:
    """A box of a form: what stands in it, its heading's line included; the head of a page has no heading."""

    heading: Heading | None
    content: FormContent

    @property
    def role(self) -> str:
        """Whose or what box it is; empty when the heading doesn't tell."""
        return self.heading.role if self.heading else ""

    @cached_property
    def title(self) -> str:
        """The folded text of the heading's cell, from the heading on."""
        if self.heading is None:
            return ""
        line = self.heading.line
        return line.folded[self.heading.start : line.cell_at(self.heading.start).end]


class Form:
    """A document as its boxes."""

    def __init__(self, content: Content) -> None:
        self.content = FormContent(content.pages)
        # Registration numbers such as `E-1234.56` say nothing of how numbers are written.
        plain = learn_convention([_IDENTIFIER.sub(" ", content.text)], content.language, None)
        convention = replace(content.convention, decimal_mark=plain.decimal_mark)
        self.content.__dict__.update(
            language=content.language, currency=content.currency, convention=convention, lines=content.lines
        )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The boxes in reading order."""
        return tuple(section for page in self.content.pages for section in _sections(self.content, page))

    def settle_day_order(self) -> None:
        """Take days before months where the document itself leaves their order open; before any box is read."""
        if self.content.convention.day_first is None:
            self.content.__dict__["convention"] = replace(self.content.convention, day_first=True)

    def candidates(self, fields: tuple[str, ...], finder: Finder) -> Iterator[Candidate]:
        """Every value beside or under a label of one of these fields, in the label's own box."""
        for section in self.sections:
            yield from candidates(section.content, fields, finder)

    def with_role(self, role: str) -> list[Section]:
        """The boxes of a role in reading order."""
        return [box for box in self.sections if box.heading and role in (box.heading.role, box.heading.also)]


def headings_on(content: FormContent, page: int) -> list[Heading]:
    """The headings of a page in reading order."""
    found = []
    for line in content.lines:
        if line.page != page or is_table_header(content, line):
            continue
        labels = content.labels_of(line)
        for cell in line.cells:
            inside = [label for label in labels if cell.start <= label.start < cell.end]
            heading = _role_heading(line, cell, inside) or _numbered_heading(line, cell)
            if heading is not None:
                found.append(heading)
    if sum(heading.numbered and heading.role in ROLES for heading in found) >= 2:
        # Where the boxes are numbered, a role without a number is an option to tick in one of them.
        found = [heading for heading in found if heading.numbered or heading.asks or heading.role not in ROLES]
    return found


def is_table_header(content: Content, line: Line) -> bool:
    """Whether a line names columns: several cells of different labels, of waste codes or quantities among them."""
    if ":" in line.text or len(line.cells) < 3:
        return False
    fields = {label.field for label in content.labels_of(line) if _fills_cell(line, label)}
    measured = bool(fields & {"quantity", "quantity_received"})
    return (measured and "low_code" in fields) or (len(fields) >= 3 and (measured or "low_code" in fields))


def _fills_cell(line: Line, label: Label) -> bool:
    cell = line.cell_at(label.start)
    words = len(line.text[cell.start : cell.end].split())
    return label.end - label.start >= 0.5 * (cell.end - cell.start) or (label.start == cell.start and words <= 3)


def _role_heading(line: Line, cell: Cell, labels: Sequence[Label]) -> Heading | None:
    """The heading that a cell is when it names a role, and nothing that makes it a sentence or another value."""
    roles = [label for label in labels if label.field in _HEADINGS]
    if not roles:
        return None
    label = roles[0]
    # `Transferee (carrier)` says in brackets what it is.
    told_better = [other for other in roles if other.weight > label.weight and line.text[other.start - 1] == "("]
    before = line.folded[cell.start : label.start]
    numbered = re.match(rf"\W*(?:[1l|] )?{_NUMBERING}", before) is not None
    told, colon, _ = line.folded[label.end : cell.end].partition(":")
    for other in labels:
        if other in (*roles, *told_better) and other.start >= label.end:
            told = told.replace(line.folded[other.start : other.end], " ")
    asked = numbered and bool(colon) and len(before.split()) < _MOST_HEADING_WORDS and not _NO_PARTY.search(before)
    if is_marked(before) or not (_BEFORE_ROLE.fullmatch(before) or asked):
        return None
    if "/" in before and _NO_PARTY.search(before):
        return None
    plain = _AFTER_ROLE.fullmatch(told) is not None
    if label.field == "-section" and not plain:
        return None
    short = len(told.split()) < _MOST_HEADING_WORDS and numbered
    if not (plain or short or (colon and len(told.split()) <= 5)):
        return None
    meant = told_better[0] if told_better else label
    joined = [other.field for other in roles[1:] if re.fullmatch(r"\s?/\s?", line.text[label.end : other.start])]
    return Heading(meant.field, meant.weight, line, label.start, label.end, numbered, bool(colon), *joined[:1])


def _numbered_heading(line: Line, cell: Cell) -> Heading | None:
    match = _NUMBERED.match(line.text, cell.start)
    if match is None or len(line.text[cell.start : cell.end].split()) > _MOST_HEADING_WORDS + 6:
        return None
    return Heading("", 0.5, line, cell.start, match.end())


@dataclass
class _Open:
    """A box that is being filled: its heading, its stretch across the page, its words."""

    heading: Heading | None
    x0: float
    x1: float
    words: list[Word] = field(default_factory=list)


def _sections(content: FormContent, page: Page) -> list[Section]:
    """The boxes of one page, the head of the page first."""
    if page.source is TextSource.TABLE:
        return []
    rows = _rows(headings_on(content, page.number))
    words = sorted(page.words, key=_middle)
    boxes = [_Open(None, 0.0, page.width)]
    current = list(boxes)
    tops = [_top(row) for row in rows] + [float("inf")]
    _fill(current, [word for word in words if _middle(word) < tops[0]])
    for row, top, bottom in zip(rows, tops, tops[1:], strict=False):
        inside = [word for word in words if top <= _middle(word) < bottom]
        current = _divide(row, current, inside, page)
        boxes += [box for box in current if not any(box is other for other in boxes)]
        _fill(current, inside)
    return [
        Section(box.heading, content.part([replace(page, words=tuple(box.words), rows=())]))
        for box in boxes
        if box.words
    ]


def _rows(headings: list[Heading]) -> list[list[Heading]]:
    """Headings by rows: those on one height, whichever line they were put on."""
    rows: list[list[Heading]] = []
    for heading in sorted(headings, key=lambda heading: heading.box.y0):
        if rows and heading.box.y0 - rows[-1][0].box.y0 < 0.8 * (heading.box.y1 - heading.box.y0):
            rows[-1].append(heading)
        else:
            rows.append([heading])
    return [sorted(row, key=lambda heading: heading.box.x0) for row in rows]


def _top(row: list[Heading]) -> float:
    return min(heading.box.y0 for heading in row)


def _middle(word: Word) -> float:
    return (word.box.y0 + word.box.y1) / 2


def _divide(row: list[Heading], before: list[_Open], words: list[Word], page: Page) -> list[_Open]:
    """The boxes under a row of headings; left of a heading that stands far right, what was there goes on."""
    bounds = [0.0]
    boxes: list[_Open] = []
    first = row[0].box
    centred = abs((first.x0 + first.x1) / 2 - page.width / 2) < _CENTRED * page.width
    left = before[0]
    if first.x0 > 0.4 * page.width and not centred and left.x0 < first.x0 and left.heading is not None:
        bounds.append(_river(words, min(left.x0 + 1, first.x0), first.x0))
        boxes.append(left)
    for heading, following in pairwise(row):
        bounds.append(_river(words, heading.box.x1, following.box.x0))
    bounds.append(page.width)
    if boxes:
        left.x1 = bounds[1]
    fresh = pairwise(bounds[len(boxes) :])
    boxes += [_Open(heading, x0, x1) for heading, (x0, x1) in zip(row, fresh, strict=True)]
    return boxes


def _river(words: list[Word], start: float, end: float) -> float:
    """Where between two places the fewest words stand across; the last of equals, since most boxes are flush left."""
    if end <= start:
        return end
    # Words that begin before a place, less those that end before it, stand across it.
    begins, ends = sorted(word.box.x0 for word in words), sorted(word.box.x1 for word in words)
    places = [end - 0.5, *(x0 - 0.5 for x0 in reversed(begins) if start < x0 <= end)]
    return min(places, key=lambda x: bisect_left(begins, x) - bisect_right(ends, x))


def _fill(boxes: list[_Open], words: list[Word]) -> None:
    for word in words:
        middle = (word.box.x0 + word.box.x1) / 2
        home = next((box for box in boxes if box.x0 <= middle < box.x1), boxes[-1])
        home.words.append(word)


def spot_after(line: Line, label: Label) -> Spot | None:
    """What follows a label in its cell: behind the colon when the label goes on, nothing when it is prose."""
    cell = line.cell_at(label.start)
    rest = line.text[label.end : cell.end]
    bracket = re.match(r"\s*\([^)]*\)", rest)
    offset = bracket.end() if bracket else 0
    told, colon, _ = rest[offset:].partition(":")
    if colon and len(told.split()) <= 6 and not re.search(r"\d", told):
        offset += len(told) + 1
    elif rest[offset:].strip() and not re.match(r"[\W_]*[A-ZÀ-Þ0-9\"«]", rest[offset:]):
        return None
    return trimmed(line, label.end + offset, cell.end)


def trimmed(line: Line, start: int, end: int) -> Spot | None:
    """The piece without blanks and separators at its ends; None when nothing is left."""
    text = line.text
    while start < end and (text[start] in " :-–|#*.;,_" or text[start] == CELL_GAP):
        start += 1
    while end > start and (text[end - 1] in " :-–|*;,_" or text[end - 1] == CELL_GAP):
        end -= 1
    return Spot(line, start, end) if end > start else None
