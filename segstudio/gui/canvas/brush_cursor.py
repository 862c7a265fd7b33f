"""The brush's outline at its true size, seen on light and on dark."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPainterPath

from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.stroke import Brush, Tip
from segstudio.gui.canvas.pens import contrast_path
from segstudio.gui.canvas.view_transform import ViewTransform

_MARGIN = 4
_CROSS = 6.0
_SMALLEST_RADIUS = 3.0
_LARGEST_KEPT = 700.0


class BrushCursor:
    """Where the tip is, and which pixels of the screen its outline takes."""

    def __init__(self) -> None:
        self._center: Point | None = None
        self._brush = Brush()
        self.is_erasing = False
        self._picture = QImage()
        self._picture_key: tuple[float, Tip, bool] | None = None

    @property
    def center(self) -> Point | None:
        return self._center

    def show_at(self, center: Point | None) -> None:
        """``center`` in image pixels; None hides the outline."""
        self._center = center

    def show_brush(self, brush: Brush) -> None:
        self._brush = brush

    def area(self, view: ViewTransform) -> Rect:
        """The device pixels that ``paint`` may touch."""
        if self._center is None:
            return EMPTY
        center = view.to_device(self._center)
        reach = max(self._brush.diameter * view.scale / 2, _CROSS) + _MARGIN
        return Rect(
            math.floor(center.x - reach),
            math.floor(center.y - reach),
            math.ceil(center.x + reach) + 1,
            math.ceil(center.y + reach) + 1,
        ).intersected(view.bounds)

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        if self._center is None:
            return
        center = QPointF(*view.to_device(self._center))
        radius = self._brush.diameter * view.scale / 2
        if radius > _LARGEST_KEPT:
            contrast_path(painter, self._outline(center, radius))
            return
        side = 2 * math.ceil(max(radius, _CROSS) + _MARGIN)
        self._keep_picture(radius, side)
        painter.drawImage(round(center.x() - side / 2), round(center.y() - side / 2), self._picture)

    def _keep_picture(self, radius: float, side: int) -> None:
        """Smooth outlines take longer to draw than the stroke under them, so one is drawn and then copied."""
        key = (radius, self._brush.tip, self.is_erasing)
        if key == self._picture_key:
            return
        self._picture = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        self._picture.fill(0)
        with QPainter(self._picture) as painter:
            contrast_path(painter, self._outline(QPointF(side / 2, side / 2), radius))
        self._picture_key = key

    def _outline(self, center: QPointF, radius: float) -> QPainterPath:
        path = QPainterPath()
        if radius >= _SMALLEST_RADIUS:
            self._add_tip(path, center, radius)
        if radius < _SMALLEST_RADIUS or radius > 6 * _CROSS or self.is_erasing:
            _add_cross(path, center, is_plus=not self.is_erasing)
        return path

    def _add_tip(self, path: QPainterPath, center: QPointF, radius: float) -> None:
        if self._brush.tip is Tip.ROUND:
            path.addEllipse(center, radius, radius)
        else:
            path.addRect(QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius))


def _add_cross(path: QPainterPath, center: QPointF, *, is_plus: bool) -> None:
    """A plus for painting; a minus for erasing."""
    path.moveTo(center.x() - _CROSS / 2, center.y())
    path.lineTo(center.x() + _CROSS / 2, center.y())
    if is_plus:
        path.moveTo(center.x(), center.y() - _CROSS / 2)
        path.lineTo(center.x(), center.y() + _CROSS / 2)
