"""Measures: a length by a drag; paints nothing."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from segstudio.domain.geometry import Point
from segstudio.gui.canvas.pens import contrast_line, handle
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.tools import Tool
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench


class MeasureTool(Tool):
    """The line stays until the next press or Escape; with Shift it is level, upright or at 45 degrees."""

    name = "measure"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._start: Point | None = None
        self._end = Point(0, 0)

    @property
    def is_busy(self) -> bool:
        return self._start is not None

    def press(self, pointer: Pointer) -> None:
        self._start = self._end = pointer.point
        self.bench.show_preview()

    def drag(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        self._end = _turned(self._start, pointer.point) if pointer.is_straight else pointer.point
        self.bench.say(self._words())
        self.bench.show_preview()

    def release(self, pointer: Pointer) -> None:
        self.drag(pointer)

    def cancel(self) -> None:
        self._start = None
        self.bench.show_preview()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        if self._start is None:
            return
        one, other = QPointF(*view.to_device(self._start)), QPointF(*view.to_device(self._end))
        contrast_line(painter, [one, other], width=1.5)
        handle(painter, one, size=6)
        handle(painter, other, size=6)
        _label(painter, other, self._words())

    def _words(self) -> str:
        if self._start is None:
            return ""
        dx, dy = self._end.x - self._start.x, self._end.y - self._start.y
        angle = math.degrees(math.atan2(-dy, dx))
        return f"{math.hypot(dx, dy):.1f} px  ({abs(dx):.0f} × {abs(dy):.0f}, {angle:.0f}°)"


def _label(painter: QPainter, at: QPointF, words: str) -> None:
    """Words on a dark plate beside a point."""
    box = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(-6, -3, 6, 3)
    box.moveTopLeft(at + QPointF(14, 10))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 18, 22, 215))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(240, 242, 245))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _turned(start: Point, end: Point) -> Point:
    """``end`` on the nearest of the eight directions from ``start``."""
    angle = round(math.atan2(end.y - start.y, end.x - start.x) / (math.pi / 4)) * math.pi / 4
    reach = math.dist(start, end)
    return Point(start.x + math.cos(angle) * reach, start.y + math.sin(angle) * reach)
