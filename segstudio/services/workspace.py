"""The state of one sitting: the open project, the open image, and who wants to know when they change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import (
    ActivityChanged,
    ClassesChanged,
    ImageClosed,
    ImageOpened,
    ImageOpening,
    ImagesChanged,
    ImagesChosen,
    LabelsChanged,
    PictureSeen,
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
from segstudio.services.open_image import ComingImage, ImageDoor, OpenImage
from segstudio.services.opening import OpenedProject, Opener, open_path
from segstudio.services.opening_several import open_paths
from segstudio.services.picture_loading import let_go
from segstudio.services.project_door import ProjectDoor
from segstudio.services.safekeeping import Safekeeping
from segstudio.store.project_store import ProjectStore


class Workspace(Announcer):
    """Lives on the window's thread. Reading and saving happen on lanes; each change is announced.

    ``marks``: what is noted about images. ``safekeeping``: whether the edits are on the disk.
    """

    def __init__(self, jobs: JobRunner) -> None:
        super().__init__()
        self._jobs = jobs
        self._project_door = ProjectDoor(jobs, self, self._take_over)
        self._image_door = ImageDoor(jobs, self, self._see, self._show, self._stay_here)
        self._upkeep = ImageUpkeep(jobs, self)
        self.safekeeping = Safekeeping(jobs, self)
        self.marks = ImageMarks(jobs, self, lambda: self.store, self._on_marked)
        self.store: ProjectStore | None = None
        self.current: OpenImage | None = None
        self.coming: ComingImage | None = None
        self._left: ImageId | None = None

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
        self._close_image()
        self._image_door.stop()
        self._image_door.forget()
        self._left = None
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

    def open_image(self, image_id: ImageId) -> None:
        """Show another image; the newest wish counts, and a picture that can't be read leaves the old one."""
        if self.store is None:
            return
        if self.coming is not None and self.coming.record.id == image_id:
            return
        if self.is_current(image_id):
            self._image_door.stop()
            self._stay_here()
            return
        self.safekeeping.save_now()
        self._image_door.ask(self.store, image_id)

    def is_current(self, image_id: ImageId) -> bool:
        return self.current is not None and self.current.record.id == image_id

    def forget_kept_images(self) -> None:
        """Other work is about to change labels on the disk: images left a moment ago are read anew."""
        self.safekeeping.save_now()
        self._image_door.forget()

    def reread(self) -> None:
        """Other work changed labels, classes or the list on the disk: everything shown is read anew."""
        if self.store is None:
            return
        opened = self.current or self.coming
        self._close_image()
        self._image_door.forget()
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
        self.marks.set_status([opened.record.id], ImageStatus.VERIFIED)

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

    def _stay_here(self) -> None:
        """Another image was on its way and doesn't come: who has marked it already marks the open one again."""
        if self.coming is not None:
            self._close_image()
            if self._left is not None:
                self.open_image(self._left)
        elif self.current is not None:
            self.announce(ImageOpening(self.current.record))

    def _see(self, coming: ComingImage) -> None:
        if self.current is not None:
            self._left = self.current.record.id
        self._close_image()
        self.coming = coming
        self.announce(PictureSeen(coming.record))
        self.announce(_reading_labels(is_running=True))

    def _show(self, opened: OpenImage) -> None:
        self._left = None
        if self.coming is not None and self.coming.picture.image is opened.image:
            self.coming = None  # it is on the canvas, and stays
            self.announce(_reading_labels(is_running=False))
        else:
            self._close_image()
        if self.store is not None:
            opened.record = self.store.record(opened.record.id)
        self.current = opened
        self.announce(ImageOpened(opened.record))

    def _close_image(self) -> None:
        opened, coming = self.current, self.coming
        if opened is None and coming is None:
            return
        self.current = self.coming = None
        if opened is not None:
            self._image_door.keep(opened)
        self.announce(ImageClosed())
        if coming is not None:
            self.announce(_reading_labels(is_running=False))
            let_go(coming.picture.image)


def _reading_labels(*, is_running: bool) -> ActivityChanged:
    return ActivityChanged("labels", "Reading the labels", None, "", is_running=is_running, can_stop=False)
