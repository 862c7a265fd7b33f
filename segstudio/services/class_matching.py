"""Which class of a project each class of a model is: the same name, or, in the model's own set, the same id."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.model_info import ModelInfo
from segstudio.domain.prediction import Prediction, Probabilities

ClassTable = NDArray[np.uint8]
"""uint8, shape (256,): the project's class id for each of the model's, 255 where it has none."""


def match_classes(model: LabelSet, project: LabelSet) -> ClassTable:
    """A class renamed in the project keeps its id, so ids count where the two sets share a name at that id."""
    table = np.full(256, IGNORE, np.uint8)
    is_same_set = any(
        spec.id in project and project.by_id(spec.id).name.casefold() == spec.name.casefold()
        for spec in model.active
    )
    for spec in model.active:
        by_name = project.by_name(spec.name)
        if by_name is not None:
            table[spec.id] = by_name.id
        elif is_same_set and spec.id in project and not project.by_id(spec.id).is_retired:
            table[spec.id] = spec.id
    return table


def channels_of_classes(model: ModelInfo, project: LabelSet) -> dict[int, tuple[int, ...]]:
    """For each active class of the project the channels of the model that mean it; none for a new class."""
    table = match_classes(model.label_set, project)
    meant = [int(table[class_id]) for class_id in model.channel_map.class_ids]
    return {
        spec.id: tuple(channel for channel, class_id in enumerate(meant) if class_id == spec.id)
        for spec in project.active
    }


def unmatched_names(model: LabelSet, table: ClassTable) -> tuple[str, ...]:
    """The model's classes that the project has no use for."""
    return tuple(spec.name for spec in model.active if table[spec.id] == IGNORE)


def in_project_classes(prediction: Prediction, table: ClassTable) -> Prediction:
    """The same answer in the project's class ids; pixels of a class that it lacks become 255."""
    probabilities = prediction.probabilities
    if probabilities is not None:
        probabilities = _mapped(probabilities, table)
    labels = table[prediction.labels]
    labels.flags.writeable = False
    return Prediction(
        labels=labels,
        confidence=prediction.confidence,
        model_name=prediction.model_name,
        device=prediction.device,
        seconds=prediction.seconds,
        probabilities=probabilities,
        remark=prediction.remark,
    )


def _mapped(probabilities: Probabilities, table: ClassTable) -> Probabilities:
    kept = [channel for channel, class_id in enumerate(probabilities.class_ids) if table[class_id] != IGNORE]
    return Probabilities(
        values=probabilities.values[kept],
        class_ids=tuple(int(table[probabilities.class_ids[channel]]) for channel in kept),
        image_size=probabilities.image_size,
        cell_width=probabilities.cell_width,
    )
