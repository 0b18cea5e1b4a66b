"""Server processes: start, wait until ready, what they cost, stop."""

import contextlib
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
SAMPLE_SECONDS = 0.02
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ServerProcess:
    """A server and the processes that it starts."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log_file: Path) -> None:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        self._log_file = log_file
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, **environment}, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Raises RuntimeError with the end of the log when the server isn't ready in time."""
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self._log_file.read_text(errors="replace")[-3000:]
                raise RuntimeError(f"the server isn't ready:\n{tail}")
            time.sleep(0.05)

    def cpu_seconds(self) -> float:
        """Of the server and its children, user and system."""
        return sum(sum(map(int, _stat(pid)[11:13])) for pid in self._pids()) / TICKS

    def resident_bytes(self) -> int:
        """Of the server and its children, without what they share with other processes only by counting twice."""
        return sum(int(_stat(pid)[21]) for pid in self._pids()) * PAGE_BYTES

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _pids(self) -> list[int]:
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop()
            with contextlib.suppress(OSError):
                _stat(pid)
                found.append(pid)
                for task in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (task / "children").read_text().split())
        return found


@contextlib.contextmanager
def peak_memory(process: ServerProcess) -> Iterator[list[int]]:
    """Yields a list that holds the resident bytes before, and at the end the most that was seen."""
    seen = [process.resident_bytes()]
    peak = seen[0]
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(SAMPLE_SECONDS):
            peak = max(peak, process.resident_bytes())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()
        seen.append(peak)


def answers(url: str) -> bool:
    """Whether a GET of ``url`` is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def accepts(port: int) -> bool:
    """Whether something listens on the loopback port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def _stat(pid: int) -> list[str]:
    # proc_pid_stat(5), from the third field on: the second one may hold spaces.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
