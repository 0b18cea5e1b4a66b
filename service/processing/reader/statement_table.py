"""Account statements as tables (CSV, XLSX): one item whose transactions are the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

from service.domain.category import Category
from service.domain.evidence import Box, Evidence
from service.domain.identifiers import compact, is_iban
from service.domain.items import MAX_ROWS
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.content import Content
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.layout import fold
from service.processing.reader.model import Page
from service.processing.reader.statement_money import CURRENCY_CODE, way_of
from service.processing.reader.statement_words import balance_named, tells_balance
from service.processing.reader.values import Convention, find_dates, parse_number
from service.processing.reader.vocabulary import load

_PRODUCER, _VERSION = "table-reader", "1"
_SURE = 0.97
_HEADER_SEARCH = 40
_FOREIGN = ("quantity", "unit", "low_code", "rd_code", "cups", "meter_number", "product", "equipment", "vehicle_plate")
_CURRENCY_WORDS = {"eur", "euro", "euros", "usd", "gbp", "chf", "inr", "cad", "aud", "sgd", "pln", "sek", "nok", "dkk"}
_FEWEST_ROWS, _FEWEST_COLUMNS = 2, 3
_WHOLE_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{2}[./-]\d{2}(?:[ T][\d:.Z]+)?")
_PRINTED_AMOUNT = re.compile(r"[-+−]?\s?(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+|\d+)[.,]\d{2}(?![\d%])")
_WHOLE_AMOUNT = re.compile(r"[-+−(]?\s?[$€£]?\d[\d.,' ]*[.,]\d{2}\)?")
_DEBIT_MARK = re.compile(r"\s*(?:dr|d|s|soll|h?debit|cargo)\.?\s*$", re.IGNORECASE)
_CREDIT_MARK = re.compile(r"\s*(?:cr|c|h|haben|credit|abono)\.?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatementHeader:
    """The header row of a statement: the column of each field (descriptions may have several)."""

    row: int
    columns: dict[str, int]
    descriptions: tuple[int, ...]


@cache
def _foreign_headings() -> frozenset[str]:
    """Headings that no account statement has, but tables of consumption, deliveries and wastes do."""
    columns = load("columns")
    return frozenset(heading for field in _FOREIGN for heading in columns.get(field, ()))


@cache
def _field_by_heading() -> dict[str, str]:
    return {heading: field for field, headings in load("statements").items() for heading in headings}


def statement_header(page: Page) -> StatementHeader | None:
    """The header of a page that is an account statement: a date, an amount or both its signs, and a text or balance."""
    for index, row in enumerate(page.rows[:_HEADER_SEARCH]):
        columns: dict[str, int] = {}
        descriptions = []
        headings = [_heading(cell) for cell in row]
        for column, heading in enumerate(headings):
            field = _field_by_heading().get(heading)
            if field == "description":
                descriptions.append(column)
            elif field is not None:
                columns.setdefault(field, column)
        if not columns.keys() & {"balance", "debit"} and any(heading in _foreign_headings() for heading in headings):
            continue
        signed = "amount" in columns or {"debit", "credit"} <= columns.keys()
        if signed and "date" in columns and (descriptions or columns.keys() & {"balance", "counterparty"}):
            return StatementHeader(index, columns, tuple(descriptions))
    return _headless(page)


def _heading(cell: str) -> str:
    """A heading's words, without what stands in brackets, numbers and the currency behind them."""
    words = re.findall(r"[a-z]+", fold(re.sub(r"\(.*?\)", "", cell)))
    while len(words) > 1 and words[-1] in _CURRENCY_WORDS:
        words.pop()
    return " ".join(words)


def _headless(page: Page) -> StatementHeader | None:
    """The columns of a list without a header: each row has a day, a text and an amount, some of them negative."""
    rows = [row for row in page.rows if any(row)]
    width = min((len(row) for row in rows), default=0)
    if len(rows) < _FEWEST_ROWS or width < _FEWEST_COLUMNS:
        return None
    found: dict[str, int] = {}
    texts = []
    for column in range(width):
        cells = [row[column] for row in rows]
        if all(_WHOLE_DAY.fullmatch(cell) for cell in cells):
            found.setdefault("date" if "date" not in found else "value_date", column)
        elif all(_WHOLE_AMOUNT.fullmatch(cell) for cell in cells):
            found.setdefault("amount" if "amount" not in found else "balance", column)
        elif any(len(re.findall(r"[^\W\d_]", cell)) > _FEWEST_COLUMNS for cell in cells):
            texts.append(column)
    negative = "amount" in found and any(row[found["amount"]].startswith(("-", "−", "(")) for row in rows)
    return StatementHeader(-1, found, tuple(texts)) if negative and texts and "date" in found else None


def is_statement(pages: Sequence[Page]) -> bool:
    """Whether a document of tables is an account statement."""
    return any(page.rows and statement_header(page) is not None for page in pages)


def read_statement_tables(pages: Sequence[Page], content: Content) -> list[ItemBuilder]:
    """An item for each sheet that is a statement."""
    builders = []
    for page in pages:
        header = statement_header(page) if page.rows else None
        if header is not None:
            builders.append(_Sheet(page, header, content.convention).read(content))
    return builders


class _Sheet:
    def __init__(self, page: Page, header: StatementHeader, convention: Convention) -> None:
        self._page = page
        self._header = header
        self._convention = _settled(convention, page, header)
        self._evidence: list[Evidence] = []
        self._rows: list[dict[str, Any]] = []
        self._balances: dict[str, tuple[Decimal, int, int]] = {}
        self._ways = _column_of_ways(page, header)

    def read(self, content: Content) -> ItemBuilder:
        for index in range(self._header.row + 1, len(self._page.rows)):
            self._read_row(index)
        if len(self._rows) > MAX_ROWS:
            raise ReadingFailedError(
                FailureReason.DOCUMENT_TOO_COMPLEX,
                f"the statement has {len(self._rows)} transactions; at most {MAX_ROWS} are read, so split it",
            )
        builder = ItemBuilder(Category.BANK_STATEMENT)
        if self._rows:
            builder.values["transactions"] = self._rows
            builder.evidence.extend(self._evidence)
        self._account(builder)
        self._preamble(builder)
        for name, (value, row, column) in self._balances.items():
            builder.add(self._proof(name, row, column), value)
        if self._rows:
            self._summarise(builder)
        self._currency(builder, content)
        return builder

    def _preamble(self, builder: ItemBuilder) -> None:
        """Balances and the period, which lines over the header tell."""
        for index in range(max(0, self._header.row)):
            cells = self._page.rows[index]
            said = " ".join(cells)
            dates = find_dates(said, self._convention)
            bare = [_without_days(cell, self._convention) for cell in cells]
            amounts = [(place, match[0]) for place, cell in enumerate(bare) for match in _PRINTED_AMOUNT.finditer(cell)]
            label = re.split(r"\s[-+]?\d|:", said)[0]
            name = balance_named(label) or ("closing_balance" if tells_balance(fold(label)) else None)
            if name is not None and amounts:
                place, told = amounts[-1]
                number = parse_number(told, self._convention)
                if number is not None:
                    self._balances.setdefault(name, (number.value, index, place))
            elif len(dates) == 2 and dates[0].value <= dates[1].value:
                for field, day in zip(("start_date", "end_date"), dates, strict=True):
                    place = next((place for place, cell in enumerate(cells) if find_dates(cell, self._convention)), 0)
                    builder.add(self._proof(field, index, place), day.value)

    def _currency(self, builder: ItemBuilder, content: Content) -> None:
        """The currency, by its own column, by the heading of the amounts or by the amounts themselves."""
        first = self._header.row + 1
        places = [(first, self._header.columns[name]) for name in ("currency",) if name in self._header.columns]
        amounts = [
            self._header.columns[name]
            for name in ("amount", "debit", "credit", "balance")
            if name in self._header.columns
        ]
        places += [(row, column) for row in (self._header.row, first) for column in amounts if row >= 0]
        for row, column in places:
            cells = self._page.rows[row] if row < len(self._page.rows) else ()
            match = CURRENCY_CODE.search(cells[column].upper()) if column < len(cells) else None
            if match is not None:
                builder.add(self._proof("currency", row, column), match[0])
        if content.currency is not None and "currency" not in builder.values:
            builder.derive("currency", content.currency[0], ("transactions",), 0.7)

    def _cell(self, row: int, field: str) -> str:
        column = self._header.columns.get(field)
        cells = self._page.rows[row]
        return cells[column].strip() if column is not None and column < len(cells) else ""

    def _read_row(self, index: int) -> None:
        dates = find_dates(self._cell(index, "date"), self._convention)
        amount, column = self._amount(index)
        if self._is_balance(index, amount, column) or not dates or amount is None:
            return
        row: dict[str, Any] = {"date": dates[0].value}
        number = len(self._rows)
        self._note(number, "date", index, self._header.columns["date"], 0.5 if dates[0].alternative else _SURE)
        valued = find_dates(self._cell(index, "value_date"), self._convention)
        if valued:
            row["value_date"] = valued[0].value
            self._note(number, "value_date", index, self._header.columns["value_date"])
        texts = [self._page.rows[index][column].strip() for column in self._described(index)]
        if any(texts):
            row["description"] = " ".join(" ".join(texts).split())
            self._note(number, "description", index, self._header.descriptions[0])
        for field in ("reference", "counterparty", "counterparty_account"):
            if self._cell(index, field):
                row[field] = self._cell(index, field)
                self._note(number, field, index, self._header.columns[field])
        row["amount"] = amount
        self._note(number, "amount", index, column)
        balance = parse_number(self._cell(index, "balance"), self._convention)
        if balance is not None:
            row["balance"] = balance.value
            self._note(number, "balance", index, self._header.columns["balance"])
        self._rows.append(row)

    def _is_balance(self, index: int, amount: Decimal | None, column: int) -> bool:
        """Whether a row tells a balance, as in `Previous balance`; it is kept as such."""
        said = " ".join(self._page.rows[index][place] for place in self._described(index))
        name = balance_named(said)
        if name is not None:
            balance = parse_number(self._cell(index, "balance"), self._convention)
            if balance is not None:
                self._balances.setdefault(name, (balance.value, index, self._header.columns["balance"]))
            elif amount is not None:
                self._balances.setdefault(name, (amount, index, column))
        return name is not None

    def _described(self, index: int) -> Iterator[int]:
        return (column for column in self._header.descriptions if column < len(self._page.rows[index]))

    def _amount(self, index: int) -> tuple[Decimal | None, int]:
        """The signed amount of a row and its column: debits are negative whatever their own sign."""
        for field, sign in (("debit", -1), ("credit", 1)):
            number = parse_number(self._cell(index, field), self._convention)
            if number is not None and number.value:
                return abs(number.value) * sign, self._header.columns[field]
        raw = self._cell(index, "amount")
        number = parse_number(raw, self._convention)
        if number is None:
            return None, 0
        column = self._header.columns["amount"]
        if self._ways is not None:
            cells = self._page.rows[index]
            way = way_of(cells[self._ways]) if self._ways < len(cells) else 0
            return (abs(number.value) * way if way else number.value), column
        if _DEBIT_MARK.search(raw):
            return -abs(number.value), column
        return (abs(number.value) if _CREDIT_MARK.search(raw) else number.value), column

    def _note(self, number: int, field: str, row: int, column: int, confidence: float = _SURE) -> None:
        self._evidence.append(self._proof(f"transactions[{number}].{field}", row, column, confidence))

    def _proof(self, field: str, row: int, column: int, confidence: float = _SURE) -> Evidence:
        return Evidence(
            item=0,
            field=field,
            producer=_PRODUCER,
            producer_version=_VERSION,
            confidence=confidence,
            page=self._page.number,
            box=Box(column, row, column + 1, row + 1),
            raw_text=self._page.rows[row][column],
        )

    def _summarise(self, builder: ItemBuilder) -> None:
        """Period and balances, which follow from the rows; a list with the newest first is told by its balances."""
        days = sorted(row["date"] for row in self._rows)
        builder.derive("start_date", days[0], ("transactions",), 0.7)
        builder.derive("end_date", days[-1], ("transactions",), 0.7)
        if not all("balance" in row for row in self._rows):
            return
        rows = self._rows
        if all(after["balance"] == before["balance"] + after["amount"] for before, after in pairwise(rows)):
            first, last = rows[0], rows[-1]
        elif all(before["balance"] == after["balance"] + before["amount"] for before, after in pairwise(rows)):
            first, last = rows[-1], rows[0]
        else:
            return
        builder.derive("opening_balance", first["balance"] - first["amount"], ("transactions",), _SURE)
        builder.derive("closing_balance", last["balance"], ("transactions",), _SURE)

    def _account(self, builder: ItemBuilder) -> None:
        """The account: in the column of the own account or over the header; by its IBAN, else by its number."""
        head = range(max(0, min(self._header.row, len(self._page.rows))))
        places = [(row, column) for row in head for column in range(len(self._page.rows[row]))]
        own = self._header.columns.get("own_account")
        if own is not None and self._header.row + 1 < len(self._page.rows):
            places.insert(0, (self._header.row + 1, own))
        for row, column in places:
            cells = self._page.rows[row]
            match = re.search(r"[A-Z]{2}\d{2}[A-Z0-9 ]{11,40}", cells[column] if column < len(cells) else "")
            if match and is_iban(match[0].strip()):
                builder.add(self._proof("iban", row, column), compact(match[0]))
                return
        for row, column in places:
            cell = self._page.rows[row][column] if column < len(self._page.rows[row]) else ""
            named = column == own or re.search(
                r"account|konto|compte|cuenta|conta|conto|rekening", fold(" ".join(self._page.rows[row]))
            )
            match = re.search(r"(?<![\w.,/])[\dX*]{2,}[\dX* .-]{3,}\d(?![\w/]|,\d)", cell)
            if named and match and not find_dates(match[0], self._convention):
                builder.add(self._proof("account_number", row, column, 0.8), match[0].strip())
                return


def _without_days(text: str, convention: Convention) -> str:
    for day in find_dates(text, convention):
        text = text[: day.start] + " " * (day.end - day.start) + text[day.end :]
    return text


def _column_of_ways(page: Page, header: StatementHeader) -> int | None:
    """The column whose cells say which way the money went, where the amounts have no sign of their own."""
    amount = header.columns.get("amount")
    rows = [row for row in page.rows[header.row + 1 :] if amount is not None and len(row) > amount]
    if amount is None or any(re.search(r"[-−(]\s?\d|\d-", row[amount]) for row in rows):
        return None
    for column in range(max((len(row) for row in rows), default=0)):
        cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
        if column not in header.columns.values() and len(cells) * 10 >= len(rows) * 9 and all(map(way_of, cells)):
            return column
    return None


def _settled(convention: Convention, page: Page, header: StatementHeader) -> Convention:
    """The convention with the decimal mark that the amounts themselves show, when the document shows none."""
    if convention.decimal_mark is not None:
        return convention
    columns = [header.columns[name] for name in ("amount", "debit", "credit", "balance") if name in header.columns]
    cells = [row[column] for row in page.rows[header.row + 1 :] for column in columns if column < len(row)]
    marks = [match[1] for cell in cells if (match := re.search(r"\d([.,])\d{1,2}\s*\D*$", cell))]
    return replace(convention, decimal_mark=max(set(marks), key=marks.count)) if marks else convention
