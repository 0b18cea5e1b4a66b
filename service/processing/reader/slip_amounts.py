"""What the amounts of a till slip say together: the total, its taxes, and what they prove of each other.

A slip says its total many times: as a total, as what a card was charged, as cash without change, as the sum of its tax
rows, as the sum of its lines. Recognition spoils one or two of these, seldom all. The value with the most of them wins;
taxes are taken when they explain it.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate
from service.processing.reader.layout import Line
from service.processing.reader.slip_taxes import (
    RATES,
    TaxRow,
    explanation,
    place_of_rate,
    printed_rates,
    rate_between,
    tax_rows,
)
from service.processing.reader.slip_words import SUMS, Amount, amounts_of, exemptions

_CENT = Decimal("0.01")
_MOST_TAX_ROWS = 6
_LEAST_VOTES = 0.6
_SAYING_TOTAL = (*SUMS, "card", "subtotal")


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
    spots = {"base": row.base_spot, "amount": row.tax_spot, "rate": place_of_rate(row)}
    return cells, {name: spot for name, spot in spots.items() if spot is not None}, 0.9


class _Slip:
    """The amounts of a slip by role, and what each of them could prove."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.amounts = tuple(amounts_of(content))

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
        """What speaks for a value; a sum and a rounding, or a tip, pass on what speaks for the sum, and more."""
        before = [value - more.value for more in self._extras if value - more.value in self._sums]
        own = self._own_votes(value)
        return own + 1.0 + max(map(self._own_votes, before)) if own and before else own

    def _own_votes(self, value: Decimal) -> float:
        roles = {amount.role for amount in self.amounts if amount.value == value}
        votes = max((weight for role, weight in SUMS.items() if role in roles), default=0.0)
        votes += 1.5 * ("card" in roles) + 0.5 * ("subtotal" in roles) + 1.0 * ("cash" in roles and not self._change)
        votes += 2.0 * any(
            abs(cash.value) - change == value for cash in self.of("cash", "card") for change in self._change
        )
        votes += 0.6 * (value == self._greatest)
        votes += 2.0 * bool(explanation(value, self.tax_lines)) + 1.5 * (value == self.sum_of_lines)
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
        values = [amount.value for amount in self.amounts if amount.role in (*SUMS, "card", "")]
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
            if amount.role in (*SUMS, "subtotal", "card", "cash"):
                break
            if amount.role in ("", "discount", "other"):
                found[id(amount.spot.line)] = amount
        return sum((amount.value for amount in found.values()), Decimal(0)) if len(found) > 1 else None

    @cached_property
    def tax_lines(self) -> list[list[TaxRow]]:
        """What each line of a table of taxes may mean."""
        found = (tax_rows(self.content, line, self._of_line(line)) for line in self.content.lines)
        return [rows for rows in found if rows][:_MOST_TAX_ROWS]

    def place_of(self, value: Decimal) -> Spot | None:
        """Where a value is printed that isn't said to be something else."""
        fitting = ("net", "tax", "subtotal", "total", "")
        return next((amount.spot for amount in self.of(*fitting) if amount.value == value), None)

    def _of_line(self, line: Line) -> list[Amount]:
        return [amount for amount in self.amounts if amount.spot.line is line]


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
                rates = (*printed_rates(tax.spot.line), *printed_rates(net.spot.line))
                about = net.value / 1000 if len(set(rates)) == 1 else _CENT
                rate = rate_between(net.value, tax.value, rates, about)
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
    printed = tuple(rate for line in slip.content.lines for rate in printed_rates(line))
    for rates in (printed, RATES):
        for tax in slip.of("tax"):
            net = target - tax.value
            own = printed_rates(tax.spot.line)
            rate = rate_between(net, tax.value, [rate for rate in rates if not own or rate in own])
            if rate is not None:
                row = TaxRow(rate, net, tax.value, None, tax.spot)
                said = _candidate("tax_amount", tax.value, tax.spot, 0.9)
                return SlipAmounts((said,), (("net_amount", net, ("total_amount", "tax_amount")),), (row,))
        for base in slip.of("net"):
            rate = rate_between(base.value, target - base.value, rates)
            if rate is not None:
                row = TaxRow(rate, base.value, target - base.value, base.spot, None)
                said = _candidate("net_amount", base.value, base.spot, 0.9)
                return SlipAmounts((said,), (("tax_amount", row.tax, ("total_amount", "net_amount")),), (row,))
    return None


def _unproven(slip: _Slip, total: Amount) -> SlipAmounts:
    """The one tax that a slip names, or that it names none because there is none."""
    taxes = {amount.value: amount for amount in slip.of("tax") if 0 < amount.value < total.value / 3}
    if len(taxes) > 2 and sum(taxes) == 2 * max(taxes):
        whole = taxes[max(taxes)]  # the sum of the taxes of several rates
        return SlipAmounts((_candidate("tax_amount", whole.value, whole.spot, 0.85),))
    if len(taxes) == 1:
        (tax,) = taxes.values()
        # Where a part of what was bought alone is taxed, its row explains that part.
        partial = (row for rows in slip.tax_lines for row in rows if row.tax == tax.value and row.rate)
        row = next((row for row in partial if row.gross < total.value), None)
        said = _candidate("tax_amount", tax.value, tax.spot, 0.8 if row else 0.6)
        return SlipAmounts((said,), (), (row,) if row else ())
    exempt = next(exemptions(slip.content), None) if not slip.of("tax") else None
    if exempt is not None:
        said = _candidate("tax_amount", Decimal(0), exempt, 0.8)
        return SlipAmounts((said,), (("net_amount", total.value, ("total_amount", "tax_amount")),))
    return SlipAmounts()


def _candidate(field: str, value: Decimal, spot: Spot, score: float) -> Candidate:
    return Candidate(field, value, spot, score)
