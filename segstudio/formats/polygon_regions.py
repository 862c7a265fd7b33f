"""Regions from polygons, filled within their own box only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from segstudio.domain.arrays import Mask
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.contours import Polygon, fill_by_centres, fill_by_corners
from segstudio.formats.json_files import listing
from segstudio.formats.regions import Region

Points = Sequence[tuple[float, float]]


def region_by_corners(class_id: int, rings: Sequence[Points], size: Size) -> Region:
    """What lies inside an odd number of ``rings``, with (0, 0) the corner of the first pixel."""
    return _region(class_id, rings, size, fill_by_corners)


def region_by_centres(class_id: int, rings: Sequence[Points], size: Size) -> Region:
    """What lies in the first of ``rings`` or on it, but not in the others; (0, 0) is the first pixel's middle."""
    return _region(class_id, rings, size, fill_by_centres)


def polygon_points(values: object, path: Path, place: str) -> list[tuple[float, float]]:
    """Pairs of a flat list x, y, x, y … Raises: FormatError: an odd count, or something that is no number."""
    if not isinstance(values, list) or len(values) % 2 or not all(_is_coordinate(value) for value in values):
        raise FormatError("A polygon is an even count of numbers.", path=path, place=place)
    return list(zip(values[::2], values[1::2], strict=True))


def point_pairs(value: object, path: Path, place: str) -> list[tuple[float, float]]:
    """A list of lists of x and y. Raises: FormatError: it isn't."""
    pairs = [listing(pair, path, place) for pair in listing(value, path, place)]
    if any(len(pair) != 2 for pair in pairs):
        raise FormatError("A point is x and y.", path=path, place=place)
    return polygon_points([number for pair in pairs for number in pair], path, place)


def _region(
    class_id: int, rings: Sequence[Points], size: Size, fill: Callable[[Sequence[Polygon], int, int], Mask]
) -> Region:
    polygons = [np.array(ring, np.float64).reshape(-1, 2) for ring in rings if len(ring)]
    if not polygons:
        return Region(class_id, np.zeros((0, 0), bool))
    points = np.concatenate(polygons)
    left, top = (max(0, math.floor(value) - 1) for value in points.min(axis=0))
    right = min(size.width, math.ceil(points[:, 0].max()) + 2)
    bottom = min(size.height, math.ceil(points[:, 1].max()) + 2)
    if left >= right or top >= bottom:
        return Region(class_id, np.zeros((0, 0), bool))
    moved = [polygon - (left, top) for polygon in polygons]
    return Region(class_id, fill(moved, right - left, bottom - top), left, top)


def _is_coordinate(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e7
