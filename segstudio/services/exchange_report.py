"""How well labels came back after they were written: intersection over union of each class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import LabelSet


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and what a reader finds in it.

    ``class_iou``: by class name, fractions of 1, of classes that occur in either; ``ignore_iou``: of pixels without
    a class, None where there are none. ``reason``: why the figures may be below 1; empty in lossless formats.
    """

    format_name: str
    images: int
    class_iou: Mapping[str, float]
    ignore_iou: float | None
    reason: str

    @property
    def is_exact(self) -> bool:
        every = [*self.class_iou.values(), *([] if self.ignore_iou is None else [self.ignore_iou])]
        return all(iou == 1.0 for iou in every)


@dataclass(slots=True)
class Agreement:
    """Counts, over any number of images, how often each label came back as each."""

    _counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((256, 256), np.int64))

    def add(self, wanted: LabelMap, found: LabelMap) -> None:
        """Raises: ValueError: the two are of different sizes."""
        if wanted.shape != found.shape:
            raise ValueError(f"A label map of {wanted.shape} came back as {found.shape}.")
        pairs = wanted.astype(np.uint16) * np.uint16(256) + found
        self._counts += np.bincount(pairs.reshape(-1), minlength=65536).reshape(256, 256)

    def iou(self, label: int) -> float | None:
        """None where the label occurs on neither side."""
        both = int(self._counts[label, label])
        either = int(self._counts[label].sum() + self._counts[:, label].sum()) - both
        return both / either if either else None

    def report(self, format_name: str, images: int, label_set: LabelSet, reason: str) -> ExportReport:
        by_name = {spec.name: self.iou(spec.id) for spec in label_set.classes}
        occurring = {name: iou for name, iou in by_name.items() if iou is not None}
        return ExportReport(format_name, images, occurring, self.iou(IGNORE), reason)
