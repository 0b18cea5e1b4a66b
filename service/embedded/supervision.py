"""Running one embedded server: start, wait until it answers, restart when it dies, stop within a bound."""

import contextlib
import fcntl
import json
import logging
import os
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from service.embedded.accounts import Account, require_own
from service.embedded.errors import EmbeddedError, StartError
from service.embedded.keeper import Orders

log = logging.getLogger(__name__)

LOCK_NAME = "lock"
KEEPER = Path(__file__).with_name("keeper.py")
LEFTOVER_SECONDS = 8.0
"""How long a start waits for an earlier, killed run to go; its keepers need less to stop what they keep."""
LOCK_PATIENCE_SECONDS = 2.0
"""How long the keeper then waits before it kills what is left."""
START_SECONDS = 120.0
"""How long a server may take until it answers; on a machine that is busy with other things that is long."""
READY_POLL_SECONDS = 0.03
FIRST_BACKOFF_SECONDS = 0.1
LAST_BACKOFF_SECONDS = 10.0
HEALTHY_SECONDS = 30.0
LOG_LIMIT_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run a server. ``stop``: the escalation of (signal name, seconds of patience); SIGKILL comes by itself."""

    command: list[str]
    stop: list[tuple[str, float]]
    death_signal: str
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    pid_file: Path | None = None
    leftovers: tuple[Path, ...] = ()


class KeptProcess:
    """One server process under its keeper."""

    def __init__(self, plan: Plan, directory: Path, log_file: Path) -> None:
        self.stop_seconds = sum(patience for _, patience in plan.stop)
        # A session of its own: Ctrl-C in the terminal must reach the owner alone.
        self._keeper = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-I", "-S", str(KEEPER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._keeper.stdin and self._keeper.stdout
        self._input = self._keeper.stdin
        self._output = self._keeper.stdout
        try:
            self._input.write(json.dumps(_orders(plan, directory, log_file)).encode() + b"\n")
            self._input.flush()
        except BrokenPipeError:
            self._keeper.wait()

    def wait_for_pid(self) -> int:
        """The server's process id, once nothing of an earlier run is left. Raises EmbeddedError."""
        line = self._output.readline()
        self._output.close()
        answer = json.loads(line) if line else {"error": "its keeper ended at once"}
        if "error" in answer:
            raise EmbeddedError(answer["error"])
        return int(answer["pid"])

    def poll(self) -> int | None:
        return self._keeper.poll()

    def wait(self) -> int:
        code = self._keeper.wait()
        self._close_input()
        return code

    def stop(self) -> None:
        """Ask the keeper to stop the server, and wait until both have ended."""
        self._close_input()
        try:
            self._keeper.wait(self.stop_seconds + 2.0)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()

    def _close_input(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._input.close()


def _orders(plan: Plan, directory: Path, log_file: Path) -> Orders:
    return {
        "command": plan.command,
        "cwd": str(directory),
        # Nothing of the caller's environment: PGDATA, PGPORT or WEED_… there are meant for other servers.
        "env": {"PATH": os.defpath, "HOME": str(directory), "LANG": "C.UTF-8", "TZ": "UTC", **plan.environment},
        "log": str(log_file),
        "lock": str(directory / LOCK_NAME),
        "lock_patience": LOCK_PATIENCE_SECONDS,
        "stop": plan.stop,
        "death_signal": plan.death_signal,
        "uid": plan.account.uid if plan.account else None,
        "gid": plan.account.gid if plan.account else None,
        "keep_file_access": bool(plan.account and plan.account.keep_file_access),
        "pid_file": str(plan.pid_file) if plan.pid_file else None,
        "remove": [str(path) for path in plan.leftovers],
    }


class SupervisedServer(ABC):
    """A server that is restarted when it dies. Thread-safe; blocking (use ``asyncio.to_thread`` from a loop)."""

    name: ClassVar[str]

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.log_file = self.directory / "server.log"
        self.restarts = 0
        """How often the server died and was started again."""
        self._log_offset = 0
        self._pid: int | None = None
        self._process: KeptProcess | None = None
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._supervisor: threading.Thread | None = None

    @abstractmethod
    def _prepare(self) -> None:
        """Make directories, secrets and ports; called once for each start."""

    @abstractmethod
    def _plan(self) -> Plan: ...

    @abstractmethod
    def _is_ready(self, pid: int) -> bool: ...

    @property
    def pid(self) -> int | None:
        """Process id of the server itself (not its keeper's); None when it isn't running."""
        return self._pid

    def start(self, timeout: float = START_SECONDS) -> None:
        """Start and wait until the server answers.

        Raises PortInUseError, StartError (it ended, or wasn't ready within ``timeout`` seconds) or EmbeddedError.
        """
        if self._supervisor is not None:
            raise EmbeddedError(f"{self.name} is already started")
        self._stopping.clear()
        require_own(self.directory)
        self._wait_for_leftovers()
        self._rotate_log()
        self._prepare()
        self._launch(timeout)
        self._supervisor = threading.Thread(target=self._supervise, name=f"supervise-{self.name}", daemon=True)
        self._supervisor.start()

    def stop(self) -> None:
        """Stop within the server's bound; harmless when it isn't running."""
        self._stopping.set()
        with self._guard:
            process = self._process
        if process:
            process.stop()
        if self._supervisor:
            self._supervisor.join()
        self._supervisor = None
        self._process = None
        self._pid = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_for_leftovers(self) -> None:
        """Wait until an earlier run has ended, so that its ports count as free; the keeper does the rest."""
        lock = self.directory / LOCK_NAME
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while lock.exists() and time.monotonic() < deadline:
            with lock.open() as file, contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(READY_POLL_SECONDS)

    def _launch(self, timeout: float) -> None:
        started = time.monotonic()
        with self._guard:
            if self._stopping.is_set():
                raise EmbeddedError(f"{self.name} is being stopped")
            process = self._process = KeptProcess(self._plan(), self.directory, self.log_file)
        try:
            pid = process.wait_for_pid()
            self._wait_until_ready(process, pid, started + timeout)
        except BaseException:
            process.stop()
            raise
        self._pid = pid
        log.info("%s is ready after %.2f s (pid %d)", self.name, time.monotonic() - started, pid)

    def _wait_until_ready(self, process: KeptProcess, pid: int, deadline: float) -> None:
        while not self._is_ready(pid):
            if process.poll() is not None:
                raise self._start_error(f"it ended with code {process.poll()}")
            if time.monotonic() > deadline:
                raise self._start_error("it wasn't ready in time")
            if self._stopping.wait(READY_POLL_SECONDS):
                raise EmbeddedError(f"{self.name} is being stopped")

    def _start_error(self, reason: str) -> StartError:
        try:
            with self.log_file.open("rb") as file:
                file.seek(self._log_offset)
                tail = file.read().decode(errors="replace").splitlines()[-20:]
        except OSError:
            tail = []
        return StartError(self.name, reason, self.log_file, "\n".join(tail))

    def _supervise(self) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        while process := self._process:
            since = time.monotonic()
            code = process.wait()
            self._pid = None
            if self._stopping.is_set():
                return
            log.warning(
                "%s ended unexpectedly with code %d; starting it again (log: %s)", self.name, code, self.log_file
            )
            if time.monotonic() - since > HEALTHY_SECONDS:
                backoff = FIRST_BACKOFF_SECONDS
            if self._stopping.wait(backoff):
                return
            backoff = min(backoff * 2, LAST_BACKOFF_SECONDS)
            self.restarts += 1
            try:
                self._launch(timeout=START_SECONDS)
            except EmbeddedError as error:
                if not self._stopping.is_set():
                    log.error("%s could not be started again: %s", self.name, error)

    def _rotate_log(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        # What earlier runs wrote doesn't explain why this one fails.
        self._log_offset = self.log_file.stat().st_size if self.log_file.exists() else 0
