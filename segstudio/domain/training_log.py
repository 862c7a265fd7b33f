"""The whole state of a training run, as it is reported while it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Phase(StrEnum):
    PREPARING = "preparing"
    TRAINING = "training"
    VALIDATING = "validating"
    PAUSED = "paused"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One finished epoch; IoU and accuracy are fractions of 1, loss is the mean over the epoch."""

    epoch: int
    loss: float
    learning_rate: float
    seconds: float
    mean_iou: float | None = None
    pixel_accuracy: float | None = None
    class_iou: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingLog:
    """Everything a listener needs to draw the run; a later state replaces an earlier one.

    ``progress`` is 0 to 1: of the steps, or of the time where that runs out first.
    """

    phase: Phase
    epochs_planned: int
    steps_done: int = 0
    steps_planned: int = 0
    progress: float = 0.0
    recent_loss: float | None = None
    epochs: tuple[EpochRecord, ...] = ()
    best_epoch: int | None = None
    seconds_left: float | None = None
    remarks: tuple[str, ...] = ()
