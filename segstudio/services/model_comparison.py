"""The gate before a new model is adopted: both models on the same held-out pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.model_info import Scores
from segstudio.domain.task import Progress, Task
from segstudio.services.class_matching import in_project_classes, match_classes

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor
    from segstudio.nn.metrics import ConfusionMatrix
    from segstudio.training.plan import Sample

SERIOUS_LOSS = 0.03
CLEAR_GAIN = 0.005


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scores of the current model and of the candidate; ``advice`` says what they mean."""

    before: Scores
    after: Scores
    advice: str


def compare_models(
    current: Predictor,
    candidate_file: Path,
    samples: Sequence[Sample],
    label_set: LabelSet,
    task: Task[Progress],
    *,
    data: str,
) -> Comparison | None:
    """On the device lane. None where nothing was held out. Raises: FormatError, ModelError, CancelledError."""
    if not samples:
        return None
    # torch is only needed here, off the window's thread.
    from segstudio.inference.models import load_model

    candidate = load_model(candidate_file, current.device.type)
    before = _measure(current, samples, label_set, task).scores(label_set, data)
    after = _measure(candidate, samples, label_set, task).scores(label_set, data)
    return Comparison(before, after, advice(before, after))


def advice(before: Scores, after: Scores) -> str:
    """What the two scores mean for whoever has to decide, with the classes that lost much."""
    gain = after.mean_iou - before.mean_iou
    losses = [
        f"{name} got worse by {round(100 * (before.class_iou[name] - iou))} points"
        for name, iou in after.class_iou.items()
        if name in before.class_iou and before.class_iou[name] - iou >= SERIOUS_LOSS
    ]
    told = f"; {'; '.join(losses)}" if losses else ""
    points = f"{abs(100 * gain):.1f} points of mean IoU"
    if gain >= CLEAR_GAIN and not losses:
        return f"Use it: {points} better on what was held out."
    if gain >= CLEAR_GAIN:
        return f"{points.capitalize()} better{told}. Use it if you can live with that."
    if gain <= -CLEAR_GAIN:
        return f"Keep the current model: the new one is {points} worse{told}."
    return f"No clear difference on what was held out{told}."


def _measure(
    predictor: Predictor, samples: Sequence[Sample], label_set: LabelSet, task: Task[Progress]
) -> ConfusionMatrix:
    from segstudio.nn.metrics import ConfusionMatrix
    from segstudio.training.samples import decode_sample

    ids = tuple(spec.id for spec in label_set.active)
    class_of_channel = np.full(256, IGNORE, np.uint8)
    class_of_channel[: len(ids)] = ids
    table = match_classes(predictor.info.label_set, label_set)
    matrix = ConfusionMatrix()
    quiet: Task[Progress] = Task(lambda _: task.check())
    for done, sample in enumerate(samples):
        task.report(Progress(done, len(samples), "Comparing the models"))
        decoded = decode_sample(sample, ids)
        predicted = in_project_classes(predictor.predict(decoded.image, quiet), table)
        matrix.add(class_of_channel[decoded.targets], predicted.labels)
    return matrix
