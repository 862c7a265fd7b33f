"""Labels and origins of a project's images: what is in the files, plus the edits that aren't yet, plus the past."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from segstudio.domain.arrays import LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError, ProjectError, SegStudioError
from segstudio.domain.images import ImageId
from segstudio.editing.journal import apply_change
from segstudio.store.atomic_files import remove_quietly, unfinished_files
from segstudio.store.database import Database
from segstudio.store.image_store import ImageStore
from segstudio.store.label_files import LabelFiles, LabelPair, count_classes, note_label_file
from segstudio.store.layout import ProjectLayout
from segstudio.store.packed_labels import PackedPair
from segstudio.store.stroke_journal import StrokeJournal
from segstudio.store.versions import Reason, VersionStore


@dataclass(frozen=True, slots=True)
class SaveReport:
    """``revision`` counts an image's saves; ``remark`` is set where the labels were saved but their past wasn't."""

    revision: int
    remark: str = ""


class LabelStore:
    """Safe between threads, like everything it stands on."""

    def __init__(
        self,
        layout: ProjectLayout,
        database: Database,
        images: ImageStore,
        versions: VersionStore,
        label_set: Callable[[], LabelSet],
    ) -> None:
        self._layout = layout
        self._database = database
        self._images = images
        self._label_set = label_set
        self.files = LabelFiles(layout, database)
        self.journal = StrokeJournal(database)
        self.versions = versions
        # Autosave and a lane that needs the newest labels may save one image at one moment; an older pair
        # must never replace a newer one whose edits the journal has forgotten by then.
        self._saving = threading.RLock()

    def exist(self, image_id: ImageId) -> bool:
        return self.files.exist(self._images.label_name(image_id)) or bool(self.journal.last_sequence(image_id))

    def load(self, image_id: ImageId) -> LabelPair:
        """Raises: FormatError: a file is damaged or of another size than the image. ProjectError."""
        for _ in range(5):  # a writer in another process may save between our two looks
            before = self._revision(image_id)
            pair = self._read(image_id)
            changes = self.journal.changes(image_id)
            if self._revision(image_id) == before:
                break
        for _, change in changes:
            apply_change(change, pair.labels, pair.origins)
        return pair

    def save(self, image_id: ImageId, pair: LabelPair, *, through: int | None, reason: Reason) -> SaveReport:
        """Raises: ProjectError: the disk doesn't take it; the old labels are still there. ValueError: the shape."""
        size = self._images.size(image_id)
        if pair.labels.shape != (size.height, size.width):
            raise ValueError(f"Labels of {pair.labels.shape} don't fit an image of {size.width} x {size.height}.")
        with self._saving:
            if through is None:
                through = self.journal.last_sequence(image_id)
            return self._save(image_id, PackedPair.of(*pair), through, reason)

    def _save(self, image_id: ImageId, pair: PackedPair, through: int, reason: Reason) -> SaveReport:
        name = self._images.label_name(image_id)
        remark = self._keep_found(image_id)
        try:
            self.files.replace(image_id, name, pair, self._label_set(), through)
        except OSError as error:
            raise ProjectError(
                f"The labels of {self._images.record(image_id).relative_path} couldn't be saved in "
                f"{self._layout.folder}: {error.strerror or error}. The labels saved before are untouched, "
                "and your edits are kept."
            ) from error
        revision = self._note_saved(image_id)
        return SaveReport(revision, self.keep_version(image_id, pair, reason) or remark)

    def save_journal(self, image_id: ImageId, *, reason: Reason) -> bool:
        """Bring the files up to the last edit in the journal; False where nothing waited. Raises: as ``save``."""
        with self._saving:
            through = self.journal.last_sequence(image_id)
            if not through:
                return False
            # An edit that arrives between these lines may be in the files already and stays in the journal:
            # applying it once more changes nothing.
            self._save(image_id, self._brought_up(image_id), through, reason)
            return True

    def _brought_up(self, image_id: ImageId) -> PackedPair:
        """``load``, where nobody else may save, and without unpacking what no edit has touched."""
        name = self._images.label_name(image_id)
        self.files.finish(image_id, name)
        pair = self.files.read_packed(name, self._images.size(image_id))
        return pair.with_changes([change for _, change in self.journal.changes(image_id)])

    def keep_version(self, image_id: ImageId, pair: PackedPair, reason: Reason) -> str:
        """Says what went wrong instead of failing: the labels themselves are safe already."""
        try:
            self.versions.keep(image_id, self._images.label_name(image_id), pair, reason)
        except SegStudioError as error:
            return f"The labels are saved, but not as a version to go back to. {error}"
        return ""

    def note_file(self, image_id: ImageId, labels: LabelMap) -> None:
        """Bring the index in line with a label file that something else wrote."""
        label_file = self._layout.label_file(self._images.label_name(image_id))
        with self._database.writing() as connection:
            note_label_file(connection, image_id, label_file, count_classes(labels))
        self._note_saved(image_id)

    def _note_saved(self, image_id: ImageId) -> int:
        """What follows a save and may be lost in a crash; the image's revision."""
        self._images.index.note_labelled(image_id, time.time())
        self._images.remember_content(image_id)
        return self._revision(image_id)

    def remove(self, image_id: ImageId) -> None:
        """No labels any more, as before the first save. Raises: ProjectError: a file can't be removed."""
        name = self._images.label_name(image_id)
        try:
            # Without labels origins count for nothing, so a crash in between leaves no wrong pair.
            self._layout.label_file(name).unlink(missing_ok=True)
            self._layout.origin_file(name).unlink(missing_ok=True)
        except OSError as error:
            raise ProjectError(f"The label file {name} can't be removed: {error.strerror or error}.") from error
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE images SET labelled_at = NULL, label_bytes = NULL, label_modified_ns = NULL, "
                "revision = revision + 1 WHERE id = ?",
                (image_id,),
            )
            for table in ("class_pixels", "journal", "pending_saves"):
                connection.execute(f"DELETE FROM {table} WHERE image_id = ?", (image_id,))
        self._images.index.note_labelled(image_id, math.nan)

    def sweep(self) -> None:
        """Remove what a writer that died left unfinished: we hold the lock, and no save of ours is under way."""
        with self._saving:
            for folder in (self._layout.labels, self._layout.origins):
                for path in unfinished_files(folder):
                    remove_quietly(path)

    def _read(self, image_id: ImageId) -> LabelPair:
        name, size = self._images.label_name(image_id), self._images.size(image_id)
        if self._database.is_read_only:
            return self.files.peek(image_id, name, size) or self.files.read(name, size)
        if self.files.is_announced(image_id):
            with self._saving:  # it may be ours, under way on another thread
                self.files.finish(image_id, name)
        return self.files.read(name, size)

    def _revision(self, image_id: ImageId) -> int:
        with self._database.reading() as connection:
            row = connection.execute("SELECT revision FROM images WHERE id = ?", (image_id,)).fetchone()
        return int(row[0]) if row else 0

    def _keep_found(self, image_id: ImageId) -> str:
        """Labels that lay there before the first save become the first version."""
        name = self._images.label_name(image_id)
        try:
            if self.files.exist(name) and not self.versions.has_any(image_id):
                found = self.files.read_packed(name, self._images.size(image_id))
                return self.keep_version(image_id, found, Reason.FOUND)
        except FormatError:
            pass  # a damaged file is replaced; it has no labels to keep
        except SegStudioError as error:
            return str(error)
        return ""
