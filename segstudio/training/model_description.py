"""What a trained model says about itself."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from segstudio.domain.model_info import ChannelMap, ModelInfo, Scores
from segstudio.domain.training_log import EpochRecord
from segstudio.nn.metrics import ConfusionMatrix
from segstudio.training.plan import TrainingPlan


def described_model(plan: TrainingPlan, scores: Scores | None) -> ModelInfo:
    return ModelInfo(
        name=plan.name,
        network=plan.network,
        label_set=plan.label_set,
        channel_map=ChannelMap(plan.class_ids),
        normalization=plan.normalization,
        scores=() if scores is None else (scores,),
        parent=None if plan.base is None else plan.base.stem,
        licence=plan.licence,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        notes=plan.notes,
        learnt=plan.learnt,
    )


def scores_of_channels(plan: TrainingPlan, matrix: ConfusionMatrix) -> Scores:
    """The scores by class of a ``matrix`` that counts channels."""
    count = len(plan.class_ids)
    by_class = ConfusionMatrix()
    by_class.counts[np.ix_(plan.class_ids, plan.class_ids)] = matrix.counts[:count, :count]
    return by_class.scores(plan.label_set, plan.validation_name)


def scores_of_epoch(record: EpochRecord | None, data: str) -> Scores | None:
    if record is None or record.mean_iou is None:
        return None
    return Scores(data, record.mean_iou, record.pixel_accuracy or 0.0, record.class_iou)
