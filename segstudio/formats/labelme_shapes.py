"""LabelMe's shapes: polygons, masks, rectangles and circles, filled as labelme itself fills them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from segstudio.domain.arrays import Mask
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.formats.class_matching import NameMatcher
from segstudio.formats.json_files import Json, from_base64, mapping, text
from segstudio.formats.mask_png import decode_mask
from segstudio.formats.polygon_regions import filling_work, point_pairs
from segstudio.formats.regions import Region


def shape_region(shape: Json, place: str, size: Size, matcher: NameMatcher, path: Path) -> Region:
    """Raises: FormatError: damaged, without an area, or outside the picture."""
    shape = mapping(shape, path, place)
    class_id = matcher.by_name(text(shape.get("label"), path, place), place)
    points = point_pairs(shape.get("points"), path, place)
    kind = shape.get("shape_type", "polygon")
    if kind == "mask":
        return _mask_region(class_id, shape, points, size, path, place)
    if kind == "polygon" and len(points) >= 3:
        return _drawn(class_id, points, size, kind)
    if kind == "circle" and len(points) == 2 and math.dist(*points) > 2 * (size.width + size.height):
        raise FormatError("A circle is far larger than the picture.", path=path, place=place)
    if kind in ("rectangle", "circle") and len(points) == 2:
        return _drawn(class_id, _circle_box(points) if kind == "circle" else _sorted_box(points), size, kind)
    raise FormatError(
        f"A shape of the kind {str(kind)[:40]!r} with {len(points)} points has no area.", path=path, place=place
    )


def _mask_region(
    class_id: int, shape: dict[str, Json], points: list[tuple[float, float]], size: Size, path: Path, place: str
) -> Region:
    if len(points) != 2:
        raise FormatError("A mask has two corners.", path=path, place=place)
    (left, top), (right, bottom) = ((round(x), round(y)) for x, y in points)
    wanted = Size(right - left + 1, bottom - top + 1)  # both corners are inside
    if left < 0 or top < 0 or wanted.width < 1 or wanted.height < 1 or right >= size.width or bottom >= size.height:
        raise FormatError("The mask leaves the picture.", path=path, place=place)
    data = from_base64(shape.get("mask"), path, place)
    return Region.unpacked(class_id, decode_mask(data, wanted, path, place), left, top)


def _drawn(class_id: int, points: Sequence[tuple[float, float]], size: Size, kind: str) -> Region:
    """As labelme itself fills a shape: through Pillow, the border's own pixels included."""
    left, top = (max(0, int(min(values)) - 1) for values in zip(*points, strict=True))
    right = min(size.width, int(max(x for x, _ in points)) + 2)
    bottom = min(size.height, int(max(y for _, y in points)) + 2)
    if left >= right or top >= bottom:
        return Region(class_id, np.zeros((0, 0), bool))
    rect = Rect(left, top, right, bottom)
    work = filling_work([points], rect, size)
    canvas = Image.new("L", (rect.width, rect.height))
    moved = [(x - left, y - top) for x, y in points]
    draw = ImageDraw.Draw(canvas)
    if kind == "polygon":
        draw.polygon(moved, outline=1, fill=1)
    elif kind == "circle":
        draw.ellipse(moved, outline=1, fill=1)
    else:
        draw.rectangle(moved, outline=1, fill=1)
    mask: Mask = np.asarray(canvas).astype(np.bool_)
    return Region(class_id, mask, left, top, work)


def _circle_box(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    (x, y), (edge_x, edge_y) = points
    radius = float(np.hypot(edge_x - x, edge_y - y))
    return [(x - radius, y - radius), (x + radius, y + radius)]


def _sorted_box(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    (x1, y1), (x2, y2) = points
    return [(min(x1, x2), min(y1, y2)), (max(x1, x2), max(y1, y2))]
