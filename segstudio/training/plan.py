"""Everything that a training run needs, frozen: what it learns from, how, and where the result goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.model_info import NetworkConfig, Normalization
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.nn.dilation import Gridding

WeightMap: TypeAlias = NDArray[np.uint8]
"""uint8, shape (H, W): the weight of a pixel in 255ths, or a value that a weight table translates."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One image to learn from or to be scored on: arrays, or the files that hold them.

    ``weights`` weighs each pixel in the loss; with ``weight_table`` its values are looked up there (an origin
    map with the weight of each origin, say), without it they are 255ths. Only the pixels inside ``inside``
    count where that is not empty, and never those inside ``outside``: so one image can serve for learning and
    for validation. ``view``: how an image file of 16 bits, floats or many channels becomes colours.
    """

    image: Path | RgbImage
    labels: Path | LabelMap
    weights: Path | WeightMap | None = None
    weight_table: tuple[float, ...] | None = None
    inside: tuple[Rect, ...] = ()
    outside: tuple[Rect, ...] = ()
    name: str = ""
    view: SampleView = AS_SUITS


class OptimizerKind(StrEnum):
    SGD = "sgd"
    ADAMW = "adamw"


class ScheduleKind(StrEnum):
    POLY = "poly"
    COSINE = "cosine"
    CONSTANT = "constant"


class LearningParts(StrEnum):
    """Which part of the network learns."""

    HEAD = "head"
    HEAD_AND_LAST_STAGE = "head and last stage"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to learn.

    ``learning_rate`` None: 0.01 for SGD, 0.001 for AdamW. ``trunk_rate`` multiplies it for the trunk.
    ``crop`` None: whole images. In the last ``whole_image_share`` of the run images are whole, too.
    ``scales``: the range of random enlargement. ``color`` 0 to 1: how far light and colour wander.
    ``rare_share``: the share of crops placed around a pixel of a class drawn evenly from those in the image.
    ``paste_share``: the share of crops that get the pixels of a class, drawn evenly, of another image pasted in.
    ``extra_share``: the share of the plan's extra samples among all that an epoch shows.
    ``class_balance`` 0 to 1: classes weigh by frequency to the power of minus this, bounded by
    ``class_weight_limit`` above and its inverse below. ``hard_share`` below 1: only that share of the pixels
    with the highest loss counts (online hard example mining). ``lovasz_share``: how much of the loss is the
    Lovász-Softmax loss, which rewards the mean IoU itself; the rest is cross-entropy. ``minutes``: the time after
    which the schedule has run its course, however many epochs that took; None: ``epochs`` decide alone.
    ``patience``: stop after that many validations without a better one.
    """

    epochs: int = 100
    batch_size: int = 8
    crop: Size | None = None
    whole_image_share: float = 0.0
    samples_per_epoch: int | None = None
    extra_share: float = 0.25
    optimizer: OptimizerKind = OptimizerKind.ADAMW
    schedule: ScheduleKind = ScheduleKind.POLY
    learning_rate: float | None = None
    trunk_rate: float = 1.0
    weight_decay: float | None = None
    warm_up_share: float = 0.03
    gradient_limit: float = 5.0
    average_decay: float = 0.998
    label_smoothing: float = 0.0
    class_balance: float = 0.0
    class_weight_limit: float = 4.0
    hard_share: float = 1.0
    lovasz_share: float = 0.0
    scales: tuple[float, float] = (0.5, 2.0)
    mirror: bool = True
    color: float = 0.5
    rare_share: float = 0.0
    paste_share: float = 0.0
    learning_parts: LearningParts = LearningParts.ALL
    freeze_batch_norm: bool = False
    validate_every: int = 1
    patience: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_size < 1 or self.validate_every < 1:
            raise ValueError("Epochs, batch size and the validation interval are at least 1.")
        if not 0 < self.scales[0] <= self.scales[1]:
            raise ValueError(f"Scales rise from above 0, unlike {self.scales}.")
        if not 0 <= self.lovasz_share < 1:
            raise ValueError(f"The Lovász share is 0 to below 1, not {self.lovasz_share}.")
        if not 0 <= self.extra_share < 1 or not 0 < self.hard_share <= 1:
            raise ValueError("The share of extra samples is 0 to below 1, that of hard pixels above 0 to 1.")


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """One run. ``base`` is the model file to go on from; without it the network starts from scratch.

    ``network.channels`` equals the number of active classes; channel ``c`` learns the ``c``-th active class.
    ``uses_imagenet`` fills a fresh trunk with torchvision's published weights, downloaded once.
    ``class_sources`` pairs a class id with the base's class ids it was made of, where the name doesn't tell.
    ``gridding`` says what to do with a new network whose schedule grids; a base's own schedule is always taken.
    ``folder`` keeps the run's state, so that the same plan goes on where a killed run ended; ``output`` is
    where the best model is written. ``learnt``: as the new model's ``ModelInfo`` will have it.
    """

    samples: tuple[Sample, ...]
    validation: tuple[Sample, ...]
    label_set: LabelSet
    network: NetworkConfig
    recipe: Recipe
    folder: Path
    output: Path
    extra: tuple[Sample, ...] = ()
    base: Path | None = None
    class_sources: tuple[tuple[int, tuple[int, ...]], ...] | None = None
    uses_imagenet: bool = False
    seed: int = 0
    name: str = "model"
    device: str = "auto"
    precision: str = "auto"
    normalization: Normalization = field(default_factory=Normalization)
    validation_name: str = "validation images"
    licence: str = ""
    notes: str = ""
    learnt: frozenset[str] | None = None
    sample_byte_budget: int = 2_000_000_000
    gridding: Gridding = Gridding.REFUSE

    def __post_init__(self) -> None:
        active = len(self.label_set.active)
        if self.network.channels != active:
            raise ValueError(f"{active} classes need {active} channels, not {self.network.channels}.")

    @property
    def class_ids(self) -> tuple[int, ...]:
        """The class of each channel."""
        return tuple(spec.id for spec in self.label_set.active)
