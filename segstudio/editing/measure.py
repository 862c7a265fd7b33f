"""Lengths and areas, in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from segstudio.domain.arrays import LabelMap
from segstudio.domain.geometry import Point, Rect


def length(points: Sequence[Point]) -> float:
    """Of the line through the points."""
    return sum(math.dist(one, other) for one, other in pairwise(points))


def polygon_area(points: Sequence[Point]) -> float:
    """Enclosed by the closed outline through the points (Gauss's formula); parts traced twice cancel or double."""
    closed = [*points, *points[:1]]
    return abs(sum(one.x * other.y - other.x * one.y for one, other in pairwise(closed))) / 2


def class_at(labels: LabelMap, point: Point) -> int | None:
    """The label under a point; None outside the image."""
    if not Rect.of_shape(labels.shape).contains(point):
        return None
    return int(labels[int(point.y), int(point.x)])
