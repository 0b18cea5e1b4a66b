"""Errors of the embedded servers; each says what to do next, in words meant for a terminal."""

from collections.abc import Mapping
from pathlib import Path


class EmbeddedError(Exception):
    """An embedded server can't do what was asked."""


class AlreadyRunningError(EmbeddedError):
    """Another process runs the stack on the same data directory.

    ``pid`` is None when the holder of the lock hasn't written its details yet. ``urls`` maps names such as ``http_url``
    to the addresses the running process announced.
    """

    def __init__(self, data_dir: Path, pid: int | None, urls: Mapping[str, str]) -> None:
        self.data_dir = data_dir
        self.pid = pid
        self.urls = dict(urls)
        who = f"process {pid}" if pid else "another process"
        where = "".join(f"\n  {name}: {url}" for name, url in self.urls.items())
        super().__init__(f"{data_dir} is already in use by {who}.{where}")


class PortInUseError(EmbeddedError):
    """A port that was asked for is taken on 127.0.0.1; ``option`` is the command-line option that chooses it."""

    def __init__(self, port: int, option: str) -> None:
        self.port = port
        self.option = option
        super().__init__(f"Port {port} on 127.0.0.1 is in use; free it or choose another one with {option}.")


class StartError(EmbeddedError):
    """An embedded server did not become ready; ``log_tail`` holds the last lines it wrote."""

    def __init__(self, name: str, reason: str, log_file: Path, log_tail: str) -> None:
        self.name = name
        self.log_file = log_file
        self.log_tail = log_tail
        tail = f"\nLast lines of {log_file}:\n{log_tail}" if log_tail else f"\nIts log is {log_file}."
        super().__init__(f"{name} did not start: {reason}.{tail}")
