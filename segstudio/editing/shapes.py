"""Rectangles, ellipses and polygons as pixels: those whose centre lies inside.

A centre exactly on the left or upper side of an outline is inside, on the right or lower side outside, so shapes
that share a side share no pixel and leave none out. (An ellipse counts its whole edge as inside.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.geometry import Point, Rect
from segstudio.editing.region import NOTHING, Region
from segstudio.editing.rows import region_of_spans, spans_as_region


def rectangle_region(one: Point, other: Point, within: Rect) -> Region:
    """The rectangle between two opposite corners."""
    left, right = sorted((one.x, other.x))
    top, bottom = sorted((one.y, other.y))
    rect = Rect(_first(left), _first(top), _first(right), _first(bottom)).intersected(within)
    return NOTHING if rect.is_empty else Region.whole(rect)


def ellipse_region(one: Point, other: Point, within: Rect) -> Region:
    """The ellipse that touches the sides of the rectangle between two opposite corners."""
    center = Point((one.x + other.x) / 2, (one.y + other.y) / 2)
    width, height = abs(one.x - other.x) / 2, abs(one.y - other.y) / 2
    rect = Rect.around((one, other)).intersected(within)
    if rect.is_empty or width == 0.0 or height == 0.0:
        return NOTHING
    rows = np.arange(rect.top, rect.bottom, dtype=np.float64) + 0.5
    rest = 1.0 - ((rows - center.y) / height) ** 2
    half = width * np.sqrt(np.maximum(rest, 0.0))
    left = np.where(rest >= 0.0, center.x - half, math.inf)
    right = np.where(rest >= 0.0, center.x + half, -math.inf)
    return region_of_spans(left, right, rect)


def polygon_region(points: Sequence[Point], within: Rect) -> Region:
    """Inside where a line outwards crosses the outline an odd number of times: an overlap is a hole."""
    return _outline_region(points, within, overlap_is_inside=False)


def lasso_region(points: Sequence[Point], within: Rect) -> Region:
    """Inside wherever the line goes round, however often: a loop in a line drawn by hand is no hole."""
    return _outline_region(points, within, overlap_is_inside=True)


def _outline_region(points: Sequence[Point], within: Rect, *, overlap_is_inside: bool) -> Region:
    rect = Rect.around(points).intersected(within)
    if len(points) < 3 or rect.is_empty:
        return NOTHING
    rows, x, turns = _crossings(np.asarray(points, np.float64), rect)
    order = np.lexsort((x, rows))
    rows, x, turns = rows[order], x[order], turns[order]
    # Around a closed outline the turns of each row add up to nothing, so one running sum serves all rows.
    after = np.cumsum(turns)
    before = after - turns
    if overlap_is_inside:
        starts, stops = (before == 0) & (after != 0), (before != 0) & (after == 0)
    else:
        starts, stops = (before % 2 == 0) & (after % 2 == 1), (before % 2 == 1) & (after % 2 == 0)
    return spans_as_region(rows[starts], _columns(x[starts], rect), _columns(x[stops], rect), rect)


def _crossings(
    outline: NDArray[np.float64], rect: Rect
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Where the sides cross the middles of the rows of ``rect``: row, x, and 1 downwards or -1 upwards."""
    start, end = outline, np.roll(outline, -1, axis=0)
    upper, lower = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.clip(np.ceil(upper - 0.5).astype(np.int64), rect.top, rect.bottom)
    last = np.clip(np.ceil(lower - 0.5).astype(np.int64), rect.top, rect.bottom)
    counts = np.maximum(last - first, 0)
    side = np.repeat(np.arange(len(outline)), counts)
    rows = np.arange(side.size) - np.repeat(np.cumsum(counts) - counts, counts) + first[side]
    rise = end[side, 1] - start[side, 1]
    x = start[side, 0] + (end[side, 0] - start[side, 0]) * ((rows + 0.5 - start[side, 1]) / rise)
    return rows - rect.top, x, np.where(rise > 0, 1, -1).astype(np.int64)


def _columns(x: NDArray[np.float64], rect: Rect) -> NDArray[np.int64]:
    columns: NDArray[np.int64] = np.clip(np.ceil(x - 0.5) - rect.left, 0, rect.width).astype(np.int64)
    return columns


def _first(position: float) -> int:
    """The first row or column whose middle is at or behind ``position``."""
    return math.ceil(position - 0.5)
