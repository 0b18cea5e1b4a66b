"""Loopback ports: the one that was asked for, else the one of the last start, else a free one."""

import json
import random
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from service.embedded.errors import PortInUseError
from service.embedded.secrets_file import write_private

LOOPBACK = "127.0.0.1"
CANDIDATES = range(15_000, 22_700)
"""Below the ephemeral ports of Linux (32768 and up), also after adding 10,000 as SeaweedFS does for gRPC."""


def is_free(port: int) -> bool:
    """Whether nothing listens on the port on loopback; a connection still in TIME_WAIT doesn't count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def requested(port: int, option: str) -> int:
    """``port``, or PortInUseError that names ``option``."""
    if not is_free(port):
        raise PortInUseError(port, option)
    return port


def choose(remembered: int | None, is_usable: Callable[[int], bool] = is_free, avoid: Iterable[int] = ()) -> int:
    """The remembered port if it is still usable, else a random usable one that no other process has chosen."""
    taken = set(avoid)
    if remembered is not None and remembered not in taken and is_usable(remembered):
        _reserve(remembered)
        return remembered
    for port in random.sample(CANDIDATES, len(CANDIDATES)):
        if port not in taken and is_usable(port) and _reserve(port):
            return port
    raise PortInUseError(CANDIDATES.start, "an explicit port")


def _reserve(port: int) -> bool:
    """Keep a port from all who choose before its server listens, until this process ends; false when it is kept.

    By a name in Linux's abstract namespace, which goes with the process however that ends (unix(7)). Elsewhere the
    random choice alone keeps two from choosing the same.
    """
    if sys.platform != "linux":
        return True
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0muniment-port-{port}")
    except OSError:
        name.close()
        return False
    # Not closed: the descriptor is what keeps it.
    name.detach()
    return True


def recall(file: Path) -> dict[str, int]:
    try:
        ports = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): int(port) for name, port in ports.items()}


def remember(file: Path, ports: dict[str, int]) -> None:
    write_private(file, json.dumps(ports) + "\n")
