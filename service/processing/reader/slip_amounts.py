"""What the amounts of a till slip say together: the total, its taxes, and what they prove of each other.

A slip says its total many times: as a total, as what a card was charged, as cash without change, as the sum of its tax
rows, as the sum of its lines. Recognition spoils one or two of these, seldom all. The value with the most of them wins;
taxes are taken when they explain it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from itertools import combinations, permutations

from service.processing.reader.amounts import PERCENT
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate
from service.processing.reader.layout import Line
from service.processing.reader.vocabulary import load

_CENT = Decimal("0.01")
_SLACK = Decimal("0.02")
# Two decimals, also glued to the amount that follows: `11,3471,02`. Recognition puts a space behind the mark.
_MONEY = re.compile(
    r"(?:(?<![\d.,/:#-])|(?<=\d[.,]\d\d))(?P<sign>(?<![\w.])[-−–]\s?)?"
    r"(?P<whole>\d{1,3}(?:[.,']\d{3})+|\d+)\s?[.,]\s?(?P<cents>\d{2})"
    r"(?P<trail>-(?!\d))?(?!\d(?![\d.,]*[.,]\d{2}(?!\d))|[.,:/]\d|\s?%)"
)
_WORDS = re.compile(r"[a-z0-9]+")
#: Rates of value added, goods and services, and sales taxes that slips print, in per cent.
_RATES = tuple(
    Decimal(rate) / 10
    for rate in (
        *(20, 21, 25, 26, 30, 38, 40, 50, 55, 60, 70, 77, 80, 81, 85, 90, 95, 100, 110, 120, 125, 130, 135, 140, 150),
        *(160, 170, 180, 190, 200, 210, 220, 230, 240, 250, 255, 270),
    )
)
_MOST_TAX_ROWS = 6
_MOST_WORDS = 5
_LEAST_VOTES = 0.6


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its place and with what the words of its line say that it is: a role of `slips.toml` or ``."""

    value: Decimal
    spot: Spot
    role: str


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One rate's base and tax in whole cents; `spot` spans them. `rate` is None on a line that sums up other rows."""

    rate: Decimal | None
    base: Decimal
    tax: Decimal
    base_spot: Spot | None
    tax_spot: Spot | None

    @property
    def gross(self) -> Decimal:
        """Base and tax."""
        return self.base + self.tax


@dataclass(frozen=True, slots=True)
class SlipAmounts:
    """What a slip says of its money: candidates for fields, and the tax rows that explain the total, if any do."""

    candidates: tuple[Candidate, ...] = ()
    #: Fields that follow from others: field, value and the fields that it follows from.
    derived: tuple[tuple[str, Decimal, tuple[str, ...]], ...] = ()
    rows: tuple[TaxRow, ...] = ()


def read_slip(content: Content) -> SlipAmounts:
    """The amounts of a slip. Empty when nothing on it says what its total is."""
    slip = _Slip(content)
    total = slip.total
    if total is None:
        return SlipAmounts()
    return _with_taxes(slip, total)


def tax_cells(row: TaxRow) -> tuple[dict[str, Decimal], dict[str, Spot], float]:
    """The cells of a tax row, the places of those that are printed, and its confidence."""
    cells = {"base": row.base, "amount": row.tax} | ({"rate": row.rate} if row.rate is not None else {})
    spots = {"base": row.base_spot, "amount": row.tax_spot}
    return cells, {name: spot for name, spot in spots.items() if spot is not None}, 0.9


class _Slip:
    """The amounts of a slip by role, and what each of them could prove."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.amounts = tuple(_amounts(content))

    def of(self, *roles: str) -> list[Amount]:
        """The amounts of these roles, those of the first role first."""
        return [amount for role in roles for amount in self.amounts if amount.role == role]

    @cached_property
    def total(self) -> Amount | None:
        """The value that the most signs speak for, where it is said most plainly."""
        votes = {value: self._votes(value) for value in self._possible}
        value = max(votes, key=lambda value: (votes[value], value), default=None)
        if value is None or votes[value] < _LEAST_VOTES:
            return None
        self.confidence = min(0.97, 0.5 + 0.08 * float(votes[value]))
        said = [amount for amount in self.of(*_SAYING_TOTAL) if amount.value == value]
        return said[0] if said else next((amount for amount in self.amounts if amount.value == value), None)

    @cached_property
    def _possible(self) -> list[Decimal]:
        roles = {*_SAYING_TOTAL, "cash"}
        named = [amount.value for amount in self.amounts if amount.role in roles]
        sums = [row.gross for rows in self.tax_lines for row in rows]
        sums += [self._greatest] if self._greatest is not None else []
        printed = {amount.value for amount in self.amounts}
        return list(dict.fromkeys(value for value in (*named, *sums) if value and value in printed))

    def _votes(self, value: Decimal) -> float:
        roles = {amount.role for amount in self.amounts if amount.value == value}
        votes = max((weight for role, weight in _TOTAL_WORDS.items() if role in roles), default=0.0)
        votes += 1.5 * ("card" in roles) + 0.5 * ("subtotal" in roles) + 1.0 * ("cash" in roles and not self._change)
        votes += 2.0 * any(cash.value - change == value for cash in self.of("cash", "card") for change in self._change)
        votes += 0.6 * (value == self._greatest)
        votes += 2.0 * bool(explanation(value, self.tax_lines)) + 1.5 * (value == self.sum_of_lines)
        if votes and any(value - more.value in self._sums for more in self._extras):
            # What is left to pay: the total before it was said to be another.
            votes += 3.0
        return votes

    @cached_property
    def _extras(self) -> list[Amount]:
        """What comes to the sum of what was bought: a rounding, a tip. Several tips are proposals."""
        tips = self.of("tip")
        several = len({tip.value for tip in tips}) > 1
        return [amount for amount in (*self.of("rounding"), *([] if several else tips)) if amount.value]

    @cached_property
    def _change(self) -> set[Decimal]:
        return {abs(amount.value) for amount in self.of("change", "balance") if amount.value}

    @cached_property
    def _sums(self) -> set[Decimal]:
        return {amount.value for amount in self.of("total", "final_total", "named_sum", "subtotal")}

    @cached_property
    def _greatest(self) -> Decimal | None:
        """The greatest amount that nothing says to be another thing than a total."""
        values = [amount.value for amount in self.amounts if amount.role in (*_TOTAL_WORDS, "card", "")]
        return max(values, default=None)

    @cached_property
    def before_extras(self) -> list[Decimal]:
        """What the taxes may explain: the total, and the total without tip and rounding."""
        if self.total is None:
            return []
        extras = {amount.value for amount in self._extras}
        return [
            self.total.value,
            *(self.total.value - more for more in extras if self.total.value - more in self._sums),
        ]

    @cached_property
    def sum_of_lines(self) -> Decimal | None:
        """What the lines over the first sum add up to: the last amount of each."""
        found: dict[int, Amount] = {}
        for amount in self.amounts:
            if amount.role in (*_TOTAL_WORDS, "subtotal", "card", "cash"):
                break
            if amount.role in ("", "discount", "other"):
                found[id(amount.spot.line)] = amount
        return sum((amount.value for amount in found.values()), Decimal(0)) if len(found) > 1 else None

    @cached_property
    def tax_lines(self) -> list[list[TaxRow]]:
        """What each line of a table of taxes may mean."""
        found = (_tax_rows(self.content, line, self._of_line(line)) for line in self.content.lines)
        return [rows for rows in found if rows][:_MOST_TAX_ROWS]

    def place_of(self, value: Decimal) -> Spot | None:
        """Where a value is printed that isn't said to be something else."""
        fitting = ("net", "tax", "subtotal", "total", "")
        return next((amount.spot for amount in self.of(*fitting) if amount.value == value), None)

    @property
    def exemptions(self) -> Iterator[Spot]:
        """Where the slip says that nothing is taxed."""
        for line in self.content.lines:
            for start, end in _exempt(line):
                yield Spot(line, start, end)

    def _of_line(self, line: Line) -> list[Amount]:
        return [amount for amount in self.amounts if amount.spot.line is line]


_TOTAL_WORDS = {"final_total": 3.0, "total": 2.0, "named_sum": 1.0, "balance": 0.8}
_SAYING_TOTAL = (*_TOTAL_WORDS, "card", "subtotal")


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    return {tuple(phrase.split()): role for role, phrases in load("slips").items() for phrase in phrases}


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for phrase in _phrases() for word in phrase)


def _amounts(content: Content) -> Iterator[Amount]:
    waiting = ""
    for line in content.lines:
        matches = [match for match in _MONEY.finditer(line.text) if _is_money(line, match)]
        role, end = "", 0
        for position, match in enumerate(matches):
            said = role_of(line.folded[end : match.start()])
            if not said and position == 0:
                after = matches[1].start() if len(matches) > 1 else len(line.text)
                said = role_of(line.folded[match.end() : after])
            if _is_bare(line):
                said = said or _heading_role(content, line, match) or (waiting if position == 0 else "")
            role, end = said or role, match.end()
            value = Decimal(re.sub(r"\D", "", match["whole"]) + "." + match["cents"])
            negative = match["sign"] or match["trail"]
            yield Amount(-value if negative else value, Spot(line, match.start(), match.end()), role)
        waiting = "" if matches else role_of(line.folded)


def _exempt(line: Line) -> Iterator[tuple[int, int]]:
    words = [(match.group(), match.start(), match.end()) for match in _WORDS.finditer(line.folded)]
    for start in range(len(words)):
        for length in range(2, _MOST_WORDS + 1):
            some = words[start : start + length]
            if len(some) == length and _phrases().get(tuple(_word(word) for word, _, _ in some)) == "exempt":
                yield some[0][1], some[-1][2]


def _is_money(line: Line, match: re.Match[str]) -> bool:
    """Whether a number is no part of a word, of a weight or of a measure."""
    before = re.search(r"[^\W\d_]+$", line.folded[: match.start()])
    after = re.match(
        r"\s?(?:kg|g|lt?r?|liters?|litros|litres|km|kwh|stk|pcs|uhr|h|x\s?\d)\b", line.folded[match.end() :]
    )
    # A first digit of a greater number was lost where it begins with a zero.
    cut = match["whole"].startswith("0") and len(match["whole"]) > 1
    return (before is None or before.group() in _CURRENCIES) and after is None and not cut


_CURRENCIES = frozenset(
    ["rm", "eur", "usd", "gbp", "chf", "s", "e", "kr", "sek", "nok", "dkk", "pln", "myr", "sgd", "r"]
)


def _is_bare(line: Line) -> bool:
    """Whether a line has no words but currencies beside its amounts."""
    return not {word for word in re.findall(r"[a-z]+", line.folded) if len(word) > 1} - _CURRENCIES


def _heading_role(content: Content, line: Line, match: re.Match[str]) -> str:
    """The role that the heading over an amount gives it; rates are no amounts."""
    box = line.box_between(match.start(), match.end())
    for other in content.above(line, _MOST_TAX_ROWS):
        if _is_bare(other):
            continue
        over = [cell for cell in other.cells if min(cell.box.x1, box.x1) > max(cell.box.x0, box.x0)]
        if _MONEY.search(other.text) or len(other.cells) < 2 or not over:
            return ""
        return (
            "other"
            if "%" in other.text[over[0].start : over[0].end]
            else role_of(other.folded[over[0].start : over[0].end])
        )
    return ""


def role_of(text: str) -> str:
    """The role that some words give the amount after them: the longest phrase's, the first of equals."""
    words = [_word(word) for token in _WORDS.findall(text) for word in _parts(token)]
    for length in range(min(_MOST_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            role = _phrases().get(tuple(words[start : start + length]))
            if role is not None and role != "without":
                return "net" if role in _TOTAL_WORDS and _is_untaxed(words) else role
    return ""


def _is_untaxed(words: Sequence[str]) -> bool:
    """Whether a sum is told to be without something, as `Total sales (excluding GST)`."""
    return any(_phrases().get((word,)) == "without" for word in words)


def _parts(token: str) -> tuple[str, ...]:
    """A word that recognition glued to `total`, apart."""
    if token in _known_words() or len(token) < 7 or not token.startswith("total"):
        return (token,)
    return "total", token[5:]


@cache
def _word(token: str) -> str:
    """The word of the vocabulary that a token is, or was before one of its letters was misread."""
    if token in _known_words() or len(token) < 5 or token.isdigit():
        return token
    for word in sorted(_known_words()):
        if len(word) == len(token) and sum(a != b for a, b in zip(word, token, strict=True)) == 1:
            return word
    return token


def _tax_rows(content: Content, line: Line, amounts: Sequence[Amount]) -> list[TaxRow]:
    """The ways in which a line of two to four amounts can be base, tax and, it may be, their sum."""
    if not 2 <= len(amounts) <= 4:
        return []
    rates = _printed_rates(line)
    context = bool(rates) or _is_taxed(content, line)
    if not context:
        return []
    values = [amount.value for amount in amounts]
    found = []
    for one, other in permutations(amounts, 2):
        rate = _rate_between(one.value, other.value, rates or _RATES)
        if rate is not None and (rates or one.value + other.value in values):
            found.append(TaxRow(rate, one.value, other.value, one.spot, other.spot))
        elif one.value + other.value in values and 0 < other.value < one.value / 2:
            # Taxes that were rounded line by line are a few cents beside the one printed rate.
            about = _rate_between(one.value, other.value, rates[:1], one.value / 1000)
            found.append(TaxRow(about, one.value, other.value, one.spot, other.spot))
        elif one.value > 0 and other.value == 0:
            found.append(TaxRow(Decimal(0), one.value, other.value, one.spot, other.spot))
        base = one.value - other.value
        if base not in values and other.value > 0 and (rate := _rate_between(base, other.value, rates)) is not None:
            found.append(TaxRow(rate, base, other.value, None, other.spot))
    return found


def _printed_rates(line: Line) -> tuple[Decimal, ...]:
    return tuple(Decimal(match[1].replace(",", ".")) for match in PERCENT.finditer(line.text))


def _is_taxed(content: Content, line: Line) -> bool:
    """Whether a line stands under the heading of a table of taxes."""
    for other in content.above(line, _MOST_TAX_ROWS):
        roles = {role_of(line.folded[cell.start : cell.end]) for line, cell in ((other, cell) for cell in other.cells)}
        if "tax" in roles or (
            {"net", "tax"} & {_phrases().get((_word(word),)) for word in _WORDS.findall(other.folded)}
        ):
            return True
    return False


def _rate_between(base: Decimal, tax: Decimal, rates: Iterable[Decimal], slack: Decimal = _CENT) -> Decimal | None:
    """The rate that makes a tax of a base, to the cent."""
    if base <= 0 or tax <= 0:
        return None
    return next((rate for rate in rates if rate and abs(base * rate / 100 - tax) <= slack), None)


def explanation(total: Decimal, lines: Sequence[Sequence[TaxRow]]) -> tuple[TaxRow, ...]:
    """The rows, one of a line at most, that add up to a total; the most rows, so that rates come before their sum."""
    for count in range(len(lines), 0, -1):
        for some in combinations(lines, count):
            for rows in _choices(some):
                gap = abs(sum((row.gross for row in rows), Decimal(0)) - total)
                if gap <= _SLACK * (count > 1) and any(row.tax for row in rows):
                    return rows
    return ()


def _choices(lines: Sequence[Sequence[TaxRow]]) -> Iterator[tuple[TaxRow, ...]]:
    """One row of each line, in every way. Of several lines each has a rate: a line of sums repeats the others."""
    if not lines:
        yield ()
        return
    for row in lines[0]:
        for rest in _choices(lines[1:]):
            rows = (row, *rest)
            if len(rows) == 1 or all(row.rate is not None for row in rows):
                yield rows


def _with_taxes(slip: _Slip, total: Amount) -> SlipAmounts:
    """The total with the taxes that explain it: as a table, as labelled amounts, or as one of both with its rate."""
    said = _candidate("total_amount", total.value, total.spot, slip.confidence)
    for target in slip.before_extras:
        rows = explanation(target, slip.tax_lines)
        found = _of_table(slip, rows) if rows else _labelled(slip, target) or _with_one_known(slip, target)
        if found is not None:
            return SlipAmounts((said, *found.candidates), found.derived, found.rows)
    alone = _unproven(slip, total)
    return SlipAmounts((said, *alone.candidates), alone.derived, alone.rows)


def _of_table(slip: _Slip, rows: tuple[TaxRow, ...]) -> SlipAmounts:
    candidates: list[Candidate] = []
    derived: list[tuple[str, Decimal, tuple[str, ...]]] = []
    for field, cell in (("net_amount", "base"), ("tax_amount", "tax")):
        value = sum((getattr(row, cell) for row in rows), Decimal(0))
        spot = getattr(rows[0], f"{cell}_spot") if len(rows) == 1 else slip.place_of(value)
        if spot is not None:
            candidates.append(_candidate(field, value, spot, 0.95))
        elif len(rows) == 1:
            derived.append((field, value, ("total_amount", "tax_amount")))
        else:
            name = "base" if cell == "base" else "amount"
            derived.append((field, value, tuple(f"taxes[{number}].{name}" for number in range(len(rows)))))
    return SlipAmounts(tuple(candidates), tuple(derived), tuple(row for row in rows if row.rate is not None))


def _labelled(slip: _Slip, target: Decimal) -> SlipAmounts | None:
    """Net amounts and taxes on lines of their own that add up to the total."""
    nets, taxes = slip.of("net", "subtotal"), slip.of("tax")
    for net in nets:
        for tax in taxes:
            if net.value + tax.value == target and 0 <= tax.value < net.value:
                rates = (*_printed_rates(tax.spot.line), *_printed_rates(net.spot.line))
                about = net.value / 1000 if len(set(rates)) == 1 else _CENT
                rate = _rate_between(net.value, tax.value, rates, about)
                rows = (TaxRow(rate, net.value, tax.value, net.spot, tax.spot),) if rate is not None else ()
                both = (("net_amount", net), ("tax_amount", tax))
                return SlipAmounts(
                    tuple(_candidate(name, said.value, said.spot, 0.93) for name, said in both), (), rows
                )
    several = [one for one in slip.of("tax") if one.value > 0]
    for net in nets:
        if len(several) > 1 and net.value + sum((one.value for one in several), Decimal(0)) == target:
            tax_sum = target - net.value
            return SlipAmounts(
                (_candidate("net_amount", net.value, net.spot, 0.9),),
                (("tax_amount", tax_sum, ("total_amount", "net_amount")),),
            )
    return None


def _with_one_known(slip: _Slip, target: Decimal) -> SlipAmounts | None:
    """The tax, or the net amount, whose rate makes the other of the total: that one is spoilt or isn't printed."""
    printed = tuple(rate for line in slip.content.lines for rate in _printed_rates(line))
    for rates in (printed, _RATES):
        for tax in slip.of("tax"):
            net = target - tax.value
            rate = _rate_between(net, tax.value, rates)
            if rate is not None:
                row = TaxRow(rate, net, tax.value, None, tax.spot)
                said = _candidate("tax_amount", tax.value, tax.spot, 0.9)
                return SlipAmounts((said,), (("net_amount", net, ("total_amount", "tax_amount")),), (row,))
        for base in slip.of("net"):
            rate = _rate_between(base.value, target - base.value, rates)
            if rate is not None:
                row = TaxRow(rate, base.value, target - base.value, base.spot, None)
                said = _candidate("net_amount", base.value, base.spot, 0.9)
                return SlipAmounts((said,), (("tax_amount", row.tax, ("total_amount", "net_amount")),), (row,))
    return None


def _unproven(slip: _Slip, total: Amount) -> SlipAmounts:
    """The one tax that a slip names, or that it names none because there is none."""
    taxes = {amount.value: amount for amount in slip.of("tax") if 0 < amount.value < total.value / 3}
    if len(taxes) == 1:
        (tax,) = taxes.values()
        # Where a part of what was bought alone is taxed, its row explains that part.
        partial = (row for rows in slip.tax_lines for row in rows if row.tax == tax.value and row.rate)
        row = next((row for row in partial if row.gross < total.value), None)
        said = _candidate("tax_amount", tax.value, tax.spot, 0.8 if row else 0.6)
        return SlipAmounts((said,), (), (row,) if row else ())
    exempt = next(slip.exemptions, None) if not slip.of("tax") else None
    if exempt is not None:
        said = _candidate("tax_amount", Decimal(0), exempt, 0.8)
        return SlipAmounts((said,), (("net_amount", total.value, ("total_amount", "tax_amount")),))
    return SlipAmounts()


def _candidate(field: str, value: Decimal, spot: Spot, score: float) -> Candidate:
    return Candidate(field, value, spot, score)
