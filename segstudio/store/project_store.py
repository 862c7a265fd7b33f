"""A project on disk: opened, looked at and changed through this one door."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import TracebackType

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ProjectError, SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId, ImageRecord, ImageStatus, Split
from segstudio.domain.project import ProjectInfo
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
from segstudio.store.label_files import LabelPair, LabelPaths
from segstudio.store.label_store import LabelStore, SaveReport
from segstudio.store.layout import ProjectLayout, is_project
from segstudio.store.lock import Holder
from segstudio.store.migrations import migrate
from segstudio.store.opening_project import Access, gain_access, is_network_drive
from segstudio.store.project_file import ProjectFile, decode, encode, read_project_file, write_project_file
from segstudio.store.recovery import CrashRecovery, Recovery
from segstudio.store.stroke_journal import StrokeJournal
from segstudio.store.versions import Reason, Version, VersionStore


class ProjectStore:
    """Safe between threads. Made by ``create`` or ``open``; closed by ``close`` or at the end of a ``with``."""

    def __init__(self, layout: ProjectLayout, access: Access) -> None:
        """Use ``open``."""
        self.layout = layout
        self._access = access
        self._identity = folder_identity(layout.folder)
        write_ahead = not is_network_drive(layout.folder)
        self._database = Database(layout.database, read_only=access.is_read_only, write_ahead=write_ahead)
        self._versions = VersionStore(layout.versions, read_only=access.is_read_only, write_ahead=write_ahead)
        try:
            migrate(self._database)
            self._project = self._load_project()
            self._images = ImageStore(layout, self._database, lambda: self.info.image_folder)
            self._labels = LabelStore(
                layout, self._database, self._images, self._versions, lambda: self._project.label_set
            )
            self.effort = EffortLog(self._database)
            self.batches = BatchLog(self._database)
            self.figures = Figures(self._database)
            self._crash = CrashRecovery(layout, self._database, self._images, self._labels)
            self.recovery = Recovery() if access.is_read_only else self._take_over()
        except BaseException:
            self._versions.close()
            self._database.close()
            raise

    def _take_over(self) -> Recovery:
        self._had_crashed = self._meta("is_open") == "1"
        self._set_meta("is_open", "1")
        for folder in (self.layout.folder, self.layout.models):
            for path in unfinished_files(folder, with_subfolders=False):
                remove_quietly(path)
        return self._crash.run()

    # Opening and closing

    @classmethod
    def create(
        cls, folder: Path, image_folder: Path, label_set: LabelSet, model: str, *, name: str = "", scan: bool = True
    ) -> ProjectStore:
        """A new project beside or inside its images, open for writing; the images stay where they are.

        With ``scan`` the image folder is looked through at once (10,000s of images a second).
        Raises: ProjectError: there is a project already, or a folder can't be used.
        """
        folder, image_folder = absolute(folder), absolute(image_folder)
        if is_project(folder):
            raise ProjectError(f"There is a project at {folder} already; open it, or choose another folder.")
        if not image_folder.is_dir():
            raise ProjectError(f"There is no folder of images at {image_folder}.")
        layout = ProjectLayout(folder)
        project = ProjectFile.new(folder, image_folder, label_set, model, name or folder.name)
        try:
            for part in (layout.labels, layout.origins, layout.models, layout.cache):
                part.mkdir(parents=True, exist_ok=True)
            database = Database(layout.database, write_ahead=not is_network_drive(folder))
            try:
                migrate(database)
                with database.writing() as connection:
                    connection.execute("INSERT OR REPLACE INTO meta VALUES ('project', ?)", (encode(project),))
            finally:
                database.close()
            write_project_file(layout.project_file, project)
        except OSError as error:
            raise ProjectError(
                f"No project could be made at {folder}: {error.strerror or error}. "
                "Choose a folder that you may write; the images may lie elsewhere."
            ) from error
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
                self._set_meta("is_open", "0")
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
        project = self._project
        return ProjectInfo(
            folder=self.folder,
            image_folder=project.find_image_folder(self.folder),
            name=project.name,
            label_set=project.label_set,
            model=project.model,
            is_read_only=self.is_read_only,
        )

    def set_label_set(self, label_set: LabelSet) -> None:
        """Raises: ValueError: a class that labels may use was left out instead of retired."""
        lost = set(self._project.label_set.ids) - set(label_set.ids)
        if lost:
            raise ValueError(f"Classes are retired, never removed: {sorted(lost)} are missing.")
        self._set_project(self._project.with_label_set(label_set))

    def set_model(self, model: str) -> None:
        self._set_project(self._project.with_model(model))

    def set_image_folder(self, image_folder: Path) -> None:
        """The images lie elsewhere now; follow with ``scan``."""
        self._set_project(self._project.with_image_folder(self.folder, absolute(image_folder)))

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
        self._require_writable()
        report = self._images.scan(task)
        if self._had_crashed:
            self._sweep()
            self._had_crashed = False
        return report

    def hash_images(self, task: Task[Progress]) -> int:
        """Read every image once, those somebody worked on first, so that moved ones are found again later."""
        self._require_writable()
        return self._images.hash_all(task)

    def set_status(self, image_id: ImageId, status: ImageStatus) -> ImageRecord:
        self.index.set_statuses([image_id], status)
        return self.record(image_id)

    def set_split(self, image_id: ImageId, split: Split) -> ImageRecord:
        self.index.set_splits({image_id: split})
        return self.record(image_id)

    def set_flag(self, image_id: ImageId, *, is_flagged: bool) -> ImageRecord:
        self.index.set_flag(image_id, is_flagged=is_flagged)
        return self.record(image_id)

    def set_note(self, image_id: ImageId, note: str) -> ImageRecord:
        self.index.set_note(image_id, note)
        return self.record(image_id)

    def set_uncertainty(self, image_id: ImageId, uncertainty: float) -> ImageRecord:
        self.index.set_uncertainties({image_id: uncertainty})
        return self.record(image_id)

    def accept_changed_image(self, image_id: ImageId) -> ImageRecord:
        """The labels fit the image as it is now."""
        self.index.set_file_state(image_id, PRESENT)
        return self.record(image_id)

    # Labels

    @property
    def journal(self) -> StrokeJournal:
        """Where committed edits go until the next ``save_labels``."""
        return self._labels.journal

    def has_labels(self, image_id: ImageId) -> bool:
        return self._labels.exist(image_id)

    def load(self, image_id: ImageId) -> LabelPair:
        """Labels and origins with every committed edit, whether it reached the files or not.

        The arrays are the caller's to change. Missing labels are 255 by NOBODY.
        Raises: FormatError: a file is damaged or of another size than the image. ProjectError.
        """
        return self._labels.load(image_id)

    def load_labels(self, image_id: ImageId) -> LabelMap:
        return self.load(image_id).labels

    def load_origins(self, image_id: ImageId) -> OriginMap:
        return self.load(image_id).origins

    def save_labels(
        self,
        image_id: ImageId,
        labels: LabelMap,
        origins: OriginMap,
        *,
        through: int | None = None,
        reason: Reason = Reason.SAVED,
    ) -> SaveReport:
        """Replace both files as one; the journal forgets the edits up to ``through`` (all of them: None).

        Raises: ProjectError: the disk doesn't take it; the old labels are still there. ValueError: the shape.
        """
        self._require_writable()
        return self._labels.save(image_id, LabelPair(labels, origins), through=through, reason=reason)

    def remove_labels(self, image_id: ImageId) -> None:
        """As if the image had never been labelled; its versions stay. Raises: ProjectError."""
        self._require_writable()
        self._labels.remove(image_id)

    def save_journal(self, image_id: ImageId, *, reason: Reason = Reason.AUTOSAVE) -> bool:
        """Bring an image's files up to its last edit in the journal; False where nothing waited.

        Raises: ProjectError: the disk doesn't take it; nothing is lost.
        """
        self._require_writable()
        return self._labels.save_journal(image_id, reason=reason)

    def has_label_file(self, image_id: ImageId) -> bool:
        return self._labels.files.exist(self.index.label_name(image_id))

    def label_paths(self, image_id: ImageId) -> LabelPaths:
        """Where the label and the origin file of an image lie, or would lie."""
        name = self.index.label_name(image_id)
        return LabelPaths(self.layout.label_file(name), self.layout.origin_file(name))

    def note_labels(self, image_id: ImageId, labels: LabelMap) -> None:
        """Bring the index in line with a label file that something else wrote."""
        self._require_writable()
        self._labels.note_file(image_id, labels)

    def put_damaged_aside(self, image_id: ImageId) -> None:
        """Rename an image's label and origin files so that others may take their place. Raises: OSError."""
        self._require_writable()
        for path in self.label_paths(image_id):
            if path.is_file():
                path.replace(path.with_name(path.name + ".damaged"))

    def versions(self, image_id: ImageId) -> tuple[Version, ...]:
        """The last ten saved versions, the newest first."""
        return self._versions.list(image_id)

    def keep_version(self, image_id: ImageId, pair: LabelPair) -> int:
        """Keep labels as a version without saving them; its number. Raises: ProjectError."""
        self._require_writable()
        name = self.index.label_name(image_id)
        return self._versions.keep(image_id, name, pair.labels, pair.origins, Reason.REPLACED)

    def load_version(self, version_id: int) -> tuple[ImageId, LabelMap, OriginMap]:
        """Read-only arrays. Raises: ProjectError: no such version."""
        return self._versions.load(version_id)

    def restore_version(self, version_id: int) -> ImageId:
        """Save a version's labels as the newest; what they replace stays a version. Raises: ProjectError."""
        image_id, labels, origins = self.load_version(version_id)
        self.save_labels(image_id, labels, origins, reason=Reason.RESTORED)
        return image_id

    def keep_recovered(self, image_id: ImageId) -> None:
        """Answer a ``recovery`` question with yes. Raises: FormatError: the edits don't fit the image."""
        self._crash.keep(image_id)

    def discard_recovered(self, image_id: ImageId) -> None:
        """Answer a ``recovery`` question with no; edits that fit the image stay among its versions."""
        self._crash.discard(image_id)

    # Inside

    def _load_project(self) -> ProjectFile:
        try:
            return read_project_file(self.layout.project_file)
        except ProjectError:
            # The index keeps a copy, for exactly this.
            text = self._meta("project")
            if text is None:
                raise
            return decode(text, self.layout.project_file)

    def _set_project(self, project: ProjectFile) -> None:
        self._require_writable()
        try:
            write_project_file(self.layout.project_file, project)
        except OSError as error:
            raise ProjectError(
                f"{self.layout.project_file} couldn't be saved: {error.strerror or error}."
            ) from error
        self._set_meta("project", encode(project))
        self._project = project

    def _require_writable(self) -> None:
        if self.is_read_only:
            raise ProjectError(self.remark or f"The project at {self.folder} is open for reading only.")
        if folder_identity(self.folder) != self._identity:
            # Making it anew would scatter labels over a mount point or another project.
            raise ProjectError(
                f"The project folder {self.folder} isn't there any more (moved, or its drive taken out?). Bring "
                "it back and save again, or open it where it is now; what was saved before is in it."
            )

    def _meta(self, key: str) -> str | None:
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _set_meta(self, key: str, value: str) -> None:
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _sweep(self) -> None:
        """Remove what a writer that died left unfinished; we hold the lock, so nobody is writing it."""
        for folder in (self.layout.labels, self.layout.origins):
            for path in unfinished_files(folder):
                remove_quietly(path)


def folder_identity(folder: Path) -> tuple[int, int] | None:
    """Tells a folder from another one of the same name; None where there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def absolute(path: Path) -> Path:
    """Without following links, so that a project stays where the user sees it."""
    return Path(os.path.abspath(path))
