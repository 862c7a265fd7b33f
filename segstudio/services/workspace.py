"""The state of one sitting: the open project, the open image, and who wants to know when they change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import (
    ClassesChanged,
    ImagesChanged,
    ImagesChosen,
    LabelsChanged,
    ProjectClosed,
    ProjectOpened,
    Told,
)
from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.project import ProjectInfo
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.services.announcer import Announcer
from segstudio.services.image_marks import ImageMarks
from segstudio.services.image_upkeep import ImageUpkeep
from segstudio.services.jobs import JobRunner, Lane, Urgency
from segstudio.services.open_image import ComingImage, OpenImage
from segstudio.services.opening import OpenedProject, Opener, open_path
from segstudio.services.opening_several import open_paths
from segstudio.services.project_door import ProjectDoor
from segstudio.services.safekeeping import Safekeeping
from segstudio.services.shown_image import ShownImage
from segstudio.store.project_store import ProjectStore

NOTHING_TO_ACCEPT = (
    "Nothing is labelled here yet. Wait for the pre-label, or paint: what is to be left out as Ignore (H)."
)


class Workspace(Announcer):
    """Lives on the window's thread. Reading and saving happen on lanes; each change is announced.

    ``marks``: what is noted about images. ``safekeeping``: whether the edits are on the disk.
    """

    def __init__(self, jobs: JobRunner) -> None:
        super().__init__()
        self._jobs = jobs
        self._project_door = ProjectDoor(jobs, self, self._take_over)
        self._upkeep = ImageUpkeep(jobs, self)
        self.safekeeping = Safekeeping(jobs, self)
        self._shown = ShownImage(jobs, self, lambda: self.store, self.safekeeping.save_now)
        self.marks = ImageMarks(jobs, self, lambda: self.store, self._on_marked)
        self.store: ProjectStore | None = None

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

    def open_paths(self, paths: Sequence[Path]) -> None:
        """As ``open_path``; several pictures and folders are opened together."""
        if paths:
            name = f"Opening {paths[0].name}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
            self.open_with(name, lambda task: open_paths(paths, task))

    def open_with(self, name: str, opener: Opener) -> None:
        """Open the project that ``opener`` yields on the read lane."""
        self.safekeeping.save_now()
        self._project_door.open(name, opener)

    def stop_opening(self) -> None:
        self._project_door.stop()

    def close_project(self) -> None:
        """Everything is handed to the disk lane; the project is closed there after its last save."""
        store = self.store
        if store is None:
            return
        self._upkeep.end()
        self._shown.end()
        self.safekeeping.end()
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

    # Images

    @property
    def current(self) -> OpenImage | None:
        """The image that can be painted on."""
        return self._shown.current

    @property
    def coming(self) -> ComingImage | None:
        """An image that is seen already while its labels are being read."""
        return self._shown.coming

    def open_image(self, image_id: ImageId) -> None:
        """Show another image; the newest wish counts, and a picture that can't be read leaves the old one."""
        self._shown.open(image_id)

    def is_current(self, image_id: ImageId) -> bool:
        return self._shown.is_current(image_id)

    def forget_kept_images(self) -> None:
        """Other work is about to change labels on the disk: images left a moment ago are read anew."""
        self.safekeeping.save_now()
        self._shown.forget_kept()

    def reread(self) -> None:
        """Other work changed labels, classes or the list on the disk: everything shown is read anew."""
        if self.store is None:
            return
        shown = self._shown.put_away()
        self.announce(ClassesChanged(self.label_set))
        self.announce(ImagesChanged(None))
        if shown is not None:
            self.open_image(shown)

    def accept_current(self) -> bool:
        """The open image is right as it stands: the model's pixels become accepted ones, the status verified.

        Not an image whose labels nobody has set yet: an Enter too many would make it a finished one. Returns: done.
        """
        opened = self.current
        if opened is None or self.is_read_only or opened.document.open_edit is not None:
            return False
        if self._is_untouched(opened):
            self.announce(Told(NOTHING_TO_ACCEPT))
            return False
        document = opened.document
        edit = document.begin_edit("Accept", origin=Origin.ACCEPTED)
        of_model = document.origins == Origin.MODEL
        if of_model.any():
            edit.set_origin(document.rect, of_model, Origin.ACCEPTED)
        self.committed(edit.commit())
        self.marks.set_status([opened.record.id], ImageStatus.VERIFIED)
        return True

    def _is_untouched(self, opened: OpenImage) -> bool:
        """The status comes from the disk's lane, a moment after the first stroke."""
        is_new = self.store is not None and self.store.record(opened.record.id).status is ImageStatus.NEW
        return is_new and opened.document.undo_name is None

    # Labels

    def committed(self, change: DocumentChange, *, by_person: bool = True) -> None:
        """After every commit on the open document: keep it safe, note the status, tell the others."""
        opened = self.current
        if opened is None:
            return
        if not change.is_empty:
            self.safekeeping.add(opened.record.id, change)
            self.marks.note_progress(opened.record.id, by_person=by_person)
            self.announce_edit(change, by_person=by_person)
        self.announce(LabelsChanged(change.rect))

    def undo(self) -> None:
        self._step(lambda document: document.undo())

    def redo(self) -> None:
        self._step(lambda document: document.redo())

    # Inside

    def _step(self, step: Callable[[LabelDocument], DocumentChange | None]) -> None:
        if self.current is None:
            return
        change = step(self.current.document)
        if change is not None:
            self.committed(change)

    def _on_marked(self, image_ids: Sequence[ImageId]) -> None:
        if self.current is not None and self.store is not None and self.current.record.id in image_ids:
            self.current.record = self.store.record(self.current.record.id)
        self.announce(ImagesChanged(tuple(image_ids)))

    def _take_over(self, opened: OpenedProject) -> None:
        if self.store is not None and opened.store.folder == self.store.folder:
            self._stay(opened)
            return
        self.close_project()
        self.store = opened.store
        self.safekeeping.begin(opened.store)
        self.announce(ProjectOpened(opened.store.info))
        self.announce(ImagesChanged(None))
        if opened.remark:
            self.announce(Told(opened.remark))
        records = opened.store.records
        if opened.chosen:
            self.announce(ImagesChosen(opened.chosen))
        first = opened.image_id or (records[0].id if len(records) else None)
        if first is not None:
            self.open_image(first)
        if not opened.store.is_read_only:
            self._upkeep.begin(opened.store, is_scanned=opened.is_scanned)

    def _stay(self, opened: OpenedProject) -> None:
        """The project asked for is the one that is open already."""
        opened.store.close()
        if opened.chosen:
            self.announce(ImagesChosen(opened.chosen))
        if opened.image_id is not None:
            self.open_image(opened.image_id)
