"""Lines that are seen on light and on dark alike."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from segstudio.domain.classes import Color

DARK = QColor(0, 0, 0, 170)
LIGHT = QColor(255, 255, 255, 235)


def contrast_line(painter: QPainter, points: Sequence[QPointF], *, width: float = 1.0) -> None:
    """An open line through ``points``: light on a wider dark one."""
    path = QPainterPath()
    path.addPolygon(QPolygonF(list(points)))
    contrast_path(painter, path, width=width)


def contrast_path(painter: QPainter, path: QPainterPath, *, width: float = 1.0, fill: Color | None = None) -> None:
    """Any outline, light on a wider dark one, and a faint fill of a colour if one is given."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if fill is not None:
        painter.fillPath(path, QBrush(QColor(*fill, 70)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, thickness in ((DARK, width + 2.0), (LIGHT, width)):
        pen = QPen(color, thickness)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def handle(painter: QPainter, center: QPointF, *, size: float = 7.0, is_hot: bool = False) -> None:
    """A small round grip."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(DARK, 1.5))
    painter.setBrush(QBrush(QColor(255, 214, 90) if is_hot else LIGHT))
    painter.drawEllipse(center, size / 2, size / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
