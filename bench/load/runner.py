"""Runs clients in their own processes and adds up what they counted."""

import asyncio
import multiprocessing
import resource
import time
from array import array
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvloop

from bench.load.counter import Counter
from bench.load.grpc_h2 import GrpcConnection
from bench.load.http1 import HttpConnection

WARM_UP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Http:
    """Whole HTTP/1.1 requests, sent in turn over ``connections`` kept connections."""

    url: str
    requests: Sequence[bytes]
    connections: int


@dataclass(frozen=True, slots=True)
class Grpc:
    """Serialized messages to one unary method, over ``connections`` connections with ``streams`` calls each."""

    target: str
    method: str
    metadata: dict[str, str]
    requests: Sequence[bytes]
    connections: int
    streams: int


Target = Http | Grpc


@dataclass(frozen=True, slots=True)
class Measured:
    """``per_second`` requests, latencies in milliseconds, ``client_cpu`` as a share of one core.

    ``total`` counts the requests of the warm-up too.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    client_cpu: float
    total: int


class LoadError(Exception):
    """The server refused a request, so that nothing was measured."""


def measure(target: Target, seconds: float, processes: int = 1) -> Measured:
    """Load for ``seconds`` after a warm-up of one. Raises LoadError on any answer that isn't a success."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        parts = list(pool.map(_run, [target] * processes, [seconds] * processes))
    latencies = sorted(value for part in parts for value in part.latencies_ns)
    if not latencies:
        raise LoadError("no request was completed")
    return Measured(
        per_second=sum(part.per_second for part in parts),
        p50_ms=latencies[len(latencies) // 2] / 1e6,
        p99_ms=latencies[len(latencies) * 99 // 100] / 1e6,
        client_cpu=max(part.cpu for part in parts),
        total=sum(part.total for part in parts),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    per_second: float
    latencies_ns: "array[int]"
    cpu: float
    total: int


def _run(target: Target, seconds: float) -> _Part:
    return uvloop.run(_load(target, seconds))


async def _load(target: Target, seconds: float) -> _Part:
    counter = Counter(target.requests)
    await _connect(target, counter)
    await _sleep(counter, WARM_UP_SECONDS)
    cpu = _cpu_seconds()
    counter.begin()
    await _sleep(counter, seconds)
    counter.counting = False
    elapsed = (time.perf_counter_ns() - counter.started_ns) / 1e9
    counter.stopping = True
    return _Part(
        per_second=counter.done / elapsed,
        latencies_ns=counter.latencies_ns,
        cpu=(_cpu_seconds() - cpu) / elapsed,
        total=counter.total,
    )


async def _connect(target: Target, counter: Counter) -> None:
    loop = asyncio.get_running_loop()
    if isinstance(target, Http):
        parts = urlsplit(target.url)
        assert parts.hostname and parts.port
        for _ in range(target.connections):
            await loop.create_connection(lambda: HttpConnection(counter), parts.hostname, parts.port)
        return
    host, _, port = target.target.rpartition(":")
    for _ in range(target.connections):
        await loop.create_connection(
            lambda: GrpcConnection(counter, target.target, target.method, target.metadata, target.streams),
            host,
            int(port),
        )


async def _sleep(counter: Counter, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, 0.1))
        if counter.failed:
            counter.stopping = True
            raise LoadError(counter.first_failure)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
