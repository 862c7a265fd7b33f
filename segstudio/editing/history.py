"""The steps that can be undone and redone, bounded in bytes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from segstudio.domain.geometry import Rect
from segstudio.editing.patch import Patch

DEFAULT_BYTE_BUDGET = 256 * 1024 * 1024

_HOT_SHARE = 4
"""A quarter of the budget goes to steps whose pixels are kept as they are, so that undoing them is only copying."""

_MOST_HOT_STEPS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The touched tiles before and after one edit; ``before`` is put back last patch first."""

    name: str
    rect: Rect
    pixels_changed: int
    before: tuple[Patch, ...]
    after: tuple[Patch, ...]

    @property
    def byte_count(self) -> int:
        return sum(patch.byte_count for patch in (*self.before, *self.after))

    def cool(self) -> None:
        """Keeps run lengths alone."""
        for patch in (*self.before, *self.after):
            patch.cool()


class History:
    """Forgets its oldest steps when it holds more than ``byte_budget``; the newest step is always kept."""

    def __init__(self, byte_budget: int = DEFAULT_BYTE_BUDGET) -> None:
        self.byte_budget = byte_budget
        self._done: deque[Step] = deque()
        self._undone: list[Step] = []
        self._hot: deque[Step] = deque()
        self._cold_bytes = 0

    @property
    def byte_count(self) -> int:
        return self._cold_bytes + self._hot_bytes

    @property
    def undo_name(self) -> str | None:
        return self._done[-1].name if self._done else None

    @property
    def redo_name(self) -> str | None:
        return self._undone[-1].name if self._undone else None

    def push(self, step: Step) -> None:
        """A new step; what was undone can't be redone any more."""
        for undone in self._undone:
            self._forget(undone)
        self._undone.clear()
        self._done.append(step)
        self._hot.append(step)
        self._cool()
        while self.byte_count > self.byte_budget and len(self._done) > 1:
            self._forget(self._done.popleft())

    def extend(self, step: Step) -> None:
        """Makes ``step`` part of the newest one, so that both are undone together; new where there is none."""
        if not self._done:
            self.push(step)
            return
        last = self._done.pop()
        self._forget(last)
        self.push(
            Step(
                last.name,
                last.rect.united(step.rect),
                last.pixels_changed + step.pixels_changed,
                before=last.before + step.before,
                after=last.after + step.after,
            )
        )

    def take_undo(self) -> Step | None:
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        return step

    def take_redo(self) -> Step | None:
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        return step

    def clear(self) -> None:
        self._done.clear()
        self._undone.clear()
        self._hot.clear()
        self._cold_bytes = 0

    @property
    def _hot_bytes(self) -> int:
        """Counted each time: a step grows when a lane packs it."""
        return sum(step.byte_count for step in self._hot)

    def _cool(self) -> None:
        """The oldest of the hot steps, which the journal's lane has packed long ago, until the others fit."""
        while self._hot and (len(self._hot) > _MOST_HOT_STEPS or self._hot_bytes > self.byte_budget // _HOT_SHARE):
            step = self._hot.popleft()
            step.cool()
            self._cold_bytes += step.byte_count

    def _forget(self, step: Step) -> None:
        if step in self._hot:
            self._hot.remove(step)
        else:
            self._cold_bytes -= step.byte_count
