"""The label of the nearest pixel that has a known one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Mask
from segstudio.domain.geometry import Rect
from segstudio.editing.blocks import blocks
from segstudio.editing.pixels import slices_within

_FIRST_MARGIN = 64


def nearest_labels(labels: LabelMap, *, wanted: Mask, known: Mask) -> LabelMap:
    """``labels`` with each ``wanted`` pixel set to that of the nearest ``known`` one, if there is any."""
    found = labels.copy()
    if not known.any():
        return found
    whole = Rect.of_shape(labels.shape)
    for block in blocks(whole):
        is_wanted = wanted[block.slices]
        if is_wanted.any():
            found[block.slices][is_wanted] = _of_block(labels, known, block, is_wanted, whole)
    return found


def _of_block(labels: LabelMap, known: Mask, block: Rect, is_wanted: Mask, whole: Rect) -> NDArray[np.uint8]:
    """The labels of the wanted pixels; looks further around until nothing nearer can lie outside."""
    margin = _FIRST_MARGIN
    while True:
        around = block.expanded(margin).intersected(whole)
        if known[around.slices].any():
            nearest, distance = _nearest(labels[around.slices], known[around.slices])
            part = slices_within(around, block)
            if around == whole or distance[part][is_wanted].max() <= margin:
                return nearest[part][is_wanted]
        margin *= 4


def _nearest(labels: LabelMap, known: Mask) -> tuple[LabelMap, NDArray[np.float32]]:
    """Each pixel's nearest known label and how far away it is."""
    # The number that the transform gives to each known pixel is looked up at that pixel itself.
    distance, numbers = cv2.distanceTransformWithLabels(
        (~known).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(numbers.max()) + 1, np.uint8)
    table[numbers[known]] = labels[known]
    return table[numbers], np.asarray(distance, np.float32)
