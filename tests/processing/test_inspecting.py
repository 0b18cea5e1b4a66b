"""Documents are looked at while their upload waits."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from service.domain import errors
from service.domain.documents import Inspected
from service.processing.inspecting import DocumentInspector
from service.processing.reader.model import Limits
from tests.documents.sheets import as_xlsx
from tests.processing.papers import locked_pdf, pdf_of, picture


@pytest.fixture(scope="module")
async def inspector() -> AsyncIterator[DocumentInspector]:
    made = DocumentInspector()
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.pdf", pdf_of(), Inspected("application/pdf", 1, "PDF")),
        ("wrong.pdf", picture("JPEG"), Inspected("image/jpeg", 1, "JPEG")),
        ("a.png", picture("PNG"), Inspected("image/png", 1, "PNG")),
        ("a.tif", picture("TIFF"), Inspected("image/tiff", 2, "TIFF")),
        ("a.csv", b"a;b;c\n1;2;3\n", Inspected("text/csv", 1, "CSV")),
        (
            "a.ofx",
            b"OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX></OFX>\n",
            Inspected("application/x-ofx", 1, "OFX"),
        ),
        (
            "a.xlsx",
            as_xlsx([["a"], [1]]),
            Inspected("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 1, "XLSX"),
        ),
    ],
)
async def test_type_pages_and_format_are_those_of_the_bytes(
    inspector: DocumentInspector, tmp_path: Path, name: str, content: bytes, found: Inspected
) -> None:
    path = tmp_path / "document"
    path.write_bytes(content)
    assert await inspector.inspect(path, name, "application/octet-stream") == found


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.EmptyDocumentError),
        (b"%PDF-1.7 and nothing more", errors.CorruptDocumentError),
        (b"\x7fELF" + bytes(200), errors.UnsupportedTypeError),
        (locked_pdf(), errors.EncryptedDocumentError),
    ],
)
async def test_what_cannot_be_read_is_refused_with_its_reason(
    inspector: DocumentInspector, tmp_path: Path, content: bytes, error: type[errors.DomainError]
) -> None:
    path = tmp_path / "document"
    path.write_bytes(content)
    with pytest.raises(error):
        await inspector.inspect(path, "a.pdf", None)


async def test_limits_of_size_and_pages_have_their_own_reasons(tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(picture("TIFF"))
    for limits, error in (
        (Limits(max_bytes=10), errors.DocumentTooLargeError),
        (Limits(max_pages=1), errors.DocumentTooComplexError),
    ):
        strict = DocumentInspector(limits)
        with pytest.raises(error):
            await strict.inspect(path, "a.tif", None)
        await strict.close()


def processes_of(inspector: DocumentInspector) -> set[int]:
    """Those of one inspector alone: this process has other children."""
    children = inspector._reader._children
    return {child._process.pid for child in children if child._process is not None}


async def test_processes_start_with_the_first_document_and_end_when_closed(tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(pdf_of())
    lazy = DocumentInspector()
    assert processes_of(lazy) == set()
    await lazy.inspect(path, "a.pdf", None)
    (started,) = processes_of(lazy)
    assert psutil.Process(started).ppid() == os.getpid()
    await lazy.close()
    assert processes_of(lazy) == set()
    assert not psutil.pid_exists(started)
