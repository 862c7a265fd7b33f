"""Every so many images one is offered blind: the pre-label is kept aside and compared with what the person makes.

Where people keep more of a pre-label that they see than agrees with one that they don't see, they accept too much.
"""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Origin
from segstudio.domain.changes import Change, ImageOpened, PredictionChanged, ProjectClosed, Told
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.prediction import Prediction
from segstudio.services.jobs import JobRunner
from segstudio.services.open_image import OpenImage
from segstudio.services.workspace import Workspace

EDIT_NAME = "Offered blind"
FEWEST_LABELLED = 0.2
"""The share of an image that must be labelled before its agreement with the pre-label says anything."""

SENTENCE = "This image is offered blind: label it without the pre-label, so that the bias of accepting is measured."


class BlindVerifying:
    """Lives on the window's thread. ``every`` 0: never."""

    def __init__(self, workspace: Workspace, jobs: JobRunner) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._blind: ImageId | None = None
        self._hidden: LabelMap | None = None
        self._offered = 0
        self.every = 0
        workspace.subscribe(self._on_change)

    def withhold(self, image_id: ImageId, prediction: Prediction) -> bool:
        """Asked before a pre-label is written: whether it is kept aside."""
        if image_id != self._blind:
            return False
        self._hidden = prediction.labels
        self._tell()
        return True

    def agreement(self, opened: OpenImage) -> float | None:
        """Of an image that was offered blind, over the pixels that have a class in both; else None."""
        if opened.record.id != self._blind or self._hidden is None:
            return None
        labels = opened.document.labels
        if np.count_nonzero(labels != IGNORE) < FEWEST_LABELLED * labels.size:
            return None
        both = (labels != IGNORE) & (self._hidden != IGNORE)
        total = int(np.count_nonzero(both))
        return int(np.count_nonzero(both & (labels == self._hidden))) / total if total else None

    def _on_change(self, change: Change) -> None:
        match change:
            case ImageOpened():
                self._blind, self._hidden = None, None
                self._offer()
            case ProjectClosed():
                self._offered = 0
            case _:
                pass

    def _offer(self) -> None:
        opened = self._workspace.current
        if not self.every or opened is None or self._workspace.is_read_only or not _is_open_question(opened):
            return
        self._offered += 1
        if self._offered % self.every:
            return
        self._blind = opened.record.id
        if opened.record.status is ImageStatus.PRE_LABELLED:
            # Once everybody has seen that the image is open.
            self._jobs.later(lambda: self._hide(opened))

    def _hide(self, opened: OpenImage) -> None:
        """An older pre-label is taken off; should nobody label the image, it gets a new one when it opens again."""
        if self._workspace.current is not opened or opened.document.open_edit is not None:
            return
        document = opened.document
        of_model = document.origins == Origin.MODEL
        self._hidden = np.where(of_model, document.labels, np.uint8(IGNORE))
        opened.prediction = None
        edit = document.begin_edit(EDIT_NAME, origin=Origin.NOBODY, keep_person=True)
        edit.write(document.rect, of_model, IGNORE)
        self._workspace.committed(edit.commit(), by_person=False)
        self._tell()

    def _tell(self) -> None:
        self._workspace.announce(PredictionChanged(None, remark=SENTENCE))
        self._workspace.announce(Told(SENTENCE))


def _is_open_question(opened: OpenImage) -> bool:
    is_new = opened.record.status in (ImageStatus.NEW, ImageStatus.PRE_LABELLED)
    return is_new and not (opened.document.origins >= Origin.ACCEPTED).any()
