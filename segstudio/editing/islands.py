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
from segstudio.editing.nearest import nearest_labels
from segstudio.editing.region import NOTHING, Region, Relabelling


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """``numbers``: int32, 0 outside; part n has ``areas[n]`` pixels and ``is_at_edge[n]``."""

    numbers: NDArray[np.int32]
    areas: NDArray[np.int64]
    is_at_edge: NDArray[np.bool_]


def fill_holes(labels: LabelMap, class_id: int, rect: Rect, *, most_pixels: int | None = None) -> Region:
    """What the class encloses within ``rect``, holes of at most ``most_pixels``: to be painted with the class."""
    parts = _parts(labels[rect.slices] != class_id, connectivity=8)
    is_hole = ~parts.is_at_edge
    is_hole[0] = False
    if most_pixels is not None:
        is_hole &= parts.areas <= most_pixels
    return Region(rect, is_hole[parts.numbers]).trimmed()


def islands(labels: LabelMap, class_id: int, rect: Rect, *, least_pixels: int) -> Region:
    """The parts of the class with fewer than ``least_pixels`` within ``rect``."""
    parts = _parts(labels[rect.slices] == class_id, connectivity=4)
    is_small = parts.areas < least_pixels
    is_small[0] = False
    return Region(rect, is_small[parts.numbers]).trimmed()


def all_islands(labels: LabelMap, rect: Rect, *, least_pixels: int) -> Region:
    """The small parts of every class within ``rect``."""
    found = np.zeros((rect.height, rect.width), np.bool_)
    for class_id in np.flatnonzero(np.bincount(labels[rect.slices].reshape(-1), minlength=256)):
        region = islands(labels, int(class_id), rect, least_pixels=least_pixels)
        if not region.rect.is_empty:
            found |= region.within(rect)
    return Region(rect, found).trimmed()


def all_but_largest(labels: LabelMap, class_id: int, rect: Rect) -> Region:
    """Every part of the class within ``rect`` but the largest (of equals, the first from the top)."""
    parts = _parts(labels[rect.slices] == class_id, connectivity=4)
    if len(parts.areas) <= 2:
        return NOTHING
    is_other = np.ones(len(parts.areas), np.bool_)
    is_other[0] = is_other[1 + int(parts.areas[1:].argmax())] = False
    return Region(rect, is_other[parts.numbers]).trimmed()


def given_to_neighbours(labels: LabelMap, region: Region) -> Relabelling:
    """Each pixel of the region becomes what the nearest pixel outside it is; so islands vanish without a gap."""
    whole = Rect.of_shape(labels.shape)
    rect = region.rect.expanded(_reach(region.mask) + 1).intersected(whole)
    mask = region.within(rect)
    return Relabelling(Region(rect, mask), nearest_labels(labels[rect.slices], known=~mask))


def _reach(mask: Mask) -> int:
    """No pixel of the mask is further from a pixel outside it; its rectangle's own edge counts as outside."""
    padded = np.pad(mask.view(np.uint8), 1)
    return int(np.ceil(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())) + 1


def _parts(mask: Mask, *, connectivity: int) -> _Parts:
    count, numbers = cv2.connectedComponents(mask.view(np.uint8), connectivity=connectivity, ltype=cv2.CV_32S)
    areas = np.bincount(numbers.reshape(-1), minlength=count)
    is_at_edge = np.zeros(count, np.bool_)
    for side in (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]):
        is_at_edge[side] = True
    return _Parts(numbers.astype(np.int32, copy=False), areas, is_at_edge)
