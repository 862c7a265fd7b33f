"""What is drawn round the pointer: the brush's ring, and what the paint rule keeps from it."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from segstudio.domain.geometry import Point, Rect
from segstudio.domain.stroke import Brush
from segstudio.gui.canvas.brush_cursor import BrushCursor
from segstudio.gui.canvas.rule_marker import RuleMarker
from segstudio.gui.canvas.tools import Tool
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench


class PointerMarks:
    """Tells which pixels of the screen it takes before and after each move, so that no others are repainted."""

    def __init__(self, bench: Workbench) -> None:
        self._ring = BrushCursor()
        self._marker = RuleMarker(bench)

    def move(self, center: Point | None, brush: Brush, view: ViewTransform, *, erasing: bool) -> tuple[Rect, Rect]:
        """``center`` in image pixels; None hides them. Returns: the device pixels to draw anew."""
        before = self._ring.area(view)
        self._ring.show_brush(brush)
        self._ring.is_erasing = erasing
        self._ring.show_at(center)
        return before, self._ring.area(view)

    def paint(self, painter: QPainter, view: ViewTransform, tool: Tool) -> None:
        if self._ring.center is not None:
            self._marker.paint(painter, view, self._ring.center, tool, erasing=self._ring.is_erasing)
        self._ring.paint(painter, view)
