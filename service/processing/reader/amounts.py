"""Net, tax and total, chosen together because they must add up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, Found, amounts_in, candidates, find_amount, find_last_amount
from service.processing.reader.layout import Line

_CENT = Decimal("0.02")
#: A rate in per cent.
PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
_MAX_EACH = 12


def find_amounts(content: Content) -> list[Candidate]:
    """The candidates for `net_amount`, `tax_amount` and `total_amount` that fit together best."""
    totals = _ranked(_with_money_bonus(candidates(content, ("total_amount",), find_last_amount)))
    nets = _ranked(candidates(content, ("net_amount",), find_amount))
    taxes = _ranked(candidates(content, ("tax_amount",), _find_tax))
    several = _several_rates(content, totals)
    if several:
        return several
    triple = _triple(totals, nets, taxes)
    if triple:
        return triple
    chosen = []
    if totals:
        # Of totals with the same label the greatest is the sum of the others.
        top = [candidate for candidate in totals if candidate.score > totals[0].score - 0.06]
        chosen.append(max(top, key=lambda candidate: abs(candidate.value)))
    if not chosen:
        chosen += _greatest_with_currency(content)
    total = chosen[0].value if chosen else None
    tax = next((candidate for candidate in taxes if total is None or abs(candidate.value) * 2 < abs(total)), None)
    net = next((candidate for candidate in nets if total is None or abs(candidate.value) <= abs(total)), None)
    if total is not None and tax is not None and (net is None or abs(net.value + tax.value - total) > _CENT):
        net = _printed(content, total - tax.value) or (replace(net, score=0.3) if net else None)
    return chosen + [candidate for candidate in (net, tax) if candidate is not None]


def _several_rates(content: Content, totals: list[Candidate]) -> list[Candidate]:
    """Net, tax and total of a document with more than one tax rate, when the rows add up to sums that are printed."""
    rows = [row for row, _ in find_tax_rows(content)]
    if len({row["rate"] for row in rows}) < 2 or len({row["rate"] for row in rows}) < len(rows):
        return []
    net = sum((row["base"] for row in rows), Decimal(0))
    tax = sum((row["amount"] for row in rows), Decimal(0))
    total = next((candidate for candidate in totals if candidate.value == net + tax), None)
    if total is None:
        return []
    parts = (_printed(content, net), _printed(content, tax))
    fields = ("net_amount", "tax_amount")
    return [total, *(replace(part, field=name) for part, name in zip(parts, fields, strict=True) if part)]


def _greatest_with_currency(content: Content) -> list[Candidate]:
    """The greatest amount that a currency sign stands beside, for documents without a label that we know."""
    found = []
    for line in content.lines:
        for amount, start, end, others in amounts_in(content, line, 0, len(line.text)):
            around = line.text[max(0, start - 4) : start] + line.text[end : end + 5]
            if re.search(r"€|£|\$|EUR|USD|GBP|CHF", around) and re.search(r"[.,]\d{2}$", line.text[start:end]):
                found.append(Candidate("total_amount", amount, Spot(line, start, end), 0.4, others))
    return sorted(found, key=lambda candidate: -abs(candidate.value))[:1]


def _printed(content: Content, value: Decimal) -> Candidate | None:
    """An amount that must be the net amount by arithmetic and stands somewhere without a label."""
    for line in content.lines:
        for amount, start, end, others in amounts_in(content, line, 0, len(line.text)):
            if amount == value and value:
                return Candidate("net_amount", amount, Spot(line, start, end), 0.6, others)
    return None


def _ranked(found: Iterator[Candidate]) -> list[Candidate]:
    return sorted(found, key=lambda candidate: -candidate.score)[:_MAX_EACH]


def _with_money_bonus(found: Iterator[Candidate]) -> Iterator[Candidate]:
    for candidate in found:
        line, spot = candidate.spot.line, candidate.spot
        around = line.text[max(0, spot.start - 4) : spot.end + 5]
        money = re.search(r"€|£|\$|EUR|USD|GBP|CHF|R\$", around) is not None
        cents = re.search(r"[.,]\d{2}$", spot.text) is not None
        score = candidate.score + (0.04 if money else 0.0) - (0.0 if cents or money else 0.35)
        yield Candidate(candidate.field, candidate.value, spot, score, candidate.alternatives)


def _find_tax(content: Content, line: Line, start: int, end: int) -> Found | None:
    """The last amount after a tax label: on `IVA 21% s/ 100,00 21,00` the tax stands last."""
    amounts = [
        entry
        for entry in amounts_in(content, line, start, end)
        if re.search(r"[.,]\d{2}$", line.text[entry[1] : entry[2]])
    ]
    return amounts[-1] if amounts else None


def _triple(totals: list[Candidate], nets: list[Candidate], taxes: list[Candidate]) -> list[Candidate]:
    """The likeliest candidates with net + tax = total; the total is never zero."""
    best: list[Candidate] = []
    best_score = 0.0
    for total in totals:
        for net in nets:
            for tax in taxes:
                if (
                    abs(net.value + tax.value - total.value) > _CENT
                    or not total.value
                    or abs(tax.value) > abs(net.value)
                ):
                    continue
                score = total.score + net.score + tax.score
                if tax.spot in (net.spot, total.spot):
                    continue
                if score > best_score:
                    best, best_score = [total, net, tax], score
    if best and totals and totals[0].score > best[0].score + 0.3 and abs(totals[0].value) > abs(best[0].value):
        return []
    return best


def find_tax_rows(content: Content) -> list[tuple[dict[str, Decimal], Spot]]:
    """Rows of a tax table: a rate in per cent with a base and a tax that agree with it."""
    rows: list[tuple[dict[str, Decimal], Spot]] = []
    seen: set[tuple[Decimal, Decimal]] = set()
    for line in content.lines:
        amounts = [(entry[0], entry[1], entry[2]) for entry in amounts_in(content, line, 0, len(line.text))]
        rates = [Decimal(match[1].replace(",", ".")) for match in PERCENT.finditer(line.text)]
        for rate in rates or _rates_under_header(content, line, amounts):
            pair = _base_and_tax(rate, amounts)
            if pair is None or (rate, pair[0]) in seen or rate == 0:
                continue
            seen.add((rate, pair[0]))
            rows.append(({"rate": rate, "base": pair[0], "amount": pair[1]}, Spot(line, pair[2], pair[3])))
    return rows


def _rates_under_header(content: Content, line: Line, amounts: list[tuple[Decimal, int, int]]) -> list[Decimal]:
    """Numbers of a row that stand under a header with a percent sign, as in `Base  % IVA  Cuota`."""
    if len(amounts) < 3:
        return []
    found = []
    for other in content.above(line, 5):
        for header in other.cells:
            if "%" not in other.text[header.start : header.end] or re.search(
                r"\d", other.text[header.start : header.end]
            ):
                continue
            for value, start, end in amounts:
                box = line.box_between(start, end)
                if min(box.x1, header.box.x1) > max(box.x0, header.box.x0) and 0 < value < 40:
                    found.append(value)
    return found


def _base_and_tax(rate: Decimal, amounts: list[tuple[Decimal, int, int]]) -> tuple[Decimal, Decimal, int, int] | None:
    in_table = len(amounts) > 3
    for base, first, _ in amounts:
        for tax, start, end in amounts:
            if in_table and start < first:
                continue  # tables print the base first; `10 × 171,54 = 1.715,40` is no tax of 10 %
            if base > 0 and start != first and abs(base * rate / 100 - tax) <= Decimal("0.015"):
                return base, tax, min(first, start), max(end, first)
    return None
