"""The changes of the workspace as Qt signals, one for each kind."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QObject, Signal

from segstudio.domain.changes import (
    ActivityChanged,
    CandidateChanged,
    Change,
    ClassesChanged,
    Failed,
    ImageClosed,
    ImageOpened,
    ImageOpening,
    ImagesChanged,
    ImagesChosen,
    ImageUnreadable,
    LabelsChanged,
    ModelChanged,
    PictureChanged,
    PictureSeen,
    PredictionChanged,
    ProjectClosed,
    ProjectOpened,
    ReviewChanged,
    SavedStateChanged,
    Told,
    TrainingChanged,
)
from segstudio.services.workspace import Workspace


class WorkspaceSignals(QObject):
    """Each signal carries the change itself."""

    project_opened = Signal(object)
    project_closed = Signal(object)
    images_changed = Signal(object)
    images_chosen = Signal(object)
    image_opening = Signal(object)
    picture_seen = Signal(object)
    image_opened = Signal(object)
    image_unreadable = Signal(object)
    image_closed = Signal(object)
    picture_changed = Signal(object)
    labels_changed = Signal(object)
    saved_state_changed = Signal(object)
    classes_changed = Signal(object)
    model_changed = Signal(object)
    prediction_changed = Signal(object)
    activity_changed = Signal(object)
    training_changed = Signal(object)
    candidate_changed = Signal(object)
    review_changed = Signal(object)
    told = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unsubscribe = workspace.subscribe(self._on_change)

    def close(self) -> None:
        self._unsubscribe()

    def _on_change(self, change: Change) -> None:  # noqa: PLR0912  # one branch for each kind
        match change:
            case ProjectOpened():
                self.project_opened.emit(change)
            case ProjectClosed():
                self.project_closed.emit(change)
            case ImagesChanged():
                self.images_changed.emit(change)
            case ImagesChosen():
                self.images_chosen.emit(change)
            case ImageOpening():
                self.image_opening.emit(change)
            case PictureSeen():
                self.picture_seen.emit(change)
            case ImageOpened():
                self.image_opened.emit(change)
            case ImageUnreadable():
                self.image_unreadable.emit(change)
            case ImageClosed():
                self.image_closed.emit(change)
            case PictureChanged():
                self.picture_changed.emit(change)
            case LabelsChanged():
                self.labels_changed.emit(change)
            case SavedStateChanged():
                self.saved_state_changed.emit(change)
            case ClassesChanged():
                self.classes_changed.emit(change)
            case ModelChanged():
                self.model_changed.emit(change)
            case PredictionChanged():
                self.prediction_changed.emit(change)
            case ActivityChanged():
                self.activity_changed.emit(change)
            case TrainingChanged():
                self.training_changed.emit(change)
            case CandidateChanged():
                self.candidate_changed.emit(change)
            case ReviewChanged():
                self.review_changed.emit(change)
            case Told():
                self.told.emit(change)
            case Failed():
                self.failed.emit(change)
            case _:
                assert_never(change)
