"""After a crash: saves are ended, edits brought back, and what doesn't fit any more waits for an answer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageId
from segstudio.editing.journal import apply_change
from segstudio.store.database import Database
from segstudio.store.image_store import ImageStore
from segstudio.store.label_store import LabelStore
from segstudio.store.layout import ProjectLayout
from segstudio.store.packed_labels import PackedPair
from segstudio.store.versions import Reason

_STILL_OPEN = "Edits that an earlier crash interrupted still wait for your decision."


@dataclass(frozen=True, slots=True)
class RecoveryQuestion:
    """Edits that were not replayed by themselves; ``reason`` is a whole sentence."""

    image_id: ImageId
    path: str
    edits: int
    reason: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """What opening a project after a crash did. Clean edits come back silently."""

    saves_finished: int = 0
    images_replayed: tuple[ImageId, ...] = ()
    edits_replayed: int = 0
    questions: tuple[RecoveryQuestion, ...] = ()


class CrashRecovery:
    """Run once by the writer that opens a project; then answers its questions."""

    def __init__(self, layout: ProjectLayout, database: Database, images: ImageStore, labels: LabelStore) -> None:
        self._layout = layout
        self._database = database
        self._images = images
        self._labels = labels

    def run(self) -> Recovery:
        finished = self._finish_saves()
        questions = dict.fromkeys(self._labels.journal.waiting(is_held=True), _STILL_OPEN)
        replayed: list[ImageId] = []
        edits = 0
        for image_id, count in self._labels.journal.waiting().items():
            reason = self._reason_to_ask(image_id) or self._try_replay(image_id)
            if reason:
                self._labels.journal.hold(image_id, is_held=True)
                questions[image_id] = reason
            else:
                replayed.append(image_id)
                edits += count
        return Recovery(finished, tuple(replayed), edits, tuple(self._questions(questions)))

    def _questions(self, reasons: Mapping[ImageId, str]) -> Iterator[RecoveryQuestion]:
        for image_id, edits in self._labels.journal.waiting(is_held=True).items():
            path = str(self._images.record(image_id).relative_path)
            yield RecoveryQuestion(image_id, path, edits, reasons[image_id])

    def keep(self, image_id: ImageId) -> None:
        """Answer a question with yes. Raises: FormatError: the edits don't fit the image; the question stays."""
        if image_id not in self._labels.journal.waiting(is_held=True):
            return
        self._labels.journal.hold(image_id, is_held=False)
        try:
            self._replay(image_id)
        except BaseException:
            self._labels.journal.hold(image_id, is_held=True)
            raise

    def discard(self, image_id: ImageId) -> None:
        """Answer a question with no; where the edits fit the image they stay among its versions."""
        with contextlib.suppress(SegStudioError, OSError):
            pair = self._labels.load(image_id)
            for _, change in self._labels.journal.changes(image_id, is_held=True):
                apply_change(change, pair.labels, pair.origins)
            self._labels.keep_version(image_id, PackedPair.of(*pair), Reason.DISCARDED)
        self._labels.journal.drop_held(image_id)

    def _finish_saves(self) -> int:
        announced = self._labels.files.announced()
        for image_id in announced:
            self._labels.files.finish(image_id, self._images.label_name(image_id))
        if announced:
            self._images.index.reload()
        return len(announced)

    def _try_replay(self, image_id: ImageId) -> str:
        """Why the edits can't be brought back; empty where they were."""
        try:
            self._replay(image_id)
        except (SegStudioError, OSError) as error:
            return str(error)
        return ""

    def _replay(self, image_id: ImageId) -> None:
        self._labels.save_journal(image_id, reason=Reason.RECOVERED)

    def _reason_to_ask(self, image_id: ImageId) -> str:
        """Why the waiting edits of an image may not fit any more; empty where nothing speaks against them."""
        path = self._images.record(image_id).relative_path
        kept = "The edits that a crash interrupted are kept until you decide."
        if self._images.is_changed(image_id):
            return f"{path} is not the picture it was. {kept}"
        if self._label_file_changed(image_id):
            return f"The labels of {path} were changed by another program. {kept}"
        return ""

    def _label_file_changed(self, image_id: ImageId) -> bool:
        with self._database.reading() as connection:
            size, modified_ns = connection.execute(
                "SELECT label_bytes, label_modified_ns FROM images WHERE id = ?", (image_id,)
            ).fetchone()
        if size is None:
            return False
        try:
            status = self._layout.label_file(self._images.label_name(image_id)).stat()
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) != (size, modified_ns)
