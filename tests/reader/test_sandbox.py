"""Reader processes: limits, failures, and that they end."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from service.domain.category import Category
from service.domain.errors import UnavailableError
from service.domain.files import FileType
from service.domain.reading import FailureReason, ReadingFailedError, Track
from service.processing.reader.model import Limits
from service.processing.reader.sandbox import Allowance, ReaderPool, Stage
from tests.documents.canvas import Sheet, photo
from tests.documents.utilities import utility_bills

BILL = utility_bills(21)[0]


@pytest_asyncio.fixture(scope="module")
async def pool() -> AsyncIterator[ReaderPool]:
    async with ReaderPool(processes=1) as started:
        yield started


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "bill.pdf"
    path.write_bytes(BILL.content)
    return path


def _process_of(pool: ReaderPool) -> int:
    """The process of a pool that has one. Others of this process may have some too, of other tests."""
    (child,) = pool._children
    assert child._process is not None
    return child._process.pid


async def test_document_is_read_in_another_process(pool: ReaderPool, bill: Path) -> None:
    document = await pool.read_document(bill, file_name="bill.pdf")
    assert document.reading is not None
    assert document.reading.category is Category.ELECTRICITY
    assert document.reading.items[0]["invoice_number"] == BILL.items[0]["invoice_number"]


async def test_stages_one_by_one_give_the_same(pool: ReaderPool, bill: Path, tmp_path: Path) -> None:
    whole = await pool.read_document(bill, file_name="bill.pdf")
    inspection = await pool.inspect(bill, file_name="bill.pdf", declared_type=None)
    thumbnail = tmp_path / "thumbnail"
    assert await pool.derive(FileType.THUMBNAIL, bill, inspection, thumbnail) == "image/webp"
    pages = await pool.extract_text(bill, inspection)
    classification = await pool.classify(pages)
    reading = await pool.read_items(classification, pages, Track.DEFAULT)
    assert (inspection, classification) == (whole.inspection, whole.classification)
    assert [made.content for made in whole.derivatives] == [thumbnail.read_bytes()]
    assert whole.reading is not None
    assert reading.items == whole.reading.items


async def test_one_warm_process_reads_document_after_document(pool: ReaderPool, bill: Path) -> None:
    await pool.read_document(bill, file_name="bill.pdf")
    before = _process_of(pool)
    await pool.read_document(bill, file_name="bill.pdf")
    assert _process_of(pool) == before


async def test_a_typed_failure_crosses_the_border_and_the_process_stays(pool: ReaderPool, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    await pool.start()
    before = _process_of(pool)
    with pytest.raises(ReadingFailedError) as caught:
        await pool.read_document(broken, file_name="broken.pdf")
    assert caught.value.reason is FailureReason.CORRUPT_DOCUMENT
    assert _process_of(pool) == before


async def test_a_document_that_takes_too_long_is_given_up(tmp_path: Path, bill: Path) -> None:
    picture = tmp_path / "slow.png"
    picture.write_bytes(photo(BILL.content, "PNG"))
    async with ReaderPool(processes=1, limits=Limits(wall_seconds=0.4)) as hasty:
        with pytest.raises(ReadingFailedError) as caught:
            await hasty.read_document(picture, file_name="slow.png")
        assert caught.value.reason is FailureReason.PROCESSING_TIMEOUT
        hasty.limits = Limits()
        assert (await hasty.inspect(bill)).page_count == 1


async def test_stages_of_a_document_share_its_time(pool: ReaderPool, bill: Path) -> None:
    allowance = Allowance(300.0)
    part = allowance.part(200.0)
    inspected = await pool.run(Stage.INSPECT, bill, {"file_name": "", "declared_type": None}, part)
    assert 0 < 300.0 - allowance.seconds == pytest.approx(200.0 - part.seconds)
    allowance.spend(allowance.seconds)
    with pytest.raises(ReadingFailedError) as caught:
        await pool.run(Stage.TEXT, bill, {"inspection": inspected}, allowance)
    assert caught.value.reason is FailureReason.PROCESSING_TIMEOUT


async def test_a_library_that_gives_up_says_that_the_document_is_too_complex(bill: Path) -> None:
    async with ReaderPool(processes=1) as pool:
        child = psutil.Process(_process_of(pool))
        child.suspend()
        reading = asyncio.create_task(pool.read_document(bill, file_name="bill.pdf"))
        await asyncio.sleep(0)  # the document is in the child's pipe before the child falls
        child.send_signal(signal.SIGABRT)
        child.resume()
        with pytest.raises(ReadingFailedError) as caught:
            await reading
        assert caught.value.reason is FailureReason.DOCUMENT_TOO_COMPLEX


async def test_a_crash_is_typed_and_the_next_document_is_read(bill: Path) -> None:
    async with ReaderPool(processes=1) as pool:
        child = psutil.Process(_process_of(pool))
        child.suspend()
        reading = asyncio.create_task(pool.read_document(bill, file_name="bill.pdf"))
        await asyncio.sleep(0)  # the document is in the child's pipe before the child falls
        child.send_signal(signal.SIGSEGV)
        child.resume()
        with pytest.raises(ReadingFailedError) as caught:
            await reading
        assert caught.value.reason is FailureReason.READER_CRASHED
        assert (await pool.read_document(bill, file_name="bill.pdf")).reading is not None


async def test_no_document_is_to_blame_for_a_process_that_does_not_start(
    bill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ReaderPool(processes=1) as pool:
        await pool._children[0].stop()
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(UnavailableError, match="try again"):
            await pool.inspect(bill)
        monkeypatch.undo()
        assert (await pool.inspect(bill)).page_count == 1


async def test_memory_is_bounded(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "large.png"
    Image.new("L", (11000, 10000), 255).save(path)
    limits = Limits(memory_bytes=700 * 1024 * 1024)
    async with ReaderPool(processes=1, limits=limits) as small:
        with pytest.raises(ReadingFailedError) as caught:
            await small.read_document(path, file_name="large.png")
    assert caught.value.reason in (FailureReason.DOCUMENT_TOO_COMPLEX, FailureReason.READER_CRASHED)


async def test_cancelling_ends_the_process(tmp_path: Path, bill: Path) -> None:
    picture = tmp_path / "slow.png"
    picture.write_bytes(photo(BILL.content, "PNG"))
    async with ReaderPool(processes=1) as pool:
        task = asyncio.create_task(pool.read_document(picture, file_name="slow.png"))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await pool.inspect(bill)).page_count == 1


async def test_credentials_and_descriptors_stay_outside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bill: Path
) -> None:
    monkeypatch.setenv("MUNIMENT_DATABASE_URL", "postgresql://secret")
    with (tmp_path / "open").open("wb") as held:
        os.set_inheritable(held.fileno(), True)
        async with ReaderPool(processes=1) as pool:
            await pool.inspect(bill)
            child = psutil.Process(_process_of(pool))
            assert "MUNIMENT_DATABASE_URL" not in child.environ()
            assert str(tmp_path / "open") not in [entry.path for entry in child.open_files()]


async def test_pages_of_many_documents_are_read_side_by_side(tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        sheet = Sheet()
        sheet.text(40, 40, f"Invoice number: A-{number:03} Date: 2024-01-0{number + 1} Total: 12.00 EUR")
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(sheet.finish())
        paths.append(path)
    async with ReaderPool(processes=2) as pool:
        answers = await asyncio.gather(*(pool.run(Stage.INSPECT, path, _NOTHING) for path in paths))
    assert [answer["page_count"] for answer in answers] == [1, 1, 1, 1]


_NOTHING = {"file_name": "", "declared_type": None}


def test_a_reader_dies_with_its_parent(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import asyncio, os, psutil
        from service.processing.reader.sandbox import ReaderPool
        async def main():
            pool = ReaderPool(processes=1)
            await pool.start()
            print([child.pid for child in psutil.Process().children()][0], flush=True)
            os.kill(os.getpid(), 9)
        asyncio.run(main())
        """
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=False)
    pid = int(done.stdout.split()[0])
    deadline = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the reader outlived its parent"
        time.sleep(0.05)
