"""Whether a page and the structured part of the same document say the same."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from service.domain.checks import CheckResult, Outcome
from service.domain.items import Item
from service.processing.reader.content import Content

CHECK_NAME = "structured_part_matches_page"
_VERSION = "1"
_FIELDS = ("invoice_number", "issue_date", "net_amount", "tax_amount", "total_amount")
_CENT = Decimal("0.02")


def compare(structured: Sequence[Item], printed: Sequence[Item], content: Content) -> list[CheckResult]:
    """The check's result for each item: it fails for what the page prints otherwise, and says both.

    `printed` is what the general reader made of the page, empty when it did not run. A value counts as the same when it
    is printed anywhere: the general reader may have taken the sum of one tax rate for the whole. Signs are left out,
    since credit notes are written with and without them. With several items only presence is looked at.
    """
    if not content.lines:
        return []
    text = _squeezed(" ".join(line.text for line in content.lines))
    other = printed[0] if len(printed) == 1 and len(structured) == 1 else {}
    return [_compare_one(index, item, other, text) for index, item in enumerate(structured)]


def _compare_one(index: int, item: Item, other: Mapping[str, Any], text: str) -> CheckResult:
    agreed, differing = [], []
    for name in _FIELDS:
        value, rival = item.get(name), other.get(name)
        if value is None:
            continue
        if (rival is not None and _same(name, value, rival)) or _is_printed(name, value, text):
            agreed.append(name)
        elif rival is not None and name != "invoice_number":
            differing.append(name)
    said = "; ".join(f"{name}: the structured part says {item[name]}, the page {other[name]}" for name in differing)
    outcome = Outcome.FAIL if differing else Outcome.PASS if agreed else Outcome.NOT_APPLICABLE
    looked_at = tuple(differing) if differing else tuple(agreed) or _FIELDS
    return CheckResult(CHECK_NAME, _VERSION, index, outcome, looked_at, said)


def _same(name: str, value: Any, rival: Any) -> bool:
    if name.endswith("_amount"):
        return abs(abs(Decimal(str(value))) - abs(Decimal(str(rival)))) < _CENT
    return _squeezed(str(value)) == _squeezed(str(rival))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s ]", "", text).lower()


def _is_printed(name: str, value: Any, text: str) -> bool:
    return any(_squeezed(spelling) in text for spelling in _spellings(name, value))


def _spellings(name: str, value: Any) -> set[str]:
    if name == "issue_date":
        day = datetime.date.fromisoformat(str(value))
        numbers = {(f"{day.day:02}", f"{day.month:02}"), (str(day.day), str(day.month))}
        joined = {
            mark.join(parts)
            for first, second in numbers
            for mark in "./-"
            for parts in ((first, second, str(day.year)), (second, first, str(day.year)), (first, second, f"{day:%y}"))
        }
        return joined | {day.isoformat(), f"{day:%Y%m%d}", f"{day:%Y/%m/%d}"}
    if name.endswith("_amount"):
        plain = f"{abs(Decimal(str(value))):,.2f}"
        swapped = plain.translate(str.maketrans(",.", ".,"))
        return {plain, swapped, plain.replace(",", ""), swapped.replace(".", ""), plain.replace(",", "'")}
    return {str(value)}
