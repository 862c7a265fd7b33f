"""Opens one project after the other, off the window's thread; the newest wish counts."""

from __future__ import annotations

from collections.abc import Callable

from segstudio.domain.changes import ActivityChanged
from segstudio.domain.task import Progress, Task
from segstudio.services.announcer import Announcer
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.opening import OpenedProject, Opener

ACTIVITY = "project"


class ProjectDoor:
    """``on_opened`` gets each project that was opened; it closes it in the end."""

    def __init__(self, jobs: JobRunner, announcer: Announcer, on_opened: Callable[[OpenedProject], None]) -> None:
        self._jobs = jobs
        self._announcer = announcer
        self._on_opened = on_opened
        self._opening: Job | None = None

    def open(self, name: str, opener: Opener) -> None:
        """``opener`` works on the read lane; a failure is announced and changes nothing."""
        self.stop()

        def on_result(opened: OpenedProject) -> None:
            is_wanted = self._opening is job
            self._end(job, name)
            if is_wanted:
                self._on_opened(opened)
            else:
                opened.store.close()

        def on_error(error: Exception) -> None:
            self._end(job, name)
            self._announcer.announce_failure(f"{name} failed.", error)

        def on_progress(state: Progress) -> None:
            if self._opening is job:
                self._announcer.announce(
                    ActivityChanged(ACTIVITY, name, state.fraction, state.message, is_running=True)
                )

        job = self._jobs.submit(
            Lane.READ,
            name,
            lambda task: _in_own_hands(opener, task),
            on_result=on_result,
            on_error=on_error,
            on_cancelled=lambda: self._end(job, name),
            on_progress=on_progress,
            urgency=Urgency.NOW,
        )
        self._opening = job
        self._announcer.announce(ActivityChanged(ACTIVITY, name, None, "", is_running=True))

    def stop(self) -> None:
        if self._opening is not None:
            self._opening.stop()

    def _end(self, job: Job, name: str) -> None:
        if self._opening is job:
            self._opening = None
            self._announcer.announce(ActivityChanged(ACTIVITY, name, 1.0, "", is_running=False))


def _in_own_hands(opener: Opener, task: Task[Progress]) -> OpenedProject:
    """A project that was opened although nobody wants it any more is closed again."""
    opened = opener(task)
    try:
        task.check()
    except BaseException:
        opened.store.close()
        raise
    return opened
