"""Jobs run off the owner's thread and deliver exactly one outcome on it."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from segstudio.domain.task import Progress, Task
from segstudio.services.jobs import JobRunner, Lane, Urgency


class Owner:
    """Stands for the window's thread: collects callbacks and runs them when told to."""

    def __init__(self) -> None:
        self.inbox: queue.Queue[Callable[[], None]] = queue.Queue()
        self.events: list[object] = []

    def run_until(self, count: int) -> None:
        while len(self.events) < count:
            self.inbox.get(timeout=5)()


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def jobs(owner: Owner) -> Iterator[JobRunner]:
    runner = JobRunner(owner.inbox.put)
    yield runner
    runner.shut_down()


def _nice() -> int:
    """How much the calling thread gives way."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _submit(jobs: JobRunner, owner: Owner, work: Callable[[Task[Progress]], object], **options: object) -> object:
    return jobs.submit(
        Lane.DEVICE,
        "work",
        work,
        on_result=lambda result: owner.events.append(("result", result)),
        on_error=lambda error: owner.events.append(("error", str(error))),
        on_cancelled=lambda: owner.events.append("cancelled"),
        **options,  # type: ignore[arg-type]  # the table of options is the test's own
    )


def test_a_result_arrives_on_the_owner_s_thread(jobs: JobRunner, owner: Owner) -> None:
    threads: list[str] = []

    def work(task: Task[Progress]) -> int:
        threads.append(threading.current_thread().name)
        return 7

    _submit(jobs, owner, work)
    owner.run_until(1)
    assert owner.events == [("result", 7)]
    assert threads[0].startswith("segstudio-device")


def test_an_error_arrives_as_an_error(jobs: JobRunner, owner: Owner) -> None:
    def work(task: Task[Progress]) -> None:
        raise ValueError("broken")

    _submit(jobs, owner, work)
    owner.run_until(1)
    assert owner.events == [("error", "broken")]


def test_stopping_waiting_and_running_jobs_gives_one_cancelled_each(jobs: JobRunner, owner: Owner) -> None:
    started = threading.Event()

    def endless(task: Task[Progress]) -> None:
        started.set()
        while True:
            task.check()

    running = _submit(jobs, owner, endless)
    waiting = _submit(jobs, owner, endless)
    assert started.wait(5)
    for job in (running, waiting):
        job.stop()  # type: ignore[attr-defined]  # _submit hides the Job's type
    owner.run_until(2)
    assert owner.events == ["cancelled", "cancelled"]


def test_only_the_newest_progress_is_kept_for_a_slow_owner(jobs: JobRunner, owner: Owner) -> None:
    def work(task: Task[Progress]) -> str:
        for done in range(100):
            task.report(Progress(done, 100))
        return "end"

    ended = threading.Event()
    _submit(jobs, owner, lambda task: (work(task), ended.set()), on_progress=owner.events.append)
    assert ended.wait(5)
    owner.run_until(2)
    assert owner.events[0] == Progress(99, 100)
    assert len(owner.events) == 2


def test_urgent_work_goes_between_the_steps_of_background_work(jobs: JobRunner, owner: Owner) -> None:
    order: list[str] = []
    started, handed_in = threading.Event(), threading.Event()

    def training(task: Task[Progress]) -> None:
        started.set()
        assert handed_in.wait(5)
        task.check()
        order.append("training went on")

    _submit(jobs, owner, training, urgency=Urgency.BACKGROUND)
    assert started.wait(5)
    _submit(jobs, owner, lambda task: order.append("pre-label"), urgency=Urgency.NOW)
    handed_in.set()
    owner.run_until(2)
    assert order == ["pre-label", "training went on"]


def test_shutting_down_finishes_saving_and_stops_the_rest() -> None:
    owner = Owner()
    jobs = JobRunner(owner.inbox.put)
    saved: list[int] = []
    for number in range(5):
        jobs.submit(
            Lane.DISK,
            "save",
            lambda task, number=number: saved.append(number),
            on_result=lambda _: None,
            on_error=owner.events.append,
        )
    jobs.shut_down()
    assert saved == [0, 1, 2, 3, 4]
    assert not owner.events
    with pytest.raises(RuntimeError, match="shut down"):
        _submit(jobs, owner, lambda task: None)


@pytest.mark.skipif(sys.platform != "linux", reason="only there a priority belongs to a thread")
def test_the_network_gives_way_to_the_window(jobs: JobRunner, owner: Owner) -> None:
    """A thread that the network's starts does the same; saving waits for nobody."""

    def work(task: Task[Progress]) -> list[int]:
        found: list[int] = []
        helper = threading.Thread(target=lambda: found.append(_nice()))
        helper.start()
        helper.join()
        return [_nice(), *found]

    _submit(jobs, owner, work)
    owner.run_until(1)
    jobs.submit(Lane.DISK, "save", lambda task: _nice(), on_result=owner.events.append, on_error=lambda error: None)
    owner.run_until(2)
    own = _nice()
    assert owner.events == [("result", [max(5, own)] * 2), own]
