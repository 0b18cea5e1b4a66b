"""From a label to its value: right of it in the same line, else below it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from service.processing.reader.content import Content, Spot
from service.processing.reader.labels import Label, leads
from service.processing.reader.layout import CELL_GAP, Cell, Line, fold
from service.processing.reader.values import DATE, NUMBER, find_dates, parse_number

_LINES_BELOW = 4
#: What may stand before the first label of a cell, as in `Su contrato` and `Votre contrat`.
_POSSESSIVE = re.compile(r"\W?|[^\W\d_]{2,6} ")
#: A label that weighs less is a word that texts have too.
_WEAK = 0.75
_PERCENT = re.compile(r"\s?%")
_UNIT_AFTER = re.compile(r"\s?(?:kwh|kw|mwh|m3|m³|litros?|lts?|l|kg|km|dias|days|jours|tage|h|uds?)\b", re.IGNORECASE)
#: `10 123 456 789` up to the end of its cell, or to the number of a house with its street.
_DIGIT_GROUPS = re.compile(
    r"\d{3,6} \d{3,6}(?=\s*$|\t)"
    r"|[A-Z]{1,2}\d{3,6}(?: \d{3}){2,}(?=\s*$|\t)"
    r"|\d{1,4}(?: \d{1,6}){2,}(?=\s*$|\t|\s+(?:du|del?|vom|of|van|am|z)\s|\s+\d{1,4},?\s+[^\W\d_]{2})"
)
#: What stands between a heading such as "Carrier" and the name under it.
_NAME_LABELS = frozenset(
    [
        "razon social",
        "nombre",
        "nombre o razon social",
        "name",
        "company",
        "empresa",
        "denominacion",
        "nom",
        "nome",
        "firma",
    ]
)
_DEGREES = re.compile(r"\s?[º°]\s?[CF]\b")
_NEGATIVE_MONEY = re.compile(r"(?<![\w)])[-−–]\s?(?:£|€|\$|R\$)\s?$")
_IDENTIFIER = re.compile(
    r"(?:(?<![A-Za-z0-9])[A-Z]{1,5}[ -]{1,2})?(?=[A-Za-z0-9/_.-]*\d)[A-Za-z0-9][A-Za-z0-9/_.-]*"
    r"(?: ?[/–-] ?[A-Za-z0-9-]*\d[A-Za-z0-9-]*)*"
)


@dataclass(frozen=True)
class Candidate:
    """One possible value of a field with where it stands and how well it fits (0 to about 1)."""

    field: str
    value: Any
    spot: Spot
    score: float
    alternatives: tuple[str, ...] = ()


#: A value with its first character, the one after its last, and what else the text could mean.
Found = tuple[Any, int, int, tuple[str, ...]]
#: Reads one value out of characters `start` to `end` of a line; gives value, start, end and alternatives.
Finder = Callable[[Content, Line, int, int], Found | None]


def candidates(content: Content, fields: tuple[str, ...], finder: Finder) -> Iterator[Candidate]:
    """Every value that stands beside or under a label of one of these fields."""
    for line, label in content.labelled(*fields):
        yield from of_label(content, line, label, finder)


def of_label(content: Content, line: Line, label: Label, finder: Finder) -> Iterator[Candidate]:
    """The values beside and under one label, in this order."""
    if finder is find_phrase and label.weight < _WEAK and not _stands_alone(line, label):
        return  # a word such as `address` in running text
    yield from _right(content, line, label, finder)
    yield from _below(content, line, label, finder)


def best(found: Iterator[Candidate] | list[Candidate]) -> Candidate | None:
    """The candidate with the highest score; the earlier one of equals."""
    return max(found, key=lambda candidate: candidate.score, default=None)


def _right(content: Content, line: Line, label: Label, finder: Finder) -> Iterator[Candidate]:
    stop = next(
        (
            other.start
            for other in content.labels_of(line)
            if other.start >= label.end and (finder is not find_phrase or _ends_phrase(line, label, other))
        ),
        len(line.text),
    )
    match = finder(content, line, label.end, stop)
    if match is None:
        return
    value, start, end, alternatives = match
    between = line.text[label.end : start]
    relation = 1.0 if CELL_GAP not in between else 0.95 - 0.05 * (between.count(CELL_GAP) - 1)
    words_between = len(re.findall(r"[^\W\d_]{3,}", between))
    if finder is find_identifier and label.weight < 1 and words_between > 1 and not leads(line, label.start):
        return  # a word in the middle of another label, such as `electronic bill verification code`
    relation -= 0.08 * words_between
    if finder is find_phrase and CELL_GAP in between and _is_header(content, line):
        return
    if finder is find_phrase and not between.strip(" ") and not re.search(r"[:#.]", between):
        # A label without a colon that runs into its value is often a part of a name, such as "Company ABC".
        relation -= 0.25 if label.weight >= 1 else 0.6
    yield Candidate(label.field, value, Spot(line, start, end), label.weight * max(relation, 0.1), alternatives)


def _below(content: Content, line: Line, label: Label, finder: Finder) -> Iterator[Candidate]:
    box = line.box_between(label.start, _header_end(content, line, label))
    height = max(line.box.y1 - line.box.y0, 4.0)
    for distance, other in enumerate(content.below(line, _LINES_BELOW)):
        if other.box.y0 - box.y1 > 4.5 * height:
            return
        cell = _under(other, box.x0, box.x1, height)
        if cell is None:
            continue
        start, stop = _column(other, cell, box.x0)
        match = finder(content, other, start, stop)
        blocked = any(
            start <= found.start < stop
            and found.weight > 0.8
            and (finder is not find_phrase or _POSSESSIVE.fullmatch(other.text, start, found.start) is not None)
            for found in content.labels_of(other)
        )
        if match is not None and not (blocked and (finder is find_phrase or match[1] > start + 2)):
            value, begin, end, alternatives = match
            score = label.weight * (0.86 - 0.12 * distance)
            yield Candidate(label.field, value, Spot(other, begin, end), score, alternatives)
            return
        if blocked:
            return


def _ends_phrase(line: Line, label: Label, other: Label) -> bool:
    """Whether another label on the line begins something else than the phrase that the first one leads to."""
    if _stands_alone(line, other):
        return True
    said = re.search(r"[^\W\d_]{2}", line.text[label.end : other.start]) is not None
    return said and line.text[other.end :].lstrip().startswith(":")


def _is_header(content: Content, line: Line) -> bool:
    """Whether a line is a table's header: several of its cells are labels without a colon, or some and the last."""
    labels = content.labels_of(line)
    cells = {line.cell_at(label.start).start for label in labels}
    last = line.cells[-1]
    ends = any(label.start == last.start and label.end == last.end for label in labels)
    return len(cells) >= (2 if ends else 3) and ":" not in line.text


def _stands_alone(line: Line, label: Label) -> bool:
    """Whether a label fills its cell or ends with a colon, so that it is no part of a longer phrase."""
    after = line.text[label.end : line.cell_at(label.start).end].lstrip()
    return leads(line, label.start) and (not after or after[0] in ":#.(")


def _header_end(content: Content, line: Line, label: Label) -> int:
    """Where the header that a label begins ends: at the next label or at the end of the cell."""
    cell = line.cell_at(label.start)
    following = (other.start for other in content.labels_of(line) if label.end <= other.start < cell.end)
    return max(label.end, min(following, default=cell.end))


def under_headers(content: Content, row: Line, fields: tuple[str, ...], finder: Finder) -> Iterator[Candidate]:
    """The values of a table's row that stand under headers of these fields, nearest header first."""
    for distance, line in enumerate(content.above(row, 25)):
        for label in content.labels_of(line):
            if label.field not in fields:
                continue
            box = line.box_between(label.start, _header_end(content, line, label))
            cell = _under(row, box.x0, box.x1, max(row.box.y1 - row.box.y0, 4.0))
            match = finder(content, row, *_column(row, cell, box.x0)) if cell else None
            if match is not None:
                score = label.weight * (0.85 - 0.01 * distance)
                yield Candidate(label.field, match[0], Spot(row, match[1], match[2]), score, match[3])


def column_values(content: Content, line: Line, label: Label, finder: Finder) -> Iterator[Candidate]:
    """The values of every row under a header, down to the first row that has none."""
    box = line.box_between(label.start, _header_end(content, line, label))
    height = max(line.box.y1 - line.box.y0, 4.0)
    last = line.box.y1
    rows = content.below(line, 17)
    while (
        rows and rows[0].box.y0 - last < height and not any(char.isdigit() for char in rows[0].text.replace("m3", ""))
    ):
        last = rows.pop(0).box.y1  # the header goes on, as with a unit under its name
    for row in rows:
        cell = _under(row, box.x0, box.x1, height)
        match = finder(content, row, *_column(row, cell, box.x0)) if cell else None
        if match is None or row.box.y0 - last > 3 * height:
            return
        last = row.box.y1
        yield Candidate(label.field, match[0], Spot(row, match[1], match[2]), label.weight * 0.86, match[3])


def _under(line: Line, x0: float, x1: float, slack: float) -> Cell | None:
    """The cell of a line under the stretch x0 to x1: one that overlaps it, else one that begins where it begins."""
    overlapping = [cell for cell in line.cells if min(cell.box.x1, x1) - max(cell.box.x0, x0) > 0]
    if overlapping:
        return max(overlapping, key=lambda cell: min(cell.box.x1, x1) - max(cell.box.x0, x0))
    near = [cell for cell in line.cells if abs(cell.box.x0 - x0) < slack or abs(cell.box.x1 - x1) < slack]
    return near[0] if near else None


def _column(line: Line, cell: Cell, x0: float) -> tuple[int, int]:
    """The characters of a cell; for a cell much wider than its header, those that begin near the header."""
    if cell.box.x0 >= x0 - 30:
        return cell.start, cell.end
    for word, start in zip(line.words, line.starts, strict=True):
        if cell.start <= start < cell.end and word.box.x1 > x0 - 2:
            return start, cell.end
    return cell.start, cell.end


def find_date(content: Content, line: Line, start: int, end: int) -> Found | None:
    """The first date."""
    for date in find_dates(line.text[start:end].replace(CELL_GAP, " "), content.convention):
        other = (date.alternative,) if date.alternative else ()
        return date.value, start + date.start, start + date.end, other
    return None


def find_amount(content: Content, line: Line, start: int, end: int) -> Found | None:
    """The first amount of money: no percentage, no quantity with a unit, no part of a date."""
    amounts = list(amounts_in(content, line, start, end))
    if not amounts:
        return None
    with_mark = [entry for entry in amounts if re.search(r"[.,]\d{2}\b", line.text[entry[1] : entry[2]])]
    return (with_mark or amounts)[0]


def find_last_amount(content: Content, line: Line, start: int, end: int) -> Found | None:
    """The last amount of money, as on a total's line whose columns are net, tax and total."""
    amounts = list(amounts_in(content, line, start, end))
    with_mark = [entry for entry in amounts if re.search(r"[.,]\d{2}\b", line.text[entry[1] : entry[2]])]
    return (with_mark or amounts)[-1] if amounts else None


def amounts_in(content: Content, line: Line, start: int, end: int) -> Iterator[Found]:
    """The amounts of money among characters `start` to `end`."""
    for number in numbers_in(content, line, start, end):
        after = line.text[number[2] : number[2] + 8]
        if not _PERCENT.match(after) and not _UNIT_AFTER.match(after):
            yield number


def find_number(content: Content, line: Line, start: int, end: int) -> Found | None:
    """The first number of any kind, percentages apart."""
    for number in numbers_in(content, line, start, end):
        if not _PERCENT.match(line.text[number[2] : number[2] + 3]):
            return number
    return None


def numbers_in(content: Content, line: Line, start: int, end: int) -> Iterator[Found]:
    """The numbers among characters `start` to `end` that are no part of a date or of an identifier."""
    text = line.text
    dates = [match.span() for match in DATE.finditer(fold(text))]
    for match in NUMBER.finditer(text, start, end):
        if any(first < match.end() and match.start() < last for first, last in dates):
            continue
        after = text[match.end() : match.end() + 1]
        if _DEGREES.match(text, match.end()):
            continue
        if after.isalpha() and not re.match(
            r"(?:kwh|kw|mwh|m3|m³|l\b|kg|eur|usd|gbp|t\b|€|p\b|ct\b)", text[match.end() :], re.I
        ):
            continue
        number = parse_number(match.group(), content.convention)
        if number is None:
            continue
        begin = match.start() + (len(match.group()) - len(match.group().lstrip()))
        others = tuple(format(value, "f") for value in number.alternatives)
        negative = _NEGATIVE_MONEY.search(text, max(0, begin - 5), begin)
        if negative and number.value > 0:
            yield -number.value, negative.start(), match.end(), others
        else:
            yield number.value, begin, match.end(), others


def find_identifier(_: Content, line: Line, start: int, end: int) -> Found | None:
    """The first run of letters and digits that has a digit and is neither a date nor an amount."""
    text = line.text
    dates = [match.span() for match in DATE.finditer(fold(text))]
    for match in _IDENTIFIER.finditer(text, start, end):
        value = match.group().strip(" .-/_")
        groups = _DIGIT_GROUPS.match(text, match.start(), end)
        if groups and groups.group().startswith(value):
            value = groups.group()
        first = text.find(value, match.start())
        span = (first, first + len(value))
        if len(value) < 2 and text[start:first].strip(" .:#º°ª\t"):
            continue
        if any(low <= span[0] and span[1] <= high for low, high in dates):
            continue
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*[.,]\d{2}", value) or len(value) > 40:
            continue
        if len(re.findall(r"[^\W\d_]{4,}", text[start:first])) > 2:
            return None
        return value, *span, ()
    return None


def find_phrase(_: Content, line: Line, start: int, end: int) -> Found | None:
    """The text that follows in the same cell, else the next cell with letters."""
    position = start
    for piece in line.text[start:end].split(CELL_GAP):
        value = piece.strip(" :-–|#*\u00a0").lstrip(".")
        question, colon, answer = value.partition(": ")
        went_on = position == start and question[:1].islower() and not piece.startswith(":")
        if colon and len(answer) > 1 and (went_on or fold(question) in _NAME_LABELS):
            value = answer.strip()  # the label went on, as in "description of the waste being transferred: bricks"
        if len(value) >= 2 and any(char.isalpha() for char in value):
            begin = position + piece.find(value)
            return value, begin, begin + len(value), ()
        position += len(piece) + 1
    return None


def renamed(candidate: Candidate, field: str) -> Candidate:
    """The same value for another field."""
    return replace(candidate, field=field)
