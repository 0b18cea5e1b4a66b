"""Account statements on pages as items, one for each account: whose, which, of when, and its transactions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from service.domain.category import Category
from service.domain.identifiers import compact, is_iban
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_amount, find_phrase
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.layout import Line, fold
from service.processing.reader.model import TextSource
from service.processing.reader.parties import find_parties
from service.processing.reader.period import find_period
from service.processing.reader.statement_currency import currency_headed, currency_of_iban, find_currency
from service.processing.reader.statement_days import Period
from service.processing.reader.statement_money import DAY, MoneyReader
from service.processing.reader.statement_pages import PageStatement, find_statements
from service.processing.reader.statement_words import balance_named, is_card, tells_balance, words_of
from service.processing.reader.values import find_dates, find_month, month_number
from service.processing.reader.vocabulary import load

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?(?![A-Z0-9])")
_CARD = re.compile(r"(?<![\w-])(?:\d{4}|[X*x•]{4})[ -](?:[\dX*x•]{4}[ -]){1,2}\d{3,5}(?![\w-])")
_NUMBER = re.compile(
    r"[\s\t:.#°()]*(?:n[ro°]?\.?:?\s*)?(?P<number>[\dX*x•][\dX*x•./-]*(?: [\dX*x•][\dX*x•./-]*)*)", re.IGNORECASE
)
_ENDING = re.compile(
    r"(?:ending(?: in)?|terminada en|\.\.\.|endend auf|x{4,})[\s:-]*(?P<number>\d{3,5})(?!\d)", re.IGNORECASE
)
_SHORT_RANGE = re.compile(
    r"(?P<m1>[a-z]{3,9})\.? ?(?P<d1>\d{1,2})/(?P<y1>\d\d)\s*(?:-|–|to)\s*"
    r"(?P<m2>[a-z]{3,9})\.? ?(?P<d2>\d{1,2})/(?P<y2>\d\d)(?!\d)"
)
_FEWEST, _MOST = 4, 200
_LEAST_DIGITS, _OVER_ROWS, _LONGEST_HEADING = 6, 12, 10
#: Below these scores a period, or the day of a document, has no label.
_LIKELY_PERIOD, _UNLABELLED = 0.75, 0.5


@cache
def _joined() -> re.Pattern[str]:
    """A text that goes on to a last day: `1 March to`."""
    until = sorted(map(fold, load("statement_words")["until"]), key=len, reverse=True)
    words = "|".join(map(re.escape, until))
    return re.compile(rf"(?P<before>.*?)[\s\t]*\(?(?:[-–—/]|(?<!\w)(?:{words}))\s*:?[\s\t]*(?:(?:el|il|the|le|dia) )?$")


def read_statement_pages(content: Content, issued: Candidate | None) -> list[ItemBuilder]:
    """An item for each account of a statement. `issued` is the day of the document, if it is known."""
    common = _common(content, issued)
    # Nothing on a statement is much later than the statement itself.
    period = Period(common.values.get("start_date"), common.values.get("end_date", common.values.get("issue_date")))
    statements = find_statements(content, period, _labelled_balances(content))
    builders = []
    position = 0
    for statement in statements:
        builder = ItemBuilder(Category.BANK_STATEMENT)
        _balances_and_rows(builder, statement)
        if len(statements) > 1:
            over, position = _lines_over(content, statement, position)
            builder.take(_own_number(over))
            builder.take(currency_headed(over))
        for entry in common.evidence:
            if len(statements) == 1 or entry.field not in ("iban", "account_number"):
                builder.add(entry, common.values[entry.field])
        _end_on_issue(builder, content, issued)
        builders.append(builder)
    return builders


def _balances_and_rows(builder: ItemBuilder, statement: PageStatement) -> None:
    for name, told in (("opening_balance", statement.opening), ("closing_balance", statement.closing)):
        if told is not None:
            builder.set(name, *told, 0.97 if statement.proven else 0.85)
    builder.add_spotted_rows("transactions", [(values, spots, sure) for values, spots, sure, _ in statement.rows])
    doubts = {f"transactions[{number}].{cell}": told
              for number, (_, _, _, others) in enumerate(statement.rows) for cell, told in others.items()}  # fmt: skip
    builder.evidence = [
        replace(entry, alternatives=doubts[entry.field]) if entry.field in doubts else entry
        for entry in builder.evidence
    ]
    if statement.derived_opening is not None:
        builder.derive("opening_balance", statement.derived_opening, ("transactions",), 0.9)


def _end_on_issue(builder: ItemBuilder, content: Content, issued: Candidate | None) -> None:
    """A statement without a period tells how things stood on its own day, which no transaction is after.

    A day without a label is the document's only when it stands apart from the transactions.
    """
    rows = builder.values.get("transactions", ())
    last = max((row["date"] for row in rows), default="")
    labelled = issued is not None and issued.score > _UNLABELLED
    dated = {(entry.page, entry.raw_text) for entry in builder.evidence if entry.field.endswith(".date")}
    if issued is not None and (
        last > str(issued.value) or (not labelled and (issued.spot.line.page, issued.spot.text) in dated)
    ):
        issued = None
    if issued is not None:
        builder.take(issued)
    month = _month_named(content)
    if issued is not None and (labelled or month is None):
        builder.derive("end_date", str(issued.value), ("issue_date",), 0.8 if labelled else 0.6)
    elif month is not None and last <= str(month.value):
        builder.take(month)


def _common(content: Content, issued: Candidate | None) -> ItemBuilder:
    """What a statement tells beside its transactions."""
    builder = ItemBuilder(Category.BANK_STATEMENT)
    for line in content.lines:
        for spot in _ibans(line):
            builder.set("iban", compact(spot.text), spot, 0.97)
    _take_labelled_iban(builder, content)
    number = _account_number(content)
    digits = re.sub(r"\D", "", str(number.value)) if number is not None else ""
    if digits and digits not in builder.values.get("iban", ""):
        builder.take(number)
    codes = list(candidates(content, ("bic",), find_phrase))
    builder.take(best([entry for entry in codes if re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2,5}", str(entry.value))]))
    if issued is not None and issued.score > _UNLABELLED:
        builder.take(issued)
    for party in find_parties(content):
        builder.take(party)
    _take_period(builder, content)
    builder.take(find_currency(content))
    usual = currency_of_iban(builder.values.get("iban", ""))
    if usual is not None:
        builder.derive("currency", usual[0], ("iban",), usual[1])
    return builder


def _ibans(line: Line) -> Iterator[Spot]:
    """The numbers of a line whose check digits are those of an IBAN; a word behind one may look like its last group."""
    for match in _IBAN.finditer(line.text):
        ends = [match.end(), *(match.start() + gap.start() for gap in re.finditer(" ", match[0]))]
        spots = (Spot(line, match.start(), end) for end in sorted(ends, reverse=True))
        found = next((spot for spot in spots if is_iban(spot.text)), None)
        if found is not None:
            yield found


def _take_labelled_iban(builder: ItemBuilder, content: Content) -> None:
    """What stands behind the label of an IBAN as it is printed, though its check digits do not fit: a check says so."""
    printed = {page.number for page in content.pages if page.source in (TextSource.TEXT_LAYER, TextSource.PLAIN)}
    for line in content.lines:
        match = re.search(
            r"\bIBAN[\s:]*([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)(?![A-Z0-9])", line.text
        )
        if match is not None and line.page in printed:
            builder.set("iban", compact(match[1]), Spot(line, match.start(1), match.end(1)), 0.4)


def _labelled_balances(content: Content) -> dict[str, list[tuple[Decimal, Spot]]]:
    """What labels anywhere tell of the balances, the likeliest first."""
    names = ("opening_balance", "closing_balance")
    money = MoneyReader(content)
    printed = [candidate for candidate in candidates(content, names, find_amount) if money.reads(candidate.spot)]
    found = sorted(printed, key=lambda candidate: -candidate.score)
    return {name: [(entry.value, entry.spot) for entry in found if entry.field == name] for name in names}


def _take_period(builder: ItemBuilder, content: Content) -> None:
    ranges = [*_ranges(content), *_short_ranges(content)]
    if ranges:
        start, end = max(ranges, key=lambda found: found[0].score)
        builder.take(start)
        builder.take(end)
        return
    known = find_period(content)
    last = _last_day(content)
    if last is None and known is not None and known.score >= _LIKELY_PERIOD:
        builder.take(known.start)
        builder.take(known.end)
    builder.take(last)


def _ranges(content: Content) -> Iterator[tuple[Candidate, Candidate]]:
    """Two days that are joined, the first of which may lack its year: `March 4 to April 3, 2024`."""
    for line in content.lines:
        for last in find_dates(line.text, content.convention):
            joined = _joined().fullmatch(line.folded[: last.start])
            if joined is None:
                continue
            start = _first_day(joined["before"], last.value, content)
            if start is None:
                continue
            days = (_ordinal(last.value) - _ordinal(start[0])) + 1
            if not _FEWEST <= days <= _MOST:
                continue
            score = 0.97 - 0.001 * line.index - 0.02 * (line.page - 1) - (0.2 if days > 100 else 0.0)
            if words_of("other_period").search(line.folded):
                score -= 0.3
            first = Candidate("start_date", start[0], Spot(line, start[1], start[2]), score)
            yield first, Candidate("end_date", last.value, Spot(line, last.start, last.end), score)


def _short_ranges(content: Content) -> Iterator[tuple[Candidate, Candidate]]:
    """Two days with their years behind a stroke: `FEB 29/24 - MAR 28/24`."""
    for line in content.lines:
        for match in _SHORT_RANGE.finditer(line.folded):
            first, last = (
                f"20{match[f'y{n}']}-{month_number(match[f'm{n}']):02}-{int(match[f'd{n}']):02}" for n in "12"
            )
            if "-00-" not in first + last and first <= last:
                start = Candidate("start_date", first, Spot(line, match.start(), match.end("y1")), 0.9)
                yield start, Candidate("end_date", last, Spot(line, match.start("m2"), match.end()), 0.9)


def _first_day(before: str, last: str, content: Content) -> tuple[str, int, int] | None:
    """The day that a text ends with: value and place; its year is the last one before `last`."""
    full = [found for found in find_dates(before, content.convention) if not before[found.end :].strip(" \t,.(")]
    if full:
        return full[-1].value, full[-1].start, full[-1].end
    for match in re.finditer(r"(?<![\w./-])(?=[\da-z])", before):
        day = DAY.match(before, match.start())
        if day is None or before[day.end() :].strip(" \t,.") or day["iso"]:
            continue
        if day["a"]:
            value = _dated(int(day["b"]), int(day["a"]), last) if content.convention.day_first is not False else None
            value = value or _dated(int(day["a"]), int(day["b"]), last)
        else:
            value = _dated(month_number(day["m1"] or day["m2"]), int(day["d1"] or day["d2"]), last)
        if value is not None:
            return value, day.start(), day.end()
    alone = re.search(r"(?<![\w./-])(\d{1,2})(?:st|nd|rd|th|er|\.)?$", before.rstrip())
    if alone:
        value = f"{last[:8]}{int(alone[1]):02}"
        return (value, alone.start(), alone.end()) if value < last and 0 < int(alone[1]) <= 31 else None
    return None


def _dated(month: int, day: int, last: str) -> str | None:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    value = f"{last[:4]}-{month:02}-{day:02}"
    return value if value <= last else f"{int(last[:4]) - 1:04}-{month:02}-{day:02}"


def _ordinal(day: str) -> int:
    year, month, number = (int(part) for part in day.split("-"))
    return year * 365 + (month - 1) * 365 // 12 + number


def _last_day(content: Content) -> Candidate | None:
    """The day that a statement closes on: labelled as such, or that of its closing balance."""
    found = []
    for number, line in enumerate(content.lines):
        for day in find_dates(line.text, content.convention):
            said = line.folded[: day.start].rpartition("\t")[2]
            spot = Spot(line, day.start, day.end)
            if any(balance_named(cell) == "closing_balance" for cell in line.folded[day.end :].split("\t")):
                found.append(Candidate("end_date", day.value, spot, 0.8 + 0.0001 * number))
            if balance_named(said) == "opening_balance":
                continue
            if words_of("last_day").search(line.folded[: day.start]):
                found.append(Candidate("end_date", day.value, spot, 0.95 - 0.0001 * number))
            elif balance_named(said) == "closing_balance":
                found.append(Candidate("end_date", day.value, spot, 0.9 - 0.0001 * number))
            elif tells_balance(said) and balance_named(said) is None:
                # Of balances on some days the last is the closing one.
                found.append(Candidate("end_date", day.value, spot, 0.7 + 0.0001 * number))
    return best(found)


def _month_named(content: Content) -> Candidate | None:
    """The end of the month that a heading names, as in `Kontoauszug Mai 2024`."""
    for line in content.lines[:12]:
        month = find_month(line.text)
        if month is not None and re.search(r"auszug|extracto|statement|releve|estratto|extrato|afschrift", line.folded):
            return Candidate("end_date", month[3], Spot(line, month[0], month[1]), 0.6)
    return None


def _account_number(content: Content) -> Candidate | None:
    """The number of the account or card: beside its label, in the form of a card's, or its last digits."""
    found = []
    for line, label in content.labelled("account_number", "contract_number"):
        match = _NUMBER.match(line.text, label.end)
        if match is not None and len(re.sub(r"[^\dXx*•]", "", match["number"])) >= _LEAST_DIGITS:
            sure = 0.95 if label.field == "account_number" else 0.65
            found.append(_numbered(line, match, sure * label.weight))
        else:
            found.extend(_numbers_below(content, line, label.start, label.end))
    # A card's number is sure by its form, where the statement is of one.
    sure = 0.97 if is_card(content) else 0.7
    for line in content.lines:
        found += [_numbered(line, match, sure) for match in _CARD.finditer(line.text)]
        found += [_numbered(line, match, 0.6) for match in _ENDING.finditer(line.text)]
    return best(found)


def _numbers_below(content: Content, line: Line, start: int, end: int) -> Iterator[Candidate]:
    box = line.box_between(start, end)
    for other in content.below(line, 1):
        for cell in other.cells:
            match = _NUMBER.fullmatch(other.text[cell.start : cell.end])
            if match and min(cell.box.x1, box.x1) > max(cell.box.x0, box.x0) and len(match["number"]) >= _LEAST_DIGITS:
                yield Candidate("account_number", match["number"], Spot(other, cell.start, cell.end), 0.8)


def _numbered(line: Line, match: re.Match[str], score: float) -> Candidate:
    group = "number" if "number" in match.re.groupindex else 0
    spot = Spot(line, match.start(group), match.end(group))
    return Candidate("account_number", spot.text.rstrip(" .-"), spot, score - 0.0005 * line.index - 0.01 * line.page)


def _lines_over(content: Content, statement: PageStatement, after: int) -> tuple[Sequence[Line], int]:
    """The lines over the transactions of one of several accounts, behind those of the last one; and where these end."""
    places = {(line.page, line.index): number for number, line in enumerate(content.lines)}
    at = [places[(spots["amount"].line.page, spots["amount"].line.index)] for _, spots, _, _ in statement.rows]
    if not at:
        return (), after
    return content.lines[max(after, min(at) - _OVER_ROWS) : min(at)], max(at)


def _own_number(over: Sequence[Line]) -> Candidate | None:
    """The number of one of several accounts: the last one printed over its transactions."""
    for line in reversed(over):
        match = re.search(r"(?<![\w.,/-])\d[\d -]{5,20}\d(?![\w.,/])", line.text)
        if match is not None and len(line.words) <= _LONGEST_HEADING:
            return Candidate("account_number", match[0], Spot(line, match.start(), match.end()), 0.8)
    return None
