"""Several documents in one file: pages, and regions of a scan, parted where the identity of the document changes.

A part begins where the count of pages starts again, or where another issuer or number of document stands and neither
part mentions that of the other. In doubt a file is one document.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.processing.reader.content import Content
from service.processing.reader.layout import fold
from service.processing.reader.model import Page, TextSource, Word

#: Reads number, issuer, date and total of some pages, by the names of their fields.
Identify = Callable[[Content], Mapping[str, Any]]

_PAGE_OF = re.compile(
    r"\b(?:page|pages|pagina|pag|pg|seite|hoja|folha|side|sida|strona|blatt)\W{0,3}(\d{1,3})"
    r"(?:\s?/\s?|\s(?:of|de|von|sur|di|da|du|do|van|z|av|af)\s)(\d{1,3})\b"
)
_LEAST_GAP = 0.03
_LEAST_WORDS = 12
_TRIED_GAPS = 3


@dataclass(frozen=True)
class _Part:
    """What identifies some pages: their fields, and their text as letters and digits alone.

    `count` is the 1 of a printed `Page 1 of 3` on the first of them; 0 when there is none.
    """

    identity: Mapping[str, Any]
    letters: str
    count: int

    def named(self, field: str) -> str:
        """A value of the identity as letters and digits alone; empty when it isn't printed."""
        return _letters(str(self.identity.get(field) or ""))

    def with_more(self, part: "_Part") -> "_Part":
        """The part with one that goes on with it, identified by what either says, the earlier one first."""
        # Identifying all pages anew after each would cost the square of their number.
        return replace(self, identity={**part.identity, **self.identity}, letters=self.letters + part.letters)


def split(content: Content, identify: Identify) -> list[Content]:
    """The documents of a file in their order; the content itself when it is one."""
    regions = [region for page in content.pages for region in _regions(page, identify)]
    if len(regions) < 2:
        return [content]
    documents: list[list[Page]] = []
    last_count = 0
    current: _Part | None = None
    for region in regions:
        part = _part([region], identify)
        if current is None or _begins(part, current, last_count):
            documents.append([region])
            current = part
        else:
            documents[-1].append(region)
            current = current.with_more(part)
        last_count = part.count or last_count
    return [Content(pages) for pages in documents] if len(documents) > 1 else [content]


def _part(pages: Sequence[Page], identify: Identify) -> _Part:
    content = Content(pages)
    return _Part(identify(content), _letters(content.text), _page_count(content))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _page_count(content: Content) -> int:
    """The `1` of a printed `Page 1 of 3`; 0 when there is none."""
    for line in content.lines:
        match = _PAGE_OF.search(line.folded)
        if match and 1 <= int(match[1]) <= int(match[2]):
            return int(match[1])
    return 0


def _begins(part: _Part, before: _Part, last_count: int) -> bool:
    """Whether another document begins with a part."""
    if part.count > 1 and part.count == last_count + 1:
        return False
    number, earlier = part.named("invoice_number"), before.named("invoice_number")
    if number and number == earlier:
        return False
    if part.count == 1 and last_count >= 1 and (number or "total_amount" in part.identity):
        return True
    if "total_amount" not in part.identity or "total_amount" not in before.identity:
        return False
    return _strangers(part, before, "invoice_number", 4) or _strangers(part, before, "supplier_tax_id", 7)


def _strangers(part: _Part, other: _Part, field: str, least_length: int) -> bool:
    """Whether both have the field, differently, and neither mentions that of the other."""
    here, there = part.named(field), other.named(field)
    if min(len(here), len(there)) < least_length:
        return False
    return here not in other.letters and there not in part.letters


def _regions(page: Page, identify: Identify) -> list[Page]:
    """The tickets of one scan, when several were laid side by side or one below the other; else the page itself."""
    if page.source is not TextSource.OCR or len(page.words) < 2 * _LEAST_WORDS:
        return [page]
    for words in _halves(page):
        first, second = (_part([replace(page, words=half)], identify) for half in words)
        if _are_two_slips(first, second):
            return [region for half in words for region in _regions(replace(page, words=half), identify)]
    return [page]


def _are_two_slips(first: _Part, second: _Part) -> bool:
    """Whether both have all that a ticket has, and not the same: a card's slip repeats the total of its ticket."""
    if any(field not in part.identity for part in (first, second) for field in ("total_amount", "issue_date")):
        return False
    if first.identity["total_amount"] != second.identity["total_amount"]:
        return all(part.named("supplier_tax_id") or part.named("invoice_number") for part in (first, second))
    return _strangers(second, first, "supplier_tax_id", 7)


def _halves(page: Page) -> Iterator[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """The words on either side of the widest empty strips, upright ones first."""
    for across in (True, False):
        extent = page.width if across else page.height
        spans = sorted((word.box.x0, word.box.x1) if across else (word.box.y0, word.box.y1) for word in page.words)
        gaps, end = [], spans[0][1]
        for start, stop in spans:
            if start - end >= _LEAST_GAP * extent:
                gaps.append((start - end, (start + end) / 2))
            end = max(end, stop)
        for _, middle in sorted(gaps, reverse=True)[:_TRIED_GAPS]:
            before = tuple(word for word in page.words if (word.box.x1 if across else word.box.y1) <= middle)
            after = tuple(word for word in page.words if (word.box.x1 if across else word.box.y1) > middle)
            if min(len(before), len(after)) >= _LEAST_WORDS:
                yield before, after
