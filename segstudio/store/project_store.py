"""A project on disk: opened, looked at and changed through this one door."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.project import ProjectInfo
from segstudio.domain.sample_view import SampleView
from segstudio.domain.task import Progress, Task
from segstudio.store.atomic_files import remove_quietly, unfinished_files
from segstudio.store.batch_log import BatchLog
from segstudio.store.database import Database
from segstudio.store.effort_log import EffortLog
from segstudio.store.figures import Figures
from segstudio.store.image_index import ImageIndex
from segstudio.store.image_scan import ScanReport
from segstudio.store.image_store import ImageStore
from segstudio.store.image_table import PRESENT, ImageTable, Records
from segstudio.store.label_store import LabelStore
from segstudio.store.layout import ProjectLayout, absolute
from segstudio.store.lock import Holder
from segstudio.store.migrations import migrate
from segstudio.store.opening_project import Access, gain_access, is_network_drive
from segstudio.store.project_labels import ProjectLabels
from segstudio.store.project_making import make_project
from segstudio.store.project_notes import ProjectNotes
from segstudio.store.recovery import CrashRecovery, Recovery
from segstudio.store.versions import VersionStore
from segstudio.store.write_guard import WriteGuard


class ProjectStore:
    """Safe between threads. Made by ``create`` or ``open``; closed by ``close`` or at the end of a ``with``.

    ``labels``: the images' labels, present and past. ``index``: what is known of each image.
    """

    def __init__(self, layout: ProjectLayout, access: Access) -> None:
        """Use ``open``."""
        self.layout = layout
        self._access = access
        self._guard = WriteGuard(layout.folder, access)
        write_ahead = not is_network_drive(layout.folder)
        self._database = Database(layout.database, read_only=access.is_read_only, write_ahead=write_ahead)
        self._versions = VersionStore(layout.versions, read_only=access.is_read_only, write_ahead=write_ahead)
        try:
            self._furnish()
        except BaseException:
            self._versions.close()
            self._database.close()
            raise

    def _furnish(self) -> None:
        layout, database = self.layout, self._database
        migrate(database)
        notes = self._notes = ProjectNotes(layout, database, self._guard)
        images = self._images = ImageStore(layout, database, lambda: notes.image_folder, lambda: notes.parts)
        labels = LabelStore(layout, database, images, self._versions, lambda: notes.label_set)
        self.labels = ProjectLabels(layout, images.index, labels, self._guard)
        self.effort = EffortLog(database)
        self.batches = BatchLog(database)
        self.figures = Figures(database)
        self._crash = CrashRecovery(layout, database, images, labels)
        self.recovery = Recovery() if self.is_read_only else self._take_over()

    def _take_over(self) -> Recovery:
        self._had_crashed = self._notes.note_opened()
        for folder in (self.layout.folder, self.layout.models, self.layout.fine_tuning):
            for path in unfinished_files(folder, with_subfolders=False):
                remove_quietly(path)
        return self._crash.run()

    # Opening and closing

    @classmethod
    def create(
        cls,
        folder: Path,
        image_folder: Path,
        label_set: LabelSet,
        model: str,
        *,
        name: str = "",
        parts: Sequence[str] = (),
        scan: bool = True,
    ) -> ProjectStore:
        """A new project beside or inside its images, open for writing; the images stay where they are.

        ``parts``: only these files and folders below ``image_folder``. With ``scan`` they are looked through at
        once (10,000s of images a second).
        Raises: ProjectError: there is a project already, or a folder can't be used.
        """
        make_project(folder, image_folder, label_set, model, name=name, parts=parts)
        store = cls.open(folder)
        try:
            if scan:
                store.scan(Task())
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> ProjectStore:
        """For writing where that is possible and wanted; ``remark`` says why where it isn't.

        Raises: ProjectError: no project, damaged, foreign, or made by a newer SegStudio.
        """
        layout = ProjectLayout(absolute(folder))
        access = gain_access(layout, read_only=read_only)
        try:
            return cls(layout, access)
        except BaseException:
            if access.lock is not None:
                access.lock.release()
            raise

    def close(self) -> None:
        """Every save is on the disk already; this marks a clean end, renews the index's copy, frees the lock."""
        try:
            if not self.is_read_only:
                self._notes.note_closed()
                with contextlib.suppress(SegStudioError, OSError):
                    self._database.copy_to(self.layout.database_copy)
        except SegStudioError:
            pass  # the folder is gone or full: the next opening looks after it as after a crash
        finally:
            self._versions.close()
            self._database.close()
            if self._access.lock is not None:
                self._access.lock.release()
                self._access = Access(None)

    def __enter__(self) -> ProjectStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # What the project is

    @property
    def folder(self) -> Path:
        return self.layout.folder

    @property
    def is_read_only(self) -> bool:
        return self._database.is_read_only

    @property
    def remark(self) -> str:
        """Why the project is open for reading only though writing was asked for; empty otherwise."""
        return self._access.remark

    @property
    def holder(self) -> Holder | None:
        """Who else writes the project."""
        return self._access.holder

    @property
    def info(self) -> ProjectInfo:
        return self._notes.info

    def set_label_set(self, label_set: LabelSet) -> None:
        """Raises: ValueError: a class that labels may use was left out instead of retired."""
        self._notes.set_label_set(label_set)

    def set_model(self, model: str) -> None:
        self._notes.set_model(model)

    def set_sample_view(self, view: SampleView) -> None:
        """How images that no screen can show as they are become red, green and blue from now on."""
        self._notes.set_sample_view(view)

    def set_image_folder(self, image_folder: Path) -> None:
        """The images lie elsewhere now; follow with ``scan``."""
        self._notes.set_image_folder(image_folder)

    # Images

    @property
    def index(self) -> ImageIndex:
        return self._images.index

    @property
    def table(self) -> ImageTable:
        """Every image as columns, for filters over many."""
        return self.index.table

    @property
    def records(self) -> Records:
        """Every image in the order of the list; each record is made when it is asked for."""
        return self.index.records

    def record(self, image_id: ImageId) -> ImageRecord:
        """Raises: ProjectError: no such image."""
        return self.index.record(image_id)

    def find(self, relative_path: str) -> ImageRecord | None:
        """The image at a path relative to the image folder, with ``/`` between its parts."""
        return self.index.find(relative_path)

    def image_path(self, image_id: ImageId) -> Path:
        """Raises: ProjectError: no such image, or its path leads out of the image folder."""
        return self._images.path(image_id)

    def image_size(self, image_id: ImageId) -> Size:
        """Looks into the file's header the first time. Raises: FormatError, ProjectError."""
        return self._images.size(image_id)

    def scan(self, task: Task[Progress]) -> ScanReport:
        """Look through the image folder: what is new, moved, changed, missing.

        Raises: ProjectError: the folder can't be read. CancelledError.
        """
        self._guard.require()
        report = self._images.scan(task)
        if self._had_crashed:
            self.labels.sweep()
            self._had_crashed = False
        return report

    def hash_images(self, task: Task[Progress]) -> int:
        """Read every image once, those somebody worked on first, so that moved ones are found again later."""
        self._guard.require()
        return self._images.hash_all(task)

    def accept_changed_image(self, image_id: ImageId) -> None:
        """The labels fit the image as it is now."""
        self.index.set_file_state(image_id, PRESENT)

    # After a crash

    def keep_recovered(self, image_id: ImageId) -> None:
        """Answer a ``recovery`` question with yes. Raises: FormatError: the edits don't fit the image."""
        self._crash.keep(image_id)

    def discard_recovered(self, image_id: ImageId) -> None:
        """Answer a ``recovery`` question with no; edits that fit the image stay among its versions."""
        self._crash.discard(image_id)
