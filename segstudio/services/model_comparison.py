"""The gate before a new model is adopted: both models on the same held-out pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import Scores
from segstudio.domain.task import Progress, Task
from segstudio.nn.model_header import read_model_info
from segstudio.services.class_matching import in_project_classes, match_classes
from segstudio.services.learnt_images import has_learnt
from segstudio.services.model_comparison_advice import Advice, advice
from segstudio.services.model_comparison_places import ChangedPlace, LargestChanges
from segstudio.services.training_images import training_images
from segstudio.store.project_store import ProjectStore

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor
    from segstudio.training.plan import Sample


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Scores of the current model and of the candidate, what they mean, and where the two differ most."""

    before: Scores
    after: Scores
    advice: Advice
    places: tuple[ChangedPlace, ...] = ()


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
    from segstudio.nn.metrics import ConfusionMatrix
    from segstudio.training.samples import decode_sample

    judges = [_Judge(model, label_set) for model in (current, load_model(candidate_file, current.device.type))]
    matrices = (ConfusionMatrix(), ConfusionMatrix())
    ids = tuple(spec.id for spec in label_set.active)
    class_of_channel = np.full(256, IGNORE, np.uint8)
    class_of_channel[: len(ids)] = ids
    changes = LargestChanges()
    for done, sample in enumerate(samples):
        task.report(Progress(done, len(samples), "Comparing the models"))
        decoded = decode_sample(sample, ids)
        truth = class_of_channel[decoded.targets]
        answers = [judge.labels(decoded.image, task) for judge in judges]
        for matrix, labels in zip(matrices, answers, strict=True):
            matrix.add(truth, labels)
        changes.add(sample.name, decoded.image, before=answers[0], after=answers[1], truth=truth)
    before, after = (matrix.scores(label_set, data) for matrix in matrices)
    return Comparison(before, after, advice(before, after, images=len(samples)), changes.places())


def unseen_samples(store: ProjectStore, candidate_file: Path, task: Task[Progress]) -> tuple[Sample, ...]:
    """A project's finished images that a candidate, wherever it was trained, hasn't learnt from.

    Raises: ModelError: it has learnt from all of them, or is no model. FormatError, ProjectError.
    """
    info = read_model_info(candidate_file)
    samples = [image.sample for image in training_images(store, task)]
    unseen = tuple(sample for sample in samples if not has_learnt(info, sample.name))
    if not unseen:
        raise ModelError(
            f"The candidate has learnt from all {len(samples)} finished images of the project, so they can't judge "
            "it. Finish another image."
        )
    return unseen


class _Judge:
    """A model's answers in the project's classes."""

    def __init__(self, predictor: Predictor, label_set: LabelSet) -> None:
        self._predictor = predictor
        self._table = match_classes(predictor.info.label_set, label_set)

    def labels(self, image: np.ndarray, task: Task[Progress]) -> LabelMap:
        quiet: Task[Progress] = Task(lambda _: task.check())
        return in_project_classes(self._predictor.predict(image, quiet), self._table).labels
