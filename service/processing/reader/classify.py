"""Stage 4: which category a document belongs to.

A transparent model: terms with weights add up to a score for each category, scores become probabilities. A trained
model replaces `_scores` and keeps the rest.
"""

import math
import re
from collections.abc import Sequence

from service.domain.category import Category
from service.domain.identifiers import is_cups, is_waste_code
from service.processing.reader.content import Content
from service.processing.reader.layout import Line, fold
from service.processing.reader.model import Classification, Page
from service.processing.reader.statement_table import is_statement
from service.processing.reader.vocabulary import load

_MAX_CHARACTERS = 60_000
_TEMPERATURE = 3.0
_UNKNOWN_SCORE = 4.0
_SLIP_WEIGHT = 6.0
_UTILITIES = (Category.ELECTRICITY, Category.WATER, Category.GAS)


def _compile() -> list[tuple[Category, float, re.Pattern[str]]]:
    compiled = []
    for category, by_weight in load("categories").items():
        for weight, terms in by_weight.items():
            for term in terms:
                pattern = r"\W{1,3}".join(re.escape(word) for word in re.findall(r"[^\W_]+", fold(term)))
                tail = r"\w*" if term.endswith("*") else ""
                compiled.append(
                    (Category(category), float(weight), re.compile(rf"(?<![^\W_]){pattern}{tail}(?![^\W_])"))
                )
    return compiled


_PATTERNS = _compile()


def classify(pages: Sequence[Page], content: Content | None = None) -> Classification:
    """The category of a document with its probability; UNKNOWN when nothing speaks for any.

    The structured part, where there is one, says it.
    """
    content = content or Content(pages)
    part = next((page.structured for page in pages if page.structured), None)
    if part is not None:
        return Classification(part.category, part.probability, (), part.language or content.language)
    if is_statement(pages):
        return Classification(Category.BANK_STATEMENT, 0.97, (), content.language)
    text = fold(content.text[:_MAX_CHARACTERS])
    scores = _scores(text)
    if _is_slip(content):
        scores[Category.RECEIPT] += _SLIP_WEIGHT
    weighed = {category: math.exp(min(score, 60.0) / _TEMPERATURE) for category, score in scores.items()}
    weighed[Category.UNKNOWN] = math.exp(_UNKNOWN_SCORE / _TEMPERATURE)
    total = sum(weighed.values())
    ranked = sorted(((value / total, category) for category, value in weighed.items()), reverse=True)
    probability, category = ranked[0]
    alternatives = tuple((other, round(value, 4)) for value, other in ranked[1:4] if value > 0.01)
    return Classification(category, round(probability, 4), alternatives, content.language)


def _is_slip(content: Content) -> bool:
    """Whether the first page's text stands in one narrow column of short lines, as on a till slip."""
    first = content.lines[0].page if content.lines else 0
    lines = [line for line in content.lines if line.page == first]
    if len(lines) < 8:
        return False
    width = max(line.box.x1 for line in lines) - min(line.box.x0 for line in lines)
    height = lines[-1].box.y1 - lines[0].box.y0
    words = sorted(len(line.words) for line in lines)[len(lines) // 2]
    return width < 0.7 * height and words <= 5 and width < 45 * _line_height(lines)


def _line_height(lines: Sequence[Line]) -> float:
    heights = sorted(line.box.y1 - line.box.y0 for line in lines)
    return max(heights[len(heights) // 2], 1.0)


def _scores(text: str) -> dict[Category, float]:
    scores = {Category(name): 0.0 for name in load("categories")}
    head = text[:400]
    for category, weight, pattern in _PATTERNS:
        count = len(pattern.findall(text))
        if count:
            scores[category] += weight * (1 + 0.5 * math.log(count)) + (weight * 0.5 if pattern.search(head) else 0.0)
    _weigh_identifiers(text, scores)
    _weigh_context(text, scores)
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
        scores[Category.GAS] *= 0.7 if re.search(r"\bm3|m³|smc|therm", text) else 0.4
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
    specific = [*_UTILITIES, Category.FUEL_DELIVERY, Category.RECHARGES, Category.WASTES]
    top = max(scores[category] for category in specific)
    if top >= 9:
        scores[Category.INVOICE] = min(scores[Category.INVOICE], 0.5 * top)
        scores[Category.RECEIPT] = min(scores[Category.RECEIPT], 0.7 * top)
        scores[Category.BANK_STATEMENT] = min(scores[Category.BANK_STATEMENT], 0.8 * top)
    scores[Category.INVOICE] = min(scores[Category.INVOICE], 22.0)
