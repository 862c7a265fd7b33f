"""Every committed edit is in the journal within a moment, and in the label file soon after.

The window hands over what an edit changed and never waits. One job at a time takes everything that has
gathered to the journal, where it is safe; when the hand rests, another brings the label file up to the
journal. What couldn't be written stays in line and is tried again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageId
from segstudio.domain.task import Task
from segstudio.editing.change import DocumentChange
from segstudio.editing.journal import encode_change
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.store.project_store import ProjectStore

_SLICE_SECONDS = 0.03


class _Edit(NamedTuple):
    """``number`` counts the edits of a sitting."""

    number: int
    image_id: ImageId
    change: DocumentChange


class Autosave:
    """Lives on the window's thread. ``on_state``: ``is_safe`` or ``is_saved`` may have changed.

    ``on_failure`` is told once for each time that saving begins to fail.
    """

    def __init__(
        self,
        jobs: JobRunner,
        store: ProjectStore,
        *,
        on_state: Callable[[], None],
        on_failure: Callable[[Exception], None],
        quiet_seconds: float = 1.5,
        longest_seconds: float = 10.0,
        retry_seconds: float = 3.0,
    ) -> None:
        self._jobs = jobs
        self._store = store
        self._on_state = on_state
        self._on_failure = on_failure
        self._quiet_seconds = quiet_seconds
        self._longest_seconds = longest_seconds
        self._retry_seconds = retry_seconds
        self._waiting: list[_Edit] = []
        self._count = 0
        self._appended = 0
        self._append_lock = threading.Lock()
        self._unsaved: dict[ImageId, float] = {}
        self._appending: Job | None = None
        self._is_saving = False
        self._is_retrying = False
        self._due = 0.0
        self._is_failing = False
        self._is_closed = False

    @property
    def is_safe(self) -> bool:
        """Every edit would survive a crash."""
        return not self._waiting

    @property
    def is_saved(self) -> bool:
        """Every edit is in its label file."""
        return not self._waiting and not self._unsaved

    def add(self, image_id: ImageId, change: DocumentChange) -> None:
        """After each commit, undo and redo."""
        if change.is_empty or self._is_closed:
            return
        self._count += 1
        self._waiting.append(_Edit(self._count, image_id, change))
        self._append_waiting()
        self._on_state()

    def save_now(self) -> None:
        """Bring the label files up to date without waiting for the hand to rest; try again what failed."""
        self._due = 0.0
        self._append_waiting()
        self._save_when_due()

    def close(self) -> None:
        """Hand in what is left. Follow with the job runner's ``shut_down``, then close the project."""
        if self._is_closed:
            return
        self._is_closed = True
        self._due = 0.0
        rest, images = tuple(self._waiting), {*self._unsaved, *(edit.image_id for edit in self._waiting)}
        if not images:
            return

        def work(_task: Task[None]) -> None:
            self._append(rest)
            for image_id in images:
                self._store.labels.save_journal(image_id)

        self._jobs.submit(
            Lane.DISK, "Saving", work, on_result=lambda _: None, on_error=self._on_failure, urgency=Urgency.SOON
        )

    def _append_waiting(self) -> None:
        if self._appending is not None or not self._waiting or self._is_closed:
            return
        batch = tuple(self._waiting)

        def on_result(_: None) -> None:
            self._appending = None
            self._is_failing = False
            del self._waiting[: len(batch)]
            self._note_unsaved({edit.image_id for edit in batch})
            self._append_waiting()
            self._on_state()

        def on_error(error: Exception) -> None:
            if self._is_closed:
                return  # the last job appends them again, and tells
            self._appending = None
            self._tell(error)
            self._retry()

        self._appending = self._jobs.submit(
            Lane.JOURNAL,
            "Keeping edits",
            lambda _task: self._append(batch),
            on_result=on_result,
            on_error=on_error,
            urgency=Urgency.NOW,
        )

    def _append(self, batch: Sequence[_Edit]) -> None:
        """Each edit once and in order, though the last job hands in what a job under way appends, too: an older
        edit that came after a newer one would be replayed over it."""
        with self._append_lock:
            new = [edit for edit in batch if edit.number > self._appended]
            if new:
                self._store.labels.journal.append(*((edit.image_id, encode_change(edit.change)) for edit in new))
                self._appended = new[-1].number

    def _note_unsaved(self, image_ids: set[ImageId]) -> None:
        now = time.monotonic()
        for image_id in image_ids:
            self._unsaved.setdefault(image_id, now)
        self._due = min(now + self._quiet_seconds, min(self._unsaved.values()) + self._longest_seconds)
        self._save_when_due()

    def _save_when_due(self) -> None:
        if self._is_saving or not self._unsaved or self._is_closed:
            return
        self._is_saving = True
        self._wait(lambda: self._due, self._save)

    def _save(self) -> None:
        images = tuple(self._unsaved)

        def work(_task: Task[None]) -> None:
            for image_id in images:
                self._store.labels.save_journal(image_id)

        def on_result(_: None) -> None:
            if self._is_closed:
                return  # and so may the project be by now
            self._is_saving = False
            self._is_failing = False
            self._forget_saved(images)
            self._save_when_due()
            self._on_state()

        def on_error(error: Exception) -> None:
            self._is_saving = False
            self._tell(error)
            self._retry()

        if not self._is_closed:
            self._jobs.submit(Lane.DISK, "Saving", work, on_result=on_result, on_error=on_error)

    def _forget_saved(self, images: tuple[ImageId, ...]) -> None:
        waiting = self._store.labels.journal.waiting()
        for image_id in images:
            if image_id not in waiting:
                self._unsaved.pop(image_id, None)

    def _tell(self, error: Exception) -> None:
        if not self._is_failing or not isinstance(error, SegStudioError):
            self._on_failure(error)
        self._is_failing = True
        self._on_state()

    def _retry(self) -> None:
        if self._is_closed or self._is_retrying:
            return
        self._is_retrying = True
        due = time.monotonic() + self._retry_seconds

        def again() -> None:
            self._is_retrying = False
            self.save_now()

        self._wait(lambda: due, again)

    def _wait(self, due: Callable[[], float], then: Callable[[], None]) -> None:
        """On the journal's own lane, where a wait holds nobody up: edits go first."""

        def work(task: Task[None]) -> None:
            while time.monotonic() < due() and not self._is_closed:
                task.check()
                time.sleep(_SLICE_SECONDS)

        self._jobs.submit(
            Lane.JOURNAL,
            "Waiting to save",
            work,
            on_result=lambda _: None if self._is_closed else then(),
            on_error=self._on_failure,
            urgency=Urgency.BACKGROUND,
        )
