"""Names of fuels and refrigerants."""

import re
from decimal import Decimal

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_phrase, numbers_in

#: What a litre of fuel costs in any currency that has prices of three decimals.
_LEAST_PRICE, _GREATEST_PRICE = Decimal("0.4"), Decimal(9)
_FUEL = re.compile(
    r"(?<!\w)(?:gas[oó]leo(?: [abc]\b)?(?: (?:calefacci[oó]n|agr[ií]cola|bonificado|automoci[oó]n"
    r"|rodovi[aá]rio|simples))?(?:\s?e?\+)?|gasoil|gas oil|gasolina(?: (?:sin plomo )?9[58])?"
    r"|sin plomo 9[58]|efitec 9[58]|diesel(?: [eo]\+?| b7| b10| neotech)?|di[eé]sel"
    r"|heizöl(?: el)?(?: schwefelarm)?|fioul(?: domestique)?|gazole(?: b7)?|gasolio|kerosene|kerosin"
    r"|heating oil|red diesel|unleaded(?: 95| 98)?|premium unleaded|super(?: e10| e5| 95| 98| plus)"
    r"|benzin|diese1"
    r"|sp9[58](?:-e10)?|propan[eo](?: a granel)?|butan[eo]|autogas|lpg|glp|gpl|adblue|biodi[eé]sel"
    r"|hvo(?: ?100)?|v-power(?: \w+)?|fuelsave(?: \w+)?|petrol|gasoline"
    r"|fuel ?oil(?: n[o.º]\s?\d)?)(?!\w)",
    re.IGNORECASE,
)
_REFRIGERANT = re.compile(
    r"(?<![\w-])(?:R[- ]?\d{2,4}[A-Za-z]{0,2}(?:\([EZ]\))?|HFC[- ]?\d{2,4}[a-z]{0,2}"
    r"|HFO[- ]?\d{4}\w{0,2}|SF6|CO2 R744)(?![\w])"
)


def find_product(content: Content) -> Candidate | None:
    """The fuel that was delivered: a known name, rather one near a product label or a quantity."""
    return _known(content, _FUEL) or best(list(candidates(content, ("product",), find_phrase)))


def find_fill(content: Content) -> tuple[Candidate, Candidate, Candidate] | None:
    """Product, litres and price a litre of a filling station's slip: litres times price is an amount that it prints.

    Prices of fuel have three decimals, litres two; recognition often loses the unit, the product of both stays.
    """
    product = _known(content, _FUEL)
    if product is None:
        return None
    numbers = [
        (value, Spot(line, start, end))
        for line in content.lines
        for value, start, end, _ in numbers_in(content, line, 0, len(line.text))
    ]
    amounts = {value for value, spot in numbers if _decimals(spot.text) == 2}
    for price, there in numbers:
        if _decimals(there.text) != 3 or not _LEAST_PRICE < price < _GREATEST_PRICE:
            continue
        for litres, here in numbers:
            if _decimals(here.text) == 2 and litres > 1 and _is_amount(litres * price, amounts - {litres}):
                quantity = Candidate("quantity", litres, here, 0.93)
                return product, quantity, Candidate("unit_price", price, there, 0.93)
    return None


def _is_amount(value: Decimal, amounts: set[Decimal]) -> bool:
    return any(abs(value - amount) <= Decimal("0.0101") for amount in amounts)


def _decimals(text: str) -> int:
    match = re.search(r"[.,](\d+)\D*$", text)
    return len(match[1]) if match else 0


def find_refrigerant(content: Content) -> Candidate | None:
    """The refrigerant, such as R-410A."""
    return _known(content, _REFRIGERANT)


def _known(content: Content, pattern: re.Pattern[str]) -> Candidate | None:
    found = []
    for line in content.lines:
        for match in pattern.finditer(line.text):
            score = 0.7 - 0.001 * line.index
            labels = content.labels_of(line)
            if any(label.field in ("product", "quantity") for label in labels):
                score += 0.15
            if re.search(r"\d[.,]\d{2}\b", line.text[match.end() :]):
                score += 0.1
            score += 0.005 * min(len(match.group()), 15)
            found.append(Candidate("product", match.group().strip(), Spot(line, match.start(), match.end()), score))
    return best(found)
