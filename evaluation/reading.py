"""Reading the documents in the sandbox, as the pipeline does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from evaluation.corpus import Document
from service.domain.reading import Reading, ReadingFailedError, Track
from service.processing.reader.model import Page, pages_from_json, pages_to_json
from service.processing.reader.sandbox import ReaderPool


@dataclass(frozen=True, slots=True)
class Read:
    """What came out of a document, and how long it took; `failure` is the reason when nothing did."""

    reading: Reading | None
    pages: tuple[Page, ...]
    seconds: float
    failure: str | None = None


@contextmanager
def prepared(document: Document) -> Iterator[Path]:
    """The file to read: the document's own, its pages joined, or a copy of the PDF without what it carries."""
    first = document.files[0]
    with TemporaryDirectory(prefix="evaluation-") as directory:
        made = Path(directory) / first.name
        if document.page_alone:
            yield _without_attachments(first, made)
        elif len(document.files) == 1:
            yield first
        else:
            made.write_text("\f".join(path.read_text(encoding="utf-8") for path in document.files), encoding="utf-8")
            yield made


async def read(path: Path, pool: ReaderPool, kept_text: Path | None) -> Read:
    """Read a prepared file on the DEFAULT track. With `kept_text`, its text is kept there and found only once."""
    started = time.perf_counter()
    try:
        if kept_text is None:
            whole = await pool.read_document(path, file_name=path.name, track=Track.DEFAULT)
            return Read(whole.reading, whole.pages, time.perf_counter() - started)
        pages = await pages_of(path, pool, kept_text)
        classification = await pool.classify(pages)
        reading = await pool.read_items(classification, pages, Track.DEFAULT)
    except ReadingFailedError as error:
        return Read(None, (), time.perf_counter() - started, error.reason.value)
    return Read(reading, pages, time.perf_counter() - started)


async def pages_of(path: Path, pool: ReaderPool, kept_text: Path) -> tuple[Page, ...]:
    """The text of a prepared file, kept in a folder and found only once. Raises ReadingFailedError."""
    kept = _kept(path, kept_text)
    if kept is not None:
        return kept
    inspection = await pool.inspect(path, file_name=path.name)
    pages = await pool.extract_text(path, inspection)
    _keep(path, kept_text, pages)
    return pages


def _kept(path: Path, folder: Path) -> tuple[Page, ...] | None:
    """The text that was kept of a document; that of anything but PDFs and pictures is found anew: it costs nothing."""
    kept = _place(path, folder)
    if path.suffix.lower() not in (".pdf", ".png", ".jpg", ".jpeg") or not kept.is_file():
        return None
    return pages_from_json(json.loads(kept.read_text(encoding="utf-8")))


def _keep(path: Path, folder: Path, pages: tuple[Page, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _place(path, folder).write_text(json.dumps(pages_to_json(pages)), encoding="utf-8")


def _place(path: Path, folder: Path) -> Path:
    return folder / f"{sha256(path.name.encode() + path.read_bytes()).hexdigest()}.json"


def _without_attachments(source: Path, target: Path) -> Path:
    pdf = pdfium.PdfDocument(source)
    for index in reversed(range(pdf.count_attachments())):
        with suppress(pdfium.PdfiumError):
            pdf.del_attachment(index)
    pdf.save(target)
    pdf.close()
    return target
