"""Thin lines between the image's pixels, where these are large on screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.view_transform import ViewTransform

FROM_SCALE = 12.0
_LINE = QColor(255, 255, 255, 38)
_PREMULTIPLIED = 0x26262626


def paint_pixel_grid(painter: QPainter, view: ViewTransform, device: Rect) -> None:
    """Inside ``device``; nothing below 1200 %."""
    if view.scale < FROM_SCALE or device.is_empty:
        return
    shown = view.image_rect(device)
    columns = _lines(shown.left, shown.right, view.scale, view.offset_x, device.left, device.right)
    _paint_columns(painter, device, columns - device.left)
    for row in _lines(shown.top, shown.bottom, view.scale, view.offset_y, device.top, device.bottom).tolist():
        painter.fillRect(device.left, row, device.width, 1, _LINE)


def _paint_columns(painter: QPainter, device: Rect, columns: NDArray[np.int64]) -> None:
    """As a brush of one row of pixels, which is blended row after row: a line would be blended pixel under pixel,
    each in another part of memory."""
    row = np.zeros(device.width, np.uint32)
    row[columns] = _PREMULTIPLIED
    image = QImage(row.data, device.width, 1, 4 * device.width, QImage.Format.Format_ARGB32_Premultiplied)
    painter.setBrushOrigin(device.left, device.top)
    painter.fillRect(device.left, device.top, device.width, device.height, QBrush(image))
    painter.setBrushOrigin(0, 0)


def _lines(first: int, last: int, scale: float, offset: int, start: int, stop: int) -> NDArray[np.int64]:
    """The device pixels from ``start`` to ``stop`` at which the image's pixels begin."""
    places = np.floor(np.arange(first, last + 1) * scale + offset).astype(np.int64)
    inside: NDArray[np.int64] = places[(places >= start) & (places < stop)]
    return inside
