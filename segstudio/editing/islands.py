"""Holes and islands: the connected parts of a class, and what to do with the wrong ones.

Parts are connected by their sides; a hole is what the class encloses, corners included.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Mask
from segstudio.domain.geometry import Rect
from segstudio.editing.class_algebra import class_region
from segstudio.editing.class_counts import class_counts
from segstudio.editing.nearest import nearest_labels
from segstudio.editing.pixels import slices_within
from segstudio.editing.region import NOTHING, Region, Relabelling


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """``numbers``: int32, 0 outside; part n has ``areas[n]`` pixels and ``touches_edge[n]``."""

    numbers: NDArray[np.int32]
    areas: NDArray[np.int32]
    touches_edge: NDArray[np.bool_]


def fill_holes(labels: LabelMap, class_id: int, rect: Rect, *, most_pixels: int | None = None) -> Region:
    """What the class encloses within ``rect``, holes of at most ``most_pixels``: to be painted with the class."""
    whole = class_region(labels, class_id, rect).trimmed()
    if whole.rect.is_empty:
        return NOTHING
    parts = _parts(~whole.mask, connectivity=8)
    is_hole = ~parts.touches_edge
    if most_pixels is not None:
        is_hole &= parts.areas <= most_pixels
    return _region_of(parts, is_hole, whole.rect)


def islands(labels: LabelMap, class_id: int, rect: Rect, *, least_pixels: int) -> Region:
    """The parts of the class with fewer than ``least_pixels`` within ``rect``."""
    whole = class_region(labels, class_id, rect).trimmed()
    if whole.rect.is_empty:
        return NOTHING
    parts = _parts(whole.mask, connectivity=4)
    return _region_of(parts, parts.areas < least_pixels, whole.rect)


def all_islands(labels: LabelMap, rect: Rect, *, least_pixels: int) -> Region:
    """The small parts of every class within ``rect``."""
    found = np.zeros((rect.height, rect.width), np.bool_)
    for class_id in np.flatnonzero(class_counts(labels, rect)):
        region = islands(labels, int(class_id), rect, least_pixels=least_pixels)
        found[slices_within(rect, region.rect)] |= region.mask
    return Region(rect, found).trimmed()


def all_but_largest(labels: LabelMap, class_id: int, rect: Rect) -> Region:
    """Every part of the class within ``rect`` but the largest (of equals, the first from the top)."""
    whole = class_region(labels, class_id, rect).trimmed()
    if whole.rect.is_empty:
        return NOTHING
    parts = _parts(whole.mask, connectivity=4)
    is_other = np.ones(len(parts.areas), np.bool_)
    is_other[1 + int(parts.areas[1:].argmax())] = False
    return _region_of(parts, is_other, whole.rect)


def given_to_neighbours(labels: LabelMap, region: Region) -> Relabelling:
    """Each pixel of the region becomes what the nearest pixel outside it is; so islands vanish without a gap."""
    rect = region.rect.expanded(1).intersected(Rect.of_shape(labels.shape))
    mask = region.within(rect)
    return Relabelling(Region(rect, mask), nearest_labels(labels[rect.slices], wanted=mask, known=~mask))


def _parts(mask: Mask, *, connectivity: int) -> _Parts:
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=connectivity)
    left, top, width, height, areas = stats.T
    rows, columns = mask.shape
    touches_edge = (left == 0) | (top == 0) | (left + width == columns) | (top + height == rows)
    return _Parts(np.asarray(numbers, np.int32), np.asarray(areas, np.int32), touches_edge)


def _region_of(parts: _Parts, is_wanted: NDArray[np.bool_], rect: Rect) -> Region:
    is_wanted[0] = False
    return Region(rect, is_wanted[parts.numbers]).trimmed()
