"""Puts a model's answer into the open image's labels as soon as no stroke is under way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from segstudio.domain.changes import Change, LabelsChanged, PredictionChanged
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.domain.prediction import Prediction
from segstudio.editing.edit import Edit
from segstudio.services.jobs import JobRunner
from segstudio.services.open_image import OpenImage
from segstudio.services.pre_label import begin_pre_label, pre_label_turns
from segstudio.services.workspace import Workspace

PIXELS_A_TURN = 4_000_000


@dataclass(frozen=True, slots=True)
class _Answer:
    """A prediction that waits until the stroke under the user's hand has ended."""

    image_id: ImageId
    prediction: Prediction
    is_over_person: bool


class AnswerWriter:
    """Lives on the window's thread."""

    def __init__(self, workspace: Workspace, jobs: JobRunner) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._waiting: _Answer | None = None
        workspace.subscribe(self._on_change)

    def write(self, image_id: ImageId, prediction: Prediction, *, is_over_person: bool) -> None:
        """At once, or when the stroke under way has ended; not at all where another image is open by then."""
        self._waiting = _Answer(image_id, prediction, is_over_person)
        self._write_waiting()

    def drop(self) -> None:
        """Forget the answer that waits."""
        self._waiting = None

    def _on_change(self, change: Change) -> None:
        if isinstance(change, LabelsChanged):
            self._write_waiting()

    def _write_waiting(self) -> None:
        answer, opened = self._waiting, self._workspace.current
        if answer is None or opened is None or opened.document.open_edit is not None:
            return
        self._waiting = None
        if opened.record.id != answer.image_id:
            return
        prediction = answer.prediction
        opened.prediction = prediction
        self._workspace.announce(PredictionChanged(prediction.seconds, prediction.device, prediction.remark))
        edit = begin_pre_label(opened.document, is_over_person=answer.is_over_person)
        self._write_in_turns(opened, edit, pre_label_turns(edit, prediction))

    def _write_in_turns(self, opened: OpenImage, edit: Edit, turns: Iterator[Rect]) -> None:
        """A huge picture's labels a piece at a time, so that the window goes on answering between two."""
        if not edit.is_open:
            return  # The image was left meanwhile, and the edit cancelled.
        rect = next(turns, None)
        if rect is None:
            self._workspace.committed(edit.commit(), by_person=False)
        elif opened.document.labels.size <= PIXELS_A_TURN:
            self._write_in_turns(opened, edit, turns)
        else:
            self._workspace.announce(LabelsChanged(rect))
            self._jobs.later(lambda: self._write_in_turns(opened, edit, turns))
