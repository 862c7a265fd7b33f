"""How long work reports and is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from segstudio.domain.errors import CancelledError

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is; ``total`` 0 where nobody knows."""

    done: int
    total: int
    message: str = ""

    @property
    def fraction(self) -> float | None:
        return self.done / self.total if self.total else None


class Task(Generic[State]):
    """Carries whole states out of the work and the wish to stop into it. Safe between threads.

    Every ``report`` replaces the one before it, so a slow listener may drop all but the newest.
    """

    def __init__(self, listener: Callable[[State], None] | None = None) -> None:
        self._listener = listener
        self._stop = threading.Event()

    def report(self, state: State) -> None:
        """Raises: CancelledError: a stop was asked for."""
        self.check()
        if self._listener is not None:
            self._listener(state)

    def check(self) -> None:
        """Raises: CancelledError: a stop was asked for."""
        if self._stop.is_set():
            raise CancelledError()

    def stop(self) -> None:
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()
