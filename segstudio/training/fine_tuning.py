"""The plan of a fine-tuning: sensible defaults for one image and for hundreds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import NetworkConfig
from segstudio.nn.model_header import read_model_info
from segstudio.training.held_out import LabelledImage, split_images
from segstudio.training.plan import LearningParts, OptimizerKind, Recipe, ScheduleKind, TrainingPlan

LARGEST_CROP = 320
STEPS_AN_EPOCH = 25
"""A fine-tuning's "epoch" is this many steps: often enough for curves that move and a stop in time."""


@dataclass(frozen=True, slots=True)
class FineTuningWishes:
    """What a person may decide; None leaves it to the number of images."""

    learning_parts: LearningParts | None = None
    steps: int | None = None
    minutes: float | None = None
    learning_rate: float | None = None


def origin_weights(
    *, is_verified: bool, person: float = 1.0, accepted: float = 1.0, model: float = 0.0
) -> tuple[float, ...]:
    """The weight of a pixel by its ``Origin``, for ``Sample.weight_table``.

    What only the model set teaches nothing but its own mistakes; in a verified image a person has looked at it.
    """
    weights = {Origin.NOBODY: 0.0, Origin.MODEL: model, Origin.ACCEPTED: accepted, Origin.PERSON: person}
    if is_verified:
        weights = dict.fromkeys(Origin, 1.0)
    return tuple(weights[origin] for origin in sorted(Origin))


def shortcomings(images: Sequence[LabelledImage], label_set: LabelSet) -> tuple[str, ...]:
    """What a fine-tuning on ``images`` would lack, a sentence each; empty where all is well."""
    if not images:
        return ("No image is corrected or verified yet: correct at least one.",)
    told = []
    seen = frozenset[int]().union(*(image.class_ids for image in images))
    absent = [spec.name for spec in label_set.active if spec.id not in seen]
    if len(absent) == len(label_set.active):
        return ("The corrected images hold no labelled pixel of an active class.",)
    if absent:
        told.append(f"No corrected image shows {', '.join(absent)}: the model learns nothing new about that.")
    if len(images) < 4:
        told.append(f"{len(images)} corrected so far: held-out tiles stand in for held-out images.")
    return tuple(told)


def fine_tuning_plan(
    images: Sequence[LabelledImage],
    base: Path,
    label_set: LabelSet,
    *,
    folder: Path,
    output: Path,
    name: str,
    wishes: FineTuningWishes | None = None,
    class_sources: tuple[tuple[int, tuple[int, ...]], ...] | None = None,
    device: str = "auto",
    seed: int = 0,
) -> TrainingPlan:
    """``class_sources`` as in ``TrainingPlan``.

    Raises: SegStudioError: there is nothing to learn from. ModelError: the base can't be read.
    """
    learning, validation = split_images(images, seed=seed)
    if not any(image.class_ids & {spec.id for spec in label_set.active} for image in learning):
        raise SegStudioError(
            shortcomings((), label_set)[0] if not images else "There is no image left to learn from."
        )
    base_info = read_model_info(base)
    network = base_info.network.with_channels(len(label_set.active))
    return TrainingPlan(
        samples=tuple(image.sample for image in learning),
        validation=tuple(image.sample for image in validation),
        label_set=label_set,
        network=network,
        recipe=default_recipe(learning, network, wishes or FineTuningWishes()),
        folder=folder,
        output=output,
        base=base,
        class_sources=class_sources,
        seed=seed,
        name=name,
        device=device,
        normalization=base_info.normalization,
        validation_name="held-out images of the project",
        licence=base_info.licence,
    )


def default_recipe(learning: Sequence[LabelledImage], network: NetworkConfig, wishes: FineTuningWishes) -> Recipe:
    """Fewer images: fewer steps; batch norms stay as they are below a hundred."""
    count = len(learning)
    # Everything learns even from one image: from streets to electron-microscope membranes that brought a mean IoU
    # of 58.6 on other images, head and last stage alone 53.8. Frozen batch norms keep it from going astray. Half of
    # the loss is Lovász instead of weights for rare classes: docs/training.md has the scores of both.
    if count <= 2:
        steps, trunk_rate = 150, 0.3
    elif count <= 10:
        steps, trunk_rate = 300, 0.3
    elif count <= 100:
        steps, trunk_rate = 600, 0.3
    else:
        steps, trunk_rate = 6 * count, 0.5
    steps = wishes.steps or steps
    recipe = Recipe(
        epochs=max(1, -(-steps // STEPS_AN_EPOCH)),
        batch_size=4,
        crop=_crop(learning, network.output_stride),
        optimizer=OptimizerKind.ADAMW,
        schedule=ScheduleKind.POLY,
        learning_rate=wishes.learning_rate or 0.001,
        trunk_rate=trunk_rate,
        weight_decay=0.01,
        warm_up_share=0.05,
        average_decay=0.98,
        lovasz_share=0.5,
        scales=(0.67, 1.5),
        color=0.4,
        rare_share=0.5,
        learning_parts=wishes.learning_parts or LearningParts.ALL,
        freeze_batch_norm=count <= 100,
        patience=6,
        minutes=wishes.minutes,
    )
    return replace(recipe, samples_per_epoch=recipe.batch_size * STEPS_AN_EPOCH)


def _crop(images: Sequence[LabelledImage], stride: int) -> Size:
    """As large as the smallest image, within reason, in whole strides."""
    width = min(LARGEST_CROP, *(image.size.width for image in images), LARGEST_CROP)
    height = min(LARGEST_CROP, *(image.size.height for image in images), LARGEST_CROP)
    return Size(-(-width // stride) * stride, -(-height // stride) * stride)
