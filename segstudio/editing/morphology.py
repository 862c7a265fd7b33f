"""Growing and shrinking a class, closing its gaps, smoothing borders."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Mask
from segstudio.domain.geometry import Rect
from segstudio.editing.blocks import blocks
from segstudio.editing.class_counts import class_counts
from segstudio.editing.nearest import nearest_labels
from segstudio.editing.pixels import slices_within
from segstudio.editing.region import Region, Relabelling


def disc(radius: float) -> NDArray[np.uint8]:
    """uint8, odd and square: 1 where a pixel's middle is within ``radius`` of the central one's."""
    reach = int(radius)
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    inside: NDArray[np.uint8] = (rows**2 + columns**2 <= radius**2).astype(np.uint8)
    return inside


def grown(labels: LabelMap, class_id: int, rect: Rect, *, pixels: int) -> Region:
    """What lies within ``pixels`` of the class and isn't of it: to be painted with the class."""
    around, is_class = _class_around(labels, class_id, rect, pixels)
    return Region(around, _dilated(is_class, pixels) & ~is_class).clipped(rect).trimmed()


def shrunk(labels: LabelMap, class_id: int, rect: Rect, *, pixels: int) -> Relabelling:
    """What of the class lies within ``pixels`` of another class, given to the nearest other class. The image's edge
    isn't another class."""
    around, is_class = _class_around(labels, class_id, rect, pixels + 1)
    region = Region(around, is_class & _dilated(~is_class, pixels)).clipped(rect)
    part = region.rect.expanded(pixels + 1).intersected(around)
    mask = region.within(part)
    found = nearest_labels(labels[part.slices], wanted=mask, known=labels[part.slices] != class_id)
    return Relabelling(region, found[slices_within(part, region.rect)])


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
    new = labels[rect.slices].copy()
    for block in blocks(rect):
        around = block.expanded(radius).intersected(Rect.of_shape(labels.shape))
        new[slices_within(rect, block)] = _commonest(labels[around.slices], radius)[slices_within(around, block)]
    return Relabelling.of_differences(rect, labels[rect.slices], new)


def _commonest(labels: LabelMap, radius: int) -> LabelMap:
    side = 2 * radius + 1
    best, votes = labels.copy(), np.zeros(labels.shape, np.float32)
    for class_id in np.flatnonzero(class_counts(labels)):
        is_class = labels == class_id
        count = cv2.boxFilter(is_class.view(np.uint8), cv2.CV_32F, (side, side), normalize=False)
        count += np.where(is_class, np.float32(0.5), np.float32(0.0))
        is_best = count > votes
        best[is_best], votes[is_best] = class_id, count[is_best]
    return best


def _dilated(mask: Mask, pixels: int) -> Mask:
    """A distance transform takes the same time however far it reaches."""
    if not mask.any():
        return mask
    distance = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near: Mask = distance <= pixels + 1e-3
    return near


def _class_around(labels: LabelMap, class_id: int, rect: Rect, margin: int) -> tuple[Rect, Mask]:
    """The class in and around ``rect``, in the smallest rectangle that holds it and ``margin`` pixels more."""
    seen = rect.expanded(margin).intersected(Rect.of_shape(labels.shape))
    region = Region(seen, labels[seen.slices] == class_id)
    around = region.trimmed().rect.expanded(margin).intersected(seen)
    return around, region.within(around)
