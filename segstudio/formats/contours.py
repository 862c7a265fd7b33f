"""Borders of masks as polygons; ``polygon_filling`` is the way back.

Two habits are about. By *corners*: (0, 0) is the upper left corner of the first pixel and a pixel is inside
where its centre is; COCO, CVAT and YOLO mean it so. By *centres*: (0, 0) is the middle of the first pixel and
the border's own pixels are inside; LabelMe and Supervisely mean it so, and a hole's border is part of the hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import Mask

Polygon = NDArray[np.integer[Any]]  # Any: OpenCV's contours have no exact type
"""Whole numbers, shape (points, 2): x, y; closed from the last point to the first."""

_Place = Callable[[Polygon], Polygon]


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
    height, width = mask.shape
    doubled = cv2.resize(mask.view(np.uint8), (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST)
    return _outlines(doubled.astype(np.uint8, copy=False), lambda points: (points + 1) // 2, tolerance)


def centre_border(part: Mask, *, tolerance: float = 0.0) -> Polygon:
    """The outermost pixels of ``part``, which hangs together by sides.

    Three points at least: a single pixel or a line is there and back.
    """
    height, width = part.shape
    if height == 1 or width == 1:  # most parts of a real map are so small
        return np.array([[0, 0], [width - 1, height - 1], [0, 0]])
    (border,) = _outer_contours(part.view(np.uint8))
    return _three_points(_simplified(border, tolerance))


def centre_outline(part: Mask, *, tolerance: float = 0.0) -> Outline:
    """The border of ``part``, as ``centre_border``, and the outermost pixels of each of its holes."""
    pixels = part.view(np.uint8)
    (border,) = _outer_contours(pixels)
    filled = np.zeros_like(pixels)
    cv2.fillPoly(filled, [border], (1,))
    holes = _outer_contours(filled ^ pixels)
    outer, *inner = (_three_points(_simplified(ring, tolerance)) for ring in (border, *holes))
    return Outline(outer, tuple(inner))


def _outer_contours(pixels: NDArray[np.uint8]) -> list[Polygon]:
    contours, _ = cv2.findContours(pixels, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [contour.reshape(-1, 2).astype(np.int32, copy=False) for contour in contours]


def _outlines(image: NDArray[np.uint8], placed: _Place, tolerance: float) -> list[Outline]:
    """``placed``: a contour's pixels to points; a border of less than three of these is left out."""
    contours, hierarchy = cv2.findContours(image, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return []
    rings = [_simplified(ring, tolerance) for ring in _rings(contours, placed)]
    links = hierarchy[0].tolist()
    outlines = []
    for ring, (_, _, child, parent) in zip(rings, links, strict=True):
        if parent != -1 or len(ring) < 3:
            continue
        holes = [rings[hole] for hole in _siblings(links, child)]
        outlines.append(Outline(ring, tuple(hole for hole in holes if len(hole) >= 3)))
    return outlines


def _siblings(links: Sequence[Sequence[int]], first: int) -> Iterator[int]:
    """By OpenCV's table of each contour's next, previous, first child and parent; -1 is none."""
    while first != -1:
        yield first
        first = links[first][0]


def _rings(contours: Sequence[NDArray[Any]], placed: _Place) -> list[Polygon]:  # Any: as above
    """Each without repeated points. All at once: most have a handful of points, and there are thousands."""
    if len(contours) == 1:
        return [_without_repeats(placed(contours[0].reshape(-1, 2)))]
    lengths = np.array([len(contour) for contour in contours])
    ends = np.cumsum(lengths)
    points = placed(np.concatenate(contours).reshape(-1, 2))
    before = np.arange(len(points)) - 1
    before[ends - lengths] = ends - 1
    is_kept = (points != points[before]).any(axis=1)
    is_kept[ends[lengths == 1] - 1] = True
    cuts = np.concatenate(([0], np.cumsum(is_kept)))[ends].tolist()
    kept = points[is_kept]
    return [kept[start:end] for start, end in zip([0, *cuts[:-1]], cuts, strict=True)]


def _without_repeats(ring: Polygon) -> Polygon:
    """Of the points that follow one another, the last one before the first."""
    if len(ring) == 1:
        return ring
    before = np.concatenate((ring[-1:], ring[:-1]))
    kept: Polygon = ring[(ring != before).any(axis=1)]
    return kept


def _simplified(points: Polygon, tolerance: float) -> Polygon:
    """Without points that lie within ``tolerance`` of the line without them."""
    if tolerance > 0 and len(points) > 4:
        found = cv2.approxPolyDP(np.ascontiguousarray(points, np.int32), tolerance, closed=True)
        return found.reshape(-1, 2).astype(np.int32, copy=False)
    return points


def _three_points(ring: Polygon) -> Polygon:
    return ring if len(ring) >= 3 else np.concatenate((ring, ring[:1], ring[:1]))[:3]
