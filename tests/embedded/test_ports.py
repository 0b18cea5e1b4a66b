"""Ports that are chosen are nobody else's, also before anything listens on them."""

import socket
import subprocess
import sys

import pytest

from service.embedded import PortInUseError, ports
from tests.embedded.conftest import ROOT


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> int:
    """The only port that there is to choose."""
    with socket.socket() as probe:
        probe.bind((ports.LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    monkeypatch.setattr(ports, "CANDIDATES", range(port, port + 1))
    return port


def chosen_by_another_process(port: int) -> str:
    code = (
        f"from service.embedded import ports; ports.CANDIDATES = range({port}, {port + 1})\n"
        "try: print(ports.choose(None, lambda _: True))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_port_is_chosen_once_until_the_process_ends(free: int) -> None:
    assert chosen_by_another_process(free) == f"{free}\n"
    assert ports.choose(None, lambda _: True) == free
    assert chosen_by_another_process(free) == "PortInUseError\n"
    with pytest.raises(PortInUseError):
        ports.choose(None, lambda _: True)


def test_remembered_port_is_taken_again(free: int) -> None:
    assert [ports.choose(free, lambda _: True) for _ in range(2)] == [free, free]
    assert chosen_by_another_process(free) == "PortInUseError\n"
