"""The confusion matrix of label maps, and the scores that follow from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.model_info import Scores


class ConfusionMatrix:
    """Counts of pixels: ``counts[true, predicted]`` over class ids 0 to 255; column 255 is "predicted none".

    Pixels whose true label is 255 don't count.
    """

    def __init__(self, counts: NDArray[np.int64] | None = None) -> None:
        self.counts = np.zeros((256, 256), np.int64) if counts is None else counts

    def add(self, true: LabelMap, predicted: LabelMap) -> None:
        """Raises: ValueError: shapes differ, or not uint8."""
        if true.shape != predicted.shape:
            raise ValueError(f"Label maps of {true.shape} and {predicted.shape} can't be compared.")
        if true.dtype != np.uint8 or predicted.dtype != np.uint8:
            raise ValueError(f"Label maps are uint8, not {true.dtype} and {predicted.dtype}.")
        pairs = true.ravel().astype(np.uint16) * np.uint16(256) + predicted.ravel()
        self.counts += np.bincount(pairs, minlength=65536).reshape(256, 256)
        self.counts[IGNORE] = 0

    def merged(self, other: ConfusionMatrix) -> ConfusionMatrix:
        return ConfusionMatrix(self.counts + other.counts)

    @property
    def pixels(self) -> int:
        """Pixels that count."""
        return int(self.counts.sum())

    def iou(self, class_id: int) -> float | None:
        """Intersection over union; None where the class neither occurs nor is predicted."""
        hit = int(self.counts[class_id, class_id])
        union = int(self.counts[class_id].sum()) + int(self.counts[:, class_id].sum()) - hit
        return hit / union if union else None

    def scores(self, label_set: LabelSet, data: str) -> Scores:
        """Of the active classes that occur or are predicted; the mean is taken over these."""
        found = {spec.name: self.iou(spec.id) for spec in label_set.active}
        class_iou = {name: value for name, value in found.items() if value is not None}
        hits = int(np.trace(self.counts))
        return Scores(
            data=data,
            mean_iou=sum(class_iou.values()) / len(class_iou) if class_iou else 0.0,
            pixel_accuracy=hits / self.pixels if self.pixels else 0.0,
            class_iou=class_iou,
        )
