"""After a crash: saves are ended, edits brought back, and what doesn't fit any more waits for an answer."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageId
from segstudio.store.database import Database
from segstudio.store.image_store import ImageStore
from segstudio.store.label_store import LabelStore
from segstudio.store.layout import ProjectLayout
from segstudio.store.versions import Reason


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
        replayed: list[ImageId] = []
        questions: list[RecoveryQuestion] = []
        edits = 0
        for image_id, count in self._labels.journal.waiting().items():
            reason = self._reason_to_ask(image_id) or self._try_replay(image_id)
            if reason:
                self._labels.held_back.add(image_id)
                path = str(self._images.record(image_id).relative_path)
                questions.append(RecoveryQuestion(image_id, path, count, reason))
            else:
                replayed.append(image_id)
                edits += count
        return Recovery(finished, tuple(replayed), edits, tuple(questions))

    def keep(self, image_id: ImageId) -> None:
        """Answer a question with yes. Raises: FormatError: the edits don't fit the image; the question stays."""
        if image_id not in self._labels.held_back:
            return
        self._labels.held_back.discard(image_id)
        try:
            self._replay(image_id)
        except BaseException:
            self._labels.held_back.add(image_id)
            raise

    def discard(self, image_id: ImageId) -> None:
        """Answer a question with no; where the edits fit the image they stay among its versions."""
        if image_id not in self._labels.held_back:
            return
        self._labels.held_back.discard(image_id)
        with contextlib.suppress(SegStudioError, OSError):
            self._labels.keep_version(image_id, self._labels.load(image_id), Reason.DISCARDED)
        self._labels.journal.drop(image_id, self._labels.journal.last_sequence(image_id))

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
