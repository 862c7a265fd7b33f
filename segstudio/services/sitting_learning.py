"""Learns from each image that is finished, so that the next one of the sitting begins better.

The head of the network goes on learning on features that stay, which takes seconds; the model's file isn't touched.
A fine-tuning, which learns with all of the network, is still the way to a better model.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Origin, RgbImage
from segstudio.domain.changes import (
    ActivityChanged,
    Change,
    ClassesChanged,
    ImageClosed,
    ImageOpened,
    ModelChanged,
    ProjectClosed,
)
from segstudio.domain.classes import LabelSet
from segstudio.domain.task import Progress, Task
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.open_image import OpenImage
from segstudio.services.workspace import Workspace

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor
    from segstudio.services.taught_model import TaughtModel

ACTIVITY = "sitting learning"
NAME = "Learning from the finished image"
LARGEST_PIXELS = 4_000_000
"""Of an image whose features are computed at once; larger ones teach nothing until the fine-tuning."""


class SittingLearning:
    """Lives on the window's thread. ``on_learnt`` is called with the time from which pre-labels are better ones."""

    def __init__(
        self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot, on_learnt: Callable[[float], None]
    ) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._on_learnt = on_learnt
        self._model: TaughtModel | None = None
        self._job: Job | None = None
        self._opened: OpenImage | None = None
        self._is_touched = False
        self._is_on = False
        self.images = 0
        workspace.subscribe(self._on_change)
        workspace.subscribe_to_edits(self._on_edit)

    @property
    def is_on(self) -> bool:
        return self._is_on

    def switch(self, *, is_on: bool) -> None:
        """Off: the model as it is answers again."""
        self._is_on = is_on
        if not is_on:
            self.forget()

    def forget(self) -> None:
        """Let go of what this sitting has taught."""
        if self._job is not None:
            self._job.stop()
        if self._model is not None:
            self._slot.teach(self._model.base, None)
        self._model, self.images = None, 0

    def _on_edit(self, change: DocumentChange, *, by_person: bool) -> None:
        self._is_touched = self._is_touched or (by_person and not change.is_empty)

    def _on_change(self, change: Change) -> None:
        match change:
            case ImageOpened():
                self._opened, self._is_touched = self._workspace.current, False
            case ImageClosed():
                self._leave()
            case ProjectClosed() | ModelChanged(info=None) | ClassesChanged():
                self._opened = None
                self.forget()
            case _:
                pass

    def _leave(self) -> None:
        """An image that a person finished in this sitting is learnt from once it is left."""
        opened, self._opened = self._opened, None
        if not self._is_on or opened is None or not self._is_touched or self._slot.path is None:
            return
        image, document = opened.image, opened.document
        if not isinstance(image, np.ndarray) or document.labels.size > LARGEST_PIXELS or not is_finished(document):
            return
        self._learn(image, finished_labels(document))

    def _learn(self, image: RgbImage, labels: LabelMap) -> None:
        label_set, before = self._workspace.label_set, self._model

        def work(task: Task[Progress]) -> tuple[TaughtModel, Predictor] | None:
            model = _ready(before, self._slot, label_set, task)
            if model is None or not model.learn(image, labels, task.check):
                return None
            return model, model.predictor()

        def on_result(result: tuple[TaughtModel, Predictor] | None) -> None:
            self._end(job)
            if result is None or not self._is_on:
                return
            self._model, taught = result
            self._slot.teach(self._model.base, taught)
            self.images += 1
            self._on_learnt(time.time())

        def on_error(error: Exception) -> None:
            self._end(job)
            self._is_on = False
            self.forget()
            self._workspace.announce_failure("Learning from finished images failed and was switched off.", error)

        job = self._jobs.submit(
            Lane.DEVICE,
            NAME,
            work,
            on_result=on_result,
            on_error=on_error,
            on_cancelled=lambda: self._end(job),
            urgency=Urgency.SOON,
        )
        self._job = job
        self._workspace.announce(ActivityChanged(ACTIVITY, NAME, None, "", is_running=True, can_stop=False))

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._workspace.announce(ActivityChanged(ACTIVITY, NAME, 1.0, "", is_running=False, can_stop=False))


def is_finished(document: LabelDocument) -> bool:
    """Nothing is left that only the model has set: a person has painted or accepted all that has a class."""
    origins = document.origins
    return bool((origins >= Origin.ACCEPTED).any()) and not bool((origins == Origin.MODEL).any())


def finished_labels(document: LabelDocument) -> LabelMap:
    """A copy; 255 where no person has looked."""
    return np.where(document.origins >= Origin.ACCEPTED, document.labels, np.uint8(IGNORE))


def _ready(
    model: TaughtModel | None, slot: ModelSlot, label_set: LabelSet, task: Task[Progress]
) -> TaughtModel | None:
    """The model as far as it has come, or a fresh one where classes or network changed; None: it can't learn so."""
    # torch is only needed here, off the window's thread.
    from segstudio.services.taught_model import TaughtModel
    from segstudio.training.cells import has_cells

    predictor = slot.predictor(task)
    if model is not None and model.fits(predictor, label_set):
        return model
    return TaughtModel(predictor, label_set) if has_cells(predictor.info.network) else None
