"""Work off the window's thread: the only file that knows threads.

A lane does one job at a time, the most urgent first. Work is a pure function of a snapshot and a ``Task``;
exactly one outcome (result, error or cancelled) is delivered, through the function given to ``JobRunner``,
which puts it on the owner's thread.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Generic, TypeAlias, TypeVar

from segstudio.domain.errors import CancelledError
from segstudio.domain.task import State, Task
from segstudio.services.giving_way import give_way

Result = TypeVar("Result")
Callback: TypeAlias = Callable[[], None]
Deliver: TypeAlias = Callable[[Callback], None]


class Lane(Enum):
    """``DEVICE``: the network. ``DISK``: saving, in order. ``READ``: pictures and thumbnails.

    ``JOURNAL``: edits on their way to the disk, which may not wait until a large file is saved. ``TILES``: pieces
    of the large picture on screen, which may not wait for another one's thumbnail.
    """

    DEVICE = "device"
    DISK = "disk"
    READ = "read"
    JOURNAL = "journal"
    TILES = "tiles"


_SAVING = (Lane.DISK, Lane.JOURNAL)


class Urgency(IntEnum):
    """Smaller goes first. Long work lets anything more urgent through whenever it reports."""

    NOW = 0
    SOON = 1
    BACKGROUND = 2


class Job:
    """A piece of work that was handed in; ``stop`` asks it to end."""

    def __init__(self, name: str, lane: Lane, stop: Callback) -> None:
        self.name = name
        self.lane = lane
        self._stop = stop
        self._ended = threading.Event()

    def stop(self) -> None:
        self._stop()

    @property
    def is_ended(self) -> bool:
        """True once the work can't touch anything any more; its outcome may still be under way."""
        return self._ended.is_set()

    def mark_ended(self) -> None:
        self._ended.set()


@dataclass(order=True)
class _Entry:
    urgency: Urgency
    number: int
    run: Callback = field(compare=False)


class _Lane:
    """One thread and what waits for it."""

    def __init__(self, lane: Lane) -> None:
        self._waiting: list[_Entry] = []
        self._guard = threading.Lock()
        self._numbers = itertools.count()
        self._executor = ThreadPoolExecutor(
            max_workers=1,
            thread_name_prefix=f"segstudio-{lane.value}",
            initializer=give_way if lane is Lane.DEVICE else None,
        )

    def put(self, urgency: Urgency, run: Callback) -> None:
        with self._guard:
            heapq.heappush(self._waiting, _Entry(urgency, next(self._numbers), run))
        self._executor.submit(self._run_next)

    def _run_next(self) -> None:
        entry = self._take(None)
        if entry is not None:
            entry.run()

    def run_more_urgent_than(self, urgency: Urgency) -> None:
        """On the lane's own thread, between two steps of a job: do what may not wait for its end."""
        while (entry := self._take(urgency)) is not None:
            entry.run()

    def _take(self, urgency: Urgency | None) -> _Entry | None:
        with self._guard:
            if not self._waiting or (urgency is not None and self._waiting[0].urgency >= urgency):
                return None
            return heapq.heappop(self._waiting)

    def shut_down(self) -> None:
        self._executor.shutdown(wait=True)


class _LaneTask(Task[State]):
    """A task that gives way to more urgent work of its lane each time it reports or checks."""

    def __init__(self, lane: _Lane, urgency: Urgency, listener: Callable[[State], None]) -> None:
        super().__init__(listener)
        self._lane = lane
        self._urgency = urgency

    def check(self) -> None:
        super().check()
        self._lane.run_more_urgent_than(self._urgency)
        super().check()


class _Newest(Generic[State]):
    """Delivers states on the owner's thread, dropping all but the newest when it is slow."""

    def __init__(self, deliver: Deliver, listener: Callable[[State], None] | None) -> None:
        self._deliver = deliver
        self._listener = listener
        self._guard = threading.Lock()
        self._pending: list[State] = []

    def put(self, state: State) -> None:
        if self._listener is None:
            return
        with self._guard:
            is_scheduled = bool(self._pending)
            self._pending[:] = [state]
        if not is_scheduled:
            self._deliver(self._hand_over)

    def _hand_over(self) -> None:
        with self._guard:
            states, self._pending = self._pending, []
        if self._listener is not None:
            for state in states:
                self._listener(state)


class JobRunner:
    """Runs work on lanes and delivers its outcomes through ``deliver``."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._lanes = {lane: _Lane(lane) for lane in Lane}
        self._guard = threading.Lock()
        self._jobs: list[Job] = []
        self._is_shut = False

    def submit(
        self,
        lane: Lane,
        name: str,
        work: Callable[[Task[State]], Result],
        *,
        on_result: Callable[[Result], None],
        on_error: Callable[[Exception], None],
        on_cancelled: Callback | None = None,
        on_progress: Callable[[State], None] | None = None,
        urgency: Urgency = Urgency.SOON,
    ) -> Job:
        """Queue ``work``; exactly one of the three outcomes follows. Raises: RuntimeError: shut down."""
        if self._is_shut:
            raise RuntimeError(f"{name!r} was handed in after the job runner had been shut down.")
        own_lane = self._lanes[lane]
        task: _LaneTask[State] = _LaneTask(own_lane, urgency, _Newest(self._deliver, on_progress).put)
        job = Job(name, lane, task.stop)

        def run() -> None:
            outcome = _outcome(work, task, on_result, on_error, on_cancelled)
            job.mark_ended()
            with self._guard:
                self._jobs.remove(job)
            self._deliver(outcome)

        with self._guard:
            self._jobs.append(job)
        own_lane.put(urgency, run)
        return job

    def later(self, callback: Callback) -> None:
        """Call back on the owner's thread once what waits there now has had its turn."""
        self._deliver(callback)

    @property
    def running(self) -> tuple[Job, ...]:
        """Every job that has not ended, those that wait included."""
        with self._guard:
            return tuple(self._jobs)

    @property
    def is_saving(self) -> bool:
        """Whether something is on its way to the disk."""
        return any(job.lane in _SAVING for job in self.running)

    def shut_down(self) -> None:
        """Stop device and read work, finish what still has to be saved, end the threads."""
        self._is_shut = True
        for job in self.running:
            if job.lane not in _SAVING:
                job.stop()
        for lane in self._lanes.values():
            lane.shut_down()


def _outcome(
    work: Callable[[Task[State]], Result],
    task: Task[State],
    on_result: Callable[[Result], None],
    on_error: Callable[[Exception], None],
    on_cancelled: Callback | None,
) -> Callback:
    try:
        task.check()
        result = work(task)
    except CancelledError:
        return on_cancelled or _nothing
    except Exception as error:
        caught = error
        return lambda: on_error(caught)
    return lambda: on_result(result)


def _nothing() -> None:
    """Nobody waits for this outcome."""
