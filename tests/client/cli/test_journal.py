"""The journal of uploads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.client.uploading.journal import Entry, Journal
from service.client.uploading.sources import Source, find_sources


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "bill.pdf").write_text("bill")
    return find_sources([str(tmp_path / "bill.pdf")], recursive=False)[0]


def test_journal_remembers_over_runs(tmp_path: Path, source: Source) -> None:
    entry = Entry(source, "hash", "target", '{"file_id": "1"}')
    with Journal(tmp_path / "state", "acme") as journal:
        assert journal.find(source) is None
        journal.keep([entry])
    with Journal(tmp_path / "state", "acme") as journal:
        assert journal.find(source) == entry


def test_folder_whose_name_is_not_utf_8_is_remembered(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    (folder / "bill.pdf").write_text("bill")
    (source,) = find_sources([str(folder)], recursive=False)
    with Journal(tmp_path / "state", "acme") as journal:
        journal.keep([Entry(source, "hash")])
        assert journal.find(source) == Entry(source, "hash")


def test_other_organization_knows_nothing(tmp_path: Path, source: Source) -> None:
    with Journal(tmp_path, "acme") as journal:
        journal.keep([Entry(source, "hash")])
    with Journal(tmp_path, "other") as journal:
        assert journal.find(source) is None


def test_file_that_was_written_to_is_unknown(tmp_path: Path, source: Source) -> None:
    with Journal(tmp_path / "state", "acme") as journal:
        journal.keep([Entry(source, "hash")])
        os.utime(source.path, ns=(0, source.mtime_ns + 1))
        (touched,) = find_sources([str(source.path)], recursive=False)
        assert journal.find(touched) is None
        source.path.write_text("another bill")
        os.utime(source.path, ns=(0, source.mtime_ns))
        (longer,) = find_sources([str(source.path)], recursive=False)
        assert journal.find(longer) is None


def test_journal_is_for_its_owner_alone(tmp_path: Path) -> None:
    with Journal(tmp_path / "state", "acme"):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "state" / "uploads.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("obstacle", ["no directory", "no database"])
def test_journal_that_can_not_be_written_remembers_for_one_run_and_says_so(
    tmp_path: Path, source: Source, obstacle: str
) -> None:
    state = tmp_path / "state"
    if obstacle == "no directory":
        state.write_text("a file is in the way")
    else:
        state.mkdir()
        (state / "uploads.sqlite3").write_text("this is no database, and long enough to be seen as none " * 20)
    said: list[str] = []
    with Journal(state, "acme", said.append) as journal:
        journal.keep([Entry(source, "hash")])
        assert journal.find(source) == Entry(source, "hash")
    assert len(said) == 1
    assert "can't be used" in said[0]


def test_what_was_kept_survives_a_process_that_is_killed(tmp_path: Path, source: Source) -> None:
    code = f"""
import os, signal
from pathlib import Path
from service.client.uploading.journal import Entry, Journal
from service.client.uploading.sources import find_sources
(source,) = find_sources([{str(source.path)!r}], recursive=False)
Journal(Path({str(tmp_path / "state")!r}), "acme").keep([Entry(source, "hash", "", "begun")])
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[3])
    assert killed.returncode == -9
    with Journal(tmp_path / "state", "acme") as journal:
        found = journal.find(source)
    assert found is not None
    assert found.partial == "begun"
