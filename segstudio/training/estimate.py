"""How long a training will take, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass

from segstudio.training.batches import samples_an_epoch
from segstudio.training.plan import LearningParts, TrainingPlan

CORE_SECONDS_A_MEGAPIXEL = 1.5
"""ResNet-18 at stride 16, forward and backward, bfloat16 with AMX: seconds of one core for a million pixels."""

GPU_SECONDS_A_MEGAPIXEL = 0.02
"""A guess: the first run on a machine measures what the next estimate uses."""

MOST_CORES = 8
"""More cores than this hardly speed up a step."""

PARTS_COST = {LearningParts.HEAD: 0.31, LearningParts.HEAD_AND_LAST_STAGE: 0.68, LearningParts.ALL: 1.0}
"""What remains of a step's cost when only these parts need gradients; measured as the number above."""

STRIDE_COST = {16: 1.0, 8: 1.9}
# Roughly, by their multiplications.
TRUNK_COST = {"resnet18": 1.0, "resnet34": 1.8, "resnet50": 3.5, "resnet101": 6.0, "resnet152": 8.5}


@dataclass(frozen=True, slots=True)
class Estimate:
    """``reason``: what the number of seconds is made of, a sentence."""

    seconds: float
    reason: str


def estimated_duration(
    plan: TrainingPlan, *, device_kind: str, measured_seconds_a_megapixel: float | None = None
) -> Estimate:
    """``device_kind``: ``cpu`` or another. ``measured…``: of an earlier run of the like, from its log."""
    recipe = plan.recipe
    if recipe.minutes is not None:
        return Estimate(60.0 * recipe.minutes, f"It stops after {recipe.minutes:g} minutes, as you asked.")
    crop = recipe.crop
    area = 480 * 360 if crop is None else crop.width * crop.height
    images = recipe.epochs * samples_an_epoch(recipe, len(plan.samples), len(plan.extra))
    cost = measured_seconds_a_megapixel
    basis = "as measured here last time"
    if cost is None:
        config = plan.network
        is_cpu = device_kind == "cpu"
        cost = (
            CORE_SECONDS_A_MEGAPIXEL / min(MOST_CORES, os.cpu_count() or 1) if is_cpu else GPU_SECONDS_A_MEGAPIXEL
        )
        cost *= (config.base_width / 64) ** 2
        cost *= STRIDE_COST[config.output_stride] * TRUNK_COST[config.trunk] * PARTS_COST[recipe.learning_parts]
        basis = "as on a machine like this; the first run will tell better"
    seconds = images * area / 1e6 * cost
    size = "whole images" if crop is None else f"crops of {crop.width} x {crop.height} pixels"
    return Estimate(
        seconds,
        f"{images} {size} in {recipe.epochs} rounds, at {cost * area / 1e6:.2f} s each, {basis}; "
        "it stops earlier when nothing improves.",
    )
