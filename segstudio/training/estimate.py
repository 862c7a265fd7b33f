"""How long a training will take, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from statistics import median

import torch

from segstudio.domain.training_log import TrainingLog
from segstudio.nn.devices import has_bfloat16
from segstudio.training.batches import samples_an_epoch
from segstudio.training.plan import LearningParts, TrainingPlan

CORE_SECONDS_A_MEGAPIXEL = 8.0
"""ResNet-18 at stride 16, forward and backward, float32 with AVX2: seconds of one core for a million pixels."""

BFLOAT16_CORE_SECONDS_A_MEGAPIXEL = 1.5
"""The same where the processor multiplies in bfloat16 (AMX)."""

GPU_SECONDS_A_MEGAPIXEL = 0.02
"""A guess: the first run on a machine measures what the next estimate uses."""

MOST_CORES = 8
"""More cores than this hardly speed up a step."""

PARTS_COST = {LearningParts.HEAD: 0.31, LearningParts.HEAD_AND_LAST_STAGE: 0.68, LearningParts.ALL: 1.0}
"""What remains of a step's cost when only these parts need gradients; measured as the number above."""

JUDGING_COST = 0.31
"""Of a pixel that is only judged: no gradients at all."""

STRIDE_COST = {16: 1.0, 8: 1.9}
# Roughly, by their multiplications.
TRUNK_COST = {"resnet18": 1.0, "resnet34": 1.8, "resnet50": 3.5, "resnet101": 6.0, "resnet152": 8.5}

DEFAULT_AREA = 480 * 360
"""Of an image whose size the plan doesn't tell."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """``reason``: what the number of seconds is made of, a sentence."""

    seconds: float
    reason: str


def estimated_duration(plan: TrainingPlan, *, device_kind: str, pace: float | None = None) -> Estimate:
    """``device_kind``: ``cpu`` or another. ``pace``: as ``measured_pace`` found it on an earlier run here."""
    recipe = plan.recipe
    area = _area(plan)
    shown = samples_an_epoch(recipe, len(plan.samples), len(plan.extra))
    basis = "as measured here last time"
    if pace is None:
        pace, basis = _guessed_pace(device_kind), "a guess for a machine like this; the first run will tell better"
    cost = pace * _cost_of_a_megapixel(plan)
    judged = len(plan.validation) * area * JUDGING_COST / _parts_cost(plan)
    seconds = recipe.epochs * (shown * area + judged) / 1e6 * cost
    size = "whole images" if recipe.crop is None else f"crops of {recipe.crop.width} x {recipe.crop.height} pixels"
    rounds = "1 round" if recipe.epochs == 1 else f"{recipe.epochs} rounds"
    reason = (
        f"{recipe.epochs * shown} {size} in {rounds}, at {cost * area / 1e6:.2f} s each, {basis}; "
        "it stops earlier when nothing improves."
    )
    if recipe.minutes is not None and 60.0 * recipe.minutes < seconds:
        share = 60.0 * recipe.minutes / seconds
        return Estimate(
            60.0 * recipe.minutes,
            f"It stops after {recipe.minutes:g} minutes, as you asked, with about {share:.0%} of the steps that "
            f"suit so many images ({cost * area / 1e6:.2f} s a crop, {basis}).",
        )
    return Estimate(seconds, reason)


def measured_pace(plan: TrainingPlan, log: TrainingLog) -> float | None:
    """Seconds that this machine takes for a megapixel of ResNet-18 at stride 16, all of it learning; None where the
    run was too short to tell. The median over the epochs: what went on beside one of them counts little."""
    if not log.epochs or not log.steps_done:
        return None
    whole = samples_an_epoch(plan.recipe, len(plan.samples), len(plan.extra)) // plan.recipe.batch_size
    steps = [min(whole, log.steps_done - index * whole) for index in range(len(log.epochs))]
    paces = [record.seconds / count for record, count in zip(log.epochs, steps, strict=True) if count > 0]
    if not paces:
        return None
    megapixels = plan.recipe.batch_size * _area(plan) / 1e6
    return median(paces) / megapixels / _cost_of_a_megapixel(plan)


def _area(plan: TrainingPlan) -> int:
    crop = plan.recipe.crop
    return DEFAULT_AREA if crop is None else crop.width * crop.height


def _guessed_pace(device_kind: str) -> float:
    if device_kind != "cpu":
        return GPU_SECONDS_A_MEGAPIXEL
    is_quick = has_bfloat16(torch.device("cpu"))
    core_seconds = BFLOAT16_CORE_SECONDS_A_MEGAPIXEL if is_quick else CORE_SECONDS_A_MEGAPIXEL
    return core_seconds / min(MOST_CORES, os.cpu_count() or 1)


def _parts_cost(plan: TrainingPlan) -> float:
    return PARTS_COST[plan.recipe.learning_parts]


def _cost_of_a_megapixel(plan: TrainingPlan) -> float:
    """Against ResNet-18 at stride 16, all of it learning."""
    config = plan.network
    width = (config.base_width / 64) ** 2
    return width * STRIDE_COST[config.output_stride] * TRUNK_COST[config.trunk] * _parts_cost(plan)
