"""Running the parts as processes: one that serves, several that share the ports, one that works."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time

import structlog

from service.settings import Settings
from service.wiring import Service, WorkerProcess, prove_parts

log = structlog.get_logger(__name__)

CANT_START = 3
"""The exit code of one of several processes that can't listen: the others need not try."""
_RESTART_SECONDS = 1.0
_POLL_SECONDS = 0.2


async def serve_shared(settings: Settings, stop: asyncio.Event) -> None:
    """Serve as one of several, until `stop` is set or standard input ends."""
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), stop.set)
    await serve_alone(settings, stop, reuse_port=True)


async def serve_alone(settings: Settings, stop: asyncio.Event, *, reuse_port: bool = False) -> None:
    """Serve until `stop` is set."""
    service = Service(settings, reuse_port=reuse_port)
    await service.start()
    log.info("serving", http_port=settings.http_port, grpc_port=service.grpc_port)
    try:
        await stop.wait()
    finally:
        log.info("stopping")
        await service.stop()


async def work_alone(settings: Settings, stop: asyncio.Event) -> None:
    """Take jobs until `stop` is set."""
    await prove_parts(settings)
    worker = WorkerProcess(settings)
    running = asyncio.create_task(worker.run())
    stopping = asyncio.create_task(stop.wait())
    log.info("working", documents_at_once=settings.worker_concurrency)
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    await worker.stop()
    await running


def serve_with(workers: int) -> int:
    """Keep so many serving processes alive until a signal comes; answers the exit code.

    They share the ports by SO_REUSEPORT: the kernel spreads connections over them.
    """
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    children = [_start_one() for _ in range(workers)]
    while not stopping:
        time.sleep(_POLL_SECONDS)
        for index, child in enumerate(children):
            if child.poll() is None or stopping:
                continue
            if child.returncode == CANT_START:
                # It has said why, and the next one would say the same.
                stopping = True
                continue
            log.error("a serving process ended and is started anew", exit_code=child.returncode)
            time.sleep(_RESTART_SECONDS)
            children[index] = _start_one()
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    # One that was told before it could listen to signals ends by the signal, as it was meant to.
    codes = [child.wait() for child in children]
    if CANT_START in codes:
        return 1
    return max((abs(code) for code in codes if code != -signal.SIGTERM), default=0)


def _start_one() -> subprocess.Popen[bytes]:
    # A session of its own, so that Ctrl-C reaches the parent alone, which stops them in order. Standard input ends with
    # the parent, however it ends, and a process whose input has ended stops.
    return subprocess.Popen(
        [sys.executable, "-m", "service.main", "serve-one"], start_new_session=True, stdin=subprocess.PIPE
    )
