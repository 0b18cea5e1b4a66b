"""The service's processes as an operator starts them, to be killed and measured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from pydantic import SecretStr

from service.settings import PREFIX, Settings
from tests.system.support import PATIENCE_SECONDS

START_SECONDS = PATIENCE_SECONDS


class Process:
    """`muniment serve` or `muniment work`, which can be started again after its end."""

    def __init__(self, command: str, settings: Settings, directory: Path, *options: str) -> None:
        self.command = command
        self._options = options
        self._settings = settings
        self._directory = directory
        self.log = directory / f"{command}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        assert not self.is_running
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.main", self.command, *self._options],
                env=environment_of(self._settings) | {"TMPDIR": str(self._directory)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self, *, seconds: float = START_SECONDS) -> None:
        """Wait until the server answers that it is ready."""
        end = time.monotonic() + seconds
        while ready_status(self._settings) != 200:
            assert self.is_running, f"{self.command} ended: {self.log.read_text()[-2000:]}"
            assert time.monotonic() < end, f"{self.command} isn't ready: {self.log.read_text()[-2000:]}"
            time.sleep(0.05)

    def wait(self, *, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until it has ended by itself, and answer its exit code."""
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def kill(self) -> None:
        """As the kernel does it, without a word."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end, and answer its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(timeout=PATIENCE_SECONDS)


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process of its own needs to have the same settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    paths = [str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "gen")]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        environment[PREFIX + name.upper()] = ",".join(value) if isinstance(value, tuple) else str(value)
    return environment


def ready_status(settings: Settings) -> int:
    """The status of /readyz; 0 when nobody answers."""
    try:
        with urlopen(f"http://127.0.0.1:{settings.http_port}/readyz", timeout=60) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code
    except (URLError, OSError):
        return 0
