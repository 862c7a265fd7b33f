"""The brush: the pixels that a tip covers on its way from point to point."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from segstudio.domain.arrays import Mask
from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.stroke import Brush, PaintRule, Stroke, Tip
from segstudio.editing.capsule import round_spans, square_spans
from segstudio.editing.edit import ANYTHING, Edit
from segstudio.editing.rows import mask_of_spans

_ALWAYS_REACHES = math.sqrt(0.5)
"""The farthest that a point can be from the nearest pixel centre; a thinner tip moves to its pixel's centre."""

_LONGEST_PIECE = 4.0
"""A long segment is painted in pieces of so many diameters: a slanting one fills little of its rectangle."""


def paint_segment(
    edit: Edit, start: Point, end: Point, brush: Brush, class_id: int, rule: PaintRule = ANYTHING
) -> Rect:
    """Paints every pixel whose centre the tip covers on its way. Returns: the rectangle to redraw.

    The first segment of an edit is its press.
    """
    if edit.pressed_class is None:
        edit.press_at(start)
    painted = EMPTY
    for first, last in _pieces(start, end, brush.diameter):
        rect, mask = segment_mask(first, last, brush, edit.image_rect)
        if not rect.is_empty and edit.can_apply(rule):
            painted = painted.united(edit.write(rect, mask, class_id, rule))
    return painted


def paint_stroke(edit: Edit, stroke: Stroke) -> Rect:
    """Paints a whole stroke, as a recorded one is painted again."""
    painted = EMPTY
    for start, end in zip(stroke.points, stroke.points[1:] or stroke.points, strict=False):
        painted = painted.united(paint_segment(edit, start, end, stroke.brush, stroke.class_id, stroke.rule))
    return painted


def segment_mask(start: Point, end: Point, brush: Brush, within: Rect) -> tuple[Rect, Mask]:
    """The pixels of ``within`` whose centre lies in the tip somewhere between ``start`` and ``end``, and their
    rectangle. A very thin tip moves in steps of whole pixels, so that it never falls between their centres.
    """
    radius = brush.diameter / 2
    reach = Rect.around((start, end), margin=radius).intersected(within)
    if reach.is_empty:
        return EMPTY, np.zeros((0, 0), np.bool_)
    if radius < _ALWAYS_REACHES:
        start, end = _center_of_pixel(start), _center_of_pixel(end)
    rows = np.arange(reach.top, reach.bottom, dtype=np.float64) + 0.5
    spans = round_spans if brush.tip is Tip.ROUND else square_spans
    left, right = spans(rows, start, end, radius)
    return reach, mask_of_spans(left, right, reach)


def _center_of_pixel(point: Point) -> Point:
    return Point(math.floor(point.x) + 0.5, math.floor(point.y) + 0.5)


def _pieces(start: Point, end: Point, diameter: float) -> Iterator[tuple[Point, Point]]:
    length = math.hypot(end.x - start.x, end.y - start.y)
    count = max(1, math.ceil(length / max(_LONGEST_PIECE * diameter, 64.0)))
    for index in range(count):
        yield _between(start, end, index / count), _between(start, end, (index + 1) / count)


def _between(start: Point, end: Point, part: float) -> Point:
    return Point(start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part)
