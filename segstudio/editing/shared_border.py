"""Dragging the border between two classes: both follow, without gap or overlap."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from segstudio.domain.arrays import LabelMap
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.region import Relabelling

_STEEPEST = 1.55
"""The falloff's steepest slope is just below this over its radius; a pull longer than radius / slope would fold."""


@dataclass(frozen=True, slots=True)
class SharedBorder:
    """The border between ``one`` (under the press) and ``other``, pulled at ``grip``."""

    grip: Point
    one: int
    other: int


def border_at(labels: LabelMap, point: Point, *, reach: int) -> SharedBorder | None:
    """The nearest border within ``reach`` pixels of a point; None where there is none.

    The grip is on the border, halfway between the class under the point and the nearest pixel of another.
    """
    whole = Rect.of_shape(labels.shape)
    if not whole.contains(point):
        return None
    rect = Rect.around((point,), margin=reach).intersected(whole)
    part = labels[rect.slices]
    one = int(labels[int(point.y), int(point.x)])
    rows, columns = np.nonzero(part != one)
    if not rows.size:
        return None
    x, y = columns + rect.left + 0.5, rows + rect.top + 0.5
    distance = np.hypot(x - point.x, y - point.y)
    nearest = int(distance.argmin())
    if distance[nearest] > reach:
        return None
    other = int(part[rows[nearest], columns[nearest]])
    back = 0.5 / max(float(distance[nearest]), 0.5)
    grip = Point(
        float(x[nearest] + (point.x - x[nearest]) * back), float(y[nearest] + (point.y - y[nearest]) * back)
    )
    return SharedBorder(grip, one, other)


def dragged(labels: LabelMap, border: SharedBorder, target: Point, *, radius: float) -> Relabelling:
    """The labels when the grip is pulled to ``target``, seen from labels in which nothing has moved yet.

    The pull is full at the grip and fades to nothing ``radius`` pixels away; a pull too long for that takes a
    larger radius, so that the border never folds. Only pixels of the two classes change, each into the other.
    """
    pull_x, pull_y = target.x - border.grip.x, target.y - border.grip.y
    pull = math.hypot(pull_x, pull_y)
    radius = max(radius, pull * _STEEPEST * 1.15)
    rect = Rect.around((target,), margin=radius).intersected(Rect.of_shape(labels.shape))
    around = rect.expanded(math.ceil(pull) + 1).intersected(Rect.of_shape(labels.shape))
    rows, columns = np.mgrid[rect.top : rect.bottom, rect.left : rect.right].astype(np.float32) + np.float32(0.5)
    nearness = np.maximum(0.0, 1.0 - ((columns - target.x) ** 2 + (rows - target.y) ** 2) / radius**2) ** 2
    from_x = columns - pull_x * nearness - (around.left + 0.5)
    from_y = rows - pull_y * nearness - (around.top + 0.5)
    moved = cv2.remap(
        np.ascontiguousarray(labels[around.slices]),
        from_x.astype(np.float32),
        from_y.astype(np.float32),
        cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_REPLICATE,
    )
    old = labels[rect.slices]
    pair = (border.one, border.other)
    new = np.where(np.isin(old, pair) & np.isin(moved, pair), moved, old).astype(np.uint8)
    return Relabelling.of_differences(rect, old, new)
