"""The whole way of one document, from its bytes to a reading."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from service.domain.category import Category
from service.domain.checks import CheckResult
from service.domain.evidence import Evidence
from service.domain.items import Item, ItemsInvalidError, validate_items
from service.domain.reading import Reading, Track
from service.processing.reader.calibration import calibrated
from service.processing.reader.checking import check
from service.processing.reader.classify import classify
from service.processing.reader.content import Content
from service.processing.reader.derivatives import derive
from service.processing.reader.extract import extract
from service.processing.reader.inspection import inspect
from service.processing.reader.lessons import apply
from service.processing.reader.model import Classification, DocumentReading, Limits, Page, TextSource
from service.processing.reader.period import misordered_period
from service.processing.reader.structured.compare import compare
from service.processing.reader.structured.part import StructuredPart
from service.processing.reader.suggestions import merge
from service.processing.reader.text import extract_text


def read_document(
    path: Path, *, file_name: str, declared_type: str | None, track: Track, limits: Limits
) -> DocumentReading:
    """Read one document. Raises ReadingFailedError with the reason when it cannot be read."""
    inspection = inspect(path, limits, file_name=file_name, declared_type=declared_type)
    derivatives = tuple(derive(path, inspection, limits))
    pages = tuple(extract_text(path, inspection, limits))
    if track is Track.MANUAL:
        return DocumentReading(inspection, derivatives, pages, None, None)
    classification, reading = read_pages(pages, track)
    return DocumentReading(inspection, derivatives, pages, classification, reading)


def read_pages(pages: Sequence[Page], track: Track) -> tuple[Classification, Reading]:
    """Classify, extract and check the pages of one document (tracks DEFAULT and FASTTRACK)."""
    content = Content(pages)
    classification = classify(pages, content)
    return classification, read_items(classification, pages, track, content)


def read_items(
    classification: Classification,
    pages: Sequence[Page],
    track: Track,
    content: Content | None = None,
    *,
    answer: Mapping[str, Any] | None = None,
    lessons: Sequence[Any] = (),
) -> Reading:
    """Extract and check the items of a document whose category is known, with confidences that were measured.

    FASTTRACK reads structured parts and tables alone; DEFAULT reads words with the general reader as well. The
    structured part wins over the page. `answer` is what a language model said to `question_for`, if one was asked;
    `lessons` are what corrections of this supplier's documents taught, the newest first.
    """
    return calibrated(read_uncalibrated(classification, pages, track, content, answer=answer, lessons=lessons), pages)


def read_uncalibrated(
    classification: Classification,
    pages: Sequence[Page],
    track: Track,
    content: Content | None = None,
    *,
    answer: Mapping[str, Any] | None = None,
    lessons: Sequence[Any] = (),
) -> Reading:
    """As `read_items`, with the confidence that each reader claims."""
    content = content or Content(pages)
    category = classification.category
    part = next((page.structured for page in pages if page.structured), None)
    if part is not None:
        return _read_part(part, classification, pages, track, content)
    structured = any(page.source is TextSource.TABLE for page in pages)
    items: tuple[Item, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes = tuple(note for page in pages for note in page.notes)
    if track is Track.DEFAULT or (track is Track.FASTTRACK and structured):
        extraction = extract(category, pages, content)
        items, evidence, dropped = _valid(category, extraction.items, extraction.evidence)
        notes += extraction.notes + dropped
    said: list[CheckResult] = []
    if answer is not None and track is Track.DEFAULT:
        merged = merge(category, items, evidence, answer, content)
        items, evidence, dropped = _valid(category, merged.items, merged.evidence)
        notes += dropped
        said = [merged.check()]
    if lessons:
        items, evidence, dropped = _valid(category, *apply(category, items, evidence, pages, lessons))
        notes += dropped
    checks = [*check(items, misordered_period(content)), *said]
    return Reading(
        category=category,
        probability=classification.probability,
        items=items,
        evidence=_as_shown(evidence, pages),
        checks=tuple(checks),
        page_count=len(pages),
        language=classification.language,
        notes=notes,
    )


def _read_part(
    part: StructuredPart, classification: Classification, pages: Sequence[Page], track: Track, content: Content
) -> Reading:
    """The reading of a document's structured part, held against what its page says."""
    items, evidence, dropped = _valid(part.category, part.items, part.evidence)
    printed: Sequence[Item] = ()
    if track is Track.DEFAULT and content.lines:
        printed = extract(part.category, pages, content).items
    checks = [*check(items, _misordered(part.items)), *compare(items, printed, content)]
    return Reading(
        category=part.category,
        probability=classification.probability,
        items=items,
        evidence=evidence,
        checks=tuple(checks),
        page_count=len(pages),
        language=classification.language,
        notes=tuple(note for page in pages for note in page.notes) + dropped,
    )


def _misordered(items: Sequence[Item]) -> tuple[str, str] | None:
    """The first period that ends before it begins, which no valid item can have."""
    periods = ((item.get("start_date"), item.get("end_date")) for item in items)
    return next(((start, end) for start, end in periods if start and end and end < start), None)


def _valid(
    category: Category, items: Sequence[Item], evidence: Sequence[Evidence]
) -> tuple[tuple[Item, ...], tuple[Evidence, ...], tuple[str, ...]]:
    """The items in their normal form; a value that breaks the schema is dropped, never the whole document."""
    notes: tuple[str, ...] = ()
    for _ in range(3):
        try:
            return tuple(validate_items(category, items, "items")), tuple(evidence), notes
        except ItemsInvalidError as error:
            bad = {_place(violation.field) for violation in error.violations}
            notes += tuple(f"dropped {violation.field}: {violation.message}"[:300] for violation in error.violations)
            items = [
                {name: value for name, value in item.items() if (index, name) not in bad}
                for index, item in enumerate(items)
            ]
            evidence = [entry for entry in evidence if (entry.item, entry.field.split("[")[0]) not in bad]
    return (), (), notes


def _place(path: str) -> tuple[int, str]:
    head, _, rest = path.removeprefix("items[").partition("].")
    return int(head) if head.isdigit() else -1, rest.split("[")[0].split(".")[0]


def _as_shown(evidence: Sequence[Evidence], pages: Sequence[Page]) -> tuple[Evidence, ...]:
    """Boxes on pages that had to be turned or straightened to be read, put back on the page as it is shown."""
    moved = {page.number: page for page in pages if page.rotation or page.straightened}
    return tuple(
        replace(entry, box=moved[entry.page].shown(entry.box))
        if entry.box is not None and entry.page in moved
        else entry
        for entry in evidence
    )
