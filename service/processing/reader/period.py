"""The period that a bill covers."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_date
from service.processing.reader.layout import CELL_GAP, Line, fold
from service.processing.reader.values import FoundDate, find_dates, find_month

_JOIN = re.compile(
    r"^[\s\t:]*(?:al?|-|–|—|to|hasta(?: el)?|au|bis(?: zum)?|ate|until|till|through|e|y|fins(?: al)?"
    r"|t/m|tot(?: en met)?|do|/|>|→|and|al dia|a dia|jusqu'au)?[\s\t]*(?:el|dia|the|le|dem)?[\s\t]*$"
)
_ENDS_JOINED = re.compile(r"(?:\bal?|-|–|\bto|\bhasta|\bau|\bbis|\bate|t/m|\btot)\s*$")
_BEGINS_JOINED = re.compile(r"(?:al?|-|–|to|hasta|au|bis|ate)\s*(?:el|the|zum)?\s*$")
_WEAK_JOIN = re.compile(r"^[\s\t]*$")
#: A count of fewer days could be any small number.
_LEAST_DAYS = 15
_COUNT = re.compile(r"(?<![\d.,/:-])(\d{2,3})(?![\d.,/:-])")
_COUNT_BEHIND = re.compile(r"[\s\t]+" + _COUNT.pattern)
#: How far from two days their count may stand, where a form has each in a line of its own.
_LINES_OF_COUNT = 3
_SURE_DAY = 0.8
#: How far the days of readings are trusted to be those of the bill.
_OF_READINGS = 0.7
_AGAINST = re.compile(
    r"contrato|vigencia|permanencia|oferta|validez|valid|tarifas? vigente|ano anterior|last year"
    r"|contract|vertrag(?!skonto)|promo|registro|mandato|same period"
)
_FIRST_PART = re.compile(
    r"(?<![\d/.,-])(\d{1,2})(?:st|nd|rd|th|er|\.)?(?:\s*(?:de\s+)?([a-z]{3,10})\.?)?\s*(?:al|a|-|–|to"
    r"|hasta el|hasta|au|bis|ate)\s*(?:el|the)?\s*$"
)


@dataclass(frozen=True)
class Period:
    """First and last day with their places; `score` from 0 to about 1.2."""

    start: Candidate
    end: Candidate
    score: float
    derived: bool = False


def find_period(content: Content) -> Period | None:
    """The likeliest billing period: a range of dates, a pair of labelled dates, or a named month."""
    found = [*_ranges(content), *_labelled_pairs(content), *_counted(content)]
    if not found:
        found = list(_months(content))
    return max(found, key=lambda period: period.score, default=None)


def misordered_period(content: Content) -> tuple[str, str] | None:
    """The days of a range that is called the billing period and ends before it begins; none of them can be doubtful."""
    for line in content.lines:
        for first, second in pairwise(find_dates(line.text, content.convention)):
            joined = _JOIN.match(fold(line.text[first.end : second.start]))
            if not joined or _days(first.value, second.value) >= 0 or first.alternative or second.alternative:
                continue
            if any(label.field == "-period" and label.start < first.start for label in content.labels_of(line)):
                return first.value, second.value
    return None


def _ranges(content: Content) -> Iterator[Period]:
    for line in content.lines:
        dates = find_dates(line.text, content.convention)
        for first, second in pairwise(dates):
            between = fold(line.text[first.end : second.start])
            if not _JOIN.match(between):
                continue
            score = _range_score(content, line, first, second)
            if _WEAK_JOIN.match(between):
                score -= 0.25
            yield _period(line, first, second, score)
        if dates:
            yield from _partial_ranges(content, line, dates)
        for date in dates:
            yield from _wrapped_range(content, line, date)


def _counted(content: Content) -> Iterator[Period]:
    """Two days with the number of days between them: `16/05/2023 14/04/2023 32`, or in lines of their own.

    The number proves the pair, so neither their order nor what stands between them matters.
    """
    dated = _days_of_the_document(content)
    dates = {(line.page, line.index): find_dates(line.text, content.convention) for line in content.lines}
    for line in content.lines if any(dates.values()) else ():
        near = [line, *content.below(line, _LINES_OF_COUNT)]
        days = [(other, date) for other in near for date in dates[other.page, other.index]]
        around = [*content.above(line, _LINES_OF_COUNT), *near] if len(days) > 1 else []
        counts = {number for other in around for number in _counts_in(other, dates[other.page, other.index])}
        for (one, first), (other, second) in combinations(days, 2):
            alone = one is other or (_is_bare(one) and _is_bare(other))
            early, late = sorted(((one, first), (other, second)), key=lambda place: place[1].value)
            length = _days(early[1].value, late[1].value)
            if one is not line or not alone or length < _LEAST_DAYS or not counts & {length, length + 1}:
                continue
            behind = _COUNT_BEHIND.match(one.text, second.end) if one is other else None
            beside = behind is not None and int(behind[1]) in (length, length + 1)
            if not beside and {first.value, second.value} & dated:
                continue
            score = (0.95 if beside else 0.8) - 0.0005 * line.index
            yield Period(_edge("start_date", *early, score), _edge("end_date", *late, score), score)


def _counts_in(line: Line, dates: list[FoundDate]) -> Iterator[int]:
    """The numbers of a line that can count days: those of its dates don't."""
    for match in _COUNT.finditer(line.text):
        if not any(date.start <= match.start() < date.end for date in dates):
            yield int(match[1])


def _edge(field: str, line: Line, date: FoundDate, score: float) -> Candidate:
    return Candidate(field, date.value, Spot(line, date.start, date.end), score)


def _is_bare(line: Line) -> bool:
    """Whether a line has no words, as on forms whose labels are part of the picture."""
    return re.search(r"[^\W\d_]{3}", line.text) is None


def _days_of_the_document(content: Content) -> set[str]:
    """The days that are labelled as those of issue or payment: terms of payment count days too."""
    found = candidates(content, ("issue_date", "due_date"), find_date)
    return {str(candidate.value) for candidate in found if candidate.score >= _SURE_DAY}


def _wrapped_range(content: Content, line: Line, first: FoundDate) -> Iterator[Period]:
    """`from 1 March 2024 to` on one line, the last day under it; or `to` begins the line under it."""
    cell = line.cell_at(first.start)
    joined = _ENDS_JOINED.search(fold(line.text[first.end : cell.end]))
    box = line.box_between(first.start, first.end)
    for other in content.below(line, 1 if joined else 2):
        for second in find_dates(other.text, content.convention):
            there = other.cell_at(second.start)
            if min(there.box.x1, cell.box.x1) <= max(there.box.x0, cell.box.x0):
                continue
            before = fold(other.text[there.start : second.start])
            if not (joined and not before.strip()) and not (_BEGINS_JOINED.match(before) and before.strip()):
                continue
            if other.box.y0 - box.y1 > 2 * (box.y1 - box.y0):
                continue
            score = _range_score(content, line, first, second)
            start = Candidate("start_date", first.value, Spot(line, first.start, first.end), score)
            end = Candidate("end_date", second.value, Spot(other, second.start, second.end), score)
            yield Period(start, end, score - 0.05)


def _partial_ranges(content: Content, line: Line, dates: list[FoundDate]) -> Iterator[Period]:
    """`1 - 31 March 2024` and `1 Mar to 31 Mar 2024`, where the first day lacks its year."""
    for date in dates:
        before = fold(line.text[: date.start])
        match = _FIRST_PART.search(before)
        if not match:
            continue
        last = datetime.date.fromisoformat(date.value)
        month_text = (
            f"{match[1]} {match[2]} {last.year}" if match[2] else f"{last.year}-{last.month:02}-{int(match[1]):02}"
        )
        days = find_dates(month_text, content.convention)
        if not days:
            continue
        value = days[0].value
        if value > date.value:
            value = f"{int(value[:4]) - 1}{value[4:]}"
        first = FoundDate(match.start(1), match.end(2) if match[2] else match.end(1), value)
        yield _period(line, first, date, _range_score(content, line, first, date) + 0.05)


def _period(line: Line, first: FoundDate, second: FoundDate, score: float) -> Period:
    others = tuple((first.alternative,) if first.alternative else ())
    last_others = tuple((second.alternative,) if second.alternative else ())
    start = Candidate("start_date", first.value, Spot(line, first.start, first.end), score, others)
    end = Candidate("end_date", second.value, Spot(line, second.start, second.end), score, last_others)
    return Period(start, end, score)


def _range_score(content: Content, line: Line, first: FoundDate, second: FoundDate) -> float:
    score = 0.55
    days = _days(first.value, second.value)
    if days < 0:
        return -1.0
    score += 0.1 if 5 <= days <= 125 else -0.1 if days > 400 else 0.0
    labels = [label for label in content.labels_of(line) if label.start < second.end]
    near = [label for label in labels if label.field == "-period"]
    if near:
        score += 0.35
    elif any(label.field == "-period" for above in content.above(line, 2) for label in content.labels_of(above)):
        score += 0.2
    if any(label.field == "-other_quantity" for label in labels):
        score -= 0.4
    if any(label.field in ("start_date", "-reading", "quantity") for label in labels):
        score += 0.1
    if _AGAINST.search(line.folded[: first.start]):
        score -= 0.35
    return score - 0.0005 * line.index - 0.01 * (line.page - 1)


def _labelled_pairs(content: Content) -> Iterator[Period]:
    yield from _pairs(content, "start_date", "end_date", 0.9)
    # Readings are taken where a period ends, and the next one begins.
    yield from _pairs(content, "previous_reading", "current_reading", _OF_READINGS)


def _pairs(content: Content, first: str, last: str, trust: float) -> Iterator[Period]:
    starts = [replace(entry, field="start_date") for entry in candidates(content, (first,), find_date)]
    ends = [replace(entry, field="end_date") for entry in candidates(content, (last,), find_date)]
    for start in starts:
        for end in ends:
            days = _days(start.value, end.value)
            if days < 0 or start.spot == end.spot:
                continue
            same_page = start.spot.line.page == end.spot.line.page
            apart = abs(start.spot.line.index - end.spot.line.index) if same_page else 50
            score = trust * (start.score + end.score) / 2 - 0.01 * min(apart, 30) + (0.1 if 5 <= days <= 125 else 0.0)
            if _AGAINST.search(start.spot.line.folded[: start.spot.start]):
                score -= 0.35
            yield Period(start, end, score)


def _months(content: Content) -> Iterator[Period]:
    for line, label in content.labelled("-period"):
        targets = [(line, label.end), *((other, 0) for other in content.below(line, 1))]
        for target, start in targets:
            month = find_month(target.text[start:].replace(CELL_GAP, " "))
            if month is None or month[0] > 40:
                continue
            spot = Spot(target, start + month[0], start + month[1])
            first = Candidate("start_date", month[2], spot, 0.6)
            last = Candidate("end_date", month[3], spot, 0.6)
            yield Period(first, last, 0.6, derived=True)


def _days(first: str, last: str) -> int:
    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days


def find_day(content: Content, *fields: str) -> Candidate | None:
    """The likeliest date beside or under a label of one of these fields."""
    return best(list(candidates(content, fields, find_date)))
