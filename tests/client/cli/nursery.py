"""Runs of the program without its start: each is a fork of a process that has imported everything and run nothing.

A start takes far longer than what most commands do. A run is a process of its own all the same, with descriptors,
variables, a folder and an end of its own; how the program starts by itself is tested where that is the question.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_NUMBER = struct.Struct("i")
_LONGEST = 1 << 18
_DESCRIPTORS = 4
# What commands import once they run.
_IMPORTED = ("service.main", "grpc.aio", "aiohttp", "rich.live", "rich.progress", "rich.table")
_IMPORTED_WHOLE = ("muniment_client", "service.client")


class Nursery:
    """The process that is forked, seen from the tests."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            theirs.set_inheritable(True)
            command = [sys.executable, "-m", __name__, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, env=dict(environment), cwd=folder, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()

    async def run(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, stdin: bytes, seconds: float
    ) -> tuple[int, bytes, bytes]:
        """Run it to its end, in pipes; answers the exit code and what it wrote. Raises TimeoutError, and ends it."""
        control, theirs = socket.socketpair()
        control.setblocking(False)
        (stdin_end, stdin_ours), (out, out_end), (err, err_end) = os.pipe(), os.pipe(), os.pipe()
        handed = (theirs.detach(), stdin_end, out_end, err_end)
        request = json.dumps({"command": list(command), "environment": dict(environment), "folder": str(folder)})
        try:
            socket.send_fds(self._socket, [request.encode()], handed)
        finally:
            for descriptor in handed:
                os.close(descriptor)
        with control:
            written = asyncio.gather(_read(out), _read(err), asyncio.to_thread(_write, stdin_ours, stdin))
            async with asyncio.timeout(seconds):
                pid = await _number(control)
            try:
                async with asyncio.timeout(seconds):
                    code = await _number(control)
                    out_bytes, err_bytes, _ = await written
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise
        return code, out_bytes, err_bytes


async def _number(control: socket.socket) -> int:
    number: int = _NUMBER.unpack(await asyncio.get_running_loop().sock_recv(control, _NUMBER.size))[0]
    return number


async def _read(descriptor: int) -> bytes:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", 0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        return await reader.read()
    finally:
        transport.close()


def _write(descriptor: int, data: bytes) -> None:
    # A program that doesn't read what it is given is no error.
    with suppress(BrokenPipeError), os.fdopen(descriptor, "wb", 0) as pipe:
        pipe.write(data)


# ── the process that is forked ─────────────────────────────────────────────────────────────────────────────────────


def _import_all() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    for package in _IMPORTED_WHOLE:
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(found.name)


def _serve(requests: socket.socket) -> list[str]:
    """Fork for each request. Returns in the forks alone, with their command; the process ends with its parent."""
    waiting = selectors.DefaultSelector()
    waiting.register(requests, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.fileobj is not requests:
                waiting.unregister(key.fileobj)
                _tell_end(*key.data)
                continue
            message, descriptors, _, _ = socket.recv_fds(requests, _LONGEST, _DESCRIPTORS)
            if not message:
                os._exit(0)
            control = socket.socket(fileno=descriptors[0])
            pid = os.fork()
            if pid == 0:
                for other in (requests, control, waiting):
                    other.close()
                return _become(json.loads(message), descriptors[1:])
            for descriptor in descriptors[1:]:
                os.close(descriptor)
            with suppress(OSError):
                control.send(_NUMBER.pack(pid))
            # Readable once the process has ended.
            ended = os.pidfd_open(pid)
            waiting.register(ended, selectors.EVENT_READ, (pid, ended, control))


def _tell_end(pid: int, ended: int, control: socket.socket) -> None:
    os.close(ended)
    _, status = os.waitpid(pid, 0)
    with control, suppress(OSError):
        control.send(_NUMBER.pack(os.waitstatus_to_exitcode(status)))


def _become(request: Mapping[str, Any], streams: Sequence[int]) -> list[str]:
    """Take the streams, variables and folder of a request."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    return list(request["command"])


def _main() -> None:
    _import_all()
    # Threads don't survive a fork.
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        sys.argv = _serve(requests)
    from service.main import main

    main()


if __name__ == "__main__":
    _main()
