"""Malformed, encrypted, recursive and oversized files end as a reading or a typed failure, within their limits."""

import asyncio
from pathlib import Path

import pytest

from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.model import Limits
from service.processing.reader.sandbox import ReaderPool
from tests.reader.support import CORPUS, needs_corpus

LIMITS = Limits(wall_seconds=20.0, cpu_seconds=30, max_ocr_pages=1)
EVERY = 6


def _sample() -> list[Path]:
    files = sorted(path for path in (CORPUS / "hostile").rglob("*") if path.is_file())
    return files[::EVERY]


@needs_corpus
async def test_each_hostile_file_ends_within_its_limits() -> None:
    crashed = []
    async with ReaderPool(processes=1, limits=LIMITS) as pool:
        for path in _sample():
            try:
                # What the pool doesn't end by itself would hang here.
                async with asyncio.timeout(LIMITS.wall_seconds + 300):
                    await pool.read_document(path, file_name=path.name)
            except ReadingFailedError as failure:
                if failure.reason is FailureReason.READER_CRASHED:
                    crashed.append(f"{path.name}: {failure.detail}")
    assert crashed == []


@needs_corpus
@pytest.mark.parametrize(
    "name", ["pypdf_r6-user-password.pdf", "pypdf_r3-user-password.pdf", "pypdf_libreoffice-writer-password.pdf"]
)
async def test_password_is_asked_for_by_type(name: str) -> None:
    async with ReaderPool(processes=1, limits=LIMITS) as pool:
        with pytest.raises(ReadingFailedError) as caught:
            await pool.read_document(CORPUS / "hostile" / "encrypted" / name, file_name=name)
    assert caught.value.reason is FailureReason.ENCRYPTED_PDF
