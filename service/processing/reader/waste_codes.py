"""Codes of the European list of waste and operations of treatment, where a document prints them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.identifiers import is_waste_code
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, Found
from service.processing.reader.forms import Form
from service.processing.reader.layout import Line
from service.processing.reader.marks import chosen

_CODE = re.compile(
    r"(?<![\d.,/-])(?<!\d[ .])(\d{2})([ .\-]?)(\d{2})\2(\d{2})(?![\d/.,]\d|\d|[ .\-]\d{2}(?![\d.,]))(\s?\*)?"
)
#: Recognition takes these letters for digits.
_LIKE_DIGITS = str.maketrans("OoIlSB", "001158")
_ALMOST_CODE = re.compile(r"(?<![^\W_])[\dOoIlSB]{2}[ .]?[\dOoIlSB]{2}[ .]?[\dOoIlSB]{2}(?![^\W_])(\s?\*)?")
_MEASURE = re.compile(r"\s?(?:€|kg|t\b|l\b|m3|kwh|eur)", re.IGNORECASE)
_OPERATION = re.compile(
    r"(?<![A-Za-z0-9])(?:(R)[ .-]?0?(1[0-3]|[1-9])|(D)[ .-]?0?(1[0-5]|[1-9]))(\d{2})?(?![A-Za-z0-9])(?!\.\d)"
)


@dataclass(frozen=True)
class FoundCode:
    """A code of the list with its place: `starred` as hazardous by the page, `labelled` as what it is."""

    value: str
    spot: Spot
    starred: bool
    labelled: bool
    score: float

    @property
    def candidate(self) -> Candidate:
        """The code as a value of its field."""
        return Candidate("low_code", self.value, self.spot, self.score)


def find_codes(content: Content) -> list[FoundCode]:
    """The codes in reading order: beside or under a label in any form, elsewhere only in three pairs or starred."""
    return [code for line in content.lines for code in _codes_on(content, line)]


def _codes_on(content: Content, line: Line) -> Iterator[FoundCode]:
    found = False
    for match in _CODE.finditer(line.text):
        value = match[1] + match[3] + match[4]
        if not is_waste_code(value) or _MEASURE.match(line.text, match.end()):
            continue
        labelled = _has_label(content, line, match.start(), match.end())
        pairs = match[2] == " "
        if not (labelled or pairs or match[5]):
            continue
        found = True
        score = 0.6 + (0.3 if labelled else 0.0) + (0.05 if pairs or match[5] else 0.0)
        yield FoundCode(value, Spot(line, match.start(), match.end()), bool(match[5]), labelled, score)
    if not found:
        yield from _misread(content, line)


def _misread(content: Content, line: Line) -> Iterator[FoundCode]:
    """A code right behind its label in which letters stand for digits."""
    for label in content.labels_of(line):
        match = _ALMOST_CODE.search(line.text, label.end, label.end + 20) if label.field == "low_code" else None
        if match is None or re.search(r"[^\W_]", line.text[label.end : match.start()]):
            continue
        value = re.sub(r"\D", "", match.group().translate(_LIKE_DIGITS))
        if is_waste_code(value) and sum(map(str.isdigit, match.group())) >= 4:
            yield FoundCode(value, Spot(line, match.start(), match.end()), bool(match[1]), True, 0.75)


def _has_label(content: Content, line: Line, start: int, end: int) -> bool:
    """Whether a label for codes stands before a place on its line, or over it in its column."""
    if any(label.field == "low_code" and label.end <= start for label in content.labels_of(line)):
        return True
    box = line.box_between(start, end)
    for above in content.above(line, 25):
        for label in content.labels_of(above):
            if label.field == "low_code":
                there = above.cell_at(label.start).box
                if min(there.x1, box.x1) > max(there.x0, box.x0) - 6:
                    return True
    return False


def find_operation(_: Content, line: Line, start: int, end: int) -> Found | None:
    """The operation of treatment among characters `start` to `end`: the one that is marked, else the first."""
    found = list(_OPERATION.finditer(line.text, start, end))
    if not found:
        return None
    which = chosen(line.text, [match.span() for match in found]) if len(found) > 1 else 0
    match = found[which or 0]
    return operation_of(match), match.start(), match.end(), ()


def operation_of(match: re.Match[str]) -> str:
    """`R 03` as `R3`, `R1201` as it is."""
    return f"{match[1] or match[3]}{match[2] or match[4]}{match[5] or ''}"


def operation_in(form: Form) -> Candidate | None:
    """The operation of a document about one waste: what was done before what was planned, labelled before alone."""
    best: Candidate | None = None
    for section in form.sections:
        done = any(
            label.field == "operation_done"
            for line in section.content.lines[:1]
            for label in section.content.labels_of(line)
        )
        for line in section.content.lines:
            for label in section.content.labels_of(line):
                if label.field not in ("rd_code", "operation_done"):
                    continue
                candidate = _near_label(section.content, line, label.end, label.start)
                if candidate is not None:
                    score = candidate[0] + (0.05 if done or label.field == "operation_done" else 0.0)
                    if best is None or score > best.score:
                        best = Candidate(
                            "rd_code", candidate[1][0], Spot(candidate[2], candidate[1][1], candidate[1][2]), score
                        )
    return best or _alone(form.content)


def _near_label(content: Content, line: Line, start: int, first: int) -> tuple[float, Found, Line] | None:
    """The operation right of a label, else in the lines under it in its column."""
    found = find_operation(content, line, start, len(line.text))
    if found is not None:
        return 0.9, found, line
    box = line.cell_at(first).box
    for position, other in enumerate(content.below(line, 3)):
        for cell in other.cells:
            if min(cell.box.x1, box.x1) > max(cell.box.x0, box.x0):
                found = find_operation(content, other, cell.start, cell.end)
                if found is not None:
                    return 0.85 - 0.1 * position, found, other
    return None


def _alone(content: Content) -> Candidate | None:
    for line in content.lines:
        found = find_operation(content, line, 0, len(line.text))
        if found is not None and not re.search(r"\d\s*$", line.text[: found[1]]):
            return Candidate("rd_code", found[0], Spot(line, found[1], found[2]), 0.4)
    return None
