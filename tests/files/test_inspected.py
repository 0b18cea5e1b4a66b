"""Uploads whose documents are opened before they are kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.domain.errors import (
    CorruptDocumentError,
    DomainError,
    EncryptedDocumentError,
    InvalidRequestError,
    PayloadTooLargeError,
    UnsupportedTypeError,
    UploadEmptyError,
)
from service.domain.scope import Scope
from service.files.direct import FileHeader, UploadOptions, UploadPart
from service.files.inspected import AcceptedDocuments, InspectedUploads
from service.processing.inspecting import DocumentInspector
from tests.files.conftest import Files
from tests.files.test_direct import stream
from tests.processing.papers import locked_pdf, pdf_of, picture
from tests.world import World

ACCEPTED = AcceptedDocuments(frozenset({"PDF", "JPEG"}), max_files=3, max_size_bytes=3 * 1024 * 1024)
PDF = pdf_of()


@pytest.fixture(scope="module")
async def inspector() -> AsyncIterator[DocumentInspector]:
    made = DocumentInspector()
    yield made
    await made.close()


@pytest.fixture
def uploads(files: Files, inspector: DocumentInspector) -> InspectedUploads:
    return InspectedUploads(files.direct, inspector.inspect)


def parts_of(*documents: tuple[str, bytes]) -> AsyncIterator[UploadPart]:
    """The documents in small pieces, with a type that is none."""
    parts: list[UploadPart] = []
    for name, content in documents:
        parts.append(FileHeader(name, "application/octet-stream"))
        parts += [content[start : start + 1000] for start in range(0, len(content), 1000)]
    return stream(*parts)


async def test_documents_are_kept_as_what_they_are(uploads: InspectedUploads, files: Files, scope: Scope) -> None:
    picked = [("a.pdf", PDF), ("no extension", picture("JPEG"))]
    stored = await uploads.upload(scope, parts_of(*picked), ACCEPTED)
    assert [(file.file_name, file.mime_type, found.format) for file, found in stored] == [
        ("a.pdf", "application/pdf", "PDF"),
        ("no extension", "image/jpeg", "JPEG"),
    ]
    for (file, _), (_, content) in zip(stored, picked, strict=True):
        download = await files.library.open_download(scope, file.id)
        assert b"".join([chunk async for chunk in files.library.stream(download)]) == content


async def test_large_document_keeps_every_byte(uploads: InspectedUploads, files: Files, scope: Scope) -> None:
    content = picture("JPEG").ljust(ACCEPTED.max_size_bytes - 2000, b"\1").ljust(ACCEPTED.max_size_bytes, b"\2")
    pieces = [content[start : start + 262_144] for start in range(0, len(content), 262_144)]
    [(file, _)] = await uploads.upload(scope, stream(FileHeader("a.jpg"), *pieces), ACCEPTED)
    download = await files.library.open_download(scope, file.id)
    assert b"".join([chunk async for chunk in files.library.stream(download)]) == content


async def test_options_are_handed_on(uploads: InspectedUploads, scope: Scope) -> None:
    options = UploadOptions(external_file_id="x-1")
    [(file, _)] = await uploads.upload(scope, stream(FileHeader("a.pdf"), PDF, options), ACCEPTED)
    assert file.external_file_id == "x-1"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", UploadEmptyError),
        (b"%PDF-1.4 and no more", CorruptDocumentError),
        (locked_pdf(), EncryptedDocumentError),
        (picture("PNG"), UnsupportedTypeError),
        (b"a text", UnsupportedTypeError),
        (b"\x7fELF", UnsupportedTypeError),
        (picture("JPEG").ljust(ACCEPTED.max_size_bytes + 1, b"\0"), PayloadTooLargeError),
    ],
)
async def test_one_bad_document_is_named_and_keeps_none(
    uploads: InspectedUploads, files: Files, scope: Scope, world: World, content: bytes, error: type[DomainError]
) -> None:
    with pytest.raises(error) as caught:
        await uploads.upload(scope, parts_of(("good.pdf", PDF), ("bad.pdf", content), ("c.pdf", PDF)), ACCEPTED)
    assert caught.value.details == {"file": "bad.pdf"}
    assert "bad.pdf" in caught.value.message
    assert world.rows("SELECT id FROM files WHERE organization_id = %s", scope.organization_id) == []
    assert await files.store.list_objects(f"files/{scope.organization_id}/") == []


async def test_too_many_documents_keep_none(uploads: InspectedUploads, files: Files, scope: Scope) -> None:
    documents = [(f"{number}.pdf", PDF) for number in range(ACCEPTED.max_files + 1)]
    with pytest.raises(InvalidRequestError, match="at most 3 files"):
        await uploads.upload(scope, parts_of(*documents), ACCEPTED)
    assert await files.store.list_objects(f"files/{scope.organization_id}/") == []
    assert len(await uploads.upload(scope, parts_of(*documents[1:]), ACCEPTED)) == ACCEPTED.max_files


async def test_bytes_need_a_header(uploads: InspectedUploads, scope: Scope) -> None:
    with pytest.raises(InvalidRequestError, match="header"):
        await uploads.upload(scope, stream(PDF), ACCEPTED)


async def test_nothing_stays_on_disk(
    uploads: InspectedUploads, scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    await uploads.upload(scope, parts_of(("a.pdf", PDF)), ACCEPTED)
    with pytest.raises(CorruptDocumentError):
        await uploads.upload(scope, parts_of(("a.pdf", b"%PDF-")), ACCEPTED)
    assert not any(entry.name.startswith("muniment-document-") for entry in os.scandir(tmp_path))
