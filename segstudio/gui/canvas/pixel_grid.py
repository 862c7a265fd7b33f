"""Thin lines between the image's pixels, where these are large on screen."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.view_transform import ViewTransform

FROM_SCALE = 12.0
_LINE = QColor(255, 255, 255, 38)


def paint_pixel_grid(painter: QPainter, view: ViewTransform, device: Rect) -> None:
    """Inside ``device``; nothing below 1200 %."""
    if view.scale < FROM_SCALE:
        return
    shown = view.image_rect(device)
    lines = []
    for column in range(shown.left, shown.right + 1):
        x = math.floor(column * view.scale + view.offset_x)
        lines.append(QLineF(x, device.top, x, device.bottom))
    for row in range(shown.top, shown.bottom + 1):
        y = math.floor(row * view.scale + view.offset_y)
        lines.append(QLineF(device.left, y, device.right, y))
    painter.setPen(QPen(_LINE, 1))
    painter.drawLines(lines)
