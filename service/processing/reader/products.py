"""Names of fuels and refrigerants."""

import re

from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_phrase

_FUEL = re.compile(
    r"(?<!\w)(?:gas[oó]leo(?: [abc]\b)?(?: (?:calefacci[oó]n|agr[ií]cola|bonificado|automoci[oó]n"
    r"|rodovi[aá]rio|simples))?(?:\s?e?\+)?|gasoil|gas oil|gasolina(?: (?:sin plomo )?9[58])?"
    r"|sin plomo 9[58]|efitec 9[58]|diesel(?: [eo]\+?| b7| b10| neotech)?|di[eé]sel"
    r"|heizöl(?: el)?(?: schwefelarm)?|fioul(?: domestique)?|gazole(?: b7)?|gasolio|kerosene|kerosin"
    r"|heating oil|red diesel|unleaded(?: 95| 98)?|premium unleaded|super(?: e10| e5| 95| 98| plus)"
    r"|benzin"
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
