"""What a killed process left on disk goes when a worker starts a day later."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from service.processing.pipeline import remove_leftovers


def test_old_working_copies_go_and_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for age, name in ((time.time() - 100_000, "old"), (time.time(), "new")):
        of_worker = tmp_path / f"muniment-document-w{name}"
        of_server = tmp_path / f"muniment-document-s{name}"
        other = tmp_path / f"x{name}"
        of_worker.mkdir()
        (of_worker / "document").write_bytes(b"x")
        of_server.write_bytes(b"x")
        other.write_bytes(b"x")
        for path in (of_worker, of_server, other):
            os.utime(path, (age, age))
    remove_leftovers()
    assert {path.name for path in tmp_path.iterdir()} == {
        "muniment-document-wnew",
        "muniment-document-snew",
        "xold",
        "xnew",
    }
