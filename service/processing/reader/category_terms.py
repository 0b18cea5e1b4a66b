"""Which terms of the vocabulary speak for a category: the part of classifying that anybody can follow."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from service.domain.category import Category
from service.domain.identifiers import is_cups, is_waste_code
from service.processing.reader.layout import fold
from service.processing.reader.vocabulary import load

_SLIP_WEIGHT = 6.0
_INVOICE_ON_A_SLIP = 0.75
_UTILITIES = (Category.ELECTRICITY, Category.WATER, Category.GAS)
_WITHOUT_WHAT_IT_NEEDS = 0.25
#: A fuel with its quantity on one line.
_FUEL_LINE = re.compile(
    r"\b(?:lpg|glp|gpl|propan[eo]?|gasoil|gasoleos?|gas oil|diesel|kerosene|heizol|gasolio|fioul|mazout)\b"
    r"[^\n]{0,60}?\d\s?(?:l|lts?|ltrs?|litr\w*|liters?|gal|gallons?|kg)\b"
)
_FUEL_DELIVERED = 5.0
#: Units that nothing but gas is billed in.
_UNIT_OF_GAS = re.compile(r"\bsmc\b|\bnm3|\btherms?\b|\bmj\b")
#: What is about energy or refrigerants without an amount of them, or of money, is about them and no more: an offer, a
#: leaflet, a paper.
_NEEDED = (
    (_UTILITIES, re.compile(r"[1-9]\d*[.,]\s?\d{2}(?!\d)")),
    ((Category.RECHARGES,), re.compile(r"\d\s?(?:kg|g|gr|lbs?|oz|kilos?)\b|\b(?:kg|kilos?)\b\W{0,3}\d")),
    (
        (Category.WASTES,),
        re.compile(
            r"\d\s?(?:kg|t|tn|to|tons?|tonn\w*|m3|l|litr\w*|uds?)\b|\b(?:kg|t|tonn\w*)\b"
            r"|\b\d{2}[ .]?\d{2}[ .]?\d{2}\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Term:
    """Words that follow each other, the last one perhaps longer, and how much they speak for a category."""

    category: Category
    weight: float
    words: tuple[str, ...]
    longer: bool

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth looking: most terms stand in no word of a text, and patterns cost far more to make."""
        return all(word in text for word in self.words)


def _terms() -> Iterator[_Term]:
    for category, by_weight in load("categories").items():
        for weight, terms in by_weight.items():
            for term in terms:
                words = tuple(re.findall(r"[^\W_]+", fold(term)))
                yield _Term(Category(category), float(weight), words, term.endswith("*"))


_TERMS = tuple(_terms())


@cache
def _pattern(term: _Term) -> re.Pattern[str]:
    words = r"\W{1,3}".join(map(re.escape, term.words))
    tail = r"\w*" if term.longer else ""
    return re.compile(rf"(?<![^\W_]){words}{tail}(?![^\W_])")


def term_scores(text: str, *, slip: bool) -> dict[Category, float]:
    """A score for each category that has terms, of a folded text; `slip` when it stands on a till slip."""
    scores = {Category(name): 0.0 for name in load("categories")}
    head = text[:400]
    for term in _TERMS:
        if not term.may_be_in(text):
            continue
        pattern, weight = _pattern(term), term.weight
        count = len(pattern.findall(text))
        if count:
            early = weight * 0.5 if pattern.search(head) else 0.0
            scores[term.category] += weight * (1 + 0.5 * math.log(count)) + early
    _weigh_identifiers(text, scores)
    _weigh_context(text, scores)
    if not slip and _FUEL_LINE.search(text):
        scores[Category.FUEL_DELIVERY] += _FUEL_DELIVERED
    if slip:
        scores[Category.RECEIPT] += _SLIP_WEIGHT
        # What an invoice says of taxes and totals a slip says too.
        scores[Category.INVOICE] *= _INVOICE_ON_A_SLIP
    return scores


def _weigh_identifiers(text: str, scores: dict[Category, float]) -> None:
    if any(is_cups(match) for match in re.findall(r"es\s?\d{4}\s?\d{4}\s?\d{4}\s?\d{4}\s?[a-z]{2}", text)):
        only_gas = re.search(r"\bgas\b", text) and not re.search(r"electri|\bluz\b|potencia", text)
        gas = only_gas or scores[Category.GAS] > scores[Category.ELECTRICITY]
        scores[Category.GAS if gas else Category.ELECTRICITY] += 4
    codes = [code for code in re.findall(r"(?<!\d)\d{2} \d{2} \d{2}(?=\*|\D|$)", text) if is_waste_code(code)]
    if codes:
        scores[Category.WASTES] += 4


def _weigh_context(text: str, scores: dict[Category, float]) -> None:
    """General evidence counts for little once something specific is clear."""
    if "kwh" not in text:
        scores[Category.ELECTRICITY] *= 0.7
        if not _UNIT_OF_GAS.search(text):
            scores[Category.GAS] *= 0.7 if re.search(r"\bm3|m³", text) else 0.4
    elif not re.search(r"\bgas\b|\bgaz\b|erdgas|metano", text):
        scores[Category.ELECTRICITY] += 4.0
    elif not re.search(r"electri|\bluz\b|\bpower\b|\bstrom|potencia|elettric", text):
        scores[Category.GAS] += 4.0
    if (
        re.search(r"\bm3\b|m³|\bmc\b", text)
        and re.search(r"lectura|leitura|lettura|meter read|\bindex\b|zahlerstand|contador", text)
        and not re.search(r"\bkwh\b|\bgas\b|\bgaz\b|erdgas|metano", text)
    ):
        scores[Category.WATER] += 4.0
    if not re.search(r"\d\s?(?:m3|m³)|m3|cubic|metros cubicos|kubik|litres|gallons|\bmc\b|\bcf\b", text):
        scores[Category.WATER] *= 0.5
    if not re.search(r"\bkwh|\bm3\b|litr|\bl\b|\bkg\b", text):
        scores[Category.FUEL_DELIVERY] *= 0.6
    for categories, needed in _NEEDED:
        if not needed.search(text):
            for category in categories:
                scores[category] *= _WITHOUT_WHAT_IT_NEEDS
    specific = [*_UTILITIES, Category.FUEL_DELIVERY, Category.RECHARGES, Category.WASTES]
    top = max(scores[category] for category in specific)
    if top >= 9:
        scores[Category.INVOICE] = min(scores[Category.INVOICE], 0.5 * top)
        scores[Category.RECEIPT] = min(scores[Category.RECEIPT], 0.7 * top)
        scores[Category.BANK_STATEMENT] = min(scores[Category.BANK_STATEMENT], 0.8 * top)
    scores[Category.INVOICE] = min(scores[Category.INVOICE], 22.0)
