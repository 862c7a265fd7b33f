"""Regions from polygons, filled within their own box only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from segstudio.domain.arrays import Mask
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.formats.json_files import listing
from segstudio.formats.polygon_filling import Points, fill_by_centres, fill_by_corners, row_crossings
from segstudio.formats.regions import Region

_FEW_CROSSINGS = 1000
_MOST_CROSSINGS = 15_000_000


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
    class_id: int, rings: Sequence[Points], size: Size, fill: Callable[[Sequence[Points], Rect], Mask]
) -> Region:
    points = [point for ring in rings for point in ring]
    if not points:
        return Region(class_id, np.zeros((0, 0), bool))
    columns, rows = zip(*points, strict=True)
    left, top = max(0, math.floor(min(columns)) - 1), max(0, math.floor(min(rows)) - 1)
    right, bottom = min(size.width, math.ceil(max(columns)) + 2), min(size.height, math.ceil(max(rows)) + 2)
    if left >= right or top >= bottom:
        return Region(class_id, np.zeros((0, 0), bool))
    rect = Rect(left, top, right, bottom)
    work = filling_work(rings, rect, size)
    return Region(class_id, fill([ring for ring in rings if ring], rect), left, top, work)


def filling_work(rings: Sequence[Points], rect: Rect, size: Size) -> int:
    """How many rows of ``rect`` the rings cross. Raises: FormatError: more than makes sense in such a picture."""
    most = sum(map(len, rings)) * rect.height
    if most <= _FEW_CROSSINGS:
        return most
    work = sum(row_crossings(ring, (rect.top, rect.bottom)) for ring in rings if ring)
    if work > _MOST_CROSSINGS + size.width * size.height // 8:
        raise FormatError("A polygon goes up and down more often than makes sense.")
    return work


def _is_coordinate(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e7
