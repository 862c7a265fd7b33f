"""What a change of the workspace's state looks like to those who draw it: a closed union."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.model_info import ModelInfo
from segstudio.domain.project import ProjectInfo
from segstudio.domain.training_log import TrainingLog


@dataclass(frozen=True, slots=True)
class ProjectOpened:
    info: ProjectInfo


@dataclass(frozen=True, slots=True)
class ProjectClosed:
    pass


@dataclass(frozen=True, slots=True)
class ImagesChanged:
    """``ids`` are the records that changed; None: the list itself did."""

    ids: tuple[ImageId, ...] | None


@dataclass(frozen=True, slots=True)
class ImagesChosen:
    """Some of the project's images were opened together: the list is to show them alone."""

    ids: tuple[ImageId, ...]


@dataclass(frozen=True, slots=True)
class ImageOpening:
    record: ImageRecord


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """A large picture can be looked at while its labels are still being read; ``ImageOpened`` follows."""

    record: ImageRecord


@dataclass(frozen=True, slots=True)
class ImageOpened:
    record: ImageRecord


@dataclass(frozen=True, slots=True)
class ImageUnreadable:
    """It was asked for and can't be shown; what was open before still is. ``sentence`` says why."""

    record: ImageRecord
    sentence: str


@dataclass(frozen=True, slots=True)
class ImageClosed:
    pass


@dataclass(frozen=True, slots=True)
class PictureChanged:
    """The open image is shown through other channels or another stretch; its size and labels are as before."""

    record: ImageRecord


@dataclass(frozen=True, slots=True)
class LabelsChanged:
    """Pixels inside ``rect`` of the open image changed; undo and redo may have changed too."""

    rect: Rect


@dataclass(frozen=True, slots=True)
class SavedStateChanged:
    is_saved: bool


@dataclass(frozen=True, slots=True)
class ClassesChanged:
    label_set: LabelSet


@dataclass(frozen=True, slots=True)
class ModelChanged:
    """``info`` is None while no model is loaded; ``name`` is the one the project asks for."""

    name: str
    info: ModelInfo | None
    device: str


@dataclass(frozen=True, slots=True)
class PredictionChanged:
    """The open image's prediction arrived, or went (``seconds`` None); ``remark`` may say why there is none."""

    seconds: float | None
    device: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ActivityChanged:
    """One job of the bar: ``fraction`` and ``seconds_left`` None while unknown; ``is_running`` False at its end."""

    key: str
    name: str
    fraction: float | None
    message: str
    is_running: bool
    can_stop: bool = True
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class TrainingChanged:
    """``log`` None: no run is under way."""

    log: TrainingLog | None


@dataclass(frozen=True, slots=True)
class CandidateChanged:
    """A trained candidate waits for a decision, or (``name`` None) no longer."""

    name: str | None


@dataclass(frozen=True, slots=True)
class ReviewChanged:
    """What is known about where to look next changed: disagreements, the survey of the images."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence for the status bar."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Something the user asked for failed; ``report`` is set where the fault is ours."""

    sentence: str
    report: str = ""


Change: TypeAlias = (
    ProjectOpened
    | ProjectClosed
    | ImagesChanged
    | ImagesChosen
    | ImageOpening
    | PictureSeen
    | ImageOpened
    | ImageUnreadable
    | ImageClosed
    | PictureChanged
    | LabelsChanged
    | SavedStateChanged
    | ClassesChanged
    | ModelChanged
    | PredictionChanged
    | ActivityChanged
    | TrainingChanged
    | CandidateChanged
    | ReviewChanged
    | Told
    | Failed
)
