"""Whole documents with known answers, from bytes to items with evidence."""

import json
import re
from pathlib import Path

import pytest

from service.domain.category import Category
from service.domain.checks import Outcome
from service.domain.reading import Reading, Track
from service.processing.reader.model import DocumentReading, TextSource
from tests.documents.canvas import photo, scan
from tests.documents.deliveries import deliveries
from tests.documents.more_utilities import more_utility_bills
from tests.documents.sheets import sheets
from tests.documents.truth import Made
from tests.documents.utilities import utility_bills
from tests.reader.support import differences, read_made

SEEDS = (11, 12)
BILLS = [made for seed in SEEDS for made in (*utility_bills(seed), *more_utility_bills(seed))]
OTHERS = [made for seed in SEEDS for made in (*deliveries(seed), *sheets(seed))]


@pytest.mark.parametrize("made", [*BILLS, *OTHERS], ids=lambda made: made.name)
def test_document_is_read_as_printed(made: Made, tmp_path: Path) -> None:
    reading = read_made(made, tmp_path)
    assert reading.classification is not None
    assert reading.classification.category.value == made.category
    assert differences(made, reading) == []


@pytest.mark.parametrize("made", [*BILLS[:14], *OTHERS[:13]], ids=lambda made: made.name)
def test_every_value_has_evidence(made: Made, tmp_path: Path) -> None:
    document = read_made(made, tmp_path)
    reading = document.reading
    assert reading is not None
    known = {(entry.item, entry.field.split("[")[0]) for entry in reading.evidence}
    assert known == {(index, field) for index, item in enumerate(reading.items) for field in item}
    for entry in reading.evidence:
        assert 0 <= entry.confidence <= 1
        if entry.derived_from:
            assert all(source.split("[")[0] in reading.items[entry.item] for source in entry.derived_from)
        else:
            assert entry.page and entry.box and entry.raw_text
            assert _text_in_box(document, entry.page, entry.box.to_list(), entry.raw_text)


def _text_in_box(document: DocumentReading, page: int, box: list[float], raw: str) -> bool:
    """Whether the words on whose line the box is, and of which it holds a part, have the raw text."""
    x0, y0, x1, y1 = box
    inside = [
        word.text
        for word in document.pages[page - 1].words
        if min(x1, word.box.x1) > max(x0, word.box.x0) and y0 - 0.1 <= (word.box.y0 + word.box.y1) / 2 <= y1 + 0.1
    ]
    return re.sub(r"\s", "", raw) in "".join(inside)


def test_a_reading_survives_json(tmp_path: Path) -> None:
    document = read_made(BILLS[0], tmp_path)
    again = DocumentReading.from_dict(json.loads(json.dumps(document.to_dict())))
    assert again.to_dict() == document.to_dict()
    assert again.reading is not None and document.reading is not None
    assert again.reading.items == document.reading.items
    assert Reading.from_dict(json.loads(json.dumps(document.reading.to_dict()))).checks == document.reading.checks


@pytest.mark.parametrize("made", [BILLS[0], BILLS[4]], ids=lambda made: made.name)
def test_a_scan_is_read_by_recognition(made: Made, tmp_path: Path) -> None:
    scanned = Made(f"scan-{made.name}", ".pdf", scan(made.content), made.category, made.items, made.language)
    document = read_made(scanned, tmp_path)
    assert document.pages[0].source is TextSource.OCR
    assert document.classification is not None
    assert document.classification.category.value == made.category
    assert differences(scanned, document) == []


def test_a_photograph_on_its_side_is_turned(tmp_path: Path) -> None:
    made = BILLS[4]
    picture = Made("turned", ".jpg", photo(made.content, turn=90), made.category, made.items, made.language)
    document = read_made(picture, tmp_path)
    assert document.pages[0].rotation in (90, 270)
    assert differences(picture, document) == []


def test_manual_track_stops_after_the_text(tmp_path: Path) -> None:
    document = read_made(BILLS[0], tmp_path, Track.MANUAL)
    assert document.pages[0].words
    assert document.derivatives
    assert document.classification is None
    assert document.reading is None


def test_fast_track_reads_tables_but_no_prose(tmp_path: Path) -> None:
    bill = read_made(BILLS[0], tmp_path, Track.FASTTRACK)
    assert bill.classification is not None and bill.classification.category is Category.ELECTRICITY
    assert bill.reading is not None and bill.reading.items == ()
    table = read_made(OTHERS[7], tmp_path, Track.FASTTRACK)
    assert table.reading is not None and table.reading.items


def test_thumbnail_is_a_small_webp(tmp_path: Path) -> None:
    (thumbnail,) = read_made(BILLS[0], tmp_path).derivatives
    assert thumbnail.mime_type == "image/webp"
    assert thumbnail.content[8:12] == b"WEBP"
    assert max(thumbnail.width, thumbnail.height) == 400


def test_checks_look_at_what_was_read(tmp_path: Path) -> None:
    reading = read_made(BILLS[0], tmp_path).reading
    assert reading is not None
    outcomes = {check.name: check.outcome for check in reading.checks}
    assert outcomes["cups_control_letters"] is Outcome.PASS
    assert outcomes["supplier_tax_id_check_digits"] is Outcome.PASS
    assert outcomes["period_order_and_length"] is Outcome.PASS
    assert outcomes["waste_code_exists"] is Outcome.NOT_APPLICABLE
