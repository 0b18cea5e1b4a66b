"""Supply points: their codes, and the parts of a bill that belong to each of several."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from service.domain.identifiers import compact
from service.processing.reader.content import Content, Spot
from service.processing.reader.labels import GENERAL, GENERAL_FILES, vocabulary
from service.processing.reader.layout import CELL_GAP, Line
from service.processing.reader.model import Page

#: Labels of utility bills: their own words first, then those of all documents.
UTILITY_WORDS = vocabulary("utilities", GENERAL.leading, *GENERAL_FILES)

_CUPS = re.compile(r"(?<![A-Z0-9])ES[ ]?(?:\d[ ]?){16}[A-Z][ ]?[A-Z](?:[ ]?\d[FPRCXYZ])?(?![A-Z0-9])")
#: Codes that say by their form what they are: Italian POD, Portuguese CPE and CUI, German metering locations.
_SELF_EVIDENT = re.compile(
    r"(?<![A-Z0-9])(?:IT\d{3}E\d{8,9}|PT ?(?:\d{4} ?){4}[A-Z]{2}|DE\d{11}[A-Z0-9]{20})(?![A-Z0-9])"
)
#: Groups of digits after a label, the first with up to two letters: `S 03 801 111 22 1234 5678 901`, `GI123456`.
_CODE = re.compile(r"(?:[A-Z]{1,3} ?)?\d[\dA-Z]*(?:[ -](?=\d)[\dA-Z]+)*")
#: A full British supply number: profile, time switch and line loss codes before the 13 digits that name the point.
_FULL_MPAN = re.compile(r"(?:S ?)?(?:\d ?){8}((?:\d ?){12}\d)$")
#: Those codes alone, in the upper row of the box that has the point's number in the lower one.
_PROFILE = re.compile(r"(?:S ?)?\d{2} {1,2}\d{3} {1,2}\d{3}")
_SHORTEST, _LONGEST = 6, 35
_HEADING_LINES = 3
_AMOUNT = re.compile(r"\d[.,]\d{2}(?!\d)")
_TOTALS = ("total_amount", "net_amount", "tax_amount")


@dataclass(frozen=True)
class Section:
    """The pages, or the words of pages, of one supply point; whether amounts are printed for each point."""

    code: str
    pages: tuple[Page, ...]
    has_amounts: bool


def find_codes(content: Content) -> list[tuple[str, Spot]]:
    """The supply points' codes in their order, without spaces; CUPS alone where there are any."""
    return next((found for found in map(list, _ways(content)) if found), [])


def _ways(content: Content) -> Iterator[Iterator[tuple[str, Spot]]]:
    """The ways to find codes, the surest first."""
    yield _by_form(content, _CUPS)
    yield _by_form(content, _SELF_EVIDENT)
    yield _labelled(content)


def _by_form(content: Content, form: re.Pattern[str]) -> Iterator[tuple[str, Spot]]:
    for line in content.lines:
        for match in form.finditer(line.text.upper()):
            yield compact(match.group()), Spot(line, match.start(), match.end())


def _labelled(content: Content) -> Iterator[tuple[str, Spot]]:
    for line, label in content.labelled("supply_point"):
        spot = _code_in(line, label.end, line.cell_at(max(label.end - 1, 0)).end) or _code_in(line, label.end, None)
        for other in content.below(line, 2) if spot is None else ():
            box = line.box_between(label.start, label.end)
            cell = next((cell for cell in other.cells if min(cell.box.x1, box.x1) > max(cell.box.x0, box.x0)), None)
            spot = _code_in(other, cell.start, cell.end) if cell else None
            if spot is not None:
                break
        if spot is not None:
            yield compact(spot.text), spot


def _code_in(line: Line, start: int, stop: int | None) -> Spot | None:
    """The code right after a label: in its cell, else in the next one."""
    if stop is None:
        gap = line.text.find(CELL_GAP, start)
        if gap < 0:
            return None
        start, stop = gap + 1, line.cell_at(gap + 1).end
    match = _CODE.search(line.text, start, stop)
    if match is None or re.search(r"[^\W\d_]{4,}", line.text[start : match.start()]):
        return None
    length = len(compact(match.group()))
    if not _SHORTEST <= length <= _LONGEST or _PROFILE.fullmatch(match.group()):
        return None
    core = _FULL_MPAN.match(line.text[match.start() : match.end()])
    return Spot(line, match.start() + (core.start(1) if core else 0), match.end())


def find_sections(content: Content) -> list[Section]:
    """The parts of a bill of several supply points; none when it has one."""
    codes = find_codes(content)
    if len({code for code, _ in codes}) < 2:
        return []
    return _by_pages(content, codes) or _by_lines(content, codes)


def _by_pages(content: Content, codes: Sequence[tuple[str, Spot]]) -> list[Section]:
    """Pages that carry one code each, and those that follow them; pages before and those with several are shared."""
    groups: dict[str, list[Page]] = {}
    current = ""
    for page in content.pages:
        here = list(dict.fromkeys(code for code, spot in codes if spot.line.page == page.number))
        if len(here) == 1:
            current = here[0]
        groups.setdefault(current, []).append(page)
    named = [(code, pages) for code, pages in groups.items() if code]
    return [Section(code, tuple(pages), True) for code, pages in named] if len(named) > 1 else []


def _by_lines(content: Content, codes: Sequence[tuple[str, Spot]]) -> list[Section]:
    """Blocks, or rows of a table, each from the first line of its code to the next."""
    firsts: dict[str, int] = {}
    for code, spot in codes:
        position = content.lines.index(spot.line)
        firsts.setdefault(code, position)
    starts = [_heading(content, position) for position in firsts.values()]
    if len(set(starts)) < len(starts):
        return []
    header = _table_header(content, starts[0]) if _are_rows(starts) else []
    ends = [*starts[1:], _last(content, starts)]
    blocks = [content.lines[start:end] for start, end in zip(starts, ends, strict=True)]
    shapes = [{shape for line in block if (shape := _total_shape(content, line))} for block in blocks]
    common = set.intersection(*shapes)
    sections = []
    for code, block in zip(firsts, blocks, strict=True):
        kept = [line for line in block if not _total_shape(content, line) or _total_shape(content, line) in common]
        sections.append(Section(code, tuple(_only(content, [*header, *kept])), bool(common)))
    return sections


def _are_rows(starts: Sequence[int]) -> bool:
    return all(after - before <= 2 for before, after in pairwise(starts))


def _heading(content: Content, position: int) -> int:
    """Where the block of a code begins: at a heading right over it, without an amount."""
    start = position
    for back in range(1, _HEADING_LINES + 1):
        if position - back < 0:
            break
        line, below = content.lines[position - back], content.lines[position - back + 1]
        height = line.box.y1 - line.box.y0
        if line.page != below.page or below.box.y0 - line.box.y1 > 1.5 * height or _AMOUNT.search(line.text):
            break
        if len(line.cells) > 3 or not any(char.isdigit() for char in line.text):
            break
        start = position - back
    return start


def _last(content: Content, starts: Sequence[int]) -> int:
    """Where the last block ends: not far beyond the length of the others, at a gap or at the bill's own totals."""
    length = max(after - before for before, after in pairwise(starts))
    return min(len(content.lines), starts[-1] + length)


def _table_header(content: Content, start: int) -> list[Line]:
    """The header of a table whose rows are supply points."""
    found: list[Line] = []
    for line in reversed(content.lines[max(0, start - _HEADING_LINES) : start]):
        if any(char.isdigit() for char in line.text.replace("m3", "")):
            break
        found.insert(0, line)
    return found


def _total_shape(content: Content, line: Line) -> str:
    """The words of a line that tells a total; empty for other lines."""
    if not _AMOUNT.search(line.text) or not any(label.field in _TOTALS for label in content.labels_of(line)):
        return ""
    return " ".join(re.findall(r"[a-z]+", line.folded))


def _only(content: Content, lines: Sequence[Line]) -> Iterator[Page]:
    """The pages with the words of some lines alone."""
    for page in content.pages:
        words = tuple(word for line in lines if line.page == page.number for word in line.words)
        if words:
            yield replace(page, words=words)
