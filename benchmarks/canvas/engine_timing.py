"""Repeated timings of one operation, and how the engine's benchmarks print them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Timings:
    """Seconds of each repetition: by the clock, and of the processor (of all threads), which another program that
    runs at the same time hardly changes."""

    name: str
    target: str = ""
    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)

    def measure(self, work: Callable[[], object]) -> None:
        start, processor_start = time.perf_counter(), time.process_time()
        work()
        self.seconds.append(time.perf_counter() - start)
        self.processor_seconds.append(time.process_time() - processor_start)

    @property
    def row(self) -> str:
        median, slow = (np.percentile(self.seconds, part) * 1e3 for part in (50, 99))
        processor = np.median(self.processor_seconds) * 1e3
        return (
            f"| {self.name} | {median:.3g} | {slow:.3g} | {processor:.3g} | {len(self.seconds)} | {self.target} |"
        )


HEADER = (
    "| what | median, ms | 99th percentile, ms | processor, ms | times | target, ms |\n"
    "|---|---:|---:|---:|---:|---|"
)


def table(title: str, timings: list[Timings]) -> str:
    return "\n".join((f"### {title}", "", HEADER, *(timing.row for timing in timings), ""))
