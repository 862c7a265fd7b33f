"""Polygons as masks, by the two habits of ``contours``: by corners, or by the middles of pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import Rect

Points = Sequence[tuple[float, float]]

_FEW_POINTS = 16
_FEW_ROWS = 16
_ROWS_AT_ONCE = 1_000_000


def row_crossings(points: Points, rows: tuple[int, int]) -> int:
    """How many rows, of those from the first to before the second, its edges cross: what filling it costs."""
    low, high = rows
    heights = [min(max(y, low), high) for _, y in points]
    steps = zip(heights, [heights[-1], *heights[:-1]], strict=True)
    return len(points) + int(sum(abs(y - before) for y, before in steps))


def fill_by_corners(polygons: Sequence[Points], rect: Rect) -> Mask:
    """Those of the pixels of ``rect`` whose centre is inside an odd number of the polygons."""
    counts = np.zeros((rect.height, rect.width + 1), np.uint8)
    for points in polygons:
        if len(points) <= _FEW_POINTS and rect.height <= _FEW_ROWS:
            _count_few(counts, points, rect)
        else:
            _count_many(counts, np.array(points, np.float64).reshape(-1, 2) - (rect.left, rect.top))
    inside = np.add.accumulate(counts, axis=1, dtype=np.uint8, out=counts)  # whether it is odd outlives 255 + 1
    inside &= 1
    return inside.view(np.bool_)[:, : rect.width]


def fill_by_centres(polygons: Sequence[Points], rect: Rect) -> Mask:
    """Pixels of ``rect`` inside the first polygon or on its border, without those in the others or on theirs."""
    canvas = np.zeros((rect.height, rect.width), np.uint8)
    outer, *holes = (
        np.rint(np.clip(np.array(points, np.float64) - (rect.left, rect.top), -30000, 30000)).astype(np.int32)
        for points in polygons
    )
    cv2.fillPoly(canvas, [outer], (1,))
    cv2.fillPoly(canvas, holes, (0,))
    return canvas.view(np.bool_)


def _count_few(counts: NDArray[np.uint8], points: Points, rect: Rect) -> None:
    """As ``_count_many``, several times as fast for a handful of points, which come by the hundred thousand."""
    height, columns = counts.shape
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        upper_x, upper_y, lower_x, lower_y = (x1, y1, x2, y2) if y1 <= y2 else (x2, y2, x1, y1)
        first = min(max(math.ceil(upper_y - rect.top - 0.5), 0), height)
        last = min(max(math.ceil(lower_y - rect.top - 0.5), 0), height)
        for row in range(first, last):
            slope = (lower_x - upper_x) / (lower_y - upper_y)
            crossing = upper_x - rect.left + (row + 0.5 - (upper_y - rect.top)) * slope
            counts[row, min(max(math.ceil(crossing - 0.5), 0), columns - 1)] ^= 1


def _count_many(counts: NDArray[np.uint8], polygon: NDArray[np.float64]) -> None:
    """Adds to ``counts``, in each row, at the first pixel whose centre is right of a border."""
    height, columns = counts.shape
    ends = np.concatenate((polygon[1:], polygon[:1]))
    # Always from above to below: a line there and back has to cross each row at the very same point.
    falls = (polygon[:, 1] <= ends[:, 1])[:, np.newaxis]
    upper, lower = np.where(falls, polygon, ends), np.where(falls, ends, polygon)
    first, last = (np.clip(np.ceil(each[:, 1] - 0.5), 0, height).astype(np.int64) for each in (upper, lower))
    crosses = last > first
    upper, lower, first, spans = upper[crosses], lower[crosses], first[crosses], (last - first)[crosses]
    slope = (lower[:, 0] - upper[:, 0]) / (lower[:, 1] - upper[:, 1])
    flat = counts.reshape(-1)
    for start, end in _portions(spans):
        few = spans[start:end]
        edge = np.repeat(np.arange(start, end), few)
        row = np.arange(len(edge)) - np.repeat(np.cumsum(few) - few, few) + first[edge]
        crossing = upper[edge, 0] + (row + 0.5 - upper[edge, 1]) * slope[edge]
        column = np.clip(np.ceil(crossing - 0.5), 0, columns - 1).astype(np.int64)
        np.add.at(flat, row * columns + column, np.uint8(1))


def _portions(spans: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Runs of edges that cross about a million rows together: memory doesn't grow with the polygon."""
    total = np.cumsum(spans)
    whole = int(total[-1]) if len(total) else 0
    cuts = np.searchsorted(total, np.arange(_ROWS_AT_ONCE, whole, _ROWS_AT_ONCE), side="right").tolist()
    ends = sorted({*cuts, len(spans)} - {0})
    return list(zip([0, *ends], ends, strict=False))
