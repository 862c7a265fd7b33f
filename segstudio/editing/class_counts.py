"""How many pixels each class has."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Origin, OriginMap
from segstudio.domain.geometry import Rect

_BAND_PIXELS = 1 << 22
"""calcHist counts in float32, exact up to 16 million; bands keep below that."""


def class_counts(labels: LabelMap, rect: Rect | None = None) -> NDArray[np.int64]:
    """int64, shape (256,): the number of pixels of each label, 255 being ignored and unlabelled together."""
    part = labels if rect is None else labels[rect.slices]
    counts = np.zeros(256, np.int64)
    rows = max(1, _BAND_PIXELS // max(1, part.shape[1]))
    for top in range(0, part.shape[0], rows):
        counts += cv2.calcHist([part[top : top + rows]], [0], None, [256], [0, 256]).reshape(-1).astype(np.int64)
    return counts


def origin_counts(origins: OriginMap, rect: Rect | None = None) -> dict[Origin, int]:
    """How many pixels nobody, the model, acceptance and a person have set."""
    counts = class_counts(origins, rect)
    return {origin: int(counts[origin]) for origin in Origin}
