"""What a tip covers on its way between two points, row by row: the exact capsule and the exact swept square."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Point

Floats: TypeAlias = NDArray[np.float64]
Spans: TypeAlias = tuple[Floats, Floats]
"""The first and last x, both covered, for each row; the first is above the last where the row is empty."""

_OPEN = 1e-6
"""How far a square stops short of its right and lower edge, which don't belong to it."""


def round_spans(rows: Floats, start: Point, end: Point, radius: float) -> Spans:
    """Where each of the horizontal lines ``rows`` lies within ``radius`` of the segment, its edge included."""
    length = math.hypot(end.x - start.x, end.y - start.y)
    spans = _hull(_disc(rows, start, radius), _disc(rows, end, radius))
    return spans if length == 0.0 else _hull(spans, _slab(rows, start, end, length, radius))


def square_spans(rows: Floats, start: Point, end: Point, radius: float) -> Spans:
    """The same for an axis-parallel square; its left and upper edges belong to it, the others don't."""
    rise, run = end.y - start.y, end.x - start.x
    above, below = rows - radius + _OPEN - start.y, rows + radius - start.y
    if rise == 0.0:
        is_hit = (above <= 0.0) & (below >= 0.0)
        first, last = np.where(is_hit, 0.0, 2.0), np.where(is_hit, 1.0, -1.0)
    else:
        first, last = np.minimum(above / rise, below / rise), np.maximum(above / rise, below / rise)
    is_hit = (first <= 1.0) & (last >= 0.0)
    ends = start.x + run * np.clip(first, 0.0, 1.0), start.x + run * np.clip(last, 0.0, 1.0)
    left, right = np.minimum(*ends) - radius, np.maximum(*ends) + radius - _OPEN
    return np.where(is_hit, left, math.inf), np.where(is_hit, right, -math.inf)


def _disc(rows: Floats, center: Point, radius: float) -> Spans:
    height = radius * radius - (rows - center.y) ** 2
    half = np.sqrt(np.maximum(height, 0.0))
    is_hit = height >= 0.0
    return np.where(is_hit, center.x - half, math.inf), np.where(is_hit, center.x + half, -math.inf)


def _slab(rows: Floats, start: Point, end: Point, length: float, radius: float) -> Spans:
    """The rectangle between the two half discs: across within ``radius``, along within the segment."""
    along_x, along_y = (end.x - start.x) / length, (end.y - start.y) / length
    below = rows - start.y
    across = _solved(along_y, below * along_x - radius, below * along_x + radius)
    along = _solved(along_x, -below * along_y, length - below * along_y)
    left, right = np.maximum(across[0], along[0]), np.minimum(across[1], along[1])
    is_hit = left <= right
    return np.where(is_hit, left + start.x, math.inf), np.where(is_hit, right + start.x, -math.inf)


def _solved(factor: float, least: Floats, most: Floats) -> Spans:
    """The x with ``least <= factor * x <= most``; all or none where the factor is nothing."""
    if abs(factor) < 1e-12:
        is_hit = (least <= 0.0) & (most >= 0.0)
        return np.where(is_hit, -math.inf, math.inf), np.where(is_hit, math.inf, -math.inf)
    ends = least / factor, most / factor
    return np.minimum(*ends), np.maximum(*ends)


def _hull(one: Spans, other: Spans) -> Spans:
    return np.minimum(one[0], other[0]), np.maximum(one[1], other[1])
