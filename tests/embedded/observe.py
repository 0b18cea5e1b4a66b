"""What the operating system says about the stack's processes."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Every process that has a file open below the directory, or works in it: servers and keepers alike."""
    found = []
    for process in psutil.process_iter():
        try:
            names = [process.cwd(), *(file.path for file in process.open_files())]
        except (psutil.Error, OSError):
            continue
        if process.pid != psutil.Process().pid and any(Path(name).is_relative_to(data_dir) for name in names):
            found.append(process)
    return found


def is_running(pid: int) -> bool:
    """Whether the process can still do anything; one that ended but wasn't reaped by its parent can't."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.05)
