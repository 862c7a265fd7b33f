"""How much of a label map each class has."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import LabelMap
from segstudio.domain.task import State, Task
from segstudio.editing.class_counts import class_counts

PIXELS_AT_ONCE = 1 << 22


def class_shares(labels: LabelMap, task: Task[State]) -> dict[int, float]:
    """Each value's share of the pixels, fractions of 1; in bands, between which more urgent work has its turn."""
    counts = np.zeros(256, np.int64)
    rows = max(1, PIXELS_AT_ONCE // max(1, labels.shape[1]))
    for top in range(0, labels.shape[0], rows):
        task.check()
        counts += class_counts(labels[top : top + rows])
    return {int(value): float(counts[value] / labels.size) for value in np.flatnonzero(counts)}
