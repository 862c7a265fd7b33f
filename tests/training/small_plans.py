"""Small pictures with exact labels, and plans that learn them in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import NetworkConfig
from segstudio.nn.dilation import named_schedule
from segstudio.training.plan import Recipe, Sample, TrainingPlan

LABELS = LabelSet.from_names(["ground", "box"])


def box_sample(index: int, *, ignored: bool = False) -> Sample:
    """A red box, class 1, on dark noise, class 0; its place follows from the index."""
    chance = np.random.default_rng(index)
    image = chance.integers(0, 60, (64, 96, 3), dtype=np.uint8)
    labels = np.zeros((64, 96), np.uint8)
    left = 8 + 13 * (index % 5)
    image[16:48, left : left + 28, 0] += 180
    labels[16:48, left : left + 28] = 1
    if ignored:
        labels[:] = 255
    return Sample(image, labels, name=f"box {index}")


def small_network(channels: int = 2, *, output_stride: int = 8, cell_width: int = 2) -> NetworkConfig:
    return NetworkConfig(
        trunk="resnet18",
        channels=channels,
        output_stride=output_stride,
        cell_width=cell_width,
        dilations=named_schedule("dilation-bigger", "resnet18", output_stride),
        schedule="dilation-bigger",
        base_width=8,
    )


def small_plan(folder: Path, recipe: Recipe | None = None) -> TrainingPlan:
    """Four boxes to learn and two to be judged by, in float32 on the processor."""
    return TrainingPlan(
        samples=tuple(box_sample(index) for index in range(4)),
        validation=tuple(box_sample(index) for index in (11, 12)),
        label_set=LABELS,
        network=small_network(),
        recipe=recipe or small_recipe(),
        folder=folder / "state",
        output=folder / "best.safetensors",
        device="cpu",
        precision="float32",
        name="boxes",
    )


def small_recipe(epochs: int = 3) -> Recipe:
    return Recipe(
        epochs=epochs,
        batch_size=4,
        samples_per_epoch=16,
        crop=Size(64, 48),
        learning_rate=0.003,
        average_decay=0.9,
        scales=(0.8, 1.25),
        color=0.2,
    )
