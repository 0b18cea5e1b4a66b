"""What all connections of a client write down."""

import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counter:
    """``done`` counts requests completed since ``begin``, ``total`` those of the warm-up too."""

    requests: Sequence[bytes]
    counting: bool = False
    stopping: bool = False
    started_ns: int = 0
    total: int = 0
    done: int = 0
    failed: int = 0
    first_failure: str = ""
    latencies_ns: "array[int]" = field(default_factory=lambda: array("q"))
    _next: int = 0

    def begin(self) -> None:
        self.counting = True
        self.started_ns = time.perf_counter_ns()

    def next_request(self) -> bytes:
        self._next = (self._next + 1) % len(self.requests)
        return self.requests[self._next]

    def succeed(self, sent_ns: int) -> None:
        self.total += 1
        if self.counting:
            self.done += 1
            self.latencies_ns.append(time.perf_counter_ns() - sent_ns)

    def fail(self, reason: str) -> None:
        self.failed += 1
        self.first_failure = self.first_failure or reason
