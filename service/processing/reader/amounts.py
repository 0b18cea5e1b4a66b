"""Net, tax and total, chosen together because they must add up.

Four proofs are tried: labelled amounts with net + tax = total; rows of several tax rates whose sums make a printed
total; several taxes on one net amount, as of a federation and a province; and a printed rate that makes a tax of a net,
wherever the three amounts stand. Of those that hold the one with the greatest total is the document's: lines and single
rates hold as well, and are parts of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, Finder, Found, amounts_in, candidates, find_amount
from service.processing.reader.layout import Line

#: A row of a tax table: its rate in per cent, its base and its tax.
TaxRow = tuple[dict[str, Decimal], Spot]

_CENT = Decimal("0.02")
#: A rate in per cent.
PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
_PERCENT_BEFORE = re.compile(r"%\s?(\d{1,2}(?:[.,]\d{1,2})?)(?![\d.,]*\d)")
_CENTS = re.compile(r"[.,]\d{2}$")
#: Headings of a column of rates, unless it is one of discounts.
_RATE_HEADING = re.compile(
    r"%|\b(?:tipo|taxa|taux|rate|satz|steuersatz|stawka|sazba|sats|momssats|cota|aliquota|tarief|alv|kanta)\b"
)
_DISCOUNT = re.compile(r"\b(?:dto|dcto|desc\w*|dis[ck]\w*|rab\w*|rem\w*|sconto|korting|alennus|popust|zn\w*)\b")
#: Words of a total that say what is left to pay.
_PAYABLE = re.compile(
    r"pag|pay|due|zahl|betal|zaplat|uhrad|plata|ordaint|solde|saldo|restan|maksett|voldoen|abonar|liquid|percib|balance|balans"
)
_MAX_EACH, _MAX_ROWS, _MAX_RATES = 12, 6, 5
_PROVEN = 0.75
_GREATEST_RATE, _LESS_SURE = 30, 0.15


@dataclass(frozen=True)
class _Sums:
    """Amounts of one document that fit together, with the tax rows that prove them."""

    total: Candidate
    net: Candidate
    tax: Candidate
    rows: tuple[TaxRow, ...] = ()

    @property
    def candidates(self) -> list[Candidate]:
        return [self.total, self.net, self.tax]


class _Printed:
    """What a document prints as amounts, and what its labels make of them."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.totals = _ranked(_with_money_bonus(_all_on_line(content, "total_amount")))
        self.nets = _ranked(candidates(content, ("net_amount",), find_amount))
        self.taxes = _ranked(candidates(content, ("tax_amount",), _find_tax))
        self.withheld = [abs(entry.value) for entry in candidates(content, ("withheld_amount",), _find_tax)]
        self.places: dict[Decimal, list[Spot]] = {}
        for line in content.lines:
            for amount, start, end, _ in amounts_in(content, line, 0, len(line.text)):
                self.places.setdefault(amount, []).append(Spot(line, start, end))

    def candidate(self, field: str, value: Decimal) -> Candidate | None:
        """An amount as the value of a field: where its label stands, else where it is printed last."""
        known = {"total_amount": self.totals, "net_amount": self.nets, "tax_amount": self.taxes}[field]
        labelled = next((entry for entry in known if entry.value == value), None)
        if labelled is not None:
            return replace(labelled, score=max(labelled.score, _PROVEN))
        places = self.places.get(value)
        return Candidate(field, value, places[-1], _PROVEN) if places else None

    def total_of(self, value: Decimal) -> Candidate | None:
        """The printed total of net and tax: their sum, or what the buyer pays of it when a part is withheld."""
        if not value:
            return None
        for withheld in (Decimal(0), *self.withheld):
            found = self.candidate("total_amount", value - withheld)
            if found is not None:
                return found
        return None

    def sums(self, net: Decimal, tax: Decimal, rows: tuple[TaxRow, ...] = ()) -> _Sums | None:
        """A net and a tax with the total that they make, if all of them are printed; a sum of rows need not be."""
        total = self.total_of(net + tax)
        found = self.candidate("net_amount", net), self.candidate("tax_amount", tax)
        if total is None or found[0] is None or found[1] is None:
            return None
        return _Sums(total, found[0], found[1], rows)


def find_amounts(content: Content) -> list[Candidate]:
    """The candidates for net, tax and total that fit together best, with what is withheld and left to pay of it."""
    printed = _Printed(content)
    sums = _proven(printed)
    found = sums.candidates if sums else _likely(printed)
    return [*found, *_payable(printed, found)]


def find_tax_rows(content: Content) -> list[TaxRow]:
    """Rows of a tax table: a rate in per cent with a base and a tax that agree with it."""
    printed = _Printed(content)
    several = _of_rows(printed, _tax_rows(content)) or _on_one_net(printed)
    if several is not None:
        return list(several.rows)
    rows = [row for row in _tax_rows(content) if row[0]["rate"]]
    rates = [row["rate"] for row, _ in rows]
    whole = sum((row["base"] + row["amount"] for row, _ in rows), Decimal(0))
    if len(set(rates)) == len(rates) or (len(set(rates)) > 1 and whole in {total.value for total in printed.totals}):
        return rows
    # The same rate again and again is that of lines, which are no table of taxes.
    return [row for row in rows if rates.count(row[0]["rate"]) == 1] if len(set(rates)) > 1 else []


def rates_in(text: str) -> Iterator[tuple[Decimal, int, int]]:
    """The rates in per cent of a text, with their first character and the one after their last."""
    for match in [*PERCENT.finditer(text)] or [*_PERCENT_BEFORE.finditer(text)]:
        yield Decimal(match[1].replace(",", ".")), match.start(), match.end()


def printed_rates(content: Content) -> Iterator[tuple[Decimal, Spot]]:
    """The rates of a document: first those in per cent, then bare numbers that may stand in a column of rates."""
    for line in content.lines:
        for rate, start, end in rates_in(line.text):
            yield rate, Spot(line, start, end)
    for line in content.lines:
        for number, start, end, _ in amounts_in(content, line, 0, len(line.text)):
            if 0 < number < _GREATEST_RATE:
                yield number, Spot(line, start, end)


def _proven(printed: _Printed) -> _Sums | None:
    """The proof with the greatest total; labels win among equals."""
    rows = _of_rows(printed, _tax_rows(printed.content))
    proofs = [_triple(printed), rows, _on_one_net(printed), _of_one_rate(printed), _side_by_side(printed)]
    return max((proof for proof in proofs if proof), key=lambda proof: abs(proof.total.value), default=None)


def _triple(printed: _Printed) -> _Sums | None:
    """The likeliest labelled amounts with net + tax = total; the total is never zero."""
    best: _Sums | None = None
    best_score = 0.0
    for total, net, tax in product(printed.totals, printed.nets, printed.taxes):
        if not total.value or abs(tax.value) > abs(net.value) or tax.spot in (net.spot, total.spot):
            continue
        if abs(net.value + tax.value - total.value) > _CENT:
            continue
        score = total.score + net.score + tax.score
        if score > best_score:
            best, best_score = _Sums(total, net, tax), score
    first = printed.totals[0] if printed.totals else None
    if best and first and first.score > best.total.score + 0.3 and abs(first.value) > abs(best.total.value):
        return None
    return best


def _of_one_rate(printed: _Printed) -> _Sums | None:
    """The greatest net of which a printed rate makes a printed tax, and both a printed total."""
    rates = {rate for line in printed.content.lines for rate, _, _ in rates_in(line.text) if rate}
    nets = [amount for amount, places in printed.places.items() if any(_CENTS.search(spot.text) for spot in places)]
    best: _Sums | None = None
    for rate, net in product(rates, nets):
        if best is not None and abs(net) <= abs(best.net.value):
            continue
        exact = net * rate / 100
        for tax in (round(exact, 2), round(exact, 2) + Decimal("0.01"), round(exact, 2) - Decimal("0.01")):
            sums = printed.sums(net, tax) if tax and tax in printed.places else None
            if sums is not None:
                best = sums
                break
    surest = max((candidate.score for candidate in printed.totals), default=0.0)
    said = {candidate.value for candidate in printed.totals if candidate.score > surest - _LESS_SURE}
    if best is None or not said or best.total.value in said or abs(best.total.value) > max(map(abs, said)):
        return best
    return None


def _side_by_side(printed: _Printed) -> _Sums | None:
    """Net and tax that one line has next to each other, over the labelled total that they make."""
    for total in printed.totals:
        for net, places in printed.places.items():
            rest = total.value - net
            if not rest or abs(rest) * 3 > abs(net) or rest not in printed.places:
                continue
            for spot in printed.places[rest]:
                beside = next((other for other in places if other.line is spot.line and other.end < spot.start), None)
                if beside is not None and total.spot.line is not spot.line:
                    parts = Candidate("net_amount", net, beside, _PROVEN), Candidate("tax_amount", rest, spot, _PROVEN)
                    return _Sums(total, *parts)
    return None


def _of_rows(printed: _Printed, rows: Sequence[TaxRow]) -> _Sums | None:
    """The rows of several rates, one of each, that make the greatest total that is printed."""
    by_rate: dict[Decimal, list[TaxRow | None]] = {}
    for row in sorted(rows, key=lambda row: -abs(row[0]["base"])):
        by_rate.setdefault(row[0]["rate"], []).append(row)
    if not 1 < len(by_rate) <= _MAX_RATES:
        return None
    best: _Sums | None = None
    for chosen in product(*([*of_rate[:_MAX_ROWS], None] for of_rate in by_rate.values())):
        several = tuple(row for row in chosen if row is not None)
        if len(several) < 2:
            continue
        net = sum((row["base"] for row, _ in several), Decimal(0))
        tax = sum((row["amount"] for row, _ in several), Decimal(0))
        if best is not None and abs(net + tax) <= abs(best.total.value):
            continue
        total = printed.total_of(net + tax)
        if total is not None:
            best = _summed(printed, total, net, tax, several)
    return best


def _summed(printed: _Printed, total: Candidate, net: Decimal, tax: Decimal, rows: tuple[TaxRow, ...]) -> _Sums:
    """The sums of rows, which need not be printed themselves: one without a field is nobody's value."""
    unsaid = Candidate("", net, rows[0][1], 0.0), Candidate("", tax, rows[0][1], 0.0)
    known = printed.candidate("net_amount", net), printed.candidate("tax_amount", tax)
    return _Sums(total, known[0] or unsaid[0], known[1] or unsaid[1], rows)


def _on_one_net(printed: _Printed) -> _Sums | None:
    """Several taxes on the same net amount that make a labelled total with it: CGST and SGST, GST and PST."""
    rated = list(_rated_amounts(printed.content))
    said = {total.value: total for total in reversed(printed.totals)}
    best: _Sums | None = None
    for net in printed.places if len(rated) > 1 else ():
        rows = tuple(
            ({"rate": rate, "base": net, "amount": tax}, spot)
            for rate, tax, spot in rated
            if tax != net and abs(net * rate / 100 - tax) <= _CENT
        )
        tax = sum((row["amount"] for row, _ in rows), Decimal(0))
        total = said.get(net + tax)
        if len(rows) > 1 and total is not None and (best is None or abs(net) > abs(best.net.value)):
            best = _summed(printed, total, net, tax, rows)
    return best


def _rated_amounts(content: Content) -> Iterator[tuple[Decimal, Decimal, Spot]]:
    """The amount that ends a line with one rate, as in `PST 7% 328.86`."""
    for line in content.lines:
        rates = [rate for rate, _, _ in rates_in(line.text) if rate]
        amounts = list(amounts_in(content, line, 0, len(line.text)))
        if len(rates) == 1 and amounts:
            value, start, end, _ = amounts[-1]
            yield rates[0], value, Spot(line, start, end)


def _likely(printed: _Printed) -> list[Candidate]:
    """Total, net and tax by their labels, where nothing proves them."""
    totals = printed.totals
    chosen = []
    if totals:
        # Of totals with the same label the greatest is the sum of the others.
        top = [candidate for candidate in totals if candidate.score > totals[0].score - 0.06]
        chosen.append(max(top, key=lambda candidate: abs(candidate.value)))
    if not chosen:
        chosen += _greatest_with_currency(printed.content)
    total = chosen[0].value if chosen else None
    taxes = [entry for entry in printed.taxes if total is None or _is_part(entry.value, total)]
    # A tax that leaves a printed net is likelier than any other; of those of several rates each is a part alone.
    leaving = [entry for entry in taxes if total is not None and total - entry.value in printed.places]
    by_rate = {rate: amount for rate, amount, _ in _labelled_rates(printed.content)}
    several = len(by_rate) > 1 and total is not None
    tax = next(iter(leaving or ([] if several else taxes)), None)
    net = next((entry for entry in printed.nets if total is None or abs(entry.value) <= abs(total)), None)
    if several and tax is None and net is not None and net.value + sum(by_rate.values()) != total:
        net = None
    if total is not None and tax is not None and (net is None or abs(net.value + tax.value - total) > _CENT):
        rest = total - tax.value
        net = (printed.candidate("net_amount", rest) if rest else None) or _taxed_at_a_printed_rate(printed, tax)
    return chosen + [candidate for candidate in (net, tax) if candidate is not None]


def has_taxes_of_rates(content: Content, tax: Decimal) -> bool:
    """Whether labelled taxes of several rates, printed without their bases, add up to a tax."""
    by_rate = {rate: amount for rate, amount, _ in _labelled_rates(content)}
    return len(by_rate) > 1 and abs(sum(by_rate.values(), Decimal(0)) - tax) <= _CENT


def _labelled_rates(content: Content) -> Iterator[tuple[Decimal, Decimal, Spot]]:
    """The taxes with one rate that stand on lines which begin with the label of a tax."""
    for rate, amount, spot in _rated_amounts(content):
        labels = content.labels_of(spot.line)
        if labels and labels[0].field == "tax_amount" and spot.start > labels[0].end:
            yield rate, amount, spot


def _taxed_at_a_printed_rate(printed: _Printed, tax: Candidate) -> Candidate | None:
    """The labelled net amount of which a rate beside the tax makes it, where the total has shipping in it as well."""
    rates = {rate for rate, _, _ in rates_in(tax.spot.line.text) if rate}
    nets = (net for net in printed.nets if any(abs(net.value * rate / 100 - tax.value) <= _CENT for rate in rates))
    return next(nets, None)


def _is_part(tax: Decimal, total: Decimal) -> bool:
    """Whether a tax is less than half of a total, with its sign."""
    return abs(tax) * 2 < abs(total) and tax * total >= 0


def _payable(printed: _Printed, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """What is withheld of the total, and what is left to pay of it: the rest must be printed as well."""
    values = {candidate.field: candidate.value for candidate in found}
    total = values.get("total_amount")
    if not total:
        return
    whole = values.get("net_amount", total) + values.get("tax_amount", Decimal(0))
    for entry in candidates(printed.content, ("withheld_amount",), _find_tax):
        kept = abs(entry.value)
        if 0 < kept < abs(whole) and any(abs(whole) - kept == abs(amount) for amount in printed.places):
            yield replace(entry, value=kept)
            break
    for entry in sorted(_left_to_pay(printed), key=lambda entry: -entry.score):
        rest = total - entry.value
        if abs(entry.value) < abs(total) and (rest in printed.places or -rest in printed.places):
            yield replace(entry, field="amount_due")
            break


def _left_to_pay(printed: _Printed) -> Iterator[Candidate]:
    """Amounts whose label asks for payment."""
    yield from candidates(printed.content, ("amount_due",), find_amount)
    for line, label in printed.content.labelled("total_amount"):
        if _PAYABLE.search(line.folded[label.start : label.end]):
            for entry in printed.totals:
                if entry.spot.line is line and entry.spot.start >= label.end:
                    yield replace(entry, score=entry.score - 0.1)


def _greatest_with_currency(content: Content) -> list[Candidate]:
    """The greatest amount that a currency sign stands beside, for documents without a label that we know."""
    found = []
    for line in content.lines:
        for amount, start, end, others in amounts_in(content, line, 0, len(line.text)):
            around = line.text[max(0, start - 4) : start] + line.text[end : end + 5]
            if re.search(r"€|£|\$|EUR|USD|GBP|CHF", around) and re.search(r"[.,]\d{2}$", line.text[start:end]):
                found.append(Candidate("total_amount", amount, Spot(line, start, end), 0.4, others))
    return sorted(found, key=lambda candidate: -abs(candidate.value))[:1]


def _ranked(found: Iterator[Candidate]) -> list[Candidate]:
    return sorted(found, key=lambda candidate: -candidate.score)[:_MAX_EACH]


def _all_on_line(content: Content, field: str) -> Iterator[Candidate]:
    """The amounts after each label of a field: the last is the likeliest, as it is behind net and tax."""
    for nth in range(3):
        for candidate in candidates(content, (field,), _nth_from_end(nth)):
            yield replace(candidate, score=candidate.score - 0.07 * nth)


def _nth_from_end(nth: int) -> Finder:
    def find(content: Content, line: Line, start: int, end: int) -> Found | None:
        amounts = list(amounts_in(content, line, start, end))
        with_mark = [entry for entry in amounts if re.search(r"[.,]\d{2}\b", line.text[entry[1] : entry[2]])]
        kept = with_mark or amounts
        return kept[-1 - nth] if nth < len(kept) else None

    return find


def _with_money_bonus(found: Iterator[Candidate]) -> Iterator[Candidate]:
    for candidate in found:
        line, spot = candidate.spot.line, candidate.spot
        around = line.text[max(0, spot.start - 4) : spot.end + 5]
        money = re.search(r"€|£|\$|EUR|USD|GBP|CHF|R\$", around) is not None
        cents = _CENTS.search(spot.text) is not None
        score = candidate.score + (0.04 if money else 0.0) - (0.0 if cents or money else 0.35)
        yield Candidate(candidate.field, candidate.value, spot, score, candidate.alternatives)


def _find_tax(content: Content, line: Line, start: int, end: int) -> Found | None:
    """The last amount after a tax label: on `IVA 21% s/ 100,00 21,00` the tax stands last."""
    amounts = list(amounts_in(content, line, start, end))
    with_cents = [entry for entry in amounts if _CENTS.search(line.text[entry[1] : entry[2]])]
    fitting = with_cents if with_cents or _prints_cents(content) else amounts
    return fitting[-1] if fitting else None


def _prints_cents(content: Content) -> bool:
    """Whether any amount has decimals: those of forint and yen have none."""
    return any(
        _CENTS.search(line.text[start:end])
        for line in content.lines
        for _, start, end, _ in amounts_in(content, line, 0, len(line.text))
    )


def _tax_rows(content: Content) -> list[TaxRow]:
    """Every line with a rate, a base and a tax that agree: those of the tax table, and those of items with a tax."""
    rows: list[TaxRow] = []
    seen: set[tuple[Decimal, Decimal]] = set()
    for line in content.lines:
        amounts = [(entry[0], entry[1], entry[2]) for entry in amounts_in(content, line, 0, len(line.text))]
        rates = list(dict.fromkeys(rate for rate, _, _ in rates_in(line.text)))
        for rate in rates or _rates_under_header(content, line, amounts):
            pair = _base_and_tax(rate, amounts)
            if pair is None or (rate, pair[0]) in seen:
                continue
            seen.add((rate, pair[0]))
            rows.append(({"rate": rate, "base": pair[0], "amount": pair[1]}, Spot(line, pair[2], pair[3])))
    return rows


def _rates_under_header(content: Content, line: Line, amounts: list[tuple[Decimal, int, int]]) -> list[Decimal]:
    """Numbers of a row that stand under a heading of rates, as in `Base  % IVA  Cuota`."""
    if len(amounts) < 3:
        return []
    found = []
    for other in content.above(line, 5):
        for header in other.cells:
            text = other.folded[header.start : header.end]
            if not _RATE_HEADING.search(text) or _DISCOUNT.search(text) or re.search(r"\d", text):
                continue
            for value, start, end in amounts:
                box = line.box_between(start, end)
                if min(box.x1, header.box.x1) > max(box.x0, header.box.x0) and abs(value) < _GREATEST_RATE:
                    found.append(abs(value))  # a rate in brackets is no negative one
    return list(dict.fromkeys(found))


def _base_and_tax(rate: Decimal, amounts: list[tuple[Decimal, int, int]]) -> tuple[Decimal, Decimal, int, int] | None:
    in_table = len(amounts) > 3
    for base, first, _ in amounts:
        for tax, start, end in amounts:
            if in_table and start < first:
                continue  # tables print the base first; `10 × 171,54 = 1.715,40` is no tax of 10 %
            if base and start != first and base != rate and abs(base * rate / 100 - tax) <= Decimal("0.015"):
                return base, tax, min(first, start), max(end, first)
    return None
