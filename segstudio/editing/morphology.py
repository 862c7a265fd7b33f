"""Growing and shrinking a class, closing its gaps, smoothing borders."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Mask
from segstudio.domain.geometry import Rect
from segstudio.editing.nearest import nearest_labels
from segstudio.editing.region import Region, Relabelling, slices_within


def disc(radius: float) -> NDArray[np.uint8]:
    """uint8, odd and square: 1 where a pixel's middle is within ``radius`` of the central one's."""
    reach = int(radius)
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside: NDArray[np.uint8] = (rows**2 + columns**2 <= radius**2).astype(np.uint8)
    return inside


def grown(labels: LabelMap, class_id: int, rect: Rect, *, pixels: int) -> Region:
    """What lies within ``pixels`` of the class and isn't of it: to be painted with the class."""
    around = rect.expanded(pixels).intersected(Rect.of_shape(labels.shape))
    is_class = labels[around.slices] == class_id
    return Region(around, _dilated(is_class, pixels) & ~is_class).clipped(rect).trimmed()


def shrunk(labels: LabelMap, class_id: int, rect: Rect, *, pixels: int) -> Relabelling:
    """What of the class lies within ``pixels`` of another class, given to the nearest other class. The image's edge
    isn't another class."""
    whole = Rect.of_shape(labels.shape)
    around = rect.expanded(pixels + 1).intersected(whole)
    part = labels[around.slices]
    is_class = part == class_id
    is_lost = is_class & _dilated(~is_class, pixels)
    return Relabelling(Region(around, is_lost).clipped(rect), _cut(nearest_labels(part, ~is_class), around, rect))


def closed(labels: LabelMap, class_id: int, rect: Rect, *, most_width: int) -> Region:
    """Gaps up to ``most_width`` pixels wide between and in parts of the class: to be painted with the class."""
    reach = most_width / 2 + 0.5
    around = rect.expanded(int(reach) + 1).intersected(Rect.of_shape(labels.shape))
    is_class = labels[around.slices] == class_id
    is_closed = cv2.morphologyEx(is_class.view(np.uint8), cv2.MORPH_CLOSE, disc(reach)).view(np.bool_)
    return Region(around, is_closed & ~is_class).clipped(rect).trimmed()


def smoothed(labels: LabelMap, rect: Rect, *, radius: int) -> Relabelling:
    """Each pixel becomes the commonest class of the square of ``2 * radius + 1`` pixels around it; its own where
    that is as common as any."""
    around = rect.expanded(radius).intersected(Rect.of_shape(labels.shape))
    part = labels[around.slices]
    side = 2 * radius + 1
    best, votes = part.copy(), np.zeros(part.shape, np.float32)
    classes = np.flatnonzero(np.bincount(part.reshape(-1), minlength=256))
    for class_id in classes:
        is_class = part == class_id
        count = cv2.boxFilter(is_class.view(np.uint8), cv2.CV_32F, (side, side), normalize=False)
        count += np.where(is_class, np.float32(0.5), np.float32(0.0))
        is_best = count > votes
        best[is_best], votes[is_best] = class_id, count[is_best]
    return Relabelling.of_differences(rect, labels[rect.slices], _cut(best, around, rect))


def _dilated(mask: Mask, pixels: int) -> Mask:
    """A distance transform takes the same time however far it reaches."""
    if not mask.any():
        return mask
    distance = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near: Mask = distance <= pixels + 1e-3
    return near


def _cut(array: LabelMap, covers: Rect, rect: Rect) -> LabelMap:
    return array[slices_within(covers, rect)]
