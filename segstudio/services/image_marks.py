"""What is noted about images beside their labels: status, flag, note, uncertainty, effort."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from segstudio.domain.images import ImageId, ImageStatus, Split
from segstudio.services.announcer import Announcer
from segstudio.services.jobs import JobRunner, Lane
from segstudio.store.effort_log import EffortEntry
from segstudio.store.project_store import ProjectStore


class ImageMarks:
    """Lives on the window's thread; the index is written on the disk lane, then ``on_changed`` gets the images."""

    def __init__(
        self,
        jobs: JobRunner,
        announcer: Announcer,
        store: Callable[[], ProjectStore | None],
        on_changed: Callable[[Sequence[ImageId]], None],
    ) -> None:
        """``store``: the project that is open now."""
        self._jobs = jobs
        self._announcer = announcer
        self._store = store
        self._on_changed = on_changed

    def set_status(self, image_ids: Sequence[ImageId], status: ImageStatus) -> None:
        self._change("Noting the status", image_ids, lambda store: store.index.set_statuses(image_ids, status))

    def set_split(self, image_ids: Sequence[ImageId], split: Split) -> None:
        values = dict.fromkeys(image_ids, split)
        self._change("Noting the part", image_ids, lambda store: store.index.set_splits(values))

    def set_flag(self, image_ids: Sequence[ImageId], *, is_flagged: bool) -> None:
        self._change("Flagging", image_ids, lambda store: store.index.set_flags(image_ids, is_flagged=is_flagged))

    def set_note(self, image_id: ImageId, note: str) -> None:
        self._change("Noting", [image_id], lambda store: store.index.set_note(image_id, note))

    def note_progress(self, image_id: ImageId, *, by_person: bool) -> None:
        """Labels of the image changed; its status follows where that is news."""
        store = self._store()
        if store is None:
            return
        now = store.record(image_id).status
        if by_person and now is not ImageStatus.CORRECTED:
            self.set_status([image_id], ImageStatus.CORRECTED)
        elif not by_person and now is ImageStatus.NEW:
            self.set_status([image_id], ImageStatus.PRE_LABELLED)

    def note_uncertainty(self, image_id: ImageId, uncertainty: float) -> None:
        """Of the model's newest answer, 0 to 1, for the list and the queue; a reader keeps nothing."""
        values = {image_id: uncertainty}
        if self._may_write:
            self._change("Noting the uncertainty", [image_id], lambda store: store.index.set_uncertainties(values))

    def note_effort(self, entry: EffortEntry) -> None:
        """Keep what a sitting on an image cost; a reader keeps nothing."""
        if self._may_write:
            self._change("Noting the effort", [entry.image_id], lambda store: store.effort.append(entry))

    @property
    def _may_write(self) -> bool:
        store = self._store()
        return store is not None and not store.is_read_only

    def _change(self, name: str, image_ids: Sequence[ImageId], change: Callable[[ProjectStore], None]) -> None:
        store = self._store()
        if store is None:
            return

        def on_result(_: None) -> None:
            if self._store() is store:
                self._on_changed(image_ids)

        self._jobs.submit(
            Lane.DISK,
            name,
            lambda _task: change(store),
            on_result=on_result,
            on_error=lambda error: self._announcer.announce_failure(f"{name} failed.", error),
        )
