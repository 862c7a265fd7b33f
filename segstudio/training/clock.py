"""How far a run is: by its steps, or by its time where that runs out first."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from lightning_fabric import Fabric


@dataclass(slots=True)
class Clock:
    """``seconds_before``: what the run had spent when it was last interrupted."""

    fabric: Fabric
    steps_planned: int
    minutes: float | None
    seconds_before: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    def go_on_from(self, seconds: float) -> None:
        self.seconds_before, self._began = seconds, time.monotonic()

    @property
    def seconds(self) -> float:
        """Spent in all, interruptions left out."""
        return self.seconds_before + time.monotonic() - self._began

    def progress(self, steps_done: int) -> float:
        """0 to 1; the same in all processes. The learning rate follows it, so it falls to its end either way."""
        by_steps = min(1.0, steps_done / self.steps_planned)
        if self.minutes is None:
            return by_steps
        spent = min(1.0, self.seconds / (60.0 * self.minutes))
        by_time = float(self.fabric.broadcast(spent)) if self.fabric.world_size > 1 else spent
        return max(by_steps, by_time)

    def seconds_left(self, progress: float) -> float | None:
        by_pace = self.seconds * (1.0 - progress) / progress if progress > 0 else None
        if self.minutes is None:
            return by_pace
        by_time = max(0.0, 60.0 * self.minutes - self.seconds)
        return by_time if by_pace is None else min(by_time, by_pace)
