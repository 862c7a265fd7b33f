"""What the canvas has worked out off the window's thread, and the taking back of what nobody waits for any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.domain.task import Progress, Task
from segstudio.editing.document import LabelDocument
from segstudio.services.jobs import JobRunner, Lane, Urgency

_PATIENCE_MS = 50
Result = TypeVar("Result")
Work = Callable[[Task[Progress]], Result]


class LaneWork(QObject):
    """Results come on the window's thread, between strokes, and only while the same labels lie open. Without a job
    runner everything is done at once."""

    said = Signal(str)

    def __init__(
        self, document: Callable[[], LabelDocument | None], jobs: JobRunner | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._edits: set[object] = set()

    def later(self, name: str, work: Work[Result], done: Callable[[Result], None]) -> None:
        """For what changes nothing: a preview, a cache."""
        self._start(name, work, done, is_wanted=lambda: True)

    def edit_later(self, name: str, work: Work[Result], done: Callable[[Result], None]) -> None:
        """For what ends in an undo step: ``drop_edits`` takes it back until then."""
        edit = object()
        self._edits.add(edit)
        if self._jobs is not None:
            self.said.emit(f"{name}… Escape stops it.")

        def end(result: Result) -> None:
            self._edits.discard(edit)
            done(result)

        self._start(name, work, end, is_wanted=lambda: edit in self._edits)

    def drop_edits(self) -> bool:
        """Returns: whether there was something to take back."""
        had_some = bool(self._edits)
        self._edits.clear()
        return had_some

    def _start(
        self, name: str, work: Work[Result], done: Callable[[Result], None], *, is_wanted: Callable[[], bool]
    ) -> None:
        document = self._document()
        if self._jobs is None:
            done(work(Task()))
            return

        def on_result(result: Result) -> None:
            if self._document() is not document or not is_wanted():
                return
            if document is not None and document.open_edit is not None:
                # A stroke is under way; the result waits for its end.
                QTimer.singleShot(_PATIENCE_MS, self, lambda: on_result(result))
                return
            done(result)

        self._jobs.submit(
            Lane.READ,
            name,
            work,
            on_result=on_result,
            on_error=lambda error: self.said.emit(f"{name} failed: {error}"),
            urgency=Urgency.NOW,
        )
