"""Borders of masks as polygons, and polygons as masks.

Two habits are about. By *corners*: (0, 0) is the upper left corner of the first pixel and a pixel is inside
where its centre is; COCO, CVAT and YOLO mean it so. By *centres*: (0, 0) is the middle of the first pixel and
the border's own pixels are inside; LabelMe and Supervisely mean it so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask

Polygon = NDArray[np.float64]
"""float64, shape (points, 2): x, y; closed from the last point to the first."""

_Points = NDArray[np.integer[Any]]  # Any: OpenCV's contours have no exact type
_Finish = Callable[[_Points], Polygon | None]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """One connected part: its outer border and the borders of its holes."""

    outer: Polygon
    holes: tuple[Polygon, ...]


def corner_outlines(mask: Mask, *, tolerance: float = 0.0) -> list[Outline]:
    """The borders between pixels, exact where ``tolerance`` (in pixels) is 0.

    Every pixel is doubled, so that its left and right borders lie on different pixels; half of these, rounded
    up, are the corners.
    """
    doubled = np.repeat(np.repeat(mask.view(np.uint8), 2, axis=0), 2, axis=1)
    return _outlines(doubled, lambda contour: _simplified((contour + 1) // 2, tolerance))


def centre_outlines(mask: Mask, *, tolerance: float = 0.0) -> list[Outline]:
    """The outermost pixels of each part, and around each hole the pixels that border on it."""
    return _outlines(mask.view(np.uint8), lambda contour: _simplified(contour, tolerance, fewest=1))


def keyhole(outline: Outline) -> Polygon:
    """One polygon: each hole hangs on the border by two coincident lines, between the points that are nearest.

    As Ultralytics' ``general_json2yolo`` does it. Holes turn the other way round than borders: OpenCV sees to that.
    """
    joined = outline.outer
    for hole in sorted(outline.holes, key=lambda each: float(each[:, 0].min())):
        distances = ((joined[:, np.newaxis] - hole[np.newaxis]) ** 2).sum(axis=2)
        at, start = np.unravel_index(int(distances.argmin()), distances.shape)
        ring = np.concatenate((hole[start:], hole[: start + 1]))
        joined = np.concatenate((joined[: at + 1], ring, joined[at:]))
    return joined


def fill_by_corners(polygons: Sequence[Polygon], width: int, height: int) -> Mask:
    """Pixels whose centre is inside an odd number of the polygons."""
    toggles = np.zeros((height, width + 1), bool)
    for polygon in polygons:
        _toggle(toggles, polygon)
    return np.logical_xor.accumulate(toggles, axis=1)[:, :width]


def fill_by_centres(polygons: Sequence[Polygon], width: int, height: int) -> Mask:
    """Pixels inside an odd number of the polygons, and those on a border."""
    canvas = np.zeros((height, width), np.uint8)
    rounded = [np.rint(np.clip(polygon, -30000, 30000)).astype(np.int32) for polygon in polygons]
    cv2.fillPoly(canvas, rounded, (1,))
    return canvas.view(np.bool_)


def _outlines(image: NDArray[np.uint8], finished: _Finish) -> list[Outline]:
    contours, hierarchy = cv2.findContours(image, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outlines = []
    for i, contour in enumerate(contours):
        _, _, child, parent = hierarchy[0][i]
        if parent != -1:
            continue
        holes = []
        while child != -1:
            holes.append(finished(_points(contours[child])))
            child = hierarchy[0][child][0]
        outer = finished(_points(contour))
        if outer is not None:
            outlines.append(Outline(outer, tuple(hole for hole in holes if hole is not None)))
    return outlines


def _simplified(points: _Points, tolerance: float, fewest: int = 3) -> Polygon | None:
    """Without repeated points and those within ``tolerance``; None where nothing is left."""
    kept = points
    if len(points) > 1:
        kept = points[(points != np.concatenate((points[-1:], points[:-1]))).any(axis=1)]
    if tolerance > 0 and len(kept) > 4:
        kept = _points(cv2.approxPolyDP(kept.astype(np.int32), tolerance, closed=True))
    return kept.astype(np.float64) if len(kept) >= fewest else None


def _points(contour: NDArray[Any]) -> _Points:  # Any: as above
    return contour.reshape(-1, 2)


def _toggle(toggles: Mask, polygon: Polygon) -> None:
    """Writes into ``toggles``, flipping in each row the first pixel whose centre is right of a border."""
    height, columns = toggles.shape
    ends = np.roll(polygon, -1, axis=0)
    upper = np.where((polygon[:, 1] <= ends[:, 1])[:, np.newaxis], polygon, ends)
    lower = np.where((polygon[:, 1] <= ends[:, 1])[:, np.newaxis], ends, polygon)
    first = np.clip(np.ceil(upper[:, 1] - 0.5), 0, height).astype(np.int64)
    last = np.clip(np.ceil(lower[:, 1] - 0.5), 0, height).astype(np.int64)
    spans = np.maximum(last - first, 0)
    edge = np.repeat(np.arange(len(polygon)), spans)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(spans) - spans, spans) + first[edge]
    slope = (lower[edge, 0] - upper[edge, 0]) / (lower[edge, 1] - upper[edge, 1])
    crossing = upper[edge, 0] + (row + 0.5 - upper[edge, 1]) * slope
    column = np.clip(np.ceil(crossing - 0.5), 0, columns - 1).astype(np.int64)
    flips = np.bincount(row * columns + column, minlength=toggles.size) if len(row) else np.zeros(toggles.size)
    toggles ^= (flips.reshape(toggles.shape).astype(np.int64) & 1).astype(bool)
