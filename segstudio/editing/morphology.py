"""Growing and shrinking a class, closing its gaps, smoothing borders."""

from __future__ import annotations

import cv2
import numpy as np

from segstudio.domain.arrays import LabelMap, Mask
from segstudio.domain.geometry import Rect
from segstudio.editing.blocks import blocks
from segstudio.editing.class_counts import class_counts
from segstudio.editing.nearest import nearest_labels
from segstudio.editing.pixels import slices_within
from segstudio.editing.region import Region, Relabelling

_MOST_BY_DISC = 8
"""Up to here a disc dilates faster than a distance transform."""

_SMOOTHING_BLOCK = 256
"""Small, since a block costs as much as it has classes."""


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
    around, is_class = _class_around(labels, class_id, rect, most_width + 1)
    is_gap = ~is_class & ~wide_parts(~is_class, most_width + 1)
    return Region(around, is_gap).clipped(rect).trimmed()


def wide_parts(mask: Mask, diameter: int) -> Mask:
    """The pixels of the mask in which a disc of so many pixels across fits (a morphological opening); beyond the
    edge the mask goes on as it ends there."""
    if not mask.any():
        return mask
    steps = np.arange(diameter) - (diameter - 1) / 2
    disc = (steps[:, None] ** 2 + steps**2 <= diameter**2 / 4).astype(np.uint8)
    # A disc of even diameter has no central pixel: what the erosion shifts, the dilation must shift back.
    anchor, back = (diameter - 1) // 2, diameter // 2
    thin = cv2.erode(mask.view(np.uint8), disc, anchor=(anchor, anchor), borderType=cv2.BORDER_REPLICATE)
    wide = cv2.dilate(thin, disc, anchor=(back, back), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(wide, np.uint8).view(np.bool_)


def smoothed(labels: LabelMap, rect: Rect, *, radius: int) -> Relabelling:
    """Each pixel becomes the commonest class of the square of ``2 * radius + 1`` pixels around it; its own where
    that is as common as any. Raises: ValueError: the radius is above 90, so that votes can't be counted in 16 bits.
    """
    if radius > 90:
        raise ValueError(f"Smoothing reaches 90 pixels at most, not {radius}.")
    new = labels[rect.slices].copy()
    for block in blocks(rect, _SMOOTHING_BLOCK):
        around = block.expanded(radius).intersected(Rect.of_shape(labels.shape))
        new[slices_within(rect, block)] = _commonest(labels[around.slices], radius)[slices_within(around, block)]
    return Relabelling.of_differences(rect, labels[rect.slices], new)


def _commonest(labels: LabelMap, radius: int) -> LabelMap:
    side = 2 * radius + 1
    best, votes = labels.copy(), np.zeros(labels.shape, np.uint16)
    classes = np.flatnonzero(class_counts(labels))
    if classes.size == 1:
        return best
    for class_id in classes.astype(np.uint8):
        is_class = (labels == class_id).view(np.uint8)
        count = np.asarray(cv2.boxFilter(is_class, cv2.CV_16U, (side, side), normalize=False), np.uint16)
        # Doubled and one more where it is the pixel's own class, so that this wins among equals.
        count += count
        count += is_class
        is_best = count > votes
        np.copyto(best, class_id, where=is_best)
        np.maximum(votes, count, out=votes)
    return best


def _dilated(mask: Mask, pixels: int) -> Mask:
    """Every pixel whose middle is within ``pixels`` of one of the mask's."""
    if not mask.any():
        return mask
    if pixels <= _MOST_BY_DISC:
        steps = np.arange(-pixels, pixels + 1)
        disc = (steps[:, None] ** 2 + steps**2 <= pixels**2).astype(np.uint8)
        return np.asarray(cv2.dilate(mask.view(np.uint8), disc), np.uint8).view(np.bool_)
    # This takes the same time however far it reaches.
    distance = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near: Mask = distance <= pixels + 1e-3
    return near


def _class_around(labels: LabelMap, class_id: int, rect: Rect, margin: int) -> tuple[Rect, Mask]:
    """The class in and around ``rect``, in the smallest rectangle that holds it and ``margin`` pixels more."""
    seen = rect.expanded(margin).intersected(Rect.of_shape(labels.shape))
    region = Region(seen, labels[seen.slices] == class_id)
    around = region.trimmed().rect.expanded(margin).intersected(seen)
    return around, region.within(around)
