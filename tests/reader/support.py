"""What the reader's tests share: reading made documents, and comparing with what they say."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.domain.reading import Track
from service.processing.reader.document import read_document
from service.processing.reader.layout import fold
from service.processing.reader.model import DocumentReading, Limits
from tests.documents.truth import Made

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the folder of real documents is not beside the checkout")


def read_made(made: Made, folder: Path, track: Track = Track.DEFAULT) -> DocumentReading:
    path = folder / (made.name + made.suffix)
    path.write_bytes(made.content)
    return read_document(path, file_name=path.name, declared_type=None, track=track, limits=Limits())


def same(field: str, value: Any, wanted: str) -> bool:
    """Whether a value that was read is the one that is printed; names without regard to case and punctuation."""
    if value is None:
        return False
    if isinstance(value, Decimal):
        return value == Decimal(wanted)
    if field.endswith("_name") or field in ("description", "destination", "product"):
        return _letters(str(value)) == _letters(wanted)
    return str(value) == wanted


def differences(made: Made, reading: DocumentReading) -> list[str]:
    """The fields of a made document that were not read as printed."""
    assert reading.reading is not None
    found = [] if len(reading.reading.items) == len(made.items) else [f"{len(reading.reading.items)} items"]
    for index, (wanted, item) in enumerate(zip(made.items, reading.reading.items, strict=False)):
        for field, value in wanted.items():
            if not same(field, item.get(field), value):
                found.append(f"{made.name}[{index}].{field}: wanted {value!r}, read {item.get(field)!r}")
    return found


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))
