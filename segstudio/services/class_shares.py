"""How much of a label map each class has."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import LabelMap
from segstudio.domain.task import State, Task

ROWS_AT_ONCE = 512


def class_shares(labels: LabelMap, task: Task[State]) -> dict[int, float]:
    """Each value's share of the pixels, fractions of 1; in bands, so that a large map needs little memory."""
    counts = np.zeros(256, np.int64)
    for top in range(0, labels.shape[0], ROWS_AT_ONCE):
        task.check()
        counts += np.bincount(labels[top : top + ROWS_AT_ONCE].ravel(), minlength=256)
    return {int(value): float(counts[value] / labels.size) for value in np.flatnonzero(counts)}
