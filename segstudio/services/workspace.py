"""The state of one sitting: the open project, the open image, and who wants to know when they change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import (
    Change,
    ClassesChanged,
    ImageClosed,
    ImageOpened,
    ImageOpening,
    ImagesChanged,
    LabelsChanged,
    ProjectClosed,
    ProjectOpened,
    SavedStateChanged,
    Told,
)
from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId, ImageRecord, ImageStatus
from segstudio.domain.prediction import Prediction
from segstudio.domain.project import ProjectInfo
from segstudio.domain.task import Progress, Task
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.services.announcer import Announcer
from segstudio.services.autosave import Autosave
from segstudio.services.image_upkeep import ImageUpkeep
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.kept_images import KeptImages
from segstudio.services.opening import LoadedImage, OpenedProject, Opener, Picture, load_image, open_path
from segstudio.services.project_door import ProjectDoor
from segstudio.store.effort_log import EffortEntry
from segstudio.store.project_store import ProjectStore

BYTES_A_PIXEL = 5  # a picture's three, its label and its origin


@dataclass(slots=True, eq=False)
class OpenImage:
    """An image with its labels; ``prediction`` is the model's newest answer, in the project's classes."""

    record: ImageRecord
    image: Picture
    document: LabelDocument
    prediction: Prediction | None = None


class Workspace(Announcer):
    """Lives on the window's thread. Reading and saving happen on lanes; each change is announced."""

    def __init__(self, jobs: JobRunner) -> None:
        super().__init__()
        self._jobs = jobs
        self._door = ProjectDoor(jobs, self, self._take_over)
        self._upkeep = ImageUpkeep(jobs, self)
        self._reading: Job | None = None
        self._wanted: ImageId | None = None
        self._kept: KeptImages[OpenImage] = KeptImages(_let_go)
        self._autosave: Autosave | None = None
        self.store: ProjectStore | None = None
        self.current: OpenImage | None = None

    # The project

    @property
    def project(self) -> ProjectInfo | None:
        return None if self.store is None else self.store.info

    @property
    def label_set(self) -> LabelSet:
        """Empty while no project is open."""
        return LabelSet(()) if self.store is None else self.store.info.label_set

    @property
    def is_read_only(self) -> bool:
        return self.store is None or self.store.is_read_only

    def open_path(self, path: Path) -> None:
        """Open an image, a folder of images or a project; what is open now stays until that has succeeded."""
        self.open_with(f"Opening {path.name}", lambda task: open_path(path, task))

    def open_with(self, name: str, opener: Opener) -> None:
        """Open the project that ``opener`` yields on the read lane."""
        self._flush()
        self._door.open(name, opener)

    def stop_opening(self) -> None:
        self._door.stop()

    def close_project(self) -> None:
        """Everything is handed to the disk lane; the project is closed there after its last save."""
        store = self.store
        if store is None:
            return
        self._upkeep.end()
        self._close_image()
        self._kept.clear()
        if self._autosave is not None:
            self._autosave.close()
            self._autosave = None
        self.store = None
        self._jobs.submit(
            Lane.DISK,
            "Closing the project",
            lambda _task: store.close(),
            on_result=lambda _: None,
            on_error=lambda error: self.announce_failure("Closing the project failed.", error),
            urgency=Urgency.BACKGROUND,
        )
        self.announce(ProjectClosed())

    def change_classes(self, label_set: LabelSet) -> None:
        """Raises: ValueError: a class was left out instead of retired."""
        if self.store is None:
            return
        self.store.set_label_set(label_set)
        self.announce(ClassesChanged(label_set))

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

        forget = self.subscribe(on_change)

    # Images

    def open_image(self, image_id: ImageId) -> None:
        """Show another image; the newest wish counts, and a picture that can't be read leaves the old one."""
        if self.store is None or (self.current is not None and self.current.record.id == image_id):
            return
        self._flush()
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
        self._wanted = image_id
        kept = self._kept.take(image_id)
        if kept is not None:
            self._show(kept)
            return
        self._read(self.store, image_id)

    def is_current(self, image_id: ImageId) -> bool:
        return self.current is not None and self.current.record.id == image_id

    def set_status(self, image_ids: Sequence[ImageId], status: ImageStatus) -> None:
        self._change_index(
            "Noting the status", image_ids, lambda store: store.index.set_statuses(image_ids, status)
        )

    def set_flag(self, image_id: ImageId, *, is_flagged: bool) -> None:
        self._change_index(
            "Flagging", [image_id], lambda store: store.index.set_flag(image_id, is_flagged=is_flagged)
        )

    def set_note(self, image_id: ImageId, note: str) -> None:
        self._change_index("Noting", [image_id], lambda store: store.index.set_note(image_id, note))

    def set_uncertainty(self, image_id: ImageId, uncertainty: float) -> None:
        """Of the model's newest answer, 0 to 1, for the list and the queue."""

        def change(store: ProjectStore) -> None:
            store.index.set_uncertainties({image_id: uncertainty})

        if not self.is_read_only:
            self._change_index("Noting the uncertainty", [image_id], change)

    def note_effort(self, entry: EffortEntry) -> None:
        """Keep what a sitting on an image cost."""
        if not self.is_read_only:
            self._change_index("Noting the effort", [entry.image_id], lambda store: store.effort.append(entry))

    def forget_kept_images(self) -> None:
        """Other work is about to change labels on the disk: images left a moment ago are read anew."""
        self._flush()
        self._kept.clear()

    def reread(self) -> None:
        """Other work changed labels, classes or the list on the disk: everything shown is read anew."""
        if self.store is None:
            return
        opened = self.current
        self._close_image()
        self._kept.clear()
        self.announce(ClassesChanged(self.label_set))
        self.announce(ImagesChanged(None))
        if opened is not None:
            self.open_image(opened.record.id)

    def accept_current(self) -> None:
        """The open image is right as it stands: the model's pixels become accepted ones, the status verified."""
        opened = self.current
        if opened is None or self.is_read_only or opened.document.open_edit is not None:
            return
        document = opened.document
        edit = document.begin_edit("Accept", origin=Origin.ACCEPTED)
        of_model = document.origins == Origin.MODEL
        if of_model.any():
            edit.set_origin(document.rect, of_model, Origin.ACCEPTED)
        self.committed(edit.commit())
        self.set_status([opened.record.id], ImageStatus.VERIFIED)

    # Labels

    def committed(self, change: DocumentChange, *, by_person: bool = True) -> None:
        """After every commit on the open document: keep it safe, note the status, tell the others."""
        opened = self.current
        if opened is None:
            return
        if not change.is_empty:
            if self._autosave is not None:
                self._autosave.add(opened.record.id, change)
            self._note_progress(opened.record, by_person=by_person)
            self.announce_edit(change, by_person=by_person)
        self.announce(LabelsChanged(change.rect))

    def undo(self) -> None:
        self._step(lambda document: document.undo())

    def redo(self) -> None:
        self._step(lambda document: document.redo())

    def save_now(self) -> None:
        """Write what waits; autosave would do it by itself within moments."""
        self._flush()

    # Inside

    def _step(self, step: Callable[[LabelDocument], DocumentChange | None]) -> None:
        if self.current is None:
            return
        change = step(self.current.document)
        if change is not None:
            self.committed(change)

    def _note_progress(self, record: ImageRecord, *, by_person: bool) -> None:
        if self.store is None:
            return
        now = self.store.record(record.id).status
        if by_person and now is not ImageStatus.CORRECTED:
            self.set_status([record.id], ImageStatus.CORRECTED)
        elif not by_person and now is ImageStatus.NEW:
            self.set_status([record.id], ImageStatus.PRE_LABELLED)

    def _change_index(
        self, name: str, image_ids: Sequence[ImageId], change: Callable[[ProjectStore], None]
    ) -> None:
        store = self.store
        if store is None:
            return

        def on_result(_: None) -> None:
            if self.store is store:
                self._renew_record(image_ids)
                self.announce(ImagesChanged(tuple(image_ids)))

        self._jobs.submit(
            Lane.DISK,
            name,
            lambda _task: change(store),
            on_result=on_result,
            on_error=lambda error: self.announce_failure(f"{name} failed.", error),
        )

    def _renew_record(self, image_ids: Sequence[ImageId]) -> None:
        if self.current is not None and self.store is not None and self.current.record.id in image_ids:
            self.current.record = self.store.record(self.current.record.id)

    def _take_over(self, opened: OpenedProject) -> None:
        if self.store is not None and opened.store.folder == self.store.folder:
            self._stay(opened)
            return
        self.close_project()
        self.store = opened.store
        self._autosave = None if opened.store.is_read_only else self._new_autosave(opened.store)
        self.announce(ProjectOpened(opened.store.info))
        self.announce(ImagesChanged(None))
        if opened.remark:
            self.announce(Told(opened.remark))
        records = opened.store.records
        first = opened.image_id or (records[0].id if len(records) else None)
        if first is not None:
            self.open_image(first)
        if not opened.store.is_read_only:
            self._upkeep.begin(opened.store, is_scanned=opened.is_scanned)

    def _stay(self, opened: OpenedProject) -> None:
        """The project asked for is the one that is open already."""
        opened.store.close()
        if opened.image_id is not None:
            self.open_image(opened.image_id)

    def _new_autosave(self, store: ProjectStore) -> Autosave:
        return Autosave(
            self._jobs,
            store,
            on_state=lambda: self.announce(SavedStateChanged(self.is_saved)),
            on_failure=lambda error: self.announce_failure("Saving failed.", error),
        )

    def _read(self, store: ProjectStore, image_id: ImageId) -> None:
        record = store.record(image_id)

        def read(task: Task[Progress]) -> LoadedImage:
            return load_image(store, image_id, task)

        def on_result(loaded: LoadedImage) -> None:
            if self._wanted == image_id and self.store is store:
                self._show(OpenImage(record, loaded.image, LabelDocument(loaded.labels, loaded.origins)))

        def on_error(error: Exception) -> None:
            if self._wanted == image_id:
                self._wanted = None
                self.announce_failure(f"{record.relative_path} could not be opened.", error)

        self.announce(ImageOpening(record))
        self._reading = self._jobs.submit(
            Lane.READ,
            f"Opening {record.relative_path.name}",
            read,
            on_result=on_result,
            on_error=on_error,
            urgency=Urgency.NOW,
        )

    def _show(self, opened: OpenImage) -> None:
        self._close_image()
        if self.store is not None:
            opened.record = self.store.record(opened.record.id)
        self.current = opened
        self.announce(ImageOpened(opened.record))

    def _close_image(self) -> None:
        opened = self.current
        if opened is None:
            return
        if opened.document.open_edit is not None:
            opened.document.open_edit.cancel()
        self.current = None
        document = opened.document
        byte_count = document.labels.nbytes * BYTES_A_PIXEL + document.history_byte_count
        self._kept.put(opened.record.id, opened, byte_count)
        self.announce(ImageClosed())

    def _flush(self) -> None:
        if self._autosave is not None:
            self._autosave.save_now()


def _let_go(opened: OpenImage) -> None:
    if not isinstance(opened.image, np.ndarray):
        opened.image.close()
