"""Learns from each stroke: a small head is refitted on it, and the pixels no person has set follow.

The trunk's features of the open image stay in memory, so that a stroke costs a second of the processor at most.
What was learnt helps the next images of the sitting, until ``forget`` is called.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.arrays import LabelMap, OriginMap
from segstudio.domain.changes import (
    ActivityChanged,
    Change,
    ImageClosed,
    ModelChanged,
    PredictionChanged,
    ProjectClosed,
)
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Size
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.editing.change import ChangeKind, DocumentChange
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.open_image import OpenImage
from segstudio.services.pre_label import write_prediction
from segstudio.services.workspace import Workspace

if TYPE_CHECKING:
    from segstudio.services.live_head import LiveModel

ACTIVITY = "live learning"
EDIT_NAME = "Learnt from the stroke"
LARGEST_PIXELS = 4_000_000
"""Above this the features and a new mask cost more than the second that a person would wait."""


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
    """What the device lane works on: copies, so that painting goes on meanwhile."""

    labels: LabelMap
    origins: OriginMap
    revision: int


class LiveLearning:
    """Lives on the window's thread. Off until ``is_on`` is set."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._model: LiveModel | None = None
        self._job: Job | None = None
        self._is_on = False
        workspace.subscribe(self._on_change)
        workspace.subscribe_to_edits(self._on_edit)

    @property
    def is_on(self) -> bool:
        return self._is_on

    def switch(self, *, is_on: bool) -> None:
        self._is_on = is_on
        if not is_on:
            self._stop()

    def forget(self) -> None:
        """Let go of what this sitting has taught; the model is as it was."""
        self._stop()
        self._model = None

    def _on_edit(self, change: DocumentChange, *, by_person: bool) -> None:
        opened = self._workspace.current
        if self._is_on and by_person and opened is not None and change.kind is ChangeKind.EDIT:
            self._learn(opened)

    def _learn(self, opened: OpenImage) -> None:
        image = opened.image
        if not isinstance(image, np.ndarray) or opened.document.labels.size > LARGEST_PIXELS:
            return
        self._stop()
        document = opened.document
        lesson = _Lesson(document.labels.copy(), document.origins.copy(), document.revision)
        label_set = self._workspace.label_set
        image_id = opened.record.id
        before = self._model

        def work(task: Task[Progress]) -> tuple[LiveModel, Prediction]:
            model = _ready(before, self._slot, label_set, task)
            begun = time.perf_counter()
            model.show(image_id, image)
            model.learn(lesson.labels, lesson.origins, task.check)
            size = Size(image.shape[1], image.shape[0])
            return model, model.predict(size, begun)

        def on_result(result: tuple[LiveModel, Prediction]) -> None:
            self._end(job)
            self._model, prediction = result
            if self._workspace.is_current(image_id):
                self._write(opened, prediction, lesson.revision)

        job = self._jobs.submit(
            Lane.DEVICE,
            "Learning from the stroke",
            work,
            on_result=on_result,
            on_error=lambda error: self._fail(job, error),
            on_cancelled=lambda: self._end(job),
            urgency=Urgency.NOW,
        )
        self._job = job
        self._workspace.announce(
            ActivityChanged(ACTIVITY, "Learning from the stroke", None, "", is_running=True, can_stop=False)
        )

    def _write(self, opened: OpenImage, prediction: Prediction, revision: int) -> None:
        """Part of the stroke's undo step; a newer stroke or one under way makes the answer stale."""
        document = opened.document
        if document.revision != revision or document.open_edit is not None:
            return
        opened.prediction = prediction
        change = write_prediction(document, prediction, name=EDIT_NAME, joins_last=True)
        self._workspace.announce(PredictionChanged(prediction.seconds, prediction.device, prediction.remark))
        self._workspace.committed(change, by_person=False)

    def _fail(self, job: Job, error: Exception) -> None:
        self._end(job)
        self._model = None
        self._is_on = False
        self._workspace.announce_failure("Learning from strokes failed and was switched off.", error)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._workspace.announce(
                ActivityChanged(ACTIVITY, "Learning from the stroke", 1.0, "", is_running=False, can_stop=False)
            )

    def _on_change(self, change: Change) -> None:
        match change:
            case ImageClosed():
                self._stop()
            case ProjectClosed():
                self.forget()
            case ModelChanged(info=None):
                self.forget()
            case _:
                pass


def _ready(model: LiveModel | None, slot: ModelSlot, label_set: LabelSet, task: Task[Progress]) -> LiveModel:
    """The model as far as it has come, or a fresh one where the classes or the network changed."""
    # torch is only needed here, off the window's thread.
    from segstudio.services.live_head import LiveModel

    predictor = slot.answering(task)
    if model is not None and model.fits(predictor, label_set):
        return model
    return LiveModel(predictor, label_set)
