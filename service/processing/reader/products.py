"""Names of fuels and refrigerants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_phrase
from service.processing.reader.layout import Line
from service.processing.reader.misread import words_mended

#: What a litre of fuel costs in any currency that has prices of three decimals.
_LEAST_PRICE, _GREATEST_PRICE = Decimal("0.4"), Decimal(9)
_FUEL = re.compile(
    r"(?<!\w)(?:gas[oó]leo(?: [abc]\b)?(?: (?:calefacci[oó]n|agr[ií]cola|bonificado|automoci[oó]n"
    r"|rodovi[aá]rio|simples))?(?:\s?e?\+)?|gasoil|gas oil|gasolina(?: (?:sin plomo )?9[58])?"
    r"|sin plomo 9[58]|efitec 9[58]|diesel(?: [eo]\+?| b7| b10| neotech)?|di[eé]sel"
    r"|heizöl(?: el)?(?: schwefelarm)?|fioul(?: domestique)?|gazole(?: b7)?|gasolio|kerosene|kerosin"
    r"|heating oil|red diesel|unleaded(?: 95| 98)?|premium unleaded|super(?: e10| e5| 95| 98| plus)"
    r"|benzina|benzine|benzin|euro ?9[58](?: e10)?|ron ?9[57]|gasolio|sans plomb 9[58]"
    r"|sp9[58](?:-e10)?|propan[eo](?: a granel)?|butan[eo]|autogas|lpg|glp|gpl|adblue|biodi[eé]sel"
    r"|hvo(?: ?100)?|v-power(?: \w+)?|fuelsave(?: \w+)?|petrol|gasoline"
    r"|fuel ?oil(?: n[o.º]\s?\d)?)(?!\w)",
    re.IGNORECASE,
)
#: Grades of petrol in North America.
_GRADE = re.compile(r"\b(?:REGULAR|REG|UNLEADED|UNLD?|MIDGRADE|PLUS|PREMIUM|PREM|SUPREME|SUPER|DSL|DIESEL)\b")
_DECIMAL = re.compile(r"(?:(?<![\w.,])|(?<=RM)|(?<=EUR))(?:[€$£])?(\d{1,4}[.,]\d{2,3})(?![\d]|[.,]\d)")
_LITRE = r"(?:l|lt|lts|ltr|lit|liters?|litres?|litros?|litri)"
_CENTS, _PRICE_DECIMALS = 2, 3
_CENT = Decimal("0.01")
#: A slip has fewer numbers; a long list of deliveries is no slip.
_MOST_NUMBERS = 200
_REFRIGERANT = re.compile(
    r"(?<![\w-])(?:R[- ]?\d{2,4}[A-Za-z]{0,2}(?:\([EZ]\))?|HFC[- ]?\d{2,4}[a-z]{0,2}"
    r"|HFO[- ]?\d{4}\w{0,2}|SF6|CO2 R744)(?![\w])"
)


def find_product(content: Content) -> Candidate | None:
    """The fuel that was delivered: a known name, rather one near a product label or a quantity."""
    return _known(content, _FUEL) or best(list(candidates(content, ("product",), find_phrase)))


@dataclass(frozen=True)
class Fill:
    """What was filled: litres or gallons (`unit` as in `domain.units`) times their price is an amount of the slip."""

    product: Candidate | None
    quantity: Candidate
    unit_price: Candidate
    unit: str
    sureness: int


def find_fill(content: Content) -> Fill | None:
    """What a filling station's slip says was filled.

    Prices of fuel have three decimals, quantities two or three; recognition often loses the unit, the product stays.
    """
    return max(_fills(content), key=lambda fill: fill.sureness, default=None)


def _fills(content: Content) -> Iterator[Fill]:
    """Every quantity and price whose product is an amount; surer where both say by a unit what they are."""
    numbers = list(islice(_decimals_on(content), _MOST_NUMBERS))
    amounts = {value for value, spot in numbers if _decimals(spot.text) == _CENTS}
    for price, there in numbers:
        if _decimals(there.text) != _PRICE_DECIMALS or not _LEAST_PRICE < price < _GREATEST_PRICE:
            continue
        for count, here in numbers:
            if here == there or count <= 1 or not _is_amount(count * price, amounts - {count}):
                continue
            product, unit = _filled(content, (here.line, there.line)), _unit_behind(here)
            if product is not None or unit:
                quantity = Candidate("quantity", count, here, 0.93)
                priced = Candidate("unit_price", price, there, 0.93)
                yield Fill(product, quantity, priced, unit or "litre_(l)", bool(unit) + _is_price(there))


def _is_price(spot: Spot) -> bool:
    """Whether a number says itself that it is a price: `@ 5.399`, `1,879 EUR/l`."""
    text = spot.line.folded
    return bool(re.search(r"[@$€£]\s?$", text[: spot.start]) or re.match(r"\s?\S{0,3}\s?/\s?[lg1]", text[spot.end :]))


def _decimals_on(content: Content) -> Iterator[tuple[Decimal, Spot]]:
    """Every number with two or three decimals, also with a unit's letter glued to it: `12.683G`."""
    for line in content.lines:
        for match in _DECIMAL.finditer(line.text):
            value = Decimal(match[1].replace(",", "."))
            yield value, Spot(line, match.start(1), match.end(1))


def _unit_behind(spot: Spot) -> str:
    """The unit behind a quantity, or in the same line or heading before it; empty when none is printed."""
    behind = spot.line.folded[spot.end : spot.end + 12]
    if re.match(r"\s?(?:g|gal|gals|gallons?)\b", behind):
        return "us_gallon_(gal)"
    litres = re.match(rf"\s?{_LITRE}\b", behind) or re.search(rf"\b{_LITRE}[\s:.]*$", spot.line.folded[: spot.start])
    return "litre_(l)" if litres else ""


def _filled(content: Content, lines: tuple[Line, ...]) -> Candidate | None:
    """The fuel named beside the quantity and its price, else anywhere; American grades beside them alone."""
    near = [other for line in lines for other in (line, *content.above(line, 3), *content.below(line, 2))]
    for line in near:
        for pattern in (_FUEL, _GRADE):
            match = pattern.search(words_mended(line.text))
            if match:
                spot = Spot(line, match.start(), match.end())
                return Candidate("product", match.group().strip(), spot, 0.85)
    return _known(content, _FUEL)


def _is_amount(value: Decimal, amounts: set[Decimal]) -> bool:
    cents = value.quantize(_CENT)
    return not amounts.isdisjoint((cents - _CENT, cents, cents + _CENT))


def _decimals(text: str) -> int:
    return len(re.split("[.,]", text)[-1])


def find_refrigerant(content: Content) -> Candidate | None:
    """The refrigerant, such as R-410A."""
    return _known(content, _REFRIGERANT)


def _known(content: Content, pattern: re.Pattern[str]) -> Candidate | None:
    found = []
    for line in content.lines:
        for match in pattern.finditer(words_mended(line.text)):
            score = 0.7 - 0.001 * line.index
            labels = content.labels_of(line)
            if any(label.field in ("product", "quantity") for label in labels):
                score += 0.15
            if re.search(r"\d[.,]\d{2}\b", line.text[match.end() :]):
                score += 0.1
            score += 0.005 * min(len(match.group()), 15)
            found.append(Candidate("product", match.group().strip(), Spot(line, match.start(), match.end()), score))
    return best(found)
