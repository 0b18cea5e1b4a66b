"""Structured files that are embedded in a PDF: Factur-X, ZUGFeRD, Order-X, and whatever else is attached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from service.domain.reading import ReadingFailedError
from service.processing.reader.model import Limits
from service.processing.reader.structured.formats import HEAD_BYTES, format_of, read_structured
from service.processing.reader.structured.part import StructuredPart

_MAX_FILES = 20
# The names that ZUGFeRD 1.0 to Factur-X 1.0 give the one file that speaks for the page.
_KNOWN_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")


def embedded_part(path: Path, limits: Limits) -> tuple[StructuredPart | None, tuple[str, ...]]:
    """The structured part of a PDF and notes on what could not be used; the named invoice wins over other files."""
    notes: list[str] = []
    found: list[StructuredPart] = []
    for name, data in _files(path, limits):
        try:
            form = format_of(data[:HEAD_BYTES])
            if form is not None:
                found.append(replace(read_structured(data, form), name=name))
        except ReadingFailedError as error:
            notes.append(f"an embedded file was not read: {error.detail}")
    found = [part for part in found if part.items]
    found.sort(key=lambda part: (part.name or "").lower() not in _KNOWN_NAMES)
    if len(found) > 1:
        notes.append(f"{len(found)} embedded files are structured; the first was read")
    return (found[0] if found else None), tuple(notes)


def _files(path: Path, limits: Limits) -> list[tuple[str, bytes]]:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        return []
    files = []
    try:
        for index in range(min(document.count_attachments(), _MAX_FILES)):
            try:
                attachment = document.get_attachment(index)
                data = bytes(attachment.get_data())
                if len(data) <= limits.max_text_bytes:
                    files.append((attachment.get_name(), data))
            except pdfium.PdfiumError:
                continue
    finally:
        document.close()
    return files
