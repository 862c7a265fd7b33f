"""One life of the program, up to the moment it is killed: strokes, saves, batch runs, imports, scans, training."""

from __future__ import annotations

import queue
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from benchmarks.faults.diary import Diary, Pixels, fingerprint
from benchmarks.faults.lesson import Lesson
from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.prediction import Prediction
from segstudio.domain.stroke import PaintRule
from segstudio.domain.task import Progress, Task
from segstudio.editing.document import LabelDocument
from segstudio.formats.exchange import LabelledImage
from segstudio.services.autosave import Autosave
from segstudio.services.batch_labels import pre_label
from segstudio.services.jobs import JobRunner, Lane
from segstudio.services.project_exchange import import_labels
from segstudio.store.project_store import ProjectStore

CLASSES = LabelSet.from_names([f"class {number}" for number in range(5)])
PAINTED, BATCHED, IMPORTED, SAVED = slice(0, 4), slice(4, 6), slice(6, 8), slice(8, 10)
IMAGES = 10


class Life:
    """Runs until somebody kills the process."""

    def __init__(self, folder: Path, diary: Diary, seed: int) -> None:
        self._random = random.Random(seed)
        self._pixels = np.random.default_rng(seed)
        self._diary = diary
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._jobs = JobRunner(self._calls.put)
        self._store = ProjectStore.open(folder)
        if self._store.is_read_only:
            raise SystemExit("the dead process still holds the project")
        records = list(self._store.records)
        self._painted, self._batched = records[PAINTED], records[BATCHED]
        self._imported, self._saved = records[IMPORTED], records[SAVED]
        self._documents = {r.id: LabelDocument(*self._store.labels.load(r.id)) for r in self._painted}
        self._autosave = Autosave(
            self._jobs, self._store, on_state=lambda: None, on_failure=self._fail, quiet_seconds=0.05
        )
        self._lesson = Lesson(self._store, diary, self._painted)
        self._is_busy = False

    def live(self) -> None:
        self._diary.say("ready")
        self._jobs.submit(
            Lane.DEVICE, "training", self._lesson.learn, on_result=lambda _: None, on_error=self._fail
        )
        while True:
            self._stroke()
            if not self._is_busy:
                self._begin_long_work()
            until = time.monotonic() + self._random.choice((0.0, 0.002, 0.02))
            while (left := until - time.monotonic()) > 0 or not self._calls.empty():
                try:
                    self._calls.get(timeout=max(left, 0.0))()
                except queue.Empty:
                    break

    def _fail(self, error: Exception) -> None:
        self._diary.say(f"error: {error}")

    def _stroke(self) -> None:
        record = self._random.choice(self._painted)
        document = self._documents[record.id]
        if document.can_undo and self._random.random() < 0.2:
            change = document.undo()
        else:
            height, width = document.labels.shape
            left, top = self._random.randrange(width), self._random.randrange(height)
            rect = Rect(left, top, min(width, left + 40), min(height, top + 40))
            edit = document.begin_edit("Stroke")
            edit.write(rect, None, self._random.randrange(5), PaintRule())
            change = edit.commit()
        if change is not None and not change.is_empty:
            self._diary.say("stroke", record.id, fingerprint(document.labels, document.origins))
            self._autosave.add(record.id, change)

    def _begin_long_work(self) -> None:
        work = self._random.choice((self._batch, self._import, self._save, self._look))
        self._is_busy = True

        def end(_: object) -> None:
            self._is_busy = False

        self._jobs.submit(Lane.DISK, "long work", work, on_result=end, on_error=self._fail)

    def _labels(self, record: ImageRecord) -> Pixels:
        size = self._store.image_size(record.id)
        return self._pixels.integers(0, 5, (size.height, size.width), np.uint8)

    def _batch(self, task: Task[Progress]) -> None:
        planned = {self._store.image_path(record.id): (record, self._labels(record)) for record in self._batched}

        def predict(path: Path, _: Task[Progress]) -> Prediction:
            record, labels = planned[path]
            self._diary.say("begin", record.id, fingerprint(labels, np.full_like(labels, Origin.MODEL)))
            return Prediction(labels, np.full_like(labels, 200), "random", "cpu", 0.0)

        run = self._store.batches.start("random", [record.id for record in self._batched])
        pre_label(self._store, run, predict, task)
        for record, labels in planned.values():
            self._diary.say("done", record.id, fingerprint(labels, np.full_like(labels, Origin.MODEL)))

    def _import(self, task: Task[Progress]) -> None:
        source = _Source([(record, self._labels(record)) for record in self._imported])
        for image_id, state in source.states:
            self._diary.say("begin", image_id, state)
        import_labels(self._store, source, task)
        for image_id, state in source.states:
            self._diary.say("done", image_id, state)

    def _save(self, _task: Task[Progress]) -> None:
        record = self._random.choice(self._saved)
        labels = self._labels(record)
        origins = self._pixels.integers(0, 4, labels.shape, np.uint8)
        state = fingerprint(labels, origins)
        self._diary.say("begin", record.id, state)
        self._store.labels.save(record.id, labels, origins)
        self._diary.say("done", record.id, state)

    def _look(self, task: Task[Progress]) -> None:
        self._store.scan(task)
        self._store.index.set_note(self._saved[0].id, str(self._random.random()))


class _Source:
    """A source of labelled images as an import finds it, from memory."""

    def __init__(self, images: Sequence[tuple[ImageRecord, Pixels]]) -> None:
        self._labels = {record.relative_path: labels for record, labels in images}
        self.states: list[tuple[ImageId, int]] = []
        for record, labels in images:
            origins = np.where(labels == IGNORE, np.uint8(Origin.NOBODY), np.uint8(Origin.PERSON))
            self.states.append((record.id, fingerprint(labels, origins)))

    @property
    def label_set(self) -> LabelSet:
        return CLASSES

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._labels)

    def read(self, path: PurePosixPath) -> LabelledImage:
        return LabelledImage(path, self._labels[path])
