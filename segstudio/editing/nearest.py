"""The label of the nearest pixel that has a known one."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import LabelMap, Mask


def nearest_labels(labels: LabelMap, known: Mask) -> LabelMap:
    """``labels`` with each pixel that isn't ``known`` set to that of the nearest that is; unchanged if none is."""
    if known.all() or not known.any():
        return labels.copy()
    # The number that distanceTransform gives to each known pixel is looked up at that pixel itself.
    _, numbers = cv2.distanceTransformWithLabels(
        (~known).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(numbers.max()) + 1, np.uint8)
    table[numbers[known]] = labels[known]
    found: LabelMap = table[numbers]
    return found
