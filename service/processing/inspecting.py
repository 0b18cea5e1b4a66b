"""Looking at documents while somebody waits for the answer, in the sandbox that the pipeline reads them in."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from service.domain import errors
from service.domain.documents import DrawnPage, Inspected
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.model import Inspection, Limits
from service.processing.reader.sandbox import ReaderPool

# Somebody waits for the answer: what takes longer than this to open is no document of that kind.
UPLOAD_LIMITS = Limits(cpu_seconds=20, wall_seconds=20.0)
_CHILDREN = 2
_EXTENSIONS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "image/jpeg": "JPEG",
    "image/heic": "HEIC",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
    "application/x-ofx": "OFX",
    "application/xml": "XML",
    "text/csv": "CSV",
    "text/plain": "TXT",
}
_ERRORS: Mapping[FailureReason, type[errors.DomainError]] = {
    FailureReason.ENCRYPTED_PDF: errors.EncryptedDocumentError,
    FailureReason.CORRUPT_DOCUMENT: errors.CorruptDocumentError,
    FailureReason.UNSUPPORTED_TYPE: errors.UnsupportedTypeError,
    FailureReason.DOCUMENT_TOO_LARGE: errors.DocumentTooLargeError,
    FailureReason.DOCUMENT_TOO_COMPLEX: errors.DocumentTooComplexError,
    FailureReason.EMPTY_DOCUMENT: errors.EmptyDocumentError,
    # Bytes that hang their parser or crash it are damaged, whoever damaged them.
    FailureReason.PROCESSING_TIMEOUT: errors.CorruptDocumentError,
    FailureReason.READER_CRASHED: errors.CorruptDocumentError,
}


class DocumentInspector:
    """Tells what documents are, and draws their pages. Its child processes are started when first needed."""

    def __init__(self, limits: Limits = UPLOAD_LIMITS) -> None:
        self._reader = ReaderPool(processes=_CHILDREN, limits=limits)

    async def inspect(self, path: Path, file_name: str, declared_type: str | None) -> Inspected:
        """Open a document and say what it is.

        Raises:
            EncryptedDocumentError, CorruptDocumentError, UnsupportedTypeError, DocumentTooLargeError,
            DocumentTooComplexError, EmptyDocumentError: what is wrong with it. Messages don't name the file.
        """
        try:
            inspection = await self._reader.inspect(path, file_name=file_name, declared_type=declared_type)
        except ReadingFailedError as error:
            raise _ERRORS[error.reason](error.detail) from error
        return Inspected(inspection.mime_type, inspection.page_count, _format_of(inspection))

    async def draw(self, path: Path, declared_type: str | None, page: DrawnPage, output: Path) -> int:
        """Draw a page to `output`, as PNG. Answers how many pages can be drawn; nothing is written for any other.

        Raises what `inspect` does.
        """
        try:
            return await self._reader.draw(path, page, output, declared_type=declared_type)
        except ReadingFailedError as error:
            raise _ERRORS[error.reason](error.detail) from error

    async def close(self) -> None:
        """End the child processes."""
        await self._reader.close()


def _format_of(inspection: Inspection) -> str:
    known = _EXTENSIONS.get(inspection.mime_type)
    return known or (mimetypes.guess_extension(inspection.mime_type) or "").removeprefix(".").upper()
