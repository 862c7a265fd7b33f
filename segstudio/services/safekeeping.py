"""Keeps the edits of whichever project is open, and says when they are safe."""

from __future__ import annotations

from collections.abc import Callable

from segstudio.domain.changes import Change, ProjectClosed, SavedStateChanged
from segstudio.domain.images import ImageId
from segstudio.editing.change import DocumentChange
from segstudio.services.announcer import Announcer
from segstudio.services.autosave import Autosave
from segstudio.services.jobs import JobRunner
from segstudio.store.project_store import ProjectStore


class Safekeeping:
    """Lives on the window's thread. A project that is open for reading only needs none."""

    def __init__(self, jobs: JobRunner, announcer: Announcer) -> None:
        self._jobs = jobs
        self._announcer = announcer
        self._autosave: Autosave | None = None

    def begin(self, store: ProjectStore) -> None:
        if store.is_read_only:
            return
        self._autosave = Autosave(
            self._jobs,
            store,
            on_state=lambda: self._announcer.announce(SavedStateChanged(self.is_saved)),
            on_failure=lambda error: self._announcer.announce_failure("Saving failed.", error),
        )

    def end(self) -> None:
        """What waits is handed to the disk lane."""
        if self._autosave is not None:
            self._autosave.close()
            self._autosave = None

    def add(self, image_id: ImageId, change: DocumentChange) -> None:
        if self._autosave is not None:
            self._autosave.add(image_id, change)

    def save_now(self) -> None:
        """Write what waits; autosave would do it by itself within moments."""
        if self._autosave is not None:
            self._autosave.save_now()

    @property
    def is_saved(self) -> bool:
        """Every edit is in its label file; a moment earlier it is safe in the journal."""
        return self._autosave is None or self._autosave.is_saved

    def when_safe(self, then: Callable[[], None]) -> None:
        """Call back once every edit made so far can be read from the project; never, if it is closed before."""
        autosave = self._autosave
        if autosave is None or autosave.is_safe:
            then()
            return

        def on_change(change: Change) -> None:
            match change:
                case SavedStateChanged() if autosave.is_safe:
                    forget()
                    then()
                case ProjectClosed():
                    forget()
                case _:
                    pass

        forget = self._announcer.subscribe(on_change)
