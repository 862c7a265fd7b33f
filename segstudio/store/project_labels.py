"""The labels of a project's images, present and past, behind the question whether they may be changed."""

from __future__ import annotations

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.images import ImageId
from segstudio.store.image_index import ImageIndex
from segstudio.store.label_files import LabelPair, LabelPaths
from segstudio.store.label_store import LabelStore, SaveReport
from segstudio.store.layout import ProjectLayout
from segstudio.store.packed_labels import PackedPair
from segstudio.store.stroke_journal import StrokeJournal
from segstudio.store.versions import Reason, Version
from segstudio.store.write_guard import WriteGuard


class ProjectLabels:
    """Safe between threads. Every change raises ProjectError where the project may not be written."""

    def __init__(self, layout: ProjectLayout, index: ImageIndex, labels: LabelStore, guard: WriteGuard) -> None:
        self._layout = layout
        self._index = index
        self._labels = labels
        self._guard = guard

    @property
    def journal(self) -> StrokeJournal:
        """Where committed edits go until the next ``save``."""
        return self._labels.journal

    def exist(self, image_id: ImageId) -> bool:
        """In a file or, so far, in the journal only."""
        return self._labels.exist(image_id)

    def has_file(self, image_id: ImageId) -> bool:
        return self._labels.files.exist(self._index.label_name(image_id))

    def paths(self, image_id: ImageId) -> LabelPaths:
        """Where the label and the origin file of an image lie, or would lie."""
        name = self._index.label_name(image_id)
        return LabelPaths(self._layout.label_file(name), self._layout.origin_file(name))

    def load(self, image_id: ImageId) -> LabelPair:
        """Labels and origins with every committed edit, whether it reached the files or not.

        The arrays are the caller's to change. Missing labels are 255 by NOBODY.
        Raises: FormatError: a file is damaged or of another size than the image. ProjectError.
        """
        return self._labels.load(image_id)

    def save(
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
        self._guard.require()
        return self._labels.save(image_id, LabelPair(labels, origins), through=through, reason=reason)

    def save_journal(self, image_id: ImageId, *, reason: Reason = Reason.AUTOSAVE) -> bool:
        """Bring an image's files up to its last edit in the journal; False where nothing waited.

        Raises: ProjectError: the disk doesn't take it; nothing is lost.
        """
        self._guard.require()
        return self._labels.save_journal(image_id, reason=reason)

    def remove(self, image_id: ImageId) -> None:
        """As if the image had never been labelled; its versions stay. Raises: ProjectError."""
        self._guard.require()
        self._labels.remove(image_id)

    def note_file(self, image_id: ImageId, labels: LabelMap) -> None:
        """Bring the index in line with a label file that something else wrote."""
        self._guard.require()
        self._labels.note_file(image_id, labels)

    def put_damaged_aside(self, image_id: ImageId) -> None:
        """Rename an image's label and origin files so that others may take their place. Raises: OSError."""
        self._guard.require()
        for path in self.paths(image_id):
            if path.is_file():
                path.replace(path.with_name(path.name + ".damaged"))

    def sweep(self) -> None:
        """After a crash: remove what the writer before us left unfinished."""
        self._guard.require()
        self._labels.sweep()

    def versions(self, image_id: ImageId) -> tuple[Version, ...]:
        """The last ten saved versions, the newest first."""
        return self._labels.versions.list(image_id)

    def keep_version(self, image_id: ImageId, pair: LabelPair) -> int:
        """Keep labels as a version without saving them; its number. Raises: ProjectError."""
        self._guard.require()
        name = self._index.label_name(image_id)
        return self._labels.versions.keep(image_id, name, PackedPair.of(*pair), Reason.REPLACED)

    def load_version(self, version_id: int) -> tuple[ImageId, LabelMap, OriginMap]:
        """Read-only arrays. Raises: ProjectError: no such version."""
        return self._labels.versions.load(version_id)

    def restore_version(self, version_id: int) -> ImageId:
        """Save a version's labels as the newest; what they replace stays a version. Raises: ProjectError."""
        image_id, labels, origins = self.load_version(version_id)
        self.save(image_id, labels, origins, reason=Reason.RESTORED)
        return image_id
