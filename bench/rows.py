"""The rows of the table: what is compared with what, round by round, and what it must reach."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bench.load import Grpc, Http, Measured, measure
from bench.sides import Side

Target = Http | Grpc

WARM_UP_SECONDS = 5.0
"""Enough for connection pools to fill, statements to be prepared, and processes that open documents to start."""


@dataclass(slots=True)
class Contestant:
    """One side of a row, with what each round measured."""

    side: Side
    target: Target
    rounds: list[Measured] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.side.name

    def run(self, seconds: float) -> None:
        before = self.side.process.cpu_seconds()
        measured = measure(self.target, seconds)
        self.rounds.append(measured)
        self.cpu_ms.append((self.side.process.cpu_seconds() - before) * 1000 / measured.total)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``ratio`` is the median over the rounds of ours to theirs; the goal is to reach it, or to stay below it."""

    what: str
    ours: str
    theirs: str
    ratios: Sequence[float]
    goal: float
    sense: Literal["at least", "at most"]
    notes: Sequence[str] = ()

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def reached(self) -> bool:
        return self.ratio >= self.goal if self.sense == "at least" else self.ratio <= self.goal


def interleave(contestants: Sequence[Contestant], rounds: int, seconds: float) -> None:
    """A B A B …: what else the machine does falls on all sides alike. A first round warms up and isn't recorded."""
    for contestant in contestants:
        measure(contestant.target, WARM_UP_SECONDS)
    for _ in range(rounds):
        for contestant in contestants:
            contestant.run(seconds)


def throughput(what: str, ours: Contestant, theirs: Contestant, goal: float) -> Comparison:
    """Requests per second, of two that were run."""
    ratios = [a.per_second / b.per_second for a, b in zip(ours.rounds, theirs.rounds, strict=True)]
    return Comparison(what, rate(ours), rate(theirs), ratios, goal, "at least", [cost(ours), cost(theirs)])


def latency(what: str, ours: Contestant, theirs: Contestant, goal: float) -> Comparison:
    """The median time of a request, of two that were run."""
    ratios = [a.p50_ms / b.p50_ms for a, b in zip(ours.rounds, theirs.rounds, strict=True)]
    return Comparison(what, time_taken(ours), time_taken(theirs), ratios, goal, "at most")


def rate(contestant: Contestant) -> str:
    return f"{_median(contestant, lambda each: each.per_second):,.0f}/s"


def time_taken(contestant: Contestant) -> str:
    return f"{_median(contestant, lambda each: each.p50_ms):.2f} ms"


def cost(contestant: Contestant) -> str:
    """For the notes below the table."""
    return (
        f"{contestant.name}: {rate(contestant)}, p50 {_median(contestant, lambda each: each.p50_ms):.1f} ms, "
        f"p99 {_median(contestant, lambda each: each.p99_ms):.1f} ms, "
        f"{statistics.median(contestant.cpu_ms):.3f} ms of CPU a request, "
        f"client at {_median(contestant, lambda each: each.client_cpu):.0%} of a core"
    )


def _median(contestant: Contestant, value: Callable[[Measured], float]) -> float:
    return statistics.median(value(each) for each in contestant.rounds)
