"""The probability brush: paints only where the model gives the class a chance, so that it snaps to edges."""

from __future__ import annotations

from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.prediction import Probabilities
from segstudio.domain.stroke import Brush, PaintRule
from segstudio.editing.brush import segment_mask
from segstudio.editing.edit import ANYTHING, Edit
from segstudio.editing.probability import class_probability


def paint_probable_segment(
    edit: Edit,
    start: Point,
    end: Point,
    *,
    brush: Brush,
    class_id: int,
    probabilities: Probabilities,
    least: float,
    rule: PaintRule = ANYTHING,
) -> Rect:
    """Paints what the brush covers and the model gives ``class_id`` a probability of at least ``least``, 0 to 1.

    Returns: the rectangle to redraw.
    """
    if edit.pressed_class is None:
        edit.press_at(start)
    rect, mask = segment_mask(start, end, brush, edit.image_rect)
    if rect.is_empty or not edit.can_apply(rule):
        return EMPTY
    mask &= class_probability(probabilities, class_id, rect) >= least * 255.0
    return edit.write(rect, mask, class_id, rule)
