"""Thin lines between the image's pixels, where these are large on screen."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor, QPainter

from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.view_transform import ViewTransform

FROM_SCALE = 12.0
_LINE = QColor(255, 255, 255, 38)


def paint_pixel_grid(painter: QPainter, view: ViewTransform, device: Rect) -> None:
    """Inside ``device``; nothing below 1200 %."""
    if view.scale < FROM_SCALE:
        return
    shown = view.image_rect(device)
    # Filled rectangles are blended line by line; a pen would trace each line's outline, ten times as long.
    for column in range(shown.left, shown.right + 1):
        x = math.floor(column * view.scale + view.offset_x)
        painter.fillRect(x, device.top, 1, device.height, _LINE)
    for row in range(shown.top, shown.bottom + 1):
        y = math.floor(row * view.scale + view.offset_y)
        painter.fillRect(device.left, y, device.width, 1, _LINE)
